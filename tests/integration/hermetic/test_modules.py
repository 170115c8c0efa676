# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module against the real pcs: create, change, remove an option, delete; each as check, apply, check, apply."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.export import by_name, export
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib

from .conftest import Guest

DUMMIES = {"resources": [{"id": name, "agent": "ocf:pacemaker:Dummy"} for name in ("d1", "d2", "d3")]}
STATEFUL = {"resources": [{"id": "s1", "agent": "ocf:pacemaker:Stateful"}, *DUMMIES["resources"]]}
STORAGE = {"source-dir-root": "/srv/all", "target-dir": "/all"}
FENCES = {"stonith": [{"id": name, "agent": "fence_xvm"} for name in ("f1", "f2")]}
KINDS = tuple(export(Cib()))
BEGUN: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {}  # what `begin` has made before
NODES = '<nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>'

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
            {
                "resource_defaults_sets": [
                    {
                        "id": "some",
                        "rule": "resource ocf:heartbeat:IPaddr2",
                        "values": {"priority": 3, "is-managed": "true"},
                    }
                ],
                "operation_defaults_sets": [
                    {"id": "ops", "rule": "op monitor interval=10s or resource systemd::", "values": {"timeout": "7s"}}
                ],
            },
            {"resource_defaults_sets": [{"id": "some", "score": 5, "values": {"priority": None}}]},
            {"resource_defaults_sets": [{"id": "some", "rule": "date in_range 2030-01-01 to duration years=1"}]},
            {"resource_defaults_sets": [{"id": "some", "values": {"is-managed": None}}]},
            {
                "resource_defaults": {"resource-stickiness": 7},
                "operation_defaults_sets": [{"id": "ops", "rule": "#uname eq n1 and op start"}],
            },
            {
                "resource_defaults_sets": [{"id": "some", "state": "absent"}],
                "operation_defaults_sets": [{"id": "ops", "state": "absent"}],
            },
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
            {"id": "g", "members": ["d2", "d3"], "release": ["d1"], "meta": {"priority": 3}},
            {"id": "g", "members": ["d1"], "release": ["d2", "d3"]},
            {"id": "g", "meta": {"priority": None}},
            {"id": "g", "release": ["d1"], "state": "absent"},
        ],
    ),
    "pcs_clone": (
        STATEFUL,
        [
            {"resource": "s1", "meta": {"interleave": True, "clone-max": 2}},
            {"resource": "s1", "promotable": True, "meta": {"promoted-max": 1}},
            {"resource": "s1", "meta": {"clone-max": None}},
            {"resource": "s1", "promotable": False, "meta": {"promoted-max": None}},
            {"id": "s1-clone", "resource": "s1", "state": "absent"},
        ],
    ),
    "pcs_bundle": (
        {},
        [
            {
                "id": "b",
                "type": "podman",
                "container": {"image": "registry.example.com/pages:1", "replicas": 2},
                "network": {"ip-range-start": "192.0.2.20", "host-netmask": 24},
                "ports": [{"id": "http", "options": {"port": 80}}, {"id": "many", "options": {"range": "90-95"}}],
                "storage": [{"id": "data", "options": {"source-dir": "/srv", "target-dir": "/data"}}],
                "meta": {"priority": 3},
            },
            {"id": "b", "container": {"image": "registry.example.com/pages:2"}, "network": {"control-port": 3122}},
            {"id": "b", "ports": [{"id": "http", "options": {"port": 81}}, {"id": "many", "state": "absent"}]},
            {"id": "b", "storage": [{"id": "data", "options": {"options": "ro"}}, {"id": "x", "options": STORAGE}]},
            {"id": "b", "container": {"replicas": None}, "network": {"control-port": None}, "meta": {"priority": None}},
            {"id": "b", "storage": [{"id": "data", "state": "absent"}], "meta": {"target-role": "Stopped"}},
            {"id": "b", "state": "absent"},
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
            {"sets": [{"resources": ["d1", "d2"], "sequential": False}, {"resources": ["s1"], "role": "Master"}]},
            {"sets": [{"resources": ["d1", "d2"]}, {"resources": ["s1-clone"], "role": "Promoted"}], "score": -5},
            {"sets": [{"resources": ["d1", "d2"], "sequential": True}, {"resources": ["s1"], "role": "Promoted"}]},
            {"id": "mine", "sets": [{"resources": ["d1", "d2"], "role": "Started"}]},
            {"id": "mine", "sets": [{"resources": ["d2", "d1"]}, {"resources": ["d3"]}]},
            {"id": "mine", "sets": [{"resources": ["d3", "d2", "d1"]}]},
            {"id": "mine", "state": "absent"},
            {
                "sets": [{"resources": ["d1", "d2"]}, {"resources": ["s1"], "role": "Promoted"}],
                "state": "absent",
            },
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
            {"sets": [{"resources": ["d1", "d2"], "sequential": False, "require_all": False}, {"resources": ["d3"]}]},
            {"sets": [{"resources": ["d1", "d2"], "require_all": True}, {"resources": ["d3"]}], "kind": "Optional"},
            {"sets": [{"resources": ["d1", "d2"]}, {"resources": ["d3"]}], "symmetrical": False},
            {"sets": [{"resources": ["d1", "d2"]}, {"resources": ["d3"]}], "state": "absent"},
            {"id": "mine", "sets": [{"resources": ["s1"], "action": "promote"}, {"resources": ["d3"]}]},
            {
                "id": "mine",
                "sets": [{"resources": ["s1"], "action": "demote"}, {"resources": ["d3"], "action": "stop"}],
            },
            {"id": "mine", "state": "absent"},
        ],
    ),
    "pcs_node": (
        {},
        [
            {"name": "n1", "standby": True, "attributes": {"rack": 3, "side": "left or right"}},
            {"name": "n1", "standby": False, "maintenance": True, "utilization": {"cpu": 4, "memory": 512}},
            {"name": "n1", "maintenance": False, "attributes": {"rack": -4}, "utilization": {"cpu": None}},
            {"name": "n1", "attributes": {"rack": None, "side": None}, "utilization": {"memory": None}},
        ],
    ),
    "pcs_stonith_level": (
        FENCES,
        [
            {"level": 1, "node": "n1", "devices": ["f1", "f2"]},
            {"level": 1, "node": "n1", "devices": ["f2", "f1"]},
            {"level": 2, "pattern": "n[12]", "devices": ["f2"]},
            {"level": 3, "attribute": "rack", "value": "3", "devices": ["f1"]},
            {"level": 3, "attribute": "rack", "value": "3", "devices": ["f2"]},
            {"level": 2, "pattern": "n[12]", "state": "absent"},
            {"level": 3, "attribute": "rack", "value": "3", "state": "absent"},
            {"level": 1, "node": "n1", "state": "absent"},
        ],
    ),
    "pcs_ticket": (
        {**STATEFUL, "clones": [{"resource": "s1", "promotable": True}]},
        [
            {"ticket": "site", "resource": "d1", "loss_policy": "demote"},
            {"ticket": "site", "resource": "d1", "loss_policy": "freeze"},
            {"ticket": "site", "resource": "s1", "role": "Master", "loss_policy": "demote"},
            {"id": "mine", "ticket": "other", "resource": "d2"},
            {"id": "mine", "ticket": "third"},
            {"id": "mine", "state": "absent"},
            {"ticket": "site", "resource": "s1-clone", "role": "Promoted", "state": "absent"},
            {"ticket": "site", "resource": "d1", "state": "absent"},
            {"ticket": "site", "sets": [{"resources": ["d1", "d2"]}, {"resources": ["s1"], "role": "Promoted"}]},
            {"ticket": "site", "sets": [{"resources": ["d1"]}], "loss_policy": "freeze"},
            {"ticket": "site", "sets": [{"resources": ["d1"]}], "state": "absent"},
            {
                "ticket": "site",
                "sets": [{"resources": ["d1", "d2"]}, {"resources": ["s1-clone"], "role": "Promoted"}],
                "state": "absent",
            },
        ],
    ),
    "pcs_tag": (
        DUMMIES,
        [
            {"id": "t", "members": ["d1", "d2"]},
            {"id": "t", "members": ["d3", "d2", "d1"]},
            {"id": "t", "members": ["d3"]},
            {"id": "t", "state": "absent"},
        ],
    ),
    "pcs_acl": (
        {**DUMMIES, "properties": {"enable-acl": False}},
        [
            {
                "enabled": True,
                "roles": [
                    {
                        "id": "look",
                        "description": "May look",
                        "permissions": [{"kind": "read", "xpath": "/cib"}, {"kind": "deny", "reference": "d1"}],
                    },
                    {"id": "empty"},
                ],
                "users": [{"id": "alice", "roles": ["look", "empty"]}],
                "groups": [{"id": "alice", "roles": ["look"]}, {"id": "idle"}],
            },
            {"roles": [{"id": "look", "permissions": [{"kind": "write", "reference": "d1"}]}]},
            {"roles": [{"id": "look", "description": "May do more"}]},
            {"roles": [{"id": "look", "description": ""}], "users": [{"id": "alice", "roles": ["look"]}]},
            {"roles": [{"id": "empty", "state": "absent"}], "groups": [{"id": "idle", "roles": ["look"]}]},
            {"roles": [{"id": "look", "state": "absent"}]},
            {"users": [{"id": "alice", "state": "absent"}], "groups": [{"id": "alice", "state": "absent"}]},
            {"enabled": False, "groups": [{"id": "idle", "state": "absent"}]},
        ],
    ),
    "pcs_alert": (
        {},
        [
            {
                "id": "a",
                "path": "/bin/true",
                "description": "Tell all",
                "options": {"colour": "deep blue", "password": "s3cr3t-one"},
                "meta": {"timeout": "15s"},
                "recipients": [{"value": "/var/log/one"}, {"id": "two", "value": "admin@example.com"}],
            },
            {"id": "a", "path": "/bin/false", "options": {"password": "s3cr3t-two"}, "meta": {"timeout": "20s"}},
            {"id": "a", "recipients": [{"value": "/var/log/one", "options": {"x": 1}, "meta": {"timeout": "5s"}}]},
            {"id": "a", "recipients": [{"id": "two", "value": "root@example.com", "description": "The boss"}]},
            {"id": "a", "recipients": [{"value": "/var/log/one", "options": {"x": None}, "meta": {"timeout": None}}]},
            {"id": "a", "recipients": [{"id": "two", "state": "absent"}]},
            {"id": "a", "description": "", "options": {"colour": None}, "meta": {"timeout": None}},
            {"id": "a", "state": "absent"},
        ],
    ),
}
NAMES = ("id", "resource", "with", "first", "then", "node", "level")
NO_STATE = ("pcs_property", "pcs_defaults", "pcs_node", "pcs_acl")


