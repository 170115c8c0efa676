# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find what is wrong with the input of role iptables, above all whether it would lock Ansible out."""

from __future__ import annotations

import ipaddress
import re
import typing as t
from collections.abc import Callable, Iterator, Mapping, Sequence

from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.services import SERVICES

DOCUMENTATION = r"""
name: firewall_problems
short_description: Find what is wrong with the input of role iptables
version_added: 1.0.0
description:
  - Checks that the networks are declared and their interfaces exist, that ports and rules are well formed, and that the
    SSH connection which Ansible uses would be let in.
extends_documentation_fragment:
  - quorate.ha_cluster._firewall
options:
  host:
    description: Name of the host, for the messages.
    type: str
    required: true
  facts:
    description: The host's facts. Interfaces are not checked when they hold none.
    type: dict
    required: true
  connection:
    description: The host's environment variable E(SSH_CONNECTION). The connection is not checked when it is empty.
    type: str
    required: true
  rules:
    description: Rules to add, as lines for C(iptables-restore).
    type: list
    elements: str
    required: true
  ports:
    description: Ports of the cluster's services, by the service.
    type: dict
    default: {}
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Check the networks, ports and rules
  ansible.builtin.assert:
    that: problems | length == 0
    fail_msg: "{{ problems | join('\n') }}"
  vars:
    problems: >-
      {{ ha_networks | quorate.ha_cluster.firewall_problems(
           host=inventory_hostname, facts=ansible_facts, connection='192.0.2.9 50000 192.0.2.1 22',
           public_network='public', service_ports=[80],
           management_network='management', management_ports=[22], management_sources=[],
           cluster_networks=['cluster'], rules=[]) }}
"""

RETURN = r"""
_value:
  description: One sentence for each problem, naming the variable and the host. Empty when all is well.
  type: list
  elements: str
"""

_RULE = re.compile(r"-[AIN] \S[^\n]*")


def firewall_problems(
    networks: Mapping[str, t.Any],
    *,
    host: str,
    facts: Mapping[str, t.Any],
    connection: str,
    public_network: str,
    service_ports: Sequence[str | int],
    management_network: str,
    management_ports: Sequence[str | int],
    management_sources: Sequence[str],
    cluster_networks: Sequence[str],
    rules: Sequence[str],
    ports: Mapping[str, Sequence[str | int]] | None = None,
) -> list[str]:
    """List what is wrong with the input of role iptables, one sentence each."""
    given = {"ha_service_ports": service_ports, "ha_management_ports": management_ports}
    misshapen = list(_shape_problems(ports or {}))
    if not misshapen:
        given.update({f"ha_firewall_ports.{name}": values for name, values in (ports or {}).items()})
    problems = [
        *misshapen,
        *_port_problems(given),
        *_source_problems(management_sources),
        *_rule_problems(rules),
    ]
    names = [public_network, management_network, *cluster_networks]
    if problems or not all(_is_declared(networks, name) for name in names):
        return problems
    problems = list(_interface_problems(networks, names, facts, host))
    if problems:
        return problems
    sources = [*_subnets(networks[management_network]), *management_sources]
    return list(
        _lockout_problems(connection, networks[management_network]["interface"], sources, management_ports, facts, host)
    )


def _is_declared(networks: Mapping[str, t.Any], name: str) -> bool:
    """Whether NETWORKS has all that is needed of the one with NAME. The check of the input says what is wrong."""
    network = networks.get(name)
    return isinstance(network, Mapping) and bool(network.get("interface") and _subnets(network))


def _shape_problems(ports: Mapping[str, t.Any]) -> Iterator[str]:
    for name, values in ports.items():
        if name not in SERVICES:
            choices = ", ".join(SERVICES)
            yield f"ha_firewall_ports has {name}, which is no service; choose one of {choices}."
        elif isinstance(values, str) or not isinstance(values, Sequence):
            yield f"ha_firewall_ports.{name} is {values!r}; write a list of ports, such as [{values}]."


