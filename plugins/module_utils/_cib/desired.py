# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the wanted model: the current one with the declared objects merged into it. Pure.

A value that already means what is declared keeps its spelling, so two models are equal when there is nothing to do.
What is not declared is not touched.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Set

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import (
    bundles,
    clones,
    groups,
    left_alone,
    resources,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import (
    Declared,
    entries,
    without,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kinds import (
    ALONE,
    BY_NAME,
    CONSTRAINTS,
    KINDS,
    SETTINGS,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.remote import (
    refuse_names_of_members,
    remote_and_guest_nodes,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError


def merge(current: Cib, declared: Declared) -> Cib:
    """CURRENT with everything in DECLARED, a mapping in pcs_cib's form, made true."""
    refuse_duplicates(declared)
    cib = merge_declared(current, declared)
    if not declared.get("purge"):
        return cib
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.purge import surplus

    return merge_declared(cib, surplus(cib, declared, name_meant))


def merge_declared(current: Cib, declared: Declared) -> Cib:
    cib = current
    for each in SETTINGS:
        cib = each.merge(cib, declared)
    cib = drop_dangling(cib, left_alone.merge(cib, declared, KINDS)) if cib.left_alone else cib
    for item in entries(declared, "clones", absent=True):
        cib = remove_clone(cib, item)
    for item in entries(declared, "groups", absent=True):
        cib = drop_dangling(cib, dataclasses.replace(cib, groups=without(cib.groups, item["id"])))
    cib = resources.merge(cib, declared)
    cib = bundles.merge(cib, declared, current)
    cib = merge_groups(cib, declared)
    for item in entries(declared, "clones"):
        cib = merge_clone(cib, item)
    for kind in ("resources", "stonith"):
        for item in entries(declared, kind, absent=True):
            cib = remove_primitive(cib, item["id"])
    for item in entries(declared, "bundles", absent=True):
        refuse_resource_of_removed_bundle(cib, item["id"], declared)
        cib = remove_bundle(cib, item["id"])
    for each in (*CONSTRAINTS, *ALONE):
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
            name = BY_NAME[kind].named(item)
            if name is None:
                continue
            space = kind if BY_NAME[kind].own_names else "id"
            if (space, name) in seen:
                other = seen[space, name]
                where = f"twice in '{kind}'" if other == kind else f"in '{other}' and in '{kind}'"
                raise ClusterError(
                    f"The {'id' if space == 'id' else 'name'} '{name}' is declared {where}; it can name"
                    " only one object."
                )
            seen[space, name] = kind


def name_meant(cib: Cib, kind: str, item: Declared) -> str | None:
    """The name of the object that a declared one means."""
    return BY_NAME[kind].name_meant(cib, item)


# --- what refers to each other ---------------------------------------------------------------------------------------


def remove_primitive(cib: Cib, name: str) -> Cib:
    """CIB without the primitive NAME, and without what can't be without it."""
    if name not in cib.primitives:
        return cib
    groups_left = {
        group.id: dataclasses.replace(group, members=tuple(member for member in group.members if member != name))
        for group in cib.groups.values()
    }
    bundles_left = {
        bundle.id: dataclasses.replace(bundle, resource=None) if bundle.resource == name else bundle
        for bundle in cib.bundles.values()
    }
    left = dataclasses.replace(cib, primitives=without(cib.primitives, name), groups=groups_left, bundles=bundles_left)
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
    cib = dataclasses.replace(cib, groups={name: group for name, group in cib.groups.items() if group.members})
    gone = left_alone.everything(before) - left_alone.everything(cib)
    left = {name: clone for name, clone in cib.clones.items() if clone.resource not in gone}
    gone |= cib.clones.keys() - left.keys()
    cib = dataclasses.replace(cib, clones=left)
    for kind in KINDS:
        cib = kind.without(cib, gone)
    return left_alone.without(cib, gone)


def remove_clone(cib: Cib, item: Declared) -> Cib:
    """CIB without a clone; its resource stays, and the constraints of the clone become those of the resource."""
    clone = clones.find_clone(cib, item)
    if clone is None:
        return cib
    cib = dataclasses.replace(cib, clones=without(cib.clones, clone.id))
    for kind in KINDS:
        cib = kind.renamed(cib, clone.id, clone.resource)
    return cib


def merge_groups(cib: Cib, declared: Declared) -> Cib:
    """CIB with the declared groups. A group that loses all its members to others is gone, but only when all are
    merged."""
    merged = groups.merge(cib, declared)
    return merged if all(group.members for group in merged.groups.values()) else drop_dangling(cib, merged)


def merge_clone(cib: Cib, item: Declared) -> Cib:
    """CIB with a declared clone. What names the resource of a new one names the clone then, as pcs does it."""
    clone = clones.merge_clone(cib, item)
    for kind in KINDS if clones.find_clone(cib, item) is None else ():
        cib = kind.repointed(cib, clone.resource, clone.id)
    return dataclasses.replace(cib, clones={**cib.clones, clone.id: clone})
