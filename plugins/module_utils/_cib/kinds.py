# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of objects that a CIB is made of, each described once. Pure."""

from __future__ import annotations

from functools import partial

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import (
    acls,
    alerts,
    colocations,
    defaults,
    levels,
    locations,
    nodes,
    orders,
    tags,
    tickets,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kind import Kind

CONSTRAINTS = (locations.KIND, colocations.KIND, orders.KIND)
# What stands for itself: nothing else changes when it does.
ALONE = (
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
        "tickets",
        tickets.parse,
        tickets.merge,
        tickets.additions,
        tickets.removals,
        tickets.without,
        tickets.renamed,
        meant=tickets.meant,
        subjects=lambda ticket: (ticket.resource,),
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
KINDS = (*CONSTRAINTS, *ALONE)
