# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find resources that a node runs although the cluster runs them elsewhere: a second mount destroys a file system.
Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.resources import Primitive
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.boot import Unit
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.cib import filesystems
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import ERROR, Check, Finding, words

MOUNT = Check(
    "outside-mount",
    ERROR,
    "A file system that only one node may mount is mounted here, outside the cluster.",
    "Unmount it here at once. If it was mounted elsewhere meanwhile, check it (xfs_repair, e2fsck) before it"
    " is used again.",
    local=True,
)
ADDRESS = Check(
    "outside-address",
    ERROR,
    "An address of the cluster is on this node, although the cluster did not start it here.",
    "Remove it: ip address delete ADDRESS dev INTERFACE, and remove it from the network's configuration.",
    local=True,
)
SERVICE = Check(
    "outside-service",
    ERROR,
    "A service that the cluster runs on another node runs here as well.",
    "Stop it: systemctl disable --now UNIT.",
    local=True,
)
CHECKS = (MOUNT, ADDRESS, SERVICE)


@dataclass(frozen=True)
class Mount:
    """A mounted device: its number, and where."""

    device: str
    directory: str


def parse_mounts(mountinfo: str) -> list[Mount]:
    """Mounts from /proc/self/mountinfo; devices as major:minor."""
    lines = (line.split() for line in mountinfo.splitlines())
    return [Mount(line[2], line[4].replace("\\040", " ")) for line in lines if len(line) > 5]


def lint(
    cib: Cib,
    here: t.Collection[str],
    mounts: t.Sequence[Mount],
    numbers: t.Mapping[str, str],
    addresses: t.Collection[str],
    units: t.Mapping[str, Unit],
) -> list[Finding]:
    """What runs on this host though the cluster has only HERE, ids of resources, on it. NUMBERS are those of the
    devices, ADDRESSES those of this host."""
    found = []
    for item in filesystems(cib):
        number = numbers.get(item.options.get("device", ""))
        mine = item.options.get("directory", "").rstrip("/")
        where = [mount.directory for mount in mounts if mount.device == number]
        extra = where if item.id not in here else [path for path in where if path.rstrip("/") != mine]
        if extra:
            said = f"{item.options.get('device')} of {item.id} is mounted on {words(extra)}."
            found.append(MOUNT.found(item.id, said, f"umount {' '.join(extra)}: {MOUNT.fix}"))
    for item in _of_agent(cib, "ocf:heartbeat:IPaddr2"):
        address = item.options.get("ip", "")
        if address in addresses and item.id not in here:
            found.append(ADDRESS.found(item.id, f"{address} of {item.id} is on this host."))
    for item in cib.primitives.values():
        name = item.agent.partition(":")[2]
        unit = units.get(name if "." in name else f"{name}.service")
        if item.agent.startswith("systemd:") and unit and unit.active == "active" and item.id not in here:
            found.append(SERVICE.found(item.id, f"{unit.name} runs.", SERVICE.fix.replace("UNIT", unit.name)))
    return found


def _of_agent(cib: Cib, agent: str) -> list[Primitive]:
    """The resources of this agent that are no clones, which may be on several nodes."""
    cloned = {clone.resource for clone in cib.clones.values()}
    groups = {member for group in cib.groups.values() if group.id in cloned for member in group.members}
    return [item for item in cib.primitives.values() if item.agent == agent and item.id not in cloned | groups]
