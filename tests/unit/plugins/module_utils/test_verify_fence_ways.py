# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways to fence a node, properties, templates, what agents lack: each fault is found, the right thing left alone."""

from __future__ import annotations

import ipaddress
import typing as t

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import parse_cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.placement import Placement, ha_nodes
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.templates import expanded
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.workbench import node_names
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify import agents, cib, fence_agent, fencing
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.fence_device import Fences, host_map, place

THREE = ("node1", "node2", "node3")
TWO = THREE[:2]
Found = list[tuple[str, str]]


def nvpairs(values: dict[str, str]) -> str:
    return "".join(f'<nvpair name="{name}" value="{value}"/>' for name, value in values.items())


def device(name: str, agent: str, meta: dict[str, str] | None = None, **options: str) -> str:
    return (
        f'<primitive id="{name}" class="stonith" type="{agent}">'
        f"<instance_attributes>{nvpairs(options)}</instance_attributes>"
        f"<meta_attributes>{nvpairs(meta or {})}</meta_attributes></primitive>"
    )


def resource(name: str, **meta: str) -> str:
    return (
        f'<primitive id="{name}" class="ocf" provider="heartbeat" type="Dummy">'
        f"<meta_attributes>{nvpairs(meta)}</meta_attributes></primitive>"
    )


def level(devices: str, index: int = 1, **target: str) -> str:
    names = " ".join(f'{name.replace("_", "-")}="{value}"' for name, value in (target or {"target": "node1"}).items())
    return f'<fencing-level id="l{index}-{devices}" {names} index="{index}" devices="{devices}"/>'


def location(resource: str, node: str, score: str = "-INFINITY") -> str:
    return f'<rsc_location id="{resource}-{node}" rsc="{resource}" node="{node}" score="{score}"/>'


def text(
    *resources: str,
    nodes: t.Sequence[str] = THREE,
    properties: dict[str, str] | None = None,
    levels: str = "",
    constraints: str = "",
    defaults: str = "",
    version: str = "",
    more: str = "",
) -> str:
    written = "".join(
        f'<node id="{number}" uname="{node}"><instance_attributes><nvpair name="rack" value="r{number}"/>'
        "</instance_attributes></node>"
        for number, node in enumerate(nodes, 1)
    )
    values = {**({"dc-version": version} if version else {}), **(properties or {})}
    return (
        "<cib><configuration><crm_config>"
        f'<cluster_property_set id="cib-bootstrap-options">{nvpairs(values)}</cluster_property_set></crm_config>'
        f"<nodes>{written}</nodes><resources>{''.join(resources)}</resources><constraints>{constraints}</constraints>"
        f"<fencing-topology>{levels}</fencing-topology><rsc_defaults>{defaults}</rsc_defaults>{more}"
        "</configuration></cib>"
    )


def fences(xml: str, nodes: t.Sequence[str] = THREE, **around: t.Any) -> Fences:
    plain = expanded(xml)
    model = parse_cib(plain)
    return Fences(model, nodes, Placement.of(plain, model), **around)


def found(xml: str, nodes: t.Sequence[str] = THREE, **around: t.Any) -> Found:
    return [(item.id, item.subject) for item in fencing.lint(fences(xml, nodes, **around))]


def evidence(xml: str, nodes: t.Sequence[str] = THREE) -> str:
    return " ".join(item.evidence for item in fencing.lint(fences(xml, nodes)))


ALL = "node1:1;node2:2;node3:3"
STRIP = device("strip", "fence_apc", ip="192.0.2.9", pcmk_host_map=ALL)
OTHER = device("other", "fence_apc", ip="192.0.2.8", pcmk_host_map=ALL)
BOARDS = [
    device(f"b{node[-1]}", "fence_ipmilan", ip=f"192.0.2.10{node[-1]}", pcmk_host_list=node, lanplus="1")
    for node in THREE
]
WATCHDOG = {"stonith-watchdog-timeout": "10s"}


