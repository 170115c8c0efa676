#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declare standby, maintenance, attributes and utilization of a node."""

from __future__ import annotations

DOCUMENTATION = r"""
module: pcs_node
short_description: Declare standby, maintenance, attributes and utilization of a node
version_added: 1.0.0
description:
  - Sets or ends standby and maintenance mode of a node, and changes its permanent attributes and its utilization.
  - Does not change undeclared settings. So a node that an operator put into standby stays in standby unless you set
    O(standby). M(quorate.ha_cluster.cluster_info) returns it.
  - Does not add nodes to a cluster or remove them, see M(quorate.ha_cluster.pcs_cluster). You can declare a node of
    Pacemaker Remote as soon as the cluster knows it.
extends_documentation_fragment:
  - quorate.ha_cluster._cib
  - quorate.ha_cluster._cib_objects.nodes
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Take a node out of service
  quorate.ha_cluster.pcs_node:
    name: node1
    standby: true

- name: Say where the node stands and what it can bear
  quorate.ha_cluster.pcs_node:
    name: node1
    standby: false
    attributes:
      rack: 3
    utilization:
      memory: 16384

- name: Forget the rack
  quorate.ha_cluster.pcs_node:
    name: node1
    attributes:
      rack: null
"""

RETURN = r"""
commands:
  description:
    - The pcs commands that were, or in check mode would be, run on a copy of the configuration. Secrets are masked.
  returned: always
  type: list
  elements: list
  sample:
    - [pcs, node, unstandby, node1]
    - [pcs, node, attribute, node1, rack=3]
    - [pcs, node, utilization, node1, memory=16384]
transition:
  description:
    - The cluster's actions because of the change, as C(crm_simulate) predicts them from the live state.
  returned: always
  type: list
  elements: dict
  sample: []
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
    before: |
      nodes:
        - name: node1
          standby: true
    after: |
      nodes:
        - name: node1
          attributes:
            rack: 3
          utilization:
            memory: 16384
"""

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.module import one_of


def main() -> None:
    one_of("nodes")


if __name__ == "__main__":
    main()
