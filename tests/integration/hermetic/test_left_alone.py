# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What pcs can't write, and what counts more than what pcs writes, in the CIBs of others: nothing of it is lost, and no
declared value is said to be set where it has no effect."""

from __future__ import annotations

import re
from typing import Any

import pytest

from .conftest import Guest
from .test_modules import succeed
from .test_peer_defects import apply, cib_with, dummy

A = '<expression id="a" attribute="a" operation="eq" value="1"/>'
B = '<expression id="b" attribute="b" operation="eq" value="2"/>'
RULED = '<rule id="ru" score="0"><date_expression id="ru-d" operation="gt" start="2040-01-01"/></rule>'


def nvset(tag: str, name: str, *pairs: tuple[str, str], attributes: str = "", rule: str = "") -> str:
    inner = "".join(f'<nvpair id="{name}-{key}" name="{key}" value="{value}"/>' for key, value in pairs)
    return f'<{tag} id="{name}" {attributes}>{rule}{inner}</{tag}>'


def refuse(guest: Guest, cib: str, module: str, **declared: Any) -> str:
    """Why a declaration is refused, in check mode as well as for real; nothing has changed."""
    before = guest.read(cib)
    checked = guest.module(module, check=True, cib_file=cib, **declared)
    result = guest.module(module, cib_file=cib, **declared)
    assert checked.get("failed"), checked
    assert result.get("failed"), result
    assert result["msg"] == checked["msg"]
    assert guest.read(cib) == before
    return str(result["msg"])


# --- rules -----------------------------------------------------------------------------------------------------------


def test_new_score_of_a_rule_without_boolean_op_keeps_its_meaning(guest: Guest, cib: str) -> None:
    guest.write(
        cib,
        cib_with(
            resources=dummy("d"),
            constraints=f'<rsc_location id="l" rsc="d"><rule id="r" score="5">{A}{B}</rule></rsc_location>',
        ),
    )
    assert apply(guest, cib, "pcs_location", id="l", score=100)["changed"]
    assert re.search(r'<rule[^>]*boolean-op="and"', guest.read(cib))


def test_new_score_of_a_set_of_defaults_keeps_the_meaning_of_its_rule(guest: Guest, cib: str) -> None:
    rule = (
        '<rule id="r" score="INFINITY"><rsc_expression id="e" class="ocf" provider="heartbeat" type="IPaddr2"/>'
        '<op_expression id="f" name="monitor" interval="10s"/></rule>'
    )
    defaults = nvset("meta_attributes", "od", ("timeout", "8s"), attributes='score="1"', rule=rule)
    guest.write(cib, cib_with(rest=f"<op_defaults>{defaults}</op_defaults>"))
    assert apply(guest, cib, "pcs_cib", operation_defaults_sets=[{"id": "od", "score": 5}])["changed"]
    assert re.search(r'<rule[^>]*boolean-op="and"', guest.read(cib))


RULES_OF_LOCATIONS = [
    A,
    A + B,
    f'{A}<rule id="n" boolean-op="or" score="0">{B}<expression id="c" attribute="c" operation="not_defined"/></rule>',
    '<expression id="e" attribute="rack" operation="gte" type="integer" value="-5"/>',
    '<expression id="e" attribute="rack" operation="lt" type="version" value="1.2.3"/>',
    '<expression id="e" attribute="rack" operation="ne" type="string" value="and"/>',
    '<expression id="e" attribute="rack" operation="eq" value="b&quot;c=\'d"/>',
    '<date_expression id="e" operation="gt" start="2030-01-01 10:00:00 Z"/>',
    '<date_expression id="e" operation="in_range" start="2030-01-01" end="2031-01-01"/>',
    '<date_expression id="e" operation="in_range" start="20300101"><duration id="u" months="2" years="1"/>'
    "</date_expression>",
    '<date_expression id="e" operation="date_spec"><date_spec id="s" hours="9-16" weekdays="1-5"/></date_expression>',
]
RULES_OF_DEFAULTS = [
    '<rsc_expression id="e" class="ocf" type="Dummy"/>',
    '<rsc_expression id="e" class="systemd"/><op_expression id="f" name="monitor" interval="10s"/>',
    '<date_expression id="e" operation="in_range" end="2031-01-01"/>',
]


@pytest.mark.parametrize("rule", RULES_OF_LOCATIONS)
@pytest.mark.parametrize("operator", ["", 'boolean-op="or"'])
def test_exported_rule_of_a_location_is_made_again(guest: Guest, cib: str, rule: str, operator: str) -> None:
    """The text in an export means to pcs what the XML means to Pacemaker."""
    rule = f'<rule id="r" score="5" {operator}>{rule}</rule>'
    constraint = f'<rsc_location id="l" rsc="d">{rule}</rsc_location>'
    guest.write(cib, cib_with(resources=dummy("d"), constraints=constraint))
    exported = succeed(guest.module("cluster_info", cib_file=cib))
    assert exported["left_out"] == []
    new = f"{cib}.new"
    guest.write(new, cib_with(resources=dummy("d")))
    apply(guest, new, "pcs_cib", locations=exported["locations"])
    assert meaning(guest.read(new)) == meaning(guest.read(cib))


@pytest.mark.parametrize("rule", RULES_OF_DEFAULTS)
def test_exported_rule_of_a_set_of_defaults_is_made_again(guest: Guest, cib: str, rule: str) -> None:
    defaults = nvset("meta_attributes", "od", ("timeout", "8s"), rule=f'<rule id="r" score="5">{rule}</rule>')
    guest.write(cib, cib_with(rest=f"<op_defaults>{defaults}</op_defaults>"))
    exported = succeed(guest.module("cluster_info", cib_file=cib))
    assert exported["left_out"] == []
    new = f"{cib}.new"
    guest.write(new, cib_with())
    apply(guest, new, "pcs_cib", operation_defaults_sets=exported["operation_defaults_sets"])
    assert meaning(guest.read(new)) == meaning(guest.read(cib))


def meaning(text: str) -> list[Any]:
    """The conditions of the first rule in the CIB TEXT, in a form that nothing but their meaning makes a difference
    in."""
    import xml.etree.ElementTree as ET

    def of(element: Any) -> list[Any]:
        ignored = ("id", "score") if element.tag == "rule" else ("id",)
        values = {name: value for name, value in element.attrib.items() if name not in ignored}
        if element.tag == "rule":
            values.setdefault("boolean-op", "and")
            if len(element) == 1:
                del values["boolean-op"]
        if element.tag == "date_expression":
            values = {name: value.replace(" Z", "Z").replace(" ", "T") for name, value in values.items()}
        return [element.tag, sorted(values.items()), sorted(map(of, element), key=repr)]

    rule = ET.fromstring(text).find(".//rule")
    assert rule is not None
    for nested in rule.findall("rule"):  # one that is joined in the same way says nothing of its own
        if nested.get("boolean-op", "and") == rule.get("boolean-op", "and"):
            rule.remove(nested)
            rule.extend(nested)
    return of(rule)


@pytest.mark.parametrize(
    ("declared", "tree"),
    [
        ("a eq 1 or b eq 2 and c eq 3", "(a eq 1 or b eq 2) and c eq 3"),
        ("a eq 1 and b eq 2 or c eq 3", "(a eq 1 and b eq 2) or c eq 3"),
    ],
)
def test_pcs_reads_and_and_or_from_left_to_right(guest: Guest, cib: str, declared: str, tree: str) -> None:
    guest.write(cib, cib_with(resources=dummy("d")))
    apply(guest, cib, "pcs_location", id="l", resource="d", rule=declared, score=5)
    assert not succeed(guest.module("pcs_location", cib_file=cib, id="l", rule=tree))["changed"]


def test_quotes_that_are_not_needed_make_no_difference(guest: Guest, cib: str) -> None:
    guest.write(cib, cib_with(resources=dummy("d")))
    apply(guest, cib, "pcs_location", id="l", resource="d", rule='#uname eq "n1"', score=5)
    assert 'value="n1"' in guest.read(cib)


# --- what is kept ----------------------------------------------------------------------------------------------------

LIFETIME = (
    '<lifetime><rule id="lr" score="0"><date_expression id="le" operation="lt" end="2040-01-01"/></rule></lifetime>'
)
CONSTRAINTS = {
    "locations": f'<rsc_location id="l" rsc="d" node="n1" score="-INFINITY">{LIFETIME}</rsc_location>',
    "colocations": f'<rsc_colocation id="l" rsc="d" with-rsc="f" score="5">{LIFETIME}</rsc_colocation>',
    "orders": f'<rsc_order id="l" first="d" then="f" kind="Optional">{LIFETIME}</rsc_order>',
}
CHANGES: dict[str, dict[str, Any]] = {
    "locations": {"score": 7},
    "colocations": {"score": 7},
    "orders": {"kind": "Mandatory"},
}


@pytest.mark.parametrize("kind", CONSTRAINTS)
def test_lifetime_is_not_lost_when_a_constraint_is_declared(guest: Guest, cib: str, kind: str) -> None:
    guest.write(cib, cib_with(resources=dummy("d") + dummy("f"), constraints=CONSTRAINTS[kind]))
    words = refuse(guest, cib, "pcs_cib", **{kind: [{"id": "l", **CHANGES[kind]}]})
    assert "'l' exists, but can't be changed here, because it holds for a time only (lifetime)" in words
    assert apply(guest, cib, "pcs_cib", **{kind: [{"id": "l", "state": "absent"}]})["changed"]
    assert "lifetime" not in guest.read(cib)


def test_value_source_is_not_lost_when_a_score_is_declared(guest: Guest, cib: str) -> None:
    expression = '<expression id="e" attribute="#uname" operation="eq" value="state" value-source="param"/>'
    constraint = f'<rsc_location id="l" rsc="d"><rule id="r" score="5">{expression}</rule></rsc_location>'
    guest.write(cib, cib_with(resources=dummy("d"), constraints=constraint))
    assert "(value-source)" in refuse(guest, cib, "pcs_location", id="l", score=100)


def test_constraint_that_is_left_alone_is_not_replaced_by_another_on_the_same(guest: Guest, cib: str) -> None:
    """pcs replaces any location of the same resource and node."""
    guest.write(cib, cib_with(resources=dummy("d") + dummy("f"), constraints=CONSTRAINTS["locations"]))
    words = refuse(guest, cib, "pcs_location", resource="d", node="n1", score=5)
    assert "would lose what pcs can't write: rsc_location l" in words


def test_denied_permission_is_not_lost_with_the_description_of_its_role(guest: Guest, cib: str) -> None:
    permissions = '<acl_permission id="perm1" kind="read" xpath="/cib"/>'
    permissions += '<acl_permission id="perm2" kind="deny" object-type="nvpair" attribute="value"/>'
    role = f'<acl_role id="r" description="old">{permissions}</acl_role><acl_target id="u"><role id="r"/></acl_target>'
    guest.write(cib, cib_with(rest=f"<acls>{role}</acls>"))
    assert apply(guest, cib, "pcs_cib", acl_roles=[{"id": "r", "description": "new"}])["changed"]
    permission = {"kind": "write", "xpath": "/cib/status"}
    assert apply(guest, cib, "pcs_cib", acl_roles=[{"id": "r", "permissions": [permission]}])["changed"]
    text = guest.read(cib)
    assert 'description="new"' in text
    assert re.search('<acl_permission id="perm2" kind="deny" object-type="nvpair" attribute="value"/>', text)
    assert "perm1" not in text


def test_parameters_of_an_operation_are_not_lost_with_its_timeout(guest: Guest, cib: str) -> None:
    """crmsh's `resource trace` writes them."""
    parameters = nvset("instance_attributes", "oi", ("trace_ra", "1"))
    operation = f'<op id="o1" name="monitor" interval="10s" timeout="20s">{parameters}</op>'
    guest.write(cib, cib_with(resources=dummy("d", f"<operations>{operation}</operations>")))
    declared = [{"name": "monitor", "interval": "10s", "timeout": "30s"}]
    result = apply(guest, cib, "pcs_resource", id="d", operations=declared)
    assert result["commands"][0][0] == "cibadmin"
    text = guest.read(cib)
    assert re.search('<op id="o1" name="monitor" interval="10s" timeout="30s">', text)
    assert re.search('<nvpair id="oi-trace_ra" name="trace_ra" value="1"/>', text)


