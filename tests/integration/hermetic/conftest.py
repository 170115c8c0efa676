# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian releases with the real pcs and the real tools of Pacemaker, as directories in a cache, without a cluster.

Needs root and mmdebstrap. The first run makes the directories, which takes minutes; later ones find them.
Everything is mounted in namespaces of their own, so nothing is left behind, however a run ends.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from typing import Any

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "quorate.ha_cluster"
ROOTS = CACHE / "hermetic"
RELEASES = ("bookworm", "trixie")
AGENTS = ("resource-agents", "fence-agents", "fence-virt")
COMMON = ("pcs", "pacemaker", "pacemaker-cli-utils", *AGENTS, "python3", "systemd")
RPM = (
    "python3",
    "rpm",
    "dnf",
    "createrepo-c",
    "dnf-plugins-core",
    "lvm2",
    "needrestart",
    "firewalld",
    "dbus",
    "netbase",
    "iproute2",
)
PACKAGES = {
    "bookworm": COMMON,
    "trixie": (*COMMON, "pacemaker-cts"),  # the last holds Pacemaker's own test inputs
    "bookworm-rpm": RPM,  # what other distributions work with, as far as Debian has it
}
WITHOUT = ("man", "doc", "locale")
SETUP = """
set -e
mount -t tmpfs tmpfs "$1/run"
mount -t tmpfs tmpfs "$1/tmp"
mount -t proc proc "$1/proc"
mkdir -p "$1/run/ansible/ansible" "$1/run/collections/ansible_collections/quorate/ha_cluster"
mount --bind "$2/ansible" "$1/run/ansible/ansible"
mount --bind "$3" "$1/run/collections/ansible_collections/quorate/ha_cluster"
mount --bind "$3/tests/integration/hermetic/sitecustomize.py" "$1"/etc/python3.*/sitecustomize.py
export PYTHONPATH=/run/ansible:/run/collections PYTHONDONTWRITEBYTECODE=1 PATH=/usr/sbin:/usr/bin:/sbin:/bin
exec chroot "$1" python3 /run/collections/ansible_collections/quorate/ha_cluster/tests/integration/hermetic/guest.py
"""


def make_root(release: str) -> pathlib.Path:
    """The root file system of RELEASE, from the cache or new. Its name changes with what is in it."""
    options = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in WITHOUT]
    options.append(f"--include={','.join(PACKAGES[release])}")
    root = ROOTS / f"{release}-{hashlib.sha256(' '.join(options).encode()).hexdigest()[:12]}"
    ROOTS.mkdir(parents=True, exist_ok=True)
    with open(ROOTS / f"{release}.lock", "w") as lock:  # another run may be making it
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.is_dir():
            new = ROOTS / f"{release}.new"
            shutil.rmtree(new, ignore_errors=True)
            suite = release.partition("-")[0]
            subprocess.run(["mmdebstrap", "--quiet", "--variant=minbase", *options, suite, str(new)], check=True)
            new.rename(root)
    return root


class Guest:
    """A release in which modules are run."""

    def __init__(self, release: str) -> None:
        self.release = release
        self.number = 0
        self.say: Callable[[str], None] = lambda _text: None
        """Called with a line of text while a function takes long."""
        packages = sysconfig.get_paths()["purelib"]
        arguments = [str(make_root(release)), packages, str(REPOSITORY)]
        self._process = subprocess.Popen(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", SETUP, "setup", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        while True:
            answer: dict[str, Any] = json.loads(self._process.stdout.readline())
            if "progress" not in answer:
                return answer
            self.say(answer["progress"])

    def module(
        self, name: str, /, *, check: bool = False, environment: dict[str, str] | None = None, **args: Any
    ) -> dict[str, Any]:
        """The result of the module NAME."""
        return self._ask({"module": name, "args": args, "check": check, "environment": environment or {}})

    def command(self, *argv: str) -> dict[str, Any]:
        """How a command ends in the release."""
        return self._ask({"command": list(argv)})

    def call(self, function: str, **args: Any) -> Any:
        """What FUNCTION, `module.name` of a file beside this one, returns when it is called in the release."""
        return self._ask({"function": function, "args": args})["returned"]

    def write(self, path: str, text: str) -> None:
        """Write a file in the release."""
        self._ask({"write": path, "text": text})

    def read(self, path: str) -> str:
        """The text of a file in the release."""
        return str(self.command("cat", path)["stdout"])

    def close(self) -> None:
        """End the release's process, and with it its mounts."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)


@pytest.fixture(scope="session", params=RELEASES)
def guest(request: pytest.FixtureRequest) -> Iterator[Guest]:
    """Each release in turn."""
    if os.geteuid() != 0:
        pytest.skip("needs root to make a root file system")
    guest = Guest(request.param)
    yield guest
    guest.close()


@pytest.fixture
def progress(guest: Guest, capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Shows how far a long test is, on standard error."""

    def say(text: str) -> None:
        with capsys.disabled():
            print(f"\n{guest.release}, {text}", end="", file=sys.stderr, flush=True)

    before, guest.say = guest.say, say
    yield
    guest.say = before


@pytest.fixture
def cib(guest: Guest) -> str:
    """The path of a CIB file that doesn't exist yet."""
    guest.number += 1
    return f"/tmp/cib-{guest.number}.xml"
