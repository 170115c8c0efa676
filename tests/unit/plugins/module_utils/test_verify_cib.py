# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults in a CIB, each made by one change of one without any."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import parse_cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.placement import Placement
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import parse
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify import cib, fencing
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.agents import Agent
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.fence_device import Fences

GOOD = """<cib><configuration>
<crm_config><cluster_property_set id="cib-bootstrap-options">
<nvpair id="p1" name="stonith-enabled" value="true"/>
<nvpair id="p2" name="cluster-name" value="web"/>
</cluster_property_set></crm_config>
<nodes><node id="1" uname="node1"/><node id="2" uname="node2"/><node id="3" uname="node3"/></nodes>
<resources>
<primitive id="fence" class="stonith" type="fence_xvm">
<instance_attributes id="fence-ia"><nvpair id="f1" name="pcmk_host_map" value="node1:a;node2:b;node3:c"/>
</instance_attributes>
<operations><op id="fence-m" name="monitor" interval="60s"/></operations>
</primitive>
<group id="all">
<primitive id="lvm" class="ocf" provider="heartbeat" type="LVM-activate">
<operations><op id="l1" name="monitor" interval="30s" timeout="90s"/>
<op id="l2" name="start" interval="0s" timeout="90s"/>
<op id="l3" name="stop" interval="0s" timeout="90s"/></operations></primitive>
<primitive id="data" class="ocf" provider="heartbeat" type="Filesystem">
<instance_attributes id="data-ia"><nvpair id="d1" name="device" value="/dev/vg/data"/>
<nvpair id="d2" name="directory" value="/srv"/>
<nvpair id="d3" name="fstype" value="xfs"/></instance_attributes>
<operations><op id="d4" name="monitor" interval="20s" timeout="40s" OCF_CHECK_LEVEL="20"/>
<op id="d5" name="start" interval="0s" timeout="60s"/>
<op id="d6" name="stop" interval="0s" timeout="60s"/></operations></primitive>
<primitive id="ip" class="ocf" provider="heartbeat" type="IPaddr2">
<instance_attributes id="ip-ia"><nvpair id="i1" name="ip" value="192.0.2.10"/></instance_attributes>
<operations><op id="i2" name="monitor" interval="10s"/></operations></primitive>
</group>
</resources>
<constraints/>
<rsc_defaults><meta_attributes id="rd"><nvpair id="rd1" name="resource-stickiness" value="100"/></meta_attributes>
</rsc_defaults>
</configuration></cib>"""
NODES = ["node1", "node2", "node3"]
IP = '<primitive id="ip" class="ocf" provider="heartbeat" type="IPaddr2">'
MAP = "node1:a;node2:b;node3:c"
STICKINESS = '<nvpair id="rd1" name="resource-stickiness" value="100"/>'


def changed(*pairs: tuple[str, str]) -> str:
    text = GOOD
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


def meta(name: str, value: str) -> str:
    return f'{IP}<meta_attributes id="m"><nvpair id="m1" name="{name}" value="{value}"/></meta_attributes>'


def property_of(name: str, value: str) -> tuple[str, str]:
    pair = f'<nvpair id="p9" name="{name}" value="{value}"/>'
    return ('<nvpair id="p2"', f'{pair}<nvpair id="p2"')


def node(name: str, value: str) -> tuple[str, str]:
    attributes = f'<instance_attributes id="n"><nvpair id="n1" name="{name}" value="{value}"/></instance_attributes>'
    return ('<node id="2" uname="node2"/>', f'<node id="2" uname="node2">{attributes}</node>')


def constraint(text: str) -> tuple[str, str]:
    return ("<constraints/>", f"<constraints>{text}</constraints>")


def ids(text: str) -> list[tuple[str, str]]:
    return [(finding.id, finding.subject) for finding in cib.lint(parse_cib(text))]


def test_good_configuration_has_no_finding() -> None:
    assert ids(GOOD) == []
    assert fence_ids(GOOD) == []


