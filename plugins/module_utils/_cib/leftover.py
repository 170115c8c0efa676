# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the parts of a CIB that an export leaves out because pcs can't write them. It is left alone, and named here.
Pure."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.acls import PERMISSION
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.defaults import SETS
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.element import resolve_references
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.exportable import exportable
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kind import EVERY, NONE, NVSETS, Known, Reasons
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kinds import KINDS
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.nodes import is_attribute_name
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import is_whole_number
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.operations import CHECK_LEVEL
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.options import WITHDRAWN
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.properties import (
    PROPERTIES,
    READ_ONLY_PROPERTIES,
    why_no_property,
    why_no_time,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.resources import DEPRECATED

# The sections of a configuration, and the elements in them that are objects.
SECTIONS: dict[str, set[str]] = {"crm_config": set(), "nodes": set()}
for path in (each for kind in KINDS for each in kind.paths):
    SECTIONS.setdefault(path.partition("/")[0], set()).add(path.rpartition("/")[2])
# The elements around objects, and those that several kinds have.
AROUND: Mapping[str, Known] = {
    "configuration": (EVERY, frozenset(SECTIONS)),
    **{section: (NONE, frozenset(SECTIONS[section])) for section in ("resources", "constraints")},
    "resource_set": (EVERY, frozenset(("resource_ref",))),
    "resource_ref": (NONE, NONE),
    **{tag: (frozenset(("score",)), frozenset(("nvpair",))) for tag in NVSETS},
    "nvpair": (frozenset(("name", "value")), NONE),
}
KNOWN: Mapping[str, Known] = {**AROUND, **{tag: known for kind in KINDS for tag, known in kind.xml.items()}}
PARTS = {tag: name for kind in KINDS for tag, name in kind.parts.items()}
# The kind of object that an element is one of. Sets of defaults are told by what they are in.
BY_TAG = {tag: kind for kind in KINDS for path in kind.paths for tag in [path.rpartition("/")[2]] if tag not in NVSETS}


@dataclass(frozen=True)
class Said:
    """The model of a CIB, and why some of it is not in the export."""

    cib: Cib
    reasons: Reasons


@dataclass(frozen=True)
class Leftover:
    """Something that an export doesn't say: an element, or one XML attribute of it. What is held is so by the model."""

    phrase: str
    element: ET.Element
    attribute: str = ""
    is_held: bool = False


def leftovers(text: str, cib: Cib) -> list[str]:
    """What of the CIB whose XML is TEXT, and whose model is CIB, an export doesn't say, one phrase for each thing."""
    configuration = ET.fromstring(text).find("configuration")
    if configuration is None:
        return []
    if "id-ref" in text:
        resolve_references(configuration)
    return [item.phrase for item in find_leftovers(configuration, cib)]


def find_leftovers(configuration: ET.Element, cib: Cib) -> Iterator[Leftover]:
    return in_element(configuration, "", Said(cib, exportable(cib)[1]))


def in_element(element: ET.Element, owner: str, said: Said) -> Iterator[Leftover]:
    """The parts of ELEMENT that the export lacks; it is part of the object OWNER."""
    identity = element.get("id") or element.get("id-ref")
    name = f"{element.tag} {identity}" if identity else element.tag
    here = f"{name} of {owner}" if owner and owner != name else name
    reason = why_left_alone(element, owner, said)
    if reason:
        yield Leftover(f"{here} ({reason})", element, is_held=is_held(element, said))
        if element.tag not in ("group", "clone", "master", "op"):
            return
    if element.tag == "rule":  # the model has all of it, or the object that it belongs to is left alone
        return
    if element.tag == "cluster_property_set":
        yield from in_properties(element)
    if element.tag == "utilization":
        yield from in_utilization(element, owner)
    if element.tag == "meta_attributes":
        yield from in_meta(element, owner)
    if element.tag == "op" and not reason and why_no_time(element.get("timeout", "0")):
        why = why_no_time(element.get("timeout", ""))
        yield Leftover(f"timeout of {here} ({why})", element, "timeout", is_held=True)
    attributes, children = KNOWN[element.tag]
    if attributes is not EVERY:
        known = {"id", "id-ref", *(attributes or NONE)}
        yield from (Leftover(f"{key} of {here}", element, key) for key in element.attrib if key not in known)
    within = owner_of_children(element, owner)
    for child in element:
        if child.tag in children or (child.tag == "rule" and element.tag in NVSETS):
            yield from in_element(child, within, said)
        else:
            label = f"{child.tag}{' ' + child.get('id', '') if child.get('id') else ''}"
            yield Leftover(f"{label} of {within or element.tag}", child)


def is_device(owner: str, said: Said) -> bool:
    """Whether the object OWNER, such as `primitive f`, is a fencing device."""
    kind, _blank, name = owner.partition(" ")
    return kind == "primitive" and name in said.cib.primitives and said.cib.primitives[name].is_stonith


def is_held(element: ET.Element, said: Said) -> bool:
    """Whether the model has ELEMENT, though an export hasn't."""
    if element.tag in PARTS:
        return True
    if element.tag in BY_TAG:
        kind = BY_TAG[element.tag]
        return kind.key(element) in getattr(said.cib, kind.place)
    return element.get("id", "") in {*said.cib.resource_defaults_sets, *said.cib.operation_defaults_sets}


def in_properties(nvset: ET.Element) -> Iterator[Leftover]:
    """The cluster properties in NVSET that pcs can't set."""
    names = [pair.get("name", "") for pair in nvset.findall("nvpair")]
    unknown = [name for name in names if name not in PROPERTIES and name not in READ_ONLY_PROPERTIES]
    if unknown:
        phrase = f"{nvset.tag} {nvset.get('id')} (has {', '.join(unknown)}, which pcs doesn't know)"
        yield Leftover(phrase, nvset, is_held=True)
    for pair in nvset.findall("nvpair"):
        name, value = pair.get("name", ""), pair.get("value", "")
        if name in PROPERTIES and value and why_no_property(name, value):
            yield Leftover(f"nvpair {pair.get('id')} ({why_no_property(name, value)})", pair, is_held=True)


def in_utilization(nvset: ET.Element, owner: str) -> Iterator[Leftover]:
    """What a set says that is not a number."""
    for pair in nvset.findall("nvpair"):
        value = pair.get("value", "")
        if value and not is_whole_number(value):
            phrase = f"nvpair {pair.get('id') or pair.get('id-ref')} of {owner} (pcs takes no '{value}' of utilization)"
            yield Leftover(phrase, pair, is_held=True)


def in_meta(nvset: ET.Element, owner: str) -> Iterator[Leftover]:
    """The options in NVSET that newer releases of Pacemaker forbid."""
    holds = {"op_defaults": "operation", "alert": "", "recipient": ""}.get(owner.partition(" ")[0], "meta")
    for pair in nvset.findall("nvpair"):
        name = pair.get("name", "")
        if name in WITHDRAWN.get(holds, ()):
            phrase = f"nvpair {pair.get('id') or pair.get('id-ref')} of {owner} ({name}, which newer Pacemaker forbids)"
            yield Leftover(phrase, pair, is_held=True)


def owner_of_children(element: ET.Element, owner: str) -> str:
    """The object that the children of ELEMENT are part of: itself where it has a name that people know."""
    if element.tag in NVSETS or element.tag in ("operations", "cluster_property_set"):
        return owner
    if element.tag in ("rsc_defaults", "op_defaults"):
        return element.tag
    name = element.get("uname") or element.get("id")
    return f"{element.tag} {name}" if name else owner


def why_left_alone(element: ET.Element, owner: str, said: Said) -> str:
    """Why the export has nothing of ELEMENT; an empty text when it has it."""
    name, tag = element.get("id", ""), element.tag
    if tag in BY_TAG:
        kind = BY_TAG[tag]
        if kind.key(element) not in getattr(said.cib, kind.place):
            return kind.left_out
        return said.reasons.get((kind.place, kind.key(element)), "")
    if tag in PARTS:
        return said.reasons.get((PARTS[tag], name), "")
    if tag == "acl_permission":
        if not (element.get("xpath") or element.get("reference")):
            return "neither an XPath nor a reference"
        known = {item.xml_id for role in said.cib.acl_roles.values() for item in role.permissions}
        reason = said.reasons.get((PERMISSION, name), "")
        return reason if name in known else f"there is no '{element.get('reference')}' in this configuration"
    if tag == "nvpair" and (not element.get("name") or element.get("value") is None):
        return "a reference to another option"
    if tag == "nvpair" and element.get("value") == "":
        return "an empty value, which pcs can't write"
    if tag == "nvpair" and owner.startswith("node ") and not is_attribute_name(element.get("name", "")):
        return f"the name {element.get('name')}, which not every pcs can write"
    if tag == "nvpair" and element.get("name") == DEPRECATED and is_device(owner, said):
        return f"the option {DEPRECATED}, which pcs refuses"
    if tag == "nvpair" and owner.startswith("op ") and element.get("name") != CHECK_LEVEL:
        return f"the parameter {element.get('name')} of an operation, which pcs can't write"
    if tag == "cluster_property_set" and element.find("rule") is not None:
        return "properties that hold by a rule"
    if tag in NVSETS and owner.endswith("_defaults"):
        return why_no_set(element, said)
    if tag in NVSETS and element.find("rule") is not None:
        return "options that hold by a rule"
    return ""


def why_no_set(nvset: ET.Element, said: Said) -> str:
    """Why the export has nothing of a set of defaults."""
    name = nvset.get("id", "")
    if not name:
        return "a reference to another element"
    for kind in SETS:
        if name in getattr(said.cib, kind):
            return said.reasons.get((kind, name), "")
    plain = (said.cib.resource_defaults.set_id, said.cib.operation_defaults.set_id)
    return "" if name in plain else "options that hold by a rule"
