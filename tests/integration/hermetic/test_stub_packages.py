# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roles on hosts of EL 9, EL 10 and Fedora with stub packages, by Debian's dnf, rpm, LVM and firewalld.

This proves facts, variables, arguments of modules, repositories, check mode and second runs. It proves nothing about
the real packages, their kernel or SELinux. stub_packages.py makes the hosts.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import pathlib
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from .node import BOOTED_EARLIER, CHECKOUT, FIREWALLD, Node, Played, play
from .stub_packages import (
    EL9,
    EL10,
    EPEL,
    FEDORA,
    MIRROR,
    OLD,
    OLD_KERNEL,
    PACKAGES,
    RHEL9,
    Distribution,
    Repository,
    build_packages,
    make_host,
)

Play = dict[str, Any]
SITE: dict[str, Any] = {
    "ha_networks": {
        name: {"interface": "lo", "subnet": "192.0.2.0/24"} for name in ("cluster", "public", "management")
    },
    "ha_hacluster_password": "not a secret",
    "ha_cluster_name": "web",
    "ha_storage_layout": "partition",
    "ha_lighttpd_document_root": "/srv",
    "ha_time_service": "chrony",
    "ha_hypervisors": [],
    "ha_fence_virt_listener": "tcp",
    "ha_fence_virt_tcp_address": "192.0.2.9",
}
INSTALL = "always,os_prep_install,qnetd_install,fence_virt_install,shared_storage_install,lighttpd_install"


def role(name: str, tasks: str = "main", **options: Any) -> Play:
    return {"ansible.builtin.include_role": {"name": f"quorate.ha_cluster.{name}", "tasks_from": tasks, **options}}


def whole(name: str, tasks: str = "main") -> Play:
    """A role whose parts can be chosen by tags."""
    return {"ansible.builtin.import_role": {"name": f"quorate.ha_cluster.{name}", "tasks_from": tasks}}


def show(text: str) -> Play:
    return {"ansible.builtin.debug": {"msg": text}, "tags": ["always"]}


def facts(kernel: str = f"{OLD_KERNEL}.x86_64", **more: Any) -> list[Play]:
    """The facts that roles use. KERNEL stands for the running one."""
    subset = ["!all", "!min", "distribution", "pkg_mgr", "platform", "selinux"]
    return [
        {"ansible.builtin.setup": {"gather_subset": subset}, "tags": ["always"]},
        {"ansible.builtin.set_fact": {"kernel": kernel, **more, "cacheable": True}, "tags": ["always"]},
    ]


# The rest of the role loads the rules, for which the stubs have no program.
IPTABLES: Play = {
    "block": [role("iptables", "install", apply={"tags": ["always"]})],
    "rescue": [
        {
            "ansible.builtin.assert": {
                "that": "'iptables-restore' in ansible_failed_result.missing | default([])",
                "fail_msg": "{{ ansible_failed_result.msg }}",
            }
        }
    ],
    "tags": ["always"],
}


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pathlib.Path]:
    """A folder with the repositories."""
    folder = tmp_path_factory.mktemp("packages")
    yield build_packages(folder)
    shutil.rmtree(folder)


@contextlib.contextmanager
def blank_disk(path: pathlib.Path) -> Iterator[str]:
    """A disk without content, in the file PATH."""
    path.write_bytes(b"\0" * (64 << 20))
    attach = ["losetup", "--find", "--show", str(path)]
    device = subprocess.run(attach, check=True, capture_output=True, text=True).stdout.strip()
    try:
        yield device
    finally:
        subprocess.run(["losetup", "--detach", device], check=True)
        path.unlink()


def variables(hosts: Mapping[str, Node], **more: Any) -> dict[str, dict[str, Any]]:
    """The variables of each of HOSTS: each is a cluster by itself."""
    return {name: {**SITE, "ha_nodes": {name: {"cluster": "192.0.2.1"}}, **more} for name in hosts}


# --- all roles that install something, on all distributions ----------------------------------------------------------

