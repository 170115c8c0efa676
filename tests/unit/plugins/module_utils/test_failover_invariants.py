# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each invariant holds for what a good cluster does, and finds the violation that is planted."""

from __future__ import annotations

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover import invariants, observed, plan
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover.catalogue import NONE, ONE, PERHAPS
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover.observed import Fencing, Interval, Move

KINDS = {"data": "mount", "web": "unit"}


def ids(violations):
    return [violation.id for violation in violations]


def lines(*spans, boot="a", step=0.5, until=60.0):
    """A watch's lines: during each of SPANS the node has data."""
    found, moment = [], 0.0
    while moment <= until:
        has = any(start <= moment <= end for start, end in spans)
        found.append([moment, max(0.0, moment - step), ["data"] if has else [], boot])
        moment += step
    return found


# --- one node at most ------------------------------------------------------------------------------------------------


def test_handover_is_no_violation():
    found = [
        *observed.intervals("node1", lines((0, 10)), 0, 0),
        *observed.intervals("node2", lines((10.5, 60)), 0, 0),
    ]
    assert invariants.one_node(found, KINDS) == []


@pytest.mark.parametrize(("resource", "violation"), [("data", "mounted-twice"), ("web", "active-twice")])
def test_two_nodes_at_once_are_found(resource, violation):
    found = [Interval(resource, "node1", 0, 20), Interval(resource, "node2", 12, 40)]
    assert ids(invariants.one_node(found, KINDS)) == [violation]
    assert "8.0 s" in str(invariants.one_node(found, KINDS)[0])


def test_short_second_mount_between_two_looks_of_the_first_is_found():
    first = observed.intervals("node1", lines((0, 60)), 0, 0)
    second = observed.intervals("node2", lines((30, 30.5)), 0, 0)
    assert ids(invariants.one_node([*first, *second], KINDS)) == ["mounted-twice"]


def test_clocks_that_are_not_known_better_do_not_make_a_violation():
    found = [Interval("data", "node1", 0, 20, 0.3), Interval("data", "node2", 19.5, 40, 0.3)]
    assert invariants.one_node(found, KINDS) == []
    found = [Interval("data", "node1", 0, 20, 0.3), Interval("data", "node2", 19.3, 40, 0.3)]
    assert ids(invariants.one_node(found, KINDS)) == ["mounted-twice"]


def test_clock_that_is_ahead_is_corrected():
    """By its own clock node2 had the disk while node1 had it; its clock is 30 s behind."""
    late = [[moment - 30, before - 30, has, boot] for moment, before, has, boot in lines((31, 60))]
    both = [*observed.intervals("node1", lines((0, 30)), 0, 0), *observed.intervals("node2", late, 0, 0)]
    assert ids(invariants.one_node(both, KINDS)) == ["mounted-twice"]
    corrected = [*observed.intervals("node1", lines((0, 30)), 0, 0), *observed.intervals("node2", late, -30, 0.1)]
    assert invariants.one_node(corrected, KINDS) == []


def test_the_same_node_twice_is_no_violation():
    found = [Interval("data", "node1", 0, 20), Interval("data", "node1", 12, 40)]
    assert invariants.one_node(found, KINDS) == []


# --- one MAC ---------------------------------------------------------------------------------------------------------


def test_one_mac_after_the_other_is_no_violation():
    assert invariants.one_mac([[1.0, 1, "aa"], [1.2, 2, "aa"], [9.0, 3, "bb"], [9.1, 3, "bb"]]) == []


def test_two_macs_that_answer_one_question_are_found():
    found = invariants.one_mac([[1.0, 1, "aa"], [1.1, 1, "bb"], [1.3, 2, "bb"], [1.4, 2, "aa"]])
    assert ids(found) == ["two-macs"]
    assert "aa and bb" in found[0].text


# --- writes ----------------------------------------------------------------------------------------------------------


def test_every_acknowledged_write_is_there():
    assert invariants.nothing_lost({"node1-5": [[1, 40]]}, {"node1-5": [[1, 41]]}) == []


@pytest.mark.parametrize(
    ("readable", "words"),
    [
        ({"node1-5": [[1, 39]]}, "1 acknowledged writes of node1-5 are gone: 40."),
        ({"node1-5": [[1, 10], [21, 40]]}, "10 acknowledged writes of node1-5 are gone: 11, 12, 13, 14, 15, ..."),
        ({}, "40 acknowledged writes"),
        (None, "mounted nowhere"),
    ],
)
def test_lost_writes_are_found(readable, words):
    found = invariants.nothing_lost({"node1-5": [[1, 40]]}, readable)
    assert len(found) == 1
    assert words in found[0].text


