#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: internal_failover_break
short_description: Break something on a node on purpose, after starting a timer that repairs it
version_added: 1.0.0
description:
  - "Internal: a step of the role failover_test. It may change in any release."
  - With O(state=armed), starts a timer that repairs the node after O(heal_after) seconds, even if the controller fails.
    Refuses if such a timer runs already, so only one test runs at a time.
  - With O(state=broken), does O(action), and makes sure that it had its effect. Refuses if the node is not
    armed.
  - With O(state=healed), repairs everything and stops the timer. It can be repeated any number of times.
  - Cuts networks with its own chain or table, and removes only this to repair them.
options:
  state:
    description: What to do.
    type: str
    choices: [armed, broken, healed]
    required: true
  run:
    description: The name of the run that arms the node.
    type: str
    default: ""
  heal_after:
    description: Seconds after which the node repairs itself.
    type: int
    default: 600
  directory:
    description: Where the shared file system is mounted, for a file that fills it is removed by any node that has it.
    type: str
    default: ""
  action:
    description:
      - The thing to break.
      - V(standby) puts O(node) into standby. V(kill) and V(freeze) do that to the process O(subject), V(kill_unit)
        kills the unit O(value).
      - V(take_address) takes the address O(value) away. V(unmount) unmounts O(place), V(fill) fills it, and
        V(shut_down) makes every access to it fail, as XFS does after an I/O error.
      - V(cut) drops all packets from and to O(peers). V(fence) requests the fencing of O(node), V(power_off) makes
        the fence agent switch it off without the cluster's knowledge, V(crash) crashes the kernel, and V(reset) resets
        the node O(at) a moment.
      - V(break_stop) makes the stop of the agent O(agent) fail, V(fail_resource) tells the cluster that O(resource) has
        failed, V(break_fencing) makes all fence agents fail on this node.
      - V(lose_cib) removes Pacemaker's CIB from the disk, V(stop_cluster) stops Pacemaker and corosync.
    type: str
    choices:
      - standby
      - kill
      - kill_unit
      - freeze
      - take_address
      - unmount
      - lose_cib
      - stop_cluster
      - cut
      - fence
      - power_off
      - crash
      - reset
      - break_stop
      - break_fencing
      - fail_resource
      - fill
      - shut_down
  subject:
    description: The process to kill or freeze.
    type: str
    default: ""
  node:
    description: The name of the node in the cluster.
    type: str
    default: ""
  resource:
    description: The resource.
    type: str
    default: ""
  agent:
    description: The resource's agent.
    type: str
    default: ""
  value:
    description: The resource's address, device or unit.
    type: str
    default: ""
  place:
    description: The mount point.
    type: str
    default: ""
  detail:
    description: The type of the file system, or the length of the address's prefix.
    type: str
    default: ""
  peers:
    description: Addresses to cut off.
    type: list
    elements: str
    default: []
  at:
    description: The time to reset the node, in seconds since 1970.
    type: float
    default: 0
extends_documentation_fragment:
  - quorate.ha_cluster._attributes
attributes:
  check_mode:
    support: full
    details:
      - In check mode it breaks nothing.
  diff_mode:
    support: none
seealso:
  - module: quorate.ha_cluster.internal_failover_info
  - module: quorate.ha_cluster.internal_failover_watch
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Let the node heal by itself in five minutes
  quorate.ha_cluster.internal_failover_break:
    state: armed
    heal_after: 300

- name: Freeze corosync
  quorate.ha_cluster.internal_failover_break:
    state: broken
    action: freeze
    subject: corosync

- name: Repair it
  quorate.ha_cluster.internal_failover_break:
    state: healed
"""

RETURN = r"""
done:
  description: The actions, as text.
  returned: success
  type: list
  elements: str
  sample: ["froze corosync"]
clock:
  description: The time of the actions, in seconds since 1970 by the node's clock.
  returned: success
  type: float
  sample: 1795436400.25
"""

import time
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover.breaking import (
    ACTIONS,
    Break,
    arm,
    break_it,
    heal,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import AnsibleRunner

TEXT: dict[str, t.Any] = {"type": "str", "default": ""}
WORDS = ("subject", "node", "resource", "agent", "value", "place", "detail")


def main() -> t.NoReturn:
    module = AnsibleModule(
        argument_spec={
            "state": {"type": "str", "choices": ["armed", "broken", "healed"], "required": True},
            "run": TEXT,
            "heal_after": {"type": "int", "default": 600},
            "directory": TEXT,
            "action": {"type": "str", "choices": list(ACTIONS)},
            **dict.fromkeys(WORDS, TEXT),
            "peers": {"type": "list", "elements": "str", "default": []},
            "at": {"type": "float", "default": 0},
        },
        required_if=[("state", "broken", ("action",))],
        supports_check_mode=True,
    )
    params, runner = module.params, AnsibleRunner(module)
    clock, changed, done = time.time(), True, []
    try:
        if module.check_mode:
            pass
        elif params["state"] == "armed":
            arm(runner, params["run"], params["heal_after"], params["directory"])
        elif params["state"] == "healed":
            changed = heal(runner)
        else:
            words = {name: params[name] for name in WORDS}
            done = break_it(runner, Break(params["action"], peers=tuple(params["peers"]), at=params["at"], **words))
    except (ClusterError, OSError) as error:
        module.fail_json(msg=str(error), clock=clock)
    module.exit_json(changed=changed, done=done, clock=clock)


if __name__ == "__main__":
    main()
