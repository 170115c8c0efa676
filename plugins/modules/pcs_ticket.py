#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declare which resources depend on a ticket."""

from __future__ import annotations

DOCUMENTATION = r"""
module: pcs_ticket
short_description: Declare a ticket constraint, resources that depend on a ticket
version_added: 1.0.0
description:
  - Creates, changes or removes one ticket constraint of a resource or of sets of them.
    booth grants a ticket to one of several clusters.
extends_documentation_fragment:
  - quorate.ha_cluster._cib
  - quorate.ha_cluster._cib_objects.tickets
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Promote the database only in the cluster that holds the ticket
  quorate.ha_cluster.pcs_ticket:
    ticket: site
    resource: database-clone
    role: Promoted

- name: Run two resources only in the cluster that holds the ticket
  quorate.ha_cluster.pcs_ticket:
    ticket: site
    sets:
      - resources: [web, report]

- name: Promote it anywhere
  quorate.ha_cluster.pcs_ticket:
    ticket: site
    resource: database-clone
    role: Promoted
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
    - [pcs, constraint, ticket, add, site, Promoted, database-clone, id=ticket-site-database-clone-Promoted]
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
      tickets:
        - id: ticket-site-database-clone-Promoted
          ticket: site
          resource: database-clone
          role: Promoted
"""

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.module import one_of


def main() -> None:
    one_of("tickets")


if __name__ == "__main__":
    main()
