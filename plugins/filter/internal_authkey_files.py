# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn planned shared keys into what the module internal_key_file is to do on one host."""

from __future__ import annotations

import typing as t

DOCUMENTATION = r"""
name: internal_authkey_files
short_description: Turn planned shared keys into parameters of the module internal_key_file
version_added: 1.0.0
description:
  - "Internal: a step of the role authkey. It may change in any release."
  - Lists the keys that a host shares in the form that M(quorate.ha_cluster.internal_key_file) takes.
  - The result holds keys. Use it with C(no_log).
positional: plan, host
options:
  _input:
    description: The keys, as the variable C(ha_shared_keys) of the role P(quorate.ha_cluster.authkey#role) lists them.
    type: list
    elements: dict
    required: true
  plan:
    description: What P(quorate.ha_cluster.internal_authkey_plan#filter) made of them.
    type: list
    elements: dict
    required: true
  host:
    description: The host.
    type: str
    required: true
  contents:
    description: By host, the results of P(ansible.builtin.slurp#module) there, each with the path as C(source).
    type: dict
    default: {}
  generate:
    description: Whether a key that is nowhere may be generated.
    type: bool
    default: false
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Put the keys in place
  quorate.ha_cluster.internal_key_file:
    keys: "{{ ha_shared_keys | quorate.ha_cluster.internal_authkey_files(plan, inventory_hostname, contents=slurped) }}"
  no_log: true
"""

RETURN = r"""
_value:
  description: The value for O(quorate.ha_cluster.internal_key_file#module:keys).
  type: list
  elements: dict
"""

DEFAULT_SIZE = 256
FILE_OPTIONS = ("path", "owner", "group", "mode", "directory_owner", "directory_group", "directory_mode")


def authkey_files(
    keys: t.Iterable[t.Mapping[str, t.Any]],
    plan: t.Iterable[t.Mapping[str, t.Any]],
    host: str,
    contents: t.Mapping[str, t.Iterable[t.Mapping[str, t.Any]]] | None = None,
    generate: bool = False,
) -> list[dict[str, t.Any]]:
    """Those of KEYS that HOST shares, each with its content where HOST has to get it."""
    plans = {entry["path"]: entry for entry in plan}
    slurped = {
        (name, result["source"]): result["content"]
        for name, results in (contents or {}).items()
        for result in results
        if "content" in result
    }
    result = []
    for key in keys:
        if host not in key["hosts"] or key["path"] not in plans:
            continue
        entry = {name: key[name] for name in FILE_OPTIONS if name in key}
        planned = plans[key["path"]]
        if planned["source"] == "supplied":
            entry["content"] = key["content"]
        elif host in planned["write"] and (planned["host"], key["path"]) in slurped:
            entry["content"] = slurped[planned["host"], key["path"]]
        elif generate and planned["source"] == "generate":
            entry["size"] = key.get("size") or DEFAULT_SIZE
        result.append(entry)
    return result


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"internal_authkey_files": authkey_files}
