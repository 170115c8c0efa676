# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What users can declare, how it is written, and how it is refused, with the real pcs."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Guest
from .test_modules import succeed
from .test_peer_defects import apply, cib_with, dummy

DUMMY = {"agent": "ocf:pacemaker:Dummy"}


def refused(guest: Guest, cib: str, module: str, **declared: Any) -> str:
    """The message with which a declaration is refused, in check mode as in a run. Nothing is written."""
    before = guest.command("cat", cib)["stdout"]
    messages = []
    for check in (True, False):
        result = guest.module(module, check=check, cib_file=cib, **declared)
        assert result.get("failed"), result
        messages.append(result["msg"])
    assert guest.command("cat", cib)["stdout"] == before
    assert messages[0] == messages[1]
    return str(messages[0])


# --- types of values -------------------------------------------------------------------------------------------------


def test_fencing_actions_are_written_as_on_and_off(guest: Guest, cib: str) -> None:
    """YAML's off is false. A device with pcmk_reboot_action=false can't fence, and nothing tells."""
    options = {"pcmk_reboot_action": False, "pcmk_on_action": True, "ip_family": "auto"}
    apply(guest, cib, "pcs_stonith", id="f", agent="fence_xvm", options=options)
    text = guest.read(cib)
    assert 'name="pcmk_reboot_action" value="off"' in text
    assert 'name="pcmk_on_action" value="on"' in text
    guest.write(cib, text.replace('name="pcmk_reboot_action" value="off"', 'name="pcmk_reboot_action" value="false"'))
    assert apply(guest, cib, "pcs_stonith", id="f", options={"pcmk_reboot_action": False})["changed"]
    assert 'name="pcmk_reboot_action" value="off"' in guest.read(cib)
    apply(guest, cib, "pcs_property", properties={"stonith-action": False})
    assert 'name="stonith-action" value="off"' in guest.read(cib)


def test_booleans_of_an_agent_stay_true_and_false(guest: Guest, cib: str) -> None:
    options = {"ip": "192.0.2.9", "username": "op", "lanplus": True, "method": "cycle", "pcmk_host_list": "n1"}
    apply(guest, cib, "pcs_stonith", id="f", agent="fence_ipmilan", options=options)
    assert 'name="lanplus" value="true"' in guest.read(cib)
    message = refused(guest, cib, "pcs_stonith", id="f", options={"method": True})
    assert "option 'method' of the fencing device 'f' is true for YAML" in message
    resource = {"id": "ip", "agent": "ocf:heartbeat:IPaddr2"}
    apply(guest, cib, "pcs_resource", **resource, options={"ip": "192.0.2.1", "lvs_support": True, "run_arping": True})
    message = refused(guest, cib, "pcs_resource", **resource, options={"nic": True})
    assert "option 'nic' of the resource 'ip' is true for YAML" in message


def test_hosts_of_a_fencing_device_as_a_list_and_as_a_mapping(guest: Guest, cib: str) -> None:
    apply(guest, cib, "pcs_stonith", id="f", agent="fence_xvm", options={"pcmk_host_list": ["n1", "n2"]})
    assert 'name="pcmk_host_list" value="n1 n2"' in guest.read(cib)
    ports = {"n1": 1, "n2": [2, "3"]}
    apply(guest, cib, "pcs_stonith", id="m", agent="fence_xvm", options={"pcmk_host_map": ports})
    assert 'name="pcmk_host_map" value="n1:1;n2:2,3"' in guest.read(cib)
    for options in ({"pcmk_host_map": "n2=2,3 n1=1"}, {"pcmk_host_map": {"n2": "2,3", "n1": "1"}}):
        assert not apply(guest, cib, "pcs_stonith", id="m", options=options)["changed"]
    assert apply(guest, cib, "pcs_stonith", id="m", options={"pcmk_host_map": {"n1": 1}})["changed"]
    apply(guest, cib, "pcs_stonith", id="m", options={"pcmk_host_map": None})


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ({"resources": [{"id": "d", **DUMMY, "options": {"fake": ["a"]}}]}, "option 'fake' of the resource 'd'"),
        ({"resources": [{"id": "d", **DUMMY, "options": ["fake=a"]}]}, "resources[0] 'd' options: it is a list"),
        ({"stonith": [{"id": "f", "agent": "fence_xvm", "options": {"auth": {"a": 1}}}]}, "'auth' of the fencing"),
        ({"alerts": [{"id": "a", "path": "/x", "description": ["b"]}]}, "alerts[0] 'a' description: it is a list"),
        ({"properties": {"no-quorum-policy": ["stop"]}}, "property 'no-quorum-policy'"),
    ],
)
def test_lists_and_mappings_are_refused(guest: Guest, cib: str, declared: dict[str, Any], words: str) -> None:
    """They were written as Python writes them."""
    assert words in refused(guest, cib, "pcs_cib", **declared)


