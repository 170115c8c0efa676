# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import (
    RED_HAT_LOG_FILE,
    Change,
    CorosyncConfError,
    Effect,
    Node,
    Spec,
    apply,
    cmap_settings,
    compare,
    is_stock,
    is_stock_text,
    node_sections,
    number_links,
    option_value,
    parse,
    predict,
    render,
    settings,
    setup_argv,
)

SPEC = Spec(
    name="web",
    nodes=tuple(Node(f"node{n}", (f"192.0.2.{n}", f"198.51.100.{n}")) for n in (1, 2, 3)),
    crypto={"cipher": "aes256", "hash": "sha256"},
    links=({"link_priority": "10"}, {}),
    totem={"token": "5000"},
)

DEBIAN = """
totem {
    version: 2
    cluster_name: debian
    crypto_cipher: none
    crypto_hash: none
}
# a comment
quorum {
    provider: corosync_votequorum
}
nodelist {
    node {
        name: node1
        nodeid: 1
        ring0_addr: 127.0.0.1
    }
}
""".replace("    ", "\t")


def test_the_shipped_configuration_is_no_cluster() -> None:
    assert is_stock(parse(DEBIAN))
    assert not is_stock(predict(SPEC))
    assert not is_stock(parse("totem {\n interface {\n bindnetaddr: 192.0.2.0\n }\n}"))


def test_the_log_file_is_that_of_the_distribution() -> None:
    assert predict(SPEC).child("logging").get("logfile") == "/var/log/corosync/corosync.log"
    assert predict(SPEC, RED_HAT_LOG_FILE).child("logging").get("logfile") == "/var/log/cluster/corosync.log"


def test_rendered_text_parses_to_the_same() -> None:
    root = predict(SPEC)
    assert parse(render(root)) == root


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("totem {\n", "section totem is not closed"),
        ("}\n", "line 1: unexpected closing brace"),
        ("\ntotem\n", "line 2: neither"),
        ("totem { version: 2 }\n", "line 1: neither"),
    ],
)
def test_broken_text_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(CorosyncConfError, match=message):
        parse(text)


def test_nothing_differs_from_what_was_made() -> None:
    assert compare(predict(SPEC), SPEC) == ()


def test_the_order_of_nodes_makes_no_difference() -> None:
    assert compare(predict(SPEC), dataclasses.replace(SPEC, nodes=SPEC.nodes[::-1])) == ()


def test_unmentioned_options_stay() -> None:
    root = predict(SPEC)
    root.child("totem").set("join", "60")
    other = dataclasses.replace(SPEC, totem={"token": "8000"})
    changes = compare(root, other)
    assert changes == (Change("totem.token", "5000", "8000"),)
    result = apply(root, changes, other)
    assert settings(result)["totem.join"] == "60"
    assert settings(result)["totem.token"] == "8000"
    assert settings(root)["totem.token"] == "5000"
    assert compare(result, other) == ()


def test_corosyncs_defaults_count_as_written() -> None:
    root = predict(SPEC)
    root.child("totem").set("transport", None)
    assert compare(root, SPEC) == ()


def test_values_that_mean_the_same_are_equal() -> None:
    root = predict(dataclasses.replace(SPEC, totem={"block_unlisted_ips": "yes"}))
    assert compare(root, dataclasses.replace(SPEC, totem={"block_unlisted_ips": "1"})) == ()


def test_node_ids_stay_when_a_link_goes() -> None:
    root = predict(SPEC)
    node_sections(root)["node2"].set("nodeid", "7")
    single = dataclasses.replace(SPEC, nodes=tuple(Node(node.name, node.addresses[:1]) for node in SPEC.nodes))
    changes = compare(root, single)
    assert {change.effect for change in changes} == {Effect.LIVE}
    result = apply(root, changes, single)
    assert settings(result)["nodelist.node2.nodeid"] == "7"
    assert "nodelist.node2.ring1_addr" not in settings(result)


@pytest.mark.parametrize(
    ("key", "before", "after", "effect"),
    [
        ("totem.token", "3000", "5000", Effect.LIVE),
        ("totem.crypto_cipher", "none", "aes256", Effect.LIVE),
        ("totem.interface.0.knet_link_priority", None, "1", Effect.LIVE),
        ("nodelist.node1.ring1_addr", None, "192.0.2.1", Effect.LIVE),
        ("nodelist.node1.ring0_addr", "192.0.2.9", "192.0.2.1", Effect.RESTART),
        ("totem.cluster_name", "a", "b", Effect.RESTART),
        ("totem.transport", "udpu", "knet", Effect.RESTART),
        ("quorum.wait_for_all", None, "1", Effect.RESTART),
    ],
)
def test_what_a_change_asks(key: str, before: str | None, after: str, effect: Effect) -> None:
    assert Change(key, before, after).effect is effect


def test_two_nodes_have_two_node_but_for_a_tie_breaker() -> None:
    two = dataclasses.replace(SPEC, nodes=SPEC.nodes[:2])
    root = predict(two)
    assert settings(root)["quorum.two_node"] == "1"
    breaker = dataclasses.replace(two, quorum={"auto_tie_breaker": "1"})
    assert "quorum.two_node" not in settings(apply(root, compare(root, breaker), breaker))


def test_links_are_numbered_around_given_numbers() -> None:
    links = ({"linknumber": "0"}, {"link_priority": "1"}, {"linknumber": "2"}, {})
    assert [number for number, _options in number_links(links)] == [0, 1, 2, 3]


def test_switches_become_what_corosync_takes() -> None:
    assert option_value(True, "wait_for_all") == "1"
    assert option_value(False, "block_unlisted_ips") == "no"
    assert option_value(5000) == "5000"


def test_the_running_map_names_nodes_by_place() -> None:
    assert cmap_settings(predict(SPEC))["nodelist.node.2.name"] == "node3"


def test_pcs_is_told_everything() -> None:
    assert " ".join(setup_argv(SPEC, "/tmp/x")) == (
        "pcs cluster setup --corosync_conf /tmp/x --overwrite -- web"
        " node1 addr=192.0.2.1 addr=198.51.100.1"
        " node2 addr=192.0.2.2 addr=198.51.100.2"
        " node3 addr=192.0.2.3 addr=198.51.100.3"
        " transport knet crypto cipher=aes256 hash=sha256 link link_priority=10 linknumber=0 totem token=5000"
    )


def test_an_option_set_to_null_is_removed() -> None:
    quick, slow = (dataclasses.replace(SPEC, totem={"token": option_value(value)}) for value in (None, 9000))
    config = apply(predict(SPEC), compare(predict(SPEC), slow), slow)
    (change,) = compare(config, quick)
    assert (change.key, change.before, change.after) == ("totem.token", "9000", None)
    changed = apply(config, [change], quick)
    assert changed.child("totem").get("token") == ""
    assert compare(changed, quick) == ()
    assert not any("token" in word for word in setup_argv(quick, "/tmp/x"))


@pytest.mark.parametrize(
    ("text", "stock"),
    [("", False), ("totem {", False), ("nodelist {\n node {\n ring0_addr: 127.0.0.1\n }\n}\n", True)],
)
def test_a_missing_or_broken_file_is_not_the_packages(text: str, stock: bool) -> None:
    assert is_stock_text(text) is stock
