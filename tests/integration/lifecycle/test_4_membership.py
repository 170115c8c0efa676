# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fourth node joins the running cluster and leaves it, dead or alive; the others go on."""

from __future__ import annotations

import typing as t

from lab import eventually
from life import SPARE, SPARE_ADDRESSES, SPARE_DOMAIN, LifeLab

PCS_AT_WORK = "Remove the node with pcs"
MEMBERSHIP = "playbooks/membership.yml"
THIRD = {"public": "192.168.178.183", "cluster": "192.168.181.73", "management": "192.168.180.183"}
BLANK = (
    "systemctl disable --now pacemaker corosync pcsd; rm -rf /etc/corosync /etc/cluster /etc/pacemaker"
    " /var/lib/pacemaker/cib/* /var/lib/pcsd/* /var/lib/corosync/*"
)
THIRD_DOMAIN = "653aa17a-d766-455a-b7a0-bdd997ee1d71"


def test_fourth_node_joins_and_leaves_live(site: LifeLab) -> None:
    four = site.inventory(*site.machines)
    with site.undisturbed("a fourth node joins"):
        run = site.operate("membership.yml", "--check", inventory=four)
        assert run.code == 0, run
        assert SPARE not in site.ssh("node1", "cat /etc/corosync/corosync.conf /etc/hosts")
        run = site.operate("membership.yml", inventory=four)
        assert run.code == 0, run
        site.await_healthy(site.machines)
    run = site.operate("membership.yml", inventory=four)
    assert (run.code, run.changed) == (0, 0), run
    run = site.site("--inventory", str(four))
    assert (run.code, run.changed) == (0, 0), run

    # it serves: the group moves there and stays whole
    site.ssh("node1", "pcs node standby node1 node2 node3 && crm_resource --wait && pcs node unstandby --all")
    assert site.active_node() == SPARE
    # the others can fence it
    site.ssh("node1", f"pcs stonith fence {SPARE}")
    site.await_healthy(site.machines, timeout=240)

    three = site.inventory(*site.nodes, hosts=[SPARE])
    site.ssh("node1", f"pcs constraint location cluster-ip prefers {SPARE}=1; crm_resource --wait")
    active = site.active_node()
    assert active != SPARE
    with site.undisturbed("the fourth node leaves"):
        run = site.operate("membership.yml", inventory=three)
        assert run.code == 0, run
    site.await_healthy()
    assert site.leftovers_of(SPARE, SPARE_ADDRESSES, SPARE_DOMAIN) == {}
    run = site.operate("membership.yml", inventory=three)
    assert (run.code, run.changed) == (0, 0), run


def test_killed_runs_are_finished_by_the_next(site: LifeLab) -> None:
    four, three = site.inventory(*site.machines), site.inventory(*site.nodes)
    site.kill_in("Reload corosync", MEMBERSHIP, "--inventory", str(four))
    run = site.playbook(MEMBERSHIP, "--inventory", str(four))
    assert run.code == 0, run
    site.await_healthy(site.machines)
    site.kill_in(PCS_AT_WORK, MEMBERSHIP, "--inventory", str(three))
    run = site.playbook(MEMBERSHIP, "--inventory", str(three))
    assert run.code == 0, run
    site.await_healthy()
    assert site.leftovers_of(SPARE, SPARE_ADDRESSES, SPARE_DOMAIN) == {}


def test_site_alone_neither_adds_nor_removes(site: LifeLab) -> None:
    run = site.site("--inventory", str(site.inventory(*site.machines)), "--tags", "cluster")
    assert run.code != 0, run
    assert "add with playbook quorate.ha_cluster.membership" in run.output
    run = site.site("--inventory", str(site.inventory("node1", "node2")), "--limit", "node1,node2", "--tags", "cluster")
    assert run.code != 0, run
    assert "remove with playbook quorate.ha_cluster.membership" in run.output


def test_what_would_lose_quorum_or_is_no_node_is_refused(site: LifeLab) -> None:
    active = site.active_node()
    off, other = (node for node in site.nodes if node != active)
    run = site.playbook(MEMBERSHIP, "-e", "ha_leaving_nodes=node9")
    assert (run.code != 0, run.changed) == (True, 0), run
    assert "node9" in run.output
    site.ssh(off, "systemctl stop pacemaker corosync")
    try:
        site.await_healthy([active, other])
        inventory = site.inventory(*(node for node in site.nodes if node != other))
        run = site.playbook(MEMBERSHIP, "--inventory", str(inventory))
        assert (run.code != 0, run.changed) == (True, 0), run
        assert "would lose quorum" in run.output, run
    finally:
        site.ssh(off, "systemctl start corosync pacemaker")
        site.await_healthy(timeout=180)


