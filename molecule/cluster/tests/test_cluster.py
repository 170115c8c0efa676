# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster with quorum whose traffic is encrypted."""

from __future__ import annotations

import typing as t
from xml.etree import ElementTree

import pytest

NODES = {"node1", "node2", "node3"}


@pytest.fixture
def status(host: t.Any) -> ElementTree.Element:
    return ElementTree.fromstring(host.check_output("crm_mon --one-shot --output-as=xml"))


def test_all_nodes_are_online_with_quorum(status: ElementTree.Element) -> None:
    assert {node.get("name") for node in status.findall("./nodes/node") if node.get("online") == "true"} == NODES
    controller = status.find("./summary/current_dc")
    assert controller is not None
    assert controller.get("with_quorum") == "true"


def test_traffic_is_encrypted(host: t.Any) -> None:
    used = host.check_output("corosync-cmapctl -g totem.crypto_cipher; corosync-cmapctl -g totem.crypto_hash")
    assert used.splitlines() == ["totem.crypto_cipher (str) = aes256", "totem.crypto_hash (str) = sha256"]


def test_first_starts_hurry_does_not_stay(host: t.Any) -> None:
    cib = ElementTree.fromstring(host.check_output("cibadmin --query"))
    assert not cib.findall(".//nvpair[@name='dc-deadtime']")


def test_services_start_at_boot(host: t.Any) -> None:
    assert all(host.service(name).is_enabled for name in ("corosync", "pacemaker", "pcsd"))
