# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host's iptables rules let in: of the cluster's traffic, and beside what boot loads. Pure."""

from __future__ import annotations

import re
import shlex
import typing as t
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.iptables import (
    Rule,
    Table,
    parse_filter,
    split_foreign,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.services import ports_of
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import (
    ERROR,
    WARNING,
    Check,
    Finding,
    capitalized,
    words,
)

# Services that only the cluster's own networks have to reach.
CLUSTER_SERVICES = ("pcsd", "corosync", "pacemaker_remote", "dlm", "fence_xvm")
SSH = 22
# Chains that other programs keep, as in role iptables.
FOREIGN = ("CNI-", "DOCKER", "KUBE-", "LIBVIRT_", "NETAVARK", "cali-", "f2b-", "sshguard")

OFF = Check(
    "firewall-off",
    WARNING,
    "The packet filter lets everything in.",
    "Run the role iptables, or let another packet filter do it.",
    local=True,
)
OPEN = Check(
    "firewall-open",
    WARNING,
    "A rule that lets something in is in the kernel but not in the file that boot loads: it was opened by hand.",
    "Run the role iptables, which loads the declared rules; what is meant to stay belongs into ha_firewall_rules.",
    local=True,
)
DRIFT = Check(
    "firewall-drift",
    WARNING,
    "The rules in the kernel are not those that boot loads.",
    "Run the role iptables.",
    local=True,
)
EXPOSED = Check(
    "firewall-exposed",
    WARNING,
    "A port of the cluster's own is open on a network that is not the cluster's.",
    "Correct the rule's interface, or the networks.",
    local=True,
)
CLOSED = Check(
    "firewall-closed",
    ERROR,
    "corosync's port is closed on a network that is the cluster's.",
    "Let corosync's UDP ports in on the cluster's interface.",
    local=True,
)
SWAPPED = Check(
    "firewall-ssh",
    WARNING,
    "SSH is let in on the cluster's network, and not on the one for administrators.",
    "Correct the interfaces of the rules.",
    local=True,
)
CHECKS = (OFF, OPEN, DRIFT, EXPOSED, CLOSED, SWAPPED)


@dataclass(frozen=True)
class Opening:
    """What a rule lets in: on an interface (None: on all), by a protocol (None: by all), on ports (None: on all)."""

    interface: str | None
    protocol: str | None
    ports: tuple[tuple[int, int], ...] | None
    rule: str

    def admits(self, protocol: str, first: int, last: int) -> bool:
        """Whether a port from FIRST to LAST is let in."""
        if self.protocol not in (None, "all", protocol):
            return False
        return self.ports is None or any(low <= last and first <= high for low, high in self.ports)


def drops_by_default(table: Table) -> bool:
    """Whether what no rule of chain INPUT lets in is dropped or rejected."""
    if dict(table.chains).get("INPUT") == "DROP":
        return True
    own = [rule for rule in table.rules if rule.chain == "INPUT"]
    return bool(own) and own[-1].target in ("DROP", "REJECT") and not _options(own[-1]).keys() - _OF_TARGETS


_OF_TARGETS = frozenset(("-j", "--reject-with"))


def _options(rule: Rule) -> dict[str, str]:
    """The options of a rule with their values; of several modules (-m) only the last."""
    options: dict[str, str] = {}
    name = ""
    for word in shlex.split(rule.match):
        if word.startswith("-") and not word.lstrip("-").isdigit():
            name = word
            options[name] = ""
        elif word != "!":
            options[name] = f"{options.get(name, '')} {word}".strip()
    return options


def openings(table: Table) -> list[Opening]:
    """What chain INPUT lets in anew. Rules for known connections and the loopback interface let in nothing new."""
    found = []
    for rule in table.rules:
        options = _options(rule)
        states = options.get("--ctstate", options.get("--state", "NEW"))
        if rule.chain != "INPUT" or rule.target != "ACCEPT" or "NEW" not in states or options.get("-i") == "lo":
            continue
        if " ! " in rule.match or "--dst-type" in options or "--pkt-type" in options:
            continue
        ports = options.get("--dport") or options.get("--dports") or options.get("--ports")
        found.append(Opening(options.get("-i"), options.get("-p"), _ports(ports), str(rule)))
    return found


def _ports(text: str | None) -> tuple[tuple[int, int], ...] | None:
    if not text:
        return None
    ranges = [part.replace("-", ":").partition(":") for part in text.split(",")]
    numbers = [(low, high or low) for low, _separator, high in ranges]
    return tuple((int(low), int(high)) for low, high in numbers if low.isdigit() and high.isdigit())


def version_of(text: str) -> str:
    """The version of IP that the rules in TEXT are for."""
    return "ipv6" if "icmp6" in text or "ipv6-icmp" in text or re.search(r" -[sd] [0-9a-f]*:", text) else "ipv4"


def knows(network: t.Mapping[str, t.Any], version: str, *, default: bool) -> bool:
    """Whether NETWORK has addresses of this VERSION of IP. DEFAULT: where nothing tells."""
    subnets = [str(network[key]) for key in ("subnet", "subnet6") if network.get(key)]
    return any((":" in subnet) == (version == "ipv6") for subnet in subnets) if subnets else default


def ports_in_words(ranges: t.Iterable[tuple[int, int]]) -> str:
    return words([str(low) if low == high else f"{low} to {high}" for low, high in ranges])


def lint(
    text: str,
    networks: t.Mapping[str, t.Mapping[str, t.Any]],
    cluster_networks: t.Collection[str] = ("cluster",),
    management_network: str = "management",
    *,
    ports: t.Mapping[str, t.Sequence[t.Any]] | None = None,
    version: str = "ipv4",
    serves: bool = True,
) -> list[Finding]:
    """What is wrong with the rules in TEXT, as iptables-save prints them, given NETWORKS by name, each with an
    `interface`. PORTS: those that are not the usual ones, by service. SERVES: whether the nodes have addresses of this
    VERSION of IP for each other; where they have not, only what is open is found."""
    table = parse_filter(text)
    if not drops_by_default(table):
        subject = "INPUT" if version == "ipv4" else "INPUT of ip6tables"
        return [OFF.found(subject, f"Chain {subject} accepts what no rule is about.")]
    opened = openings(table)
    interfaces = {name: str(network.get("interface", "")) for name, network in networks.items()}
    own = {interfaces[name] for name in cluster_networks if interfaces.get(name)}
    if not own:
        return []
    found = []
    for who in CLUSTER_SERVICES:
        foreign = [
            item
            for item in opened
            if item.ports is not None
            and item.interface not in (None, *own)
            and any(item.admits(protocol, low, high) for protocol, low, high in ports_of(who, ports or {}))
        ]
        found += [EXPOSED.found(who, f"{who} is open on {item.interface}: {item.rule}.") for item in foreign]
    if not serves:
        return found
    asked = {
        interfaces[name]
        for name in cluster_networks
        if interfaces.get(name) and knows(networks[name], version, default=True)
    }
    corosync = [(low, high) for _protocol, low, high in ports_of("corosync", ports or {})]
    for interface in sorted(asked):
        let = [item for item in opened if item.interface in (None, interface)]
        if not any(item.admits("udp", low, high) for item in let for low, high in corosync):
            said = "" if version == "ipv4" else " of IPv6"
            range_or_port = "port" if len(corosync) == 1 and corosync[0][0] == corosync[0][1] else "ports"
            closed = f"No rule lets UDP {range_or_port} {ports_in_words(corosync)}{said} in on {interface}."
            found.append(CLOSED.found("corosync", closed))
    let_in = [item.interface for item in opened if item.ports is not None and item.admits("tcp", SSH, SSH)]
    management = interfaces.get(management_network)
    misplaced = [interface for interface in let_in if interface in own]
    administered = management and knows(networks[management_network], version, default=True)
    if misplaced and administered and management not in own and not {None, management}.intersection(let_in):
        found.append(SWAPPED.found("ssh", f"Port 22 is open on {words(map(str, misplaced))} and not on {management}."))
    return found


def differences(loaded: str, persistent: str) -> list[Finding]:
    """How the LOADED rules differ from the PERSISTENT ones; both as iptables-save prints them."""
    kernel, _others = split_foreign(parse_filter(loaded), FOREIGN)
    file, _others = split_foreign(parse_filter(persistent), FOREIGN)
    if kernel.same_as(file):
        return []
    more = [rule for rule in kernel.rules if rule not in file.rules]
    less = [str(rule) for rule in file.rules if rule not in kernel.rules]
    opened = [str(rule) for rule in more if rule.target == "ACCEPT" and rule.chain == "INPUT"]
    closed = [str(rule) for rule in more if str(rule) not in opened]
    policies = [f"{name} {policy}" for name, policy in kernel.chains if dict(file.chains).get(name) != policy]
    found = [OPEN.found("INPUT", f"In the kernel only: {'; '.join(opened)}.")] if opened else []
    said = [f"in the kernel only: {'; '.join(closed)}"] if closed else []
    said += [f"in the file only: {'; '.join(less)}"] if less else []
    said += [f"policies in the kernel: {words(policies)}"] if policies else []
    if said or not found:
        found.append(DRIFT.found("filter", f"{capitalized('; '.join(said) or 'the order of the rules differs')}."))
    return found
