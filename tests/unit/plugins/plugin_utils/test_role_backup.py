# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role backup: which nodes would not accept the tokens that a backup has for them."""

from __future__ import annotations

from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles.backup import plan_pcsd, plan_tokenless

NODES = [{"name": f"node{number}", "address": f"192.0.2.{number}", "port": "2224"} for number in (1, 2, 3, 4)]
KNOWN = {
    "node1": {"address": "192.0.2.1", "port": 2224, "sha256": "one"},
    "node2": {"address": "192.0.2.2", "port": 2224, "sha256": "old"},
    "node3": {"address": "192.0.2.3", "port": 2224, "sha256": "three"},
}


def test_token_has_to_be_kept_and_accepted() -> None:
    found = {name: {"tokens": {"accepted": ["one", "two"]}} for name in ("node1", "node2", "node4")}
    assert plan_tokenless(NODES, tokens=KNOWN, found=found) == ["node2", "node4"]


def test_nodes_that_lost_all_tokens_are_all_named() -> None:
    assert plan_tokenless(NODES, tokens={}, found={}) == ["node1", "node2", "node3", "node4"]


def test_token_kept_for_another_address_is_none() -> None:
    moved = [{**NODES[0], "address": "198.51.100.1"}, {**NODES[2], "port": 2225}]
    assert plan_tokenless(moved, tokens=KNOWN, found={}) == ["node1", "node3"]


def test_pcsd_is_reached_through_its_network() -> None:
    nodes = {"node1": {"cluster": "192.0.2.1", "backup": "198.51.100.1"}, "node2": {"backup": "node2.example.com"}}
    assert plan_pcsd(nodes, network="backup", port=2300) == (
        {"name": "node1", "address": "198.51.100.1", "port": 2300},
        {"name": "node2", "address": "node2.example.com", "port": 2300},
    )
