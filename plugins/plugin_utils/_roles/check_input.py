# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decisions of playbook check_input, from the result of internal_role_input on each host."""

from __future__ import annotations

import typing as t
from collections.abc import Collection, Mapping

Checks = Mapping[str, Mapping[str, t.Any]]


def plan_found(checks: Checks) -> dict[str, t.Any]:
    """The findings of the checks, by host; empty if no host has a mistake."""
    if not any(check.get("problems") for check in checks.values()):
        return {}
    return {host: check["found"] for host, check in checks.items() if "found" in check}


def plan_clusters(checks: Checks) -> list[str]:
    """The names of the clusters that the checked hosts belong to."""
    return list(dict.fromkeys(filter(None, (cluster_of(check) for check in checks.values()))))


def plan_fallen(checks: Checks, *, host: str, left: Collection[str], nodes: Collection[str]) -> list[str]:
    """The failed hosts for which HOST has to stop.

    LEFT are the hosts that have not failed, and NODES those of all clusters. A node that failed stops the others of its
    cluster; another host stops only when no cluster is left. A host whose check crashed stops all.
    """
    failed = [name for name in checks if name not in left]
    crashed = [name for name in failed if "found" not in checks[name]]
    if crashed:
        return crashed
    if host in nodes:
        return [name for name in failed if cluster_of(checks[name]) == cluster_of(checks[host])]
    fallen = {cluster_of(checks[name]) for name in failed}
    if any(cluster_of(checks[name]) not in fallen for name in left if name in nodes and name in checks):
        return []
    return failed


def cluster_of(check: Mapping[str, t.Any]) -> t.Any:
    return (check.get("found") or {}).get("cluster")
