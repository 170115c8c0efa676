# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two nodes, first without a quorum device, then with one: either may be lost, and the other serves.

The tests build on each other: the cluster of two gets a third node and loses it again, gets a device, is changed, and
loses the device in the end.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import time
import typing as t

import pytest
import yaml
from lab import PlaybookRun, eventually
from life import LifeLab

ARBITRATOR = "hypervisor"
ADDRESS = "192.168.181.65"  # the hypervisor's, on the network of the cluster
DEVICE = {"host": ADDRESS, "algorithm": "ffsplit"}
THIRD, PAIR = "node3", ("node1", "node2")
CERTIFICATE = "/etc/corosync/qdevice/net/nssdb/key4.db"
# Failover without delay is 10 s and less; a node needs 10 s to boot, and the machine may have other work.
LONGEST_OUTAGE = 30.0
FIVE_SECONDS_LATER = 5.0


class PairLab(LifeLab):
    """Two nodes make a cluster; a third machine stands by, blank; the hypervisor can be the arbitrator."""

    def __init__(self, name: str, release: str, folder: pathlib.Path) -> None:
        super().__init__(name, release, folder)
        self.nodes, self.machines = [*PAIR], [*PAIR, THIRD]

    def inventory(self, *nodes: str, hosts: t.Iterable[str] = (), **variables: t.Any) -> pathlib.Path:
        """As that of the cluster's life, with the machines of this lab, and with an arbitrator if there is a device."""
        target = super().inventory(*nodes, hosts=hosts, **variables)
        path = target / "group_vars/all/all.yml"
        settings = yaml.safe_load(path.read_text())
        for name in ("ha_lab_nodes", "ha_lab_domains"):
            settings[name] = {machine: settings[name][machine] for machine in self.machines}
        path.write_text(yaml.safe_dump(settings, sort_keys=False))
        if settings.get("ha_quorum_device", {}).get("host"):
            groups = yaml.safe_load((target / "hosts.yml").read_text())
            groups["arbitrators"] = {"hosts": {ARBITRATOR: None}}
            (target / "hosts.yml").write_text(yaml.safe_dump(groups))
        return target

    def up(self) -> None:
        run = self.playbook("playbooks/lab_up.yml", "--inventory", str(self.inventory(*self.machines)))
        assert run.code == 0, run

    def down(self) -> None:
        run = self.playbook("playbooks/lab_down.yml", "--inventory", str(self.inventory(*self.machines)))
        assert run.code == 0, run

    def make(self, inventory: pathlib.Path, *arguments: str) -> PlaybookRun:
        """Run site.yml for INVENTORY."""
        return self.site("--inventory", str(inventory), *arguments)

    def setting(self, key: str, node: str = "node1") -> str:
        """What the running corosync of NODE has for KEY; empty when it has no such key."""
        return self.ssh(node, f"corosync-cmapctl -g {key} 2>/dev/null", check=False).rpartition(" = ")[2].strip()

    def votes(self, node: str = "node1") -> dict[str, int]:
        """What votequorum counts."""
        lines = self.ssh(node, "corosync-quorumtool -s", check=False).splitlines()
        found = dict(line.split(":", 1) for line in lines if ":" in line)
        return {name: int(found[name].split()[0]) for name in ("Expected votes", "Total votes", "Quorum")}

    def has_device(self, node: str = "node1") -> bool:
        return "Connected" in self.ssh(node, "corosync-qdevice-tool -s", check=False)

    def power_on(self, node: str) -> None:
        """Give NODE its power back, unless fencing has done so."""
        if node not in self.ssh("hypervisor", "virsh list --name").split():
            self.ssh("hypervisor", f"virsh start {node}")

    def power_cut(self, node: str, what: str) -> float:
        """Cut the power of NODE, and give it back once the other one serves. Returns the seconds without service."""
        (other,) = (name for name in self.nodes if name != node)
        served_here, before = self.active_node(other) == node, self.now(other)

        def is_fenced() -> bool:
            return any(event["status"] != "pending" for event in self.fencings(other, since=before))

        with self.probed(f"power cut of {node}, {what}") as probe:
            self.ssh("hypervisor", f"virsh destroy {node}")
            assert eventually(lambda: node not in self.cluster(other).online)
            self.await_healthy([other])
            assert eventually(is_fenced), f"{node} was not fenced"
        assert self.active_node(other) == other
        assert [event["status"] for event in self.fencings(other, since=before)] == ["success"]
        assert len(probe["outages"]) == int(served_here), probe
        self.power_on(node)
        self.await_healthy(timeout=240)
        return max((seconds for _start, seconds in probe["outages"]), default=0.0)

    def move_to(self, node: str) -> None:
        """Have the service on NODE."""
        others = [name for name in self.nodes if name != node]
        self.ssh(node, f"pcs node standby {' '.join(others)} && crm_resource --wait && pcs node unstandby --all")
        self.await_healthy()
        assert self.active_node() == node

    @contextlib.contextmanager
    def cut_between_nodes(self) -> t.Iterator[None]:
        """While the block runs the nodes don't see each other. Both reach the hypervisor with the power switches."""
        ports = [f"{node}-eth1" for node in self.nodes]
        for port in ports:  # ports of a bridge that are isolated reach all others but each other
            self.ssh("hypervisor", f"bridge link set dev {port} isolated on")
        try:
            yield
        finally:
            for port in ports:
                self.ssh("hypervisor", f"bridge link set dev {port} isolated off", check=False)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[PairLab]:
    """Two nodes with a cluster, and a blank machine. A lab of its own: the other tests' has three nodes."""
    lab = PairLab(
        f"{os.environ.get('LAB_NAME', 'life')}-two",
        os.environ.get("LAB_RELEASE", "bookworm"),
        tmp_path_factory.mktemp("inventories"),
    )
    with lab.taken_down():
        if not lab.is_built():  # kept from the session before
            lab.up()
            run = lab.make(lab.inventory(*PAIR))
            assert run.code == 0, run
        yield lab


