# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where resources may run: rules that apply to no node, remote and guest nodes, tickets, probes that don't count."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import engine, status
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import parse_cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.placement import Placement
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import CommandResult
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify import cib, rules
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify import status as verify_status

DUMMY = '<primitive id="{0}" class="ocf" provider="pacemaker" type="Dummy"/>'
REMOTE = '<primitive id="remote1" class="ocf" provider="pacemaker" type="remote"/>'
GUEST = (
    '<primitive id="vm" class="ocf" provider="heartbeat" type="VirtualDomain"><meta_attributes id="vm-m">'
    '<nvpair id="vm-m-1" name="remote-node" value="guest1"/></meta_attributes></primitive>'
)
BUNDLE = (
    '<bundle id="box"><podman image="x" replicas="2"/><network control-port="3999"/>'
    '<primitive id="inside" class="ocf" provider="pacemaker" type="Dummy"/></bundle>'
)


def document(resources: str = "", constraints: str = "", state: str = "", site: str = "", properties: str = "") -> str:
    attribute = f'<instance_attributes id="n"><nvpair id="n1" name="site" value="{site}"/></instance_attributes>'
    return (
        f'<cib><configuration><crm_config><cluster_property_set id="c">{properties}</cluster_property_set></crm_config>'
        f'<nodes><node id="1" uname="node1">{attribute if site else ""}</node><node id="2" uname="node2"/></nodes>'
        f"<resources>{DUMMY.format('a')}{DUMMY.format('b')}{DUMMY.format('c')}{resources}</resources>"
        f"<constraints>{constraints}</constraints></configuration><status>{state}</status></cib>"
    )


def placement(text: str) -> Placement:
    return Placement.of(text, parse_cib(text))


def located(rule: str, score: str = "INFINITY", boolean: str = "") -> str:
    return f'<rsc_location id="l" rsc="a"><rule id="l-r" score="{score}"{boolean}>{rule}</rule></rsc_location>'


def expression(attribute: str, operation: str, value: str = "", kind: str = "") -> str:
    given = f' value="{value}"' if value else ""
    return f'<expression id="e-{attribute}-{value}" attribute="{attribute}" operation="{operation}"{given}{kind}/>'


def rule_findings(text: str) -> list[tuple[str, str]]:
    return [(item.id, item.evidence) for item in rules.lint(ET.fromstring(text), parse_cib(text))]


PING = (
    '<primitive id="p" class="ocf" provider="pacemaker" type="ping"><instance_attributes id="p-i">'
    '<nvpair id="p-i-1" name="name" value="reach"/></instance_attributes></primitive>'
)
APPLIES = {
    "a node": located(expression("#uname", "eq", "node2")),
    "a node in other letters": located(expression("#uname", "eq", "NODE2")),
    "not a node": located(expression("#uname", "ne", "node2"), "-INFINITY"),
    "a remote node": located(expression("#uname", "eq", "remote1")),
    "a guest": located(expression("#uname", "eq", "guest1")),
    "a container": located(expression("#uname", "eq", "box-1")),
    "the kind": located(expression("#kind", "eq", "container")),
    "an attribute that a node has": located(expression("site", "eq", "berlin")),
    "an attribute that no node may have": located(expression("rack", "not_defined")),
    "not this value": located(expression("rack", "ne", "1")),
    "what ping sets": located(expression("reach", "gt", "0", ' type="number"')),
    "what ping sets by default": located(expression("pingd", "lt", "1"), "-INFINITY"),
    "a switch that is off now": located(expression("site", "eq", "on")),
    "a date": located('<date_expression id="d" operation="gt" start="2030-01-01"/>'),
    "one of two": located(
        expression("rack", "eq", "1") + expression("site", "eq", "berlin"), boolean=' boolean-op="or"'
    ),
}


@pytest.mark.parametrize("name", APPLIES)
def test_rule_that_can_apply_has_no_finding(name: str) -> None:
    assert rule_findings(document(REMOTE + GUEST + BUNDLE + PING, APPLIES[name], site="berlin")) == []


