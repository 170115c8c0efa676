# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes in for each of a cluster's services: the one table that the packet filter and verify go by. Pure."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence

from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import Section, node_sections

Ports = tuple[int, int]


class Use(t.NamedTuple):
    """What comes in for a service, of VERSION of IP only where one is given."""

    protocol: str
    ports: str = ""
    destination: str = ""
    version: str = ""


SERVICES: dict[str, list[Use]] = {
    "pcsd": [Use("tcp", "2224")],
    "corosync": [Use("udp", "5404:5412")],
    "pacemaker_remote": [Use("tcp", "3121")],
    "qnetd": [Use("tcp", "5403")],
    "booth": [Use("tcp", "9929"), Use("udp", "9929")],
    "dlm": [Use("tcp", "21064")],
    # fence_virtd connects back to the node that asks.
    "fence_xvm": [Use("tcp", "1229")],
    # The side that is asked, by multicast.
    "fence_virtd_multicast": [Use("udp", "1229", "225.0.0.12/32", "ipv4"), Use("igmp", version="ipv4")],
}
COROSYNC = (5404, 5412)


def uses(service: str, ports: Mapping[str, Sequence[t.Any]]) -> list[Use]:
    """What comes in for SERVICE, by other PORTS than the usual ones where some are given."""
    given = [str(port) for port in ports.get(service) or ()]
    return [
        use._replace(ports=port) if use.ports else use
        for use in SERVICES[service]
        for port in (given if given and use.ports else [use.ports])
    ]


def port_range(text: str) -> Ports:
    """The first and the last port of a range as iptables has it."""
    low, _colon, high = text.partition(":")
    return int(low), int(high or low)


def ports_of(service: str, ports: Mapping[str, Sequence[t.Any]]) -> list[tuple[str, int, int]]:
    """Protocol, first and last port of what comes in for SERVICE."""
    return [(use.protocol, *port_range(use.ports)) for use in uses(service, ports) if use.ports]


def link_ports(mcastport: int, transport: str) -> str:
    """The ports of a link with its own MCASTPORT. Other transports than knet use the one below as well.
    Source: corosync.conf(5)."""
    return str(mcastport) if transport == "knet" else f"{mcastport - 1}:{mcastport}"


def corosync_ports(root: Section | None) -> list[str]:
    """The ports that the links of a corosync.conf use: their own, or the usual ones."""
    usual = SERVICES["corosync"][0].ports
    if root is None:
        return [usual]
    totem = root.child("totem")
    transport = totem.get("transport", "knet")
    own = {
        interface.get("linknumber", "0"): interface.get("mcastport")
        for interface in totem.children("interface")
        if interface.get("mcastport").isdigit()
    }
    addresses = {key for node in node_sections(root).values() for key, _value in node.attributes}
    links = {key[len("ring") : -len("_addr")] for key in addresses if key.startswith("ring") and key.endswith("_addr")}
    found = sorted(link_ports(int(port), transport) for port in own.values())
    return found if own and links <= own.keys() else [usual, *found]
