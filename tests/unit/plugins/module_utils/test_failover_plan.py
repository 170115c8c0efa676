# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue, the node that a test is about, what speaks against it, and what is waited for."""

from __future__ import annotations

import copy
import pathlib
import random
import re
import xml.etree.ElementTree as ET

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import parse_cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover import breaking, catalogue, plan
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover import state as states_of
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover.catalogue import BY_ID, Planned
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover.watched import watch_list

CHECKOUT = pathlib.Path(__file__).resolve().parents[4]
NODES = ("node1", "node2", "node3")
UP = {"online": True, "standby": False, "maintenance": False, "pending": False, "unclean": False}
WATCHED = [
    {"id": "ip", "kind": "address", "value": "192.0.2.9", "place": "eth0", "agent": "ocf:heartbeat:IPaddr2"},
    {"id": "data", "kind": "mount", "value": "/dev/vdb", "place": "/srv", "agent": "ocf:heartbeat:Filesystem"},
    {"id": "web", "kind": "unit", "value": "lighttpd.service", "place": "", "agent": "systemd:lighttpd"},
]


def state(**changes):
    return {
        "running": True,
        "cluster": "web",
        "quorate": True,
        "dc": "node2",
        "idle": True,
        "nodes": {node: dict(UP) for node in NODES},
        "places": {"ip": ["node1"], "data": ["node1"], "web": ["node1"], "fencing": ["node3"]},
        "failures": [],
        "fencings": [],
        "devices": ["fencing"],
        "properties": {},
        "maintenance": False,
        "watched": [{**item, "whole": "lighty", "detail": "xfs" if item["id"] == "data" else ""} for item in WATCHED],
        "links": {node: [f"198.51.100.{number}", f"203.0.113.{number}"] for number, node in enumerate(NODES, start=1)},
        "votes": {"expected": 3, "quorum": 2},
        "container": False,
        "packet_filter": "iptables",
        "disabled": [],
        "left": [],
        **changes,
    }


def states(**changes):
    return {node: copy.deepcopy(state(**changes)) for node in NODES}


def aimed(name, node="", **changes):
    return plan.aim(Planned(BY_ID[name], node), states(**changes), random.Random("7"))


# --- the catalogue ---------------------------------------------------------------------------------------------------


def test_every_test_can_be_done():
    """Each names a break that there is, and holds together: whoever expects fencing is disruptive, and so on."""
    for test in catalogue.CATALOGUE:
        for step in (test.prepare, test.break_):
            assert step is None or step.action in breaking.ACTIONS, test.id
        if test.fencings.most:
            assert test.tier == catalogue.DISRUPTIVE, test.id
        if test.effect == catalogue.TIME:
            assert test.hold > 0, test.id
        assert not (test.effect == catalogue.FENCED and test.fencings.least == 0), test.id
        for need in test.needs:
            assert isinstance(plan._unmet(need, [state()], states(), state(), (), "lighty"), str)
    assert len(BY_ID) == len(catalogue.CATALOGUE)


def test_nothing_disruptive_is_chosen_unless_it_is_allowed():
    assert {test.tier for test in catalogue.choose(["safe"], [])} == {"safe"}
    assert {test.id for test in catalogue.choose(["safe"], [])} == {
        "standby",
        "kill-service",
        "take-address",
        "unmount",
    }
    assert len(catalogue.choose(catalogue.TIERS, [])) == len(catalogue.CATALOGUE)


@pytest.mark.parametrize(
    ("tiers", "names", "words"),
    [
        (["safe"], ["partition"], "The test partition is disruptive"),
        (["safe"], ["standbi"], "did you mean standby?"),
        (["save"], [], "the tiers are safe, risky, disruptive"),
        ([], ["standby"], "only allows nothing"),
    ],
)
def test_bad_choice_is_refused(tiers, names, words):
    with pytest.raises(ClusterError, match=words.replace("?", r"\?")):
        catalogue.choose(tiers, names)


def test_order_depends_on_the_seed_alone():
    planned = catalogue.expand(catalogue.CATALOGUE, NODES)
    assert sum(item.test.id == "fence" for item in planned) == 3
    first = catalogue.order(planned, 3, 0, "42")
    assert first == catalogue.order(planned, 3, 0, "42")
    assert first != catalogue.order(planned, 3, 0, "43")
    assert len(first) == 3 * len(planned)
    for number in range(3):  # each round has all of them
        assert set(first[number * len(planned) :][: len(planned)]) == set(planned)
    assert len(catalogue.order(planned, 1, 20, "42")) == 20
    assert catalogue.order([], 1, 20, "42") == []