def test_nothing_written_and_nothing_mounted_is_no_loss():
    assert invariants.nothing_lost({}, None) == []


# --- fencings and moves ----------------------------------------------------------------------------------------------


def test_expected_fencing_is_no_violation():
    assert invariants.expected_fencings([Fencing("node1", "reboot", True)], ONE, ["node1"], failed=False) == []
    assert invariants.expected_fencings([], PERHAPS, ["node1"], failed=False) == []
    # switching a node on again is no fencing
    assert invariants.expected_fencings([Fencing("node1", "on", True)], NONE, [], failed=False) == []


@pytest.mark.parametrize(
    ("found", "expected", "failed", "violations"),
    [
        ([], ONE, False, ["fencings"]),
        ([Fencing("node1", "reboot", True)] * 2, ONE, False, ["fencings"]),
        ([Fencing("node2", "reboot", True)], ONE, False, ["fenced-wrong-node"]),
        (
            [Fencing("node1", "off", True), Fencing("node2", "reboot", True)],
            ONE,
            False,
            ["fencings", "fenced-wrong-node"],
        ),
        ([Fencing("node1", "reboot", True)], NONE, False, ["fencings"]),
        ([Fencing("node1", "reboot", False), Fencing("node1", "reboot", True)], ONE, False, ["fencing-failed"]),
        ([Fencing("node1", "reboot", True)], ONE, True, ["fencing-silent"]),
        ([Fencing("node1", "reboot", False), Fencing("node1", "reboot", True)], ONE, True, []),
    ],
)
def test_other_fencings_are_found(found, expected, failed, violations):
    assert ids(invariants.expected_fencings(found, expected, ["node1"], failed=failed)) == violations


def test_node_that_was_fenced_and_never_went_down_is_found():
    assert invariants.went_down(["node1"], {"node1": 2, "node2": 1}) == []
    assert ids(invariants.went_down(["node1", "node2"], {"node1": 2, "node2": 1})) == ["never-down"]
    assert ids(invariants.went_down(["node3"], {})) == ["never-down"]


@pytest.mark.parametrize(
    ("count", "expected", "bad"), [(0, ONE, True), (1, ONE, False), (2, ONE, True), (1, NONE, True)]
)
def test_moves_are_counted_for_the_group_of_the_test(count, expected, bad):
    found = [Move(1.0, "web", "node1", "node2")] * count + [Move(2.0, "other", "node2", "node3")]
    assert bool(invariants.expected_moves(found, expected, "web")) is bad


# --- held ------------------------------------------------------------------------------------------------------------


def test_recovery_although_fencing_is_dead_is_found():
    frozen = Interval("data", "node1", 0, 60)
    assert invariants.stayed([frozen, Interval("data", "node2", 45, 60)], ["node1"], 10, 40) == []
    assert ids(invariants.stayed([frozen, Interval("data", "node2", 20, 60)], ["node1"], 10, 40)) == [
        "recovered-unfenced"
    ]


def test_resource_that_runs_without_quorum_is_found():
    assert invariants.stopped([Interval("data", "node1", 0, 15)], 20) == []
    assert ids(invariants.stopped([Interval("data", "node1", 0, 25)], 20)) == ["ran-without-quorum"]


def test_interruption_is_found():
    assert invariants.uninterrupted([]) == []
    assert ids(invariants.uninterrupted([(1.0, 1.5)])) == ["interrupted"]


# --- the end ---------------------------------------------------------------------------------------------------------

BAN = {"id": "ban-left-over", "subject": "cli-ban-web", "host": "", "evidence": "web has a ban.", "severity": "warning"}


def test_clean_end_is_no_violation():
    starved = {"id": "corosync-starved", "subject": "corosync", "host": "node1", "evidence": "3 times"}
    assert invariants.clean([BAN], [BAN, starved], []) == []
    assert invariants.unchanged("x", {"node1": "x", "node2": "x"}) == []
    assert invariants.nothing_left({"node1": []}) == []


def test_what_is_left_behind_is_found():
    assert ids(invariants.clean([], [BAN, BAN], [])) == ["left-behind"]
    assert ids(invariants.clean([], [], ["node1 is not online"])) == ["not-recovered"]
    assert ids(invariants.unchanged("x", {"node1": "x", "node2": "y"})) == ["configuration"]
    assert ids(invariants.nothing_left({"node1": ["the chain QUORATE_FAILOVER"]})) == ["left-behind"]


