# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All forms of ha_nodes mean the same nodes."""

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.quorate.ha_cluster.plugins.filter.node_addresses import FilterModule, node_addresses

NAMES = {"web1": {"cluster": "web1"}, "web2": {"cluster": "web2"}}


@pytest.mark.parametrize(
    ("nodes", "read"),
    [
        (["web1", "web2"], NAMES),
        ({"web1": None, "web2": {}}, NAMES),
        ({"web1": "192.0.2.1", "web2": None}, {"web1": {"cluster": "192.0.2.1"}, "web2": {"cluster": "web2"}}),
        (["web1", {"web2": "192.0.2.2"}], {"web1": {"cluster": "web1"}, "web2": {"cluster": "192.0.2.2"}}),
        (
            {"web1": {"lan": "192.0.2.1", "ring": "198.51.100.1"}},
            {"web1": {"lan": "192.0.2.1", "ring": "198.51.100.1"}},
        ),
        ({}, {}),
        ([], {}),
    ],
)
def test_forms(nodes: t.Any, read: dict[str, dict[str, str]]) -> None:
    assert node_addresses(nodes) == read
    assert list(node_addresses(nodes)) == list(read)


def test_an_address_without_a_network_is_that_on_the_first_link() -> None:
    nodes = node_addresses({"web1": "192.0.2.1", "web2": None}, ["ring", "lan"])
    assert nodes == {"web1": {"ring": "192.0.2.1"}, "web2": {"ring": "web2"}}
    assert node_addresses(["web1"], []) == {"web1": {"cluster": "web1"}}


@pytest.mark.parametrize("nodes", [None, "web1", 3, [["web1"]], {"web1": 1}, ["web1", {"web1": None}]])
def test_anything_else_is_refused(nodes: t.Any) -> None:
    with pytest.raises(AnsibleFilterError, match=r"^ha_nodes"):
        node_addresses(nodes)


def test_its_name() -> None:
    assert FilterModule().filters() == {"node_addresses": node_addresses}