FAULTS = {
    "quorum ignored": (property_of("no-quorum-policy", "ignore"), ("quorum-ignored", "no-quorum-policy")),
    "maintenance mode": (property_of("maintenance-mode", "yes"), ("maintenance-mode", "maintenance-mode")),
    "node in maintenance": (node("maintenance", "true"), ("node-maintenance", "node2")),
    "node in standby": (node("standby", "on"), ("node-standby", "node2")),
    "unmanaged": ((IP, meta("is-managed", "false")), ("resource-unmanaged", "ip")),
    "in maintenance": ((IP, meta("maintenance", "true")), ("resource-unmanaged", "ip")),
    "disabled": ((IP, meta("target-role", "Stopped")), ("resource-disabled", "ip")),
    "ban": (
        constraint('<rsc_location id="cli-ban-all-on-node1" rsc="all" node="node1" score="-INFINITY"/>'),
        ("ban-left-over", "cli-ban-all-on-node1"),
    ),
    "preference": (
        constraint('<rsc_location id="cli-prefer-all" rsc="all" node="node1" score="INFINITY"/>'),
        ("ban-left-over", "cli-prefer-all"),
    ),
    "constraint for a strange node": (
        constraint('<rsc_location id="l" rsc="all" node="node9" score="1"/>'),
        ("constraint-stranger", "l"),
    ),
    "constraint for a strange resource": (
        constraint('<rsc_colocation id="c" rsc="all" with-rsc="gone"/>'),
        ("constraint-stranger", "c"),
    ),
    "order in the group": (constraint('<rsc_order id="o" first="lvm" then="ip"/>'), ("constraint-redundant", "o")),
    "colocation in the group": (
        constraint('<rsc_colocation id="c" rsc="ip" with-rsc="lvm" score="INFINITY"/>'),
        ("constraint-redundant", "c"),
    ),
    "no stickiness": ((STICKINESS, ""), ("stickiness-missing", "resource-stickiness")),
    "no monitor": (('<op id="i2" name="monitor" interval="10s"/>', ""), ("monitor-missing", "ip")),
    "monitor that does not recur": (('interval="10s"', 'interval="0s"'), ("monitor-missing", "ip")),
    "no timeout": (
        (' name="stop" interval="0s" timeout="60s"', ' name="stop" interval="0s"'),
        ("timeout-missing", "data"),
    ),
    "no operation": (('<op id="d5" name="start" interval="0s" timeout="60s"/>', ""), ("timeout-missing", "data")),
    "shallow monitor": ((' OCF_CHECK_LEVEL="20"', ""), ("filesystem-shallow", "data")),
    "wrong case": (("IPaddr2", "ipaddr2"), ("agent-unknown", "ip")),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_found_alone(name: str) -> None:
    pair, expected = FAULTS[name]
    assert ids(changed(pair)) == [expected]


HARMLESS = {
    "quorum policy stop": property_of("no-quorum-policy", "stop"),
    "standby off": node("standby", "off"),
    "order against the group is not a repetition": constraint('<rsc_order id="o" first="ip" then="lvm"/>'),
    "colocation that keeps apart is not a repetition": constraint(
        '<rsc_colocation id="c" rsc="ip" with-rsc="lvm" score="-100"/>'
    ),
    "stickiness of the group": (
        f"{STICKINESS}</meta_attributes>",
        "</meta_attributes>",
    ),
    "default timeout": (' name="stop" interval="0s" timeout="60s"', ' name="stop" interval="0s"'),
}
ADDED = {
    "stickiness of the group": (
        '<group id="all">',
        '<group id="all"><meta_attributes id="g"><nvpair id="g1" name="resource-stickiness" value="1"/>'
        "</meta_attributes>",
    ),
    "default timeout": (
        "<rsc_defaults>",
        '<op_defaults><meta_attributes id="od"><nvpair id="od1" name="timeout" value="2min"/>'
        "</meta_attributes></op_defaults><rsc_defaults>",
    ),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless_is_left_alone(name: str) -> None:
    pairs = [HARMLESS[name]] + ([ADDED[name]] if name in ADDED else [])
    assert ids(changed(*pairs)) == []


def test_disk_without_a_guard() -> None:
    text = changed(('type="LVM-activate"', 'type="Dummy"'))
    assert ids(text) == [("filesystem-unguarded", "data")]


def test_cloned_local_file_system_destroys_itself() -> None:
    text = changed(('<group id="all">', '<clone id="many"><group id="all">'), ("</group>", "</group></clone>"))
    assert ("filesystem-cloned", "data") in ids(text)
    assert ids(text.replace('value="xfs"', 'value="gfs2"')) == []


def test_single_node_needs_no_stickiness() -> None:
    text = changed((STICKINESS, ""), ('<node id="2" uname="node2"/><node id="3" uname="node3"/>', ""))
    assert ids(text) == []


def test_sets_are_looked_into() -> None:
    sets = '<resource_set id="s1"><resource_ref id="lvm"/><resource_ref id="gone"/></resource_set>'
    assert ids(changed(constraint(f'<rsc_order id="o">{sets}</rsc_order>'))) == [("constraint-stranger", "o")]


def test_nodes_and_name_are_compared_with_corosync_conf() -> None:
    model = parse_cib(GOOD)
    assert cib.compare_nodes(model, NODES) == []
    assert cib.compare_nodes(model, []) == []
    assert "Only in the CIB: node3" in cib.compare_nodes(model, ["node1", "node2"])[0].evidence
    assert cib.compare_names(GOOD, parse("totem {\n cluster_name: web\n}")) == []
    assert cib.compare_names(GOOD, None) == []
    assert [item.id for item in cib.compare_names(GOOD, parse("totem {\n cluster_name: db\n}"))] == [
        "cluster-name-differs"
    ]


def test_location_may_write_a_node_in_capitals() -> None:
    named = '<rsc_location id="l" rsc="all" node="NODE1" score="10"/>'
    assert ids(changed(constraint(named))) == []
    assert ids(changed(constraint(named.replace("NODE1", "NODE9")))) == [("constraint-stranger", "l")]


# --- fencing ---------------------------------------------------------------------------------------------------------


def fences(text: str, actions: t.Collection[str] = ()) -> Fences:
    """What there is to fence in the CIB TEXT, by an agent that knows ACTIONS."""
    agent = Agent("fence_xvm", actions=frozenset(actions))
    cib = parse_cib(text)
    return Fences(cib, NODES, Placement.of(text, cib), lambda name: agent)


def fence_ids(text: str, nodes: list[str] | None = None, device: bool = False) -> list[tuple[str, str]]:
    return [
        (item.id, item.subject)
        for item in fencing.lint(Fences(parse_cib(text), NODES if nodes is None else nodes, has_quorum_device=device))
    ]


DEVICE = GOOD[GOOD.index('<primitive id="fence"') : GOOD.index('<group id="all">')]
MAP_PAIR = f'name="pcmk_host_map" value="{MAP}"'
FENCING = {
    "switched off": (
        ('name="stonith-enabled" value="true"', 'name="stonith-enabled" value="false"'),
        [("fencing-off", "stonith-enabled")],
    ),
    "switched off by its new name": (property_of("fencing-enabled", "false"), [("fencing-off", "fencing-enabled")]),
    "no device": ((DEVICE, ""), [("fencing-no-device", "fencing")]),
    "missing entry": ((MAP, "node1:a;node2:b"), [("fencing-uncovered", "node3")]),
    "strange entry": ((MAP, f"{MAP};node4:d"), [("fencing-map-stranger", "node4")]),
    "semicolon at the end": ((MAP, f"{MAP};"), [("fencing-map-form", "fence")]),
    "empty entry": ((MAP, MAP.replace(";", ";;")), [("fencing-map-form", "fence")]),
    "host check none": (
        (MAP_PAIR, f'{MAP_PAIR}/><nvpair id="f2" name="pcmk_host_check" value="none"'),
        [("fencing-host-check", "fence")],
    ),
    "console": (
        (MAP_PAIR, f'{MAP_PAIR}/><nvpair id="f2" name="serial_device" value="/dev/ttyS0"'),
        [("fencing-serial-console", "fence")],
    ),
    "list instead of a map": ((MAP_PAIR, 'name="pcmk_host_list" value="node1,node2 node3"'), []),
    "other separators": ((MAP, "node1:a node2:b;node3:c,d"), []),
    "device that lists by itself": ((MAP_PAIR, 'name="ip_family" value="ipv4"'), []),
}


@pytest.mark.parametrize("name", FENCING)
def test_fencing_by_its_configuration(name: str) -> None:
    pair, expected = FENCING[name]
    assert fence_ids(changed(pair)) == expected


def test_watchdog_is_fencing() -> None:
    assert fence_ids(changed((DEVICE, ""), property_of("stonith-watchdog-timeout", "10s"))) == []
    assert fence_ids(changed((DEVICE, ""), property_of("stonith-watchdog-timeout", "0"))) != []


def test_two_nodes_must_not_fence_each_other_at_once() -> None:
    two = changed((MAP, "node1:a;node2:b"))
    assert fence_ids(two, NODES[:2]) == [("fencing-race", "fencing")]
    assert fence_ids(two, NODES[:2], device=True) == []
    delayed = two.replace(
        'name="cluster-name"', 'name="priority-fencing-delay" value="60s"/><nvpair id="p8" name="cluster-name"'
    )
    assert fence_ids(delayed, NODES[:2]) == [
        ("fencing-race", "fencing"),
        ("fencing-priority-idle", "priority-fencing-delay"),
    ]
    prior = '<group id="all"><meta_attributes id="a"><nvpair id="a1" name="priority" value="1"/></meta_attributes>'
    assert fence_ids(delayed.replace('<group id="all">', prior), NODES[:2]) == []
    own = two.replace(
        "<instance_attributes",
        '<instance_attributes id="x"><nvpair id="x1" name="pcmk_delay_base" value="5s"/>'
        "</instance_attributes><instance_attributes",
        1,
    )
    assert fence_ids(own, NODES[:2]) == []


LISTS, ASKS, ONLY = ("list", "status", "monitor"), ("status", "monitor"), ("monitor", "off")


def test_agent_that_lists_is_asked_once_for_all() -> None:
    (probe,) = fencing.probes(fences(GOOD, LISTS), "node1")
    assert (probe.agent, probe.action, dict(probe.targets)) == ("fence_xvm", "list", {"node2": "b", "node3": "c"})
    assert probe.stdin == "action=list\n"
    assert fencing.judge(probe, 0, "node2 b on\nnode3   c   on\n", "") == []
    (missing,) = fencing.judge(probe, 0, "node2,b,on\n", "")
    assert missing.evidence == "fence (fence_xvm) does not list c, the power switch of node3."
    (silent,) = fencing.judge(probe, 1, "", "Timed out")
    assert "can't reach node2, node3: its list ended with 1: Timed out" in silent.evidence


def test_agent_that_does_not_list_is_asked_for_each() -> None:
    probes = fencing.probes(fences(GOOD, ASKS), "node1")
    assert [(probe.action, probe.stdin) for probe in probes] == [
        ("status", "action=status\nport=b\n"),
        ("status", "action=status\nport=c\n"),
    ]
    assert fencing.judge(probes[0], 0, "", "") == fencing.judge(probes[0], 2, "", "") == []
    assert fencing.judge(probes[0], 1, "", "no route") != []


def test_agent_that_only_monitors() -> None:
    (probe,) = fencing.probes(fences(GOOD, ONLY), "node1")
    assert probe.action == "monitor"
    assert fencing.judge(probe, 2, "", "") != []


def test_device_that_is_kept_away_from_a_node_is_not_asked_there() -> None:
    text = changed(constraint('<rsc_location id="l" rsc="fence" node="node1" score="-INFINITY"/>'))
    assert fencing.probes(fences(text, LISTS), "node1") == []
    assert fencing.probes(fences(text, LISTS), "node2") != []


def test_options_for_pacemaker_and_passwords_go_where_they_belong() -> None:
    text = changed((MAP_PAIR, f'{MAP_PAIR}/><nvpair id="f2" name="passwd" value="secret word"'))
    (probe, *_more) = fencing.probes(fences(text, ASKS), "node1")
    assert probe.stdin == "passwd=secret word\naction=status\nport=b\n"
    assert "secret" not in " ".join((probe.agent, probe.action, probe.device, *probe.targets))
