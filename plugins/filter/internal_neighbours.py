# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List the nodes of other clusters that share a hypervisor."""

from __future__ import annotations

import typing as t

from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.shared_hosts import neighbours
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._host_variables import HostVariables

DOCUMENTATION = r"""
name: internal_neighbours
short_description: List the nodes of other clusters that share a hypervisor
version_added: 1.0.0
description:
  - "Internal: a step of the role authkey. It may change in any release."
positional: hostvars, host
options:
  _input:
    description: The nodes of all clusters of the inventory.
    type: list
    elements: str
    required: true
  hostvars:
    description: The variables of all hosts.
    type: dict
    required: true
  host:
    description: A node of the cluster whose neighbours are asked for.
    type: str
    required: true
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Tell who else has the key of the hypervisor
  ansible.builtin.debug:
    msg: "{{ groups['cluster'] | quorate.ha_cluster.internal_neighbours(hostvars, inventory_hostname) }}"
"""

RETURN = r"""
_value:
  description: The names of the nodes.
  type: list
  elements: str
"""


def internal_neighbours(nodes: t.Iterable[str], hostvars: t.Mapping[str, t.Any], host: str) -> list[str]:
    """The neighbours of HOST among NODES."""
    return neighbours(host, {name: HostVariables(hostvars[name]) for name in nodes})


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"internal_neighbours": internal_neighbours}
