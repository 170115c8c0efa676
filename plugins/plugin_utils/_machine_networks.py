# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The networks of machines, from the facts that ansible.builtin.setup gathers. Pure."""

from __future__ import annotations

import ipaddress
import typing as t
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Facts = Mapping[str, t.Any]
Address = t.Union[ipaddress.IPv4Address, ipaddress.IPv6Address]
Network = t.Union[ipaddress.IPv4Network, ipaddress.IPv6Network]


@dataclass(frozen=True)
class Place:
    """An address of a machine: the interface that has it, and its network."""

    interface: str
    address: Address
    network: Network


def to_address(word: t.Any) -> Address | None:
    """The address that WORD is; None if it is none."""
    try:
        return ipaddress.ip_address(str(word))
    except ValueError:
        return None


def places(facts: Facts) -> list[Place]:
    """The addresses of the machine with these FACTS, without those of loopback and link-local ones."""
    found = []
    for interface in facts.values():
        if not isinstance(interface, Mapping) or "device" not in interface:
            continue
        for address, prefix in addresses_of(interface):
            with_prefix = ipaddress.ip_interface(f"{address}/{prefix}")
            if not (with_prefix.ip.is_loopback or with_prefix.ip.is_link_local):
                found.append(Place(str(interface["device"]), with_prefix.ip, with_prefix.network))
    return found


def addresses_of(interface: Facts) -> Iterator[tuple[str, str]]:
    """The addresses of an INTERFACE, as facts describe it, each with its netmask or prefix."""
    first = interface.get("ipv4") or {}
    for entry in (first, *(interface.get("ipv4_secondaries") or ())):
        if entry.get("address") and entry.get("netmask"):
            yield entry["address"], entry["netmask"]
    for entry in interface.get("ipv6") or ():
        if entry.get("address") and entry.get("prefix"):
            yield entry["address"], entry["prefix"]


def reached_address(facts: Facts, known: str = "") -> Address | None:
    """The address for the cluster of the machine with these FACTS.

    That is the KNOWN one if the machine has it; else the one at which SSH has reached the machine (SSH_CONNECTION, see
    ssh(1)); else the one of the default route.
    """
    own = {place.address for place in places(facts)}
    connection = str((facts.get("env") or {}).get("SSH_CONNECTION") or "").split()
    candidates = (
        known,
        connection[2] if len(connection) == 4 else "",
        *((facts.get(name) or {}).get("address") for name in ("default_ipv4", "default_ipv6")),
    )
    return next((address for address in map(to_address, candidates) if address in own), None)


def place_of(facts: Facts, address: Address | None) -> Place | None:
    """The place of ADDRESS on the machine with these FACTS."""
    return next((place for place in places(facts) if place.address == address), None)


def place_in(facts: Facts, network: Network) -> Place | None:
    """The first place of the machine with these FACTS in NETWORK."""
    return next((place for place in places(facts) if place.network == network), None)


def addresses_together(machines: Sequence[Facts], known: Sequence[str]) -> list[Address | None]:
    """The address for the cluster of each of MACHINES. Machines without a KNOWN address take one in the network of
    another machine if they have it."""
    reached = [reached_address(facts, word) for facts, word in zip(machines, known)]
    fixed = [address is not None and address == to_address(word) for address, word in zip(reached, known)]
    own = [place_of(facts, address) for facts, address in zip(machines, reached)]
    for _is_free, place in sorted(zip((not each for each in fixed), own), key=lambda each: each[0]):
        if place is None:
            continue
        found = [
            mine if is_fixed else place_in(facts, place.network) for facts, mine, is_fixed in zip(machines, own, fixed)
        ]
        if all(each is not None and each.network == place.network for each in found):
            return [each.address if each else None for each in found]
    return reached


def network_around(machines: Sequence[Facts], address: Address) -> list[Place]:
    """The place of each of MACHINES in the network that ADDRESS is in; empty if they have no such network in common."""
    networks = {place.network for facts in machines for place in places(facts) if address in place.network}
    for network in sorted(networks, key=lambda each: -each.prefixlen):
        found = [place_in(facts, network) for facts in machines]
        if None not in found:
            return [place for place in found if place is not None]
    return []
