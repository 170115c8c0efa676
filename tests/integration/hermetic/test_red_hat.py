# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roles' tasks for the RHEL family, run by ansible-playbook with Debian's dnf, rpm, LVM and firewalld.

The host says that it is AlmaLinux or RHEL, its repositories have the names and states of theirs, and the packages are
empty. So this proves facts, variables, arguments of modules, check mode and second runs; nothing of the real packages,
of their kernel or of SELinux.
"""

from __future__ import annotations

import pathlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from .conftest import make_root
from .node import BOOTED_EARLIER, CHECKOUT, FIREWALLD, Node

OLD_KERNEL, NEW_KERNEL = "6.12.0-55.9.1.el10_0", "6.12.0-124.8.1.el10_1"
# By repository: packages, with a version of their own where that counts.
REPOSITORIES = {
    "baseos": ["chrony", "glibc", f"kernel-modules-extra={OLD_KERNEL}", f"kernel-modules-extra={NEW_KERNEL}"],
    "appstream": ["iptables-nft", "iptables-nft-services", "iptables-services", "fence-virt"],
    "highavailability": ["corosync", "corosync-qdevice", "corosync-qnetd", "pacemaker", "pacemaker-cli", "pcs"],
    "epel": ["lighttpd"],
}
AGENTS = "resource-agents"
SPEC = """Name: {name}
Version: {version}
Release: {release}
Summary: A stub
License: GPL-3.0-or-later
{architecture}
%description
Nothing.
%files
"""
BUILD = 'for spec in /srv/specs/*/*.spec; do rpmbuild -bb --quiet --define "_rpmdir $(dirname $spec)" $spec; done'
INDEX = "for folder in /srv/specs/*; do rm $folder/*.spec && createrepo_c --quiet $folder; done"
REPOSITORY = "[{name}]\nname={name}\nbaseurl=file:///srv/specs/{path}\nenabled={enabled}\ngpgcheck=0\n"
OS_RELEASE = 'NAME="{name}"\nID="{id}"\nID_LIKE="rhel centos fedora"\nVERSION_ID="{version}"\nVERSION="{version}"\n'
NODE1 = {"ha_nodes": {"node1": {"cluster": "192.0.2.1"}}, "ha_networks": {"cluster": {"interface": "eth0"}}}
SITE: dict[str, Any] = {
    **NODE1,
    "ha_networks": {"cluster": {"interface": "eth0", "subnet": "192.0.2.0/24"}},
    "ha_hacluster_password": "not a secret",
    "ha_cluster_name": "web",
}
HIGH_AVAILABILITY = "/etc/yum.repos.d/almalinux-highavailability.repo"
Play = dict[str, Any]


def role(name: str, tasks: str = "main", **options: Any) -> Play:
    return {"ansible.builtin.include_role": {"name": f"quorate.ha_cluster.{name}", "tasks_from": tasks, **options}}


def whole(name: str) -> Play:
    """A role whose parts can be chosen by tags."""
    return {"ansible.builtin.import_role": {"name": f"quorate.ha_cluster.{name}"}}


FACTS: Play = {"ansible.builtin.setup": {"gather_subset": ["!all", "!min", "distribution", "pkg_mgr"]}}


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pathlib.Path]:
    """A folder with the repositories."""
    folder = tmp_path_factory.mktemp("packages")
    builder = Node(make_root("bookworm-rpm"), folder)
    for repository, names in REPOSITORIES.items():
        for number, entry in enumerate([*names, *([AGENTS] if repository == "highavailability" else [])]):
            name, _equals, version = entry.partition("=")
            number_of, _dash, release = (version or "1-1").partition("-")
            spec = SPEC.format(
                name=name,
                version=number_of,
                release=release,
                architecture="" if version else "BuildArch: noarch",
            )
            builder.write(f"/srv/specs/{repository}/{number}.spec", spec)
    builder.run("sh", "-ec", f"{BUILD}\n{INDEX}")
    yield folder / "upper/srv/specs"
    shutil.rmtree(folder)


Make = Callable[..., Node]


@pytest.fixture
def make(packages: pathlib.Path, tmp_path: pathlib.Path) -> Make:
    """Make a host: of AlmaLinux 9 with its repositories unless something else is asked for."""

    def make(
        name: str = "AlmaLinux", version: str = "9.5", beside: str = "", mirror: bool = False, epel: bool = False
    ) -> Node:
        node = Node(make_root("bookworm-rpm"), tmp_path, beside)
        node.take(packages, "/srv/specs")
        red_hat = name == "RedHat"
        said = "Red Hat Enterprise Linux" if red_hat else name
        node.write("/etc/redhat-release", f"{said} release {version} (Stub)\n")
        node.write(
            "/usr/lib/os-release",
            OS_RELEASE.format(name=said, id="rhel" if red_hat else name.lower(), version=version),
        )
        repositories = [("baseos", "baseos", 1), ("appstream", "appstream", 1)]
        if not red_hat:
            repositories.append(("highavailability", "highavailability", 0))
        if mirror:
            repositories.append(("our-mirror", "highavailability", 1))
        if epel:
            repositories.append(("epel", "epel", 1))
        for repository, path, enabled in repositories:
            node.write(
                f"/etc/yum.repos.d/almalinux-{repository}.repo",
                REPOSITORY.format(name=repository, path=path, enabled=enabled),
            )
        return node

    return make


def test_os_prep_enables_the_repository_and_installs_from_it_once(make: Make) -> None:
    """Also shows that rpm is asked, though this host has a database of dpkg."""
    node = make()
    arguments: dict[str, Any] = {"tags": "os_prep_install", "ha_time_service": "chrony", **SITE}
    foreseen = node.play([whole("os_prep")], check=True, **arguments)
    assert not foreseen.failed, foreseen.text
    assert "Would install corosync, pacemaker, pacemaker-cli, pcs, resource-agents, chrony" in foreseen.words
    assert "enabled=0" in node.run("cat", HIGH_AVAILABILITY)
    done = node.play([whole("os_prep")], **arguments)
    assert not done.failed, done.text
    assert "enabled=1" in node.run("cat", HIGH_AVAILABILITY)
    assert len(node.run("rpm", "-q", "pacemaker", "corosync", "chrony").split()) == 3
    again = node.play([whole("os_prep")], **arguments)
    assert (again.failed, again.changed) == (False, 0), again.text


@pytest.mark.parametrize("name", ["AlmaLinux", "RedHat"])
def test_os_prep_leaves_repositories_alone_where_pacemaker_can_be_had(make: Make, name: str) -> None:
    """As in a cloud, behind Satellite, or with an update stream of RHEL: subscription-manager isn't even there."""
    node = make(name, mirror=True)
    done = node.play([whole("os_prep")], tags="os_prep_install", **SITE)
    assert not done.failed, done.text
    assert node.run("rpm", "-q", "pacemaker")
    if name == "AlmaLinux":
        assert "enabled=0" in node.run("cat", HIGH_AVAILABILITY)


