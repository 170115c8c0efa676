#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declare which devices fence a node, and in which order."""

from __future__ import annotations

DOCUMENTATION = r"""
module: pcs_stonith_level
short_description: Declare a fencing level of a node
version_added: 1.0.0
description:
  - Creates, changes or removes one fencing level. Pacemaker tries the levels in their order until one succeeds. All
    devices of a level must succeed.
extends_documentation_fragment:
  - quorate.ha_cluster._cib
  - quorate.ha_cluster._cib_objects.stonith_levels
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Fence a node over its management board
  quorate.ha_cluster.pcs_stonith_level:
    level: 1
    node: node1
    devices: [fence-board]

- name: Cut both of its power supplies where that fails
  quorate.ha_cluster.pcs_stonith_level:
    level: 2
    node: node1
    devices: [fence-power-a, fence-power-b]

- name: Fence all nodes of a rack by its power strip
  quorate.ha_cluster.pcs_stonith_level:
    level: 1
    attribute: rack
    value: "3"
    devices: [fence-power-a]

- name: Do without the second level
  quorate.ha_cluster.pcs_stonith_level:
    level: 2
    node: node1
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
    - [pcs, stonith, level, add, "2", node1, fence-power-a, fence-power-b]
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
    before: ""
    after: |
      stonith_levels:
        - level: 2
          node: node1
          devices:
            - fence-power-a
            - fence-power-b
"""

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.module import one_of


def main() -> None:
    one_of("stonith_levels")


if __name__ == "__main__":
    main()
