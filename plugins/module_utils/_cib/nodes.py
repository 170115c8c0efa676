# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Configuration of nodes: standby, maintenance, attributes, utilization. Pure."""

from __future__ import annotations

import dataclasses
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import (
    Command,
    delete_element,
    set_attributes,
    set_options,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import (
    Declared,
    described,
    merge_attributes,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.element import attributes
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kind import NONE, Kind, Reasons, without_empty
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Attributes, Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import boolean, whole_numbers
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.options import DESCRIPTION, Options
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

NODE_STATES = ("standby", "maintenance")  # attributes of a node that Pacemaker itself interprets
VERBS = {"standby": ("unstandby", "standby"), "maintenance": ("unmaintenance", "maintenance")}
OPTIONS: Options = {
    "name": {
        "description": "The node's name in the cluster.",
        "type": "str",
        "names": ("nodes",),
        "identifies": True,
        "required": True,
    },
    "standby": {"description": "Whether the node is in standby, and runs no resources.", "type": "bool"},
    "maintenance": {
        "description": (
            "Whether the node is in maintenance mode. The cluster then does not start, stop or monitor resources on it."
        ),
        "type": "bool",
    },
    "attributes": {
        "description": "Permanent attributes, for rules and agents. Null removes one.",
        "type": "dict",
    },
    "utilization": {
        "description": "The node's capacity, as whole numbers. Null removes one.",
        "type": "dict",
        "holds": "number",
    },
    **DESCRIPTION,
}


@dataclass(frozen=True)
class Node:
    """The configuration of a node. `standby` and `maintenance` are among its attributes."""

    name: str
    attributes: Attributes = field(default_factory=dict)
    utilization: Attributes = field(default_factory=dict)
    description: str = ""
    xml_id: str | None = field(default=None, compare=False)


def parse(configuration: ET.Element) -> dict[str, Node]:
    return {
        element.get("uname", ""): Node(
            element.get("uname", ""),
            attributes(element, "instance_attributes"),
            attributes(element, "utilization"),
            element.get("description", ""),
            element.get("id"),
        )
        for element in configuration.findall("nodes/node")
        if element.get("uname")
    }


def merge(cib: Cib, declared: Declared) -> Cib:
    nodes = dict(cib.nodes)
    for item in declared.get("nodes") or ():
        current = nodes.get(item["name"], Node(item["name"]))
        wanted = Node(
            current.name,
            merge_states(merge_attributes(current.attributes, item.get("attributes")), item),
            merge_attributes(current.utilization, item.get("utilization")),
            described(current.description, item),
            current.xml_id,
        )
        if wanted != current:
            nodes[wanted.name] = wanted
    return dataclasses.replace(cib, nodes=nodes)


def merge_states(current: Attributes, item: Declared) -> Attributes:
    values = dict(current)
    for name in NODE_STATES:
        if item.get(name) is None or bool(item[name]) is is_set(current, name):
            continue
        if item[name]:
            values[name] = "on"
        else:
            del values[name]
    return values


def is_set(attributes_of_node: Attributes, name: str) -> bool:
    return boolean(attributes_of_node.get(name, "false")) is True


def export_node(node: Node) -> dict[str, Any]:
    attributes = dict(node.attributes)
    states = {
        name: boolean(attributes.pop(name)) for name in NODE_STATES if boolean(attributes.get(name, "")) is not None
    }
    exported = {"attributes": attributes, "utilization": dict(node.utilization), "description": node.description}
    return without_empty({"name": node.name, **states, **exported})


def additions(before: Cib, after: Cib) -> Iterator[Command]:
    for node in after.nodes.values():
        current = before.nodes.get(node.name, Node(node.name))
        subject = f"node '{node.name}'"
        states = [name for name in NODE_STATES if is_set(current.attributes, name) is not is_set(node.attributes, name)]
        for name in states:
            yield Command(subject, ("node", VERBS[name][is_set(node.attributes, name)], node.name), node=node.name)
        old, new = (
            {name: value for name, value in item.attributes.items() if name not in states} for item in (current, node)
        )
        yield from set_options(subject, ("node", "attribute", node.name), old, new, node.name)
        verb = ("node", "utilization", node.name)
        yield from set_options(subject, verb, current.utilization, node.utilization, node.name)
        if node.description != current.description:
            if node.xml_id is None:
                raise ClusterError(f"The {subject} can't be described: the configuration has no such node.")
            described_node = {"id": node.xml_id, "uname": node.name, "description": node.description}
            yield set_attributes(subject, "nodes", "node", described_node)


def removals(before: Cib, after: Cib) -> Iterator[Command]:
    """Remove the configuration of remote and guest nodes that are gone."""
    for node in before.nodes.values():
        if node.name not in after.nodes:
            entry = {"id": node.xml_id or node.name, "uname": node.name}
            yield delete_element(f"node '{node.name}'", "nodes", "node", entry)


def exportable(whole: Cib, part: Cib, reasons: Reasons) -> Cib:
    """Return PART with the configuration of nodes that pcs can write."""
    return dataclasses.replace(part, nodes={name: with_names_of_pcs(node) for name, node in whole.nodes.items()})


def with_names_of_pcs(node: Node) -> Node:
    """Return NODE with those of its attributes whose names every crm_attribute takes."""
    return dataclasses.replace(
        node,
        attributes={name: value for name, value in node.attributes.items() if is_attribute_name(name)},
        utilization={name: value for name, value in whole_numbers(node.utilization).items() if is_attribute_name(name)},
    )


def is_attribute_name(name: str) -> bool:
    """Whether every release of crm_attribute makes a valid id from NAME, a node attribute."""
    return re.fullmatch(r"[#\w.-]+", name, re.ASCII) is not None


KIND = Kind(
    name="nodes",
    noun="node",
    description="The configuration of nodes. Other nodes stay as they are.",
    options=OPTIONS,
    parse=parse,
    merge=merge,
    additions=additions,
    removals=removals,
    export=export_node,
    named=lambda item: item["name"],
    own_names=True,
    own_variable="ha_node_settings",  # ha_nodes decides which nodes exist
    xml={
        "nodes": (NONE, frozenset(("node",))),
        "node": (frozenset(("uname", "type", "description")), frozenset(("instance_attributes", "utilization"))),
    },
    exportable=exportable,
)
