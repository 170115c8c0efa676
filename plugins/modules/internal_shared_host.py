#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: internal_shared_host
short_description: Set the variables of the clusters that a hypervisor serves
version_added: 1.0.0
description:
  - "Internal: a step of the playbooks. It may change in any release."
  - If an inventory has several clusters, each with its own variables, a hypervisor has none of them. It gets those
    of the first cluster that names it in C(ha_hypervisors), and the others as further groups in
    C(ha_fence_virt_groups).
  - Sets nothing on a host that has C(ha_nodes) itself.
options:
  roles:
    description: The roles whose variables the host needs.
    type: list
    elements: str
    required: true
  leave_out:
    description: Groups for a host that serves no cluster in the play, so that later plays leave it out.
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - quorate.ha_cluster._attributes.read_only
  - quorate.ha_cluster._attributes.controller
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Take the variables of the clusters
  quorate.ha_cluster.internal_shared_host:
    roles: [authkey, fence_virt]
"""

RETURN = r"""
serves:
  description: Whether the host serves a cluster in the play, or has C(ha_nodes) itself.
  returned: always
  type: bool
add_host:
  description: The variables that the host now has, in the form of M(ansible.builtin.add_host).
  returned: when the host has no C(ha_nodes) and serves a cluster
  type: dict
"""
