# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parse, merge, render: from a CIB and a declaration to commands."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.desired import merge
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.difference import difference
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.export import export
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import parse_cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.render import render
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

CIB = """<cib admin_epoch="0" epoch="5" num_updates="3"><configuration>
<crm_config><cluster_property_set id="cib-bootstrap-options">
 <nvpair id="p1" name="dc-version" value="2.1.5"/><nvpair id="p2" name="no-quorum-policy" value="stop"/>
 <nvpair id="p3" name="cluster-recheck-interval" value="5min"/></cluster_property_set></crm_config>
<nodes/>
<resources>
 <group id="web"><primitive id="ip" class="ocf" provider="heartbeat" type="IPaddr2">
   <instance_attributes id="ip-ia"><nvpair id="ip-ia-ip" name="ip" value="192.0.2.1"/>
    <nvpair id="ip-ia-nic" name="nic" value="eth0"/></instance_attributes>
   <meta_attributes id="ip-ma"><nvpair id="ip-ma-tr" name="target-role" value="Stopped"/></meta_attributes>
   <operations><op id="my-monitor" name="monitor" interval="10s" timeout="20s">
     <instance_attributes id="i"><nvpair id="i1" name="OCF_CHECK_LEVEL" value="10"/></instance_attributes></op>
    <op id="ip-stop-interval-0s" name="stop" interval="0s" timeout="20s"/></operations></primitive>
  <primitive id="httpd" class="systemd" type="lighttpd"/><meta_attributes id="web-ma"/></group>
 <clone id="db-clone"><primitive id="db" class="ocf" provider="pacemaker" type="Stateful"/>
  <meta_attributes id="m"><nvpair id="m1" name="promotable" value="yes"/></meta_attributes></clone>
 <primitive id="fence" class="stonith" type="fence_ipmilan"><instance_attributes id="f">
  <nvpair id="f1" name="password" value="old-secret"/></instance_attributes></primitive>
</resources>
<constraints>
 <rsc_location id="cli-prefer-web" rsc="web" node="n2" score="INFINITY"/>
 <rsc_location id="loc" rsc="web" node="n1" score="100"/>
 <rsc_colocation id="col" rsc="web" with-rsc="db-clone" with-rsc-role="Master" score="INFINITY"/>
 <rsc_order id="ord" first="db-clone" then="web" first-action="promote" then-action="start"/>
</constraints>
<rsc_defaults><meta_attributes id="rd"><nvpair id="rd1" name="resource-stickiness" value="1000000"/></meta_attributes>
</rsc_defaults></configuration><status/></cib>"""


DUMMY = '<primitive id="{}" class="ocf" provider="pacemaker" type="Dummy"/>'
SMALL = (
    '<cib><configuration><crm_config/><nodes><node id="1" uname="n1"/></nodes><resources>{}</resources><constraints/>'
    "</configuration><status/></cib>"
)
A, B, C, D = map(DUMMY.format, "abcd")
GROUPS = SMALL.format(f'<group id="one">{A}{B}</group><group id="two">{C}</group>{D}')
BUNDLE = SMALL.format(f'<bundle id="box"><podman image="i"/>{DUMMY.format("inside")}</bundle>')
GUEST = SMALL.format(
    '<primitive id="vm" class="ocf" provider="pacemaker" type="Dummy"><meta_attributes id="m">'
    '<nvpair id="m1" name="remote-node" value="g1"/><nvpair id="m2" name="remote-addr" value="ADDRESS"/>'
    "</meta_attributes></primitive>"
)


@pytest.fixture
def current() -> Cib:
    return parse_cib(CIB)


def commands(current: Cib, declared: dict[str, Any]) -> list[str]:
    return [" ".join(command.shown()) for command in render(current, merge(current, declared))]


def test_import_of_an_export_changes_nothing(current: Cib) -> None:
    assert merge(current, export(current)) == current


