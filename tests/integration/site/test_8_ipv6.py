# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster with IPv6 alone, in an unfriendly place: every machine and the controller name proxies that don't answer,
Ansible connects as a user who needs sudo with a terminal, does without pipelining, and works on one host at a time."""

from __future__ import annotations

import json
import os
import pathlib
import typing as t

import pytest
from lab import Lab, PlaybookRun

NETWORKS = {"public": ("eth0", "fd00:178::"), "cluster": ("eth1", "fd00:181::"), "management": ("eth2", "fd00:180::")}
VARIABLES = {
    "ha_networks": {
        name: {"interface": interface, "subnet": f"{prefix}/64"} for name, (interface, prefix) in NETWORKS.items()
    },
    "ha_nodes": {
        f"node{number}": {name: f"{prefix}{70 + number}" for name, (_interface, prefix) in NETWORKS.items()}
        for number in (1, 2, 3)
    },
    "ha_cluster_ip": "fd00:178::190",
    "ha_service_urls": ["http://[{{ ha_cluster_ip }}]/"],
    "ha_fence_virt_listener": "tcp",
    "ha_fence_virt_tcp_address": "fd00:181::1",
}
ADMIN = {"ansible_user": "admin", "ansible_become": True, "ansible_pipelining": False}
PROXIES = {
    name: "http://127.0.0.1:9"
    for proxy in ("http_proxy", "https_proxy", "all_proxy")
    for name in (proxy, proxy.upper())
}
PREPARATION = """
apt-get --quiet --quiet update && DEBIAN_FRONTEND=noninteractive apt-get --quiet --quiet install sudo
id admin || useradd --create-home --shell /bin/bash admin
install --directory --owner=admin --mode=0700 /home/admin/.ssh
install --owner=admin --mode=0600 /root/.ssh/authorized_keys /home/admin/.ssh/
printf 'Defaults requiretty\\nadmin ALL=(ALL) NOPASSWD: ALL\\n' > /etc/sudoers.d/admin
cat > /etc/environment
"""


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Lab]:
    """Blank machines without an IPv4 address."""
    folder = tmp_path_factory.mktemp("ipv6")
    (folder / "group_vars" / "all").mkdir(parents=True)
    (folder / "hosts.json").write_text(json.dumps({"cluster": {}, "hypervisors": {}}))
    (folder / "group_vars" / "all" / "ipv6.json").write_text(json.dumps(VARIABLES))
    lab = Lab(os.environ.get("LAB_NAME", "ipv6"), os.environ.get("LAB_RELEASE", "bookworm"), folder / "hosts.json")
    lab.url = "http://[fd00:178::190]/"
    with lab.taken_down():
        lab.up()
        for host in ("hypervisor", *lab.nodes):
            lab.ssh(host, PREPARATION, stdin="".join(f"{name}={value}\n" for name, value in PROXIES.items()))
        for group in ("cluster", "hypervisors"):
            (folder / "group_vars" / f"{group}.json").write_text(json.dumps(ADMIN))
        lab.environment.update(PROXIES, ANSIBLE_PIPELINING="false", ANSIBLE_FORKS="1")
        yield lab


def test_machines_have_no_ipv4_and_name_proxies(lab: Lab) -> None:
    for host in ("hypervisor", *lab.nodes):
        assert "inet " not in lab.ssh(host, "ip -4 address show scope global")
        assert "HTTPS_PROXY=http://127.0.0.1:9" in lab.ssh(host, "env")


def test_site_builds_it(lab: Lab, first_run: PlaybookRun) -> None:
    assert first_run.code == 0, first_run
    assert lab.await_healthy().online == set(lab.nodes)


def test_corosync_and_pcsd_use_ipv6(site: Lab) -> None:
    for node in site.nodes:
        assert "ring0_addr: fd00:181::71" in site.ssh(node, "cat /etc/corosync/corosync.conf")
        known = site.ssh(node, "env -i PATH=/usr/sbin:/usr/bin LC_ALL=C pcs status pcsd")  # or pcs asks the proxies
        assert known.count("Online") == len(site.nodes), known


@pytest.mark.parametrize("arguments", [(), ("--check", "--diff")], ids=["second run", "check mode"])
def test_and_again_changes_nothing(site: Lab, arguments: tuple[str, ...]) -> None:
    done = site.site(*arguments)
    assert (done.code, done.changed) == (0, 0), done


def test_verify_finds_nothing(site: Lab, tmp_path: pathlib.Path) -> None:
    done = site.playbook("playbooks/verify.yml", ha_report_file=str(tmp_path / "report.html"))
    assert done.code == 0, done
    report = json.loads((tmp_path / "report.json").read_text())
    found = {each["id"] for each in report["findings"]} - {"corosync-starved"}  # what a busy machine adds
    assert found == set(), done
    assert {each["id"] for each in report["accepted"]} == {"corosync-link-single", "filesystem-unguarded"}


def test_power_cut_is_fenced_over_ipv6(site: Lab) -> None:
    active = site.active_node()
    rest = [node for node in site.nodes if node != active]
    before = site.now(rest[0])
    with site.probed(f"power cut of {active}") as probe:
        site.ssh("hypervisor", f"virsh destroy {active}")
        site.await_healthy(rest)
    fencings = site.fencings(rest[0], since=before)
    assert [(event["target"], event["status"]) for event in fencings] == [(active, "success")], fencings
    assert len(probe["outages"]) == 1, probe
    assert 0 < probe["failed"] < probe["requests"], probe
    if active not in site.ssh("hypervisor", "virsh list --name").split():
        site.ssh("hypervisor", f"virsh start {active}")
    site.await_healthy()
