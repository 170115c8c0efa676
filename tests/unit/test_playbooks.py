# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks apply only the roles that ha_roles lists."""

from __future__ import annotations

import pathlib
import subprocess
import sys
import typing as t

import documented_tasks
import pytest
import yaml

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
PLAYBOOKS = CHECKOUT / "playbooks"
COLLECTION = "quorate.ha_cluster."
# What ha_roles may list.
LISTED = [
    "os_prep",
    "iptables",
    "authkey",
    "cluster",
    "fence_virt",
    "shared_storage",
    "lighttpd",
    "resources",
    "verify",
]
# Playbooks that are about one of these roles by name.
ABOUT_ONE = {"verify.yml": "verify", "report.yml": "verify"}
# Role qnetd, which ha_roles never lists, has the password set there.
ARBITRATORS = "Rotate the password of the arbitrators' pcsd"


def roles_of(play: dict[str, t.Any]) -> t.Iterator[str]:
    """The names of the collection's roles that PLAY applies."""
    for role in play.get("roles", []):
        yield (role if isinstance(role, str) else role["role"]).removeprefix(COLLECTION)
    for task in play.get("tasks", []):
        for action in ("ansible.builtin.import_role", "ansible.builtin.include_role"):
            if action in task:
                yield task[action]["name"].removeprefix(COLLECTION)


def plays() -> list[tuple[str, dict[str, t.Any], str]]:
    """Each play that applies a role that ha_roles may leave out, with its playbook."""
    found = []
    for path in sorted(PLAYBOOKS.glob("*.yml")):
        for play in yaml.safe_load(path.read_text()):
            found += [(path.name, play, role) for role in roles_of(play) if role in LISTED]
    return found


@pytest.mark.parametrize(
    ("playbook", "play", "role"),
    [pytest.param(*each, id=f"{each[0]}-{each[2]}-{index}") for index, each in enumerate(plays())],
)
def test_plays_leave_out_hosts_whose_ha_roles_lacks_the_role(playbook: str, play: dict[str, t.Any], role: str) -> None:
    if ABOUT_ONE.get(playbook) == role or play["name"] == ARBITRATORS:
        return
    conditions = [str(task.get("when", "")) for task in play.get("tasks", []) if role in str(task)]
    assert f"'without_{role}'" in play["hosts"] or any(
        f"'without_{role}' not in group_names" in when for when in conditions
    )


MEMBERS = "(['membership_member', 'apply_nodes'] if 'cluster' in group_names else ['apply_hypervisors'])"
LISTING = """
- name: Group the hosts as the check of the input does
  hosts: all
  gather_facts: false
  tasks:
    - name: Group
      ansible.builtin.group_by: { key: "{{ item }}" }
      loop: "{{ MEMBERS + KNOWN | difference(ha_roles) | map('regex_replace', '^', 'without_') }}"
"""


def all_plays(playbook: str) -> t.Iterator[dict[str, t.Any]]:
    """The plays of PLAYBOOK, with those that it imports."""
    for play in yaml.safe_load((PLAYBOOKS / playbook).read_text()):
        imported = play.get("import_playbook") or play.get("ansible.builtin.import_playbook")
        if imported:
            yield from all_plays(imported)
        else:
            yield play


@pytest.mark.parametrize("playbook", ["membership.yml", "rotate_authkey.yml", "site.yml"])
def test_inventory_of_own_hosts_gets_no_role_that_it_leaves_out(playbook: str, tmp_path: pathlib.Path) -> None:
    """What each play's pattern comes to once the hosts are grouped."""
    variables = documented_tasks.variables(CHECKOUT / "docs" / "own-hosts.md")
    grouping = LISTING.replace("KNOWN", str(LISTED)).replace("MEMBERS", MEMBERS)
    probe = yaml.safe_load(grouping)
    left_out = [role for role in LISTED if role not in variables["ha_roles"]]
    assert left_out == ["iptables", "fence_virt", "shared_storage"]
    for play in all_plays(playbook):
        for role in [name for name in roles_of(play) if name in LISTED]:
            name = f"{role} reached {{{{ inventory_hostname }}}}"
            probe.append(
                {
                    "name": role,
                    "hosts": play["hosts"],
                    "gather_facts": False,
                    "tasks": [{"ansible.builtin.debug": {"msg": name}}],
                }
            )
    (tmp_path / "probe.yml").write_text(yaml.safe_dump(probe, sort_keys=False))
    groups = {"cluster": {"hosts": dict.fromkeys(variables["ha_nodes"])}, "hypervisors": {"hosts": {"power": None}}}
    here = {
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "ha_roles": variables["ha_roles"],
    }
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump({"all": {"children": groups, "vars": here}}))
    command = ["ansible-playbook", "-i", str(tmp_path / "hosts.yml"), str(tmp_path / "probe.yml")]
    run = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "os_prep reached web1" in run.stdout, run.stdout
    reached = [role for role in left_out if f"{role} reached" in run.stdout]
    assert reached == [], run.stdout
