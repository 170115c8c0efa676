# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults in a corosync.conf, without a running corosync. Pure.

Sources: corosync.conf(5), votequorum(5), and what corosync 3.1 says when it refuses to start.
"""

from __future__ import annotations

import collections
import typing as t

from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import (
    CorosyncConfError,
    Section,
    is_stock,
    link_addresses,
    node_sections,
    parse,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.corosync_values import (
    leftovers,
    needs_corosync_2,
    refused,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import (
    ERROR,
    WARNING,
    Check,
    Finding,
    words,
)

OLD_TRANSPORTS = frozenset(("udp", "udpu"))
WEAK_HASHES = frozenset(("md5", "sha1"))
OFF = frozenset(("", "none"))
YES = frozenset(("1", "yes", "on"))
DEFAULT_TOKEN, COEFFICIENT = 3000, 650  # milliseconds; the latter for each node beyond two
LEAST_TOKEN = 1000
FILE = "corosync.conf"

UNREADABLE = Check(
    "corosync-unreadable", ERROR, "corosync.conf is missing or can't be parsed.", "Run site.yml, which writes it again."
)
STOCK = Check(
    "corosync-stock",
    ERROR,
    "corosync.conf is the one that a package ships: a cluster of this machine alone.",
    "Build the cluster by running site.yml.",
)
NODELIST = Check(
    "corosync-nodelist",
    ERROR,
    "There is no nodelist. corosync 3 with transport knet or udpu does not start without one.",
    "Name every node with its addresses in section nodelist; site.yml writes it.",
)
MADE_FOR_2 = Check(
    "corosync-2",
    WARNING,
    "corosync.conf is written for corosync 2. corosync 3 does not start with it.",
    "Before you update to corosync 3, set transport: knet, and give each node a ring0_addr, a name and a nodeid in"
    " section nodelist.",
)
VALUE = Check(
    "corosync-value",
    ERROR,
    "corosync refuses a setting, and does not start.",
    "Correct it as corosync.conf(5) says; corosync -t checks the file.",
)
LEFTOVER = Check(
    "corosync-leftover",
    WARNING,
    "A setting is one of corosync 1 or 2. corosync 3 ignores it.",
    "Remove it; links are numbered by linknumber, and a second one is a ring1_addr of each node with transport knet.",
)
TRANSPORT_CRYPTO = Check(
    "corosync-transport-crypto",
    ERROR,
    "The transport is udp or udpu, with encryption. corosync 3 refuses to start with that.",
    "Use transport knet, which encrypts.",
)
TRANSPORT_OLD = Check(
    "corosync-transport-old",
    WARNING,
    "The transport is udp or udpu: unencrypted, with one link, and no longer built by default.",
    "Use transport knet. corosync takes another transport only when it is restarted.",
)
UNENCRYPTED = Check(
    "corosync-unencrypted",
    WARNING,
    "The nodes' messages are neither encrypted nor authenticated.",
    "Set crypto_cipher: aes256 and crypto_hash: sha256 (ha_transport_crypto); that works while the cluster runs.",
)
CRYPTO_HALF = Check(
    "corosync-crypto-half",
    ERROR,
    "Messages would be encrypted but not authenticated. corosync refuses to start like this.",
    "Set crypto_hash as well, to sha256.",
)
CRYPTO_WEAK = Check(
    "corosync-crypto-weak", WARNING, "Messages are authenticated by md5 or sha1.", "Set crypto_hash to sha256."
)
NODE_NAME = Check(
    "corosync-node-name",
    WARNING,
    "Nodes have no name in the nodelist. pcs 0.10 and newer refuse to manage such a cluster.",
    "Add `name:` to each node, the name that Pacemaker knows it by.",
)
NODE_ID = Check(
    "corosync-node-id",
    ERROR,
    "Nodes have no nodeid, or two have the same.",
    "Give each node a nodeid of its own, which it then keeps.",
)
ADDRESS = Check(
    "corosync-address",
    ERROR,
    "Nodes have different links, or two have the same address.",
    "Give each node one address of its own for each link.",
)
LINK_SINGLE = Check(
    "corosync-link-single",
    WARNING,
    "There is one link only: when that network fails, nodes are fenced.",
    "Add a second network as a link (ha_links); that works while the cluster runs.",
)
TWO_NODE = Check(
    "corosync-two-node",
    ERROR,
    "The setting two_node does not fit the number of nodes.",
    "Set two_node: 1 with exactly two nodes and no quorum device, and only then.",
)
WAIT_FOR_ALL = Check(
    "corosync-wait-for-all",
    WARNING,
    "wait_for_all is off in a cluster of two: after a cold start each node alone would fence the other.",
    "Remove wait_for_all: 0.",
)
VOTES = Check(
    "corosync-votes",
    ERROR,
    "expected_votes contradicts the nodelist.",
    "Remove expected_votes; it follows from the nodelist.",
)
PROVIDER = Check(
    "corosync-quorum-provider",
    ERROR,
    "No quorum provider is set, so that every part of a broken cluster goes on.",
    "Set provider: corosync_votequorum in section quorum.",
)
TOKEN = Check(
    "corosync-token",
    WARNING,
    "The token timeout is so short that the others declare a busy node lost.",
    "Set a token of 3000 ms or more (ha_totem); 10000 or more for virtual machines on a busy host.",
)
CONSENSUS = Check(
    "corosync-consensus",
    ERROR,
    "consensus is shorter than 1.2 times the token timeout, the least that corosync.conf(5) allows.",
    "Remove consensus; it follows from the token.",
)
LOG = Check("corosync-log", WARNING, "corosync logs nowhere.", "Set to_syslog: yes in section logging.")
OUTSIDE = Check(
    "address-outside-network",
    ERROR,
    "A node's address on a link is in none of the declared networks.",
    "Correct the address, or the network's subnet.",
)

CHECKS = (
    UNREADABLE,
    STOCK,
    NODELIST,
    MADE_FOR_2,
    VALUE,
    LEFTOVER,
    TRANSPORT_CRYPTO,
    TRANSPORT_OLD,
    UNENCRYPTED,
    CRYPTO_HALF,
    CRYPTO_WEAK,
    NODE_NAME,
    NODE_ID,
    ADDRESS,
    LINK_SINGLE,
    TWO_NODE,
    WAIT_FOR_ALL,
    VOTES,
    PROVIDER,
    TOKEN,
    CONSENSUS,
    LOG,
    OUTSIDE,
)


def read(text: str | None) -> tuple[Section | None, list[Finding]]:
    """The configuration that TEXT holds, or why there is none."""
    if text is None:
        return None, [UNREADABLE.found(FILE, "There is no corosync.conf.")]
    try:
        return parse(text), []
    except CorosyncConfError as error:
        return None, [UNREADABLE.found(FILE, f"corosync.conf can't be parsed: {error}.")]


def lint(root: Section) -> list[Finding]:
    """All that is wrong with the configuration ROOT.

    A file that only corosync 2 starts with is held against the rules of corosync 2: its transport is udp, udpu or iba,
    it encrypts unless secauth is off, it may have two rings, and neither names nor nodeids of nodes are needed.
    """
    totem, quorum = root.child("totem"), root.child("quorum")
    nodes = [node for nodelist in root.children("nodelist") for node in nodelist.children("node")]
    if is_stock(root) and (any(map(link_addresses, nodes)) or totem.sections or not totem.attributes):
        return [STOCK.found(FILE, "Its only addresses are those of the loopback interface.")]
    signs = needs_corosync_2(root)
    if signs:
        found = [MADE_FOR_2.found(FILE, f"It has {words(signs)}."), *_encryption_of_2(totem)]
    else:
        found = [*_settings(root, nodes), *_transport(totem), *_names(nodes)]
    return [
        *found,
        *_nodes(nodes, needs_ids=not signs and totem.get("transport", "knet") not in OLD_TRANSPORTS),
        *_quorum(quorum, nodes),
        *_timing(totem, len(nodes)),
        *_logging(root),
    ]


def _settings(root: Section, nodes: t.Sequence[Section]) -> t.Iterator[Finding]:
    if not nodes and root.child("totem").get("transport", "knet") != "udp":
        yield NODELIST.found(FILE, "No node is named.")
    wrong, old = refused(root), leftovers(root)
    if wrong:
        yield VALUE.found(FILE, f"In corosync.conf, {'; '.join(wrong)}.")
    if old:
        yield LEFTOVER.found(FILE, f"It has {words(old)}.")


def _transport(totem: Section) -> t.Iterator[Finding]:
    transport = totem.get("transport", "knet")
    cipher, digest = totem.get("crypto_cipher"), totem.get("crypto_hash")
    encrypts = cipher not in OFF or digest not in OFF or totem.get("secauth") in YES
    if transport in OLD_TRANSPORTS and encrypts:
        said = f"transport: {transport} with crypto_cipher: {cipher or 'none'} and crypto_hash: {digest or 'none'}."
        yield TRANSPORT_CRYPTO.found(FILE, said)
    elif transport in OLD_TRANSPORTS:
        yield TRANSPORT_OLD.found(FILE, f"transport: {transport}.")
    elif not encrypts:
        yield UNENCRYPTED.found(FILE, "Neither crypto_cipher nor crypto_hash is set.")
    elif digest in OFF and totem.get("secauth") not in YES:
        yield CRYPTO_HALF.found(FILE, f"crypto_cipher: {cipher} without crypto_hash.")
    if digest in WEAK_HASHES:
        yield CRYPTO_WEAK.found(FILE, f"crypto_hash: {digest}.")


def _encryption_of_2(totem: Section) -> t.Iterator[Finding]:
    off = totem.get("crypto_cipher") in OFF and totem.get("crypto_hash") in OFF
    has_either = totem.get("crypto_cipher") or totem.get("crypto_hash")
    if off and (has_either or totem.get("secauth", "on") not in YES):
        yield UNENCRYPTED.found(FILE, "Neither crypto_cipher nor crypto_hash is set, nor secauth.")


def _names(nodes: t.Sequence[Section]) -> t.Iterator[Finding]:
    nameless = [node.get("ring0_addr") for node in nodes if not node.get("name")]
    links = {frozenset(link_addresses(node)) for node in nodes}
    if nameless:
        several = len({link for each in links for link in each}) > 1  # corosync wants names then
        said = f"No name is set for {words(nameless)}."
        yield NODE_NAME.found(FILE, said, severity=ERROR if several else WARNING)


def _nodes(nodes: t.Sequence[Section], *, needs_ids: bool) -> t.Iterator[Finding]:
    """NEEDS_IDS: transports udp and udpu make a nodeid of a node's address of IPv4."""
    links = {frozenset(link_addresses(node)) for node in nodes}
    needs_ids = needs_ids or any(":" in address for node in nodes for address in link_addresses(node).values())
    ids = collections.Counter(node.get("nodeid") for node in nodes)
    wrong = [
        f"{number or 'none'} ({count} times)" for number, count in ids.items() if (count > 1 if number else needs_ids)
    ]
    if wrong:
        yield NODE_ID.found(FILE, f"nodeid {words(wrong)}.")
    bare = [node.get("name") or f"nodeid {node.get('nodeid')}" for node in nodes if not link_addresses(node)]
    if bare:
        yield ADDRESS.found(FILE, f"{words(bare)} has no address (ring0_addr).")
    elif len(links) > 1:
        yield ADDRESS.found(FILE, "Not all nodes have an address on the same links.")
    used = collections.Counter(address for node in nodes for address in link_addresses(node).values())
    twice = [address for address, count in used.items() if count > 1]
    if twice:
        yield ADDRESS.found(FILE, f"{words(twice)} is the address of more than one node or link.")
    if len(nodes) > 1 and max(map(len, links)) == 1:
        yield LINK_SINGLE.found(FILE, "Every node has one address.")


