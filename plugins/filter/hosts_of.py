# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List the hosts that a play is for."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

DOCUMENTATION = r"""
name: hosts_of
short_description: List the hosts of some groups, without those of another
version_added: 1.0.0
description:
  - Use it for C(hosts) of a play. A pattern would warn about each missing group.
  - If an inventory has several clusters, each in a group below C(cluster), O(clusters) chooses some of them.
positional: names, without, clusters
options:
  _input:
    description: The hosts of each group, as in the variable C(groups).
    type: dict
    required: true
  names:
    description: The groups to list. A missing group has no hosts.
    type: list
    elements: str
    required: true
  without:
    description: The group to leave out.
    type: str
    default: ""
  clusters:
    description:
      - The groups below C(cluster) to list. All other hosts of the group C(cluster) are left out.
      - A list, or names separated by commas. Empty means all.
    type: raw
    default: []
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Provide the web server
  hosts: "{{ groups | quorate.ha_cluster.hosts_of(['cluster'], 'without_lighttpd') }}"
  roles:
    - quorate.ha_cluster.lighttpd

- name: Back up one of several clusters
  hosts: "{{ groups | quorate.ha_cluster.hosts_of(['cluster'], clusters='web') }}"
  roles:
    - quorate.ha_cluster.backup
"""

RETURN = r"""
_value:
  description: The names of the hosts, each once, in the order of the groups.
  type: list
  elements: str
"""


Groups = t.Mapping[str, t.Iterable[str]]


def hosts_of(
    groups: Groups, names: t.Iterable[str], without: str = "", clusters: str | t.Iterable[str] = ()
) -> list[str]:
    """The hosts of those of GROUPS that NAMES lists, but for those of WITHOUT and of clusters that are not chosen."""
    left_out = {*groups.get(without, ()), *not_chosen(groups, names_in(clusters))}
    return list(dict.fromkeys(host for name in names for host in groups.get(name, ()) if host not in left_out))


def names_in(clusters: str | t.Iterable[str]) -> list[str]:
    """The names in CLUSTERS; on the command line they come as one string."""
    each = clusters.split(",") if isinstance(clusters, str) else map(str, clusters)
    return [name.strip() for name in each if name.strip()]


def not_chosen(groups: Groups, clusters: t.Sequence[str]) -> set[str]:
    """The hosts of the group `cluster` that are in none of CLUSTERS, where any is named."""
    every = set(groups.get("cluster", ()))
    known = clusters_in(groups)
    strange = [name for name in clusters if name not in known and name != "cluster"]
    if strange:
        there_are = f"The groups there are {', '.join(known)}." if known else "There are no groups below it."
        raise AnsibleFilterError(
            f"ha_clusters has {', '.join(strange)}, which is no group below the group 'cluster'. {there_are}"
        )
    return every.difference(*(groups[name] for name in clusters)) if clusters else set()


def clusters_in(groups: Groups) -> list[str]:
    """The groups all of whose hosts are in the group `cluster`."""
    every = set(groups.get("cluster", ()))
    return sorted(
        name
        for name, hosts in groups.items()
        if name not in ("all", "cluster", "ungrouped") and set(hosts) and set(hosts) <= every
    )


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"hosts_of": hosts_of}
