# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role new_inventory: which answers are wrong, and what is written by what was found on the machines."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles.host import Host
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles.new_inventory import (
    Plan,
    plan,
    plan_machines,
    problems,
)

WITH_VAULT = Host("localhost", has_vault=True)
VALUES: Mapping[str, Any] = {
    "ha_new_inventory_name": "web",
    "ha_new_inventory_nodes": "web1, web2=192.0.2.12",
    "ha_new_inventory_ip": "",
    "ha_new_inventory_fencing": "none",
    "ha_new_inventory_fencing_hosts": "",
    "ha_new_inventory_fencing_user": "",
    "ha_new_inventory_user": "root",
    "ha_new_inventory_gather": True,
}
BOARDS = {
    "ha_new_inventory_fencing": "ipmilan",
    "ha_new_inventory_fencing_hosts": ["bmc1", "bmc2"],
    "ha_new_inventory_fencing_user": "fence",
}
VIRT = {"ha_new_inventory_fencing": "fence_virt", "ha_new_inventory_fencing_hosts": "kvm1"}
SECRETS = {"vault_hacluster_password": "abc"}
CLUSTER_FILE = pathlib.Path(__file__).parents[2] / "files" / "new_inventory" / "cluster.yml"


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"ha_new_inventory_fencing": "None yet"},
        {"ha_new_inventory_fencing": ""},
        {"ha_new_inventory_nodes": ["192.0.2.11", "2001:db8::12"]},
        {"ha_new_inventory_ip": "2001:db8::10"},
        BOARDS,
        {**BOARDS, "ha_new_inventory_fencing": "fence_redfish", "ha_new_inventory_gather": False},
        {**BOARDS, "ha_new_inventory_fencing": "vmware-rest", "ha_new_inventory_fencing_hosts": "vcenter"},
        VIRT,
        {**VIRT, "ha_new_inventory_fencing_hosts": "kvm1=192.0.2.1,192.0.2.2"},
    ],
    ids=str,
)
def test_good_answers_have_no_problems(values: dict[str, Any]) -> None:
    assert list(problems({**VALUES, **values}, WITH_VAULT)) == []


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (
            {"ha_new_inventory_name": ""},
            "ha_new_inventory_name is ''; name the cluster, with letters, digits, dots, dashes and _ alone.",
        ),
        (
            {"ha_new_inventory_nodes": "web1"},
            "ha_new_inventory_nodes is web1; name two nodes or more, with commas between them.",
        ),
        (
            {"ha_new_inventory_nodes": "web1,192.0.2.1,192.0.2.1"},
            "ha_new_inventory_nodes has 192.0.2.1 twice; name each machine once.",
        ),
        (
            {"ha_new_inventory_nodes": "web1,web2=kvm2"},
            "ha_new_inventory_nodes: 'kvm2' is not an address; write web2=ADDRESS.",
        ),
        (
            {"ha_new_inventory_nodes": "web1,web_2"},
            "ha_new_inventory_nodes: 'web_2' is not a host name; use letters, digits and hyphens.",
        ),
        (
            {"ha_new_inventory_nodes": "web1,2001:db8:::2"},
            "ha_new_inventory_nodes: '2001:db8:::2' is not an address; correct its numbers.",
        ),
        (
            {"ha_new_inventory_ip": "web.example.com"},
            "ha_new_inventory_ip is 'web.example.com', which is not an address; give a free one of the nodes' network,"
            " without a netmask, or none.",
        ),
        (
            {"ha_new_inventory_ip": "192.0.2.12"},
            "ha_new_inventory_ip is 192.0.2.12, the address of a node; give one that no machine has.",
        ),
        (
            {"ha_new_inventory_fencing": "sbd"},
            "ha_new_inventory_fencing is 'sbd'; choose one of fence_virt, ipmilan, redfish, vmware_rest, none.",
        ),
        (
            {**BOARDS, "ha_new_inventory_fencing_hosts": "bmc1"},
            "ha_new_inventory_fencing_hosts names 1 board for 2 nodes; name the management board of each node, in the"
            " order of the nodes.",
        ),
        (
            {**BOARDS, "ha_new_inventory_fencing_hosts": "bmc1, bmc1"},
            "ha_new_inventory_fencing_hosts has bmc1 twice; name each machine once.",
        ),
        (
            {**BOARDS, "ha_new_inventory_fencing_user": None},
            "ha_new_inventory_fencing_user is empty; name the user of ipmilan.",
        ),
        (
            {**BOARDS, "ha_new_inventory_fencing": "vmware_rest"},
            "ha_new_inventory_fencing_hosts names 2 hosts; with vmware_rest name the vCenter alone.",
        ),
        (
            {"ha_new_inventory_fencing_hosts": "kvm1"},
            "ha_new_inventory_fencing_hosts is kvm1, but ha_new_inventory_fencing is none; choose one of fence_virt,"
            " ipmilan, redfish, vmware_rest, or name no host.",
        ),
        (
            {**VIRT, "ha_new_inventory_fencing_hosts": []},
            "ha_new_inventory_fencing_hosts is empty; with fence_virt name the hypervisors that run the nodes.",
        ),
        (
            {**VIRT, "ha_new_inventory_fencing_hosts": "web1"},
            "ha_new_inventory_fencing_hosts: web1 is a node; name the hypervisor that runs the nodes.",
        ),
        (
            {**VIRT, "ha_new_inventory_gather": False},
            "ha_new_inventory_gather is false, but with fence_virt the domains of the nodes are read from the"
            " hypervisor; leave it out, or choose ha_new_inventory_fencing=none.",
        ),
        (
            {"ha_new_inventory_user": "root admin"},
            "ha_new_inventory_user is 'root admin'; name the user of the SSH connection, such as root.",
        ),
    ],
)
def test_each_mistake_is_reported_with_the_way_out(values: dict[str, Any], text: str) -> None:
    assert list(problems({**VALUES, **values}, WITH_VAULT)) == [text]