def test_os_prep_says_what_to_do_where_the_repository_can_not_be_enabled(make: Make) -> None:
    done = make("RedHat").play([whole("os_prep")], tags="os_prep_install", **SITE)
    assert done.failed
    assert "Host node1 has no repository with the package pacemaker, and enabling the distribution's" in done.words
    assert "ha_repository_enabled: false leaves the repositories as they are" in done.words


def test_qnetd_enables_the_repository_and_leaves_the_user_as_the_package_made_it(make: Make) -> None:
    node = make()
    node.run("groupadd", "--system", "haclient")
    node.run(
        "useradd",
        "--system",
        "--gid",
        "haclient",
        "--home-dir",
        "/home/hacluster",
        "--shell",
        "/sbin/nologin",
        "hacluster",
    )
    arguments: dict[str, Any] = {"tags": "qnetd_install", "ha_hacluster_password": "not a secret"}
    foreseen = node.play([whole("qnetd")], check=True, **arguments)
    assert not foreseen.failed, foreseen.text
    assert "Would install corosync-qnetd, pcs" in foreseen.words
    done = node.play([whole("qnetd")], **arguments)
    assert not done.failed, done.text
    assert len(node.run("rpm", "-q", "corosync-qnetd", "pcs").split()) == 2
    assert node.run("getent", "passwd", "hacluster").split(":")[5] == "/home/hacluster"
    again = node.play([whole("qnetd")], **arguments)
    assert (again.failed, again.changed) == (False, 0), again.text


@pytest.mark.parametrize("check", [True, False])
def test_lighttpd_says_that_its_package_is_in_epel(make: Make, check: bool) -> None:
    arguments: dict[str, Any] = {"tags": "lighttpd_install", "ha_lighttpd_document_root": "/srv"}
    done = make().play([whole("lighttpd")], check=check, **arguments)
    assert done.failed
    assert "Host node1 has no repository with the package lighttpd. In the RHEL family it is in EPEL" in done.words