def test_options_by_a_rule_are_not_lost_when_a_clone_or_group_is_changed(guest: Guest, cib: str) -> None:
    ruled = nvset("meta_attributes", "gm", ("priority", "1"), rule=RULED)
    ruled_clone = nvset("meta_attributes", "cm", ("clone-max", "1"), rule=RULED.replace('"ru', '"rx'))
    group = f'<clone id="c"><group id="g">{dummy("d")}{ruled}</group>{ruled_clone}</clone>'
    guest.write(cib, cib_with(resources=group + dummy("f")))
    declared: dict[str, Any] = {"groups": [{"id": "g", "members": ["f", "d"]}]}
    assert apply(guest, cib, "pcs_cib", **declared)["changed"]
    text = guest.read(cib)
    assert 'id="gm"' in text
    assert 'id="cm"' in text


def test_resource_made_from_a_template_is_removed_or_said_to_exist(guest: Guest, cib: str) -> None:
    template = '<template id="t" class="ocf" provider="pacemaker" type="Dummy"/><primitive id="x" template="t"/>'
    constraint = '<rsc_location id="l" rsc="x" node="n1" score="5"/>'
    guest.write(cib, cib_with(resources=template + dummy("d"), constraints=constraint))
    words = refuse(guest, cib, "pcs_resource", id="x", agent="ocf:pacemaker:Dummy", options={"state": "/x"})
    assert "The resource 'x' exists, but can't be changed here, because it is made from the template 't'" in words
    assert apply(guest, cib, "pcs_resource", id="x", state="absent")["changed"]
    assert '"x"' not in guest.read(cib)