DISTRIBUTIONS = {"el9": EL9.also(EPEL), "el10": EL10.also(EPEL), "fedora": FEDORA}
NODES = tuple(DISTRIBUTIONS)
OTHERS = tuple(f"{name}-host" for name in DISTRIBUTIONS)
INSTALLING = {
    **dict.fromkeys(NODES, ("os_prep", "iptables", "fence_virt", "shared_storage", "lighttpd")),
    **dict.fromkeys(OTHERS, ("qnetd", "fence_virt", "os_prep")),  # qnetd has os_prep enable the repository
    "fedora-host": ("qnetd", "fence_virt"),
}
PLAYS: list[Play] = [
    {
        "hosts": list(NODES),
        "tasks": [
            *facts(selinux={"status": "enabled"}),
            whole("os_prep"),
            IPTABLES,
            whole("fence_virt"),
            whole("shared_storage"),
            whole("lighttpd"),
            show(
                "{{ ansible_facts['os_family'] }} {{ ansible_facts['distribution_major_version'] }}"
                " {{ ansible_facts['pkg_mgr'] }}, time by {{ __os_prep_time_service_unit }}"
            ),
        ],
    },
    {"hosts": list(OTHERS), "tasks": [*facts(), whole("qnetd"), whole("fence_virt", "host")]},
]
EVERYWHERE = {
    "os_prep": {"corosync", "pacemaker", "pacemaker-cli", "pcs", "resource-agents", "chrony"},
    "fence_virt": {"fence-virt"},
    "shared_storage": {"xfsprogs", "kmod", "parted", "policycoreutils-python-utils"},
    "lighttpd": {"lighttpd"},
}
FENCE_VIRTD = {f"fence-virtd{part}" for part in ("", "-libvirt", "-multicast", "-serial", "-tcp")}
ON_OTHERS = {"qnetd": {"corosync-qnetd", "pcs"}, "fence_virt": FENCE_VIRTD}
IPTABLES_PACKAGES = {
    "el9": {"iptables-nft", "iptables-nft-services"},
    "el10": {"iptables-nft", "iptables-nft-services", "kernel-modules-extra"},
    "fedora": {"iptables-nft", "iptables-services"},
}


@pytest.mark.parametrize(
    ("record", "distribution"), [("el-9", EL9.also(EPEL)), ("el-10", EL10.also(EPEL)), ("fedora", FEDORA)]
)
def test_stub_packages_have_the_names_and_repositories_of_the_record(record: str, distribution: Distribution) -> None:
    """tests/unit/files/distributions has what is known of the real ones. glibc is there for dnf alone."""
    known = json.loads((CHECKOUT / "tests/unit/files/distributions" / f"{record}.json").read_text())
    for repository in distribution.repositories:
        found = known["repositories"].get(repository.id, {"enabled": True})
        assert repository.enabled is found["enabled"] or repository == EPEL, repository
        for name in {entry.partition("=")[0] for entry in PACKAGES[repository.folder]} - {"glibc"}:
            assert known["packages"][name]["repository"] in (repository.folder.partition("-")[0], "unknown"), name


# The home of hacluster, which the package makes.
HOMES = {"el9-host": "/home/hacluster", "el10-host": "/var/lib/pacemaker", "fedora-host": "/var/lib/pacemaker"}


@dataclasses.dataclass(frozen=True)
class Installation:
    """The hosts, and the runs that have installed everything on them."""

    hosts: Mapping[str, Node]
    foreseen: Played
    done: Played
    again: Played
    checked: Played


