# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which names of variables are refused, which only warned about, which left alone."""

from __future__ import annotations

import pathlib

import pytest
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils import _variable_names

OWN = {"ha_storage_device", "ha_storage_mount_point", "shared_storage_name"}
SHARED = {
    "ha_cluster_name",
    "ha_cluster_ip",
    "ha_nodes",
    "ha_networks",
    "ha_hacluster_password",
    "ha_groups",
    "ha_properties",
}


def find(*names):
    return _variable_names.find_unknown(names, "shared_storage_", OWN, SHARED)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("shared_storage_devise", "ha_storage_device"),
        ("shared_storage_devices", "ha_storage_device"),
        ("shared_storage_mountpoint", "ha_storage_mount_point"),
        ("shared_storage_naem", "shared_storage_name"),
        ("shard_storage_device", "ha_storage_device"),
        ("sharedstorage_device", "ha_storage_device"),
        ("ha_node", "ha_nodes"),
        ("ha_ndoes", "ha_nodes"),
        ("ha_netwroks", "ha_networks"),
        ("ha_clustername", "ha_cluster_name"),
        ("hacluster_name", "ha_cluster_name"),
        ("ha_hacluster_pasword", "ha_hacluster_password"),
    ],
)
def test_near_miss_is_found(name, known):
    assert find(name) == _variable_names.Findings(near=((name, known),), strange=())


@pytest.mark.parametrize(
    "name",
    [
        "ha_cluster",  # the host options of another collection's role
        "ha_cluster_cluster_name",
        "ha_cluster_hacluster_password",
        "ha_cluster_cluster_properties",
        "ha_cluster_resource_groups",
        "ha_cluster_totem",
        "ha_proxy_port",
        "shared_storage_owner",
    ],
)
def test_other_name_with_our_prefix_is_strange(name):
    assert find(name) == _variable_names.Findings(near=(), strange=(name,))


@pytest.mark.parametrize(
    "name",
    [
        *sorted(OWN | SHARED),
        "__shared_storage_devise",
        "ansible_shared_storage_device",
        "hacluster_password",
        "my_cluster_name",
        "vault_ha_hacluster_password",
        "nodes",
        "ha_lighttpd_port",
        "inventory_hostname",
    ],
)
def test_known_and_foreign_names_are_left_alone(name):
    assert find(name) == _variable_names.Findings(near=(), strange=())


def test_all_near_misses_are_told():
    message = _variable_names.failure_message([("ha_node", "ha_nodes"), ("ha_cluster_nam", "ha_cluster_name")], "node1")
    assert 'variable "ha_node" of host node1 is not known; did you mean "ha_nodes"?' in message
    assert 'did you mean "ha_cluster_name"?' in message
    assert "ha_foreign_variables" in message


@pytest.fixture
def role(tmp_path: pathlib.Path) -> pathlib.Path:
    """Write a collection with a role `disk` that has a spec and defaults, and a sibling that mentions shared names."""
    files = {
        "roles/disk/meta/argument_specs.yml": "argument_specs: {main: {options: {disk_device: {}}}, assert: {}}",
        "roles/disk/defaults/main.yml": "disk_label: data\ndisk_owner: '{{ ha_disk_owner }}'",
        "roles/other/tasks/main.yml": "- quorate.ha_cluster.role_input:\n- debug: {var: ha_nodes}",
        "roles/other/templates/etc/x.j2": "{{ ha_networks.public }}",
        "roles/other/README.md": "ha_readme",
        "playbooks/site.yml": "- hosts: '{{ ha_target | default(1) }}'",
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path / "roles" / "disk"


def test_vocabulary(role):
    assert _variable_names.role_vocabulary(role) == {"disk_device", "disk_label", "disk_owner"}
    expected = {"ha_disk_owner", "ha_nodes", "ha_networks", "ha_target", "ha_foreign_variables"}
    assert _variable_names.shared_vocabulary(role.parent) == expected


def test_role_without_spec_and_defaults(tmp_path):
    assert _variable_names.role_vocabulary(tmp_path) == frozenset()