@pytest.fixture
def pair(lab: PairLab) -> PairLab:
    """The healthy cluster of two nodes."""
    lab.await_healthy()
    return lab


def test_either_of_two_nodes_may_be_lost(pair: PairLab) -> None:
    run = pair.make(pair.inventory(*PAIR))
    assert (run.code, run.changed) == (0, 0), run
    assert pair.setting("runtime.votequorum.two_node") == "1"
    assert pair.votes() == {"Expected votes": 2, "Total votes": 2, "Quorum": 1}
    for node in PAIR:
        pair.move_to(node)
        # the first node by name has a start, so the other one waits before it takes over
        allowed = LONGEST_OUTAGE + (FIVE_SECONDS_LATER if node == PAIR[0] else 0)
        assert 0 < pair.power_cut(node, "which serves, of two") <= allowed
        assert pair.power_cut(node, "which does not serve, of two") == 0


def test_two_nodes_that_lose_sight_of_each_other_do_not_fence_each_other(pair: PairLab) -> None:
    """The first by name has a start of 5 s. Without, this would be a matter of luck."""
    winner, loser = PAIR
    assert f"{winner}:5s;{loser}:0s" in pair.ssh(winner, "pcs stonith config fencing")
    pair.move_to(loser)
    before = pair.power_cycles()
    with pair.probed("two nodes lose sight of each other") as probe:
        with pair.cut_between_nodes():
            assert eventually(lambda: pair.power_cycles() > before), "no node was fenced"
            pair.await_healthy([winner])
            time.sleep(FIVE_SECONDS_LATER * 2)  # the other one's fencing would have come by now
        pair.await_healthy(timeout=240)
    assert pair.power_cycles() == before + 1
    assert pair.active_node() == winner
    assert len(probe["outages"]) == 1, probe


