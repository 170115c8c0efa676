# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build stub packages with the names of EL 9, and repositories with its ids, from the packages of a Debian.

Runs on a lab's node that is still Debian, with rpm and createrepo-c. Each package has the files of Debian's, so the
daemons are real ones. Its summary says where they are from.

usage: build_packages.py POOL TARGET
"""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Stub:
    """A package: its repository, Debian's packages whose files it has, files of its own, and what it runs."""

    repository: str
    debian: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    before: str = ""
    after: str = ""
    provides: str = ""
    release: str = "1.stub"


LIBRARIES = "debian-libraries"
# Files of Debian that EL has not: scripts of SysV, a cluster of one node.
LEFT_OUT = (
    "etc/init.d",
    "etc/cron.daily",
    "etc/corosync/corosync.conf",
    "etc/chrony",
    "usr/share/doc",
    "usr/share/man",
)
UNIT = "[Unit]\nDescription={description} (stub)\n{more}\n[Service]\n{service}\n[Install]\nWantedBy=multi-user.target\n"


def restore_unit(program: str) -> tuple[str, str]:
    """A unit that loads the rules of PROGRAM at boot, from the file in which EL keeps them."""
    path = f"/etc/sysconfig/{program}"
    service = f"Type=oneshot\nRemainAfterExit=yes\nExecStart=/usr/sbin/{program}-restore {path}"
    more = f"AssertPathExists={path}\nBefore=network-pre.target\nWants=network-pre.target\n"
    text = UNIT.format(description=f"Packet filter of {program}", more=more, service=service)
    return (f"usr/lib/systemd/system/{program}.service", text)


# The lab's nodes share their clock with the machine that they run on, so chronyd must not set it (-x).
CHRONYD = UNIT.format(
    description="Time",
    more="",
    service="Type=forking\nExecStart=/usr/sbin/chronyd -x -u root -f /etc/chrony.conf",
)
MAKE_HACLUSTER = """
getent group haclient >/dev/null || groupadd --system --gid 189 haclient
getent passwd hacluster >/dev/null ||
  useradd --system --uid 189 --gid haclient --home-dir /home/hacluster --shell /sbin/nologin hacluster
"""
OWN_PACEMAKER = """
cd /var/lib/pacemaker
chown hacluster:haclient pengine cib cores blackbox
chmod 0750 pengine cib cores blackbox
chown hacluster:haclient /var/log/pacemaker /var/log/pacemaker/bundles
chmod 0770 /var/log/pacemaker /var/log/pacemaker/bundles
"""
MAKE_LIGHTTPD = (
    "getent passwd lighttpd >/dev/null || useradd --system --home-dir /var/www --shell /sbin/nologin lighttpd"
)
OWN_LIGHTTPD = "chown --recursive lighttpd:lighttpd /var/cache/lighttpd /var/log/lighttpd"
STUBS = {
    "bash": Stub("baseos", provides="/bin/sh"),
    "glibc": Stub("baseos"),
    "almalinux-release": Stub("baseos", provides="system-release(releasever) = 9"),
    "chrony": Stub(
        "baseos",
        ("chrony",),
        files=(("usr/lib/systemd/system/chronyd.service", CHRONYD), ("etc/chrony.conf", "local stratum 10\n")),
    ),
    "kmod": Stub("baseos", ("kmod",)),
    "xfsprogs": Stub("baseos", ("xfsprogs",)),
    "fence-virt": Stub("appstream", ("fence-virt",)),
    "iptables-nft": Stub(
        "appstream",
        ("iptables",),
        links=tuple(
            (f"usr/sbin/{name}{end}", "xtables-nft-multi")
            for name in ("iptables", "ip6tables")
            for end in ("", "-restore", "-save")
        ),
    ),
    "iptables-nft-services": Stub("appstream", files=(restore_unit("iptables"), restore_unit("ip6tables"))),
    "corosync": Stub("highavailability", ("corosync",)),
    "pacemaker": Stub(
        "highavailability",
        ("pacemaker", "pacemaker-common", "pacemaker-resource-agents"),
        before=MAKE_HACLUSTER,
        after=OWN_PACEMAKER,
    ),
    "pacemaker-cli": Stub("highavailability", ("pacemaker-cli-utils",)),
    "pcs": Stub("highavailability", ("pcs",), after="chmod 0700 /var/lib/pcsd"),
    "resource-agents": Stub("highavailability", ("resource-agents",)),
    "lighttpd": Stub("epel", ("lighttpd",), before=MAKE_LIGHTTPD, after=OWN_LIGHTTPD),
}
# What comes later: a new version of the cluster's packages, and of one that a reboot is for.
UPDATES = {
    name: Stub("updates", stub.debian, stub.files, stub.links, stub.before, stub.after, stub.provides, "2.stub")
    for name, stub in STUBS.items()
    if name in ("corosync", "glibc")
}
SPEC = """Name: {name}
Version: 1
Release: {release}
Summary: Stub: files of {origin}
License: GPL-3.0-or-later and others
AutoReqProv: no
{more}
%description
A stub for tests.
%install
cp -a {tree}/. %{{buildroot}}/
{scripts}
%files -f {tree}.files
"""
DEFINITIONS = {"__spec_install_post": "%{nil}", "debug_package": "%{nil}", "_build_id_links": "none"}


