# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A look from a node of a healthy cluster, with the answers that one has given: what is asked, and the findings."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import CommandResult
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify import look
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.look import Options, View

LAB = pathlib.Path(__file__).resolve().parents[2] / "files" / "lab"
ACCEPTED = ["corosync-link-single", "filesystem-unguarded"]
UNITS = ("corosync.service", "pacemaker.service", "pcsd.service")
FOUND = (
    *("pcs", "corosync", "pacemakerd", "cibadmin", "crm_mon", "crm_simulate", "fence_xvm", "iptables-save"),
    *("dpkg-query", "crm_verify"),
)
LIST = "".join(
    f"{node} {uuid} on\n"
    for node, uuid in {
        "node1": "248d2268-2512-4a75-8398-cafbab580529",
        "node2": "c1e36261-a86b-42f5-89f7-8bf78d936d0c",
        "node3": "653aa17a-d766-455a-b7a0-bdd997ee1d71",
    }.items()
)
# Programs that may be started, and what makes them harmless: one of these words has to be among the arguments.
HARMLESS = {
    "cibadmin": {"--query"},
    "crm_mon": {"--one-shot"},
    "crmadmin": {"--status=node2"},
    "crm_node": {"--name"},
    "crm_simulate": {"--simulate"},
    "crm_verify": {"--xml-file"},
    "corosync-cmapctl": {"corosync-cmapctl", "stats"},
    "systemctl": {"show"},
    "systemd-detect-virt": {"--container"},
    "timedatectl": {"show"},
    "journalctl": {"--no-pager"},
    "ip": {"address", "route"},
    "iptables-save": {"filter"},
    "unshare": {"--net"},
    "dpkg-query": {"--show"},
    "timeout": {"metadata"},
    "sh": {look.ask.SCRIPT},
}


class Node:
    """A node of the lab. `changes` are answers that differ, by a part of the command."""

    def __init__(self, **changes: str) -> None:
        self.changes = changes
        self.asked: list[list[str]] = []
        self.told: list[str] = []

    def run(self, argv: list[str], stdin: str | None = None, environment: object = None) -> CommandResult:
        assert HARMLESS[argv[0]] & {argv[0] if len(argv) == 1 else "", *argv}, argv
        self.asked.append(argv)
        if argv[0] == "sh":
            self.agents(pathlib.Path(argv[4]))
            return CommandResult(0, "", "")
        answer = self.answer(argv, stdin or "")
        return CommandResult(0 if answer is not None else 1, answer or "", "")

    def agents(self, folder: pathlib.Path) -> None:
        """Answer as the fence agents that the files in FOLDER ask for."""
        for line in sorted(folder.glob("line-*")):
            for question in line.read_text().splitlines():
                _device, number, seconds, program = question.split()
                self.told.append((folder / f"{number}.in").read_text())
                answer = self.answer(["sh", program], "")
                results = {"seconds": seconds, "out": answer or "", "err": "", "code": "0" if answer else "1"}
                for name, text in results.items():
                    (folder / f"{number}.{name}").write_text(text)

    def answer(self, argv: list[str], stdin: str) -> str | None:
        for part, answer in self.changes.items():
            if part in argv and "metadata" not in argv and "route" not in argv:
                return answer
        if argv[0] == "ip" and "route" in argv:
            return self.changes.get("routes", "default via 192.168.178.1 dev eth0\n")
        if argv[0] == "systemctl":
            return "\n".join(self.unit(name) for name in argv[3:])
        if argv[0] == "timeout":
            return '<a><actions><action name="list"/></actions></a>'
        answers = {
            "sh": LIST,
            "cibadmin": (LAB / "cib.xml").read_text(),
            "crm_mon": (LAB / "crm_mon.xml").read_text(),
            "crmadmin": '<pacemaker-result><crmadmin state="S_IDLE"/></pacemaker-result>',
            "crm_node": "node1\n",
            "iptables-save": (LAB / "iptables").read_text(),
            "unshare": (LAB / "iptables").read_text(),
            "dpkg-query": "corosync 3.1.7-1 installed\n",
            "ip": '[{"addr_info": [{"local": "192.168.181.71"}]}]',
            "timedatectl": "yes\n",
            "journalctl": "",
        }
        return answers.get(argv[0])

    @staticmethod
    def unit(name: str) -> str:
        state = ("active", "enabled") if name in UNITS else ("inactive", "disabled")
        return f"Id={name}\nLoadState=loaded\nActiveState={state[0]}\nUnitFileState={state[1]}\n"

    def find(self, name: str) -> str | None:
        return f"/usr/sbin/{name}" if name in FOUND else None

    def warn(self, message: str) -> None:
        raise AssertionError(message)