def _quorum(quorum: Section, nodes: t.Sequence[Section]) -> t.Iterator[Finding]:
    if not quorum.get("provider"):
        yield PROVIDER.found(FILE, "Section quorum has no provider.")
    two_node = quorum.get("two_node") in YES
    others = quorum.children("device") or quorum.get("auto_tie_breaker") in YES
    if two_node and nodes and len(nodes) != 2:
        yield TWO_NODE.found(FILE, f"two_node is set with {len(nodes)} nodes.")
    elif two_node and quorum.children("device"):
        yield TWO_NODE.found(FILE, "two_node is set although there is a quorum device.")
    elif len(nodes) == 2 and not two_node and not others:
        yield TWO_NODE.found(FILE, "two_node is not set in a cluster of two: one alone would never have quorum.")
    if two_node and quorum.get("wait_for_all") in ("0", "no", "off"):
        yield WAIT_FOR_ALL.found(FILE, "wait_for_all is off.")
    votes = sum(_number(node.get("quorum_votes"), 1) for node in nodes)
    expected = quorum.get("expected_votes")
    if not nodes and expected == "2" and not two_node and not others:
        yield TWO_NODE.found(FILE, "two_node is not set with two votes: one node alone would never have quorum.")
    if expected.isdigit() and nodes and not quorum.children("device") and int(expected) != votes:
        yield VOTES.found(FILE, f"expected_votes is {expected}, the nodes of the nodelist have {votes}.")