# --- may it begin ----------------------------------------------------------------------------------------------------


def test_healthy_cluster_may_be_broken():
    assert plan.refusals(states(), [], NODES, "web") == []


def node_with(**flags):
    return {"nodes": {**dict.fromkeys(NODES, UP), "node3": {**UP, **flags}}}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"quorate": False}, "there is no quorum"),
        ({"idle": False}, "the DC is at work"),
        ({"idle": False, "dc": ""}, "no DC is elected"),
        (node_with(online=False), "node3 is not online"),
        (node_with(pending=True), "node3 is not online"),
        (node_with(standby=True), "node3 is standby"),
        (node_with(unclean=True), "node3 is unclean"),
        ({"devices": []}, "No fence device is started"),
        ({"fencings": [{"target": "node2", "status": "failed"}]}, "Fencing node2 has failed before"),
        ({"failures": ["web monitor on node1"]}, "There are failures: web monitor on node1"),
        ({"maintenance": True}, "maintenance mode"),
        ({"left": ["the timer that heals"]}, "another test is running"),
        ({"places": {"ip": [], "data": []}}, "lighty does not run on one node: nowhere"),
        ({"places": {"ip": ["node1"], "data": ["node2"]}}, "lighty does not run on one node: node1, node2"),
        ({"watched": []}, "No resource can be watched"),
        ({"cluster": "other"}, "This cluster is other, and ha_failover_test_cluster_name says web"),
        ({"running": False}, "The cluster does not run"),
    ],
)
def test_what_is_not_whole_is_not_broken(changes, words):
    found = plan.refusals(states(**changes), [], NODES, "web")
    assert any(words in text for text in found), found


def test_node_that_was_not_reached_and_errors_of_verify_refuse():
    partly = {node: state() for node in NODES[:2]}
    assert "node3 was not reached" in plan.refusals(partly, [], NODES, "web")[0]
    error = {"id": "fencing-unreachable", "severity": "error", "host": "node2", "evidence": "No answer."}
    assert plan.refusals(states(), [error], NODES, "web") == ["verify finds fencing-unreachable on node2: No answer."]
    assert plan.refusals(states(), [{**error, "severity": "warning"}], NODES, "web") == []


def test_script_of_a_test_that_healed_by_its_timer_is_no_hindrance():
    assert plan.refusals(states(left=[breaking.UNDO_LEFT]), [], NODES, "web") == []


# --- the node that it is about ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "node", "targets", "observer"),
    [
        ("standby", "", ["node1"], "node2"),
        ("kill-pacemaker-schedulerd", "", ["node2"], "node1"),
        ("fence", "node3", ["node3"], "node1"),
        ("quorum-lost", "", ["node2", "node3"], "node1"),
        ("cold-start", "", ["node1", "node2", "node3"], "node1"),
    ],
)
def test_targets(name, node, targets, observer):
    aim = aimed(name, node)
    assert list(aim.targets) == targets
    assert aim.observer == observer


def test_passive_node_is_chosen():
    assert set(aimed("lose-cib").targets) < {"node2", "node3"}
    assert len(aimed("quorum-kept").targets) == 1


def test_nothing_moves_when_a_passive_node_is_fenced():
    assert str(aimed("fence", "node1").test.moves) == "1"
    assert str(aimed("fence", "node3").test.moves) == "0"
    assert str(aimed("kill-pacemaker-schedulerd").test.moves) == "0"


def test_partition_cuts_all_links_of_the_others():
    step = aimed("partition").as_dict()["break"]
    assert step["hosts"] == ["node1"]
    assert step["options"]["peers"] == ["198.51.100.2", "203.0.113.2", "198.51.100.3", "203.0.113.3"]
    assert aimed("link-down").as_dict()["break"]["options"]["peers"] == ["203.0.113.2", "203.0.113.3"]


def test_steps_name_the_resource():
    options = aimed("take-address").as_dict()["break"]["options"]
    assert (options["action"], options["resource"], options["value"]) == ("take_address", "ip", "192.0.2.9")
    stop = aimed("stop-failure").as_dict()
    assert stop["prepare"]["options"]["agent"] == "ocf:heartbeat:Filesystem"
    assert stop["break"]["options"]["resource"] == "data"
    assert aimed("kill-corosync").as_dict()["break"]["options"]["subject"] == "corosync"


