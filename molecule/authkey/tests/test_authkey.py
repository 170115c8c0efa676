# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same keys everywhere, each for its readers alone."""

from __future__ import annotations

import typing as t

import pytest
import testinfra

EVERYWHERE = ("node1", "node2", "node3", "hypervisor")


@pytest.fixture
def everywhere(request: pytest.FixtureRequest) -> list[t.Any]:
    """All hosts, to be compared with each other."""
    ssh_config = request.config.option.ssh_config
    return [testinfra.get_host(f"ssh://{name}", ssh_config=ssh_config) for name in EVERYWHERE]


def is_node(host: t.Any) -> bool:
    return host.check_output("uname -n").startswith("node")


def test_corosync_key_is_for_root_alone(host: t.Any) -> None:
    key = host.file("/etc/corosync/authkey")
    if is_node(host):
        assert (key.user, key.group, key.mode, key.size) == ("root", "root", 0o400, 256)
    else:
        assert not key.exists


def test_pacemaker_key_is_for_its_user(host: t.Any) -> None:
    key = host.file("/etc/pacemaker/authkey")
    assert key.exists == is_node(host)
    if is_node(host):
        assert key.mode == 0o400
        assert key.size >= 256  # Debian's package brings one of 4096 bytes


def test_fencing_key_is_on_nodes_and_hypervisors(host: t.Any) -> None:
    key = host.file("/etc/cluster/fence_xvm.key")
    assert (key.user, key.mode, key.size) == ("root", 0o600, 256)


def test_keys_are_the_same_everywhere_and_differ_from_each_other(everywhere: list[t.Any]) -> None:
    fencing = {machine.file("/etc/cluster/fence_xvm.key").sha256sum for machine in everywhere}
    corosync = {machine.file("/etc/corosync/authkey").sha256sum for machine in everywhere[:3]}
    pacemaker = {machine.file("/etc/pacemaker/authkey").sha256sum for machine in everywhere[:3]}
    assert [len(found) for found in (fencing, corosync, pacemaker)] == [1, 1, 1]
    assert len(fencing | corosync | pacemaker) == 3
