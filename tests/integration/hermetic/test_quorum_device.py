# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The quorum device against the real pcs, on a corosync.conf without a cluster."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Guest
from .test_examples import documented

PATH = "/tmp/corosync.conf"
CONFIGURATION = """totem {
    version: 2
    cluster_name: test
    transport: knet
}

nodelist {
    node {
        ring0_addr: n1
        name: n1
        nodeid: 1
    }

    node {
        ring0_addr: n2
        name: n2
        nodeid: 2
    }
}

quorum {
    provider: corosync_votequorum
    two_node: 1
}
"""
PING = {"mode": "on", "exec_ping": "/bin/ping -c 1 x"}
HOST = {"host": "arbiter.example.com", "algorithm": "ffsplit"}
STEPS: tuple[dict[str, Any], ...] = (
    {
        "model_options": HOST,
        "options": {"timeout": 5000},
        "heuristics": {"mode": "on", "exec_ping": "/bin/ping -c 1 x"},
    },
    {"model_options": {"algorithm": "lms", "tie_breaker": "lowest"}, "options": {"sync_timeout": 7000}},
    {"model_options": {"tie_breaker": None}, "options": {"timeout": None}},
    {"heuristics": {"mode": None, "exec_ping": None}},
    {"model_options": {"host": "other.example.com"}, "replace": True},
    {"state": "absent"},
)


def module(guest: Guest, *, check: bool = False, **args: Any) -> dict[str, Any]:
    return guest.module("pcs_quorum_device", check=check, corosync_conf=PATH, **args)


def test_life_of_a_quorum_device(guest: Guest) -> None:
    guest.write(PATH, CONFIGURATION)
    for step in STEPS:
        before = guest.read(PATH)
        predicted = module(guest, check=True, **step)
        assert predicted.get("changed"), (step, predicted)
        assert guest.read(PATH) == before, "check mode wrote"
        applied = module(guest, **step)
        for key in ("changed", "diff", "changes", "commands"):
            assert applied[key] == predicted[key]
        for check in (True, False):
            again = module(guest, check=check, **step)
            assert (again["changed"], again["commands"], again["changes"]) == (False, [], []), (step, again)
    assert guest.read(PATH) == CONFIGURATION


@pytest.mark.parametrize("check", [True, False])
def test_what_is_refused(guest: Guest, check: bool) -> None:
    guest.write(PATH, CONFIGURATION)
    misspelt = module(guest, check=check, model_options={**HOST, "tie_braeker": "lowest"})
    assert "did you mean 'tie_breaker'?" in misspelt["msg"], misspelt
    incomplete = module(guest, check=check, model_options={"host": "arbiter.example.com"})
    assert "'algorithm' is missing" in incomplete["msg"], incomplete
    assert guest.read(PATH) == CONFIGURATION


def test_without_a_cluster(guest: Guest) -> None:
    args = {"corosync_conf": "/tmp/none.conf", "model_options": HOST}
    predicted = guest.module("pcs_quorum_device", check=True, **args)
    assert predicted["changed"]
    assert "does not exist yet" in predicted["notes"][0]
    assert "does not exist" in guest.module("pcs_quorum_device", **args)["msg"]


def test_what_it_returns_is_as_documented(guest: Guest) -> None:
    guest.write(PATH, CONFIGURATION)
    result = module(guest, check=True, model_options=HOST)
    sample = {name: item["sample"] for name, item in documented("pcs_quorum_device", "RETURN").items()}
    assert (result["commands"], result["notes"]) == (sample["commands"], sample["notes"])
    assert [change for change in sample["changes"] if change not in result["changes"]] == []
