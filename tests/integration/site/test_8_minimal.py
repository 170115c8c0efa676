# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster of three variables, on blank nodes whose names resolve, in an inventory full of others' variables."""

from __future__ import annotations

import json
import pathlib
import re
import typing as t

import pytest
from lab import Lab, PlaybookRun, eventually

CHECKOUT = pathlib.Path(__file__).resolve().parents[3]
NAMES = CHECKOUT / "plugins" / "plugin_utils" / "_variable_names.py"
OLD_NAMES = CHECKOUT / "changelogs" / "fragments" / "names.yml"


def foreign() -> dict[str, str]:
    """Names that were this collection's, those of linux-system-roles, and others that many inventories have."""
    role = re.findall(r'for name in """(.*?)"""', NAMES.read_text(), flags=re.DOTALL)[0].split()
    former = [name for name in re.findall(r"``(\w+)``", OLD_NAMES.read_text()) if not name.startswith("ha_")]
    names = [*(f"ha_cluster_{name}" for name in role), *former, "verify_url", "iptables_rules", "maintenance_node"]
    return dict.fromkeys(names, "elsewhere")


@pytest.fixture(scope="session")
def inventory(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """An inventory of the lab's nodes that says what a cluster needs, and no more."""
    folder = tmp_path_factory.mktemp("minimal")
    connection = {
        "ansible_ssh_common_args": f"-F {lab.directory}/ssh_config",
        "ansible_control_path_dir": str(folder / "cp"),
        "ansible_python_interpreter": "/usr/bin/python3",
        "ansible_user": "root",
    }
    variables = {
        "ha_cluster_name": "minimal",
        "ha_nodes": lab.nodes,
        "ha_hacluster_password": "correct-horse-battery-staple",
        "ha_roles": ["os_prep", "authkey", "cluster", "resources"],
    }
    hosts = {"cluster": {"hosts": dict.fromkeys(lab.nodes), "vars": connection}}
    (folder / "group_vars" / "all").mkdir(parents=True)
    (folder / "hosts.json").write_text(json.dumps(hosts))
    (folder / "group_vars" / "all" / "cluster.json").write_text(json.dumps(variables))
    (folder / "group_vars" / "all" / "foreign.json").write_text(json.dumps(foreign()))
    return folder


def run(lab: Lab, inventory: pathlib.Path, *arguments: str) -> PlaybookRun:
    return lab.site("--inventory", str(inventory / "hosts.json"), *arguments)


def said(run: PlaybookRun) -> str:
    return " ".join(run.output.split())


def test_names_that_do_not_resolve_stop_the_run_before_corosync_is_configured(
    lab: Lab, inventory: pathlib.Path
) -> None:
    done = run(lab, inventory)
    assert done.code != 0, done
    assert "Unable to resolve addresses: 'node1', 'node2', 'node3'" in said(done), done
    assert "Enter the names in DNS or in /etc/hosts, or give each node its address." in said(done), done
    for node in lab.nodes:
        assert "minimal" not in lab.ssh(node, "cat /etc/corosync/corosync.conf", check=False)


def test_three_variables_make_a_cluster(lab: Lab, inventory: pathlib.Path) -> None:
    addresses = {node: f"192.168.181.{70 + number}" for number, node in enumerate(lab.nodes, 1)}
    lines = "".join(f"{address} {node}\n" for node, address in addresses.items())
    for node in lab.nodes:
        lab.ssh(node, "cat >> /etc/hosts", stdin=f"127.0.1.1 {node}\n{lines}")  # as Debian's installer leaves it
    done = run(lab, inventory)
    assert done.code == 0, done
    assert eventually(lambda: lab.cluster(lab.nodes[0]).online == set(lab.nodes))
    for node in lab.nodes:
        assert "127.0.1.1" not in lab.ssh(node, "cat /etc/hosts")
        assert f"ring0_addr: {node}" in lab.ssh(node, "cat /etc/corosync/corosync.conf")
        assert "cluster_name: minimal" in lab.ssh(node, "cat /etc/corosync/corosync.conf")


@pytest.mark.parametrize("arguments", [(), ("--check", "--diff")])
def test_and_again_changes_nothing(lab: Lab, inventory: pathlib.Path, arguments: tuple[str, ...]) -> None:
    done = run(lab, inventory, *arguments)
    assert (done.code, done.changed) == (0, 0), done


@pytest.mark.parametrize("playbook", ["backup", "maintenance", "verify"])
def test_names_of_others_change_nothing_in_what_a_playbook_does(
    lab: Lab, inventory: pathlib.Path, tmp_path: pathlib.Path, playbook: str
) -> None:
    extra: dict[str, t.Any] = {
        "ha_backup_file": str(tmp_path / "minimal.tar"),
        "ha_maintenance_tolerate": ["fencing"],  # there is no fence device
        "ha_verify_fail": False,
    }
    done = lab.playbook(f"playbooks/{playbook}.yml", "--inventory", str(inventory / "hosts.json"), "--check", **extra)
    assert done.code == 0, done
    assert "elsewhere" not in done.output, done