# --- what is in the way ----------------------------------------------------------------------------------------------

LOCATION = '<rsc_location id="l" rsc="g" node="n1" score="5"/>'
PAIR = f'<group id="g">{dummy("a")}{dummy("b")}</group>'
RENAMED = {"id": "g2", "members": ["a", "b"]}


@pytest.mark.parametrize(
    "declared",
    [
        {"groups": [RENAMED]},
        {"groups": [RENAMED, {"id": "g", "state": "absent"}]},
        {"groups": [RENAMED, {"id": "g", "state": "absent"}], "locations": [{"id": "l", "state": "absent"}]},
        {"groups": [RENAMED], "purge": {"groups": ["g"], "locations": [".*"]}},
        {"groups": [{"id": "g2", "members": ["a"]}, {"id": "g", "state": "absent"}], "resources": [{"id": "b"}]},
        {"groups": [{"id": "g2", "members": ["a"]}], "resources": [{"id": "b", "state": "absent"}]},
        {"groups": [RENAMED], "locations": [{"id": "l2", "resource": "g2", "node": "n1", "score": 5}]},
    ],
)
def test_a_group_with_constraints_is_renamed(guest: Guest, cib: str, declared: dict[str, Any]) -> None:
    """pcs lets no group take all members of another one that a constraint names."""
    guest.write(cib, cib_with(resources=PAIR, constraints=LOCATION))
    apply(guest, cib, "pcs_cib", **declared)
    text = guest.read(cib)
    assert '<group id="g2">' in text
    assert 'id="g"' not in text
    assert 'rsc="g"' not in text


@pytest.mark.parametrize(
    "groups",
    [
        [{"id": "h", "members": ["a", "b"]}, {"id": "g", "members": ["d"]}],
        [{"id": "g", "members": ["c"]}, {"id": "other", "members": ["a", "b"]}],
    ],
)
def test_a_group_gets_its_new_members_before_others_take_the_old_ones(
    guest: Guest, cib: str, groups: list[dict[str, Any]]
) -> None:
    """pcs lets no group take all members of one that a constraint names, and would remove the empty one."""
    other = '<rsc_location id="o" rsc="other" node="n1" score="5"/>'
    resources = PAIR + f'<group id="other">{dummy("c")}</group>' + dummy("d")
    guest.write(cib, cib_with(resources=resources, constraints=LOCATION + other))
    apply(guest, cib, "pcs_cib", groups=groups)
    found = succeed(guest.module("cluster_info", cib_file=cib))
    members = {item["id"]: item["members"] for item in found["groups"]}
    assert members == {"other": ["c"], **{item["id"]: item["members"] for item in groups}}
    assert {item["id"] for item in found["locations"]} == {"l", "o"}


def test_a_cloned_group_in_sets_and_tags_is_renamed(guest: Guest, cib: str) -> None:
    clone = f'<clone id="c">{PAIR}</clone>{dummy("d")}'
    constraints = (
        '<rsc_location id="l" rsc="c" node="n1" score="5"/><rsc_colocation id="s" score="1"><resource_set id="s-1">'
        '<resource_ref id="d"/><resource_ref id="c"/></resource_set></rsc_colocation>'
        '<rsc_order id="o" first="c" then="d"/><rsc_ticket id="t" ticket="T" rsc="c"/>'
    )
    tags = '<tags><tag id="tg"><obj_ref id="c"/><obj_ref id="d"/></tag></tags>'
    guest.write(cib, cib_with(resources=clone, constraints=constraints, rest=tags))
    apply(guest, cib, "pcs_cib", groups=[RENAMED], clones=[{"resource": "g2"}])
    text = guest.read(cib)
    assert 'id="c"' not in text
    assert '<clone id="g2-clone">' in text


