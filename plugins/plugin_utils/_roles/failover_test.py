# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decisions of role failover_test."""

from __future__ import annotations

import os.path
import typing as t
from collections.abc import Iterator, Mapping

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.node_names import addresses_by_node

from .host import Host

MARGIN = 60  # seconds


def problems(values: Mapping[str, t.Any], host: Host) -> Iterator[str]:
    """Find the problems of the VALUES of the role's variables on HOST, one sentence each."""
    nodes = addresses_by_node(values.get("ha_nodes", host.play))
    if set(nodes) != set(host.play):
        yield (
            f"This play is for {', '.join(host.play)}, and the cluster has the nodes {', '.join(nodes)} (ha_nodes). All"
            " have to take part, and no other host."
        )
    if not values["ha_failover_test_cluster_name"]:
        yield "Type the name of the cluster to test: -e ha_failover_test_cluster_name=NAME."
    prober = values["ha_failover_test_prober_host"]
    if prober in nodes:
        yield (f"ha_failover_test_prober_host is {prober}, a node of the cluster. Outages are measured from outside.")
    report, results = (values[name] or "" for name in ("ha_failover_test_report", "ha_failover_test_results"))
    if report and os.path.splitext(report)[0] == os.path.splitext(results)[0]:
        yield (
            f"Beside the report {report} there is the same for machines with the suffix .json, which is"
            " ha_failover_test_results. Choose different names."
        )
    heal_after, timeout = (values[name] or 0 for name in ("ha_failover_test_heal_after", "ha_failover_test_timeout"))
    if heal_after < timeout + MARGIN:
        yield (
            f"ha_failover_test_heal_after is {heal_after} s, less than a minute more than ha_failover_test_timeout"
            f" ({timeout} s): a node would heal in the middle of a test."
        )
