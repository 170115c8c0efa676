#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declare a name for several resources."""

from __future__ import annotations

DOCUMENTATION = r"""
module: pcs_tag
short_description: Declare a tag, a name for several resources
version_added: 1.0.0
description:
  - Creates, changes or removes one tag, a name that C(pcs) and constraints can use for several resources.
extends_documentation_fragment:
  - quorate.ha_cluster._cib
  - quorate.ha_cluster._cib_objects.tags
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Name what is stopped for the nightly backup
  quorate.ha_cluster.pcs_tag:
    id: nightly
    members: [web, report]

- name: Forget the name
  quorate.ha_cluster.pcs_tag:
    id: nightly
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
    - [pcs, tag, create, nightly, web, report]
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
      tags:
        - id: nightly
          members:
            - web
            - report
"""

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.module import one_of


def main() -> None:
    one_of("tags")


if __name__ == "__main__":
    main()
