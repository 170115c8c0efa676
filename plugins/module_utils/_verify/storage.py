# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check that Pacemaker and corosync can keep their files on this host. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import (
    ERROR,
    WARNING,
    Check,
    Finding,
)

CIB = "/var/lib/pacemaker/cib/cib.xml"
FOLDERS = ("/var/lib/pacemaker", "/var/lib/corosync")
GIVEN_UP = "Disabling CIB disk writes"  # what pacemaker-based says when a write has failed
LITTLE, NEARLY_NONE = 50 * 2**20, 5 * 2**20  # bytes
FEW_FILES = 100

UNSAVED = Check(
    "cib-unsaved",
    ERROR,
    "Pacemaker on this node no longer saves the configuration: after a restart of all nodes the last changes are lost.",
    "Free space in /var/lib/pacemaker, then restart Pacemaker on this node: after a failed write it never tries again.",
    local=True,
)
ROOM = Check(
    "storage-full",
    WARNING,
    "There is little room where Pacemaker or corosync keep their files. Where there is next to none, that is an error.",
    "Free space on that file system, or enlarge it.",
    local=True,
)
CHECKS = (UNSAVED, ROOM)

Version = tuple[int, int]


@dataclass(frozen=True)
class Room:
    """What is left on the file system of a folder. A file system without a fixed number of files has `files` None."""

    folder: str
    size: int
    files: int | None = None


def saved(live: Version, on_disk: Version | None, journal: t.Sequence[str]) -> list[Finding]:
    """The finding that the file's version is older than the LIVE one. ON_DISK is None where there is no file."""
    if on_disk is not None and on_disk >= live:
        return []
    what = "does not exist" if on_disk is None else f"has version {_words(on_disk)}"
    said = next((line.strip() for line in reversed(journal) if GIVEN_UP in line), "")
    reason = f" The journal: {said.rstrip('.')}." if said else ""
    return [UNSAVED.found(CIB, f"{CIB} {what}, the running one {_words(live)}.{reason}")]


def room(rooms: t.Iterable[Room]) -> list[Finding]:
    """The folders with too little room."""
    found = []
    for one in rooms:
        if one.size < LITTLE or (one.files is not None and one.files < FEW_FILES):
            bad = one.size < NEARLY_NONE or one.files == 0
            files = "" if one.files is None or one.files >= FEW_FILES else f" and {one.files} files"
            said = f"{one.size / 2**20:.1f} MiB{files} are left in {one.folder}."
            found.append(ROOM.found(one.folder, said, severity=ERROR if bad else WARNING))
    return found


def _words(version: Version) -> str:
    return ".".join(map(str, version))
