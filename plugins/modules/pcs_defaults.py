#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declare defaults of resources and operations."""

from __future__ import annotations

DOCUMENTATION = r"""
module: pcs_defaults
short_description: Declare defaults of resources and operations
version_added: 1.0.0
description:
  - Sets or removes default meta attributes of resources and default options of operations, for all or for those that
    match a rule.
  - If the rule or the score of a set changes, the module replaces the set in one step, because pcs can't change these.
extends_documentation_fragment:
  - quorate.ha_cluster._cib
  - quorate.ha_cluster._cib_objects.defaults
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Let resources stay where they are
  quorate.ha_cluster.pcs_defaults:
    resource_defaults:
      resource-stickiness: 100
      migration-threshold: 3
    operation_defaults:
      timeout: 60s

- name: Give up on a failing address sooner, and on a slow service later
  quorate.ha_cluster.pcs_defaults:
    resource_defaults_sets:
      - id: addresses
        rule: resource ocf:heartbeat:IPaddr2
        score: 10
        values: {migration-threshold: 1}
    operation_defaults_sets:
      - id: slow-services
        rule: "op start and resource systemd::"
        values: {timeout: 5min}

- name: Move nothing back in working hours, and everything at night
  quorate.ha_cluster.pcs_defaults:
    resource_defaults_sets:
      - id: core-hours
        rule: date-spec hours=9-16 weekdays=1-5
        score: 2
        values: {resource-stickiness: INFINITY}
      - id: after-hours
        score: 1
        values: {resource-stickiness: 0}

- name: Treat addresses like everything else
  quorate.ha_cluster.pcs_defaults:
    resource_defaults_sets:
      - {id: addresses, state: absent}
"""

RETURN = r"""
commands:
  description:
    - The pcs commands that were, or in check mode would be, run on a copy of the configuration. Secrets are masked.
  returned: always
  type: list
  elements: list
  sample:
    - [pcs, resource, defaults, update, resource-stickiness=100, migration-threshold=3]
    - [pcs, resource, op, defaults, update, timeout=60s]
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
      resource_defaults:
        migration-threshold: 3
        resource-stickiness: 100
      operation_defaults:
        timeout: 60s
"""

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.module import part_of


def main() -> None:
    part_of("resource_defaults", "operation_defaults", "resource_defaults_sets", "operation_defaults_sets")


if __name__ == "__main__":
    main()
