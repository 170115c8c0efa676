#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_maintenance
short_description: Take nodes or the cluster out of service, and restore their former state
version_added: 1.0.0
description:
  - With O(state=started), puts nodes into standby or maintenance mode, or the whole cluster into maintenance mode.
    Saves the former state in a node attribute, in the same transaction.
  - With O(state=ended), restores the former state, so a node that an operator had put into standby stays in standby.
    Does not change a node that was not taken out of service with O(state=started).
  - pcs makes the change on a copy. The copy replaces the configuration only if the configuration has not changed
    meanwhile.
  - Then waits until the cluster has settled.
options:
  nodes:
    description: The nodes. Empty means the whole cluster, for which only O(kind=maintenance) is possible.
    type: list
    elements: str
    default: []
  kind:
    description:
      - With V(standby), resources move away from the node.
      - With V(maintenance), resources stay as they are, and the cluster does not monitor or move them.
    type: str
    choices: [standby, maintenance]
    default: standby
  state:
    description: V(started) takes the nodes out of service, V(ended) restores their former state.
    type: str
    choices: [started, ended]
    default: started
  owner:
    description: The name of the program that takes the nodes. Each owner restores only the nodes that it has taken.
    type: str
    default: maintenance
  wait:
    description: Seconds to wait until the cluster has settled.
    type: int
    default: 120
extends_documentation_fragment:
  - quorate.ha_cluster._attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
seealso:
  - module: quorate.ha_cluster.cluster_wait
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Take node2 out of service
  quorate.ha_cluster.cluster_maintenance:
    nodes: [node2]

- name: Give it back
  quorate.ha_cluster.cluster_maintenance:
    nodes: [node2]
    state: ended
"""

RETURN = r"""
settings:
  description: The settings that were, or in check mode would be, changed.
  returned: success
  type: list
  elements: str
  sample: ["node2: standby"]
running:
  description: The resources that still run on nodes in standby, after waiting.
  returned: always
  type: list
  elements: str
  sample: []
"""

import os
import tempfile
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import status
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.settle import wait_until_settled
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.store import LiveStore, pause
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.node_attributes import (
    Step,
    begin,
    commands,
    describe,
    end,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError, ConflictError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import AnsibleRunner, Runner

ATTEMPTS = 5


def make(runner: Runner, base: str, steps: list[Step], directory: str) -> str:
    """The CIB that pcs makes of BASE."""
    with tempfile.TemporaryDirectory(dir=directory) as temporary:
        path = os.path.join(temporary, "cib.xml")
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(base)
        for argv in commands(steps, path):
            result = runner.run(argv)
            if result.rc != 0:
                raise ClusterError(f"pcs refuses {' '.join(argv[3:])}: {result.message}")
        with open(path, encoding="utf-8") as stream:
            return stream.read()


def ensure(runner: Runner, params: t.Mapping[str, t.Any], directory: str, *, check_mode: bool) -> list[Step]:
    """Take or give back what PARAMS name. Returns what was changed."""
    store = LiveStore(runner)
    plan = begin if params["state"] == "started" else end
    setting = params["kind"]
    for attempt in range(1, ATTEMPTS + 1):
        snapshot = store.read()
        if snapshot.problem:
            raise ClusterError(f"Nothing was changed, because {snapshot.problem}.")
        steps = plan(snapshot.text, params["nodes"], setting, params["owner"])
        if not steps or check_mode:
            return steps
        try:
            store.push(snapshot.text, make(runner, snapshot.text, steps, directory))
            return steps
        except ConflictError:
            if attempt == ATTEMPTS:
                raise
            pause(attempt)
    return []


def still_running(runner: Runner, nodes: t.Iterable[str]) -> list[str]:
    """The resources that are active on NODES."""
    root = status.read_status(runner)
    found = status.resources(root) if root is not None else []
    return [f"{item.id} on {node}" for node in nodes for item in found if item.active and node in item.nodes]


def main() -> t.NoReturn:
    module = AnsibleModule(
        argument_spec={
            "nodes": {"type": "list", "elements": "str", "default": []},
            "kind": {"type": "str", "choices": ["standby", "maintenance"], "default": "standby"},
            "state": {"type": "str", "choices": ["started", "ended"], "default": "started"},
            "owner": {"type": "str", "default": "maintenance"},
            "wait": {"type": "int", "default": 120},
        },
        supports_check_mode=True,
    )
    params = module.params
    runner = AnsibleRunner(module)
    if not params["nodes"] and params["kind"] == "standby":
        module.fail_json(msg="The whole cluster can't be put into standby. Name nodes, or choose kind=maintenance.")
    running: list[str] = []
    try:
        steps = ensure(runner, params, module.tmpdir, check_mode=module.check_mode)
        if not module.check_mode:
            left = wait_until_settled(runner, params["wait"])
            if left:
                raise ClusterError(f"The cluster is still at work after {params['wait']} s: {', '.join(left)}")
            if (params["state"], params["kind"]) == ("started", "standby"):
                running = still_running(runner, params["nodes"])
            if running:
                raise ClusterError(
                    f"The cluster has settled, and yet resources are where none should be: {', '.join(running)}."
                )
    except ClusterError as error:
        module.fail_json(msg=str(error), running=running)
    module.exit_json(
        changed=bool(steps),
        settings=[f"{step.node or 'cluster'}: {step.name}" for step in steps],
        running=running,
        diff=describe(steps),
    )


if __name__ == "__main__":
    main()
