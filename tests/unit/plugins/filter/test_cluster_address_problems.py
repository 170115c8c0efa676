# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.quorate.ha_cluster.plugins.filter.cluster_address_problems import cluster_address_problems

NODES = {"node1": {"cluster": "192.0.2.1"}, "node2": {"cluster": "node2.example.com"}}


def test_addresses_and_names_are_taken() -> None:
    assert cluster_address_problems(NODES, ["cluster"]) == []


@pytest.mark.parametrize("address", ["192.0.2.1", "192.0.2.256", "", "node 2", "-"])
def test_what_is_none_is_refused(address: str) -> None:
    (problem,) = cluster_address_problems({**NODES, "node2": {"cluster": address}}, ["cluster"])
    for words in ("ha_nodes", "network cluster", "node1, node2"):
        assert words in problem


def test_each_network_has_a_sentence_of_its_own() -> None:
    problems = cluster_address_problems(NODES, ["cluster", "backup", "other"])
    assert len(problems) == 2
    assert "network backup" in problems[0]
    assert "network other" in problems[1]
    assert "no address" in problems[0]
