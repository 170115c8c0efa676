# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say which nodes of a cluster lack a name of their own, or an address of their own on its links."""

from __future__ import annotations

import ipaddress
import re
import typing as t

from ansible_collections.quorate.ha_cluster.plugins.module_utils._node_names import name_problems

DOCUMENTATION = r"""
name: cluster_address_problems
short_description: Find nodes without a name or an address of their own
version_added: 1.0.0
description:
  - Checks that each node has an address on each of the networks, one that corosync takes, and that no two share one.
  - Checks that no node has a name that means something else, such as an address, C(localhost) or a group.
  - Corosync takes IP addresses and names that the nodes know.
positional: networks
options:
  _input:
    description: Node name to mapping of network name to address, as P(quorate.ha_cluster.node_addresses#filter) has it.
    type: dict
    required: true
  networks:
    description: The networks that the cluster uses.
    type: list
    elements: str
    required: true
  groups:
    description: The names of the inventory's groups, none of which a node may have.
    type: list
    elements: str
    default: []
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Say what is wrong with the nodes' addresses
  ansible.builtin.debug:
    msg: "{{ ha_nodes | quorate.ha_cluster.node_addresses | quorate.ha_cluster.cluster_address_problems(['cluster']) }}"
"""

RETURN = r"""
_value:
  description: One sentence for each name that is wrong, and for each network on which addresses are wrong.
  type: list
  elements: str
"""

_HOST_NAME = re.compile(r"([A-Za-z0-9_-]+[.])*[A-Za-z][A-Za-z0-9_-]*")


def is_address(text: str) -> bool:
    """Is TEXT an IP address or a host's name?"""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return _HOST_NAME.fullmatch(text) is not None
    return True


def cluster_address_problems(
    nodes: t.Mapping[str, t.Mapping[str, str]], networks: t.Iterable[str], groups: t.Collection[str] = ()
) -> list[str]:
    """What is wrong with the names of NODES and their addresses on NETWORKS."""
    problems = list(name_problems(nodes, groups, host_names=False))
    for network in networks:
        addresses = [str(node.get(network) or "") for node in nodes.values()]
        given = [address for address in addresses if address]
        if len(set(given)) < len(nodes) or not all(map(is_address, given)):
            problems.append(
                f"ha_nodes must give each node an address of its own on network {network}, which"
                f" ha_links or ha_pcsd_network names. They are {', '.join(nodes)} with"
                f" {', '.join(given) or 'no address'}. Correct the addresses there."
            )
    return problems


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"cluster_address_problems": cluster_address_problems}