def succeed(result: dict[str, Any]) -> dict[str, Any]:
    assert not result.get("failed"), (result.get("command"), result["msg"])
    return result


def exported(guest: Guest, cib: str) -> dict[str, Any]:
    info = succeed(guest.module("cluster_info", cib_file=cib, include_secrets=True))
    return {kind: in_order(kind, info[kind]) for kind in KINDS}


def in_order(kind: str, values: Any) -> Any:
    """A list of objects by their id; pcs moves a resource that leaves a group."""
    return [item for _name, item in sorted(by_name(kind, values).items())] if isinstance(values, list) else values


def begin(guest: Guest, cib: str, **beforehand: Any) -> dict[str, Any]:
    """Make a CIB with two nodes and what is there BEFOREHAND. Returns it in pcs_cib's form."""
    wanted = (guest.release, repr(beforehand))
    if wanted not in BEGUN:
        empty = guest.command("cibadmin", "--empty")["stdout"]
        guest.write(cib, empty.replace("<nodes/>", NODES))
        properties = {"stonith-enabled": False, **beforehand.pop("properties", {})}
        succeed(guest.module("pcs_cib", cib_file=cib, properties=properties, **beforehand))
        BEGUN[wanted] = (guest.read(cib), exported(guest, cib))
    text, start = BEGUN[wanted]
    guest.write(cib, text)
    return start


