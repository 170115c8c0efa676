# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find resources that a change would leave without the group, clone or constraints that hold them in place. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import Declared, entries, plain_reference
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kinds import KINDS
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.left_alone import everything
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.options import WHAT_RUNS
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError


@dataclass(frozen=True)
class Loss:
    """One resource, and what it would leave."""

    kind: str
    holder: str
    resource: str

    def __str__(self) -> str:
        return f"'{self.resource}' would leave the {self.kind} '{self.holder}'"


def refuse_loose(before: Cib, after: Cib, declared: Declared) -> None:
    """Refuse a change from BEFORE to AFTER that sets a resource loose, unless DECLARED says that it stays.

    It says so by declaring the resource, by `release` of the group or tag, or by `resource` of the clone.
    """
    if (before.groups, before.clones, before.tags) == (after.groups, after.clones, after.tags):
        return
    lost = [loss for loss in losses(before, after) if loss.resource not in said(declared)]
    if not lost:
        return
    option = "resource of the clone" if all(loss.kind == "clone" for loss in lost) else "release of what it leaves"
    raise ClusterError(
        f"This would set loose what stays in the cluster: {'; '.join(map(str, lost))}. Nothing was changed. Declare it"
        " (ha_resources) if it stays; declare it with state: absent, or purge it (ha_purge), if it is to go. One that"
        f" stays without being declared has to be named in {option}."
    )


def losses(before: Cib, after: Cib) -> Iterator[Loss]:
    """What stays, but loses its group, its clone, or a tag that a constraint is about."""
    gone = everything(before) - everything(after)
    held = {member for group in after.groups.values() for member in group.members}
    held |= gone | {clone.resource for clone in after.clones.values()}
    for group in before.groups.values():
        yield from (Loss("group", group.id, name) for name in group.members if name not in held)
    for clone in before.clones.values():
        if clone.resource not in held:
            yield Loss("clone", clone.id, clone.resource)
    constrained = subjects(before)
    for tag in before.tags.values():
        left = after.tags[tag.id].members if tag.id in after.tags else ()
        if tag.id in constrained:
            yield from (Loss("tag", tag.id, name) for name in tag.members if name not in gone | {*left})


def subjects(cib: Cib) -> set[str]:
    """What the constraints of CIB are about."""
    return {name for kind in KINDS for item in kind.objects(cib).values() for name in kind.subjects(item)}


def said(declared: Declared) -> set[str]:
    """The resources of which DECLARED says that they stay."""
    names = {item["id"] for kind in WHAT_RUNS for item in entries(declared, kind) if item.get("id")}
    for kind in ("groups", "tags"):
        for item in declared.get(kind) or ():
            names |= set(item.get("release") or ())
    return names | {plain_reference(item["resource"]) for item in declared.get("clones") or () if item.get("resource")}
