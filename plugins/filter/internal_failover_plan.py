# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Choose the failover tests to be run, and their order."""

from __future__ import annotations

import typing as t
from collections.abc import Callable

from ansible.errors import AnsibleFilterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover.catalogue import choose, expand, order

DOCUMENTATION = r"""
name: internal_failover_plan
short_description: Choose the failover tests to run, and their order
version_added: 1.0.0
description:
  - "Internal: a step of the role failover_test. It may change in any release."
  - Returns the tests that the role P(quorate.ha_cluster.failover_test#role) runs on the nodes of a cluster.
  - The order is random. The same O(seed) gives the same order.
  - Fails for the name of an unknown test, and for a test whose tier is not allowed.
positional: _input, tiers, seed
options:
  _input:
    description: The cluster's nodes, for tests that run for each node.
    type: list
    elements: str
    required: true
  tiers:
    description: The allowed tiers, of V(safe), V(risky) and V(disruptive).
    type: list
    elements: str
    required: true
  seed:
    description: The seed of the random order.
    type: str
    required: true
  tests:
    description: The tests. Empty means all tests of the O(tiers).
    type: list
    elements: str
    default: []
  rounds:
    description: How often to run all tests, each time in another order.
    type: int
    default: 1
  count:
    description: If not 0, the number of tests to draw at random instead. A test may be drawn more than once.
    type: int
    default: 0
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Say what would be run
  ansible.builtin.debug:
    msg: "{{ ['node1', 'node2'] | quorate.ha_cluster.internal_failover_plan(['safe'], '42') | map(attribute='name') }}"
"""

RETURN = r"""
_value:
  description:
    - The tests in their order, each with its C(name), C(id), C(node) (or none), C(title) and C(tier).
  type: list
  elements: dict
"""


def failover_plan(
    nodes: t.Sequence[str],
    tiers: t.Sequence[str],
    seed: str,
    tests: t.Sequence[str] = (),
    rounds: int = 1,
    count: int = 0,
) -> list[dict[str, t.Any]]:
    """The tests to be run on NODES, in their order."""
    try:
        chosen = choose(list(tiers), [str(name) for name in tests])
    except ClusterError as error:
        raise AnsibleFilterError(str(error)) from error
    planned = order(expand(chosen, sorted(map(str, nodes))), int(rounds), int(count), str(seed))
    return [
        {
            "name": item.name,
            "id": item.test.id,
            "node": item.node,
            "title": f"{item.test.title} {item.node}".strip(),
            "tier": item.test.tier,
            "number": number,
            "of": len(planned),
        }
        for number, item in enumerate(planned, start=1)
    ]


class FilterModule:
    """Make the filter known to Ansible."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        return {"internal_failover_plan": failover_plan}
