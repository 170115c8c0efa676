# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The conditions that must hold during and after every test. Each function takes what was seen and returns what was
broken. Pure."""

from __future__ import annotations

import collections
import itertools
import typing as t
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover.catalogue import Count
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover.observed import (
    Fencing,
    Interval,
    Move,
    Ranges,
    missing,
)

# Findings of verify that come and go by themselves, whatever a test does.
FLEETING = frozenset(("corosync-starved", "clock-unsynchronised", "clock-differs"))
SHOWN = 5


@dataclass(frozen=True)
class Violation:
    """An invariant that did not hold: its id, and what was seen."""

    id: str
    text: str

    def __str__(self) -> str:
        return f"{self.id}: {self.text}"


def one_node(found: t.Iterable[Interval], kinds: t.Mapping[str, str]) -> list[Violation]:
    """Each resource is active on one node at most, and each file system mounted on one. Two clocks that are not known
    better than so can't tell an overlap that is as short."""
    by_resource: dict[str, list[Interval]] = collections.defaultdict(list)
    for item in found:
        by_resource[item.resource].append(item)
    broken = []
    for resource, items in by_resource.items():
        for one, other in itertools.combinations(items, 2):
            overlap = min(one.end, other.end) - max(one.start, other.start)
            if one.node != other.node and overlap > one.uncertainty + other.uncertainty:
                kind = "mounted-twice" if kinds.get(resource) == "mount" else "active-twice"
                text = f"{resource} was on {one.node} and on {other.node} at the same time, for {overlap:.1f} s."
                broken.append(Violation(kind, text))
    return broken


def one_mac(answers: t.Iterable[t.Sequence[t.Any]]) -> list[Violation]:
    """One network card answers for the service's address. ANSWERS are [time, number of the request, MAC]."""
    by_request: dict[int, set[str]] = collections.defaultdict(set)
    for _moment, request, mac in answers:
        by_request[int(request)].add(str(mac))
    twice = sorted({tuple(sorted(macs)) for macs in by_request.values() if len(macs) > 1})
    return [Violation("two-macs", f"{' and '.join(macs)} answered for the same address at once.") for macs in twice]


def nothing_lost(acknowledged: t.Mapping[str, Ranges], readable: t.Mapping[str, Ranges] | None) -> list[Violation]:
    """Every write that was acknowledged can be read. READABLE is None when the file system could not be read."""
    if readable is None:
        if not any(acknowledged.values()):
            return []
        return [Violation("unreadable", "The file system is mounted nowhere, so what was written can't be read.")]
    broken = []
    for name, wanted in acknowledged.items():
        lost = missing(wanted, readable.get(name, ()))
        if lost:
            some = ", ".join(map(str, lost[:SHOWN])) + (", ..." if len(lost) > SHOWN else "")
            broken.append(Violation("write-lost", f"{len(lost)} acknowledged writes of {name} are gone: {some}."))
    return broken


def expected_fencings(
    found: t.Iterable[Fencing], expected: Count, targets: t.Collection[str], *, failed: bool
) -> list[Violation]:
    """As many fencings as expected, of the expected nodes, and failed ones only where they were expected."""
    succeeded = [one for one in found if one.succeeded and one.action in ("reboot", "off")]
    failures = [one for one in found if not one.succeeded]
    broken = []
    if not expected.allows(len(succeeded)):
        fenced = ", ".join(one.target for one in succeeded) or "no node"
        broken.append(Violation("fencings", f"{len(succeeded)} fencings ({fenced}), {expected} expected."))
    strangers = sorted({one.target for one in succeeded}.difference(targets))
    if strangers:
        broken.append(
            Violation("fenced-wrong-node", f"{', '.join(strangers)} was fenced, though the test had not broken it.")
        )
    if failures and not failed:
        nodes = ", ".join(sorted({one.target for one in failures}))
        broken.append(Violation("fencing-failed", f"Fencing {nodes} has failed {len(failures)} times."))
    if failed and not failures:
        broken.append(
            Violation("fencing-silent", "The fence devices were dead, and no failed fencing is in the history.")
        )
    return broken