def live_through(guest: Guest, cib: str, module: str, step: dict[str, Any]) -> dict[str, Any]:
    """Check, apply, check, apply one step, and see that each tells the truth. Returns the result of applying."""
    before = guest.read(cib)
    predicted = succeed(guest.module(module, check=True, cib_file=cib, **step))
    assert predicted["changed"], step
    assert guest.read(cib) == before, "check mode wrote"
    applied = succeed(guest.module(module, cib_file=cib, **step))
    for key in ("changed", "diff", "commands"):
        assert applied[key] == predicted[key]
    assert "s3cr3t" not in str(predicted) + str(applied)
    for check in (True, False):
        again = succeed(guest.module(module, check=check, cib_file=cib, **step))
        assert not again["changed"], (step, again)
        assert again["commands"] == again["processes"] == []
        assert again["diff"]["before"] == again["diff"]["after"] == ""
    return applied


@pytest.mark.parametrize("module", LIVES)
def test_life_of_an_object(guest: Guest, cib: str, module: str) -> None:
    beforehand, steps = LIVES[module]
    start = begin(guest, cib, **beforehand)
    for step in steps:
        live_through(guest, cib, module, step)
        own = exported(guest, cib)
        assert not succeed(guest.module("pcs_cib", cib_file=cib, **own))["changed"], "export and import differ"
    assert exported(guest, cib) == start, "something is left over"