def test_lighttpd_is_installed_from_epel(make: Make) -> None:
    node = make(epel=True)
    node.play([whole("lighttpd")], tags="lighttpd_install", ha_lighttpd_document_root="/srv")
    assert node.run("rpm", "-q", "lighttpd")


@pytest.mark.parametrize(("version", "wanted"), [("9.5", []), ("10.0", [OLD_KERNEL])])
def test_iptables_gets_the_modules_of_the_kernel_that_runs(make: Make, version: str, wanted: list[str]) -> None:
    """EL 10 has them in a package that iptables-nft only recommends, and the newest is that of another kernel."""
    node = make(version=version)
    done = node.play(install_iptables(f"{OLD_KERNEL}.x86_64"))
    assert not done.failed, done.text
    assert node.run("rpm", "-q", "iptables-nft", "iptables-nft-services")
    assert [line for line in node.run("rpm", "-qa").split() if line.startswith("kernel-")] == [
        f"kernel-modules-extra-{kernel}.x86_64" for kernel in wanted
    ]
    assert node.play(install_iptables(f"{OLD_KERNEL}.x86_64")).changed == 0


def test_iptables_says_what_to_do_where_no_repository_has_the_modules_of_the_kernel(make: Make) -> None:
    done = make(version="10.0").play(install_iptables("6.12.0-1.el10.x86_64"))
    assert done.failed
    assert "where they are no longer available, update the kernel, reboot and run this again" in done.words


def install_iptables(kernel: str) -> list[Play]:
    known = {"ansible.builtin.set_fact": {"kernel": kernel, "cacheable": True}}
    # The rest of the role loads the rules, for which the stubs have no program.
    told = {"that": "ansible_failed_task.name == 'Filter packets'", "fail_msg": "{{ ansible_failed_result.msg }}"}
    install = {"block": [role("iptables", "install")], "rescue": [{"ansible.builtin.assert": told}]}
    return [FACTS, known, install]


ASK = [
    FACTS,
    {"ansible.builtin.set_fact": {"ha_nodes": NODE1["ha_nodes"]}},
    role("rolling_update", "look"),
    {"ansible.builtin.debug": {"msg": "wants a reboot: {{ __rolling_update_reboot.wanted }}"}},
]


def test_rolling_update_reboots_where_dnf_says_so(make: Make) -> None:
    node = make(beside=BOOTED_EARLIER)
    assert "wants a reboot: False" in node.play(ASK).words
    node.play([{"ansible.builtin.dnf": {"name": "glibc"}}])  # since the machine was started
    assert "wants a reboot: True" in node.play(ASK).words
    assert "wants a reboot: False" in node.play(ASK, ha_update_reboot="never").words


def test_rolling_update_does_not_take_a_missing_command_for_a_reboot(make: Make) -> None:
    node = make()
    node.write("/etc/dnf/dnf.conf", "[main]\nplugins=0\n")
    done = node.play(ASK)
    assert done.failed
    assert "Host node1 can't tell whether it needs a reboot" in done.words
    assert "Install the package dnf-plugins-core" in done.words
    assert "wants a reboot: False" in node.play(ASK, ha_update_reboot="never").words


def test_the_unit_of_chrony_is_chronyd(make: Make) -> None:
    show = {"ansible.builtin.debug": {"msg": "its unit: {{ __os_prep_time_service_unit }}"}}
    tasks = [FACTS, role("os_prep", "set_vars", public=True), show]
    assert "its unit: chronyd" in make().play(tasks, ha_time_service="chrony", **SITE).words


