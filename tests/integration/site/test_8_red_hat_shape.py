# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole site on nodes in the shape of EL 9: its facts, dnf, /etc/sysconfig, and a firewalld that runs before.

The packages are stubs with EL's names, repositories and unit files. Their programs are Debian's, so the daemons are
real, and the cluster is a real one. The hypervisor stays a Debian. SELinux is off. This proves the roles' ways through
EL's shape; it proves nothing about EL's own packages and kernel.
"""

from __future__ import annotations

import concurrent.futures
import json
import os
import pathlib
import subprocess
import typing as t

import pytest
import yaml
from lab import CHECKOUT, Lab, PlaybookRun, eventually

TOOLS = pathlib.Path(__file__).with_name("red_hat")
# What makes the shape. rpm, dnf and firewalld are what EL has from the start.
SHAPE = ("rpm", "dnf", "createrepo-c", "dnf-plugins-core", "firewalld", "netbase", "nftables")
INSTALL = (
    "export DEBIAN_FRONTEND=noninteractive && apt-get -qq update"
    f" && apt-get -qq install --yes --no-install-recommends {' '.join(SHAPE)} >/dev/null 2>&1"
)
BASE = {"almalinux-release", "bash", "glibc"}
CLUSTER = {"corosync", "pacemaker", "pacemaker-cli", "pcs", "resource-agents", "chrony"}
OTHERS = {"iptables-nft", "iptables-nft-services", "fence-virt", "lighttpd", "xfsprogs", "kmod"}


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Lab]:
    """Nodes in the shape of EL 9, with nothing of a cluster."""
    folder = tmp_path_factory.mktemp("red-hat")
    defaults = yaml.safe_load((CHECKOUT / "roles/lab/defaults/main.yml").read_text())
    variables = {
        "ha_lab_pool_packages": [*defaults["ha_lab_pool_packages"], *SHAPE[:4], "netbase"],
        "ha_time_service": "chrony",
    }
    (folder / "group_vars" / "all").mkdir(parents=True)
    (folder / "hosts.json").write_text(json.dumps({"cluster": {}, "hypervisors": {}}))
    (folder / "group_vars" / "all" / "red-hat.json").write_text(json.dumps(variables))
    lab = Lab(os.environ.get("LAB_NAME", "redhat"), "bookworm", folder / "hosts.json")
    with lab.taken_down():
        lab.up()
        if not lab.ssh(lab.nodes[0], "cat /etc/redhat-release", check=False):  # a kept lab may have it
            give_shape(lab)
        yield lab


def give_shape(lab: Lab) -> None:
    """Turn the blank nodes of LAB, which are Debians, into those of EL's shape."""
    first, *rest = lab.nodes
    ssh = ["ssh", "-F", str(lab.directory / "ssh_config")]
    with concurrent.futures.ThreadPoolExecutor() as pool:

        def everywhere(command: str, stdin: str = "") -> None:
            list(pool.map(lambda node: lab.ssh(node, command, stdin=stdin, timeout=1200), lab.nodes))

        everywhere(INSTALL)
        lab.ssh(first, "cat > /root/build_packages.py", stdin=(TOOLS / "build_packages.py").read_text())
        lab.ssh(first, "python3 /root/build_packages.py /lab/pool /srv/packages", timeout=1200)
        packed = subprocess.run([*ssh, first, "tar -C /srv -c packages"], capture_output=True, check=True).stdout
        for node in rest:
            subprocess.run([*ssh, node, "tar -C /srv -x"], input=packed, check=True)
        everywhere("bash -s", (TOOLS / "become_red_hat.sh").read_text())
    before = boots(lab)
    for node in lab.nodes:  # so that nothing but an update calls for a reboot
        lab.ssh(node, "systemctl reboot", check=False)
    assert eventually(lambda: all(lab.reachable(node) and booted(lab, node) != before[node] for node in lab.nodes))
    for node in lab.nodes:
        assert eventually(lambda node=node: "running" in lab.ssh(node, "firewall-cmd --state", check=False))


def booted(lab: Lab, node: str) -> str:
    """The time at which NODE was started."""
    return lab.ssh(node, "stat --format=%Y /proc/1", check=False).strip()


