# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Defects of other collections and modules for Pacemaker, each found by reading or running them. Each test is named
after the one that has the defect, and shows that it is not here."""

from __future__ import annotations

import re
from typing import Any

import pytest
from cib_xml import fingerprints

from .conftest import Guest
from .test_fallback import disguised
from .test_modules import succeed
from .test_push import epoch, start
from .test_running import PROMOTED, Cluster

HEAD = '<cib crm_feature_set="3.16.1" validate-with="pacemaker-3.7" epoch="5" num_updates="0" admin_epoch="2">'
SECTIONS = """<configuration><crm_config><cluster_property_set id="cib-bootstrap-options">
<nvpair id="p1" name="stonith-enabled" value="false"/>{properties}</cluster_property_set></crm_config>
<nodes><node id="1" uname="n1">{node}</node><node id="2" uname="n2"/></nodes>
<resources>{resources}</resources><constraints>{constraints}</constraints>{rest}</configuration><status/></cib>"""
EMPTY = {"properties": "", "node": "", "resources": "", "constraints": "", "rest": ""}
NOTHING = ""  # in place of pcs
GROUP = "<group id='g'>{}</group>"


def cib_with(**parts: str) -> str:
    return HEAD + SECTIONS.format(**{**EMPTY, **parts})


def dummy(name: str, content: str = "") -> str:
    return f'<primitive id="{name}" class="ocf" provider="pacemaker" type="Dummy">{content}</primitive>'


def meta(name: str, **values: str) -> str:
    pairs = "".join(f'<nvpair id="{name}-m-{key}" name="{key}" value="{value}"/>' for key, value in values.items())
    return f'<meta_attributes id="{name}-m">{pairs}</meta_attributes>'


def apply(guest: Guest, cib: str, module: str, **declared: Any) -> dict[str, Any]:
    """Check and apply a declaration; the second time, nothing is left to do. Returns the result of applying it."""
    predicted = succeed(guest.module(module, check=True, cib_file=cib, **declared))
    applied = succeed(guest.module(module, cib_file=cib, **declared))
    assert (applied["changed"], applied["diff"]) == (predicted["changed"], predicted["diff"])
    assert not succeed(guest.module(module, cib_file=cib, **declared))["changed"]
    return applied


# --- linux-system-roles.ha_cluster -----------------------------------------------------------------------------------

DECLARED = {
    "properties": {"no-quorum-policy": "stop"},
    "resources": [{"id": "d1", "agent": "ocf:pacemaker:Dummy", "meta": {"priority": 5}}],
}
DRIFT = {
    "properties": '<nvpair id="p2" name="no-quorum-policy" value="stop"/>'
    '<nvpair id="p3" name="maintenance-mode" value="true"/>',
    "node": '<instance_attributes id="n1-i"><nvpair id="n1-s" name="standby" value="on"/></instance_attributes>',
    "resources": dummy("d1", meta("d1", **{"priority": "5", "target-role": "Stopped"})) + dummy("foreign"),
    "rest": '<tags><tag id="t"><obj_ref id="d1"/></tag></tags><alerts><alert id="a" path="/usr/bin/true"/></alerts>',
}


@pytest.mark.parametrize("check", [True, False])
def test_ha_cluster_reverts_operators_state(guest: Guest, cib: str, check: bool) -> None:
    """Drift of six kinds: foreign resource, standby, maintenance mode, disabled resource, tag, alert. None is declared,
    so none is reverted, and check mode says so; what keeps the cluster from acting is told."""
    guest.write(cib, cib_with(**DRIFT))
    before = guest.read(cib)
    result = succeed(guest.module("pcs_cib", check=check, cib_file=cib, **DECLARED))
    assert not result["changed"]
    assert result["commands"] == []
    assert guest.read(cib) == before
    assert "'n1' is in standby" in str(result["notes"])
    assert "maintenance mode" in str(result["notes"])


def test_ha_cluster_check_is_blind_to_drift(guest: Guest, cib: str) -> None:
    """With six kinds of drift, one declared value differs: check mode names it alone, and a run reverts it alone."""
    guest.write(cib, cib_with(**DRIFT).replace('value="5"', 'value="6"'))
    before = fingerprints(guest.read(cib))
    result = apply(guest, cib, "pcs_cib", **DECLARED)
    assert result["commands"] == [["pcs", "resource", "meta", "d1", "priority=5"]]
    assert "foreign" not in str(result["diff"])
    after = fingerprints(guest.read(cib))
    assert {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} == {"primitive d1"}
    assert 'name="target-role" value="Stopped"' in guest.read(cib)


def test_ha_cluster_reverts_declared_drift_only_when_declared(guest: Guest, cib: str) -> None:
    """All six kinds of drift are reverted when they are declared, each in a declaration of its own."""
    guest.write(cib, cib_with(**DRIFT))
    result = apply(
        guest,
        cib,
        "pcs_cib",
        properties={"maintenance-mode": False},
        nodes=[{"name": "n1", "standby": False}],
        resources=[{"id": "d1", "meta": {"target-role": None}}, {"id": "foreign", "state": "absent"}],
        tags=[{"id": "t", "state": "absent"}],
        alerts=[{"id": "a", "state": "absent"}],
    )
    text = guest.read(cib)
    assert result["changed"]
    assert not re.search(r'target-role|id="foreign"|<tag |<alert |name="standby" value="(on|true)"', text)


def test_ha_cluster_shows_secrets_and_leaves_them_in_files(guest: Guest, cib: str) -> None:
    """A fencing password is in no argument, diff or temporary file, even when a later command fails."""
    device = {"id": "f", "agent": "fence_ipmilan", "options": {"ip": "192.0.2.9", "password": "s3cr3t"}}
    wrong = {"id": "w", "agent": "ocf:pacemaker:Dummy", "options": {"no-such": 1}}
    result = guest.module("pcs_cib", cib_file=cib, stonith=[device], resources=[wrong])
    assert result.get("failed")
    assert "s3cr3t" not in str({key: value for key, value in result.items() if key != "invocation"})
    assert guest.command("sh", "-c", "grep -rl s3cr3t /tmp /var/tmp")["stdout"] == ""
    assert guest.command("sh", "-c", "ls -d /tmp/quorate-*")["stdout"] == ""


def test_ha_cluster_check_needs_pcs(guest: Guest, cib: str) -> None:
    """Check mode says what would be done where pcs isn't installed yet: beside a running cluster, and on a file."""
    environment = start(guest, cib)
    declared = {
        "properties": {"no-quorum-policy": "freeze"},
        "resources": [{"id": "d", "agent": "ocf:pacemaker:Dummy"}],
    }
    with disguised(guest, NOTHING, executable=False):
        live = succeed(guest.module("pcs_cib", check=True, environment=environment, **declared))
        in_file = succeed(guest.module("pcs_cib", check=True, cib_file=cib, **declared))
        refused = guest.module("pcs_cib", environment=environment, **declared)
    assert live["diff"] == in_file["diff"]
    assert "no-quorum-policy: freeze" in live["diff"]["after"]
    assert live["notes"] == ["Predicted without pcs, because pcs is not installed on this host."]
    assert refused["msg"] == "pcs is not installed on this host; install the package 'pcs'."
    assert succeed(guest.module("pcs_cib", environment=environment, **declared))["commands"] == live["commands"]


