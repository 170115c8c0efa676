# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""corosync.conf as data: parse, render, compare, and find what a change requires of a running cluster. Pure.

A *setting* is named by its path, with nodes by name and links by number, so that the order in the file has no
influence: ``totem.token``, ``totem.interface.0.knet_link_priority``, ``nodelist.node1.ring0_addr``,
``quorum.wait_for_all``.
"""

from __future__ import annotations

import copy
import enum
import ipaddress
import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

# What corosync itself takes when the file says nothing.
DEFAULTS: t.Mapping[str, str] = {
    "totem.transport": "knet",
    "totem.crypto_cipher": "none",
    "totem.crypto_hash": "none",
}

# Where pcs has corosync log: on Debian and Ubuntu, and in the RHEL family.
DEBIAN_LOG_FILE = "/var/log/corosync/corosync.log"
RED_HAT_LOG_FILE = "/var/log/cluster/corosync.log"

# pcs names the options of a knet link without the prefix.
KNET_LINK_OPTIONS: t.Mapping[str, str] = {
    "link_priority": "knet_link_priority",
    "ping_interval": "knet_ping_interval",
    "ping_precision": "knet_ping_precision",
    "ping_timeout": "knet_ping_timeout",
    "pong_count": "knet_pong_count",
    "transport": "knet_transport",
}

# corosync's remove_ro_entries() (exec/cfg.c) and votequorum(5); pcs refuses the same while the cluster runs.
_RESTART = re.compile(
    r"totem\.(version|threads|ip_version|ip_dscp|netmtu|transport|cluster_name)"
    r"|totem\.interface\.[0-9]+\.(bindnetaddr|broadcast|mcastaddr|mcastport|ttl|knet_transport)"
    r"|quorum\..*"
    r"|system\..*"
    r"|nodelist\..*\.(nodeid|name)"
)
_ADDRESS = re.compile(r"nodelist\..*\.ring[0-9]+_addr")


class CorosyncConfError(ClusterError):
    """The text is not a corosync.conf, or it holds what can't be wanted."""


class Effect(enum.Enum):
    """What has to happen for a change to work."""

    LIVE = "live"
    RESTART = "restart"


@dataclass
class Section:
    """A section of corosync.conf; the nameless one is the file."""

    name: str = ""
    attributes: list[tuple[str, str]] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)

    def get(self, key: str, default: str = "") -> str:
        """The last value of KEY: corosync lets the last one win."""
        return dict(self.attributes).get(key, default)

    def set(self, key: str, value: str | None) -> None:
        """Set KEY where it stands, append it, or remove it when VALUE is None."""
        kept: list[tuple[str, str]] = []
        for name, old in self.attributes:
            if name != key:
                kept.append((name, old))
            elif value is not None and key not in dict(kept):
                kept.append((key, value))
        if value is not None and key not in dict(kept):
            kept.append((key, value))
        self.attributes = kept

    def children(self, name: str) -> list[Section]:
        return [section for section in self.sections if section.name == name]

    def child(self, name: str) -> Section:
        """The first section NAME, made when there is none."""
        found = self.children(name)
        if found:
            return found[0]
        self.sections.append(Section(name))
        return self.sections[-1]


@dataclass(frozen=True)
class Node:
    """A cluster node and its address on each link."""

    name: str
    addresses: tuple[str, ...]


@dataclass(frozen=True)
class Spec:
    """The cluster that is wanted. Options have the names that `pcs cluster setup` gives them."""

    name: str
    nodes: tuple[Node, ...]
    transport: str = "knet"
    transport_options: t.Mapping[str, str] = field(default_factory=dict)
    links: tuple[t.Mapping[str, str], ...] = ()
    compression: t.Mapping[str, str] = field(default_factory=dict)
    crypto: t.Mapping[str, str] = field(default_factory=dict)
    totem: t.Mapping[str, str] = field(default_factory=dict)
    quorum: t.Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """One setting that differs. None: the setting is absent."""

    key: str
    before: str | None
    after: str | None

    @property
    def effect(self) -> Effect:
        # A link or a node can be added and removed while the cluster runs; an address can't be replaced in place.
        if self.key.startswith("nodelist.") and None in (self.before, self.after):
            return Effect.LIVE
        return Effect.RESTART if _RESTART.fullmatch(self.key) or _ADDRESS.fullmatch(self.key) else Effect.LIVE


