# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes and the cluster are taken out of service and given back as they were; what could not work is refused before."""

from __future__ import annotations

from lab import PlaybookRun, eventually
from life import LifeLab

TAKE = "ha_maintenance_nodes=node2"
PLAYBOOK = "playbooks/maintenance.yml"


def changes(run: PlaybookRun) -> tuple[int, int]:
    return run.code, run.changed


def configuration(lab: LifeLab) -> str:
    return lab.ssh("node1", "cibadmin --query --scope configuration")


def test_node_is_taken_and_given_back(site: LifeLab) -> None:
    node = site.active_node()
    name = f"ha_maintenance_nodes={node}"
    run = site.playbook(PLAYBOOK, "--check", "-e", name)
    assert changes(run) == (0, 1), run
    assert site.cluster(node).standby == set()
    with site.probed(f"maintenance of {node}") as probe:
        run = site.playbook(PLAYBOOK, "-e", name)
        assert changes(run) == (0, 1), run
    assert len(probe["outages"]) == 1, probe
    assert site.cluster(node).standby == {node}
    assert site.active_node() != node
    run = site.playbook(PLAYBOOK, "-e", name)
    assert changes(run) == (0, 0), run
    with site.probed(f"end of maintenance of {node}") as probe:
        run = site.playbook(PLAYBOOK, "-e", name, "-e", "ha_maintenance_state=ended")
        assert changes(run) == (0, 1), run
    assert probe["failed"] == 0, probe
    run = site.playbook(PLAYBOOK, "-e", name, "-e", "ha_maintenance_state=ended")
    assert changes(run) == (0, 0), run
    assert site.cluster(node).standby == set()
    assert "-found-" not in configuration(site)


def test_what_an_operator_had_in_standby_stays_there(site: LifeLab) -> None:
    site.ssh("node2", "pcs node standby node2 && crm_resource --wait")
    try:
        run = site.operate("maintenance.yml -e ha_maintenance_nodes=node2")
        assert changes(run) == (0, 1), run
        run = site.operate("maintenance.yml -e ha_maintenance_nodes=node2 -e ha_maintenance_state=ended")
        assert changes(run) == (0, 1), run
        assert site.cluster("node1").standby == {"node2"}
    finally:
        site.ssh("node2", "pcs node unstandby node2 && crm_resource --wait")


def test_whole_cluster_is_left_alone_and_looked_after_again(site: LifeLab) -> None:
    with site.undisturbed("maintenance mode"):
        run = site.playbook(PLAYBOOK)
        assert changes(run) == (0, 1), run
        assert 'maintenance-mode" value="true"' in configuration(site).replace('name="', "")
        run = site.playbook(PLAYBOOK, "-e", "ha_maintenance_state=ended")
        assert changes(run) == (0, 1), run
    assert 'maintenance-mode" value="true"' not in configuration(site)


def test_killed_run_is_finished_by_the_next(site: LifeLab) -> None:
    site.kill_in("Read the cluster's state", PLAYBOOK, "-e", TAKE)
    assert eventually(lambda: site.cluster("node1").standby == {"node2"})
    run = site.playbook(PLAYBOOK, "-e", TAKE)
    assert changes(run) == (0, 0), run
    run = site.playbook(PLAYBOOK, "-e", TAKE, "-e", "ha_maintenance_state=ended")
    assert changes(run) == (0, 1), run
    assert site.cluster("node1").standby == set()


def test_last_node_is_not_taken(site: LifeLab) -> None:
    site.ssh("node1", "pcs node standby node1 node3; crm_resource --wait")
    try:
        before = configuration(site)
        run = site.playbook(PLAYBOOK, "-e", TAKE)
        assert run.code != 0, run
        assert run.changed == 0, run
        assert "Without node2 no node is left" in run.output, run
        assert configuration(site) == before
    finally:
        site.ssh("node1", "pcs node unstandby node1 node3; crm_resource --wait")


def test_wrong_name_is_refused(site: LifeLab) -> None:
    run = site.playbook(PLAYBOOK, "-e", "ha_maintenance_nodes=node9")
    assert run.code != 0, run
    assert run.changed == 0, run
    assert "node9" in run.output
    assert "node1, node2, node3" in run.output


def test_what_would_lose_quorum_is_refused(site: LifeLab) -> None:
    active = site.active_node()
    away = next(node for node in site.nodes if node != active)
    site.ssh(away, "systemctl stop pacemaker corosync")
    try:
        run = site.playbook(PLAYBOOK, "-e", f"ha_maintenance_nodes={active}")
        assert run.code != 0, run
        assert run.changed == 0, run
        assert "would lose quorum" in run.output, run
    finally:
        site.ssh(away, "systemctl start corosync pacemaker")
        site.await_healthy(timeout=180)
