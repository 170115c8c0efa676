# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several clusters in one inventory: check_input.yml lets each go on without the others, and shared hosts serve all."""

from __future__ import annotations

import grp
import json
import os
import pathlib
import pwd
import re
import shutil
import subprocess
import sys
import typing as t
from dataclasses import dataclass

import pytest
import yaml

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
HERE = {"ansible_connection": "local", "ansible_become": False, "ansible_python_interpreter": sys.executable}
COMMON: dict[str, t.Any] = {
    "ha_hacluster_password": "correct-horse-battery-staple",
    "ha_roles": ["os_prep", "authkey", "cluster", "fence_virt", "resources", "verify"],
    "ha_hypervisors": ["vmhost"],
}
UUID = "00000000-0000-4000-8000-000000000"


def cluster(name: str, network: int) -> dict[str, t.Any]:
    """The variables of the cluster NAME of two nodes."""
    nodes = [f"{name}1", f"{name}2"]
    return {
        "ha_cluster_name": name,
        "ha_networks": {"cluster": {"interface": "eth0", "subnet": f"192.0.{network}.0/24"}},
        "ha_nodes": {node: {"cluster": f"192.0.{network}.{number}"} for number, node in enumerate(nodes, start=1)},
        "ha_fence_virt_domains": {node: f"{UUID}{network}{number}" for number, node in enumerate(nodes)},
    }


WEB, DB = cluster("web", 10), cluster("db", 20)
ALL = {"web1", "web2", "db1", "db2", "vmhost"}


@dataclass(frozen=True)
class Run:
    """What became of a run: its code, and the hosts that went on and those that failed, with what they said."""

    code: int
    output: str

    @property
    def went_on(self) -> set[str]:
        return set(re.findall(r'"msg": "changing (\w+)"', self.output))

    @property
    def failed(self) -> dict[str, str]:
        found = re.findall(r"^fatal: \[(\w+)\]: FAILED! => (\{.*\})$", self.output, re.MULTILINE)
        return {host: json.loads(text)["msg"] for host, text in found}


Play = t.Callable[..., Run]


@pytest.fixture
def play(tmp_path: pathlib.Path) -> Play:
    def done(
        *arguments: str,
        web: t.Mapping[str, t.Any] | None = None,
        db: t.Mapping[str, t.Any] | None = None,
        vmhost: t.Mapping[str, t.Any] | None = None,
        tasks: t.Sequence[t.Mapping[str, t.Any]] = (),
        playbook: list[dict[str, t.Any]] | None = None,
    ) -> Run:
        """Run check_input.yml without its look at the machines, then TASKS; or the PLAYBOOK."""
        groups = {
            "cluster": {
                "children": {
                    name: {"hosts": dict.fromkeys((f"{name}1", f"{name}2")), "vars": dict(variables)}
                    for name, variables in (("web", web or WEB), ("db", db or DB))
                }
            },
            "hypervisors": {"hosts": {"vmhost": dict(vmhost or {})}},
        }
        inventory = {"all": {"children": groups, "vars": {**COMMON, **HERE}}}
        (tmp_path / "hosts.yml").write_text(yaml.safe_dump(inventory))
        if playbook is None:
            playbook = yaml.safe_load((CHECKOUT / "playbooks" / "check_input.yml").read_text())
            playbook[0]["tasks"] = [task for task in playbook[0]["tasks"] if "ansible.builtin.include_role" not in task]
            change = {"name": "Change", "ansible.builtin.debug": {"msg": "changing {{ inventory_hostname }}"}}
            playbook[0]["tasks"] += [*tasks, change]
            shutil.copytree(CHECKOUT / "playbooks" / "tasks", tmp_path / "tasks", dirs_exist_ok=True)
        (tmp_path / "play.yml").write_text(yaml.safe_dump(playbook, sort_keys=False))
        tool = pathlib.Path(sys.executable).with_name("ansible-playbook")
        command = [tool, "-i", tmp_path / "hosts.yml", *arguments, tmp_path / "play.yml"]
        environment = {"ANSIBLE_CALLBACK_RESULT_FORMAT": "json", "ANSIBLE_CALLBACK_FORMAT_PRETTY": "false"}
        ran = subprocess.run(
            list(map(str, command)),
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **environment},
        )
        return Run(ran.returncode, ran.stdout + ran.stderr)

    return done


def told(name: str) -> dict[str, t.Any]:
    """A task that prints the variable NAME."""
    return {
        "name": f"Tell {name}",
        "ansible.builtin.debug": {"msg": f"{name} of {{{{ inventory_hostname }}}}: {{{{ {name} | default('-') }}}}"},
    }


def test_all_clusters_are_checked_in_one_run(play: Play) -> None:
    run = play()
    assert (run.code, run.went_on) == (0, ALL), run.output


