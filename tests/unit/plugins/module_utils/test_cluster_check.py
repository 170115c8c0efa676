# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.obstacles import (
    Cluster,
    Member,
    Operation,
    Votes,
    parse_votes,
    problems,
)

QUORUMTOOL = """Quorum information
------------------
Nodes:            3
Quorate:          Yes

Votequorum information
----------------------
Expected votes:   3
Highest expected: 3
Total votes:      3
Quorum:           2
Flags:            Quorate
"""
HEALTHY = Cluster(
    running=True,
    quorate=True,
    fencing_enabled=True,
    fence_devices=("fencing",),
    members=(Member("node1", is_dc=True), Member("node2"), Member("node3")),
    votes=Votes(3, 3, 2),
)
TWO_LEFT = dataclasses.replace(
    HEALTHY, members=(Member("node1"), Member("node2"), Member("node3", online=False)), votes=Votes(3, 2, 2)
)


def but(**changes: t.Any) -> Cluster:
    return dataclasses.replace(HEALTHY, **changes)


def test_votes_are_read() -> None:
    assert parse_votes(QUORUMTOOL) == Votes(3, 3, 2)
    assert parse_votes("Cannot initialize CMAP service") is None


@pytest.mark.parametrize(("joining", "refused"), [(("node4",), False), (("node4", "node5"), True)])
def test_new_nodes_are_counted_after_the_old_ones_have_left(joining: tuple[str, ...], refused: bool) -> None:
    """Of two nodes that are left of three, one more still leaves quorum to those that run; two don't."""
    operation = Operation(leaving=("node3",), away=("node3",), joining=joining)
    assert bool(problems(TWO_LEFT, operation, "node1")) == refused
    assert problems(TWO_LEFT, Operation(away=("node3",), joining=("node4",)), "node1") != []


def test_nothing_speaks_against_taking_one_node_of_a_healthy_cluster() -> None:
    assert problems(HEALTHY, Operation(leaving=("node2",)), "node1") == []


@pytest.mark.parametrize(
    ("cluster", "operation", "words"),
    [
        (Cluster(), Operation(), "does not run on node1"),
        (but(quorate=False), Operation(), "no quorum"),
        (but(lacking=("DC node1 is in state S_TRANSITION_ENGINE",)), Operation(), "S_TRANSITION_ENGINE"),
        (but(fencing_enabled=False), Operation(), "Fencing is off"),
        (but(fence_devices=()), Operation(), "No fence device"),
        (but(maintenance_mode=True), Operation(), "The cluster is in maintenance mode"),
        (but(failures=("web: monitor on node2: error",)), Operation(), "web: monitor on node2"),
        (HEALTHY, Operation(leaving=("node9",)), "no node node9; its nodes are node1, node2, node3"),
        (TWO_LEFT, Operation(leaving=("node2",)), "would lose quorum: 1 of 3 votes"),
        (TWO_LEFT, Operation(), "node3 is not online"),
        (HEALTHY, Operation(joining=("a", "b", "c")), "would need 4 votes"),
        (but(members=(Member("node1"), Member("node2", unclean=True))), Operation(), "node2 is unclean"),
        (
            but(members=(Member("node1"), Member("node2", standby=True))),
            Operation(leaving=("node1",)),
            "no node is left",
        ),
    ],
)
def test_each_trouble_is_the_one_reason(cluster: Cluster, operation: Operation, words: str) -> None:
    found = problems(cluster, operation, "node1")
    assert len(found) == 1, found
    assert words in found[0]


def test_what_is_tolerated_or_known_to_be_away_is_no_trouble() -> None:
    assert problems(TWO_LEFT, Operation(leaving=("node3",)), "node1") == []
    assert problems(TWO_LEFT, Operation(away=("node3",)), "node1") == []
    troubled = but(fencing_enabled=False, maintenance_mode=True, failures=("web",), lacking=("busy",))
    tolerant = Operation(tolerate=frozenset({"fencing", "maintenance", "failures", "busy"}))
    assert problems(troubled, tolerant, "node1") == []


def test_one_more_node_needs_no_more_votes_than_are_there() -> None:
    assert problems(HEALTHY, Operation(joining=("node4",)), "node1") == []