def test_location_of_a_resource_made_from_a_template_is_made_once(guest: Guest, cib: str) -> None:
    template = '<template id="t" class="ocf" provider="pacemaker" type="Dummy"/><primitive id="x" template="t"/>'
    guest.write(cib, cib_with(resources=template))
    assert apply(guest, cib, "pcs_location", id="l", resource="x", node="n1", score=5)["changed"]
    assert 'rsc="x"' in guest.read(cib)


# --- sets of options -------------------------------------------------------------------------------------------------


def scored(tag: str, option: str, *values: str) -> str:
    return "".join(
        nvset(tag, f"{tag}{place}", (option, value), attributes=f'score="{place}"')
        for place, value in enumerate(values)
    )


@pytest.mark.parametrize(
    ("tag", "option", "values", "field"),
    [
        ("instance_attributes", "state", ("/x1", "/x99", "/new"), "options"),
        ("meta_attributes", "priority", ("1", "99", "5"), "meta"),
        ("utilization", "cpu", ("1", "99", "5"), "utilization"),
    ],
)
def test_declared_option_that_another_set_outranks_is_refused(
    guest: Guest, cib: str, tag: str, option: str, values: tuple[str, str, str], field: str
) -> None:
    low, high, new = values
    guest.write(cib, cib_with(resources=dummy("d", scored(tag, option, low, high))))
    assert succeed(guest.module("cluster_info", cib_file=cib))["resources"][0][field] == {option: high}
    assert not succeed(guest.module("pcs_resource", cib_file=cib, id="d", **{field: {option: high}}))["changed"]
    words = refuse(guest, cib, "pcs_resource", id="d", **{field: {option: new}})
    assert f"of 'd' are in several sets: '{tag}0' (score 0), '{tag}1' (score 1)" in words


