# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a CIB holds that the model can't say, because pcs can't write it. It is left alone, and named here. Pure."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import PROPERTY_SET

NVSETS = frozenset(("instance_attributes", "meta_attributes", "utilization"))
EVERY: frozenset[str] | None = None  # all attributes of the element are in the model
NONE: frozenset[str] = frozenset()

# What the model knows of an element: its XML attributes beside `id`, and the elements in it.
KNOWN: Mapping[str, tuple[frozenset[str] | None, frozenset[str]]] = {
    "configuration": (
        EVERY,
        frozenset(
            (
                "crm_config",
                "nodes",
                "resources",
                "constraints",
                "fencing-topology",
                "op_defaults",
                "rsc_defaults",
                "alerts",
                "tags",
                "acls",
            )
        ),
    ),
    "crm_config": (NONE, frozenset(("cluster_property_set",))),
    "cluster_property_set": (NONE, frozenset(("nvpair",))),
    "rsc_defaults": (NONE, frozenset(("meta_attributes",))),
    "op_defaults": (NONE, frozenset(("meta_attributes",))),
    "nodes": (NONE, frozenset(("node",))),
    "node": (frozenset(("uname", "type")), frozenset(("instance_attributes", "utilization"))),
    "resources": (NONE, frozenset(("primitive", "group", "clone", "master", "bundle"))),
    "primitive": (frozenset(("class", "provider", "type")), NVSETS | {"operations"}),
    "operations": (NONE, frozenset(("op",))),
    "op": (EVERY, frozenset(("instance_attributes",))),
    "group": (NONE, frozenset(("primitive", "meta_attributes"))),
    "clone": (NONE, frozenset(("primitive", "group", "meta_attributes"))),
    "master": (NONE, frozenset(("primitive", "group", "meta_attributes"))),
    "bundle": (NONE, frozenset(("podman", "docker", "network", "storage", "primitive", "meta_attributes"))),
    "podman": (EVERY, NONE),
    "docker": (EVERY, NONE),
    "network": (EVERY, frozenset(("port-mapping",))),
    "port-mapping": (EVERY, NONE),
    "storage": (NONE, frozenset(("storage-mapping",))),
    "storage-mapping": (EVERY, NONE),
    "constraints": (NONE, frozenset(("rsc_location", "rsc_colocation", "rsc_order", "rsc_ticket"))),
    "rsc_location": (EVERY, frozenset(("rule",))),
    "rsc_colocation": (EVERY, frozenset(("resource_set",))),
    "rsc_order": (EVERY, frozenset(("resource_set",))),
    "rsc_ticket": (frozenset(("ticket", "rsc", "rsc-role", "loss-policy")), frozenset(("resource_set",))),
    "resource_set": (EVERY, frozenset(("resource_ref",))),
    "resource_ref": (NONE, NONE),
    "fencing-topology": (NONE, frozenset(("fencing-level",))),
    "fencing-level": (EVERY, NONE),
    "tags": (NONE, frozenset(("tag",))),
    "tag": (NONE, frozenset(("obj_ref",))),
    "obj_ref": (NONE, NONE),
    "acls": (NONE, frozenset(("acl_role", "acl_target", "acl_group"))),
    "acl_role": (frozenset(("description",)), frozenset(("acl_permission",))),
    "acl_permission": (frozenset(("kind", "xpath", "reference")), NONE),
    "acl_target": (NONE, frozenset(("role",))),
    "acl_group": (NONE, frozenset(("role",))),
    "role": (NONE, NONE),
    "alerts": (NONE, frozenset(("alert",))),
    "alert": (frozenset(("path", "description")), frozenset(("recipient", "instance_attributes", "meta_attributes"))),
    "recipient": (frozenset(("value", "description")), frozenset(("instance_attributes", "meta_attributes"))),
    **{tag: (frozenset(("score",)), frozenset(("nvpair",))) for tag in NVSETS},
    "nvpair": (frozenset(("name", "value")), NONE),
}


def leftovers(text: str, cib: Cib) -> list[str]:
    """What of the CIB whose XML is TEXT its model CIB doesn't say, one phrase for each thing."""
    configuration = ET.fromstring(text).find("configuration")
    return [] if configuration is None else list(in_element(configuration, "", cib))


def in_element(element: ET.Element, owner: str, cib: Cib) -> Iterator[str]:
    """What is not said of ELEMENT, which is part of the object OWNER."""
    name = f"{element.tag} {element.get('id')}" if element.get("id") else element.tag
    here = f"{name} of {owner}" if owner and owner != name else name
    reason = why_left_alone(element, cib)
    if reason:
        yield f"{here} ({reason})"
        return
    if element.tag == "rule":  # the model has all of it, or the object that it belongs to is left alone
        return
    attributes, children = KNOWN[element.tag]
    if attributes is not EVERY:
        yield from (f"{key} of {here}" for key in element.attrib if key != "id" and key not in (attributes or NONE))
    within = owner_of_children(element, owner)
    for child in element:
        if not isinstance(child.tag, str):  # a comment
            continue
        if child.tag in children or (child.tag == "rule" and element.tag in NVSETS):
            yield from in_element(child, within, cib)
        else:
            yield f"{child.tag}{' ' + child.get('id', '') if child.get('id') else ''} of {within or element.tag}"


def owner_of_children(element: ET.Element, owner: str) -> str:
    """The object that the children of ELEMENT are part of: itself where it has a name that people know."""
    if element.tag in NVSETS or element.tag in ("operations", "cluster_property_set"):
        return owner
    name = element.get("uname") or element.get("id")
    return f"{element.tag} {name}" if name else owner


def why_left_alone(element: ET.Element, cib: Cib) -> str:
    """Why the model has nothing of ELEMENT; an empty text when it has it."""
    name, tag = element.get("id", ""), element.tag
    if tag == "primitive" and name not in cib.primitives:
        return "made from a template"
    if tag in ("clone", "master") and name not in cib.clones:
        return "a clone without a resource in it"
    if tag == "bundle" and name not in cib.bundles:
        return "neither podman nor docker"
    constraints = {
        "rsc_location": cib.locations,
        "rsc_colocation": cib.colocations,
        "rsc_order": cib.orders,
        "rsc_ticket": cib.tickets,
    }
    if tag in constraints and name not in constraints[tag]:
        return "a constraint that pcs can't write"
    if tag == "acl_permission" and not (element.get("xpath") or element.get("reference")):
        return "neither an XPath nor a reference"
    if tag == "nvpair" and (not element.get("name") or element.get("value") is None):
        return "a reference to another option"
    if element.get("id-ref") is not None:
        return "a reference to another element"
    if tag == "cluster_property_set" and (element.find("rule") is not None or is_further_set(element, cib)):
        return "not the set in which pcs keeps the properties"
    if tag in NVSETS and element.find("rule") is not None and not is_known_set(name, cib):
        return "options that hold by a rule"
    return ""


def is_further_set(element: ET.Element, cib: Cib) -> bool:
    """Whether a set of cluster properties holds one that the model does not have; pcs writes into the first set."""
    if element.get("id") == PROPERTY_SET:
        return False
    values = {pair.get("name", ""): pair.get("value") for pair in element.findall("nvpair")}
    return any(cib.properties.get(name) != value for name, value in values.items())


def is_known_set(name: str, cib: Cib) -> bool:
    return name in cib.resource_defaults_sets or name in cib.operation_defaults_sets
