# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decisions of role maintenance."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.node_names import addresses_by_node

from .host import Host
from .names import names_in, unknown


def problems(values: Mapping[str, t.Any], _host: Host) -> Iterator[str]:
    """Find the problems of the VALUES of the role's variables, one sentence each."""
    nodes, named = addresses_by_node(values["ha_nodes"]), names_in(values["ha_maintenance_nodes"])
    wrong = unknown(named, nodes)
    if wrong:
        yield (
            f"ha_maintenance_nodes has {wrong}, which is not a node in ha_nodes ({', '.join(nodes)}). Correct the name."
        )
    if not named and values["ha_maintenance_kind"] != "maintenance":
        yield (
            "The whole cluster can't be put into standby. Name nodes in ha_maintenance_nodes, or leave"
            " ha_maintenance_kind out."
        )


def plan_nodes(given: t.Any) -> tuple[str, ...]:
    """The nodes that are named in GIVEN."""
    return names_in(given)
