# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge a test: combine all observations and check every invariant. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover import invariants, observed
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover.catalogue import Count
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover.invariants import Violation
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover.watched import Watched


def judge(record: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What came of a test, in the form that the report takes. RECORD holds

    - `aim`: the test as aimed; `trouble`: what could not be done, as sentences,
    - `started`, `broken`, `healed`, `ended`: times on the controller's clock,
    - `before`: a node's view before; `after`: each node's view at the end,
    - `findings_before`, `findings_after`: what verify found,
    - `clocks`: `ahead` and `uncertainty` by host; `seen`: by node, what its watch has seen; `probe`: the same of the
      prober, or None; `prober`: its host,
    - `lacking`: what was waited for in vain.
    """
    aim = record["aim"]
    watched = [Watched(**item) for item in aim["watched"]]
    clocks, seen = record["clocks"], record["seen"]
    found = [
        interval
        for node, what in seen.items()
        for interval in observed.intervals(node, what.get("samples", ()), **_clock(clocks, node))
    ]
    wholes = {item.id: item.whole for item in watched}
    moves = observed.moves(found, wholes)
    probe = record["probe"]
    outages = observed.outages(probe["pages"], _clock(clocks, record["prober"])["ahead"]) if probe else []
    last = _last_view(record)
    before = record["before"]
    known, looked = before["fencings"], before.get("clock", 0.0)
    fencings = observed.new_fencings(known, last["fencings"], since=looked) if last else []
    broken = [Violation("not-done", text) for text in record["trouble"]]
    broken += _during(record, found, moves, fencings, outages, watched)
    broken += _afterwards(record)
    began: float = record["started"]
    broken_at: float = record["broken"]

    def since(moment: float | None) -> float:
        return round(max(0.0, (broken_at if moment is None else moment) - began), 3)

    return {
        "name": aim["title"],
        "test": aim["name"],
        "tier": aim["tier"],
        "passed": not broken,
        "message": " ".join(map(str, broken)),
        "violations": [{"id": one.id, "text": one.text} for one in broken],
        "seconds": round(record["ended"] - began, 1),
        "expected": {"moves": _exact(aim["moves"]), "fencings": _exact(aim["fencings"])},
        "allowed": {"moves": aim["moves"], "fencings": aim["fencings"]},
        "outages": [[since(start), since(end)] for start, end in outages],
        "outage_seconds": [round(end - start, 2) for start, end in outages],
        "moves": [
            {"at": since(move.at), "resource": move.whole, "from": move.source, "to": move.dest} for move in moves
        ],
        "fencings": [{"at": since(one.at), "node": one.target, "by": one.by} for one in fencings if one.succeeded],
        "events": [
            {"at": since(record["broken"]), "text": f"broken: {aim['title']}"},
            {"at": since(record["healed"]), "text": "healed"},
            *({"at": since(one.at), "text": f"fencing {one.target} failed"} for one in fencings if not one.succeeded),
        ],
        "writes": sum(
            last - first + 1
            for what in seen.values()
            for ranges in what.get("acknowledged", {}).values()
            for first, last in ranges
        ),
        "requests": len(probe["pages"]) if probe else 0,
        "tolerance": max([clock["uncertainty"] for clock in clocks.values()], default=0.0),
    }


def _clock(clocks: t.Mapping[str, t.Mapping[str, float]], host: str) -> dict[str, float]:
    """How far HOST's clock is ahead; nothing where that is less than what the measurement can tell."""
    clock = clocks.get(host) or {"ahead": 0.0, "uncertainty": 0.0}
    differs = abs(clock["ahead"]) > clock["uncertainty"]
    return {"ahead": clock["ahead"] if differs else 0.0, "uncertainty": clock["uncertainty"] if differs else 0.0}


def _exact(count: t.Sequence[int]) -> int | None:
    return count[0] if count[0] == count[1] else None


def _last_view(record: t.Mapping[str, t.Any]) -> t.Mapping[str, t.Any] | None:
    """What the node that kept watching says at the end, or else the first that says anything."""
    after = record["after"]
    ordered = [after.get(record["aim"]["observer"]), *after.values()]
    return next((view for view in ordered if view and view.get("running")), None)


def _during(
    record: t.Mapping[str, t.Any],
    found: t.Sequence[observed.Interval],
    moves: t.Sequence[observed.Move],
    fencings: t.Sequence[observed.Fencing],
    outages: t.Sequence[tuple[float, float]],
    watched: t.Sequence[Watched],
) -> list[Violation]:
    aim, seen, probe = record["aim"], record["seen"], record["probe"]
    fenced = Count(*aim["fencings"])
    samples = {node: seen.get(node, {}).get("samples", ()) for node in aim["nodes"]}
    broken = invariants.watched_all(samples, None if probe is None else bool(probe["pages"]))
    broken += invariants.one_node(found, {item.id: item.kind for item in watched})
    broken += invariants.one_mac(probe["macs"] if probe else ())
    broken += invariants.expected_moves(moves, Count(*aim["moves"]), aim["whole"])
    broken += invariants.expected_fencings(fencings, fenced, aim["targets"], failed=aim["failed_fencing"])
    down = {one.target for one in fencings if one.succeeded} | set(aim["targets"] if aim["reboots"] else ())
    broken += invariants.went_down(down, {node: observed.boots(lines) for node, lines in samples.items()})
    if aim["stays"]:
        broken += invariants.stayed(found, aim["targets"], record["broken"], record["healed"])
    if aim["stops"]:
        broken += invariants.stopped(found, record["healed"])
    if aim["uninterrupted"]:
        broken += invariants.uninterrupted(outages)
    written = {name: ranges for what in seen.values() for name, ranges in what.get("acknowledged", {}).items()}
    if aim["mount"] is not None:
        broken += invariants.nothing_lost(written, _readable(seen))
    return broken


def _readable(seen: t.Mapping[str, t.Mapping[str, t.Any]]) -> t.Mapping[str, observed.Ranges] | None:
    return next((what["readable"] for what in seen.values() if what.get("readable") is not None), None)


def _afterwards(record: t.Mapping[str, t.Any]) -> list[Violation]:
    after = record["after"]
    broken = invariants.clean(record["findings_before"], record["findings_after"], record["lacking"])
    digests = {node: view["digest"] for node, view in after.items() if view.get("running")}
    broken += invariants.unchanged(record["before"]["digest"], digests)
    silent = sorted(set(record["aim"]["nodes"]).difference(after))
    broken += [Violation("not-recovered", f"{node} does not answer.") for node in silent]
    return broken + invariants.nothing_left({node: view.get("left", ()) for node, view in after.items()})
