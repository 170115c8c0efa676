# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Evaluate the placement in a CIB: its nodes, the rules of its locations, and tickets. Pure.

Sources: Pacemaker Explained (rules, tickets), and lib/pengine/rules.c for what a missing attribute means.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.bundles import Bundle
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.colocations import Colocation
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.element import attributes
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Attributes, Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import INFINITY, boolean, role, score
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.orders import Order
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.remote import GUEST, is_remote
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.sets import ResourceSet
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.tickets import Ticket

CLUSTER, CONTAINER = "cluster", "container"  # what #kind is
ORDERED = frozenset(("gt", "gte", "lt", "lte"))
# The attributes that agents keep on nodes, by their beginning.
KEPT_BY_AGENTS = (
    *("#", "master-", "opa-", "ethmonitor-", "pgsql", "hana_", "lpa_", "galera", "mysql", "db2", "ifspeed", "master_"),
    *("fail-count", "last-failure", "shutdown", "terminate", "standby", "maintenance", "probe_complete"),
)


def remote_nodes(cib: Cib) -> list[str]:
    """The remote nodes: each is named like the resource that connects to it."""
    return [item.id for item in cib.primitives.values() if is_remote(item)]


def guest_nodes(cib: Cib) -> list[str]:
    """The nodes that live in a resource, a virtual machine or the container of a bundle, and are recovered with it."""
    found = [item.meta[GUEST] for item in cib.primitives.values() if item.meta.get(GUEST)]
    for bundle in cib.bundles.values():
        found += [f"{bundle.id}-{number}" for number in range(replicas(bundle)) if bundle.resource]
    return found


def replicas(bundle: Bundle) -> int:
    """How many containers BUNDLE has."""
    copies = bundle.container.get("replicas") or bundle.container.get("promoted-max") or "1"
    return int(copies) if copies.isdigit() else 0


def ha_nodes(cib: Cib) -> list[str]:
    """The nodes that run the cluster's own programs. Pacemaker notes the others beside them, once it has seen them."""
    others = {*remote_nodes(cib), *guest_nodes(cib)}
    return [name for name in cib.nodes if name not in others]


@dataclass(frozen=True)
class NodeFacts:
    """The facts of a node that a rule can compare. `passing` are attributes that last until the node restarts."""

    name: str
    kind: str = CLUSTER
    id: str = ""
    attributes: Attributes = field(default_factory=dict)
    passing: Attributes = field(default_factory=dict)


def node_facts(root: ET.Element, cib: Cib) -> dict[str, NodeFacts]:
    """All nodes of the CIB whose XML is ROOT."""
    kinds = {**dict.fromkeys(guest_nodes(cib), CONTAINER), **dict.fromkeys(remote_nodes(cib), "remote")}
    elements = {item.get("uname", ""): item for item in root.iterfind("configuration/nodes/node")}
    states = {item.get("uname", ""): item for item in root.iterfind("status/node_state")}
    found = {}
    for name in dict.fromkeys((*elements, *kinds)):
        element, state = elements.get(name), states.get(name)
        passing = state.find("transient_attributes") if state is not None else None
        found[name] = NodeFacts(
            name,
            kinds.get(name, CLUSTER),
            "" if element is None else element.get("id", ""),
            {} if element is None else attributes(element, "instance_attributes"),
            {} if passing is None else attributes(passing, "instance_attributes"),
        )
    return found


# --- rules -----------------------------------------------------------------------------------------------------------


def all_of(results: Sequence[bool | None]) -> bool | None:
    return False if False in results else None if None in results or not results else True


def any_of(results: Sequence[bool | None]) -> bool | None:
    return True if True in results else None if None in results or not results else False


def parts(rule: ET.Element) -> list[ET.Element]:
    """What a rule is made of."""
    return [item for item in rule if item.tag == "rule" or item.tag.endswith("expression")]


def evaluate(rule: ET.Element, node: NodeFacts) -> bool | None:
    """Whether RULE, or a part of one, is true for NODE; None where that depends on more than the configuration."""
    if rule.tag == "rule":
        results = [evaluate(part, node) for part in parts(rule)]
        return any_of(results) if rule.get("boolean-op", "and").lower() == "or" else all_of(results)
    name, operation = rule.get("attribute", ""), rule.get("operation", "")
    if rule.tag != "expression" or name in node.passing:
        return None
    actual = {"#uname": node.name, "#kind": node.kind, "#id": node.id or None}.get(name, node.attributes.get(name))
    if actual is None and name.startswith("#"):
        return None
    if operation in ("defined", "not_defined"):
        return (actual is not None) is (operation == "defined")
    if actual is None:
        return operation == "ne" if operation in ("eq", "ne", *ORDERED) else None
    if rule.get("value-source", "literal") != "literal":
        return None
    return compare(actual, operation, rule.get("value", ""), rule.get("type"))


