# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of a state and of a host, each made by one change of a healthy one."""

from __future__ import annotations

import pathlib
import typing as t
import xml.etree.ElementTree as ET

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import parse_cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import parse
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import CommandResult
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify import (
    agents,
    boot,
    clock,
    fence_virtd,
    firewall,
    journal,
    keys,
    look,
    outside,
    packages,
    selinux,
    service,
    status,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.boot import Unit

LAB = pathlib.Path(__file__).resolve().parents[2] / "files" / "lab"
NODES = ["node1", "node2", "node3"]


def lab_cib() -> Cib:
    return parse_cib((LAB / "cib.xml").read_text())


# --- state -----------------------------------------------------------------------------------------------------------


def state(*pairs: tuple[str, str]) -> list[tuple[str, str, str]]:
    text = (LAB / "crm_mon.xml").read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    found = status.lint(ET.fromstring(text), lab_cib(), NODES, ["node1", "node2"])
    return [(item.id, item.subject, item.severity) for item in found]


def node_line(name: str) -> str:
    return next(line for line in (LAB / "crm_mon.xml").read_text().splitlines() if f'<node name="{name}" id' in line)


def resource_block(name: str) -> str:
    text = (LAB / "crm_mon.xml").read_text()
    start = text.index(f'<resource id="{name}"')
    return text[start : text.index("</resource>", start)]


def stopped(name: str) -> tuple[str, str]:
    block = resource_block(name)
    line = block.partition("\n")[0].replace('"Started" active="true"', '"Stopped" active="false"')
    return block, line


FAILURE = '<failures><failure op_key="lighttpd_monitor_6000" node="node2" exitstatus="not running" exitreason="gone" status="complete" last-rc-change="now"/></failures><status code="0"'  # noqa: E501
PROBE = '<node_history><node name="node3"><resource_history id="cluster-data"><operation_history task="probe" rc="5" rc_text="not installed"/></resource_history></node>'  # noqa: E501
ASKED = [
    f'<fence_event status="failed" action="reboot" target="node3" delegate="node2" client="{client}"'
    f' completed="2026-11-29 14:0{minute}:00Z"/>'
    for client, minute in (("pacemaker-controld.1", 1), ("stonith_admin.2", 1), ("pacemaker-controld.1", 5))
]
STATES: dict[str, tuple[list[tuple[str, str]], list[tuple[str, str, str]]]] = {
    "healthy": ([], []),
    "no quorum": ([('with_quorum="true"', 'with_quorum="false"')], [("quorum-lost", "quorum", "error")]),
    "reached node away": (
        [(node_line("node2"), node_line("node2").replace('online="true"', 'online="false"'))],
        [("node-offline", "node2", "error")],
    ),
    "other node away": (
        [(node_line("node3"), node_line("node3").replace('online="true"', 'online="false"'))],
        [("node-offline", "node3", "warning")],
    ),
    "node that is not known": ([(node_line("node3"), "")], [("node-offline", "node3", "warning")]),
    "node on its way": (
        [(node_line("node2"), node_line("node2").replace('pending="false"', 'pending="true"'))],
        [("node-offline", "node2", "error")],
    ),
    "unclean": (
        [(node_line("node2"), node_line("node2").replace('unclean="false"', 'unclean="true"'))],
        [("node-unclean", "node2", "error")],
    ),
    "fence device stopped": ([stopped("fencing")], [("fencing-not-started", "fencing", "error")]),
    "resource stopped": ([stopped("lighttpd")], [("resource-stopped", "lighttpd", "error")]),
    "failed": (
        [(resource_block("lighttpd"), resource_block("lighttpd").replace('failed="false"', 'failed="true"'))],
        [("resource-failed", "lighttpd", "error")],
    ),
    "blocked": (
        [(resource_block("lighttpd"), resource_block("lighttpd").replace('blocked="false"', 'blocked="true"'))],
        [("resource-failed", "lighttpd", "error")],
    ),
    "on two nodes": (
        [(resource_block("cluster-data"), resource_block("cluster-data") + '<node name="node3" id="3"/>')],
        [("resource-twice", "cluster-data", "error")],
    ),
    "orphaned": (
        [(resource_block("lighttpd"), resource_block("lighttpd").replace('orphaned="false"', 'orphaned="true"'))],
        [("resource-orphaned", "lighttpd", "warning")],
    ),
    "failed action": ([('<status code="0"', FAILURE)], [("action-failed", "lighttpd", "warning")]),
    "failed probe": ([("<node_history>", PROBE)], [("action-failed", "cluster-data", "warning")]),
    "failed fencing": (
        [
            (
                '<status code="0"',
                '<fence_history><fence_event status="failed" target="node3"/></fence_history><status code="0"',
            )
        ],
        [("fencing-failed", "node3", "warning")],
    ),
    "one failed fencing that two have asked for": (
        [('<status code="0"', f'<fence_history>{ASKED[0]}{ASKED[1]}</fence_history><status code="0"')],
        [("fencing-failed", "node3", "warning")],
    ),
    "two failed fencings": (
        [('<status code="0"', f'<fence_history>{ASKED[0]}{ASKED[2]}</fence_history><status code="0"')],
        [("fencing-failed", "node3", "warning")] * 2,
    ),
    "fencing that worked": (
        [
            (
                '<status code="0"',
                '<fence_history><fence_event status="success" target="node3"/></fence_history><status code="0"',
            )
        ],
        [],
    ),
}


@pytest.mark.parametrize("name", STATES)
def test_each_state_has_its_findings(name: str) -> None:
    pairs, expected = STATES[name]
    assert state(*pairs) == expected


def test_what_is_switched_off_may_be_stopped() -> None:
    text = (
        (LAB / "cib.xml")
        .read_text()
        .replace(
            '<group id="lighty">',
            '<group id="lighty"><meta_attributes id="m"><nvpair id="m1" name="target-role" value="Stopped"/>'
            "</meta_attributes>",
        )
    )
    mon = (LAB / "crm_mon.xml").read_text().replace(*stopped("lighttpd"))
    assert status.lint(ET.fromstring(mon), parse_cib(text), NODES, NODES) == []


def test_fencing_is_not_demanded_where_it_is_not_meant() -> None:
    mon = (LAB / "crm_mon.xml").read_text().replace(*stopped("fencing"))
    assert status.lint(ET.fromstring(mon), lab_cib(), NODES, NODES, fencing=False) == []


# --- keys ------------------------------------------------------------------------------------------------------------

ENCRYPTED = parse("totem {\n crypto_cipher: aes256\n crypto_hash: sha256\n}")


def key(
    path: str = keys.COROSYNC_KEY, owner: str = "root", group: str = "root", mode: int = 0o400, size: int = 256
) -> keys.Key:
    return keys.Key(path, owner, group, mode, size, "digest")


KEYS = {
    "all well": ([key(), key(keys.PACEMAKER_KEY, "hacluster", "haclient", 0o640), key(keys.FENCE_KEY, mode=0o600)], []),
    "the paper's mode": ([key(mode=0o600)], []),
    "missing": ([], ["key-missing"]),
    "readable by all": ([key(mode=0o444)], ["key-readable"]),
    "readable by a group": ([key(group="users", mode=0o440)], ["key-readable"]),
    "Pacemaker's readable by a strange group": (
        [key(), key(keys.PACEMAKER_KEY, group="users", mode=0o640)],
        ["key-readable"],
    ),
    "writable by others": ([key(), key(keys.FENCE_KEY, mode=0o602)], ["key-readable"]),
    "short": ([key(size=32)], ["key-short"]),
}


@pytest.mark.parametrize("name", KEYS)
def test_keys(name: str) -> None:
    found, expected = KEYS[name]
    assert [item.id for item in keys.lint(found, ENCRYPTED)] == expected


def test_key_is_not_missed_without_encryption() -> None:
    assert keys.lint([], parse("totem {\n transport: knet\n}")) == []
    assert keys.lint([], None) == []


def test_finding_holds_no_key(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "authkey"
    path.write_bytes(b"secret" * 50)
    path.chmod(0o644)
    monkeypatch.setattr(keys, "PATHS", (str(path), str(tmp_path / "absent")))
    (found,) = look.read_keys()
    assert (found.size, found.mode) == (300, 0o644)
    assert "secret" not in repr(found)


# --- firewall --------------------------------------------------------------------------------------------------------

RULES = (LAB / "iptables").read_text()
NETWORKS = {"public": {"interface": "eth0"}, "cluster": {"interface": "eth1"}, "management": {"interface": "eth2"}}


def rules(*pairs: tuple[str, str]) -> str:
    text = RULES
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


SSH_RULE = "-A INPUT -s 192.168.180.0/24 -i eth2 -p tcp -m tcp --dport 22 -j ACCEPT"
FIREWALL = {
    "the lab's": ([], []),
    "nothing dropped": ([(":INPUT DROP", ":INPUT ACCEPT")], ["firewall-off"]),
    "rejected at the end": (
        [
            (":INPUT DROP", ":INPUT ACCEPT"),
            ("COMMIT", "-A INPUT -j REJECT --reject-with icmp-port-unreachable\nCOMMIT"),
        ],
        [],
    ),
    "rejected for some": (
        [(":INPUT DROP", ":INPUT ACCEPT"), ("COMMIT", "-A INPUT -i eth0 -j REJECT\nCOMMIT")],
        ["firewall-off"],
    ),
    "pcsd open to the public": (
        [("COMMIT", "-A INPUT -i eth0 -p tcp -m tcp --dport 2000:3000 -j ACCEPT\nCOMMIT")],
        ["firewall-exposed"],
    ),
    "corosync closed": ([("5404:5412", "9999")], ["firewall-closed"]),
    "ssh swapped": ([(SSH_RULE, SSH_RULE.replace("eth2", "eth1"))], ["firewall-ssh"]),
    "ssh everywhere": ([(SSH_RULE, "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT")], []),
    "known connections let in nothing new": (
        [("COMMIT", "-A INPUT -i eth0 -p tcp -m state --state ESTABLISHED -m tcp --dport 2224 -j ACCEPT\nCOMMIT")],
        [],
    ),
}


RULES6 = """\
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 128 -j ACCEPT
-A INPUT -s fd00:180::/64 -i eth2 -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -s fd00:181::/64 -i eth1 -p udp -m udp --dport 5404:5412 -j ACCEPT
COMMIT
"""
NETWORKS6 = {
    "public": {"interface": "eth0", "subnet": "fd00:178::/64"},
    "cluster": {"interface": "eth1", "subnet": "fd00:181::/64"},
    "management": {"interface": "eth2", "subnet": "fd00:180::/64"},
}
CONF6 = (
    "totem {\n  version: 2\n  transport: knet\n}\nnodelist {\n  node {\n    name: n\n    ring0_addr: ADDRESS\n  }\n}\n"
)
OPEN = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n"


class Filtered:
    """Stands in for the runner of a node with RULES of both versions of IP."""

    def __init__(self, rules: dict[str, str]) -> None:
        self.answers = {f"{program}-save": text for program, text in rules.items()}

    def find(self, name: str) -> str | None:
        return name if name in self.answers else None

    def run(self, argv: list[str]) -> CommandResult:
        return CommandResult(0, self.answers[argv[0]], "")


@pytest.mark.parametrize(
    ("address", "present", "rules4", "rules6", "expected"),
    [
        # The nodes talk by IPv6 alone: what is open for IPv4 is found, what is closed there is right.
        ("fd00:181::1", ["127.0.0.1", "::1", "fd00:181::1"], OPEN, RULES6, []),
        ("fd00:181::1", ["fd00:181::1", "192.0.2.1"], OPEN, RULES6, ["INPUT"]),
        ("fd00:181::1", ["fd00:181::1", "192.0.2.1"], RULES6, RULES6.replace("5404:5412", "9999"), ["corosync"]),
        ("fd00:181::1", ["fd00:181::1"], RULES6, OPEN, ["INPUT of ip6tables"]),
        # The nodes talk by IPv4, and IPv6 is up or not.
        ("198.51.100.1", ["198.51.100.1", "fe80::1"], RULES6, OPEN, ["INPUT of ip6tables"]),
        ("198.51.100.1", ["198.51.100.1", "::1"], RULES6, OPEN, []),
        ("198.51.100.1", ["198.51.100.1", "fe80::1"], RULES6, RULES6.replace("5404:5412", "9999"), []),
    ],
)
def test_both_versions_of_ip_are_looked_at_where_the_host_has_them(
    monkeypatch: pytest.MonkeyPatch, address: str, present: list[str], rules4: str, rules6: str, expected: list[str]
) -> None:
    monkeypatch.setattr(look, "_read", lambda _path: None)
    networks = {name: {"interface": network["interface"]} for name, network in NETWORKS6.items()}
    runner = t.cast(t.Any, Filtered({"iptables": rules4, "ip6tables": rules6}))
    root, interfaces = parse(CONF6.replace("ADDRESS", address)), [(each, 64) for each in present]
    found = look._firewall(runner, look.Options(networks=networks), root, interfaces)
    assert [item.subject for item in found] == expected


def test_the_rules_of_an_ipv6_cluster_are_right() -> None:
    assert firewall.version_of(RULES6) == "ipv6"
    assert firewall.version_of(RULES) == "ipv4"
    assert firewall.lint(RULES6, NETWORKS6, version="ipv6") == []
    assert firewall.lint(RULES6.replace("5404:5412", "9999"), NETWORKS6, version="ipv4") == []
    (found,) = firewall.lint(RULES6.replace("5404:5412", "9999"), NETWORKS6, version="ipv6")
    assert found.evidence == "No rule lets UDP ports 5404 to 5412 of IPv6 in on eth1."


@pytest.mark.parametrize(
    ("conf", "expected"),
    [
        ("", ["5404-5412"]),
        ("interface {\nlinknumber: 0\nmcastport: 5500\n}\n", ["5500"]),
        ("interface {\nlinknumber: 1\nmcastport: 5500\n}\n", ["5404-5412", "5500"]),
        ("transport: udp\ninterface {\nmcastport: 5500\n}\n", ["5499-5500"]),
    ],
)
def test_corosync_is_to_be_reached_on_the_ports_of_its_links(conf: str, expected: list[str]) -> None:
    root = parse(f"totem {{\nversion: 2\n{conf}}}\nnodelist {{\nnode {{\nname: n\nring0_addr: 192.0.2.1\n}}\n}}\n")
    assert firewall.corosync_ports(root) == expected
    ports = {"corosync": ["5500"]}
    (closed,) = firewall.lint(RULES, NETWORKS, ports_by_service=ports)
    assert closed.evidence == "No rule lets UDP port 5500 in on eth1."
    assert firewall.lint(rules(("5404:5412", "5500")), NETWORKS, ports_by_service=ports) == []


def test_ports_of_the_service_have_to_be_open_to_clients() -> None:
    public = NETWORKS["public"]
    assert firewall.unserved(RULES, public, [80]) == []
    (found,) = firewall.unserved(RULES, public, ["80/tcp", "80/udp"])
    assert (found.id, found.subject, found.evidence) == (
        "firewall-service",
        "80/udp",
        "No rule lets 80/udp in on eth0.",
    )
    opened = rules(("COMMIT", "-A INPUT -p udp -m udp --dport 8010:8020 -j ACCEPT\nCOMMIT"))
    assert firewall.unserved(opened, public, ["8010-8020/udp"]) == []
    assert [item.subject for item in firewall.unserved(opened, public, ["8010-8020"])] == ["8010-8020/tcp"]
    assert firewall.unserved(RULES, public, [443], "ipv6") == [], "the network has no IPv6"
    assert firewall.unserved(RULES, {}, [443]) == [], "the network is not declared"
    assert firewall.unserved(rules((":INPUT DROP", ":INPUT ACCEPT")), public, [443]) == []


def test_another_port_of_pcsd_is_looked_for_on_other_networks() -> None:
    opened = rules(("COMMIT", "-A INPUT -i eth0 -p tcp -m tcp --dport 3224 -j ACCEPT\nCOMMIT"))
    assert firewall.lint(opened, NETWORKS) == []
    (found,) = firewall.lint(opened, NETWORKS, ports_by_service={"pcsd": [3224]})
    assert (found.id, found.subject) == ("firewall-exposed", "pcsd")


@pytest.mark.parametrize("name", FIREWALL)
def test_firewall(name: str) -> None:
    pairs, expected = FIREWALL[name]
    assert [item.id for item in firewall.lint(rules(*pairs), NETWORKS)] == expected


def test_rules_in_the_kernel_are_compared_with_those_of_boot() -> None:
    opened = rules(("-A INPUT -i lo", "-A INPUT -p tcp -m tcp --dport 8080 -j ACCEPT\n-A INPUT -i lo"))
    assert firewall.differences(RULES, RULES) == []
    (found,) = firewall.differences(opened, RULES)
    assert (found.id, found.evidence) == (
        "firewall-open",
        "In the kernel only: -A INPUT -p tcp -m tcp --dport 8080 -j ACCEPT.",
    )
    (found,) = firewall.differences(RULES, opened)
    assert (found.id, found.evidence) == (
        "firewall-drift",
        "In the file only: -A INPUT -p tcp -m tcp --dport 8080 -j ACCEPT.",
    )
    (found,) = firewall.differences(rules((":INPUT DROP", ":INPUT ACCEPT")), RULES)
    assert (found.id, found.evidence) == ("firewall-drift", "Policies in the kernel: INPUT ACCEPT.")
    shuffled = RULES.replace(f"{SSH_RULE}\n", "").replace("-A INPUT -i lo", f"{SSH_RULE}\n-A INPUT -i lo")
    assert [item.evidence for item in firewall.differences(shuffled, RULES)] == ["The order of the rules differs."]


def test_chains_of_other_programs_are_no_drift() -> None:
    foreign = rules(("COMMIT", ":f2b-sshd - [0:0]\n-A INPUT -p tcp -j f2b-sshd\n-A f2b-sshd -j RETURN\nCOMMIT"))
    assert firewall.differences(foreign, RULES) == []


# --- boot, and what runs outside of the cluster ----------------------------------------------------------------------

WELL = {
    "corosync.service": Unit("corosync.service", "loaded", "active", "enabled"),
    "pacemaker.service": Unit("pacemaker.service", "loaded", "active", "enabled"),
    "pcsd.service": Unit("pcsd.service", "loaded", "active", "enabled"),
    "lighttpd.service": Unit("lighttpd.service", "loaded", "inactive", "disabled"),
}


def booted(fstab: str = "", **units: Unit) -> list[tuple[str, str]]:
    changed = {**WELL, **{f"{name}.service": unit for name, unit in units.items()}}
    return [(item.id, item.subject) for item in boot.lint(changed, lab_cib(), fstab)]


def test_boot() -> None:
    assert booted() == []
    assert booted(lighttpd=Unit("lighttpd.service", "loaded", "active", "enabled")) == [
        ("boot-enabled", "lighttpd.service")
    ]
    assert booted(lighttpd=Unit("lighttpd.service", "masked", "inactive", "masked")) == [
        ("boot-masked", "lighttpd.service")
    ]
    assert booted(lighttpd=Unit("lighttpd.service", "not-found", "inactive", "")) == [
        ("boot-masked", "lighttpd.service")
    ]
    assert booted(pacemaker=Unit("pacemaker.service", "loaded", "active", "disabled")) == [
        ("boot-cluster-disabled", "boot")
    ]
    assert booted(pcsd=Unit("pcsd.service", "loaded", "inactive", "enabled")) == [("pcsd-stopped", "pcsd.service")]


def test_mounts_at_boot() -> None:
    assert booted("/dev/vdb /somewhere xfs defaults 0 0\n") == [("boot-mount", "cluster-data")]
    assert booted("UUID=1 /var/www/mirror/ xfs defaults 0 0\n") == [("boot-mount", "cluster-data")]
    assert booted("/dev/vdb /var/www/mirror xfs noauto,nofail 0 0\n# /dev/vdb /var/www/mirror xfs defaults 0 0\n") == []


def test_units_are_read_in_the_order_in_which_they_were_asked_for() -> None:
    text = "Id=a.service\nLoadState=loaded\nActiveState=active\nUnitFileState=enabled\n\nId=b.service\nLoadState=not-found\nActiveState=inactive\nUnitFileState=\n"  # noqa: E501
    assert boot.parse_units(text, ["alias.service", "b.service"]) == {
        "alias.service": Unit("alias.service", "loaded", "active", "enabled"),
        "b.service": Unit("b.service", "not-found", "inactive", ""),
    }


MOUNTINFO = "36 35 7:2 / /mnt\\040two rw,relatime shared:1 - xfs /dev/vdb rw\n37 35 0:5 / /proc rw - proc proc rw\n"
HERE = {"cluster-ip", "cluster-data", "lighttpd"}


def run_outside(
    here: set[str], directory: str = "", address: str = "", lighttpd: str = "inactive"
) -> list[tuple[str, str]]:
    mounts = [outside.Mount("7:2", directory)] if directory else []
    units = {"lighttpd.service": Unit("lighttpd.service", "loaded", lighttpd, "disabled")}
    found = outside.lint(lab_cib(), here, mounts, {"/dev/vdb": "7:2"}, {address}, units)
    return [(item.id, item.subject) for item in found]


def test_what_runs_outside_of_the_cluster() -> None:
    assert outside.parse_mounts(MOUNTINFO)[0] == outside.Mount("7:2", "/mnt two")
    assert run_outside(set()) == []
    assert run_outside(set(), directory="/mnt") == [("outside-mount", "cluster-data")]
    assert run_outside(set(), directory="/var/www/mirror") == [("outside-mount", "cluster-data")]
    assert run_outside(set(), address="192.168.178.190") == [("outside-address", "cluster-ip")]
    assert run_outside(set(), lighttpd="active") == [("outside-service", "lighttpd")]


def test_what_the_cluster_runs_here_is_in_order() -> None:
    assert run_outside(HERE, "/var/www/mirror", "192.168.178.190", "active") == []
    assert run_outside(HERE, "/mnt") == [("outside-mount", "cluster-data")]


def test_device_that_is_none_has_no_number() -> None:
    assert look.device_number("/dev/null") == ""
    assert look.device_number("UUID=does-not-exist") == ""
    assert look.device_number("") == ""


# --- the rest --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("enforce", "config", "expected"),
    [
        (None, None, []),
        (None, "SELINUX=enforcing", []),
        ("1", "SELINUX=enforcing\n", []),
        ("0", "SELINUX=permissive\n", ["selinux-permissive"]),
        ("0", "# mode\nSELINUX=enforcing\n", ["selinux-permissive", "selinux-differs"]),
        ("1", "SELINUX=permissive\n", ["selinux-differs"]),
        ("1", None, []),
    ],
)
def test_selinux(enforce: str | None, config: str | None, expected: list[str]) -> None:
    assert [item.id for item in selinux.lint(enforce, config)] == expected


def test_clock() -> None:
    assert [item.id for item in clock.lint("no\n", in_container=False)] == ["clock-unsynchronised"]
    assert clock.lint("no\n", in_container=True) == clock.lint("yes\n", in_container=False) == []
    assert clock.lint("", in_container=False) == []


def test_journal() -> None:
    said = "Corosync main process was not scheduled for 3100.0 ms (threshold is 2920.0 ms). Consider token increase."
    (found,) = journal.lint([said, "-- Boot --", said], 24)
    assert found.evidence.startswith("2 times in 24 h, last: Corosync main process was not scheduled for 3100.0 ms")
    assert journal.lint([], 24) == []


@pytest.mark.parametrize(
    ("configuration", "exposed"),
    [
        (None, ""),
        ("", "corosync.service, pacemaker.service"),
        ("$nrconf{restart} = 'l';\n", ""),
        ("#$nrconf{restart} = 'l';\n", "corosync.service, pacemaker.service"),
        ("$nrconf{override_rc} = {\n  qr(^dbus) => 0,\n  qr(^corosync) => 0,\n};\n", "pacemaker.service"),
        ("$nrconf{override_rc}->{qr(^(corosync|pacemaker)[.]service$)} = 0;\n", ""),
        ("$nrconf{override_rc}{q(corosync.service)} = 0;\n", "pacemaker.service"),
        ("push(@{$nrconf{blacklist_rc}}, qr(^(corosync|pacemaker)));\n", ""),
        ("$nrconf{override_rc}->{qr(^(corosync|pacemaker))} = 1;\n", "corosync.service, pacemaker.service"),
    ],
)
def test_needrestart_is_found_where_it_may_restart_the_cluster(configuration: str | None, exposed: str) -> None:
    found = packages.lint_needrestart(configuration)
    assert [item.id for item in found] == (["needrestart-cluster"] if exposed else [])
    assert [item.evidence for item in found] == ([f"It is installed and may restart {exposed}."] if exposed else [])


def test_packages() -> None:
    assert packages.lint([], ["pcs"]) == []
    assert packages.lint([], ["crm"]) == []
    assert [item.evidence for item in packages.lint(["crm_mon"], ["crm"])] == ["Not installed: crm_mon."]
    assert [item.evidence for item in packages.lint(["crm_mon"], [])] == ["Not installed: crm_mon, pcs."]
    assert packages.parse_dpkg("corosync 3.1.7-1 installed\npcs 0.11 config-files\n") == {"corosync": "3.1.7-1"}
    assert packages.parse_rpm("corosync 3.1.9-1.el9\npackage sbd is not installed\n") == {"corosync": "3.1.9-1.el9"}


def test_fence_virtd() -> None:
    good = 'fence_virtd {\n listener = "serial";\n}\nlisteners { serial { key_file = "/etc/key"; } }\n'
    assert fence_virtd.lint(good) == []
    assert [item.id for item in fence_virtd.lint(good.replace("fence_virtd {", "# fence_virtd {"))] == [
        "fence-virtd-section"
    ]
    assert [item.id for item in fence_virtd.lint(good.replace("listener =", 'foreground = "1";\nlistener ='))] == [
        "fence-virtd-foreground"
    ]
    assert fence_virtd.lint(good.replace("listener =", 'foreground = "0";\nlistener =')) == []


def test_page_that_answers_late_is_fine() -> None:
    answers: list[object] = [OSError("refused"), 503, 200]
    pauses: list[float] = []

    def fetch(url: str) -> int:
        answer = answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        assert isinstance(answer, int)
        return answer

    assert service.ask("http://192.0.2.1/", fetch, pauses.append) == []
    assert len(pauses) == 2


def test_page_that_never_answers_is_found() -> None:
    (found,) = service.ask("http://192.0.2.1/", lambda url: 404, lambda seconds: None)
    assert (found.id, found.evidence) == ("service-silent", "http://192.0.2.1/ does not answer: status 404.")


def test_metadata_of_agents() -> None:
    said = '<resource-agent><actions><action name="list"/><action name="off"/></actions></resource-agent>'
    assert agents.from_metadata("fence_x", said).actions == {"list", "off"}
    assert agents.from_metadata("fence_ipmilan", "no XML") == agents.by_name("fence_ipmilan")
