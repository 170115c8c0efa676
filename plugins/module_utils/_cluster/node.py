# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts about a cluster node that neither corosync.conf nor the CIB holds."""

from __future__ import annotations

import ipaddress
import json
import typing as t

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.host_auth import parse_known_hosts
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import Runner

SERVICES = ("corosync", "pacemaker", "pcsd")


def node_name(runner: Runner) -> str:
    """The name under which pacemaker knows this node; empty while it does not run."""
    result = runner.run(["crm_node", "--name"])
    return result.stdout.strip() if result.rc == 0 else ""


def enabled_services(runner: Runner) -> dict[str, bool]:
    """Which of the cluster's services start when the node boots."""
    return {name: runner.run(["systemctl", "is-enabled", "--quiet", f"{name}.service"]).rc == 0 for name in SERVICES}


def pcsd_hosts(known_hosts: str) -> list[dict[str, t.Any]]:
    """Where pcs, by its file of KNOWN_HOSTS, reaches the others; without the tokens."""
    hosts = parse_known_hosts(known_hosts)
    return [{"name": name, "address": address, "port": port} for name, (_token, address, port) in hosts.items()]


def interfaces(runner: Runner) -> list[dict[str, str]]:
    """The addresses of this machine, each with its interface and subnet, as `ip` tells."""
    result = runner.run(["ip", "-json", "address", "show"])
    return parse_interfaces(result.stdout) if result.rc == 0 else []


def parse_interfaces(text: str) -> list[dict[str, str]]:
    """Parse what `ip -json address show` prints."""
    return [
        {
            "interface": link.get("ifname", ""),
            "address": address["local"],
            "subnet": str(ipaddress.ip_interface(f"{address['local']}/{address['prefixlen']}").network),
        }
        for link in json.loads(text)
        for address in link.get("addr_info", ())
        if "local" in address
    ]
