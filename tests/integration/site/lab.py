# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A running lab as the tests see it: its machines over SSH, its playbooks, and the cluster's state as data."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import json
import os
import pathlib
import re
import subprocess
import time
import typing as t
from xml.etree import ElementTree

import psutil

CHECKOUT = pathlib.Path(__file__).resolve().parents[3]
CLUSTER_URL = "http://192.168.178.190/"
GROUP = ("cluster-ip", "cluster-data", "lighttpd")
PROBE_INTERVAL = 0.05  # seconds: 20 Hz


def kill(process: subprocess.Popen[str]) -> None:
    """Kill an `ansible-playbook` with all its processes. Its workers are in sessions of their own."""
    parent = psutil.Process(process.pid)
    parent.suspend()  # so that it starts no more of them
    for each in (*parent.children(recursive=True), parent):
        with contextlib.suppress(psutil.NoSuchProcess):
            each.kill()
    if process.stdout:
        process.stdout.read()
    process.wait()


@dataclasses.dataclass(frozen=True)
class PlaybookRun:
    """What an `ansible-playbook` did: its exit code, all it printed, and the counters of the recap by host."""

    code: int
    output: str

    @property
    def recap(self) -> dict[str, dict[str, int]]:
        lines = re.findall(r"^(\S+)\s+: (ok=.*)$", self.output, flags=re.MULTILINE)
        return {
            host: {key: int(value) for key, value in re.findall(r"(\w+)=(\d+)", counters)} for host, counters in lines
        }

    @property
    def changed(self) -> int:
        return sum(counters["changed"] for counters in self.recap.values())

    @property
    def changes(self) -> set[tuple[str, str]]:
        """Which role has changed which host."""
        found, role = set(), ""
        for line in self.output.splitlines():
            if task := re.match(r"TASK \[quorate\.ha_cluster\.(\w+) : ", line):
                role = task[1]
            elif host := re.match(r"changed: \[([^] ]+)", line):
                found.add((role, host[1]))
        return found

    def __str__(self) -> str:
        return f"exit code {self.code}\n{self.output[-6000:]}"


@dataclasses.dataclass(frozen=True)
class Cluster:
    """The cluster as one of its nodes sees it (`crm_mon --output-as=xml`)."""

    document: ElementTree.Element

    @property
    def online(self) -> set[str]:
        return {
            node.get("name", "")
            for node in self.document.findall("./nodes/node")
            if node.get("online") == "true" and node.get("pending") == "false" and node.get("unclean") == "false"
        }

    @property
    def standby(self) -> set[str]:
        return {node.get("name", "") for node in self.document.findall("./nodes/node") if node.get("standby") == "true"}

    def where(self, resource: str) -> set[str]:
        """The nodes on which RESOURCE is started."""
        found = self.document.findall(f"./resources//resource[@id='{resource}']")
        return {
            node.get("name", "") for entry in found if entry.get("role") == "Started" for node in entry.findall("node")
        }

    @property
    def active(self) -> str:
        """The one node that runs all members of the group."""
        places = [self.where(member) for member in GROUP]
        assert all(place == places[0] and len(place) == 1 for place in places), f"group not on one node: {places}"
        return next(iter(places[0]))

    @property
    def failures(self) -> list[dict[str, str]]:
        return [dict(failure.attrib) for failure in self.document.findall("./failures/failure")]


def documented(fragment: str, page: str = "README.md") -> str:
    """The one command on PAGE that holds FRAGMENT, as a reader would type it. Fails when there is none, or two."""
    blocks = re.findall(r"^```sh\n(.*?)^```", (CHECKOUT / page).read_text(), flags=re.MULTILINE | re.DOTALL)
    lines = [line.partition("  #")[0].rstrip() for block in blocks for line in block.splitlines()]
    found = [line for line in lines if fragment == line] or [line for line in lines if fragment in line]
    assert len(found) == 1, f"{page} has {len(found)} commands with {fragment!r}: {found}"
    return found[0]


def _utc(text: str) -> datetime.datetime:
    """The time that TEXT names, in UTC and whole seconds; the end of time if it names none, as what is pending."""
    found = re.match(r"(\d+-\d+-\d+) (\d+:\d+:\d+)", text)
    return datetime.datetime.fromisoformat(" ".join(found.groups())) if found else datetime.datetime.max


