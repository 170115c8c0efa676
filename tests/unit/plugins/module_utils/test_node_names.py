# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that nodes may not have, and lines of /etc/hosts that give a node's name another meaning."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.node_names import name_problems, stale_lines

GROUPS = ["all", "ungrouped", "cluster", "arbitrators"]
NODES = {
    "node1": {"public": "192.0.2.1", "cluster": "198.51.100.1"},
    "node2": {"public": "192.0.2.2", "cluster": "198.51.100.2"},
}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("10.0.0.1", "is an address"),
        ("::1", "is an address"),
        ("fe80::1%eth0", "is an address"),
        ("[2001:db8::1]", "is an address"),
        ("123", "ends in a number"),
        ("10.0.1", "ends in a number"),
        ("node.7", "ends in a number"),
        ("0x7f000001", "ends in a number"),
        (True, "put the name in quotes"),
        (None, "put the name in quotes"),
        ("localhost", "each host's name for itself"),
        ("LocalHost", "each host's name for itself"),
        ("localhost.localdomain", "each host's name for itself"),
        ("localhost6", "each host's name for itself"),
        ("ip6-loopback", "each host's name for itself"),
        ("all", "a group of Ansible's own"),
        ("ungrouped", "a group of Ansible's own"),
        ("arbitrators", "a group of the inventory"),
    ],
)
def test_names_that_mean_something_else_are_refused(name: Any, reason: str) -> None:
    for host_names in (True, False):
        (problem,) = name_problems([name], GROUPS, host_names=host_names)
        assert problem.startswith(f"ha_nodes: {name} ")
        assert reason in problem
        assert ";" in problem, "it names no way out"


@pytest.mark.parametrize("name", ["node1", "1node", "n1.example.com", "10-0-0-1", "localhost-a", "allnodes", "web.1a"])
def test_other_names_are_accepted(name: str) -> None:
    assert list(name_problems([name], GROUPS)) == []


@pytest.mark.parametrize(
    ("line", "left"),
    [
        # The own name at loopback addresses, as installers and cloud-init write it.
        ("127.0.1.1\tnode1.example.com\tnode1", ""),
        ("127.0.0.1 localhost node1", "127.0.0.1 localhost"),
        ("127.0.0.1 node1 localhost", "127.0.0.1 localhost"),
        ("127.0.0.1 localhost NODE1.lan  # ours", "127.0.0.1 localhost  # ours"),
        ("::1 ip6-localhost ip6-loopback node1", "::1 ip6-localhost ip6-loopback"),
        ("127.0.1.1 node1 # from the installer", "# from the installer"),
        # Addresses from before.
        ("10.9.9.8 node2", ""),
        ("10.9.9.8 node2.example.com node2 backup", "10.9.9.8 backup"),
        ("2001:db8::8 node1", ""),
        ("10.9.9.8 node2 board # of DOMAIN\\user", "10.9.9.8 board # of DOMAIN\\user"),
        ("127.0.0.1 localhost node2", "127.0.0.1 localhost"),
        # The plain name means the address on the network of the names alone; one of another network may have another.
        ("192.0.2.2 node2", ""),
        ("192.0.2.2 node2.public node2", "192.0.2.2 node2.public"),
    ],
)
def test_names_of_nodes_at_other_addresses_go(line: str, left: str) -> None:
    text = f"# the hosts\n{line}\n203.0.113.1 other\n"
    (found,) = stale_lines(text, NODES, "cluster", "node1", "cluster nodes")
    assert (found["line"], found["left"]) == (line, left)
    assert re.sub(f"^{re.escape(line)}$", found["replacement"], line) == left
    after = text.replace(line, left)
    assert stale_lines(after, NODES, "cluster", "node1", "cluster nodes") == []


@pytest.mark.parametrize(
    "line",
    [
        "127.0.0.1 localhost",
        "::1 ip6-localhost ip6-loopback",
        "198.51.100.2 node2.example.com node2",
        "192.0.2.2 node2.public",
        "10.9.9.8 node2-board node22 my.node2",
        "# 10.9.9.8 node2",
        "127.0.1.1 nod",
        "not an address node2",
        "",
    ],
)
def test_other_lines_stay(line: str) -> None:
    assert stale_lines(f"{line}\n", NODES, "cluster", "node1", "cluster nodes") == []


def test_the_short_form_of_a_full_name_goes_with_it() -> None:
    nodes = {"web1.example.com": {"cluster": "198.51.100.1"}}
    line = "127.0.1.1 web1.example.com web1"
    found = stale_lines(line, nodes, "cluster", "web1.example.com", "cluster nodes")
    assert [(item["line"], item["left"]) for item in found] == [(line, "")]


def test_the_block_of_the_role_stays() -> None:
    text = "# BEGIN cluster nodes\n10.9.9.8 node2\n# END cluster nodes\n10.9.9.8 node2\n"
    assert len(stale_lines(text, NODES, "cluster", "node1", "cluster nodes")) == 1


def test_of_a_name_without_an_address_only_a_loopback_address_is_stale() -> None:
    nodes = {"node1": {"cluster": "node1"}, "node2": {"cluster": "node2"}}
    text = (
        "127.0.0.1 localhost\n127.0.1.1 node1.example.com node1\n192.0.2.1 node1\n192.0.2.2 node2 node2.example.com\n"
    )
    (found,) = stale_lines(text, nodes, "cluster", "node1", "cluster nodes")
    assert found["line"] == "127.0.1.1 node1.example.com node1"
    assert found["left"] == ""
