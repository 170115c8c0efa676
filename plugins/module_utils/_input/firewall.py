# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the packet filter: ports, subnets and rules, a host's interfaces, and the access of Ansible. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.shape import Problem, instead
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.lockout import (
    Interfaces,
    absent_interfaces,
    parse_connection,
    why_locked_out,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.ports import parse_ports, valid_ports
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.rules import (
    Access,
    Filter,
    Network,
    why_no_rule,
    why_no_subnet,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.services import (
    PORT_VARIABLES,
    SERVICES,
    corosync_ports,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.inventory import Around

LISTS = ("ha_service_ports", "ha_management_ports")


def firewall_problems(variables: Mapping[str, Any], around: Around) -> Iterator[Problem]:
    """Check the variables that open ports."""
    for name in dict.fromkeys(PORT_VARIABLES.values()):
        if is_number(variables.get(name)):  # another check reports values that are no numbers
            yield from said_of(name, why_no_single_port(variables[name]))
    for name in LISTS:
        for index, value in enumerate(listed(variables.get(name))):
            yield from said_of(f"{name}[{index}]", why_no_ports(value))
    yield from service_port_problems(variables.get("ha_firewall_ports"))
    for link, options in mapping(variables.get("ha_link_options")).items():
        port = mapping(options).get("mcastport")
        if is_number(port) or (port is not None and "cluster" not in around.roles):
            yield from said_of(f"ha_link_options.{link}.mcastport", why_no_single_port(port))
    for index, source in enumerate(listed(variables.get("ha_management_sources"))):
        yield from said_of(f"ha_management_sources[{index}]", why_no_subnet(str(source)))
    for name in ("ha_firewall_rules", "ha_firewall_rules_ipv6"):
        for index, rule in enumerate(listed(variables.get(name))):
            yield from said_of(f"{name}[{index}]", why_no_rule(str(rule)))
    for index, pattern in enumerate(listed(variables.get("ha_firewall_foreign_chains"))):
        yield from said_of(f"ha_firewall_foreign_chains[{index}]", why_no_pattern(str(pattern)))
    if "lighttpd" in around.roles:
        yield from unopened(variables)


def said_of(place: str, why: str) -> Iterator[Problem]:
    if why:
        yield Problem(place, why)


def is_number(value: Any) -> bool:
    return not isinstance(value, bool) and re.fullmatch(r"-?\d+", str(value)) is not None


def why_no_ports(value: Any, protocol: str = "") -> str:
    """Say why VALUE is neither a port nor a range of ports; empty if it is one."""
    try:
        parse_ports(value, protocol)
    except ValueError as error:
        return str(error)
    return ""


def why_no_single_port(value: Any) -> str:
    return "" if str(value).isdecimal() and not why_no_ports(value) else f"it is {value}; give a port from 1 to 65535."


def service_port_problems(given: Any) -> Iterator[Problem]:
    """Check the ports of the cluster's services."""
    for name, values in mapping(given).items():
        place = f"ha_firewall_ports.{name}"
        if name not in SERVICES:
            yield Problem(place, f"there is no service '{name}'{instead(str(name), SERVICES, 'there are')}")
        elif isinstance(values, str) or not isinstance(values, Sequence):
            yield Problem(place, f"{values!r} is not a list; write [{values}].")
        else:
            for index, value in enumerate(values):
                yield from said_of(f"{place}[{index}]", why_no_ports(value, "tcp"))


def why_no_pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        return f"{text!r} is not a regular expression: {error}."
    return ""


def unopened(variables: Mapping[str, Any]) -> Iterator[Problem]:
    """Check that the port of the web server is open to everybody, if any ports are declared open to everybody."""
    port, given = variables.get("ha_lighttpd_port"), listed(variables.get("ha_service_ports"))
    if not given or not str(port).isdecimal():
        return
    if not any(ports.protocol == "tcp" and ports.holds(int(str(port))) for ports in valid_ports(given)):
        yield Problem(
            "ha_lighttpd_port",
            f"it is {port}, which ha_service_ports ({', '.join(map(str, given))}) does not open; add it there.",
        )


# --- on one host -----------------------------------------------------------------------------------------------------


def host_problems(variables: Mapping[str, Any], host: str, facts: Mapping[str, Any]) -> list[str]:
    """Find problems on HOST by its FACTS: missing interfaces, and a filter that locks out Ansible.

    VARIABLES have no other problem. Where facts are missing, nothing is reported: module iptables_rules checks again.
    """
    wanted = declared(variables)
    interfaces = interfaces_of(facts)
    if interfaces:
        choices = ", ".join(sorted(interfaces))
        absent = [
            f"ha_networks.{name}.interface of host {host} is {interface}, which it lacks; it has {choices}."
            for name, interface in absent_interfaces(wanted, interfaces).items()
        ]
        if absent:
            return absent
    connection = parse_connection(str(mapping(facts.get("env")).get("SSH_CONNECTION") or ""))
    if connection is None or not variables.get("ha_firewall_lockout_check", True):
        return []
    try:
        why = why_locked_out(wanted, connection, interfaces)
    except (ClusterError, ValueError):
        return []  # a value is wrong, which another check reports
    if not why:
        return []
    return [
        f"{why} Let ansible_host be an address on the management network, or add {connection.client} to"
        " ha_management_sources, or correct ha_networks, ha_management_network or ha_management_ports. If"
        f" ha_firewall_rules lets it in, set ha_firewall_lockout_check: false. (host {host})"
    ]


def declared(variables: Mapping[str, Any]) -> Filter:
    """Return the filter that VARIABLES declare, as role iptables passes it to module iptables_rules."""
    networks = {
        name: Network(str(each["interface"]), tuple(str(each[key]) for key in ("subnet", "subnet6") if each.get(key)))
        for name, each in mapping(variables.get("ha_networks")).items()
        if mapping(each).get("interface")
    }

    def names(*given: Any) -> tuple[str, ...]:
        return tuple(str(name) for name in given if name in networks)

    own = mapping(variables.get("ha_firewall_ports"))
    one_each = {name: [variables[variable]] for name, variable in PORT_VARIABLES.items() if variable in variables}
    links = {name: mapping(each) for name, each in mapping(variables.get("ha_link_options")).items()}
    return Filter(
        networks,
        (
            Access(
                names(variables.get("ha_public_network")),
                tuple(valid_ports(listed(variables.get("ha_service_ports")))),
                anywhere=True,
            ),
            Access(
                names(variables.get("ha_management_network")),
                tuple(valid_ports(listed(variables.get("ha_management_ports")))),
                sources=tuple(map(str, listed(variables.get("ha_management_sources")))),
            ),
            Access(
                names(*listed(variables.get("ha_links"))),
                services=tuple(listed(variables.get("ha_firewall_cluster_services"))),
            ),
        ),
        {**one_each, "corosync": corosync_ports(links, str(variables.get("ha_transport") or "knet")), **own},
        {
            "ipv4": listed(variables.get("ha_firewall_rules")),
            "ipv6": listed(variables.get("ha_firewall_rules_ipv6")),
        },
    )


def interfaces_of(facts: Mapping[str, Any]) -> Interfaces:
    """Return the interfaces in FACTS, with their addresses."""
    found = {}
    for name in listed(facts.get("interfaces")):
        details = mapping(facts.get(str(name).replace("-", "_")))
        entries = [details.get("ipv4") or {}, *listed(details.get("ipv4_secondaries")), *listed(details.get("ipv6"))]
        found[str(name)] = [str(entry.get("address", "")) for entry in entries]
    return found


def mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else []
