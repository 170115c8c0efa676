# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which hosts a play is for."""

from __future__ import annotations

from ansible_collections.quorate.ha_cluster.plugins.filter.hosts_of import hosts_of

GROUPS = {"cluster": ["node2", "node1"], "hypervisors": ["vmhost", "node1"], "without_iptables": ["node2"]}


def test_hosts_come_once_in_the_order_of_the_groups() -> None:
    assert hosts_of(GROUPS, ["cluster", "hypervisors"]) == ["node2", "node1", "vmhost"]


def test_hosts_of_a_group_can_be_left_out() -> None:
    assert hosts_of(GROUPS, ["cluster"], "without_iptables") == ["node1"]


def test_a_group_that_is_not_there_has_no_hosts() -> None:
    assert hosts_of(GROUPS, ["arbitrators", "cluster"], "without_verify") == ["node2", "node1"]
    assert hosts_of(GROUPS, ["arbitrators"]) == []
