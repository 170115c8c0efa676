# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Explain why an option has no effect or can't be written: it is also in another set, in a shared one, or in an element
that pcs does not know. Pure."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.export import export, named
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib

# The fields of an object, the elements that hold them, and what they are called.
HOLDERS: Mapping[str, tuple[str, str]] = {
    "options": ("instance_attributes", "options"),
    "attributes": ("instance_attributes", "attributes"),
    "meta": ("meta_attributes", "meta attributes"),
    "utilization": ("utilization", "utilization"),
    "operations": ("operations", "operations"),
}


def why_without_effect(text: str, one: Cib, other: Cib) -> str:
    """Sentences on what, in the CIB whose XML is TEXT, keeps ONE from becoming the OTHER; empty if nothing is known."""
    root = ET.fromstring(text)
    return "".join(dict.fromkeys(f" {sentence}" for sentence in sentences(root, one, other)))


def sentences(root: ET.Element, one: Cib, other: Cib) -> Iterator[str]:
    if one.properties != other.properties:
        yield from sentence("the cluster properties", root.findall("configuration/crm_config/cluster_property_set"))
    before, after = ({(kind, name): value for kind, name, value in named(export(cib))} for cib in (one, other))
    for (kind, name), value in after.items():
        old = before.get((kind, name))
        if isinstance(value, Mapping) and isinstance(old, Mapping):
            yield from of_object(root, kind, name, old, value)
    for (kind, name), value in before.items():
        if after.get((kind, name)) != value:
            yield from of_users(root, kind, name)


def find(root: ET.Element, kind: str, name: str) -> ET.Element | None:
    """The element of the object NAME of KIND."""
    key = "uname" if kind == "nodes" else "id"
    return next((item for item in root.iterfind("configuration//*") if item.get(key) == name), None)


def of_users(root: ET.Element, kind: str, name: str) -> Iterator[str]:
    """What keeps an object from being changed or removed: others refer to a part of it, or pcs does not know a part."""
    element = find(root, kind, name)
    if element is None:
        return
    own = {item.get("id") for item in element.iter()} - {None}
    inside = set(element.iter())
    for owner in root.iterfind("configuration//*[@id]"):
        for item in owner:
            if item.get("id-ref") in own and item not in inside:
                yield (
                    f"'{owner.get('id')}' refers to '{item.get('id-ref')}' of '{name}' (id-ref): give it its own with"
                    " cibadmin first."
                )
    if element.tag in ("group", "clone"):
        for item in element.iterfind(".//primitive[@template]"):
            yield (
                f"'{item.get('id')}' in '{name}' is made from a template, which pcs does not know: change '{name}' with"
                " cibadmin."
            )


def of_object(root: ET.Element, kind: str, name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    element = find(root, kind, name)
    for field, (tag, what) in HOLDERS.items():
        if element is not None and old.get(field) != new.get(field):
            yield from sentence(f"the {what} of '{name}'", element.findall(tag))
    if element is not None and old.get("recipients") != new.get("recipients"):
        for recipient in element.findall("recipient"):
            for tag, what in (HOLDERS["options"], HOLDERS["meta"]):
                yield from sentence(f"the {what} of the recipient '{recipient.get('id')}'", recipient.findall(tag))


def sentence(what: str, sets: list[ET.Element]) -> Iterator[str]:
    """What is special about the SETS that hold WHAT."""
    shared = [nvset.get("id-ref", "") for nvset in sets if nvset.get("id-ref")]
    shared += [pair.get("id-ref", "") for nvset in sets for pair in nvset.findall("nvpair") if pair.get("id-ref")]
    if shared:
        names = ", ".join(f"'{name}'" for name in dict.fromkeys(shared))
        yield f"{what[0].upper()}{what[1:]} are taken from {names} (id-ref): declare them where these are."
    elif len(sets) > 1:
        names = ", ".join(described(nvset) for nvset in sets)
        yield (
            f"{what[0].upper()}{what[1:]} are in several sets: {names}. pcs writes into the first one, while another"
            " may count more. Make one set of them with cibadmin, or change the one that counts."
        )
    elif sets and sets[0].find("rule") is not None:
        yield (
            f"{what[0].upper()}{what[1:]} are in the set {described(sets[0])}. pcs would write into it, so that the"
            " option would hold by its rule only: add a set without a rule with cibadmin."
        )


def described(nvset: ET.Element) -> str:
    notes = [f"score {nvset.get('score')}"] if nvset.get("score") else []
    notes += ["by a rule"] if nvset.find("rule") is not None else []
    return f"'{nvset.get('id')}'" + (f" ({', '.join(notes)})" if notes else "")