@pytest.mark.parametrize(
    "declared",
    [
        {"properties": {"no-quorum-policy": "stop", "cluster-recheck-interval": 300}},
        {"properties": {"not-there": None}},
        {"resource_defaults": {"resource-stickiness": "INFINITY"}},
        {"resources": [{"id": "ip", "agent": "IPaddr2", "options": {"ip": "192.0.2.1"}}]},
        {"resources": [{"id": "ip", "operations": [{"name": "monitor", "interval": "10", "timeout": "20000ms"}]}]},
        {"resources": [{"id": "gone", "state": "absent"}]},
        {"stonith": [{"id": "fence", "agent": "fence_ipmilan", "options": {"password": "old-secret"}}]},
        {"groups": [{"id": "web", "members": ["ip", "httpd"]}]},
        {"clones": [{"resource": "db", "promotable": True}]},
        {"locations": [{"resource": "web", "node": "n1", "score": 100}]},
        {"locations": [{"resource": "web", "node": "n2", "state": "absent"}]},
        {"colocations": [{"resource": "web", "with": "db", "with_role": "Promoted"}]},
        {"orders": [{"first": "db", "first_action": "promote", "then": "web", "then_action": "start"}]},
        {"orders": [{"id": "ord", "kind": "Mandatory", "symmetrical": True}]},
    ],
)
def test_what_is_so_already_needs_nothing(current: Cib, declared: dict[str, Any]) -> None:
    assert commands(current, declared) == []


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ({"properties": {"no-quorum-policy": None}}, ["pcs property set no-quorum-policy="]),
        (
            {"resources": [{"id": "ip", "options": {"nic": None, "cidr_netmask": 24}}]},
            ["pcs resource update ip nic= cidr_netmask=24"],
        ),
        (
            {"resources": [{"id": "ip", "operations": [{"name": "monitor", "interval": "30s"}]}]},
            [
                "pcs resource op delete my-monitor",
                "pcs resource op add ip monitor interval=30s timeout=20s OCF_CHECK_LEVEL=10 id=my-monitor",
            ],
        ),
        (
            {"resources": [{"id": "ip", "operations": [{"name": "stop", "options": {"timeout": None}}]}]},
            [
                "pcs resource op delete ip-stop-interval-0s",
                "pcs resource op add ip stop interval=0s id=ip-stop-interval-0s",
            ],
        ),
        (
            {"stonith": [{"id": "fence", "options": {"password": "new-secret"}}]},
            ["pcs stonith update fence password=********"],
        ),
        (
            {"groups": [{"id": "web", "members": ["httpd", "ip"]}]},
            ["pcs --before ip resource group add web httpd"],
        ),
        ({"groups": [{"id": "web", "members": ["ip"]}]}, ["pcs resource group remove web httpd"]),
        ({"groups": [{"id": "web", "state": "absent"}]}, ["pcs resource ungroup web"]),
        (
            {"locations": [{"resource": "web", "node": "n1", "score": 5}]},
            ["pcs constraint delete loc", "pcs constraint location add loc web n1 5"],
        ),
        (
            {"colocations": [{"resource": "ip", "with": "httpd"}]},
            ["pcs constraint colocation add ip with httpd INFINITY id=colocation-ip-httpd"],
        ),
        (
            {"orders": [{"id": "ord", "kind": "Serialize"}]},
            [
                "pcs constraint delete ord",
                "pcs constraint order promote db-clone then start web kind=Serialize symmetrical=true id=ord",
            ],
        ),
        ({"clones": [{"resource": "db", "promotable": False}]}, ["pcs resource meta db-clone promotable="]),
    ],
)
def test_commands(current: Cib, declared: dict[str, Any], expected: list[str]) -> None:
    assert commands(current, declared) == expected


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ({"one": "c", "two": "ab"}, ["add two a", "add one c", "--after a add two b"]),
        ({"new": "ab", "one": "d"}, ["add one d", "add new a b"]),
        ({"two": "ab", "one": "c"}, ["add two a", "add one c", "--after a add two b"]),
        ({"one": "c", "two": "a"}, ["add two a", "add one c", "remove one b"]),
        ({"new": "ab"}, ["one", "add new a b"]),
    ],
)
def test_no_group_that_stays_is_emptied_before_it_has_its_new_members(
    groups: dict[str, str], expected: list[str]
) -> None:
    """pcs removes an empty group, and refuses to empty one that a constraint names."""
    before = parse_cib(GROUPS)
    declared = {"groups": [{"id": name, "members": list(members)} for name, members in groups.items()]}
    resources = [{"id": name} for name in "abcd"]
    found = [
        " ".join((*command.flags, *command.argv[2:]))
        for command in render(before, merge(before, {**declared, "resources": resources}))
    ]
    assert found == expected


