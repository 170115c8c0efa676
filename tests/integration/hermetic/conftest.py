# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian releases with the real pcs and the real tools of Pacemaker, as directories in a cache, without a cluster.

Needs root and mmdebstrap. The first run makes the directories, which takes minutes; later ones find them.
Everything is mounted in namespaces of their own, so nothing is left behind, however a run ends.
"""

from __future__ import annotations

import datetime
import fcntl
import functools
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "quorate.ha_cluster"
ROOTS = CACHE / "hermetic"
RELEASES = tuple(os.environ.get("HERMETIC_RELEASES", "bookworm trixie").split())
MOVING = ("testing", "unstable")  # their packages change all the time
AGENTS = ("resource-agents", "fence-agents", "fence-virt")
COMMON = ("pcs", "pacemaker", "pacemaker-cli-utils", *AGENTS, "python3", "systemd")
WITH_INPUTS = (*COMMON, "pacemaker-cts")  # the last holds Pacemaker's own test inputs
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
    "trixie": WITH_INPUTS,
    "testing": WITH_INPUTS,
    "unstable": WITH_INPUTS,
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
    """The root file system of RELEASE, from the cache or new. Its name changes with what is in it.

    That of a release whose packages change is made again each week, of what the mirror has: its index may have expired.
    """
    options = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in WITHOUT]
    options.append(f"--include={','.join(PACKAGES[release])}")
    if release in MOVING:
        options.append('--aptopt=Acquire::Check-Valid-Until "false"')
    week = f"{datetime.date.today():-%G-%V}" if release in MOVING else ""
    root = ROOTS / f"{release}-{hashlib.sha256(' '.join(options).encode()).hexdigest()[:12]}{week}"
    ROOTS.mkdir(parents=True, exist_ok=True)
    with open(ROOTS / f"{release}.lock", "w") as lock:  # another run may be making it
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.is_dir():
            # A run that was killed leaves a directory that mmdebstrap refuses, and perhaps processes that write to it.
            for left in ROOTS.glob(f"{release}.new*"):
                shutil.rmtree(left, ignore_errors=True)
            new = pathlib.Path(tempfile.mkdtemp(prefix=f"{release}.new-", dir=ROOTS))
            new.chmod(0o755)
            suite = release.partition("-")[0]
            make = ["mmdebstrap", "--quiet", "--variant=minbase", *options, suite, str(new)]
            # What it mounts vanishes with it.
            subprocess.run(["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", *make], check=True)
            for outdated in ROOTS.glob(f"{release}-*-*") if week else ():
                shutil.rmtree(outdated)
            new.rename(root)
    return root


# A CIB whose options have a line break, and a special character of XML that follows a letter which isn't ASCII.
ODD_VALUES = (
    '<cib validate-with="pacemaker-3.7" crm_feature_set="3.16.1" admin_epoch="0" epoch="1" num_updates="0">'
    '<configuration><crm_config/><nodes/><resources><primitive id="d" class="ocf" provider="pacemaker" type="Dummy">'
    '<instance_attributes id="d-i"><nvpair id="break" name="fake" value="one&#10;two"/>'
    '<nvpair id="special" name="state" value="ä&amp;b"/></instance_attributes></primitive></resources><constraints/>'
    "</configuration><status/></cib>"
)
RULE = ("constraint", "location", "d", "rule", "score=5", "#uname", "eq", "n1")


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

    # --- what the release can do, by Pacemaker and pcs themselves ---

    @functools.cached_property
    def pacemaker(self) -> tuple[int, ...]:
        """Pacemaker's version, such as (2, 1, 5)."""
        said = self.command("crm_mon", "--version")["stdout"]
        found = re.match(r"Pacemaker (\d+)\.(\d+)\.(\d+)", said)
        assert found, said
        return tuple(int(part) for part in found.groups())

    @functools.cached_property
    def schemas(self) -> tuple[str, ...]:
        """The schemas of CIBs that Pacemaker knows, from pacemaker-3.0 to its newest."""
        files = self.command("find", "/usr/share/pacemaker", "-name", "pacemaker-*.rng")["stdout"].split()
        numbers = [re.fullmatch(r"pacemaker-(\d+)\.(\d+)", pathlib.Path(file).stem) for file in files]
        known = sorted((int(number[1]), int(number[2])) for number in numbers if number)
        return tuple(f"pacemaker-{major}.{minor}" for major, minor in known if major >= 3)

    @property
    def has_schema_4(self) -> bool:
        """Whether Pacemaker knows a schema without what was deprecated for long."""
        return not self.schemas[-1].startswith("pacemaker-3.")

    @functools.cached_property
    def inputs_of_pacemaker(self) -> int:
        """How many CIBs of Pacemaker's own tests the release has."""
        return len(self.command("find", "/usr/share/pacemaker/tests", "-name", "*.xml")["stdout"].split())

    @property
    def keeps_line_breaks(self) -> bool:
        """Whether Pacemaker writes a line break in a value so that it is read as one."""
        return "\n" in self._value_after_writing("break")

    @property
    def keeps_special_characters(self) -> bool:
        """Whether Pacemaker writes a special character that follows a letter which isn't ASCII."""
        return self._value_after_writing("special") == "ä&b"

    def _value_after_writing(self, name: str) -> str:
        self.write("/tmp/odd.xml", ODD_VALUES)
        written = self.command("env", "CIB_file=/tmp/odd.xml", "cibadmin", "--query")["stdout"]
        found = ElementTree.fromstring(written).find(f".//nvpair[@id='{name}']")
        assert found is not None, written
        return found.get("value", "")

    @functools.cached_property
    def upgrades_for_rules(self) -> bool:
        """Whether pcs changes the CIB to a newer schema when it adds a rule."""
        self.write("/tmp/rule.xml", ODD_VALUES)
        done = self.command("pcs", "-f", "/tmp/rule.xml", *RULE)
        assert done["rc"] == 0, done["stderr"]
        return 'validate-with="pacemaker-3.7"' not in self.read("/tmp/rule.xml")

    @functools.cached_property
    def finds_class_of_agents(self) -> bool:
        """Whether pcs makes a resource of an agent without its class."""
        self.write("/tmp/class.xml", ODD_VALUES)
        created = self.command("pcs", "-f", "/tmp/class.xml", "resource", "create", "--force", "other", "Dummy")
        assert (created["rc"] == 0) or "try specifying its full name" in created["stderr"], created["stderr"]
        return bool(created["rc"] == 0)

    def close(self) -> None:
        """End the release's process, and with it its mounts."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)


@pytest.fixture(scope="session", params=RELEASES)
def guest(request: pytest.FixtureRequest) -> Iterator[Guest]:
    """Each release in turn."""
    if os.geteuid() != 0:
        pytest.fail("Run these tests as root: they make a root file system and mount it.")
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
