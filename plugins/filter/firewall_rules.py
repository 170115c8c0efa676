# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write down what role iptables lets in, as iptables-restore reads it. Pure."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Iterator, Mapping, Sequence

from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.services import Use, uses

DOCUMENTATION = r"""
name: firewall_rules
short_description: Write down what role iptables lets in
version_added: 1.0.0
description:
  - Table C(filter) for both versions of IP, in the format of C(iptables-restore).
  - What comes in is dropped, but for answers, for the ICMP messages that a host needs, and for what is named here.
extends_documentation_fragment:
  - quorate.ha_cluster._firewall
options:
  cluster_services:
    description: What the nodes use on these networks.
    type: list
    elements: str
    choices: [pcsd, corosync, pacemaker_remote, qnetd, booth, dlm, fence_xvm, fence_virtd_multicast]
    required: true
  ports:
    description:
      - Ports of services that don't use their usual ones, by the service, as P(quorate.ha_cluster.cluster_ports#filter)
        says them.
    type: dict
    default: {}
  extra_rules:
    description: Rules of one's own, by version of IP, which come before those for services.
    type: dict
    required: true
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Show the rules for IPv4
  ansible.builtin.debug:
    msg: "{{ rules.ipv4 }}"
  vars:
    rules: >-
      {{ ha_networks | quorate.ha_cluster.firewall_rules(
           public_network='public', service_ports=[80],
           management_network='management', management_ports=[22], management_sources=[],
           cluster_networks=['cluster'], cluster_services=['pcsd', 'corosync'],
           extra_rules={'ipv4': [], 'ipv6': []}) }}
"""

RETURN = r"""
_value:
  description: The rules for V(ipv4) and V(ipv6).
  type: dict
"""

VERSIONS = ("ipv4", "ipv6")
# Error messages about known connections are RELATED; these are the others that a host needs. For IPv6 neighbour
# discovery, packet sizes (RFC 4890) and multicast listener discovery.
ICMP = {
    "ipv4": ("icmp -m icmp --icmp-type", ["echo-request"]),
    "ipv6": ("ipv6-icmp -m icmp6 --icmpv6-type", [1, 2, 3, 4, 128, 130, 131, 132, 133, 134, 135, 136, 143]),
}


def firewall_rules(
    networks: Mapping[str, Mapping[str, str]],
    *,
    public_network: str,
    service_ports: Sequence[str | int],
    management_network: str,
    management_ports: Sequence[str | int],
    management_sources: Sequence[str],
    cluster_networks: Sequence[str],
    cluster_services: Sequence[str],
    extra_rules: Mapping[str, Sequence[str]],
    ports: Mapping[str, Sequence[str | int]] | None = None,
) -> dict[str, str]:
    """The rules by version of IP."""
    public, management = networks[public_network], networks[management_network]
    cluster = [networks[name] for name in cluster_networks]

    def services(version: str) -> Iterator[str]:
        if _subnets(public, version):
            yield from (_accept(public, "", Use("tcp", str(port))) for port in service_ports)
        for source in [*_subnets(management, version), *_of_version(management_sources, version)]:
            yield from (_accept(management, source, Use("tcp", str(port))) for port in management_ports)
        for network in cluster:
            for source in _subnets(network, version):
                for use in (use for name in cluster_services for use in uses(name, ports or {})):
                    if use.version in ("", version):
                        yield _accept(network, source, use)

    return {version: _table([*extra_rules[version], *services(version)], version) for version in VERSIONS}


def _table(rules: Sequence[str], version: str) -> str:
    match, types = ICMP[version]
    lines = [
        "*filter",
        ":INPUT DROP [0:0]",
        ":FORWARD DROP [0:0]",
        ":OUTPUT ACCEPT [0:0]",
        "-A INPUT -i lo -j ACCEPT",
        "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
        *(f"-A INPUT -p {match} {number} -j ACCEPT" for number in types),
        *rules,
        "COMMIT",
    ]
    return "\n".join(lines) + "\n"


def _accept(network: Mapping[str, str], source: str, use: Use) -> str:
    """The rule that lets USE in from SOURCE, or from everywhere, on the interface of NETWORK."""
    words = ["-A INPUT -i", network["interface"]]
    words += ["-s", source] if source else []
    words += ["-d", use.destination] if use.destination else []
    words += ["-p", use.protocol]
    words += ["-m", use.protocol, "--dport", use.ports] if use.ports else []
    return " ".join([*words, "-j ACCEPT"])


def _subnets(network: Mapping[str, str], version: str) -> list[str]:
    return _of_version([network.get("subnet") or "", network.get("subnet6") or ""], version)


def _of_version(sources: Sequence[str], version: str) -> list[str]:
    return [source for source in sources if source and (":" in source) == (version == "ipv6")]


class FilterModule:
    """Make the filter known to Ansible."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        return {"firewall_rules": firewall_rules}
