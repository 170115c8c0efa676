# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the roles take by default follows the version of IP of the addresses that the inventory gives."""

from __future__ import annotations

import pathlib
import subprocess
import sys
import typing as t

import pytest
import yaml

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
PLAY = """
- name: Check
  hosts: all
  gather_facts: false
  strategy: linear
  tasks:
    - name: Check the input
      quorate.ha_cluster.internal_role_input:
        roles: [fence_virt, lighttpd]

- name: Show
  hosts: all
  gather_facts: false
  strategy: linear
  roles:
    - { role: quorate.ha_cluster.fence_virt, when: false }
    - { role: quorate.ha_cluster.lighttpd, when: false }
  post_tasks:
    - name: Show what is taken
      ansible.builtin.debug:
        msg: "family={{ ha_fence_virt_family }} bind={{ ha_lighttpd_bind_address }}."
"""
UUID = "248d2268-2512-4a75-8398-cafbab580529"


def check(folder: pathlib.Path, **variables: t.Any) -> subprocess.CompletedProcess[str]:
    inventory = {
        "all": {
            "hosts": {"node1": {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}},
            "vars": {
                "ha_cluster_name": "web",
                "ha_networks": {},
                "ha_fence_virt_domains": {"node1": UUID},
                **variables,
            },
        }
    }
    (folder / "hosts.yml").write_text(yaml.safe_dump(inventory))
    (folder / "play.yml").write_text(PLAY)
    argv = ["ansible-playbook", "-i", str(folder / "hosts.yml"), str(folder / "play.yml")]
    return subprocess.run(argv, cwd=CHECKOUT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("variables", "taken"),
    [
        ({"ha_nodes": {"node1": {"cluster": "192.0.2.1"}}, "ha_cluster_ip": "192.0.2.9"}, "family=ipv4 bind=."),
        ({"ha_nodes": {"node1": {"cluster": "192.0.2.1"}}}, "family=ipv4 bind=."),
        (
            {
                "ha_nodes": {"node1": {"cluster": "2001:db8::1"}},
                "ha_cluster_ip": "2001:db8::9",
                "ha_fence_virt_listener": "tcp",
                "ha_fence_virt_tcp_address": "2001:db8::254",
            },
            "family=ipv6 bind=[::].",
        ),
    ],
)
def test_defaults_follow_the_addresses(tmp_path: pathlib.Path, variables: dict[str, t.Any], taken: str) -> None:
    run = check(tmp_path, **variables)
    assert run.returncode == 0, run.stdout + run.stderr
    assert taken in run.stdout, run.stdout


def test_what_fence_xvm_can_not_do_over_ipv6_is_said_beforehand(tmp_path: pathlib.Path) -> None:
    run = check(tmp_path, ha_nodes={"node1": {"cluster": "2001:db8::1"}}, ha_cluster_ip="2001:db8::9")
    assert run.returncode == 2, run.stdout
    said = " ".join(run.stdout.split())
    for words in (
        "ha_fence_virt_listener is multicast",
        "ha_fence_virt_network (cluster)",
        "ha_fence_virt_tcp_address",
        "node1",
    ):
        assert words in said, run.stdout