BAN = '<rsc_location id="cli-ban-d-on-n1" rsc="d" role="Started" node="n1" score="-INFINITY"/>'
PREFER = '<rsc_location id="cli-prefer-d" rsc="d" role="Started" node="n1" score="INFINITY"/>'


@pytest.mark.parametrize(("left", "words"), [(BAN, "keeps 'd' away from n1"), (PREFER, "holds 'd' on n1")])
def test_a_location_is_declared_beside_what_an_operator_left(guest: Guest, cib: str, left: str, words: str) -> None:
    """pcs would replace the operator's constraint. It stays, and the notes say who made it and what removes it."""
    guest.write(cib, cib_with(resources=dummy("d"), constraints=left))
    for declared in ({"node": "n1", "score": 50}, {"node": "n1", "score": 60}, {"node": "n2", "score": 7}):
        result = apply(guest, cib, "pcs_location", resource="d", **declared)
        assert result["changed"]
        assert words in str(result["notes"])
        assert "`pcs resource clear d` removes it" in str(result["notes"])
        assert left in guest.read(cib)
    assert apply(guest, cib, "pcs_location", resource="d", node="n1", state="absent")["changed"]
    assert left in guest.read(cib)


def test_two_locations_on_the_same_node_say_why_they_are_refused(guest: Guest, cib: str) -> None:
    guest.write(cib, cib_with(resources=dummy("d")))
    two = [{"id": name, "resource": "d", "node": "n1", "score": 5} for name in ("x1", "x2")]
    message = refused(guest, cib, "pcs_cib", locations=two)
    assert "pcs keeps one location constraint for a resource on a node, but 'x1' and 'x2'" in message


def test_a_resource_is_not_declared_where_its_bundle_is_absent(guest: Guest, cib: str) -> None:
    """pcs removes both."""
    bundle = '<bundle id="b"><podman image="i"/><network ip-range-start="192.0.2.5"/>' + dummy("d") + "</bundle>"
    guest.write(cib, cib_with(resources=bundle))
    gone = {"bundles": [{"id": "b", "state": "absent"}]}
    message = refused(guest, cib, "pcs_cib", **gone, resources=[{"id": "d", **DUMMY}])
    assert "The resource 'd' is declared, but the bundle 'b' is absent" in message
    assert apply(guest, cib, "pcs_cib", **gone, resources=[{"id": "d", "state": "absent"}])["changed"]


# --- what pcs has no command for -------------------------------------------------------------------------------------


def test_locations_for_roles_and_tags(guest: Guest, cib: str) -> None:
    tags = '<tags><tag id="tg"><obj_ref id="d"/></tag></tags>'
    guest.write(cib, cib_with(resources=dummy("d"), rest=tags))
    steps = [
        {"id": "r", "resource": "d", "node": "n1", "score": 5, "options": {"role": "Started"}},
        {"id": "r", "score": "-INFINITY"},
        {"id": "t", "resource": "tg", "node": "n2", "score": 7, "options": {"resource-discovery": "never"}},
        {"id": "t", "score": 8},
        {"id": "tr", "resource": "tg", "rule": "#uname eq n1", "score": 9},
        {"id": "tr", "score": 10},
    ]
    for step in steps:
        assert apply(guest, cib, "pcs_location", **step)["changed"]
    text = guest.read(cib)
    assert 'role="Started"' in text
    assert len([line for line in text.splitlines() if 'rsc="tg"' in line]) == 2
    message = refused(guest, cib, "pcs_location", id="x", resource="nothing", node="n1", options={"role": "Started"})
    assert "'nothing' does not exist" in message
    apply(guest, cib, "pcs_cib", tags=[{"id": "tg", "state": "absent"}], resources=[{"id": "d"}])
    assert 'rsc="tg"' not in guest.read(cib)


def test_a_rule_takes_its_score_from_an_attribute(guest: Guest, cib: str) -> None:
    guest.write(cib, cib_with(resources=dummy("d")))
    declared = {"id": "l", "resource": "d", "rule": "defined pingd", "options": {"score-attribute": "pingd"}}
    assert apply(guest, cib, "pcs_location", **declared)["changed"]
    assert 'score-attribute="pingd"' in guest.read(cib)
    assert apply(guest, cib, "pcs_location", id="l", options={"score-attribute": "other"})["changed"]
    assert "'score-attribute': only one can hold" in refused(guest, cib, "pcs_location", **declared, score=5)
    assert apply(guest, cib, "pcs_location", id="l", state="absent")["changed"]
    wrong = {"id": "l", "resource": "d", "node": "n1", "options": {"score-attribute": "pingd"}}
    assert "only a rule can have" in refused(guest, cib, "pcs_location", **wrong)


