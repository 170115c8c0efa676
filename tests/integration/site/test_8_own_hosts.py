# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/own-hosts.md, followed literally: from an empty folder with the built collection to a service on blank nodes.

Every command of the steps 2 to 4 is typed into one shell, as the page has it. This is what differs:

- The lab's machines are reached by its ssh_config, which ANSIBLE_SSH_COMMON_ARGS names; it also has their host keys.
- The collections that this one depends on come from the checkout's environment, not from Galaxy.
- What a user has in ~/.ansible is in the folder.
"""

from __future__ import annotations

import os
import pathlib
import pty
import re
import select
import subprocess
import time
import typing as t

import pytest
import yaml
from lab import CHECKOUT, Lab, PlaybookRun, documented, eventually

PAGE = "docs/own-hosts.md"
ENVIRONMENT = documented("python3 -m venv", PAGE)
ACTIVATE = documented("source .venv/bin/activate", PAGE)
PACKAGES = documented("pip install", PAGE)
COLLECTION = documented("ansible-galaxy collection install", PAGE)
VAULT_PASSWORD = documented("> vault-password", PAGE)
USE_VAULT = documented("export ANSIBLE_VAULT_PASSWORD_FILE=", PAGE)
NEW_INVENTORY = documented("quorate.ha_cluster.new_inventory", PAGE)
LOOK = documented("quorate.ha_cluster.site --check --diff", PAGE)
DO = documented("ansible-playbook -i inventories/yours quorate.ha_cluster.site", PAGE)
VERIFY = documented("quorate.ha_cluster.verify", PAGE)
IP = "192.168.178.190"
# The question, or what it begins with, and the answer.
ANSWERS = {
    "Name of the cluster": "web",
    "Nodes, each as": "node1, node2, node3",
    "User of the SSH connections": "",
    "Virtual IP of the service": IP,
    "Fencing: ": "fence_virt",
    "For fencing: ": "hypervisor",
    "User of the boards": "",
    "Password of that user": "",
    "Directory to write to": "inventories/yours",
}


class Shell:
    """A shell on a terminal, in FOLDER, with Ansible's own files in HOME. What is typed stays in effect."""

    def __init__(self, folder: pathlib.Path, home: pathlib.Path, environment: t.Mapping[str, str]) -> None:
        self.folder, self.home = folder, home
        self._terminal, inside = pty.openpty()
        self._process = subprocess.Popen(
            ["setsid", "--ctty", "bash", "--norc", "--noprofile", "--noediting"],
            cwd=folder,
            env={**environment, "PS1": "", "PS2": "", "TERM": "dumb", "COLUMNS": "200"},
            stdin=inside,
            stdout=inside,
            stderr=inside,
        )
        os.close(inside)
        self.type("stty -echo cols 200")

    def type(self, command: str, answers: t.Mapping[str, str] | None = None, *, timeout: float = 1800) -> PlaybookRun:
        """Run COMMAND to its end, and type the ANSWERS to its questions, each of which must be asked."""
        self._write(f"{command}; printf '\\n__%s=%s\\n' ended $?")
        output, waiting, deadline = "", dict(answers or {}), time.monotonic() + timeout
        seen = 0
        while not (ended := re.search(r"^__ended=(\d+)\r?$", output, re.MULTILINE)):
            assert time.monotonic() < deadline, f"{command!r} takes too long: {output[-3000:]}"
            if select.select([self._terminal], [], [], 1)[0]:
                output += os.read(self._terminal, 65536).decode(errors="replace")
            for question, answer in waiting.items():
                if output[seen:].rpartition("\n")[2].startswith(question) and output.endswith(": "):
                    seen = len(output)
                    self._write(answer)
                    del waiting[question]
                    break
        assert not waiting, f"{command!r} did not ask {list(waiting)}: {output}"
        return PlaybookRun(int(ended[1]), output.replace("\r", ""))

    def _write(self, line: str) -> None:
        os.write(self._terminal, f"{line}\n".encode())

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._terminal)


@pytest.fixture(scope="session")
def shell(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Shell]:
    """A shell in a folder that holds the built collection and nothing else."""
    source, folder, home = (tmp_path_factory.mktemp(name) for name in ("source", "own", "home"))
    subprocess.run([CHECKOUT / "tools" / "copy-sources", source], check=True)
    build = ["ansible-galaxy", "collection", "build", "--output-path", folder]
    subprocess.run(build, cwd=source, check=True)
    assert [path.name for path in folder.iterdir()] == [COLLECTION.split()[-1]]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "VIRTUAL_ENV"))}
    environment = {
        **kept,
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "ANSIBLE_HOME": str(home),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_SSH_COMMON_ARGS": f"-F {lab.directory}/ssh_config",
    }
    shell = Shell(folder, home, environment)
    yield shell
    shell.close()


