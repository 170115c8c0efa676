#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declare which resource acts first."""

from __future__ import annotations

DOCUMENTATION = r"""
module: pcs_order
short_description: Declare an order constraint, the order in which resources start
version_added: 1.0.0
description:
  - Creates, changes or removes one order constraint of two resources or of sets of them.
    Its id stays the same if its options change.
extends_documentation_fragment:
  - quorate.ha_cluster._cib
  - quorate.ha_cluster._cib_objects.orders
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Start the address after the database was promoted
  quorate.ha_cluster.pcs_order:
    first: database-clone
    first_action: promote
    then: cluster-ip
    then_action: start

- name: Start one at a time
  quorate.ha_cluster.pcs_order:
    id: gently
    first: database-clone
    then: web
    kind: Serialize

- name: Start two resources at once, and a third when both of them run
  quorate.ha_cluster.pcs_order:
    sets:
      - {resources: [cluster-ip, database-clone], sequential: false}
      - {resources: [web]}

- name: Remove the order
  quorate.ha_cluster.pcs_order:
    id: gently
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
    - [pcs, constraint, order, promote, database-clone, then, start, cluster-ip, kind=Mandatory,
       id=order-database-clone-cluster-ip-promote-start]
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
      orders:
        - id: order-database-clone-cluster-ip-promote-start
          first: database-clone
          then: cluster-ip
          first_action: promote
          then_action: start
          kind: Mandatory
          symmetrical: true
"""

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.module import one_of


def main() -> None:
    one_of("orders")


if __name__ == "__main__":
    main()