def test_declared_option_of_a_clone_that_another_set_outranks_is_refused(guest: Guest, cib: str) -> None:
    sets = scored("meta_attributes", "promotable", "false", "true")
    stateful = dummy("d").replace("Dummy", "Stateful")
    guest.write(cib, cib_with(resources=f'<clone id="c">{stateful}{sets}</clone>'))
    assert succeed(guest.module("cluster_info", cib_file=cib))["clones"][0]["promotable"]
    assert not succeed(guest.module("pcs_clone", cib_file=cib, resource="d", promotable=True))["changed"]
    refuse(guest, cib, "pcs_clone", resource="d", promotable=False)


def test_declared_attribute_of_a_node_that_another_set_outranks_is_refused(guest: Guest, cib: str) -> None:
    guest.write(cib, cib_with(node=scored("instance_attributes", "rack", "1", "2")))
    assert succeed(guest.module("cluster_info", cib_file=cib))["nodes"][0]["attributes"] == {"rack": "2"}
    refuse(guest, cib, "pcs_node", name="n1", attributes={"rack": 3})


def test_option_of_a_resource_whose_first_set_has_a_rule(guest: Guest, cib: str) -> None:
    sets = nvset("instance_attributes", "ar", ("state", "/ruled"), rule=RULED)
    sets += nvset("instance_attributes", "ai", ("state", "/plain"))
    guest.write(cib, cib_with(resources=dummy("d", sets)))
    for options in ({"state": "/new"}, {"fake": "1"}):
        words = refuse(guest, cib, "pcs_resource", id="d", options=options)
        assert "The options of 'd' are in several sets: 'ar' (by a rule), 'ai'. pcs writes into the first one" in words


