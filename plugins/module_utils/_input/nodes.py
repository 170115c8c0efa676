# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the nodes and networks of an inventory against each other and against its hosts and groups. Pure."""

from __future__ import annotations

import ipaddress
import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, Union

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.addresses import Address
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.shape import (
    Problem,
    Reader,
    a_shape,
    instead,
    nearest,
    said,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.node_names import (
    addresses_by_node,
    name_problems,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.inventory import Around

Subnet = Union[ipaddress.IPv4Network, ipaddress.IPv6Network]
T = TypeVar("T")

NETWORK = {"type": "dict", "options": {name: {"type": "str"} for name in ("interface", "subnet", "subnet6")}}
HOST_NAME = re.compile(r"([A-Za-z0-9_-]+[.])*[A-Za-z][A-Za-z0-9_-]*")
UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
MAX_LINKS, MAX_NODES = 8, 32
# Lists of nodes that may be one string, as on the command line. The roles report wrong names in them.
NAMED = ("ha_leaving_nodes", "ha_replaced_nodes", "ha_maintenance_nodes", "ha_destroy_missing_nodes")
# Roles that use the addresses of the nodes.
ADDRESSED = frozenset(("os_prep", "cluster", "iptables"))


@dataclass
class Topology:
    """The nodes with their addresses by network, or None if ha_nodes could not be read; and the networks."""

    nodes: dict[str, dict[str, Any]] | None = None
    networks: dict[str, dict[str, Any]] = field(default_factory=dict)
    subnets: dict[str, list[Subnet]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def names(self) -> frozenset[str] | None:
        return None if self.nodes is None else frozenset(self.nodes)

    @property
    def addresses(self) -> dict[Address, str]:
        """Return each address of a node, with its place."""
        found: dict[Address, str] = {}
        for node, addresses in (self.nodes or {}).items():
            for network, word in addresses.items():
                address = read_as(ipaddress.ip_address, str(word))
                if address is not None:
                    found.setdefault(address, f"ha_nodes.{node}.{network}")
        return found


def topology(variables: Mapping[str, Any], around: Around) -> Topology:
    """Read the nodes and networks that VARIABLES declare, and find their problems."""
    result = Topology()
    read_nodes(result, variables)
    forms = [*result.problems]
    read_networks(result, variables)
    if not around.roles or around.roles & ADDRESSED:
        for check in (node_names, node_addresses, links, firewalled):
            result.problems += check(result, variables, around)
    else:  # roles that use only the nodes' names
        result.problems = forms
    for check in (hosts_and_groups, domains, hypervisors, named_nodes):
        result.problems += check(result, variables, around)
    return result


def read_nodes(result: Topology, variables: Mapping[str, Any]) -> None:
    if variables.get("ha_nodes") is None:
        return
    links = variables.get("ha_links")
    try:
        nodes = addresses_by_node(variables["ha_nodes"], links if isinstance(links, list) and links else ["cluster"])
    except ClusterError as error:
        place, _blank, text = str(error).partition(" ")
        result.problems.append(Problem(place, f"it {text}"))
        return
    for node, addresses in nodes.items():
        for network, value in addresses.items():
            if isinstance(value, (list, Mapping)) or value is None:
                result.problems.append(Problem(f"ha_nodes.{node}.{network}", "it takes one address."))
                return
    result.nodes = nodes or None
    if not nodes:
        result.problems.append(Problem("ha_nodes", "it is empty; name each node of the cluster."))
    elif len(nodes) > MAX_NODES:
        result.problems.append(Problem("ha_nodes", f"it has {len(nodes)} nodes; corosync takes {MAX_NODES}."))


def read_networks(result: Topology, variables: Mapping[str, Any]) -> None:
    networks = variables.get("ha_networks")
    if not isinstance(networks, Mapping):
        return  # reported with the types of all variables
    for name, network in networks.items():
        place = f"ha_networks.{name}"
        reader = Reader(strict=True)
        read = reader.value(NETWORK, network, place)
        result.problems += reader.problems
        result.networks[str(name)] = read or {}
        result.subnets[str(name)] = []
        if read is None:
            continue
        if not read.get("interface"):
            result.problems.append(Problem(place, "it lacks its interface; give it, such as interface: eth0."))
        if not read.get("subnet") and not read.get("subnet6"):
            result.problems.append(Problem(place, "it lacks its subnet; write it like 192.0.2.0/24."))
        for key in ("subnet", "subnet6"):
            result.problems += read_subnet(result.subnets[str(name)], f"{place}.{key}", read.get(key))
    for (one, ones), (other, others) in itertools.combinations(result.subnets.items(), 2):
        for first, second in itertools.product(ones, others):
            if first.version == second.version and first.overlaps(second):
                text = f"{first} overlaps that of {other}, {second}; give each its own."
                result.problems.append(Problem(f"ha_networks.{one}.subnet", text))


def read_subnet(subnets: list[Subnet], place: str, word: str | None) -> Iterator[Problem]:
    if not word:
        return
    subnet = read_as(ipaddress.ip_network, word)
    if subnet is None:
        wider = read_as(lambda text: ipaddress.ip_network(text, strict=False), word)
        yield Problem(
            place,
            f"{said(word)} is not a subnet; {f'did you mean {wider}?' if wider else 'write it like 192.0.2.0/24.'}",
        )
    else:
        subnets.append(subnet)


# --- hosts of the inventory ------------------------------------------------------------------------------------------


def hosts_and_groups(topology: Topology, variables: Mapping[str, Any], around: Around) -> Iterator[Problem]:
    """Find nodes that are not hosts, and hosts that are not nodes."""
    nodes = topology.nodes
    if nodes is None:
        return
    cluster = around.groups.get("cluster") or ()
    if around.hosts and (around.is_site or "os_prep" in around.roles):
        for node in nodes:
            if node not in around.hosts:
                near = nearest(node, [host for host in around.hosts if host not in nodes])
                meant = (
                    f"did you mean '{near}'?" if near else "a node has the same name in both, so correct one of them."
                )
                yield Problem(f"ha_nodes.{node}", f"there is no host '{node}' in the inventory; {meant}")
            elif around.is_site and cluster and node not in cluster:
                text = "the host is not in the group 'cluster' of the inventory; add it there."
                yield Problem(f"ha_nodes.{node}", text)
    if around.is_site and around.host in cluster and around.host not in nodes:
        text = f"it lacks {around.host}, which is in the group 'cluster' of the inventory; add it, or remove it there."
        yield Problem("ha_nodes", text)


def node_names(topology: Topology, variables: Mapping[str, Any], around: Around) -> Iterator[Problem]:
    """Find names that nodes can't have."""
    for text in name_problems(topology.nodes or (), around.groups, host_names="os_prep" in around.roles):
        place, _colon, rest = text.partition(": ")
        yield Problem(place, rest)


def named_nodes(topology: Topology, variables: Mapping[str, Any], around: Around) -> Iterator[Problem]:
    """Check lists of nodes that may come from the command line as one string."""
    for name in NAMED:
        value = variables.get(name)
        if not isinstance(value, (str, list, type(None))):
            yield Problem(name, f"it is {a_shape(value)}; name nodes in a list, or with commas between them.")
            continue
        for each in value or ():
            if not isinstance(each, str):
                yield Problem(name, f"it lists {a_shape(each)}, which is not the name of a node; correct it.")


def hypervisors(topology: Topology, variables: Mapping[str, Any], around: Around) -> Iterator[Problem]:
    hosts = variables.get("ha_hypervisors")
    if not isinstance(hosts, (list, tuple)) or not {"authkey", "fence_virt", "backup"}.intersection(around.roles):
        return
    for index, host in enumerate(hosts):
        place = f"ha_hypervisors[{index}]"
        group = around.groups.get("hypervisors") or ()
        if topology.nodes and host in topology.nodes:
            yield Problem(place, f"{said(host)} is a node of ha_nodes; a node can't hold its own power switch.")
        elif around.is_site and host not in around.hosts:
            near = nearest(str(host), around.hosts)
            meant = f"did you mean '{near}'?" if near else "add it, or remove it here."
            yield Problem(place, f"there is no host {said(host)} in the inventory; {meant}")
        elif around.is_site and "fence_virt" in around.roles and host not in group:
            yield Problem(place, f"{said(host)} is not in the group 'hypervisors' of the inventory; add it there.")


# --- addresses -------------------------------------------------------------------------------------------------------


def node_addresses(topology: Topology, variables: Mapping[str, Any], around: Around) -> Iterator[Problem]:
    """Find missing, malformed and duplicate addresses, and those in the wrong network. A bare node name has none to
    check."""
    seen: dict[Address, str] = {}
    may_be_name = "os_prep" not in around.roles  # which writes them into /etc/hosts
    for node, addresses in (topology.nodes or {}).items():
        if {*map(str, addresses.values())} == {node}:
            continue
        for network in topology.networks:
            if network not in addresses:
                yield Problem(f"ha_nodes.{node}", f"it lacks its address on network {network}; add {network}: ADDRESS.")
        for network, value in addresses.items():
            place, word = f"ha_nodes.{node}.{network}", str(value)
            address = read_as(ipaddress.ip_address, word)
            if address is not None and seen.setdefault(address, place) != place:
                yield Problem(place, f"{seen[address]} is {address}, too; give each its own address.")
            if topology.networks and network not in topology.networks:
                meant = instead(str(network), topology.networks, "there are")
                yield Problem(place, f"there is no network '{network}' in ha_networks{meant}")
            elif address is None and (network in topology.networks or not may_be_name or not HOST_NAME.fullmatch(word)):
                yield Problem(place, f"{said(word)} is not an IP address; correct it.")
            elif address is not None:
                yield from in_network(topology, place, address, str(network), "of the node")


def in_network(topology: Topology, place: str, address: Address, network: str, whose: str) -> Iterator[Problem]:
    """Check that ADDRESS at PLACE is in NETWORK."""
    subnets = topology.subnets.get(network) or []
    subnet = next((each for each in subnets if address in each), None)
    if subnets and subnet is None:
        wanted = " or ".join(map(str, subnets))
        yield Problem(place, f"the address {address} {whose} is outside of network {network} ({wanted}); correct it.")
    elif subnet is not None and is_reserved(address, subnet):
        yield Problem(place, f"{address} is the network or broadcast address of {subnet}; use one in between.")


def links(topology: Topology, variables: Mapping[str, Any], around: Around) -> Iterator[Problem]:
    """Find undeclared networks in variables, and nodes that have no address on a link."""
    names = variables.get("ha_links")
    names = names if isinstance(names, (list, tuple)) else []
    if isinstance(variables.get("ha_links"), (list, tuple)) and not 1 <= len(names) <= MAX_LINKS:
        yield Problem("ha_links", f"it has {len(names)} networks; list one to {MAX_LINKS}.")
    for index, name in enumerate(names):
        place = f"ha_links[{index}]"
        if name in names[:index]:
            yield Problem(place, f"{said(name)} is listed twice; list each network once.")
        else:
            yield from network_name(topology, place, str(name), needs_address=True)
    transport = variables.get("ha_transport")
    if transport in ("udp", "udpu") and len(names) > 1:
        yield Problem(
            "ha_links", f"it has {len(names)} networks, and transport {transport} one link; use knet, or one network."
        )
    for variable, roles in USED_BY.items():
        name = variables.get(variable)
        if isinstance(name, str) and roles.intersection(around.roles) and name not in names:
            yield from network_name(topology, variable, name, needs_address="iptables" not in roles)
    options = variables.get("ha_link_options")
    for name in options if isinstance(options, Mapping) and names else ():
        if name not in names:
            yield Problem(
                f"ha_link_options.{name}",
                f"'{name}' is none of ha_links{instead(str(name), map(str, names), 'they are')}",
            )


# Variables that name a network, and the roles that use them.
USED_BY: Mapping[str, frozenset[str]] = {
    "ha_pcsd_network": frozenset(("cluster", "backup")),
    "ha_hosts_network": frozenset(("os_prep",)),
    "ha_public_network": frozenset(("iptables",)),
    "ha_management_network": frozenset(("iptables",)),
}


def network_name(topology: Topology, place: str, name: str, *, needs_address: bool) -> Iterator[Problem]:
    """Check that NAME at PLACE is the name of a network on which the nodes have addresses."""
    if topology.networks:
        if name not in topology.networks:
            yield Problem(
                place, f"there is no network '{name}' in ha_networks{instead(name, topology.networks, 'there are')}"
            )
        return
    if not needs_address or topology.nodes is None:
        return
    lacking = [node for node, addresses in topology.nodes.items() if name not in addresses]
    there = list(dict.fromkeys(str(network) for addresses in topology.nodes.values() for network in addresses))
    if lacking and name not in there:
        yield Problem(
            place, f"no node of ha_nodes has an address on network '{name}'{instead(name, there, 'they have')}"
        )
    elif lacking:
        yield Problem(
            f"ha_nodes.{lacking[0]}",
            f"it lacks its address on network {name}, which {place} names; add {name}: ADDRESS.",
        )


def firewalled(topology: Topology, variables: Mapping[str, Any], around: Around) -> Iterator[Problem]:
    if "iptables" in around.roles and not topology.networks and isinstance(variables.get("ha_networks", {}), Mapping):
        names = [*(variables.get("ha_links") or ()), *(variables.get(name) for name in USED_BY)]
        used = ", ".join(dict.fromkeys(str(name) for name in names if name))
        yield Problem(
            "ha_networks",
            f"it is empty, and role iptables opens ports by network. Declare {used}, each with interface and subnet, or"
            " leave iptables out of ha_roles.",
        )


def domains(topology: Topology, variables: Mapping[str, Any], around: Around) -> Iterator[Problem]:
    """Check the domains of the nodes, for role fence_virt."""
    given = variables.get("ha_fence_virt_domains")
    if topology.nodes is None or "fence_virt" not in around.roles or not isinstance(given, Mapping):
        return
    lacking = [node for node in topology.nodes if node not in given]
    if lacking:
        yield Problem(
            "ha_fence_virt_domains",
            f"it has no domain for {', '.join(lacking)}; add the UUID that `virsh domuuid` prints.",
        )
    seen: dict[str, str] = {}
    for node, domain in given.items():
        place, word = f"ha_fence_virt_domains.{node}", str(domain)
        if not UUID.fullmatch(word):
            yield Problem(
                place, f"{said(word)} is not a UUID; use the UUID that `virsh domuuid` prints on the hypervisor."
            )
        elif seen.setdefault(word.lower(), node) != node:
            yield Problem(
                place, f"node {seen[word.lower()]} has the same domain, and would be fenced for it; give each its own."
            )


def is_reserved(address: Address, subnet: Subnet) -> bool:
    roomy = subnet.num_addresses > 2
    return roomy and subnet.version == 4 and address in (subnet.network_address, subnet.broadcast_address)


def read_as(kind: Callable[[str], T], text: str) -> T | None:
    try:
        return kind(text)
    except ValueError:
        return None