def test_ha_cluster_check_needs_a_running_cluster(guest: Guest) -> None:
    """Nothing runs here: check mode compares with an empty configuration, and a run says why it can't be."""
    declared = {"properties": {"no-quorum-policy": "freeze"}}
    result = succeed(guest.module("pcs_cib", check=True, **declared))
    assert result["diff"] == {"before": "", "after": "properties:\n  no-quorum-policy: freeze\n"}
    assert "Predicted without pcs, because the cluster is not running" in result["notes"][0]
    assert (
        "The configuration can't be changed: the cluster is not running" in guest.module("pcs_cib", **declared)["msg"]
    )


def test_ha_cluster_export_lacks_acls_alerts_and_tags(guest: Guest, cib: str) -> None:
    guest.write(cib, cib_with(**{**DRIFT, "rest": f"{DRIFT['rest']}<acls><acl_role id='look'/></acls>"}))
    info = succeed(guest.module("cluster_info", cib_file=cib))
    assert (info["tags"], info["acl_roles"]) == ([{"id": "t", "members": ["d1"]}], [{"id": "look"}])
    assert info["alerts"] == [{"id": "a", "path": "/usr/bin/true"}]
    assert info["nodes"] == [{"name": "n1", "standby": True}, {"name": "n2"}]


def test_ha_cluster_export_has_one_rule_of_a_location_only(guest: Guest, cib: str) -> None:
    """What the export can't say it doesn't say by halves: such a constraint is named, and left alone."""
    rules = "".join(
        f'<rule id="r{n}" score="{n}"><expression id="e{n}" attribute="a" operation="defined"/></rule>' for n in (1, 2)
    )
    constraint = f'<rsc_location id="two" rsc="d1">{rules}</rsc_location>'
    guest.write(cib, cib_with(resources=dummy("d1"), constraints=constraint))
    info = succeed(guest.module("cluster_info", cib_file=cib))
    assert info["locations"] == []
    assert info["left_out"] == ["rsc_location two (a constraint that pcs can't write)"]


