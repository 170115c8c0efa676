# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decisions of role membership."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.node_names import addresses_by_node

from .host import Host
from .names import known, names_in, unknown


def problems(values: Mapping[str, t.Any], _host: Host) -> Iterator[str]:
    """What is wrong with the VALUES of the role's variables, one sentence each."""
    nodes = addresses_by_node(values["ha_nodes"])
    wrong = unknown(names_in(values["ha_replaced_nodes"]), nodes)
    if wrong:
        yield (
            f"ha_replaced_nodes has {wrong}, which is no node of ha_nodes ({', '.join(nodes)}). For a new machine of"
            " another name, put that into ha_nodes in place of the old one."
        )
    wanted = known(names_in(values["ha_leaving_nodes"]), nodes)
    if wanted:
        yield (
            f"ha_leaving_nodes has {wanted}, which ha_nodes has, too. Take it out there, so that site.yml does not want"
            " it back."
        )


def plan_nodes(given: t.Any) -> tuple[str, ...]:
    """The nodes that are named in GIVEN."""
    return names_in(given)
