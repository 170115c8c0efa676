#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declare a group of resources."""

from __future__ import annotations

DOCUMENTATION = r"""
module: pcs_group
short_description: Declare a group of resources
version_added: 1.0.0
description:
  - Creates, changes or removes one group. Its members run on the same node and start in their order.
  - If a member leaves the group, or the group is removed, the member stays in the cluster and may then run on any node.
    The module refuses this unless O(release) names the member, the same task declares it (with
    M(quorate.ha_cluster.pcs_cib)), or it becomes a member of another group.
extends_documentation_fragment:
  - quorate.ha_cluster._cib
  - quorate.ha_cluster._cib_objects.groups
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: An address and a web server that need each other
  quorate.ha_cluster.pcs_group:
    id: web
    members: [cluster-ip, web-server]

- name: Take the web server out of the group, and keep it in the cluster
  quorate.ha_cluster.pcs_group:
    id: web
    members: [cluster-ip]
    release: [web-server]

- name: Dissolve the group, and keep what is left in it
  quorate.ha_cluster.pcs_group:
    id: web
    release: [cluster-ip]
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
    - [pcs, resource, group, add, web, cluster-ip, web-server]
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
      groups:
        - id: web
          members:
            - cluster-ip
            - web-server
"""

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.module import one_of


def main() -> None:
    one_of("groups")


if __name__ == "__main__":
    main()
