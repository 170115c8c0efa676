# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""To which nodes a node's pcs has yet to be authenticated."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.quorate.ha_cluster.plugins.filter.pcsd_strangers import pcsd_strangers
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host_auth import accepted_tokens, known_tokens

NODES = [{"name": f"node{number}", "address": f"192.0.2.{number}", "port": 2224} for number in (1, 2, 3)]


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
        f"node{number}": {
            "tokens": {"known": tokens, "accepted": [f"digest of node{number}"] if number in accepting else ["another"]}
        }
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
