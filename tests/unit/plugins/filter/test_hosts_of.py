# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which hosts a play is for."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.quorate.ha_cluster.plugins.filter.hosts_of import hosts_of

GROUPS = {"cluster": ["node2", "node1"], "hypervisors": ["vmhost", "node1"], "without_iptables": ["node2"]}


def test_hosts_come_once_in_the_order_of_the_groups() -> None:
    assert hosts_of(GROUPS, ["cluster", "hypervisors"]) == ["node2", "node1", "vmhost"]


def test_hosts_of_a_group_can_be_left_out() -> None:
    assert hosts_of(GROUPS, ["cluster"], "without_iptables") == ["node1"]


def test_a_group_that_is_not_there_has_no_hosts() -> None:
    assert hosts_of(GROUPS, ["arbitrators", "cluster"], "without_verify") == ["node2", "node1"]
    assert hosts_of(GROUPS, ["arbitrators"]) == []


CLUSTERS = {
    "all": ["web1", "web2", "db1", "db2", "vmhost"],
    "cluster": ["web1", "web2", "db1", "db2"],
    "web": ["web1", "web2"],
    "db": ["db1", "db2"],
    "hypervisors": ["vmhost"],
    "rack": ["db1", "vmhost"],
}


@pytest.mark.parametrize("chosen", ["db", ["db"], " db ,", ["db", "db"]])
def test_clusters_are_chosen_by_their_groups_and_other_hosts_stay(chosen: str | list[str]) -> None:
    assert hosts_of(CLUSTERS, ["cluster", "hypervisors"], clusters=chosen) == ["db1", "db2", "vmhost"]


@pytest.mark.parametrize("chosen", ["", [], "web,db", ["cluster"]])
def test_all_clusters_are_chosen_unless_some_are_named(chosen: str | list[str]) -> None:
    assert hosts_of(CLUSTERS, ["cluster"], clusters=chosen) == CLUSTERS["cluster"]


@pytest.mark.parametrize("chosen", ["wbe", "web,wbe", "rack", "hypervisors", "all"])
def test_a_name_that_is_no_group_below_cluster_stops_the_run(chosen: str) -> None:
    with pytest.raises(
        AnsibleFilterError, match=r"no group below the group 'cluster'\. The groups there are db, web\."
    ):
        hosts_of(CLUSTERS, ["hypervisors"], clusters=chosen)