def test_passwords_need_a_vault() -> None:
    (text,) = problems(VALUES, Host("localhost"))
    assert text.endswith("Give --vault-password-file FILE or --ask-vault-pass.")


def test_nodes_and_hypervisors_are_looked_at() -> None:
    assert plan_machines({**VALUES, **VIRT, "ha_new_inventory_nodes": ["web1", "192.0.2.12"]}) == [
        {"host": "web1", "address": "web1", "is": "node"},
        {"host": "192.0.2.12", "address": "192.0.2.12", "is": "node"},
        {"host": "kvm1", "address": "kvm1", "is": "hypervisor"},
    ]
    assert [each["is"] for each in plan_machines({**VALUES, **BOARDS})] == ["node", "node"]


# --- what is found ---------------------------------------------------------------------------------------------------


def interface(device: str, address: str, netmask: str = "255.255.255.0") -> dict[str, Any]:
    return {"device": device, "ipv4": {"address": address, "netmask": netmask}}


def facts(number: int, **more: Any) -> dict[str, Any]:
    """Facts of a machine with two networks, which SSH reached in the second, without the prefix of their names."""
    return {
        "os_family": "Debian",
        "distribution": "Debian",
        "hostname": f"web{number}",
        "lo": interface("lo", "127.0.0.1", "255.0.0.0"),
        "eth0": interface("eth0", f"192.0.2.1{number}"),
        "ens_1": interface("ens-1", f"198.51.100.1{number}", "255.255.255.224"),
        "default_ipv4": {"address": f"192.0.2.1{number}", "interface": "eth0"},
        "env": {"SSH_CONNECTION": f"198.51.100.30 50000 198.51.100.1{number} 22"},
        **more,
    }


KVM = {"os_family": "Debian", "br0": interface("br0", "198.51.100.1", "255.255.255.224")}
DOMAINS = {
    "stdout": " 4dea22b3-1d52-4b8c-9e0f-6b1f1f6a4a11 web1\n 4dea22b3-1d52-4b8c-9e0f-6b1f1f6a4a12 web2\n\n",
    "rc": 0,
}


def returned(found: Mapping[str, Any]) -> dict[str, Any]:
    """The result of ansible.builtin.setup with the facts FOUND."""
    return {"ansible_facts": {f"ansible_{name}": value for name, value in found.items()}}


def planned(
    answers: Mapping[str, Any], *found: Mapping[str, Any], domains: Mapping[str, Any] | None = None, **secrets: str
) -> Plan:
    """The plan for ANSWERS, with what was FOUND on each machine, in place of its facts."""
    values = {**VALUES, **answers}
    machines = plan_machines(values)
    look = [
        {"__new_inventory_machine": machine, **(returned(each) if "os_family" in each else each)}
        for machine, each in zip(machines, found)
    ]
    virsh = [
        {"__new_inventory_machine": machine, **(domains or DOMAINS)}
        for machine in machines
        if machine["is"] == "hypervisor"
    ]
    return plan(look, values=values, domains=virsh, secrets={**SECRETS, **secrets})


