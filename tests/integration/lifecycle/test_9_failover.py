# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cluster is broken in all ways that containers allow, and every invariant holds; where one doesn't, a test fails.

ROUNDS (3) is how often all tests are run, COUNT (20) how many more are drawn at random, SEED their order. ONLY names
the tests, separated by commas, where not all are wanted.
"""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import random
import typing as t

import pytest
from lab import CHECKOUT, PlaybookRun, eventually
from life import LifeLab

PLAYBOOK = "playbooks/failover_test.yml"
ROUNDS, COUNT = int(os.environ.get("ROUNDS", "3")), int(os.environ.get("COUNT", "20"))
SEED = os.environ.get("SEED") or str(random.randrange(1000000))
ONLY = [name for name in os.environ.get("ONLY", "").split(",") if name]
TIERS = ["safe", "risky", "disruptive"]
# A container has its host's kernel, and the paper's cluster one network for corosync: a test of its own adds another.
NOT_HERE = {"kernel-crash", "link-down"}
HOOK = "/etc/libvirt/hooks/qemu"
LEFT = """
systemctl list-units --all --plain --no-legend 'quorate-failover*'
ls /etc/systemd/system/quorate-failover* 2>/dev/null
iptables -S | grep QUORATE_FAILOVER
grep quorate-failover/wrapper /proc/self/mountinfo
ps -eo stat,comm | grep '^T.*corosync'
ls -A /var/www/mirror | grep quorate-failover
"""


@dataclasses.dataclass(frozen=True)
class Outcome:
    """A run of the failover tests, and its results for machines."""

    run: PlaybookRun
    results: dict[str, t.Any]

    @property
    def violations(self) -> set[str]:
        return {one["id"] for test in self.results["tests"] for one in test["violations"]}

    def table(self) -> str:
        lines = [
            f"{test['test']:32} {'passed' if test['passed'] else 'FAILED'} {test['seconds']:6.1f} s, outages"
            f" {test['outage_seconds']}, moves {len(test['moves'])}, fencings {len(test['fencings'])},"
            f" writes {test['writes']} {test['message']}"
            for test in self.results["tests"]
        ]
        return "\n".join([f"\nseed {self.results['seed']}", *lines])


def break_it(site: LifeLab, folder: pathlib.Path, *arguments: str, **variables: t.Any) -> Outcome:
    results = folder / "results.json"
    extra = {
        "ha_failover_test_cluster_name": "testcluster",
        "ha_failover_test_tiers": TIERS,
        "ha_failover_test_seed": SEED,
        "ha_failover_test_results": str(results),
        "ha_failover_test_report": str(folder / "report.html"),
        **variables,
    }
    run = site.playbook(PLAYBOOK, *arguments, **extra)
    assert results.exists(), run
    tested = Outcome(run, json.loads(results.read_text()))
    print(tested.table())
    return tested


def left(site: LifeLab) -> dict[str, str]:
    """What a test has left on the machines."""
    found = {host: site.ssh(host, LEFT, check=False).strip() for host in [*site.nodes, "hypervisor"]}
    return {host: what for host, what in found.items() if what}


def boot(site: LifeLab, node: str) -> None:
    """Switch NODE off and on, by hand."""
    site.ssh("hypervisor", f"virsh destroy {node}", check=False)
    site.ssh("hypervisor", f"virsh start {node}")


def test_documented_commands_work(site: LifeLab) -> None:
    with site.undisturbed("failover test in check mode"):
        run = site.documented("playbooks/failover_test.yml --check", "docs/failover_test.md")
    assert run.code == 0, run
    assert "Expected: 1 move, 0 fencings" in " ".join(run.output.split())
    results, report = CHECKOUT / "failover_results.json", CHECKOUT / "failover_report.html"
    try:
        run = site.documented(
            "playbooks/failover_test.yml -e ha_failover_test_cluster_name=testcluster",
            "docs/failover_test.md",
        )
        assert run.code == 0, run
        assert {test["tier"] for test in json.loads(results.read_text())["tests"]} == {"safe"}
        assert "put the active node into standby" in report.read_text()
    finally:
        for path in (results, report, report.with_suffix(".json")):
            path.unlink(missing_ok=True)
    assert left(site) == {}


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"ha_failover_test_cluster_name": "productive"}, "This cluster is testcluster"),
        ({"ha_failover_test_tiers": ["safe"], "ha_failover_test_ids": ["fence"]}, "The test fence is disruptive"),
    ],
)
def test_wrong_words_break_nothing(site: LifeLab, variables: dict[str, t.Any], words: str) -> None:
    with site.undisturbed("a refused failover test"):
        run = site.playbook(PLAYBOOK, **{"ha_failover_test_cluster_name": "testcluster", **variables})
    assert run.code != 0, run
    assert words in " ".join(run.output.split()), run


def test_all_tests_in_random_order(site: LifeLab, tmp_path: pathlib.Path) -> None:
    cycles = site.power_cycles()
    tested = break_it(site, tmp_path, ha_failover_test_rounds=ROUNDS, ha_failover_test_ids=ONLY)
    assert tested.run.code == 0, tested.run
    assert {entry["test"] for entry in tested.results["impossible"]} <= NOT_HERE
    run = [test["test"] for test in tested.results["tests"]]
    assert sorted([*run, *(entry["test"] for entry in tested.results["impossible"])]) == sorted(
        tested.results["planned"]
    )
    assert all(run.count(name) == ROUNDS for name in run)
    # The power switches themselves have switched as often as the tests say that nodes were fenced.
    fenced = sum(len(test["fencings"]) for test in tested.results["tests"])
    assert fenced <= site.power_cycles() - cycles + run.count("power-loss"), tested.table()
    assert "<title>" in (tmp_path / "report.html").read_text()
    site.await_healthy()
    assert left(site) == {}


def test_random_tests_in_sequence(site: LifeLab, tmp_path: pathlib.Path) -> None:
    """The writers and the prober are a constant load; nothing that they were told to be done is lost."""
    tested = break_it(site, tmp_path, ha_failover_test_count=COUNT, ha_failover_test_ids=ONLY)
    assert tested.run.code == 0, tested.run
    assert len(tested.results["tests"]) + len(tested.results["impossible"]) == COUNT
    assert all(test["writes"] > 10 for test in tested.results["tests"])
    assert left(site) == {}


def test_one_of_two_links_is_cut_and_nobody_notices(site: LifeLab, tmp_path: pathlib.Path) -> None:
    """And a partition is one only when both are cut."""
    two = str(site.inventory(*site.nodes, ha_links=["cluster", "management"]))
    tests = ["link-down", "partition"]
    try:
        run = site.site("--inventory", two, "--tags", "iptables,cluster")
        assert run.code == 0, run
        tested = break_it(
            site, tmp_path, "--inventory", two, ha_failover_test_rounds=ROUNDS, ha_failover_test_ids=tests
        )
    finally:
        again = site.site("--tags", "iptables,cluster")
    assert again.code == 0, again
    assert tested.run.code == 0, tested.run
    assert sorted(test["test"] for test in tested.results["tests"]) == sorted(tests * ROUNDS)
    site.await_healthy()
    assert left(site) == {}


def test_power_switch_that_does_nothing_makes_the_partition_fail(site: LifeLab, tmp_path: pathlib.Path) -> None:
    """fence_virtd says that it has rebooted the node, and that goes on: the cluster is deceived, the test is not."""
    active = site.active_node()
    site.ssh("hypervisor", f"cp --preserve {HOOK} /root/hook && printf '#!/bin/sh\\nexit 0\\n' > {HOOK}")
    try:
        tested = break_it(
            site,
            tmp_path,
            ha_failover_test_ids=["partition"],
            ha_failover_test_timeout=60,
            ha_failover_test_heal_after=240,
        )
    finally:
        site.ssh("hypervisor", f"cp --preserve /root/hook {HOOK} && rm /root/hook")
        boot(site, active)
    assert tested.run.code != 0, tested.run
    assert "never-down" in tested.violations, tested.table()
    site.await_healthy(timeout=180)
    assert left(site) == {}


def test_fence_device_that_is_dead_lets_nothing_begin(site: LifeLab) -> None:
    """The guard: a cluster that can't fence is not broken at all."""
    site.ssh("hypervisor", "systemctl stop fence_virtd")
    try:
        run = site.playbook(PLAYBOOK, ha_failover_test_cluster_name="testcluster")
    finally:
        site.ssh("hypervisor", "systemctl start fence_virtd")
    assert run.code != 0, run
    assert "Nothing is broken now" in " ".join(run.output.split()), run
    site.ssh("node1", "crm_resource --cleanup && crm_resource --wait")
    site.await_healthy()


