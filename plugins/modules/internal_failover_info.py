#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: internal_failover_info
short_description: Read the facts about a node and its cluster for a failover test
version_added: 1.0.0
description:
  - "Internal: a step of the role failover_test. It may change in any release."
  - Returns the state of the cluster, the resources that can be watched from outside of Pacemaker, and leftovers of
    tests on the node.
  - Never fails because the cluster does not run.
extends_documentation_fragment:
  - quorate.ha_cluster._attributes.read_only
seealso:
  - module: quorate.ha_cluster.internal_failover_break
  - module: quorate.ha_cluster.cluster_info
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Read the cluster's state
  quorate.ha_cluster.internal_failover_info:
  register: state
"""

RETURN = r"""
state:
  description: The state. Without a running cluster, C(running) is false and most keys are empty.
  returned: always
  type: dict
  sample:
    name: node1
    cluster: web
    running: true
    quorate: true
    idle: true
    dc: node2
    places: {lighttpd: [node1]}
    failures: []
    left: []
"""

import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover.state import look
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import AnsibleRunner


def main() -> t.NoReturn:
    module = AnsibleModule(argument_spec={}, supports_check_mode=True)
    try:
        state = look(AnsibleRunner(module))
    except ClusterError as error:
        module.fail_json(msg=str(error), **error.details)
    module.exit_json(changed=False, state=state.as_result())


if __name__ == "__main__":
    main()
