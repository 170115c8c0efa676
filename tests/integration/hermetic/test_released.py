# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No resource is set loose silently, and what is not declared is told and can be purged."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Guest
from .test_modules import DUMMIES, FENCES, KINDS, STATEFUL, begin, exported, live_through, succeed

ONE_GROUP = {**DUMMIES, "groups": [{"id": "g", "members": ["d1", "d2", "d3"]}]}
TAGGED = {**DUMMIES, "tags": [{"id": "t", "members": ["d1", "d2"]}]}
LOCATION_OF_TAG = '<rsc_location id="tagged" rsc="t" node="n1" score="5"/>'


def refused(guest: Guest, cib: str, module: str, **args: Any) -> str:
    """Why MODULE refuses ARGS, in check mode as well, with the CIB left as it was."""
    before = guest.read(cib)
    predicted, done = (guest.module(module, check=check, cib_file=cib, **args) for check in (True, False))
    assert predicted.get("failed"), predicted
    assert done.get("failed"), done
    assert guest.read(cib) == before
    assert done["msg"] == predicted["msg"]
    return str(done["msg"])


@pytest.mark.parametrize(
    ("module", "args"),
    [
        ("pcs_group", {"id": "g", "members": ["d2", "d3"]}),
        ("pcs_group", {"id": "g", "members": ["d2", "d3"], "release": ["d2"]}),
        ("pcs_cib", {"groups": [{"id": "g", "members": ["d2", "d3"]}], "resources": [{"id": "d2"}]}),
        ("pcs_group", {"id": "g", "release": ["d2", "d3"], "state": "absent"}),
        ("pcs_cib", {"groups": [{"id": "g", "state": "absent"}], "resources": [{"id": "d2"}, {"id": "d3"}]}),
        ("pcs_cib", {"groups": [{"id": "g", "state": "absent"}, {"id": "h", "members": ["d2", "d3"]}]}),
        ("pcs_cib", {"purge": {"groups": [".*"], "resources": ["d[23]"]}}),
    ],
)
def test_member_is_not_set_loose(guest: Guest, cib: str, module: str, args: dict[str, Any]) -> None:
    begin(guest, cib, **ONE_GROUP)
    reason = refused(guest, cib, module, **args)
    assert "'d1' would leave the group 'g'" in reason
    assert "'d2'" not in reason
    for way_out in ("ha_resources", "state: absent", "ha_purge", "release"):
        assert way_out in reason


@pytest.mark.parametrize(
    ("args", "resources", "groups"),
    [
        (
            {"groups": [{"id": "g", "members": ["d2", "d3"]}], "resources": [{"id": "d1"}]},
            ["d1", "d2", "d3"],
            {"g": ["d2", "d3"]},
        ),
        (
            {"groups": [{"id": "g", "members": ["d2", "d3"]}], "resources": [{"id": "d1", "state": "absent"}]},
            ["d2", "d3"],
            {"g": ["d2", "d3"]},
        ),
        (
            {"groups": [{"id": "g", "members": ["d2", "d3"]}], "purge": {"resources": ["d1"]}},
            ["d2", "d3"],
            {"g": ["d2", "d3"]},
        ),
        (
            {"groups": [{"id": "g", "members": ["d2", "d3"], "release": ["d1"]}]},
            ["d1", "d2", "d3"],
            {"g": ["d2", "d3"]},
        ),
        (
            {"groups": [{"id": "g", "members": ["d2", "d3"]}, {"id": "h", "members": ["d1"]}]},
            ["d1", "d2", "d3"],
            {"g": ["d2", "d3"], "h": ["d1"]},
        ),
        ({"groups": [{"id": "g", "state": "absent", "release": ["d1", "d2", "d3"]}]}, ["d1", "d2", "d3"], {}),
        ({"groups": [{"id": "g", "state": "absent"}], **DUMMIES}, ["d1", "d2", "d3"], {}),
        ({"purge": {"groups": [".*"], "resources": [".*"]}}, [], {}),
    ],
)
def test_member_goes_or_stays_as_it_is_said(
    guest: Guest, cib: str, args: dict[str, Any], resources: list[str], groups: dict[str, list[str]]
) -> None:
    begin(guest, cib, **ONE_GROUP)
    live_through(guest, cib, "pcs_cib", args)
    left = exported(guest, cib)
    assert [item["id"] for item in left["resources"]] == resources
    assert {item["id"]: item["members"] for item in left["groups"]} == groups


