#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declare a clone."""

from __future__ import annotations

DOCUMENTATION = r"""
module: pcs_clone
short_description: Declare a clone
version_added: 1.0.0
description:
  - Creates, changes or removes one clone, a resource or group that runs on several nodes.
  - If the clone is removed, its resource stays and then runs once. The module refuses this unless O(resource) names the
    resource, or the same task declares it (with M(quorate.ha_cluster.pcs_cib)).
extends_documentation_fragment:
  - quorate.ha_cluster._cib
  - quorate.ha_cluster._cib_objects.clones
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Check the network on every node
  quorate.ha_cluster.pcs_clone:
    resource: ping
    meta:
      interleave: true

- name: A database that is promoted on one node
  quorate.ha_cluster.pcs_clone:
    id: database-clone
    resource: database
    promotable: true
    meta:
      promoted-max: 1

- name: Run it on one node only
  quorate.ha_cluster.pcs_clone:
    resource: ping
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
    - [pcs, resource, clone, ping, ping-clone]
    - [pcs, resource, meta, ping-clone, interleave=true]
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
      clones:
        - id: ping-clone
          resource: ping
          promotable: false
          meta:
            interleave: "true"
"""

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.module import one_of


def main() -> None:
    one_of("clones")


if __name__ == "__main__":
    main()
