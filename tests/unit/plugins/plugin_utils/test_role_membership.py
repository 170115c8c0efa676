# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role membership: what it requires of its input, and how nodes leave. Which nodes do is tested with module_utils."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles import membership
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles.host import Host
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles.membership import (
    Leaver,
    Plan,
    Restart,
    Traces,
    plan_forgotten,
    plan_restart,
    plan_token_obstacles,
    plan_traces,
    problems,
)

VALUES = {"ha_nodes": {"db1": {}, "db2": {}}, "ha_leaving_nodes": [], "ha_replaced_nodes": []}
THREE = ("db1", "db2", "db3")


def said(**values: t.Any) -> list[str]:
    return list(problems({**VALUES, **values}, Host("db1")))


@pytest.mark.parametrize("leaving", [[], "", None, ["db3"], "db3, db4"])
def test_good_input_has_no_problems(leaving: t.Any) -> None:
    assert said(ha_leaving_nodes=leaving, ha_replaced_nodes="db2") == []


@pytest.mark.parametrize("replaced", [["db2", "db9", "db8"], "db2,db9, db8"])
def test_only_a_declared_node_is_replaced(replaced: t.Any) -> None:
    assert said(ha_replaced_nodes=replaced) == [
        "ha_replaced_nodes has db9, db8, which is not a node in ha_nodes (db1, db2). For a new machine of another name,"
        " put that into ha_nodes in place of the old one."
    ]


@pytest.mark.parametrize("leaving", [["db3", "db2"], "db3, db2"])
def test_a_declared_node_does_not_leave(leaving: t.Any) -> None:
    assert said(ha_leaving_nodes=leaving) == [
        "ha_leaving_nodes names db2, but ha_nodes still lists it. Remove it there, or site.yml adds it again."
    ]


def look(*nodes: str, on: bool = True) -> dict[str, t.Any]:
    return {"pacemaker_running": on, "running": on, "stock": not nodes, "nodes": list(nodes), "cluster_name": "web"}


FOUND = {name: look(*THREE) for name in THREE}


def members(*names: str, off: t.Collection[str] = (), note: str = "") -> list[dict[str, t.Any]]:
    notes = {"membership-leaving": note} if note else {}
    return [
        {"name": name, "online": name not in off, "attributes": notes if name == names[0] else {}} for name in names
    ]


def plan(found: t.Mapping[str, t.Any] = FOUND, **changes: t.Any) -> Plan:
    given = {"members": members(*THREE), "inventory": THREE, "nodes": THREE, **changes}
    return membership.plan(found, **given)


def test_nothing_is_planned_where_the_cluster_has_the_declared_nodes() -> None:
    assert plan() == Plan(
        staying=("db1", "db2", "db3"),
        primary="db1",
        obstacles=(),
        refused=(),
        leave=(),
        members=(),
        leavers={},
        join=(),
        pcsd=({"name": "db1"}, {"name": "db2"}, {"name": "db3"}),
        taken_back=(),
        noted=(),
    )


def test_a_node_that_is_online_is_emptied_and_removed() -> None:
    assert plan(nodes=["db1", "db2"]) == Plan(
        staying=("db1", "db2"),
        primary="db1",
        obstacles=(),
        refused=(),
        leave=("db3",),
        members=("db3",),
        leavers={"db3": Leaver(("empty", "remove"), ("pcs", "cluster", "node", "remove", "db3"))},
        join=(),
        pcsd=({"name": "db1"}, {"name": "db2"}, {"name": "db3"}),
        taken_back=(),
        noted=("db1",),
    )


def test_a_dead_node_is_removed_without_asking_it() -> None:
    made = plan(nodes=["db1", "db2"], members=members(*THREE, off=["db3"]))
    command = ("pcs", "cluster", "node", "remove", "db3", "--skip-offline", "--force")
    assert made.leavers == {"db3": Leaver(("remove",), command)}
    assert made.pcsd == ({"name": "db1"}, {"name": "db2"})


