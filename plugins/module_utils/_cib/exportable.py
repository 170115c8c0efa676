# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a model pcs can make in a cluster that has nothing of it yet, and why it can't make the rest. Pure."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence, Set
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.bundles import with_new_name
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.colocations import Colocation
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import OPERATORS_CONSTRAINT, plain_role
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.levels import LEVELS
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.locations import Location
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import (
    OPERATION_OPTIONS,
    Alert,
    Bundle,
    Cib,
    Clone,
    DefaultsSet,
    Node,
    Operation,
    Primitive,
    StonithLevel,
    Ticket,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import boolean, duration
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.orders import Order
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.properties import why_no_property, why_no_time
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.rule import canonical
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.sets import ResourceSet

Reasons = dict[tuple[str, str], str]  # by the kind and the name of what can't be made
DEPRECATED = "action"
STANDARDS = ("ocf", "stonith", "systemd", "lsb", "service")
AGAIN = "pcs makes only one of several on the same"


def exportable(cib: Cib) -> tuple[Cib, Reasons]:
    """The part of CIB that pcs can make, and why it can't make the rest."""
    reasons: Reasons = {}
    bundles = {bundle.resource: bundle for bundle in cib.bundles.values()}
    primitives = kept(
        reasons,
        cib.primitives,
        "primitives",
        lambda primitive: why_no_agent(primitive) or why_not_inside(bundles.get(primitive.id)),
    )
    cib = dataclasses.replace(cib, primitives=primitives)
    known = {*cib.primitives, *cib.groups, *cib.clones, *cib.bundles}
    devices = {name for name, primitive in cib.primitives.items() if primitive.is_stonith}
    groups = kept(
        reasons,
        cib.groups,
        "groups",
        lambda group: absent(group.members, cib.primitives.keys()) or why_not_around(group.members, devices),
    )
    clones = kept(
        reasons,
        cib.clones,
        "clones",
        lambda clone: (
            absent([clone.resource], {*cib.primitives, *groups})
            or why_not_around([clone.resource], devices)
            or why_no_such_clone(cib, clone)
        ),
    )
    known -= {*(cib.groups.keys() - groups.keys()), *(cib.clones.keys() - clones.keys())}
    tags = kept(reasons, cib.tags, "tags", lambda tag: absent(tag.members, known))
    placed = known | tags.keys()
    part = dataclasses.replace(
        cib,
        nodes={name: with_names_of_pcs(node) for name, node in cib.nodes.items()},
        properties={name: value for name, value in cib.properties.items() if not why_no_property(name, value)},
        primitives={
            name: dataclasses.replace(
                without_deprecated(with_operations_of_pcs(reasons, primitive)),
                utilization=whole_numbers(primitive.utilization),
            )
            for name, primitive in cib.primitives.items()
        },
        groups=groups,
        clones=clones,
        bundles={
            name: with_new_name(
                bundle if bundle.resource in cib.primitives else dataclasses.replace(bundle, resource=None)
            )
            for name, bundle in cib.bundles.items()
        },
        resource_defaults_sets=kept(reasons, cib.resource_defaults_sets, "resource_defaults_sets", why_no_defaults),
        operation_defaults_sets=kept(reasons, cib.operation_defaults_sets, "operation_defaults_sets", why_no_defaults),
        locations=first_ones(reasons, cib, "locations", placed, about_location),
        colocations=first_ones(reasons, cib, "colocations", known, about_colocation),
        orders=first_ones(reasons, cib, "orders", known, functools.partial(about_order, cib)),
        tickets=first_ones(reasons, cib, "tickets", known, about_ticket),
        stonith_levels=kept(reasons, cib.stonith_levels, "stonith_levels", lambda level: why_no_level(level, cib)),
        tags=tags,
        alerts={name: with_recipients_of_pcs(reasons, alert) for name, alert in cib.alerts.items()},
        acl_users=kept(reasons, cib.acl_users, "acl_users", lambda member: absent(member.roles, cib.acl_roles.keys())),
        acl_groups=kept(
            reasons, cib.acl_groups, "acl_groups", lambda member: absent(member.roles, cib.acl_roles.keys())
        ),
    )
    return without_empty_values(part), reasons


def without_empty_values(item: Any) -> Any:
    """ITEM, a model or a part of one, without options that are empty: to pcs, an empty value takes an option away."""
    if dataclasses.is_dataclass(item) and not isinstance(item, type):
        values = {one.name: getattr(item, one.name) for one in dataclasses.fields(item)}
        changed = {name: without_empty_values(value) for name, value in values.items()}
        return dataclasses.replace(item, **{name: value for name, value in changed.items() if value != values[name]})
    if isinstance(item, Mapping):
        return {name: without_empty_values(value) for name, value in item.items() if value != ""}
    if isinstance(item, tuple):
        return tuple(without_empty_values(value) for value in item)
    return item


def kept(reasons: Reasons, items: Mapping[str, Any], kind: str, why_not: Callable[[Any], str]) -> dict[str, Any]:
    """Those of ITEMS, which are of KIND, for which there is no reason WHY_NOT; else it is added to REASONS."""
    result = {}
    for name, item in items.items():
        reason = why_not(item)
        if reason:
            reasons[kind, name] = reason
        else:
            result[name] = item
    return result


def absent(names: Iterable[str], there: Iterable[str]) -> str:
    """Which of NAMES is not among what is THERE, in words; an empty text when all are."""
    missing = sorted(set(names) - set(there))
    return f"it names {', '.join(map(repr, missing))}, which pcs can't find or make" if missing else ""


def first_ones(
    reasons: Reasons,
    cib: Cib,
    kind: str,
    known: set[str],
    about: Callable[[Any], tuple[Sequence[str], Hashable, str]],
) -> dict[str, Any]:
    """The constraints of KIND that pcs can make: what they name is KNOWN, and none before them is about the same."""
    seen: set[Hashable] = set()
    items = getattr(cib, kind)
    within = inner_resources(cib)

    def why_not(item: Any) -> str:
        names, key, obstacle = about(item)
        inner = sorted(within.intersection(names))
        if inner:
            return (
                f"Pacemaker ignores it, as {' and '.join(inner)} is in a clone or bundle, which it would have to name"
            )
        missing = absent((name for name in names if not name.startswith("regexp%")), known)
        if obstacle or missing:
            return obstacle or missing
        if key in seen:
            return AGAIN
        if key is not None:
            seen.add(key)
        return ""

    in_order = {name: items[name] for name in sorted(items, key=lambda name: name.startswith(OPERATORS_CONSTRAINT))}
    made = kept(reasons, in_order, kind, why_not)
    return {name: item for name, item in items.items() if name in made}


def inner_resources(cib: Cib) -> set[str]:
    """What is in a clone or a bundle: Pacemaker knows it by the names of its instances only, and so finds it for no
    constraint; pcs would take one for a constraint on what is around it."""
    inner = {bundle.resource for bundle in cib.bundles.values() if bundle.resource is not None}
    inner |= {clone.resource for clone in cib.clones.values()}
    return inner | {member for name in inner & cib.groups.keys() for member in cib.groups[name].members}


def why_no_agent(primitive: Primitive) -> str:
    """Why no resource with this agent can be made: pcs 0.12 and Pacemaker 3 no longer support these standards."""
    standard = primitive.agent.partition(":")[0]
    return "" if standard in STANDARDS else f"not every pcs knows agents of {standard}"


def why_not_around(names: Iterable[str], devices: Set[str]) -> str:
    """Why pcs makes no group or clone of the resources with NAMES, if one is among the fencing DEVICES."""
    found = sorted(set(names) & devices)
    return f"pcs makes none of the fencing device {' and '.join(found)}" if found else ""


def why_not_inside(bundle: Bundle | None) -> str:
    """Why pcs puts no resource into BUNDLE, where there is one: the cluster could not reach it there."""
    if bundle is None or bundle.network.get("control-port") or bundle.network.get("ip-range-start"):
        return ""
    return f"pcs puts no resource into bundle {bundle.id}, which has neither control-port nor ip-range-start"


def why_no_such_clone(cib: Cib, clone: Clone) -> str:
    """Why pcs doesn't make CLONE promotable or globally unique: it takes agents of OCF alone for these."""
    names = [clone.resource, *(cib.groups[clone.resource].members if clone.resource in cib.groups else ())]
    agents = [cib.primitives[name].agent for name in names if name in cib.primitives]
    others = [agent for agent in agents if not agent.startswith("ocf:")]
    if clone.promotable and others:
        return f"pcs makes no promotable clone of {others[0]}"
    is_unique = boolean(clone.meta.get("globally-unique", "")) or False
    return f"pcs makes no globally unique clone of {others[0]}" if is_unique and others else ""


def without_deprecated(primitive: Primitive) -> Primitive:
    """PRIMITIVE without the option of a fencing device that pcs refuses, because others have taken its place."""
    options = {name: value for name, value in primitive.options.items() if name != DEPRECATED}
    return dataclasses.replace(primitive, options=options) if primitive.is_stonith else primitive


def with_recipients_of_pcs(reasons: Reasons, alert: Alert) -> Alert:
    """ALERT with those of its recipients that every pcs can make: 0.11 puts the value between quotes into an XPath."""
    recipients = []
    for recipient in alert.recipients:
        if "'" in recipient.value:
            reasons["recipients", recipient.id] = "a quote in its value, which not every pcs can write"
        else:
            recipients.append(recipient)
    return dataclasses.replace(alert, recipients=tuple(recipients))


def with_names_of_pcs(node: Node) -> Node:
    """NODE with those of its attributes whose names every crm_attribute takes."""
    return dataclasses.replace(
        node,
        attributes={name: value for name, value in node.attributes.items() if is_attribute_name(name)},
        utilization={name: value for name, value in whole_numbers(node.utilization).items() if is_attribute_name(name)},
    )


def whole_numbers(utilization: Mapping[str, str]) -> dict[str, str]:
    """The part of UTILIZATION that pcs takes."""
    return {name: value for name, value in utilization.items() if is_whole_number(value)}


def is_whole_number(value: str) -> bool:
    return re.fullmatch(r"[+-]?\d+", value, re.ASCII) is not None


def is_attribute_name(name: str) -> bool:
    """Whether every release of crm_attribute makes a valid id out of the NAME of a node's attribute."""
    return re.fullmatch(r"[#\w.-]+", name, re.ASCII) is not None


def about_location(item: Location) -> tuple[Sequence[str], Hashable, str]:
    place = item.node if item.rule is None else canonical(item.rule)
    return [item.resource], (item.resource, place), item.obstacle


def about_colocation(item: Colocation) -> tuple[Sequence[str], Hashable, str]:
    if item.sets:
        # of the options of a whole constraint, pcs takes no other than the score for one with sets
        return members(item.sets), set_key(item.sets), unwritable(item.options)
    roles = (plain_role(item.resource_role), plain_role(item.with_role))
    return [item.resource, item.with_resource], (item.resource, item.with_resource, roles), ""


def about_order(cib: Cib, item: Order) -> tuple[Sequence[str], Hashable, str]:
    # pcs takes require-all in sets alone, and no other option than those that have a field
    obstacle = unwritable(item.options)
    ordered = members(item.sets) if item.sets else [item.first, item.then]
    if not obstacle and any(len(set(group.members).intersection(ordered)) > 1 for group in cib.groups.values()):
        obstacle = "pcs makes no order within a group"
    if item.sets:
        return ordered, set_key(item.sets), obstacle
    return [item.first, item.then], (item.first, item.then, item.first_action, item.then_action), obstacle


def why_no_defaults(one: DefaultsSet) -> str:
    return one.obstacle or ("" if any(one.values.values()) else "it has no value that pcs can write")


def unwritable(options: Mapping[str, str]) -> str:
    return f"pcs can't write {' and '.join(sorted(options))} of it" if options else ""


def about_ticket(item: Ticket) -> tuple[Sequence[str], Hashable, str]:
    if item.sets:
        return members(item.sets), (item.ticket, set_key(item.sets)), ""
    return [item.resource], (item.ticket, item.resource, plain_role(item.role)), ""


def members(sets: Sequence[ResourceSet]) -> list[str]:
    return [name for each in sets for name in each.resources]


def set_key(sets: Sequence[ResourceSet]) -> Hashable:
    return tuple(each.resources for each in sets)


def why_no_level(level: StonithLevel, cib: Cib) -> str:
    if level.level not in LEVELS:
        return "Pacemaker knows levels 1 to 9"
    devices = [name for name, primitive in cib.primitives.items() if primitive.is_stonith]
    target = [] if "%" in level.target else [level.target]
    return absent(level.devices, devices) or absent(target, cib.nodes.keys())


def with_operations_of_pcs(reasons: Reasons, primitive: Primitive) -> Primitive:
    """PRIMITIVE with those of its operations that pcs can make, and as much of them as it can write."""
    operations: dict[Hashable, Operation] = {}
    for operation in primitive.operations:
        key = operation.name, duration(operation.interval)
        reason = why_no_time(operation.interval)
        if not reason and key in operations:
            reason = "pcs makes only one of several with the same name and interval"
        if reason:
            reasons["operations", operation.xml_id or ""] = reason
        else:
            operations[key] = as_pcs_writes_it(operation)
    return dataclasses.replace(primitive, operations=tuple(operations.values()))


def as_pcs_writes_it(operation: Operation) -> Operation:
    """OPERATION without the parameters and without the timeout that pcs can't write."""
    return dataclasses.replace(
        operation,
        timeout=None if why_no_time(operation.timeout or "0") else operation.timeout,
        options={name: value for name, value in operation.options.items() if name in OPERATION_OPTIONS},
    )
