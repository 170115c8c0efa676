# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import (
    Node,
    Spec,
    apply,
    compare,
    node_sections,
    predict,
    render,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.plan import Classification, Found, plan
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

SPEC = Spec(name="web", nodes=tuple(Node(f"node{n}", (f"192.0.2.{n}",)) for n in (1, 2, 3)))
CONFIG = render(predict(SPEC))
NODES = ("node1", "node2", "node3")
STOCK = "totem {\n cluster_name: debian\n}\nnodelist {\n node {\n name: node1\n ring0_addr: 127.0.0.1\n }\n}\n"


def everywhere(content: str | None, running: bool = True) -> list[Found]:
    return [Found(node, content, running) for node in NODES]


@pytest.mark.parametrize("content", [None, "", STOCK])
def test_a_cluster_is_created_where_there_is_none(content: str | None) -> None:
    assert plan(SPEC, everywhere(content)).classification is Classification.CREATED


def test_a_cluster_is_not_created_by_some_of_its_nodes() -> None:
    with pytest.raises(ClusterError, match="Missing: node3"):
        plan(SPEC, everywhere(None)[:2])


def test_an_existing_cluster_is_left_alone_by_some_of_its_nodes() -> None:
    result = plan(SPEC, everywhere(CONFIG)[:2])
    assert result.classification is Classification.UNCHANGED
    assert result.unreachable == ("node3",)
    assert not result.pending


def test_a_node_without_a_configuration_joins() -> None:
    found = [Found("node1", None, False), *everywhere(CONFIG)[1:]]
    result = plan(SPEC, found)
    assert (result.classification, result.source) == (Classification.UNCHANGED, "node2")


def test_a_running_nodes_configuration_counts_more() -> None:
    old = render(predict(dataclasses.replace(SPEC, totem={"token": "9000"})))
    result = plan(SPEC, [Found("node1", old, False), Found("node2", CONFIG, True), Found("node3", CONFIG, True)])
    assert result.source == "node2"


def test_a_stopped_nodes_old_membership_is_not_taken() -> None:
    old = render(predict(dataclasses.replace(SPEC, nodes=SPEC.nodes[:2])))
    result = plan(SPEC, [Found("node1", old, False), *everywhere(CONFIG, False)[1:]])
    assert (result.classification, result.source) == (Classification.UNCHANGED, "node2")


def test_a_live_change_needs_all_nodes() -> None:
    spec = dataclasses.replace(SPEC, totem={"token": "5000"})
    assert plan(spec, everywhere(CONFIG)).classification is Classification.LIVE
    assert not plan(spec, everywhere(CONFIG)).pending
    assert plan(spec, everywhere(CONFIG)[1:]).pending


def test_a_change_that_needs_a_restart_is_refused_while_the_cluster_runs() -> None:
    spec = dataclasses.replace(SPEC, quorum={"wait_for_all": "1"})
    with pytest.raises(ClusterError, match=r"quorum\.wait_for_all: not set -> 1, and it is running"):
        plan(spec, everywhere(CONFIG))
    with pytest.raises(ClusterError, match="node3 can't be asked"):
        plan(spec, everywhere(CONFIG, running=False)[:2])
    assert plan(spec, everywhere(CONFIG, running=False)).classification is Classification.RESTART


def test_another_clusters_node_is_refused() -> None:
    spec = dataclasses.replace(SPEC, name="mail")
    with pytest.raises(ClusterError, match=r"node1 \('web'\)"):
        plan(spec, everywhere(CONFIG))
    assert plan(spec, everywhere(CONFIG, False), allow_rename=True).classification is Classification.RESTART


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        (SPEC.nodes[:2], "has node3, not in ha_nodes"),
        ((*SPEC.nodes, Node("node4", ("192.0.2.4",))), "have node4"),
    ],
)
def test_membership_is_not_changed(nodes: tuple[Node, ...], message: str) -> None:
    found = [*everywhere(CONFIG), Found("node4", None, False)]
    with pytest.raises(ClusterError, match=message):
        plan(dataclasses.replace(SPEC, nodes=nodes), found)


def test_what_was_planned_leaves_nothing_to_plan() -> None:
    spec = dataclasses.replace(SPEC, totem={"token": "5000"}, crypto={"cipher": "aes256", "hash": "sha256"})
    result = plan(spec, everywhere(CONFIG))
    assert result.base is not None
    assert compare(apply(result.base, result.changes, spec), spec) == ()


def test_an_unreadable_configuration_names_its_node() -> None:
    with pytest.raises(ClusterError, match=r"corosync\.conf on node1 can't be read: section totem is not closed"):
        plan(SPEC, everywhere("totem {"))


FOUR = dataclasses.replace(SPEC, nodes=(Node("node0", ("192.0.2.9",)), *SPEC.nodes))


def test_a_node_joins_live_where_that_is_allowed() -> None:
    result = plan(FOUR, [Found("node0", STOCK, False), *everywhere(CONFIG)], allow_join=True)
    assert (result.classification, result.source) == (Classification.LIVE, "node1")
    assert result.base is not None
    grown = apply(result.base, result.changes, FOUR)
    assert {name: (node.get("nodeid"), node.get("ring0_addr")) for name, node in node_sections(grown).items()} == {
        "node1": ("1", "192.0.2.1"),
        "node2": ("2", "192.0.2.2"),
        "node3": ("3", "192.0.2.3"),
        "node0": ("4", "192.0.2.9"),
    }
    again = plan(FOUR, [Found("node0", None, False), *[Found(node, render(grown), True) for node in NODES]])
    assert again.classification is Classification.UNCHANGED


def test_ondrejhome_cluster_changes_by_one_node_per_run() -> None:
    """All nodes that are missing join at once."""
    five = dataclasses.replace(SPEC, nodes=(*SPEC.nodes, Node("node4", ("192.0.2.4",)), Node("node5", ("192.0.2.5",))))
    new = [Found(name, None, False) for name in ("node4", "node5")]
    result = plan(five, [*everywhere(CONFIG), *new], allow_join=True)
    assert result.base is not None
    grown = apply(result.base, result.changes, five)
    assert [(name, node.get("nodeid")) for name, node in node_sections(grown).items()][3:] == [
        ("node4", "4"),
        ("node5", "5"),
    ]


def test_a_third_node_ends_the_special_case_of_two() -> None:
    two = dataclasses.replace(SPEC, nodes=SPEC.nodes[:2])
    found = [Found(node, render(predict(two)), True) for node in NODES[:2]]
    result = plan(SPEC, [*found, Found("node3", None, False)], allow_join=True)
    assert result.base is not None
    assert result.base.child("quorum").get("two_node") == "1"
    assert apply(result.base, result.changes, SPEC).child("quorum").get("two_node") == ""


def test_nodes_that_are_not_wanted_stay_where_that_is_allowed() -> None:
    two = dataclasses.replace(SPEC, nodes=SPEC.nodes[:2])
    assert plan(two, everywhere(CONFIG)[:2], allow_others=True).classification is Classification.UNCHANGED
    other = dataclasses.replace(SPEC, nodes=(*SPEC.nodes[:1], FOUR.nodes[0]))
    result = plan(other, [Found("node0", None, False), everywhere(CONFIG)[0]], allow_join=True, allow_others=True)
    assert result.base is not None
    grown = apply(result.base, result.changes, other)
    assert list(node_sections(grown)) == ["node1", "node2", "node3", "node0"]
    assert grown.child("quorum").get("two_node") == ""


def test_joining_waits_for_all_nodes() -> None:
    assert plan(FOUR, [Found("node0", None, False), *everywhere(CONFIG)[:2]], allow_join=True).pending
