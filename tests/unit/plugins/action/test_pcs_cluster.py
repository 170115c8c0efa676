# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the controller knows by itself that a cluster is configured as declared."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.quorate.ha_cluster.plugins.action.pcs_cluster import settled
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import predict, render
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.pcs_cluster import ARGUMENTS, wanted_cluster

NODES = [{"name": f"node{number}", "addresses": [f"192.0.2.{number}"]} for number in (1, 2, 3)]


def params(**changes: t.Any) -> dict[str, t.Any]:
    defaults = {name: spec.get("default") for name, spec in ARGUMENTS.items()}
    return {**defaults, "name": "web", "nodes": NODES, **changes}


CONTENT = render(predict(wanted_cluster(params())))
FOUND = {node["name"]: {"content": CONTENT, "running": True} for node in NODES}


def test_what_is_declared_and_found_everywhere_needs_no_node() -> None:
    result = settled(params(found=FOUND), "node1")
    assert result is not None
    assert (result["changed"], result["classification"], result["config"]) == (False, "unchanged", CONTENT)
    assert (result["source"], result["unreachable_nodes"], result["changes"]) == ("node1", [], [])


def test_a_node_that_is_away_is_named() -> None:
    result = settled(params(found={name: FOUND[name] for name in ("node1", "node2")}), "node1")
    assert result is not None
    assert result["unreachable_nodes"] == ["node3"]


@pytest.mark.parametrize(
    "changes",
    [
        {"found": None},
        {"found": {}},
        {"found": {**FOUND, "node1": {"content": None, "running": False}}},
        {"found": {**FOUND, "node1": {"content": CONTENT + "\n# by hand\n", "running": False}}},
        {"found": FOUND, "totem": {"token": 5000}},
        {"found": FOUND, "name": "another"},
        {"found": FOUND, "nodes": NODES[:2]},
        {"found": {"node1": {"content": "totem {", "running": True}}},
    ],
)
def test_anything_else_is_for_the_module(changes: dict[str, t.Any]) -> None:
    assert settled(params(**changes), "node1") is None