# --- what fails together ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        (text(*BOARDS), [("fencing-board-alone", "node1, node2, node3")]),
        (text(*BOARDS, STRIP), []),
        (text(*BOARDS, properties=WATCHDOG), []),
        # a level without the strip: the strip is not used for that node
        (text(*BOARDS, STRIP, levels=level("b2", target="node2")), [("fencing-board-alone", "node2")]),
        (text(*BOARDS, STRIP, levels=level("b2", target="node2") + level("strip", 2, target="node2")), []),
        (
            text(*BOARDS, STRIP, levels=level("b2", target_attribute="rack", target_value="r2")),
            [("fencing-board-alone", "node2")],
        ),
        # what only asks, or waits for a dump, is no second way
        (
            text(*BOARDS, device("dump", "fence_kdump", pcmk_host_list="node1 node2 node3")),
            [("fencing-board-alone", "node1, node2, node3")],
        ),
        # nor is one that is switched off
        (
            text(
                *BOARDS,
                STRIP.replace("<meta_attributes>", '<meta_attributes><nvpair name="target-role" value="Stopped"/>'),
            ),
            [("fencing-board-alone", "node1, node2, node3")],
        ),
        (text(device("vm", "fence_xvm", pcmk_host_map=ALL)), []),
    ],
)
def test_node_that_only_its_own_board_can_fence_is_found(xml: str, expected: Found) -> None:
    assert found(xml) == expected


def test_watchdog_that_is_for_some_nodes_only_covers_no_other() -> None:
    limited = device("watchdog", "fence_watchdog", pcmk_host_list="node1 node2")
    assert found(text(limited, properties=WATCHDOG)) == [("fencing-uncovered", "node3")]
    assert found(text(*BOARDS, limited, properties=WATCHDOG)) == [("fencing-board-alone", "node3")]
    everywhere = device("watchdog", "fence_watchdog", pcmk_host_list=" ".join(THREE))
    assert found(text(everywhere, properties=WATCHDOG)) == []
    # without the property, it fences nothing
    assert [one for one, _subject in found(text(everywhere))] == ["fencing-uncovered"] * 3


def test_levels_behind_one_address_are_found() -> None:
    same = device("again", "fence_apc_snmp", ip="192.0.2.9", pcmk_host_map="node1:1;node2:2;node3:3")
    ways = level("strip") + level("again", 2)
    assert ("fencing-one-address", "node1") in found(text(STRIP, same, levels=ways))
    assert found(text(STRIP, OTHER, levels=level("strip") + level("other", 2))) == []
    spelt = device("again", "fence_apc_snmp", ipaddr=" 192.0.2.9", pcmk_host_map="node1:1;node2:2;node3:3")
    assert ("fencing-one-address", "node1") in found(text(STRIP, spelt, levels=ways))
    # one strip with two outlets for two power supplies, in one level
    half = device("half", "fence_apc", ip="192.0.2.9", pcmk_host_map="node1:4;node2:5;node3:6")
    assert found(text(STRIP, half, levels=level("strip,half"))) == []


NETWORKS = [ipaddress.ip_network("192.0.2.0/24"), ipaddress.ip_network("198.51.100.0/24")]
ONE_LINK = {node: {"0": f"192.0.2.{number}"} for number, node in enumerate(THREE, 1)}
TWO_LINKS = {node: {"0": f"192.0.2.{number}", "1": f"198.51.100.{number}"} for number, node in enumerate(THREE, 1)}


@pytest.mark.parametrize(
    ("links", "networks", "address", "expected"),
    [
        (ONE_LINK, NETWORKS, "192.0.2.9", [("fencing-one-network", "node1, node2, node3")]),
        (TWO_LINKS, NETWORKS, "192.0.2.9", []),
        (ONE_LINK, NETWORKS, "198.51.100.9", []),
        (ONE_LINK, NETWORKS, "203.0.113.9", []),
        (ONE_LINK, NETWORKS, "pdu.example.org", []),
        (ONE_LINK, [], "192.0.2.9", []),
        ({}, NETWORKS, "192.0.2.9", []),
        # the smaller of two networks counts: the devices have a part of their own
        (ONE_LINK, [*NETWORKS, ipaddress.ip_network("192.0.2.128/25")], "192.0.2.200", []),
    ],
)
def test_fencing_over_the_only_network_of_corosync_is_found(
    links: t.Any, networks: t.Any, address: str, expected: Found
) -> None:
    xml = text(device("strip", "fence_apc", ip=address, pcmk_host_map=ALL))
    assert found(xml, links=links, networks=networks) == expected


def test_second_way_over_another_network_counts() -> None:
    other = device("other", "fence_apc", ip="198.51.100.9", pcmk_host_map="node1:1;node2:2")
    assert found(text(STRIP, other), links=ONE_LINK, networks=NETWORKS) == [("fencing-one-network", "node3")]
    serial = device("serial", "fence_virt", serial_device="/dev/ttyS1", pcmk_host_list=" ".join(THREE))
    assert found(text(STRIP, serial), links=ONE_LINK, networks=NETWORKS) == []


# --- levels ----------------------------------------------------------------------------------------------------------

