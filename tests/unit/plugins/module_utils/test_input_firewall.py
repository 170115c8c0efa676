# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The check of what the packet filter is given: malformed ports, and rules that would lock Ansible out."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.firewall import (
    firewall_problems,
    host_problems,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.inventory import Around

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
VARIABLES: dict[str, t.Any] = {
    "ha_networks": NETWORKS,
    "ha_public_network": "public",
    "ha_service_ports": [80, "8000-8010"],
    "ha_management_network": "management",
    "ha_management_ports": [22],
    "ha_management_sources": [],
    "ha_links": ["cluster"],
    "ha_firewall_cluster_services": ["pcsd", "corosync"],
    "ha_firewall_rules": ["-A INPUT -p tcp --dport 9100 -j ACCEPT"],
    "ha_pcsd_port": 2224,
}


def said(roles: t.Iterable[str] = (), **changes: t.Any) -> list[str]:
    return [str(each) for each in firewall_problems({**VARIABLES, **changes}, Around(roles=frozenset(roles)))]


def on_host(connection: str = "203.0.113.9 50000 203.0.113.1 22", *, facts: bool = True, **changes: t.Any) -> list[str]:
    """What is wrong on a host that is reached by CONNECTION. Without FACTS nothing is known of its interfaces."""
    known = {**(FACTS if facts else {}), "env": {"SSH_CONNECTION": connection}}
    return host_problems({**VARIABLES, **changes}, "node1", known)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"ha_service_ports": [80, "http"]},
            "ha_service_ports[1]: 'http' is not a port; write it like 80, 8010-8020, 53/udp or 5000-5010/tcp.",
        ),
        ({"ha_service_ports": [70000]}, "ha_service_ports[0]: 70000 is not a port; ports are 1 to 65535."),
        ({"ha_service_ports": ["8000:8010"]}, "ha_service_ports[0]: '8000:8010' is not a port; write it like"),
        ({"ha_service_ports": ["90-80"]}, "ha_service_ports[0]: '90-80' ends before it begins; write 80-90."),
        ({"ha_management_ports": ["22/ssh"]}, "ha_management_ports[0]: '22/ssh' is not a port"),
        ({"ha_management_sources": ["10.0.0.1/8"]}, "ha_management_sources[0]: '10.0.0.1/8' is not a subnet"),
        ({"ha_firewall_rules": ["-A INPUT -j ACCEPT\nCOMMIT"]}, "is not a rule; write it like"),
        ({"ha_firewall_rules_ipv6": ["COMMIT"]}, "ha_firewall_rules_ipv6[0]: 'COMMIT' is not a rule"),
        ({"ha_firewall_foreign_chains": ["f2b-("]}, "ha_firewall_foreign_chains[0]: 'f2b-(' is not a regular"),
        ({"ha_firewall_ports": {"pcsd": ["many"]}}, "ha_firewall_ports.pcsd[0]: 'many' is not a port"),
        ({"ha_firewall_ports": {"pcsd": 3224}}, "ha_firewall_ports.pcsd: 3224 is not a list; write [3224]."),
        ({"ha_firewall_ports": {"pcs": [3224]}}, "ha_firewall_ports.pcs: there is no service 'pcs'; did you mean"),
        ({"ha_pcsd_port": 70000}, "ha_pcsd_port: it is 70000; give a port from 1 to 65535."),
        ({"ha_qnetd_port": 0}, "ha_qnetd_port: it is 0; give a port"),
        ({"ha_link_options": {"cluster": {"mcastport": 70000}}}, "ha_link_options.cluster.mcastport: it is 70000"),
        ({"ha_link_options": {"cluster": {"mcastport": "x"}}}, "ha_link_options.cluster.mcastport: it is x; give"),
    ],
)
def test_malformed_input(changes: dict[str, t.Any], words: str) -> None:
    (problem,) = said(**changes)
    assert words in problem


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"ha_service_ports": ["53/udp", "5000-5010/tcp"], "ha_firewall_ports": {"corosync": ["5404-5412", 5500]}},
        {
            "ha_pcsd_port": "many",
            "ha_service_ports": "80",
            "ha_firewall_ports": [],
            "ha_link_options": {"cluster": None},
        },
    ],
)
def test_nothing_is_said_of_what_is_right_or_of_another_type(changes: dict[str, t.Any]) -> None:
    assert said(**changes) == []


