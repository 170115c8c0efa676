# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the CIB shall say: the current model with the declared objects merged into it. Pure.

A value that already means what is declared keeps its spelling, so two models are equal when there is nothing to do.
What is not declared is not touched.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence, Set

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import bundles, left_alone
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import (
    Declared,
    described,
    entries,
    is_absent,
    merge_attributes,
    need,
    plain_role,
    value_or,
    without,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kinds import CONSTRAINTS, KINDS
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.levels import target_of
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import (
    Attributes,
    Cib,
    Clone,
    Defaults,
    Group,
    Operation,
    Primitive,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import (
    boolean,
    role,
    same,
    text,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.remote import (
    refuse_names_of_members,
    remote_and_guest_nodes,
    with_address_of_node,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

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
    for each in KINDS:
        cib = each.merge(cib, declared)
    refuse_names_of_members(current, cib)
    lost = set(remote_and_guest_nodes(current)) - set(remote_and_guest_nodes(cib))
    if lost:
        cib = without_nodes(cib, lost)
    gone = current.tags.keys() - cib.tags.keys()
    for each in CONSTRAINTS if gone else ():
        cib = each.without(cib, gone)
    return cib


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
    meant = next((each.meant for each in KINDS if each.name == kind), None)
    return declared_name(kind, item) if meant is None else meant(cib, item)


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
    cib = dataclasses.replace(cib, groups=groups, clones=clones)
    for kind in KINDS:
        cib = kind.without(cib, gone)
    return left_alone.without(cib, gone)


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
    for kind in KINDS:
        cib = kind.repointed(cib, clone.resource, clone.id)
    return cib


def remove_clone(cib: Cib, item: Declared) -> Cib:
    """CIB without a clone; its resource stays, and the constraints of the clone become those of the resource."""
    clone = find_clone(cib, item)
    if clone is None:
        return cib
    cib = dataclasses.replace(cib, clones=without(cib.clones, clone.id))
    for kind in KINDS:
        cib = kind.renamed(cib, clone.id, clone.resource)
    return cib
