# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts that say they are of the RHEL family or Fedora, with repositories of stub packages, by Debian's rpm and dnf.

A host is a Debian with the files by which Ansible knows a distribution, and with that distribution's repositories:
their ids, whether they are enabled, and the names of the packages in them. A package holds at most files by which a
role sees that a program is there. Its summary says that it is a stub.
"""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Mapping

from .conftest import make_root
from .node import Node

OLD_KERNEL, NEW_KERNEL = "6.12.0-55.9.1.el10_0", "6.12.0-124.8.1.el10_1"
# By the folder of a repository: packages, with a version of their own where that counts.
BASE = ("chrony", "glibc", "kmod", "xfsprogs", "parted")
FENCE_VIRTD = tuple(f"fence-virtd{part}" for part in ("", "-libvirt", "-multicast", "-serial", "-tcp"))
CLUSTER = ("corosync", "corosync-qdevice", "corosync-qnetd", "pacemaker", "pacemaker-cli", "pcs", "resource-agents")
PACKAGES: Mapping[str, tuple[str, ...]] = {
    "baseos": BASE,
    "baseos-el10": (*BASE, f"kernel-modules-extra={OLD_KERNEL}", f"kernel-modules-extra={NEW_KERNEL}"),
    "appstream": ("iptables-nft", "iptables-nft-services", "fence-virt", "policycoreutils-python-utils", *FENCE_VIRTD),
    "highavailability": CLUSTER,
    "epel": ("lighttpd",),
    "fedora": (
        *BASE,
        *CLUSTER,
        *("iptables-nft", "iptables-services", "fence-virt", "lighttpd", "policycoreutils-python-utils"),
        *FENCE_VIRTD,
    ),
    # What a host has before an update.
    "old": ("pacemaker=0.9-1.stub",),
}
# The programs by which roles see that a package is installed.
PROGRAMS = {
    "fence-virt": ("fence_virt", "fence_xvm"),
    "fence-virtd": ("fence_virtd",),
    "kmod": ("modprobe",),
    "lighttpd": ("lighttpd",),
    "parted": ("parted",),
    "policycoreutils-python-utils": ("semanage",),
    "xfsprogs": ("mkfs.xfs",),
}
SPEC = """Name: {name}
Version: {version}
Release: {release}
Summary: Stub: nothing but the name of {name}
License: GPL-3.0-or-later
{architecture}
%description
A stub for tests.
%install
mkdir -p %{{buildroot}}/usr/sbin
{install}
%files
{files}
"""
BUILD = 'for spec in /srv/specs/*/*.spec; do rpmbuild -bb --quiet --define "_rpmdir $(dirname $spec)" $spec; done'
INDEX = "for folder in /srv/specs/*; do rm $folder/*.spec && createrepo_c --quiet $folder; done"
REPOSITORY = "[{id}]\nname={id}\nbaseurl=file:///srv/specs/{folder}\nenabled={enabled}\ngpgcheck=0\n"
OS_RELEASE = 'NAME="{name}"\nID="{id}"\nID_LIKE="{like}"\nVERSION_ID="{version}"\nVERSION="{version}"\n'


@dataclasses.dataclass(frozen=True)
class Repository:
    """A repository as a distribution has it: its id, the file that configures it, and the folder of its packages."""

    id: str
    file: str
    folder: str
    enabled: bool = True


@dataclasses.dataclass(frozen=True)
class Distribution:
    """What a host says that it is, and its repositories."""

    name: str
    id: str
    version: str
    release: str
    repositories: tuple[Repository, ...]
    like: str = "rhel centos fedora"

    def also(self, *repositories: Repository) -> Distribution:
        """The distribution with more REPOSITORIES."""
        return dataclasses.replace(self, repositories=(*self.repositories, *repositories))


def alma(version: str, base: str) -> Distribution:
    """AlmaLinux as it is installed: HighAvailability is there, and off."""
    files = "almalinux-{}.repo"
    return Distribution(
        name="AlmaLinux",
        id="almalinux",
        version=version,
        release=f"AlmaLinux release {version} (stub)",
        repositories=(
            Repository("baseos", files.format("baseos"), base),
            Repository("appstream", files.format("appstream"), "appstream"),
            Repository("highavailability", files.format("highavailability"), "highavailability", enabled=False),
        ),
    )


EPEL = Repository("epel", "epel.repo", "epel")
MIRROR = Repository("our-mirror", "our-mirror.repo", "highavailability")
OLD = Repository("old", "old.repo", "old")
EL9 = alma("9.5", "baseos")
EL10 = alma("10.0", "baseos-el10")
# Without a subscription: its repositories are in no file.
RHEL9 = Distribution("Red Hat Enterprise Linux", "rhel", "9.5", "Red Hat Enterprise Linux release 9.5 (stub)", ())
# Its own dnf is dnf 5, which Debian doesn't have.
FEDORA = Distribution(
    name="Fedora Linux",
    id="fedora",
    version="42",
    release="Fedora release 42 (stub)",
    repositories=(
        Repository("fedora", "fedora.repo", "fedora"),
        Repository("updates", "fedora-updates.repo", "fedora"),
    ),
    like="",
)


def build_packages(folder: pathlib.Path) -> pathlib.Path:
    """Build the packages and their repositories below FOLDER. Returns the folder that holds a folder for each."""
    builder = Node(make_root("bookworm-rpm"), folder)
    for repository, entries in PACKAGES.items():
        for number, entry in enumerate(entries):
            name, _equals, version = entry.partition("=")
            builder.write(f"/srv/specs/{repository}/{number}.spec", spec(name, version or "1-1.stub"))
    builder.run("sh", "-ec", f"{BUILD}\n{INDEX}")
    return folder / "upper/srv/specs"


def spec(name: str, version_and_release: str) -> str:
    """The specification of the stub package NAME."""
    version, _dash, release = version_and_release.partition("-")
    programs = [f"/usr/sbin/{program}" for program in PROGRAMS.get(name, ())]
    return SPEC.format(
        name=name,
        version=version,
        release=release,
        architecture="" if name.startswith("kernel-") else "BuildArch: noarch",
        install="\n".join(f"install -m 0755 /dev/null %{{buildroot}}{path}" for path in programs),
        files="\n".join(programs),
    )


def make_host(packages: pathlib.Path, folder: pathlib.Path, distribution: Distribution, beside: str = "") -> Node:
    """A host of DISTRIBUTION with its changes in FOLDER."""
    node = Node(make_root("bookworm-rpm"), folder, beside)
    node.take(packages, "/srv/specs")
    node.write("/etc/redhat-release", f"{distribution.release}\n")
    node.write("/usr/lib/os-release", OS_RELEASE.format(**dataclasses.asdict(distribution)))
    for repository in distribution.repositories:
        text = REPOSITORY.format(
            id=repository.id,
            folder=repository.folder,
            enabled=int(repository.enabled),
        )
        node.write(f"/etc/yum.repos.d/{repository.file}", text)
    return node
