# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the iptables rules of a host: the cluster's traffic, and differences from the rules that boot loads. Pure."""

from __future__ import annotations

import re
import shlex
import typing as t
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import Section, node_sections
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.iptables import (
    Rule,
    Table,
    parse_filter,
    split_foreign,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.plan import FOREIGN_CHAINS
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.ports import Ports, valid_ports
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.services import (
    PortsByService,
    link_ports,
    ports_of,
    usual_ports,
)
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
SSH = Ports("tcp", 22, 22)

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
    "Run the role iptables, which loads the declared rules; put permanent rules into ha_firewall_rules.",
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
UNSERVED = Check(
    "firewall-service",
    ERROR,
    "A port of the service is closed on the network that its clients come from.",
    "Run the role iptables, or correct ha_service_ports.",
    local=True,
)
SWAPPED = Check(
    "firewall-ssh",
    WARNING,
    "SSH is allowed on the cluster network, but not on the management network.",
    "Correct the interfaces of the rules.",
    local=True,
)
CHECKS = (OFF, OPEN, DRIFT, EXPOSED, CLOSED, UNSERVED, SWAPPED)


@dataclass(frozen=True)
class Opening:
    """What a rule lets in: on an interface (None: on all), by a protocol (None: by all), on ports (None: on all)."""

    interface: str | None
    protocol: str | None
    ports: tuple[tuple[int, int], ...] | None
    rule: str

    def admits(self, wanted: Ports) -> bool:
        """Whether one of the WANTED ports is let in."""
        if self.protocol not in (None, "all", wanted.protocol):
            return False
        return self.ports is None or any(low <= wanted.last and wanted.first <= high for low, high in self.ports)


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
    """The new connections that chain INPUT lets in. Rules for known connections and the loopback let in none."""
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


def ports_in_words(wanted: t.Iterable[Ports]) -> str:
    return words([ports.numbers.replace("-", " to ") for ports in wanted])


def corosync_ports(root: Section | None) -> list[str]:
    """The ports that the links of a corosync.conf use: their own, or the usual ones."""
    if root is None:
        return usual_ports("corosync")
    totem = root.child("totem")
    transport = totem.get("transport", "knet")
    own = {
        interface.get("linknumber", "0"): interface.get("mcastport")
        for interface in totem.children("interface")
        if interface.get("mcastport").isdigit()
    }
    addresses = {key for node in node_sections(root).values() for key, _value in node.attributes}
    links = {key[len("ring") : -len("_addr")] for key in addresses if key.startswith("ring") and key.endswith("_addr")}
    found = sorted(link_ports(int(port), transport) for port in own.values())
    return found if own and links <= own.keys() else [*usual_ports("corosync"), *found]


def lint(
    text: str,
    networks: t.Mapping[str, t.Mapping[str, t.Any]],
    cluster_networks: t.Collection[str] = ("cluster",),
    management_network: str = "management",
    *,
    ports_by_service: PortsByService | None = None,
    version: str = "ipv4",
    serves: bool = True,
) -> list[Finding]:
    """What is wrong with the rules in TEXT, as iptables-save prints them, given NETWORKS by name, each with an
    `interface`. PORTS_BY_SERVICE: those that are not the usual ones. SERVES: whether the nodes have addresses of this
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
            and any(item.admits(ports) for ports in ports_of(who, ports_by_service or {}))
        ]
        found += [EXPOSED.found(who, f"{who} is open on {item.interface}: {item.rule}.") for item in foreign]
    if not serves:
        return found
    asked = {
        interfaces[name]
        for name in cluster_networks
        if interfaces.get(name) and knows(networks[name], version, default=True)
    }
    corosync = ports_of("corosync", ports_by_service or {})
    for interface in sorted(asked):
        let = [item for item in opened if item.interface in (None, interface)]
        if not any(item.admits(ports) for item in let for ports in corosync):
            said = "" if version == "ipv4" else " of IPv6"
            range_or_port = "port" if len(corosync) == 1 and corosync[0].numbers.isdigit() else "ports"
            closed = f"No rule lets UDP {range_or_port} {ports_in_words(corosync)}{said} in on {interface}."
            found.append(CLOSED.found("corosync", closed))
    let_in = [item.interface for item in opened if item.ports is not None and item.admits(SSH)]
    management = interfaces.get(management_network)
    misplaced = [interface for interface in let_in if interface in own]
    administered = management and knows(networks[management_network], version, default=True)
    if misplaced and administered and management not in own and not {None, management}.intersection(let_in):
        found.append(SWAPPED.found("ssh", f"Port 22 is open on {words(map(str, misplaced))} and not on {management}."))
    return found


def unserved(
    text: str, network: t.Mapping[str, t.Any], ports: t.Iterable[t.Any], version: str = "ipv4"
) -> list[Finding]:
    """Which PORTS of the service, as ha_service_ports has them, the rules in TEXT don't let in on NETWORK."""
    table = parse_filter(text)
    interface = str(network.get("interface") or "")
    if not interface or not drops_by_default(table) or not knows(network, version, default=version == "ipv4"):
        return []
    opened = [item for item in openings(table) if item.interface in (None, interface)]
    closed = [each for each in valid_ports(ports) if not any(item.admits(each) for item in opened)]
    said = "" if version == "ipv4" else " of IPv6"
    return [UNSERVED.found(str(each), f"No rule{said} lets {each} in on {interface}.") for each in closed]


def differences(loaded: str, persistent: str) -> list[Finding]:
    """How the LOADED rules differ from the PERSISTENT ones; both as iptables-save prints them."""
    kernel, _others = split_foreign(parse_filter(loaded), FOREIGN_CHAINS)
    file, _others = split_foreign(parse_filter(persistent), FOREIGN_CHAINS)
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
