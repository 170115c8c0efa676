# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the CIB shall say: the current model with the declared objects merged into it. Pure.

A value that already means what is declared keeps its spelling, so two models are equal when there is nothing to do.
What is not declared is not touched.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import (
    Declared,
    constraint_id,
    entries,
    is_absent,
    merge_attributes,
    need,
    plain_reference,
    plain_role,
    role_or,
    value_or,
    without,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import (
    Cib,
    Clone,
    Colocation,
    Constraint,
    Defaults,
    Group,
    Location,
    Operation,
    Order,
    Primitive,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import boolean, role, same, text
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.rule import same_rule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

KINDS = (
    "properties",
    "resource_defaults",
    "operation_defaults",
    "resources",
    "stonith",
    "groups",
    "clones",
    "locations",
    "colocations",
    "orders",
)
OPERATORS_CONSTRAINT = "cli-"  # made by `pcs resource move` and `ban`


def merge(current: Cib, declared: Declared) -> Cib:
    """CURRENT with everything in DECLARED, a mapping in pcs_cib's form, made true."""
    refuse_duplicates(declared)
    cib = dataclasses.replace(
        current,
        properties=merge_attributes(current.properties, declared.get("properties")),
        resource_defaults=merge_defaults(current.resource_defaults, declared.get("resource_defaults")),
        operation_defaults=merge_defaults(current.operation_defaults, declared.get("operation_defaults")),
    )
    for item in entries(declared, "clones", absent=True):
        cib = remove_clone(cib, item)
    for item in entries(declared, "groups", absent=True):
        cib = dataclasses.replace(cib, groups=without(cib.groups, item["id"]))
    cib = dataclasses.replace(cib, primitives=merge_primitives(cib.primitives, declared))
    cib = merge_groups(cib, entries(declared, "groups"))
    for item in entries(declared, "clones"):
        cib = merge_clone(cib, item)
    for kind in ("resources", "stonith"):
        for item in entries(declared, kind, absent=True):
            cib = remove_primitive(cib, item["id"])
    return merge_constraints(cib, declared)


# --- declared input --------------------------------------------------------------------------------------------------


def refuse_duplicates(declared: Declared) -> None:
    seen: dict[str, str] = {}
    for kind in KINDS[3:]:
        for item in declared.get(kind) or ():
            name = item.get("id")
            if name is None:
                continue
            if name in seen:
                where = f"twice in '{kind}'" if seen[name] == kind else f"in '{seen[name]}' and in '{kind}'"
                raise ClusterError(f"The id '{name}' is declared {where}; an id names one object.")
            seen[name] = kind


# --- defaults --------------------------------------------------------------------------------------------------------


def merge_defaults(current: Defaults, declared: Declared | None) -> Defaults:
    return dataclasses.replace(current, values=merge_attributes(current.values, declared))


# --- primitives ------------------------------------------------------------------------------------------------------


def merge_primitives(current: Mapping[str, Primitive], declared: Declared) -> dict[str, Primitive]:
    primitives = dict(current)
    for item in entries(declared, "resources"):
        primitives[item["id"]] = merge_primitive(primitives.get(item["id"]), item, item.get("agent"), "resource")
    for item in entries(declared, "stonith"):
        agent = item.get("agent")
        if agent is not None and not agent.startswith("stonith:"):
            agent = f"stonith:{agent}"
        primitives[item["id"]] = merge_primitive(primitives.get(item["id"]), item, agent, "fencing device")
    return primitives


def merge_primitive(current: Primitive | None, item: Declared, agent: str | None, kind: str) -> Primitive:
    if current is None:
        need(item, kind, "agent")
        current = Primitive(item["id"], agent or "")
    elif agent is not None and not same_agent(current.agent, agent):
        raise ClusterError(
            f"The {kind} '{current.id}' exists with the agent '{current.agent}', which can't be changed to '{agent}':"
            " remove it first, or give the new one another id."
        )
    return dataclasses.replace(
        current,
        options=merge_attributes(current.options, item.get("options")),
        meta=merge_attributes(current.meta, item.get("meta")),
        utilization=merge_attributes(current.utilization, item.get("utilization")),
        operations=merge_operations(current.operations, item.get("operations") or ()),
    )


def same_agent(current: str, declared: str) -> bool:
    """Whether two names are the same agent; pcs takes IPaddr2 for ocf:heartbeat:IPaddr2."""
    return current == declared or (":" not in declared and current.rpartition(":")[2] == declared)


def merge_operations(current: Sequence[Operation], declared: Sequence[Declared]) -> tuple[Operation, ...]:
    """Pair every declared operation with the current one of its name, role and interval; or, failing that, with one of
    its name and role that no other declared one is meant by: then it is the interval that changes."""
    left = list(current)
    pairs: list[tuple[Declared, Operation | None]] = []
    later: list[Declared] = []
    for item in declared:
        found = next((operation for operation in left if matches(operation, item, by_interval=True)), None)
        if found is None:
            later.append(item)
        else:
            left.remove(found)
            pairs.append((item, found))
    for item in later:
        found = next((operation for operation in left if matches(operation, item, by_interval=False)), None)
        if found is not None:
            left.remove(found)
        pairs.append((item, found))
    merged = {
        id(found): merge_operation(found, item) for item, found in pairs if found is not None and not is_absent(item)
    }
    gone = {id(found) for item, found in pairs if found is not None and is_absent(item)}
    kept = tuple(merged.get(id(operation), operation) for operation in current if id(operation) not in gone)
    new = tuple(merge_operation(None, item) for item, found in pairs if found is None and not is_absent(item))
    return kept + new


def matches(operation: Operation, item: Declared, *, by_interval: bool) -> bool:
    if operation.name != item["name"] or plain_role(operation.role) != plain_role(item.get("role")):
        return False
    if not by_interval:
        return not is_absent(item) or item.get("interval") is None
    return same("interval", operation.interval, text(item.get("interval") or default_interval(item["name"])))


def default_interval(name: str) -> str:
    """The interval that pcs gives an operation without one."""
    return "60s" if name == "monitor" else "0s"


def merge_operation(current: Operation | None, item: Declared) -> Operation:
    if current is None:
        current = Operation(item["name"], text(item.get("interval") or default_interval(item["name"])))
    options = dict(item.get("options") or {})
    removed = "timeout" in options and options["timeout"] is None
    timeout = item.get("timeout") or options.pop("timeout", None)
    return dataclasses.replace(
        current,
        interval=value_or(current.interval, item.get("interval"), "interval") or current.interval,
        timeout=None if removed else value_or(current.timeout, timeout, "timeout"),
        role=value_or(current.role, role(item["role"]) if item.get("role") else None, "role"),
        options=merge_attributes(current.options, options),
    )


def remove_primitive(cib: Cib, name: str) -> Cib:
    """CIB without the primitive NAME, and without what can't be without it."""
    if name not in cib.primitives:
        return cib
    groups = {
        group.id: dataclasses.replace(group, members=tuple(member for member in group.members if member != name))
        for group in cib.groups.values()
    }
    cib = dataclasses.replace(cib, primitives=without(cib.primitives, name), groups=groups)
    return drop_dangling(cib)


def drop_dangling(cib: Cib) -> Cib:
    """CIB without empty groups, and without the clones and constraints of what is gone."""
    groups = {name: group for name, group in cib.groups.items() if group.members}
    clones = {
        name: clone
        for name, clone in cib.clones.items()
        if clone.resource in groups or clone.resource in cib.primitives
    }
    gone = (cib.groups.keys() - groups.keys()) | (cib.clones.keys() - clones.keys())
    there = (cib.primitives.keys() | groups.keys() | clones.keys()) - gone

    def refers(*names: str) -> bool:
        return all("%" in name or name in there or name not in removed for name in names)

    removed = gone | {member for group in cib.groups.values() for member in group.members} - there
    removed = removed | referenced(cib) - there
    return dataclasses.replace(
        cib,
        groups=groups,
        clones=clones,
        locations={name: item for name, item in cib.locations.items() if refers(item.resource)},
        colocations={name: item for name, item in cib.colocations.items() if refers(item.resource, item.with_resource)},
        orders={name: item for name, item in cib.orders.items() if refers(item.first, item.then)},
    )


def referenced(cib: Cib) -> set[str]:
    """Every id that a constraint names."""
    names = {item.resource for item in cib.locations.values()}
    for colocation in cib.colocations.values():
        names |= {colocation.resource, colocation.with_resource}
    for order in cib.orders.values():
        names |= {order.first, order.then}
    return names


# --- groups and clones -----------------------------------------------------------------------------------------------


def merge_groups(cib: Cib, items: Sequence[Declared]) -> Cib:
    """CIB with the groups ITEMS. A group that loses all its members to others is gone, but only when all are merged."""
    for item in items:
        cib = merge_group(cib, item)
    empty = [group.id for group in cib.groups.values() if not group.members]
    for item in items:
        if item["id"] in empty:
            raise ClusterError(f"The group '{item['id']}' is left without members: other groups take all it has.")
    return drop_dangling(cib) if empty else cib


def merge_group(cib: Cib, item: Declared) -> Cib:
    current = cib.groups.get(item["id"])
    members = None if item.get("members") is None else tuple(map(text, item["members"]))
    if current is None:
        need(item, "group", "members")
    elif members == ():
        raise ClusterError(f"The group '{current.id}' is declared without members; to remove it, say state: absent.")
    if members is not None and len(set(members)) != len(members):
        raise ClusterError(f"The group '{item['id']}' names a member twice.")
    group = current if current is not None else Group(item["id"], ())
    group = Group(
        group.id,
        group.members if members is None else members,
        merge_attributes(group.meta, item.get("meta")),
    )
    others = {
        other.id: dataclasses.replace(other, members=tuple(m for m in other.members if m not in group.members))
        for other in cib.groups.values()
        if other.id != group.id
    }
    return dataclasses.replace(cib, groups={name: others.get(name, group) for name in [*cib.groups, group.id]})


def merge_clone(cib: Cib, item: Declared) -> Cib:
    current = find_clone(cib, item)
    if current is None:
        need(item, "clone", "resource")
        current = Clone(item.get("id") or f"{item['resource']}-clone", item["resource"])
        cib = point_at_clone(cib, current)
    elif item.get("id") not in (None, current.id):
        raise ClusterError(
            f"The resource '{current.resource}' is already cloned as '{current.id}': use this id instead of"
            f" '{item['id']}', or remove the clone first."
        )
    elif item.get("resource") not in (None, current.resource):
        raise ClusterError(
            f"The clone '{current.id}' is one of '{current.resource}', which can't be changed to '{item['resource']}'."
        )
    promotable = item.get("promotable")
    meta = dict(item.get("meta") or {})
    if "promotable" in meta:
        promotable = boolean(text(meta.pop("promotable")))
    clone = dataclasses.replace(
        current,
        promotable=current.promotable if promotable is None else bool(promotable),
        meta=merge_attributes(current.meta, meta),
    )
    return dataclasses.replace(cib, clones={**cib.clones, clone.id: clone})


def find_clone(cib: Cib, item: Declared) -> Clone | None:
    """The clone that a declared one means: by the resource it clones, else by its id."""
    found = cib.clone_of(item["resource"]) if item.get("resource") else None
    return found if found is not None else cib.clones.get(item.get("id") or "")


def point_at_clone(cib: Cib, clone: Clone) -> Cib:
    """CIB with the constraints of what gets cloned naming the clone, as pcs does it."""
    return rename_in_constraints(cib, clone.resource, clone.id)


def remove_clone(cib: Cib, item: Declared) -> Cib:
    """CIB without a clone; its resource stays, and the constraints of the clone become those of the resource."""
    clone = find_clone(cib, item)
    if clone is None:
        return cib
    cib = dataclasses.replace(cib, clones=without(cib.clones, clone.id))
    return rename_in_constraints(cib, clone.id, clone.resource)


def rename_in_constraints(cib: Cib, old: str, new: str) -> Cib:
    def renamed(name: str) -> str:
        return new if name == old else name

    return dataclasses.replace(
        cib,
        locations={k: dataclasses.replace(v, resource=renamed(v.resource)) for k, v in cib.locations.items()},
        colocations={
            k: dataclasses.replace(v, resource=renamed(v.resource), with_resource=renamed(v.with_resource))
            for k, v in cib.colocations.items()
        },
        orders={k: dataclasses.replace(v, first=renamed(v.first), then=renamed(v.then)) for k, v in cib.orders.items()},
    )


# --- constraints -----------------------------------------------------------------------------------------------------


def merge_constraints(cib: Cib, declared: Declared) -> Cib:
    return dataclasses.replace(
        cib,
        locations=merge_kind(cib, cib.locations, declared, "locations", is_location, merge_location),
        colocations=merge_kind(cib, cib.colocations, declared, "colocations", is_colocation, merge_colocation),
        orders=merge_kind(cib, cib.orders, declared, "orders", is_order, merge_order),
    )


def merge_kind(
    cib: Cib,
    current: Mapping[str, Constraint],
    declared: Declared,
    kind: str,
    is_meant: Callable[[Cib, Constraint, Declared], bool],
    merge_one: Callable[[Cib, Constraint | None, Declared], Constraint],
) -> dict[str, Constraint]:
    constraints = dict(current)
    for item in declared.get(kind) or ():
        found = find_constraint(cib, constraints, item, is_meant)
        if not is_absent(item):
            merged = merge_one(cib, found, item)
            constraints[merged.id] = merged
        elif found is not None:
            del constraints[found.id]
    return constraints


def find_constraint(
    cib: Cib,
    constraints: Mapping[str, Constraint],
    item: Declared,
    is_meant: Callable[[Cib, Constraint, Declared], bool],
) -> Constraint | None:
    """The constraint that a declared one means: that of its id, or, where it has none, that on the same things."""
    if item.get("id"):
        return constraints.get(item["id"])
    return next(
        (
            constraint
            for constraint in constraints.values()
            if not constraint.id.startswith(OPERATORS_CONSTRAINT) and is_meant(cib, constraint, item)
        ),
        None,
    )


def same_resource(cib: Cib, current: str, declared: str | None) -> bool:
    return declared is not None and cib.referable(current) == cib.referable(plain_reference(declared))


def resource_or(cib: Cib, current: str, declared: str | None) -> str:
    """The id to name in a constraint: as it is where that is the same thing."""
    if declared is None or same_resource(cib, current, declared):
        return current
    return cib.referable(plain_reference(declared))


def is_location(cib: Cib, location: Location, item: Declared) -> bool:
    if not same_resource(cib, location.resource, item.get("resource")):
        return False
    if item.get("rule") is not None:
        return same_rule(location.rule, item["rule"])
    return location.node is not None and location.node == item.get("node")


def merge_location(cib: Cib, current: Location | None, item: Declared) -> Location:
    if current is None:
        need(item, "location constraint", "resource", *(() if item.get("rule") else ("node",)))
        resource = cib.referable(plain_reference(item["resource"]))
        name = item.get("id") or constraint_id("location", resource, item.get("node") or "rule")
        current = Location(name, resource, score="INFINITY")
    rule, node = item.get("rule"), item.get("node")
    if rule is not None and node is not None:
        raise ClusterError(f"The location constraint '{current.id}' names a node and a rule; it can have only one.")
    return dataclasses.replace(
        current,
        resource=resource_or(cib, current.resource, item.get("resource")),
        node=None if rule is not None else node if node is not None else current.node,
        rule=None if node is not None else current.rule if rule is None or same_rule(current.rule, rule) else rule,
        score=value_or(current.score, item.get("score"), "score"),
        options=merge_attributes(current.options, item.get("options")),
    )


def is_colocation(cib: Cib, colocation: Colocation, item: Declared) -> bool:
    return (
        same_resource(cib, colocation.resource, item.get("resource"))
        and same_resource(cib, colocation.with_resource, item.get("with"))
        and plain_role(colocation.resource_role) == plain_role(item.get("resource_role"))
        and plain_role(colocation.with_role) == plain_role(item.get("with_role"))
    )


def merge_colocation(cib: Cib, current: Colocation | None, item: Declared) -> Colocation:
    if current is None:
        need(item, "colocation constraint", "resource", "with")
        resource, other = (cib.referable(plain_reference(item[name])) for name in ("resource", "with"))
        roles = [role(item[name]) for name in ("resource_role", "with_role") if item.get(name)]
        name = item.get("id") or constraint_id("colocation", resource, other, *roles)
        current = Colocation(name, resource, other, score="INFINITY")
    return dataclasses.replace(
        current,
        resource=resource_or(cib, current.resource, item.get("resource")),
        with_resource=resource_or(cib, current.with_resource, item.get("with")),
        score=value_or(current.score, item.get("score"), "score"),
        resource_role=role_or(current.resource_role, item.get("resource_role")),
        with_role=role_or(current.with_role, item.get("with_role")),
        options=merge_attributes(current.options, item.get("options")),
    )


def is_order(cib: Cib, order: Order, item: Declared) -> bool:
    first_action = item.get("first_action") or "start"
    return (
        same_resource(cib, order.first, item.get("first"))
        and same_resource(cib, order.then, item.get("then"))
        and order.first_action == first_action
        and order.then_action == (item.get("then_action") or first_action)
    )


def merge_order(cib: Cib, current: Order | None, item: Declared) -> Order:
    if current is None:
        need(item, "order constraint", "first", "then")
        first, then = (cib.referable(plain_reference(item[name])) for name in ("first", "then"))
        action = item.get("first_action") or "start"
        actions = [action, item.get("then_action") or action]
        suffix = () if actions == ["start", "start"] else actions
        name = item.get("id") or constraint_id("order", first, then, *suffix)
        symmetrical = (item.get("kind") or "").lower() != "serialize"
        current = Order(name, first, then, action, action, symmetrical=symmetrical)
    kind, symmetrical = item.get("kind"), item.get("symmetrical")
    return dataclasses.replace(
        current,
        first=resource_or(cib, current.first, item.get("first")),
        then=resource_or(cib, current.then, item.get("then")),
        first_action=item.get("first_action") or current.first_action,
        then_action=item.get("then_action") or current.then_action,
        kind=current.kind if kind is None or kind.lower() == current.kind.lower() else kind.capitalize(),
        symmetrical=current.symmetrical if symmetrical is None else bool(symmetrical),
        options=merge_attributes(current.options, item.get("options")),
    )
