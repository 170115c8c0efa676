# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decisions of role iptables."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.node_names import addresses_by_node
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.firewall import host_problems

from .host import Host


def problems(values: Mapping[str, t.Any], host: Host) -> list[str]:
    """Find the problems of the packet filter of the node HOST that its facts show, one sentence each."""
    if host.name not in addresses_by_node(values["ha_nodes"]):
        return []
    return host_problems(dict(values), host.name, host.facts)