def test_resource_of_a_removed_clone_is_named(guest: Guest, cib: str) -> None:
    begin(guest, cib, **STATEFUL, clones=[{"resource": "s1"}])
    reason = refused(guest, cib, "pcs_clone", id="s1-clone", state="absent")
    assert "'s1' would leave the clone 's1-clone'" in reason
    assert "resource of the clone" in reason
    assert "'s1' would leave" in refused(guest, cib, "pcs_cib", purge={"clones": [".*"]})
    live_through(
        guest, cib, "pcs_cib", {"clones": [{"id": "s1-clone", "state": "absent"}], "resources": [{"id": "s1"}]}
    )
    assert exported(guest, cib)["clones"] == []


def test_group_of_a_removed_clone_is_named(guest: Guest, cib: str) -> None:
    begin(guest, cib, **ONE_GROUP, clones=[{"resource": "g"}])
    assert "'g' would leave the clone 'g-clone'" in refused(guest, cib, "pcs_clone", id="g-clone", state="absent")
    live_through(guest, cib, "pcs_cib", {"clones": [{"id": "g-clone", "state": "absent"}], "groups": [{"id": "g"}]})


def test_member_of_a_tag_with_a_constraint_is_not_set_loose(guest: Guest, cib: str) -> None:
    begin(guest, cib, **TAGGED)
    live_through(guest, cib, "pcs_tag", {"id": "t", "members": ["d2", "d3"]})
    guest.write(cib, guest.read(cib).replace("<constraints/>", f"<constraints>{LOCATION_OF_TAG}</constraints>"))
    assert "'d2' would leave the tag 't'" in refused(guest, cib, "pcs_tag", id="t", members=["d1", "d3"])
    live_through(guest, cib, "pcs_tag", {"id": "t", "members": ["d1", "d3"], "release": ["d2"]})


def test_what_is_not_declared_is_told(guest: Guest, cib: str) -> None:
    """In check mode as well, after a change and without one; what is absent afterwards is not told."""
    begin(
        guest,
        cib,
        **ONE_GROUP,
        stonith=FENCES["stonith"],
        resource_defaults={"resource-stickiness": 1},
        locations=[{"resource": "g", "node": "n1"}, {"id": "cli-ban-g", "resource": "g", "node": "n2"}],
        stonith_levels=[{"level": 1, "node": "n1", "devices": ["f1"]}],
    )
    declared = {
        "properties": {"stonith-enabled": False},
        "groups": [{"id": "g"}],
        "resources": [{"id": "d1", "meta": {"priority": 1}}],
        "stonith": [{"id": "f2", "state": "absent"}],
        "declared_elsewhere": {"stonith": ["f1"]},
    }
    expected = {
        "resource_defaults": ["resource-stickiness"],
        "resources": ["d2", "d3"],
        "locations": ["location-g-n1"],
        "stonith_levels": ["n1 1"],
    }
    for check in (True, False, True, False):
        assert succeed(guest.module("pcs_cib", check=check, cib_file=cib, **declared))["undeclared"] == expected
    assert "undeclared" not in succeed(guest.module("pcs_group", cib_file=cib, id="g"))


def test_purge_leaves_what_is_declared_elsewhere_and_what_operators_set(guest: Guest, cib: str) -> None:
    begin(guest, cib, **FENCES, **DUMMIES, properties={"maintenance-mode": True, "stop-all-resources": False})
    everything = {kind: [".*"] for kind in KINDS if kind != "nodes"}
    elsewhere = {"stonith": ["f1"], "properties": ["stonith-enabled"]}
    live_through(guest, cib, "pcs_cib", {"purge": everything, "declared_elsewhere": elsewhere})
    left = exported(guest, cib)
    assert [item["id"] for item in left["stonith"]] == ["f1"]
    assert left["resources"] == []
    assert left["properties"] == {"stonith-enabled": "false", "maintenance-mode": "true", "stop-all-resources": "false"}
    live_through(guest, cib, "pcs_cib", {"purge": {"properties": ["maintenance-mode"]}})
    assert "maintenance-mode" not in exported(guest, cib)["properties"]