@pytest.mark.parametrize("name", ["standby", "quorum-kept", "partition", "fencing-dead", "disk-full"])
def test_killed_run_heals_by_its_timers(site: LifeLab, tmp_path: pathlib.Path, name: str) -> None:
    extra = {
        "ha_failover_test_cluster_name": "testcluster",
        "ha_failover_test_tiers": TIERS,
        "ha_failover_test_ids": [name],
        "ha_failover_test_results": str(tmp_path / "results.json"),
        "ha_failover_test_timeout": 60,
        "ha_failover_test_heal_after": 120,
    }
    site.kill_in("Wait for the effect of the fault", PLAYBOOK, "--extra-vars", json.dumps(extra))
    again = site.playbook(PLAYBOOK, **extra)
    assert again.code != 0, again  # one at a time, and nothing on a cluster that is broken
    assert eventually(lambda: all(map(site.reachable, site.nodes)), timeout=180)

    def healed() -> bool:
        return not any("quorate-failover" in what or "QUORATE" in what for what in left(site).values())

    assert eventually(healed, timeout=300), left(site)
    site.ssh("node1", "crm_resource --cleanup; crm_resource --wait")
    for node in site.nodes:
        site.ssh("node1", f"stonith_admin --cleanup --history {node}", check=False)
    site.await_healthy(timeout=240)
    assert left(site) == {}
    tested = break_it(site, tmp_path, ha_failover_test_ids=["standby"])
    assert tested.run.code == 0, tested.run
