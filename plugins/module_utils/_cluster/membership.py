# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan which nodes leave a running cluster and which join it. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

NOTE = "membership-leaving"  # the node attribute that keeps who leaves, until nothing is left of them

Look = t.Mapping[str, t.Any]


@dataclass(frozen=True)
class Declared:
    """What is declared of a cluster's nodes."""

    nodes: t.Sequence[str]  # of ha_nodes
    leaving: t.Sequence[str] = ()  # of ha_leaving_nodes
    replaced: t.Sequence[str] = ()  # of ha_replaced_nodes
    can_join: bool = True  # whether ha_roles lists the role that lets nodes join


@dataclass(frozen=True)
class Plan:
    """The nodes that leave and then those that join, and the reasons that forbid it."""

    staying: t.Sequence[str]  # the hosts that run the cluster, and stay in it
    configured: t.Sequence[str]  # the nodes that corosync's configuration has anywhere
    leave: t.Sequence[str]
    join: t.Sequence[str]
    online: t.Sequence[str]
    notes: t.Sequence[str]  # the nodes that keep a note of a removal
    taken_back: t.Sequence[str]  # the nodes whose removal was begun, and which are declared again
    refused: t.Sequence[str]


def ours(found: t.Mapping[str, Look], nodes: t.Sequence[str]) -> list[str]:
    """Those of the hosts FOUND that run the cluster of NODES: of several clusters, the one that has most of them.

    A node that was removed while it was off still has its old configuration when it boots. No other node lists it.
    """
    running = {name: look["nodes"] for name, look in found.items() if look["pacemaker_running"] and not look["stock"]}
    if len(running) > 1:
        running = {
            name: listed
            for name, listed in running.items()
            if any(name in others for other, others in running.items() if other != name)
        }
    largest = max(running, key=lambda name: len({*running[name]}.intersection(nodes)), default="")
    return [name for name, others in running.items() if {*others}.intersection(running[largest])]


def staying(found: t.Mapping[str, Look], declared: Declared) -> list[str]:
    """The hosts that run the cluster, and stay in it."""
    going = {*declared.leaving, *declared.replaced}
    return [name for name in ours(found, declared.nodes) if name in declared.nodes and name not in going]


def plan(
    declared: Declared, found: t.Mapping[str, Look], members: t.Sequence[Look], inventory: t.Collection[str]
) -> Plan:
    """Compare what is DECLARED with what was FOUND on the hosts of the play, and with the MEMBERS that Pacemaker has.

    INVENTORY are the names of all hosts. A name that it has, and the cluster has not, belongs to a node that has left.
    """
    hosts = ours(found, declared.nodes)
    present = list(dict.fromkeys(node for host in hosts for node in found[host]["nodes"]))
    known = list(dict.fromkeys((*present, *(member["name"] for member in members))))
    online = [member["name"] for member in members if member["online"]]
    noted = {member["name"]: member["attributes"].get(NOTE, "") for member in members}
    begun = [name for text in noted.values() for name in text.split(",") if name]
    named = declared.leaving
    gone = [name for name in (named or known) if name in known and (named or name not in declared.nodes)]
    dead = [name for name in declared.replaced if name in known and name not in online]
    leave = list(dict.fromkeys((*gone, *dead, *(name for name in begun if name not in declared.nodes))))
    join = [name for name in declared.nodes if name not in present or name in leave]
    return Plan(
        staying(found, declared),
        present,
        leave,
        join,
        online,
        [name for name, text in noted.items() if text],
        [name for name in begun if name in declared.nodes and name in known and name not in leave],
        [*_strange_names(declared, known, inventory), *_join_problems(declared, join, found, present)],
    )


def _strange_names(declared: Declared, known: t.Sequence[str], inventory: t.Collection[str]) -> t.Iterator[str]:
    strange = [name for name in declared.leaving if name not in known and name not in inventory]
    if strange:
        yield (
            f"ha_leaving_nodes has {', '.join(strange)}, which neither the cluster ({', '.join(known)}) nor the"
            " inventory knows. Correct the name."
        )


def _join_problems(
    declared: Declared, join: t.Sequence[str], found: t.Mapping[str, Look], present: t.Sequence[str]
) -> t.Iterator[str]:
    """What keeps the nodes that JOIN from that."""
    if not join:
        return
    missing = [name for name in declared.nodes if name not in found]
    if missing:
        yield (
            f"{', '.join(missing)} of ha_nodes can't be reached, or is not in this run, and every node has to learn of"
            f" {', '.join(join)}. Bring it up, put it into the inventory, and run without --limit."
        )
    for name in join:
        look = found.get(name)
        if look and look["running"] and not look["stock"] and name not in present:
            yield (
                f"{name} is to join, and runs another cluster ({look['cluster_name']} of {', '.join(look['nodes'])})."
                " Remove it there first (pcs cluster destroy)."
            )
    if not declared.can_join:
        yield (
            f"{', '.join(join)} is to join, and ha_roles lacks cluster, the role that lets nodes join. Add it there, or"
            " add the node with pcs."
        )
