# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module against the real pcs: create, change, remove an option, delete; each as check, apply, check, apply."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Guest

DUMMIES = {"resources": [{"id": name, "agent": "ocf:pacemaker:Dummy"} for name in ("d1", "d2", "d3")]}
STATEFUL = {"resources": [{"id": "s1", "agent": "ocf:pacemaker:Stateful"}, *DUMMIES["resources"]]}
KINDS = (
    "properties",
    "resource_defaults",
    "operation_defaults",
    "resources",
    "stonith",
    "groups",
    "clones",
    "locations",
    "colocations",
    "orders",
)

# module: what is there beforehand, and the steps, each with what it changes
LIVES: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "pcs_property": (
        {},
        [
            {"properties": {"no-quorum-policy": "freeze", "cluster-recheck-interval": "5min"}},
            {"properties": {"no-quorum-policy": "stop"}},
            {"properties": {"no-quorum-policy": None}},
            {"properties": {"cluster-recheck-interval": None}},
        ],
    ),
    "pcs_defaults": (
        {},
        [
            {"resource_defaults": {"resource-stickiness": 100, "failure-timeout": "10min"}},
            {"operation_defaults": {"timeout": "60s"}, "resource_defaults": {"resource-stickiness": "INFINITY"}},
            {"resource_defaults": {"failure-timeout": None}},
            {"resource_defaults": {"resource-stickiness": None}, "operation_defaults": {"timeout": None}},
        ],
    ),
    "pcs_resource": (
        {},
        [
            {
                "id": "ip",
                "agent": "ocf:heartbeat:IPaddr2",
                "options": {"ip": "192.0.2.1", "cidr_netmask": 24, "nic": "eth0"},
                "meta": {"migration-threshold": 3, "priority": 5},
                "utilization": {"cpu": 2},
                "operations": [{"name": "monitor", "interval": "5s", "options": {"OCF_CHECK_LEVEL": 10}}],
            },
            {
                "id": "ip",
                "options": {"cidr_netmask": 25},
                "meta": {"migration-threshold": 4},
                "utilization": {"cpu": 3},
            },
            {"id": "ip", "operations": [{"name": "monitor", "interval": "7s", "timeout": "33s"}]},
            {"id": "ip", "operations": [{"name": "monitor", "interval": "1min", "role": "Stopped"}]},
            {"id": "ip", "operations": [{"name": "monitor", "options": {"OCF_CHECK_LEVEL": None}, "interval": "7s"}]},
            {"id": "ip", "operations": [{"name": "monitor", "role": "Stopped", "state": "absent"}]},
            {"id": "ip", "options": {"nic": None}, "meta": {"priority": None}, "utilization": {"cpu": None}},
            {"id": "ip", "state": "absent"},
        ],
    ),
    "pcs_stonith": (
        {},
        [
            {
                "id": "fence",
                "agent": "fence_ipmilan",
                "options": {"ip": "192.0.2.9", "username": "op", "password": "s3cr3t-one", "pcmk_host_list": "n1 n2"},
                "operations": [{"name": "monitor", "interval": "60s"}],
            },
            {"id": "fence", "options": {"password": "s3cr3t-two", "lanplus": True}},
            {"id": "fence", "meta": {"priority": 3}, "operations": [{"name": "monitor", "interval": "90s"}]},
            {"id": "fence", "options": {"lanplus": None}, "meta": {"priority": None}},
            {"id": "fence", "state": "absent"},
        ],
    ),
    "pcs_group": (
        DUMMIES,
        [
            {"id": "g", "members": ["d1", "d2"], "meta": {"priority": 2}},
            {"id": "g", "members": ["d3", "d2", "d1"]},
            {"id": "g", "members": ["d2", "d3"], "meta": {"priority": 3}},
            {"id": "g", "members": ["d1"]},
            {"id": "g", "meta": {"priority": None}},
            {"id": "g", "state": "absent"},
        ],
    ),
    "pcs_clone": (
        STATEFUL,
        [
            {"resource": "s1", "meta": {"interleave": True, "clone-max": 2}},
            {"resource": "s1", "promotable": True, "meta": {"promoted-max": 1}},
            {"resource": "s1", "meta": {"clone-max": None}},
            {"resource": "s1", "promotable": False, "meta": {"promoted-max": None}},
            {"id": "s1-clone", "state": "absent"},
        ],
    ),
    "pcs_location": (
        DUMMIES,
        [
            {"resource": "d1", "node": "n1", "score": 50},
            {"resource": "d1", "node": "n1", "score": "-INFINITY"},
            {"resource": "d1", "node": "n1", "options": {"resource-discovery": "never"}},
            {"resource": "d1", "node": "n1", "options": {"resource-discovery": None}},
            {"id": "by-rule", "resource": "d2", "rule": "#uname eq n1 or not_defined pingd", "score": 10},
            {"id": "by-rule", "rule": "(#uname  eq 'n2' or not_defined pingd)", "score": 20},
            {"id": "by-rule", "state": "absent"},
            {"resource": "d1", "node": "n1", "state": "absent"},
        ],
    ),
    "pcs_colocation": (
        {**STATEFUL, "clones": [{"resource": "s1", "promotable": True}]},
        [
            {"resource": "d1", "with": "d2", "score": 50},
            {"resource": "d1", "with": "d2", "score": -50},
            {"resource": "d3", "with": "s1", "with_role": "Master"},
            {"resource": "d3", "with": "s1-clone", "with_role": "Promoted", "score": 7},
            {"resource": "d1", "with": "d2", "state": "absent"},
            {"resource": "d3", "with": "s1", "with_role": "Promoted", "state": "absent"},
        ],
    ),
    "pcs_order": (
        {**STATEFUL, "clones": [{"resource": "s1", "promotable": True}]},
        [
            {"first": "d1", "then": "d2"},
            {"first": "d1", "then": "d2", "kind": "Optional", "symmetrical": False},
            {"first": "s1", "first_action": "promote", "then": "d3", "then_action": "start", "kind": "Serialize"},
            {"first": "d1", "then": "d2", "symmetrical": True, "options": {"require-all": False}},
            {"first": "d1", "then": "d2", "options": {"require-all": None}},
            {"first": "d1", "then": "d2", "state": "absent"},
            {"first": "s1", "first_action": "promote", "then": "d3", "then_action": "start", "state": "absent"},
        ],
    ),
}


