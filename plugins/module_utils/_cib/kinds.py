# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of objects that stand for themselves: nothing but themselves changes when they do.

Each is described once, by the functions that read it, merge what is declared of it, and say how pcs changes it.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import partial
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import (
    acls,
    alerts,
    defaults,
    levels,
    nodes,
    tags,
    tickets,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import Command
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import Declared
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib


def unchanged(cib: Cib, gone: Set[str]) -> Cib:
    return cib


def not_renamed(cib: Cib, old: str, new: str) -> Cib:
    return cib


def nothing(before: Cib, after: Cib) -> Iterator[Command]:
    return iter(())


@dataclass(frozen=True)
class Kind:
    """One kind of object. Its name is that in pcs_cib and in the model.

    `removals` come before all other commands, `additions` after them. `without` takes out what refers to resources
    that are gone, `renamed` sees to what refers to a clone that is none any more.
    """

    name: str
    parse: Callable[[ET.Element], Mapping[str, Any]]
    merge: Callable[[Cib, Declared], Cib]
    additions: Callable[[Cib, Cib], Iterator[Command]]
    removals: Callable[[Cib, Cib], Iterator[Command]] = nothing
    without: Callable[[Cib, Set[str]], Cib] = unchanged
    renamed: Callable[[Cib, str, str], Cib] = not_renamed


KINDS = (
    *(
        Kind(
            name,
            partial(defaults.parse_sets, kind=name),
            partial(defaults.merge_sets, kind=name),
            partial(defaults.set_additions, kind=name),
            partial(defaults.set_removals, kind=name),
        )
        for name in defaults.SECTIONS
    ),
    Kind("nodes", nodes.parse, nodes.merge, nodes.additions, nodes.removals),
    Kind("stonith_levels", levels.parse, levels.merge, levels.additions, levels.removals, levels.without),
    Kind(
        "tickets", tickets.parse, tickets.merge, tickets.additions, tickets.removals, tickets.without, tickets.renamed
    ),
    Kind("tags", tags.parse, tags.merge, tags.additions, tags.removals, tags.without, tags.renamed),
    Kind("acl_roles", acls.parse_roles, acls.merge_roles, acls.role_additions, acls.role_removals, acls.roles_without),
    *(
        Kind(
            name,
            partial(acls.parse_members, kind=name),
            partial(acls.merge_members, kind=name),
            partial(acls.member_additions, kind=name),
            partial(acls.member_removals, kind=name),
        )
        for name in acls.ELEMENTS
    ),
    Kind("alerts", alerts.parse, alerts.merge, alerts.additions, alerts.removals),
)
