# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the obstacles to an operation on a cluster, one sentence each. Pure."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

# Source: corosync-quorumtool(8), -p: machine parsable output. corosync's map has no votes.
VOTES = ("corosync-quorumtool", "-s", "-p")
_VOTES = re.compile(r"^(Expected votes|Total votes|Quorum):\s*(\d+)", re.MULTILINE)


@dataclass(frozen=True)
class Votes:
    """What votequorum counts."""

    expected: int
    total: int
    quorum: int


@dataclass(frozen=True)
class Member:
    """A node as the cluster sees it, with its permanent attributes."""

    name: str
    online: bool = True
    standby: bool = False
    maintenance: bool = False
    unclean: bool = False
    is_dc: bool = False
    attributes: t.Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Cluster:
    """The cluster as one node sees it. LACKING says why its controller (DC) is not ready."""

    running: bool = False
    quorate: bool = False
    lacking: tuple[str, ...] = ()
    fencing_enabled: bool = False
    fence_devices: tuple[str, ...] = ()
    maintenance_mode: bool = False
    failures: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()
    votes: Votes | None = None


@dataclass(frozen=True)
class Operation:
    """An operation: which nodes it names, which of them may be away already, leave, or come."""

    nodes: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    leaving: tuple[str, ...] = ()
    joining: tuple[str, ...] = ()
    tolerate: frozenset[str] = frozenset()


def parse_votes(text: str) -> Votes | None:
    """Read what VOTES prints; None when corosync does not run."""
    found = {name: int(value) for name, value in _VOTES.findall(text)}
    if len(found) < 3:
        return None
    return Votes(found["Expected votes"], found["Total votes"], found["Quorum"])


def problems(cluster: Cluster, operation: Operation, host: str) -> list[str]:
    """All that speaks against OPERATION, as seen from HOST."""
    if not cluster.running:
        return [
            f"The cluster does not run on {host}. Start it there (pcs cluster start), or see why it does not start."
        ]
    found = [*_names(cluster, operation), *_quorum(cluster, operation, host)]
    if not found:
        found += [*_nodes(cluster, operation), *_health(cluster, operation)]
    return found


def _names(cluster: Cluster, operation: Operation) -> t.Iterator[str]:
    names = [member.name for member in cluster.members]
    strange = [name for name in (*operation.nodes, *operation.leaving) if name not in names]
    if strange:
        yield (
            f"The cluster has no node {', '.join(dict.fromkeys(strange))}; its nodes are {', '.join(names)}."
            " Correct the name."
        )


def _quorum(cluster: Cluster, operation: Operation, host: str) -> t.Iterator[str]:
    if not cluster.quorate:
        yield f"The cluster has no quorum, as seen from {host}. Bring its other nodes back first."
        return
    if cluster.votes is None:
        return
    online = {member.name for member in cluster.members if member.online}
    rest = cluster.votes.total - len(online.intersection(operation.leaving))
    if operation.leaving and rest < cluster.votes.quorum:
        yield (
            f"Without {', '.join(operation.leaving)} the cluster would lose quorum: {rest} of"
            f" {cluster.votes.expected} votes would be left, and it needs {cluster.votes.quorum}."
            " Bring the other nodes back first."
        )
    needed = (cluster.votes.expected - len(operation.leaving) + len(operation.joining)) // 2 + 1
    if operation.joining and rest < needed:
        yield (
            f"With {', '.join(operation.joining)} the cluster would need {needed} votes before they have started, and"
            f" has {rest}. Add fewer nodes at a time, or bring the other nodes back first."
        )


def _nodes(cluster: Cluster, operation: Operation) -> t.Iterator[str]:
    excused = {*operation.away, *operation.leaving}
    unclean = [member.name for member in cluster.members if member.unclean]
    if unclean:
        yield (
            f"{', '.join(unclean)} is unclean: no fencing has confirmed that it is off. Wait for fencing, or confirm by"
            " hand what you have seen yourself (pcs stonith confirm)."
        )
    offline = [m.name for m in cluster.members if not m.online and not m.unclean and m.name not in excused]
    if offline and "offline" not in operation.tolerate:
        yield f"{', '.join(offline)} is not online, and no more than one node may be away. Bring it back first."
    serving = [m.name for m in cluster.members if m.online and not m.standby and m.name not in operation.leaving]
    if operation.leaving and not serving:
        yield f"Without {', '.join(operation.leaving)} no node is left to run resources. Bring another one back."


def _health(cluster: Cluster, operation: Operation) -> t.Iterator[str]:
    if cluster.lacking and "busy" not in operation.tolerate:
        yield f"The cluster is still at work: {'; '.join(cluster.lacking)}. Wait for it (crm_resource --wait)."
    if "fencing" not in operation.tolerate:
        if not cluster.fencing_enabled:
            yield "Fencing is off (stonith-enabled is false). Switch it on: pcs property set stonith-enabled=true."
        elif not cluster.fence_devices:
            yield "No fence device is started. See `pcs stonith status`."
    unmanaged = [m.name for m in cluster.members if m.maintenance and m.name not in operation.away]
    if "maintenance" not in operation.tolerate and (cluster.maintenance_mode or unmanaged):
        what = "The cluster" if cluster.maintenance_mode else ", ".join(unmanaged)
        yield f"{what} is in maintenance mode, so nothing would move. End that first."
    if cluster.failures and "failures" not in operation.tolerate:
        yield f"There are failures: {'; '.join(cluster.failures)}. Correct them, then run pcs resource cleanup."
