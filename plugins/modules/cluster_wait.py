#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_wait
short_description: Wait until the cluster is ready
version_added: 1.0.0
description:
  - Waits until the cluster has quorum, the given nodes are online, and its controller (DC) is idle.
  - Fails after O(timeout) seconds, and lists the missing conditions.
options:
  nodes:
    description: The nodes that must be online.
    type: list
    elements: str
    default: []
  timeout:
    description: Seconds to wait.
    type: int
    default: 120
extends_documentation_fragment:
  - quorate.ha_cluster._attributes
attributes:
  check_mode:
    support: full
    details:
      - In check mode it does not wait and does not fail.
  diff_mode:
    support: none
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Wait until the cluster is ready
  quorate.ha_cluster.cluster_wait:
    nodes:
      - node1.example.com
      - node2.example.com
"""

RETURN = r"""
ready:
  description: Whether the cluster is ready.
  returned: always
  type: bool
  sample: true
dc:
  description: The node whose controller is the DC.
  returned: always
  type: str
  sample: node1.example.com
quorate:
  description: Whether the cluster has quorum.
  returned: always
  type: bool
  sample: true
online:
  description: The nodes that are online.
  returned: always
  type: list
  elements: str
  sample: [node1.example.com, node2.example.com]
seeded:
  description: Whether the cluster still has properties that the role cluster set for its first start.
  returned: always
  type: bool
  sample: false
lacking:
  description: The missing conditions.
  returned: always
  type: list
  elements: str
  sample: []
"""

import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.seed import find_seeded
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.state import wait
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import AnsibleRunner


def main() -> t.NoReturn:
    module = AnsibleModule(
        argument_spec={
            "nodes": {"type": "list", "elements": "str", "default": []},
            "timeout": {"type": "int", "default": 120},
        },
        supports_check_mode=True,
    )
    timeout = 0 if module.check_mode else module.params["timeout"]
    runner = AnsibleRunner(module)
    state, lacking = wait(runner, module.params["nodes"], timeout)
    result = {
        "changed": False,
        "ready": not lacking,
        "dc": state.dc,
        "quorate": state.quorate,
        "online": list(state.online),
        "seeded": bool(find_seeded(runner)),
        "lacking": list(lacking),
    }
    if lacking and not module.check_mode:
        module.fail_json(
            msg=f"The cluster is not ready after {timeout} s: {'; '.join(lacking)}."
            " The journals of corosync and pacemaker say why.",
            **result,
        )
    module.exit_json(**result)


if __name__ == "__main__":
    main()
