# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check that the nodes' addresses are in the declared networks; names are looked up in a hosts file. Pure."""

from __future__ import annotations

import ipaddress
import typing as t

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.addresses import Network
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import (
    Section,
    link_addresses,
    node_sections,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.corosync import OUTSIDE
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import Finding


def parse(text: str) -> dict[str, list[str]]:
    """Addresses by name, as /etc/hosts has them."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        address, *names = line.partition("#")[0].split() or [""]
        for name in names:
            found.setdefault(name, []).append(address)
    return found


def subnets(networks: t.Mapping[str, t.Mapping[str, t.Any]]) -> list[Network]:
    """The subnets of the declared NETWORKS."""
    texts = (network.get(key) for network in networks.values() for key in ("subnet", "subnet6"))
    return [ipaddress.ip_network(str(text), strict=False) for text in texts if text]


def lint(root: Section, hosts: str, networks: t.Mapping[str, t.Mapping[str, t.Any]]) -> list[Finding]:
    """Addresses of links that are in none of NETWORKS. Names that the hosts file does not have are left alone."""
    declared, known = subnets(networks), parse(hosts)
    if not declared:
        return []
    return [
        OUTSIDE.found(
            name,
            f"{name} has the address {address}{'' if address == text else f' ({text})'} on link {link}, which is in"
            f" none of the networks {', '.join(map(str, declared))}.",
        )
        for name, node in node_sections(root).items()
        for link, text in link_addresses(node).items()
        for address in known.get(text, [text])
        if _is_outside(address, declared)
    ]


def _is_outside(text: str, declared: t.Sequence[Network]) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not address.is_loopback and not any(address in network for network in declared)