LEVEL = "fencing-level-device"


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        (level("strip", target_pattern="node[12]"), []),
        (level("strip", target_pattern="^node[[:digit:]]$"), []),
        (level("strip", target_attribute="rack", target_value="r1"), []),
        (level("strip", target="NODE1"), []),
        (level("strip", target_pattern="web.*"), [("fencing-level-idle", "regexp%web.* 1")]),
        (level("strip", target_attribute="rack", target_value="r9"), [("fencing-level-idle", "attrib%rack=r9 1")]),
        (level("strip", target="node9"), [("fencing-level-idle", "node9 1")]),
        # b1 is for node1 alone, and in a level all devices have to work
        (level("b1,strip", target_pattern="node[12]"), [(LEVEL, "regexp%node[12] 1")]),
        (level("b1", target_attribute="rack", target_value="r2"), [(LEVEL, "attrib%rack=r2 1")]),
        (level("b1,strip", target_pattern="node1"), []),
        (level("gone", target_pattern="node1"), [(LEVEL, "regexp%node1 1")]),
    ],
)
def test_level_that_can_never_work_is_found_whatever_it_is_for(levels: str, expected: Found) -> None:
    kept = (LEVEL, "fencing-level-idle")
    assert [item for item in found(text(*BOARDS, STRIP, OTHER, levels=levels)) if item[0] in kept] == expected


def test_level_with_a_device_that_constraints_keep_away_is_found() -> None:
    banned = "".join(location("strip", node) for node in THREE)
    xml = text(STRIP, OTHER, levels=level("strip") + level("other", 2), constraints=banned)
    assert (LEVEL, "node1 1") in found(xml)
    xml = text(STRIP, OTHER, levels=level("strip") + level("other", 2), constraints=location("strip", "node1"))
    assert found(xml) == []


def test_level_may_name_the_watchdog() -> None:
    assert found(text(STRIP, properties=WATCHDOG, levels=level("strip") + level("watchdog", 2))) == []


# --- devices that can't be used --------------------------------------------------------------------------------------


def test_device_that_is_off_or_kept_away_covers_no_node() -> None:
    off = device("strip", "fence_apc", {"target-role": "stopped"}, ip="192.0.2.9", pcmk_host_map=ALL)
    assert [one for one, _subject in found(text(off))] == ["fencing-uncovered"] * 3
    assert "node1: strip is switched off." in evidence(text(off))
    clone = f'<clone id="c"><meta_attributes>{nvpairs({"target-role": "Stopped"})}</meta_attributes>{STRIP}</clone>'
    assert [one for one, _subject in found(text(clone))] == ["fencing-uncovered"] * 3
    assert found(text(f'<clone id="c">{STRIP}</clone>')) == []
    for node in THREE:
        others = "".join(location(f"b{node[-1]}", other) for other in THREE if other != node)
        assert ("fencing-uncovered", node) in found(text(*BOARDS, constraints=others))
    own = "".join(location(f"b{node[-1]}", node) for node in THREE)
    assert found(text(*BOARDS, constraints=own)) == [("fencing-board-alone", "node1, node2, node3")]


def test_any_negative_score_keeps_a_device_from_a_node() -> None:
    xml = text(STRIP, constraints=location("strip", "node2", "-10"))
    assert fencing.probes(fences(xml), "node2") == []
    assert fencing.probes(fences(xml), "node1") != []
    both = location("strip", "node2", "-10") + location("strip", "node2", "20").replace('id="', 'id="x')
    assert fencing.probes(fences(text(STRIP, constraints=both)), "node2") != []
    tagged = location("t", "node2")
    tags = '<tags><tag id="t"><obj_ref id="strip"/></tag></tags>'
    assert fencing.probes(fences(text(STRIP, constraints=tagged, more=tags)), "node2") == []
    rule = (
        '<rsc_location id="l" rsc="strip"><rule id="r" score="-INFINITY">'
        '<expression id="e" attribute="#uname" operation="eq" value="node2"/></rule></rsc_location>'
    )
    assert fencing.probes(fences(text(STRIP, constraints=rule)), "node2") == []
    opted = text(STRIP, properties={"symmetric-cluster": "false"}, constraints=location("strip", "node1", "0"))
    assert [bool(fencing.probes(fences(opted), node)) for node in THREE] == [True, False, False]


def test_question_is_the_one_that_pacemaker_asks_unless_it_would_switch() -> None:
    def asked(**options: str) -> list[tuple[str, str]]:
        board = device("b2", "fence_ipmilan", ip="192.0.2.2", pcmk_host_list="node2", **options)
        return [(probe.action, probe.stdin) for probe in fencing.probes(fences(text(board)), "node1")]

    ((action, stdin),) = asked(pcmk_status_action="monitor")
    assert action == "monitor"
    assert "action=monitor\n" in stdin
    for dangerous in ("off", "reboot", "on", "diag", "false"):
        ((action, stdin),) = asked(pcmk_status_action=dangerous)
        assert action == "status"
        assert "action=status\n" in stdin