@pytest.fixture(autouse=True)
def _files(monkeypatch: pytest.MonkeyPatch) -> None:
    """The node's files instead of this machine's."""
    files = {look.COROSYNC_CONF: (LAB / "corosync.conf").read_text(), "/etc/iptables/rules.v4": "rules"}
    monkeypatch.setattr(look, "_read", files.get)
    monkeypatch.setattr(
        look, "read_keys", lambda: [look.keys.Key(look.keys.COROSYNC_KEY, "root", "root", 0o400, 256, "d")]
    )
    monkeypatch.setattr(look, "uses_dpkg", lambda: True)
    monkeypatch.setattr(look, "OCF_AGENTS", str(LAB))
    monkeypatch.setattr(look.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(look, "device_number", lambda device: "7:2")


def seen(node: Node, **options: t.Any) -> View:
    return look.look(
        node, Options(**{"reached": ["node1", "node2", "node3"], "overview": False, **options}), lambda url: 200
    )


def ids(view: View) -> list[str]:
    """What was found, but for agents, which the test has none of."""
    return [finding.id for finding in view.findings if finding.id != "agent-missing"]


def test_healthy_node_has_no_finding_and_is_asked_nothing_that_changes_it() -> None:
    node = Node()
    view = seen(node)
    assert ids(view) == ACCEPTED
    assert view.running
    assert len(node.asked) < 25
    assert view.facts["dc"] == "node2"
    assert view.facts["packages"] == {"corosync": "3.1.7-1"}
    assert view.facts["keys"] == {look.keys.COROSYNC_KEY: "d"}


def test_agents_that_are_missing_are_found() -> None:
    missing = [finding.subject for finding in seen(Node()).findings if finding.id == "agent-missing"]
    assert missing == ["cluster-ip", "cluster-data"]


def test_fence_agent_is_told_its_options_and_no_other_node_is_left_out() -> None:
    node = Node()
    seen(node)
    assert len(node.told) == 1
    assert "action=list\n" in node.told[0]
    assert "multicast_address=225.0.0.12\n" in node.told[0]
    assert "pcmk_" not in node.told[0]


METADATA = (
    '<a><parameters><parameter name="multicast_address"/><parameter name="ipport"/><parameter name="auth"/>'
    '<parameter name="hash"/><parameter name="ip_family"/><parameter name="ip"/><parameter name="snmpget_path">'
    '<content default="/usr/bin/snmpget"/></parameter></parameters><actions><action name="list"/></actions></a>'
)


class Switched(Node):
    """A node whose fence agent is reached over the network, and says what it is."""

    def answer(self, argv: list[str], stdin: str) -> str | None:
        if argv[0] == "timeout":
            return METADATA
        if argv[0] == "cibadmin":
            first = '<nvpair id="fencing-instance_attributes-auth"'
            address = '<nvpair id="address" name="ip" value="192.168.181.90"/>'
            return (LAB / "cib.xml").read_text().replace(first, address + first)
        if argv[:1] == ["ip"] and "address" in argv:
            return '[{"addr_info": [{"local": "192.168.181.71", "prefixlen": 24}]}]'
        return super().answer(argv, stdin)


def test_what_the_agent_of_this_node_lacks_and_how_it_is_reached_is_found() -> None:
    found = {finding.id: finding.evidence for finding in seen(Switched()).findings}
    assert found["fencing-program-missing"] == ("fence_xvm of fencing runs /usr/bin/snmpget, which is not installed.")
    assert found["fencing-option-unknown"] == ("fencing has key_file, which fence_xvm on this node does not know.")
    assert found["fencing-one-network"] == (
        "All links of corosync and all fence devices of node1, node2, node3 are in the network 192.168.181.0/24."
    )


def test_agent_of_a_device_that_this_node_may_not_use_is_not_missing() -> None:
    class Banned(Node):
        def find(self, name: str) -> str | None:
            return None if name == "fence_xvm" else super().find(name)

        def answer(self, argv: list[str], stdin: str) -> str | None:
            text = super().answer(argv, stdin)
            ban = '<constraints><rsc_location id="b" rsc="fencing" node="node1" score="-INFINITY"/></constraints>'
            return text.replace("<constraints/>", ban) if argv[0] == "cibadmin" and text else text

    assert "fencing-agent-missing" not in ids(seen(Banned()))

    class Without(Banned):
        def answer(self, argv: list[str], stdin: str) -> str | None:
            return Node.answer(self, argv, stdin)

    assert "fencing-agent-missing" in ids(seen(Without()))


def test_plugin_of_cluster_glue_is_not_taken_for_a_missing_agent() -> None:
    text = (LAB / "cib.xml").read_text().replace('type="fence_xvm"', 'type="external/libvirt"')
    view = seen(Node(cibadmin=text))
    assert "fencing-agent-missing" not in ids(view)
    assert "external/libvirt was not asked: it is a plugin of cluster-glue." in view.notes


OPENED = (LAB / "iptables").read_text().replace("-A INPUT -i lo", "-A INPUT -p tcp -j ACCEPT\n-A INPUT -i lo")
ELSEWHERE = '[{"addr_info": [{"local": "192.0.2.1", "prefixlen": 24}]}]'
ANSWERS: dict[str, tuple[dict[str, str], str]] = {
    "starved": ({"journalctl": "Corosync main process was not scheduled for 4000 ms\n"}, "corosync-starved"),
    "clock": ({"timedatectl": "no\n"}, "clock-unsynchronised"),
    "address": ({"ip": '[{"addr_info": [{"local": "192.168.178.190"}]}]'}, "outside-address"),
    "address without a network": ({"ip": ELSEWHERE}, "service-address-outside"),
    "open port": (
        {"iptables-save": OPENED},
        "firewall-open",
    ),
    "link": (
        {"stats": "stats.knet.node2.link0.connected (u8) = 0\nstats.knet.node2.link0.enabled (u8) = 1\n"},
        "link-down",
    ),
    "drift": ({"corosync-cmapctl": "totem.transport (str) = udpu\n"}, "corosync-drift"),
    "fencing": ({"/usr/sbin/fence_xvm": "node1 248d2268-2512-4a75-8398-cafbab580529 on\n"}, "fencing-unreachable"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_other_answers_are_findings(name: str) -> None:
    changes, expected = ANSWERS[name]
    assert set(ids(seen(Node(**changes)))) - set(ACCEPTED) == {expected}


RIGHT_ANSWERS: dict[str, dict[str, str]] = {
    "its network is here": {"ip": '[{"addr_info": [{"local": "192.168.178.181", "prefixlen": 24}]}]'},
    "it is routed here": {"ip": ELSEWHERE, "routes": "192.168.178.0/24 dev eth0 scope link\n"},
}


@pytest.mark.parametrize("name", RIGHT_ANSWERS)
def test_service_address_that_this_node_can_bring_up_has_no_finding(name: str) -> None:
    assert ids(seen(Node(**RIGHT_ANSWERS[name]))) == ACCEPTED


def test_service_address_may_be_in_no_network_of_a_node_that_may_not_run_it() -> None:
    ban = '<rsc_location id="l" rsc="lighty" node="node1" score="-INFINITY"/>'
    text = (LAB / "cib.xml").read_text().replace("<constraints/>", f"<constraints>{ban}</constraints>")
    assert ids(seen(Node(ip=ELSEWHERE, cibadmin=text))) == ACCEPTED


def test_inventory_says_what_a_service_address_may_be() -> None:
    assert "service-address-own" in ids(seen(Node(), addresses={"node2": {"public": "192.168.178.190"}}))
    assert "service-address-absent" in ids(seen(Node(), cluster_ip="192.168.178.191"))
    right = seen(Node(), addresses={"node2": {"public": "192.168.178.182"}}, cluster_ip="192.168.178.190")
    assert ids(right) == ACCEPTED


def test_agent_that_does_not_answer_is_no_answer() -> None:
    class Silent(Node):
        def agents(self, folder: pathlib.Path) -> None:
            for name, text in (("seconds", "20"), ("out", ""), ("err", ""), ("code", "124")):
                (folder / f"0.{name}").write_text(text)

    (found,) = (item for item in seen(Silent()).findings if item.id == "fencing-unreachable")
    assert found.evidence == "fencing (fence_xvm) can't reach node2, node3: no answer to list within 20 s."


def test_cluster_at_work_gets_time_and_is_then_called_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look, "IDLE_TIMEOUT", 0.0)
    view = seen(Node(crmadmin='<pacemaker-result><crmadmin state="S_TRANSITION_ENGINE"/></pacemaker-result>'))
    assert "S_TRANSITION_ENGINE" in view.notes[0]
    assert ids(view) == ACCEPTED


def test_host_without_a_cluster() -> None:
    class Blank(Node):
        def find(self, name: str) -> str | None:
            return None

        def answer(self, argv: list[str], stdin: str) -> str | None:
            raise AssertionError(argv)

    view = seen(Blank())
    assert not view.running
    assert {"cluster-not-running", "programs-missing"} <= set(ids(view))


def test_cluster_without_pcs_is_looked_at() -> None:
    class Without(Node):
        def find(self, name: str) -> str | None:
            return None if name == "pcs" else super().find(name)

    view = seen(Without())
    assert view.running
    assert [item.evidence for item in view.findings if item.id == "programs-missing"] == ["Not installed: pcs."]
    assert ids(view) == ["programs-missing", *ACCEPTED]


def test_cluster_that_crmsh_manages_lacks_nothing() -> None:
    class Crmsh(Node):
        def find(self, name: str) -> str | None:
            return {"pcs": None, "crm": "/usr/sbin/crm"}.get(name, super().find(name))

        def answer(self, argv: list[str], stdin: str) -> str | None:
            assert "pcsd.service" not in argv
            return super().answer(argv, stdin)

    view = seen(Crmsh())
    assert ids(view) == ACCEPTED
    assert view.notes == [look.NO_PCS]


def test_stopped_cluster() -> None:
    class Stopped(Node):
        def answer(self, argv: list[str], stdin: str) -> str | None:
            return None if argv[0] == "crm_mon" else super().answer(argv, stdin)

    view = seen(Stopped())
    assert ids(view) == ["cluster-not-running"]
    assert not view.running


def test_page_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look.service.time, "sleep", lambda seconds: None)
    view = look.look(Node(), Options(overview=False, urls=["http://192.0.2.1/"]), lambda url: 503)
    assert "service-silent" in ids(view)


def test_configuration_that_this_node_no_longer_saves_is_found(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pacemaker goes on after a full disk, and says so in its journal alone."""
    path = tmp_path / "cib.xml"
    path.write_text('<cib admin_epoch="0" epoch="1" num_updates="0"/>')
    monkeypatch.setattr(look.storage, "CIB", str(path))
    monkeypatch.setattr(look.storage, "FOLDERS", ())
    said = "error: Disabling CIB disk writes after failure: process 1 exited 73"

    class Full(Node):
        def answer(self, argv: list[str], stdin: str) -> str | None:
            if argv[0] == "journalctl":
                words = " ".join(argv)
                return f"{said}\n" if "=pacemaker-based" in words and look.storage.GIVEN_UP in words else ""
            return super().answer(argv, stdin)

    (found,) = (finding for finding in seen(Full()).findings if finding.id == "cib-unsaved")
    assert said in found.evidence
