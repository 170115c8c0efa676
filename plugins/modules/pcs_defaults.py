#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declare defaults of resources and operations."""

from __future__ import annotations

DOCUMENTATION = r"""
module: pcs_defaults
short_description: Declare defaults of resources and operations
version_added: 0.1.0
description:
  - Sets or removes default meta attributes of resources and default options of operations.
options:
  resource_defaults:
    description: Meta attributes that resources have by default. One set to null is removed.
    type: dict
  operation_defaults:
    description: Options that operations have by default. One set to null is removed.
    type: dict
extends_documentation_fragment:
  - quorate.ha_cluster._cib
author:
  - The quorate project
"""

EXAMPLES = r"""
- name: Let resources stay where they are
  quorate.ha_cluster.pcs_defaults:
    resource_defaults:
      resource-stickiness: 100
      migration-threshold: 3
    operation_defaults:
      timeout: 60s
"""

RETURN = r"""
commands:
  description:
    - The pcs commands that were, or in check mode would be, run on a copy of the configuration. Secrets are masked.
  returned: always
  type: list
  elements: list
  sample: [[pcs, resource, meta, cluster-ip, migration-threshold=5]]
transition:
  description:
    - What the cluster does because of the change, as C(crm_simulate) tells it from the live state.
  returned: always
  type: list
  elements: dict
  sample: [{action: start, resource: cluster-ip, node: node1}]
notes:
  description: What the result can not tell for sure, such as that it was predicted without pcs.
  returned: always
  type: list
  elements: str
  sample: []
diff:
  description: The objects that differ, before and after, as YAML in the form that M(quorate.ha_cluster.pcs_cib) takes.
  returned: always
  type: dict
  sample:
    before: |
      properties:
        no-quorum-policy: freeze
    after: |
      properties:
        no-quorum-policy: stop
"""

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib_module import Spec, run_engine

DEFAULTS: Spec = {"resource_defaults": {"type": "dict"}, "operation_defaults": {"type": "dict"}}


def main() -> None:
    run_engine(DEFAULTS, lambda params: {name: params[name] for name in DEFAULTS})


if __name__ == "__main__":
    main()