@pytest.mark.parametrize("module", [module for module in LIVES if module not in NO_STATE])
def test_life_in_one_transaction(guest: Guest, cib: str, module: str) -> None:
    """What takes many steps one by one can be undone by one call of pcs_cib."""
    beforehand, steps = LIVES[module]
    kind = {"pcs_stonith": "stonith"}.get(module, module.removeprefix("pcs_") + "s")
    start = begin(guest, cib, **beforehand)
    live_through(guest, cib, "pcs_cib", {kind: [steps[0]]})
    gone = {**{key: value for key, value in steps[-1].items() if key in NAMES}}
    if kind == "groups":
        gone["release"] = steps[0]["members"]
    if kind in ("locations", "colocations", "orders", "clones", "tickets"):
        gone = {key: value for key, value in steps[0].items() if key not in ("score", "meta")}
    live_through(guest, cib, "pcs_cib", {kind: [{**gone, "state": "absent"}]})
    assert exported(guest, cib) == start


def test_purge(guest: Guest, cib: str) -> None:
    """What fits a pattern goes unless it is declared, and takes along what is nothing without it."""
    beforehand = {
        **STATEFUL,
        **FENCES,
        "clones": [{"resource": "s1", "promotable": True}],
        "groups": [{"id": "g", "members": ["d1", "d2"]}],
        "locations": [{"resource": "g", "node": "n1"}, {"id": "cli-ban-d3", "resource": "d3", "node": "n1"}],
        "orders": [{"sets": [{"resources": ["g", "d3"]}]}],
        "tickets": [{"ticket": "site", "resource": "d3"}],
        "tags": [{"id": "t", "members": ["g", "d3"]}],
        "stonith_levels": [{"level": 1, "node": "n1", "devices": ["f1", "f2"]}],
        "acl_roles": [{"id": "look", "permissions": [{"kind": "read", "reference": "d3"}]}, {"id": "other"}],
        "acl_users": [{"id": "alice", "roles": ["look", "other"]}],
        "alerts": [{"id": "a", "path": "/bin/true"}],
    }
    begin(guest, cib, **beforehand)
    live_through(guest, cib, "pcs_cib", {"purge": {"resources": ["d[13]"], "stonith": ["f2"], "acl_roles": ["o.*"]}})
    left = exported(guest, cib)
    assert [item["id"] for item in left["resources"]] == ["d2", "s1"]
    assert left["groups"] == [{"id": "g", "members": ["d2"]}]
    assert left["orders"][0]["sets"] == [{"resources": ["g"]}]
    assert (left["tickets"], left["tags"]) == ([], [{"id": "t", "members": ["g"]}])
    assert left["stonith_levels"][0]["devices"] == ["f1"]
    assert (left["acl_roles"], left["acl_users"]) == ([{"id": "look"}], [{"id": "alice", "roles": ["look"]}])
    everything = {kind: [".*"] for kind in KINDS if kind not in ("nodes", "properties")}
    live_through(guest, cib, "pcs_cib", {"purge": everything})
    left = exported(guest, cib)
    assert not any(left[kind] for kind in everything)
    assert left["properties"] == {"stonith-enabled": "false"}


def test_bundle_with_a_resource(guest: Guest, cib: str) -> None:
    """A resource is put into a bundle when both are made, and goes with it."""
    start = begin(guest, cib, **DUMMIES)
    bundle = {"id": "b", "type": "podman", "container": {"image": "i"}, "network": {"control-port": 3121}}
    refused = guest.module("pcs_bundle", cib_file=cib, **bundle, resource="d1")
    assert "pcs can put a resource into a bundle only when it makes it" in refused["msg"]
    inner = {"id": "inner", "agent": "ocf:pacemaker:Dummy", "meta": {"priority": 2}}
    made = {"resources": [inner], "bundles": [{**bundle, "resource": "inner"}]}
    live_through(guest, cib, "pcs_cib", {**made, "locations": [{"resource": "inner", "node": "n1"}]})
    assert exported(guest, cib)["locations"][0]["resource"] == "b"
    assert not succeed(guest.module("pcs_cib", cib_file=cib, **exported(guest, cib)))["changed"]
    live_through(guest, cib, "pcs_resource", {"id": "inner", "state": "absent"})
    live_through(guest, cib, "pcs_cib", made)
    live_through(guest, cib, "pcs_bundle", {"id": "b", "state": "absent"})
    assert exported(guest, cib) == start


@pytest.mark.parametrize("agent", ["lsb:pcsd", "service:pcsd"])
def test_agents_that_are_services(guest: Guest, cib: str, agent: str) -> None:
    """Those of systemd need one that runs: the site's tests have it."""
    start = begin(guest, cib)
    live_through(guest, cib, "pcs_resource", {"id": "x", "agent": agent, "operations": [{"name": "monitor"}]})
    live_through(guest, cib, "pcs_resource", {"id": "x", "operations": [{"name": "monitor", "interval": "7s"}]})
    live_through(guest, cib, "pcs_resource", {"id": "x", "state": "absent"})
    assert exported(guest, cib) == start
