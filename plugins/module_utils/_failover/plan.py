# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan a test: whether it may begin, its target, and the events to wait for. Pure.

STATES are what the module internal_failover_info has returned on each node, by node.
"""

from __future__ import annotations

import random
import typing as t
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover import catalogue
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover.breaking import UNDO_LEFT
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover.catalogue import FailoverTest, Step
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover.observed import new_fencings
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover.watched import (
    Watched,
    main_whole,
    pick,
)

States = t.Mapping[str, t.Mapping[str, t.Any]]
SHUTS_DOWN = ("xfs", "ext4")


# --- may it begin ----------------------------------------------------------------------------------------------------


def refusals(
    states: States, findings: t.Iterable[t.Mapping[str, t.Any]], nodes: t.Sequence[str], cluster_name: str
) -> list[str]:
    """All that speaks against breaking anything now, one sentence each."""
    absent = [node for node in nodes if node not in states]
    if absent:
        return [f"{', '.join(absent)} was not reached. All nodes have to take part, to be watched."]
    view = _view(states)
    if view is None:
        return ["The cluster does not run."]
    if view["cluster"] != cluster_name:
        return [
            f"This cluster is {view['cluster'] or 'nameless'}, and ha_failover_test_cluster_name says"
            f" {cluster_name or 'nothing'}. Type the name of the cluster to test."
        ]
    found = [*lacking_whole(view, nodes), *_troubles(states, view)]
    found += [
        f"verify finds {item['id']}{' on ' + str(item['host']) if item.get('host') else ''}: {item.get('evidence', '')}"
        for item in findings
        if item.get("severity") == "error"
    ]
    return found


def _troubles(states: States, view: t.Mapping[str, t.Any]) -> t.Iterator[str]:
    if not view["devices"]:
        yield "No fence device is started: a cluster that can't fence is not to be broken."
    failed = sorted({event.get("target", "") for event in view["fencings"] if event.get("status") == "failed"})
    if failed:
        yield (
            f"Fencing {', '.join(failed)} has failed before. Find out why, then forget it:"
            " stonith_admin --history '*' --cleanup."
        )
    if view["failures"]:
        yield f"There are failures: {'; '.join(view['failures'])}. Correct them, then run pcs resource cleanup."
    if view["maintenance"]:
        yield "The cluster is in maintenance mode, so nothing would move."
    for node, state in states.items():
        if [what for what in state["left"] if what != UNDO_LEFT]:
            yield f"On {node} there is {', '.join(state['left'])}: another test is running, or was interrupted."
    watched = [Watched(**item) for item in view["watched"]]
    whole = main_whole(watched)
    if not whole:
        yield "No resource can be watched from outside: there is no address, no file system and no unit."
    elif len(_places(view, watched, whole)) != 1:
        yield f"{whole} does not run on one node: {', '.join(sorted(_places(view, watched, whole))) or 'nowhere'}."


def lacking_whole(view: t.Mapping[str, t.Any], nodes: t.Sequence[str]) -> list[str]:
    """What the cluster lacks to be whole and idle, as one node has it in VIEW."""
    if not view.get("running"):
        return ["the cluster does not answer"]
    found = [] if view["quorate"] else ["there is no quorum"]
    for node in nodes:
        flags = view["nodes"].get(node, {})
        if not flags.get("online") or flags.get("pending"):
            found.append(f"{node} is not online")
        found += [f"{node} is {word}" for word in ("unclean", "standby", "maintenance") if flags.get(word) is True]
    if not view["idle"]:
        found.append("the DC is at work" if view["dc"] else "no DC is elected")
    return found


def _view(states: States) -> t.Mapping[str, t.Any] | None:
    """What the first node says on which the cluster runs."""
    return next((state for state in states.values() if state["running"]), None)


def _places(view: t.Mapping[str, t.Any], watched: t.Iterable[Watched], whole: str) -> set[str]:
    return {node for item in watched if item.whole == whole for node in view["places"].get(item.id, ())}


# --- the node that it is about ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Aim:
    """A test with everything that depends on how the cluster is now."""

    test: FailoverTest
    name: str
    targets: tuple[str, ...]
    observer: str
    nodes: tuple[str, ...]
    whole: str
    watched: tuple[Watched, ...]
    steps: tuple[t.Mapping[str, t.Any] | None, t.Mapping[str, t.Any] | None]
    impossible: str = ""

    def as_dict(self) -> dict[str, t.Any]:
        """Plain data for tasks and other filters."""
        test = self.test
        mount = pick(self.watched, "mount", self.whole)
        address = pick(self.watched, "address", self.whole)
        targets = ", ".join(self.targets)
        return {
            "id": test.id,
            "name": self.name,
            "title": f"{test.title} ({targets})" if targets else test.title,
            "tier": test.tier,
            "expects": test.summary,
            "moves": [test.moves.least, test.moves.most],
            "fencings": [test.fencings.least, test.fencings.most],
            "effect": test.effect,
            "hold": test.hold,
            "targets": list(self.targets),
            "observer": self.observer,
            "nodes": list(self.nodes),
            "whole": self.whole,
            "watched": [item.as_dict() for item in self.watched],
            "mount": mount.as_dict() if mount else None,
            "address": address.value if address and ":" not in address.value else "",
            "prepare": self.steps[0],
            "break": self.steps[1],
            "heal": self.healed_first,
            "leaves_failures": test.leaves_failures,
            "stays": test.stays,
            "stops": test.stops,
            "uninterrupted": test.uninterrupted,
            "failed_fencing": test.failed_fencing,
            "reboots": test.reboots,
            "impossible": self.impossible,
        }

    @property
    def healed_first(self) -> list[str]:
        """The nodes that are healed before the cluster recovers: not those that may be booting, which is what heals
        them."""
        booting = self.targets if self.test.fencings.most or self.test.reboots else ()
        return [node for node in self.nodes if node not in booting]


def aim(planned: catalogue.Planned, states: States, chance: random.Random) -> Aim:
    """Choose the nodes for a test, and say why it is impossible here if it is."""
    nodes = tuple(states)
    view = _view(states) or {}
    watched = tuple(Watched(**item) for item in view.get("watched", ()))
    whole = main_whole(watched)
    active = sorted(_places(view, watched, whole)) if view else []
    test = planned.test
    targets = _targets(planned, view, nodes, active, chance)
    is_active = bool(set(active).intersection(targets)) or test.target in ("majority", "all")
    test = catalogue.with_target(test, is_active)
    rest = [node for node in nodes if node not in targets]
    observer = (rest or list(nodes))[0]
    reason = _impossible(test, targets, states, view, watched, whole)
    steps = (
        None if reason or step is None else _step(step, targets, observer, nodes, states, watched, whole)
        for step in (test.prepare, test.break_)
    )
    first, second = steps
    return Aim(test, planned.name, tuple(targets), observer, nodes, whole, watched, (first, second), reason)


def _targets(
    planned: catalogue.Planned,
    view: t.Mapping[str, t.Any],
    nodes: t.Sequence[str],
    active: t.Sequence[str],
    chance: random.Random,
) -> list[str]:
    kind = planned.test.target
    if planned.node:
        return [planned.node]
    if kind == "active":
        return list(active[:1])
    if kind == "dc":
        return [view["dc"]] if view.get("dc") else []
    if kind == "all":
        return list(nodes)
    passive = [node for node in nodes if node not in active]
    chance.shuffle(passive)
    if kind == "passive":
        return passive[:1]
    votes = view.get("votes") or {}
    number = votes.get("expected", 0) - votes.get("quorum", 0) + (kind == "majority")
    return sorted(passive[:number]) if 0 < number <= len(passive) else []


def _step(
    step: Step,
    targets: t.Sequence[str],
    observer: str,
    nodes: t.Sequence[str],
    states: States,
    watched: t.Sequence[Watched],
    whole: str,
) -> dict[str, t.Any]:
    """Where STEP is done, and the options of internal_failover_break."""
    hosts = {
        catalogue.TARGET: list(targets),
        catalogue.OBSERVER: [observer],
        catalogue.EVERYWHERE: list(nodes),
        catalogue.SURVIVORS: [node for node in nodes if node not in targets],
    }[step.where]
    item = pick(watched, step.subject, whole)
    options: dict[str, t.Any] = {"action": step.action, "node": targets[0]}
    if item is not None:
        options.update(resource=item.id, agent=item.agent, value=item.value, place=item.place, detail=item.detail)
    elif step.action == "cut":
        options["peers"] = peers(states[targets[0]]["links"], targets, only_last=step.subject == "link")
    elif step.subject:
        options["subject"] = step.subject
    return {"hosts": hosts, "options": options}


def peers(links: t.Mapping[str, t.Sequence[str]], targets: t.Sequence[str], *, only_last: bool) -> list[str]:
    """The addresses of all but TARGETS on corosync's links; on the last link only where that is asked for."""
    return [
        address
        for node, addresses in links.items()
        if node not in targets
        for address in (list(addresses)[-1:] if only_last else addresses)
    ]


