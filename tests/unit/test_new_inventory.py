# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playbook new_inventory asks nothing that it was given, and writes inventories that the check of the input accepts."""

from __future__ import annotations

import json
import pathlib
import re
import subprocess
import sys
import typing as t

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
PLAYBOOK = str(CHECKOUT / "playbooks" / "new_inventory.yml")
CHECK_INPUT = str(CHECKOUT / "playbooks" / "check_input.yml")
SECRET = "correct-horse"
ANSWERS = {
    "ha_new_inventory_name": "web",
    "ha_new_inventory_nodes": "web1.example.com, web2.example.com, web3=192.0.2.13",
    "ha_new_inventory_ip": "192.0.2.10",
    "ha_new_inventory_gather": False,
}
BOARDS = {
    "ha_new_inventory_fencing_hosts": "198.51.100.11, 198.51.100.12, 198.51.100.13",
    "ha_new_inventory_fencing_user": "fence",
    "ha_new_inventory_fencing_password": "battery: #staple",
}
FENCING: dict[str, dict[str, t.Any]] = {
    "ipmilan": BOARDS,
    "redfish": BOARDS,
    "vmware_rest": {**BOARDS, "ha_new_inventory_fencing_hosts": ["vcenter.example.com"]},
    "none": {},
}


def play(folder: pathlib.Path, *options: str, **answers: t.Any) -> subprocess.CompletedProcess[str]:
    """Run the playbook with ANSWERS, in FOLDER's directory `web`, without a terminal."""
    (folder / "password").write_text(f"{SECRET}\n")
    given = {**ANSWERS, "ha_new_inventory_directory": str(folder / "web"), **answers}
    command = ["ansible-playbook", "-i", "/dev/null", "-e", json.dumps(given), *options, PLAYBOOK]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


def unlocked(folder: pathlib.Path, *options: str, **answers: t.Any) -> subprocess.CompletedProcess[str]:
    """The same with a vault password."""
    return play(folder, "--vault-password-file", str(folder / "password"), *options, **answers)


def vault(folder: pathlib.Path) -> str:
    data = (folder / "web/group_vars/all/vault.yml").read_bytes()
    return VaultLib([("default", VaultSecret(SECRET.encode()))]).decrypt(data).decode()


def written(folder: pathlib.Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def check_input(folder: pathlib.Path, inventory: str = "web") -> subprocess.CompletedProcess[str]:
    """Check the input of the inventory, with this machine in place of all hosts."""
    here = {"ansible_connection": "local", "ansible_become": False, "ansible_python_interpreter": sys.executable}
    password = ["--vault-password-file", str(folder / "password")]
    command = ["ansible-playbook", "-i", str(folder / inventory), "-e", json.dumps(here), *password, CHECK_INPUT]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)


def test_check_mode_shows_the_files_and_writes_none(tmp_path: pathlib.Path) -> None:
    done = unlocked(tmp_path, "--check", "--diff", ha_new_inventory_fencing="ipmilan", **BOARDS)
    assert (done.returncode, "changed=1 " in done.stdout) == (0, True), done.stdout + done.stderr
    assert "+ha_cluster_name: web" in done.stdout
    assert "Would write to" in done.stdout
    assert "vault_hacluster_password:" not in done.stdout
    assert sorted(written(tmp_path)) == ["password"]


@pytest.mark.parametrize("kind", FENCING)
def test_written_inventory_is_accepted_and_is_written_once(kind: str, tmp_path: pathlib.Path) -> None:
    answers = {"ha_new_inventory_fencing": kind, **FENCING[kind]}
    done = unlocked(tmp_path, "--diff", "-vvv", **answers)
    assert (done.returncode, "changed=1 " in done.stdout) == (0, True), done.stdout + done.stderr
    secret = re.findall(r"^vault_hacluster_password: (\w{24})$", vault(tmp_path), re.MULTILINE)
    assert len(secret) == 1
    shown = done.stdout + done.stderr
    assert "ha_cluster_name: web" in shown
    assert secret[0] not in shown
    assert "#staple" not in shown
    before = written(tmp_path)
    done = unlocked(tmp_path, **answers)
    assert (done.returncode, "changed=0 " in done.stdout) == (0, True), done.stdout + done.stderr
    assert written(tmp_path) == before
    checked = check_input(tmp_path)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert checked.stdout.count("failed=0") == 3


