# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which names of variables are refused, which only warned about, which left alone."""

from __future__ import annotations

import pathlib

import pytest
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils import _variable_names

KNOWN = {
    "ha_cluster_name",
    "ha_cluster_ip",
    "ha_nodes",
    "ha_networks",
    "ha_hacluster_password",
    "ha_groups",
    "ha_properties",
    "ha_storage_device",
    "ha_storage_mount_point",
    "ha_storage_label",
}


def find(*names):
    return _variable_names.find_unknown(names, KNOWN)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("ha_storage_devise", "ha_storage_device"),
        ("ha_storage_devices", "ha_storage_device"),
        ("ha_storage_mountpoint", "ha_storage_mount_point"),
        ("ha_storage_lable", "ha_storage_label"),
        ("ha_sorage_device", "ha_storage_device"),
        ("ha_node", "ha_nodes"),
        ("ha_ndoes", "ha_nodes"),
        ("ha_netwroks", "ha_networks"),
        ("ha_clustername", "ha_cluster_name"),
        ("ha_hacluster_pasword", "ha_hacluster_password"),
    ],
)
def test_near_miss_is_found(name, known):
    assert find(name) == _variable_names.Findings(near=((name, known),))


@pytest.mark.parametrize(
    "name", ["ha_proxy_port", "ha_storage_owner", "ha_storage_colour", "ha_device", "ha_storage_device_mount_point"]
)
def test_other_name_with_our_prefix_is_strange(name):
    assert find(name) == _variable_names.Findings(strange=(name,))


def test_names_of_linux_system_roles_are_no_near_misses():
    names = ("ha_cluster", "ha_cluster_alerts", "ha_cluster_cluster_name", "ha_cluster_qnetd", "ha_cluster_totem")
    findings = find(*names)
    assert findings == _variable_names.Findings(of_linux_system_roles=names)
    (line,) = _variable_names.warnings(findings)
    assert line.startswith(", ".join(names))


@pytest.mark.parametrize(
    "name",
    [
        *sorted(KNOWN),
        "__shared_storage_devise",
        "ansible_shared_storage_device",
        "shared_storage_device",
        "hacluster_name",
        "cluster_name",
        "h_nodes",
        "haa_nodes",
        "vault_ha_hacluster_password",
        "nodes",
        "inventory_hostname",
    ],
)
def test_known_and_foreign_names_are_left_alone(name):
    assert find(name) == _variable_names.Findings()


def test_all_near_misses_are_told():
    one, two = _variable_names.near_problems([("ha_node", "ha_nodes"), ("ha_cluster_nam", "ha_cluster_name")])
    assert one.startswith('variable "ha_node" is not known; did you mean "ha_nodes"?')
    assert 'did you mean "ha_cluster_name"?' in two
    assert "ha_foreign_variables" in one


def test_known_names_are_those_of_the_specifications_of_all_roles(tmp_path: pathlib.Path) -> None:
    spec = """
argument_specs:
  main:
    options: &options
      # why
      {name}:
        description: Not ha_readme, nor ha_mount.
        options:
          path: {{}}
  assert: {{options: *options}}
"""
    for role, name in (("disk", "ha_disk_owner"), ("other", "ha_nodes")):
        (tmp_path / role / "meta").mkdir(parents=True)
        (tmp_path / role / "meta" / "argument_specs.yml").write_text(spec.format(name=name), encoding="utf-8")
    assert _variable_names.known_names(tmp_path) == {"ha_disk_owner", "ha_nodes", "ha_foreign_variables", "ha_clusters"}


def test_known_names_are_found_in_the_roles_of_the_collection():
    roles = pathlib.Path(_variable_names.__file__).parents[2] / "roles"
    assert {"ha_nodes", "ha_roles", "ha_lab_nodes", "ha_storage_device"} <= _variable_names.known_names(roles)
