#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declare which resources run together."""

from __future__ import annotations

DOCUMENTATION = r"""
module: pcs_colocation
short_description: Declare a colocation constraint, resources that run together or apart
version_added: 1.0.0
description:
  - Creates, changes or removes one colocation constraint (affinity, or with a negative score anti-affinity) of two
    resources or of sets of them. Its id stays the same if its score changes.
extends_documentation_fragment:
  - quorate.ha_cluster._cib
  - quorate.ha_cluster._cib_objects.colocations
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Keep an address with its database
  quorate.ha_cluster.pcs_colocation:
    resource: cluster-ip
    with: database-clone
    with_role: Promoted

- name: Keep two resources apart where possible
  quorate.ha_cluster.pcs_colocation:
    resource: report
    with: web
    score: -100

- name: Keep three resources together on any one node
  quorate.ha_cluster.pcs_colocation:
    sets:
      - resources: [cluster-ip, web, report]

- name: Let them run where they like
  quorate.ha_cluster.pcs_colocation:
    resource: report
    with: web
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
    - [pcs, constraint, colocation, add, report, with, web, "-100", id=colocation-report-web]
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
      colocations:
        - id: colocation-report-web
          resource: report
          with: web
          score: -100
"""

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.module import one_of


def main() -> None:
    one_of("colocations")


if __name__ == "__main__":
    main()
