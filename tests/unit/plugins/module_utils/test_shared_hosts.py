# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host knows of the clusters that it serves."""

from __future__ import annotations

import typing as t

from ansible_collections.quorate.ha_cluster.plugins.module_utils._input import shared_hosts


def nodes(name: str, *hypervisors: str, **variables: t.Any) -> dict[str, dict[str, t.Any]]:
    """The variables of both nodes of the cluster NAME."""
    members = {f"{name}1": {"cluster": "192.0.2.1"}, f"{name}2": {"cluster": "192.0.2.2"}}
    described = {"ha_cluster_name": name, "ha_nodes": members, "ha_hypervisors": list(hypervisors), **variables}
    return dict.fromkeys(members, described)


WEB, DB, MQ = nodes("web", "kvm1"), nodes("db", "kvm1", "kvm2"), nodes("mq", "kvm2")
ALL = {**WEB, **DB, **MQ}


def test_a_hypervisor_serves_the_clusters_that_name_it() -> None:
    assert shared_hosts.served("kvm1", ALL) == ["web1", "db1"]
    assert shared_hosts.served("kvm2", ALL) == ["db1", "mq1"]
    assert shared_hosts.served("kvm2", ALL, first=["mq2", "mq1"]) == ["mq1", "db1"]
    assert shared_hosts.served("kvm3", ALL) == []


def test_a_host_that_its_cluster_does_not_list_stands_for_none() -> None:
    leaving = {"db0": DB["db1"], **DB}
    assert shared_hosts.served("kvm1", leaving) == ["db1"]
    assert "db0" not in shared_hosts.neighbours("web1", {**WEB, **leaving})


def test_neighbours_are_the_nodes_of_other_clusters_on_a_common_hypervisor() -> None:
    assert shared_hosts.neighbours("web2", ALL) == ["db1", "db2"]
    assert shared_hosts.neighbours("db1", ALL) == ["web1", "web2", "mq1", "mq2"]
    assert shared_hosts.neighbours("mq1", {**WEB, **MQ}) == []


def test_a_group_has_the_domains_and_the_addresses_that_requests_come_from() -> None:
    domains = {"web1": "b", "web2": "a"}
    group = shared_hosts.fence_group({**WEB["web1"], "ha_fence_virt_domains": domains})
    assert group == {"name": "web", "domains": ["a", "b", "web1", "web2"], "addresses": ["192.0.2.1", "192.0.2.2"]}
    serial = shared_hosts.fence_group(
        {**WEB["web1"], "ha_fence_virt_listener": "serial", "ha_fence_virt_domain_names": []}
    )
    assert serial == {"name": "web", "domains": [], "addresses": []}
    vsock = {"ha_fence_virt_listener": "vsock", "ha_fence_virt_vsock_cids": {"web1": 5, "web2": 4}}
    assert shared_hosts.fence_group({**WEB["web1"], **vsock})["addresses"] == ["4", "5"]


def test_what_the_host_sets_itself_stays() -> None:
    own = {"ha_fence_virt_port": 1300, "ha_fence_virt_groups": [{"name": "old", "domains": ["x"]}]}
    taken = shared_hosts.variables(
        own,
        [{**WEB["web1"], "ha_fence_virt_port": 1301}, DB["db1"]],
        ["ha_nodes", "ha_fence_virt_port", "ha_fence_virt_hash"],
    )
    assert set(taken) == {"ha_nodes", "ha_fence_virt_groups"}
    assert [group["name"] for group in taken["ha_fence_virt_groups"]] == ["old", "db"]


def test_what_differs_is_a_conflict_unless_the_host_sets_it() -> None:
    clusters = [{**WEB["web1"], "ha_fence_virt_port": 1301}, DB["db1"]]
    (conflict,) = shared_hosts.conflicts("kvm1", {}, clusters)
    assert "ha_fence_virt_port differs" in conflict
    assert "1301 (web), not set (db)" in conflict
    assert list(shared_hosts.conflicts("kvm1", {"ha_fence_virt_port": 1300}, clusters)) == []