def test_device_that_finds_its_nodes_itself_has_to_list_those_that_no_other_is_for() -> None:
    lister = device("v", "fence_virsh", ip="192.0.2.7")
    (probe,) = fencing.probes(fences(text(lister)), "node1")
    assert dict(probe.targets) == {"node2": "node2", "node3": "node3"}
    assert fencing.judge(probe, 0, "NODE2,\nnode3,\n", "") == []
    (missing,) = fencing.judge(probe, 0, "node2,\nvm3,\n", "")
    assert missing.evidence == "v (fence_virsh) does not list node3, the power switch of node3."
    (probe, _second) = fencing.probes(fences(text(lister, device("w", "fence_virsh", ip="192.0.2.6"))), "node1")
    assert dict(probe.targets) == {}
    (probe, *_strip) = fencing.probes(fences(text(lister, STRIP)), "node1")
    assert dict(probe.targets) == {}
    (probe,) = fencing.probes(fences(text(lister, properties=WATCHDOG)), "node1")
    assert dict(probe.targets) == {}


def test_plugin_of_cluster_glue_is_not_asked() -> None:
    assert fencing.probes(fences(text(device("old", "external/libvirt", hostlist="node1"))), "node1") == []


def test_device_that_is_off_is_not_asked() -> None:
    off = device("strip", "fence_apc", {"target-role": "Stopped"}, ip="192.0.2.9", pcmk_host_map=ALL)
    assert fencing.probes(fences(text(off)), "node1") == []


# --- which nodes a device is for -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"pcmk_host_map": "node1=1 node2=2\tnode3=3"}, []),
        ({"pcmk_host_map": " node1:1;node2:2;node3:3 "}, []),
        ({"pcmk_host_list": "node1\tnode2,node3"}, []),
        ({"pcmk_host_map": "NODE1:1;Node2:2;node3:3", "pcmk_host_list": "node1 node2 node3"}, []),
        ({"pcmk_host_check": "Static-List", "pcmk_host_map": ALL}, []),
        ({"pcmk_host_check": "dynamic-list"}, []),
        ({"pcmk_host_map": "node1:1;node1:1;NODE1:1;node2:2;node3:3"}, []),
        ({"pcmk_host_map": "node1:1,node2:2,node3:3"}, ["fencing-uncovered", "fencing-uncovered", "fencing-map-form"]),
        ({"pcmk_host_map": "node1;node2:2;node3:3"}, ["fencing-uncovered", "fencing-map-form"]),
        ({"pcmk_host_map": "node1:;node2:2;node3:3"}, ["fencing-uncovered", "fencing-map-form"]),
        ({"pcmk_host_map": "node1:1;;node2:2;node3:3"}, ["fencing-map-form"]),
        ({"pcmk_host_map": "node1:1;node2:2;node3:3;"}, ["fencing-map-form"]),
        ({"pcmk_host_check": "static-list"}, ["fencing-uncovered"] * 3),
        ({"pcmk_host_check": "list", "pcmk_host_map": ALL}, ["fencing-uncovered"] * 3 + ["fencing-host-check"]),
        ({"pcmk_host_check": "NONE", "pcmk_host_map": ALL}, ["fencing-host-check"]),
        ({"pcmk_host_check": "status", "pcmk_host_map": ALL}, []),
    ],
)
def test_forms_of_map_list_and_check(options: dict[str, str], expected: list[str]) -> None:
    assert [one for one, _subject in found(text(device("strip", "fence_apc", ip="192.0.2.9", **options)))] == expected


def test_escaped_separators_are_part_of_the_outlet() -> None:
    model = parse_cib(text(device("v", "fence_xvm", pcmk_host_map=r"node1:web\ one;node2:a\;b;node3:c\:d")))
    assert host_map(model.primitives["v"]) == {"node1": "web one", "node2": "a;b", "node3": "c:d"}


def test_check_that_overrides_a_boards_list_is_named() -> None:
    xml = text(device("b1", "fence_ipmilan", ip="192.0.2.1", pcmk_host_list="node1", pcmk_host_check="status"), STRIP)
    assert ("fencing-claims-all", "b1") in found(xml)
    assert "pcmk_host_check=status, which overrides its map or list" in evidence(xml)


