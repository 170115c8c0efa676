# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The declared packet filter: ports, services, rules, and what the documentation says of them."""

from __future__ import annotations

import importlib
import pathlib
import typing as t

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.ports import Ports, parse_ports, valid_ports
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.rules import declared_filter, restore_text
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.services import (
    PORT_VARIABLES,
    SERVICES,
    corosync_ports,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.firewall import declared
from ansible_collections.quorate.ha_cluster.plugins.modules.iptables_rules import ARGUMENTS
from jinja2.nativetypes import NativeEnvironment

ROLES = pathlib.Path(__file__).resolve().parents[4] / "roles"
ROLE = ROLES / "iptables"
NETWORKS = {
    "public": {"interface": "eth0", "subnet": "192.0.2.0/24"},
    "cluster": {"interface": "eth1", "subnet": "198.51.100.0/24", "subnet6": "2001:db8:1::/64"},
    "management": {"interface": "eth2", "subnet": "203.0.113.0/24", "subnet6": None},
}


def options(**given: t.Any) -> dict[str, t.Any]:
    """The module's options with their defaults."""
    result = ArgumentSpecValidator(ARGUMENTS).validate({"networks": NETWORKS, **given})
    assert result.error_messages == []
    return dict(result.validated_parameters)


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


def load(path: pathlib.Path) -> t.Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def named(place: str) -> list[str]:
    """The services that the documentation at PLACE lets users choose from."""
    if place == "role":
        specs = load(ROLE / "meta" / "argument_specs.yml")["argument_specs"]["main"]["options"]
        return t.cast(t.Any, specs["ha_firewall_cluster_services"]["choices"])
    package = "ansible_collections.quorate.ha_cluster.plugins"
    if place == "module":
        found = yaml.safe_load(importlib.import_module(f"{package}.modules.iptables_rules").DOCUMENTATION)
        return t.cast(t.Any, found["options"]["accept"]["suboptions"]["services"]["choices"])
    fragment = importlib.import_module(f"{package}.doc_fragments._firewalld").ModuleDocFragment
    found = yaml.safe_load(fragment.DOCUMENTATION)
    return t.cast(t.Any, found["options"]["firewalld"]["suboptions"]["services"]["choices"])


@pytest.mark.parametrize("place", ["role", "module", "firewalld"])
def test_all_services_may_be_named(place: str) -> None:
    assert named(place) == list(SERVICES)


@pytest.mark.parametrize("service", list(SERVICES))
def test_the_page_of_the_role_has_the_table(service: str) -> None:
    page = (ROLE / "README.md").read_text(encoding="utf-8")
    (line,) = [line for line in page.splitlines() if line.startswith(f"| `{service}` |")]
    _start, _name, ports, variable, about, _end = (cell.strip() for cell in line.split("|"))
    assert variable.strip("`") == SERVICES[service].variable
    assert about == SERVICES[service].about
    shown = [
        (str(use.ports) if use.ports else use.protocol.upper())
        + (f" to {use.destination.partition('/')[0]}" if use.destination else "")
        for use in SERVICES[service].uses
    ]
    assert ports == ", ".join(shown)


# --- what the roles hand over ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "name", "services"),
    [
        ("iptables", "__iptables_ports_by_service", set(PORT_VARIABLES)),
        ("verify", "__verify_ports_by_service", {"pcsd", "fence_xvm"}),
    ],
)
def test_ports_come_from_the_variables_that_set_them(role: str, name: str, services: set[str]) -> None:
    given = load(ROLES / role / "vars" / "main.yml")[name]
    assert given == {each: ["{{ %s }}" % PORT_VARIABLES[each]] for each in given}  # noqa: UP031
    assert set(given) == services


def test_the_roles_open_firewalld_by_the_same_variables() -> None:
    openings = load(ROLES / "fence_virt" / "vars" / "main.yml")["__fence_virt_openings"].values()
    tasks = load(ROLES / "qnetd" / "tasks" / "service.yml")
    openings = [
        *openings,
        *(task[name]["firewalld"] for task in tasks for name in task if name.endswith("internal_machine")),
    ]
    given = {name: ports for opening in openings for name, ports in opening.get("ports_by_service", {}).items()}
    assert set(given) == {"fence_virtd_multicast", "fence_virtd_tcp", "pcsd", "qnetd"}
    assert given == {each: ["{{ %s }}" % PORT_VARIABLES[each]] for each in given}  # noqa: UP031


def rendered(value: t.Any, variables: dict[str, t.Any]) -> t.Any:
    """VALUE with its templates filled in, as far as this role needs it."""
    environment = NativeEnvironment()
    environment.filters["combine"] = lambda one, other: {**one, **other}
    if isinstance(value, dict):
        return {key: rendered(each, variables) for key, each in value.items()}
    if isinstance(value, list):
        return [rendered(each, variables) for each in value]
    return environment.from_string(value).render(variables) if isinstance(value, str) else value


def role_variables(**given: t.Any) -> dict[str, t.Any]:
    """The variables of role iptables, with those GIVEN by an inventory."""
    values: dict[str, t.Any] = {**load(ROLE / "defaults" / "main.yml"), "ha_networks": NETWORKS, **given}
    own = load(ROLE / "vars" / "main.yml")
    for name in ("__iptables_asks_fence_virtd", "__iptables_ports_by_service", "ha_firewall_cluster_services"):
        values[name] = rendered({**own, **values}[name], values)
    return values


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
    found = role_variables(**variables)["ha_firewall_cluster_services"]
    assert found == ["pcsd", "corosync", *(["fence_xvm"] if opened else [])]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {
            "ha_service_ports": [80, "8010-8020", "53/udp"],
            "ha_management_ports": [22, "3121/tcp"],
            "ha_management_sources": ["192.0.2.128/25", "2001:db8:9::/64"],
            "ha_firewall_cluster_services": list(SERVICES),
            "ha_pcsd_port": 3224,
            "ha_link_options": {"cluster": {"mcastport": "5500"}},
            "ha_fence_virt_port": 2229,
            "ha_qnetd_port": 6403,
            "ha_firewall_ports": {"booth": [9930]},
            "ha_firewall_rules": ["-A INPUT -p tcp --dport 9100 -j ACCEPT"],
        },
    ],
)
def test_the_role_declares_what_the_check_of_the_input_assumes(given: dict[str, t.Any]) -> None:
    variables = role_variables(**given)
    (task,) = load(ROLE / "tasks" / "filter.yml")
    wanted = declared_filter(options(**rendered(task["quorate.ha_cluster.iptables_rules"], variables)))
    assumed = declared(variables)
    for version in ("ipv4", "ipv6"):
        assert restore_text(wanted, version) == restore_text(assumed, version)
    text = restore_text(wanted, "ipv4")
    ports = ("--dport 3224 ", "--dport 5500 ", "--dport 2229 ", "--dport 6403 ", "--dport 9930 ", "--dport 5404:5412 ")
    assert [port in text for port in ports] == [bool(given) or port == "--dport 5404:5412 " for port in ports]
    assert all(f"--dport {port} " not in text for port in ((2224, 1229, 5403, 9929) if given else ()))
