# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decisions of role destroy."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.node_names import addresses_by_node

from .host import Host
from .names import names_in


def problems(values: Mapping[str, t.Any], host: Host) -> Iterator[str]:
    """Find the problems of the VALUES of the role's variables on HOST, one sentence each."""
    nodes = addresses_by_node(values["ha_nodes"])
    if host.name not in nodes:
        yield (
            f"Nothing was changed. Host {host.name} is not in ha_nodes ({', '.join(nodes)}). Add it there, or remove it"
            " from the hosts of this play."
        )


def plan_nodes(given: t.Any) -> tuple[str, ...]:
    """The nodes that are named in GIVEN."""
    return names_in(given)
