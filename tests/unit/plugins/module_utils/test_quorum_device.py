# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a corosync.conf and a declared quorum device to commands."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.quorum_device import (
    Device,
    absent_nodes,
    commands,
    is_connected,
    merge,
    parse_device,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

TEXT = """quorum {
    provider: corosync_votequorum
    device {
        model: net
        timeout: 5000
        votes: 1
        net {
            algorithm: ffsplit
            host: q1
        }
        heuristics {
            mode: on
        }
    }
}
"""
DEVICE = Device("net", {"timeout": "5000"}, {"algorithm": "ffsplit", "host": "q1"}, {"mode": "on"})
NOTHING = {"state": "present", "model": "net", "options": None, "model_options": None, "heuristics": None}


def planned(current: Device | None, running: bool = False, replace: bool = False, **declared: Any) -> list[str]:
    wanted = merge(current, {**NOTHING, **declared})
    return [" ".join(argv) for argv in commands(current, wanted, running=running, replace=replace)]


def test_parse() -> None:
    assert parse_device(TEXT) == DEVICE
    assert parse_device("quorum {\n}\n") is None


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ({}, []),
        ({"options": {"timeout": 5000}, "heuristics": {"mode": True}}, []),
        ({"options": {"sync_timeout": None}}, []),
        ({"options": {"timeout": None}}, ["quorum device update timeout="]),
        ({"model_options": {"algorithm": "lms"}}, ["quorum device update model algorithm=lms"]),
        ({"heuristics": {"mode": None}}, ["quorum device update heuristics mode="]),
        ({"state": "absent"}, ["quorum device remove"]),
    ],
)
def test_of_a_stopped_cluster(declared: dict[str, Any], expected: list[str]) -> None:
    assert planned(DEVICE, **declared) == expected


def test_new_one() -> None:
    assert planned(None, model_options={"host": "q1", "algorithm": "lms", "tls": True}, options={"timeout": 1}) == [
        "quorum device add timeout=1 model net host=q1 algorithm=lms tls=on"
    ]
    assert planned(None, state="absent") == []


@pytest.mark.parametrize(
    ("running", "declared", "words"),
    [
        (False, {"model_options": {"host": "q2"}}, "for another host"),
        (True, {"options": {"timeout": 7}}, "while the cluster runs.*or stop the cluster"),
    ],
)
def test_what_pcs_can_not_change(running: bool, declared: dict[str, Any], words: str) -> None:
    with pytest.raises(ClusterError, match=words):
        planned(DEVICE, running, **declared)
    assert [line.split()[2] for line in planned(DEVICE, running, True, **declared)] == ["remove", "add"]


def test_another_model() -> None:
    with pytest.raises(ClusterError, match="'disk', which can't be changed to 'net'"):
        planned(Device("disk"))


NODES = """nodelist {
    node {
        name: n1
        nodeid: 1
    }
    node {
        name: n2
        nodeid: 2
    }
}
"""


@pytest.mark.parametrize(
    ("running", "absent"),
    [
        ({"runtime.members.1.status": "joined", "runtime.members.2.status": "joined"}, []),
        ({"runtime.members.1.status": "joined", "runtime.members.2.status": "left"}, ["n2"]),
        ({"runtime.members.1.status": "joined", "runtime.members.1.join_count": "1"}, ["n2"]),
        ({}, ["n1", "n2"]),
    ],
)
def test_absent_nodes(running: dict[str, str], absent: list[str]) -> None:
    assert absent_nodes(NODES, running) == absent


@pytest.mark.parametrize(
    ("state", "connected"), [("Connected", True), ("Connect failed", False), ("Disconnected", False)]
)
def test_is_connected(state: str, connected: bool) -> None:
    assert is_connected(f"Qdevice-net information\n----------------------\nState:\t\t{state}\n") is connected
    assert not is_connected("")
