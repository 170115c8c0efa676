# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages are updated one node at a time while the cluster serves; what stops half-way goes on with the next run."""

from __future__ import annotations

import re

from lab import PlaybookRun
from life import LifeLab

PLAYBOOK = "playbooks/rolling_update.yml"
# A repository on the node itself that has the present pacemaker under a newer version. BREAK is a line for its preinst.
OFFER = """
set -e
mkdir -p /srv/updates && cd /srv/updates && rm -rf *
dpkg-deb -R /lab/pool/pacemaker_*.deb new
sed -i 's/^Version: .*/&+update{number}/' new/DEBIAN/control
printf '#!/bin/sh\\n{breakage}\\nexit 0\\n' > new/DEBIAN/preinst && chmod 0755 new/DEBIAN/preinst
dpkg-deb -Znone -b new pacemaker.deb > /dev/null && rm -rf new
{{ dpkg-deb -f pacemaker.deb; echo 'Filename: ./pacemaker.deb'; echo "Size: $(stat --format %s pacemaker.deb)"
  echo "SHA256: $(sha256sum < pacemaker.deb | cut -d' ' -f1)"; echo; }} > Packages
echo 'deb [trusted=yes] file:/srv/updates ./' > /etc/apt/sources.list.d/updates.list
"""
VERSION = "dpkg-query --show --showformat '${Version}' pacemaker"


def offer(lab: LifeLab, number: int, *nodes: str, breakage: str = "") -> None:
    """Give NODES (all, when none are named) an update of pacemaker."""
    for node in nodes or lab.nodes:
        lab.ssh(node, OFFER.format(number=number, breakage=breakage))


def retract(lab: LifeLab) -> None:
    """There is no update any more."""
    for node in lab.nodes:
        lab.ssh(node, "rm -rf /srv/updates /etc/apt/sources.list.d/updates.list && apt-get update --quiet 2>&1")


def updated(lab: LifeLab, number: int) -> set[str]:
    return {node for node in lab.nodes if lab.ssh(node, VERSION).endswith(f"+update{number}")}


def visits(run: PlaybookRun) -> list[str]:
    """The nodes in the order in which they were emptied."""
    tasks = run.output.split("\nTASK [")
    emptied = [task for task in tasks if "Move all resources off the node]" in task.splitlines()[0]]
    return [name for task in emptied for name in re.findall(r"^(?:changed|ok): \[(\w+)", task, flags=re.MULTILINE)]


def ask_cluster(lab: LifeLab, command: str) -> str:
    """What COMMAND prints on the nodes that run."""
    return "".join(lab.ssh(node, f"crm_node --quorum > /dev/null 2>&1 && {command}", check=False) for node in lab.nodes)


def dc(lab: LifeLab) -> str:
    return ask_cluster(lab, "{ crmadmin --quiet --dc_lookup 2>/dev/null || crmadmin --dc_lookup; }").split()[-1]


def marks(lab: LifeLab) -> str:
    """What a run has noted of the nodes that it has sent away."""
    return ask_cluster(lab, "cibadmin --query --scope nodes | grep -e '-found-'")


def planned_move(lab: LifeLab) -> float:
    """Seconds without service when an operator moves everything off the active node."""
    node = lab.active_node()
    with lab.probed(f"planned move from {node}") as probe:
        lab.ssh(node, f"pcs node standby {node} && crm_resource --wait")
    lab.ssh(node, f"pcs node unstandby {node} && crm_resource --wait")
    return sum(seconds for _start, seconds in probe["outages"])


def test_all_nodes_are_updated_one_after_the_other_and_the_dc_last(site: LifeLab) -> None:
    planned = planned_move(site)
    offer(site, 1)
    leader, cycles = dc(site), site.power_cycles()
    run = site.operate("rolling_update.yml --check")
    assert run.code == 0, run
    assert updated(site, 1) == set()
    with site.probed("rolling update") as probe:
        run = site.operate("rolling_update.yml")
        assert run.code == 0, run
    outages = [seconds for _start, seconds in probe["outages"]]
    print(f"visits: {visits(run)}, outages: {outages} s; a planned move: {planned} s")
    assert updated(site, 1) == set(site.nodes)
    assert sorted(visits(run)) == site.nodes
    assert visits(run)[-1] == leader
    assert len(outages) <= len(site.nodes), probe
    assert sum(outages) <= 2 * planned * len(site.nodes), probe
    assert site.power_cycles() == cycles
    assert site.await_healthy().standby == set()
    assert marks(site) == ""
    with site.undisturbed("rolling update with nothing to update"):
        run = site.playbook(PLAYBOOK)
        assert (run.code, run.changed) == (0, 0), run


def test_it_stops_at_the_first_trouble_and_goes_on_there(site: LifeLab) -> None:
    broken = next(node for node in site.nodes if node != dc(site))
    offer(site, 2)
    offer(site, 2, broken, breakage="exit 1")
    run = site.playbook(PLAYBOOK)
    assert run.code != 0, run
    assert f"Stopped at node {broken}, task `Update the Debian packages`" in run.output, run
    assert visits(run)[-1] == broken
    assert updated(site, 2) == set(visits(run)) - {broken}
    assert site.cluster(dc(site)).online == set(site.nodes) - {broken}

    offer(site, 2, broken)
    site.ssh(broken, "apt-get update --quiet 2>&1")
    run = site.playbook(PLAYBOOK)
    assert run.code == 0, run
    assert visits(run)[0] == broken
    assert updated(site, 2) == set(site.nodes)
    assert site.await_healthy().standby == set()


def test_killed_run_goes_on_and_keeps_what_an_operator_had_in_standby(site: LifeLab) -> None:
    resting = next(node for node in site.nodes if node != site.active_node())
    site.ssh(resting, f"pcs node standby {resting} && crm_resource --wait")
    offer(site, 3)
    try:
        site.kill_in("Unmask the cluster's units", PLAYBOOK)
        assert "rolling_update-found" in marks(site), "the run was killed too early"
        run = site.playbook(PLAYBOOK)
        assert run.code == 0, run
        assert updated(site, 3) == set(site.nodes)
        assert site.cluster("node1").standby == {resting}
        assert site.cluster("node1").online == set(site.nodes)
        assert marks(site) == ""
    finally:
        site.ssh(resting, f"pcs node unstandby {resting} && crm_resource --wait")


def test_node_is_rebooted_where_that_is_asked_for(site: LifeLab) -> None:
    node = next(node for node in site.nodes if node != site.active_node())
    boot = "cat /proc/sys/kernel/random/boot_id"
    before, cycles = site.ssh(node, boot), site.power_cycles()
    site.ssh(node, "touch /run/reboot-required")
    with site.probed(f"reboot of {node}") as probe:
        run = site.playbook(PLAYBOOK, "--limit", node)
        assert run.code == 0, run
    assert probe["failed"] == 0, probe
    assert site.ssh(node, boot) != before
    assert site.power_cycles() == cycles
    assert site.await_healthy().standby == set()


def test_trouble_is_refused_before_the_first_node(site: LifeLab) -> None:
    offer(site, 4)
    off = next(node for node in site.nodes if node != site.active_node())
    rest = [node for node in site.nodes if node != off]
    site.ssh(off, "systemctl stop pacemaker corosync")
    try:
        site.await_healthy(rest)
        run = site.playbook(PLAYBOOK)
        assert run.code != 0, run
        assert run.changed == 0, run
        assert f"{off} is not online" in run.output, run
        assert updated(site, 4) == set()
    finally:
        site.ssh(off, "systemctl start corosync pacemaker")
        retract(site)
