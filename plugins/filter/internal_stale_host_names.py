# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the lines of /etc/hosts that give a node's name another address."""

from __future__ import annotations

import typing as t
from collections.abc import Callable

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.node_names import stale_lines

DOCUMENTATION = r"""
name: internal_stale_host_names
short_description: Find the lines of /etc/hosts that give a node's name another address
version_added: 1.0.0
description:
  - "Internal: a step of the role os_prep. It may change in any release."
  - Finds the host's own name at a loopback address, and the names of nodes at addresses that they no longer have.
  - Only these names are to go. Other names, comments, and lines about something else stay.
options:
  _input:
    description: The text of C(/etc/hosts).
    type: str
    required: true
  nodes:
    description: Node name to mapping of network name to address, as P(quorate.ha_cluster.node_addresses#filter) has it.
    type: dict
    required: true
  network:
    description: The network whose addresses the names mean.
    type: str
    required: true
  host:
    description: The node that the file is of.
    type: str
    required: true
  marker:
    description: The end of the two lines around what is left alone, as in M(ansible.builtin.blockinfile).
    type: str
    required: true
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Show what would go
  ansible.builtin.debug:
    msg: >-
      {{ text | quorate.ha_cluster.internal_stale_host_names(nodes, 'cluster', inventory_hostname, 'cluster nodes') }}
  vars:
    nodes: "{{ ha_nodes | quorate.ha_cluster.node_addresses }}"
    text: "{{ lookup('ansible.builtin.file', '/etc/hosts') }}"
"""

RETURN = r"""
_value:
  description: The lines in their order, each as C(line), and as C(left) what stays of it.
    C(replacement) is the same in the form that the option C(line) of C(ansible.builtin.lineinfile) takes with
    C(backrefs).
  type: list
  elements: dict
"""


class FilterModule:
    """Make the filter known to Ansible."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        return {"internal_stale_host_names": stale_lines}
