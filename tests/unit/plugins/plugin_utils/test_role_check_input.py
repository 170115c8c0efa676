# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playbook check_input: which failed hosts stop which others."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles.check_input import (
    plan_clusters,
    plan_fallen,
    plan_found,
)


def check(cluster: str | None, *problems: str) -> dict[str, Any]:
    return {"problems": list(problems), "found": {"cluster": cluster}}


NODES = ["a1", "a2", "b1", "b2"]
CHECKS = {"a1": check("a"), "a2": check("a"), "b1": check("b"), "b2": check("b"), "kvm": check("a")}
CRASHED = {"failed": True, "msg": "Traceback"}


@pytest.mark.parametrize(
    ("failed", "host", "fallen"),
    [
        (["a1"], "a2", ["a1"]),
        (["a1"], "b1", []),
        (["a1"], "kvm", []),  # the other cluster goes on
        (["a1", "b2"], "b1", ["b2"]),
        (["a1", "b2"], "kvm", ["a1", "b2"]),
        (["kvm"], "b1", []),
        (["kvm"], "a1", ["kvm"]),
    ],
)
def test_failed_node_stops_its_own_cluster(failed: list[str], host: str, fallen: list[str]) -> None:
    left = [name for name in CHECKS if name not in failed]
    assert plan_fallen(CHECKS, host=host, left=left, nodes=NODES) == fallen


@pytest.mark.parametrize("host", ["b1", "kvm"])
def test_crashed_check_stops_all(host: str) -> None:
    checks = {**CHECKS, "a1": CRASHED}
    assert plan_fallen(checks, host=host, left=["a2", "b1", "b2", "kvm"], nodes=NODES) == ["a1"]


def test_hypervisor_alone_is_stopped_by_the_only_cluster() -> None:
    checks = {name: CHECKS[name] for name in ("a1", "a2", "kvm")}
    assert plan_fallen(checks, host="kvm", left=["a2", "kvm"], nodes=["a1", "a2"]) == ["a1"]


def test_mistakes_of_all_hosts_are_reported_together() -> None:
    assert plan_found(CHECKS) == {}
    checks = {**CHECKS, "a1": check("a", "ha_totem: wrong."), "b1": CRASHED}
    assert plan_found(checks) == {name: {"cluster": name[0]} for name in ("a1", "a2", "b2")} | {"kvm": {"cluster": "a"}}


def test_clusters_of_the_run() -> None:
    assert plan_clusters({**CHECKS, "spare": check(None), "dead": CRASHED}) == ["a", "b"]
