# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of all kinds of objects in a CIB. Pure."""

from __future__ import annotations

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import (
    acls,
    alerts,
    bundles,
    clones,
    colocations,
    defaults,
    groups,
    levels,
    locations,
    nodes,
    orders,
    properties,
    resources,
    tags,
    tickets,
)

SETTINGS = (properties.KIND, *defaults.KINDS_OF_PLAIN)
THINGS = (*resources.KINDS, groups.KIND, clones.KIND, bundles.KIND)  # kinds that a cluster runs
CONSTRAINTS = (locations.KIND, colocations.KIND, orders.KIND)
# Independent kinds: a change of one changes no other.
ALONE = (
    *defaults.KINDS_OF_SETS,
    nodes.KIND,
    levels.KIND,
    tickets.KIND,
    tags.KIND,
    *acls.KINDS,
    alerts.KIND,
)
KINDS = (*SETTINGS, *THINGS, *CONSTRAINTS, *ALONE)
BY_NAME = {kind.name: kind for kind in KINDS}
