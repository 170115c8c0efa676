# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn the nodes of a cluster into what the module pcs_cluster takes."""

from __future__ import annotations

import typing as t

DOCUMENTATION = r"""
name: internal_cluster_link_nodes
short_description: List the nodes of a cluster with their addresses on the links
version_added: 1.0.0
description:
  - "Internal: a step of the role cluster. It may change in any release."
  - Turns a mapping of node name to a mapping of network name to address into what
    M(quorate.ha_cluster.pcs_cluster) takes as O(quorate.ha_cluster.pcs_cluster#module:nodes).
positional: links
options:
  _input:
    description: Node name to mapping of network name to address, as P(quorate.ha_cluster.node_addresses#filter) has it.
    type: dict
    required: true
  links:
    description: The networks that the links use, in their order.
    type: list
    elements: str
    required: true
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Show the nodes' addresses on two links
  ansible.builtin.debug:
    msg: "{{ nodes | quorate.ha_cluster.internal_cluster_link_nodes(['cluster', 'management']) }}"
  vars:
    nodes: "{{ ha_nodes | quorate.ha_cluster.node_addresses }}"
"""

RETURN = r"""
_value:
  description: The nodes, each with C(name) and C(addresses).
  type: list
  elements: dict
"""


def cluster_link_nodes(nodes: t.Mapping[str, t.Mapping[str, str]], links: t.Sequence[str]) -> list[dict[str, t.Any]]:
    """Each of NODES with its addresses on LINKS."""
    return [{"name": name, "addresses": [str(addresses[link]) for link in links]} for name, addresses in nodes.items()]


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"internal_cluster_link_nodes": cluster_link_nodes}
