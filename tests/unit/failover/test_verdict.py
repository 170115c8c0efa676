# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict on everything that was seen of a test: a good one passes, and each fault that is planted is named."""

from __future__ import annotations

import copy
import json
import typing as t

import pytest
from ansible_collections.quorate.ha_cluster.plugins.action.internal_failover_await import wait
from ansible_collections.quorate.ha_cluster.plugins.action.internal_failover_clock import best
from ansible_collections.quorate.ha_cluster.plugins.filter.internal_failover_aim import failover_aim
from ansible_collections.quorate.ha_cluster.plugins.filter.internal_failover_plan import failover_plan
from ansible_collections.quorate.ha_cluster.plugins.filter.internal_failover_verdict import failover_verdict
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._report import results

NODES = ("node1", "node2", "node3")
T0 = 1795435200.0  # 2026-11-23 12:00:00Z
FENCED = {"target": "node1", "action": "reboot", "status": "success", "completed": "2026-11-23 12:00:09Z"}
UP = {"online": True, "standby": False, "maintenance": False, "pending": False, "unclean": False}
RESOURCES = {
    "ip": {"kind": "address", "value": "192.0.2.9", "place": "eth0", "agent": "ocf:heartbeat:IPaddr2", "detail": "24"},
    "data": {
        "kind": "mount",
        "value": "/dev/vdb",
        "place": "/srv",
        "agent": "ocf:heartbeat:Filesystem",
        "detail": "xfs",
    },
}


def state(**changes: t.Any) -> dict[str, t.Any]:
    return {
        "running": True,
        "cluster": "web",
        "quorate": True,
        "dc": "node2",
        "idle": True,
        "nodes": dict.fromkeys(NODES, UP),
        "places": {"ip": ["node1"], "data": ["node1"]},
        "failures": [],
        "fencings": [],
        "devices": ["fencing"],
        "properties": {},
        "maintenance": False,
        "digest": "x",
        "watched": [{"id": name, "whole": "lighty", **item} for name, item in RESOURCES.items()],
        "links": {node: [f"198.51.100.{number}"] for number, node in enumerate(NODES, start=1)},
        "votes": {"expected": 3, "quorum": 2},
        "container": False,
        "packet_filter": "iptables",
        "disabled": [],
        "left": [],
        **changes,
    }


def samples(spans: t.Sequence[tuple[float, float]], *, off: tuple[float, float] = (0, 0)) -> list[list[t.Any]]:
    found = []
    for step in range(300):
        moment = step * 0.2
        if off[0] < moment < off[1]:
            continue
        has = any(start <= moment <= end for start, end in spans)
        found.append(
            [T0 + moment, T0 + moment - 0.2, ["data", "ip"] if has else [], "b" if moment > off[1] > 0 else "a"]
        )
    return found


def record(**changes: t.Any) -> dict[str, t.Any]:
    """A partition of node1 at 3 s, which was fenced at 9 s; node2 took over at 12 s."""
    looks = {node: {"state": state(name=node)} for node in NODES}
    planned = {"name": "partition", "id": "partition", "node": "", "number": 1}
    aim = failover_aim(planned, looks, {node: {"findings": []} for node in NODES}, NODES, "web", "7")
    seen = {
        "node1": {"samples": samples([(0, 8)], off=(9, 20)), "acknowledged": {"node1-1": [[1, 80]]}, "readable": None},
        "node2": {
            "samples": samples([(12, 60)]),
            "acknowledged": {"node2-1": [[1, 400]]},
            "readable": {"node1-1": [[1, 81]], "node2-1": [[1, 400]]},
        },
        "node3": {"samples": samples([]), "acknowledged": {}, "readable": None},
    }
    after = {node: {"state": state(fencings=[FENCED])} for node in NODES}
    pages = [[T0 + step * 0.05, not 4 <= step * 0.05 < 13] for step in range(1000)]
    fine = {node: {"changed": True, "done": []} for node in NODES}
    return {
        "aim": aim,
        "started": str(T0),  # as older versions of Ansible hand it over
        "broken": T0 + 3,
        "healed": T0 + 10,
        "ended": T0 + 55,
        "before": {"state": state()},
        "steps": [fine, {node: {"skipped": True, "skip_reason": "no"} for node in NODES}],
        "after": after,
        "verifications": {node: {"findings": []} for node in NODES},
        "clocks": {node: {"ahead": 0.01, "uncertainty": 0.05} for node in NODES},
        "seen": {node: {"seen": what} for node, what in seen.items()},
        "probe": {"seen": {"pages": pages, "macs": [[T0 + 1, 1, "aa"], [T0 + 14, 2, "bb"]]}},
        "probe_clock": {"ahead": 0.0, "uncertainty": 0.05},
        "prober": "outside",
        "waits": [{"lacking": []}, {"lacking": []}, {"skipped": True}],
        **changes,
    }