def _port_problems(ports: Mapping[str, Sequence[str | int]]) -> Iterator[str]:
    for variable, values in ports.items():
        for value in values:
            if _port_range(value) is None:
                yield f"{variable} has {value!r}, which is no port; write 1 to 65535 or 8000:8010."


def _source_problems(sources: Sequence[str]) -> Iterator[str]:
    for source in sources:
        try:
            ipaddress.ip_network(source)
        except ValueError:
            yield (f"ha_management_sources has {source!r}, which is no subnet; write it like 192.0.2.0/24.")


def _rule_problems(rules: Sequence[str]) -> Iterator[str]:
    for rule in rules:
        if not _RULE.fullmatch(rule):
            yield (
                f"ha_firewall_rules has {rule!r}, which is no rule; "
                "write it like '-A INPUT -p tcp --dport 9100 -j ACCEPT'."
            )


def _interface_problems(
    networks: Mapping[str, t.Any], names: Sequence[str], facts: Mapping[str, t.Any], host: str
) -> Iterator[str]:
    present = facts.get("interfaces")
    for name in dict.fromkeys(names):
        interface = networks[name]["interface"]
        if present and interface not in present:
            choices = ", ".join(sorted(present))
            yield f"ha_networks.{name}.interface of host {host} is {interface}, which it lacks; it has {choices}."


def _lockout_problems(
    connection: str,
    interface: str,
    sources: Sequence[str],
    ports: Sequence[str | int],
    facts: Mapping[str, t.Any],
    host: str,
) -> Iterator[str]:
    parties = _parse_connection(connection)
    if parties is None:
        return
    client, server, port = parties
    arrives_at = _interface_of(server, facts)
    source_allowed = any(client in ipaddress.ip_network(source) for source in sources)
    port_allowed = any(low <= port <= high for low, high in filter(None, map(_port_range, ports)))
    if source_allowed and port_allowed and arrives_at in (interface, None):
        return
    where = f" on {arrives_at}" if arrives_at else ""
    wanted = f"port {', '.join(map(str, ports))} on {interface} from {', '.join(sources)}"
    yield (
        f"The rules for host {host} would lock Ansible out: it comes from {client} to {server} port {port}{where}, "
        f"and they let in {wanted}. Let ansible_host be an address on the management network, or add {client} to "
        "ha_management_sources, or correct ha_networks or ha_management_network or "
        "ha_management_ports. If ha_firewall_rules let it in, set ha_firewall_lockout_check: false."
    )


Address = t.Union[ipaddress.IPv4Address, ipaddress.IPv6Address]


def _parse_connection(connection: str) -> tuple[Address, Address, int] | None:
    try:
        client, _client_port, server, port = connection.split()
        return _address(client), _address(server), int(port)
    except ValueError:  # not over SSH, or not over TCP
        return None


def _address(text: str) -> Address:
    address = ipaddress.ip_address(text.split("%")[0])
    return getattr(address, "ipv4_mapped", None) or address


def _interface_of(address: Address, facts: Mapping[str, t.Any]) -> str | None:
    for interface in facts.get("interfaces") or ():
        details = facts.get(interface.replace("-", "_")) or {}
        entries = [details.get("ipv4") or {}, *details.get("ipv4_secondaries", ()), *details.get("ipv6", ())]
        if any(entry.get("address") == str(address) for entry in entries):
            return str(interface)
    return None


def _port_range(value: str | int) -> tuple[int, int] | None:
    low, _colon, high = str(value).partition(":")
    if not low.isdecimal() or not (high or low).isdecimal():
        return None
    limits = int(low), int(high or low)
    return limits if 1 <= limits[0] <= limits[1] <= 65535 else None


def _subnets(network: Mapping[str, t.Any]) -> list[str]:
    return [str(network[key]) for key in ("subnet", "subnet6") if network.get(key)]


class FilterModule:
    """Make the filter known to Ansible."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        return {"firewall_problems": firewall_problems}