# --- OndrejHome's pcs-modules-2 --------------------------------------------------------------------------------------


def test_ondrejhome_resource_update_starts_a_disabled_resource(guest: Guest, cib: str) -> None:
    """Another option changes; the target-role that an operator set stays."""
    guest.write(cib, cib_with(resources=dummy("d1", meta("d1", **{"target-role": "Stopped"}))))
    assert apply(guest, cib, "pcs_resource", id="d1", options={"fake": "x"})["changed"]
    assert 'name="target-role" value="Stopped"' in guest.read(cib)


def test_ondrejhome_drift_of_a_group_is_invisible(guest: Guest, cib: str) -> None:
    guest.write(cib, cib_with(resources=GROUP.format(dummy("d1")) + dummy("d2")))
    result = succeed(guest.module("pcs_group", check=True, cib_file=cib, id="g", members=["d1", "d2"]))
    assert result["changed"]
    assert "d2" in result["diff"]["after"]


def test_ondrejhome_promotable_is_made_in_several_steps(guest: Guest, cib: str) -> None:
    """A promotable clone and its resource arrive in one push: neither is ever seen alone."""
    environment = start(guest, cib)
    succeed(guest.module("pcs_property", environment=environment, properties={"stonith-enabled": False}))
    old = epoch(guest, cib)
    primitive = {"id": "s", "agent": "ocf:pacemaker:Stateful"}
    clone = {"resource": "s", "promotable": True}
    succeed(guest.module("pcs_cib", environment=environment, resources=[primitive], clones=[clone]))
    assert epoch(guest, cib) - old in (1, 2)  # Pacemaker 2.1 counts a push twice
    assert "s-clone" in guest.read(cib)


def test_ondrejhome_constraint_is_away_while_it_changes(guest: Guest, cib: str) -> None:
    """A constraint keeps its id, and is deleted and made again within one push."""
    environment = start(guest, cib)
    declared = {"id": "here", "resource": "d1", "node": "n1"}
    primitive = {"id": "d1", "agent": "ocf:pacemaker:Dummy"}
    location = {**declared, "score": 1}
    properties = {"stonith-enabled": False}
    succeed(
        guest.module(
            "pcs_cib", environment=environment, resources=[primitive], locations=[location], properties=properties
        )
    )
    old = epoch(guest, cib)
    succeed(guest.module("pcs_location", environment=environment, **declared, score=2))
    assert epoch(guest, cib) - old in (1, 2)
    assert re.search(r'<rsc_location [^>]*id="here"[^>]*score="2"|score="2"[^>]*id="here"', guest.read(cib))


def test_ondrejhome_level_with_several_devices(guest: Guest, cib: str) -> None:
    devices = [{"id": name, "agent": "fence_xvm"} for name in ("f1", "f2")]
    guest.write(cib, cib_with())
    succeed(guest.module("pcs_cib", cib_file=cib, stonith=devices))
    assert apply(guest, cib, "pcs_stonith_level", level=1, node="n1", devices=["f1", "f2"])["changed"]
    assert 'devices="f1,f2"' in guest.read(cib)


@pytest.mark.parametrize("value", ["a=b", "a: b", "one two", "x=1 y=2"])
def test_ondrejhome_values_with_delimiters(guest: Guest, cib: str, value: str) -> None:
    guest.write(cib, cib_with())
    assert apply(guest, cib, "pcs_node", name="n1", attributes={"place": value})["changed"]
    assert apply(guest, cib, "pcs_defaults", resource_defaults={"place": value})["changed"]
    assert guest.read(cib).count(f'value="{value}"') == 2


