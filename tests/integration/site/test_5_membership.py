# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Membership is what ha_nodes says: neither --limit, nor a node that is off, nor the inventory's order changes it."""

from __future__ import annotations

import pathlib

from lab import CHECKOUT, Lab, eventually


def membership(lab: Lab, nodes: list[str]) -> dict[str, str]:
    """What must not change: each node's corosync.conf, the members it sees, and the CIB's configuration."""
    command = "; ".join(
        [
            "sha256sum < /etc/corosync/corosync.conf",
            "corosync-quorumtool -l | tail -n +4",
            "systemctl show --property=MainPID corosync pacemaker",
            *(f"cibadmin --query --scope {section}" for section in ("resources", "constraints", "nodes")),
        ]
    )
    return {node: lab.ssh(node, command) for node in nodes}


def test_limit_to_two_nodes(site: Lab) -> None:
    before = membership(site, site.nodes)
    run = site.site("--limit", "node1,node2,hypervisor")
    assert (run.code, run.changed) == (0, 0), run
    assert "node3" in run.output, "the run does not say that node3 was left alone"
    assert membership(site, site.nodes) == before


def test_powered_off_node(site: Lab) -> None:
    active = site.active_node()
    off = next(node for node in site.nodes if node != active)
    rest = [node for node in site.nodes if node != off]
    site.ssh(off, "systemctl poweroff", check=False)
    site.await_healthy(rest)
    # The cluster goes on before the node is off.
    assert eventually(lambda: site.ssh("hypervisor", f"virsh domstate {off}").strip() == "shut off", timeout=120)
    before = membership(site, rest)
    run = site.site()
    after = membership(site, rest)
    site.ssh("hypervisor", f"virsh start {off}")
    assert run.recap[off]["unreachable"] == 1, run
    assert sum(counters["failed"] for counters in run.recap.values()) == 0, run
    assert run.changed == 0, run
    assert after == before
    site.await_healthy()
    again = site.documented("ansible-playbook -i inventories/yours site.yml")
    assert (again.code, again.changed) == (0, 0), again


def test_inventory_in_another_order(site: Lab, tmp_path: pathlib.Path) -> None:
    before = membership(site, site.nodes)
    nodes = {
        f"node{number}": {
            "public": f"192.168.178.18{number}",
            "cluster": f"192.168.181.7{number}",
            "management": f"192.168.180.18{number}",
        }
        for number in (3, 1, 2)
    }
    hosts = tmp_path / "hosts.yml"
    hosts.write_text("cluster:\n  hosts:\n    node3:\n    node1:\n    node2:\n")
    inventories = ["--inventory", str(hosts), "--inventory", str(CHECKOUT / "inventories/lab")]
    run = site.site(*inventories, ha_nodes=nodes)
    assert (run.code, run.changed) == (0, 0), run
    assert membership(site, site.nodes) == before


def test_a_node_that_can_not_write_its_configuration_keeps_the_others_at_the_former_one(site: Lab) -> None:
    node = next(node for node in site.nodes if node != site.active_node())
    files = "sha256sum /etc/corosync/corosync.conf; corosync-cmapctl runtime.config.totem.token"
    before = {name: site.ssh(name, files) for name in site.nodes}
    site.ssh(node, "mount --bind /etc /etc && mount -o remount,ro,bind /etc")
    try:
        for _attempt in range(2):
            run = site.site(ha_totem={"token": 6000})
            assert run.code == 2, run
            assert f"{node} did not take the new configuration of corosync" in " ".join(run.output.split()), run
            assert {name: site.ssh(name, files) for name in site.nodes} == before
    finally:
        site.ssh(node, "umount /etc")
    for token in (6000, 3000):
        run = site.site(ha_totem={"token": token})
        assert run.code == 0, run
        for name in site.nodes:
            assert f"token: {token}" in site.ssh(name, "cat /etc/corosync/corosync.conf")
            assert f"= {token + 650}\n" in site.ssh(name, "corosync-cmapctl runtime.config.totem.token")