def test_node_that_will_be_fenced_is_not_healed_before():
    dead = aimed("fencing-dead").as_dict()
    assert dead["prepare"]["hosts"] == ["node2", "node3"]
    assert dead["heal"] == ["node2", "node3"]
    assert aimed("standby").as_dict()["heal"] == ["node1", "node2", "node3"]
    assert aimed("cold-start").as_dict()["heal"] == []


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("kernel-crash", {"container": True}, "container"),
        ("link-down", {"links": {node: ["198.51.100.1"] for node in NODES}}, "only one link"),
        ("partition", {"packet_filter": ""}, "neither iptables nor nft"),
        ("partition", {"votes": {"expected": 3, "quorum": 3}}, "no quorum"),
        ("quorum-lost", {"properties": {"no-quorum-policy": "ignore"}}, "no-quorum-policy is ignore"),
        ("quorum-kept", {"votes": {"expected": 3, "quorum": 3}}, "not enough nodes"),
        ("quorum-lost", {"votes": {"expected": 3, "quorum": 1}}, "not enough nodes"),
        ("cold-start", {"disabled": ["pacemaker"]}, "pacemaker of node1"),
        ("kill-service", {"watched": state()["watched"][:2]}, "no unit"),
        ("disk-error", {"watched": [{**state()["watched"][1], "detail": "btrfs"}]}, "btrfs"),
    ],
)
def test_what_the_platform_does_not_allow_is_said(name, changes, words):
    aim = aimed(name, **changes)
    assert words in aim.impossible
    assert aim.as_dict()["break"] is None


def test_all_others_are_possible():
    assert [
        test.id for test in catalogue.CATALOGUE if aimed(test.id, "node1" if test.target == "each" else "").impossible
    ] == []


# --- what is waited for ----------------------------------------------------------------------------------------------

FENCED = {"target": "node1", "action": "reboot", "status": "success", "completed": "2026-11-23 12:00:00Z"}


def test_effects_are_waited_for():
    before, moved = state(), state(places={"ip": ["node2"], "data": ["node2"], "web": ["node2"]})

    def awaited(name, now):
        return plan.awaited_effect(aimed(name).as_dict(), before, now)

    assert awaited("standby", before) == ["lighty moves away"]
    assert awaited("standby", {**moved, "idle": False}) == ["lighty moves away"]
    assert awaited("standby", {}) == ["lighty moves away"]
    assert awaited("standby", moved) == []
    assert awaited("kill-service", before) == ["the cluster notices the failure"]
    assert awaited("kill-service", state(failures=["web monitor on node1"])) == []
    assert awaited("partition", before) == ["fencing of node1"]
    assert awaited("partition", state(fencings=[{**FENCED, "status": "failed"}])) == ["fencing of node1"]
    assert awaited("partition", state(fencings=[FENCED])) == []
    assert awaited("cold-start", {}) == []


def test_recovery_is_everything_as_before():
    aim = aimed("partition").as_dict()
    assert plan.awaited_recovery(aim, state(), state()) == []
    assert plan.awaited_recovery(aim, state(), {}) == ["the cluster does not answer"]
    stopped = state(places={"ip": ["node2"], "data": [], "web": [], "fencing": ["node3"]})
    assert plan.awaited_recovery(aim, state(), stopped) == ["data, web is not started"]
    assert plan.awaited_recovery(aim, state(), state(devices=[])) == ["no fence device is started"]


# --- what is watched -------------------------------------------------------------------------------------------------

CIB = """<cib><configuration><crm_config/><nodes/><constraints/><resources>
<group id="lighty">
<primitive id="ip" class="ocf" provider="heartbeat" type="IPaddr2"><instance_attributes id="a">
<nvpair id="a1" name="ip" value="192.0.2.9"/><nvpair id="a2" name="cidr_netmask" value="24"/></instance_attributes>
</primitive>
<primitive id="data" class="ocf" provider="heartbeat" type="Filesystem"><instance_attributes id="b">
<nvpair id="b1" name="device" value="/dev/vdb"/><nvpair id="b2" name="directory" value="/srv/"/>
<nvpair id="b3" name="fstype" value="xfs"/></instance_attributes></primitive>
<primitive id="web" class="systemd" type="lighttpd"/></group>
<primitive id="app" class="ocf" provider="heartbeat" type="Dummy"/>
<primitive id="fencing" class="stonith" type="fence_xvm"/>
<clone id="c"><primitive id="ping" class="ocf" provider="pacemaker" type="ping"/></clone>
</resources></configuration></cib>"""


