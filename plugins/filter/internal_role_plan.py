# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan what a role has to do on a host."""

from __future__ import annotations

import dataclasses
import importlib
import typing as t
from collections.abc import Mapping

from ansible.errors import AnsibleFilterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

DOCUMENTATION = r"""
name: internal_role_plan
short_description: Plan the steps of a role on a host
version_added: 1.0.0
description:
  - "Internal: a step of the roles. It may change in any release."
  - Calls C(plan) of the role's file in C(plugins/plugin_utils/_roles), with the facts about the host and the task's
    named arguments.
positional: role, part
options:
  _input:
    description: The facts about the host, or other input of the part.
    type: raw
    required: true
  role:
    description: The role's name.
    type: str
    required: true
  part:
    description: The part to plan. With V(names), the filter calls C(plan_names) instead.
    type: str
    default: ""
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Show the steps that have something to do
  ansible.builtin.debug:
    msg: "{{ look | quorate.ha_cluster.internal_role_plan('lighttpd', check_mode=ansible_check_mode, **given) }}"
"""

RETURN = r"""
_value:
  description: The plan. The role's file describes its keys. C(due) lists the steps to run.
  type: raw
  sample: {due: [configure], in_cluster: true, is_active: true}
"""

PACKAGE = "ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles"


def role_plan(look: t.Any, role: str, part: str = "", **given: t.Any) -> t.Any:
    """The plan of ROLE, or the PART of it, after its LOOK at a host, with what else it is GIVEN."""
    module = importlib.import_module(f"{PACKAGE}.{role}")
    try:
        return plain(getattr(module, f"plan_{part}" if part else "plan")(look, **given))
    except ClusterError as error:
        raise AnsibleFilterError(str(error)) from None


def plain(value: t.Any) -> t.Any:
    """VALUE as Ansible keeps it in variables."""
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"internal_role_plan": role_plan}
