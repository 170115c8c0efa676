# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The XML of CIBs: that of a model, to test the parser, and a canonical form of every object in it, to compare."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any

from cib_strategies import RULES


def to_xml(cib: Any) -> str:
    """The XML of the model CIB."""
    root = ET.Element("cib", {"epoch": "1", "num_updates": "0", "admin_epoch": "0"})
    configuration = ET.SubElement(root, "configuration")
    nvset(ET.SubElement(configuration, "crm_config"), "cluster_property_set", "cib-bootstrap-options", cib.properties)
    ET.SubElement(configuration, "nodes")
    resources = ET.SubElement(configuration, "resources")
    wrapped = {clone.resource: clone for clone in cib.clones.values()}
    parents: dict[str, ET.Element] = {}
    for clone in cib.clones.values():
        parents[clone.resource] = element(resources, "clone", clone.id)
    for group in cib.groups.values():
        inner = element(parents.get(group.id, resources), "group", group.id)
        parents.update(dict.fromkeys(group.members, inner))
        for member in group.members:
            primitive(inner, cib.primitives[member])
        nvset(inner, "meta_attributes", f"{group.id}-meta", group.meta)
    grouped = {member for group in cib.groups.values() for member in group.members}
    for item in cib.primitives.values():
        if item.id not in grouped:
            primitive(parents.get(item.id, resources), item)
    for name, clone in wrapped.items():
        promotable = {"promotable": "true"} if clone.promotable else {}
        nvset(parents[name], "meta_attributes", f"{clone.id}-meta", {**clone.meta, **promotable})
    constraints = ET.SubElement(configuration, "constraints")
    for location in cib.locations.values():
        add_location(constraints, location)
    for item in cib.colocations.values():
        names = {"rsc": item.resource, "with-rsc": item.with_resource, "score": item.score}
        roles = {"rsc-role": item.resource_role, "with-rsc-role": item.with_role}
        element(constraints, "rsc_colocation", item.id, {**names, **roles, **item.options})
    for item in cib.orders.values():
        names = {
            "first": item.first,
            "then": item.then,
            "kind": item.kind,
            "symmetrical": str(item.symmetrical).lower(),
        }
        actions = {"first-action": item.first_action, "then-action": item.then_action}
        element(constraints, "rsc_order", item.id, {**names, **actions, **item.options})
    for tag, defaults in (("rsc_defaults", cib.resource_defaults), ("op_defaults", cib.operation_defaults)):
        nvset(ET.SubElement(configuration, tag), "meta_attributes", f"{tag}-options", defaults.values)
    ET.SubElement(root, "status")
    return ET.tostring(root, encoding="unicode")


def element(parent: ET.Element, tag: str, name: str, values: Mapping[str, str | None] | None = None) -> ET.Element:
    values = {key: value for key, value in (values or {}).items() if value is not None}
    return ET.SubElement(parent, tag, {"id": name, **values})


def nvset(parent: ET.Element, tag: str, name: str, values: Mapping[str, str]) -> None:
    if values:
        inner = element(parent, tag, name)
        for key, value in values.items():
            element(inner, "nvpair", f"{name}-{key}", {"name": key, "value": value})


def primitive(parent: ET.Element, item: Any) -> None:
    parts = item.agent.split(":")
    names = dict(zip(("class", "type") if len(parts) == 2 else ("class", "provider", "type"), parts))
    inner = element(parent, "primitive", item.id, names)
    nvset(inner, "instance_attributes", f"{item.id}-options", item.options)
    nvset(inner, "meta_attributes", f"{item.id}-meta", item.meta)
    nvset(inner, "utilization", f"{item.id}-utilization", item.utilization)
    operations = ET.SubElement(inner, "operations")
    for number, operation in enumerate(item.operations):
        name = f"{item.id}-op-{number}"
        values = {"interval": operation.interval, "timeout": operation.timeout, "role": operation.role}
        found = element(operations, "op", name, {"name": operation.name, **values})
        nvset(found, "instance_attributes", f"{name}-options", operation.options)


def add_location(parent: ET.Element, item: Any) -> None:
    name = "rsc-pattern" if item.resource.startswith("regexp%") else "rsc"
    values = {name: item.resource.removeprefix("regexp%"), **item.options}
    if item.rule is None:
        element(parent, "rsc_location", item.id, {**values, "node": item.node, "score": item.score})
        return
    inner = element(element(parent, "rsc_location", item.id, values), "rule", f"{item.id}-rule", {"score": item.score})
    inner.set("boolean-op", "and" if " and " in item.rule else "or")
    inner.extend(ET.fromstring(f"<x>{RULES[item.rule].format(id=item.id)}</x>"))


# --- canonical form --------------------------------------------------------------------------------------------------

CONTAINERS_AND_CONTENT = ("primitive", "group", "clone", "bundle", "template")
CONSTRAINTS = ("rsc_location", "rsc_colocation", "rsc_order", "rsc_ticket")
OTHERS = ("node", "tag", "acl_role", "acl_target", "acl_group", "alert", "fencing-level", "cluster_property_set")
OBJECTS = frozenset((*CONTAINERS_AND_CONTENT, *CONSTRAINTS, *OTHERS))


def fingerprints(text: str) -> dict[str, str]:
    """The canonical XML of every object of the CIB TEXT, with the ids of the objects in it instead of these themselves.

    In the main sets of properties and defaults, which others have a share in, every value is an object of its own.
    """
    configuration = ET.fromstring(text).find("configuration")
    assert configuration is not None
    found: dict[str, str] = {}
    for section in configuration:
        collect(found, section)
    return found


def collect(found: dict[str, str], parent: ET.Element) -> list[str]:
    """Add the objects in PARENT to FOUND, and take them out of PARENT. Returns their ids."""
    names: list[str] = []
    for child in list(parent):
        if child.tag not in OBJECTS and not parent.tag.endswith("_defaults"):
            names += collect(found, child)
            continue
        inner = collect(found, child)
        if child.find("rule") is None and child.tag in ("cluster_property_set", "meta_attributes"):
            found.update(
                {f"{parent.tag} {pair.get('name')}": pair.get("value", "") for pair in child.findall("nvpair")}
            )
        else:
            child.tail = None
            form = ET.canonicalize(ET.tostring(child), strip_text=True)
            found[f"{child.tag} {child.get('id')}"] = " ".join([*inner, form])
        names.append(child.get("id", ""))
        parent.remove(child)
    return names