def option_value(value: t.Any, option: str = "") -> str:
    """The text that corosync wants for VALUE: its options know 0 and 1, only block_unlisted_ips knows yes and no.

    It is empty where VALUE is null: such an option will be removed.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return ("yes" if value else "no") if option == "block_unlisted_ips" else str(int(value))
    return str(value)


def parse(text: str) -> Section:
    """Parse corosync.conf as corosync does. Raises CorosyncConfError with the line's number."""
    root = Section()
    stack = [root]
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.endswith("{"):
            section = Section(line[:-1].strip())
            stack[-1].sections.append(section)
            stack.append(section)
        elif line == "}":
            if len(stack) == 1:
                raise CorosyncConfError(f"line {number}: unexpected closing brace")
            stack.pop()
        elif ":" in line and "{" not in line and "}" not in line:
            key, value = line.split(":", 1)
            stack[-1].attributes.append((key.strip(), value.strip()))
        else:
            raise CorosyncConfError(f"line {number}: neither a section nor a setting")
    if len(stack) > 1:
        raise CorosyncConfError(f"section {stack[-1].name} is not closed")
    return root


def render(root: Section) -> str:
    """The text of corosync.conf, laid out as pcs does."""
    return "\n".join(_lines(root)) + "\n"


def cluster_name(root: Section) -> str:
    return root.child("totem").get("cluster_name") if root.children("totem") else ""


def node_sections(root: Section) -> dict[str, Section]:
    """The nodes of the nodelist by name; a node without a name goes by its first address."""
    nodes = [node for nodelist in root.children("nodelist") for node in nodelist.children("node")]
    return {node.get("name") or node.get("ring0_addr"): node for node in nodes}


def with_names(root: Section, ids: t.Mapping[str, str]) -> Section:
    """ROOT with a name for each node that has none, by IDS, the names of Pacemaker's nodes by their nodeid.

    corosync 2 needs no names; Pacemaker then takes the host's. Without a nodeid, corosync makes it of the address of
    IPv4, and leaves the highest bit out with clear_node_high_bit (corosync.conf(5)).
    """
    named = copy.deepcopy(root)
    for nodelist in named.children("nodelist"):
        for node in nodelist.children("node"):
            known = [ids[number] for number in _possible_ids(node) if number in ids]
            if not node.get("name") and known:
                node.set("name", known[0])
    return named


def _possible_ids(node: Section) -> list[str]:
    if node.get("nodeid"):
        return [node.get("nodeid")]
    try:
        number = int(ipaddress.IPv4Address(node.get("ring0_addr")))
    except ValueError:
        return []
    return [str(number), str(number & 0x7FFFFFFF)]


def link_addresses(node: Section) -> dict[str, str]:
    """A node's addresses by the number of the link."""
    return {
        key[len("ring") : -len("_addr")]: value
        for key, value in node.attributes
        if key.startswith("ring") and key.endswith("_addr")
    }


def is_stock(root: Section) -> bool:
    """Is this a configuration that a package ships: of no node but this one, on the loopback address?"""
    addresses = [
        value for node in node_sections(root).values() for key, value in node.attributes if key.endswith("_addr")
    ]
    addresses += [
        section.get("bindnetaddr")
        for totem in root.children("totem")
        for section in totem.children("interface")
        if section.get("bindnetaddr")
    ]
    return all(_is_loopback(address) for address in addresses)


def is_stock_text(text: str) -> bool:
    """Is the TEXT of a corosync.conf one that a package ships? An empty one is not, nor one that can't be parsed."""
    try:
        return bool(text) and is_stock(parse(text))
    except CorosyncConfError:
        return False


def settings(root: Section) -> dict[str, str]:
    """All settings of the file by their order-independent path."""
    result: dict[str, str] = {}
    for section in root.sections:
        if section.name == "nodelist":
            continue
        _collect(section, section.name, result)
    for name, node in node_sections(root).items():
        result.update({f"nodelist.{name}.{key}": value for key, value in node.attributes if key != "name"})
    return result


