# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What pcs can't write: it can be declared absent, and declaring anything else of it says why it can't be changed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.desired import merge
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.effect import why_without_effect
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import parse_cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.render import render
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

CIB = """<cib><configuration><crm_config/><nodes><node id="1" uname="n1"/></nodes>
<resources><template id="t" class="ocf" provider="pacemaker" type="Dummy"/>
 <template id="ft" class="stonith" type="fence_xvm"/>
 <primitive id="x" template="t"/><primitive id="f" template="ft"/>
 <group id="g"><primitive id="y" template="t"/><primitive id="d" class="ocf" provider="pacemaker" type="Dummy"/></group>
</resources><constraints>
 <rsc_location id="several" rsc="g">
  <rule id="r1" score="1"><expression id="e1" attribute="a" operation="defined"/></rule>
  <rule id="r2" score="2"><expression id="e2" attribute="b" operation="defined"/></rule></rsc_location>
 <rsc_location id="timed" rsc="x" node="n1" score="5"><lifetime><rule id="lr">
  <date_expression id="le" operation="lt" end="2020-01-01"/></rule></lifetime></rsc_location>
 <rsc_location id="by-parameter" rsc="g"><rule id="r3" score="1">
  <expression id="e3" attribute="#uname" operation="eq" value="p" value-source="param"/></rule></rsc_location>
 <rsc_location id="of-x" rsc="x" node="n1" score="5"/>
 <rsc_location id="of-nothing" rsc="gone" node="n1" score="5"/>
 <rsc_colocation id="co" score="5"><resource_set id="cs" ordering="listed"><resource_ref id="g"/></resource_set>
 </rsc_colocation>
 <rsc_order id="or"><resource_set id="os" ordering="listed"><resource_ref id="g"/></resource_set></rsc_order>
 <rsc_ticket id="ti" ticket="t">
  <resource_set id="ts" ordering="listed"><resource_ref id="g"/></resource_set></rsc_ticket>
</constraints><op_defaults><meta_attributes id="od"><rule id="or1" boolean-op="xor">
 <op_expression id="oe" name="start"/></rule>
 <nvpair id="odn" name="timeout" value="5s"/></meta_attributes></op_defaults>
</configuration><status/></cib>"""


def commands(declared: dict[str, Any]) -> list[str]:
    before = parse_cib(CIB)
    return [
        " ".join((*command.flags, *command.argv)).removeprefix("--delete --scope resources --xml-text ")
        for command in render(before, merge(before, declared))
    ]


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        # Each of these with its constraints: pcs 0.12 can't remove what is made from a template.
        ("resources", "x", ["constraint delete of-x", "constraint delete timed", '<primitive id="x" />']),
        ("resources", "y", ['<primitive id="y" />']),
        ("stonith", "f", ['<primitive id="f" />']),
        ("locations", "several", ["constraint delete several"]),
        ("locations", "timed", ["constraint delete timed"]),
        ("locations", "of-nothing", ["constraint delete of-nothing"]),
        ("colocations", "co", ["constraint delete co"]),
        ("orders", "or", ["constraint delete or"]),
        ("tickets", "ti", ["constraint delete ti"]),
        ("operation_defaults_sets", "od", ["resource op defaults set delete od"]),
    ],
)
def test_what_is_left_alone_can_be_removed(kind: str, name: str, expected: list[str]) -> None:
    assert commands({kind: [{"id": name, "state": "absent"}]}) == expected