SHARED = "fencing-switch-shared"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"ip": "2001:db8::1"}, {"ip": "2001:DB8:0:0::1"}, True),
        ({"ip": "192.0.2.1"}, {"ip": "192.0.2.1", "ipport": "623"}, True),
        ({"ip": "192.0.2.1"}, {"ip": "192.0.2.1", "ipport": "6230"}, False),
        ({"ip": "BMC1.example.org"}, {"ipaddr": "bmc1.example.org"}, True),
        ({"ip": "192.0.2.1"}, {"ip": "192.0.2.10"}, False),
    ],
)
def test_one_board_is_found_however_its_address_is_written(
    one: dict[str, str], other: dict[str, str], same: bool
) -> None:
    boards = [
        device("b1", "fence_ipmilan", pcmk_host_list="node1", **one),
        device("b2", "fence_idrac", pcmk_host_list="node2", **other),
    ]
    assert ((SHARED, "node1, node2") in found(text(*boards), TWO)) is same


def test_one_system_of_redfish_is_found_with_and_without_a_slash() -> None:
    model = parse_cib(
        text(
            device("a", "fence_redfish", ip="192.0.2.1", systems_uri="/redfish/v1/Systems/1/"),
            device("b", "fence_redfish", ip="192.0.2.1", systems_uri="/redfish/v1/Systems/1"),
        )
    )
    known = agents.by_name("fence_redfish")
    assert place(model.primitives["a"], known) == place(model.primitives["b"], known)


def test_outlet_of_a_name_that_is_no_node_is_not_shared() -> None:
    xml = text(device("strip", "fence_apc", ip="192.0.2.9", pcmk_host_map=f"{ALL};gone:1"))
    assert found(xml) == [("fencing-map-stranger", "gone")]


def test_nodes_that_only_resources_bring_are_no_members_of_the_cluster() -> None:
    remote = '<primitive id="remote1" class="ocf" provider="pacemaker" type="remote"/>'
    guest = (
        '<primitive id="vm" class="ocf" provider="heartbeat" type="VirtualDomain">'
        f"<meta_attributes>{nvpairs({'remote-node': 'guest1'})}</meta_attributes></primitive>"
    )
    model = parse_cib(text(remote, guest, nodes=(*THREE, "remote1", "guest1")))
    assert ha_nodes(model) == list(THREE)


def test_outlet_that_is_dynamic_is_none() -> None:
    assert found(text(device("strip", "fence_apc", ip="192.0.2.9", plug="Dynamic", pcmk_host_map=ALL))) == []


# --- delays ----------------------------------------------------------------------------------------------------------


def slow(name: str, **delay: str) -> str:
    return device(name, "fence_apc", ip=f"192.0.2.{len(name)}", pcmk_host_map="node1:1;node2:2", **delay)


@pytest.mark.parametrize(
    ("delay", "counts"),
    [
        ({"pcmk_delay_base": "5s"}, True),
        ({"pcmk_delay_max": "10"}, True),
        ({"pcmk_delay_base": "node1:0s;node2:10s"}, True),
        ({"pcmk_delay_base": "node1:0;node2:0s"}, False),
        ({"pcmk_delay_base": "0", "pcmk_delay_max": "0s"}, False),
        ({}, False),
    ],
)
def test_delay_is_wanted_with_two_nodes_and_needless_with_more(delay: dict[str, str], counts: bool) -> None:
    xml = text(slow("one", **delay), nodes=TWO)
    assert (("fencing-race", "fencing") in found(xml, TWO)) is not counts
    assert ("fencing-delay-needless", "one") not in found(xml, TWO)
    assert (("fencing-delay-needless", "one") in found(xml, TWO, has_quorum_device=True)) is counts
    three = text(device("one", "fence_apc", ip="192.0.2.9", pcmk_host_map=ALL, **delay))
    assert (("fencing-delay-needless", "one") in found(three)) is counts
    ignored = text(slow("one", **delay), nodes=THREE, properties={"no-quorum-policy": "ignore"})
    assert ("fencing-delay-needless", "one") not in found(ignored)


def test_delays_of_one_level_that_add_up_are_found() -> None:
    both = slow("one", pcmk_delay_base="5s"), slow("other", pcmk_delay_base="5s")
    together = level("one,other", target_pattern="node.*")
    assert found(text(*both, nodes=TWO, levels=together), TWO) == [("fencing-delay-twice", "regexp%node.* 1")]
    assert found(text(both[0], slow("other"), nodes=TWO, levels=together), TWO) == []
    apart = level("one", target_pattern="node.*") + level("other", 2, target_pattern="node.*")
    assert found(text(*both, nodes=TWO, levels=apart), TWO) == []


