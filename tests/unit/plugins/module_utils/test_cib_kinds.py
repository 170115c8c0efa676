# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes, fencing levels, tickets, tags, ACLs, alerts, sets and defaults with rules: from a declaration to commands."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.desired import merge
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.export import export
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import parse_cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.render import render
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

CIB = """<cib><configuration><crm_config/>
<nodes><node id="1" uname="n1"><instance_attributes id="a"><nvpair id="a1" name="standby" value="true"/>
  <nvpair id="a2" name="rack" value="3"/></instance_attributes></node></nodes>
<resources><primitive id="a" class="ocf" provider="pacemaker" type="Dummy"/>
 <primitive id="b" class="ocf" provider="pacemaker" type="Dummy"/>
 <primitive id="f1" class="stonith" type="fence_xvm"/><primitive id="f2" class="stonith" type="fence_xvm"/></resources>
<constraints><rsc_ticket id="tick" ticket="T" rsc="a"/>
 <rsc_colocation id="together" score="INFINITY"><resource_set id="s1" sequential="false"><resource_ref id="a"/>
  <resource_ref id="b"/></resource_set></rsc_colocation></constraints>
<fencing-topology><fencing-level id="fl-1" index="1" target="n1" devices="f1,f2"/></fencing-topology>
<rsc_defaults><meta_attributes id="some"><rule id="r" boolean-op="and"><rsc_expression id="e" class="ocf"/></rule>
 <nvpair id="some-p" name="priority" value="1"/></meta_attributes></rsc_defaults>
<acls><acl_role id="look" description="May look"><acl_permission id="look-read" kind="read" xpath="/cib"/>
 <acl_permission id="look-deny" kind="deny" reference="a"/></acl_role>
 <acl_target id="alice"><role id="look"/></acl_target></acls>
<tags><tag id="t"><obj_ref id="a"/><obj_ref id="b"/></tag></tags>
<alerts><alert id="al" path="/bin/true"><recipient id="r1" value="x"/></alert></alerts>
</configuration><status/></cib>"""


@pytest.fixture
def current() -> Cib:
    return parse_cib(CIB)


def test_import_of_an_export_changes_nothing(current: Cib) -> None:
    assert merge(current, export(current)) == current


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ({"nodes": [{"name": "n1", "standby": True, "attributes": {"rack": 3}}]}, []),
        ({"nodes": [{"name": "n1", "maintenance": False}]}, []),
        (
            {"nodes": [{"name": "n1", "standby": False, "maintenance": True, "attributes": {"rack": None}}]},
            ["node unstandby n1", "node maintenance n1", "node attribute n1 rack="],
        ),
        ({"nodes": [{"name": "n2", "utilization": {"cpu": 2}}]}, ["node utilization n2 cpu=2"]),
        ({"stonith_levels": [{"level": 1, "node": "n1", "devices": ["f1", "f2"]}]}, []),
        (
            {"stonith_levels": [{"level": 1, "node": "n1", "devices": ["f2"]}]},
            ["stonith level delete 1 target n1", "stonith level add 1 n1 f2"],
        ),
        (
            {"stonith_levels": [{"level": 2, "attribute": "rack", "value": "3", "devices": ["f2"]}]},
            ["stonith level add 2 attrib%rack=3 f2"],
        ),
        ({"tickets": [{"ticket": "T", "resource": "a", "loss_policy": "stop"}]}, []),
        (
            {"tickets": [{"ticket": "T", "resource": "a", "loss_policy": "fence"}]},
            ["constraint delete tick", "constraint ticket add T a loss-policy=fence id=tick"],
        ),
        ({"colocations": [{"sets": [{"resources": ["a", "b"], "sequential": False}]}]}, []),
        (
            {"colocations": [{"sets": [{"resources": ["a", "b"], "sequential": True}], "score": 5}]},
            [
                "constraint delete together",
                "constraint colocation set a b sequential=true setoptions score=5 id=together",
            ],
        ),
        (
            {"orders": [{"sets": [{"resources": ["a"], "action": "stop"}, {"resources": ["b"]}]}]},
            ["constraint order set a action=stop set b setoptions kind=Mandatory id=order-set-a-stop-set-b"],
        ),
        ({"resource_defaults_sets": [{"id": "some", "rule": "(resource ocf::)", "values": {"priority": "1"}}]}, []),
        (
            {"resource_defaults_sets": [{"id": "plain", "score": 1, "values": {"priority": "2"}}]},
            ["resource defaults set create id=plain score=1 meta priority=2"],
        ),
        (
            {"resource_defaults_sets": [{"id": "some", "values": {"priority": None}}]},
            ["resource defaults set update some meta priority="],
        ),
        (
            {"resource_defaults_sets": [{"id": "some", "score": 5}]},
            [
                "resource defaults set delete some",
                "resource defaults set create id=some score=5 meta priority=1 rule resource ocf::",
            ],
        ),
        (
            {"acl_roles": [{"id": "look", "permissions": [{"kind": "read", "xpath": "/cib"}]}]},
            ["acl permission delete look-deny"],
        ),
        (
            {"acl_roles": [{"id": "look", "description": "Looks"}]},
            [
                "acl role delete look",
                "acl role create look description=Looks deny id a read xpath /cib",
                "acl role assign look to user alice",
            ],
        ),
        ({"acl_users": [{"id": "alice", "roles": []}]}, ["acl role unassign look from user alice"]),
        ({"acl_roles": [{"id": "look", "state": "absent"}]}, ["acl role delete look"]),
        ({"tags": [{"id": "t", "members": ["b", "a"]}]}, ["--before a tag update t add b"]),
        (
            {"tags": [{"id": "t", "members": ["f1", "b"]}]},
            ["tag update t remove a", "--before b tag update t add f1"],
        ),
        ({"tags": [{"id": "t", "members": ["f1"]}]}, ["tag delete t", "tag create t f1"]),
        ({"alerts": [{"id": "al", "recipients": [{"value": "x"}]}]}, []),
        (
            {"alerts": [{"id": "al", "recipients": [{"value": "y/z", "options": {"o": 1}}]}]},
            ["alert recipient add al value=y/z id=al-recipient-y-z options o=1"],
        ),
    ],
)
def test_commands(current: Cib, declared: dict[str, Any], expected: list[str]) -> None:
    shown = [" ".join(command.shown()).removeprefix("pcs ") for command in render(current, merge(current, declared))]
    assert shown == expected


