# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A root file system as a host that ansible-playbook manages, without services. What changes in it is kept apart."""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import subprocess
import sys
from typing import Any

import yaml

CHECKOUT = pathlib.Path(__file__).resolve().parents[3]
# $1: the root file system, $2: a folder for what changes, $3: what is started before, then the command.
SETUP = """
set -eu
mkdir -p "$2/upper" "$2/work" "$2/root"
mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/root"
mount -t proc proc "$2/root/proc"
mount --rbind /dev "$2/root/dev"
mount -t tmpfs tmpfs "$2/root/run"
root="$2/root"
eval "$3"
shift 3
"$@"
"""
# dnf takes the age of process 1 for the time of the boot, and here each command would be a boot of its own.
BOOTED_EARLIER = """
mkdir -p "$root/run/first"
touch --date=2020-01-01 "$root/run/first"
mount --bind "$root/run/first" "$root/proc/1"
"""
# Without systemd, in a network of its own.
FIREWALLD = """
mount -t sysfs sysfs "$root/sys"
ip link set lo up
ip link add virbr1 type bridge
mkdir -p "$root/run/dbus"
chroot "$root" dbus-daemon --system --fork >&2
chroot "$root" firewalld --nofork --nopid >&2 &
trap "kill $!" EXIT
for second in $(seq 60); do chroot "$root" firewall-cmd --state >/dev/null 2>&1 && break || sleep 1; done
chroot "$root" firewall-cmd --state >&2
"""


class Played:
    """How a play ended."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.text = done.stdout + done.stderr
        self.words = " ".join(self.text.replace("\\n", " ").split())
        self.failed = done.returncode != 0
        counts = re.search(r"ok=\d+ +changed=(\d+)", self.text)
        assert counts, self.text
        self.changed = int(counts[1])


class Node:
    """A host named node1 whose root file system is ROOT, with its changes in FOLDER."""

    def __init__(self, root: pathlib.Path, folder: pathlib.Path, beside: str = "") -> None:
        """BESIDE: commands that start what runs beside each command and play."""
        self._root, self._folder, self._beside = root, folder, beside

    def write(self, path: str, text: str) -> None:
        """Write a file on the host."""
        file = self._folder / "upper" / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def take(self, path: pathlib.Path, place: str) -> None:
        """Copy the folder PATH to PLACE on the host."""
        shutil.copytree(path, self._folder / "upper" / place.lstrip("/"))

    def run(self, *argv: str) -> str:
        """What a command prints on the host."""
        script = ["chroot", str(self._folder / "root"), *argv]
        done = subprocess.run(self._inside(script), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def play(self, tasks: list[dict[str, Any]], *, check: bool = False, tags: str = "all", **variables: Any) -> Played:
        """Run TASKS on the host."""
        play = {"hosts": "node1", "gather_facts": False, "tasks": tasks}
        host = {
            "ansible_connection": "community.general.chroot",
            "ansible_host": str(self._folder / "root"),
            "ansible_python_interpreter": "/usr/bin/python3",
            **variables,
        }
        (self._folder / "play.yml").write_text(yaml.safe_dump([play]))
        (self._folder / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": {"node1": host}}}))
        program = pathlib.Path(sys.executable).with_name("ansible-playbook")
        inventory = ["--inventory", str(self._folder / "hosts.yml"), "--tags", tags]
        argv = [str(program), *inventory, *(["--check"] if check else []), str(self._folder / "play.yml")]
        settings = {"ANSIBLE_CONFIG": str(CHECKOUT / "ansible.cfg"), "ANSIBLE_NOCOLOR": "1", "LC_ALL": "C.UTF-8"}
        return Played(
            subprocess.run(
                self._inside(argv),
                cwd=CHECKOUT,
                env={**os.environ, **settings},
                capture_output=True,
                text=True,
                check=False,
            )
        )

    def _inside(self, argv: list[str]) -> list[str]:
        """ARGV where the host's root file system is put together; the mounts end with it."""
        own = ["unshare", "--mount", "--uts", *(["--net", "--pid", "--fork", "--kill-child"] if self._beside else [])]
        return [*own, "sh", "-c", SETUP, "sh", str(self._root), str(self._folder), self._beside, *argv]