# --- properties ------------------------------------------------------------------------------------------------------

DELAY = {"priority-fencing-delay": "20s"}
MASTER = resource("db", priority="10")
DEFAULT = f'<meta_attributes id="d">{nvpairs({"priority": "1"})}</meta_attributes>'


@pytest.mark.parametrize(
    ("resources", "defaults", "works"),
    [
        ([resource("web")], "", False),
        ([resource("web", priority="0")], "", False),
        ([resource("web"), MASTER], "", True),
        ([resource("web")], DEFAULT, True),
        (
            [f'<group id="g"><meta_attributes>{nvpairs({"priority": "5"})}</meta_attributes>{resource("web")}</group>'],
            "",
            True,
        ),
        ([f'<clone id="c">{MASTER}</clone>'], "", False),
        (
            [f'<clone id="c"><meta_attributes>{nvpairs({"promotable": "true"})}</meta_attributes>{MASTER}</clone>'],
            "",
            True,
        ),
        ([f'<clone id="c"><meta_attributes>{nvpairs({"clone-max": "1"})}</meta_attributes>{MASTER}</clone>'], "", True),
    ],
)
def test_priority_delay_without_priorities_is_found(resources: list[str], defaults: str, works: bool) -> None:
    xml = text(slow("one"), *resources, nodes=TWO, properties=DELAY, defaults=defaults)
    race = [("fencing-race", "fencing"), ("fencing-priority-idle", "priority-fencing-delay")]
    assert found(xml, TWO) == ([] if works else race)
    if not works:
        said = evidence(xml, TWO)
        assert "priority-fencing-delay has no effect, and no fence device has a delay." in said


@pytest.mark.parametrize(
    ("delay", "short"),
    [
        ({"pcmk_delay_base": "15s"}, True),
        ({"pcmk_delay_base": "10s"}, False),
        ({"pcmk_delay_max": "11"}, True),
        ({"pcmk_delay_base": "node1:0s;node2:12s"}, True),
        ({}, False),
    ],
)
def test_priority_delay_that_other_delays_overtake_is_found(delay: dict[str, str], short: bool) -> None:
    xml = text(slow("one", **delay), MASTER, nodes=TWO, properties=DELAY)
    assert found(xml, TWO) == ([("fencing-priority-short", "priority-fencing-delay")] if short else [])


@pytest.mark.parametrize(
    ("properties", "version", "expected"),
    [
        ({"startup-fencing": "no"}, "", [("fencing-unseen", "startup-fencing")]),
        ({"startup-fencing": "true", "concurrent-fencing": "TRUE"}, "", []),
        ({"concurrent-fencing": "off"}, "", [("fencing-one-by-one", "concurrent-fencing")]),
        ({"stonith-action": "off"}, "", []),
        ({"fencing-action": "reboot"}, "", []),
        ({"stonith-action": "false"}, "", [("fencing-cluster-action", "stonith-action")]),
        ({"fencing-action": "Off"}, "", [("fencing-cluster-action", "fencing-action")]),
        ({"stonith-action": "poweroff"}, "2.1.5-a", [("fencing-cluster-action", "stonith-action")]),
        ({"stonith-action": "poweroff"}, "3.0.0-a", [("fencing-cluster-action", "stonith-action")]),
        ({"stonith-watchdog-timeout": "70s"}, "2.1.5-a", [("fencing-watchdog-late", "stonith-timeout")]),
        ({"stonith-watchdog-timeout": "70s"}, "2.1.8-a", []),
        ({"stonith-watchdog-timeout": "70s"}, "", []),
        ({"stonith-watchdog-timeout": "70s", "stonith-timeout": "2min"}, "2.1.5-a", []),
        (
            {"stonith-watchdog-timeout": "50s", "stonith-timeout": "40s"},
            "2.1.7",
            [("fencing-watchdog-late", "stonith-timeout")],
        ),
        ({"stonith-watchdog-timeout": "-1"}, "2.1.5-a", []),
        ({"stonith-watchdog-timeout": "0"}, "2.1.5-a", []),
    ],
)
def test_properties_of_fencing(properties: dict[str, str], version: str, expected: Found) -> None:
    assert found(text(STRIP, properties=properties, version=version)) == expected


def test_poweroff_is_an_error_only_where_pacemaker_no_longer_knows_it() -> None:
    severities = {
        version: [
            item.severity
            for item in fencing.lint(fences(text(STRIP, properties={"stonith-action": "poweroff"}, version=version)))
        ]
        for version in ("2.1.5-a", "3.0.0-a")
    }
    assert severities == {"2.1.5-a": ["warning"], "3.0.0-a": ["error"]}


