# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files with a shared binary key: inspect one, and replace it so that a crash leaves the old one."""

from __future__ import annotations

import grp
import hashlib
import os
import pathlib
import pwd
import secrets
import stat
import typing as t
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.private_file import (
    Access,
    Labeller,
    keep_label,
    make_folder,
    replace_file,
)


@dataclass(frozen=True)
class KeyFile:
    """A key as it is wanted. Without CONTENT an existing file keeps its content; a missing one becomes a copy of the
    file COPY_OF, else SIZE random bytes."""

    path: str
    owner: str
    group: str
    mode: int
    directory_owner: str
    directory_group: str
    directory_mode: int
    content: bytes | None = None
    size: int = 0
    copy_of: str = ""


@dataclass(frozen=True)
class Change:
    """What differs between the file and what is wanted; never the key itself."""

    before: t.Mapping[str, str]
    after: t.Mapping[str, str]

    @property
    def changed(self) -> bool:
        return self.before != self.after


def digest(content: bytes) -> str:
    """Identifies a key without giving it away."""
    return hashlib.sha256(content).hexdigest()


def state(path: str) -> dict[str, str]:
    """Owner, group, mode and digest of the file PATH; empty when there is none."""
    try:
        with open(path, "rb") as stream:
            content, status = stream.read(), os.fstat(stream.fileno())
    except FileNotFoundError:
        return {}
    return {
        "owner": _user_name(status.st_uid),
        "group": _group_name(status.st_gid),
        "mode": f"{stat.S_IMODE(status.st_mode):04o}",
        "sha256": digest(content),
    }


def plan(key: KeyFile) -> Change:
    """Compare the file with KEY. A key is copied or generated only while there is no file."""
    before = state(key.path)
    after = {"owner": key.owner, "group": key.group, "mode": f"{key.mode:04o}", "sha256": before.get("sha256", "")}
    if key.content is not None:
        after["sha256"] = digest(key.content)
    elif not before and key.copy_of:
        source = state(key.copy_of)
        if not source:
            raise ClusterError(f"{key.path} has to be a copy of {key.copy_of}, which doesn't exist.")
        after["sha256"] = source["sha256"]
    elif not before:
        if not key.size:
            raise ClusterError(f"{key.path} doesn't exist, and neither its content nor a size is given.")
        after["sha256"] = "(to be generated)"
    return Change(before, after)


def write(key: KeyFile, label: Labeller = keep_label) -> None:
    """Put KEY in place: directory, content, owner, group and mode, all at once by a rename."""
    access = Access(key.mode, _user_id(key.owner, key.path), _group_id(key.group, key.path))
    folder = os.path.dirname(key.path)
    if not os.path.isdir(folder):
        owner, group = _user_id(key.directory_owner, key.path), _group_id(key.directory_group, key.path)
        make_folder(folder, Access(key.directory_mode, owner, group), label)
    content = key.content if key.content is not None else _present_or_new(key)
    replace_file(key.path, content, access, label)


def _present_or_new(key: KeyFile) -> bytes:
    for path in (key.path, key.copy_of):
        if path and os.path.exists(path):
            return pathlib.Path(path).read_bytes()
    return secrets.token_bytes(key.size)


def _user_id(name: str, path: str) -> int:
    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        raise ClusterError(f"User {name}, who is to own {path}, doesn't exist; install its package first.") from None


def _group_id(name: str, path: str) -> int:
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        raise ClusterError(f"Group {name}, who is to own {path}, doesn't exist; install its package first.") from None


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _group_name(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)
