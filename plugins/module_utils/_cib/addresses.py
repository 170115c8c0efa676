# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the addresses in a CIB's resources that a cluster moves from node to node. Pure.

What IPaddr2 does with an address is in findif.sh of resource-agents.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Union

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import boolean

Address = Union[ipaddress.IPv4Address, ipaddress.IPv6Address]
Network = Union[ipaddress.IPv4Network, ipaddress.IPv6Network]

OPTIONS = {"ipaddr2": "ip", "ipaddr": "ip", "ipv6addr": "ipv6addr"}  # the option with the address, by agent
BITS = {4: 32, 6: 128}


def option_of(agent: str) -> str | None:
    """The option of AGENT that is a service address; None where it has none. pcs takes IPaddr2 alone, too."""
    standard, _colon, name = agent.lower().rpartition(":")
    return OPTIONS.get(name) if standard in ("", "ocf:heartbeat") else None


def address_of(option: str, options: Mapping[str, str]) -> str:
    """The text of the address in the OPTION among OPTIONS; empty where there is none."""
    value = options.get(option, "").strip()
    return value.partition("/")[0] if option == "ipv6addr" else value


def parse(text: str) -> Address | None:
    """The address in TEXT. One that no machine can have, such as 0.0.0.0 or a multicast address, is none."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return None if address.is_unspecified or address.is_multicast or "%" in text else address


def is_alone(address: Address, options: Mapping[str, str]) -> bool:
    """Whether ADDRESS, of a resource with OPTIONS, is meant to be in no network, such as behind a load balancer."""
    return (
        options.get("nic", "").partition(":")[0] == "lo"
        or options.get("cidr_netmask") == str(BITS[address.version])
        or boolean(options.get("lvs_support", "false")) is True
        or address.is_loopback
        or address.is_link_local
    )