SBD = device("sbd", "fence_sbd", devices="/dev/disk/by-id/x", pcmk_host_list=" ".join(THREE))


def test_watchdog_timeout_beside_disks_of_sbd_is_found() -> None:
    assert found(text(SBD, properties=WATCHDOG)) == [("fencing-watchdog-disk", "sbd")]
    assert found(text(SBD, properties={"fencing-watchdog-timeout": "-1"})) == [("fencing-watchdog-disk", "sbd")]
    assert found(text(SBD)) == []
    assert found(text(SBD, properties={"stonith-watchdog-timeout": "0"})) == []
    limited = device("watchdog", "fence_watchdog", pcmk_host_list="node3")
    assert found(text(SBD, limited, properties=WATCHDOG)) == []
    assert found(text(STRIP, properties=WATCHDOG)) == []


# --- templates and references ----------------------------------------------------------------------------------------

TEMPLATE = (
    '<template id="pdu" class="stonith" type="fence_apc"><instance_attributes id="pdu-i">'
    '<nvpair id="pdu-1" name="ip" value="192.0.2.9"/><nvpair id="pdu-2" name="pcmk_host_map" value="node1:1;node2:2"/>'
    '</instance_attributes><operations><op id="pdu-o" name="monitor" interval="60s" timeout="33s"/>'
    "</operations></template>"
)


def made(options: str = "", operations: str = "") -> str:
    return f'<primitive id="strip" template="pdu">{options}{operations}</primitive>'


def test_device_made_from_a_template_is_a_device() -> None:
    assert found(text(TEMPLATE, made())) == [("fencing-uncovered", "node3")]
    own = f'<instance_attributes id="o"><nvpair id="o1" name="pcmk_host_map" value="{ALL}"/></instance_attributes>'
    assert found(text(TEMPLATE, made(own))) == []
    model = parse_cib(expanded(text(TEMPLATE, made(own))))
    assert model.primitives["strip"].options == {"ip": "192.0.2.9", "pcmk_host_map": ALL}
    assert fencing.timeout(model, model.primitives["strip"], "monitor") == 33
    assert model.left_alone == {}


def test_remote_node_made_from_a_template_wants_fencing_and_may_be_named() -> None:
    template = '<template id="r" class="ocf" provider="pacemaker" type="remote"/>'
    xml = text(STRIP, template, '<primitive id="remote1" template="r"/>')
    assert found(xml) == [("fencing-uncovered", "remote1")]
    assert "remote1" in node_names(xml)


def test_ticket_for_a_template_holds_what_is_made_from_it() -> None:
    template = '<template id="web" class="ocf" provider="heartbeat" type="apache"/>'
    ticket = '<rsc_ticket id="t" rsc="web" ticket="a"/>'
    xml = expanded(text(STRIP, template, '<primitive id="web1" template="web"/>', constraints=ticket))
    assert Placement.of(xml, parse_cib(xml)).waiting() == {"web", "web1"}


def test_operation_of_a_resource_replaces_that_of_its_template() -> None:
    slower = '<operations><op id="m" name="monitor" interval="10s" timeout="44s"/></operations>'
    model = parse_cib(expanded(text(TEMPLATE, made(operations=slower))))
    assert [(item.interval, item.timeout) for item in model.primitives["strip"].operations] == [("10s", "44s")]
    promoted = '<operations><op id="m" name="monitor" role="Promoted" interval="10s"/></operations>'
    model = parse_cib(expanded(text(TEMPLATE, made(operations=promoted))))
    assert len(model.primitives["strip"].operations) == 2


def test_constraint_on_a_template_or_a_resource_made_from_it_names_something() -> None:
    own = f'<instance_attributes id="o"><nvpair id="o1" name="pcmk_host_map" value="{ALL}"/></instance_attributes>'
    for name in ("pdu", "strip"):
        xml = text(TEMPLATE, made(own), constraints=location(name, "node2"))
        assert [item.id for item in cib.lint(parse_cib(expanded(xml)))].count("constraint-stranger") == 0
        assert fencing.probes(fences(xml), "node2") == []
        assert fencing.probes(fences(xml), "node1") != []


def test_options_that_are_referred_to_count() -> None:
    shared = STRIP.replace("<instance_attributes>", '<instance_attributes id="shared">')
    other = '<primitive id="again" class="stonith" type="fence_apc"><instance_attributes id-ref="shared"/></primitive>'
    assert found(text(shared, other)) == []
    model = parse_cib(expanded(text(shared, other)))
    assert model.primitives["again"].options == model.primitives["strip"].options