def test_a_mistake_stops_the_hosts_of_its_cluster_alone(play: Play) -> None:
    run = play(db={**DB, "ha_cluster_name": "my cluster"})
    assert run.went_on == ALL - {"db1", "db2"}, run.output
    assert set(run.failed) == {"db1", "db2"}
    assert "ha_cluster_name: 'my cluster' is not a valid cluster name" in run.failed["db1"]
    assert run.failed["db2"] == "Nothing is done on db2, because the input is wrong. db1 tells what."


def test_mistakes_in_all_clusters_stop_all_hosts_and_are_told_by_cluster(play: Play) -> None:
    run = play(web={**WEB, "ha_link": []}, db={**DB, "ha_quorum": "much"})
    assert run.went_on == set(), run.output
    assert set(run.failed) == ALL
    (mistake,) = (line for line in run.failed["db1"].splitlines() if "ha_quorum" in line)
    assert mistake.endswith("(cluster db)")
    assert "ha_link" in run.failed["db1"]
    assert run.failed["web1"] == "Nothing is done on web1, because the input is wrong. db1 tells what."


def test_a_mistake_of_a_shared_host_stops_all_clusters(play: Play) -> None:
    run = play(vmhost={"ha_fence_virt_listner": "tcp"})
    assert run.went_on == set(), run.output
    assert "ha_fence_virt_listner" in run.failed["db1"]
    assert run.failed["web1"] == "Nothing is done on web1, because the input is wrong. db1 tells what."


@pytest.mark.parametrize(("chosen", "nodes"), [("web", {"web1", "web2"}), ("db", {"db1", "db2"}), ("db,web", ALL)])
def test_clusters_are_chosen_by_name(play: Play, chosen: str, nodes: set[str]) -> None:
    run = play("-e", f"ha_clusters={chosen}", tasks=[told("ha_cluster_name")])
    assert run.went_on == {*nodes, "vmhost"}, run.output
    assert f"ha_cluster_name of vmhost: {chosen.partition(',')[0]}" in run.output


def test_hypervisors_of_other_clusters_are_left_out(play: Play) -> None:
    web = {**WEB, "ha_hypervisors": ["elsewhere"], "ha_cluster_nam": 1}
    run = play(
        "-e", "ha_clusters=web", web={**WEB, "ha_hypervisors": ["elsewhere"], "ha_roles": ["os_prep", "cluster"]}
    )
    assert (run.code, run.went_on) == (0, {"web1", "web2"}), run.output
    run = play("-e", "ha_clusters=db", web=web)
    assert (run.code, run.went_on) == (0, {"db1", "db2", "vmhost"}), run.output


def test_what_can_not_be_read_of_one_cluster_does_not_stop_the_other(play: Play) -> None:
    for wrong in (
        {"ha_fence_xvm_key": "{{ vault_key }}"},
        {"ha_nodes": "{{ vault_nodes }}"},
        {"ha_hypervisors": ["{{ kvm }}"]},
    ):
        run = play(web={**WEB, **wrong})
        assert run.went_on == {"db1", "db2", "vmhost"}, run.output
        assert set(run.failed) == {"web1", "web2"}


def test_no_key_is_printed(play: Play) -> None:
    run = play("-vvv", db={**DB, "ha_fence_xvm_key": "c2VjcmV0"})
    assert run.code == 0, run.output
    assert "c2VjcmV0" not in run.output


def test_clusters_are_told_apart_whatever_roles_there_are(play: Play) -> None:
    roles = {"ha_roles": ["os_prep", "authkey"]}
    run = play(web={**WEB, **roles, "ha_time_max_difference": "much"}, db={**DB, **roles})
    assert run.went_on == {"db1", "db2", "vmhost"}, run.output


def test_a_cluster_that_is_not_there_stops_the_run(play: Play) -> None:
    run = play("-e", "ha_clusters=wbe")
    assert run.code != 0
    assert run.went_on == set()
    assert "The groups there are db, web." in " ".join(run.output.split())


def test_a_hypervisor_knows_the_domains_of_all_clusters(play: Play) -> None:
    run = play(tasks=[told("ha_fence_virt_groups"), told("ha_fence_virt_domains")])
    assert run.code == 0, run.output
    (groups,) = re.findall(r"ha_fence_virt_groups of vmhost: (\[.*?\])\"", run.output)
    wanted = [
        {
            "name": "web",
            "domains": [*sorted(WEB["ha_fence_virt_domains"].values()), "web1", "web2"],
            "addresses": ["192.0.10.1", "192.0.10.2"],
        }
    ]
    assert yaml.safe_load(groups) == wanted
    assert f"ha_fence_virt_domains of vmhost: {DB['ha_fence_virt_domains']}" in run.output


def test_clusters_of_one_hypervisor_need_one_way_to_reach_it(play: Play) -> None:
    run = play(db={**DB, "ha_fence_virt_port": 1230})
    assert run.went_on == set(), run.output
    assert "ha_fence_virt_port differs between the clusters that host vmhost serves" in run.failed["db1"]
    run = play(db={**DB, "ha_fence_virt_interface": "br1"}, vmhost={"ha_fence_virt_interface": "br0"})
    assert run.went_on == ALL, run.output


