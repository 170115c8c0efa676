# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List the nodes that would not accept some tokens."""

from __future__ import annotations

import typing as t

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.host_auth import without_token

DOCUMENTATION = r"""
name: internal_tokenless_nodes
short_description: List the nodes whose pcsd would not accept the tokens that are known for them
version_added: 1.0.0
description:
  - "Internal: a step of the roles backup and cluster. It may change in any release."
  - Compares the tokens that C(pcs) of one host shows to the others with those that they accept, without asking C(pcsd).
positional: known, found
options:
  _input:
    description: The nodes, each with its C(name), and the C(address) and C(port) of its C(pcsd).
    type: list
    elements: dict
    required: true
  known:
    description: The tokens that are shown, as C(tokens.known) of M(quorate.ha_cluster.corosync_info) has them.
    type: dict
    required: true
  found:
    description:
      - What M(quorate.ha_cluster.corosync_info) found, by node.
      - A node of which nothing was found is taken to accept the token that is kept for it.
    type: dict
    required: true
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Find the nodes that this one has to be authenticated to
  ansible.builtin.debug:
    msg: "{{ nodes | quorate.ha_cluster.internal_tokenless_nodes(corosync.tokens.known, found) }}"
  vars:
    nodes:
      - {name: node1, address: 192.0.2.1, port: 2224}
      - {name: node2, address: 192.0.2.2, port: 2224}
    found: "{{ dict(ansible_play_hosts | zip(ansible_play_hosts | map('extract', hostvars, 'corosync'))) }}"
"""

RETURN = r"""
_value:
  description: The names of the nodes, in their order.
  type: list
  elements: str
"""


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"internal_tokenless_nodes": without_token}