def test_nobody_leaves_for_a_machine_that_is_not_there(site: LifeLab) -> None:
    before = site.ssh("node1", "cibadmin --query --scope configuration; cat /etc/corosync/corosync.conf")
    site.ssh("hypervisor", f"virsh destroy {SPARE}")
    try:
        run = site.playbook(MEMBERSHIP, "--inventory", str(site.inventory("node1", "node2", SPARE)))
        assert run.code != 0, run
        assert run.changed == 0, run
        assert f"Nothing was changed. {SPARE} of ha_nodes can't be reached" in " ".join(run.output.split()), run
        assert site.ssh("node1", "cibadmin --query --scope configuration; cat /etc/corosync/corosync.conf") == before
    finally:
        site.ssh("hypervisor", f"virsh start {SPARE}")
        assert eventually(lambda: site.reachable(SPARE))


def test_blank_machine_of_the_same_name_takes_the_place_of_the_old_one(site: LifeLab) -> None:
    """node3 forgets that it ever was a node, and becomes one again."""
    old = "node3"
    if site.active_node() == old:
        site.ssh(old, f"pcs node standby {old} && crm_resource --wait && pcs node unstandby {old}")
    rest = [node for node in site.nodes if node != old]
    site.ssh(old, BLANK)
    site.await_healthy(rest)
    with site.probed(f"{old} is replaced by a machine of the same name") as probe:
        run = site.playbook(MEMBERSHIP, "-e", "ha_replaced_nodes=node3")
        assert run.code == 0, run
    assert probe["failed"] == 0, probe
    site.await_healthy()


def test_node_leaves_a_cluster_that_lost_its_tokens(site: LifeLab) -> None:
    """pcs talks to all nodes to take one out. Without the password nothing has changed, with it the node leaves."""
    four, three = site.inventory(*site.machines), site.inventory(*site.nodes, hosts=[SPARE])
    run = site.operate("membership.yml", inventory=four)
    assert run.code == 0, run
    site.lose_tokens(*site.machines)
    run = site.operate("membership.yml", "-e", "ha_hacluster_password=", inventory=three)
    assert (run.code != 0, run.changed) == (True, 0), run
    assert "ha_hacluster_password" in run.output, run
    site.await_healthy(site.machines)
    run = site.operate("membership.yml", inventory=three)
    assert run.code == 0, run
    site.await_healthy()
    assert site.authenticated(site.nodes)
    assert site.leftovers_of(SPARE, SPARE_ADDRESSES, SPARE_DOMAIN) == {}


def elect_again(site: LifeLab) -> None:
    """Have another DC elected, without anything moving."""
    dc = site.dc()
    other = next(node for node in site.nodes if node != dc)
    site.ssh(dc, "pcs property set maintenance-mode=true && crm_resource --wait && systemctl restart pacemaker")
    assert eventually(lambda: site.dc(other) not in ("", dc), timeout=60)
    assert eventually(lambda: site.cluster(other).online == set(site.nodes), timeout=60)
    # The fencing device stops with the Pacemaker that runs it, and starts again when maintenance has ended.
    site.ssh(dc, "crm_resource --wait && pcs property set maintenance-mode= && crm_resource --wait")
    site.await_healthy()


def test_removed_node_stays_away_after_an_election_and_not_without_the_restart_that_it_needs(site: LifeLab) -> None:
    """pcs alone removes the node if the controllers forget it as well, as those of Debian 13 do. On Debian 12 they may
    remember it: a new DC then writes it into the CIB again."""
    four, three = site.inventory(*site.machines), site.inventory(*site.nodes, hosts=[SPARE])

    def in_cib() -> bool:
        return f'uname="{SPARE}"' in site.ssh("node1", "cibadmin --query --scope nodes")

    run = site.operate("membership.yml", inventory=four)
    assert run.code == 0, run
    site.ssh("node1", f"pcs cluster node remove {SPARE} && crm_node --force --remove {SPARE} && crm_resource --wait")
    assert not in_cib()

    def comes_back() -> bool:
        elect_again(site)
        return eventually(in_cib, timeout=30)

    # Each controller that is still running since the removal may be the one that remembers.
    returned = any(comes_back() for _attempt in range(2))
    assert not returned or site.release == "bookworm"

    run = site.operate("membership.yml", inventory=three)
    assert run.code == 0, run
    if returned:
        assert "Restart Pacemaker" in run.output, run
    if site.release != "bookworm":
        assert "Restart Pacemaker" not in run.output, run
    for _attempt in range(2):
        elect_again(site)
        assert not in_cib()
    run = site.operate("membership.yml", inventory=three)
    assert (run.code, run.changed) == (0, 0), run


