# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One file system on the shared disk, not mounted until the cluster mounts it."""

from __future__ import annotations

import typing as t

import pytest
import testinfra

NODES = ("node1", "node2", "node3")


@pytest.fixture
def everywhere(request: pytest.FixtureRequest) -> list[t.Any]:
    """All hosts, to be compared with each other."""
    ssh_config = request.config.option.ssh_config
    return [testinfra.get_host(f"ssh://{name}", ssh_config=ssh_config) for name in NODES]


def test_disk_holds_xfs_with_its_label(host: t.Any) -> None:
    found = host.check_output("blkid --probe --output value --match-tag TYPE --match-tag LABEL /dev/vdb").split()
    assert sorted(found) == ["shared", "xfs"]


def test_all_nodes_see_the_same_file_system(everywhere: list[t.Any]) -> None:
    command = "blkid --probe --output value --match-tag UUID /dev/vdb"
    assert len({machine.check_output(command) for machine in everywhere}) == 1


def test_mount_point_is_there_and_the_role_left_nothing_mounted(host: t.Any) -> None:
    assert host.file("/var/www/mirror").is_directory
    mounted = [line.split()[1] for line in host.file("/proc/mounts").content_string.splitlines() if "/dev/vdb" in line]
    assert mounted in ([], ["/var/www/mirror"])


def test_nothing_mounts_it_at_boot(host: t.Any) -> None:
    assert "/dev/vdb" not in host.file("/etc/fstab").content_string
