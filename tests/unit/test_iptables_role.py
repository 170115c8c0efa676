# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one table of services and ports: what the documentation says about it, and what the roles hand over."""

from __future__ import annotations

import dataclasses
import importlib
import pathlib
import re
import typing as t

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.rules import declared_filter, restore_text
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.services import PORT_VARIABLES, SERVICES
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.firewall import declared
from ansible_collections.quorate.ha_cluster.plugins.modules.iptables_rules import ARGUMENTS
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles.fence_virt import plan_opening
from jinja2.nativetypes import NativeEnvironment

ROLES = pathlib.Path(__file__).resolve().parents[2] / "roles"
ROLE = ROLES / "iptables"
NETWORKS = {
    "public": {"interface": "eth0", "subnet": "192.0.2.0/24"},
    "cluster": {"interface": "eth1", "subnet": "198.51.100.0/24", "subnet6": "2001:db8:1::/64"},
    "management": {"interface": "eth2", "subnet": "203.0.113.0/24", "subnet6": None},
}


def options(given: dict[str, t.Any]) -> dict[str, t.Any]:
    """The module's options as Ansible reads them."""
    result = ArgumentSpecValidator(ARGUMENTS).validate(given)
    assert result.error_messages == []
    return dict(result.validated_parameters)


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
    port = re.search(r"\bport=(\w+)", load(ROLES / "fence_virt" / "vars" / "main.yml")["__fence_virt_opening"])
    assert port is not None
    given: dict[str, t.Any] = {"interface": "", "tcp_address": "", "managed": True}
    openings = [
        dataclasses.asdict(plan_opening(listener, port="{{ %s }}" % port[1], **given))  # noqa: UP031
        for listener in ("multicast", "tcp")
    ]
    openings = [*openings, load(ROLES / "qnetd" / "vars" / "main.yml")["__qnetd_opening"]]
    ports = {name: ports for opening in openings for name, ports in opening.get("ports_by_service", {}).items()}
    assert set(ports) == {"fence_virtd_multicast", "fence_virtd_tcp", "pcsd", "qnetd"}
    assert ports == {each: ["{{ %s }}" % PORT_VARIABLES[each]] for each in ports}  # noqa: UP031


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
    wanted = declared_filter(options(rendered(task["quorate.ha_cluster.iptables_rules"], variables)))
    assumed = declared(variables)
    for version in ("ipv4", "ipv6"):
        assert restore_text(wanted, version) == restore_text(assumed, version)
    text = restore_text(wanted, "ipv4")
    ports = ("--dport 3224 ", "--dport 5500 ", "--dport 2229 ", "--dport 6403 ", "--dport 9930 ", "--dport 5404:5412 ")
    assert [port in text for port in ports] == [bool(given) or port == "--dport 5404:5412 " for port in ports]
    assert all(f"--dport {port} " not in text for port in ((2224, 1229, 5403, 9929) if given else ()))
