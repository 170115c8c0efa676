# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role failover_test without a host: actions that answer like a cluster stand for all modules that touch one."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import subprocess
import sys
import typing as t

import pytest
from faked_collection import copy_collection

CHECKOUT = pathlib.Path(__file__).resolve().parents[3]
FAKED = (
    "internal_failover_info",
    "internal_failover_break",
    "internal_failover_watch",
    "internal_failover_await",
    "internal_failover_clock",
    "cluster_verify",
)
COMMANDS = ("crm_resource", "stonith_admin")  # those that the role runs itself
COMMAND = """#!/bin/sh
[ "$FAKE_FAULT" != "can't forget" ] || { echo "It is not connected." >&2; exit 102; }
"""
HOSTS = """
[cluster]
node1
node2
node3
[others]
outside
[all:vars]
ansible_connection=local
ansible_become=false
ansible_python_interpreter={python}
"""


@dataclasses.dataclass(frozen=True)
class Run:
    code: int
    output: str
    log: list[list[str]]
    results: dict[str, t.Any]

    def done(self, state: str) -> list[str]:
        """The hosts on which internal_failover_break was called with STATE."""
        return [line[0] for line in self.log if line[1:3] == ["internal_failover_break", state]]


@pytest.fixture(scope="module")
def collections(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A copy of the collection in which nothing touches a host."""
    action = pathlib.Path(__file__).with_name("fake_action.py")
    return copy_collection(tmp_path_factory.mktemp("collections"), FAKED, action)


@pytest.fixture
def play(collections: pathlib.Path, tmp_path: pathlib.Path) -> t.Callable[..., Run]:
    def run(fault: str = "", *arguments: str, **variables: t.Any) -> Run:
        (tmp_path / "ansible.cfg").touch()
        (tmp_path / "hosts").write_text(HOSTS.format(python=sys.executable))
        for name in COMMANDS:
            command = tmp_path / "bin" / name
            command.parent.mkdir(exist_ok=True)
            command.write_text(COMMAND)
            command.chmod(0o755)
        results = tmp_path / "results.json"
        extra = {
            "ha_failover_test_cluster_name": "web",
            "ha_nodes": ["node1", "node2", "node3"],
            "ha_failover_test_prober_host": "outside",
            "ha_failover_test_url": "http://192.0.2.9/",
            "ha_failover_test_results": str(results),
            "ha_failover_test_report": "",
            "ha_failover_test_seed": "7",
            "__failover_test_calm": 0,
            # All nodes are this machine: with one folder for all, one would remove it from under another.
            "__failover_test_state": str(tmp_path / "state-{{ inventory_hostname }}"),
            **variables,
        }
        playbook = collections / "ansible_collections/quorate/ha_cluster/playbooks/failover_test.yml"
        argv = ["ansible-playbook", "-i", str(tmp_path / "hosts"), "-e", json.dumps(extra), *arguments, str(playbook)]
        environment = {
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": f"{collections}:{CHECKOUT / '.venv/collections'}",
            "ANSIBLE_CONFIG": str(tmp_path / "ansible.cfg"),
            "ANSIBLE_NOCOLOR": "1",
            "FAKE_FOLDER": str(tmp_path),
            "FAKE_FAULT": fault,
            "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        }
        done = subprocess.run(argv, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        log = tmp_path / "log"
        lines = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        said = json.loads(results.read_text()) if results.exists() else {}
        return Run(done.returncode, done.stdout + done.stderr, lines, said)

    return run


def test_tests_pass_and_are_reported(play: t.Callable[..., Run]) -> None:
    run = play(
        ha_failover_test_tiers=["safe", "disruptive"],
        ha_failover_test_ids=["standby", "kill-service", "freeze-corosync", "kernel-crash"],
    )
    assert run.code == 0, run.output
    assert {test["test"] for test in run.results["tests"]} == {"standby", "kill-service", "freeze-corosync"}
    assert all(test["passed"] for test in run.results["tests"])
    frozen = next(test for test in run.results["tests"] if test["test"] == "freeze-corosync")
    assert len(frozen["fencings"]) == len(frozen["moves"]) == len(frozen["outages"]) == 1
    assert frozen["writes"] == 20
    assert [entry["test"] for entry in run.results["impossible"]] == ["kernel-crash"]
    assert "container" in run.results["impossible"][0]["reason"]
    assert len(run.done("broken")) == 3
    # every node is armed before anything is broken, and healed afterwards
    for number, (_host, name, *what) in enumerate(run.log):
        if name == "internal_failover_break" and what[0] == "broken":
            before = [line[0] for line in run.log[:number] if line[1:3] == ["internal_failover_break", "armed"]]
            assert set(before[-3:]) == {"node1", "node2", "node3"}
    assert set(run.done("healed")) == {"node1", "node2", "node3"}


@pytest.mark.parametrize(
    ("fault", "test", "violation"),
    [
        ("second mount", "standby", "mounted-twice"),
        ("power switch lies", "partition", "never-down"),
        ("verify fails", "standby", "not-done"),
        ("can't tidy", "standby", "not-done"),
        ("can't forget", "kill-service", "not-done"),
        ("can't heal at first", "standby", "not-done"),
    ],
)
def test_broken_invariant_stops_the_run(play: t.Callable[..., Run], fault: str, test: str, violation: str) -> None:
    run = play(
        fault, ha_failover_test_tiers=["safe", "disruptive"], ha_failover_test_ids=[test], ha_failover_test_rounds=2
    )
    assert run.code != 0, run.output
    assert len(run.results["tests"]) == 1
    assert violation in {one["id"] for one in run.results["tests"][0]["violations"]}, run.results["tests"][0]
    assert f"{test} has failed" in " ".join(run.output.split()), run.output


@pytest.mark.parametrize(
    ("fault", "variables", "words"),
    [
        ("no quorum", {}, "there is no quorum"),
        ("", {"ha_failover_test_cluster_name": "wab"}, "This cluster is web"),
        ("", {"ha_failover_test_cluster_name": ""}, "Type the name of the cluster"),
        ("", {"ha_failover_test_ids": ["partition"]}, "The test partition is disruptive"),
    ],
)
def test_refusal_breaks_nothing(
    play: t.Callable[..., Run], fault: str, variables: dict[str, t.Any], words: str
) -> None:
    run = play(fault, **variables)
    assert run.code != 0, run.output
    assert words in " ".join(run.output.split()), run.output
    assert run.log == []


def test_run_beside_another_one_lets_go(play: t.Callable[..., Run]) -> None:
    run = play("another run")
    assert run.code != 0, run.output
    assert "a failover test is running" in run.output
    assert run.done("broken") == []
    assert sorted(run.done("healed")) == ["node1", "node3"]


def test_check_mode_says_what_is_expected_and_does_nothing(play: t.Callable[..., Run], tmp_path: pathlib.Path) -> None:
    run = play("", "--check", ha_failover_test_ids=["standby"])
    assert run.code == 0, run.output
    assert "Expected: 1 move, 0 fencings" in " ".join(run.output.split())
    assert run.log == []
    assert not (tmp_path / "results.json").exists()
