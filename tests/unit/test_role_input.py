# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""role_input says all that is wrong with a role's input, and names the host and the variables."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import typing as t

import pytest

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
PLAY = """
- name: Check
  hosts: node1
  gather_facts: false
  tasks:
    - name: Check the input
      ansible.builtin.include_role:
        name: quorate.ha_cluster.lighttpd
        tasks_from: assert
        rolespec_validate: false
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


def test_nothing_is_wrong(check: t.Callable[..., subprocess.CompletedProcess[str]]) -> None:
    done = check(ha_lighttpd_port=80)
    assert done.returncode == 0, done.stdout


def test_everything_wrong_is_said_at_once(check: t.Callable[..., subprocess.CompletedProcess[str]]) -> None:
    done = check(ha_lighttpd_port=0, ha_lighttpd_max_connections=0, lighttpd_document_rot="/srv")
    assert done.returncode == 2
    for words in ("ha_lighttpd_port is 0; give", "ha_lighttpd_max_connections is 0", '"ha_lighttpd_document_root"', "node1"):
        assert words in done.stdout.replace("\n", " "), done.stdout


def test_a_value_of_another_type_is_said_as_ansible_says_it(
    check: t.Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    done = check(ha_lighttpd_port="eighty")
    assert done.returncode == 2
    for words in ("ha_lighttpd_port", "int", "node1"):
        assert words in done.stdout, done.stdout


def test_a_name_that_is_near_none_is_warned_of(check: t.Callable[..., subprocess.CompletedProcess[str]]) -> None:
    done = check(lighttpd_colour="blue")
    assert done.returncode == 0, done.stdout
    said = " ".join((done.stdout + done.stderr).split())
    assert 'variable "lighttpd_colour" is none of quorate.ha_cluster; list it in ha_foreign_variables' in said


def test_a_name_that_is_listed_as_foreign_is_accepted(
    check: t.Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    done = check(lighttpd_document_rot="/srv", ha_foreign_variables=["lighttpd_document_rot"])
    assert done.returncode == 0, done.stdout
    assert "lighttpd_document_rot" not in done.stdout + done.stderr


@pytest.mark.parametrize(("family", "role", "refused"), [("Suse", "lighttpd", True), ("Suse", "verify", False)])
def test_a_distribution_that_a_role_has_no_files_for_is_refused_in_one_sentence(
    check: t.Callable[..., subprocess.CompletedProcess[str]],
    tmp_path: pathlib.Path,
    family: str,
    role: str,
    refused: bool,
) -> None:
    (tmp_path / "play.yml").write_text(
        "- {hosts: node1, gather_facts: false, tasks: [{ansible.builtin.set_fact: {cacheable: true,"
        f" os_family: {family}, distribution: SLES}}}}, {{quorate.ha_cluster.role_input: {{roles: [{role}]}}}}]}}"
    )
    done = check(ha_lighttpd_port=80)
    words = "Host node1 runs SLES, which role lighttpd knows nothing of; it is made for the families of Debian and of"
    assert done.returncode == (2 if refused else 0), done.stdout
    assert (words in " ".join(done.stdout.split())) is refused


def test_several_roles_are_checked_at_once(
    check: t.Callable[..., subprocess.CompletedProcess[str]], tmp_path: pathlib.Path
) -> None:
    (tmp_path / "play.yml").write_text(
        "- {hosts: node1, gather_facts: false, tasks: [{quorate.ha_cluster.role_input: {roles: [lighttpd, verify]}}]}"
    )
    assert check(ha_lighttpd_port=80, ha_verify_timeout=5).returncode == 0
    done = check(ha_lighttpd_port=0, ha_verify_timeout="soon", verify_urs=[])
    assert done.returncode == 2
    for words in ("ha_lighttpd_port is 0; give", "ha_verify_timeout", '"ha_service_urls"', "node1"):
        assert words in done.stdout.replace("\n", " "), done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"), [("{}", "this task is in no role"), ("{roles: [lightpd]}", "lightpd is no role of quorate")]
)
def test_a_task_that_names_no_role_is_told_so(
    check: t.Callable[..., subprocess.CompletedProcess[str]], tmp_path: pathlib.Path, arguments: str, words: str
) -> None:
    (tmp_path / "play.yml").write_text(
        f"- {{hosts: node1, gather_facts: false, tasks: [{{quorate.ha_cluster.role_input: {arguments}}}]}}"
    )
    done = check()
    assert done.returncode == 2
    assert words in " ".join((done.stdout + done.stderr).split())
