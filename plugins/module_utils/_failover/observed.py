# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Combine the observations of a test, from all nodes and from outside, on one clock. Pure.

A node's watch says what is active: `[time, time of the look before, [ids], boot]`, whenever that changes and at least
once a second; boot is another one after each boot. Times of a node are corrected by how far its clock is ahead of the
controller's, which is known to within `uncertainty`.
"""

from __future__ import annotations

import dataclasses
import datetime
import re
import typing as t

Ranges = t.Sequence[t.Sequence[int]]
GAP = 3.0  # seconds without a sample after which nothing is known of a node
SKEW = 2.0  # seconds by which the clocks of nodes may differ; what was fenced that long before is old
MERGED = 1.0  # seconds between the ends of requests that one and the same fencing has answered

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?")


@dataclasses.dataclass(frozen=True)
class Interval:
    """From the first to the last look at which a node had the resource."""

    resource: str
    node: str
    start: float
    end: float
    uncertainty: float = 0.0


@dataclasses.dataclass(frozen=True)
class Move:
    """The group or resource WHOLE began to run on another node."""

    at: float
    whole: str
    source: str
    dest: str


@dataclasses.dataclass(frozen=True)
class Fencing:
    """A fencing that the cluster remembers."""

    target: str
    action: str
    succeeded: bool
    at: float | None = None
    by: str = ""
    client: str = ""


def intervals(node: str, lines: t.Iterable[t.Sequence[t.Any]], ahead: float, uncertainty: float) -> list[Interval]:
    """When NODE had which resource, by the LINES that its watch has written."""
    begun: dict[str, float] = {}
    last, latest, found = None, "", []

    def close(resource: str, end: float) -> None:
        found.append(Interval(resource, node, begun.pop(resource) - ahead, end - ahead, uncertainty))

    for now, before, active, boot in lines:
        if last is not None and (boot != latest or now - last > GAP):  # the node was off
            for resource in sorted(begun):
                close(resource, last)
        for resource in sorted(set(begun).difference(active)):
            close(resource, max(begun[resource], float(before)))
        for resource in active:
            begun.setdefault(str(resource), float(now))
        last, latest = float(now), boot
    for resource in sorted(begun):
        close(resource, t.cast(float, last))
    return found


def boots(lines: t.Iterable[t.Sequence[t.Any]]) -> int:
    """How many boots the LINES of a node's watch are from."""
    return len({line[3] for line in lines})


def moves(found: t.Iterable[Interval], wholes: t.Mapping[str, str]) -> list[Move]:
    """When each group or resource began to run on another node than before. WHOLES maps members to their group."""
    current: dict[str, str] = {}
    result = []
    for item in sorted(found, key=lambda one: (one.start, one.node)):
        whole = wholes.get(item.resource, item.resource)
        source = current.get(whole)
        if source not in (None, item.node):
            result.append(Move(item.start, whole, str(source), item.node))
        current[whole] = item.node
    return result


def outages(probes: t.Iterable[t.Sequence[t.Any]], ahead: float) -> list[tuple[float, float]]:
    """From each first request that failed to the next that did not, or to the last of all."""
    found, start, last = [], None, None
    for moment, good in sorted((float(moment), bool(good)) for moment, good in probes):
        if not good and start is None:
            start = moment
        if good and start is not None:
            found.append((start - ahead, moment - ahead))
            start = None
        last = moment
    if start is not None and last is not None:
        found.append((start - ahead, last - ahead))
    return found


def parse_time(text: str) -> float | None:
    """Seconds since 1970 from the times that Pacemaker prints, UTC where they name no zone; None for anything else."""
    match = _TIME.search(text)
    if match is None:
        return None
    day, clock, fraction, zone = match.groups()
    zone = "+0000" if zone in (None, "Z") else zone.replace(":", "")
    whole = datetime.datetime.strptime(f"{day} {clock} {zone}", "%Y-%m-%d %H:%M:%S %z")
    return whole.timestamp() + float(fraction or 0)


def new_fencings(
    before: t.Iterable[t.Mapping[str, str]],
    after: t.Iterable[t.Mapping[str, str]],
    ahead: float = 0.0,
    since: float = 0.0,
) -> list[Fencing]:
    """What the history AFTER has that BEFORE, read at SINCE, had not, oldest first; pending fencings are none yet.

    A node that starts has an empty history and learns the older fencings from the others some seconds later. So what
    ended before SINCE is not new.

    Where a fencing is asked for while the same one is under way, Pacemaker does it once ("Merging fencing action") and
    remembers it for each who asked, with the same end. Those count once.
    """
    known = [_key(event) for event in before]
    found = []
    for event in after:
        if event.get("status") not in ("success", "failed"):
            continue
        if _key(event) in known:
            known.remove(_key(event))
            continue
        at = parse_time(event.get("completed", ""))
        if at is not None and at < since - SKEW:
            continue
        found.append(
            Fencing(
                event.get("target", ""),
                event.get("action", ""),
                event.get("status") == "success",
                None if at is None else at - ahead,
                event.get("delegate", "") or event.get("origin", ""),
                event.get("client", ""),
            )
        )
    distinct: list[Fencing] = []
    for one in sorted(found, key=lambda one: one.at or 0.0):
        if not any(_is_merged(one, other) for other in distinct):
            distinct.append(one)
    return distinct


def is_same_fencing(one: t.Mapping[str, str], other: t.Mapping[str, str]) -> bool:
    """Whether two entries of the history are of one fencing, for which different clients have asked."""
    pair = new_fencings([], [one, other])
    return len(pair) == 1 and one.get("status") == other.get("status")


def _is_merged(one: Fencing, other: Fencing) -> bool:
    """Whether both are what the cluster remembers of a single fencing, that different clients have asked for."""
    if one.at is None or other.at is None or one.client == other.client:
        return False
    return dataclasses.replace(one, at=other.at, client=other.client) == other and abs(one.at - other.at) <= MERGED


def _key(event: t.Mapping[str, str]) -> tuple[str, ...]:
    return tuple(event.get(name, "") for name in ("target", "action", "status", "completed", "client"))


def ranges(numbers: t.Iterable[int]) -> list[list[int]]:
    """NUMBERS as ranges [first, last]."""
    found: list[list[int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def missing(wanted: Ranges, there: Ranges) -> list[int]:
    """The numbers of WANTED that are not THERE."""
    present = {number for first, last in there for number in range(first, last + 1)}
    return [number for first, last in wanted for number in range(first, last + 1) if number not in present]
