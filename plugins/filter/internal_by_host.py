# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gather a variable of several hosts."""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Mapping

from ansible.errors import AnsibleFilterError

DOCUMENTATION = r"""
name: internal_by_host
short_description: Gather a variable of several hosts
version_added: 1.0.0
description:
  - "Internal: a step of the roles. It may change in any release."
  - Use it for decisions about several hosts, for example with a variable that a task has registered on each host.
positional: hostvars, name
options:
  _input:
    description: The hosts.
    type: list
    elements: str
    required: true
  hostvars:
    description: The variables of all hosts.
    type: dict
    required: true
  name:
    description: The variable.
    type: str
    required: true
  partial:
    description: Whether to leave out hosts that do not have the variable.
    type: bool
    default: false
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Show what was found on each host
  ansible.builtin.debug:
    msg: "{{ ansible_play_hosts | quorate.ha_cluster.internal_by_host(hostvars, 'look') }}"
"""

RETURN = r"""
_value:
  description: By host, the value of the variable.
  type: dict
"""


def by_host(
    hosts: Iterable[str], hostvars: Mapping[str, Mapping[str, t.Any]], name: str, partial: bool = False
) -> dict[str, t.Any]:
    """The variable NAME of each of HOSTS."""
    # Once for each host: what hostvars returns is put together each time.
    variables = {host: hostvars[host] for host in hosts}
    without = [host for host, own in variables.items() if name not in own]
    if without and not partial:
        raise AnsibleFilterError(f"{', '.join(without)} has no variable {name}")
    return {host: own[name] for host, own in variables.items() if name in own}


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"internal_by_host": by_host}
