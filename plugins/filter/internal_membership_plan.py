# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan which nodes leave a cluster and which join it."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.membership import Declared, plan

DOCUMENTATION = r"""
name: internal_membership_plan
short_description: Plan which nodes leave a cluster and which join it
version_added: 1.0.0
description:
  - "Internal: a step of the role membership. It may change in any release."
positional: members, inventory, nodes, leaving, replaced, can_join
options:
  _input:
    description: By host of the play, what M(quorate.ha_cluster.corosync_info) returned there.
    type: dict
    required: true
  members:
    description: The nodes that Pacemaker has, as M(quorate.ha_cluster.internal_cluster_check) returns them.
    type: list
    elements: dict
    required: true
  inventory:
    description: The names of all hosts of the inventory.
    type: list
    elements: str
    required: true
  nodes:
    description: The nodes of C(ha_nodes).
    type: list
    elements: str
    required: true
  leaving:
    description: The nodes of C(ha_leaving_nodes).
    type: list
    elements: str
    default: []
  replaced:
    description: The nodes of C(ha_replaced_nodes).
    type: list
    elements: str
    default: []
  can_join:
    description: Whether C(ha_roles) lists the role that lets nodes join.
    type: bool
    default: true
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Plan who leaves and who joins
  ansible.builtin.set_fact:
    plan: "{{ found | quorate.ha_cluster.internal_membership_plan(seen.members, groups['all'], ['node1', 'node4']) }}"
"""

RETURN = r"""
_value:
  description:
    - The nodes that C(leave) and those that C(join) then, those that are C(online), those that keep C(notes) of a
      removal that was begun, and why the plan is C(refused), one sentence each.
  type: dict
"""


def membership_plan(
    found: t.Mapping[str, t.Any],
    members: t.Sequence[t.Mapping[str, t.Any]],
    inventory: t.Collection[str],
    nodes: t.Sequence[str],
    leaving: t.Sequence[str] = (),
    replaced: t.Sequence[str] = (),
    can_join: bool = True,
) -> dict[str, t.Any]:
    """The plan as plain data."""
    return dataclasses.asdict(plan(Declared(nodes, leaving, replaced, can_join), found, members, inventory))


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"internal_membership_plan": membership_plan}
