# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decide which shared keys to rotate."""

from __future__ import annotations

import base64
import binascii
import hashlib
import typing as t

from ansible.errors import AnsibleFilterError

DOCUMENTATION = r"""
name: internal_authkey_due
short_description: Decide which shared keys to rotate
version_added: 1.0.0
description:
  - "Internal: a step of the role authkey. It may change in any release."
  - A supplied key is due when a host has another one; a generated one when it is older than it may be.
  - A key whose rotation was broken off is due in any case.
positional: paths, found, older_than
options:
  _input:
    description: The keys, as the variable C(ha_shared_keys) of the role P(quorate.ha_cluster.authkey#role) lists them.
    type: list
    elements: dict
    required: true
  paths:
    description: The keys that may be rotated, by path.
    type: list
    elements: str
    required: true
  found:
    description:
      - By host, what P(quorate.ha_cluster.internal_machine_info#module) returned of the keys' C(files).
      - Besides each key also of the file with C(.next) added, which holds the successor while a key is rotated.
      - Of C(commands) one named C(clock), which tells the host's time in seconds since 1970.
    type: dict
    required: true
  older_than:
    description: The age, in seconds, from which on a generated key is due.
    type: int
    required: true
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Decide which keys are rotated
  ansible.builtin.set_fact:
    due: >-
      {{ ha_shared_keys | quorate.ha_cluster.internal_authkey_due(['/etc/corosync/authkey'], {'node1': look1}, 3600) }}
"""

RETURN = r"""
_value:
  description: The paths of the keys that are due.
  type: list
  elements: str
"""

State = t.Mapping[str, t.Any]


def authkey_due(
    keys: t.Iterable[State], paths: t.Collection[str], found: t.Mapping[str, t.Mapping[str, State]], older_than: int
) -> list[str]:
    """The paths of those of KEYS that are due."""
    return [key["path"] for key in keys if key["path"] in paths and is_due(key, found, int(older_than))]


def is_due(key: State, found: t.Mapping[str, t.Mapping[str, State]], older_than: int) -> bool:
    """Whether KEY is due, given what was FOUND on the hosts."""
    path = key["path"]
    looks = [found[host] for host in key["hosts"] if host in found]
    holders = [look for look in looks if look["files"].get(path, {}).get("exists")]
    present = [look["files"][path] for look in holders]
    if not present:
        return False
    if any(look["files"].get(f"{path}.next", {}).get("exists") for look in looks):
        return True
    if key.get("content"):
        return any(state["sha256"] != digest(key) for state in present)
    return (
        max(float(look["commands"]["clock"]["stdout"]) - look["files"][path]["mtime"] for look in holders) >= older_than
    )


def digest(key: State) -> str:
    """The digest of the content supplied for KEY."""
    try:
        return hashlib.sha256(base64.b64decode(str(key["content"]), validate=True)).hexdigest()
    except (binascii.Error, ValueError):
        raise AnsibleFilterError(f"ha_shared_keys: the content of {key['path']} isn't base64") from None


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"internal_authkey_due": authkey_due}
