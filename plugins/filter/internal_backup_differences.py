# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Name what of a node differs from a backup of its cluster."""

from __future__ import annotations

import typing as t

DOCUMENTATION = r"""
name: internal_backup_differences
short_description: List the differences between a node and a backup of its cluster
version_added: 1.0.0
description:
  - "Internal: a step of the role backup. It may change in any release."
  - Compares the result of M(quorate.ha_cluster.internal_backup_info) on a node with a backup.
  - Returns names, never contents.
positional: found
options:
  _input:
    description: The backup, as in RV(quorate.ha_cluster.internal_backup_archive_info#module:backup).
    type: dict
    required: true
  found:
    description: The result of M(quorate.ha_cluster.internal_backup_info).
    type: dict
    required: true
  without:
    description: Prefixes of paths to ignore.
    type: list
    elements: str
    default: []
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Name what differs
  ansible.builtin.debug:
    msg: "{{ archive.backup | quorate.ha_cluster.internal_backup_differences(found) }}"
"""

RETURN = r"""
_value:
  description: The paths of the differing files, and C(cib.xml) if the configuration differs.
  type: list
  elements: str
"""

CIB = "cib.xml"


def backup_differences(
    backup: t.Mapping[str, t.Any], found: t.Mapping[str, t.Any], without: t.Sequence[str] = ()
) -> list[str]:
    """The files of BACKUP that are missing or other on the node, and its CIB where that is."""
    present = {entry["path"]: dict(entry) for entry in found["files"]}
    compared = [entry for entry in backup["files"] if not entry["path"].startswith(tuple(without))]
    differing = [entry["path"] for entry in compared if present.get(entry["path"]) != dict(entry)]
    return ([CIB] if found["cib"] != backup["cib"] else []) + sorted(differing)


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"internal_backup_differences": backup_differences}