def test_a_node_that_only_pacemaker_or_a_note_still_has_is_in_no_configuration() -> None:
    seen = members(*THREE, "db4", off=["db4"], note="db5")
    made = plan(members=seen, inventory=[*THREE, "db4", "db5"])
    assert (made.leave, made.members) == (("db4", "db5"), ("db4",))
    assert [leaver.due for leaver in made.leavers.values()] == [(), ()]
    assert made.pcsd == ({"name": "db1"}, {"name": "db2"}, {"name": "db3"})


def test_notes_go_when_all_is_done_but_not_from_nodes_that_are_gone() -> None:
    assert plan(members=members(*THREE, note="db3")).noted == ("db1",)
    assert plan(members=members(*THREE, note="db3")).taken_back == ("db3",)
    # The next run has another primary.
    of_db3 = members("db3", "db1", "db2", note="db3")
    assert plan(nodes=["db1", "db2"], members=of_db3).noted == ("db1",)
    of_db2 = members("db2", "db1", "db3", note="db3")
    assert plan(nodes=["db1", "db2"], members=of_db2).noted == ("db2", "db1")


def test_names_come_as_a_list_or_from_the_command_line() -> None:
    for leaving in (["db3"], "db3", " db3,"):
        assert plan(nodes=["db1", "db2"], leaving=leaving).leave == ("db3",)
    gone = plan(members=members(*THREE, off=["db3"]), replaced="db3")
    assert (gone.leave, gone.join) == (("db3",), ("db3",))
    assert plan(nodes=["db1", "db2"], leaving="db9").refused == (
        "ha_leaving_nodes has db9, which neither the cluster (db1, db2, db3) nor the inventory knows. Correct"
        " the name.",
    )


def test_without_a_cluster_there_is_nothing_to_act_on() -> None:
    off = {name: look(*THREE, on=False) for name in ("db2", "db3")}
    made = plan(off, members=[], nodes=[*THREE, "db4"], leaving="db3", replaced=["db4"])
    assert (made.staying, made.primary) == ((), "db2")
    assert made.obstacles == (
        "The cluster runs on none of the nodes that stay (db1, db2) and that this run reaches. Start it there, or build"
        " it with site.yml.",
    )


def test_pcs_has_to_reach_the_nodes_and_to_be_let_in() -> None:
    tried = {"unreachable_nodes": ["db2", "db3"], "authenticated": ["db4"]}
    silent = (
        "pcsd of db2, db3 doesn't answer db1. Start it there (systemctl start pcsd), and look at the firewall (TCP port"
        " 2224)."
    )
    strange = (
        "db1 is not authenticated to db4, and ha_hacluster_password is not given. Give the password of user hacluster."
    )
    assert plan_token_obstacles(tried, node="db1", has_password=False) == [silent, strange]
    assert plan_token_obstacles(tried, node="db1", has_password=True) == [silent]
    nothing = {"unreachable_nodes": [], "authenticated": []}
    assert plan_token_obstacles(nothing, node="db1", has_password=False) == []


def test_what_the_cluster_still_knows_of_a_node() -> None:
    info = {
        "locations": [{"id": "a", "node": "db3"}, {"id": "b", "node": "db1"}, {"id": "c", "rule": "x"}],
        "nodes_status": [{"name": "db1"}, {"name": "db3"}],
    }
    assert plan_traces(info, node="db3") == Traces(({"id": "a", "state": "absent"},), True)
    assert plan_traces(info, node="db9") == Traces((), False)


def test_a_controller_forgets_lost_nodes_that_have_left() -> None:
    peers = {"db1": "member", "db3": "lost", "db2": "lost", "db4": "lost", "db5": "member"}
    assert plan_forgotten(peers, nodes=["db1", "db2"], leave=[]) == ["db3", "db4"]
    # One that is replaced is declared as well.
    assert plan_forgotten(peers, nodes=["db1", "db2"], leave=["db2", "db4"]) == ["db3", "db4", "db2"]
    assert plan_forgotten({}, nodes=["db1"], leave=["db3"]) == []


def test_the_dc_is_restarted_last() -> None:
    forgotten = {"db1": ["db4"], "db2": [], "db3": ["db5", "db4"]}
    assert plan_restart(forgotten, dc="db1") == Restart(("db2", "db3", "db1"), ("db4", "db5"))
    assert plan_restart({"db1": []}, dc="db9") == Restart(("db1", "db9"), ())