def eventually(condition: t.Callable[[], bool], *, timeout: float = 60) -> bool:
    """Whether CONDITION comes true within TIMEOUT seconds."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.5)
    return True


def run(*argv: str) -> list[str]:
    """The lines that a command on this machine prints."""
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout.splitlines()


class Lab:
    """The lab of this name and release; `name` also names the folder it lives in.

    Another inventory is read after the lab's own and overrides it.
    """

    def __init__(self, name: str, release: str, inventory: pathlib.Path | None = None) -> None:
        self.name = name
        self.release = release
        self.directory = CHECKOUT / (".lab" if name == "lab" else f".lab-{name}")
        self.environment = {**os.environ, "LAB_NAME": name, "LAB_RELEASE": release, "ANSIBLE_NOCOLOR": "1"}
        self.nodes = ["node1", "node2", "node3"]
        sources = [CHECKOUT / "inventories/lab", inventory] if inventory else []
        self.inventory_arguments = [word for source in sources for word in ("--inventory", str(source))]
        self.url = CLUSTER_URL

    # Machines

    def ssh(self, host: str, command: str, *, check: bool = True, stdin: str = "", timeout: float = 120) -> str:
        """What COMMAND prints as root on HOST. Raises CalledProcessError when it fails and CHECK is true."""
        argv = ["ssh", "-F", str(self.directory / "ssh_config"), "-o", "ConnectTimeout=5", host, command]
        run = subprocess.run(argv, input=stdin, capture_output=True, text=True, timeout=timeout, check=False)
        if check and run.returncode != 0:
            raise AssertionError(f"{command!r} on {host} ended with {run.returncode}: {run.stdout}{run.stderr}")
        return run.stdout

    def reachable(self, host: str) -> bool:
        with contextlib.suppress(AssertionError, subprocess.TimeoutExpired):
            self.ssh(host, "true", timeout=10)
            return True
        return False

    def fetch(self, url: str = "") -> tuple[int, str]:
        """Status and body of URL, asked from the hypervisor on the public network; status 0 when nothing answers."""
        curl = "curl --globoff --noproxy '*' --silent --max-time 3 --write-out '\\n%{http_code}'"
        output = self.ssh("hypervisor", f"{curl} {url or self.url}", check=False)
        body, _newline, status = output.rpartition("\n")
        return int(status or 0), body

    # Playbooks

    def playbook_process(self, playbook: str, *arguments: str) -> subprocess.Popen[str]:
        """Start PLAYBOOK, a path in the checkout or a playbook of an installed collection, in a new process group.

        The caller reads its output.
        """
        path = CHECKOUT / playbook
        argv = ["ansible-playbook", *self.inventory_arguments, *arguments, str(path) if path.exists() else playbook]
        return subprocess.Popen(
            argv,
            cwd=CHECKOUT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def playbook(self, playbook: str, *arguments: str, **extra_vars: t.Any) -> PlaybookRun:
        """Run PLAYBOOK (a path in the checkout) to its end."""
        extra = ["--extra-vars", json.dumps(extra_vars)] if extra_vars else []
        process = self.playbook_process(playbook, *extra, *arguments)
        output, _errors = process.communicate()
        return PlaybookRun(process.returncode, output)

    def site(self, *arguments: str, **extra_vars: t.Any) -> PlaybookRun:
        return self.playbook("site.yml", *arguments, **extra_vars)

    def documented(
        self, fragment: str, page: str = "README.md", folder: pathlib.Path = CHECKOUT, **environment: str
    ) -> PlaybookRun:
        """Run the command on PAGE that holds FRAGMENT, on this lab, in FOLDER, with more variables of ENVIRONMENT."""
        command = documented(fragment, page)
        for said, meant in {
            ".lab/": f"{self.directory}/",
            "inventories/yours": str(CHECKOUT / "inventories/lab"),
        }.items():
            command = command.replace(said, meant)
        process = subprocess.run(
            ["bash", "-c", command],
            cwd=folder,
            env={
                **self.environment,
                "ANSIBLE_COLLECTIONS_PATH": str(CHECKOUT / ".venv/collections"),
                **environment,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return PlaybookRun(process.returncode, process.stdout)

    def up(self) -> None:
        run = self.playbook("playbooks/lab_up.yml")
        assert run.code == 0, run

    @contextlib.contextmanager
    def taken_down(self) -> t.Iterator[None]:
        """Take the lab down at the end, whatever happens, unless KEEP_LAB is set; and nothing is left of it."""
        try:
            yield
        finally:
            if not os.environ.get("KEEP_LAB"):
                self.down()
                deadline = time.monotonic() + 90  # kept-open SSH connections end by themselves
                while self.leftovers() and time.monotonic() < deadline:
                    time.sleep(1)
                assert self.leftovers() == {}

    def down(self) -> None:
        run = self.documented("make lab-down")
        assert run.code == 0, run

    def leftovers(self) -> dict[str, str]:
        """What a lab that was taken down has left on this machine; nothing, if all is well."""
        here = f"{self.directory}/"
        found = {
            "folder": str(self.directory) if self.directory.exists() else "",
            "loop devices": "\n".join(line for line in run("losetup", "--list", "--noheadings") if here in line),
            "mounts": "\n".join(line for line in pathlib.Path("/proc/mounts").read_text().splitlines() if here in line),
            "processes": "\n".join(line for line in run("ps", "-eo", "pid,args", "ww") if here in line),
            "network": "\n".join(line for line in run("ip", "-brief", "link") if line.startswith("node")),
            "namespaces": "\n".join(run("ip", "netns", "list")),
        }
        return {kind: what for kind, what in found.items() if what}

    # Cluster

    def cluster(self, node: str) -> Cluster:
        return Cluster(ElementTree.fromstring(self.ssh(node, "crm_mon --one-shot --output-as=xml")))

    def active_node(self, observer: str = "") -> str:
        """The one node that runs all members of the group."""
        return self.cluster(observer or self.first_reachable()).active

    def first_reachable(self) -> str:
        return next(node for node in self.nodes if self.reachable(node))

    def now(self, node: str) -> datetime.datetime:
        """The time on NODE in whole seconds, as the history of fencings tells it."""
        return _utc(self.ssh(node, "date --utc '+%F %T'").strip())

    def fencings(self, node: str, since: datetime.datetime | None = None) -> list[dict[str, str]]:
        """The fencing actions that the cluster remembers, newest first: all, or those completed after SINCE.

        A node that has just started learns the older ones late. So the new ones are told by their time, not by their
        number.
        """
        document = ElementTree.fromstring(self.ssh(node, "stonith_admin --history '*' --verbose --output-as=xml"))
        events = [dict(event.attrib) for event in document.iter("fence_event")]
        return [event for event in events if since is None or _utc(event.get("completed", "")) > since]

    def power_cycles(self) -> int:
        """How many domains fence_virtd has switched off and on again, as its journal on the hypervisor tells."""
        return self.ssh("hypervisor", "journalctl --unit fence_virtd.service --no-pager").count("Rebooting domain")

    def await_healthy(self, nodes: t.Iterable[str] | None = None, *, timeout: float = 120) -> Cluster:
        """Wait until NODES (default: all) are online, the group runs on one, fencing is started and nothing failed."""
        wanted = set(nodes or self.nodes)
        observer = sorted(wanted)[0]
        problem = "nothing was seen"
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            try:
                cluster = self.cluster(observer)
                assert cluster.online == wanted, f"online are {sorted(cluster.online)}"
                # Of a node that is lost and not yet fenced, Pacemaker still says that it runs the group.
                assert cluster.active in wanted, f"the group is still on {cluster.active}"
                assert cluster.where("fencing"), "fencing is not started"
                assert not cluster.failures, f"failures: {cluster.failures}"
                assert self.fetch()[0] == 200, f"the service on {cluster.active} does not answer"
                return cluster
            except (AssertionError, ElementTree.ParseError, subprocess.TimeoutExpired) as error:
                problem = str(error)
                time.sleep(1)
        raise AssertionError(f"not healthy after {timeout} s: {problem}")

    @contextlib.contextmanager
    def probed(self, what: str, url: str = "") -> t.Iterator[dict[str, t.Any]]:
        """Fetch URL from the hypervisor at 20 Hz while the block runs; then the yielded mapping holds the result."""
        self.ssh(
            "hypervisor", "cat > /run/prober.py", stdin=(CHECKOUT / "tests/integration/site/prober.py").read_text()
        )
        command = f"exec python3 /run/prober.py {url or self.url} {PROBE_INTERVAL}"
        argv = ["ssh", "-F", str(self.directory / "ssh_config"), "hypervisor", command]
        process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdout
        assert process.stdin
        assert process.stdout.readline() == "probing\n"
        result: dict[str, t.Any] = {}
        try:
            yield result
        finally:
            time.sleep(PROBE_INTERVAL * 4)
            process.stdin.close()
            result.update(json.loads(process.stdout.readline()))
            process.wait(timeout=30)
            longest = max((seconds for _start, seconds in result["outages"]), default=0.0)
            print(
                f"\n{what}: {result['failed']} of {result['requests']} requests failed, longest outage {longest:.2f} s"
            )
