# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a new inventory. Pure."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.adoption import Template
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._inventory_text import as_yaml, comment

PLACEHOLDER = "change-me"
# The packages of the fence agents, by family of distributions; fence_virt is installed by the role of that name.
PACKAGES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "ipmilan": {"Debian": ["fence-agents", "ipmitool"], "Ubuntu": ["fence-agents-base", "ipmitool"]},
    "redfish": {"Debian": ["fence-agents"], "Ubuntu": ["fence-agents-base"]},
    "vmware_rest": {"Debian": ["fence-agents"], "Ubuntu": ["fence-agents-base"]},
}
BOARDS = ("ipmilan", "redfish")
HEAD_START = "5s"  # of two nodes that lose sight of each other, the first survives


@dataclass(frozen=True)
class Node:
    """A node, the address at which Ansible reaches it, and its addresses by network. Both may be empty."""

    name: str
    ansible_host: str = ""
    addresses: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fencing:
    """The way in which nodes are fenced.

    - hosts: hypervisors, each with the address at which Ansible reaches it; boards, in the order of the nodes; or the
      vCenter
    - domains: the UUID of each node's libvirt domain
    - interface: that of the hypervisors in the network of the nodes
    - tcp_address: the hypervisor's address there, where fence_xvm gets no answer by multicast
    """

    kind: str = "none"
    hosts: Mapping[str, str] = field(default_factory=dict)
    user: str = ""
    domains: Mapping[str, str] = field(default_factory=dict)
    interface: str = ""
    tcp_address: str = ""

    @property
    def has_password(self) -> bool:
        return self.kind in PACKAGES


@dataclass(frozen=True)
class Cluster:
    """A cluster to write an inventory for.

    - family: Debian, Ubuntu or RedHat
    - networks: interface and subnet by name; empty if they are not known
    - ip: the virtual IP of the service; empty without a service
    """

    name: str
    nodes: Sequence[Node]
    user: str
    fencing: Fencing
    family: str = "Debian"
    networks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ip: str = ""


def packages(kind: str, family: str) -> list[str]:
    """The packages of the fence agents of KIND."""
    if kind not in PACKAGES:
        return []
    more = [name for name in PACKAGES[kind]["Debian"] if not name.startswith("fence-agents")]
    agent = f"fence-agents-{kind.replace('_', '-')}"
    return list(PACKAGES[kind].get(family) or [agent, *more])


def hosts_file(cluster: Cluster) -> str:
    """The file `hosts`."""
    text = comment(f"The hosts of cluster {cluster.name}. group_vars/all/cluster.yml describes the cluster.")
    text += "[cluster]\n" + "".join(host_line(node.name, node.ansible_host) for node in cluster.nodes)
    if cluster.fencing.kind == "fence_virt":
        text += "\n# They cut the power of nodes.\n[hypervisors]\n"
        text += "".join(host_line(name, address) for name, address in cluster.fencing.hosts.items())
    return text + f"\n[all:vars]\nansible_user={cluster.user}\nansible_python_interpreter=auto_silent\n"


def host_line(name: str, address: str) -> str:
    return f"{name} ansible_host={address}\n" if address and address != name else f"{name}\n"


def nodes_value(nodes: Sequence[Node]) -> t.Any:
    """The value of ha_nodes in its shortest form."""
    values = {
        node.name: next(iter(node.addresses.values())) if len(node.addresses) == 1 else dict(node.addresses)
        for node in nodes
    }
    if all(values.values()):
        return values
    return [{name: value} if value else name for name, value in values.items()]


def stonith(cluster: Cluster) -> list[dict[str, t.Any]]:
    """The fence devices of ha_stonith."""
    fencing, agent = cluster.fencing, f"fence_{cluster.fencing.kind}"
    login = {"username": fencing.user, "password": Template("{{ vault_fencing_password }}")}
    names = [node.name for node in cluster.nodes]
    if fencing.kind == "vmware_rest":
        options = {"ip": next(iter(fencing.hosts)), **login, "ssl": True, "ssl_insecure": True}
        options["pcmk_host_map"] = ";".join(f"{name}:{name.partition('.')[0]}" for name in names)
        if len(names) == 2:
            options["pcmk_delay_base"] = f"{names[0]}:{HEAD_START}"
        return [{"id": "vcenter", "agent": agent, "options": options}]
    if fencing.kind not in BOARDS:
        return []
    more: dict[str, t.Any] = {"lanplus": True} if fencing.kind == "ipmilan" else {"ssl": True, "ssl_insecure": True}
    devices = []
    for index, (name, board) in enumerate(zip(names, fencing.hosts)):
        options = {"ip": board, **login, **more, "pcmk_host_list": name}
        if index == 0 and len(names) == 2:
            options["pcmk_delay_base"] = HEAD_START
        devices.append({"id": f"power-{name.partition('.')[0]}", "agent": agent, "options": options})
    return devices