def cmap_settings(root: Section) -> dict[str, str]:
    """All settings by the key that they have in the running corosync's map: nodes by their place in the file."""
    result: dict[str, str] = {}
    for section in root.sections:
        if section.name != "nodelist":
            _collect(section, section.name, result)
    for number, node in enumerate(node for nodelist in root.children("nodelist") for node in nodelist.children("node")):
        result.update({f"nodelist.node.{number}.{key}": value for key, value in node.attributes})
    return result


def wanted(spec: Spec) -> dict[str, str]:
    """The settings that SPEC determines. Whatever else a file holds is not SPEC's business."""
    result = {"totem.cluster_name": spec.name, "totem.transport": spec.transport}
    result.update({f"totem.{key}": value for key, value in spec.transport_options.items()})
    result.update({f"totem.crypto_{key}": value for key, value in spec.crypto.items()})
    result.update({f"totem.knet_compression_{key}": value for key, value in spec.compression.items()})
    result.update({f"totem.{key}": value for key, value in spec.totem.items()})
    for number, link in number_links(spec.links):
        for key, value in link.items():
            option = KNET_LINK_OPTIONS.get(key, key) if spec.transport == "knet" else key
            result[f"totem.interface.{number}.{option}"] = value
    for node in spec.nodes:
        numbers = address_numbers(spec.links, len(node.addresses))
        result.update({f"nodelist.{node.name}.ring{n}_addr": address for n, address in zip(numbers, node.addresses)})
    result.update({f"quorum.{key}": value for key, value in spec.quorum.items()})
    return result


def number_links(links: t.Iterable[t.Mapping[str, str]]) -> list[tuple[int, dict[str, str]]]:
    """Give each link its number, the first free one where it has none, and take the number out of its options."""
    links = list(links)
    used = {int(link["linknumber"]) for link in links if "linknumber" in link}
    free = (number for number in range(len(links) + len(used)) if number not in used)
    return [
        (
            int(link["linknumber"]) if "linknumber" in link else next(free),
            {key: value for key, value in link.items() if key != "linknumber"},
        )
        for link in links
    ]


def address_numbers(links: t.Sequence[t.Mapping[str, str]], count: int) -> list[int]:
    """The numbers of the links of COUNT addresses: those that LINKS give, which may leave some out, else 0, 1, 2..."""
    return [number for number, _options in number_links([*links, *({} for _link in range(count - len(links)))])]


def compare(current: Section, spec: Spec) -> tuple[Change, ...]:
    """What of CURRENT, a configuration with the same nodes, SPEC wants otherwise, sorted by name."""
    have, want = settings(current), wanted(spec)
    changes = {
        key: Change(key, have.get(key), value or None)
        for key, value in want.items()
        if (key in have if not value else _canonical(have.get(key, DEFAULTS.get(key, ""))) != _canonical(value))
    }
    # Addresses are determined as a whole: one link less is a change as well.
    names = {node.name for node in spec.nodes}
    for name, node in node_sections(current).items():
        for key, value in node.attributes:
            path = f"nodelist.{name}.{key}"
            if name in names and _ADDRESS.fullmatch(path) and path not in want:
                changes[path] = Change(path, value, None)
    return tuple(changes[key] for key in sorted(changes))


def apply(current: Section, changes: t.Iterable[Change], spec: Spec) -> Section:
    """A copy of CURRENT with CHANGES made; node ids, the cluster's UUID and all that SPEC doesn't name stay."""
    root = copy.deepcopy(current)
    totem = root.child("totem")
    joined = [node.name for node in spec.nodes if node.name not in node_sections(root)]
    for name in joined:
        _add_node(root, name)
    for change in changes:
        kind, _dot, rest = change.key.partition(".")
        if kind == "nodelist":
            name, _dot, option = rest.rpartition(".")
            node_sections(root)[name].set(option, change.after)
        elif rest.startswith("interface."):
            number, option = rest.split(".")[1:]
            _interface(totem, number).set(option, change.after)
        else:
            root.child(kind).set(rest, change.after)
    used = {
        key[len("ring") : -len("_addr")]
        for node in node_sections(root).values()
        for key, _value in node.attributes
        if key.startswith("ring")
    }
    totem.sections = [s for s in totem.sections if s.name != "interface" or s.get("linknumber", "0") in used]
    if joined or any(change.key == "quorum.auto_tie_breaker" for change in changes):  # as pcs does
        quorum = root.child("quorum")
        wants_two_node = (
            len(node_sections(root)) == 2 and quorum.get("auto_tie_breaker") != "1" and not quorum.children("device")
        )
        quorum.set("two_node", "1" if wants_two_node else None)
    return root


