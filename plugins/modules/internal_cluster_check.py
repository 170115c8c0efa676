#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: internal_cluster_check
short_description: Check that a cluster can take an operation now
version_added: 1.0.0
description:
  - "Internal: a step of the roles that change a running cluster. It may change in any release."
  - Fails, with the reasons and before anything changes, if the cluster can't take an operation that removes or adds
    nodes.
  - The cluster must run, be idle, and have and keep quorum. Fencing must work, no resource may have failed, no node may
    be unclean, and only the nodes in O(away) may be offline.
options:
  nodes:
    description: Nodes that the operation names. They must be nodes of the cluster.
    type: list
    elements: str
    default: []
  away:
    description: Nodes that may be offline.
    type: list
    elements: str
    default: []
  leaving:
    description: Nodes that the operation takes away. The others must keep quorum.
    type: list
    elements: str
    default: []
  joining:
    description: Nodes that the operation adds. They count as offline until they have started.
    type: list
    elements: str
    default: []
  tolerate:
    description: Conditions to ignore.
    type: list
    elements: str
    choices: [busy, failures, fencing, maintenance, offline]
    default: []
  timeout:
    description: Seconds to wait until the cluster has settled.
    type: int
    default: 5
extends_documentation_fragment:
  - quorate.ha_cluster._attributes.read_only
seealso:
  - module: quorate.ha_cluster.cluster_wait
  - module: quorate.ha_cluster.cluster_maintenance
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Check that node2 can be taken away
  quorate.ha_cluster.internal_cluster_check:
    leaving: [node2]
"""

RETURN = r"""
problems:
  description: The reasons against the operation.
  returned: always
  type: list
  elements: str
  sample: []
dc:
  description: The node whose controller is the DC.
  returned: always
  type: str
  sample: node1
members:
  description: The cluster's nodes with their state and permanent attributes.
  returned: always
  type: list
  elements: dict
  sample: [{name: node1, online: true, standby: false, maintenance: false, unclean: false, is_dc: true, attributes: {}}]
"""

import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import status
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.node_attributes import attributes
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.obstacles import (
    VOTES,
    Cluster,
    Member,
    Operation,
    Votes,
    parse_votes,
    problems,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.state import wait
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import AnsibleRunner, Runner

NODES: dict[str, t.Any] = {"type": "list", "elements": "str", "default": []}
TOLERABLE = ["busy", "failures", "fencing", "maintenance", "offline"]


def votes(runner: Runner) -> Votes:
    """What votequorum counts. Raises ClusterError: without it no one knows whether the cluster would keep quorum."""
    result = runner.run(list(VOTES))
    found = parse_votes(result.stdout)
    if found is None:
        raise ClusterError(f"{' '.join(VOTES)} does not tell the votes: {result.message}")
    return found


def look(runner: Runner, timeout: float) -> Cluster:
    """The cluster as this node sees it."""
    root = status.read_status(runner)
    if root is None:
        return Cluster()
    _state, lacking = wait(runner, [], timeout)
    root = status.read_status(runner)
    summary = status.cluster(root)
    if root is None:
        return Cluster()
    found = attributes(runner.run(["cibadmin", "--query"]).stdout)
    resources = status.resources(root)
    failures = [
        f"{item['resource']}: {item['action']} on {item['node']}: {item['result']}" for item in status.failures(root)
    ]
    failures += [f"{item.id} is blocked" for item in resources if item.blocked]
    return Cluster(
        running=True,
        quorate=summary["quorate"],
        lacking=tuple(lacking),
        fencing_enabled=summary["stonith_enabled"],
        fence_devices=tuple(item.id for item in resources if item.agent.startswith("stonith:") and item.active),
        maintenance_mode=summary["maintenance_mode"],
        failures=tuple(dict.fromkeys(failures)),
        members=tuple(
            Member(
                name=node["name"],
                online=node["online"] and not node["pending"],
                **{name: node[name] for name in ("standby", "maintenance", "unclean", "is_dc")},
                attributes=found.get(node["name"], {}),
            )
            for node in status.nodes(root)
            if node["type"] == "member"
        ),
        votes=votes(runner),
    )


def main() -> t.NoReturn:
    module = AnsibleModule(
        argument_spec={
            **dict.fromkeys(("nodes", "away", "leaving", "joining"), NODES),
            "tolerate": {**NODES, "choices": TOLERABLE},
            "timeout": {"type": "int", "default": 5},
        },
        supports_check_mode=True,
    )
    runner = AnsibleRunner(module)
    operation = Operation(
        **{name: tuple(module.params[name]) for name in ("nodes", "away", "leaving", "joining")},
        tolerate=frozenset(module.params["tolerate"]),
    )
    try:
        cluster = look(runner, module.params["timeout"])
    except ClusterError as error:
        module.fail_json(msg=str(error))
    found = problems(cluster, operation, "this node")
    result = {
        "changed": False,
        "problems": found,
        "dc": next((member.name for member in cluster.members if member.is_dc), ""),
        "members": [{**vars(member), "attributes": dict(member.attributes)} for member in cluster.members],
    }
    if found:
        module.fail_json(msg=f"Nothing was changed. {' '.join(found)}", **result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
