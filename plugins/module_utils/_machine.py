# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a machine has: packages, systemd units, files. Only looks."""

from __future__ import annotations

import grp
import hashlib
import os
import pathlib
import pwd
import stat
import typing as t

from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import Runner

# Where there is a database of dpkg, it is the one that counts.
DPKG_DATABASE = "/var/lib/dpkg/status"
DPKG_QUERY = ("dpkg-query", "--show", "--showformat", "${Package} ${db:Status-Status}\\n")
RPM_QUERY = ("rpm", "--query", "--queryformat", "%{NAME} installed\\n")

# What `systemctl is-enabled` takes for enabled.
ENABLED = frozenset({"enabled", "enabled-runtime", "static", "alias", "indirect", "generated"})

_TYPES = {stat.S_IFREG: "file", stat.S_IFDIR: "directory", stat.S_IFBLK: "block", stat.S_IFCHR: "character"}


def installed(runner: Runner, names: t.Sequence[str], *, debian: bool) -> dict[str, bool]:
    """Which of the packages NAMES are installed. Asking dpkg or rpm takes a tenth of the time that apt or dnf take."""
    if not names:
        return {}
    answer = runner.run([*(DPKG_QUERY if debian else RPM_QUERY), *names]).stdout
    found = {line.split()[0] for line in answer.splitlines() if line.split()[1:] == ["installed"]}
    return {name: name in found for name in names}


def parse_units(names: t.Sequence[str], shown: str) -> dict[str, dict[str, bool]]:
    """What `systemctl show` said of the units NAMES, in their order."""
    blocks = [dict(line.partition("=")[::2] for line in block.splitlines()) for block in shown.strip().split("\n\n")]
    known = dict(zip(names, blocks))
    return {name: unit_state(known.get(name, {})) for name in names}


def unit_state(properties: t.Mapping[str, str]) -> dict[str, bool]:
    """A unit's PROPERTIES in short."""
    return {
        "loaded": properties.get("LoadState") == "loaded",
        "active": properties.get("ActiveState") == "active",
        "enabled": properties.get("UnitFileState") in ENABLED,
    }


def units(runner: Runner, names: t.Sequence[str]) -> dict[str, dict[str, bool]]:
    """Whether the units NAMES exist, run, and start at boot."""
    if not names:
        return {}
    shown = runner.run(["systemctl", "show", "--property=LoadState,ActiveState,UnitFileState", *names])
    return parse_units(names, shown.stdout)


def file_state(path: str) -> dict[str, t.Any]:
    """What is at PATH; a symbolic link is followed."""
    try:
        status = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return {"exists": False}
    kind = _TYPES.get(stat.S_IFMT(status.st_mode), "other")
    return {
        "exists": True,
        "type": kind,
        "owner": _name(pwd.getpwuid, status.st_uid),
        "group": _name(grp.getgrgid, status.st_gid),
        "mode": f"{stat.S_IMODE(status.st_mode):04o}",
        "size": status.st_size,
        "mtime": status.st_mtime,
        "sha256": hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest() if kind == "file" else "",
    }


def read_text(path: str) -> str:
    """The text of the file PATH; empty when there is none."""
    try:
        return pathlib.Path(path).read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return ""


def _name(find: t.Callable[[int], t.Any], number: int) -> str:
    try:
        return str(find(number)[0])
    except KeyError:
        return str(number)
