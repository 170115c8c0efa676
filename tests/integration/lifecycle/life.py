# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A lab with a spare machine, and what the tests of a cluster's life look at."""

from __future__ import annotations

import contextlib
import json
import pathlib
import subprocess
import tempfile
import typing as t
import xml.etree.ElementTree as ET

import yaml
from lab import CHECKOUT, Lab, PlaybookRun, documented, kill

PAGE = "docs/operations.md"
SPARE = "node4"
SPARE_ADDRESSES = {"public": "192.168.178.184", "cluster": "192.168.181.74", "management": "192.168.180.184"}
SPARE_DOMAIN = "0c6f3c1e-5c52-4f2e-9a52-8f4cf7a1f4d4"
# The machine that stands by may go.
LEFT = "journalctl --unit corosync --no-pager | grep 'Members.* left: ' | grep --count --invert-match ' left: {spare}$'"


# On a node, until standard input ends: append a line to a file, have it on the disk, and only then say so; wait while
# the file is not there.
WRITER = """
import os, select, sys
path, name, number = sys.argv[1], sys.argv[2], 0
while not select.select([sys.stdin], [], [], 0.05)[0]:
    try:
        opened = os.open(path, os.O_WRONLY | os.O_APPEND)
        try:
            os.write(opened, f"{name} {number}\\n".encode())
            os.fsync(opened)
        finally:
            os.close(opened)
    except OSError:
        continue
    print(name, number, flush=True)
    number += 1
"""
WRITTEN = "/var/www/mirror/written"

# Two commands for node1: the cluster is at work for minutes, and it is at rest again.
WORK = (
    "{ pcs resource create slow ocf:heartbeat:Delay startdelay=1800 stopdelay=0 mondelay=0 op start timeout=1900s"
    " --disabled && pcs constraint location slow prefers node1 && pcs resource enable slow; } > /dev/null 2>&1"
    " && sleep 3"
)
REST = (
    "pcs resource disable slow; pkill -f '[s]leep 1800'; crm_resource --wait; pcs resource delete slow;"
    " crm_resource --cleanup; crm_resource --wait"
)