def test_a_resource_is_not_declared_where_its_bundle_is_absent() -> None:
    before = parse_cib(BUNDLE)
    gone = [{"id": "box", "state": "absent"}]
    with pytest.raises(ClusterError, match="'inside' is declared, but the bundle 'box' is absent"):
        merge(before, {"bundles": gone, "resources": [{"id": "inside"}]})
    after = merge(before, {"bundles": gone, "resources": [{"id": "inside", "state": "absent"}]})
    assert (dict(after.bundles), dict(after.primitives)) == ({}, {})


@pytest.mark.parametrize(
    "declared", [{"id": "N1", "agent": "ocf:pacemaker:remote"}, {"id": "vm", "meta": {"remote-node": "n1"}}]
)
def test_no_remote_or_guest_node_has_the_name_of_a_node_of_corosync(declared: dict[str, Any]) -> None:
    """pcs finds these in corosync.conf, which it is not given for a file."""
    with pytest.raises(ClusterError, match=r"There is a node '(n1|N1)' already"):
        merge(parse_cib(GUEST), {"resources": [declared]})


@pytest.mark.parametrize(
    ("address", "meta", "expected"),
    [
        ("g1", {"remote-node": "g2"}, None),  # what pcs wrote as it was not declared
        ("g1", {"remote-node": "g2", "remote-addr": "g1"}, "g1"),
        ("192.0.2.1", {"remote-node": "g2"}, "192.0.2.1"),
        ("g1", {"priority": 1}, "g1"),
    ],
)
def test_the_address_of_a_guest_node_follows_its_name(address: str, meta: dict[str, Any], expected: str | None) -> None:
    after = merge(parse_cib(GUEST.replace("ADDRESS", address)), {"resources": [{"id": "vm", "meta": meta}]})
    assert after.primitives["vm"].meta.get("remote-addr") == expected


def test_operators_state_stays(current: Cib) -> None:
    wanted = merge(current, {"resources": [{"id": "ip", "meta": {"priority": 5}}]})
    assert wanted.primitives["ip"].meta == {"target-role": "Stopped", "priority": "5"}
    assert wanted.locations == current.locations


def test_second_monitor_is_added_beside_the_first(current: Cib) -> None:
    both = [{"name": "monitor", "interval": "10s"}, {"name": "monitor", "interval": "60s"}]
    declared = {"resources": [{"id": "ip", "operations": both}]}
    assert commands(current, declared) == ["pcs --force resource op add ip monitor interval=60s"]


def test_new_clone_takes_the_constraints_of_its_resource(current: Cib) -> None:
    declared = {"clones": [{"id": "web-clone", "resource": "web"}]}
    wanted = merge(current, declared)
    assert wanted.locations["loc"].resource == wanted.colocations["col"].resource == "web-clone"
    assert commands(current, declared) == ["pcs resource clone web web-clone"]


def test_removed_clone_leaves_its_constraints_to_its_resource(current: Cib) -> None:
    assert commands(current, {"clones": [{"resource": "db", "state": "absent"}]}) == [
        "pcs constraint delete col",
        "pcs constraint delete ord",
        "pcs resource unclone db",
        "pcs constraint colocation add web with Master db INFINITY id=col",
        "pcs constraint order promote db then start web kind=Mandatory id=ord",
    ]


