# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Report the result of a run for each of several clusters."""

from __future__ import annotations

import typing as t

DOCUMENTATION = r"""
name: internal_outcome
short_description: Report the result of a run for each of several clusters
version_added: 1.0.0
description:
  - "Internal: a step of the playbook site. It may change in any release."
positional: hostvars, hosts, left
options:
  _input:
    description: The nodes of all clusters of the inventory.
    type: list
    elements: str
    required: true
  hostvars:
    description: The variables of all hosts.
    type: dict
    required: true
  hosts:
    description: The hosts of the run.
    type: list
    elements: str
    required: true
  left:
    description: The hosts that neither failed nor were unreachable.
    type: list
    elements: str
    required: true
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Report the result for each cluster
  ansible.builtin.debug:
    msg: "{{ nodes | quorate.ha_cluster.internal_outcome(hostvars, ansible_play_hosts_all, ansible_play_hosts) }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: One sentence for each cluster.
  type: list
  elements: str
"""


def internal_outcome(
    nodes: t.Iterable[str], hostvars: t.Mapping[str, t.Any], hosts: t.Collection[str], left: t.Collection[str]
) -> list[str]:
    """One sentence for each cluster that has any of NODES among HOSTS."""
    clusters: dict[str, list[str]] = {}
    for node in nodes:
        if node in hosts:
            clusters.setdefault(str(hostvars[node].get("ha_cluster_name", "")), []).append(node)
    return [sentence(name, [node for node in members if node not in left]) for name, members in clusters.items()]


def sentence(cluster: str, failed: t.Sequence[str]) -> str:
    """Return the result for CLUSTER. FAILED are its nodes that failed or could not be reached."""
    if not failed:
        return f"{cluster}: all nodes are done."
    return f"{cluster}: {', '.join(failed)} failed or could not be reached."


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"internal_outcome": internal_outcome}
