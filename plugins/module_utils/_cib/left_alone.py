# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Protect objects that pcs can't write: they can be removed, not changed, and are never lost unnoticed. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import Command, delete_element
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import Declared, is_absent
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kind import Kind
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib, LeftAlone
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

RESOURCES = ("resources", "clones", "bundles")


def resources(cib: Cib) -> dict[str, LeftAlone]:
    """What the cluster runs that is left alone."""
    return {name: item for kind in RESOURCES for name, item in cib.left_alone.get(kind, {}).items()}


def everything(cib: Cib) -> set[str]:
    """The ids of all that the cluster runs."""
    return {*cib.primitives, *cib.groups, *cib.clones, *cib.bundles, *resources(cib)}


def merge(cib: Cib, declared: Declared, kinds: Sequence[Kind]) -> Cib:
    """CIB without what is left alone and declared absent. Anything else that is declared of it is refused."""
    if not cib.left_alone:
        return cib
    there = {kind: dict(entries) for kind, entries in cib.left_alone.items()}
    for kind in kinds:
        entries = there.get("resources" if kind.name == "stonith" else kind.name, {})
        for item in (declared.get(kind.name) or ()) if entries else ():
            name = item.get("id")
            if name not in entries:
                continue
            if not is_absent(item):
                raise ClusterError(
                    f"The {kind.noun} '{name}' exists, but can't be changed here, because"
                    f" {in_words(entries[name].reason)}. Change it with cibadmin, or remove it (state: absent) before"
                    " it is declared in another form."
                )
            del entries[name]
    groups = {
        name: dataclasses.replace(group, members=tuple(m for m in group.members if m in cib.primitives or m in kept))
        for kept in [there.get("resources", {})]
        for name, group in cib.groups.items()
    }
    return dataclasses.replace(cib, left_alone={name: item for name, item in there.items() if item}, groups=groups)


def in_words(reason: str) -> str:
    return reason if "pcs can't write" in reason else f"{reason}, which pcs can't write"


def without(cib: Cib, gone: set[str]) -> Cib:
    """CIB without what is left alone and names what is GONE: pcs removes it, too."""
    left = {
        kind: {name: item for name, item in entries.items() if item.names.isdisjoint(gone)}
        for kind, entries in cib.left_alone.items()
    }
    return dataclasses.replace(cib, left_alone={kind: entries for kind, entries in left.items() if entries})


def removals(before: Cib, after: Cib, kinds: Mapping[str, Kind]) -> Iterator[Command]:
    """Remove what is left alone and not wanted any more, unless it goes with what it names."""
    taken, gone = elements_taken(before, after), going_with_pcs(before, after)
    for kind, entries in before.left_alone.items():
        for name, item in entries.items():
            if name in after.left_alone.get(kind, {}) or not item.names.isdisjoint(gone):
                continue
            if kinds[kind].delete:
                yield Command(f"{kinds[kind].noun} '{name}'", (*kinds[kind].delete, name))
    for name, tag in taken.items():
        if tag:
            yield delete_element(f"resource '{name}'", "resources", tag, {"id": name})


def elements_taken(before: Cib, after: Cib) -> dict[str, str]:
    """The ids that are gone because a resource made from a template is, which pcs can't remove. Each has the tag of the
    element to delete, or none where it is inside of one that is deleted."""
    taken: dict[str, str] = {}
    for name in before.left_alone.get("resources", {}).keys() - after.left_alone.get("resources", {}).keys():
        inside, top, tag = [name], name, "primitive"
        group = next((group for group in before.groups.values() if name in group.members), None)
        if group is not None and after.primitives.keys().isdisjoint(group.members) and group.id not in after.groups:
            inside, top, tag = [*inside, group.id], group.id, "group"
        clone = before.clone_of(top)
        if clone is not None:
            inside, top, tag = [*inside, clone.id], clone.id, "clone"
        taken.update({**dict.fromkeys(inside, ""), top: tag})
    return taken


def going_with_pcs(before: Cib, after: Cib) -> set[str]:
    """The ids of what pcs removes, and with it the constraints that name it."""
    return everything(before) - everything(after) - elements_taken(before, after).keys()
