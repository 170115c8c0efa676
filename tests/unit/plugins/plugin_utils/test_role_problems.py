# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What roles that plan nothing in Python require of their input."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles import (
    backup,
    destroy,
    failover_test,
    iptables,
    maintenance,
    membership,
    rolling_update,
)
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles.host import Host
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles.names import names_in

NODES = {"node1": {"cluster": "192.0.2.1"}, "node2": {"cluster": "192.0.2.2"}}
NODE1 = Host("node1", play=["node1", "node2"])
VALUES: dict[Any, dict[str, Any]] = {
    maintenance: {"ha_nodes": NODES, "ha_maintenance_nodes": [], "ha_maintenance_kind": "maintenance"},
    membership: {"ha_nodes": NODES, "ha_replaced_nodes": [], "ha_leaving_nodes": []},
    destroy: {"ha_nodes": NODES},
    rolling_update: {"ha_nodes": NODES},
    backup: {
        "ha_backup_file": "web-backup.tar",
        "ha_backup_paths": ["/etc/corosync/corosync.conf", "/etc/corosync/authkey"],
        "ha_backup_keep": 3,
    },
    failover_test: {
        "ha_nodes": NODES,
        "ha_failover_test_cluster_name": "web",
        "ha_failover_test_prober_host": "",
        "ha_failover_test_report": "failover_report.html",
        "ha_failover_test_results": "failover_results.json",
        "ha_failover_test_heal_after": 900,
        "ha_failover_test_timeout": 300,
    },
}
FACTS = {
    "interfaces": ["eth0"],
    "eth0": {"device": "eth0", "active": True, "ipv4": {"address": "192.0.2.1", "netmask": "255.255.255.0"}},
}
FILTER = {
    "ha_nodes": NODES,
    "ha_networks": {"cluster": {"interface": "eth9", "subnet": "192.0.2.0/24"}},
    "ha_links": ["cluster"],
    "ha_firewall_cluster_services": ["pcsd"],
}


@pytest.mark.parametrize(
    ("role", "values"),
    [
        *((role, {}) for role in VALUES),
        (maintenance, {"ha_maintenance_nodes": "node1, node2", "ha_maintenance_kind": "standby"}),
        (maintenance, {"ha_maintenance_nodes": ["node2"]}),
        (maintenance, {"ha_nodes": ["node1", "node2"], "ha_maintenance_nodes": "node2"}),
        (membership, {"ha_replaced_nodes": "node1", "ha_leaving_nodes": "node3"}),
        (backup, {"ha_backup_keep": 0}),
        (backup, {"ha_backup_keep": None}),
        (failover_test, {"ha_failover_test_report": "", "ha_failover_test_results": ""}),
        (failover_test, {"ha_failover_test_prober_host": "prober"}),
        (failover_test, {"ha_failover_test_heal_after": 360}),
    ],
    ids=str,
)
def test_good_input_has_no_problems(role: Any, values: dict[str, Any]) -> None:
    assert list(role.problems({**VALUES[role], **values}, NODE1)) == []


