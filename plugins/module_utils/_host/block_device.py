# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inspect a block device: read the device itself, never a cache, and change nothing."""

from __future__ import annotations

import json
import os
import pathlib
import re
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import NOT_FOUND, Runner

BLANK_SIZE = 1024 * 1024
# Offset of sb_inprogress in the superblock: mkfs.xfs clears it when it has written everything else.
XFS_IN_PROGRESS_OFFSET = 126

_OCTAL = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True)
class Signature:
    """What wipefs knows at one place of a device."""

    type: str
    uuid: str
    label: str


@dataclass(frozen=True)
class Contents:
    """What was found on a device."""

    signatures: tuple[Signature, ...] = ()
    blank: bool = False
    unfinished: bool = False

    @property
    def types(self) -> tuple[str, ...]:
        """The kinds of signatures, each once."""
        return tuple(sorted({signature.type for signature in self.signatures}))

    @property
    def description(self) -> str:
        """What is found, as a part of a sentence."""
        if self.types:
            return "signatures of " + ", ".join(self.types)
        return "nothing" if self.blank else "data without any known signature"


def parse_signatures(text: str) -> tuple[Signature, ...]:
    """Read what ``wipefs --no-act --json`` printed. Raises ValueError when that is not JSON."""
    if not text.strip():
        return ()
    entries = json.loads(text).get("signatures") or []
    return tuple(Signature(entry["type"], entry.get("uuid") or "", entry.get("label") or "") for entry in entries)


def parse_mount_points(mountinfo: str, major: int, minor: int) -> list[str]:
    """Where the device MAJOR:MINOR is mounted, according to the text of ``/proc/self/mountinfo``."""
    fields = (line.split() for line in mountinfo.splitlines())
    points = (_unescape(field[4]) for field in fields if len(field) > 4 and field[2] == f"{major}:{minor}")
    return sorted(set(points))


def find_fstab_entries(fstab: str, *, names: Iterable[str], mount_point: str | None) -> list[str]:
    """The lines of FSTAB that mount something of NAMES (devices, ``UUID=``, ``LABEL=``) or mount at MOUNT_POINT."""
    wanted = {name.lower() for name in names}
    found = []
    for line in fstab.splitlines():
        fields = line.split()
        if len(fields) < 2 or fields[0].startswith("#"):
            continue
        source, target = fields[0].replace('"', "").lower(), os.path.normpath(_unescape(fields[1]))
        if source in wanted or (mount_point is not None and target == os.path.normpath(mount_point)):
            found.append(" ".join(fields))
    return found


def read_contents(path: str, runner: Runner) -> Contents:
    """Find out what the device PATH holds. Raises ClusterError when it cannot be read."""
    result = runner.run(["wipefs", "--no-act", "--json", path])
    if result.rc == NOT_FOUND:
        raise ClusterError("the program wipefs is missing; install util-linux")
    if result.rc != 0:
        raise ClusterError(f"{path} can't be read: {result.message}")
    try:
        signatures = parse_signatures(result.stdout)
        with open(path, "rb") as device:
            start = device.read(BLANK_SIZE)
    except (OSError, ValueError) as error:
        raise ClusterError(f"{path} can't be read: {error}") from error
    is_xfs = any(signature.type == "xfs" for signature in signatures)
    return Contents(
        signatures=signatures,
        blank=not signatures and not start.strip(b"\0"),
        unfinished=is_xfs and start[XFS_IN_PROGRESS_OFFSET : XFS_IN_PROGRESS_OFFSET + 1] == b"\1",
    )


def read_size(path: str) -> int:
    """Size of the device PATH in bytes."""
    with open(path, "rb") as device:
        return device.seek(0, os.SEEK_END)


def read_serial(major: int, minor: int, sysfs: str = "/sys/dev/block") -> str:
    """What the disk MAJOR:MINOR says its number is; empty when it has none."""
    directory = pathlib.Path(sysfs) / f"{major}:{minor}"
    for name in ("serial", "wwid", "device/wwid", "device/serial"):
        try:
            text = (directory / name).read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            continue
        if text:
            return text
    return ""


def aliases(path: str, signatures: Sequence[Signature]) -> set[str]:
    """The names under which fstab may know the device PATH."""
    names = {path, os.path.realpath(path)}
    names |= {f"UUID={signature.uuid}" for signature in signatures if signature.uuid}
    return names | {f"LABEL={signature.label}" for signature in signatures if signature.label}


def device_number(path: str) -> tuple[int, int] | None:
    """Major and minor number of the block device PATH, None when there is none."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    if not stat.S_ISBLK(status.st_mode):
        return None
    return os.major(status.st_rdev), os.minor(status.st_rdev)


def _unescape(text: str) -> str:
    return _OCTAL.sub(lambda match: chr(int(match.group(1), 8)), text)
