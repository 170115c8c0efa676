# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import (
    Change,
    Effect,
    Node,
    Spec,
    predict,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.runtime import (
    Membership,
    membership,
    parse_map,
    stale,
)

# As corosync 3.1.7 prints it.
MAP = """\
nodelist.local_node_pos (u32) = 0
nodelist.node.0.name (str) = node1
nodelist.node.0.nodeid (u32) = 1
nodelist.node.0.ring0_addr (str) = 192.0.2.1
quorum.provider (str) = corosync_votequorum
runtime.config.totem.token (u32) = 3000
totem.cluster_name (str) = web
totem.interface.0.bindnetaddr (str) = 192.0.2.1
totem.interface.0.knet_link_priority (u8) = 10
totem.transport (str) = knet
totem.version (u32) = 2
"""


def spec(**options: str) -> Spec:
    return Spec("web", (Node("node1", ("192.0.2.1",)),), links=({"link_priority": "10"},), totem=options)


def test_what_runs_as_the_file_says_is_not_stale() -> None:
    assert stale(predict(spec()), parse_map(MAP)) == ()


def test_a_new_setting_is_stale_until_it_is_reloaded() -> None:
    assert stale(predict(spec(token="5000")), parse_map(MAP)) == (Change("totem.token", None, "5000"),)


def test_a_link_that_is_gone_from_the_file_is_stale() -> None:
    running = parse_map(MAP + "nodelist.node.0.ring1_addr (str) = 198.51.100.1\n")
    assert stale(predict(spec()), running) == (Change("nodelist.node1.ring1_addr", "198.51.100.1", None),)


def test_another_clusters_settings_need_a_restart() -> None:
    running = parse_map(MAP.replace("= web", "= debian"))
    assert [change.effect for change in stale(predict(spec()), running)] == [Effect.RESTART]


def test_nodes_are_known_by_name_and_not_by_their_place() -> None:
    two = Spec("web", (Node("node1", ("192.0.2.1",)), Node("node3", ("192.0.2.3",))), links=({"link_priority": "10"},))
    names = {2: "node2", 3: "node3"}
    running = MAP + "".join(
        f"nodelist.node.{place}.{key} = {value}\n"
        for place, number in enumerate(names, 1)
        for key, value in {
            "name (str)": names[number],
            "nodeid (u32)": number,
            "ring0_addr (str)": f"192.0.2.{number}",
        }.items()
    )
    changes = stale(predict(two), parse_map(running))
    assert {(change.key, change.effect) for change in changes if change.after is None} == {
        (f"nodelist.node2.{key}", Effect.LIVE) for key in ("name", "nodeid", "ring0_addr")
    }


STATS = {
    "stats.srp.operational_entered": "6",
    "stats.knet.node1.link0.enabled": "1",
    "stats.knet.node1.link0.connected": "1",
    "stats.knet.node2.link1.enabled": "1",
    "stats.knet.node2.link1.connected": "0",
    "stats.knet.node3.link0.enabled": "0",
    "stats.knet.node3.link0.connected": "0",
}


def test_membership_is_read_from_the_map() -> None:
    """A node that has left and a link that is not enabled don't count."""
    running = {
        "config.reload_status": "1",
        "runtime.members.1.status": "joined",
        "runtime.members.2.status": "joined",
        "runtime.members.3.status": "left",
    }
    assert membership(running, STATS) == Membership(("1", "2"), 6, ("node 2 link 1",), reloaded=True)
    assert not membership({"config.reload_status": "21"}, {}).reloaded