def text(done: Plan, path: str) -> str:
    assert list(done.problems) == []
    return next(each["content"] for each in done.files if each["path"] == path)


def variables(done: Plan) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(text(done, "group_vars/all/cluster.yml"))
    return loaded


def test_files_of_virtual_machines_are_these() -> None:
    kvm = {**KVM, "br1": interface("br1", "192.0.2.1")}
    done = planned({**VIRT, "ha_new_inventory_ip": "192.0.2.20"}, facts(1), facts(2), kvm)
    assert text(done, "hosts") == (
        "# The hosts of cluster web. group_vars/all/cluster.yml describes the cluster.\n"
        "[cluster]\n"
        "web1\n"
        "web2 ansible_host=192.0.2.12\n"
        "\n"
        "# They cut the power of nodes.\n"
        "[hypervisors]\n"
        "kvm1\n"
        "\n"
        "[all:vars]\n"
        "ansible_user=root\n"
        "ansible_python_interpreter=auto_silent\n"
    )
    assert text(done, "group_vars/all/cluster.yml") == CLUSTER_FILE.read_text()
    assert text(done, "group_vars/all/vault.yml") == (
        "---\n# The passwords of cluster web. Change them by ansible-vault edit.\nvault_hacluster_password: abc\n"
    )


def test_addresses_are_those_that_ssh_reached_or_that_were_given() -> None:
    done = planned({"ha_new_inventory_nodes": "web1,web2"}, facts(1), facts(2))
    assert variables(done)["ha_nodes"] == {"web1": "198.51.100.11", "web2": "198.51.100.12"}
    assert variables(done)["ha_networks"] == {"cluster": {"interface": "ens-1", "subnet": "198.51.100.0/27"}}
    done = planned({"ha_new_inventory_nodes": "a=192.0.2.11,192.0.2.12"}, facts(1), facts(2))
    assert variables(done)["ha_nodes"] == {"a": "192.0.2.11", "web2": "192.0.2.12"}
    assert variables(done)["ha_networks"] == {"cluster": {"interface": "eth0", "subnet": "192.0.2.0/24"}}


def test_machine_whose_address_was_not_given_is_in_the_network_of_the_others() -> None:
    for nodes in ("web1,web2=192.0.2.12", "web1=192.0.2.11,web2"):
        done = planned({"ha_new_inventory_nodes": nodes}, facts(1), facts(2))
        assert variables(done)["ha_nodes"] == {"web1": "192.0.2.11", "web2": "192.0.2.12"}
    apart = planned({"ha_new_inventory_nodes": "web1=192.0.2.11,web2=198.51.100.12"}, facts(1), facts(2))
    assert variables(apart)["ha_nodes"] == {"web1": "192.0.2.11", "web2": "198.51.100.12"}
    assert "ha_networks" not in variables(apart)


def test_translated_address_is_for_ansible_alone() -> None:
    done = planned({"ha_new_inventory_nodes": "web1=203.0.113.1,web2=203.0.113.2"}, facts(1), facts(2))
    assert variables(done)["ha_nodes"] == {"web1": "198.51.100.11", "web2": "198.51.100.12"}
    assert "web2 ansible_host=203.0.113.2\n" in text(done, "hosts")


@pytest.mark.parametrize("hostname", ["debian", "localhost", "cluster", "192.0.2.1"])
def test_machines_without_usable_names_are_numbered(hostname: str) -> None:
    named = {"hostname": hostname}
    done = planned({"ha_new_inventory_nodes": "192.0.2.11,192.0.2.12"}, facts(1, **named), facts(2, **named))
    assert list(variables(done)["ha_nodes"]) == ["node1", "node2"]


def test_service_address_in_another_network_of_the_nodes_declares_it() -> None:
    answers = {"ha_new_inventory_nodes": "web1,web2", "ha_new_inventory_ip": "192.0.2.10"}
    found = variables(planned(answers, facts(1), facts(2)))
    assert found["ha_nodes"]["web2"] == {"cluster": "198.51.100.12", "public": "192.0.2.12"}
    assert found["ha_networks"]["public"] == {"interface": "eth0", "subnet": "192.0.2.0/24"}
    assert found["ha_resources"][0]["options"] == {"ip": "{{ ha_cluster_ip }}", "cidr_netmask": 24, "nic": "eth0"}
    assert found["ha_roles"] == ["os_prep", "authkey", "cluster", "lighttpd", "resources", "verify"]
    assert found["ha_service_urls"] == ["http://{{ ha_cluster_ip }}/"]


