# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventories that docs/own-hosts.md and README.md show, put into files as they say, pass the check that site.yml
begins with."""

from __future__ import annotations

import pathlib
import re
import subprocess
import sys

import documented_tasks
import pytest
import yaml

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
PAGE = CHECKOUT / "docs" / "own-hosts.md"
CHECK_INPUT = str(CHECKOUT / "playbooks" / "check_input.yml")
VAULT = {"vault_hacluster_password": "correct-horse-battery-staple", "vault_fencing_password": "secret"}


MEETING = """
- name: Connect to the hosts
  hosts: all
  gather_facts: false
  tasks: [{ name: Reach them, ansible.builtin.ping: }]

- name: Check the input
  import_playbook: CHECK_INPUT

- name: Change something
  hosts: all
  gather_facts: false
  tasks: [{ name: Say so, ansible.builtin.debug: { msg: changing } }]
"""


def check(folder: pathlib.Path, playbook: str = CHECK_INPUT, **more: object) -> subprocess.CompletedProcess[str]:
    """Check the page's inventory with this machine in place of all hosts, and of one that fences."""
    (hosts,) = re.findall(r"^```ini\n(.*?)^```", PAGE.read_text(), flags=re.MULTILINE | re.DOTALL)
    here = {"ansible_connection": "local", "ansible_become": False, "ansible_python_interpreter": sys.executable}
    variables = folder / "group_vars" / "all"
    variables.mkdir(parents=True)
    (folder / "hosts").write_text(f"{hosts}\n[hypervisors]\npower.example.com\n")
    (variables / "cluster.yml").write_text(yaml.safe_dump({**documented_tasks.variables(PAGE), **more}))
    (variables / "others.yml").write_text(yaml.safe_dump({**VAULT, **here}))
    command = ["ansible-playbook", "-i", str(folder / "hosts"), playbook]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)


def test_inventory_of_the_page_is_accepted(tmp_path: pathlib.Path) -> None:
    run = check(tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.count("failed=0") == 4


def test_inventory_of_the_first_page_is_accepted(tmp_path: pathlib.Path) -> None:
    blocks = re.findall(r"^```yaml\n(.*?)^```", (CHECKOUT / "README.md").read_text(), flags=re.MULTILINE | re.DOTALL)
    (shown,) = (block for block in blocks if block.startswith("cluster:"))
    assert shown.count("\n") <= 16
    inventory = yaml.safe_load(shown)
    here = {"ansible_connection": "local", "ansible_become": False, "ansible_python_interpreter": sys.executable}
    inventory["cluster"]["vars"].update(here)
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump(inventory))
    (tmp_path / "vault.yml").write_text(yaml.safe_dump(VAULT))
    command = ["ansible-playbook", "-i", str(tmp_path / "hosts.yml"), "-e", f"@{tmp_path / 'vault.yml'}", CHECK_INPUT]
    run = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.count("failed=0") == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [("ha_extra_package", ["fence-agents"]), ("ha_cluster_name", "my cluster")],
)
def test_mistake_in_it_is_named(name: str, value: object, tmp_path: pathlib.Path) -> None:
    run = check(tmp_path, **{name: value})
    assert run.returncode != 0
    assert name in run.stdout


def test_mistake_stops_all_hosts_with_one_out_of_reach(tmp_path: pathlib.Path) -> None:
    """Ansible ends a playbook when a play has failed on all its hosts; one that was lost before is not among them."""
    playbook, lost = tmp_path / "meet.yml", tmp_path / "host_vars" / "web2.example.com.yml"
    playbook.write_text(MEETING.replace("CHECK_INPUT", CHECK_INPUT))
    lost.parent.mkdir()
    lost.write_text("ansible_connection: ansible.builtin.ssh\nansible_host: 127.0.0.1\nansible_port: 1\n")
    run = check(tmp_path, str(playbook), ha_cluster_name="my cluster")
    recap = run.stdout.partition("PLAY RECAP")[2]
    assert recap.count("unreachable=1") == 1, run.stdout
    assert "my cluster" in run.stdout, run.stdout
    assert "changing" not in run.stdout, run.stdout