def boots(lab: Lab) -> dict[str, str]:
    return {node: booted(lab, node) for node in lab.nodes}


def installed(lab: Lab, node: str) -> dict[str, str]:
    """The releases of the stub packages on NODE."""
    lines = lab.ssh(node, "rpm --query --all --queryformat '%{NAME} %{RELEASE}\\n'").splitlines()
    return dict(line.split() for line in lines)


@pytest.fixture(scope="session")
def prediction(lab: Lab) -> PlaybookRun:
    """What check mode says on the blank nodes."""
    return lab.site("--check", "--diff")


def test_nodes_have_the_shape_of_el_and_nothing_of_a_cluster(lab: Lab) -> None:
    for node in lab.nodes:
        assert set(installed(lab, node)) == BASE
        assert lab.ssh(node, "command -v apt-get dpkg dpkg-query pcs corosync iptables lighttpd", check=False) == ""
        assert lab.ssh(node, "nft list tables").count("firewalld") == 1


def test_check_mode_on_blank_nodes_with_stub_packages_ends_without_error(lab: Lab, prediction: PlaybookRun) -> None:
    assert prediction.code == 0, prediction
    assert set(installed(lab, lab.nodes[0])) == BASE


def test_site_builds_the_cluster_from_stub_packages(lab: Lab, first_run: PlaybookRun) -> None:
    assert first_run.code == 0, first_run
    assert lab.await_healthy().online == set(lab.nodes)
    for node in lab.nodes:
        assert set(installed(lab, node)) == {*BASE, "debian-libraries", *CLUSTER, *OTHERS}


def test_check_mode_foresaw_which_role_would_change_which_host(prediction: PlaybookRun, first_run: PlaybookRun) -> None:
    assert prediction.changes == first_run.changes


@pytest.mark.parametrize("arguments", [(), ("--check", "--diff")], ids=["second run", "check mode"])
def test_and_again_changes_nothing(site: Lab, arguments: tuple[str, ...]) -> None:
    done = site.site(*arguments)
    assert (done.code, done.changed) == (0, 0), done


def test_firewalld_is_put_aside_and_the_rules_are_in_sysconfig(site: Lab) -> None:
    for node in site.nodes:
        assert site.ssh(node, "systemctl is-enabled firewalld.service", check=False).strip() == "masked"
        assert "firewalld" not in site.ssh(node, "nft list tables")
        assert "--dport 2224" in site.ssh(node, "cat /etc/sysconfig/iptables")
        assert "--dport 2224" in site.ssh(node, "iptables-save")
        units = "iptables.service ip6tables.service"
        assert site.ssh(node, f"systemctl is-enabled {units}").split() == ["enabled", "enabled"]


def test_the_time_service_and_the_users_are_those_of_el(site: Lab) -> None:
    for node in site.nodes:
        assert site.ssh(node, "systemctl is-active chronyd.service").strip() == "active"
        assert site.ssh(node, "id --user hacluster").strip() == "189"
        assert site.ssh(node, "stat --format=%U /var/log/lighttpd").strip() == "lighttpd"
    assert "lighttpd" in site.ssh(site.active_node(), "ps -C lighttpd -o user:20=")


def test_rolling_update_reboots_each_node_for_a_stub_package(site: Lab) -> None:
    """The updates are of corosync, and of glibc, for which dnf asks for a reboot."""
    for node in site.nodes:
        site.ssh(node, "sed -i s/enabled=0/enabled=1/ /etc/yum.repos.d/updates.repo")
    before = boots(site)
    done = site.playbook("playbooks/rolling_update.yml")
    assert done.code == 0, done
    site.await_healthy()
    for node in site.nodes:
        assert booted(site, node) != before[node]
        found = installed(site, node)
        assert (found["corosync"], found["glibc"], found["pacemaker"]) == ("2.stub", "2.stub", "1.stub")
        assert "--dport 2224" in site.ssh(node, "iptables-save")
        assert site.ssh(node, "systemctl is-active firewalld.service", check=False).strip() == "inactive"


def test_rolling_update_without_an_update_visits_no_node(site: Lab) -> None:
    before = boots(site)
    done = site.playbook("playbooks/rolling_update.yml")
    assert (done.code, done.changed) == (0, 0), done
    assert boots(site) == before
