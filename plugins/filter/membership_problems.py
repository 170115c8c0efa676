# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find what is wrong with the declared nodes, networks and addresses of a cluster."""

from __future__ import annotations

import ipaddress
import itertools
import typing as t
from collections.abc import Callable, Collection, Iterator, Mapping

from ansible.errors import AnsibleFilterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._node_names import name_problems

DOCUMENTATION = r"""
name: membership_problems
short_description: Find what is wrong with the nodes, networks and addresses of a cluster
version_added: 1.0.0
description:
  - Checks the mappings that C(ha_nodes) and C(ha_networks) hold against each other.
  - Finds addresses that are malformed, used twice, or outside of their network, nodes that lack an address, names that
    are no host names or mean something else, and networks that overlap or lack their interface or subnet.
positional: _input, networks
options:
  _input:
    description: Node name to mapping of network name to address, as P(quorate.ha_cluster.node_addresses#filter) has it.
    type: dict
    required: true
  networks:
    description:
      - Network name to mapping with the keys C(interface), C(subnet) and optionally C(subnet6), as in C(ha_networks).
        Empty when the cluster has only one.
    type: dict
    required: true
  service_address:
    description:
      - The address of the service that the cluster moves about, as in C(ha_cluster_ip). It is not checked when empty.
    type: str
    default: ""
  service_network:
    description: The network that O(service_address) must be in.
    type: str
    default: public
  groups:
    description: The names of the inventory's groups, none of which a node may have.
    type: list
    elements: str
    default: []
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Check the nodes and their addresses
  ansible.builtin.assert:
    that: problems | length == 0
    fail_msg: "{{ problems | join('\n') }}"
  vars:
    problems: "{{ nodes | quorate.ha_cluster.membership_problems(ha_networks, service_address=ha_cluster_ip) }}"
    nodes: "{{ ha_nodes | quorate.ha_cluster.node_addresses }}"
"""

RETURN = r"""
_value:
  description: One sentence for each problem, naming the variable and the node. Empty when all is well.
  type: list
  elements: str
"""

Address = t.Union[ipaddress.IPv4Address, ipaddress.IPv6Address]
Subnet = t.Union[ipaddress.IPv4Network, ipaddress.IPv6Network]


def membership_problems(
    nodes: Mapping[str, t.Any],
    networks: Mapping[str, t.Any],
    service_address: str = "",
    service_network: str = "public",
    groups: Collection[str] = (),
) -> list[str]:
    """List what is wrong with NODES, NETWORKS and SERVICE_ADDRESS, one sentence each."""
    for name, value in (("ha_nodes", nodes), ("ha_networks", networks)):
        if not isinstance(value, Mapping):
            raise AnsibleFilterError(f"{name} must be a mapping, not {type(value).__name__}")
    if not nodes:
        return ["ha_nodes is empty; name each node of the cluster."]
    subnets = {name: list(_subnets(network)) for name, network in networks.items()}
    return [
        *name_problems(nodes, groups),
        *_network_problems(networks, subnets),
        *_node_problems(nodes, subnets),
        *_duplicates(nodes),
        *_service_problems(nodes, subnets, service_address, service_network),
    ]


def _network_problems(networks: Mapping[str, t.Any], subnets: Mapping[str, list[Subnet]]) -> Iterator[str]:
    for name, network in networks.items():
        if not isinstance(network, Mapping) or not network.get("interface"):
            yield f"ha_networks.{name} lacks its interface; give it, such as interface: eth0."
        if not subnets[name]:
            yield f"ha_networks.{name}.subnet is no subnet; write it like 192.0.2.0/24."
    for (one, ones), (other, others) in itertools.combinations(subnets.items(), 2):
        for first, second in itertools.product(ones, others):
            if first.version == second.version and first.overlaps(t.cast(t.Any, second)):
                yield f"ha_networks.{one}.subnet {first} overlaps that of {other}, {second}; give each its own."


def _node_problems(nodes: Mapping[str, t.Any], subnets: Mapping[str, list[Subnet]]) -> Iterator[str]:
    """What is wrong with the addresses of NODES. Those of a node of which only the name is given are not looked at."""
    for node, addresses in nodes.items():
        if not isinstance(addresses, Mapping):
            yield f"ha_nodes.{node} must be a mapping of network name to address."
            continue
        if set(map(str, addresses.values())) == {node}:
            continue
        for network in subnets:
            if network not in addresses:
                yield f"ha_nodes.{node} lacks its address on network {network}; add {network}: ADDRESS."
        for network, text in addresses.items():
            yield from _address_problems(f"ha_nodes.{node}.{network}", str(text), network, subnets)


def _address_problems(
    variable: str, text: str, network: str, subnets: Mapping[str, list[Subnet]], words: str = "of the node"
) -> Iterator[str]:
    address = _parse(ipaddress.ip_address, text)
    if address is None:
        yield f"{variable}: {text!r} is no IP address; correct it."
    elif network not in subnets:
        if not subnets:  # no network is declared, so there is none to be in
            return
        yield f"{variable}: network {network} is not in ha_networks; correct the name or declare the network."
    elif subnets[network]:
        subnet = next((subnet for subnet in subnets[network] if address in subnet), None)
        if subnet is None:
            wanted = " or ".join(map(str, subnets[network]))
            yield f"{variable}: the address {address} {words} is outside of network {network} ({wanted}); correct it."
        elif _is_reserved(address, subnet):
            yield f"{variable}: {address} is the network or broadcast address of {subnet}; use one in between."


def _duplicates(nodes: Mapping[str, t.Any]) -> Iterator[str]:
    seen: dict[Address, str] = {}
    for node, addresses in nodes.items():
        for network, text in addresses.items() if isinstance(addresses, Mapping) else ():
            address = _parse(ipaddress.ip_address, str(text))
            variable = f"ha_nodes.{node}.{network}"
            if address is not None and seen.setdefault(address, variable) != variable:
                yield f"{variable} and {seen[address]} are both {address}; give each its own address."


def _service_problems(
    nodes: Mapping[str, t.Any], subnets: Mapping[str, list[Subnet]], text: str, network: str
) -> Iterator[str]:
    if not text:
        return
    yield from _address_problems("ha_cluster_ip", str(text), network, subnets, words="of the service")
    address = _parse(ipaddress.ip_address, str(text))
    for node, addresses in nodes.items():
        for name, other in addresses.items() if isinstance(addresses, Mapping) else ():
            if address is not None and _parse(ipaddress.ip_address, str(other)) == address:
                yield f"ha_cluster_ip is {address}, which is also ha_nodes.{node}.{name}; give the service its own."


def _subnets(network: t.Any) -> Iterator[Subnet]:
    for key in ("subnet", "subnet6"):
        text = network.get(key) if isinstance(network, Mapping) else None
        subnet = _parse(ipaddress.ip_network, str(text)) if text else None
        if subnet is not None:
            yield subnet


def _is_reserved(address: Address, subnet: Subnet) -> bool:
    roomy = subnet.num_addresses > 2
    return roomy and subnet.version == 4 and address in (subnet.network_address, subnet.broadcast_address)


_T = t.TypeVar("_T")


def _parse(kind: Callable[[str], _T], text: str) -> _T | None:
    try:
        return kind(text)
    except ValueError:
        return None


class FilterModule:
    """Make the filter known to Ansible."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        return {"membership_problems": membership_problems}