@pytest.mark.parametrize(
    "rule", ["date-spec hours=9-16 weekdays=1-5", "date in_range 2030-01-01 to duration years=1 months=2"]
)
def test_ondrejhome_rule_with_a_date_is_never_equal(guest: Guest, cib: str, rule: str) -> None:
    guest.write(cib, cib_with(resources=dummy("d1")))
    assert apply(guest, cib, "pcs_location", id="office", resource="d1", rule=rule, score=5)["changed"]


def test_ondrejhome_order_then_action_is_start_by_default(guest: Guest, cib: str) -> None:
    """Without an action for the second resource, it does what the first one does."""
    order = '<rsc_order id="o" first="d1" then="d2" first-action="stop"/>'
    guest.write(cib, cib_with(resources=dummy("d1") + dummy("d2"), constraints=order))
    declared = {"first": "d1", "then": "d2", "first_action": "stop"}
    assert not succeed(guest.module("pcs_order", cib_file=cib, **declared))["changed"]


def test_ondrejhome_breaks_when_pcs_breaks(guest: Guest, cib: str) -> None:
    """A pcs that doesn't start is told in one sentence."""
    guest.write(cib, cib_with())
    with disguised(guest, "#!/bin/sh\necho 'Error: out of order' >&2\nexit 3\n"):
        result = guest.module("pcs_property", cib_file=cib, properties={"no-quorum-policy": "freeze"})
    assert result["msg"] == "pcs refuses the property no-quorum-policy: out of order."


def test_ondrejhome_refuses_a_newer_pcs(guest: Guest, cib: str) -> None:
    """What counts is what pcs can do, not its version."""
    guest.write(cib, cib_with())
    newer = '#!/bin/sh\n[ "$1" != --version ] || { echo 1.7.0; exit; }\nexec /tmp/real/pcs "$@"\n'
    with disguised(guest, newer):
        assert apply(guest, cib, "pcs_node", name="n1", attributes={"rack": 3})["changed"]


# --- community.general -----------------------------------------------------------------------------------------------


def test_community_general_never_updates(guest: Guest, cib: str) -> None:
    guest.write(cib, cib_with(resources=dummy("d1")))
    assert apply(guest, cib, "pcs_resource", id="d1", agent="ocf:pacemaker:Dummy", options={"fake": 1})["changed"]
    assert 'name="fake" value="1"' in guest.read(cib)


def test_community_general_check_always_predicts_unchanged(guest: Guest, cib: str) -> None:
    guest.write(cib, cib_with())
    result = succeed(guest.module("pcs_resource", check=True, cib_file=cib, id="d1", agent="ocf:pacemaker:Dummy"))
    assert result["changed"]
    assert "d1" in result["diff"]["after"]


def test_community_general_cloned_group_is_not_idempotent(guest: Guest, cib: str) -> None:
    guest.write(cib, cib_with(resources=GROUP.format(dummy("d1"))))
    assert apply(guest, cib, "pcs_clone", resource="g", meta={"interleave": True})["changed"]


def test_community_general_takes_a_change_of_state_for_a_change(guest: Guest, cib: str) -> None:
    """Whether a resource is stopped, starting or started makes no difference to what is declared of it."""
    cluster = Cluster(guest, cib)
    declared = {"resources": [{"id": "d1", "agent": "ocf:pacemaker:Dummy"}], "properties": {"stonith-enabled": False}}
    assert succeed(cluster.module("pcs_cib", **declared))["changed"]
    for _state in ("stopped", "started"):
        assert not succeed(cluster.module("pcs_cib", **declared))["changed"]
        cluster.act()


def test_community_general_waits_for_promoted_to_be_started(guest: Guest, cib: str) -> None:
    cluster = Cluster(guest, cib)
    primitive = {"id": "s", "agent": "ocf:pacemaker:Stateful"}
    declared = {"clones": [{"resource": "s", "promotable": True}], "locations": [PROMOTED]}
    succeed(cluster.module("pcs_cib", resources=[primitive], properties={"stonith-enabled": False}, **declared))
    for _action in ("start", "promote"):
        cluster.act()
    assert succeed(cluster.module("pcs_clone", wait=5, resource="s", meta={"priority": 3}))["changed"]
    info = succeed(cluster.module("cluster_info"))
    assert sorted(item["role"] for item in info["resources_status"]) == ["Promoted", "Unpromoted"]