def fencing_parts(cluster: Cluster) -> list[tuple[str, dict[str, t.Any]]]:
    """The variables of fencing, each group of them with its comment."""
    fencing = cluster.fencing
    if fencing.kind == "fence_virt":
        listener = {"ha_fence_virt_interface": fencing.interface}
        if fencing.tcp_address:
            listener = {"ha_fence_virt_listener": "tcp", "ha_fence_virt_tcp_address": fencing.tcp_address}
        domains: dict[str, t.Any] = {
            "ha_hypervisors": list(fencing.hosts),
            **listener,
            "ha_fence_virt_domains": dict(fencing.domains),
        }
        return [("Fencing by the hypervisor: the UUID of each node's libvirt domain (virsh domuuid NAME).", domains)]
    if fencing.kind == "none":
        words = (
            "No fencing yet: the services of a lost node may run twice, and verify reports that as an error. Declare"
            " fence devices in ha_stonith, then remove stonith-enabled below."
        )
        return [(words, {})]
    words = "Fencing by the management board of each node."
    if fencing.kind == "vmware_rest":
        words = "Fencing by vCenter. pcmk_host_map has NODE:VIRTUAL-MACHINE; correct the names of the machines."
    if "ssl_insecure" in str(stonith(cluster)):
        words += " ssl_insecure accepts a certificate that no known authority has signed."
    return [(words, {"ha_stonith": stonith(cluster)})]


def service_parts(cluster: Cluster) -> list[tuple[str, dict[str, t.Any]]]:
    """The variables of the service: a virtual IP, and lighttpd behind it."""
    if not cluster.ip:
        return [("No service yet: declare what the cluster runs in ha_resources and ha_groups.", {})]
    options: dict[str, t.Any] = {"ip": Template("{{ ha_cluster_ip }}")}
    network = cluster.networks.get("public") or cluster.networks.get("cluster")
    if network:
        options["cidr_netmask"] = int(network["subnet"].rpartition("/")[2])
        options["nic"] = network["interface"]
    resources = [
        {
            "id": "web-ip",
            "agent": "ocf:heartbeat:IPaddr2",
            "options": options,
            "operations": [{"name": "monitor", "interval": "10s"}],
        },
        {
            "id": "web-server",
            "agent": "systemd:lighttpd",
            "operations": [{"name": "monitor", "interval": "10s", "timeout": "30s"}],
        },
    ]
    url = "http://[{{ ha_cluster_ip }}]/" if ":" in cluster.ip else "http://{{ ha_cluster_ip }}/"
    words = (
        "The service: a virtual IP, and a web server that serves the pages in this folder of each node. For another"
        " service replace lighttpd here and in ha_roles."
    )
    values = {
        "ha_cluster_ip": cluster.ip,
        "ha_lighttpd_document_root": "/var/www/html",
        "ha_resources": resources,
        "ha_groups": [{"id": "web", "members": ["web-ip", "web-server"]}],
    }
    return [
        (words, values),
        (
            "The pages that must answer in the end, and between the steps of later operations.",
            {"ha_service_urls": [Template(url)]},
        ),
    ]


def roles(cluster: Cluster) -> list[str]:
    """The value of ha_roles."""
    fencing = ["fence_virt"] if cluster.fencing.kind == "fence_virt" else []
    service = ["lighttpd"] if cluster.ip else []
    return ["os_prep", "authkey", "cluster", *fencing, *service, "resources", "verify"]


def cluster_file(cluster: Cluster) -> str:
    """The file `group_vars/all/cluster.yml`."""
    extra = packages(cluster.fencing.kind, cluster.family)
    properties = {"no-quorum-policy": "stop"}
    off = {"stonith-enabled": False} if cluster.fencing.kind == "none" else {}
    parts: list[tuple[str, dict[str, t.Any]]] = [
        ("", {"ha_cluster_name": cluster.name}),
        ("The nodes. Only this list decides about membership.", {"ha_nodes": nodes_value(cluster.nodes)}),
        (
            "The networks that the nodes have in common.",
            {"ha_networks": {k: dict(v) for k, v in cluster.networks.items()}},
        ),
        ("From vault.yml.", {"ha_hacluster_password": Template("{{ vault_hacluster_password }}")}),
        (
            "The roles that site.yml applies. Left out: iptables (a packet filter), shared_storage (a disk that all"
            " nodes see).",
            {"ha_roles": roles(cluster)},
        ),
        ("The fence agents, and the programs that they call.", {"ha_extra_packages": extra}),
        *fencing_parts(cluster),
        *service_parts(cluster),
        (
            "Settings of the whole cluster, and of all resources.",
            {
                "ha_properties": {**off, **properties},
                "ha_resource_defaults": {
                    "resource-stickiness": 100,
                    "migration-threshold": 3,
                    "failure-timeout": "10min",
                },
            },
        ),
    ]
    head = comment(
        f"Cluster {cluster.name}. Change this file and run quorate.ha_cluster.site again. Each variable is in"
        " docs/variables.md of the collection."
    )
    texts = [
        comment(words) + (as_yaml(kept, short=True) if kept else "")
        for words, values in parts
        for kept in [{name: value for name, value in values.items() if value not in ({}, [])}]
        if kept or not values
    ]
    return "---\n" + "\n".join([head, *texts])


def vault_file(cluster: Cluster, secrets: Mapping[str, str]) -> str:
    """The file `group_vars/all/vault.yml`."""
    words = comment(f"The passwords of cluster {cluster.name}. Change them by ansible-vault edit.")
    names = ["vault_hacluster_password", *(["vault_fencing_password"] if cluster.fencing.has_password else [])]
    return "---\n" + words + as_yaml({name: secrets.get(name) or PLACEHOLDER for name in names})


def files(cluster: Cluster, secrets: Mapping[str, str]) -> list[dict[str, t.Any]]:
    """The files, as internal_inventory_files takes them. SECRETS are the values of the variables in vault.yml."""
    return [
        {"path": "hosts", "content": hosts_file(cluster), "secret": False},
        {"path": "group_vars/all/cluster.yml", "content": cluster_file(cluster), "secret": False},
        {"path": "group_vars/all/vault.yml", "content": vault_file(cluster, secrets), "secret": True},
    ]