@pytest.fixture(scope="session")
def installation(packages: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A node and another host of each distribution."""
    wanted = {**DISTRIBUTIONS, **{f"{name}-host": each for name, each in DISTRIBUTIONS.items()}}
    hosts = {name: make_host(packages, tmp_path_factory.mktemp(name), each) for name, each in wanted.items()}
    for name, home in HOMES.items():  # as pacemaker-libs of a former cluster has left it
        hosts[name].run("groupadd", "--system", "haclient")
        user = ("--system", "--gid", "haclient", "--home-dir", home, "--shell", "/sbin/nologin")
        hosts[name].run("useradd", *user, "hacluster")

    with blank_disk(tmp_path_factory.mktemp("disk") / "disk") as disk:
        given = variables(hosts, ha_storage_device=disk)
        runs = [play(hosts, PLAYS, check=check, tags=INSTALL, variables=given) for check in (True, False, False, True)]
    return Installation(hosts, *runs)


def test_hosts_with_stub_packages_have_the_facts_of_their_distribution(installation: Installation) -> None:
    for name, major in (("el9", "9"), ("el10", "10"), ("fedora", "42")):
        assert f"RedHat {major} dnf, time by chronyd" in installation.done.said(name)


def test_check_mode_foresees_which_roles_install_stub_packages(installation: Installation) -> None:
    assert installation.foreseen.failures == set(), installation.foreseen.text
    assert installation.foreseen.changes == installation.done.changes
    for name in NODES:
        said = installation.foreseen.said
        assert "Would install corosync, pacemaker, pacemaker-cli, pcs, resource-agents, chrony" in said(name)
        assert "Would install fence-virt" in said(name, "fence_virt")
        assert "Would install lighttpd" in said(name, "lighttpd")


@pytest.mark.parametrize("name", [*NODES, *OTHERS])
def test_each_role_installs_stub_packages_of_the_right_names(installation: Installation, name: str) -> None:
    assert name not in installation.done.failures, installation.done.said(name)
    wanted = ON_OTHERS if name in OTHERS else {**EVERYWHERE, "iptables": IPTABLES_PACKAGES[name]}
    assert {role for role, host in installation.done.changes if host == name} == set(INSTALLING[name])
    installed = installation.hosts[name].run("rpm", "--query", "--all", "--queryformat", "%{NAME}\\n").split()
    assert set(installed) == set().union(*wanted.values())


def test_second_run_with_stub_packages_changes_nothing(installation: Installation) -> None:
    """Also shows that rpm is asked, though these hosts have a database of dpkg."""
    assert (installation.again.failures, installation.again.changed) == (set(), 0), installation.again.text
    assert (installation.checked.failures, installation.checked.changed) == (set(), 0), installation.checked.text


def test_high_availability_is_enabled_by_the_role_that_needs_its_stub_packages(installation: Installation) -> None:
    for name in ("el9", "el10", "el9-host", "el10-host"):
        file = "/etc/yum.repos.d/almalinux-highavailability.repo"
        assert "enabled=1" in installation.hosts[name].run("cat", file).splitlines()
    for name in ("fedora", "fedora-host"):
        assert installation.hosts[name].run("ls", "/etc/yum.repos.d").split() == ["fedora-updates.repo", "fedora.repo"]


def test_el10_gets_the_stub_package_of_the_running_kernel(installation: Installation) -> None:
    """The modules are in a package that iptables-nft only recommends, and the newest is that of another kernel."""
    installed = installation.hosts["el10"].run("rpm", "--query", "kernel-modules-extra").split()
    assert installed == [f"kernel-modules-extra-{OLD_KERNEL}.x86_64"]


def test_qnetd_leaves_the_user_as_the_package_made_it(installation: Installation) -> None:
    for name, home in HOMES.items():
        assert installation.hosts[name].run("getent", "passwd", "hacluster").split(":")[5] == home


def test_needrestart_leaves_the_cluster_alone(installation: Installation) -> None:
    """By needrestart's own way of reading its configuration."""
    ask = (
        "our %nrconf; my $file = '/etc/needrestart/needrestart.conf';"
        " eval do { local(@ARGV, $/) = $file; <> }; die $@ if $@;"
        " foreach my $unit (qw(corosync.service pacemaker.service corosync-qdevice.service lighttpd.service)) {"
        " foreach my $pattern (keys %{$nrconf{override_rc}})"
        ' { print "$unit\\n" if $unit =~ /$pattern/ && !$nrconf{override_rc}->{$pattern} } }'
    )
    said = installation.hosts["el9"].run("perl", "-e", ask).split()
    assert said == ["corosync.service", "pacemaker.service", "corosync-qdevice.service"]


# --- repositories that are not as usual ------------------------------------------------------------------------------

OPEN = Repository("baseos", "our-baseos.repo", "baseos")
# By host: the distribution, and the role that meets it.
UNUSUAL = {
    "el9-mirror": (EL9.also(MIRROR), "os_prep"),
    "rhel9-mirror": (RHEL9.also(OPEN, MIRROR), "os_prep"),
    "rhel9-unsubscribed": (RHEL9.also(OPEN), "os_prep"),
    "rhel9-arbitrator": (RHEL9.also(OPEN), "qnetd"),
    "el9-without-epel": (EL9, "lighttpd"),
    "el10-newer-kernel": (EL10, "iptables"),
}


@dataclasses.dataclass(frozen=True)
class Unusual:
    """Hosts whose repositories are not as a distribution has them, and the runs there."""

    hosts: Mapping[str, Node]
    foreseen: Played
    done: Played


@pytest.fixture(scope="session")
def unusual(packages: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> Unusual:
    hosts = {name: make_host(packages, tmp_path_factory.mktemp(name), each) for name, (each, _role) in UNUSUAL.items()}
    roles = {"os_prep": whole("os_prep"), "qnetd": whole("qnetd"), "lighttpd": whole("lighttpd"), "iptables": IPTABLES}
    meets = {host: name for host, (_distribution, name) in UNUSUAL.items()}
    tasks = [
        *facts("6.12.0-1.el10.x86_64"),
        *({**tasks, "when": f"meets == '{name}'"} for name, tasks in roles.items()),
    ]
    given = {name: {**each, "meets": meets[name]} for name, each in variables(hosts).items()}
    runs = [play(hosts, [{"tasks": tasks}], check=check, tags=INSTALL, variables=given) for check in (True, False)]
    return Unusual(hosts, *runs)


def test_repositories_are_left_alone_where_pacemaker_can_be_had(unusual: Unusual) -> None:
    """As in a cloud, behind Satellite, or with an update stream of RHEL: subscription-manager isn't even there."""
    for name in ("el9-mirror", "rhel9-mirror"):
        assert not {name} & (unusual.foreseen.failures | unusual.done.failures), unusual.done.said(name)
        assert unusual.hosts[name].run("rpm", "--query", "pacemaker")
    file = "/etc/yum.repos.d/almalinux-highavailability.repo"
    assert "enabled=0" in unusual.hosts["el9-mirror"].run("cat", file).splitlines()


@pytest.mark.parametrize("name", ["rhel9-unsubscribed", "rhel9-arbitrator"])
def test_a_repository_that_can_not_be_enabled_is_explained(unusual: Unusual, name: str) -> None:
    said = unusual.done.said(name)
    assert f"Host {name} has no repository with the package pacemaker, and enabling the distribution's" in said
    assert "ha_repository_enabled: false leaves the repositories as they are" in said
    assert name in unusual.done.failures


def test_lighttpd_without_epel_is_explained(unusual: Unusual) -> None:
    for run in (unusual.foreseen, unusual.done):
        said = run.said("el9-without-epel")
        assert "el9-without-epel has no repository with the package lighttpd. In the RHEL family it is in EPEL" in said
        assert "el9-without-epel" in run.failures


def test_a_kernel_whose_modules_no_repository_has_is_explained(unusual: Unusual) -> None:
    said = unusual.done.said("el10-newer-kernel")
    assert "where they are no longer available, update the kernel, reboot and run this again" in said
    assert "el10-newer-kernel" in unusual.done.failures


# --- rolling_update --------------------------------------------------------------------------------------------------

# A cluster of one node that is well, as its tools print it.
CRM_MON = """<pacemaker-result><summary><stack type="corosync" pacemakerd-state="running"/>
<current_dc present="true" name="{name}" with_quorum="true"/>
<cluster_options stonith-enabled="true" maintenance-mode="false"/></summary>
<nodes><node name="{name}" id="1" online="true" standby="false" standby_onfail="false" maintenance="false"
pending="false" unclean="false" is_dc="true" type="member" resources_running="1"/></nodes>
<resources><resource id="power" resource_agent="stonith:fence_xvm" role="Started" active="true" orphaned="false"
blocked="false" managed="true" failed="false" failure_ignored="false" nodes_running_on="1">
<node name="{name}" id="1" cached="true"/></resource></resources></pacemaker-result>"""
TOOLS = {
    "crm_mon": CRM_MON,
    "crmadmin": '<pacemaker-result><crmd state="S_IDLE" node_name="{name}"/></pacemaker-result>',
    "cibadmin": "<cib><configuration/></cib>",
    "corosync-quorumtool": "Expected votes: 1\nTotal votes: 1\nQuorum: 1",
}
LOOK: Play = role("rolling_update", "look", public=True)
# By host: the distribution. On two of them dnf lacks the command.
UPDATED = {"el9": EL9, "fedora": FEDORA, "el9-without-plugin": EL9, "fedora-without-plugin": FEDORA}
WITH_PLUGIN = {"when": "'without' not in inventory_hostname"}


def look(label: str, **options: Any) -> list[Play]:
    told = "pending: {{ __rolling_update_pending.changed }}, wants a reboot: {{ __rolling_update_reboot.wanted }}"
    return [
        {**LOOK, **options},
        {**show(f"{label}, {told}"), **({"when": options["when"]} if "when" in options else {})},
    ]


@pytest.fixture(scope="session")
def updated(packages: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """A look before an update, after it, and after one of glibc, which calls for a reboot."""
    hosts = {}
    for name, distribution in UPDATED.items():
        node = make_host(packages, tmp_path_factory.mktemp(name), distribution.also(MIRROR, OLD), BOOTED_EARLIER)
        for tool, text in TOOLS.items():
            node.write(f"/usr/local/sbin/{tool}", f"#!/bin/sh\ncat <<'END'\n{text.format(name=name)}\nEND\n")
        node.run("sh", "-c", "chmod +x /usr/local/sbin/*")
        if "without" in name:
            node.write("/etc/dnf/dnf.conf", "[main]\nplugins=0\n")
        hosts[name] = node
    tasks: list[Play] = [
        *facts(),
        {"ansible.builtin.dnf": {"name": "pacemaker-0.9"}},
        role("rolling_update", "order"),
        *look("before, never", vars={"ha_update_reboot": "never"}),
        *look("before", **WITH_PLUGIN),
        {**role("rolling_update", "update"), **WITH_PLUGIN},
        *look("after", **WITH_PLUGIN),
        {"ansible.builtin.dnf": {"name": "glibc"}, **WITH_PLUGIN},  # since the machine was started
        *look("with glibc", **WITH_PLUGIN),
        *look("with glibc, never", vars={"ha_update_reboot": "never"}, **WITH_PLUGIN),
        {**LOOK, "when": "'without' in inventory_hostname"},
    ]
    return play(hosts, [{"tasks": tasks}], variables=variables(hosts, ha_update_packages=["pacemaker", "corosync"]))


@pytest.mark.parametrize("name", ["el9", "fedora"])
def test_rolling_update_updates_a_stub_package_and_reboots_where_dnf_says_so(updated: Played, name: str) -> None:
    assert name not in updated.failures, updated.text
    said = updated.said(name)
    for text in (
        "before, pending: True, wants a reboot: False",
        "after, pending: False, wants a reboot: False",
        "with glibc, pending: False, wants a reboot: True",
        "with glibc, never, pending: False, wants a reboot: False",
    ):
        assert text in said, said


@pytest.mark.parametrize("name", ["el9-without-plugin", "fedora-without-plugin"])
def test_rolling_update_does_not_take_a_missing_command_for_a_reboot(updated: Played, name: str) -> None:
    said = updated.said(name)
    assert "before, never, pending: True, wants a reboot: False" in said
    assert f"Host {name} can't tell whether it needs a reboot" in said
    assert "Install the package dnf-plugins-core" in said
    assert name in updated.failures


# --- LVM -------------------------------------------------------------------------------------------------------------


def test_lvm_of_nodes_that_did_not_make_the_volume_group_may_use_the_disk(
    packages: pathlib.Path, tmp_path_factory: pytest.TempPathFactory, tmp_path: pathlib.Path
) -> None:
    """Otherwise LVM-activate fails there, at the first failover."""
    file = "/etc/lvm/devices/system.devices"
    hosts = {}
    for name, distribution in DISTRIBUTIONS.items():
        hosts[name] = make_host(packages, tmp_path_factory.mktemp(name), distribution)
        hosts[name].run("sed", "-i", "s/^devices {/&\\n\\tuse_devicesfile=1/", "/etc/lvm/lvm.conf")
        hosts[name].write(file, "")
    with blank_disk(tmp_path / "disk") as disk:
        group = f"stub-{disk.rpartition('/')[2]}"  # LVM sees the disks of the whole machine
        given = variables(
            hosts,
            ha_storage_device=disk,
            ha_storage_layout="lvm",
            ha_storage_volume_group=group,
            __shared_storage_primary="another",
        )

        def run(check: bool = False) -> Played:
            return play(hosts, [{"tasks": [*facts(), role("shared_storage", "lvm")]}], check=check, variables=given)

        hosts["el9"].run("env", "DM_DISABLE_UDEV=1", "lvm", "vgcreate", "--devicesfile", "", group, disk)
        hosts["el9"].write(file, "")
        foreseen, before = run(check=True), [node.run("cat", file) for node in hosts.values()]
        done, after = run(), [node.run("cat", file) for node in hosts.values()]
        again = run()
    assert foreseen.words.count(f"Would add {disk} to {file}") == len(hosts), foreseen.text
    assert [disk in text for text in before] == [False] * len(hosts)
    assert (done.failed, [disk in text for text in after]) == (False, [True] * len(hosts)), done.text
    assert (again.failed, again.changed) == (False, 0), again.text


# --- firewalld -------------------------------------------------------------------------------------------------------


def test_firewalld_lets_in_what_a_role_asks_for_and_once(packages: pathlib.Path, tmp_path: pathlib.Path) -> None:
    node = make_host(packages, tmp_path, EL9, FIREWALLD)
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


def test_the_documented_commands_open_firewalld_on_a_node(packages: pathlib.Path, tmp_path: pathlib.Path) -> None:
    node = make_host(packages, tmp_path, EL9, FIREWALLD)
    node.run("firewall-offline-cmd", "--new-zone=machines")
    commands = documented("firewall-cmd").replace("ZONE", "machines")
    zone = "firewall-cmd --zone=machines"
    shown = node.run("sh", "-ec", f"{commands}\n{zone} --list-ports; {zone} --list-services")
    assert {"1229/tcp", "high-availability"} <= set(shown.split())
    ports = node.run("firewall-cmd", "--permanent", "--service=high-availability", "--get-ports").split()
    assert {"2224/tcp", "5403/tcp", "3121/tcp"} <= set(ports)