def grow_and_shrink(pair: PairLab, **variables: t.Any) -> None:
    """A third node joins, has the vote it should have, and leaves again; no request fails."""
    three, two = pair.inventory(*pair.machines, **variables), pair.inventory(*PAIR, hosts=[THIRD], **variables)
    device = int(pair.has_device())
    with pair.undisturbed(f"a third node joins{' two with a device' if device else ' two'}"):
        run = pair.operate("membership.yml", inventory=three)
        assert run.code == 0, run
        pair.await_healthy(pair.machines)
    run = pair.operate("membership.yml", inventory=three)
    assert (run.code, run.changed) == (0, 0), run
    for node in pair.machines:
        assert eventually(lambda node=node: pair.votes(node)["Total votes"] == 3 + device), pair.votes(node)
        assert pair.votes(node) == {"Expected votes": 3 + device, "Total votes": 3 + device, "Quorum": 2 + device}
        assert pair.setting("runtime.votequorum.two_node", node) == "0"
        assert pair.has_device(node) == bool(device)
    assert "pcmk_delay_base" not in pair.ssh("node1", "pcs stonith config fencing")
    with pair.undisturbed("the third node leaves"):
        run = pair.operate("membership.yml", inventory=two)
        assert run.code == 0, run
    pair.await_healthy()
    assert pair.setting("runtime.votequorum.two_node") == str(1 - device)
    assert pair.votes()["Total votes"] == 2 + device
    assert pair.ssh(THIRD, f"ls {CERTIFICATE}", check=False) == ""
    run = pair.make(two, "--limit", f"{','.join(PAIR)},hypervisor")
    assert (run.code, run.changed) == (0, 0), run


def test_two_nodes_become_three_and_two_again(pair: PairLab) -> None:
    grow_and_shrink(pair)


def test_device_joins_live(pair: PairLab) -> None:
    inventory = pair.inventory(*PAIR, ha_quorum_device=DEVICE)
    with pair.undisturbed("two nodes get a quorum device"):
        run = pair.make(inventory, "--check")
        assert run.code == 0, run
        assert not pair.has_device()
        run = pair.operate("site.yml --tags os_prep,qnetd,cluster,fence_virt", inventory=inventory)
        assert run.code == 0, run
        assert all(pair.has_device(node) for node in PAIR)
        assert eventually(lambda: pair.votes() == {"Expected votes": 3, "Total votes": 3, "Quorum": 2}), pair.votes()
    assert pair.setting("runtime.votequorum.two_node") == "0"
    for arguments in ([], ["--check"]):
        run = pair.make(inventory, *arguments)
        assert (run.code, run.changed) == (0, 0), run
    for host, units in ((ARBITRATOR, "corosync-qnetd pcsd"), *((node, "corosync-qdevice") for node in PAIR)):
        assert set(pair.ssh(host, f"systemctl is-enabled {units}").split()) == {"enabled"}
    assert "-s req " in pair.ssh(ARBITRATOR, "tr '\\0' ' ' < /proc/$(pidof corosync-qnetd)/cmdline")
    assert pair.ssh(ARBITRATOR, "ls /usr/sbin/corosync /usr/sbin/pacemakerd 2>/dev/null", check=False) == ""


def test_nothing_happens_when_the_arbitrator_is_lost(pair: PairLab) -> None:
    with pair.undisturbed("the arbitrator is lost, and comes back"):
        pair.ssh(ARBITRATOR, "systemctl kill --signal=KILL corosync-qnetd && systemctl stop corosync-qnetd")
        try:
            assert eventually(lambda: pair.votes()["Total votes"] == 2), "the vote was not missed"
            time.sleep(FIVE_SECONDS_LATER)
            run = pair.make(pair.inventory(*PAIR, ha_quorum_device=DEVICE), "--tags", "cluster")
        finally:
            pair.ssh(ARBITRATOR, "systemctl start corosync-qnetd")
        assert (run.code, run.changed) == (0, 0), run
        assert "so the cluster lacks its vote" in " ".join(run.output.split()), run
        assert eventually(lambda: pair.votes()["Total votes"] == 3), "the vote did not come back"


def test_either_of_two_nodes_with_a_device_may_be_lost(pair: PairLab) -> None:
    for node in PAIR:
        pair.move_to(node)
        assert 0 < pair.power_cut(node, "which serves, of two with a device") <= LONGEST_OUTAGE
        assert pair.power_cut(node, "which does not serve, of two with a device") == 0
        assert eventually(lambda: pair.votes()["Total votes"] == 3), "the vote did not come back"


