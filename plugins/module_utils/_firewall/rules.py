# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The declared packet filter, and its rules in the format of iptables-restore. Pure."""

from __future__ import annotations

import ipaddress
import re
import typing as t
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.ports import Ports, parse_ports
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.services import (
    PortsByService,
    Use,
    corosync_ports,
    uses,
)

VERSIONS = ("ipv4", "ipv6")
# Error messages about known connections are RELATED; these are the others that a host needs. For IPv6 neighbour
# discovery, packet sizes (RFC 4890) and multicast listener discovery.
ICMP: dict[str, tuple[str, list[t.Any]]] = {
    "ipv4": ("icmp -m icmp --icmp-type", ["echo-request"]),
    "ipv6": ("ipv6-icmp -m icmp6 --icmpv6-type", [1, 2, 3, 4, 128, 130, 131, 132, 133, 134, 135, 136, 143]),
}

_RULE = re.compile(r"-[AIN] \S[^\n]*")


@dataclass(frozen=True)
class Network:
    """A network: the interface by which packets of it come in, and its subnets."""

    interface: str
    subnets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Access:
    """What is let in from some NETWORKS: PORTS and SERVICES, from their subnets and SOURCES, or from ANYWHERE."""

    networks: tuple[str, ...]
    ports: tuple[Ports, ...] = ()
    services: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    anywhere: bool = False


@dataclass(frozen=True)
class Filter:
    """The declared packet filter. EXTRA: rules for each version of IP, as lines for iptables-restore."""

    networks: Mapping[str, Network]
    accept: tuple[Access, ...] = ()
    ports_by_service: PortsByService = field(default_factory=dict)
    extra: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Opening:
    """What one rule lets in: USE, on INTERFACE, from the subnet SOURCE or, if that is empty, from anywhere."""

    interface: str
    source: str
    use: Use

    def __str__(self) -> str:
        words = ["-A INPUT -i", self.interface]
        words += ["-s", self.source] if self.source else []
        words += ["-d", self.use.destination] if self.use.destination else []
        words += ["-p", self.use.protocol]
        if self.use.ports is not None:
            words += ["-m", self.use.protocol, "--dport", self.use.ports.numbers.replace("-", ":")]
        return " ".join([*words, "-j ACCEPT"])


def declared_filter(params: Mapping[str, t.Any]) -> Filter:
    """The filter that the options of module iptables_rules declare. Raises ClusterError where one is wrong."""
    networks = {name: _network(name, options) for name, options in params["networks"].items()}
    return Filter(
        networks,
        tuple(_access(f"accept[{index}]", entry, networks) for index, entry in enumerate(params["accept"])),
        {
            "corosync": corosync_ports(params["link_options"], params["transport"]),
            **params["ports_by_service"],
        },
        {
            "ipv4": [_own_rule("rules", rule) for rule in params["rules"]],
            "ipv6": [_own_rule("rules_ipv6", rule) for rule in params["rules_ipv6"]],
        },
    )


def _network(name: str, options: t.Any) -> Network:
    if not isinstance(options, Mapping) or not options.get("interface"):
        raise ClusterError(
            f"networks.{name} has no interface; write {name}: {{interface: eth0, subnet: 192.0.2.0/24}}."
        )
    subnets = tuple(str(options[key]) for key in ("subnet", "subnet6") if options.get(key))
    for subnet in subnets:
        _check_subnet(f"networks.{name}", subnet)
    return Network(str(options["interface"]), subnets)


def _access(place: str, entry: Mapping[str, t.Any], networks: Mapping[str, Network]) -> Access:
    for name in entry["networks"]:
        if name not in networks:
            raise ClusterError(f"{place}: there is no network '{name}'; networks has {', '.join(networks) or 'none'}.")
    for source in entry["sources"]:
        _check_subnet(f"{place}.sources", source)
    try:
        ports = tuple(parse_ports(value) for value in entry["ports"])
    except ValueError as error:
        raise ClusterError(f"{place}.ports: {error}") from error
    return Access(tuple(entry["networks"]), ports, tuple(entry["services"]), tuple(entry["sources"]), entry["anywhere"])


def _check_subnet(place: str, text: str) -> None:
    why = why_no_subnet(text)
    if why:
        raise ClusterError(f"{place}: {why}")


def _own_rule(place: str, rule: str) -> str:
    why = why_no_rule(rule)
    if why:
        raise ClusterError(f"{place}: {why}")
    return rule


def why_no_subnet(text: str) -> str:
    """Why TEXT is not a subnet; empty where it is."""
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return f"{text!r} is not a subnet; write it like 192.0.2.0/24."
    return ""


def why_no_rule(text: str) -> str:
    """Why TEXT is not a rule of iptables on one line; empty where it is. The rest iptables-restore says."""
    if _RULE.fullmatch(text):
        return ""
    return f"{text!r} is not a rule; write it like '-A INPUT -p tcp --dport 9100 -j ACCEPT'."


def openings(wanted: Filter, version: str) -> Iterator[Opening]:
    """What the filter lets in by this VERSION of IP, on networks that have a subnet of it."""
    for access in wanted.accept:
        named = [use for name in access.services for use in uses(name, wanted.ports_by_service)]
        let_in = [*(Use(ports.protocol, ports) for ports in access.ports), *named]
        for network in (wanted.networks[name] for name in access.networks):
            own = of_version(network.subnets, version)
            sources = ([""] if own else []) if access.anywhere else [*own, *of_version(access.sources, version)]
            for source in sources:
                for use in let_in:
                    if use.version in ("", version):
                        yield Opening(network.interface, source, use)


def of_version(subnets: Sequence[str], version: str) -> list[str]:
    """Those of SUBNETS that are of this VERSION of IP."""
    return [subnet for subnet in subnets if (":" in subnet) == (version == "ipv6")]


def restore_text(wanted: Filter, version: str) -> str:
    """Table filter for this VERSION of IP, as iptables-restore reads it. What no rule lets in is dropped."""
    match, types = ICMP[version]
    lines = [
        "*filter",
        ":INPUT DROP [0:0]",
        ":FORWARD DROP [0:0]",
        ":OUTPUT ACCEPT [0:0]",
        "-A INPUT -i lo -j ACCEPT",
        "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
        *(f"-A INPUT -p {match} {number} -j ACCEPT" for number in types),
        *wanted.extra.get(version, ()),
        *map(str, dict.fromkeys(openings(wanted, version))),
        "COMMIT",
    ]
    return "\n".join(lines) + "\n"