def succeed(result: dict[str, Any]) -> dict[str, Any]:
    assert not result.get("failed"), (result.get("command"), result["msg"])
    return result


def exported(guest: Guest, cib: str) -> dict[str, Any]:
    info = succeed(guest.module("cluster_info", cib_file=cib, include_secrets=True))
    return {kind: in_order(info[kind]) for kind in KINDS}


def in_order(values: Any) -> Any:
    """A list of objects by their id; pcs moves a resource that leaves a group."""
    return sorted(values, key=lambda item: item["id"]) if isinstance(values, list) else values


def live_through(guest: Guest, cib: str, module: str, step: dict[str, Any]) -> dict[str, Any]:
    """Check, apply, check, apply one step, and see that each tells the truth. Returns the result of applying."""
    before = guest.read(cib)
    predicted = succeed(guest.module(module, check=True, cib_file=cib, **step))
    assert predicted["changed"], step
    assert guest.read(cib) == before, "check mode wrote"
    applied = succeed(guest.module(module, cib_file=cib, **step))
    for key in ("changed", "diff", "commands"):
        assert applied[key] == predicted[key]
    for check in (True, False):
        again = succeed(guest.module(module, check=check, cib_file=cib, **step))
        assert not again["changed"], (step, again)
        assert again["commands"] == []
        assert again["diff"]["before"] == again["diff"]["after"] == ""
    assert "s3cr3t" not in str(predicted) + str(applied)
    return applied


@pytest.mark.parametrize("module", LIVES)
def test_life_of_an_object(guest: Guest, cib: str, module: str) -> None:
    beforehand, steps = LIVES[module]
    succeed(guest.module("pcs_cib", cib_file=cib, properties={"stonith-enabled": False}, **beforehand))
    start = exported(guest, cib)
    for step in steps:
        live_through(guest, cib, module, step)
        own = exported(guest, cib)
        assert not succeed(guest.module("pcs_cib", cib_file=cib, **own))["changed"], "export and import differ"
    assert exported(guest, cib) == start, "something is left over"


@pytest.mark.parametrize("module", LIVES)
def test_life_in_one_transaction(guest: Guest, cib: str, module: str) -> None:
    """What takes many steps one by one can be undone by one call of pcs_cib."""
    beforehand, steps = LIVES[module]
    kind = {"pcs_property": "properties", "pcs_stonith": "stonith"}.get(module, module.removeprefix("pcs_") + "s")
    if kind in ("defaultss", "properties"):
        pytest.skip("has no state")
    succeed(guest.module("pcs_cib", cib_file=cib, properties={"stonith-enabled": False}, **beforehand))
    start = exported(guest, cib)
    live_through(guest, cib, "pcs_cib", {kind: [steps[0]]})
    gone = {
        **{key: value for key, value in steps[-1].items() if key in ("id", "resource", "with", "first", "then", "node")}
    }
    if kind in ("locations", "colocations", "orders", "clones"):
        gone = {key: value for key, value in steps[0].items() if key not in ("score", "meta")}
    live_through(guest, cib, "pcs_cib", {kind: [{**gone, "state": "absent"}]})
    assert exported(guest, cib) == start
