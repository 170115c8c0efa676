# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of fence devices: each is found, and the right configuration beside it is left alone."""

from __future__ import annotations

import pathlib
import time
import typing as t

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import parse_cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.placement import Placement
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.templates import expanded
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import CommandResult
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify import agents, ask, fencing
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.fence_device import Agents, Fences
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.fencing import Probe

NODES = ("node1", "node2", "node3")
Options = t.Mapping[str, str]
ID = "fence"


def nvpairs(prefix: str, values: Options) -> str:
    return "".join(
        f'<nvpair id="{prefix}-{number}" name="{name}" value="{value}"/>'
        for number, (name, value) in enumerate(values.items())
    )


def device(name: str, agent: str, options: Options, meta: Options | None = None, monitor: str = "") -> str:
    return (
        f'<primitive id="{name}" class="stonith" type="{agent}">'
        f'<instance_attributes id="{name}-i">{nvpairs(f"{name}-i", options)}</instance_attributes>'
        f'<meta_attributes id="{name}-m">{nvpairs(f"{name}-m", meta or {})}</meta_attributes>'
        f'<operations><op id="{name}-o" name="monitor" interval="60s"{monitor}/></operations></primitive>'
    )


def cib(*devices: str, properties: Options | None = None, more: str = "", levels: str = "") -> str:
    nodes = "".join(f'<node id="{number}" uname="{node}"/>' for number, node in enumerate(NODES, 1))
    topology = f"<fencing-topology>{levels}</fencing-topology>" if levels else ""
    return (
        "<cib><configuration><crm_config>"
        f'<cluster_property_set id="cib-bootstrap-options">{nvpairs("p", properties or {})}</cluster_property_set>'
        f"</crm_config><nodes>{nodes}</nodes><resources>{''.join(devices)}{more}</resources><constraints/>{topology}"
        "</configuration></cib>"
    )


def fences(text: str, nodes: t.Sequence[str] = NODES, **around: t.Any) -> Fences:
    """What there is to fence in the CIB TEXT."""
    plain = expanded(text)
    cib = parse_cib(plain)
    return Fences(cib, nodes, Placement.of(plain, cib), **around)


def found(text: str, known: Agents = agents.by_name, **around: t.Any) -> list[tuple[str, str]]:
    return [(item.id, item.subject) for item in fencing.lint(fences(text, known=known, **around))]


def board(node: str, **options: str) -> str:
    """The right device for the board of NODE."""
    values = {"ip": f"192.0.2.{node[-1]}", "username": "fence", "password": "x", "pcmk_host_list": node, **options}
    return device(f"bmc-{node}", "fence_ipmilan", {name: value for name, value in values.items() if value})


BOARDS = [board(node) for node in NODES]
# The second way, without which a node whose power fails can't be fenced.
SECOND = device("strip", "fence_apc", {"ip": "192.0.2.99", "pcmk_host_map": "node1:1;node2:2;node3:3"})
ALONE = "fencing-board-alone"
STRIP = {"ip": "192.0.2.9", "pcmk_host_map": "node1:1;node2:2;node3:3"}


def strip(agent: str = "fence_apc", meta: Options | None = None, **options: str) -> str:
    values = {**STRIP, **options}
    return device(ID, agent, {name: value for name, value in values.items() if value}, meta)


