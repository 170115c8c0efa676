# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fence device of role fence_virt, as its variables make it, while the listener changes."""

from __future__ import annotations

import itertools
import json
import os
import pathlib
import subprocess
import sys
from typing import Any

import pytest

from .conftest import REPOSITORY, Guest
from .test_modules import begin, exported, succeed

DOMAIN = "248d2268-2512-4a75-8398-cafbab58052"
VARIABLES = {
    "ha_cluster_name": "web",
    "ha_nodes": {f"n{number}": {"cluster": f"192.0.2.1{number}"} for number in (1, 2)},
    "ha_fence_virt_domains": {f"n{number}": f"{DOMAIN}{number}" for number in (1, 2)},
    "ha_fence_virt_tcp_address": "192.0.2.1",
    "ha_fence_virt_vsock_cids": {"n1": 3, "n2": 4},
    "ha_fence_virt_delays": {},
}
SIGNED = {"ipport": "1229", "key_file": "/etc/cluster/fence_xvm.key", "auth": "sha256", "hash": "sha256"}
MAP = {"pcmk_host_map": f"n1:{DOMAIN}1;n2:{DOMAIN}2"}
EXPECTED: dict[str, tuple[str, dict[str, str]]] = {
    "multicast": ("stonith:fence_xvm", {"multicast_address": "225.0.0.12", "ip_family": "ipv4", **SIGNED, **MAP}),
    "tcp": ("stonith:fence_virt", {"ipaddr": "192.0.2.1", **SIGNED, **MAP}),
    "vsock": ("stonith:fence_virt", {"vsock": "2", **SIGNED, **MAP}),
    "serial": ("stonith:fence_virt", {"serial_device": "/dev/ttyS1", "serial_params": "115200,8N1", **MAP}),
}
# Each listener after each other one.
WAY = (
    *("multicast", "tcp", "multicast", "serial", "multicast", "vsock", "tcp"),
    *("serial", "tcp", "vsock", "serial", "vsock", "multicast"),
)
PLAY = """
- name: Tell what the role declares
  hosts: all
  connection: local
  gather_facts: false
  tasks:
    - name: Load the role's variables
      ansible.builtin.import_role: { name: quorate.ha_cluster.fence_virt }
      when: false
    - name: Write the device
      ansible.builtin.copy:
        content: "{{ device | to_json }}"
        dest: "{{ directory }}/{{ inventory_hostname }}.json"
        mode: "0600"
      vars:
        device:
          id: "{{ ha_fence_virt_device }}"
          agent: "{{ __fence_virt_device.agent }}"
          options: "{{ __fence_virt_device.options }}"
"""


@pytest.fixture(scope="module")
def devices(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The fence device by listener, in pcs_cib's form."""
    directory = tmp_path_factory.mktemp("fence_virt")
    (directory / "play.yml").write_text(PLAY)
    hosts = {listener: {"ha_fence_virt_listener": listener} for listener in EXPECTED}
    inventory = {
        "all": {
            "hosts": hosts,
            "vars": {**VARIABLES, "directory": str(directory), "ansible_python_interpreter": sys.executable},
        }
    }
    (directory / "hosts.yml").write_text(json.dumps(inventory))
    playbook = pathlib.Path(sys.executable).with_name("ansible-playbook")
    done = subprocess.run(
        [playbook, "--inventory", directory / "hosts.yml", directory / "play.yml"],
        env={**os.environ, "ANSIBLE_CONFIG": str(REPOSITORY / "ansible.cfg")},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return {listener: json.loads((directory / f"{listener}.json").read_text()) for listener in EXPECTED}


def device_in(guest: Guest, cib: str) -> tuple[str, dict[str, str]]:
    (device,) = exported(guest, cib)["stonith"]
    return device["agent"], device["options"]


def test_way_has_each_change() -> None:
    assert set(itertools.permutations(EXPECTED, 2)) == set(zip(WAY, WAY[1:]))


def test_changed_listener_leaves_no_option_of_the_old_one(
    guest: Guest, cib: str, devices: dict[str, dict[str, Any]]
) -> None:
    level = {"level": 1, "node": "n1", "devices": ["fencing"]}
    begin(guest, cib, stonith=[devices["tcp"]], stonith_levels=[level])
    for listener in WAY:
        predicted = succeed(guest.module("pcs_cib", check=True, cib_file=cib, stonith=[devices[listener]]))
        applied = succeed(guest.module("pcs_cib", cib_file=cib, stonith=[devices[listener]]))
        assert applied["changed"], listener
        assert applied["diff"] == predicted["diff"]
        assert device_in(guest, cib) == EXPECTED[listener], listener
        assert not succeed(guest.module("pcs_cib", cib_file=cib, stonith=[devices[listener]]))["changed"], listener
        assert exported(guest, cib)["stonith_levels"] == [level], listener


@pytest.mark.parametrize("listener", EXPECTED)
def test_options_that_an_earlier_run_has_left_go(
    guest: Guest, cib: str, devices: dict[str, dict[str, Any]], listener: str
) -> None:
    agent, _options = EXPECTED[listener]
    every = {name: value for each, options in EXPECTED.values() if each == agent for name, value in options.items()}
    begin(guest, cib, stonith=[{"id": "fencing", "agent": agent.partition(":")[2], "options": every}])
    succeed(guest.module("pcs_cib", cib_file=cib, stonith=[devices[listener]]))
    assert device_in(guest, cib) == EXPECTED[listener]


def test_replaced_device_keeps_what_refers_to_it(guest: Guest, cib: str) -> None:
    """Its levels, constraints and tags; of its own only what is declared. An agent of a resource still can't change."""
    others = {
        "stonith_levels": [{"level": 1, "node": "n1", "devices": ["one", "two"]}],
        "locations": [{"id": "away", "resource": "one", "node": "n1", "score": "-INFINITY"}],
        "tags": [{"id": "t", "members": ["one", "two"]}],
    }
    old = {"id": "one", "agent": "fence_virt", "options": {"ipaddr": "192.0.2.1"}, "meta": {"priority": 3}}
    begin(guest, cib, stonith=[old, {"id": "two", "agent": "fence_xvm"}], **others)
    succeed(guest.module("pcs_stonith", cib_file=cib, id="one", agent="fence_xvm", options={"ipport": 1230}))
    left = exported(guest, cib)
    one = next(item for item in left["stonith"] if item["id"] == "one")
    assert (one["agent"], one["options"]) == ("stonith:fence_xvm", {"ipport": "1230"})
    assert "meta" not in one
    assert {kind: left[kind] for kind in others} == others
    refused = guest.module("pcs_resource", cib_file=cib, id="one", agent="ocf:pacemaker:Dummy")
    assert "can't be changed" in refused["msg"]