def test_nodes_with_a_device_that_lose_sight_of_each_other(pair: PairLab) -> None:
    """No delay is needed: only the one that has the vote fences."""
    assert "pcmk_delay_base" not in pair.ssh("node1", "pcs stonith config fencing")
    before = pair.power_cycles()
    with pair.probed("two nodes with a device lose sight of each other"):
        with pair.cut_between_nodes():
            assert eventually(lambda: pair.power_cycles() > before), "no node was fenced"
            assert eventually(lambda: pair.fetch()[0] == 200)
            time.sleep(FIVE_SECONDS_LATER * 2)
        pair.await_healthy(timeout=240)
    assert pair.power_cycles() == before + 1


def test_options_change_live(pair: PairLab) -> None:
    inventory = pair.inventory(*PAIR, ha_quorum_device={**DEVICE, "algorithm": "lms", "options": {"timeout": 12000}})
    with pair.undisturbed("the device's options change"):
        run = pair.make(inventory, "--tags", "cluster", "--check")
        assert (run.code, run.changed) == (0, 1), run
        assert pair.setting("quorum.device.net.algorithm") == "ffsplit"
        run = pair.make(inventory, "--tags", "cluster")
        assert (run.code, run.changed) == (0, 1), run
    for node in PAIR:
        assert pair.setting("quorum.device.net.algorithm", node) == "lms"
        assert pair.setting("quorum.device.timeout", node) == "12000"
        assert pair.has_device(node)
    for arguments in ([], ["--check"]):
        run = pair.make(inventory, *arguments)
        assert (run.code, run.changed) == (0, 0), run
    back = pair.inventory(*PAIR, ha_quorum_device={**DEVICE, "options": {"timeout": None}})
    with pair.undisturbed("the device's options change back"):
        run = pair.make(back, "--tags", "cluster")
        assert (run.code, run.changed) == (0, 1), run
    assert pair.setting("quorum.device.timeout") == ""


def test_device_does_not_change_while_a_node_is_away(pair: PairLab) -> None:
    inventory = pair.inventory(*PAIR, ha_quorum_device={**DEVICE, "options": {"timeout": 12000}})
    active = pair.active_node()
    (other,) = (node for node in PAIR if node != active)
    pair.ssh(other, "systemctl stop pacemaker corosync")
    try:
        run = pair.make(inventory, "--tags", "cluster", "--limit", active)
        assert (run.code, run.changed) == (0, 0), run
        assert "quorum device is not changed, because all nodes must take part" in " ".join(run.output.split()), run
    finally:
        pair.ssh(other, "systemctl start corosync corosync-qdevice pacemaker")
    pair.await_healthy()
    assert pair.setting("quorum.device.timeout") == ""


def test_two_nodes_with_a_device_become_three_and_two_again(pair: PairLab) -> None:
    grow_and_shrink(pair, ha_quorum_device=DEVICE)


def test_killed_change_is_finished_by_the_next_run(pair: PairLab) -> None:
    """Killed between the removal of the device and its addition, or before, or after."""
    wanted = pair.inventory(*PAIR, ha_quorum_device={**DEVICE, "options": {"timeout": 11000}})
    pair.kill_in("Add, change or remove the quorum device", "site.yml", "--inventory", str(wanted), "--tags", "cluster")
    run = pair.make(wanted, "--tags", "cluster")
    assert run.code == 0, run
    assert pair.setting("quorum.device.timeout") == "11000"
    assert all(pair.has_device(node) for node in PAIR)
    pair.await_healthy()


def test_device_leaves_live(pair: PairLab) -> None:
    undeclared, absent = pair.inventory(*PAIR), pair.inventory(*PAIR, ha_quorum_device={"state": "absent"})
    run = pair.make(undeclared, "--tags", "cluster")
    assert (run.code, run.changed) == (0, 0), run
    assert pair.has_device(), "what is not declared is not removed"
    with pair.undisturbed("two nodes lose their quorum device"):
        run = pair.make(absent, "--tags", "cluster", "--check")
        assert (run.code, run.changed) == (0, 1), run
        assert pair.has_device()
        run = pair.make(absent)
        assert run.code == 0, run
    assert not pair.has_device()
    assert pair.setting("runtime.votequorum.two_node") == "1"
    assert "pcmk_delay_base" in pair.ssh("node1", "pcs stonith config fencing")
    run = pair.make(absent)
    assert (run.code, run.changed) == (0, 0), run
    assert pair.power_cut(PAIR[1], "after the device has gone") <= LONGEST_OUTAGE