def predict(spec: Spec, log_file: str = DEBIAN_LOG_FILE) -> Section:
    """What pcs will make of SPEC for a new cluster, but for the random cluster UUID that it adds. LOG_FILE is that of
    the distribution."""
    root = Section(sections=[Section("totem"), Section("nodelist"), Section("quorum"), Section("logging")])
    root.child("totem").attributes = [
        ("version", "2"),
        ("cluster_name", spec.name),
        ("transport", spec.transport),
    ]
    for number, node in enumerate(spec.nodes, 1):
        addresses = [(f"ring{link}_addr", address) for link, address in enumerate(node.addresses)]
        root.child("nodelist").sections.append(
            Section("node", [*addresses, ("name", node.name), ("nodeid", str(number))])
        )
    root.child("quorum").attributes = [("provider", "corosync_votequorum")]
    if len(spec.nodes) == 2 and spec.quorum.get("auto_tie_breaker") != "1":
        root.child("quorum").set("two_node", "1")
    root.child("logging").attributes = [
        ("to_logfile", "yes"),
        ("logfile", log_file),
        ("to_syslog", "yes"),
        ("timestamp", "on"),
    ]
    return apply(root, compare(root, spec), spec)


def setup_argv(spec: Spec, path: str) -> list[str]:
    """The command that lets pcs check SPEC and write it to PATH; it talks to no node."""
    argv = ["pcs", "cluster", "setup", "--corosync_conf", path, "--overwrite", "--", spec.name]
    for node in spec.nodes:
        argv += [node.name, *(f"addr={address}" for address in node.addresses)]
    argv += ["transport", spec.transport, *_pairs(spec.transport_options)]
    if spec.transport == "knet":
        argv += _keyword("compression", spec.compression) + _keyword("crypto", spec.crypto)
    for number, link in number_links(spec.links):
        argv += _keyword("link", {"linknumber": str(number), **link} if link and spec.transport == "knet" else link)
    return argv + _keyword("totem", spec.totem) + _keyword("quorum", spec.quorum)


def _keyword(keyword: str, options: t.Mapping[str, str]) -> list[str]:
    pairs = _pairs(options)
    return [keyword, *pairs] if pairs else []


def _pairs(options: t.Mapping[str, str]) -> list[str]:
    return [f"{key}={value}" for key, value in sorted(options.items()) if value]


def _add_node(root: Section, name: str) -> None:
    """Add the node NAME, still without addresses, with a number that no node has."""
    numbers = [int(node.get("nodeid", "0")) for node in node_sections(root).values()]
    node = Section("node", [("name", name), ("nodeid", str(max(numbers, default=0) + 1))])
    root.child("nodelist").sections.append(node)


def _interface(totem: Section, number: str) -> Section:
    for section in totem.children("interface"):
        if section.get("linknumber", "0") == number:
            return section
    totem.sections.append(Section("interface", [("linknumber", number)]))
    return totem.sections[-1]


def _collect(section: Section, path: str, result: dict[str, str]) -> None:
    result.update({f"{path}.{key}": value for key, value in section.attributes})
    for child in section.sections:
        name = child.name
        if (section.name, name) == ("totem", "interface"):
            name = f"interface.{child.get('linknumber', '0')}"
        elif (section.name, name) == ("logging", "logger_subsys"):
            name = f"logger_subsys.{child.get('subsys')}"
        _collect(child, f"{path}.{name}", result)


def _lines(section: Section) -> list[str]:
    lines = [f"{key}: {value}" for key, value in section.attributes]
    for child in section.sections:
        if lines:
            lines.append("")
        lines += [f"{child.name} {{", *(f"    {line}" if line else "" for line in _lines(child)), "}"]
    return lines


def _canonical(value: str) -> str:
    """One spelling for values that mean the same: addresses and switches."""
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        return {"yes": "1", "on": "1", "no": "0", "off": "0"}.get(value, value)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost" or address.startswith("localhost.")