# What docs/own-hosts.md lists, and what nothing may ask for then.
OWN_HOSTS = ["os_prep", "authkey", "cluster", "lighttpd", "resources", "verify"]
LEFT_OUT = ["iptables", "fence_virt", "shared_storage"]


def test_roles_of_own_hosts_are_all_that_adding_removing_and_replacing_apply(site: LifeLab) -> None:
    domains = {**site.settings()["ha_fence_virt_domains"], SPARE: SPARE_DOMAIN}

    def fencing(*nodes: str) -> list[dict[str, t.Any]]:
        host_map = ";".join(f"{node}:{domains[node]}" for node in nodes)
        return [{"id": "fencing", "agent": "fence_xvm", "options": {"pcmk_host_map": host_map}}]

    variables = {
        "ha_roles": OWN_HOSTS,
        "ha_extra_packages": ["fence-virt", "xfsprogs"],
        # fence_virtd doesn't know the fourth node, as role fence_virt is left out. verify says so.
        "ha_verify_fail": False,
        # The roles that are left out would refuse these.
        "ha_public_network": "nowhere",
        "ha_fence_virt_listener": "nowhere",
        "ha_storage_label": "a label that is too long",
    }
    four = site.inventory(*site.machines, ha_stonith=fencing(*site.machines), **variables)
    three = site.inventory(*site.nodes, hosts=[SPARE], ha_stonith=fencing(*site.nodes), **variables)

    def applied(output: str) -> list[str]:
        return [role for role in LEFT_OUT if f"quorate.ha_cluster.{role} :" in output]

    run = site.operate("membership.yml", inventory=four)
    assert run.code == 0, run
    assert applied(run.output) == []
    site.await_healthy(site.machines)
    run = site.operate("membership.yml", inventory=four)
    assert (run.code, run.changed) == (0, 0), run
    run = site.operate("membership.yml", inventory=three)
    assert run.code == 0, run
    assert applied(run.output) == []
    site.await_healthy()
    old = "node3"
    if site.active_node() == old:
        site.ssh(old, f"pcs node standby {old} && crm_resource --wait && pcs node unstandby {old}")
    site.ssh(old, BLANK)
    site.await_healthy([node for node in site.nodes if node != old])
    only = site.inventory(*site.nodes, ha_stonith=fencing(*site.nodes), **variables)
    run = site.playbook(MEMBERSHIP, "--inventory", str(only), "-e", f"ha_replaced_nodes={old}")
    assert run.code == 0, run
    assert applied(run.output) == []
    site.await_healthy()


def test_dead_node_is_replaced_and_does_no_harm_when_it_boots_again(site: LifeLab) -> None:
    new, others = site.inventory("node1", "node2", SPARE), ["node1", "node2", SPARE]
    three = site.inventory(*site.nodes, hosts=[SPARE])
    if site.active_node() == "node3":
        site.ssh("node3", "pcs node standby node3 && crm_resource --wait && pcs node unstandby node3")
    site.ssh("hypervisor", "virsh destroy node3")
    site.await_healthy(["node1", "node2"])
    site.ssh("hypervisor", "virsh destroy node3 2>/dev/null || true")
    with site.probed("a dead node is replaced") as probe:
        run = site.operate("membership.yml", inventory=new)
        assert run.code == 0, run
    assert probe["failed"] == 0, probe
    site.await_healthy(others)
    assert site.leftovers_of("node3", THIRD, THIRD_DOMAIN) == {}
    run = site.operate("membership.yml", inventory=new)
    assert (run.code, run.changed) == (0, 0), run

    # Its files are those of the cluster before: it stays alone, without quorum, and joins when they are removed.
    with site.probed("the replaced machine boots again") as probe:
        site.ssh("hypervisor", "virsh start node3")
        assert eventually(lambda: "WITHOUT quorum" in site.ssh("node3", "crm_mon --one-shot", check=False), timeout=120)
        site.await_healthy(others)
        run = site.operate("membership.yml", inventory=three)
        assert (run.code != 0, run.changed) == (True, 0), run
        assert "node3 is to join, and runs another cluster" in " ".join(run.output.split()), run
        site.await_healthy(others)
        site.ssh("node3", "pcs cluster destroy 2>&1")
        run = site.operate("membership.yml", inventory=three)
        assert run.code == 0, run
    assert probe["failed"] == 0, probe
    site.await_healthy()
    assert site.leftovers_of(SPARE, SPARE_ADDRESSES, SPARE_DOMAIN) == {}
