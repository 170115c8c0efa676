# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of the nodes on a host, as role os_prep leaves them in /etc/hosts."""

from __future__ import annotations

import pathlib
from typing import Any

from .conftest import make_root
from .node import Node

# As installers, cloud-init and an earlier address leave it.
BEFORE = """127.0.0.1 localhost node1
127.0.1.1 node1.example.com node1
::1 ip6-localhost ip6-loopback node1
10.9.9.8 node2
203.0.113.1 other # not ours
"""
AFTER = """127.0.0.1 localhost
::1 ip6-localhost ip6-loopback
203.0.113.1 other # not ours
# BEGIN ANSIBLE MANAGED BLOCK: cluster nodes
192.0.2.1 node1
192.0.2.2 node2
# END ANSIBLE MANAGED BLOCK: cluster nodes
"""
VARIABLES: dict[str, Any] = {
    "ha_nodes": {"node1": {"cluster": "192.0.2.1"}, "node2": {"cluster": "192.0.2.2"}},
    "ha_networks": {"cluster": {"interface": "eth0", "subnet": "192.0.2.0/24"}},
    "ha_cluster_name": "web",
    "ha_hacluster_password": "not a secret",
    "ha_hostname_managed": False,
}
ROLE = {"ansible.builtin.import_role": {"name": "quorate.ha_cluster.os_prep"}}


def test_names_of_the_nodes_at_loopback_and_old_addresses_go_from_the_hosts_file(tmp_path: pathlib.Path) -> None:
    node = Node(make_root("bookworm-rpm"), tmp_path)
    node.write("/etc/hosts", BEFORE)
    foreseen = node.play([ROLE], check=True, tags="os_prep_names", **VARIABLES)
    assert not foreseen.failed, foreseen.text
    assert foreseen.changed, foreseen.text
    assert node.run("cat", "/etc/hosts") == BEFORE
    done = node.play([ROLE], tags="os_prep_names", **VARIABLES)
    assert not done.failed, done.text
    assert node.run("cat", "/etc/hosts") == AFTER
    again = node.play([ROLE], tags="os_prep_names", **VARIABLES)
    assert (again.failed, again.changed) == (False, 0), again.text