def test_the_score_of_an_order_is_its_kind(guest: Guest, cib: str) -> None:
    guest.write(cib, cib_with(resources=dummy("a") + dummy("b")))
    order = {"id": "o", "first": "a", "then": "b"}
    assert apply(guest, cib, "pcs_order", **order, options={"score": 0})["changed"]
    assert 'kind="Optional"' in guest.read(cib)
    assert not apply(guest, cib, "pcs_order", **order, kind="Optional")["changed"]
    assert apply(guest, cib, "pcs_order", **order, options={"score": "INFINITY"})["changed"]
    assert "a kind and the option 'score'" in refused(
        guest, cib, "pcs_order", **order, kind="Optional", options={"score": 0}
    )


def test_a_fencing_level_for_an_empty_attribute(guest: Guest, cib: str) -> None:
    apply(guest, cib, "pcs_stonith", id="f", agent="fence_xvm")
    level = {"level": 1, "attribute": "site", "value": ""}
    assert apply(guest, cib, "pcs_stonith_level", **level, devices=["f"])["changed"]
    assert apply(guest, cib, "pcs_stonith_level", **level, state="absent")["changed"]


# --- words -----------------------------------------------------------------------------------------------------------


def test_an_agent_that_is_not_installed(guest: Guest, cib: str) -> None:
    message = guest.module("pcs_resource", cib_file=cib, id="r", agent="ocf:linbit:drbd")["msg"]
    assert "'ocf:linbit:drbd' is not installed on this host" in message
    assert "ha_extra_packages" in message
    assert "did you mean" not in message


def test_an_agent_without_its_class(guest: Guest, cib: str) -> None:
    """pcs before 0.12.3 finds the class, and the second run knows that agent again. Newer ones want it."""
    resource = {"id": "ip", "agent": "IPaddr2", "options": {"ip": "192.0.2.9"}}
    if not guest.finds_class_of_agents:
        guest.write(cib, cib_with())
        message = refused(guest, cib, "pcs_resource", **resource)
        assert "There is no agent 'IPaddr2'; did you mean 'ocf:heartbeat:IPaddr2'?" in message
        return
    assert apply(guest, cib, "pcs_resource", **resource)["changed"]
    assert not succeed(guest.module("pcs_resource", cib_file=cib, **resource))["changed"]
    assert succeed(guest.module("cluster_info", cib_file=cib))["resources"][0]["agent"] == "ocf:heartbeat:IPaddr2"


def test_a_node_that_does_not_exist(guest: Guest, cib: str) -> None:
    guest.write(cib, cib_with())
    message = refused(guest, cib, "pcs_node", name="nn1", attributes={"a": "1"})
    assert "There is no node 'nn1'; did you mean 'n1'?" in message
    assert "unable to set attribute a: crm_attribute: " in message
    assert "There is no node 'other'; there are n1, n2." in refused(guest, cib, "pcs_node", name="other", standby=True)


def test_a_value_with_a_line_break_names_its_option(guest: Guest, cib: str) -> None:
    """Pacemaker before version 3 writes a blank instead."""
    resource = {"id": "d", **DUMMY, "options": {"fake": "one\ntwo"}}
    if guest.keeps_line_breaks:
        assert apply(guest, cib, "pcs_resource", **resource)["changed"]
    else:
        message = refused(guest, cib, "pcs_resource", **resource)
        assert "resources 'd' (options fake). Pacemaker before version 3 keeps no line break" in message


# --- what can be declared --------------------------------------------------------------------------------------------

HOURS = [
    {
        "id": "core-hours",
        "rule": "date-spec hours=9-16 weekdays=1-5",
        "score": "2",
        "values": {"resource-stickiness": "INFINITY"},
    },
    {"id": "after-hours", "score": "1", "values": {"resource-stickiness": "0"}},
]