def compare(actual: str, operation: str, value: str, kind: str | None) -> bool | None:
    """Whether the comparison of two texts holds; None for what only Pacemaker can compare, such as versions."""
    if operation in ("eq", "ne") and kind in (None, "string"):
        return (actual.lower() == value.lower()) is (operation == "eq")
    try:
        one, other = float(actual), float(value)
    except ValueError:
        return None
    if kind == "version":
        return None
    outcomes = {
        "eq": one == other,
        "ne": one != other,
        "gt": one > other,
        "gte": one >= other,
        "lt": one < other,
        "lte": one <= other,
    }
    return outcomes.get(operation)


def is_kept_by_an_agent(cib: Cib, name: str) -> bool:
    """Whether a resource may set the node attribute NAME when it runs."""
    pings = any(item.agent.endswith((":ping", ":pingd")) for item in cib.primitives.values())
    return (
        name.startswith(KEPT_BY_AGENTS)
        or (name == "pingd" and pings)
        or any(name in item.options.values() for item in cib.primitives.values())
    )


def locations(root: ET.Element) -> Iterator[tuple[ET.Element, list[ET.Element]]]:
    """Every location, with its rules."""
    rules = {rule.get("id"): rule for rule in root.iter("rule") if rule.get("id")}
    for location in root.iterfind("configuration/constraints/rsc_location"):
        yield location, [rules.get(rule.get("id-ref"), rule) for rule in location.findall("rule")]


# --- where a resource may not run ------------------------------------------------------------------------------------


def around(cib: Cib, resource: str) -> set[str]:
    """RESOURCE and everything that it is in: its group, clone, bundle, and tags."""
    names = {resource, *(group.id for group in cib.groups.values() if resource in group.members)}
    names |= {clone.id for clone in cib.clones.values() if clone.resource in names}
    names |= {bundle.id for bundle in cib.bundles.values() if bundle.resource in names}
    return names | {tag.id for tag in cib.tags.values() if names & set(tag.members)}


def is_switched_off(cib: Cib, resource: str) -> bool:
    """Whether RESOURCE, or what contains it, should be stopped (target-role)."""
    kinds: tuple[Mapping[str, Any], ...] = (cib.primitives, cib.groups, cib.clones, cib.bundles)
    metas = [kind[item].meta for item in around(cib, resource) for kind in kinds if item in kind]
    default = cib.resource_defaults.values.get("target-role", "")
    return any(meta.get("target-role", default).lower() == "stopped" for meta in metas)


def _is_about_running(element: ET.Element) -> bool:
    """Whether a location, or its rule, is about more than the promoted role. What holds for the unpromoted role holds
    for every one, because a resource has to have that before it is promoted."""
    return role(element.get("role", "Started")) in ("Started", "Unpromoted")


def is_about(location: ET.Element, names: set[str]) -> bool:
    """Whether LOCATION is about one of the resources NAMES."""
    pattern = location.get("rsc-pattern")
    if pattern is not None:
        try:
            return any(re.search(pattern, name) for name in names)
        except re.error:
            return False
    members = {item.get("id", "") for item in location.iter("resource_ref")}
    return location.get("rsc") in names or bool(members & names)