def test_interfaces_of_different_names_are_not_written() -> None:
    second = facts(2, ens_1=None, ens2=interface("ens2", "198.51.100.12", "255.255.255.224"))
    answers = {"ha_new_inventory_nodes": "web1,web2", "ha_new_inventory_ip": "198.51.100.20"}
    found = variables(planned(answers, facts(1), second))
    assert "ha_networks" not in found
    assert found["ha_resources"][0]["options"] == {"ip": "{{ ha_cluster_ip }}"}


def test_without_a_look_names_stand_alone() -> None:
    done = planned({"ha_new_inventory_nodes": "web1,web2", "ha_new_inventory_ip": "192.0.2.10", **BOARDS})
    found = variables(done)
    assert found["ha_nodes"] == ["web1", "web2"]
    assert found["ha_stonith"][0] == {
        "id": "power-web1",
        "agent": "fence_ipmilan",
        "options": {
            "ip": "bmc1",
            "username": "fence",
            "password": "{{ vault_fencing_password }}",
            "lanplus": True,
            "pcmk_host_list": "web1",
            "pcmk_delay_base": "5s",
        },
    }
    assert "pcmk_delay_base" not in found["ha_stonith"][1]["options"]
    assert found["ha_extra_packages"] == ["fence-agents", "ipmitool"]
    assert [note.partition(" ")[0] for note in done.notes] == ["The", "The", "With"]
    assert "vault_fencing_password: change-me\n" in text(done, "group_vars/all/vault.yml")


def test_without_a_look_a_given_address_is_written() -> None:
    assert variables(planned({}))["ha_nodes"] == ["web1", {"web2": "192.0.2.12"}]
    found = variables(planned({"ha_new_inventory_nodes": "192.0.2.11,192.0.2.12"}))
    assert found["ha_nodes"] == {"node1": "192.0.2.11", "node2": "192.0.2.12"}


def test_password_that_looks_like_a_template_is_none() -> None:
    answers = {"ha_new_inventory_nodes": "web1,web2", **BOARDS}
    done = planned(answers, facts(1), facts(2), vault_fencing_password="a{{ b }}#c")
    assert 'vault_fencing_password: !unsafe "a{{ b }}#c"\n' in text(done, "group_vars/all/vault.yml")


@pytest.mark.parametrize(
    ("distribution", "family", "kind", "packages"),
    [
        ("AlmaLinux", "RedHat", "ipmilan", ["fence-agents-ipmilan", "ipmitool"]),
        ("AlmaLinux", "RedHat", "redfish", ["fence-agents-redfish"]),
        ("Ubuntu", "Debian", "ipmilan", ["fence-agents-base", "ipmitool"]),
        ("Debian", "Debian", "redfish", ["fence-agents"]),
    ],
)
def test_packages_of_fence_agents_are_those_of_the_distribution(
    distribution: str, family: str, kind: str, packages: list[str]
) -> None:
    machines = [facts(number, distribution=distribution, os_family=family) for number in (1, 2)]
    found = variables(planned({**BOARDS, "ha_new_inventory_fencing": kind}, *machines))
    assert found["ha_extra_packages"] == packages


def test_vcenter_is_one_device_with_the_names_of_its_machines() -> None:
    answers = {
        **BOARDS,
        "ha_new_inventory_nodes": "web1.example.com,web2",
        "ha_new_inventory_fencing": "vmware_rest",
        "ha_new_inventory_fencing_hosts": "vcenter.example.com",
    }
    (device,) = variables(planned(answers, facts(1), facts(2)))["ha_stonith"]
    assert device["options"]["pcmk_host_map"] == "web1.example.com:web1;web2:web2"
    assert device["options"]["pcmk_delay_base"] == "web1.example.com:5s"