def run(*argv: str) -> str:
    """The output of a command."""
    return subprocess.run(argv, check=True, stdout=subprocess.PIPE, text=True).stdout


def closure(names: list[str]) -> set[str]:
    """All of Debian's packages that installing NAMES would bring."""
    said = run("apt-get", "install", "--simulate", "--no-install-recommends", *names)
    return set(re.findall(r"^Inst (\S+)", said, re.MULTILINE))


def unpack(pool: pathlib.Path, packages: tuple[str, ...], tree: pathlib.Path) -> None:
    """Put the files of PACKAGES below TREE, with the paths of EL."""
    tree.mkdir(parents=True)
    for package in packages:
        (archive,) = pool.glob(f"{package}_*.deb")
        run("dpkg-deb", "--extract", str(archive), str(tree))
    for name in LEFT_OUT:
        path = tree / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for name in ("bin", "sbin", "lib", "lib64"):
        if (tree / name).is_dir():
            shutil.copytree(tree / name, tree / "usr" / name, symlinks=True, dirs_exist_ok=True)
            shutil.rmtree(tree / name)
    if (tree / "etc/default").is_dir():
        (tree / "etc/default").rename(tree / "etc/sysconfig")
    for unit in tree.glob("usr/lib/systemd/system/*.service"):
        if unit.is_file() and not unit.is_symlink():
            unit.write_text(unit.read_text().replace("/etc/default/", "/etc/sysconfig/"))
    for path in tree.glob("usr/lib/tmpfiles.d/lighttpd*"):
        path.write_text(path.read_text().replace("www-data", "lighttpd"))


def add(stub: Stub, tree: pathlib.Path) -> None:
    """Put the files of STUB itself below TREE."""
    for name, text in stub.files:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)
    for name, target in stub.links:
        (tree / name).symlink_to(target)


def listed(tree: pathlib.Path) -> list[str]:
    """What is below TREE, as rpm's list of files: of directories only those that this machine lacks."""
    lines = []
    for folder, folders, files in os.walk(tree):
        place = pathlib.Path("/") / pathlib.Path(folder).relative_to(tree)
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        lines += [f'"{place / name}"' for name in (*files, *links)]
        lines += [f'%dir "{place / name}"' for name in folders if name not in links and not (place / name).is_dir()]
    return lines


def build(name: str, stub: Stub, pool: pathlib.Path, target: pathlib.Path, work: pathlib.Path) -> None:
    """Build the package NAME into its repository below TARGET."""
    tree = work / f"{name}-{stub.release}"
    unpack(pool, stub.debian, tree)
    add(stub, tree)
    pathlib.Path(f"{tree}.files").write_text("\n".join(listed(tree)) + "\n")
    required = "" if name == LIBRARIES or not stub.debian else f"Requires: {LIBRARIES}"
    scripts = {when: f"set -e\n{text}" if text else "" for when, text in (("pre", stub.before), ("post", stub.after))}
    text = SPEC.format(
        name=name,
        release=stub.release,
        origin=f"Debian's {', '.join(stub.debian[:3])}" if stub.debian else "tests",
        more="\n".join(filter(None, (required, f"Provides: {stub.provides}" if stub.provides else ""))),
        tree=tree,
        scripts="\n".join(f"%{when}\n{text}" for when, text in scripts.items() if text),
    )
    pathlib.Path(f"{tree}.spec").write_text(text)
    defined = {**DEFINITIONS, "_rpmdir": str(target / stub.repository), "_binary_payload": "w1.gzdio"}
    options = [word for key, value in defined.items() for word in ("--define", f"{key} {value}")]
    run("rpmbuild", "-bb", "--quiet", *options, f"{tree}.spec")
    shutil.rmtree(tree)


def main(pool: pathlib.Path, target: pathlib.Path) -> None:
    work = target.parent / f"{target.name}.work"
    named = [package for stub in STUBS.values() for package in stub.debian]
    stubs = {**STUBS, LIBRARIES: Stub("baseos", tuple(sorted(closure(named) - set(named))))}
    for entries in (stubs, UPDATES):
        for name, stub in entries.items():
            build(name, stub, pool, target, work)
    for folder in target.iterdir():
        run("createrepo_c", "--quiet", str(folder))
    shutil.rmtree(work)


if __name__ == "__main__":
    main(*map(pathlib.Path, sys.argv[1:]))