@pytest.mark.parametrize("xml", ["", "no XML with a template", "<cib template='x'/>", text(STRIP)])
def test_what_has_no_template_stays_as_it_is(xml: str) -> None:
    assert expanded(xml) == xml


# --- what the agents of this node lack -------------------------------------------------------------------------------

METADATA = """<resource-agent><parameters><parameter name="plug" obsoletes="port"/><parameter name="port"/>
<parameter name="ip" obsoletes="ipaddr"/><parameter name="ipaddr"/><parameter name="ssl-path"/>{parameters}</parameters>
<actions><action name="on"/><action name="off"/><action name="list"/><action name="status"/></actions>
</resource-agent>"""


def parameter(name: str, default: str = "") -> str:
    return f'<parameter name="{name}"><content type="string" default="{default}"/></parameter>'


def lacks(xml: str, parameters: str, present: t.Collection[str] = (), host: str = "node1") -> list[tuple[str, str]]:
    said = METADATA.format(parameters=parameters)
    around = fences(xml, known=lambda name: agents.from_metadata(name, said))
    return [(item.id, item.evidence) for item in fence_agent.lint(around, host, lambda path: path in present)]


IPMITOOL = parameter("ipmitool_path", "/usr/bin/ipmitool")
TERMINAL = parameter("ssh_path", "/usr/bin/ssh") + parameter("telnet_path", "/usr/bin/telnet")


def test_program_that_an_agent_runs_and_that_is_missing_is_found() -> None:
    (missing,) = lacks(text(STRIP), IPMITOOL)
    assert missing[0] == "fencing-program-missing"
    assert missing[1] == "fence_apc of strip runs /usr/bin/ipmitool, which is not installed."
    assert lacks(text(STRIP), IPMITOOL, ["/usr/bin/ipmitool"]) == []
    # not on a node that does not fence by this device
    assert lacks(text(STRIP, constraints=location("strip", "node1")), IPMITOOL) == []


@pytest.mark.parametrize(
    ("options", "parameters", "expected"),
    [
        ({}, TERMINAL, ["/usr/bin/telnet"]),
        ({"ssh": "1"}, TERMINAL + parameter("ssh", "0"), ["/usr/bin/ssh"]),
        ({"secure": "true"}, TERMINAL + parameter("secure"), ["/usr/bin/ssh"]),
        ({}, TERMINAL + parameter("ssh", "1"), ["/usr/bin/ssh"]),
        ({"ssh": "0"}, TERMINAL + parameter("ssh", "1"), ["/usr/bin/telnet"]),
        ({}, parameter("ssh_path", "/usr/bin/ssh"), ["/usr/bin/ssh"]),
        ({"ssl": "1"}, TERMINAL, []),
        ({"ipmitool_path": "/opt/ipmitool"}, IPMITOOL, ["/opt/ipmitool"]),
        ({}, parameter("sudo_path", "/usr/bin/sudo"), []),
        ({"use_sudo": "1"}, parameter("sudo_path", "/usr/bin/sudo"), ["/usr/bin/sudo"]),
    ],
)
def test_program_depends_on_the_devices_options(options: dict[str, str], parameters: str, expected: list[str]) -> None:
    said = agents.from_metadata("fence_apc", METADATA.format(parameters=parameters))
    model = parse_cib(text(device("strip", "fence_apc", ip="192.0.2.9", **options)))
    assert fence_agent.programs(model.primitives["strip"], said) == expected


def test_option_that_the_agent_does_not_know_is_found() -> None:
    known = {
        "ip": "192.0.2.9",
        "ipaddr": "192.0.2.9",
        "ssl_path": "x",
        "pcmk_host_map": ALL,
        "pcmk_reboot_timeout": "60",
        "pcmk_off_retries": "1",
        "pcmk_list_action": "status",
        "action": "off",
        "pcmk_host_argument": "slot",
        "slot": "",
    }
    assert lacks(text(device("strip", "fence_apc", **known)), "") == []
    ((name, said),) = lacks(text(device("strip", "fence_apc", **known, pcmk_host_lst="node1", shelf="3")), "")
    assert name == "fencing-option-unknown"
    assert said == (
        "strip has pcmk_host_lst (is it pcmk_host_list?), shelf, which fence_apc on this node does not know."
    )


def test_agent_that_says_nothing_is_given_the_benefit_of_the_doubt() -> None:
    around = fences(text(device("strip", "fence_apc", nonsense="1")))
    assert fence_agent.lint(around, "node1", lambda path: False) == []