def went_down(nodes: t.Collection[str], boots: t.Mapping[str, int]) -> list[Violation]:
    """Each of NODES, which the cluster believes to be fenced or which was reset, was really off: there is a boot more
    of it. A power switch that says yes and does nothing shows here."""
    return [
        Violation("never-down", f"{node} was never off, whatever the power switch has said.")
        for node in sorted(set(nodes))
        if boots.get(node, 0) < 2
    ]


def expected_moves(found: t.Iterable[Move], expected: Count, whole: str) -> list[Violation]:
    """WHOLE, the group that the test is about, has moved as often as expected."""
    mine = [move for move in found if move.whole == whole]
    if expected.allows(len(mine)):
        return []
    path = "; ".join(f"{move.source} to {move.dest}" for move in mine) or "none"
    return [Violation("moves", f"{whole} has moved {len(mine)} times ({path}), {expected} expected.")]


def stayed(found: t.Iterable[Interval], nodes: t.Collection[str], start: float, end: float) -> list[Violation]:
    """While fencing was dead, from START to END, nothing began to run outside of NODES, which were lost: that no one
    could know to be dead."""
    begun = [one for one in found if one.node not in nodes and start + one.uncertainty < one.start < end]
    return [
        Violation("recovered-unfenced", f"{one.resource} was started on {one.node} although no node was fenced.")
        for one in begun
    ]


def stopped(found: t.Iterable[Interval], moment: float) -> list[Violation]:
    """Without quorum nothing runs at MOMENT."""
    running = [one for one in found if one.start <= moment <= one.end]
    return [Violation("ran-without-quorum", f"{one.resource} ran on {one.node} without quorum.") for one in running]


def uninterrupted(outages: t.Iterable[tuple[float, float]]) -> list[Violation]:
    """No request from outside failed."""
    return [Violation("interrupted", f"The service did not answer for {end - start:.2f} s.") for start, end in outages]


def clean(
    before: t.Iterable[t.Mapping[str, t.Any]], after: t.Iterable[t.Mapping[str, t.Any]], lacking: t.Iterable[str]
) -> list[Violation]:
    """At the end the cluster is whole and idle, and verify finds nothing that it had not found before."""
    known = {_finding(item) for item in before}
    broken = [Violation("not-recovered", f"{text[:1].upper()}{text[1:]}.") for text in lacking]
    for item in after:
        if item["id"] not in FLEETING and _finding(item) not in known:
            known.add(_finding(item))
            where = f" ({item['host']})" if item.get("host") else ""
            broken.append(Violation("left-behind", f"{item['id']}{where}: {item.get('evidence', '')}"))
    return broken


def _finding(item: t.Mapping[str, t.Any]) -> tuple[str, str, str]:
    return (str(item["id"]), str(item.get("subject", "")), str(item.get("host") or ""))


def unchanged(before: str, after: t.Mapping[str, str]) -> list[Violation]:
    """The configuration is what it was, on every node. BEFORE and AFTER (by node) are digests of it."""
    other = sorted(node for node, digest in after.items() if digest != before)
    if not other:
        return []
    return [Violation("configuration", f"The configuration is not what it was before, as {', '.join(other)} has it.")]


def nothing_left(left: t.Mapping[str, t.Sequence[str]]) -> list[Violation]:
    """Nothing that the test has put onto the nodes is still there."""
    return [Violation("left-behind", f"{node}: {', '.join(what)}.") for node, what in left.items() if what]


def watched_all(nodes: t.Mapping[str, t.Sequence[t.Any]], probed: bool | None) -> list[Violation]:
    """Without samples there is no verdict: every node has samples, and the prober has some where it was
    asked for (PROBED is not None)."""
    blind = sorted(node for node, lines in nodes.items() if not lines)
    broken = [Violation("not-watched", f"The watch on {node} has seen nothing.") for node in blind]
    if probed is False:
        broken.append(Violation("not-watched", "The prober has made no request."))
    return broken