def _timing(totem: Section, nodes: int) -> t.Iterator[Finding]:
    token = _number(totem.get("token"), DEFAULT_TOKEN)
    if token < LEAST_TOKEN:
        yield TOKEN.found(FILE, f"token is {token} ms.")
    effective = token + max(nodes - 2, 0) * _number(totem.get("token_coefficient"), COEFFICIENT)
    consensus = _number(totem.get("consensus"), 0)
    if totem.get("consensus") and consensus < effective * 1.2:
        yield CONSENSUS.found(FILE, f"consensus is {consensus} ms with a token of {effective} ms.")


def _logging(root: Section) -> t.Iterator[Finding]:
    settings = root.child("logging")
    silent = ("no", "off", "0")
    if settings.get("to_syslog") in silent and settings.get("to_logfile", "no") in silent:
        yield LOG.found(FILE, "Both to_syslog and to_logfile are off.")


def names(root: Section | None) -> list[str]:
    """The names of the nodes; a node without one goes by its first address."""
    return [] if root is None else list(node_sections(root))


def settings_text(root: Section) -> list[str]:
    """All settings, sorted, with comments and layout left out: what has to be equal on all nodes."""
    return sorted(_flat(root, ""))


def _flat(section: Section, path: str) -> t.Iterator[str]:
    for key, value in section.attributes:
        yield f"{path}{key}: {value}"
    for number, child in enumerate(section.sections):
        yield from _flat(child, f"{path}{child.name}.{number}.")


def _number(text: str, default: int) -> int:
    return int(text) if text.isdigit() else default
