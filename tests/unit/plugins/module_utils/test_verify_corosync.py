# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults in corosync.conf, each made by one change of a configuration without any."""

from __future__ import annotations

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import parse, with_names
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.runtime import stale
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify import corosync, hosts, runtime

GOOD = """
totem {
    version: 2
    cluster_name: web
    transport: knet
    crypto_cipher: aes256
    crypto_hash: sha256
}
nodelist {
    node {
        ring0_addr: 192.0.2.1
        ring1_addr: 198.51.100.1
        name: node1
        nodeid: 1
    }
    node {
        ring0_addr: 192.0.2.2
        ring1_addr: 198.51.100.2
        name: node2
        nodeid: 2
    }
    node {
        ring0_addr: 192.0.2.3
        ring1_addr: 198.51.100.3
        name: node3
        nodeid: 3
    }
}
quorum {
    provider: corosync_votequorum
}
logging {
    to_syslog: yes
}
"""
THIRD = GOOD[GOOD.index("    node {\n        ring0_addr: 192.0.2.3") : GOOD.index("}\nquorum")]
CRYPTO = "    crypto_cipher: aes256\n    crypto_hash: sha256\n"
SECOND_LINK = [f"        ring1_addr: 198.51.100.{number}\n" for number in (1, 2, 3)]
PROVIDER = "    provider: corosync_votequorum\n"


def ids(text: str) -> list[str]:
    return [finding.id for finding in corosync.lint(parse(text))]


def changed(*pairs: tuple[str, str]) -> str:
    text = GOOD
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


def test_good_configuration_has_no_finding() -> None:
    assert ids(GOOD) == []


