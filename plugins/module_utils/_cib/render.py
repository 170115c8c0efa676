# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the pcs commands that turn one model into another. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import (
    bundles,
    clones,
    groups,
    left_alone,
    resources,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import (
    PCS,
    Command,
    set_attributes,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kinds import (
    ALONE,
    BY_NAME,
    CONSTRAINTS,
    SETTINGS,
    THINGS,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib


def render(before: Cib, after: Cib) -> list[Command]:
    """The commands that make AFTER out of BEFORE, in an order in which each is allowed. Those of cibadmin are the first
    and the last, so pcs is started once for all of its own. First go entries of remote nodes: pcs 0.12 can't remove a
    remote node while its entry has the same id. Resources go last, after the constraints that name them."""
    return sorted(all_commands(before, after), key=stage)


def stage(command: Command) -> int:
    if command.tool == PCS:
        return 1
    return 0 if command.argv[:3] == ("--delete", "--scope", "nodes") else 2


def all_commands(before: Cib, after: Cib) -> list[Command]:
    return [
        *(command for kind in CONSTRAINTS for command in kind.removals(before, after)),
        *left_alone.removals(before, after, BY_NAME),
        *(command for kind in ALONE for command in kind.removals(before, after)),
        *clones.removals(before, after),
        *groups.removals(before, after),
        *(command for kind in SETTINGS for command in kind.additions(before, after)),
        *bundles.additions(before, after),
        *resources.additions(before, after),
        *groups.additions(before, after),
        *clones.additions(before, after),
        *resources.removals(before, after),
        *bundles.removals(before, after),
        *(command for kind in (*CONSTRAINTS, *ALONE) for command in kind.additions(before, after)),
        *descriptions(before, after),
    ]


def descriptions(before: Cib, after: Cib) -> Iterator[Command]:
    """pcs has no command for the description of what a cluster runs."""
    for kind, tag in {kind.place: kind.described_in for kind in THINGS}.items():
        old, new = getattr(before, kind), getattr(after, kind)
        for name, item in new.items():
            if item.description != (old[name].description if name in old else ""):
                what = {"id": name, "description": item.description}
                yield set_attributes(f"{tag} '{name}' description", "resources", tag, what)
