# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check service addresses: ha_cluster_ip, and the addresses of resources. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.addresses import (
    BITS,
    Address,
    address_of,
    is_alone,
    option_of,
    parse,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import text
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.shape import Problem, at_key, said
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.inventory import Inventory
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.nodes import (
    Topology,
    in_network,
    is_reserved,
    read_as,
)


def address_problems(inventory: Inventory, topology: Topology) -> Iterator[Problem]:
    of_cluster = list(of_cluster_ip(inventory, topology))
    yield from of_cluster
    said_already = parse(str(inventory.variables.get("ha_cluster_ip"))) if of_cluster else None
    seen: dict[Address, str] = {}
    for place, item in inventory.objects("resources"):
        option = option_of(str(item.get("agent") or ""))
        options = {
            name: text(value).strip() for name, value in (item.get("options") or {}).items() if value is not None
        }
        if option is None or any(isinstance(value, (list, Mapping)) for value in (item.get("options") or {}).values()):
            continue
        here = at_key(at_key(place, "options"), option)
        if not options.get(option):
            if not inventory.is_elsewhere("resources", str(item.get("id"))) and not inventory.has_said(
                place, "options"
            ):
                yield Problem(at_key(place, "options"), f"it lacks '{option}', the address; add it.")
            continue
        address = parse(address_of(option, options))
        if address is None:
            yield Problem(here, f"{said(options[option])} is not an address that a machine can have; correct it.")
            continue
        if seen.setdefault(address, here) != here:
            yield Problem(here, f"{seen[address]} is {address}, too; give each its own address.")
        if address != said_already:
            yield from of_resource(topology, here, address, options)


def of_cluster_ip(inventory: Inventory, topology: Topology) -> Iterator[Problem]:
    word = inventory.variables.get("ha_cluster_ip")
    if not word or not isinstance(word, str):
        return
    address = parse(word)
    if address is None:
        yield Problem("ha_cluster_ip", f"{said(word)} is not an IP address; correct it.")
        return
    yield from own(topology, "ha_cluster_ip", address)
    network = str(inventory.variables.get("ha_public_network") or "public")
    if network in topology.networks:
        yield from in_network(topology, "ha_cluster_ip", address, network, "of the service")


def own(topology: Topology, place: str, address: Address) -> Iterator[Problem]:
    owner = topology.addresses.get(address)
    if owner is not None:
        yield Problem(place, f"{address} is the address of a node ({owner}); give the service one that no machine has.")


def of_resource(topology: Topology, place: str, address: Address, options: Mapping[str, str]) -> Iterator[Problem]:
    """Find the problems of the ADDRESS of a resource and of its interface, as far as the networks are declared."""
    yield from own(topology, place, address)
    base = place.rpartition(".")[0]
    bits = netmask_bits(options.get("cidr_netmask", ""), address)
    if options.get("cidr_netmask") and bits is None:
        text_of = f"{said(options['cidr_netmask'])} is not a netmask; write its bits, 1 to {BITS[address.version]}."
        yield Problem(f"{base}.cidr_netmask", text_of)
        return
    if not topology.subnets or is_alone(address, options):
        return
    nic = options.get("nic", "").partition(":")[0]
    found = [(name, subnet) for name, subnets in topology.subnets.items() for subnet in subnets if address in subnet]
    if not found and not all(topology.subnets.values()):
        return  # it may be in a network that could not be read
    if not found:
        interfaces = {network.get("interface") for network in topology.networks.values()}
        if nic and bits is not None and nic not in interfaces:
            return  # of a network that is not declared
        networks = ", ".join(
            f"{name} ({' and '.join(map(str, subnets))})" for name, subnets in topology.subnets.items() if subnets
        )
        yield Problem(
            place,
            f"{address} is in none of the networks {networks}. Correct it, or declare its network in ha_networks, or"
            " give the resource nic and cidr_netmask of another one.",
        )
        return
    name, subnet = found[0]
    if is_reserved(address, subnet):
        yield Problem(place, f"{address} is the network or broadcast address of {subnet}; use one in between.")
    interface = topology.networks[name].get("interface")
    if nic and interface and nic != interface:
        yield Problem(
            f"{base}.nic", f"it is {nic}, but {address} is in network {name}, whose interface is {interface}."
        )
    if bits is not None and bits != subnet.prefixlen:
        yield Problem(
            f"{base}.cidr_netmask",
            f"it is {options['cidr_netmask']}, but network {name} is {subnet}; write {subnet.prefixlen}.",
        )


def netmask_bits(word: str, address: Address) -> int | None:
    """Return the bits of a netmask, written as a number or, for IPv4, like 255.255.255.0; None if WORD is neither."""
    if word.isdigit():
        return int(word) if 1 <= int(word) <= BITS[address.version] else None
    network = read_as(ipaddress.IPv4Network, f"0.0.0.0/{word}") if word and address.version == 4 else None
    return network.prefixlen if network is not None else None
