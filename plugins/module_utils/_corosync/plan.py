# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan the changes of corosync.conf from the wanted cluster and the files found on the nodes. Pure."""

from __future__ import annotations

import enum
import typing as t
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import (
    Change,
    CorosyncConfError,
    Effect,
    Section,
    Spec,
    cluster_name,
    compare,
    is_stock,
    node_sections,
    parse,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError


class Classification(enum.Enum):
    """What a plan requires from the cluster."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    LIVE = "live"
    RESTART = "restart"


@dataclass(frozen=True)
class Found:
    """What a reachable node has. No content: it has no corosync.conf."""

    node: str
    content: str | None
    running: bool


@dataclass(frozen=True)
class Plan:
    """The outcome. BASE is the configuration that the cluster has now and SOURCE the node it was read from."""

    classification: Classification
    changes: tuple[Change, ...] = ()
    base: Section | None = None
    source: str = ""
    pending: bool = False
    unreachable: tuple[str, ...] = ()


def plan(
    spec: Spec,
    found: t.Iterable[Found],
    *,
    allow_rename: bool = False,
    allow_join: bool = False,
    allow_others: bool = False,
) -> Plan:
    """Compare SPEC with what was FOUND. Raises ClusterError."""
    order = {node.name: number for number, node in enumerate(spec.nodes)}
    found = sorted(found, key=lambda item: order.get(item.node, len(order)))
    unreachable = tuple(name for name in order if name not in {item.node for item in found})
    configurations = _configurations(found)
    if not configurations:
        if unreachable:
            raise ClusterError(
                f"Cluster {spec.name} doesn't exist yet, and it is only created when all of its nodes take part."
                f" Missing: {', '.join(unreachable)}. Nothing was changed."
                " Bring them up and run again without --limit, or take them out of ha_nodes."
            )
        return Plan(Classification.CREATED)

    source, base = _choose(spec, configurations, allow_rename)
    _check_members(spec, base, source.node, allow_join, allow_others)
    changes = compare(base, spec)
    effects = {change.effect for change in changes}
    running = any(item.running for item, _section in configurations)
    if Effect.RESTART in effects and (running or unreachable):
        raise ClusterError(_refusal(spec, changes, unreachable if not running else ()))
    classification = Classification.UNCHANGED
    if changes:
        classification = Classification.RESTART if Effect.RESTART in effects else Classification.LIVE
    return Plan(classification, changes, base, source.node, bool(changes and unreachable), unreachable)


def _configurations(found: t.Iterable[Found]) -> list[tuple[Found, Section]]:
    """The configurations of real clusters among FOUND; what a package ships isn't one."""
    result = []
    for item in found:
        if item.content is None or not item.content.strip():
            continue
        try:
            section = parse(item.content)
        except CorosyncConfError as error:
            raise ClusterError(
                f"corosync.conf on {item.node} can't be read: {error}. Correct or remove it and run again."
            ) from error
        if not is_stock(section):
            result.append((item, section))
    return result


def _choose(spec: Spec, configurations: list[tuple[Found, Section]], allow_rename: bool) -> tuple[Found, Section]:
    foreign = {
        item.node: cluster_name(section) for item, section in configurations if cluster_name(section) != spec.name
    }
    if foreign and not allow_rename:
        nodes = ", ".join(f"{node} ({name!r})" for node, name in foreign.items())
        raise ClusterError(
            f"These nodes belong to a cluster of another name than {spec.name!r}: {nodes}."
            " Set cluster_name (ha_cluster_name) to the existing name, or destroy the other one, or let it be renamed"
            " with ha_allow_rename while it is stopped."
        )
    names = {node.name for node in spec.nodes}

    def preference(pair: tuple[Found, Section]) -> tuple[bool, bool]:
        item, section = pair
        return not item.running, set(node_sections(section)) != names

    return min(configurations, key=preference)  # the first of the best, in the order of the nodes


def _check_members(spec: Spec, base: Section, source: str, allow_join: bool, allow_others: bool) -> None:
    present, names = set(node_sections(base)), {node.name for node in spec.nodes}
    parts = []
    if names - present and not allow_join:
        parts.append(
            f"doesn't have {', '.join(sorted(names - present))} (add with playbook quorate.ha_cluster.membership)"
        )
    if present - names and not allow_others:
        parts.append(
            f"has {', '.join(sorted(present - names))}, not in ha_nodes"
            " (remove with playbook quorate.ha_cluster.membership)"
        )
    if parts:
        raise ClusterError(
            f"The existing cluster {spec.name}, as {source} knows it, {' and '.join(parts)}."
            " Its membership is not changed here. Nothing was changed."
        )


def _refusal(spec: Spec, changes: t.Iterable[Change], unreachable: tuple[str, ...]) -> str:
    what = "; ".join(
        f"{change.key}: {change.before or 'not set'} -> {change.after or 'not set'}"
        for change in changes
        if change.effect is Effect.RESTART
    )
    why = f"{', '.join(unreachable)} can't be asked and may be running" if unreachable else "it is running"
    return (
        f"Cluster {spec.name} would have to be stopped on all nodes to change {what}, and {why}."
        " Nothing was changed. Set it back, or stop the cluster on all nodes (pcs cluster stop --all) and run again."
    )