RIGHT = {
    "a board and an outlet for each node": cib(*BOARDS, SECOND),
    "a power strip": cib(strip()),
    "outlets of several phases": cib(strip(pcmk_host_map="node1:1,2;node2:3,4;node3:5,6")),
    "one outlet, of a device for one node": cib(
        *(
            device(f"f{node}", "fence_apc", {"ip": "192.0.2.9", "plug": node[-1], "pcmk_host_list": node})
            for node in NODES
        )
    ),
    "the outlet that the map names, too": cib(
        *(
            device(
                f"f{node}",
                "fence_apc",
                {"ip": "192.0.2.9", "port": "7" + node[-1], "pcmk_host_map": f"{node}:7{node[-1]}"},
            )
            for node in NODES
        )
    ),
    "several systems behind one Redfish service": cib(
        *(
            device(
                f"f{node}",
                "fence_redfish",
                {"ip": "192.0.2.9", "systems_uri": f"/redfish/v1/Systems/{node}", "pcmk_host_list": node},
            )
            for node in NODES
        ),
        SECOND,
    ),
    "two strips at one address on two ports": cib(
        device("f1", "fence_apc", {"ip": "192.0.2.9", "ipport": "22", "pcmk_host_map": "node1:1;node2:2"}),
        device("f2", "fence_apc", {"ip": "192.0.2.9", "ipport": "23", "pcmk_host_map": "node3:1"}),
    ),
    "a device that lists its hosts": cib(device(ID, "fence_xvm", {})),
    "a device that goes by the node's name": cib(
        device(
            ID,
            "fence_scsi",
            {"devices": "/dev/disk/by-id/x", "pcmk_host_list": "node1 node2 node3"},
            {"provides": "unfencing"},
        )
    ),
    "a fabric device with unfencing": cib(
        strip("fence_ifmib", {"provides": "unfencing"}, pcmk_host_map="node1:Gi1;node2:Gi2;node3:Gi3")
    ),
    "an action that switches off": cib(strip(pcmk_reboot_action="off", pcmk_monitor_action="metadata")),
    "old names alone": cib(strip(ip="", ipaddr="192.0.2.9", login="a", passwd="b")),
    "old and new name with one value": cib(strip(ipaddr="192.0.2.9")),
    "method onoff": cib(strip(method="onoff")),
    "cycle where it is the default": cib(device(ID, "fence_gce", {"method": "cycle"})),
    "boards that are told their addresses by the map": cib(
        device(
            ID,
            "fence_ipmilan",
            {"port_as_ip": "1", "pcmk_host_map": "node1:192.0.2.1;node2:192.0.2.2;node3:192.0.2.3"},
        ),
        SECOND,
    ),
    "the ping of a first level": cib(
        *BOARDS,
        SECOND,
        device("ping", "fence_heuristics_ping", {"ping_targets": "192.0.2.254", "pcmk_host_list": " ".join(NODES)}),
    ),
    "a level of devices that exist": cib(
        *BOARDS,
        SECOND,
        levels='<fencing-level id="l" target="node1" index="1" devices="bmc-node1"/>'
        '<fencing-level id="m" target="node1" index="2" devices="strip"/>',
    ),
    "a level by a pattern": cib(
        *BOARDS, SECOND, levels='<fencing-level id="l" target-pattern="^node[[:digit:]]$" index="1" devices="strip"/>'
    ),
    "names in capitals": cib(strip(pcmk_host_map="NODE1:1;Node2:2;node3:3")),
    "a legacy device, which lists": cib(device(ID, "external/libvirt", {"hostlist": "node1 node2 node3"})),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_device_has_no_finding(name: str) -> None:
    assert found(RIGHT[name]) == []


WRONG: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "board without a host list claims every node, and covers none": (
        cib(board("node1", pcmk_host_list=""), board("node2")),
        [
            ("fencing-uncovered", "node1"),
            ("fencing-uncovered", "node3"),
            ("fencing-claims-all", "bmc-node1"),
            (ALONE, "node2"),
        ],
    ),
    "board that must be asked for its status": (
        cib(*BOARDS, SECOND, device(ID, "fence_redfish", {"ip": "192.0.2.8", "pcmk_host_check": "status"})),
        [("fencing-claims-all", ID)],
    ),
    "board that may fence any node": (
        cib(*BOARDS, SECOND, device(ID, "fence_idrac", {"ip": "192.0.2.8", "pcmk_host_check": "none"})),
        [("fencing-claims-all", ID)],
    ),
    "board of two nodes": (
        cib(board("node1", pcmk_host_list="node1,node2"), board("node3")),
        [("fencing-switch-shared", "node1, node2"), (ALONE, "node1, node2, node3")],
    ),
    "two boards at one address": (
        cib(board("node1"), board("node2", ip="192.0.2.3"), board("node3"), SECOND),
        [("fencing-switch-shared", "node2, node3")],
    ),
    "two boards at one address, by old and by new name": (
        cib(board("node1"), board("node2", ip="", ipaddr="192.0.2.3"), board("node3"), SECOND),
        [("fencing-switch-shared", "node2, node3")],
    ),
    "one outlet twice in a map": (
        cib(strip(pcmk_host_map="node1:1;node2:2;node3:2")),
        [("fencing-switch-shared", "node2, node3")],
    ),
    "outlets that overlap": (
        cib(strip(pcmk_host_map="node1:1,2;node2:2,3;node3:4")),
        [("fencing-switch-shared", "node1, node2")],
    ),
    "one outlet in two devices": (
        cib(
            device("f1", "fence_apc", {"ip": "192.0.2.9", "plug": "4", "pcmk_host_list": "node1"}),
            device("f2", "fence_apc", {"ip": "192.0.2.9", "plug": "4", "pcmk_host_list": "node2"}),
            device("f3", "fence_apc", {"ip": "192.0.2.9", "plug": "5", "pcmk_host_list": "node3"}),
        ),
        [("fencing-switch-shared", "node1, node2")],
    ),
    "one virtual machine for two nodes": (
        cib(device(ID, "fence_xvm", {"pcmk_host_map": "node1:vm1;node2:vm1;node3:vm3"})),
        [("fencing-switch-shared", "node1, node2")],
    ),
    "outlet that is left over": (cib(strip(plug="5")), [("fencing-plug-fixed", ID)]),
    "outlet that is left over, by its old name": (cib(strip(port="5")), [("fencing-plug-fixed", ID)]),
    "outlet beside the list of an agent": (
        cib(device(ID, "fence_virsh", {"ip": "192.0.2.9", "plug": "vm1"})),
        [("fencing-plug-fixed", ID)],
    ),
    "key of all nodes": (
        cib(
            device(
                ID, "fence_mpath", {"key": "1", "pcmk_host_map": "node1:1;node2:2;node3:3"}, {"provides": "unfencing"}
            )
        ),
        [("fencing-plug-fixed", ID)],
    ),
    "several outlets that the agent does not switch": (
        cib(strip("fence_apc_snmp", pcmk_host_map="node1:1,2;node2:3;node3:4")),
        [("fencing-outlets", ID)],
    ),
    "number of an interface": (
        cib(strip("fence_ifmib", {"provides": "unfencing"}, pcmk_host_map="node1:1;node2:Gi2;node3:Gi3")),
        [("fencing-port-number", ID)],
    ),
    "action of YAML": (cib(strip(pcmk_reboot_action="false")), [("fencing-action", ID)]),
    "other action of YAML": (cib(strip(pcmk_on_action="true")), [("fencing-action", ID)]),
    "action that leaves the node on": (cib(strip(pcmk_off_action="status")), [("fencing-action", ID)]),
    "action of the agent": (cib(strip(action="false")), [("fencing-action", ID)]),
    "method that is none": (cib(strip(method="true")), [("fencing-action", ID)]),
    "method cycle": (cib(board("node1", method="cycle"), *BOARDS[1:], SECOND), [("fencing-cycle", "bmc-node1")]),
    "fabric device without unfencing": (
        cib(strip("fence_ifmib", pcmk_host_map="node1:Gi1;node2:Gi2;node3:Gi3")),
        [("fencing-unfencing", ID)],
    ),
    "address by two names": (cib(strip(ipaddr="192.0.2.8")), [("fencing-option-twice", ID)]),
    "hidden delay": (cib(strip(delay="5")), [("fencing-delay-hidden", ID)]),
    "level with a device that does not exist": (
        cib(*BOARDS, SECOND, levels='<fencing-level id="l" target="node1" index="1" devices="bmc-node1,gone"/>'),
        [("fencing-level-device", "node1 1"), (ALONE, "node1")],
    ),
    "level with the device of another node": (
        cib(*BOARDS, SECOND, levels='<fencing-level id="l" target="node1" index="1" devices="bmc-node2"/>'),
        [("fencing-level-device", "node1 1")],
    ),
    "level with a device that is switched off": (
        cib(
            strip(),
            device("off", "fence_apc", {"ip": "192.0.2.8", "pcmk_host_map": "node1:1"}, {"target-role": "Stopped"}),
            levels='<fencing-level id="l" target="node1" index="1" devices="off"/>',
        ),
        [("fencing-level-device", "node1 1")],
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_device_is_found(name: str) -> None:
    text, expected = WRONG[name]
    assert found(text) == expected


METADATA = """<resource-agent><parameters><parameter name="plug" obsoletes="port"/>{parameters}</parameters>
<actions><action name="on" automatic="{automatic}"/><action name="off"/><action name="status"/>{actions}</actions>
</resource-agent>"""


def stranger(parameters: str = "", actions: str = '<action name="reboot"/>', automatic: str = "0") -> Agents:
    """An agent that only its metadata describes."""
    text = METADATA.format(parameters=parameters, actions=actions, automatic=automatic)
    return lambda name: agents.from_metadata(name, text)


def test_metadata_decides_what_an_agent_can_do() -> None:
    bare = cib(device(ID, "fence_new", {"ip": "192.0.2.1"}))
    as_address = stranger('<parameter name="port_as_ip"/>')
    assert ("fencing-claims-all", ID) in found(bare, as_address)
    assert ("fencing-claims-all", ID) not in found(bare, stranger())
    assert found(bare, stranger('<parameter name="port_as_ip"/>', '<action name="list"/>')) == []
    assert ("fencing-unfencing", ID) in found(cib(device(ID, "fence_new", STRIP)), stranger(automatic="1"))
    assert found(cib(device(ID, "fence_new", STRIP)), stranger(automatic="0")) == []
    odd = cib(device(ID, "fence_new", {**STRIP, "pcmk_reboot_action": "diag"}))
    assert found(odd, stranger()) == [("fencing-action", ID)]
    assert found(odd, stranger(actions='<action name="diag"/>')) == []
    idle = cib(device(ID, "fence_new", {**STRIP, "power_timeout": "60"}))
    assert found(idle, stranger('<parameter name="disable_timeout"/>')) == [("fencing-timeout-unused", ID)]
    assert found(idle, stranger()) == []


def test_agent_of_which_nothing_is_known_from_files_is_named_in_a_note() -> None:
    assert fencing.untold(parse_cib(cib(device(ID, "fence_new", {})))) == [f"{ID} (fence_new)"]
    assert fencing.untold(parse_cib(cib(device(ID, "fence_new", {"pcmk_host_list": "node1"})))) == []
    assert fencing.untold(parse_cib(cib(device(ID, "fence_ipmilan", {})))) == []


REMOTE = '<primitive id="remote1" class="ocf" provider="pacemaker" type="remote"/>'
GUEST = (
    '<primitive id="vm" class="ocf" provider="heartbeat" type="VirtualDomain"><meta_attributes id="vm-m">'
    '<nvpair id="vm-m-1" name="remote-node" value="guest1"/></meta_attributes></primitive>'
)


def test_remote_node_wants_a_fence_device_and_a_guest_does_not() -> None:
    assert found(cib(*BOARDS, SECOND, more=REMOTE + GUEST)) == [("fencing-uncovered", "remote1")]
    covered = device("pdu", "fence_apc", {"ip": "192.0.2.77", "pcmk_host_map": "remote1:1"})
    assert found(cib(*BOARDS, SECOND, covered, more=REMOTE + GUEST)) == []
    named = device(ID, "fence_xvm", {"pcmk_host_list": "node1 node2 node3 remote1 guest1"})
    assert found(cib(named, more=REMOTE + GUEST)) == []
    assert found(cib(named)) == [("fencing-map-stranger", "guest1, remote1")]


def test_switch_of_a_remote_node_is_asked() -> None:
    text = cib(board("remote1"), more=REMOTE)
    (probe,) = fencing.probes(fences(text), "node1")
    assert dict(probe.targets) == {"remote1": "remote1"}


# --- how long an agent is waited for ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "properties", "monitor", "expected"),
    [
        ({}, {}, "", {"monitor": 20, "status": 60}),
        ({}, {"stonith-timeout": "2min"}, "", {"monitor": 20, "status": 120, "list": 120}),
        ({}, {}, ' timeout="90s"', {"monitor": 90, "status": 60}),
        (
            {"pcmk_monitor_timeout": "45", "pcmk_status_timeout": "30s"},
            {},
            ' timeout="90s"',
            {"monitor": 45, "status": 30},
        ),
        ({"pcmk_list_timeout": "nonsense"}, {}, "", {"list": 60}),
    ],
)
def test_agent_gets_the_time_that_pacemaker_gives_it(
    options: Options, properties: Options, monitor: str, expected: dict[str, int]
) -> None:
    text = cib(device(ID, "fence_ipmilan", options, monitor=monitor), properties=properties)
    model = parse_cib(text)
    assert {action: fencing.timeout(model, model.primitives[ID], action) for action in expected} == expected


class Shell:
    """A host with the fence agents in a folder."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.runs = 0

    def agent(self, name: str, text: str) -> None:
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def run(self, argv: list[str], stdin: str | None = None, environment: object = None) -> CommandResult:
        import subprocess

        self.runs += 1
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        return CommandResult(done.returncode, done.stdout, done.stderr)

    def find(self, name: str) -> str | None:
        return str(self.folder / name)

    def warn(self, message: str) -> None:
        raise AssertionError(message)


def probe(agent: str, device: str = "f", node: str = "node2", timeout: int = 20, line: str = "") -> Probe:
    return Probe(device, agent, "status", "action=status\n", {node: node}, timeout, line or device)


@pytest.fixture
def shell(tmp_path: pathlib.Path) -> Shell:
    return Shell(tmp_path)


def asked(shell: Shell, *probes: Probe, **options: t.Any) -> tuple[list[str], list[str]]:
    findings, notes = ask.ask(shell, probes, lambda seconds: None, **options)
    return [item.evidence for item in findings], notes


def test_agent_that_does_not_answer_is_said_to_and_is_not_asked_again(shell: Shell) -> None:
    shell.agent("fence_slow", f"echo asked >> {shell.folder}/asked; exec sleep 30")
    said, notes = asked(shell, probe("fence_slow", timeout=5), probe("fence_slow", node="node3", timeout=5))
    assert said == ["f (fence_slow) can't reach node2, node3: no answer to status within 5 s."]
    assert notes == []
    assert (shell.folder / "asked").read_text().count("asked") == 1


def test_switches_are_asked_at_the_same_time(shell: Shell) -> None:
    shell.agent("fence_slow", "exec sleep 30")
    begun = time.monotonic()
    said, _notes = asked(shell, *(probe("fence_slow", f"f{number}", timeout=2) for number in range(6)))
    assert len(said) == 6
    assert time.monotonic() - begun < 10
    assert shell.runs == 1


def test_questions_end_when_the_time_for_all_is_over(shell: Shell) -> None:
    shell.agent("fence_slow", "sleep 2; exit 1")
    probes = [probe("fence_slow", f"f{number}", f"node{number}", line="one") for number in range(9)]
    said, notes = asked(shell, *probes, limit=3)
    assert len(said) < 4
    assert "f8 was not tested for node8: earlier tests took 3 s." in notes


def test_question_that_was_cut_short_is_not_asked_again(shell: Shell) -> None:
    shell.agent("fence_slow", f"echo asked >> {shell.folder}/asked; sleep 30")
    probes = [probe("fence_slow", f"f{number}", f"node{number}", timeout=1, line="one") for number in range(4)]
    said, notes = asked(shell, *probes, limit=2)
    assert [line for line in said if "no answer to status within" in line] == said
    assert "f3 was not tested for node3: earlier tests took 2 s." in notes
    assert (shell.folder / "asked").read_text().count("asked") == len(said)
    assert len(said) + len(notes) == 4


def test_agent_that_fails_at_once_is_asked_again(shell: Shell) -> None:
    counter = shell.folder / "count"
    shell.agent("fence_busy", f"echo x >> {counter}; [ $(wc -l < {counter}) -ge 3 ]")
    assert asked(shell, probe("fence_busy")) == ([], [])
    shell.agent("fence_broken", f"echo x >> {counter}; echo No route >&2; exit 1")
    counter.write_text("")
    said, _notes = asked(shell, probe("fence_broken"))
    assert said == ["f (fence_broken) can't reach node2: its status ended with 1: No route."]
    assert counter.read_text().count("x") == ask.ATTEMPTS


def test_warnings_of_python_are_no_evidence(shell: Shell) -> None:
    warning = "/usr/sbin/fence_x:5: DeprecationWarning: 'pipes' is deprecated and slated for removal\\n  import pipes"
    shell.agent("fence_old", f'printf "{warning}\\nConnection refused\\n" >&2; exit 1')
    said, _notes = asked(shell, probe("fence_old"))
    assert said == ["f (fence_old) can't reach node2: its status ended with 1: Connection refused."]
    frozen = "<frozen runpy>:128: RuntimeWarning: 'fencing' found in sys.modules\\n  warn(msg)"
    shell.agent("fence_old", f'printf "{frozen}\\nNo route to host\\n" >&2; exit 1')
    assert asked(shell, probe("fence_old"))[0] == [
        "f (fence_old) can't reach node2: its status ended with 1: No route to host."
    ]
    shell.agent("fence_old", f'printf "{warning}\\n" >&2; exit 1')
    assert asked(shell, probe("fence_old"))[0] == [
        "f (fence_old) can't reach node2: its status ended with 1: it says nothing."
    ]


def test_options_reach_the_agent_and_nobody_else(shell: Shell) -> None:
    shell.agent("fence_reads", f"cat > {shell.folder}/read; stat -L -c %a /dev/stdin > {shell.folder}/mode; exit 0")
    assert asked(shell, probe("fence_reads")) == ([], [])
    assert (shell.folder / "read").read_text() == "action=status\n"
    assert (shell.folder / "mode").read_text() == "600\n"


def test_switch_of_a_node_in_capitals_is_asked() -> None:
    (one, two) = fencing.probes(fences(cib(strip("fence_scsi", pcmk_host_map="NODE2:b;node3:c"))), "node1")
    assert [dict(probe.targets) for probe in (one, two)] == [{"node2": "b"}, {"node3": "c"}]


def test_devices_of_one_switch_are_asked_one_after_the_other() -> None:
    two = cib(
        device("f1", "fence_apc", {"ip": "192.0.2.9", "plug": "1", "pcmk_host_list": "node2"}),
        device("f2", "fence_apc", {"ip": "192.0.2.9", "plug": "2", "pcmk_host_list": "node3"}),
    )
    lines = [item.line for item in fencing.probes(fences(two), "node1")]
    assert lines[0] == lines[1]
    lines = [item.line for item in fencing.probes(fences(cib(*BOARDS)), "node1")]
    assert len(set(lines)) == len(lines)


def test_outlet_of_the_device_itself_is_the_one_that_is_asked() -> None:
    text = cib(device(ID, "fence_ipmilan", {"plug": "4", "pcmk_host_list": "node2"}))
    (one,) = fencing.probes(fences(text), "node1")
    assert one.stdin == "plug=4\naction=status\n"
