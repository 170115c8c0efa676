# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the CIB shall say: the current model with the declared objects merged into it. Pure.

A value that already means what is declared keeps its spelling, so two models are equal when there is nothing to do.
What is not declared is not touched.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from typing import Any, TypeVar

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import bundles, left_alone, tickets
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import sets as resource_sets
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import (
    Declared,
    constraint_id,
    described,
    entries,
    find_constraint,
    is_absent,
    merge_attributes,
    merge_kind,
    need,
    one_of_both,
    plain_reference,
    plain_role,
    resource_or,
    role_or,
    same_resource,
    value_or,
    without,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kinds import KINDS
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.levels import target_of
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import (
    Attributes,
    Cib,
    Clone,
    Colocation,
    Defaults,
    Group,
    Location,
    Operation,
    Order,
    Primitive,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import (
    boolean,
    role,
    same,
    score,
    text,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.remote import (
    refuse_names_of_members,
    remote_and_guest_nodes,
    with_address_of_node,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.rule import same_rule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.sets import (
    constraint_words,
    merge_sets,
    same_sets,
    without_resources,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

SetConstraint = TypeVar("SetConstraint", Colocation, Order)
OWN_NAMES = frozenset(("nodes", "stonith_levels", "acl_users", "acl_groups"))  # not in the name space of the CIB's ids


def merge(current: Cib, declared: Declared) -> Cib:
    """CURRENT with everything in DECLARED, a mapping in pcs_cib's form, made true."""
    refuse_duplicates(declared)
    cib = merge_declared(current, declared)
    if not declared.get("purge"):
        return cib
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.purge import surplus

    return merge_declared(cib, surplus(cib, declared, name_meant))


def merge_declared(current: Cib, declared: Declared) -> Cib:
    cib = dataclasses.replace(
        current,
        properties=merge_properties(current.properties, declared),
        custom_properties=dict.fromkeys(declared.get("custom_properties") or (), ""),
        resource_defaults=merge_defaults(current.resource_defaults, declared.get("resource_defaults")),
        operation_defaults=merge_defaults(current.operation_defaults, declared.get("operation_defaults")),
    )
    cib = drop_dangling(cib, left_alone.merge(cib, declared)) if cib.left_alone else cib
    for item in entries(declared, "clones", absent=True):
        cib = remove_clone(cib, item)
    for item in entries(declared, "groups", absent=True):
        cib = drop_dangling(cib, dataclasses.replace(cib, groups=without(cib.groups, item["id"])))
    cib = dataclasses.replace(cib, primitives=merge_primitives(cib.primitives, declared))
    cib = bundles.merge(cib, declared, current)
    cib = merge_groups(cib, entries(declared, "groups"))
    for item in entries(declared, "clones"):
        cib = merge_clone(cib, item)
    for kind in ("resources", "stonith"):
        for item in entries(declared, kind, absent=True):
            cib = remove_primitive(cib, item["id"])
    for item in entries(declared, "bundles", absent=True):
        refuse_resource_of_removed_bundle(cib, item["id"], declared)
        cib = remove_bundle(cib, item["id"])
    cib = merge_constraints(cib, declared)
    for each in KINDS:
        cib = each.merge(cib, declared)
    refuse_names_of_members(current, cib)
    lost = set(remote_and_guest_nodes(current)) - set(remote_and_guest_nodes(cib))
    if lost:
        cib = without_nodes(cib, lost)
    gone = current.tags.keys() - cib.tags.keys()
    return without_references(cib, gone) if gone else cib


def without_nodes(cib: Cib, lost: Set[str]) -> Cib:
    """CIB without what is configured of the remote and guest nodes LOST, and the constraints and levels for them."""
    return dataclasses.replace(
        cib,
        nodes=without(cib.nodes, *lost),
        locations={name: item for name, item in cib.locations.items() if item.node not in lost},
        stonith_levels={name: item for name, item in cib.stonith_levels.items() if item.target not in lost},
        left_alone={
            kind: {name: item for name, item in items.items() if item.node not in lost}
            for kind, items in cib.left_alone.items()
        },
    )


def without_references(cib: Cib, gone: Set[str]) -> Cib:
    """CIB without the constraints of what is GONE."""
    return dataclasses.replace(
        cib,
        locations={name: item for name, item in cib.locations.items() if item.resource not in gone},
        colocations={
            item.id: item
            for item in without_resources_of(cib.colocations, gone)
            if item.resource not in gone and item.with_resource not in gone
        },
        orders={
            item.id: item
            for item in without_resources_of(cib.orders, gone)
            if item.first not in gone and item.then not in gone
        },
    )


# --- declared input --------------------------------------------------------------------------------------------------


def refuse_duplicates(declared: Declared) -> None:
    seen: dict[tuple[str, str], str] = {}
    for kind, items in declared.items():
        for item in items if isinstance(items, list) else ():
            name = declared_name(kind, item)
            if name is None:
                continue
            space = kind if kind in OWN_NAMES else "id"
            if (space, name) in seen:
                other = seen[space, name]
                where = f"twice in '{kind}'" if other == kind else f"in '{other}' and in '{kind}'"
                raise ClusterError(
                    f"The {'id' if space == 'id' else 'name'} '{name}' is declared {where}; it can name"
                    " only one object."
                )
            seen[space, name] = kind


def declared_name(kind: str, item: Declared) -> str | None:
    """What tells a declared object from all others, or None where that is not its name but what it is about."""
    if kind == "stonith_levels":
        return f"{target_of(item)} {item['level']}"
    name: str | None = item.get("name") if kind == "nodes" else item.get("id")
    return name


def name_meant(cib: Cib, kind: str, item: Declared) -> str | None:
    """The name of the object that a declared one means."""
    if kind == "clones":
        clone = find_clone(cib, item)
        return clone.id if clone is not None else None
    if kind in MEANT:
        constraint = find_constraint(cib, getattr(cib, kind), item, MEANT[kind])
        return constraint.id if constraint is not None else None
    return declared_name(kind, item)


# --- defaults --------------------------------------------------------------------------------------------------------


def merge_properties(current: Attributes, declared: Declared) -> Attributes:
    """The properties, with those that Pacemaker doesn't know and the user says are his own."""
    properties, custom = declared.get("properties") or {}, declared.get("custom_properties") or {}
    twice = sorted(properties.keys() & custom.keys())
    if twice:
        raise ClusterError(f"The property '{twice[0]}' is declared in 'properties' and in 'custom_properties'.")
    return merge_attributes(merge_attributes(current, properties), custom)


def merge_defaults(current: Defaults, declared: Declared | None) -> Defaults:
    return dataclasses.replace(current, values=merge_attributes(current.values, declared))


# --- primitives ------------------------------------------------------------------------------------------------------


def merge_primitives(current: Mapping[str, Primitive], declared: Declared) -> dict[str, Primitive]:
    primitives = dict(current)
    bare = bool(declared.get("no_default_operations"))
    for item in entries(declared, "resources"):
        primitives[item["id"]] = merge_primitive(primitives.get(item["id"]), item, item.get("agent"), "resource", bare)
    for item in entries(declared, "stonith"):
        agent = item.get("agent")
        if agent is not None and not agent.startswith("stonith:"):
            agent = f"stonith:{agent}"
        primitives[item["id"]] = merge_primitive(primitives.get(item["id"]), item, agent, "fencing device", bare)
    return primitives


def merge_primitive(
    current: Primitive | None, item: Declared, agent: str | None, kind: str, bare: bool = False
) -> Primitive:
    """CURRENT as ITEM declares it. BARE says whether a new one gets none of its agent's operations but the monitor."""
    if current is None:
        need(item, kind, "agent")
        own = item.get("no_default_operations")
        current = Primitive(item["id"], agent or "", no_default_operations=bare if own is None else bool(own))
    elif agent is not None and not same_agent(current.agent, agent):
        if kind == "fencing device" and current.is_stonith:  # no service stops, and options of another agent are no use
            return merge_primitive(None, item, agent, kind)
        raise ClusterError(
            f"The {kind} '{current.id}' exists with the agent '{current.agent}', which can't be changed to '{agent}':"
            " remove it first, or give the new one another id."
        )
    return dataclasses.replace(
        current,
        options=merge_attributes(current.options, item.get("options")),
        meta=with_address_of_node(current.meta, merge_attributes(current.meta, item.get("meta")), item),
        utilization=merge_attributes(current.utilization, item.get("utilization")),
        operations=merge_operations(current.operations, item.get("operations") or ()),
        description=described(current.description, item),
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
    bundles_left = {
        bundle.id: dataclasses.replace(bundle, resource=None) if bundle.resource == name else bundle
        for bundle in cib.bundles.values()
    }
    left = dataclasses.replace(cib, primitives=without(cib.primitives, name), groups=groups, bundles=bundles_left)
    return drop_dangling(cib, left)


def refuse_resource_of_removed_bundle(cib: Cib, name: str, declared: Declared) -> None:
    resource = cib.bundles[name].resource if name in cib.bundles else None
    if resource is not None and any(item["id"] == resource for item in entries(declared, "resources")):
        raise ClusterError(
            f"The resource '{resource}' is declared, but the bundle '{name}' is absent, and pcs removes a bundle only"
            " together with its resource. Declare both absent, and the resource outside of the bundle afterwards."
        )


def remove_bundle(cib: Cib, name: str) -> Cib:
    """CIB without the bundle NAME, and without the resource in it."""
    if name not in cib.bundles:
        return cib
    resource = cib.bundles[name].resource
    cib = drop_dangling(cib, dataclasses.replace(cib, bundles=without(cib.bundles, name)))
    return cib if resource is None else remove_primitive(cib, resource)


def drop_dangling(before: Cib, cib: Cib) -> Cib:
    """CIB without empty groups, and without the clones, constraints and so on of what was there BEFORE and is gone."""
    groups = {name: group for name, group in cib.groups.items() if group.members}
    gone = ids(before) - ids(dataclasses.replace(cib, groups=groups))
    clones = {name: clone for name, clone in cib.clones.items() if clone.resource not in gone}
    gone |= cib.clones.keys() - clones.keys()
    cib = without_references(dataclasses.replace(cib, groups=groups, clones=clones), gone)
    for kind in KINDS:
        cib = kind.without(cib, gone)
    return left_alone.without(cib, gone)


def without_resources_of(constraints: Mapping[str, SetConstraint], gone: Set[str]) -> Iterator[SetConstraint]:
    """CONSTRAINTS without the resources GONE in their sets, and without those that have no set left."""
    for item in constraints.values():
        sets = without_resources(item.sets, gone)
        if sets or not item.sets:
            yield dataclasses.replace(item, sets=sets)


def ids(cib: Cib) -> set[str]:
    """The ids of all that a cluster runs."""
    return left_alone.everything(cib)


# --- groups and clones -----------------------------------------------------------------------------------------------


def merge_groups(cib: Cib, items: Sequence[Declared]) -> Cib:
    """CIB with the groups ITEMS. A group that loses all its members to others is gone, but only when all are merged."""
    before = cib
    for item in items:
        cib = merge_group(cib, item)
    empty = [group.id for group in cib.groups.values() if not group.members]
    for item in items:
        if item["id"] in empty:
            raise ClusterError(f"The group '{item['id']}' is left without members: other groups take all it has.")
    return drop_dangling(before, cib) if empty else cib


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
        described(group.description, item),
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
        description=described(current.description, item),
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
    cib = rename_in_constraints(cib, clone.id, clone.resource)
    cib = dataclasses.replace(
        cib,
        colocations=renamed_in_sets(cib.colocations, clone.id, clone.resource),
        orders=renamed_in_sets(cib.orders, clone.id, clone.resource),
    )
    for kind in KINDS:
        cib = kind.renamed(cib, clone.id, clone.resource)
    return cib


def renamed_in_sets(constraints: Mapping[str, SetConstraint], old: str, new: str) -> dict[str, SetConstraint]:
    return {
        name: dataclasses.replace(item, sets=resource_sets.renamed(item.sets, old, new))
        for name, item in constraints.items()
    }


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
    options = merge_attributes(current.options, item.get("options"))
    by_attribute = "score-attribute" in options
    if by_attribute and item.get("score") is not None:
        raise ClusterError(
            f"The location constraint '{current.id}' has a score and the option 'score-attribute': only one can hold."
        )
    if by_attribute and (node is not None or (rule is None and current.rule is None)):
        raise ClusterError(
            f"The location constraint '{current.id}' has the option 'score-attribute', which only a rule can have."
        )
    if rule is not None and node is not None:
        raise ClusterError(f"The location constraint '{current.id}' names a node and a rule; it can have only one.")
    return dataclasses.replace(
        current,
        resource=resource_or(cib, current.resource, item.get("resource")),
        node=None if rule is not None else node if node is not None else current.node,
        rule=None if node is not None else current.rule if rule is None or same_rule(current.rule, rule) else rule,
        score=None if by_attribute else value_or(current.score, item.get("score"), "score"),
        options=options,
    )


def is_colocation(cib: Cib, colocation: Colocation, item: Declared) -> bool:
    if colocation.sets or item.get("sets") is not None:
        return same_sets(cib, colocation.sets, item.get("sets"))
    return (
        same_resource(cib, colocation.resource, item.get("resource"))
        and same_resource(cib, colocation.with_resource, item.get("with"))
        and plain_role(colocation.resource_role) == plain_role(item.get("resource_role"))
        and plain_role(colocation.with_role) == plain_role(item.get("with_role"))
    )


def merge_colocation(cib: Cib, current: Colocation | None, item: Declared) -> Colocation:
    one_of_both(item, "colocation constraint", "resource", "with", "resource_role", "with_role")
    if (current is not None and current.sets) or item.get("sets") is not None:
        return merge_colocation_of_sets(cib, current, item)
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


def merge_colocation_of_sets(cib: Cib, current: Colocation | None, item: Declared) -> Colocation:
    sets = merge_sets(cib, current.sets if current is not None else (), item.get("sets"), item.get("id") or "of sets")
    if current is None:
        name = item.get("id") or constraint_id("colocation", *constraint_words(sets))
        current = Colocation(name, "", "", score="INFINITY")
    return dataclasses.replace(
        current,
        resource="",
        with_resource="",
        resource_role=None,
        with_role=None,
        score=value_or(current.score, item.get("score"), "score"),
        options=merge_attributes(current.options, item.get("options")),
        sets=sets,
    )


def is_order(cib: Cib, order: Order, item: Declared) -> bool:
    if order.sets or item.get("sets") is not None:
        return same_sets(cib, order.sets, item.get("sets"))
    first_action = item.get("first_action") or "start"
    return (
        same_resource(cib, order.first, item.get("first"))
        and same_resource(cib, order.then, item.get("then"))
        and order.first_action == first_action
        and order.then_action == (item.get("then_action") or first_action)
    )


def merge_order(cib: Cib, current: Order | None, item: Declared) -> Order:
    one_of_both(item, "order constraint", "first", "then", "first_action", "then_action")
    if (current is not None and current.sets) or item.get("sets") is not None:
        return merge_order_of_sets(cib, current, item)
    if current is None:
        need(item, "order constraint", "first", "then")
        first, then = (cib.referable(plain_reference(item[name])) for name in ("first", "then"))
        action = item.get("first_action") or "start"
        actions = [action, item.get("then_action") or action]
        suffix = () if actions == ["start", "start"] else actions
        name = item.get("id") or constraint_id("order", first, then, *suffix)
        symmetrical = (item.get("kind") or "").lower() != "serialize"
        current = Order(name, first, then, action, action, symmetrical=symmetrical)
    return dataclasses.replace(
        merge_order_options(current, item),
        first=resource_or(cib, current.first, item.get("first")),
        then=resource_or(cib, current.then, item.get("then")),
        first_action=item.get("first_action") or current.first_action,
        then_action=item.get("then_action") or current.then_action,
    )


def merge_order_options(current: Order, item: Declared) -> Order:
    kind, symmetrical = item.get("kind"), item.get("symmetrical")
    options = dict(item.get("options") or {})
    old_kind = options.pop("score", None)  # what Pacemaker had before it had kinds
    if old_kind is not None:
        if kind is not None:
            raise ClusterError(
                f"The order constraint '{current.id}' has a kind and the option 'score'; it can have only one."
            )
        if score(text(old_kind)) is None:
            raise ClusterError(f"The option 'score' of the order constraint '{current.id}' is no score: '{old_kind}'.")
        kind = "Optional" if score(text(old_kind)) == 0 else "Mandatory"
    return dataclasses.replace(
        current,
        kind=current.kind if kind is None or kind.lower() == current.kind.lower() else kind.capitalize(),
        symmetrical=current.symmetrical if symmetrical is None else bool(symmetrical),
        options=merge_attributes(current.options, options),
    )


def merge_order_of_sets(cib: Cib, current: Order | None, item: Declared) -> Order:
    sets = merge_sets(cib, current.sets if current is not None else (), item.get("sets"), item.get("id") or "of sets")
    if current is None:
        name = item.get("id") or constraint_id("order", *constraint_words(sets))
        current = Order(name, "", "", symmetrical=(item.get("kind") or "").lower() != "serialize")
    return dataclasses.replace(
        merge_order_options(current, item), first="", then="", first_action="start", then_action="start", sets=sets
    )


MEANT: Mapping[str, Callable[[Cib, Any, Declared], bool]] = {
    "locations": is_location,
    "colocations": is_colocation,
    "orders": is_order,
    "tickets": tickets.is_meant,
}
