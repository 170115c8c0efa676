#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: internal_failover_watch
short_description: Watch a failover test from outside of Pacemaker
version_added: 1.0.0
description:
  - "Internal: a step of the role failover_test. It may change in any release."
  - Starts services that record the resources of a node, write to the shared file system while it is mounted, or probe
    from outside whether the service answers and which network card has its address.
  - They write their records into files that survive a loss of power, start again with the node, and end by themselves,
    units included, after O(seconds).
  - The role P(quorate.ha_cluster.failover_test#role) must have copied their program to the host.
options:
  state:
    description:
      - V(started) starts the services from the beginning. V(stopped) ends them and returns their records. V(absent)
        also removes the records.
    type: str
    choices: [started, stopped, absent]
    required: true
  seconds:
    description: Seconds after which the services end by themselves.
    type: int
    default: 1800
  watched:
    description: The resources to watch, as in C(watched) of
      RV(quorate.ha_cluster.internal_failover_info#module:state).
    type: list
    elements: dict
    default: []
  mount:
    description: The file system to write to, one of the watched resources. If empty, nothing is written.
    type: dict
  interval:
    description: Seconds between two records or requests.
    type: float
    default: 0.2
  write_interval:
    description: Seconds between two writes.
    type: float
    default: 0.1
  url:
    description: The URL to request. With this or O(address), nothing else is watched.
    type: str
    default: ""
  address:
    description: The address to find the owner of.
    type: str
    default: ""
extends_documentation_fragment:
  - quorate.ha_cluster._attributes
attributes:
  check_mode:
    support: full
    details:
      - In check mode it starts and ends nothing.
  diff_mode:
    support: none
seealso:
  - module: quorate.ha_cluster.internal_failover_break
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Watch the node
  quorate.ha_cluster.internal_failover_watch:
    state: started
    watched: "{{ state.watched }}"

- name: See what it has had
  quorate.ha_cluster.internal_failover_watch:
    state: stopped
  register: seen
"""

RETURN = r"""
seen:
  description: The records. Times are in seconds since 1970 by the host's clock.
  returned: when O(state=stopped)
  type: dict
  contains:
    samples:
      description: Records, each with its time, that of the previous record, the resources, and the boot.
      type: list
      elements: list
    acknowledged:
      description: By writer, the numbers of the lines that are on the disk, as ranges.
      type: dict
    readable:
      description: By writer, the numbers that can be read here. None if the file system is not mounted.
      type: dict
    pages:
      description: Requests, each with its time and whether it was answered.
      type: list
      elements: list
    macs:
      description: ARP answers for the address, each with its time, the number of the request, and the MAC.
      type: list
      elements: list
"""

import sys
import time
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover import watching
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import AnsibleRunner


def settings(params: t.Mapping[str, t.Any], deadline: float, name: str) -> dict[str, dict[str, t.Any]]:
    """What each service is to know."""
    common = {"deadline": deadline, "interval": params["interval"]}
    if params["url"] or params["address"]:
        return {"probe": {**common, "url": params["url"], "address": params["address"], "arp_interval": 0.2}}
    found: dict[str, dict[str, t.Any]] = {"sample": {**common, "watched": params["watched"]}}
    if params["mount"]:
        pace = {"write_interval": params["write_interval"]}
        found["write"] = {**common, **pace, "mount": params["mount"], "name": name}
    return found


def main() -> t.NoReturn:
    module = AnsibleModule(
        argument_spec={
            "state": {"type": "str", "choices": ["started", "stopped", "absent"], "required": True},
            "seconds": {"type": "int", "default": 1800},
            "watched": {"type": "list", "elements": "dict", "default": []},
            "mount": {"type": "dict"},
            "interval": {"type": "float", "default": 0.2},
            "write_interval": {"type": "float", "default": 0.1},
            "url": {"type": "str", "default": ""},
            "address": {"type": "str", "default": ""},
        },
        supports_check_mode=True,
    )
    params, runner = module.params, AnsibleRunner(module)
    result: dict[str, t.Any] = {"changed": True}
    try:
        if module.check_mode:
            pass
        elif params["state"] == "started":
            name = runner.run(["uname", "-n"]).stdout.strip()
            watching.start(runner, settings(params, time.time() + params["seconds"], name), sys.executable)
        else:
            result["changed"] = watching.stop(runner)
            if params["state"] == "stopped":
                result["seen"] = watching.seen(params["mount"])
            else:
                watching.tidy(params["mount"])
    except (ClusterError, OSError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(**result)


if __name__ == "__main__":
    main()
