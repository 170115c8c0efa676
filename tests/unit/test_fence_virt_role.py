# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role fence_virt fences remote nodes, too."""

from __future__ import annotations

import pathlib
import subprocess
import sys
import typing as t

import pytest
import yaml

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
PLAY = """
- name: Check and show
  hosts: all
  gather_facts: false
  strategy: linear
  roles:
    - { role: quorate.ha_cluster.fence_virt, when: false }
  post_tasks:
    - name: Check the input
      quorate.ha_cluster.internal_role_input:
        roles: [fence_virt]
    - name: Show what is taken
      ansible.builtin.debug:
        msg: "map={{ device.pcmk_host_map }} asks={{ __fence_virt_questions | join(',') }}."
      vars:
        device: "{{ __fence_virt_device.options }}"
"""
UUID = "248d2268-2512-4a75-8398-cafbab58052"
REMOTE = {"id": "remote1", "agent": "ocf:pacemaker:remote"}


def check(folder: pathlib.Path, *resources: dict[str, t.Any], host: str = "node1") -> subprocess.CompletedProcess[str]:
    variables = {
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "ha_cluster_name": "web",
        "ha_nodes": {"node1": {"cluster": "192.0.2.1"}, "node2": {"cluster": "192.0.2.2"}},
        "ha_hypervisors": ["power"],
        "ha_fence_virt_domains": {name: f"{UUID}{place}" for place, name in enumerate(("node1", "node2", "remote1"))},
    }
    if resources:
        variables["ha_resources"] = list(resources)
    (folder / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": {host: variables}}}))
    (folder / "play.yml").write_text(PLAY)
    argv = ["ansible-playbook", "-i", str(folder / "hosts.yml"), str(folder / "play.yml")]
    return subprocess.run(argv, cwd=CHECKOUT, capture_output=True, text=True, check=False)


def test_a_remote_node_has_its_domain_in_the_map_and_every_node_asks_for_it(tmp_path: pathlib.Path) -> None:
    run = check(tmp_path, {"id": "web"}, REMOTE)
    assert run.returncode == 0, run.stdout + run.stderr
    said = " ".join(run.stdout.split())
    assert f"map=node1:{UUID}0;node2:{UUID}1;remote1:{UUID}2 asks=node2,remote1." in said


def test_a_hypervisor_that_does_not_know_the_resources_accepts_it(tmp_path: pathlib.Path) -> None:
    run = check(tmp_path, host="power")
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("resources", [(), ({**REMOTE, "id": "remote2"},), ({"id": "remote1"},)])
def test_a_domain_of_no_node_is_refused(tmp_path: pathlib.Path, resources: tuple[dict[str, t.Any], ...]) -> None:
    run = check(tmp_path, *resources)
    assert run.returncode == 2, run.stdout
    said = " ".join(run.stdout.split())
    assert "ha_fence_virt_domains.remote1: there is no node 'remote1'; " in said.replace("''", "'")
