# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the nodes to which a node's pcs has yet to be authenticated."""

from __future__ import annotations

import typing as t

DOCUMENTATION = r"""
name: pcsd_strangers
short_description: List the nodes to which a node's pcs has yet to be authenticated
version_added: 1.0.0
description:
  - Compares the tokens that C(pcs) of a node shows to others with those that they accept, without asking C(pcsd).
  - A node of which nothing was found is taken to accept the token that is kept for it.
positional: found, node
options:
  _input:
    description: The nodes and where their C(pcsd) is reached, as M(quorate.ha_cluster.pcs_host_auth) takes them.
    type: list
    elements: dict
    required: true
  found:
    description: By node, what M(quorate.ha_cluster.corosync_info) has found on it.
    type: dict
    required: true
  node:
    description: The node whose C(pcs) is meant.
    type: str
    required: true
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Say where pcs of this node is not let in
  ansible.builtin.debug:
    msg: "{{ pcsd_nodes | quorate.ha_cluster.pcsd_strangers(found, inventory_hostname) }}"
  vars:
    pcsd_nodes:
      - {name: node1, address: 192.0.2.1, port: 2224}
      - {name: node2, address: 192.0.2.2, port: 2224}
    found: "{{ dict(ansible_play_hosts | zip(ansible_play_hosts | map('extract', hostvars, 'corosync'))) }}"
"""

RETURN = r"""
_value:
  description: The names of the nodes.
  type: list
  elements: str
"""

Entry = t.Mapping[str, t.Any]


def is_let_in(known: Entry | None, host: Entry, other: Entry | None) -> bool:
    """Is the token KNOWN for HOST one that it accepts, by what was found there (OTHER)?"""
    if known is None or (known["address"], int(known["port"])) != (host["address"], int(host["port"])):
        return False
    return other is None or known["sha256"] in other["tokens"]["accepted"]


def pcsd_strangers(nodes: t.Iterable[Entry], found: t.Mapping[str, Entry], node: str) -> list[str]:
    """Those of NODES that, by what was FOUND on each, don't accept what pcs of NODE shows them."""
    known = found[node]["tokens"]["known"]
    return [host["name"] for host in nodes if not is_let_in(known.get(host["name"]), host, found.get(host["name"]))]


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"pcsd_strangers": pcsd_strangers}