def test_all_mistakes_are_reported_at_once_and_nothing_is_written(tmp_path: pathlib.Path) -> None:
    done = play(
        tmp_path,
        ha_new_inventory_name="my web",
        ha_new_inventory_nodes="web1, web1, 192.0.2.300, cluster",
        ha_new_inventory_ip="192.0.2.10/24",
        ha_new_inventory_fencing="impilan",
        ha_new_inventory_user="",
    )
    assert done.returncode != 0
    said = " ".join((done.stdout + done.stderr).split())
    for text in (
        "ha_new_inventory_name is 'my web'; name the cluster",
        "ha_new_inventory_nodes has web1 twice; name each machine once.",
        "ha_new_inventory_nodes: '192.0.2.300' is not an address; correct its numbers.",
        "ha_new_inventory_nodes: cluster is a group of the inventory as well",
        "ha_new_inventory_ip is '192.0.2.10/24', which is not an address",
        "ha_new_inventory_fencing is 'impilan'; did you mean ipmilan?",
        "ha_new_inventory_user is ''; name the user",
        "This run has no vault password",
    ):
        assert text in said, text
    assert not (tmp_path / "web").exists()


def test_changed_file_is_not_overwritten(tmp_path: pathlib.Path) -> None:
    assert unlocked(tmp_path).returncode == 0
    path = tmp_path / "web/group_vars/all/cluster.yml"
    path.write_text(path.read_text() + "ha_start_on_boot: false\n")
    before = written(tmp_path)
    done = unlocked(tmp_path)
    assert done.returncode != 0
    assert "cluster.yml exists already with other contents. Nothing was written." in " ".join(
        (done.stdout + done.stderr).split()
    )
    assert written(tmp_path) == before


def test_other_vault_password_is_reported(tmp_path: pathlib.Path) -> None:
    assert unlocked(tmp_path).returncode == 0
    before = written(tmp_path / "web")
    (tmp_path / "other").write_text("battery\n")
    done = play(tmp_path, "--vault-password-file", str(tmp_path / "other"))
    assert done.returncode != 0
    assert "vault.yml exists already, and the vault password of this run does not decrypt it." in " ".join(
        (done.stdout + done.stderr).split()
    )
    assert written(tmp_path / "web") == before


def test_machine_out_of_reach_is_named_with_the_way_out(tmp_path: pathlib.Path) -> None:
    done = unlocked(
        tmp_path, "-e", "ansible_port=1", ha_new_inventory_gather=True, ha_new_inventory_nodes="127.0.0.1, 127.0.0.2"
    )
    assert done.returncode != 0
    said = " ".join((done.stdout + done.stderr).split())
    assert "Make `ssh root@127.0.0.2 true` work without a question." in said, said
    assert "-e ha_new_inventory_gather=false writes the inventory without a look at the machines." in said
    assert not (tmp_path / "web").exists()


def test_facts_of_machines_are_read(tmp_path: pathlib.Path) -> None:
    """This machine stands for both nodes; it has an address, or all that is known of it is its distribution."""
    here = ["-e", json.dumps({"ansible_connection": "local", "ansible_python_interpreter": sys.executable})]
    answers = {"ha_new_inventory_gather": True, "ha_new_inventory_nodes": "web1, web2", "ha_new_inventory_ip": ""}
    done = unlocked(tmp_path, *here, **answers)
    assert done.returncode == 0 or "web1 and web2 are one machine" in done.stdout, done.stdout + done.stderr
    assert "were not looked at" not in done.stdout
    done = unlocked(tmp_path, *here, **{**answers, "ha_new_inventory_ip": "203.0.113.10"})
    assert "ha_new_inventory_ip is 203.0.113.10, which is in no network that all nodes have" in " ".join(
        (done.stdout + done.stderr).split()
    )
