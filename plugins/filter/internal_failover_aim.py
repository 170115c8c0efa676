# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say whether a failover test may begin, and which node it is about."""

from __future__ import annotations

import random
import typing as t
from collections.abc import Callable

from ansible.errors import AnsibleFilterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover.catalogue import BY_ID, Planned
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover.plan import aim, refusals

DOCUMENTATION = r"""
name: internal_failover_aim
short_description: Check whether a failover test may start, and choose its nodes
version_added: 1.0.0
description:
  - "Internal: a step of the role failover_test. It may change in any release."
  - Chooses the nodes to break and the node that watches, from a test of
    P(quorate.ha_cluster.internal_failover_plan#filter) and the results of M(quorate.ha_cluster.internal_failover_info)
    on each node.
  - Returns all reasons against breaking the cluster now, and the reason if the platform does not allow a test.
positional: _input, looks
options:
  _input:
    description: The test.
    type: dict
    required: true
  looks:
    description: Node to its result of M(quorate.ha_cluster.internal_failover_info).
    type: dict
    required: true
  verifications:
    description: Node to its result of M(quorate.ha_cluster.cluster_verify).
    type: dict
    required: true
  nodes:
    description: All nodes of the cluster.
    type: list
    elements: str
    required: true
  cluster_name:
    description: The cluster's name as confirmed by the operator.
    type: str
    required: true
  seed:
    description: The seed for the choice among equal nodes.
    type: str
    required: true
  accepted:
    description:
      - Accepted errors of verify, in the form of M(quorate.ha_cluster.internal_cluster_report).
    type: list
    elements: dict
    default: []
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Aim
  ansible.builtin.set_fact:
    aim: >-
      {{ plan | first | quorate.ha_cluster.internal_failover_aim(looks, verifications=verifications,
      nodes=['node1', 'node2'], cluster_name='web', seed='42') }}
"""

RETURN = r"""
_value:
  description:
    - The actions and expected results of the test. C(refusals) has the reasons against it, one sentence each,
      C(impossible) the reason if the platform does not allow it, C(findings) the existing findings of verify.
  type: dict
"""


def failover_aim(
    planned: t.Mapping[str, t.Any],
    looks: t.Mapping[str, t.Mapping[str, t.Any]],
    verifications: t.Mapping[str, t.Mapping[str, t.Any]],
    nodes: t.Sequence[str],
    cluster_name: str,
    seed: str,
    accepted: t.Sequence[t.Mapping[str, t.Any]] = (),
) -> dict[str, t.Any]:
    """Aim the PLANNED test at the cluster as it is."""
    findings = said(verifications)
    states = {host: look["state"] for host, look in looks.items() if "state" in look}
    try:
        opened = [item for item in findings if not is_accepted(item, accepted)]
    except KeyError as error:
        raise AnsibleFilterError(f"An entry of ha_verify_accepted has no {error}.") from error
    problems = refusals(states, opened, list(nodes), str(cluster_name))
    if problems:
        return {"refusals": problems, "findings": findings, "impossible": "", "name": planned["name"]}
    chance = random.Random(f"{seed} {planned['number']}")
    aimed = aim(Planned(BY_ID[planned["id"]], planned["node"]), states, chance)
    return {**aimed.as_dict(), "refusals": [], "findings": findings}


def said(verifications: t.Mapping[str, t.Mapping[str, t.Any]]) -> list[dict[str, t.Any]]:
    """What verify has found, with the host where it is about one."""
    return [
        {**finding, "host": finding.get("host") or host}
        for host, result in verifications.items()
        for finding in result.get("findings") or ()
    ]


def is_accepted(finding: t.Mapping[str, t.Any], accepted: t.Iterable[t.Mapping[str, t.Any]]) -> bool:
    """Whether an entry of ACCEPTED is about FINDING."""
    return any(
        entry["id"] == finding["id"] and entry.get("subject") in (None, "", finding.get("subject"))
        for entry in accepted
    )


class FilterModule:
    """Make the filter known to Ansible."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        return {"internal_failover_aim": failover_aim}
