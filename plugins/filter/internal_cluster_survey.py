# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring together what was found on the nodes of a cluster, once for all of them. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.host_auth import without_token

DOCUMENTATION = r"""
name: internal_cluster_survey
short_description: Bring together what was found on the nodes of a cluster
version_added: 1.0.0
description:
  - "Internal: a step of the role cluster. It may change in any release."
  - Compares what M(quorate.ha_cluster.corosync_info) has found on the nodes with what they should become.
positional: _input
options:
  _input:
    description:
      - By node, what M(quorate.ha_cluster.corosync_info) has found on it.
      - One of them was asked for the state of the cluster as well.
    type: dict
    required: true
  nodes:
    description: The nodes and where their C(pcsd) is reached, as M(quorate.ha_cluster.pcs_host_auth) takes them.
    type: list
    elements: dict
    required: true
  configuration:
    description: What M(quorate.ha_cluster.pcs_cluster) returned.
    type: dict
    required: true
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Say on which nodes corosync has other settings than its file
  ansible.builtin.debug:
    msg: "{{ (found | quorate.ha_cluster.internal_cluster_survey(pcsd_nodes, configuration)).stale }}"
  vars:
    configuration: "{{ hostvars[ansible_play_hosts | first].compared }}" # what pcs_cluster returned there
    pcsd_nodes:
      - {name: node1, address: 192.0.2.1, port: 2224}
      - {name: node2, address: 192.0.2.2, port: 2224}
    found: "{{ dict(ansible_play_hosts | zip(ansible_play_hosts | map('extract', hostvars, 'corosync'))) }}"
"""

RETURN = r"""
_value:
  description: What holds of all nodes together.
  type: dict
  contains:
    ready:
      description: Whether all have the programs, and none runs the cluster that a package has started.
      type: bool
    configured:
      description: Whether all have, and use, the configuration that is wanted.
      type: bool
    started:
      description: Whether Pacemaker runs on all.
      type: bool
    at_rest:
      description: Whether there is quorum, all nodes are online, and the cluster has nothing left to do.
      type: bool
    seeded:
      description: Whether the cluster still has what M(quorate.ha_cluster.internal_cib_seed) gave it for its first
        start.
      type: bool
    running:
      description: The nodes that run in a cluster.
      type: list
      elements: str
    stale:
      description: The nodes whose corosync runs with other settings than its file has.
      type: list
      elements: str
    joining:
      description: The nodes that the existing cluster does not have; none when there is no cluster.
      type: list
      elements: str
    device:
      description: The quorum device that the cluster has, else empty.
      type: dict
    strangers:
      description:
        - By node, those that its C(pcs) has yet to be authenticated to. The tokens that it shows to others are compared
          with those that they accept, without asking C(pcsd).
        - A node of which nothing was found is taken to accept the token that is kept for it.
      type: dict
"""

Entry = t.Mapping[str, t.Any]


def cluster_survey(found: t.Mapping[str, Entry], nodes: t.Sequence[Entry], configuration: Entry) -> dict[str, t.Any]:
    """What holds of the nodes that were FOUND."""
    clusters = {name: info for name, info in found.items() if not info["stock"]}
    members = {member for info in clusters.values() for member in info["nodes"]}
    stale = [name for name, info in clusters.items() if info["stale"]]
    state = next((info["cluster"] for info in found.values() if info.get("cluster")), {})
    quiet = bool(state.get("quorate") and state.get("idle"))
    unchanged = all(info["content"] == configuration.get("config") for info in found.values())
    return {
        "ready": all(info["installed"] and not (info["stock"] and info["running"]) for info in found.values()),
        "configured": unchanged and not stale and configuration.get("classification") != "live",
        "started": all(info["pacemaker_running"] for info in found.values()),
        "at_rest": quiet and set(found) <= set(state["online"]),
        "seeded": bool(state.get("seeded")),
        "running": [name for name, info in clusters.items() if info["pacemaker_running"]],
        "stale": stale,
        "joining": [name for name in found if name not in members] if clusters else [],
        "device": next((info["quorum_device"] for info in clusters.values() if info["quorum_device"]), {}),
        "strangers": {name: without_token(nodes, look["tokens"]["known"], found) for name, look in found.items()},
    }


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"internal_cluster_survey": cluster_survey}