def ids(verdict: t.Mapping[str, t.Any]) -> set[str]:
    return {one["id"] for one in verdict["violations"]}


def test_good_partition_passes_and_the_report_takes_it() -> None:
    verdict = failover_verdict(record())
    assert verdict["violations"] == []
    assert verdict["passed"] is True
    assert verdict["outage_seconds"] == [9.0]
    assert verdict["moves"] == [{"at": 12.0, "resource": "lighty", "from": "node1", "to": "node2"}]
    assert [(one["at"], one["node"]) for one in verdict["fencings"]] == [(9.0, "node1")]
    assert (verdict["writes"], verdict["requests"]) == (480, 1000)
    parsed = results.parse(json.dumps({"format": 1, "seed": "7", "tests": [verdict]}), "results.json")
    test = parsed.tests[0]
    assert (test.count("move"), test.expected_moves, test.count("fencing"), test.expected_fencings) == (1, 1, 1, 1)
    assert test.longest_outage == 9.0


def change(path: str, value: t.Any) -> dict[str, t.Any]:
    found = copy.deepcopy(record())
    *parents, last = path.split("/")
    place: t.Any = found
    for name in parents:
        place = place[name]
    place[last] = value
    return found


@pytest.mark.parametrize(
    ("path", "value", "violations"),
    [
        ("seen/node3/seen/samples", samples([(30, 31)]), {"mounted-twice", "active-twice", "moves"}),
        # the power switch says yes and does nothing: node1 keeps running until it loses quorum, and never reboots
        ("seen/node1/seen/samples", samples([(0, 8)]), {"never-down"}),
        ("seen/node1/seen/samples", samples([(0, 16)]), {"never-down", "mounted-twice", "active-twice"}),
        ("seen/node2/seen/readable", {"node1-1": [[1, 79]], "node2-1": [[1, 400]]}, {"write-lost"}),
        ("seen/node2/seen/readable", None, {"unreadable"}),
        ("seen/node3", {"unreachable": True, "msg": "no"}, {"not-watched"}),
        ("probe/seen/macs", [[T0 + 14, 2, "aa"], [T0 + 14, 2, "bb"]], {"two-macs"}),
        ("probe/seen/pages", [], {"not-watched"}),
        ("probe", {"unreachable": True, "msg": "no"}, {"not-done"}),
        ("after/node2/state/fencings", [], {"fencings"}),
        (
            "after/node2/state/fencings",
            [FENCED, {**FENCED, "target": "node3"}],
            {"fencings", "fenced-wrong-node", "never-down"},
        ),
        ("after/node2/state/fencings", [FENCED, {**FENCED, "status": "failed"}], {"fencing-failed"}),
        ("after/node3/state/digest", "y", {"configuration"}),
        ("after/node3/state/left", ["the chain QUORATE_FAILOVER of iptables"], {"left-behind"}),
        ("after/node3", {"unreachable": True, "msg": "no"}, {"not-recovered"}),
        (
            "verifications/node3/findings",
            [{"id": "ban-left-over", "subject": "c", "evidence": "A ban."}],
            {"left-behind"},
        ),
        ("waits", [{"lacking": ["fencing of node1"]}], {"not-recovered"}),
        ("steps", [{"node1": {"msg": "There is no process to kill.", "changed": False}}], {"not-done"}),
    ],
)
def test_planted_fault_is_named(path: str, value: t.Any, violations: set[str]) -> None:
    verdict = failover_verdict(change(path, value))
    assert ids(verdict) == violations, verdict["message"]
    assert verdict["passed"] is False


