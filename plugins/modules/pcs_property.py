#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declare cluster properties."""

from __future__ import annotations

DOCUMENTATION = r"""
module: pcs_property
short_description: Declare cluster properties
version_added: 1.0.0
description:
  - Sets or removes cluster properties.
extends_documentation_fragment:
  - quorate.ha_cluster._cib
  - quorate.ha_cluster._cib_objects.properties
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Stop everything without quorum, and check as often as Pacemaker does by itself
  quorate.ha_cluster.pcs_property:
    properties:
      no-quorum-policy: stop
      cluster-recheck-interval: null

- name: Set a property that only an agent knows
  quorate.ha_cluster.pcs_property:
    custom_properties:
      hana_prd_site_srHook: SOK
"""

RETURN = r"""
commands:
  description:
    - The pcs commands that were, or in check mode would be, run on a copy of the configuration. Secrets are masked.
  returned: always
  type: list
  elements: list
  sample:
    - [pcs, property, set, no-quorum-policy=stop]
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
      properties:
        no-quorum-policy: stop
"""

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.module import part_of


def main() -> None:
    part_of("properties", required_one_of=[("properties", "custom_properties")])


if __name__ == "__main__":
    main()