def test_nodes_know_with_whom_they_share_the_hypervisors_key(play: Play) -> None:
    defaults = yaml.safe_load((CHECKOUT / "roles/authkey/defaults/main.yml").read_text())
    variables = yaml.safe_load((CHECKOUT / "roles/authkey/vars/main.yml").read_text())
    task = {
        "name": "Tell the neighbours",
        "ansible.builtin.debug": {"msg": "neighbours of {{ inventory_hostname }}: {{ told.neighbours | join(' ') }}."},
        "vars": {
            **defaults,
            **variables,
            "told": "{{ ha_shared_keys | selectattr('path', 'search', 'fence') | first }}",
        },
    }
    for name in ("ha_hypervisors", "ha_secure_logging"):
        task["vars"].pop(name, None)
    run = play(tasks=[task])
    assert run.code == 0, run.output
    assert "neighbours of web1: db1 db2." in run.output, run.output
    assert "neighbours of db2: web1 web2." in run.output
    assert "neighbours of vmhost: web1 web2 db1 db2." in run.output


def test_a_cluster_shares_its_keys_while_another_has_nothing_to_do(play: Play, tmp_path: pathlib.Path) -> None:
    owner = {"owner": pwd.getpwuid(os.getuid()).pw_name, "group": grp.getgrgid(os.getgid()).gr_name}
    keys = {name: tmp_path / f"{name}.key" for name in ("web", "db")}
    web, db = (
        {**each, "ha_shared_keys": [{"path": str(keys[name]), "hosts": [f"{name}1", f"{name}2"], **owner}]}
        for name, each in (("web", WEB), ("db", DB))
    )
    keys["web"].write_bytes(b"k" * 256)
    keys["web"].chmod(0o400)
    playbook = [{"hosts": "cluster", "gather_facts": False, "roles": ["quorate.ha_cluster.authkey"]}]
    run = play(web=web, db=db, playbook=playbook)
    assert run.code == 0, run.output
    assert keys["web"].read_bytes() == b"k" * 256
    assert len(keys["db"].read_bytes()) == 256


@pytest.mark.parametrize("role", ["maintenance", "backup", "destroy", "rolling_update", "failover_test", "membership"])
def test_what_is_done_to_one_cluster_at_a_time_asks_which(play: Play, role: str) -> None:
    tasks = yaml.safe_load((CHECKOUT / "roles" / role / "tasks" / "main.yml").read_text())
    check = next(task for task in tasks if task["name"] == "Check the input")
    check["quorate.ha_cluster.internal_role_input"]["roles"] = [role]  # as it runs in no role here
    book = [
        {
            "name": role,
            "hosts": "{{ groups | quorate.ha_cluster.hosts_of(['cluster'], clusters=ha_clusters | default([])) }}",
            "gather_facts": False,
            "tasks": [check],
        }
    ]
    run = play(playbook=book)
    assert run.code != 0
    assert "The inventory has the clusters db (group db), web (group web)" in " ".join(run.output.split()), run.output
    run = play("-e", "ha_clusters=db", playbook=book)
    assert "The inventory has the clusters" not in run.output, run.output


def test_the_index_of_reports_lists_the_clusters_of_the_run(play: Play, tmp_path: pathlib.Path) -> None:
    """The second play of report.yml. web has a report with an error, db has none because no node of it was reached."""
    seen = {"cluster": "web", "report": f"{tmp_path}/web-report.html", "generated": "now", "errors": 1, "running": True}
    verified = {
        "hosts": "web1",
        "gather_facts": False,
        "tasks": [{"name": "Verify", "ansible.builtin.set_fact": {"__verify_report": {"overview": seen}}}],
    }
    index = yaml.safe_load((CHECKOUT / "playbooks" / "report.yml").read_text())[1]
    for arguments, code_of_change in ((["--check"], 1), ([], 1), ([], 0)):
        run = play(*arguments, playbook=[verified, index])
        assert run.code == 0, run.output
        assert f"changed={code_of_change} " in run.output.partition("localhost ")[2].splitlines()[0], run.output
        assert (tmp_path / "reports.html").exists() == (arguments == [])
    said = json.loads((tmp_path / "reports.json").read_text())
    assert [(item["cluster"], item["report"] != "", item["errors"]) for item in said["clusters"]] == [
        ("db", False, 0),
        ("web", True, 1),
    ]


def test_one_chosen_cluster_gets_no_index(play: Play) -> None:
    index = yaml.safe_load((CHECKOUT / "playbooks" / "report.yml").read_text())[1]
    run = play("-e", "ha_clusters=web", playbook=[index])
    assert run.code == 0, run.output
    assert "skipped=1 " in run.output.partition("localhost ")[2].splitlines()[0], run.output
