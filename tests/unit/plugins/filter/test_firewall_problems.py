# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""firewall_problems: rules that would lock Ansible out, and malformed input."""

from __future__ import annotations

import pytest
from ansible_collections.quorate.ha_cluster.plugins.filter.firewall_problems import FilterModule, firewall_problems

NETWORKS = {
    "public": {"interface": "eth0", "subnet": "192.0.2.0/24"},
    "cluster": {"interface": "eth1", "subnet": "198.51.100.0/24"},
    "management": {"interface": "br-mgmt", "subnet": "203.0.113.0/24", "subnet6": "2001:db8::/64"},
}
FACTS = {
    "interfaces": ["lo", "eth0", "eth1", "br-mgmt"],
    "eth0": {"ipv4": {"address": "192.0.2.1"}, "ipv4_secondaries": [{"address": "203.0.113.77"}]},
    "br_mgmt": {"ipv4": {"address": "203.0.113.1"}, "ipv6": [{"address": "2001:db8::1"}]},
}


def find(networks=None, facts=None, **changes):
    networks = NETWORKS if networks is None else networks
    arguments = {
        "host": "node1",
        "facts": FACTS if facts is None else facts,
        "connection": "203.0.113.9 50000 203.0.113.1 22",
        "public_network": "public",
        "service_ports": [80, "8000:8010"],
        "management_network": "management",
        "management_ports": [22],
        "management_sources": [],
        "cluster_networks": ["cluster"],
        "rules": ["-A INPUT -p tcp --dport 9100 -j ACCEPT"],
    }
    return firewall_problems(networks, **{**arguments, **changes})


@pytest.mark.parametrize(
    ("ports", "words"),
    [
        ({"pcsd": ["many"]}, "ha_firewall_ports.pcsd has 'many', which is no port"),
        ({"pcsd": 3224}, "ha_firewall_ports.pcsd is 3224; write a list of ports"),
        ({"pcsd": "3224"}, "ha_firewall_ports.pcsd is '3224'; write a list of ports"),
        ({"pcs": [3224]}, "ha_firewall_ports has pcs, which is no service"),
    ],
)
def test_ports_of_services(ports, words):
    (problem,) = find(ports=ports)
    assert words in problem
    assert find(ports={"pcsd": [3224], "corosync": ["5404:5412"]}) == []


@pytest.mark.parametrize(
    "connection",
    [
        "203.0.113.9 50000 203.0.113.1 22",
        "2001:db8::9 50000 2001:db8::1 22",
        "::ffff:203.0.113.9 50000 ::ffff:203.0.113.1 22",
        "203.0.113.9 50000 203.0.113.200 22",  # an address that the facts do not know
        "",
        "UNKNOWN 65535 UNKNOWN 65535",
    ],
)
def test_allowed_connection(connection):
    assert find(connection=connection) == []


@pytest.mark.parametrize(
    ("connection", "changes"),
    [
        ("198.18.0.9 50000 203.0.113.1 22", {}),
        ("203.0.113.9 50000 203.0.113.1 2222", {}),
        ("192.0.2.9 50000 192.0.2.1 22", {}),
        ("203.0.113.9 50000 203.0.113.77 22", {}),  # the right subnet on the wrong interface
        ("203.0.113.9 50000 203.0.113.1 22", {"management_ports": []}),
        ("203.0.113.9 50000 203.0.113.1 22", {"management_network": "cluster"}),
        ("fe80::9%eth2 50000 fe80::1%eth2 22", {}),
    ],
)
def test_lockout(connection, changes):
    (problem,) = find(connection=connection, **changes)
    assert problem.startswith("The rules for host node1 would lock Ansible out: it comes from")


def test_controller_behind_router():
    assert find(connection="198.18.0.9 50000 203.0.113.1 22", management_sources=["198.18.0.0/24"]) == []


def test_nothing_is_said_about_interfaces_without_facts():
    assert find(facts={}) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"service_ports": ["http"]}, "ha_service_ports has 'http', which is no port"),
        ({"service_ports": [70000]}, "has 70000, which is no port"),
        ({"service_ports": ["90:80"]}, "has '90:80', which is no port"),
        ({"management_sources": ["10.0.0.1/8"]}, "ha_management_sources has '10.0.0.1/8'"),
        ({"rules": ["-A INPUT -j ACCEPT\nCOMMIT"]}, "which is no rule"),
        ({"rules": ["COMMIT"]}, "ha_firewall_rules has 'COMMIT', which is no rule"),
        (
            {"networks": {**NETWORKS, "cluster": {**NETWORKS["cluster"], "interface": "eth9"}}},
            "ha_networks.cluster.interface of host node1 is eth9, which it lacks; it has br-mgmt, eth0, eth1, lo",
        ),
    ],
)
def test_malformed_input(changes, words):
    (problem,) = find(**changes)
    assert words in problem


@pytest.mark.parametrize("changes", [{"public_network": "pubic"}, {"networks": {**NETWORKS, "cluster": {}}}])
def test_networks_that_the_check_of_the_input_refuses_are_not_gone_into(changes):
    assert find(connection="198.18.0.9 50000 203.0.113.1 22", **changes) == []


def test_filter_is_registered():
    assert FilterModule().filters() == {"firewall_problems": firewall_problems}
