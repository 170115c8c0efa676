# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring a CIB to the declared state: read, plan, change a copy with pcs, verify, push as one compare-and-swap, wait."""

from __future__ import annotations

import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import status
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.bundles import goes_with_bundle
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.clones import find_clone
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import Command
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import (
    OPERATORS_CONSTRAINT,
    Declared,
    entries,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.defaults import arranged
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.desired import merge, name_meant, remove_primitive
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.difference import changed_names, difference
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.export import export, named
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.left_alone import resources
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.locations import Location
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.nodes import NODE_STATES
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import boolean, role, score
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import parse_cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.purge import told, undeclared
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.released import refuse_loose
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.remote import remote_and_guest_nodes
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.secrets import without_secrets
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.store import (
    FileStore,
    LiveStore,
    Snapshot,
    Store,
    pause,
    read_schema,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.values import (
    Parameters,
    parameters,
    plain,
    settled,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError, ConflictError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import Runner

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.workbench import Action, Workbench

ATTEMPTS = 30
STOP_TIMEOUT = 300  # seconds that a resource may take to stop before it is removed, when no `wait` is given


@dataclass
class Run:
    """What one run of a module did so far."""

    before: Cib | None = None
    after: Cib | None = None
    commands: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    transition: list[Action] = field(default_factory=list)
    stopping: bool = False  # the resources to remove were already told to stop; the transition counts from before
    forgotten: frozenset[str] = frozenset()  # devices to be replaced whose results the cluster has forgotten

    def remark(self, note: str | None) -> None:
        """Add a note, once."""
        if note is not None and note not in self.notes:
            self.notes.append(note)

    def result(self) -> dict[str, Any]:
        """The result of the module."""
        before, after = self.before or Cib(), self.after or Cib()
        return {
            "changed": bool(self.commands),
            "diff": difference(before, after),
            "commands": self.commands,
            "transition": self.transition,
            "notes": self.notes,
        }


@dataclass(frozen=True)
class Engine:
    """Applies declarations to one CIB."""

    runner: Runner
    store: Store
    check_mode: bool = False
    allow_disruption: bool = True
    wait: int = 0
    tells_undeclared: bool = False  # of use where a whole cluster is declared, not one object

    def ensure(self, declared: Declared) -> dict[str, Any]:
        """Make everything in DECLARED, a mapping in pcs_cib's form, true. Returns the module's result."""
        run, declared = Run(), plain(declared)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                if self._attempt(run, declared):
                    after = run.after or Cib()
                    run.notes += operators_state(after, declared)
                    if not self.tells_undeclared:
                        return run.result()
                    return {**run.result(), "undeclared": told(undeclared(after, declared, name_meant))}
            except ConflictError:
                if attempt == ATTEMPTS:
                    raise
                pause(attempt)
        raise ClusterError("The configuration doesn't become what is declared, though every change was accepted.")

    def _attempt(self, run: Run, declared: Declared) -> bool:
        """One round from reading to pushing. False asks for another one."""
        snapshot = self.store.read()
        current = arranged(parse_cib(snapshot.text), declared)
        declared = settled(declared, current, self._parameters)
        wanted = merge(current, declared)
        refuse_loose(current, wanted, declared)
        if run.before is None or not run.stopping:  # what another writer did meanwhile is no part of this run
            run.before = current
        run.after = current
        commands = commands_for(current, wanted)
        if not commands:
            return True
        problem = snapshot.problem
        if problem is None and self.check_mode and self.runner.find("pcs") is None:
            problem = "pcs is not installed on this host"
        if problem is not None:
            self._predict(run, problem, wanted, commands)
            return True
        with make_workbench(self.runner, snapshot.text) as bench:
            try:
                bench.apply(commands)
            except ClusterError as error:
                error = explained(error, snapshot.text, current, wanted)
                if not self.check_mode:
                    raise error from None
                self._predict(run, self._not_yet_possible(error, current, wanted), wanted, commands)
                return True
            after = run.after = arranged(parse_cib(bench.text()), declared)
            upgrade = schema_upgrade(snapshot.text, bench.text())
            try:
                refuse_side_effects(current, wanted, after, upgrade)
            except ClusterError as error:
                raise explained(error, snapshot.text, current, after) from None
            run.remark(upgrade)
            disabling = self._disabling(current, wanted)
            self._check(run, after, bench, declared, self._transition(snapshot, bench, disabling))
            refuse_losses(snapshot.text, bench.text(), current, wanted, upgrade)
            forgetting = self._forgetting(current, wanted) - run.forgotten
            if not self.check_mode and (disabling or forgetting):
                self._stop_first(run, snapshot, current, disabling)
                self._forget(forgetting)
                run.forgotten |= forgetting
                return False
            forgotten = [name for name in remote_and_guest_nodes(current) if name not in remote_and_guest_nodes(wanted)]
            if not self.check_mode:
                self.store.push(snapshot.text, bench.text())
            run.commands += [command.shown() for command in (*disabling, *commands)]
            run.commands += self._forget_nodes(forgotten)
        if not self.check_mode and self.store.is_live and self.wait > 0:
            self._settle(declared)
        return True

    def _forget_nodes(self, nodes: Sequence[str]) -> list[list[str]]:
        """Make the running cluster forget remote and guest NODES that are gone, as pcs does. Returns the commands."""
        if not self.store.is_live:
            return []
        commands = [["crm_node", "--force", "--remove", name] for name in nodes]
        for command in () if self.check_mode else commands:
            result = self.runner.run(command)
            if result.rc != 0:
                raise ClusterError(
                    f"The node '{command[-1]}' is removed from the configuration, but the cluster does not forget it:"
                    f" {result.message}. Run `{' '.join(command)}` on a node of the cluster.",
                    changed=True,
                )
        return commands

    def _parameters(self, agent: str) -> Parameters | None:
        """Return AGENT's description of its options; None if this host doesn't have the agent."""
        names = [agent]
        if ":" not in agent:  # as pcs looks for it
            names = [f"ocf:{provider}:{agent}" for provider in ("heartbeat", "pacemaker")]
        for name in names:
            shown = self.runner.run(["crm_resource", "--show-metadata", name])
            if shown.rc == 0:
                return parameters(shown.stdout)
        return None

    # --- check mode --------------------------------------------------------------------------------------------------

    def _predict(self, run: Run, problem: str, wanted: Cib, commands: Sequence[Command]) -> None:
        """Tell from the plan alone what would be done. Outside check mode that is an error."""
        if not self.check_mode:
            raise ClusterError(f"The configuration can't be changed: {problem}.")
        note = f"Predicted without pcs, because {problem}."
        self.runner.warn(note)
        run.notes.append(note)
        run.after = wanted
        run.commands += [command.shown() for command in commands]

    def _not_yet_possible(self, error: ClusterError, current: Cib, wanted: Cib) -> str:
        """Why pcs refuses a change that an earlier task of a real run makes possible; any other refusal is raised."""
        new = [primitive for name, primitive in wanted.primitives.items() if name not in current.primitives]
        missing = [
            primitive.agent
            for primitive in new
            if self.runner.run(["crm_resource", "--show-metadata", primitive.agent]).rc != 0
        ]
        if not missing:
            raise error
        from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.suggest import suggested_agent

        suggestions = {agent: suggested_agent(self.runner, agent) for agent in missing}
        if any(near for agent, near in suggestions.items() if ":" not in agent):  # it is there, under its full name
            raise error
        near = "".join(suggestions.values())
        return f"this host has no agent {' and no '.join(missing)} yet.{near}".rstrip(".")

    # --- before a push -----------------------------------------------------------------------------------------------

    def _transition(
        self, snapshot: Snapshot, bench: Workbench, disabling: Sequence[Command]
    ) -> tuple[list[Action], list[Action]]:
        """What the cluster would do, and what of it disrupts something; with what is stopped before it is removed."""
        steps = [bench.transition()]
        if steps[0][0] is None and self.store.is_live and not self.allow_disruption:
            raise ClusterError(
                "crm_simulate can't tell what the cluster would do, so nothing was changed, because allow_disruption is"
                " false."
            )
        if disabling:
            with make_workbench(self.runner, snapshot.text) as first:
                first.apply(disabling)
                steps.insert(0, first.transition())
        planned = [action for step, _disruptions in steps for action in step or ()]
        disruptions = [action for _step, disruptive in steps for action in disruptive]
        return first_of_each(planned), first_of_each(disruptions)

    def _check(
        self, run: Run, after: Cib, bench: Workbench, declared: Declared, transition: tuple[list[Action], list[Action]]
    ) -> None:
        """Refuse a new CIB that isn't what was declared, isn't valid, or disrupts what must not be disrupted."""
        again = merge(after, declared)
        if commands_for(after, again):
            error = ClusterError(
                f"pcs accepts the change, but does not make what is declared: {', '.join(changed_names(after, again))}"
                f"{differing_options(after, again)}.{why_not(again)}",
                diff=difference(after, again),
            )
            raise explained(error, bench.text(), after, again)
        complaints = bench.verify()
        stonith = [line for line in complaints if "STONITH" in line or "fencing" in line.lower()]
        if len(complaints) > len(stonith):
            raise ClusterError("The new configuration is not valid: " + "; ".join(complaints), complaints=complaints)
        for line in stonith:
            self.runner.warn(line)
        planned, disruptions = transition
        if not run.stopping:
            run.transition = planned
        if disruptions and not self.allow_disruption:
            words = ", ".join(status.describe(action) for action in disruptions)
            raise ClusterError(
                f"The change would disrupt what is running: {words}. Nothing was changed, because allow_disruption is"
                " false.",
                transition=run.transition,
            )

    def _disabling(self, current: Cib, wanted: Cib) -> list[Command]:
        """How to stop the running resources that will be removed, where a cluster runs them."""
        if not self.store.is_live:
            return []
        gone = [name for name in current.bundles if name not in wanted.bundles]
        gone += [
            primitive.id
            for name, primitive in current.primitives.items()
            if name not in wanted.primitives
            and not primitive.is_stonith
            and not goes_with_bundle(current, wanted, name)
        ]
        gone += [
            name for name, item in resources(current).items() if name not in resources(wanted) and not item.is_stonith
        ]
        active = self._active(gone) if gone else {}
        devices = [
            name
            for name in replaced(current, wanted)
            if role(current.primitives[name].meta.get("target-role", "")) != "Stopped"
        ]
        return [
            *(Command(f"resource '{name}'", ("resource", "disable", name)) for name in gone if name in active),
            *(
                Command(f"fencing device '{name}'", ("stonith", "meta", name, "target-role=Stopped"))
                for name in devices
            ),
        ]

    def _forgetting(self, current: Cib, wanted: Cib) -> frozenset[str]:
        """The devices whose results the cluster has to forget before they are replaced: Pacemaker doesn't start the new
        agent where the old one has failed, but the old one with the options of the new one."""
        return frozenset(replaced(current, wanted)) if self.store.is_live else frozenset()

    def _forget(self, names: Set[str]) -> None:
        for name in sorted(names):
            done = self.runner.run(["crm_resource", "--refresh", "--resource", name])
            if done.rc != 0:
                raise ClusterError(
                    f"The fencing device '{name}' is stopped and not replaced yet, because crm_resource --refresh"
                    f" fails: {(done.stderr or done.stdout).strip()}. Run it again.",
                    changed=True,
                )

    def _active(self, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Which of the resources NAMES are active, and on which nodes."""
        root = status.read_status(self.runner)
        if root is None:
            return {}
        active: dict[str, tuple[str, ...]] = {}
        for name in names:
            found = [item for item in status.instances(root, name) if item.active]
            if not all(item.managed for item in found):
                raise ClusterError(
                    f"The resource '{name}' runs but is not managed by the cluster (is-managed, maintenance), so it"
                    " can't be stopped, which has to happen before it is removed."
                )
            if found:
                active[name] = tuple(dict.fromkeys(node for item in found for node in item.nodes))
        return active

    def _stop_first(self, run: Run, snapshot: Snapshot, current: Cib, disabling: Sequence[Command]) -> None:
        """Stop the resources that will be removed, in one push of its own, and wait until they have stopped."""
        names = [command.argv[2] for command in disabling]
        with make_workbench(self.runner, snapshot.text) as bench:
            bench.apply(disabling)
            if parse_cib(bench.text()) != parse_cib(snapshot.text):
                self.store.push(snapshot.text, bench.text())
        run.stopping = True
        run.commands += [command.shown() for command in disabling]
        deadline = time.monotonic() + (self.wait or STOP_TIMEOUT)
        active = self._active(names)
        while active:
            if time.monotonic() > deadline:
                where = ", ".join(f"'{name}' on {' and '.join(nodes)}" for name, nodes in active.items())
                raise ClusterError(
                    f"Not stopped within {self.wait or STOP_TIMEOUT} s, so not removed either: {where}."
                    " Its target-role is now Stopped.",
                    failures=self._failures(names),
                    changed=True,
                )
            time.sleep(0.3)
            active = self._active(names)

    # --- after a push ------------------------------------------------------------------------------------------------

    def _failures(self, names: Sequence[str]) -> list[dict[str, Any]]:
        root = status.read_status(self.runner)
        return [item for item in all_failures(root) if item["resource"] in names] if root is not None else []

    def _settle(self, declared: Declared) -> None:
        """Wait until the cluster has done what the change asks for. Raises ClusterError when a resource doesn't run."""
        from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.settle import wait_until_settled

        left = wait_until_settled(self.runner, self.wait)
        problems = self._problems(declared)
        if problems:
            raise ClusterError(
                "The configuration was changed, but not all of it runs: " + "; ".join(problems), changed=True
            )
        if left:
            raise ClusterError(
                f"The configuration was changed, but the cluster isn't settled after {self.wait} s: {', '.join(left)}",
                changed=True,
            )

    def _problems(self, declared: Declared) -> list[str]:
        """Why a declared resource does not run, one sentence each."""
        root = status.read_status(self.runner)
        if root is None:
            return ["the cluster does not run on this host any more"]
        text = self.store.read().text
        cib = parse_cib(text)
        if not is_expected_to_act(cib):
            return []
        from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.placement import Placement
        from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.templates import expanded

        plain = expanded(text)
        placement = Placement.of(plain, parse_cib(plain))
        failed = with_reasons(all_failures(root), status.exit_reasons(text))
        failed = [item for item in failed if not placement.excuses(item)]
        waiting = placement.waiting()
        return [
            sentence
            for name in awaited(cib, declared)
            for sentence in [problem(name, status.instances(root, name), failed, waits=name in waiting)]
            if sentence and not is_stopped(cib, name)
        ]


# What makes changes is loaded when there is something to change, because loading takes a good part of a run without.


def commands_for(before: Cib, after: Cib) -> list[Command]:
    """Return the pcs commands that turn BEFORE into AFTER."""
    if before == after:
        return []
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.render import render

    # pcs can't change an agent: the device is removed and made, and so is what refers to it.
    between = before
    for name in replaced(before, after):
        between = remove_primitive(between, name)
    return [*render(before, between), *render(between, after)] if between != before else render(before, after)


def replaced(before: Cib, after: Cib) -> list[str]:
    """The fencing devices that get another agent."""
    return [
        name
        for name, primitive in before.primitives.items()
        if name in after.primitives and after.primitives[name].agent != primitive.agent
    ]


def make_workbench(runner: Runner, base: str) -> AbstractContextManager[Workbench]:
    """A workbench for the CIB whose XML is BASE."""
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.workbench import workbench

    return workbench(runner, base)


def operators_state(cib: Cib, declared: Declared) -> list[str]:
    """What keeps the cluster from acting though it is not DECLARED: an operator did that, so it is told, not undone."""
    notes = []
    for node in cib.nodes.values():
        undeclared = node.attributes.keys() - declared_of(declared, node.name)
        notes += [
            f"The node '{node.name}' is in {state}, which is not declared and stays so."
            for state in NODE_STATES
            if state in undeclared and boolean(node.attributes[state])
        ]
        others = sorted(undeclared - {*NODE_STATES})
        if others:
            notes.append(f"The node '{node.name}' has attributes that are not declared and stay: {', '.join(others)}.")
    declared_ids = {item.get("id") for item in declared.get("locations") or ()}
    notes += [
        operators_location(item)
        for item in cib.locations.values()
        if item.id.startswith(OPERATORS_CONSTRAINT) and item.id not in declared_ids
    ]
    mode = "maintenance-mode"
    if boolean(cib.properties.get(mode, "")) and mode not in (declared.get("properties") or {}):
        notes.append("The cluster is in maintenance mode, which is not declared and stays so.")
    return notes


def operators_location(location: Location) -> str:
    """What a constraint does that moving or banning a resource has left, and how it is removed."""
    resource = location.resource
    where = location.node or "where its rule says"
    away = (score(location.score or "INFINITY") or 0) < 0
    return (
        f"The constraint '{location.id}', which moving or banning '{resource}' by hand has left, is not declared and"
        f" stays: it {'keeps' if away else 'holds'} '{resource}' {'away from' if away else 'on'} {where}."
        f" `pcs resource clear {resource}` removes it."
    )


def why_not(cib: Cib) -> str:
    """A sentence on the locations of CIB that pcs can't make beside each other; empty when there are none."""
    by_place: dict[tuple[str, str | None], list[str]] = {}
    for location in cib.locations.values():
        if location.rule is None and not location.id.startswith(OPERATORS_CONSTRAINT):
            by_place.setdefault((location.resource, location.node), []).append(location.id)
    several = [
        f"{' and '.join(map(repr, sorted(ids)))} name the same resource and node"
        for ids in by_place.values()
        if ids[1:]
    ]
    if not several:
        return ""
    return (
        f" pcs keeps one location constraint for a resource on a node, but {'; '.join(several)}: declare one of them."
    )


def differing_options(one: Cib, other: Cib) -> str:
    """The options that two models have differently, and what may be the cause; empty where whole objects differ."""
    left, right = ({(kind, name): value for kind, name, value in named(export(cib))} for cib in (one, other))
    found = [
        leaf
        for key, value in right.items()
        if key in left and isinstance(value, Mapping)
        for leaf in leaves(left[key], value)
    ]
    names = ", ".join(dict.fromkeys(path for path, _value in found))
    broken = any(set(str(value)) & set("\n\r\t") for _path, value in found)
    why = ". Pacemaker before version 3 keeps no line break and no tab in a value" if broken else ""
    return f" ({names}){why}" if names else ""


def leaves(one: Any, other: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Where two exported objects differ, and what OTHER has there."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for name in {**one, **other}:
            yield from leaves(one.get(name), other.get(name), f"{path} {name}".strip())
    elif one != other:
        yield path, other


def declared_of(declared: Declared, node: str) -> set[str]:
    """The attributes of NODE that are declared, its states among them."""
    items = [item for item in declared.get("nodes") or () if item["name"] == node]
    states = {state for item in items for state in NODE_STATES if item.get(state) is not None}
    return states.union(*(item.get("attributes") or () for item in items))


def schema_upgrade(before: str, after: str) -> str | None:
    """A word on the newer schema that pcs changed the configuration to, as the change needs it; or None."""
    old, new = read_schema(before), read_schema(after)
    return f"pcs upgrades the configuration's schema from {old} to {new}." if old != new else None


def refuse_side_effects(current: Cib, wanted: Cib, after: Cib, upgrade: str | None) -> None:
    """Refuse side effects of pcs: `location add` replaces any constraint of the same resource and node."""
    kept = set(changed_names(current, after)) - set(changed_names(current, wanted))
    if kept:
        words = f"pcs would change more than what is declared: {', '.join(sorted(kept))}."
        raise ClusterError(f"{words}{why_not(wanted)}{f' {upgrade}' if upgrade else ''}")


def explained(error: ClusterError, text: str, one: Cib, other: Cib) -> ClusterError:
    """ERROR with what is special about options that ONE and the OTHER model of the CIB TEXT have differently."""
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.effect import why_without_effect

    why = why_without_effect(text, one, other)
    return ClusterError(f"{str(error).rstrip('.')}.{why}", **error.details) if why else error


def refuse_losses(before: str, after: str, current: Cib, wanted: Cib, upgrade: str | None) -> None:
    """Refuse changes that would lose parts that pcs can't write: it re-creates objects that it can't change."""
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.losses import losses

    lost = losses(before, after, current, wanted)
    if lost:
        words = (
            f"The change would lose what pcs can't write: {'; '.join(lost)}. Change the object with cibadmin, or remove"
            " it first (state: absent) if that may be lost."
        )
        raise ClusterError(f"{words} {upgrade}" if upgrade else words)


def all_failures(root: ET.Element) -> list[dict[str, Any]]:
    return [*status.failures(root), *status.failed_probes(root)]


def with_reasons(failed: list[dict[str, Any]], reasons: Mapping[tuple[str, str], str]) -> list[dict[str, Any]]:
    """FAILED, with what the agent said where crm_mon doesn't tell it."""
    return [
        {**item, "reason": item["reason"] or reasons.get((item["resource"].partition(":")[0], item["node"]), "")}
        for item in failed
    ]


def first_of_each(actions: Sequence[Action]) -> list[Action]:
    """ACTIONS without those that are foreseen twice, if for different reasons."""
    seen: dict[tuple[str, ...], Action] = {}
    for action in actions:
        seen.setdefault(
            tuple(action.get(name, "") for name in ("action", "resource", "node", "source", "dest")), action
        )
    return list(seen.values())


def is_expected_to_act(cib: Cib) -> bool:
    """Whether the cluster starts anything at all."""
    return not any(boolean(cib.properties.get(name, "no")) for name in ("maintenance-mode", "stop-all-resources"))


def is_stopped(cib: Cib, name: str) -> bool:
    """Whether an operator wants the resource NAME, or what it is part of, to be stopped or left alone."""
    groups = [group for group in cib.groups.values() if name in group.members]
    names = {name, *(group.id for group in groups)}
    clones = [clone for clone in cib.clones.values() if clone.resource in names]
    metas = [*(group.meta for group in groups), *(clone.meta for clone in clones)]
    metas += [cib.primitives[one].meta for one in names & cib.primitives.keys()]
    return any(
        role(meta.get("target-role", "")) == "Stopped"
        or boolean(meta.get("is-managed", "true")) is False
        or boolean(meta.get("maintenance", "false")) is True
        for meta in metas
    )


def awaited(cib: Cib, declared: Declared) -> list[str]:
    """The resources and bundles that are to run when what is DECLARED is in CIB."""
    names = [item["id"] for kind in ("resources", "stonith", "groups", "bundles") for item in entries(declared, kind)]
    clones = [find_clone(cib, item) for item in entries(declared, "clones")]
    names += [clone.resource for clone in clones if clone is not None]
    names += [cib.bundles[name].resource or "" for name in names if name in cib.bundles]
    members = [member for name in names if name in cib.groups for member in cib.groups[name].members]
    known = cib.primitives.keys() | cib.bundles.keys()
    return [name for name in dict.fromkeys([*names, *members]) if name in known]


def problem(
    name: str, instances: Sequence[status.ResourceStatus], failed: Sequence[Mapping[str, Any]], *, waits: bool = False
) -> str | None:
    """Why the resource NAME, or an instance of it, does not run; None when all do, or nothing has kept one from it. One
    that WAITS for a ticket is not to run."""
    if waits and not any(item.failed or item.blocked for item in instances):
        return None
    running = [item for item in instances if item.active and not item.failed and not item.blocked]
    nodes = {node for item in running for node in item.nodes}
    words = [
        f"its {item['action']} failed on {item['node']}: {', '.join(filter(None, (item['result'], item['reason'])))}"
        for item in failed
        if item["resource"].partition(":")[0] == name and item["node"] not in nodes
    ]
    if any(item.blocked for item in instances):
        words.append("it is blocked")
    if running and (len(running) == len(instances) or not words):
        return None
    where = " everywhere" if running else ""
    why = ", ".join(words) or "no node may run it, or what it depends on does not run"
    return f"'{name}' does not run{where}: {why}"


def make_store(runner: Runner, cib_file: str | None) -> Store:
    """The CIB in CIB_FILE, or that of the running cluster."""
    return FileStore(runner, cib_file) if cib_file else LiveStore(runner)


def information(runner: Runner, cib_file: str | None = None, *, secrets: bool = False) -> dict[str, Any]:
    """The configuration in pcs_cib's form, and the state of the cluster."""
    snapshot = make_store(runner, cib_file).read()
    root = None if cib_file or snapshot.problem is not None else status.read_status(runner)
    cib = parse_cib(snapshot.text)
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.exportable import exportable
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.leftover import leftovers

    exported = export(exportable(cib)[0])
    return {
        **(exported if secrets else without_secrets(exported)),
        "cluster": status.cluster(root),
        "nodes_status": status.nodes(root) if root is not None else [],
        "resources_status": [
            {**vars(item), "nodes": list(item.nodes)} for item in (status.resources(root) if root is not None else [])
        ],
        "failures": with_reasons(all_failures(root), status.exit_reasons(snapshot.text)) if root is not None else [],
        "left_out": leftovers(snapshot.text, cib),
        "notes": [snapshot.problem] if snapshot.problem is not None else [],
    }