def test_these_are_all_commands_of_the_steps_in_their_order() -> None:
    steps = (CHECKOUT / PAGE).read_text().partition("\n## 2. ")[2].partition("\n## 5. ")[0]
    blocks = re.findall(r"^```sh\n(.*?)^```", steps, flags=re.MULTILINE | re.DOTALL)
    typed = [ENVIRONMENT, ACTIVATE, PACKAGES, COLLECTION, VAULT_PASSWORD, USE_VAULT, NEW_INVENTORY, LOOK, DO, VERIFY]
    assert "".join(blocks).splitlines() == typed


def test_collection_is_installed_into_a_new_environment(shell: Shell) -> None:
    for command in (ENVIRONMENT, ACTIVATE, PACKAGES):
        done = shell.type(command)
        assert done.code == 0, done
    done = shell.type(f"{COLLECTION} --offline --no-deps")
    assert done.code == 0, done
    found = shell.type("command -v ansible-playbook").output
    assert str(shell.folder / ".venv/bin/ansible-playbook") in found
    place = shell.home / "collections" / "ansible_collections"
    galaxy = yaml.safe_load((CHECKOUT / "galaxy.yml").read_text())
    for name in galaxy["dependencies"]:
        namespace, _dot, short = name.partition(".")
        (place / namespace).mkdir(exist_ok=True)
        (place / namespace / short).symlink_to(
            CHECKOUT / ".venv" / "collections" / "ansible_collections" / namespace / short
        )


def test_inventory_is_written_from_answers_and_facts(shell: Shell) -> None:
    for command in (VAULT_PASSWORD, USE_VAULT):
        done = shell.type(command)
        assert done.code == 0, done
    done = shell.type(NEW_INVENTORY, ANSWERS)
    assert (done.code, done.changed) == (0, 1), done
    written = shell.folder / "inventories" / "yours"
    print((written / "hosts").read_text(), (written / "group_vars/all/cluster.yml").read_text(), sep="\n")
    assert (written / "group_vars/all/vault.yml").read_text().startswith("$ANSIBLE_VAULT;")
    assert (shell.folder / "vault-password").stat().st_mode & 0o077 == 0
    variables = yaml.safe_load((written / "group_vars/all/cluster.yml").read_text())
    assert variables["ha_networks"]["public"] == {"interface": "eth0", "subnet": "192.168.178.0/24"}
    assert variables["ha_fence_virt_domains"]["node1"] == "248d2268-2512-4a75-8398-cafbab580529"
    done = shell.type(NEW_INVENTORY, ANSWERS)
    assert (done.code, done.changed) == (0, 0), done


def test_look_changes_nothing_on_blank_nodes(lab: Lab, shell: Shell) -> None:
    done = shell.type(LOOK)
    assert done.code == 0, done
    assert done.changed > 0, done
    for node in lab.nodes:
        assert "corosync" not in lab.ssh(node, "ls /etc")


def test_service_answers_at_the_virtual_ip(lab: Lab, shell: Shell) -> None:
    done = shell.type(DO)
    assert done.code == 0, done
    assert eventually(lambda: lab.cluster(lab.nodes[0]).online == set(lab.nodes))
    assert lab.fetch(f"http://{IP}/")[0] == 200


@pytest.mark.parametrize("command", [DO, LOOK], ids=["second run", "check mode"])
def test_and_again_changes_nothing(shell: Shell, command: str) -> None:
    done = shell.type(command)
    assert (done.code, done.changed) == (0, 0), done


def test_verify_passes(shell: Shell) -> None:
    done = shell.type(VERIFY)
    assert done.code == 0, done
    print(done.output)


def test_node_that_loses_its_power_is_fenced_and_the_service_comes_back(lab: Lab) -> None:
    active = next(iter(lab.cluster(lab.nodes[0]).where("web-server")))
    rest = [node for node in lab.nodes if node != active]
    before = lab.now(rest[0])
    lab.ssh("hypervisor", f"virsh destroy {active}")
    assert eventually(lambda: bool(lab.cluster(rest[0]).where("web-server") & set(rest)), timeout=120)
    assert eventually(lambda: lab.fetch(f"http://{IP}/")[0] == 200)
    fencings = lab.fencings(rest[0], since=before)
    assert [(event["target"], event["status"]) for event in fencings] == [(active, "success")], fencings
