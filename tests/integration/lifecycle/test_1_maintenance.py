# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes and the cluster are taken out of service and given back as they were; what could not work is refused before."""

from __future__ import annotations

import typing as t

import pytest
from lab import PlaybookRun, eventually
from life import LifeLab

TAKE = "maintenance_nodes=node2"
PLAYBOOK = "playbooks/maintenance.yml"


def changes(run: PlaybookRun) -> tuple[int, int]:
    return run.code, run.changed


def configuration(lab: LifeLab) -> str:
    return lab.ssh("node1", "cibadmin --query --scope configuration")


def test_node_is_taken_and_given_back(site: LifeLab) -> None:
    node = site.active_node()
    name = f"maintenance_nodes={node}"
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
        run = site.playbook(PLAYBOOK, "-e", name, "-e", "maintenance_state=ended")
        assert changes(run) == (0, 1), run
    assert probe["failed"] == 0, probe
    run = site.playbook(PLAYBOOK, "-e", name, "-e", "maintenance_state=ended")
    assert changes(run) == (0, 0), run
    assert site.cluster(node).standby == set()
    assert "-found-" not in configuration(site)


def test_what_an_operator_had_in_standby_stays_there(site: LifeLab) -> None:
    site.ssh("node2", "pcs node standby node2 && crm_resource --wait")
    try:
        run = site.operate("maintenance.yml -e maintenance_nodes=node2")
        assert changes(run) == (0, 1), run
        run = site.operate("maintenance.yml -e maintenance_nodes=node2 -e maintenance_state=ended")
        assert changes(run) == (0, 1), run
        assert site.cluster("node1").standby == {"node2"}
    finally:
        site.ssh("node2", "pcs node unstandby node2 && crm_resource --wait")


def test_whole_cluster_is_left_alone_and_looked_after_again(site: LifeLab) -> None:
    with site.undisturbed("maintenance mode"):
        run = site.playbook(PLAYBOOK)
        assert changes(run) == (0, 1), run
        assert 'maintenance-mode" value="true"' in configuration(site).replace('name="', "")
        run = site.playbook(PLAYBOOK, "-e", "maintenance_state=ended")
        assert changes(run) == (0, 1), run
    assert 'maintenance-mode" value="true"' not in configuration(site)


def test_killed_run_is_finished_by_the_next(site: LifeLab) -> None:
    site.kill_in("Look at the cluster", PLAYBOOK, "-e", TAKE)
    assert eventually(lambda: site.cluster("node1").standby == {"node2"})
    run = site.playbook(PLAYBOOK, "-e", TAKE)
    assert changes(run) == (0, 0), run
    run = site.playbook(PLAYBOOK, "-e", TAKE, "-e", "maintenance_state=ended")
    assert changes(run) == (0, 1), run
    assert site.cluster("node1").standby == set()


# trouble: how it is made, how it is undone, what the refusal says
TROUBLES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "fencing off": (
        "pcs property set stonith-enabled=false",
        "pcs property set stonith-enabled=true",
        ("Fencing is off",),
    ),
    "failed resource": (
        "crm_resource --fail --resource lighttpd --node $(crm_resource --resource lighttpd --locate | sed 's/.*: //');"
        " crm_resource --wait",
        "crm_resource --cleanup; crm_resource --wait",
        ("There are failures: lighttpd",),
    ),
    "cluster at work": (
        "pcs resource create slow ocf:heartbeat:Delay startdelay=40 op start timeout=90s >/dev/null 2>&1; sleep 2",
        "crm_resource --wait; pcs resource delete slow; crm_resource --wait",
        ("still at work", "S_TRANSITION_ENGINE"),
    ),
    "maintenance mode": (
        "pcs property set maintenance-mode=true",
        "pcs property set maintenance-mode=false",
        ("in maintenance mode",),
    ),
    "another node in the way": (
        "pcs node standby node1 node3; crm_resource --wait",
        "pcs node unstandby node1 node3; crm_resource --wait",
        ("Besides node2 no node is left",),
    ),
}


@pytest.mark.parametrize(("make", "undo", "words"), TROUBLES.values(), ids=list(TROUBLES))
def test_trouble_is_refused_before_any_change(site: LifeLab, make: str, undo: str, words: tuple[str, ...]) -> None:
    site.ssh("node1", make)
    try:
        before = configuration(site)
        run = site.playbook(PLAYBOOK, "-e", TAKE)
        assert run.code != 0, run
        assert run.changed == 0, run
        assert [word for word in words if word not in run.output] == [], run
        assert configuration(site) == before
    finally:
        site.ssh("node1", undo)


def test_wrong_name_is_refused(site: LifeLab) -> None:
    run = site.playbook(PLAYBOOK, "-e", "maintenance_nodes=node9")
    assert run.code != 0, run
    assert run.changed == 0, run
    assert "node9" in run.output
    assert "node1, node2, node3" in run.output


def test_no_quorum_is_refused_and_so_is_what_would_lose_it(site: LifeLab) -> None:
    active = site.active_node()
    one, other = (node for node in site.nodes if node != active)
    stop, start = "systemctl stop pacemaker corosync", "systemctl start corosync pacemaker"

    def refused(node: str) -> t.Any:
        run = site.playbook(PLAYBOOK, "-e", f"maintenance_nodes={node}")
        assert run.code != 0, run
        assert run.changed == 0, run
        return run.output

    try:
        site.ssh(one, stop)
        assert "would lose quorum" in refused(active)
        site.ssh(other, stop)
        assert "no quorum" in refused(active)
    finally:
        site.ssh(one, start)
        site.ssh(other, start)
        site.await_healthy(timeout=180)