def _impossible(
    test: FailoverTest,
    targets: t.Sequence[str],
    states: States,
    view: t.Mapping[str, t.Any],
    watched: t.Sequence[Watched],
    whole: str,
) -> str:
    """Why the platform does not allow TEST; empty when it does."""
    if not targets:
        return "There are not enough nodes for it."
    for need in test.needs:
        reason = _unmet(need, [states[node] for node in targets if node in states], states, view, watched, whole)
        if reason:
            return reason
    return ""


def _unmet(
    need: str,
    targets: t.Sequence[t.Mapping[str, t.Any]],
    states: States,
    view: t.Mapping[str, t.Any],
    watched: t.Sequence[Watched],
    whole: str,
) -> str:
    if need in ("unit", "address", "mount", "agent"):
        words = {"unit": "unit of systemd", "address": "address", "mount": "file system", "agent": "agent of class ocf"}
        return "" if pick(watched, need, whole) else f"{whole} has no {words[need]}."
    if need == "links":
        number = min((len(addresses) for addresses in view["links"].values()), default=0)
        return "" if number > 1 else "corosync has only one link."
    if need == "packet-filter":
        return "" if all(state["packet_filter"] for state in targets) else "There is neither iptables nor nft."
    if need == "majority":
        votes = view["votes"]
        return "" if len(states) - 1 >= votes.get("quorum", len(states)) else "The rest would have no quorum."
    if need == "power":
        return ""  # internal_failover_break says what the fence device lacks
    if need == "sysrq":
        if any(state["container"] for state in targets):
            return "The node is a container: its kernel is that of the host, and of all others there."
        return ""
    if need == "shutdown":
        item = pick(watched, "mount", whole)
        kind = item.detail if item else ""
        return "" if kind in SHUTS_DOWN else f"A file system of type {kind} can't be shut down; {_or(SHUTS_DOWN)} can."
    if need == "stops-without-quorum":
        policy = view["properties"].get("no-quorum-policy", "stop")
        return "" if policy == "stop" else f"no-quorum-policy is {policy}, so resources go on without quorum."
    if need == "enabled":
        asleep = [f"{name} of {node}" for node, state in states.items() for name in state["disabled"]]
        return f"What does not start at boot does not come back: {', '.join(asleep)}." if asleep else ""
    raise ValueError(need)


