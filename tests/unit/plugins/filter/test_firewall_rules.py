# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role iptables lets in."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
import yaml
from ansible_collections.quorate.ha_cluster.plugins.filter.cluster_ports import cluster_ports
from ansible_collections.quorate.ha_cluster.plugins.filter.firewall_rules import FilterModule, firewall_rules
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.services import SERVICES
from jinja2.nativetypes import NativeEnvironment

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
        choices = specs["argument_specs"]["main"]["options"]["ha_firewall_cluster_services"]["choices"]
    else:
        choices = yaml.safe_load(plugin.DOCUMENTATION)["options"]["cluster_services"]["choices"]
    assert sorted(choices) == sorted(SERVICES)


def test_ports_come_from_the_variables_that_set_them() -> None:
    ports = cluster_ports({"cluster": {"mcastport": 5500}}, pcsd=3224, fence_virt=2229, qnetd=6403)
    rules = write(cluster_networks=["cluster"], cluster_services=list(SERVICES), ports=ports)
    for text in ("tcp -m tcp --dport 3224", "udp -m udp --dport 5500", "tcp -m tcp --dport 2229"):
        assert any(text in rule for rule in rules["ipv4"]), text
        assert any(text in rule for rule in rules["ipv6"]), text
    assert any("tcp --dport 6403" in rule for rule in rules["ipv4"])
    assert any("-d 225.0.0.12/32 -p udp -m udp --dport 2229" in rule for rule in rules["ipv4"])
    for old in ("2224", "1229", "5403"):
        assert not any(f"--dport {old} " in rule for rule in rules["ipv4"]), old
    assert any("--dport 5404:5412" in rule for rule in rules["ipv4"]), "other links keep the usual ports"


def test_other_transports_use_the_port_below_as_well() -> None:
    assert cluster_ports({"cluster": {"mcastport": 5500}}, transport="udp")["corosync"] == ["5404:5412", "5499:5500"]


def test_what_is_no_port_is_left_to_the_check_of_the_input() -> None:
    assert cluster_ports({"cluster": {"mcastport": "many"}})["corosync"] == ["5404:5412", "many"]


def test_ports_of_services_without_a_variable_may_be_given() -> None:
    rules = write(cluster_networks=["cluster"], cluster_services=["booth"], ports={"booth": [9930, 9931]})
    ends = ["tcp -m tcp --dport 9930", "tcp -m tcp --dport 9931", "udp -m udp --dport 9930", "udp -m udp --dport 9931"]
    assert [rule.partition(" -p ")[2] for rule in rules["ipv4"]] == [f"{end} -j ACCEPT" for end in ends]


@pytest.mark.parametrize("service", list(SERVICES))
def test_the_page_of_the_role_names_the_usual_ports(service: str) -> None:
    page = (ROLE / "README.md").read_text(encoding="utf-8")
    (line,) = [line for line in page.splitlines() if line.startswith(f"| `{service}` |")]
    for use in SERVICES[service]:
        wanted = f"{use.ports.replace(':', '-')}/{use.protocol}" if use.ports else use.protocol.upper()
        assert wanted in line


def evaluate(**variables: t.Any) -> tuple[list[str], dict[str, list[str]]]:
    """The services and ports that the role takes with these VARIABLES of an inventory."""
    environment = NativeEnvironment()
    environment.filters["quorate.ha_cluster.cluster_ports"] = cluster_ports
    environment.filters["combine"] = lambda one, other: {**one, **other}
    defaults = yaml.safe_load((ROLE / "defaults" / "main.yml").read_text(encoding="utf-8"))
    own = yaml.safe_load((ROLE / "vars" / "main.yml").read_text(encoding="utf-8"))
    values = {**defaults, **variables}
    for name in ("__iptables_asks_fence_virtd", "__iptables_ports"):
        values[name] = environment.from_string(own[name]).render(values)
    services = environment.from_string(defaults["ha_firewall_cluster_services"]).render(values)
    return services, t.cast(t.Any, values["__iptables_ports"])


DOMAINS = {"ha_fence_virt_domains": {"node1": "248d2268-2512-4a75-8398-cafbab580529"}}


@pytest.mark.parametrize(
    ("variables", "opened"),
    [
        (DOMAINS, True),
        ({**DOMAINS, "ha_roles": ["iptables", "fence_virt"]}, True),
        ({**DOMAINS, "ha_roles": ["iptables"]}, False),
        ({**DOMAINS, "ha_fence_virt_listener": "tcp"}, False),
        ({}, False),
    ],
)
def test_the_port_of_fence_virt_is_open_only_where_fence_virtd_connects_back(
    variables: dict[str, t.Any], opened: bool
) -> None:
    services, _ports = evaluate(**variables)
    assert services == ["pcsd", "corosync", *(["fence_xvm"] if opened else [])]


def test_the_role_takes_ports_from_the_variables_of_other_roles() -> None:
    _services, ports = evaluate(
        ha_pcsd_port=3224,
        ha_link_options={"cluster": {"mcastport": "5500"}},
        ha_fence_virt_port=2229,
        ha_qnetd_port=6403,
        ha_firewall_ports={"booth": [9930]},
    )
    assert ports == {
        "pcsd": ["3224"],
        "corosync": ["5404:5412", "5500"],
        "fence_xvm": ["2229"],
        "fence_virtd_multicast": ["2229"],
        "qnetd": ["6403"],
        "booth": [9930],
    }


def test_its_name() -> None:
    assert FilterModule().filters() == {"firewall_rules": firewall_rules}
