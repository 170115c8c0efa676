# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Choose the addresses, mounts and units of resources to watch from outside of Pacemaker. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.resources import Primitive

ADDRESS, MOUNT, UNIT = "address", "mount", "unit"
_IP_AGENTS = frozenset(("ocf:heartbeat:IPaddr2", "ocf:heartbeat:IPaddr"))
_UNIT_SUFFIXES = (".service", ".socket", ".mount", ".target", ".timer", ".path", ".slice", ".scope")


@dataclass(frozen=True)
class Watched:
    """A resource that may run on one node only. `whole` is the group that it is a member of, or itself. `value` is the
    address, the device or the unit; `place` the directory, or the address's interface; `detail` the type of the file
    system, or the length of the network's prefix."""

    id: str
    whole: str
    kind: str
    value: str
    place: str = ""
    agent: str = ""
    detail: str = ""

    def as_dict(self) -> dict[str, str]:
        return dict(vars(self))


def watch_list(cib: Cib) -> tuple[list[Watched], list[str]]:
    """What is watched, and the resources that can't be, for nothing of them is seen outside of Pacemaker."""
    cloned = {clone.resource for clone in cib.clones.values()}
    cloned |= {member for group in cib.groups.values() if group.id in cloned for member in group.members}
    wholes = {member: group.id for group in cib.groups.values() for member in group.members}
    found, missed = [], []
    for item in cib.primitives.values():
        if item.is_stonith or item.id in cloned:
            continue
        watched = _watched(item, wholes.get(item.id, item.id))
        if watched is None:
            missed.append(item.id)
        else:
            found.append(watched)
    return found, missed


def _watched(item: Primitive, whole: str) -> Watched | None:
    if item.agent in _IP_AGENTS:
        address, interface, length = (item.options.get(name, "") for name in ("ip", "nic", "cidr_netmask"))
        return Watched(item.id, whole, ADDRESS, address, interface, item.agent, length)
    if item.agent == "ocf:heartbeat:Filesystem":
        device, directory, kind = (item.options.get(name, "") for name in ("device", "directory", "fstype"))
        return Watched(item.id, whole, MOUNT, device, directory.rstrip("/"), item.agent, kind)
    if item.agent.startswith("systemd:"):
        unit = item.agent.partition(":")[2]
        unit = unit if unit.endswith(_UNIT_SUFFIXES) else f"{unit}.service"
        return Watched(item.id, whole, UNIT, unit, "", item.agent)
    return None


def main_whole(watched: t.Sequence[Watched]) -> str:
    """The group or resource that the tests are about: that of the first file system, or else the first."""
    mounts = [item.whole for item in watched if item.kind == MOUNT]
    return (mounts or [item.whole for item in watched] or [""])[0]


def pick(watched: t.Sequence[Watched], kind: str, whole: str) -> Watched | None:
    """The one of this KIND that a test breaks: of WHOLE rather than of another. `agent` is one whose agent is a file: a
    file system rather than an address."""
    if kind == "agent":
        return pick(watched, MOUNT, whole) or pick(watched, ADDRESS, whole)
    candidates = [item for item in watched if item.kind == kind]
    return next((item for item in candidates if item.whole == whole), None)
