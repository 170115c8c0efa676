# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The machines of a distribution: containers of podman, or virtual machines that this host can fence."""

from __future__ import annotations

import importlib.metadata
import json
import os
import pathlib
import re
import shlex
import subprocess
import typing as t

import yaml
from lab import CHECKOUT, Cluster, Lab, PlaybookRun, eventually
from results import UNKNOWN

# A container has its host's kernel, whose modules are no package of the container's distribution.
NO_KERNEL_PACKAGES = {"__iptables_kernel_packages": []}
QUESTIONS = {"pcs": "pcs --version", "pacemaker": "pacemakerd --version", "corosync": "corosync -v"}
VERSION = re.compile(r"\d+(?:\.\d+)+[\w.~+-]*")


def version(said: str) -> str:
    """The first version in what a program SAID about itself."""
    found = VERSION.search(said)
    return found[0] if found else UNKNOWN


def facts(said: str) -> dict[str, str]:
    """Distribution and Python, from what `ansible --module-name setup` SAID."""
    _host, _arrow, text = said.partition("=> ")
    try:
        found = json.loads(text)["ansible_facts"]
    except (json.JSONDecodeError, KeyError, TypeError):
        return {}
    python = found.get("ansible_python", {}).get("version", {})
    return {
        "distribution": f"{found['ansible_distribution']} {found['ansible_distribution_version']}",
        "python": f"{python['major']}.{python['minor']}" if python else UNKNOWN,
    }


def interfaces(said: str, addresses: t.Iterable[str]) -> str:
    """The names of the interfaces, from what `ip -json address` SAID: that of Vagrant, then those with ADDRESSES."""
    by_address = {
        entry["local"]: interface["ifname"] for interface in json.loads(said) for entry in interface["addr_info"]
    }
    own = [by_address[address] for address in addresses]
    (first, *_others) = (name for name in by_address.values() if name != "lo" and name not in own)
    return " ".join([first, *own])


class Machines(Lab):
    """Three nodes, and who looks at their service from outside."""

    kind = ""
    image = ""
    extra_vars: t.ClassVar[dict[str, t.Any]] = {}

    def collection(self, name: str, *arguments: str) -> PlaybookRun:
        """Run the playbook NAME of the collection, by its name, as a user does."""
        run = self.playbook(f"quorate.ha_cluster.{name}", *arguments, **self.extra_vars)
        print(f"\n{name} {' '.join(arguments)}: {run}")
        return run

    def works(self) -> bool:
        """Whether all nodes are online, the group runs on one of them, nothing failed, and the service answers."""
        try:
            cluster = self.cluster(self.first_reachable())
            return (
                cluster.online == set(self.nodes)
                and cluster.active in self.nodes
                and not cluster.failures
                and self.fetch()[0] == 200
            )
        except (AssertionError, StopIteration, subprocess.TimeoutExpired):
            return False

    def await_works(self, timeout: float = 180) -> Cluster:
        assert eventually(self.works, timeout=timeout), self.ssh(self.nodes[0], "crm_mon --one-shot", check=False)
        return self.cluster(self.first_reachable())

    def about(self) -> dict[str, str]:
        """What the first node is and has, as far as it says so."""
        command = ["ansible", *self.inventory_arguments, self.nodes[0], "--module-name=ansible.builtin.setup"]
        run = subprocess.run(
            [*command, "--args=gather_subset=!all,!min,distribution,python"],
            cwd=CHECKOUT,
            env={**self.environment, "ANSIBLE_CALLBACK_RESULT_FORMAT": "json"},
            capture_output=True,
            text=True,
            check=False,
        )
        found = {"ansible_core": importlib.metadata.version("ansible-core"), **facts(run.stdout)}
        for name, question in QUESTIONS.items():
            try:
                found[name] = version(self.ssh(self.nodes[0], question, check=False))
            except subprocess.TimeoutExpired:
                found[name] = UNKNOWN
        return found


class Containers(Machines):
    """molecule/podman/README.md says how these are made. They have no power switch."""

    kind = "containers"
    extra_vars: t.ClassVar[dict[str, t.Any]] = NO_KERNEL_PACKAGES

    def __init__(self) -> None:
        release = os.environ.get("LAB_RELEASE") or "bookworm"
        super().__init__(os.environ.get("LAB_NAME", "podman"), release, CHECKOUT / "inventories" / "podman")
        self.image = os.environ.get("PODMAN_BASE") or f"docker.io/library/debian:{release}"

    def up(self) -> None:
        run = self.playbook("molecule/podman/create.yml")
        assert run.code == 0, run

    def down(self) -> None:
        run = self.playbook("molecule/podman/destroy.yml")
        assert run.code == 0, run


class VirtualMachines(Machines):
    """inventories/vagrant/README.md says how these are made. This host is their hypervisor."""

    kind = "virtual machines"
    folder = CHECKOUT / "inventories" / "vagrant"

    def __init__(self) -> None:
        super().__init__("vagrant", "")
        self.inventory_arguments = ["--inventory", str(self.folder / "hosts.yml")]
        self.image = os.environ.get("VAGRANT_BOX") or os.environ.get("DISTRIBUTION") or "debian-12"

    def vagrant(self, *arguments: str) -> str:
        run = subprocess.run(["vagrant", *arguments], cwd=self.folder, capture_output=True, text=True, check=False)
        assert run.returncode == 0, f"vagrant {' '.join(arguments)}: {run.stdout}{run.stderr}"
        return run.stdout

    def up(self) -> None:
        self.vagrant("up", "--provider=libvirt", "--no-parallel")  # they make one shared disk
        self.directory.mkdir(exist_ok=True)
        (self.directory / "ssh_config").write_text(self.vagrant("ssh-config", *self.nodes))
        cluster = yaml.safe_load((self.folder / "group_vars" / "all" / "cluster.yml").read_text())
        addresses = [cluster["ha_nodes"][self.nodes[0]][network] for network in cluster["ha_networks"]]
        self.environment["VAGRANT_INTERFACES"] = interfaces(self.ssh(self.nodes[0], "ip -json address"), addresses)

    def down(self) -> None:
        self.vagrant("destroy", "--force")
        for path in (self.directory / "ssh_config", self.directory):
            if path.exists():
                path.rmdir() if path.is_dir() else path.unlink()

    def ssh(self, host: str, command: str, *, check: bool = True, stdin: str = "", timeout: float = 120) -> str:
        if host in self.nodes:
            as_root = f"sudo sh -c {shlex.quote(command)}"
            return super().ssh(host, as_root, check=check, stdin=stdin, timeout=timeout)
        run = subprocess.run(
            ["sh", "-c", command], input=stdin, capture_output=True, text=True, timeout=timeout, check=False
        )
        assert run.returncode == 0 or not check, f"{command!r} ended with {run.returncode}: {run.stdout}{run.stderr}"
        return run.stdout

    def leftovers(self) -> dict[str, str]:
        return {"folder": str(self.directory)} if pathlib.Path(self.directory).exists() else {}


KINDS: dict[str, type[Machines]] = {"podman": Containers, "vagrant": VirtualMachines}