def test_what_nobody_has_watched_is_found():
    assert invariants.watched_all({"node1": [[1, 0, [], "a"]]}, None) == []
    assert ids(invariants.watched_all({"node1": []}, None)) == ["not-watched"]
    assert ids(invariants.watched_all({}, False)) == ["not-watched"]


# --- what was seen ---------------------------------------------------------------------------------------------------


def test_node_that_lost_its_power_had_the_resource_until_then():
    before, after = lines((0, 20), until=20.0), lines(until=60.0, boot="b")[80:]
    found = observed.intervals("node1", [*before, *after], 0, 0)
    assert [(one.start, one.end) for one in found] == [(0, 20)]


def test_node_that_booted_quickly_did_not_have_it_meanwhile():
    first, second = lines((0, 20), until=20.0), lines((21, 60), boot="b")[42:]
    found = observed.intervals("node1", [*first, *second], 0, 0)
    assert [(one.start, one.end) for one in found] == [(0, 20), (21, 60)]
    assert observed.boots([*first, *second]) == 2


def test_moves_of_a_group_count_once():
    found = [
        Interval("ip", "node1", 0, 10),
        Interval("web", "node1", 0, 9),
        Interval("ip", "node2", 14, 60),
        Interval("web", "node2", 16, 60),
        Interval("ip", "node2", 61, 70),
    ]
    assert observed.moves(found, {"ip": "lighty", "web": "lighty"}) == [Move(14, "lighty", "node1", "node2")]


def test_outages_lie_between_good_answers():
    pages = [[1.0, True], [3.0, True], [1.5, False], [2.0, False], [4.0, False], [4.5, False]]
    assert observed.outages(pages, 0.5) == [(1.0, 2.5), (3.5, 4.0)]
    assert observed.outages([], 0) == []


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2026-11-23 12:00:00Z", 1795435200.0),
        ("2026-11-23 12:00:00 +00:00", 1795435200.0),
        ("2026-11-23 13:00:00.5+01:00", 1795435200.5),
        ("2026-11-23T12:00:00", 1795435200.0),
        ("never", None),
        ("", None),
    ],
)
def test_times_of_pacemaker_are_read(text, seconds):
    assert observed.parse_time(text) == seconds


def test_only_new_fencings_count():
    old = {"target": "node1", "action": "reboot", "status": "success", "completed": "2026-11-23 12:00:00Z"}
    new = {**old, "completed": "2026-11-23 13:00:00Z", "delegate": "node3"}
    pending = {**old, "status": "pending"}
    found = observed.new_fencings([old], [pending, new, old])
    assert [(one.target, one.by, one.succeeded) for one in found] == [("node1", "node3", True)]
    # twice the same second is twice, for one who has asked
    assert len(observed.new_fencings([old], [old, old])) == 1
    assert len(observed.new_fencings([], [old, old])) == 2
    # one that two have asked for, whose requests Pacemaker has merged, is one; fenced again, or another node, are two
    asked = {**new, "client": "stonith_admin.1", "origin": "node2"}
    merged = {**new, "client": "pacemaker-controld.2", "origin": "node1", "completed": "2026-11-23 13:00:01Z"}
    again = {**merged, "completed": "2026-11-23 13:00:09Z"}
    assert len(observed.new_fencings([old], [merged, asked, old])) == 1
    assert len(observed.new_fencings([old], [again, asked, old])) == 2
    assert len(observed.new_fencings([old], [{**merged, "target": "node2"}, asked, old])) == 2
    # the history is forgotten when the whole cluster was off
    assert len(observed.new_fencings([old], [new])) == 1


def test_a_fencing_that_a_started_node_learns_late_is_not_new():
    old = {"target": "node1", "action": "reboot", "status": "success", "completed": "2026-11-23 12:00:00Z"}
    new = {**old, "completed": "2026-11-23 12:00:31Z"}
    looked = observed.parse_time("2026-11-23 12:00:30Z")
    found = observed.new_fencings([], [new, old], since=looked)
    assert [one.at for one in found] == [observed.parse_time(new["completed"])]
    aimed, before = {"effect": "fenced", "targets": ["node1"]}, {"fencings": [], "clock": looked}
    assert plan.awaited_effect(aimed, before, {"fencings": [old]}) == ["fencing of node1"]
    assert plan.awaited_effect(aimed, before, {"fencings": [new, old]}) == []


def test_ranges_and_what_they_miss():
    assert observed.ranges([3, 1, 2, 7, 7]) == [[1, 3], [7, 7]]
    assert observed.missing([[1, 5]], [[1, 2], [4, 4]]) == [3, 5]