def test_what_goes_with_a_resource(current: Cib) -> None:
    left = merge(current, {"resources": [{"id": "a", "state": "absent"}], "stonith": [{"id": "f1", "state": "absent"}]})
    assert (left.tickets, left.tags["t"].members) == ({}, ("b",))
    assert left.colocations["together"].sets[0].resources == ("b",)
    assert left.stonith_levels["n1 1"].devices == ("f2",)
    assert [item.xpath for item in left.acl_roles["look"].permissions] == ["/cib"]


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ({"stonith_levels": [{"level": 12, "node": "n1", "devices": ["f1"]}]}, "one of 1 to 9"),
        ({"stonith_levels": [{"level": 1, "node": "n1", "pattern": "n.*"}]}, "exactly one"),
        ({"stonith_levels": [{"level": 1, "attribute": "rack", "devices": ["f1"]}]}, "lacks a 'value'"),
        ({"tags": [{"id": "t", "members": []}]}, "state: absent"),
        ({"acl_roles": [{"id": "x", "permissions": [{"kind": "read"}]}]}, "'xpath' or a 'reference'"),
        ({"colocations": [{"resource": "a", "sets": [{"resources": ["b"]}]}]}, "and sets"),
        ({"resource_defaults_sets": [{"id": "new"}]}, "'rule'"),
        ({"nodes": [{"name": "n1"}, {"name": "n1"}]}, "declared twice in 'nodes'"),
        ({"alerts": [{"id": "new"}]}, "'path'"),
    ],
)
def test_bad_declarations(current: Cib, declared: dict[str, Any], words: str) -> None:
    with pytest.raises(ClusterError, match=words):
        merge(current, declared)


@pytest.mark.parametrize(
    ("section", "kinds"),
    [
        (
            '<op_defaults><meta_attributes id="m"/><meta_attributes id-ref="elsewhere"/></op_defaults>',
            ("operation_defaults_sets",),
        ),
        (
            '<fencing-topology><fencing-level id="l" index="10" target="n1" devices="f1"/></fencing-topology>',
            ("stonith_levels",),
        ),
    ],
    ids=["reference-to-a-set", "level-beyond-9"],
)
def test_oddities_of_others_are_left_alone(section: str, kinds: tuple[str, ...]) -> None:
    current = parse_cib(f"<cib><configuration>{section}</configuration></cib>")
    exported = export(current)
    assert merge(current, exported) == current
    assert all("id" in item or "level" in item for kind in kinds for item in exported[kind])