@pytest.mark.parametrize(
    ("role", "values", "text"),
    [
        (
            maintenance,
            {"ha_maintenance_nodes": "nod1, node2,nod3,nod1"},
            "ha_maintenance_nodes has nod1, nod3, which is not a node in ha_nodes (node1, node2). Correct the name.",
        ),
        (
            maintenance,
            {"ha_maintenance_kind": "standby"},
            "The whole cluster can't be put into standby. Name nodes in ha_maintenance_nodes, or leave"
            " ha_maintenance_kind out.",
        ),
        (
            membership,
            {"ha_replaced_nodes": ["node3"]},
            "ha_replaced_nodes has node3, which is not a node in ha_nodes (node1, node2). For a new machine of another"
            " name, put that into ha_nodes in place of the old one.",
        ),
        (
            membership,
            {"ha_leaving_nodes": "node3,node2"},
            "ha_leaving_nodes names node2, but ha_nodes still lists it. Remove it there, or site.yml adds it again.",
        ),
        (
            destroy,
            {"ha_nodes": ["node2", "node3"]},
            "Nothing was changed. Host node1 is not in ha_nodes (node2, node3). Add it there, or remove it from the"
            " hosts of this play.",
        ),
        (
            rolling_update,
            {"ha_nodes": ["node2", "node3"]},
            "Host node1 is not in ha_nodes, which names the cluster's nodes (node2, node3). Add it there, or remove it"
            " from the hosts of this play.",
        ),
        *(
            (
                backup,
                {"ha_backup_file": path},
                f"ha_backup_file is {path}; give the path of a file on the controller.",
            )
            for path in ("", "backups/")
        ),
        (
            backup,
            {"ha_backup_paths": ["/etc/corosync/authkey"]},
            "ha_backup_paths lacks /etc/corosync/corosync.conf, without which nothing could be restored. Add it.",
        ),
        (
            backup,
            {"ha_backup_paths": ["/etc/corosync/corosync.conf", "etc/hosts", "x"]},
            "ha_backup_paths has etc/hosts, x. Begin each path with a slash.",
        ),
        (backup, {"ha_backup_keep": -1}, "ha_backup_keep is -1; give 0 or more."),
        *(
            (
                failover_test,
                {"ha_nodes": nodes},
                f"This play is for node1, node2, and the cluster has the nodes {', '.join(nodes)} (ha_nodes). All have"
                " to take part, and no other host.",
            )
            for nodes in (["node1"], ["node1", "node2", "node3"], ["node1", "node3"])
        ),
        (
            failover_test,
            {"ha_failover_test_cluster_name": ""},
            "Type the name of the cluster to test: -e ha_failover_test_cluster_name=NAME.",
        ),
        (
            failover_test,
            {"ha_failover_test_prober_host": "node2"},
            "ha_failover_test_prober_host is node2, a node of the cluster. Outages are measured from outside.",
        ),
        (
            failover_test,
            {"ha_failover_test_report": "failover_results.html"},
            "Beside the report failover_results.html there is the same for machines with the suffix .json, which is"
            " ha_failover_test_results. Choose different names.",
        ),
        (
            failover_test,
            {"ha_failover_test_heal_after": 359},
            "ha_failover_test_heal_after is 359 s, less than a minute more than ha_failover_test_timeout (300 s): a"
            " node would heal in the middle of a test.",
        ),
    ],
)
def test_each_mistake_is_told(role: Any, values: dict[str, Any], text: str) -> None:
    assert list(role.problems({**VALUES[role], **values}, NODE1)) == [text]


def test_all_hosts_of_a_play_are_the_nodes_to_test_unless_they_are_given() -> None:
    values = {name: value for name, value in VALUES[failover_test].items() if name != "ha_nodes"}
    assert list(failover_test.problems(values, NODE1)) == []


def test_the_packet_filter_of_a_node_is_compared_with_its_facts() -> None:
    host = Host("node1", facts=FACTS)
    text = "ha_networks.cluster.interface of host node1 is eth9, which it lacks; it has eth0."
    assert iptables.problems(FILTER, host) == [text]
    assert (
        iptables.problems({**FILTER, "ha_networks": {"cluster": {"interface": "eth0", "subnet": "192.0.2.0/24"}}}, host)
        == []
    )


def test_a_host_that_is_no_node_has_no_packet_filter() -> None:
    assert iptables.problems(FILTER, Host("arbiter", facts=FACTS)) == []


def test_names_are_a_list_or_words_with_commas_between_them() -> None:
    assert names_in(["node1", "node 2"]) == ("node1", "node 2")
    assert names_in(" node1,node2 , ") == ("node1", "node2")
    assert names_in("") == names_in(None) == names_in([]) == ()
    assert names_in(1) == ("1",)
    assert maintenance.plan_nodes("a,b") == destroy.plan_nodes("a,b") == ("a", "b")