def _or(words: t.Sequence[str]) -> str:
    return " or ".join(words)


# --- what is waited for ----------------------------------------------------------------------------------------------


def awaited_effect(
    aimed: t.Mapping[str, t.Any], before: t.Mapping[str, t.Any], now: t.Mapping[str, t.Any]
) -> list[str]:
    """What is still to happen before the break is healed. The time of `hold` is counted by whoever waits."""
    effect = aimed["effect"]
    if effect == catalogue.FENCED:
        new = new_fencings(before["fencings"], now.get("fencings", ()), since=before.get("clock", 0.0))
        done = {one.target for one in new if one.succeeded}
        return [f"fencing of {node}" for node in aimed["targets"] if node not in done]
    if effect == catalogue.FAILURE:
        return [] if now.get("failures") else ["the cluster notices the failure"]
    if effect == catalogue.MOVED:
        watched = [Watched(**item) for item in aimed["watched"]]
        places = _places(now, watched, aimed["whole"]) if now.get("running") else set(aimed["targets"])
        moved = len(places) == 1 and not places.intersection(aimed["targets"]) and now.get("idle")
        return [] if moved else [f"{aimed['whole']} moves away"]
    return []


def awaited_recovery(
    aimed: t.Mapping[str, t.Any], before: t.Mapping[str, t.Any], now: t.Mapping[str, t.Any]
) -> list[str]:
    """What the cluster lacks to be as whole as BEFORE."""
    found = lacking_whole(now, aimed["nodes"])
    if now.get("running"):
        stopped = [name for name, nodes in before["places"].items() if nodes and not now["places"].get(name)]
        found += [f"{', '.join(stopped)} is not started"] if stopped else []
        found += [] if now["devices"] else ["no fence device is started"]
    return found
