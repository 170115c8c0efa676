# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The declared packet filter: ports, services and rules."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.ports import Ports, parse_ports, valid_ports
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.rules import declared_filter, restore_text
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.services import (
    corosync_ports,
)

NETWORKS = {
    "public": {"interface": "eth0", "subnet": "192.0.2.0/24"},
    "cluster": {"interface": "eth1", "subnet": "198.51.100.0/24", "subnet6": "2001:db8:1::/64"},
    "management": {"interface": "eth2", "subnet": "203.0.113.0/24", "subnet6": None},
}


def options(**given: t.Any) -> dict[str, t.Any]:
    """The module's options with their defaults."""
    access: dict[str, t.Any] = {"ports": [], "services": [], "sources": [], "anywhere": False}
    found: dict[str, t.Any] = {
        "networks": NETWORKS,
        "ports_by_service": {},
        "link_options": {},
        "transport": "knet",
        "rules": [],
        "rules_ipv6": [],
        **given,
    }
    return {**found, "accept": [{**access, **entry} for entry in given.get("accept", [])]}


def write(*accept: dict[str, t.Any], **more: t.Any) -> dict[str, list[str]]:
    """The rules by version of IP, those that are always there left out."""
    found = {}
    for version in ("ipv4", "ipv6"):
        always = restore_text(declared_filter(options()), version).splitlines()
        text = restore_text(declared_filter(options(accept=list(accept), **more)), version)
        found[version] = [line for line in text.splitlines() if line not in always]
    return found


# --- ports -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "ports"),
    [
        (80, Ports("tcp", 80, 80)),
        ("80", Ports("tcp", 80, 80)),
        ("8010-8020", Ports("tcp", 8010, 8020)),
        ("53/udp", Ports("udp", 53, 53)),
        ("5000-5010/tcp", Ports("tcp", 5000, 5010)),
    ],
)
def test_ports(value: t.Any, ports: Ports) -> None:
    assert parse_ports(value) == ports
    assert parse_ports(str(ports)) == ports


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("http", "'http' is not a port; write it like 80, 8010-8020, 53/udp or 5000-5010/tcp."),
        ("8000:8010", "'8000:8010' is not a port; write it like 80, 8010-8020"),
        ("53/sctp", "write it like"),
        ("53/", "write it like"),
        ("-5", "write it like"),
        ("", "write it like"),
        (True, "write it like"),
        (80.5, "write it like"),
        (None, "write it like"),
        (0, "0 is not a port; ports are 1 to 65535."),
        ("1-70000", "ports are 1 to 65535"),
        ("90-80", "'90-80' ends before it begins; write 80-90."),
    ],
)
def test_what_is_not_a_port(value: t.Any, words: str) -> None:
    with pytest.raises(ValueError, match=r".") as raised:
        parse_ports(value)
    assert words in str(raised.value)
    assert valid_ports([value, 22]) == [Ports("tcp", 22, 22)]


def test_ports_of_a_service_have_its_protocol() -> None:
    assert parse_ports("5500", "udp") == Ports("udp", 5500, 5500)
    with pytest.raises(ValueError, match="write it like 5404 or 5404-5412"):
        parse_ports("5500/udp", "udp")


# --- rules -----------------------------------------------------------------------------------------------------------


def test_what_is_dropped_and_what_is_always_let_in() -> None:
    wanted = declared_filter(
        options(
            accept=[
                {"networks": ["public"], "ports": [80], "anywhere": True},
                {"networks": ["management"], "ports": [22]},
                {"networks": ["cluster"], "services": ["corosync"]},
            ],
            rules=["-A INPUT -p tcp --dport 9100 -j ACCEPT"],
        )
    )
    assert (
        restore_text(wanted, "ipv4")
        == """\
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p icmp -m icmp --icmp-type echo-request -j ACCEPT
-A INPUT -p tcp --dport 9100 -j ACCEPT
-A INPUT -i eth0 -p tcp -m tcp --dport 80 -j ACCEPT
-A INPUT -i eth2 -s 203.0.113.0/24 -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -i eth1 -s 198.51.100.0/24 -p udp -m udp --dport 5404:5412 -j ACCEPT
COMMIT
"""
    )
    six = restore_text(wanted, "ipv6")
    assert "-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 135 -j ACCEPT\n" in six
    assert not {"eth0", "eth2"} & set(six.split())  # which have no subnet6


def test_ports_may_be_ranges_and_udp() -> None:
    rules = write({"networks": ["public"], "ports": [80, "8000-8010", "53/udp", "5000-5010/tcp"], "anywhere": True})
    assert rules["ipv4"] == [
        "-A INPUT -i eth0 -p tcp -m tcp --dport 80 -j ACCEPT",
        "-A INPUT -i eth0 -p tcp -m tcp --dport 8000:8010 -j ACCEPT",
        "-A INPUT -i eth0 -p udp -m udp --dport 53 -j ACCEPT",
        "-A INPUT -i eth0 -p tcp -m tcp --dport 5000:5010 -j ACCEPT",
    ]
    assert rules["ipv6"] == []


