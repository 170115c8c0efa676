# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is configured of nodes: standby, maintenance, attributes, utilization. Pure."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Iterator

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
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import NODE_STATES, Attributes, Cib, Node
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import boolean
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

VERBS = {"standby": ("unstandby", "standby"), "maintenance": ("unmaintenance", "maintenance")}


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
    """What is configured of a remote or guest node goes with the node."""
    for node in before.nodes.values():
        if node.name not in after.nodes:
            entry = {"id": node.xml_id or node.name, "uname": node.name}
            yield delete_element(f"node '{node.name}'", "nodes", "node", entry)
