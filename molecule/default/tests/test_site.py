# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every node sees the same healthy cluster, and has only what it is to have."""

from __future__ import annotations

import typing as t
from xml.etree import ElementTree

import pytest

GROUP = ("cluster-ip", "cluster-data", "lighttpd")
NODES = {"node1", "node2", "node3"}


@pytest.fixture
def status(host: t.Any) -> ElementTree.Element:
    return ElementTree.fromstring(host.check_output("crm_mon --one-shot --output-as=xml"))


def test_all_nodes_are_online_with_quorum(status: ElementTree.Element) -> None:
    assert {node.get("name") for node in status.findall("./nodes/node") if node.get("online") == "true"} == NODES
    summary = status.find("./summary/current_dc")
    assert summary is not None
    assert summary.get("with_quorum") == "true"


def test_group_runs_on_one_node(status: ElementTree.Element) -> None:
    places = {
        member: [node.get("name") for node in status.findall(f".//resource[@id='{member}'][@role='Started']/node")]
        for member in GROUP
    }
    assert all(len(place) == 1 for place in places.values()), places
    assert len({place[0] for place in places.values()}) == 1, places


def test_fencing_is_started(status: ElementTree.Element) -> None:
    assert status.findall(".//resource[@id='fencing'][@role='Started']")


def test_file_system_is_mounted_where_the_group_runs_only(host: t.Any, status: ElementTree.Element) -> None:
    active = status.find(".//resource[@id='cluster-data'][@role='Started']/node")
    assert active is not None
    name = host.check_output("uname -n")
    assert host.mount_point("/var/www/mirror").exists == (active.get("name") == name)


def test_lighttpd_is_left_to_pacemaker(host: t.Any) -> None:
    assert not host.service("lighttpd").is_enabled
    assert host.service("pacemaker").is_enabled
    assert host.service("corosync").is_enabled


def test_corosync_key_is_for_root_alone(host: t.Any) -> None:
    key = host.file("/etc/corosync/authkey")
    assert (key.user, key.group, key.mode, key.size) == ("root", "root", 0o400, 256)


def test_page_is_served_from_the_cluster_ip(host: t.Any) -> None:
    page = host.check_output(
        "python3 -c 'import urllib.request as u; print(u.urlopen(\"http://192.168.178.190/\", timeout=5).status)'"
    )
    assert page == "200"