def test_community_general_forces_removal_in_maintenance_mode(guest: Guest, cib: str) -> None:
    """What runs unmanaged stays, and no command has --force."""
    cluster = Cluster(guest, cib)
    properties = {"stonith-enabled": False}
    succeed(cluster.module("pcs_cib", resources=[{"id": "d1", "agent": "ocf:pacemaker:Dummy"}], properties=properties))
    cluster.act()
    succeed(cluster.module("pcs_property", properties={"maintenance-mode": True}))
    result = cluster.module("pcs_resource", id="d1", state="absent")
    assert "'d1' runs but is not managed by the cluster" in result["msg"]
    assert 'id="d1"' in guest.read(cib)


def test_community_general_sees_maintenance_mode_in_any_line(guest: Guest, cib: str) -> None:
    pair = '<nvpair id="{0}" name="{0}" value="{1}"/>'
    properties = pair.format("maintenance-mode", "false") + pair.format("stop-all-resources", "true")
    guest.write(cib, cib_with(properties=properties))
    result = succeed(guest.module("pcs_property", cib_file=cib, properties={"stonith-enabled": False}))
    assert (result["changed"], result["notes"]) == (False, [])


def test_community_general_info_needs_a_new_pcs(guest: Guest, cib: str) -> None:
    """What a cluster is made of is read without pcs."""
    environment = start(guest, cib)
    with disguised(guest, NOTHING, executable=False):
        info = succeed(guest.module("cluster_info", environment=environment))
    assert info["cluster"]["running"] is True
    assert info["nodes"] == [{"name": "n1"}]


# --- puppet-corosync, puppet-pacemaker, crmsh ------------------------------------------------------------------------


def test_puppet_corosync_defaults_are_never_committed(guest: Guest, cib: str) -> None:
    guest.write(cib, cib_with())
    assert apply(guest, cib, "pcs_defaults", resource_defaults={"resource-stickiness": 7})["changed"]
    assert 'name="resource-stickiness" value="7"' in guest.read(cib)


def test_puppet_corosync_raises_admin_epoch(guest: Guest, cib: str) -> None:
    guest.write(cib, cib_with())
    assert apply(guest, cib, "pcs_property", properties={"batch-limit": 3})["changed"]
    assert 'admin_epoch="2"' in guest.read(cib)


def test_puppet_corosync_resource_starts_before_its_constraint(guest: Guest, cib: str) -> None:
    """A resource and where it may run arrive in one push, so it starts nowhere else."""
    cluster = Cluster(guest, cib)
    succeed(cluster.module("pcs_property", properties={"stonith-enabled": False}))
    old = epoch(guest, cib)
    location = {"resource": "d1", "node": "n1", "score": "-INFINITY"}
    result = succeed(
        cluster.module("pcs_cib", resources=[{"id": "d1", "agent": "ocf:pacemaker:Dummy"}], locations=[location])
    )
    assert epoch(guest, cib) - old in (1, 2)  # Pacemaker 2.1 counts a push twice
    assert [(action["action"], action["node"]) for action in result["transition"]] == [("start", "n2")]


@pytest.mark.parametrize(
    "text",
    [
        dummy("d1", '<instance_attributes id="i"/><meta_attributes id="m"/>'),
        '<primitive type="Dummy" provider="pacemaker" id="d1" class="ocf"/>',
        f"<!-- a remark -->{dummy('d1', '<!-- another -->')}",
    ],
    ids=["empty-set", "order-of-attributes", "comment"],
)
def test_puppet_pacemaker_sees_differences_where_are_none(guest: Guest, cib: str, text: str) -> None:
    guest.write(cib, cib_with(resources=text))
    declared = {"id": "d1", "agent": "ocf:pacemaker:Dummy", "options": {}, "meta": {}}
    assert not succeed(guest.module("pcs_resource", cib_file=cib, **declared))["changed"]


def test_crmsh_changes_the_order_of_a_group(guest: Guest, cib: str) -> None:
    """The members end up as declared, wherever a new one comes in."""
    guest.write(cib, cib_with(resources=GROUP.format(dummy("b") + dummy("c")) + dummy("a") + dummy("x")))
    assert apply(guest, cib, "pcs_group", id="g", members=["a", "c", "x", "b"])["changed"]
    assert re.findall(r'<primitive [^>]*id="(\w)"', guest.read(cib)) == ["a", "c", "x", "b"]
