# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which nodes leave a cluster and which join it, and what is refused."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.membership import (
    NOTE,
    Declared,
    Plan,
    ours,
    plan,
)

THREE = ("node1", "node2", "node3")
INVENTORY = (*THREE, "node4", "vmhost")


def look(*nodes: str, name: str = "web", on: bool = True) -> dict[str, t.Any]:
    """What a host with the cluster NAME of NODES tells."""
    return {"pacemaker_running": on, "running": on, "stock": not nodes, "nodes": list(nodes), "cluster_name": name}


BLANK = look(on=False)
FOUND = {name: look(*THREE) for name in THREE}


def members(*names: str, off: t.Sequence[str] = (), note: str = "") -> list[dict[str, t.Any]]:
    notes = {NOTE: note} if note else {}
    return [
        {"name": name, "online": name not in off, "attributes": notes if name == names[0] else {}} for name in names
    ]


def planned(declared: Declared, found: t.Mapping[str, t.Any] = FOUND, **changes: t.Any) -> Plan:
    return plan(declared, found, changes.pop("seen", members(*THREE)), INVENTORY)


def test_nothing_is_planned_where_the_cluster_has_the_declared_nodes() -> None:
    assert planned(Declared(THREE)) == Plan(list(THREE), list(THREE), [], [], list(THREE), [], [], [])


def test_a_node_that_is_no_longer_declared_leaves_whether_it_is_reached_or_not() -> None:
    two = THREE[:2]
    for found in (FOUND, {name: FOUND[name] for name in two}):
        wanted = planned(Declared(two), found, seen=members(*THREE, off=["node3"]))
        assert (wanted.staying, wanted.leave, wanted.join, wanted.online) == ([*two], ["node3"], [], [*two])
        assert wanted.refused == []


def test_named_nodes_leave_and_no_others() -> None:
    assert planned(Declared(["node1"], leaving=["node3"])).leave == ["node3"]


def test_a_node_that_pacemaker_alone_still_has_leaves() -> None:
    assert planned(Declared(THREE), seen=members(*THREE, "node9")).leave == ["node9"]


def test_a_noted_removal_goes_on_until_it_is_declared_again() -> None:
    noted = members(*THREE, note="node4,node3")
    assert planned(Declared(THREE[:2]), seen=noted).leave == ["node3", "node4"]
    assert planned(Declared(THREE), seen=noted).leave == ["node4"]
    assert planned(Declared(THREE), seen=noted).notes == ["node1"]


def test_nothing_but_the_named_nodes_leaves() -> None:
    """Also where the named one has left before."""
    wanted = planned(Declared(["node1", "node2"], leaving=["node4"]))
    assert (wanted.leave, wanted.refused) == ([], [])


def test_a_node_whose_removal_was_begun_is_given_back_when_it_is_declared_again() -> None:
    noted = members(*THREE, note="node3")
    assert planned(Declared(THREE), seen=noted).taken_back == ["node3"]
    assert planned(Declared(THREE[:2]), seen=noted).taken_back == []


def test_a_removed_node_that_boots_with_its_old_configuration_is_no_node() -> None:
    two = {name: look("node1", "node2") for name in THREE[:2]}
    found = {**two, "node3": look(*THREE)}
    wanted = planned(Declared(THREE[:2]), found, seen=members("node1", "node2"))
    assert (wanted.staying, wanted.configured, wanted.leave) == (["node1", "node2"], ["node1", "node2"], [])
    (refused,) = planned(Declared(THREE), found, seen=members("node1", "node2")).refused
    assert "node3 is to join, and runs another cluster" in refused


def test_a_cluster_of_one_node_is_found() -> None:
    assert ours({"node1": look("node1"), "node2": BLANK}, ["node1", "node2"]) == ["node1"]


def test_a_new_node_joins() -> None:
    wanted = planned(Declared((*THREE, "node4")), {**FOUND, "node4": BLANK})
    assert (wanted.leave, wanted.join, wanted.refused) == ([], ["node4"], [])


def test_a_node_is_replaced_by_one_of_another_name() -> None:
    found = {**{name: FOUND[name] for name in THREE[:2]}, "node4": BLANK}
    wanted = planned(Declared(("node1", "node2", "node4")), found, seen=members(*THREE, off=["node3"]))
    assert (wanted.leave, wanted.join, wanted.refused) == (["node3"], ["node4"], [])


def test_a_node_is_replaced_by_a_blank_machine_of_the_same_name_while_it_is_off_and_only_then() -> None:
    found = {**FOUND, "node3": BLANK}
    declared = Declared(THREE, replaced=["node3"])
    off = planned(declared, found, seen=members(*THREE, off=["node3"]))
    assert (off.staying, off.leave, off.join, off.refused) == (["node1", "node2"], ["node3"], ["node3"], [])
    assert planned(declared).leave == planned(declared).join == []


@pytest.mark.parametrize(
    ("declared", "found", "said"),
    [
        (Declared((*THREE, "node4")), FOUND, "node4 of ha_nodes can't be reached"),
        (Declared((*THREE, "node4"), can_join=False), {**FOUND, "node4": BLANK}, "ha_roles lacks cluster"),
        (
            Declared((*THREE, "node4")),
            {**FOUND, "node4": look("node4", "node5", name="db")},
            "node4 is to join, and runs another cluster (db of node4, node5)",
        ),
        (Declared(THREE, leaving=["node9"]), FOUND, "ha_leaving_nodes has node9, which neither the cluster"),
    ],
)
def test_what_can_not_be_done_is_refused(declared: Declared, found: t.Mapping[str, t.Any], said: str) -> None:
    assert said in " ".join(planned(declared, found).refused)


def test_a_machine_may_be_missing_while_nodes_only_leave() -> None:
    found = {"node1": FOUND["node1"]}
    assert planned(Declared(THREE[:2]), found, seen=members(*THREE, off=["node3"])).refused == []


def test_a_name_that_only_the_inventory_has_is_a_node_that_has_left() -> None:
    assert planned(Declared(THREE, leaving=["node4"])) == planned(Declared(THREE))


def test_of_several_clusters_the_one_with_most_declared_nodes_is_meant() -> None:
    found = {"node4": look("node4", "node5", name="db"), **FOUND}
    assert ours(found, ("node4", *THREE)) == list(THREE)
    assert ours({"node1": BLANK}, THREE) == []
