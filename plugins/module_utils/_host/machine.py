# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inspect a machine: packages, systemd units, files. Only looks."""

from __future__ import annotations

import dataclasses
import grp
import hashlib
import os
import pathlib
import pwd
import stat
import time
import typing as t
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import Runner

DPKG_DATABASE = "var/lib/dpkg/status"
# Fedora, the RHEL family and Amazon Linux have one of these files.
RPM_RELEASES = ("etc/redhat-release", "etc/system-release")
DPKG_QUERY = ("dpkg-query", "--show", "--showformat", "${Package} ${db:Status-Status}\\n")
RPM_QUERY = ("rpm", "--query", "--queryformat", "%{NAME} installed\\n")

# What `systemctl is-enabled` takes for enabled.
ENABLED = frozenset({"enabled", "enabled-runtime", "static", "alias", "indirect", "generated"})

PROPERTIES = (
    "LoadState",
    "ActiveState",
    "UnitFileState",
    "ActiveEnterTimestampMonotonic",
    "StateChangeTimestampMonotonic",
    "NeedDaemonReload",
)

_TYPES = {stat.S_IFREG: "file", stat.S_IFDIR: "directory", stat.S_IFBLK: "block", stat.S_IFCHR: "character"}


def uses_dpkg(root: pathlib.Path = pathlib.Path("/")) -> bool:
    """Whether the machine below ROOT is of Debian's family.

    Its database alone doesn't say so: the RHEL family has a package dpkg, for those who build Debian's packages.
    """
    return (root / DPKG_DATABASE).exists() and not any((root / name).exists() for name in RPM_RELEASES)


def installed(runner: Runner, names: t.Sequence[str], *, debian: bool) -> dict[str, bool]:
    """Which of the packages NAMES are installed. Asking dpkg or rpm takes a tenth of the time that apt or dnf take."""
    if not names:
        return {}
    answer = runner.run([*(DPKG_QUERY if debian else RPM_QUERY), *names]).stdout
    found = {line.split()[0] for line in answer.splitlines() if line.split()[1:] == ["installed"]}
    return {name: name in found for name in names}


@dataclass(frozen=True)
class UnitState:
    """A unit of systemd: whether there is one, whether it runs and starts at boot.

    STARTED and SETTLED, in seconds since the epoch: since when it runs, and when it came to the state that it is in,
    which a reload counts for as well. OUTDATED: systemd has yet to read its file again.
    Source: org.freedesktop.systemd1(5).
    """

    loaded: bool = False
    active: bool = False
    enabled: bool = False
    started: float = 0.0
    settled: float = 0.0
    outdated: bool = False


def parse_units(names: t.Sequence[str], shown: str, booted: float) -> dict[str, UnitState]:
    """The output of `systemctl show` for the units NAMES, in their order. BOOTED: start of its clock, in Unix time."""
    blocks = [dict(line.partition("=")[::2] for line in block.splitlines()) for block in shown.strip().split("\n\n")]
    known = dict(zip(names, blocks))
    return {name: unit_state(known.get(name, {}), booted) for name in names}


def unit_state(properties: t.Mapping[str, str], booted: float) -> UnitState:
    """A unit's PROPERTIES in short."""

    def moment(name: str) -> float:
        microseconds = properties.get(f"{name}TimestampMonotonic", "")
        return booted + int(microseconds) / 1e6 if microseconds.isdigit() and int(microseconds) else 0.0

    return UnitState(
        loaded=properties.get("LoadState") == "loaded",
        active=properties.get("ActiveState") == "active",
        enabled=properties.get("UnitFileState") in ENABLED,
        started=moment("ActiveEnter"),
        settled=moment("StateChange"),
        outdated=properties.get("NeedDaemonReload") == "yes",
    )


def unit_states(runner: Runner, names: t.Sequence[str]) -> dict[str, UnitState]:
    """What the units NAMES are."""
    if not names:
        return {}
    shown = runner.run(["systemctl", "show", f"--property={','.join(PROPERTIES)}", *names])
    return parse_units(names, shown.stdout, time.time() - time.monotonic())


def units(runner: Runner, names: t.Sequence[str]) -> dict[str, dict[str, t.Any]]:
    """What the units NAMES are, as modules return it."""
    return {name: dataclasses.asdict(state) for name, state in unit_states(runner, names).items()}


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