def test_command_that_failed_is_told_with_what_it_said() -> None:
    failed = {"rc": 102, "msg": "non-zero return code", "stderr": "Not connected"}
    found = change("steps", [{"node1": failed, "node2": {"rc": 0, "msg": "", "stderr": "a warning"}}])
    verdict = failover_verdict(found)
    assert [one["text"] for one in verdict["violations"]] == ["node1: non-zero return code Not connected"]


def test_finding_from_before_is_not_held_against_the_test() -> None:
    finding = {"id": "ban-left-over", "subject": "c", "evidence": "A ban.", "host": "node1"}
    found = change("verifications/node1/findings", [finding])
    found["aim"]["findings"] = [finding]
    assert failover_verdict(found)["passed"]


def test_clock_that_is_far_ahead_is_corrected() -> None:
    found = copy.deepcopy(record())
    found["clocks"]["node2"] = {"ahead": 600.0, "uncertainty": 0.05}
    for line in found["seen"]["node2"]["seen"]["samples"]:
        line[0], line[1] = line[0] + 600, line[1] + 600
    assert failover_verdict(found)["violations"] == []


def test_plan_numbers_the_tests() -> None:
    plan = failover_plan(NODES, ["disruptive"], "7", tests=["fence"])
    assert sorted(item["name"] for item in plan) == ["fence:node1", "fence:node2", "fence:node3"]
    assert [item["number"] for item in plan] == [1, 2, 3]


# --- waiting ---------------------------------------------------------------------------------------------------------


class Clock:
    """Time that passes while somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds


def waited(
    looks: t.Iterator[t.Mapping[str, t.Any]], until: str, test: str, timeout: int = 60
) -> tuple[t.Any, list[str]]:
    planned = {"name": test, "id": test, "node": "", "number": 1}
    states = {node: {"state": state()} for node in NODES}
    aim = failover_aim(planned, states, {node: {"findings": []} for node in NODES}, NODES, "web", "7")
    arguments = {"aim": aim, "until": until, "before": state(), "timeout": timeout}
    clock, said = Clock(), []
    return wait(lambda: next(looks), said.append, arguments, clock=clock, pause=clock.pause), said


def forever(first: t.Sequence[t.Any], then: t.Any) -> t.Iterator[t.Any]:
    yield from first
    while True:
        yield then


def test_recovery_has_to_last() -> None:
    away = state(nodes={**dict.fromkeys(NODES, UP), "node1": {**UP, "online": False}})
    (lacking, seconds), said = waited(forever([{}, away, state(), away], state()), "recovery", "partition")
    assert lacking == []
    assert seconds == 8.0  # four looks before, and four seconds whole
    assert said[0] == "  partition: 0 s; awaited: the node does not answer"
    assert said[1] == "  partition: 1 s; awaited: node1 is not online"


def test_waiting_ends_and_says_for_what() -> None:
    (lacking, seconds), said = waited(forever([], state()), "effect", "partition", timeout=40)
    assert lacking == ["fencing of node1"]
    assert 40 < seconds < 43
    assert len(said) == 3  # once in a while


def test_break_is_held_for_its_time() -> None:
    (lacking, seconds), said = waited(forever([], state()), "effect", "fencing-dead")
    assert (lacking, seconds) == ([], 25.0)
    assert said[0].endswith("awaited: 25 s that it is held")


def test_fastest_answer_tells_the_clock() -> None:
    ahead, uncertainty = best([(0.0, 105.0, 4.0), (10.0, 110.1, 10.2), (20.0, 121.0, 21.0)])
    assert ahead == pytest.approx(100.0)
    assert uncertainty == pytest.approx(0.1)
