# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roles resources and fence_virt agree on what belongs to which."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import typing as t

import pytest
import yaml
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kinds import KINDS
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.spec import CIB

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
PLAY = """
- name: Tell what the roles make of the inventory
  hosts: all
  connection: local
  gather_facts: false
  roles:
    - { role: quorate.ha_cluster.resources, tags: [never] }
    - { role: quorate.ha_cluster.fence_virt, tags: [never] }
  post_tasks:
    - name: Write what they hold
      ansible.builtin.copy:
        content: "{{ held | to_json }}"
        dest: "{{ directory }}/{{ inventory_hostname }}.json"
        mode: "0600"
      vars:
        held:
          elsewhere: "{{ __resources_elsewhere }}"
          told: "{{ __resources_undeclared }}"
          enabled: "{{ __fence_virt_stonith_enabled }}"
"""
HOSTS: dict[str, dict[str, t.Any]] = {
    "plain": {},
    "fenced": {"ha_fence_virt_domains": {"node1": "uuid"}, "ha_properties": {"no-quorum-policy": "stop"}},
    "other-name": {
        "ha_fence_virt_domains": {"node1": "uuid"},
        "ha_fence_virt_device": "a.b",
        "ha_roles": ["fence_virt", "resources"],
        "ha_declared_elsewhere": {"stonith": ["board-.*"], "alerts": ["mail"]},
    },
    "without": {"ha_fence_virt_domains": {"node1": "uuid"}, "ha_roles": ["resources"]},
    "disabled": {"ha_properties": {"stonith-enabled": False}},
}


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, t.Any]]:
    directory = tmp_path_factory.mktemp("roles")
    (directory / "play.yml").write_text(PLAY)
    shared = {
        "ha_cluster_name": "web",
        "ha_nodes": {"node1": {}},
        "checkout": str(CHECKOUT),
        "directory": str(directory),
        "ansible_python_interpreter": sys.executable,
        "__resources_done": {"undeclared": {"resources": ["old-ip", "old-fs"], "groups": ["old"]}},
    }
    (directory / "hosts.yml").write_text(json.dumps({"all": {"hosts": HOSTS, "vars": shared}}))
    playbook = pathlib.Path(sys.executable).with_name("ansible-playbook")
    done = subprocess.run(
        [playbook, "--inventory", directory / "hosts.yml", directory / "play.yml"],
        env={**os.environ, "ANSIBLE_CONFIG": str(CHECKOUT / "ansible.cfg")},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return {host: json.loads((directory / f"{host}.json").read_text()) for host in HOSTS}


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("plain", {}),
        ("fenced", {"stonith": ["fencing"], "properties": ["stonith-enabled"]}),
        (
            "other-name",
            {"stonith": ["board-.*", r"a\.b"], "alerts": ["mail"], "properties": ["stonith-enabled"]},
        ),
        ("without", {}),
    ],
)
def test_purge_leaves_what_fence_virt_declares(
    held: dict[str, dict[str, t.Any]], host: str, expected: dict[str, list[str]]
) -> None:
    assert held[host]["elsewhere"] == expected


def test_properties_say_whether_the_cluster_fences(held: dict[str, dict[str, t.Any]]) -> None:
    """Both roles set stonith-enabled to that, so they do not undo each other."""
    assert {host: held[host]["enabled"] for host in ("plain", "fenced", "disabled")} == {
        "plain": True,
        "fenced": True,
        "disabled": False,
    }


def test_what_is_not_declared_is_told_by_kind(held: dict[str, dict[str, t.Any]]) -> None:
    told = " ".join(held["plain"]["told"].split())
    assert told.startswith("In the cluster, not declared: resources old-ip, old-fs; groups old. It stays as it is.")
    assert "ha_purge" in told


ROLE = CHECKOUT / "roles" / "resources"
DECLARED: dict[str, tuple[str, t.Mapping[str, t.Any]]] = {
    option: (variable, described)
    for kind in KINDS
    for option, variable, described in [
        (kind.name, kind.variable, kind.option),
        *((name, f"ha_{name}", each) for name, each in kind.more.items()),
    ]
}


def test_the_role_hands_over_all_that_can_be_declared() -> None:
    """What the role did not hand over, such as purge, could be declared and had no effect."""
    (task, *_others) = yaml.safe_load((ROLE / "tasks" / "converge.yml").read_text())
    given = task["quorate.ha_cluster.pcs_cib"]
    assert given == {
        **{option: f"{{{{ {variable} }}}}" for option, (variable, _described) in DECLARED.items()},
        "purge": "{{ ha_purge }}",
        "declared_elsewhere": "{{ __resources_elsewhere }}",
        "wait": "{{ ha_resources_wait }}",
        "allow_disruption": "{{ ha_allow_disruption }}",
    }
    assert set(given) == {*CIB, "wait", "allow_disruption"}


@pytest.mark.parametrize("option", DECLARED)
def test_the_role_describes_what_it_hands_over(option: str) -> None:
    variable, described = DECLARED[option]
    said = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text())["argument_specs"]["main"]["options"]
    defaults = yaml.safe_load((ROLE / "defaults" / "main.yml").read_text())
    wanted = {name: described[name] for name in ("type", "elements") if name in described}
    empty: dict[str, t.Any] = {"dict": {}, "list": [], "bool": False}
    assert {name: said[variable].get(name) for name in wanted} == wanted
    assert said[variable]["default"] == defaults[variable] == empty[described["type"]]
    if "suboptions" in described:
        assert f"O(quorate.ha_cluster.pcs_cib#module:{option})" in said[variable]["description"]
