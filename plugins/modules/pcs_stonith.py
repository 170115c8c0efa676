#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declare a fencing device."""

from __future__ import annotations

DOCUMENTATION = r"""
module: pcs_stonith
short_description: Declare a fence device (STONITH)
version_added: 1.0.0
description:
  - Creates, changes or removes one fence device.
  - All output masks passwords in the options, but shows that a password differs.
  - If a device exists with another agent, the module stops it and replaces it in one step. Its levels and constraints
    stay, but only the declared options, meta attributes and operations.
extends_documentation_fragment:
  - quorate.ha_cluster._cib
  - quorate.ha_cluster._cib_objects.stonith
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Fence virtual machines through their hypervisor
  quorate.ha_cluster.pcs_stonith:
    id: fence-nodes
    agent: fence_xvm
    options:
      pcmk_host_map: node1:248d2268-2512-4a75-8398-cafbab580529;node2:c1e36261-a86b-42f5-89f7-8bf78d936d0c
      key_file: /etc/cluster/fence_xvm.key
    operations:
      - {name: monitor, interval: 60s}

- name: Remove a fencing device
  quorate.ha_cluster.pcs_stonith:
    id: fence-old
    state: absent
"""

RETURN = r"""
commands:
  description:
    - The pcs commands that were, or in check mode would be, run on a copy of the configuration. Secrets are masked.
  returned: always
  type: list
  elements: list
  sample:
    - [pcs, stonith, create, fence-nodes, fence_xvm,
       "pcmk_host_map=node1:248d2268-2512-4a75-8398-cafbab580529;node2:c1e36261-a86b-42f5-89f7-8bf78d936d0c",
       key_file=/etc/cluster/fence_xvm.key, op, monitor, interval=60s]
transition:
  description:
    - The cluster's actions because of the change, as C(crm_simulate) predicts them from the live state.
  returned: always
  type: list
  elements: dict
  sample:
    - {action: start, resource: fence-nodes, node: node1}
notes:
  description:
    - Further information, such as that the change was predicted without pcs, or that an operator put a node into
      standby, which stays in standby.
  returned: always
  type: list
  elements: str
  sample: []
diff:
  description: The objects that differ, before and after, as YAML in the form of M(quorate.ha_cluster.pcs_cib).
  returned: always
  type: dict
  sample:
    before: ""
    after: |
      stonith:
        - id: fence-nodes
          agent: stonith:fence_xvm
          options:
            key_file: /etc/cluster/fence_xvm.key
            pcmk_host_map: "node1:248d2268-2512-4a75-8398-cafbab580529;node2:c1e36261-a86b-42f5-89f7-8bf78d936d0c"
          operations:
            - name: monitor
              interval: 60s
"""

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.module import one_of


def main() -> None:
    one_of("stonith")


if __name__ == "__main__":
    main()
