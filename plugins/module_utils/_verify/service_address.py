# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the addresses that the cluster moves from node to node. Pure."""

from __future__ import annotations

import re
import typing as t
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.addresses import (
    Address,
    Network,
    address_of,
    is_alone,
    option_of,
    parse,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.bundles import Bundle
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.placement import replicas
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.resources import Primitive
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import (
    ERROR,
    WARNING,
    Check,
    Finding,
    words,
)

INVALID = Check(
    "service-address-invalid",
    ERROR,
    "A service address is missing, or is not an IP address. The resource can't start anywhere.",
    "Set the option to a free address of the network that clients use.",
)
OWN = Check(
    "service-address-own",
    ERROR,
    "A service address is a node's own. When the resource moves, that node loses its address, or two machines have it.",
    "Use a free address that no machine has.",
)
OUTSIDE = Check(
    "service-address-outside",
    ERROR,
    "A service address is in no network of the nodes. Where its resource has both nic and cidr_netmask it can start,"
    " and this is only a warning.",
    "Correct the address; or set nic and cidr_netmask, and see that it is routed to the nodes.",
)
ABSENT = Check(
    "service-address-absent",
    ERROR,
    "No resource has the service address that the inventory names.",
    "Declare a resource of agent ocf:heartbeat:IPaddr2 with it (ha_resources), or correct ha_cluster_ip.",
)
CHECKS = (INVALID, OWN, OUTSIDE, ABSENT)

_OF_A_CLOUD = re.compile(r":(aws|aliyun|gcp|powervs)")


@dataclass(frozen=True)
class Surroundings:
    """What is known of the nodes: whose an address is, their networks, and the address that is expected."""

    owners: t.Mapping[str, str] = field(default_factory=dict)
    networks: t.Sequence[Network] = ()
    expected: str = ""


def of(item: Primitive) -> str | None:
    """The text of the address that ITEM brings; None where it is no resource of that kind."""
    option = option_of(item.agent)
    return None if option is None else address_of(option, item.options)


def of_bundle(bundle: Bundle) -> list[str]:
    """The addresses of the bundle's containers: as many as there are replicas, from the first one on."""
    first = parse(bundle.network.get("ip-range-start", ""))
    if first is None:
        return []
    room = 2**first.max_prefixlen - int(first)
    return [str(first + number) for number in range(min(replicas(bundle), room))]


def _moved_by_a_cloud(cib: Cib) -> set[str]:
    """The addresses that agents of clouds bring, whose options have many names."""
    items = (item for item in cib.primitives.values() if _OF_A_CLOUD.search(item.agent))
    values = (value for item in items for value in item.options.values())
    return {str(address) for value in values if (address := parse(value.strip().partition("/")[0]))}


def addresses(cib: Cib) -> dict[str, str]:
    """The service addresses of CIB by resource."""
    return {item.id: text for item in cib.primitives.values() if (text := of(item))}


def own_addresses(known: t.Mapping[str, t.Iterable[str]]) -> dict[str, str]:
    """The node by each of its addresses, in the form in which they are compared."""
    return {str(address): node for node, texts in known.items() for text in texts if (address := parse(text))}


def lint(root: ET.Element, cib: Cib, around: Surroundings) -> list[Finding]:
    """What is wrong with the service addresses in CIB, whose XML is ROOT."""
    found = []
    seen: set[str] = set()
    for item in cib.primitives.values():
        text = of(item)
        if text is None or (not text and _depends_on_a_rule(root, item)):
            continue
        address = parse(text)
        if address is None:
            said = f"{option_of(item.agent)} of {item.id} is '{text}'." if text else f"{item.id} has no address."
            found.append(INVALID.found(item.id, said))
            continue
        seen.add(str(address))
        owner = around.owners.get(str(address))
        if owner is not None:
            found.append(OWN.found(item.id, f"{text} of {item.id} is an address of node {owner}."))
    for bundle in cib.bundles.values():
        for one in of_bundle(bundle):
            seen.add(one)
            if one in around.owners:
                found.append(OWN.found(bundle.id, f"{one} of {bundle.id} is an address of node {around.owners[one]}."))
    expected = parse(around.expected)
    if expected is not None and str(expected) not in seen | _moved_by_a_cloud(cib):
        found.append(ABSENT.found(around.expected, f"No resource has the address {around.expected}."))
    return [*found, *outside(cib, around.networks)]


def outside(cib: Cib, networks: t.Sequence[Network]) -> list[Finding]:
    """The service addresses that are in none of NETWORKS, where these are known."""
    found = []
    for item in cib.primitives.values() if networks else ():
        address = parse(of(item) or "")
        if address is not None and _is_outside(item, address, networks):
            sure = not (item.options.get("nic") and item.options.get("cidr_netmask"))
            said = f"{address} of {item.id} is in none of the networks {words(dict.fromkeys(map(str, networks)))}."
            found.append(OUTSIDE.found(item.id, said, severity=ERROR if sure else WARNING))
    return found


def _is_outside(item: Primitive, address: Address, networks: t.Sequence[Network]) -> bool:
    """Whether ADDRESS is in none of NETWORKS. One that is alone on purpose, behind a load balancer, is not."""
    return not is_alone(address, item.options) and not any(address in network for network in networks)


def _depends_on_a_rule(root: ET.Element, item: Primitive) -> bool:
    """Whether the address stands somewhere else than in the plain options: in a set with a rule, or a shared set."""
    option = option_of(item.agent)
    element = next((one for one in root.iter("primitive") if one.get("id") == item.id), None)
    if element is None:
        return False
    sets = element.findall("instance_attributes")
    return any(one.get("id-ref") or one.find(f"nvpair[@name='{option}']") is not None for one in sets)
