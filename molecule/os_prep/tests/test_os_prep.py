# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes that a cluster can be built on, and on which none runs."""

from __future__ import annotations

import typing as t

import pytest

NODES = {"node1": "192.168.181.71", "node2": "192.168.181.72", "node3": "192.168.181.73"}


@pytest.mark.parametrize("package", ["corosync", "pacemaker", "pcs"])
def test_package_is_installed(host: t.Any, package: str) -> None:
    assert host.package(package).is_installed


def test_names_lead_to_the_cluster_network(host: t.Any) -> None:
    for name, address in NODES.items():
        found = {line.split()[0] for line in host.check_output("getent ahostsv4 %s", name).splitlines()}
        assert found == {address}


def test_password_is_stored_as_a_hash_of_its_own(host: t.Any) -> None:
    entry = host.check_output("getent shadow hacluster").split(":")
    assert entry[1].startswith(("$6$", "$y$"))
    assert "correct-horse-battery-staple" not in host.check_output("cat /etc/shadow")
