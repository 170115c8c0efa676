# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Root file systems as hosts that ansible-playbook manages, without services. What changes in them is kept apart."""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

CHECKOUT = pathlib.Path(__file__).resolve().parents[3]
# $1: what is started beside, $2: the number of hosts. For each host its root file system, and a folder for what changes
# in it. Then the command.
SETUP = """
set -eu
beside=$1 hosts=$2
shift 2
while [ "$hosts" -gt 0 ]; do
  root=$2/root
  mkdir -p "$2/upper" "$2/work" "$root"
  mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$root"
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  mount -t tmpfs tmpfs "$root/run"
  eval "$beside"
  shift 2
  hosts=$((hosts - 1))
done
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
TASK = re.compile(r"TASK \[(?:quorate\.ha_cluster\.(\w+) : )?(.*)\] \*+$")
RESULT = re.compile(r"(ok|changed|fatal|failed): \[(\S+?)\](: FAILED!)?")
RECAP = re.compile(r"^(\S+) +: ok=\d+ +changed=(\d+) +unreachable=(\d+) +failed=(\d+)", re.MULTILINE)


class Played:
    """The end of a run of ansible-playbook."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.text = done.stdout + done.stderr
        self.words = _words(self.text)
        self.failed = done.returncode != 0
        recap = RECAP.findall(self.text)
        assert recap, self.text
        self.failures = {host for host, _changed, unreachable, failed in recap if unreachable != "0" or failed != "0"}
        self.changed = sum(int(changed) for _host, changed, _unreachable, _failed in recap)
        self.changes: set[tuple[str, str]] = set()
        """Each role that has changed something, and the host; a task outside of roles counts for the role ""."""
        self._said: dict[str, list[str]] = {}
        self._read(self.text.splitlines())

    def said(self, host: str, role: str | None = None) -> str:
        """All results of tasks on HOST, in one line: of all tasks, or of those of ROLE."""
        return _words("\n".join(self._said.get(f"{role}@{host}" if role is not None else host, ())))

    def _read(self, lines: Sequence[str]) -> None:
        role = host = ""
        for line in lines:
            task, result = TASK.match(line), RESULT.match(line)
            if task or line.startswith(("PLAY ", "included: ", "skipping: ", "RUNNING HANDLER ")):
                host = ""
            if task:
                role = task[1] or ""
            if result:
                host = result[2]
                if result[1] == "changed":
                    self.changes.add((role, host))
            if host:
                self._said.setdefault(host, []).append(line)
                self._said.setdefault(f"{role}@{host}", []).append(line)


def _words(text: str) -> str:
    """TEXT in one line, without the marks by which YAML writes strings of several lines and quotes in quotes."""
    return " ".join(text.replace("\\n", " ").replace("''", "'").split())


class Node:
    """A host named node1 whose root file system is ROOT, with its changes in FOLDER."""

    def __init__(self, root: pathlib.Path, folder: pathlib.Path, beside: str = "") -> None:
        """BESIDE: commands that start what runs beside each command and play."""
        self.root, self.folder, self.beside = root, folder, beside

    def write(self, path: str, text: str) -> None:
        """Write a file on the host."""
        file = self.folder / "upper" / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def take(self, path: pathlib.Path, place: str) -> None:
        """Copy the folder PATH to PLACE on the host."""
        shutil.copytree(path, self.folder / "upper" / place.lstrip("/"))

    def run(self, *argv: str) -> str:
        """What a command prints on the host."""
        script = ["chroot", str(self.folder / "root"), *argv]
        done = subprocess.run(inside([self], script), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def play(self, tasks: list[dict[str, Any]], *, check: bool = False, tags: str = "all", **variables: Any) -> Played:
        """Run TASKS on the host."""
        return play({"node1": self}, [{"tasks": tasks}], check=check, tags=tags, variables={"node1": variables})


def play(
    hosts: Mapping[str, Node],
    plays: Sequence[Mapping[str, Any]],
    *,
    check: bool = False,
    tags: str = "all",
    variables: Mapping[str, Mapping[str, Any]] | None = None,
) -> Played:
    """Run PLAYS on HOSTS, by default each on all of them, at once. VARIABLES are those of each host."""
    first = next(iter(hosts.values()))
    entries = {
        name: {
            "ansible_connection": "community.general.chroot",
            "ansible_host": str(node.folder / "root"),
            "ansible_python_interpreter": "/usr/bin/python3",
            **(variables or {}).get(name, {}),
        }
        for name, node in hosts.items()
    }
    written = [{"hosts": "all", "gather_facts": False, **entry} for entry in plays]
    (first.folder / "play.yml").write_text(yaml.safe_dump(written))
    (first.folder / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": entries}}))
    program = pathlib.Path(sys.executable).with_name("ansible-playbook")
    inventory = ["--inventory", str(first.folder / "hosts.yml"), "--tags", tags]
    argv = [str(program), *inventory, *(["--check"] if check else []), str(first.folder / "play.yml")]
    settings = {"ANSIBLE_CONFIG": str(CHECKOUT / "ansible.cfg"), "ANSIBLE_NOCOLOR": "1", "LC_ALL": "C.UTF-8"}
    return Played(
        subprocess.run(
            inside(list(hosts.values()), argv),
            cwd=CHECKOUT,
            env={**os.environ, **settings},
            capture_output=True,
            text=True,
            check=False,
        )
    )


def inside(nodes: Sequence[Node], argv: Sequence[str]) -> list[str]:
    """ARGV where the root file systems of NODES are put together; the mounts end with it."""
    beside = nodes[0].beside
    own = ["unshare", "--mount", "--uts", *(["--net", "--pid", "--fork", "--kill-child"] if beside else [])]
    places = [str(path) for node in nodes for path in (node.root, node.folder)]
    return [*own, "sh", "-c", SETUP, "sh", beside, str(len(nodes)), *places, *argv]
