# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check that a declared filter fits a host: its interfaces, and the SSH connection that Ansible uses. Pure."""

from __future__ import annotations

import ipaddress
import typing as t
from collections.abc import Collection, Mapping

from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.rules import Filter, Opening, openings

Address = t.Union[ipaddress.IPv4Address, ipaddress.IPv6Address]
Interfaces = Mapping[str, Collection[str]]  # the addresses of each interface


class Connection(t.NamedTuple):
    """A TCP connection to a host: from CLIENT, to the host's address SERVER and PORT."""

    client: Address
    server: Address
    port: int


def parse_connection(text: str) -> Connection | None:
    """The connection that the environment variable SSH_CONNECTION tells of. None where it is not by TCP."""
    try:
        client, _client_port, server, port = text.split()
        return Connection(_address(client), _address(server), int(port))
    except ValueError:
        return None


def _address(text: str) -> Address:
    address = ipaddress.ip_address(text.split("%")[0])
    return getattr(address, "ipv4_mapped", None) or address


def absent_interfaces(wanted: Filter, present: Collection[str]) -> dict[str, str]:
    """By network that the filter uses, its interface where that is not PRESENT."""
    used = dict.fromkeys(name for access in wanted.accept for name in access.networks)
    interfaces = {name: wanted.networks[name].interface for name in used}
    return {name: interface for name, interface in interfaces.items() if interface not in present}


def interface_of(address: Address, interfaces: Interfaces) -> str:
    """The interface that has ADDRESS; empty where none has."""
    return next((name for name, addresses in interfaces.items() if str(address) in addresses), "")


def why_locked_out(wanted: Filter, connection: Connection, interfaces: Interfaces) -> str:
    """Why the filter would not let CONNECTION in; empty where it would. Rules in `extra` don't count."""
    arrives_at = interface_of(connection.server, interfaces)
    candidates = [*openings(wanted, f"ipv{connection.client.version}")]
    if any(_admits(opening, connection, arrives_at) for opening in candidates):
        return ""
    where = f" on {arrives_at}" if arrives_at else ""
    tcp = [opening for opening in candidates if opening.use.protocol == "tcp" and opening.use.ports]
    on_port = [opening for opening in tcp if opening.use.ports and opening.use.ports.holds(connection.port)]
    allowed = "; ".join(dict.fromkeys(map(_in_words, on_port))) or "no address"
    return (
        f"The rules would lock Ansible out: it comes from {connection.client} to {connection.server} port"
        f" {connection.port}{where}. To port {connection.port} they let in {allowed}."
    )


def _admits(opening: Opening, connection: Connection, arrives_at: str) -> bool:
    ports = opening.use.ports
    return (
        opening.use.protocol == "tcp"
        and ports is not None
        and ports.holds(connection.port)
        and arrives_at in ("", opening.interface)
        and (not opening.source or connection.client in ipaddress.ip_network(opening.source))
    )


def _in_words(opening: Opening) -> str:
    return f"{opening.source or 'any address'} on {opening.interface}"
