# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""membership_problems: each mistake gets a sentence that names the variable; sound input gets none."""

from __future__ import annotations

import copy

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.quorate.ha_cluster.plugins.filter.membership_problems import FilterModule, membership_problems

NETWORKS = {
    "public": {"interface": "eth0", "subnet": "192.0.2.0/24"},
    "cluster": {"interface": "eth1", "subnet": "198.51.100.64/27", "subnet6": "2001:db8::/64"},
}
NODES = {
    "node1": {"public": "192.0.2.1", "cluster": "198.51.100.71"},
    "node2": {"public": "192.0.2.2", "cluster": "2001:db8::2"},
}


def test_sound_input():
    assert membership_problems(NODES, NETWORKS, "192.0.2.100") == []


def change(mapping, path, value):
    result = copy.deepcopy(mapping)
    *parents, last = path.split(".")
    place = result
    for name in parents:
        place = place[name]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return result


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("node2.public", "192.0.2.1", "ha_nodes.node2.public and ha_nodes.node1.public are both 192.0.2.1"),
        ("node2.public", "192.0.2.300", "ha_nodes.node2.public: '192.0.2.300' is no IP address"),
        (
            "node2.public",
            "192.0.3.2",
            "ha_nodes.node2.public: the address 192.0.3.2 of the node is outside of network public",
        ),
        ("node2.cluster", "198.51.100.95", "ha_nodes.node2.cluster: 198.51.100.95 is the network or broadcast address"),
        ("node2.cluster", None, "ha_nodes.node2 lacks its address on network cluster"),
        ("node2.clutser", "192.0.2.9", "ha_nodes.node2.clutser: network clutser is not in ha_networks"),
        ("node_3", {"public": "192.0.2.3", "cluster": "198.51.100.73"}, "ha_nodes: 'node_3' is no host name"),
        ("node2", "192.0.2.2", "ha_nodes.node2 must be a mapping"),
        ("node2.public", "192.0.2.100", "ha_cluster_ip is 192.0.2.100, which is also ha_nodes.node2.public"),
    ],
)
def test_problem_of_nodes(path, value, words):
    (problem,) = membership_problems(change(NODES, path, value), NETWORKS, "192.0.2.100")
    assert words in problem


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("public.interface", None, "ha_networks.public lacks its interface"),
        ("public.subnet", "192.0.2.1/24", "ha_networks.public.subnet is no subnet"),
        ("public.subnet", "", "ha_networks.public.subnet is no subnet"),
        (
            "other",
            {"interface": "eth3", "subnet": "192.0.2.128/25"},
            "subnet 192.0.2.0/24 overlaps that of other",
        ),
    ],
)
def test_problem_of_networks(path, value, words):
    assert any(words in problem for problem in membership_problems(NODES, change(NETWORKS, path, value)))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (
            "203.0.113.1",
            "ha_cluster_ip: the address 203.0.113.1 of the service is outside of network public (192.0.2.0/24)",
        ),
        ("192.0.2.0", "ha_cluster_ip: 192.0.2.0 is the network or broadcast address"),
        ("somewhere", "ha_cluster_ip: 'somewhere' is no IP address"),
    ],
)
def test_problem_of_service_address(address, words):
    (problem,) = membership_problems(NODES, NETWORKS, address)
    assert words in problem


def test_no_nodes():
    assert membership_problems({}, NETWORKS) == ["ha_nodes is empty; name each node of the cluster."]


def test_wrong_type():
    with pytest.raises(AnsibleFilterError, match="ha_nodes must be a mapping, not list"):
        membership_problems(["node1"], NETWORKS)


def test_filter_is_registered():
    assert FilterModule().filters() == {"membership_problems": membership_problems}


def test_names_alone_need_no_networks() -> None:
    nodes = {"web1": {"cluster": "web1"}, "web2": {"cluster": "192.0.2.2"}}
    assert membership_problems(nodes, {}, service_address="192.0.2.9") == []
    assert membership_problems(nodes, {}, service_address="192.0.2.2") == [
        "ha_cluster_ip is 192.0.2.2, which is also ha_nodes.web2.cluster; give the service its own."
    ]
    (problem,) = membership_problems({"web1": {"cluster": "web2"}, "web2": {"cluster": "web2"}}, {})
    assert problem.startswith("ha_nodes.web1.cluster: 'web2' is no IP address")


def test_a_name_alone_is_not_missed_on_the_networks_that_there_are() -> None:
    assert membership_problems({"node1": {"cluster": "node1"}}, NETWORKS) == []
