#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declare who may read and change what in the configuration."""

from __future__ import annotations

DOCUMENTATION = r"""
module: pcs_acl
short_description: Declare access control lists of the configuration
version_added: 1.0.0
description:
  - Creates, changes or removes roles, and the users and groups with these roles, and enables access control lists.
options:
  enabled:
    description: Whether access control lists are enabled. This is the property C(enable-acl).
    type: bool
extends_documentation_fragment:
  - quorate.ha_cluster._cib
  - quorate.ha_cluster._cib_objects.acl
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Let a user look at everything but passwords
  quorate.ha_cluster.pcs_acl:
    enabled: true
    roles:
      - id: auditor
        description: May look
        permissions:
          - {kind: read, xpath: /cib}
          - {kind: deny, xpath: "//nvpair[@name='password']"}
    users:
      - {id: alice, roles: [auditor]}

- name: Let a group look as well
  quorate.ha_cluster.pcs_acl:
    groups:
      - {id: operators, roles: [auditor]}

- name: Take the role away from everyone
  quorate.ha_cluster.pcs_acl:
    roles:
      - {id: auditor, state: absent}
"""

RETURN = r"""
commands:
  description:
    - The pcs commands that were, or in check mode would be, run on a copy of the configuration. Secrets are masked.
  returned: always
  type: list
  elements: list
  sample:
    - [pcs, acl, group, create, operators, auditor]
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
      acl_groups:
        - id: operators
          roles:
            - auditor
"""

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.module import declare_acl, run_engine
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.spec import ACL


def main() -> None:
    run_engine(ACL, declare_acl)


if __name__ == "__main__":
    main()
