#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declare where a resource runs."""

from __future__ import annotations

DOCUMENTATION = r"""
module: pcs_location
short_description: Declare a location constraint, on which nodes a resource runs
version_added: 1.0.0
description:
  - Creates, changes or removes one location constraint. Its id stays the same if its score changes.
  - Does not change constraints of C(pcs resource move) and C(pcs resource ban), unless you declare their id.
extends_documentation_fragment:
  - quorate.ha_cluster._cib
  - quorate.ha_cluster._cib_objects.locations
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Prefer a node
  quorate.ha_cluster.pcs_location:
    resource: web
    node: node1
    score: 50

- name: Stay away from nodes without a connection
  quorate.ha_cluster.pcs_location:
    id: web-needs-network
    resource: web
    rule: pingd lt 1 or not_defined pingd
    score: -INFINITY

- name: Do not prefer that node any more
  quorate.ha_cluster.pcs_location:
    resource: web
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
    - [pcs, constraint, location, add, location-web-node1, web, node1, "50"]
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
      locations:
        - id: location-web-node1
          resource: web
          node: node1
          score: 50
"""

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.module import one_of


def main() -> None:
    one_of("locations")


if __name__ == "__main__":
    main()
