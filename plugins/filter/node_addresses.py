# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the nodes of a cluster in whichever form they are written."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Sequence

from ansible.errors import AnsibleFilterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.node_names import addresses_by_node
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

DOCUMENTATION = r"""
name: node_addresses
short_description: List the nodes of a cluster with their addresses by network
version_added: 1.0.0
description:
  - Reads C(ha_nodes), which is a list of names, or a mapping of name to address, or of name to a mapping of network to
    address.
  - For a name without an address, returns the name as the address.
positional: links
options:
  _input:
    description: The nodes, as in C(ha_nodes).
    type: raw
    required: true
  links:
    description: The networks that corosync uses. An address without a network belongs to the first one.
    type: list
    elements: str
    default: [cluster]
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Show the nodes' addresses
  ansible.builtin.debug:
    msg: "{{ ['web1', 'web2'] | quorate.ha_cluster.node_addresses }}" # web1: {cluster: web1}, web2: {cluster: web2}
"""

RETURN = r"""
_value:
  description: Node name to mapping of network name to address.
  type: dict
"""


def node_addresses(nodes: t.Any, links: Sequence[str] = ("cluster",)) -> dict[str, dict[str, str]]:
    """Each of NODES with its addresses by network."""
    try:
        return addresses_by_node(nodes, links)
    except ClusterError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """Make the filter known to Ansible."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        return {"node_addresses": node_addresses}