IDLE = {
    "an attribute that no node has": (expression("rack", "eq", "1"), "no node has the attribute rack"),
    "an attribute that must be defined": (expression("rack", "defined"), "no node has the attribute rack"),
    "a number that no node has": (expression("rack", "gt", "1"), "no node has the attribute rack"),
    "a value that no node has": (expression("site", "eq", "berlni"), "for no node is site eq berlni"),
    "a kind of node that is missing": (expression("#kind", "eq", "remote"), "for no node is #kind eq remote"),
    "two nodes at once": (
        expression("#uname", "eq", "node1") + expression("#uname", "eq", "node2"),
        "no node meets all of its conditions",
    ),
}


@pytest.mark.parametrize("name", IDLE)
def test_rule_that_applies_to_no_node_is_found(name: str) -> None:
    rule, why = IDLE[name]
    assert rule_findings(document("", located(rule), site="berlin")) == [
        ("location-rule-idle", f"The rule of constraint l applies to no node: {why}.")
    ]


def test_attribute_that_a_running_node_has_is_known() -> None:
    state = (
        '<node_state id="1" uname="node1"><transient_attributes id="1"><instance_attributes id="s">'
        '<nvpair id="s1" name="load" value="3"/></instance_attributes></transient_attributes></node_state>'
    )
    assert rule_findings(document("", located(expression("load", "gt", "9")), state)) == []
    assert rule_findings(document("", located(expression("load", "gt", "9")))) != []


def test_node_that_only_a_rule_names_is_a_stranger() -> None:
    assert rule_findings(document("", located(expression("#uname", "eq", "nod1")))) == [
        ("constraint-stranger", "The rule of constraint l names nod1, which does not exist.")
    ]


def test_remote_and_guest_nodes_are_nodes() -> None:
    names = ("node2", "remote1", "guest1", "box-0")
    constraints = "".join(f'<rsc_location id="l-{name}" rsc="a" node="{name}" score="1"/>' for name in names)

    def strangers(text: str) -> list[str]:
        return [item.subject for item in cib.lint(parse_cib(text)) if item.id == "constraint-stranger"]

    assert strangers(document(REMOTE + GUEST + BUNDLE, constraints)) == []
    assert strangers(document("", constraints)) == ["l-remote1", "l-guest1", "l-box-0"]
    known = document(REMOTE).replace('<node id="2"', '<node id="remote1" type="remote" uname="remote1"/><node id="2"')
    assert cib.compare_nodes(parse_cib(known), ["node1", "node2"]) == []
    (left,) = cib.compare_nodes(parse_cib(known.replace(REMOTE, "")), ["node1", "node2"])
    assert left.evidence == "Only in the CIB: remote1."


# --- tickets ---------------------------------------------------------------------------------------------------------

TICKET = '<rsc_ticket id="t" rsc="{0}" ticket="web"/>'
GRANTED = '<tickets><ticket_state id="web" granted="{0}" standby="{1}"/></tickets>'
GROUP = f'<group id="g">{DUMMY.format("x")}{DUMMY.format("y")}{DUMMY.format("z")}</group>'