def test_administrators_may_come_from_elsewhere() -> None:
    sources = ["192.0.2.128/25", "2001:db8:9::/64"]
    rules = write({"networks": ["management"], "ports": [22], "sources": sources})
    assert rules["ipv4"][-1] == "-A INPUT -i eth2 -s 192.0.2.128/25 -p tcp -m tcp --dport 22 -j ACCEPT"
    assert rules["ipv6"] == ["-A INPUT -i eth2 -s 2001:db8:9::/64 -p tcp -m tcp --dport 22 -j ACCEPT"]


def test_the_nodes_talk_by_both_versions_of_ip_unless_a_service_knows_one_only() -> None:
    rules = write({"networks": ["cluster"], "services": ["pcsd", "fence_virtd_multicast"]})
    assert rules["ipv4"] == [
        "-A INPUT -i eth1 -s 198.51.100.0/24 -p tcp -m tcp --dport 2224 -j ACCEPT",
        "-A INPUT -i eth1 -s 198.51.100.0/24 -d 225.0.0.12/32 -p udp -m udp --dport 1229 -j ACCEPT",
        "-A INPUT -i eth1 -s 198.51.100.0/24 -p igmp -j ACCEPT",
    ]
    assert rules["ipv6"] == ["-A INPUT -i eth1 -s 2001:db8:1::/64 -p tcp -m tcp --dport 2224 -j ACCEPT"]


def test_own_rules_are_for_one_version() -> None:
    assert write(rules_ipv6=["-A INPUT -p tcp -j ACCEPT"]) == {"ipv4": [], "ipv6": ["-A INPUT -p tcp -j ACCEPT"]}


def test_the_same_rule_comes_once() -> None:
    entry = {"networks": ["cluster"], "services": ["fence_xvm", "fence_virtd_tcp"]}
    assert len(write(entry, entry)["ipv4"]) == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"accept": [{"networks": ["pubic"]}]}, "accept[0]: there is no network 'pubic'; networks has public, cluster"),
        ({"accept": [{"networks": ["public"], "ports": ["http"]}]}, "accept[0].ports: 'http' is not a port"),
        ({"accept": [{"networks": ["public"], "sources": ["10.0.0.1/8"]}]}, "accept[0].sources: '10.0.0.1/8' is not"),
        ({"networks": {"public": {"subnet": "192.0.2.0/24"}}}, "networks.public has no interface"),
        ({"networks": {"public": {"interface": "eth0", "subnet": "x"}}}, "networks.public: 'x' is not a subnet"),
        ({"rules": ["-A INPUT -j ACCEPT\nCOMMIT"]}, "rules: '-A INPUT -j ACCEPT\\nCOMMIT' is not a rule"),
        ({"rules_ipv6": ["COMMIT"]}, "rules_ipv6: 'COMMIT' is not a rule"),
    ],
)
def test_malformed_options(given: dict[str, t.Any], words: str) -> None:
    with pytest.raises(ClusterError) as raised:
        declared_filter(options(**given))
    assert words in str(raised.value)


@pytest.mark.parametrize(
    ("ports", "words"),
    [
        ({"pcsd": ["many"]}, "The ports of pcsd: 'many' is not a port"),
        ({"pcsd": "3224"}, "The ports of pcsd are '3224'; write a list of ports, such as [3224]."),
        ({"pcsd": 3224}, "The ports of pcsd are 3224; write a list"),
    ],
)
def test_malformed_ports_of_services(ports: dict[str, t.Any], words: str) -> None:
    with pytest.raises(ClusterError) as raised:
        write({"networks": ["cluster"], "services": ["pcsd"]}, ports_by_service=ports)
    assert words in str(raised.value)


# --- services --------------------------------------------------------------------------------------------------------


def test_ports_of_services_may_be_others() -> None:
    rules = write({"networks": ["cluster"], "services": ["booth"]}, ports_by_service={"booth": [9930, "9940-9941"]})
    ends = [f"{name} -m {name} --dport {port}" for name in ("tcp", "udp") for port in ("9930", "9940:9941")]
    assert [rule.partition(" -p ")[2] for rule in rules["ipv4"]] == [f"{end} -j ACCEPT" for end in ends]


def test_other_transports_use_the_port_below_as_well() -> None:
    assert corosync_ports({"cluster": {"mcastport": 5500}}) == ["5404-5412", "5500"]
    assert corosync_ports({"cluster": {"mcastport": 5500}}, "udp") == ["5404-5412", "5499-5500"]


def test_what_is_no_port_is_refused_later() -> None:
    assert corosync_ports({"cluster": {"mcastport": "many"}}) == ["5404-5412", "many"]
