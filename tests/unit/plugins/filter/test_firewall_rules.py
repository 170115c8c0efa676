# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role iptables lets in."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
import yaml
from ansible_collections.quorate.ha_cluster.plugins.filter.firewall_rules import SERVICES, FilterModule, firewall_rules

ROLE = pathlib.Path(__file__).resolve().parents[4] / "roles" / "iptables"
NETWORKS = {
    "public": {"interface": "eth0", "subnet": "192.0.2.0/24"},
    "cluster": {"interface": "eth1", "subnet": "198.51.100.0/24", "subnet6": "2001:db8:1::/64"},
    "management": {"interface": "eth2", "subnet": "203.0.113.0/24", "subnet6": None},
}


def write(**changes: t.Any) -> dict[str, list[str]]:
    """The rules by version of IP, those that are always there left out."""
    arguments: dict[str, t.Any] = {
        "public_network": "public",
        "service_ports": [],
        "management_network": "management",
        "management_ports": [],
        "management_sources": [],
        "cluster_networks": [],
        "cluster_services": [],
        "extra_rules": {"ipv4": [], "ipv6": []},
    }
    plain = firewall_rules(NETWORKS, **arguments)
    rules = firewall_rules(NETWORKS, **{**arguments, **changes})
    return {
        version: [line for line in text.splitlines() if line not in plain[version].splitlines()]
        for version, text in rules.items()
    }


def test_what_is_dropped_and_what_is_always_let_in() -> None:
    rules = firewall_rules(
        NETWORKS,
        public_network="public",
        service_ports=[80],
        management_network="management",
        management_ports=[22],
        management_sources=[],
        cluster_networks=["cluster"],
        cluster_services=["corosync"],
        extra_rules={"ipv4": ["-A INPUT -p tcp --dport 9100 -j ACCEPT"], "ipv6": []},
    )
    assert (
        rules["ipv4"]
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
    assert "-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 135 -j ACCEPT\n" in rules["ipv6"]
    assert not {"eth0", "eth2"} & set(rules["ipv6"].split())  # which have no subnet6


def test_ports_may_be_ranges_and_services_are_for_everyone() -> None:
    rules = write(service_ports=[80, "8000:8010"])
    assert rules["ipv4"] == [
        "-A INPUT -i eth0 -p tcp -m tcp --dport 80 -j ACCEPT",
        "-A INPUT -i eth0 -p tcp -m tcp --dport 8000:8010 -j ACCEPT",
    ]
    assert rules["ipv6"] == []


def test_administrators_may_come_from_elsewhere() -> None:
    rules = write(management_ports=[22], management_sources=["192.0.2.128/25", "2001:db8:9::/64"])
    assert rules["ipv4"][-1] == "-A INPUT -i eth2 -s 192.0.2.128/25 -p tcp -m tcp --dport 22 -j ACCEPT"
    assert rules["ipv6"] == ["-A INPUT -i eth2 -s 2001:db8:9::/64 -p tcp -m tcp --dport 22 -j ACCEPT"]


def test_the_nodes_talk_by_both_versions_of_ip_unless_a_service_knows_one_only() -> None:
    rules = write(cluster_networks=["cluster"], cluster_services=["pcsd", "fence_virtd_multicast"])
    assert rules["ipv4"] == [
        "-A INPUT -i eth1 -s 198.51.100.0/24 -p tcp -m tcp --dport 2224 -j ACCEPT",
        "-A INPUT -i eth1 -s 198.51.100.0/24 -d 225.0.0.12/32 -p udp -m udp --dport 1229 -j ACCEPT",
        "-A INPUT -i eth1 -s 198.51.100.0/24 -p igmp -j ACCEPT",
    ]
    assert rules["ipv6"] == ["-A INPUT -i eth1 -s 2001:db8:1::/64 -p tcp -m tcp --dport 2224 -j ACCEPT"]


def test_own_rules_are_for_one_version() -> None:
    assert write(extra_rules={"ipv4": [], "ipv6": ["-A INPUT -p tcp -j ACCEPT"]}) == {
        "ipv4": [],
        "ipv6": ["-A INPUT -p tcp -j ACCEPT"],
    }


@pytest.mark.parametrize("place", ["role", "filter"])
def test_all_services_may_be_named(place: str) -> None:
    from ansible_collections.quorate.ha_cluster.plugins.filter import firewall_rules as plugin

    if place == "role":
        specs = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
        choices = specs["argument_specs"]["main"]["options"]["iptables_cluster_services"]["choices"]
    else:
        choices = yaml.safe_load(plugin.DOCUMENTATION)["options"]["cluster_services"]["choices"]
    assert sorted(choices) == sorted(SERVICES)


def test_its_name() -> None:
    assert FilterModule().filters() == {"firewall_rules": firewall_rules}