@pytest.mark.parametrize(
    ("constraints", "expected"),
    [
        (TICKET.format("a"), {"a"}),
        (TICKET.format("g"), {"g", "x", "y", "z"}),
        (TICKET.format("y"), {"y", "z"}),
        (TICKET.format("a") + '<rsc_colocation id="c1" rsc="b" with-rsc="a" score="INFINITY"/>', {"a", "b"}),
        (TICKET.format("a") + '<rsc_colocation id="c1" rsc="b" with-rsc="a" score="50"/>', {"a"}),
        (TICKET.format("a") + '<rsc_colocation id="c1" rsc="a" with-rsc="b" score="INFINITY"/>', {"a"}),
        (
            TICKET.format("a") + '<rsc_order id="o1" first="a" then="b"/><rsc_order id="o2" first="b" then="c"/>',
            {*"abc"},
        ),
        (TICKET.format("a") + '<rsc_order id="o1" first="a" then="b" kind="Optional"/>', {"a"}),
        (
            '<rsc_ticket id="t" ticket="web"><resource_set id="s"><resource_ref id="a"/></resource_set></rsc_ticket>',
            {"a"},
        ),
        ('<rsc_ticket id="t" rsc="m" rsc-role="Promoted" ticket="web"/>', set()),
        (
            '<rsc_ticket id="t" rsc="m" rsc-role="Promoted" ticket="web"/>'
            '<rsc_colocation id="c1" rsc="b" with-rsc="m" with-rsc-role="Promoted" score="INFINITY"/>',
            {"b"},
        ),
    ],
)
def test_resources_that_wait_for_a_ticket(constraints: str, expected: set[str]) -> None:
    clone = (
        '<clone id="m"><meta_attributes id="m-m"><nvpair id="m-m-1" name="promotable" value="true"/></meta_attributes>'
    )
    resources = f"{GROUP}{clone}{DUMMY.format('d')}</clone>"
    assert placement(document(resources, constraints)).waiting() == expected
    assert placement(document(resources, constraints, GRANTED.format("false", "false"))).waiting() == expected
    assert placement(document(resources, constraints, GRANTED.format("true", "true"))).waiting() == expected
    assert placement(document(resources, constraints, GRANTED.format("true", "false"))).waiting() == set()


def crm_mon(role: str = "Stopped", blocked: str = "false", probe: str = "") -> str:
    active, where = ("false", "") if role == "Stopped" else ("true", '<node name="node1" id="1"/>')
    return (
        '<pacemaker-result><summary><current_dc present="true" name="node1" with_quorum="true"/>'
        '<cluster_options stonith-enabled="true"/></summary>'
        '<nodes><node name="node1" id="1" online="true" type="member"/><node name="node2" id="2" online="true"'
        ' type="member"/></nodes><resources>'
        f'<resource id="a" resource_agent="ocf::pacemaker:Dummy" role="{role}" active="{active}" blocked="{blocked}"'
        f' managed="true" failed="false" orphaned="false">{where}</resource></resources>{probe}</pacemaker-result>'
    )


def state_findings(text: str, mon: str) -> list[str]:
    found = verify_status.lint(ET.fromstring(mon), parse_cib(text), ["node1", "node2"], [], placement=placement(text))
    return [item.id for item in found]


def test_resource_without_its_ticket_has_not_failed() -> None:
    waiting = document("", TICKET.format("a"))
    assert state_findings(waiting, crm_mon()) == []
    assert state_findings(waiting, crm_mon("Started", blocked="true")) == ["resource-failed"]
    granted = document("", TICKET.format("a"), GRANTED.format("true", "false"))
    assert state_findings(granted, crm_mon()) == ["resource-stopped"]
    assert state_findings(document(), crm_mon()) == ["resource-stopped"]


PROBE = (
    '<node_history><node name="node2"><resource_history id="a"><operation_history task="probe" rc="5"'
    ' rc_text="not installed"/></resource_history></node></node_history>'
)
AWAY = '<rsc_location id="l" rsc="{0}" node="node2" score="-INFINITY"/>'
KEEPING_AWAY = {
    "a ban": AWAY.format("a"),
    "a ban of what it is in": AWAY.format("t"),
    "a ban by pattern": AWAY.replace('rsc="{0}"', 'rsc-pattern="^a$"'),
    "a ban by rule": located(expression("#uname", "eq", "node2"), "-INFINITY"),
    "a ban of all others": located(expression("#uname", "ne", "node1"), "-INFINITY"),
}
LETTING = {
    "nothing": "",
    "a mere preference": AWAY.format("a").replace("-INFINITY", "-1000"),
    "a ban elsewhere": AWAY.format("a").replace("node2", "node1"),
    "a ban of another": AWAY.format("b"),
    "a rule that may be false": located(expression("pingd", "defined"), "-INFINITY"),
}