def test_options_that_are_shared_by_reference(guest: Guest, cib: str) -> None:
    resources = dummy("one", nvset("meta_attributes", "m", ("priority", "5")))
    resources += dummy("two", '<meta_attributes id-ref="m"/>')
    guest.write(cib, cib_with(resources=resources))
    assert not succeed(guest.module("pcs_resource", cib_file=cib, id="two", meta={"priority": 5}))["changed"]
    words = refuse(guest, cib, "pcs_resource", id="two", meta={"priority": 6})
    assert "The meta attributes of 'two' are taken from 'm' (id-ref)" in words
    words = refuse(guest, cib, "pcs_resource", id="one", meta={"priority": 6})
    assert "would change more than what is declared: resources 'two'" in words


def test_operations_that_are_shared_by_reference(guest: Guest, cib: str) -> None:
    operations = '<operations id="o"><op id="o1" name="monitor" interval="10s" timeout="20s"/></operations>'
    guest.write(cib, cib_with(resources=dummy("one", operations) + dummy("two", '<operations id-ref="o"/>')))
    same = {"name": "monitor", "interval": "10s", "timeout": "20s"}
    assert not succeed(guest.module("pcs_resource", cib_file=cib, id="two", operations=[same]))["changed"]
    words = refuse(guest, cib, "pcs_resource", id="two", operations=[{**same, "timeout": "33s"}])
    assert "The operations of 'two' are taken from 'o' (id-ref)" in words
    words = refuse(guest, cib, "pcs_resource", id="two", operations=[{"name": "start", "timeout": "33s"}])
    assert "The operations of 'two' are taken from 'o' (id-ref)" in words


BOOTSTRAP = '<cluster_property_set id="cib-bootstrap-options">'