@pytest.mark.parametrize("kind", ["resource_defaults", "operation_defaults"])
def test_sets_of_defaults_without_a_rule(guest: Guest, cib: str, kind: str) -> None:
    name = "priority" if kind == "resource_defaults" else "timeout"
    sets = f"{kind}_sets"
    if kind == "resource_defaults":
        assert apply(guest, cib, "pcs_defaults", **{sets: HOURS})["changed"]
    plain = {"id": "mine", "values": {name: 5}}
    assert apply(guest, cib, "pcs_defaults", **{sets: [plain]})["changed"]
    assert apply(guest, cib, "pcs_defaults", **{sets: [{"id": "mine", "values": {name: 6}}]})["changed"]
    both = {kind: {"failure-timeout" if name == "priority" else "interval": "7s"}, sets: [plain]}
    assert apply(guest, cib, "pcs_defaults", **both)["changed"]
    assert apply(guest, cib, "pcs_defaults", **{sets: [{"id": "mine", "score": 3}]})["changed"]
    assert apply(guest, cib, "pcs_defaults", **{sets: [{"id": "mine", "state": "absent"}]})["changed"]
    text = guest.read(cib)
    assert 'id="mine"' not in text
    assert ("after-hours" in text) is (kind == "resource_defaults")
    assert 'value="7s"' in text


def operations(guest: Guest, cib: str) -> list[str]:
    lines = guest.read(cib).splitlines()
    return [line.split('name="')[1].split('"')[0] for line in lines if "<op " in line]


def test_no_default_operations(guest: Guest, cib: str) -> None:
    apply(guest, cib, "pcs_resource", id="d", **DUMMY, no_default_operations=True)
    assert operations(guest, cib) == ["monitor"]
    apply(guest, cib, "pcs_stonith", id="f", agent="fence_xvm", no_default_operations=True)
    assert operations(guest, cib) == ["monitor", "monitor"]
    assert not apply(guest, cib, "pcs_resource", id="d", no_default_operations=False)["changed"]
    apply(guest, cib, "pcs_resource", id="d", state="absent")
    apply(
        guest,
        cib,
        "pcs_cib",
        no_default_operations=True,
        resources=[{"id": "one", **DUMMY}, {"id": "all", **DUMMY, "no_default_operations": False}],
    )
    assert operations(guest, cib).count("start") == 1


def test_descriptions(guest: Guest, cib: str) -> None:
    """pcs has no command for them."""
    guest.write(cib, cib_with(resources=dummy("d")))
    new = {
        "resources": [{"id": "a", **DUMMY, "description": 'It is "new" & <good>'}, {"id": "d", "description": "ä b"}],
        "groups": [{"id": "g", "members": ["a"], "description": "one"}],
        "clones": [{"resource": "d", "description": "many"}],
        "nodes": [{"name": "n1", "description": "left"}],
    }
    assert apply(guest, cib, "pcs_cib", **new)["changed"]
    found = succeed(guest.module("cluster_info", cib_file=cib))
    assert {item["id"]: item["description"] for item in found["resources"]} == {
        "a": 'It is "new" & <good>',
        "d": "ä b",
    }
    assert (found["groups"][0]["description"], found["nodes"][0]["description"]) == ("one", "left")
    assert (found["clones"][0]["description"], found["left_out"]) == ("many", [])
    assert apply(guest, cib, "pcs_group", id="g", description="two")["changed"]
    assert not apply(guest, cib, "pcs_group", id="g", meta={"priority": None})["changed"]
    assert apply(guest, cib, "pcs_node", name="n1", description="")["changed"]
    assert apply(guest, cib, "pcs_resource", id="a", description="")["changed"]
    assert "can't be described" in refused(guest, cib, "pcs_node", name="n9", description="x")


def test_custom_properties(guest: Guest, cib: str) -> None:
    custom = {"hana_site": "A", "my-prop": 1}
    known = {"no-quorum-policy": "freeze"}
    assert apply(guest, cib, "pcs_property", properties=known, custom_properties=custom)["changed"]
    assert apply(guest, cib, "pcs_property", custom_properties={"my-prop": 2})["changed"]
    assert apply(guest, cib, "pcs_cib", custom_properties={"my-prop": None})["changed"]
    assert "my-prop" not in guest.read(cib)
    assert "goes into custom_properties" in refused(guest, cib, "pcs_property", properties={"other": 1})
    bad = {"properties": {"no-quorum-policy": "bogus"}, "custom_properties": {"x": 1}}
    assert "'bogus' is not a valid no-quorum-policy" in refused(guest, cib, "pcs_property", **bad)
    twice = {"properties": {"x": 1}, "custom_properties": {"x": 1}}
    assert "'x' is declared in 'properties' and in 'custom_properties'" in refused(guest, cib, "pcs_cib", **twice)


