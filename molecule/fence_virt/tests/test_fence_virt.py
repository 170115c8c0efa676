# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every node can fence every other through the hypervisor."""

from __future__ import annotations

import typing as t
from xml.etree import ElementTree

NODES = ("node1", "node2", "node3")
DOMAIN = {
    "node1": "248d2268-2512-4a75-8398-cafbab580529",
    "node2": "c1e36261-a86b-42f5-89f7-8bf78d936d0c",
    "node3": "653aa17a-d766-455a-b7a0-bdd997ee1d71",
}


def is_node(host: t.Any) -> bool:
    return host.check_output("uname -n") in NODES


def test_daemon_runs_on_the_hypervisor_only(host: t.Any) -> None:
    assert host.service("fence_virtd").is_running != is_node(host)


def test_configuration_holds_no_key(host: t.Any) -> None:
    if not is_node(host):
        assert "/etc/cluster/fence_xvm.key" in host.file("/etc/fence_virt.conf").content_string


def test_every_domain_answers(host: t.Any) -> None:
    if is_node(host):
        for domain in DOMAIN.values():
            assert host.run("fence_xvm -o status -H %s", domain).rc == 0


def test_device_maps_every_node_to_its_domain(host: t.Any) -> None:
    if is_node(host):
        cib = ElementTree.fromstring(host.check_output("cibadmin --query"))
        value = cib.find(".//primitive[@id='fencing']//nvpair[@name='pcmk_host_map']")
        assert value is not None
        assert dict(pair.split(":") for pair in value.get("value", "").split(";")) == DOMAIN


def test_device_is_started(host: t.Any) -> None:
    if is_node(host):
        status = ElementTree.fromstring(host.check_output("crm_mon --one-shot --output-as=xml"))
        assert status.findall(".//resource[@id='fencing'][@role='Started']")