def test_removed_resource_takes_along_what_needs_it(current: Cib) -> None:
    declared = {"resources": [{"id": name, "state": "absent"} for name in ("ip", "httpd", "db")]}
    wanted = merge(current, declared)
    assert (wanted.groups, wanted.clones, wanted.locations, wanted.colocations, wanted.orders) == ({}, {}, {}, {}, {})
    assert commands(current, declared) == [f"pcs resource delete {name}" for name in ("ip", "httpd", "db")]


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ({"resources": [{"id": "ip", "agent": "ocf:heartbeat:IPv6addr"}]}, "can't be changed"),
        ({"resources": [{"id": "new"}]}, "'agent'"),
        ({"groups": [{"id": "new"}]}, "'members'"),
        ({"groups": [{"id": "web", "members": []}]}, "state: absent"),
        ({"clones": [{"id": "other", "resource": "db"}]}, "'db-clone'"),
        ({"locations": [{"resource": "web"}]}, "'node'"),
        ({"locations": [{"resource": "web", "node": "n1", "rule": "defined x"}]}, "'node'|node and a rule"),
        ({"resources": [{"id": "x"}], "stonith": [{"id": "x"}]}, "'x' is declared in 'resources' and in 'stonith'"),
    ],
)
def test_bad_declarations(current: Cib, declared: dict[str, Any], words: str) -> None:
    with pytest.raises(ClusterError, match=words):
        merge(current, declared)


def test_difference_hides_secrets_but_shows_their_change(current: Cib) -> None:
    shown = difference(current, merge(current, {"stonith": [{"id": "fence", "options": {"password": "new-secret"}}]}))
    assert "secret" not in str(shown)
    assert 'password: "********"' in shown["before"]
    assert 'password: "******** (changed)"' in shown["after"]


def test_difference_shows_a_changed_secret_in_a_list() -> None:
    alert = {
        "id": "a",
        "path": "/bin/true",
        "recipients": [{"id": "r", "value": "x", "options": {"token": "secret-1"}}],
    }
    one = merge(Cib(), {"alerts": [alert]})
    other = merge(one, {"alerts": [{"id": "a", "recipients": [{"id": "r", "options": {"token": "secret-2"}}]}]})
    shown = difference(one, other)
    assert "secret" not in str(shown)
    assert 'token: "******** (changed)"' in shown["after"]


def test_difference_names_only_what_differs(current: Cib) -> None:
    wanted = dataclasses.replace(current, properties={**current.properties, "no-quorum-policy": "freeze"})
    assert difference(current, wanted) == {
        "before": "properties:\n  no-quorum-policy: stop\n",
        "after": "properties:\n  no-quorum-policy: freeze\n",
    }


@pytest.mark.parametrize(("text", "words"), [("<cib", "not valid XML"), ("<html/>", "not a CIB")])
def test_no_cib(text: str, words: str) -> None:
    with pytest.raises(ClusterError, match=words):
        parse_cib(text)


@pytest.mark.parametrize(
    "content",
    [
        '<meta_attributes id="m"><nvpair id="mp" name="x" value="y"/></meta_attributes>',
        '<instance_attributes id="i"><rule id="r"/><nvpair id="ip" name="x" value="1"/></instance_attributes>',
        '<instance_attributes id="i"><nvpair id="ip" name="timeout" value="1"/></instance_attributes>',
    ],
)
def test_what_pcs_cannot_write_again_is_not_lost(content: str) -> None:
    """Changing an operation means to take it out and to put it in again, without what pcs knows no words for."""
    operation = f'<op id="o" name="monitor" interval="10s">{content}</op>'
    resource = f'<primitive id="d" class="lsb" type="d"><operations>{operation}</operations></primitive>'
    current = parse_cib(f"<cib><configuration><resources>{resource}</resources></configuration></cib>")
    assert commands(current, export(current)) == []
    with pytest.raises(ClusterError, match="the resource 'd' has rules or meta attributes"):
        commands(current, {"resources": [{"id": "d", "operations": [{"name": "monitor", "timeout": "3s"}]}]})
    gone = {"resources": [{"id": "d", "operations": [{"name": "monitor", "state": "absent"}]}]}
    assert commands(current, gone) == ["pcs resource op delete o"]