@pytest.mark.parametrize(
    ("kind", "item", "words"),
    [
        ("resources", {"id": "x", "options": {"state": "/x"}}, "resource 'x' exists, but .* the template 't'"),
        ("resources", {"id": "x", "agent": "ocf:pacemaker:Dummy"}, "resource 'x' exists, but .* the template 't'"),
        ("stonith", {"id": "f", "options": {"port": "1"}}, "fencing device 'f' exists, but .* the template 'ft'"),
        ("locations", {"id": "several", "score": "5"}, "location constraint 'several' exists, but .* several rules"),
        ("locations", {"id": "timed", "score": "5"}, "location constraint 'timed' exists, but .* for a time only"),
        ("locations", {"id": "by-parameter", "score": "5"}, r"'by-parameter' exists, but .* \(value-source\)"),
        ("colocations", {"id": "co", "score": "7"}, "colocation constraint 'co' exists, but"),
        ("orders", {"id": "or", "kind": "Optional"}, "order constraint 'or' exists, but"),
        ("tickets", {"id": "ti", "loss_policy": "stop"}, "ticket constraint 'ti' exists, but"),
        ("operation_defaults_sets", {"id": "od", "score": "5"}, "set of defaults 'od' exists, but .* a rule"),
    ],
)
def test_what_is_left_alone_is_not_said_to_be_missing(kind: str, item: dict[str, Any], words: str) -> None:
    with pytest.raises(ClusterError, match=words) as refused:
        commands({kind: [item]})
    assert "state: absent" in str(refused.value)
    assert str(refused.value).count("pcs can't write") == 1


def test_constraint_that_is_left_alone_goes_with_its_resource() -> None:
    before = parse_cib(CIB)
    after = merge(before, {"resources": [{"id": "x", "state": "absent"}]})
    assert "timed" in before.left_alone["locations"]
    assert "timed" not in after.left_alone["locations"]
    assert after.groups == before.groups


def test_constraint_that_is_left_alone_goes_with_the_remote_node_that_it_names() -> None:
    text = CIB.replace(
        '<group id="g">', '<primitive id="r" class="ocf" provider="pacemaker" type="remote"/><group id="g">'
    )
    before = parse_cib(text.replace('id="timed" rsc="x" node="n1"', 'id="timed" rsc="x" node="r"'))
    after = merge(before, {"resources": [{"id": "r", "state": "absent"}]})
    assert [command.argv for command in render(before, after)] == [
        ("constraint", "delete", "timed"),
        ("cluster", "node", "delete-remote", "r"),
    ]


SHARED = """<cib><configuration><resources>
 <primitive id="one" class="ocf" provider="pacemaker" type="Dummy">
  <meta_attributes id="m"><nvpair id="m1" name="priority" value="5"/></meta_attributes>
  <operations id="o"><op id="o1" name="monitor" interval="10s"/></operations></primitive>
 <primitive id="two" class="ocf" provider="pacemaker" type="Dummy"><meta_attributes id-ref="m"/>
  <operations id-ref="o"/></primitive>
 <template id="t" class="ocf" provider="pacemaker" type="Dummy"/>
 <clone id="c"><group id="g"><primitive id="x" template="t"/></group></clone>
</resources><constraints>
 <rsc_location id="l" rsc="one"><rule id="r" score="5"><expression id="e" attribute="a" operation="defined"/></rule>
 </rsc_location><rsc_location id="k" rsc="two"><rule id-ref="r"/></rsc_location>
</constraints></configuration></cib>"""


@pytest.mark.parametrize(
    ("declared", "users"),
    [
        ({"resources": [{"id": "one", "state": "absent"}]}, ["two m one", "two o one", "k r l"]),
        ({"resources": [{"id": "two", "state": "absent"}]}, []),
        ({"locations": [{"id": "l", "score": 9}]}, ["k r l"]),
        ({"locations": [{"id": "l", "state": "absent"}]}, ["k r l"]),
        ({"locations": [{"id": "k", "score": 9}]}, []),
    ],
)
def test_what_refers_to_a_part_of_a_changed_object_is_named(declared: dict[str, Any], users: list[str]) -> None:
    """pcs says only that the update does not conform to the schema."""
    before = parse_cib(SHARED)
    said = why_without_effect(SHARED, before, merge(before, declared))
    assert [" ".join(found) for found in re.findall(r"'(\w+)' refers to '(\w+)' of '(\w+)' \(id-ref\)", said)] == users


def test_member_that_pcs_does_not_know_is_named() -> None:
    """pcs says only KeyError."""
    before = parse_cib(SHARED)
    said = why_without_effect(SHARED, before, merge(before, {"clones": [{"id": "c", "state": "absent"}]}))
    assert "'x' in 'c' is made from a template, which pcs does not know: change 'c' with cibadmin." in said