def test_hypervisor_gives_its_interface_and_the_domains() -> None:
    found = variables(planned({**VIRT, "ha_new_inventory_nodes": "web1.example.com,web2"}, facts(1), facts(2), KVM))
    assert found["ha_hypervisors"] == ["kvm1"]
    assert found["ha_fence_virt_interface"] == "br0"
    assert found["ha_fence_virt_domains"] == {
        "web1.example.com": "4dea22b3-1d52-4b8c-9e0f-6b1f1f6a4a11",
        "web2": "4dea22b3-1d52-4b8c-9e0f-6b1f1f6a4a12",
    }
    assert found["ha_roles"] == ["os_prep", "authkey", "cluster", "fence_virt", "resources", "verify"]
    assert "ha_stonith" not in found
    assert found["ha_properties"] == {"no-quorum-policy": "stop"}


def test_fence_virt_on_ipv6_listens_on_tcp() -> None:
    def six(number: int) -> dict[str, Any]:
        return {"device": "eth0", "ipv6": [{"address": f"2001:db8::{number}", "prefix": "64", "scope": "global"}]}

    answers = {**VIRT, "ha_new_inventory_nodes": "web1=2001:db8::1,web2=2001:db8::2"}
    done = planned(answers, facts(1, eth0=six(1)), facts(2, eth0=six(2)), {"os_family": "Debian", "br0": six(9)})
    assert variables(done)["ha_fence_virt_listener"] == "tcp"
    assert variables(done)["ha_fence_virt_tcp_address"] == "2001:db8::9"
    assert variables(done)["ha_networks"]["cluster"]["subnet"] == "2001:db8::/64"


def test_no_fencing_is_off_and_said() -> None:
    done = planned({}, facts(1), facts(2))
    assert variables(done)["ha_properties"]["stonith-enabled"] is False
    assert done.notes[0].startswith("There is no fencing yet")


@pytest.mark.parametrize(
    ("answers", "found", "words"),
    [
        (
            {},
            [facts(1), {"unreachable": True, "msg": "Connection timed out."}],
            "web2 can't be reached: Connection timed",
        ),
        ({}, [facts(1), {"failed": True, "msg": "No python."}], "The facts of web2 can't be read: No python."),
        ({}, [facts(1, os_family="Suse", distribution="SLES"), facts(2)], "web1 runs SLES; the roles are made for"),
        (
            {"ha_new_inventory_ip": "203.0.113.10"},
            [facts(1), facts(2)],
            "ha_new_inventory_ip is 203.0.113.10, which is in no network that all nodes have (192.0.2.0/24,"
            " 198.51.100.0/27); give an address of one of them.",
        ),
        (
            {"ha_new_inventory_nodes": "web1,alias"},
            [facts(1), facts(1)],
            "web1 and alias are one machine, 198.51.100.11; name each machine once in ha_new_inventory_nodes.",
        ),
        (
            {"ha_new_inventory_ip": "192.0.2.11"},
            [facts(1), facts(2)],
            "ha_new_inventory_ip is 192.0.2.11, the address of a node;",
        ),
        (
            {**VIRT, "ha_new_inventory_nodes": "web1,db2"},
            [facts(1), facts(2), KVM],
            "No domain of kvm1 is named db2 (there are web1, web2); name the node like its domain: NAME=ADDRESS.",
        ),
        (
            {**VIRT, "ha_new_inventory_nodes": "web1,web2"},
            [facts(1), facts(2), {"os_family": "Debian"}],
            "kvm1 has no address in the network of the nodes (198.51.100.11);",
        ),
        (
            {**VIRT, "ha_new_inventory_nodes": "web1,web2", "ha_new_inventory_fencing_hosts": "kvm1,kvm2"},
            [
                facts(1),
                facts(2),
                KVM,
                {"os_family": "Debian", "br1": interface("br1", "198.51.100.2", "255.255.255.224")},
            ],
            "The hypervisors have different interfaces in the network of the nodes (br0 on kvm1, br1 on kvm2);",
        ),
    ],
)
def test_what_does_not_fit_the_machines_is_reported(
    answers: dict[str, Any], found: list[dict[str, Any]], words: str
) -> None:
    done = planned(answers, *found)
    assert list(done.files) == []
    (problem,) = done.problems
    assert problem.startswith(words)


def test_hypervisor_without_virsh_is_reported() -> None:
    done = planned(VIRT, facts(1), facts(2), KVM, domains={"rc": 2, "msg": "No such file: virsh"})
    assert done.problems[0].startswith("virsh on kvm1 failed: No such file: virsh. Install libvirt-clients")
