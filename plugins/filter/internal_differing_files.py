# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare the files that a machine has with those that it should have."""

from __future__ import annotations

import hashlib
import typing as t

DOCUMENTATION = r"""
name: internal_differing_files
short_description: Find files that are not as they should be
version_added: 1.0.0
description:
  - "Internal: a step of the roles fence_virt, lighttpd and shared_storage. It may change in any release."
  - Compares what P(quorate.ha_cluster.internal_machine_info#module) found with the declared files.
positional: wanted
options:
  _input:
    description: By path, the files there, as P(quorate.ha_cluster.internal_machine_info#module) returns it in C(files).
    type: dict
    required: true
  wanted:
    description:
      - By path, what should be there. C(content) is compared by its digest; a directory has none.
      - C(owner), C(group) and C(mode) are compared where they are given. The option C(validate) of
        M(quorate.ha_cluster.internal_machine) is not compared.
    type: dict
    required: true
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Say which files differ
  ansible.builtin.debug:
    msg: "{{ look.files | quorate.ha_cluster.internal_differing_files({'/etc/motd': {'mode': '0644'}}) }}"
"""

RETURN = r"""
_value:
  description: The paths of the files that are missing or otherwise than wanted.
  type: list
  elements: str
"""

State = t.Mapping[str, t.Any]


def differs(state: State, wanted: State) -> bool:
    """Is STATE otherwise than WANTED?"""
    present = {**state, "content": state.get("sha256")}
    expected = {key: value for key, value in wanted.items() if key != "validate"}
    if "content" in expected:
        expected["content"] = hashlib.sha256(str(expected["content"]).encode()).hexdigest()
    return any(present.get(key) != value for key, value in {"exists": True, **expected}.items())


def differing_files(states: t.Mapping[str, State], wanted: t.Mapping[str, State]) -> list[str]:
    """The paths at which STATES are not as WANTED."""
    return [path for path, expected in wanted.items() if differs(states.get(path, {}), expected)]


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"internal_differing_files": differing_files}
