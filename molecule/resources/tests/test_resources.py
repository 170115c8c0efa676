# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The declared resources run where the constraints say."""

from __future__ import annotations

import typing as t
from xml.etree import ElementTree

import pytest

NODES = {"node1", "node2", "node3"}


@pytest.fixture
def status(host: t.Any) -> ElementTree.Element:
    return ElementTree.fromstring(host.check_output("crm_mon --one-shot --output-as=xml"))


def places(status: ElementTree.Element, resource: str) -> list[str | None]:
    found = status.findall(f".//resource[@id='{resource}'][@role='Started']/node")
    return [node.get("name") for node in found]


def test_group_follows_its_location(status: ElementTree.Element) -> None:
    assert places(status, "dummy-first") == places(status, "dummy-second") == ["node2"]


def test_clone_runs_on_all_nodes(status: ElementTree.Element) -> None:
    assert set(places(status, "dummy-everywhere")) == NODES


def test_operation_is_declared_once(host: t.Any) -> None:
    cib = ElementTree.fromstring(host.check_output("cibadmin --query"))
    operations = cib.findall(".//primitive[@id='dummy-first']/operations/op[@name='monitor']")
    assert [operation.get("interval") for operation in operations] == ["10s"]


def test_fencing_was_left_alone(status: ElementTree.Element) -> None:
    assert status.findall(".//resource[@id='fencing'][@role='Started']")
