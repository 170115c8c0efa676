# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Units that start at boot though only the cluster may start them, and cluster services that do not. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.cib import filesystems
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import (
    ERROR,
    WARNING,
    Check,
    Finding,
    words,
)

CLUSTER_UNITS = ("corosync.service", "pacemaker.service")
PCSD = "pcsd.service"

ENABLED = Check(
    "boot-enabled",
    ERROR,
    "A service that the cluster runs is enabled: after a boot it runs on this node as well as on the active one.",
    "Disable it: systemctl disable UNIT. The cluster starts it where it belongs.",
    local=True,
)
MASKED = Check(
    "boot-masked",
    ERROR,
    "A service that the cluster runs is masked or missing: it can't be started on this node.",
    "Unmask it: systemctl unmask UNIT; or install its package.",
    local=True,
)
CLUSTER_OFF = Check(
    "boot-cluster-disabled",
    WARNING,
    "corosync or Pacemaker does not start at boot: a node that was fenced stays away until an administrator starts"
    " them.",
    "Enable them: systemctl enable corosync pacemaker; or accept this by its id, where that is intended.",
    local=True,
)
PCSD_OFF = Check(
    "pcsd-stopped",
    WARNING,
    "pcsd does not run: pcs can't reach this node.",
    "Start it: systemctl enable --now pcsd.",
    local=True,
)
MOUNTED = Check(
    "boot-mount",
    ERROR,
    "A file system that the cluster mounts is in /etc/fstab: after a boot two nodes mount it.",
    "Remove the line from /etc/fstab, or give it noauto.",
    local=True,
)
CHECKS = (ENABLED, MASKED, CLUSTER_OFF, PCSD_OFF, MOUNTED)

_AT_BOOT = frozenset(("enabled", "enabled-runtime"))
_UNSTARTABLE = frozenset(("masked", "masked-runtime", "not-found"))


@dataclass(frozen=True)
class Unit:
    """A unit of systemd."""

    name: str
    load: str = ""
    active: str = ""
    enabled: str = ""


def units_of(cib: Cib) -> list[str]:
    """The systemd units that the cluster runs."""
    names = (item.agent.partition(":")[2] for item in cib.primitives.values() if item.agent.startswith("systemd:"))
    return list(dict.fromkeys(name if "." in name else f"{name}.service" for name in names if name))


def parse_units(text: str, names: t.Sequence[str]) -> dict[str, Unit]:
    """The units NAMES, from `systemctl show --property=Id,LoadState,ActiveState,UnitFileState` in the same order."""
    found = {}
    for name, block in zip(names, text.strip("\n").split("\n\n")):
        values = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
        states = (values.get(key, "") for key in ("LoadState", "ActiveState", "UnitFileState"))
        found[name] = Unit(name, *states)
    return found


def lint(units: t.Mapping[str, Unit], cib: Cib, fstab: str) -> list[Finding]:
    """All that is wrong with what boot starts and mounts on this host."""
    found = []
    for name in units_of(cib):
        unit = units.get(name, Unit(name))
        if unit.enabled in _AT_BOOT:
            found.append(ENABLED.found(name, f"{name} is {unit.enabled}.", ENABLED.fix.replace("UNIT", name)))
        if unit.load in _UNSTARTABLE:
            found.append(MASKED.found(name, f"{name} is {unit.load}.", MASKED.fix.replace("UNIT", name)))
    off = [name for name in CLUSTER_UNITS if name in units and units[name].enabled not in _AT_BOOT]
    if off:
        found.append(CLUSTER_OFF.found("boot", f"{words(off)} is not enabled."))
    if PCSD in units and units[PCSD].active != "active":
        found.append(PCSD_OFF.found(PCSD, f"pcsd is {units[PCSD].active or 'not there'}."))
    return found + _mounts(cib, fstab)


def _mounts(cib: Cib, fstab: str) -> list[Finding]:
    lines = (line.partition("#")[0].split() for line in fstab.splitlines())
    entries = [line for line in lines if len(line) >= 4 and "noauto" not in line[3].split(",")]
    return [
        MOUNTED.found(item.id, f"/etc/fstab has {' '.join(entry[:4])}.")
        for item in filesystems(cib)
        for entry in entries
        if entry[0] == item.options.get("device")
        or entry[1].rstrip("/") == item.options.get("directory", "").rstrip("/")
    ]
