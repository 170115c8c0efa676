# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The nodes in ha_nodes, valid names for them, and lines of /etc/hosts that contradict their addresses. Pure."""

from __future__ import annotations

import ipaddress
import re
import typing as t
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

_HOST_NAME = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*", re.IGNORECASE)  # as the last part, it makes a name an address
# What Debian, the RHEL family and SUSE call the loopback addresses in /etc/hosts.
LOOPBACK_NAME = re.compile(r"(ip6-)?(localhost|loopback)[46]?(\..*)?", re.IGNORECASE)
GROUPS_OF_ANSIBLE = ("all", "ungrouped")
_HOSTS_LINE = re.compile(r"(?P<address>[0-9A-Fa-f.:%a-z]+)(?P<names>(?:[ \t]+[^\s#]+)+)(?P<rest>[ \t]*(?:#.*)?)")

_FORMS = "write a list of names, or a mapping of name to address, or to a mapping of network to address."


def addresses_by_node(nodes: t.Any, links: Sequence[str] = ("cluster",)) -> dict[str, dict[str, str]]:
    """Each node of NODES, the variable ha_nodes in whichever of its forms, with its addresses by network. An address
    without a network is that on the first of LINKS. A name alone is its own address: it means what it resolves to."""
    network = links[0] if links else "cluster"
    found: dict[str, dict[str, str]] = {}
    for name, value in _named(nodes):
        if name in found:
            raise ClusterError(f"ha_nodes lists {name} twice; name each node once.")
        if isinstance(value, Mapping):
            found[name] = dict(value) or {network: name}
        elif value is None or isinstance(value, str):
            found[name] = {network: value or name}
        else:
            raise ClusterError(f"ha_nodes.{name} is {value!r}; {_FORMS}")
    return found


def _named(nodes: t.Any) -> Iterator[tuple[str, t.Any]]:
    """The nodes of NODES, each with what stands beside its name."""
    if isinstance(nodes, Mapping):
        yield from ((str(name), value) for name, value in nodes.items())
        return
    if isinstance(nodes, str) or not isinstance(nodes, Sequence):
        raise ClusterError(f"ha_nodes is {nodes!r}; {_FORMS}")
    for item in nodes:
        if isinstance(item, Mapping):
            yield from ((str(name), value) for name, value in item.items())
        elif isinstance(item, str):
            yield item, None
        else:
            raise ClusterError(f"ha_nodes lists {item!r}; {_FORMS}")


def name_problems(
    nodes: Iterable[str], groups: Collection[str] = (), *, host_names: bool = True, variable: str = "ha_nodes"
) -> Iterator[str]:
    """What is wrong with the names of NODES, which VARIABLE gives, one sentence each. GROUPS are those of the
    inventory. HOST_NAMES: the nodes get these names as host names, for which Pacemaker alone would take more
    characters."""
    for name in nodes:
        node = str(name)
        if name is None or isinstance(name, bool):
            yield f"{variable}: {node} is how YAML reads a word such as yes, on or null; put the name in quotes."
        elif _is_address(node):
            yield f"{variable}: {node} is an address; give the node a name, and keep the address in ansible_host."
        elif host_names and not _HOST_NAME.fullmatch(node):
            yield f"{variable}: {node!r} is not a host name; use letters, digits and hyphens."
        elif _NUMBER.fullmatch(node.rpartition(".")[2]):
            yield (
                f"{variable}: {node} ends in a number, so programs take it for an address; use one with a letter in"
                f" its last part, such as node{node.rpartition('.')[2]}."
            )
        elif LOOPBACK_NAME.fullmatch(node):
            yield f"{variable}: {node} is each host's name for itself; give the node a name of its own."
        elif node in GROUPS_OF_ANSIBLE:
            yield f"{variable}: {node} is a group of Ansible's own; give the node another name."
        elif node in groups:
            yield f"{variable}: {node} is a group of the inventory as well; rename the node or the group."


def stale_lines(
    text: str, addresses: Mapping[str, Mapping[str, str]], network: str, host: str, marker: str
) -> list[dict[str, str]]:
    """The lines of the /etc/hosts TEXT that give a node's name another address than the one on NETWORK, and what stays
    of each, also in the form that lineinfile takes with backrefs. ADDRESSES are those of the nodes by network. HOST is
    the node that the file is of; what is between the lines that end in MARKER is left alone."""
    found = []
    inside = False
    for line in (line.rstrip("\r") for line in text.split("\n")):
        if line.endswith(marker):
            inside = line.startswith("# BEGIN")
        elif not inside and (left := _without_nodes(line, addresses, network, host)) != line:
            found.append({"line": line, "left": left, "replacement": left.replace("\\", "\\\\")})
    return found


def _without_nodes(line: str, addresses: Mapping[str, Mapping[str, str]], network: str, host: str) -> str:
    """LINE without the names of nodes that mean another address than the line's. Empty when nothing is left."""
    parts = _HOSTS_LINE.fullmatch(line.strip())
    address = _address(parts["address"]) if parts else None
    if parts is None or address is None:
        return line
    names = parts["names"].split()
    stale = {
        name
        for node, own in addresses.items()
        for name in _stale_names(node, names, address, own, network, is_host=node == host)
    }
    if not stale:
        return line
    kept = "".join(word for word in re.findall(r"[ \t]+[^ \t]+", parts["names"]) if word.strip() not in stale)
    return f"{parts['address']}{kept}{parts['rest']}" if kept else parts["rest"].strip()


def _stale_names(
    node: str, names: Iterable[str], address: t.Any, own: Mapping[str, str], network: str, *, is_host: bool
) -> list[str]:
    """Those of NAMES, which stand at ADDRESS, that are NODE's and have to mean another address.

    A name such as node1.backup may be meant for another network of the node. It is the node's own name only where the
    line is wrong as a whole: at a loopback address of the node itself, or beside the node's plain name at an address
    that no network of the node has. A node without an IP address here is at the one that its name has, wherever that
    is written, so only a loopback address is wrong.
    """
    wanted = _address(own.get(network, ""))
    if address == wanted:
        return []
    plain = [name for name in names if name.lower() == node.lower()]
    strange = address not in map(_address, own.values())
    short = node.partition(".")[0]
    if is_host and address.is_loopback:
        return [name for name in names if _is_form_of(name, node) or name.lower() == short.lower()]
    if wanted is None:
        return []
    if plain and strange:
        return [name for name in names if _is_form_of(name, node) or name.lower() == short.lower()]
    return plain


def _is_form_of(name: str, node: str) -> bool:
    """Whether NAME is the name of NODE, or that with a domain."""
    return f"{name.lower()}.".startswith(f"{node.lower()}.")


def _address(text: str) -> t.Any:
    try:
        return ipaddress.ip_address(str(text).partition("%")[0])
    except ValueError:
        return None


def _is_address(text: str) -> bool:
    return _address(text.strip("[]")) is not None