def tagged(constraints: str) -> str:
    return document("", constraints).replace(
        "</constraints>", '</constraints><tags><tag id="t"><obj_ref id="a"/></tag></tags>'
    )


@pytest.mark.parametrize("name", KEEPING_AWAY)
def test_failed_probe_where_the_resource_may_not_run_does_not_count(name: str) -> None:
    text = tagged(KEEPING_AWAY[name])
    assert state_findings(text, crm_mon("Started", probe=PROBE)) == []
    assert placement(text).forbids("a", "node2")


@pytest.mark.parametrize("name", LETTING)
def test_failed_probe_where_the_resource_may_run_counts(name: str) -> None:
    assert state_findings(tagged(LETTING[name]), crm_mon("Started", probe=PROBE)) == ["action-failed"]


@pytest.mark.parametrize("role", ["Promoted", "Master"])
def test_location_for_the_promoted_role_forbids_nothing(role: str) -> None:
    plain = f'<rsc_location id="l" rsc="a" node="node2" role="{role}" score="-INFINITY"/>'
    assert not placement(document("", plain)).forbids("a", "node2")
    for general in ("Started", "Unpromoted", "Slave"):
        assert placement(document("", plain.replace(role, general))).forbids("a", "node2")
    node2 = '<expression id="e" attribute="#uname" operation="eq" value="node2"/>'
    rule = f'<rule id="r" role="{role}" score="-INFINITY">{node2}</rule>'
    ruled = f'<rsc_location id="l" rsc="a">{rule}</rsc_location>'
    assert not placement(document("", ruled)).forbids("a", "node2")


def test_opt_in_cluster_does_not_forbid_what_a_rule_may_allow() -> None:
    opt_in = '<nvpair id="c1" name="symmetric-cluster" value="false"/>'
    unknown = '<date_expression id="e" operation="gt" start="2020-01-01"/>'
    by_date = f'<rsc_location id="l" rsc="a"><rule id="r" score="100">{unknown}</rule></rsc_location>'
    there = placement(document("", by_date, properties=opt_in))
    assert not there.forbids("a", "node2")
    assert not there.disfavours("a", "node2")


def test_opt_in_cluster_forbids_what_no_location_allows() -> None:
    opt_in = '<nvpair id="c1" name="symmetric-cluster" value="false"/>'
    allowed = '<rsc_location id="l" rsc="a" node="node1" score="0"/>'
    there = placement(document("", allowed, properties=opt_in))
    assert there.forbids("a", "node2")
    assert not there.forbids("a", "node1")


class Live:
    """A cluster that answers with a CIB and a state."""

    is_live = True

    def __init__(self, text: str, mon: str) -> None:
        self.text, self.mon = text, mon

    def run(self, argv: list[str], stdin: str | None = None, environment: object = None) -> CommandResult:
        assert argv[0] == "crm_mon"
        return CommandResult(0, self.mon, "")

    def read(self) -> engine.Snapshot:
        return engine.Snapshot(self.text)


def problems(text: str, mon: str) -> list[str]:
    live = Live(text, mon)
    return engine.Engine(live, live)._problems({"resources": [{"id": "a"}]})  # type: ignore[arg-type]


def test_wait_does_not_fail_for_what_waits_for_a_ticket() -> None:
    assert problems(document("", TICKET.format("a")), crm_mon()) == []
    blocked = problems(document("", TICKET.format("a")), crm_mon("Started", blocked="true"))
    assert blocked == ["'a' does not run: it is blocked"]
    granted = document("", TICKET.format("a"), GRANTED.format("true", "false"))
    assert problems(granted, crm_mon()) == ["'a' does not run: no node may run it, or what it depends on does not run"]


def test_wait_does_not_fail_for_a_probe_where_the_resource_may_not_run() -> None:
    assert status.failed_probes(ET.fromstring(crm_mon(probe=PROBE)))[0]["node"] == "node2"
    failed = crm_mon(probe=PROBE)
    assert problems(document(), failed) == ["'a' does not run: its probe failed on node2: not installed"]
    assert "probe" not in problems(document("", AWAY.format("a")), failed)[0]