def test_lvm_of_a_node_that_did_not_make_the_volume_group_may_use_the_disk(make: Make, tmp_path: pathlib.Path) -> None:
    """Else LVM-activate fails there, at the first failover."""
    node = make()
    node.write("/etc/lvm/devices/system.devices", "")
    node.run("sed", "-i", "s/^devices {/&\\n\\tuse_devicesfile=1/", "/etc/lvm/lvm.conf")
    (tmp_path / "disk").write_bytes(b"\0" * (64 << 20))
    attached = subprocess.run(
        ["losetup", "--find", "--show", str(tmp_path / "disk")], check=True, capture_output=True, text=True
    )
    disk = attached.stdout.strip()
    tasks = [FACTS, role("shared_storage", "lvm")]
    arguments: dict[str, Any] = {
        **SITE,
        "ha_storage_device": disk,
        "ha_storage_layout": "lvm",
        "__shared_storage_primary": "another",
    }
    try:
        node.run("env", "DM_DISABLE_UDEV=1", "lvm", "vgcreate", "--devicesfile", "", "shared", disk)
        node.write("/etc/lvm/devices/system.devices", "")
        foreseen = node.play(tasks, check=True, **arguments)
        assert f"Would add {disk} to /etc/lvm/devices/system.devices" in foreseen.words, foreseen.text
        assert disk not in node.run("cat", "/etc/lvm/devices/system.devices")
        done = node.play(tasks, **arguments)
        assert not done.failed, done.text
        assert disk in node.run("cat", "/etc/lvm/devices/system.devices")
        again = node.play(tasks, **arguments)
        assert (again.failed, again.changed) == (False, 0), again.text
    finally:
        subprocess.run(["losetup", "--detach", disk], check=True)


def test_firewalld_lets_in_what_a_role_asks_for_and_once(make: Make) -> None:
    node = make(beside=FIREWALLD)
    node.run("firewall-offline-cmd", "--new-zone=machines")
    node.run("firewall-offline-cmd", "--zone=machines", "--add-interface=virbr1")
    wanted = {"services": ["fence_virtd_multicast"], "interface": "virbr1"}
    tasks = [
        {"quorate.ha_cluster.internal_machine": {"firewalld": wanted}},
        {"quorate.ha_cluster.internal_machine": {"firewalld": {"services": ["qnetd", "pcsd"]}}},
        {"quorate.ha_cluster.internal_machine_info": {"firewalld": wanted}, "register": "look"},
        {"ansible.builtin.debug": {"msg": "closed: {{ look.closed | length }}"}},
    ]
    foreseen = node.play(tasks, check=True)
    assert (foreseen.failed, foreseen.changed) == (False, 2), foreseen.text
    assert "closed: 4" in foreseen.words
    done = node.play(tasks)
    assert (done.failed, done.changed) == (False, 2), done.text
    assert "closed: 0" in done.words
    # Each play starts firewalld again, so this is what is open for good.
    assert node.run("firewall-cmd", "--zone=machines", "--list-ports").split() == ["1229/udp"]
    assert node.run("firewall-cmd", "--zone=public", "--list-ports").split() == ["2224/tcp", "5403/tcp"]
    assert node.play(tasks).changed == 0


def documented(program: str) -> str:
    """The commands of the page on distributions that begin with PROGRAM."""
    page = (CHECKOUT / "docs" / "distributions.md").read_text()
    return "\n".join(line for line in page.splitlines() if line.startswith(f"{program} "))


def test_the_documented_commands_open_firewalld_on_a_node(make: Make) -> None:
    node = make(beside=FIREWALLD)
    node.run("firewall-offline-cmd", "--new-zone=machines")
    commands = documented("firewall-cmd").replace("ZONE", "machines")
    zone = "firewall-cmd --zone=machines"
    shown = node.run("sh", "-ec", f"{commands}\n{zone} --list-ports; {zone} --list-services")
    assert {"1229/tcp", "high-availability"} <= set(shown.split())
    ports = node.run("firewall-cmd", "--permanent", "--service=high-availability", "--get-ports").split()
    assert {"2224/tcp", "5403/tcp", "3121/tcp"} <= set(ports)


def test_needrestart_leaves_the_cluster_alone(make: Make) -> None:
    """By needrestart's own way of reading its configuration."""
    node = make()
    done = node.play([whole("os_prep")], tags="os_prep_install", **SITE)
    assert not done.failed, done.text
    ask = (
        "our %nrconf; my $file = '/etc/needrestart/needrestart.conf';"
        " eval do { local(@ARGV, $/) = $file; <> }; die $@ if $@;"
        " foreach my $unit (qw(corosync.service pacemaker.service corosync-qdevice.service lighttpd.service)) {"
        " foreach my $pattern (keys %{$nrconf{override_rc}})"
        ' { print "$unit\\n" if $unit =~ /$pattern/ && !$nrconf{override_rc}->{$pattern} } }'
    )
    assert node.run("perl", "-e", ask).split() == ["corosync.service", "pacemaker.service", "corosync-qdevice.service"]
