# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""internal_role_input says all that is wrong with a role's input, and names the host and the variables."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import typing as t

import documented_tasks
import pytest
import yaml
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._variable_names import OF_LINUX_SYSTEM_ROLES

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
PLAY = """
- name: Check
  hosts: node1
  gather_facts: false
  tasks:
    - name: Check the input
      quorate.ha_cluster.internal_role_input:
        roles: [lighttpd]
"""


@pytest.fixture
def check(tmp_path: pathlib.Path) -> t.Callable[..., subprocess.CompletedProcess[str]]:
    (tmp_path / "play.yml").write_text(PLAY)

    def run(**variables: t.Any) -> subprocess.CompletedProcess[str]:
        (tmp_path / "hosts.yml").write_text(
            "all: {hosts: {node1: {ansible_connection: local, "
            + ", ".join(f"{name}: {value!r}" for name, value in variables.items())
            + "}}}"
        )
        playbook = pathlib.Path(sys.executable).with_name("ansible-playbook")
        return subprocess.run(
            [playbook, "--inventory", tmp_path / "hosts.yml", tmp_path / "play.yml"],
            env={**os.environ, "ANSIBLE_CONFIG": str(CHECKOUT / "ansible.cfg")},
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def problems(done: subprocess.CompletedProcess[str]) -> str:
    """What the task fails with, in one line; Ansible shows its message twice."""
    return " ".join(done.stdout.rpartition("fatal:")[2].partition("PLAY RECAP")[0].split()).replace("''", "'")


def test_nothing_is_wrong(check: t.Callable[..., subprocess.CompletedProcess[str]]) -> None:
    done = check(ha_lighttpd_port=80)
    assert done.returncode == 0, done.stdout


def test_everything_wrong_is_said_at_once(check: t.Callable[..., subprocess.CompletedProcess[str]]) -> None:
    done = check(ha_lighttpd_port=0, ha_lighttpd_max_connections=0, ha_lighttpd_document_rot="/srv")
    assert done.returncode == 2
    for words in (
        "ha_lighttpd_port is 0; give",
        "ha_lighttpd_max_connections is 0",
        '"ha_lighttpd_document_root"',
        "node1",
    ):
        assert words in done.stdout.replace("\n", " "), done.stdout


def test_a_value_of_another_type_is_said_in_plain_words(
    check: t.Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    done = check(ha_lighttpd_port="eighty", ha_lighttpd_index_files="index.html")
    assert done.returncode == 2
    said = problems(done)
    assert "ha_lighttpd_port: 'eighty' is not a whole number." in said
    assert "ha_lighttpd_index_files: it is 'index.html', but takes a list. Write [index.html]." in said


def test_a_name_that_is_near_none_is_warned_of(check: t.Callable[..., subprocess.CompletedProcess[str]]) -> None:
    done = check(ha_lighttpd_colour="blue")
    assert done.returncode == 0, done.stdout
    said = " ".join((done.stdout + done.stderr).split())
    assert 'variable "ha_lighttpd_colour" is none of quorate.ha_cluster; list it in ha_foreign_variables' in said


def test_a_name_that_is_listed_as_foreign_is_accepted(
    check: t.Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    done = check(ha_lighttpd_document_rot="/srv", ha_foreign_variables=["ha_lighttpd_document_rot"])
    assert done.returncode == 0, done.stdout
    assert "ha_lighttpd_document_rot" not in done.stdout + done.stderr


def test_names_without_the_prefix_are_somebody_elses(check: t.Callable[..., subprocess.CompletedProcess[str]]) -> None:
    foreign = dict.fromkeys(
        ["cluster_name", "lighttpd_port", "lighttpd_document_rot", "hacluster_name", "h_nodes"], "x"
    )
    done = check(ha_lighttpd_port=80, **foreign)
    assert done.returncode == 0, done.stdout
    assert [name for name in foreign if name in done.stdout + done.stderr] == []


def test_variables_of_linux_system_roles_are_known_for_what_they_are(
    check: t.Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    done = check(ha_cluster_name="web", **dict.fromkeys(OF_LINUX_SYSTEM_ROLES, "x"))
    assert done.returncode == 0, done.stdout
    said = " ".join((done.stdout + done.stderr).split())
    assert said.count("[WARNING]") == 1, said
    assert "variables of the role ha_cluster of linux-system-roles, which quorate.ha_cluster does not read" in said


def test_what_is_missing_is_said_with_its_meaning(
    check: t.Callable[..., subprocess.CompletedProcess[str]], tmp_path: pathlib.Path
) -> None:
    (tmp_path / "play.yml").write_text(
        "- {hosts: node1, gather_facts: false, tasks: "
        "[{quorate.ha_cluster.internal_role_input: {roles: [cluster, verify]}}]}"
    )
    done = check(ha_lighttpd_port=80)
    assert done.returncode == 2
    assert done.stdout.count("fatal: [node1]") == 1, done.stdout
    said = problems(done)
    assert said.count("ha_cluster_name: it is not set; set it in the inventory. The name of the cluster") == 1, said
    assert said.count("ha_nodes: it is not set; set it in the inventory. The nodes, by their") == 1, said


@pytest.mark.parametrize(
    ("nodes", "words"),
    [
        ("node1", "ha_nodes: it is 'node1'; write a list of names"),
        (["node1", 2], "ha_nodes: it lists 2; write a list of names"),
        ({"node1": ["192.0.2.1"]}, "ha_nodes.node1: it is ['192.0.2.1']; write a list of names"),
        (["node1", "node1"], "ha_nodes: it lists node1 twice; name each node once."),
    ],
)
def test_nodes_of_another_form_are_refused_in_one_sentence(
    check: t.Callable[..., subprocess.CompletedProcess[str]], tmp_path: pathlib.Path, nodes: t.Any, words: str
) -> None:
    (tmp_path / "play.yml").write_text(
        "- {hosts: node1, gather_facts: false, tasks: "
        "[{quorate.ha_cluster.internal_role_input: {roles: [cluster, resources]}}]}"
    )
    done = check(ha_cluster_name="web", ha_nodes=nodes)
    assert done.returncode == 2
    assert problems(done).count(words) == 1, done.stdout


@pytest.mark.parametrize(
    ("family", "role", "refused"),
    [
        ("Suse", "lighttpd", True),
        ("Suse", "iptables", True),
        ("Suse", "rolling_update", True),
        ("RedHat", "rolling_update", False),
        ("Suse", "verify", False),
    ],
)
def test_a_distribution_that_a_role_is_not_made_for_is_refused_in_one_sentence(
    check: t.Callable[..., subprocess.CompletedProcess[str]],
    tmp_path: pathlib.Path,
    family: str,
    role: str,
    refused: bool,
) -> None:
    (tmp_path / "play.yml").write_text(
        "- {hosts: node1, gather_facts: false, tasks: [{ansible.builtin.set_fact: {cacheable: true,"
        f" os_family: {family}, distribution: SLES}}}},"
        f" {{quorate.ha_cluster.internal_role_input: {{roles: [{role}]}}}}]}}"
    )
    done = check(ha_lighttpd_port=80, ha_nodes=["node1"], ha_networks={}, ha_links=[], ha_public_network="")
    words = f"Host node1 runs SLES, which role {role} knows nothing of; it is made for the families of Debian and of"
    assert done.returncode == (2 if refused else 0), done.stdout
    assert (words in " ".join(done.stdout.split())) is refused


def test_several_roles_are_checked_at_once(
    check: t.Callable[..., subprocess.CompletedProcess[str]], tmp_path: pathlib.Path
) -> None:
    (tmp_path / "play.yml").write_text(
        "- {hosts: node1, gather_facts: false, tasks: "
        "[{quorate.ha_cluster.internal_role_input: {roles: [lighttpd, verify]}}]}"
    )
    assert check(ha_lighttpd_port=80, ha_verify_timeout=5).returncode == 0
    done = check(ha_lighttpd_port=0, ha_verify_timeout="soon", ha_service_urs=[])
    assert done.returncode == 2
    for words in ("ha_lighttpd_port is 0; give", "ha_verify_timeout", '"ha_service_urls"', "node1"):
        assert words in done.stdout.replace("\n", " "), done.stdout


def test_one_host_says_what_is_of_another_type_for_all(
    check: t.Callable[..., subprocess.CompletedProcess[str]], tmp_path: pathlib.Path
) -> None:
    (tmp_path / "play.yml").write_text(
        "- {hosts: all, gather_facts: false, tasks: [{add_host: {name: node2}, changed_when: false}]}\n"
        "- {hosts: all, gather_facts: false, vars: {ansible_connection: local, ha_lighttpd_max_connections: many,"
        " ha_cluster_name: web, ha_nodes: [node1, node2]}, tasks: "
        "[{quorate.ha_cluster.internal_role_input: {roles: [lighttpd, cluster]}}]}"
    )
    done = check()
    assert done.stdout.count("fatal:") == 1, done.stdout
    assert "ha_lighttpd_max_connections: 'many' is not a whole number." in problems(done)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [("{}", "this task is in no role"), ("{roles: [lightpd]}", "lightpd is not a role of quorate")],
)
def test_a_task_that_names_no_role_is_told_so(
    check: t.Callable[..., subprocess.CompletedProcess[str]], tmp_path: pathlib.Path, arguments: str, words: str
) -> None:
    (tmp_path / "play.yml").write_text(
        f"- {{hosts: node1, gather_facts: false, tasks: [{{quorate.ha_cluster.internal_role_input: {arguments}}}]}}"
    )
    done = check()
    assert done.returncode == 2
    assert words in " ".join((done.stdout + done.stderr).split())


def plays_of_the_readmes() -> dict[str, tuple[list[str], dict[str, t.Any]]]:
    """The roles and the variables of each role's README that sets what its play needs."""
    found = {}
    for page in sorted(CHECKOUT.glob("roles/*/README.md")):
        shown = [block for block in documented_tasks.blocks(page) if isinstance(block, list)]
        for play in [play for block in shown for play in block if play.get("roles")]:
            entries = [{"role": entry} if isinstance(entry, str) else entry for entry in play["roles"]]
            variables = {name: value for part in (play, *entries) for name, value in part.get("vars", {}).items()}
            if variables:
                roles = [entry["role"].rpartition(".")[2] for entry in entries]
                found[page.parent.name] = (roles, variables)
    return found


@pytest.mark.parametrize("role", plays_of_the_readmes())
def test_play_of_a_readme_lacks_nothing(role: str, tmp_path: pathlib.Path) -> None:
    roles, variables = plays_of_the_readmes()[role]
    here = {
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "vault_hacluster_password": "correct-horse-battery-staple",
    }
    hosts = dict.fromkeys(variables.get("ha_nodes", ["node1"]))
    inventory = {"all": {"vars": {**here, **variables}, "children": {"cluster": {"hosts": hosts}}}}
    check = {"quorate.ha_cluster.internal_role_input": {"roles": roles}}
    play = {"hosts": next(iter(hosts)), "gather_facts": False, "strategy": "linear", "tasks": [check]}
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump(inventory))
    (tmp_path / "play.yml").write_text(yaml.safe_dump([play]))
    (tmp_path / "password").write_text("correct-horse\n")
    done = subprocess.run(
        [
            pathlib.Path(sys.executable).with_name("ansible-playbook"),
            "-i",
            tmp_path / "hosts.yml",
            "--vault-password-file",
            tmp_path / "password",
            tmp_path / "play.yml",
        ],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
