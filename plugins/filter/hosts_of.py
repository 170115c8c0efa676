# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List the hosts that a play is for."""

from __future__ import annotations

import typing as t

DOCUMENTATION = r"""
name: hosts_of
short_description: List the hosts of some groups, without those of another
version_added: 1.0.0
description:
  - For C(hosts) of a play, where a pattern would warn of each group that an inventory need not have.
positional: names, without
options:
  _input:
    description: The hosts of each group, as the variable C(groups) holds them.
    type: dict
    required: true
  names:
    description: The groups whose hosts are listed. A group that is not there has none.
    type: list
    elements: str
    required: true
  without:
    description: The group whose hosts are left out.
    type: str
    default: ""
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Provide the web server
  hosts: "{{ groups | quorate.ha_cluster.hosts_of(['cluster'], 'without_lighttpd') }}"
  roles:
    - quorate.ha_cluster.lighttpd
"""

RETURN = r"""
_value:
  description: The names of the hosts, each once, in the order of the groups.
  type: list
  elements: str
"""


def hosts_of(groups: t.Mapping[str, t.Iterable[str]], names: t.Iterable[str], without: str = "") -> list[str]:
    """The hosts of those of GROUPS that NAMES lists, but for those of WITHOUT."""
    left_out = set(groups.get(without, ()))
    return list(dict.fromkeys(host for name in names for host in groups.get(name, ()) if host not in left_out))


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"hosts_of": hosts_of}