def test_resources_that_can_be_seen_are_watched_and_the_others_are_named():
    watched, missed = watch_list(parse_cib(CIB))
    assert [(item.id, item.whole, item.kind, item.value, item.place, item.detail) for item in watched] == [
        ("ip", "lighty", "address", "192.0.2.9", "", "24"),
        ("data", "lighty", "mount", "/dev/vdb", "/srv", "xfs"),
        ("web", "lighty", "unit", "lighttpd.service", "", ""),
    ]
    assert missed == ["app"]


# --- what a node tells -----------------------------------------------------------------------------------------------

HISTORY = """<pacemaker-result><fence_history status="0">
<fence_event action="reboot" target="node1" status="success" completed="2026-11-23 12:00:00Z" delegate="node3"/>
</fence_history></pacemaker-result>"""
CONF = """totem {
    cluster_name: web
}
nodelist {
    node {
        ring0_addr: 198.51.100.1
        ring1_addr: 203.0.113.1
        name: node1
        nodeid: 1
    }
}
"""


def test_cluster_of_the_lab_is_read():
    files = CHECKOUT / "tests/unit/files/lab"
    info = states_of.of_cluster(
        ET.fromstring((files / "crm_mon.xml").read_text()), (files / "cib.xml").read_text(), HISTORY
    )
    assert (info["running"], info["quorate"], sorted(info["nodes"])) == (True, True, ["node1", "node2", "node3"])
    assert [item["id"] for item in info["watched"]] == ["cluster-ip", "cluster-data", "lighttpd"]
    assert info["places"]["lighttpd"] == info["places"]["cluster-ip"]
    assert len(info["places"]["lighttpd"]) == 1
    assert info["devices"] == ["fencing"]
    assert [event["target"] for event in info["fencings"]] == ["node1"]
    assert info["failures"] == []
    assert len(info["digest"]) == 64


NOTED = """<cib><configuration>
<crm_config><cluster_property_set id="b">{}</cluster_property_set></crm_config>
<nodes><node id="1" uname="node1">{}</node></nodes></configuration></cib>"""
WANTED = '<nvpair id="m" name="maintenance-mode" value="{}"/>'


def test_what_pacemaker_notes_for_itself_is_no_configuration():
    plain = states_of.configured(NOTED.format("", ""))
    noted = '<nvpair id="b-r" name="last-lrm-refresh" value="1"/>'
    assert states_of.configured(NOTED.format(noted, '<instance_attributes id="nodes-1"/>')) == plain
    assert states_of.configured(NOTED.format(noted + WANTED.format("true"), "")) != plain
    assert (
        states_of.configured(NOTED.format("", f'<instance_attributes id="n">{WANTED}</instance_attributes>')) != plain
    )


def test_links_and_name_are_read():
    assert states_of.read_corosync(CONF) == ({"node1": ["198.51.100.1", "203.0.113.1"]}, "web")
    assert states_of.read_corosync("") == ({}, "")


# --- the documentation -----------------------------------------------------------------------------------------------


def test_every_test_and_every_violation_is_documented():
    text = (CHECKOUT / "docs/failover_test.md").read_text()
    documented = {
        name: (tier, moves, fencings)
        for row in re.findall(r"^\| (`.*) \| (\w+) \| .* \| ([\d to]+) \| ([\d to]+) \|$", text, flags=re.MULTILINE)
        for name, (tier, moves, fencings) in ((name, row[1:]) for name in re.findall(r"`([\w-]+)`", row[0]))
    }
    assert documented == {
        test.id: (test.tier, str(test.moves), str(test.fencings))
        if test.target != "dc"
        else (test.tier, "0 to 1", str(test.fencings))
        for test in catalogue.CATALOGUE
    }
    source = CHECKOUT / "plugins/module_utils/_failover"
    named = set()
    for name in ("invariants.py", "judging.py"):
        named |= set(re.findall(r'Violation\(\s*"([\w-]+)"', (source / name).read_text()))
    assert {name for name in named | {"mounted-twice", "active-twice"} if f"`{name}`" not in text} == set()