@dataclass(frozen=True)
class Placement:
    """What the CIB whose XML is `root` says about places."""

    root: ET.Element
    cib: Cib

    @staticmethod
    def of(text: str, cib: Cib) -> Placement:
        return Placement(ET.fromstring(text), cib)

    @cached_property
    def _facts(self) -> Mapping[str, NodeFacts]:
        return node_facts(self.root, self.cib)

    @cached_property
    def _locations(self) -> Sequence[tuple[ET.Element, list[ET.Element]]]:
        return list(locations(self.root))

    def opinions(self, resource: str, node: str) -> list[tuple[bool | None, int]]:
        """What each location says about RESOURCE on NODE: whether it applies, as evaluate() tells, and its score. Those
        for one role only say where the resource is promoted, and not where it runs."""
        facts = self._facts.get(node, NodeFacts(node))
        names = around(self.cib, resource)
        found: list[tuple[bool | None, int]] = []
        for location, rules in self._locations:
            if not is_about(location, names) or not _is_about_running(location):
                continue
            if not rules and location.get("node", "").lower() == node.lower():
                found.append((True, score(location.get("score", "INFINITY")) or 0))
            for rule in filter(_is_about_running, rules):
                applies = evaluate(rule, facts)
                known = applies is False or rule.get("score-attribute") is None
                found.append((applies if known else None, score(rule.get("score", "INFINITY")) or 0))
        return found

    def forbids(self, resource: str, node: str) -> bool:
        """Whether the configuration keeps RESOURCE away from NODE for certain."""
        opinions = self.opinions(resource, node)
        return any(applies and one <= -INFINITY for applies, one in opinions) or (
            boolean(self.cib.properties.get("symmetric-cluster", "true")) is False  # runs only where it is let in
            and all(applies is False for applies, _one in opinions)
        )

    def disfavours(self, resource: str, node: str) -> bool:
        """Whether NODE has a negative score for RESOURCE, for certain. It then doesn't use a fence device even to fence
        another node."""
        opinions = self.opinions(resource, node)
        scores = [one for applies, one in opinions if applies]
        is_sure = all(applies is not None for applies, _one in opinions)
        return self.forbids(resource, node) or (is_sure and INFINITY not in scores and sum(scores) < 0)

    def excuses(self, failure: Mapping[str, Any]) -> bool:
        """Whether FAILURE is that of a probe on a node that may not run the resource."""
        return failure["action"] == "probe" and self.forbids(
            str(failure["resource"]).partition(":")[0], str(failure["node"])
        )

    # --- tickets -------------------------------------------------------------------------------------------------

    def denied(self) -> set[str]:
        """The tickets that this site does not hold, or holds in standby."""
        states = {item.get("id", ""): item for item in self.root.iterfind("status/tickets/ticket_state")}
        granted = {
            name
            for name, item in states.items()
            if boolean(item.get("granted", "false")) and not boolean(item.get("standby", "false"))
        }
        return {ticket.ticket for ticket in self.cib.tickets.values()} - granted

    def waiting(self) -> set[str]:
        """The resources that stay stopped because a ticket is not granted: those that need it, and those that can't
        run without them."""
        denied = self.denied()
        held: set[str] = set()
        held_roles: set[str] = set()  # may run, but not be promoted
        for ticket in self.cib.tickets.values():
            if ticket.ticket in denied:
                for name, wanted in _ticketed(ticket):
                    (held_roles if role(wanted or "Started") == "Promoted" else held).add(name)
        if not held and not held_roles:
            return set()
        while True:
            before = len(held)
            held |= _inside(self.cib, held)
            held_roles |= _inside(self.cib, held_roles)
            held |= {
                name for colocation in self.cib.colocations.values() for name in _with(colocation, held, held_roles)
            }
            held |= {name for order in self.cib.orders.values() for name in _after(order, held, held_roles)}
            if len(held) == before:
                return held


def _ticketed(ticket: Ticket) -> list[tuple[str, str | None]]:
    if ticket.sets:
        return [(name, each.options.get("role")) for each in ticket.sets for name in each.resources]
    return [(ticket.resource, ticket.role)]


def _inside(cib: Cib, names: set[str]) -> set[str]:
    """What is in the groups, clones, bundles and tags of NAMES; of a group also what comes after a member of NAMES."""
    found: set[str] = set()
    for tag in cib.tags.values():
        found |= set(tag.members) if tag.id in names else set()
    for clone in cib.clones.values():
        found |= {clone.resource} if clone.id in names else set()
        found |= {clone.id} if clone.resource in names else set()
    for bundle in cib.bundles.values():
        found |= {bundle.resource or bundle.id} if bundle.id in names else set()
    for group in cib.groups.values():
        first = next((place for place, member in enumerate(group.members) if member in names), len(group.members))
        found |= set(group.members[0 if group.id in names else first :])
    return found


def _members(sets: Sequence[ResourceSet]) -> list[str]:
    return [name for each in sets for name in each.resources]


def _with(colocation: Colocation, held: set[str], held_roles: set[str]) -> set[str]:
    """What COLOCATION keeps from running while the resources HELD don't run."""
    if score(colocation.score or "INFINITY") != INFINITY:
        return set()
    if colocation.sets:
        names = set(_members(colocation.sets))
        return names if names & held else set()
    promoted = role(colocation.with_role or "Started") == "Promoted" and colocation.with_resource in held_roles
    return {colocation.resource} if colocation.with_resource in held or promoted else set()


def _after(order: Order, held: set[str], held_roles: set[str]) -> set[str]:
    """What ORDER keeps from starting while the resources HELD don't run."""
    if order.kind != "Mandatory":
        return set()
    if order.sets:
        names = _members(order.sets)
        first = next((place for place, name in enumerate(names) if name in held), len(names))
        return set(names[first:])
    promoted = order.first_action == "promote" and order.first in held_roles
    waits = order.first_action in ("start", "promote") and order.first in held
    return {order.then} if waits or promoted else set()