def property_sets(first: str, last: str) -> str:
    """A CIB whose set of properties has others before and after it."""
    text = cib_with().replace(BOOTSTRAP, f"{first}{BOOTSTRAP}", 1)
    return text.replace("</cluster_property_set></crm_config>", f"</cluster_property_set>{last}</crm_config>")


def test_property_is_set_where_the_set_of_pcs_is_not_the_first(guest: Guest, cib: str) -> None:
    guest.write(cib, property_sets(nvset("cluster_property_set", "first", ("batch-limit", "1")), ""))
    assert apply(guest, cib, "pcs_property", properties={"migration-limit": 5, "batch-limit": 7})["changed"]
    properties = succeed(guest.module("cluster_info", cib_file=cib))["properties"]
    assert properties == {"stonith-enabled": "false", "migration-limit": "5", "batch-limit": "7"}


def test_property_that_another_set_outranks_is_refused(guest: Guest, cib: str) -> None:
    first = nvset("cluster_property_set", "first", ("stonith-enabled", "true"), attributes='score="100"')
    guest.write(cib, property_sets(first, ""))
    assert not succeed(guest.module("pcs_property", cib_file=cib, properties={"stonith-enabled": False}))["changed"]
    words = refuse(guest, cib, "pcs_property", properties={"stonith-enabled": True})
    assert "cluster properties are in several sets: 'first' (score 100), 'cib-bootstrap-options'" in words


def test_property_in_the_set_of_pcs_counts_whatever_the_score_of_another(guest: Guest, cib: str) -> None:
    last = nvset("cluster_property_set", "high", ("stonith-enabled", "true"), attributes='score="100"')
    guest.write(cib, property_sets("", last))
    assert apply(guest, cib, "pcs_property", properties={"batch-limit": 5})["changed"]
    assert succeed(guest.module("cluster_info", cib_file=cib))["properties"]["stonith-enabled"] == "false"


def test_default_that_a_set_of_a_higher_score_outranks_is_refused(guest: Guest, cib: str) -> None:
    sets = nvset("meta_attributes", "rd1", ("priority", "1"))
    sets += nvset("meta_attributes", "rd2", ("priority", "2"), attributes='score="10"')
    guest.write(cib, cib_with(rest=f"<rsc_defaults>{sets}</rsc_defaults>"))
    words = refuse(guest, cib, "pcs_cib", resource_defaults={"priority": 5})
    assert "'priority' would have no effect: the set 'rd2' (score 10) says 2, and counts more" in words
    declared = [{"id": "rd2", "values": {"priority": 2}}]
    apply(guest, cib, "pcs_cib", resource_defaults={"priority": 5}, resource_defaults_sets=declared)
    exported = succeed(guest.module("cluster_info", cib_file=cib))
    assert (exported["resource_defaults"], exported["resource_defaults_sets"][0]["score"]) == ({"priority": "5"}, "10")


@pytest.mark.parametrize(
    ("sets", "effective"),
    [
        ([("a", "1", 'score="1"'), ("b", "2", 'score="10"')], "2"),
        ([("a", "1", 'score="10"'), ("b", "2", 'score="1"')], "1"),
        ([("a", "1", ""), ("b", "2", "")], "2"),
        ([("a", "1", ""), ("b", "2", ""), ("c", "3", 'score="-1"')], "2"),
    ],
)
def test_effective_option_is_the_one_that_pacemaker_takes(
    guest: Guest, cib: str, sets: list[tuple[str, str, str]], effective: str
) -> None:
    """cluster_info and crm_resource agree."""
    content = "".join(
        nvset("instance_attributes", name, ("fake", value), attributes=score) for name, value, score in sets
    )
    guest.write(cib, cib_with(resources=dummy("d", content)))
    argv = ("env", f"CIB_file={cib}", "crm_resource", "--resource", "d", "--get-parameter", "fake")
    assert guest.command(*argv)["stdout"].strip() == effective
    assert succeed(guest.module("cluster_info", cib_file=cib))["resources"][0]["options"] == {"fake": effective}
