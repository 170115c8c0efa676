# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of tests of a cluster, as the report takes them: a small form in JSON. Pure.

    {"format": 1, "seed": 42, "tests": [{
        "name": "power loss of node1", "tier": "disruptive", "passed": true, "message": "", "seconds": 41.5,
        "expected": {"moves": 1, "fencings": 1},
        "outages": [[3.1, 12.7]],
        "moves": [{"at": 11.9, "resource": "lighty", "from": "node1", "to": "node2"}],
        "fencings": [{"at": 8.0, "node": "node1", "by": "node3"}],
        "events": [{"at": 3.0, "text": "power cut"}]}]}

All times are seconds since the test began. Only name, passed and seconds are required. Beside `tests`, `impossible` may
list what could not be tested: `[{"test": "kernel-crash", "reason": "The node is a container."}]`.
"""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

FORMAT = 1


@dataclass(frozen=True)
class Event:
    """Something that happened during a test. `kind` is move, fencing or event."""

    at: float
    kind: str
    text: str


@dataclass(frozen=True)
class Test:
    """A test and what came of it. `expected_*` are None where nothing was said beforehand."""

    name: str
    passed: bool
    seconds: float
    tier: str = ""
    message: str = ""
    expected_moves: int | None = None
    expected_fencings: int | None = None
    outages: tuple[tuple[float, float], ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def longest_outage(self) -> float:
        return max((end - start for start, end in self.outages), default=0.0)

    def count(self, kind: str) -> int:
        return sum(event.kind == kind for event in self.events)

    @property
    def end(self) -> float:
        """When the last thing happened, for a scale that holds all."""
        return max([self.seconds, *(end for _start, end in self.outages), *(event.at for event in self.events)])


@dataclass(frozen=True)
class Results:
    """All tests of a run, the seed of their order, and which tests were not possible, with the reason."""

    tests: tuple[Test, ...] = ()
    seed: str = ""
    impossible: tuple[tuple[str, str], ...] = ()


def parse(text: str, name: str) -> Results:
    """The results in TEXT, from the file NAME. Raises ClusterError that says what is wrong, and where."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ClusterError(f"{name} is not JSON: {error}.") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ClusterError(f"{name} has no results of tests in format {FORMAT}.")
    try:
        impossible = tuple((str(one["test"]), str(one["reason"])) for one in document.get("impossible", []))
        return Results(tuple(map(_test, document.get("tests", []))), str(document.get("seed", "")), impossible)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ClusterError(f"{name} has a test that can't be read: {type(error).__name__} {error}.") from error


def _test(item: t.Mapping[str, t.Any]) -> Test:
    expected = item.get("expected", {})
    moves = [Event(float(move["at"]), "move", _move(move)) for move in item.get("moves", [])]
    fencings = [
        Event(float(one["at"]), "fencing", f"{one['node']} fenced" + (f" by {one['by']}" if one.get("by") else ""))
        for one in item.get("fencings", [])
    ]
    events = [Event(float(one["at"]), "event", str(one["text"])) for one in item.get("events", [])]
    if not isinstance(item["passed"], bool):
        raise ValueError("passed is neither true nor false")
    return Test(
        name=str(item["name"]),
        passed=item["passed"],
        seconds=float(item["seconds"]),
        tier=str(item.get("tier", "")),
        message=str(item.get("message", "")),
        expected_moves=_count(expected.get("moves")),
        expected_fencings=_count(expected.get("fencings")),
        outages=tuple((float(start), float(end)) for start, end in item.get("outages", [])),
        events=tuple(sorted([*moves, *fencings, *events], key=lambda event: event.at)),
    )


def _count(value: t.Any) -> int | None:
    return None if value is None else int(value)


def _move(move: t.Mapping[str, t.Any]) -> str:
    places = [f" {word} {move[word]}" for word in ("from", "to") if move.get(word)]
    return f"{move['resource']} moved{''.join(places)}"