def test_options_of_corosync_have_a_check_of_their_own() -> None:
    assert said(["cluster"], ha_link_options={"cluster": {"mcastport": "x"}}) == []


@pytest.mark.parametrize(
    ("ports", "fine"),
    [
        ([], True),
        ([8080], True),
        (["8000-8100"], True),
        ([80], False),
        (["8080/udp"], False),
        (["8080-9000/tcp"], True),
    ],
)
def test_the_port_of_the_web_server_has_to_be_open(ports: list[t.Any], fine: bool) -> None:
    found = said(["lighttpd"], ha_lighttpd_port=8080, ha_service_ports=ports)
    expected = f"ha_lighttpd_port: it is 8080, which ha_service_ports ({', '.join(map(str, ports))}) does not open"
    assert [each.startswith(expected) for each in found] == ([] if fine else [True])
    assert said(ha_lighttpd_port=8080, ha_service_ports=[80]) == []


# --- on one host -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "connection",
    [
        "203.0.113.9 50000 203.0.113.1 22",
        "2001:db8::9 50000 2001:db8::1 22",
        "::ffff:203.0.113.9 50000 ::ffff:203.0.113.1 22",
        "203.0.113.9 50000 203.0.113.200 22",  # an address that the facts do not know
        "",
        "UNKNOWN 65535 UNKNOWN 65535",
        "192.0.2.9 50000 192.0.2.1 8005",
    ],
)
def test_allowed_connection(connection: str) -> None:
    assert on_host(connection) == []


@pytest.mark.parametrize(
    ("connection", "changes"),
    [
        ("198.18.0.9 50000 203.0.113.1 22", {}),
        ("203.0.113.9 50000 203.0.113.1 2222", {}),
        ("192.0.2.9 50000 192.0.2.1 22", {}),
        ("203.0.113.9 50000 203.0.113.77 22", {}),  # the right subnet on the wrong interface
        ("203.0.113.9 50000 203.0.113.1 22", {"ha_management_ports": []}),
        ("203.0.113.9 50000 203.0.113.1 22", {"ha_management_ports": ["22/udp"]}),
        ("203.0.113.9 50000 203.0.113.1 22", {"ha_management_network": "cluster"}),
        ("fe80::9%eth2 50000 fe80::1%eth2 22", {}),
    ],
)
def test_lockout(connection: str, changes: dict[str, t.Any]) -> None:
    (problem,) = on_host(connection, **changes)
    assert problem.startswith("The rules would lock Ansible out: it comes from")
    assert problem.endswith("set ha_firewall_lockout_check: false. (host node1)")
    assert on_host(connection, ha_firewall_lockout_check=False, **changes) == []


def test_the_message_says_who_may_come_in() -> None:
    (problem,) = on_host("198.18.0.9 50000 203.0.113.1 22")
    assert "to 203.0.113.1 port 22 on br-mgmt. To port 22 they let in 203.0.113.0/24 on br-mgmt. Let" in problem
    (problem,) = on_host("203.0.113.9 50000 203.0.113.1 2222")
    assert "To port 2222 they let in no address." in problem


def test_controller_behind_router() -> None:
    assert on_host("198.18.0.9 50000 203.0.113.1 22", ha_management_sources=["198.18.0.0/24"]) == []


def test_an_interface_that_the_host_lacks() -> None:
    networks = {**NETWORKS, "cluster": {**NETWORKS["cluster"], "interface": "eth9"}}
    assert on_host(ha_networks=networks) == [
        "ha_networks.cluster.interface of host node1 is eth9, which it lacks; it has br-mgmt, eth0, eth1, lo."
    ]
    assert on_host(ha_networks=networks, facts=False) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"ha_networks": {**NETWORKS, "management": {"interface": "br-mgmt", "subnet": "x"}}},
        {"ha_firewall_cluster_services": ["nothing"]},
        {"ha_firewall_ports": {"pcsd": ["x"]}},
    ],
)
def test_values_that_the_check_of_the_input_refuses_are_not_gone_into(changes: dict[str, t.Any]) -> None:
    assert on_host("198.18.0.9 50000 203.0.113.1 22", **changes) == []