class LifeLab(Lab):
    """Three nodes make a cluster; a fourth machine stands by, blank."""

    def __init__(self, name: str, release: str, folder: pathlib.Path) -> None:
        super().__init__(name, release)
        self.folder = folder
        self.machines = [*self.nodes, SPARE]

    def which(self) -> dict[str, str]:
        """The variables of this lab in the lab's inventory; its name is in the environment of its runs."""
        argv = [str(CHECKOUT / "inventories/lab/which_lab.py")]
        done = subprocess.run(argv, env=self.environment, capture_output=True, text=True, check=True)
        variables: dict[str, str] = json.loads(done.stdout)["all"]["vars"]
        return variables

    def settings(self) -> dict[str, t.Any]:
        """The variables of the lab's inventory."""
        settings: dict[str, t.Any] = {}
        for path in sorted((CHECKOUT / "inventories/lab/group_vars/all").glob("*.yml")):
            settings.update(yaml.safe_load(path.read_text()))
        return settings

    def inventory(self, *nodes: str, hosts: t.Iterable[str] = (), **variables: t.Any) -> pathlib.Path:
        """An inventory like the lab's: NODES make the cluster, HOSTS are known as well, VARIABLES are set."""
        settings = self.settings()
        addresses = {**settings["ha_nodes"], SPARE: SPARE_ADDRESSES}
        domains = {**settings["ha_fence_virt_domains"], SPARE: SPARE_DOMAIN}
        settings["ha_nodes"] = {node: addresses[node] for node in nodes}
        settings["ha_fence_virt_domains"] = {node: domains[node] for node in nodes}
        settings.update(self.which())
        settings["ha_lab_nodes"], settings["ha_lab_domains"] = addresses, domains
        settings.update(variables)
        target = self.folder / f"inventory-{len(list(self.folder.iterdir()))}"
        (target / "group_vars/all").mkdir(parents=True)
        (target / "group_vars/all/all.yml").write_text(yaml.safe_dump(settings, sort_keys=False))
        groups: dict[str, t.Any] = yaml.safe_load((CHECKOUT / "inventories/lab/hosts.yml").read_text())
        groups["cluster"]["hosts"] = dict.fromkeys([*nodes, *hosts])
        (target / "hosts.yml").write_text(yaml.safe_dump(groups))
        return target

    def up(self) -> None:
        run = self.playbook("playbooks/lab_up.yml", "--inventory", str(self.inventory(*self.machines)))
        assert run.code == 0, run

    def is_built(self) -> bool:
        """Whether the lab runs, with a cluster that serves."""
        with contextlib.suppress(AssertionError, subprocess.TimeoutExpired):
            self.await_healthy(timeout=1)
            return True
        return False

    def operate(self, fragment: str, *more: str, inventory: pathlib.Path | None = None) -> PlaybookRun:
        """Run the command of docs/operations.md that ends in FRAGMENT, with MORE arguments."""
        command = documented(f"ansible-playbook -i inventories/yours playbooks/{fragment}", PAGE).replace(
            "inventories/yours", str(inventory or CHECKOUT / "inventories/lab")
        )
        process = self.playbook_process(command.split()[3], *command.split()[1:3], *command.split()[4:], *more)
        output, _errors = process.communicate()
        return PlaybookRun(process.returncode, output)

    def kill_in(self, task: str, playbook: str, *arguments: str) -> str:
        """Run PLAYBOOK and kill it, with all its processes, as soon as it begins TASK. Returns what it has printed."""
        process = self.playbook_process(playbook, *arguments)
        assert process.stdout
        printed = []
        for line in process.stdout:
            printed.append(line)
            if line.startswith("TASK [") and line.partition("[")[2].partition("]")[0].endswith(task):
                break
        else:
            raise AssertionError(f"{playbook} has no task {task!r}: {''.join(printed)}")
        kill(process)
        return "".join(printed)

    def departures(self, nodes: t.Iterable[str]) -> dict[str, int]:
        """How often each of NODES has seen a member leave, other than the machine that stands by, which comes last."""
        return {node: int(self.ssh(node, LEFT.format(spare=len(self.machines)), check=False)) for node in nodes}

    @contextlib.contextmanager
    def probed(self, what: str, url: str = "") -> t.Iterator[dict[str, t.Any]]:
        """As of every lab; in addition, the node that has the shared file system writes to it. No write is lost."""
        self.ssh(self.active_node(), f": > {WRITTEN} && sync {WRITTEN}")
        config, folder = str(self.directory / "ssh_config"), pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        writers = []
        for node in filter(self.reachable, self.machines):
            self.ssh(node, "cat > /run/writer.py", stdin=WRITER)
            with (folder / node).open("wb") as acknowledged:
                argv = ["ssh", "-F", config, node, f"exec python3 /run/writer.py {WRITTEN} {node}"]
                writers.append(subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=acknowledged))
        try:
            with super().probed(what, url) as result:
                yield result
        finally:
            for writer in writers:
                writer.communicate(timeout=60)
        # the last line of a node that was lost may be half of one
        promised = {line for path in folder.iterdir() for line in path.read_text().rpartition("\n")[0].splitlines()}
        found = set(self.ssh(self.active_node(), f"cat {WRITTEN} && rm {WRITTEN}").splitlines())
        print(f"{what}: {len(promised)} writes, {len(promised - found)} lost")
        assert promised, "nothing was written"
        assert sorted(promised - found) == []

    @contextlib.contextmanager
    def undisturbed(self, what: str) -> t.Iterator[None]:
        """Fail when, while the block runs, a request fails, a node loses sight of another, or a node is fenced."""
        before, cycles = self.departures(self.nodes), self.power_cycles()
        with self.probed(what) as probe:
            yield
        assert probe["failed"] == 0, probe
        assert self.departures(self.nodes) == before
        assert self.power_cycles() == cycles

    def lose_tokens(self, *nodes: str) -> None:
        """Take pcs's tokens off NODES; their pcsd goes on accepting those of others."""
        for node in nodes or self.nodes:
            self.ssh(node, "rm -f /var/lib/pcsd/known-hosts")

    def authenticated(self, nodes: t.Iterable[str]) -> bool:
        """Whether pcs on each of NODES reaches the pcsd of all."""
        said = [self.ssh(node, "LC_ALL=C pcs status pcsd", check=False) for node in nodes]
        return all(text.count("Online") == len(said) for text in said)

    def dc(self, node: str = "node1") -> str:
        """The node whose controller is the DC, as NODE sees it."""
        monitor = ET.fromstring(self.ssh(node, "crm_mon --one-shot --output-as=xml"))
        found = monitor.find("./summary/current_dc")
        assert found is not None
        return found.get("name", "")

    def leftovers_of(self, node: str, addresses: t.Mapping[str, str], domain: str) -> dict[str, str]:
        """Where the cluster still knows of NODE."""
        words = "|".join(
            [rf"\b{node}\b", *(address.replace(".", r"\.") + r"\b" for address in addresses.values()), domain]
        )
        command = (
            f"cibadmin --query > /run/cib.xml; pcs stonith history > /run/history; iptables-save > /run/iptables;"
            f" grep -rlE '{words}' /run/cib.xml /run/history /run/iptables /etc/corosync/corosync.conf /etc/hosts"
            " /etc/cluster /etc/iptables /var/lib/pcsd/known-hosts /etc/fence_virt.conf"
        )
        found = {host: self.ssh(host, command, check=False) for host in [*self.first_members(node), "hypervisor"]}
        return {host: files for host, files in found.items() if files}

    def first_members(self, without: str) -> list[str]:
        return [machine for machine in self.machines if machine != without and self.reachable(machine)]