# --- remote and guest nodes ------------------------------------------------------------------------------------------


def test_life_of_a_remote_node(guest: Guest, cib: str) -> None:
    guest.write(cib, cib_with(resources=dummy("d")))
    remote = {"id": "r1", "agent": "ocf:pacemaker:remote"}
    options = {"server": "192.0.2.21", "reconnect_interval": 60}
    assert apply(guest, cib, "pcs_resource", **remote, options=options, meta={"priority": 2})["changed"]
    found = succeed(guest.module("cluster_info", cib_file=cib))["resources"][-1]
    assert (found["agent"], found["options"]["server"]) == ("ocf:pacemaker:remote", "192.0.2.21")
    assert apply(guest, cib, "pcs_resource", id="r1", options={"server": "192.0.2.22", "port": 3122})["changed"]
    assert apply(guest, cib, "pcs_resource", id="r1", options={"port": None}, description="far away")["changed"]
    assert apply(guest, cib, "pcs_node", name="r1", standby=True, attributes={"site": "b"})["changed"]
    assert apply(guest, cib, "pcs_location", resource="d", node="r1", score=5)["changed"]
    assert "invalid resource option 'severity'" in refused(
        guest, cib, "pcs_resource", id="r2", agent="ocf:pacemaker:remote", options={"severity": 1}
    )
    assert apply(guest, cib, "pcs_node", name="r1", standby=False)["changed"]
    assert apply(guest, cib, "pcs_resource", id="r1", state="absent")["changed"]
    text = guest.read(cib)
    assert 'id="r1"' not in text
    assert 'uname="r1"' not in text
    assert apply(guest, cib, "pcs_resource", **remote)["changed"]


def test_remote_and_guest_nodes_are_not_named_like_a_node_of_corosync(guest: Guest, cib: str) -> None:
    """pcs finds those in corosync.conf, and takes the name where it isn't given that."""
    guest.write(cib, cib_with(resources=dummy("d")))
    for declared in ({"id": "n1", "agent": "ocf:pacemaker:remote"}, {"id": "d", "meta": {"remote-node": "N1"}}):
        assert "There is a node 'n1' already" in refused(guest, cib, "pcs_resource", **declared).replace("N1", "n1")


def test_life_of_a_guest_node(guest: Guest, cib: str) -> None:
    meta = {"remote-node": "g1", "remote-addr": "192.0.2.31", "priority": 3}
    assert apply(guest, cib, "pcs_resource", id="vm", **DUMMY, meta=meta)["changed"]
    assert apply(guest, cib, "pcs_resource", id="vm", meta={"remote-addr": "192.0.2.32", "priority": 4})["changed"]
    assert apply(guest, cib, "pcs_node", name="g1", attributes={"site": "b"})["changed"]
    assert apply(guest, cib, "pcs_resource", id="vm", meta={"remote-node": "g2", "remote-port": 3122})["changed"]
    text = guest.read(cib)
    assert 'name="remote-addr" value="192.0.2.32"' in text
    assert 'uname="g1"' not in text
    assert apply(guest, cib, "pcs_resource", id="d2", **DUMMY, meta={"remote-node": "h1"})["changed"]
    assert apply(guest, cib, "pcs_resource", id="d2", meta={"remote-node": "h2"})["changed"]
    assert '"h1"' not in guest.read(cib)  # pcs writes the name as the address where there is none
    assert apply(guest, cib, "pcs_resource", id="d2", state="absent")["changed"]
    gone = {"remote-node": None, "remote-addr": None, "remote-port": None}
    assert apply(guest, cib, "pcs_resource", id="vm", meta=gone)["changed"]
    assert "remote-" not in guest.read(cib)
    assert apply(guest, cib, "pcs_resource", id="vm", meta={"remote-node": "g3"})["changed"]
    assert apply(guest, cib, "pcs_resource", id="vm", state="absent")["changed"]
    assert 'id="vm"' not in guest.read(cib)
