# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was found on the nodes, brought together: above all to which nodes a node's pcs has yet to be authenticated."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.quorate.ha_cluster.plugins.filter.internal_cluster_survey import FilterModule, cluster_survey
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.host_auth import accepted_tokens, known_tokens

NODES = [{"name": f"node{number}", "address": f"192.0.2.{number}", "port": 2224} for number in (1, 2, 3)]
CONFIGURATION = {"config": "nodes", "classification": "unchanged"}


def info(**changes: t.Any) -> dict[str, t.Any]:
    """What corosync_info finds on a node of a cluster that runs."""
    return {
        "content": "nodes",
        "nodes": ["node1", "node2", "node3"],
        "quorum_device": None,
        "stock": False,
        "installed": True,
        "running": True,
        "pacemaker_running": True,
        "stale": [],
        "tokens": {"known": {}, "accepted": []},
        **changes,
    }


def survey(*infos: dict[str, t.Any], **configuration: t.Any) -> dict[str, t.Any]:
    found = {f"node{number}": info for number, info in enumerate(infos, 1)}
    return cluster_survey(found, NODES, {**CONFIGURATION, **configuration})


def pcsd_strangers(nodes: list[dict[str, t.Any]], found: dict[str, t.Any], node: str) -> list[str]:
    strangers: list[str] = cluster_survey(found, nodes, CONFIGURATION)["strangers"][node]
    return strangers


def test_a_cluster_that_is_what_is_wanted() -> None:
    assert {**survey(info(), info(), info()), "strangers": None} == {
        "ready": True,
        "configured": True,
        "started": True,
        "at_rest": False,
        "seeded": False,
        "running": ["node1", "node2", "node3"],
        "stale": [],
        "joining": [],
        "device": {},
        "strangers": None,
    }


def test_blank_machines() -> None:
    blank = info(content=None, nodes=[], installed=False, running=False, pacemaker_running=False)
    seen = survey(blank, blank, classification="created")
    assert (seen["ready"], seen["configured"], seen["started"], seen["running"]) == (False, False, False, [])


@pytest.mark.parametrize("running", [True, False])
def test_what_a_package_has_started_has_to_stop_first(running: bool) -> None:
    stock = info(content="stock", nodes=["localhost"], stock=True, running=running, pacemaker_running=running)
    seen = survey(stock, stock, classification="created")
    assert (seen["ready"], seen["joining"], seen["running"]) == (not running, [], [])


@pytest.mark.parametrize(
    ("change", "configuration"),
    [
        ({"content": "others"}, {}),
        ({"stale": [{"key": "totem.token"}]}, {}),
        ({}, {"classification": "live"}),
        ({}, {"config": "new"}),
    ],
)
def test_what_is_not_configured(change: dict[str, t.Any], configuration: dict[str, t.Any]) -> None:
    seen = survey(info(), info(**change), **configuration)
    assert not seen["configured"]
    assert seen["stale"] == (["node2"] if "stale" in change else [])


def test_a_node_that_no_configuration_names_joins() -> None:
    member = info(nodes=["node1"])
    assert survey(member, info(content=None, nodes=[]))["joining"] == ["node2"]


def test_a_node_that_does_not_run_is_seen() -> None:
    seen = survey(info(), info(pacemaker_running=False))
    assert (seen["started"], seen["running"]) == (False, ["node1"])


def test_the_device_is_the_cluster_s_own() -> None:
    device = {"model": "net"}
    assert survey(info(stock=True, quorum_device={"model": "else"}), info(quorum_device=device))["device"] == device


@pytest.mark.parametrize(
    ("change", "at_rest"),
    [
        ({}, True),
        ({"quorate": False}, False),
        ({"idle": False}, False),
        ({"online": ["node1"]}, False),
    ],
)
def test_one_node_tells_whether_the_cluster_is_at_rest(change: dict[str, t.Any], at_rest: bool) -> None:
    state = {"quorate": True, "idle": True, "online": ["node1", "node2", "node3"], "seeded": True, **change}
    seen = survey(info(cluster=state), info())
    assert (seen["at_rest"], seen["seeded"]) == (at_rest, True)


def test_its_name() -> None:
    assert FilterModule().filters() == {"internal_cluster_survey": cluster_survey}


def known(**changes: t.Any) -> dict[str, t.Any]:
    return {
        node["name"]: {
            "address": node["address"],
            "port": node["port"],
            "sha256": f"digest of {node['name']}",
            **changes,
        }
        for node in NODES
    }


def found(tokens: t.Mapping[str, t.Any], *, accepting: t.Sequence[int] = (1, 2, 3)) -> dict[str, t.Any]:
    return {
        f"node{number}": info(
            tokens={"known": tokens, "accepted": [f"digest of node{number}"] if number in accepting else ["another"]}
        )
        for number in (1, 2, 3)
    }


def test_nodes_that_accept_what_is_shown_are_none() -> None:
    assert pcsd_strangers(NODES, found(known()), "node1") == []


def test_a_node_without_a_token_is_one() -> None:
    tokens = {name: entry for name, entry in known().items() if name != "node2"}
    assert pcsd_strangers(NODES, found(tokens), "node1") == ["node2"]
    assert pcsd_strangers(NODES, found({}), "node1") == ["node1", "node2", "node3"]


@pytest.mark.parametrize("change", [{"address": "198.51.100.1"}, {"port": 2225}])
def test_a_token_for_another_address_does_not_count(change: dict[str, t.Any]) -> None:
    assert pcsd_strangers(NODES, found(known(**change)), "node1") == ["node1", "node2", "node3"]


def test_a_node_that_accepts_other_tokens_is_one() -> None:
    assert pcsd_strangers(NODES, found(known(), accepting=[1, 2]), "node1") == ["node3"]


def test_a_node_of_which_nothing_was_found_is_believed() -> None:
    there = found(known())
    del there["node3"]
    assert pcsd_strangers(NODES, there, "node1") == []


def test_tokens_are_read_as_pcs_writes_them_and_only_their_digests_are_kept() -> None:
    hosts = '{"known_hosts": {"node2": {"dest_list": [{"addr": "192.0.2.2", "port": 2224}], "token": "abc"}}}'
    users = '[{"creation_date": "2026-11-28 17:34:48 +0000", "token": "abc", "username": "hacluster"}]'
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert known_tokens(hosts) == {"node2": {"address": "192.0.2.2", "port": 2224, "sha256": digest}}
    assert accepted_tokens(users) == [digest]


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"username": "hacluster"}]', '{"a": "b"}'])
def test_a_file_that_is_not_understood_holds_no_tokens(text: str) -> None:
    assert accepted_tokens(text) == []
    assert known_tokens(text) == {}