FAULTS = {
    "udpu with encryption": ([("transport: knet", "transport: udpu")], ["corosync-value", "corosync-transport-crypto"]),
    "udp with secauth": (
        [("transport: knet", "transport: udp"), (CRYPTO, "    secauth: on\n")],
        ["corosync-value", "corosync-transport-crypto"],
    ),
    "udpu alone": (
        [("transport: knet", "transport: udpu"), (CRYPTO, ""), *((line, "") for line in SECOND_LINK)],
        ["corosync-transport-old", "corosync-link-single"],
    ),
    "second ring with udpu": (
        [("transport: knet", "transport: udpu"), (CRYPTO, "")],
        ["corosync-value", "corosync-transport-old"],
    ),
    "token that is not a number": ([("version: 2", "version: 2\n    token: 5 s")], ["corosync-value"]),
    "token with a sign": ([("version: 2", "version: 2\n    token: -5000")], ["corosync-value"]),
    "version of another corosync": ([("version: 2", "version: 1")], ["corosync-value"]),
    "no version": ([("    version: 2\n", "")], ["corosync-value"]),
    "unknown family": ([("version: 2", "version: 2\n    ip_version: both")], ["corosync-value"]),
    "both families": ([("version: 2", "version: 2\n    ip_version: ipv6-4")], []),
    "unknown compression": ([("version: 2", "version: 2\n    knet_compression_model: gzip")], ["corosync-value"]),
    "known compression": ([("version: 2", "version: 2\n    knet_compression_model: zstd")], []),
    "unknown cipher": ([("aes256", "aes-256")], ["corosync-value"]),
    "unknown hash": ([("sha256", "sha3")], ["corosync-value"]),
    "unknown transport": ([("transport: knet", "transport: tcp")], ["corosync-value"]),
    "word for a switch": ([(PROVIDER, PROVIDER + "    wait_for_all: yes\n")], ["corosync-value"]),
    "number for a word": ([("to_syslog: yes", "to_syslog: 1")], ["corosync-value"]),
    "unknown facility": ([("to_syslog: yes", "to_syslog: yes\n    syslog_facility: cluster")], ["corosync-value"]),
    "port beyond the last": (
        [("version: 2", "version: 2\n    interface {\n        linknumber: 0\n        mcastport: 70000\n    }")],
        ["corosync-value"],
    ),
    "port": (
        [("version: 2", "version: 2\n    interface {\n        linknumber: 0\n        mcastport: 5415\n    }")],
        [],
    ),
    "addresses of two families": ([("192.0.2.3", "2001:db8::3")], ["corosync-value"]),
    "no names with two links": (
        [(f"        name: node{number}\n", "") for number in (1, 2, 3)],
        ["corosync-node-name"],
    ),
    "ring mode of corosync 2": ([("version: 2", "version: 2\n    rrp_mode: passive")], ["corosync-leftover"]),
    "ring number and members of corosync 1": (
        [
            (
                "version: 2",
                "version: 2\n    interface {\n    ringnumber: 0\n    member {\n    memberaddr: 192.0.2.1\n    }\n    }",
            )
        ],
        ["corosync-leftover"],
    ),
    "threads": ([("version: 2", "version: 2\n    threads: 4")], ["corosync-leftover"]),
    "secauth beside crypto": ([("version: 2", "version: 2\n    secauth: on")], ["corosync-leftover"]),
    "secauth alone": ([(CRYPTO, "    secauth: on\n")], []),
    "plugin of corosync 1": (
        [("quorum {", "service {\n    name: pacemaker\n    ver: 1\n}\nquorum {")],
        ["corosync-leftover"],
    ),
    "node without an address": (
        [("        ring0_addr: 192.0.2.3\n", ""), ("        ring1_addr: 198.51.100.3\n", "")],
        ["corosync-address"],
    ),
    "no first address": ([("ring0_addr", "ring2_addr")], ["corosync-value"]),
    "no nodelist": ([(GOOD[GOOD.index("nodelist") : GOOD.index("quorum {")], "")], ["corosync-nodelist"]),
    "no nodelist and two votes": (
        [
            (GOOD[GOOD.index("nodelist") : GOOD.index("quorum {")], ""),
            (PROVIDER, PROVIDER + "    expected_votes: 2\n"),
        ],
        ["corosync-nodelist", "corosync-two-node"],
    ),
    "no encryption": ([(CRYPTO, "")], ["corosync-unencrypted"]),
    "encryption off": ([("aes256", "none"), ("sha256", "none")], ["corosync-unencrypted"]),
    "no hash": ([("    crypto_hash: sha256\n", "")], ["corosync-crypto-half"]),
    "weak hash": ([("sha256", "md5")], ["corosync-crypto-weak"]),
    "no name": ([("        name: node2\n", "")], ["corosync-node-name"]),
    "no nodeid": ([("        nodeid: 3\n", "")], ["corosync-node-id"]),
    "same nodeid": ([("nodeid: 3", "nodeid: 2")], ["corosync-node-id"]),
    "same address": ([("192.0.2.3", "192.0.2.2")], ["corosync-address"]),
    "a link less": ([(SECOND_LINK[0], "")], ["corosync-address"]),
    "one link": ([(line, "") for line in SECOND_LINK], ["corosync-link-single"]),
    "two_node with three": ([(PROVIDER, PROVIDER + "    two_node: 1\n")], ["corosync-two-node"]),
    "two without two_node": ([(THIRD, "")], ["corosync-two-node"]),
    "two with a quorum device": ([(THIRD, ""), (PROVIDER, PROVIDER + "    device {\n        model: net\n    }\n")], []),
    "two with a tie breaker": ([(THIRD, ""), (PROVIDER, PROVIDER + "    auto_tie_breaker: 1\n")], []),
    "two_node": ([(THIRD, ""), (PROVIDER, PROVIDER + "    two_node: 1\n")], []),
    "two_node with a device": (
        [(THIRD, ""), (PROVIDER, PROVIDER + "    two_node: 1\n    device {\n        model: net\n    }\n")],
        ["corosync-two-node"],
    ),
    "two that don't wait": (
        [(THIRD, ""), (PROVIDER, PROVIDER + "    two_node: 1\n    wait_for_all: 0\n")],
        ["corosync-wait-for-all"],
    ),
    "wrong votes": ([(PROVIDER, PROVIDER + "    expected_votes: 5\n")], ["corosync-votes"]),
    "right votes": ([(PROVIDER, PROVIDER + "    expected_votes: 3\n")], []),
    "no provider": ([(PROVIDER, "")], ["corosync-quorum-provider"]),
    "short token": ([("version: 2", "version: 2\n    token: 500")], ["corosync-token"]),
    "long token": ([("version: 2", "version: 2\n    token: 10000")], []),
    "short consensus": ([("version: 2", "version: 2\n    token: 5000\n    consensus: 6000")], ["corosync-consensus"]),
    "enough consensus": ([("version: 2", "version: 2\n    token: 5000\n    consensus: 6780")], []),
    "no log": ([("to_syslog: yes", "to_syslog: no")], ["corosync-log"]),
    "log in a file": ([("to_syslog: yes", "to_syslog: no\n    to_logfile: yes")], []),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_found_alone(name: str) -> None:
    pairs, expected = FAULTS[name]
    assert ids(changed(*pairs)) == expected


def test_no_file_and_no_sense() -> None:
    assert [finding.id for finding in corosync.read(None)[1]] == ["corosync-unreadable"]
    assert "line 1" in corosync.read("nonsense")[1][0].evidence
    assert corosync.read(GOOD)[1] == []


def test_layout_and_comments_make_no_other_settings() -> None:
    other = GOOD.replace("    ", "\t").replace("quorum {", "# why\n\nquorum {")
    assert corosync.settings_text(parse(other)) == corosync.settings_text(parse(GOOD))
    assert corosync.settings_text(parse(changed(("nodeid: 3", "nodeid: 4")))) != corosync.settings_text(parse(GOOD))


# --- addresses -------------------------------------------------------------------------------------------------------

NETWORKS = {
    "cluster": {"subnet": "192.0.2.0/24"},
    "other": {"subnet": "198.51.100.0/24"},
    "bare": {"interface": "eth3"},
}


def outside(text: str, names: str = "", networks: dict[str, dict[str, str]] | None = None) -> list[str]:
    known = NETWORKS if networks is None else networks
    return [finding.subject for finding in hosts.lint(parse(text), names, known)]


def test_addresses_in_the_networks_are_fine() -> None:
    assert outside(GOOD) == []


def test_address_outside_is_found_directly_and_by_name() -> None:
    assert outside(changed(("192.0.2.2", "203.0.113.2"))) == ["node2"]
    named = changed(("192.0.2.2", "web2"))
    assert outside(named, "203.0.113.2 web2.example.com web2  # moved\n") == ["node2"]
    assert outside(named, "192.0.2.2 web2\n") == []
    assert outside(named, "127.0.1.1 web2\n192.0.2.2 web2\n") == []
    assert outside(named) == []


def test_without_networks_there_is_nothing_to_compare() -> None:
    assert outside(GOOD, networks={}) == []


# --- the running corosync --------------------------------------------------------------------------------------------


def test_drift_names_both_values_and_what_brings_it_in() -> None:
    root = parse(changed(("version: 2", "version: 2\n    token: 5000")))
    running = {"totem.token": "3000", "totem.transport": "knet"}
    (finding,) = runtime.drift([change for change in stale(root, running) if change.key == "totem.token"])
    assert finding.evidence == "totem.token is 3000, in the file 5000 (live)."
    assert runtime.drift([]) == []


STATS = """stats.knet.node1.link0.connected (u8) = 1
stats.knet.node1.link0.enabled (u8) = 1
stats.knet.node2.link0.connected (u8) = 1
stats.knet.node2.link0.enabled (u8) = 1
stats.knet.node2.link1.connected (u8) = 0
stats.knet.node2.link1.enabled (u8) = 1
stats.knet.node3.link0.connected (u8) = 0
stats.knet.node3.link0.enabled (u8) = 1
stats.knet.node3.link7.connected (u8) = 0
stats.knet.node3.link7.enabled (u8) = 0
"""


def test_link_to_an_online_node_that_is_down_is_found() -> None:
    (finding,) = runtime.links_down(STATS, parse(GOOD), ["node1", "node2"])
    assert finding.evidence == "Not connected: node2 on link 1."
    assert runtime.links_down(STATS, parse(GOOD), ["node1"]) == []


def test_name_that_corosync_needs_is_an_error() -> None:
    nameless = changed(*((f"        name: node{number}\n", "") for number in (1, 2, 3)))
    single = nameless
    for line in SECOND_LINK:
        single = single.replace(line, "")
    severities = [
        item.severity
        for text in (nameless, single)
        for item in corosync.lint(parse(text))
        if item.id == "corosync-node-name"
    ]
    assert severities == ["error", "warning"]


def test_evidence_names_the_setting_and_its_value() -> None:
    (found,) = corosync.lint(parse(changed(("version: 2", "version: 2\n    token: 5 s"))))
    assert found.evidence == "In corosync.conf, totem.token is '5 s', which is not a whole number."


# --- corosync 2 ------------------------------------------------------------------------------------------------------

UNICAST = """
totem {
    version: 2
    transport: udpu
    clear_node_high_bit: yes
    interface {
        ringnumber: 0
        mcastport: 5405
        ttl: 1
    }
}
nodelist {
    node {
        ring0_addr: 192.0.2.1
    }
    node {
        ring0_addr: 192.0.2.2
    }
    node {
        ring0_addr: 192.0.2.3
    }
}
quorum {
    provider: corosync_votequorum
}
"""
MULTICAST = """
service {
    ver: 1
    name: pacemaker
}
totem {
    version: 2
    interface {
        ringnumber: 0
        bindnetaddr: 192.0.2.0
        mcastaddr: 239.255.1.1
        mcastport: 5405
    }
}
quorum {
    provider: corosync_votequorum
    expected_votes: 3
}
"""


def ids_of(text: str) -> list[str]:
    return [item.id for item in corosync.lint(parse(text))]


@pytest.mark.parametrize(
    ("text", "sign", "others"),
    [
        (
            UNICAST.replace("udpu\n", "udpu\n    crypto_cipher: aes256\n    crypto_hash: sha256\n"),
            "crypto_cipher: aes256 with transport udpu, crypto_hash: sha256 with transport udpu",
            ["corosync-link-single"],
        ),
        (
            UNICAST.replace("udpu\n", "udpu\n    secauth: on\n"),
            "secauth: on with transport udpu",
            ["corosync-link-single"],
        ),
        (
            UNICAST.replace("udpu\n", "udpu\n    rrp_mode: passive\n    secauth: off\n"),
            "rrp_mode: passive",
            ["corosync-unencrypted", "corosync-link-single"],
        ),
        (
            UNICAST.replace("udpu", "iba"),
            "transport: iba",
            ["corosync-link-single"],
        ),
        (MULTICAST, "multicast without a transport", []),
        (
            MULTICAST.replace("version: 2\n", "version: 2\n    secauth: off\n"),
            "multicast without a transport",
            ["corosync-unencrypted"],
        ),
    ],
)
def test_a_file_for_corosync_2_has_no_error(text: str, sign: str, others: list[str]) -> None:
    found = corosync.lint(parse(text))
    assert [item.evidence for item in found if item.id == "corosync-2"] == [f"It has {sign}."]
    assert [item.id for item in found if item.id != "corosync-2"] == others
    assert {item.severity for item in found} == {"warning"}


def test_a_file_for_corosync_2_has_the_errors_that_corosync_2_has_as_well() -> None:
    assert "corosync-quorum-provider" in ids_of(MULTICAST.replace("    provider: corosync_votequorum\n", ""))
    twice = UNICAST.replace("udpu\n", "udpu\n    secauth: on\n").replace("192.0.2.3", "192.0.2.2")
    assert "corosync-address" in ids_of(twice)
    assert "corosync-two-node" in ids_of(MULTICAST.replace("expected_votes: 3", "expected_votes: 2"))


def test_corosync_3_starts_with_unicast_that_has_no_nodeid() -> None:
    """With IPv4 it makes the nodeid of the address; with IPv6 it can't."""
    assert ids_of(UNICAST) == [
        "corosync-leftover",
        "corosync-transport-old",
        "corosync-node-name",
        "corosync-link-single",
    ]
    assert "corosync-node-id" in ids_of(UNICAST.replace("192.0.2.", "2001:db8::"))
    assert "corosync-node-id" in ids_of(
        UNICAST.replace("192.0.2.1\n", "192.0.2.1\n        nodeid: 7\n").replace(
            "192.0.2.2\n", "192.0.2.2\n        nodeid: 7\n"
        )
    )
    assert "corosync-node-id" in ids_of(GOOD.replace("        nodeid: 2\n", ""))


def test_settings_of_corosync_2_in_a_file_for_corosync_3_are_leftovers() -> None:
    assert ids_of(GOOD.replace("    version: 2\n", "    version: 2\n    rrp_mode: none\n")) == ["corosync-leftover"]


@pytest.mark.parametrize(
    ("nodeid", "ids", "expected"),
    [
        ("", {"3221225985": "one"}, ["one", "192.0.2.2", "192.0.2.3"]),
        ("", {"1073742337": "one"}, ["one", "192.0.2.2", "192.0.2.3"]),  # without the highest bit
        ("        nodeid: 7\n", {"7": "seven", "3221225985": "one"}, ["seven", "192.0.2.2", "192.0.2.3"]),
        ("        nodeid: 7\n", {"8": "eight"}, ["192.0.2.1", "192.0.2.2", "192.0.2.3"]),
        ("        name: mine\n        nodeid: 7\n", {"7": "seven"}, ["mine", "192.0.2.2", "192.0.2.3"]),
    ],
)
def test_nodes_without_a_name_have_that_of_pacemaker(nodeid: str, ids: dict[str, str], expected: list[str]) -> None:
    root = parse(UNICAST.replace("ring0_addr: 192.0.2.1\n", f"ring0_addr: 192.0.2.1\n{nodeid}"))
    before = corosync.settings_text(root)
    assert corosync.names(with_names(root, ids)) == expected
    assert corosync.settings_text(root) == before