def test_group_loses_a_member_that_is_made_from_a_template() -> None:
    after = merge(parse_cib(CIB), {"resources": [{"id": "y", "state": "absent"}]})
    assert after.groups["g"].members == ("d",)


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ('<clone id="c"><primitive id="z" template="t"/></clone>', '<clone id="c" />'),
        ('<group id="h"><primitive id="z" template="t"/></group>', '<group id="h" />'),
        ('<clone id="c"><group id="h"><primitive id="z" template="t"/></group></clone>', '<clone id="c" />'),
    ],
)
def test_what_is_around_a_resource_made_from_a_template_goes_with_it(resource: str, expected: str) -> None:
    before = parse_cib(CIB.replace("</resources>", f"{resource}</resources>"))
    (command,) = render(before, merge(before, {"resources": [{"id": "z", "state": "absent"}]}))
    assert command.shown() == ["cibadmin", "--delete", "--scope", "resources", "--xml-text", expected]


def test_purge_takes_what_is_left_alone_too() -> None:
    assert commands({"purge": {"orders": [".*"]}}) == ["constraint delete or"]
    assert commands({"purge": {"orders": ["nothing"]}}) == []


TRACED = """<cib><configuration><resources><primitive id="d" class="ocf" provider="pacemaker" type="Dummy"><operations>
<op id="o" name="monitor" interval="10s" timeout="20s"><instance_attributes id="i">
<nvpair id="i1" name="trace_ra" value="1"/></instance_attributes></op></operations></primitive></resources>
</configuration></cib>"""


def operation_commands(**declared: Any) -> list[str]:
    before = parse_cib(TRACED)
    operation = {"name": "monitor", "interval": "10s", **declared}
    after = merge(before, {"resources": [{"id": "d", "operations": [operation]}]})
    return [" ".join(command.shown()) for command in render(before, after)]


def test_operation_with_parameters_is_changed_in_place() -> None:
    assert operation_commands(timeout="20s") == []
    assert operation_commands(timeout="30s", options={"on-fail": "block"}) == [
        'cibadmin --modify --scope resources --xml-text <op id="o" on-fail="block" timeout="30s" />'
    ]


@pytest.mark.parametrize("options", [{"OCF_CHECK_LEVEL": "10"}, {"trace_ra": "2"}, {"timeout": None}])
def test_change_that_would_lose_parameters_of_an_operation_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ClusterError, match=r"The operation 'o' of the resource 'd' has parameters .* \(trace_ra\)"):
        operation_commands(options=options)


def test_parameter_of_an_operation_can_be_taken_out() -> None:
    assert operation_commands(options={"trace_ra": None}) == [
        "pcs resource op delete o",
        "pcs resource op add d monitor interval=10s timeout=20s id=o",
    ]


def test_role_that_holds_more_gets_its_description_in_place() -> None:
    before = parse_cib(
        '<cib><configuration><acls><acl_role id="r" description="old"><acl_permission id="p" kind="deny"'
        ' object-type="nvpair"/></acl_role><acl_target id="u"><role id="r"/></acl_target></acls></configuration></cib>'
    )
    after = merge(before, {"acl_roles": [{"id": "r", "description": "new"}]})
    assert [" ".join(command.shown()) for command in render(before, after)] == [
        'cibadmin --modify --scope acls --xml-text <acl_role id="r" description="new" />'
    ]


def test_permission_for_a_single_option_outlives_a_change_of_the_others() -> None:
    """The export lacks it, so that declaring the others must not remove a deny."""
    before = parse_cib(
        '<cib><configuration><resources><primitive id="a" class="ocf" provider="pacemaker" type="Dummy">'
        '<meta_attributes id="m"><nvpair id="secret" name="priority" value="1"/></meta_attributes>'
        "</primitive></resources><acls>"
        '<acl_role id="r"><acl_permission id="p1" kind="read" reference="a"/>'
        '<acl_permission id="p2" kind="deny" reference="secret"/></acl_role></acls></configuration></cib>'
    )
    after = merge(before, {"acl_roles": [{"id": "r", "permissions": [{"kind": "write", "reference": "a"}]}]})
    permissions = {(item.kind, item.reference) for item in after.acl_roles["r"].permissions}
    assert permissions == {("write", "a"), ("deny", "secret")}
