# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the references between objects, and from objects to nodes. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kinds import BY_NAME
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import host_list, host_map, text
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.references import mentions
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.rule import words
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.shape import Problem, at_key, instead, nearest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.values import (
    HOST_LIST,
    HOST_MAP,
    plain_value,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.inventory import NAMES, REMOTE, Inventory, below
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.objects import OBJECTS
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.agents import by_name

NODES = "nodes"
# Variables with a value by node, and whether remote nodes may be among their keys.
BY_NODE = {"ha_fence_virt_domains": True, "ha_fence_virt_delays": False, "ha_fence_virt_vsock_cids": False}


class Known:
    """The known names, by kind."""

    def __init__(self, inventory: Inventory, nodes: frozenset[str] | None) -> None:
        self.inventory = inventory
        # The nodes: None where ha_nodes could not be read.
        self.nodes = None if nodes is None else nodes | inventory.remote_nodes()
        self.there = {kind: inventory.names(kind) for kind in OBJECTS}
        self.gone = {kind: inventory.names(kind, absent=True) for kind in OBJECTS}
        device = fence_virt_device(inventory)
        if device:
            self.there["stonith"].add(device)

    def problem(self, place: str, name: str, kinds: tuple[str, ...]) -> Iterator[Problem]:
        """Check that NAME at PLACE is the name of an object of one of KINDS."""
        if any(kind in self.inventory.unsure for kind in kinds):
            return
        if any(name in self.there[kind] or self.inventory.is_elsewhere(kind, name) for kind in kinds):
            return
        absent = next((kind for kind in kinds if name in self.gone[kind]), None)
        if absent is not None:
            yield Problem(place, f"'{name}' is declared absent ({NAMES[absent]}); remove it here, too.")
            return
        near = nearest(name, (each for kind in kinds for each in self.there[kind]))
        noun = BY_NAME[kinds[0]].noun
        other = next(
            (
                kind
                for kind in OBJECTS
                if kind not in kinds and not BY_NAME[kind].own_names and name in self.there[kind]
            ),
            None,
        )
        if near:
            yield Problem(place, f"there is no {noun} '{name}'; did you mean '{near}'?")
        elif other is not None:
            yield Problem(place, f"'{name}' is one of {NAMES[other]}, and can't be named here.")
        else:
            where = NAMES[kinds[0]]
            yield Problem(
                place,
                f"there is no {noun} '{name}'. Declare it ({where}), or name it in ha_declared_elsewhere.{kinds[0]} if"
                " something else makes it.",
            )

    def node_problem(self, place: str, name: str) -> Iterator[Problem]:
        """Check that NAME at PLACE is the name of a node."""
        if self.nodes is None or name in self.nodes or "resources" in self.inventory.unsure:
            return
        if self.inventory.is_elsewhere("resources", name):  # the connection to a remote node
            return
        near = nearest(name, self.nodes)
        may_be = self.inventory.variables.get("ha_allow_undeclared_nodes") is True
        if name in self.inventory.around.hosts:
            if not may_be:
                yield Problem(place, f"'{name}' is a host of the inventory, but no node of ha_nodes; add it there.")
        elif near:
            yield Problem(place, f"there is no node '{name}'; did you mean '{near}'?")
        elif not may_be:
            yield Problem(place, f"there is no node '{name}'; the nodes are {', '.join(sorted(self.nodes))}.")

    def fenced_problem(self, place: str, name: str) -> Iterator[Problem]:
        """Check the NAME of a node in a fencing device. Other hosts of the inventory may be nodes at another time, and
        Pacemaker ignores case here."""
        hosts = {host.lower() for host in (*(self.nodes or ()), *self.inventory.around.hosts)}
        if name.lower() not in hosts:
            yield from self.node_problem(place, name)


def fence_virt_device(inventory: Inventory) -> str:
    """Return the name of the fencing device that role fence_virt makes; empty if it makes none."""
    roles = inventory.variables.get("ha_roles")
    used = roles is None or "fence_virt" in roles
    return (
        str(inventory.variables.get("ha_fence_virt_device") or "fencing")
        if used and inventory.variables.get("ha_fence_virt_domains")
        else ""
    )


def reference_problems(inventory: Inventory, nodes: frozenset[str] | None) -> Iterator[Problem]:
    """Find names in objects that belong to no known object. NODES are those with corosync."""
    yield from by_node(inventory, nodes)
    yield from twin_nodes(inventory, nodes)
    known = Known(inventory, nodes)
    for kind in OBJECTS:
        for place, item in inventory.objects(kind):
            for mention in mentions(kind, item):
                if mention.name is None:
                    continue
                here = below(place, mention.path)
                if mention.kinds == (NODES,):
                    yield from known.node_problem(here, mention.name)
                elif not mention.name.startswith("regexp%"):
                    yield from known.problem(here, mention.name.partition("%")[2] or mention.name, mention.kinds)
            yield from OF_KIND.get(kind, nothing)(known, place, item)


def by_node(inventory: Inventory, nodes: frozenset[str] | None) -> Iterator[Problem]:
    """Check the names of nodes in the variables of role fence_virt. Remote nodes may have a domain. Where the variable
    with their resources is not defined, as on a hypervisor, unknown names are accepted."""
    if nodes is None or "fence_virt" not in inventory.around.roles:
        return
    remote = inventory.remote_nodes()
    sees_all = bool(inventory.declared.get("resources")) or inventory.around.host in nodes
    for variable, others in BY_NODE.items():
        values = inventory.variables.get(variable)
        known = nodes | remote if others else nodes
        for name in values if isinstance(values, Mapping) else ():
            if name in known or (others and (not sees_all or "resources" in inventory.unsure)):
                continue
            meant = instead(str(name), sorted(known), "there are")
            yield Problem(f"{variable}.{name}", f"there is no node '{name}'{meant}")


def twin_nodes(inventory: Inventory, nodes: frozenset[str] | None) -> Iterator[Problem]:
    """Find remote and guest nodes with the same name as a node with corosync."""
    members = {name.lower() for name in nodes or ()}
    for place, item in inventory.objects("resources"):
        guest = str((item.get("meta") or {}).get("remote-node") or "")
        remote = item.get("id", "") if item.get("agent") == REMOTE else ""
        for name in (remote, guest):
            if name.lower() in members:
                yield Problem(place, f"ha_nodes has '{name}', so no remote or guest node can be named so; rename it.")


def nothing(known: Known, place: str, item: Mapping[str, Any]) -> Iterator[Problem]:
    return iter(())


def of_location(known: Known, place: str, item: Mapping[str, Any]) -> Iterator[Problem]:
    """Check the nodes in a rule."""
    plain = words(item.get("rule") or "")
    for first, operator, last in zip(plain, plain[1:], plain[2:]):
        if first == "#uname" and operator in ("eq", "ne"):
            yield from known.node_problem(at_key(place, "rule"), last)


def of_level(known: Known, place: str, item: Mapping[str, Any]) -> Iterator[Problem]:
    pattern = item.get("pattern")
    if pattern and known.nodes is not None and "resources" not in known.inventory.unsure:
        try:
            fits = any(re.search(pattern, node) for node in known.nodes)
        except re.error:
            return  # Pacemaker's regular expressions differ from Python's
        if not fits:
            yield Problem(at_key(place, "pattern"), f"'{pattern}' fits none of the nodes; correct it.")


def of_permission(known: Known, place: str, item: Mapping[str, Any]) -> Iterator[Problem]:
    """Find slips in the ids of permissions; an id can be that of any element of the CIB."""
    ids = {name for kind in OBJECTS if not BY_NAME[kind].own_names for name in known.there[kind]}
    for index, each in enumerate(item.get("permissions") or ()):
        name = (each or {}).get("reference")
        near = nearest(name, ids, 0.85) if name and name not in ids else ""
        if near:
            yield Problem(
                f"{at_key(place, 'permissions')}[{index}] reference", f"there is no '{name}'; did you mean '{near}'?"
            )


def of_device(known: Known, place: str, item: Mapping[str, Any]) -> Iterator[Problem]:
    """Check the nodes that a fencing device is for."""
    options = item.get("options") or {}
    named = False
    for option, read in ((HOST_LIST, host_list), (HOST_MAP, lambda word: {node for node, _port in host_map(word)})):
        if options.get(option) in (None, ""):
            continue
        named = True
        try:
            word = text(plain_value(option, options[option], "device", is_fencing=True))
        except ClusterError:
            continue  # reported with its value
        here = f"{at_key(place, 'options')}.{option}"
        hosts = sorted(read(word))
        if not hosts:
            yield Problem(
                here,
                f"'{word}' names no node; write it like {'node1 node2' if option == HOST_LIST else 'node1:1;node2:2'}.",
            )
        for host in hosts:
            yield from known.fenced_problem(here, host)
    agent = str(item.get("agent") or "").rpartition(":")[2]
    if not named and by_name(agent).is_board and len(known.nodes or ()) > 1:
        yield Problem(
            at_key(place, "options"),
            f"{agent} switches one machine and can't say which, so Pacemaker would use it for every node. Add"
            f" {HOST_LIST} with the node's name.",
        )


OF_KIND = {"locations": of_location, "stonith_levels": of_level, "acl_roles": of_permission, "stonith": of_device}
