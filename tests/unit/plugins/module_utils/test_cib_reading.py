# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a CIB means, by the defaults and the order of precedence of Pacemaker, and what of it pcs can make again."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.desired import merge
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.export import export
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.exportable import exportable
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.leftover import leftovers
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import parse_cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.render import render
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.rule import (
    as_one_argument,
    is_writable,
    quote,
    rule_text,
    words,
)

SECTIONS = """<cib><configuration><crm_config>{crm_config}</crm_config>
<nodes><node id="1" uname="n1">{node}</node><node id="2" uname="n2"/></nodes>
<resources>{resources}</resources><constraints>{constraints}</constraints>{rest}</configuration><status/></cib>"""
DUMMY = '<primitive id="{id}" class="ocf" provider="pacemaker" type="Dummy">{content}</primitive>'


def cib(**parts: str) -> str:
    names = ("crm_config", "node", "resources", "constraints", "rest")
    return SECTIONS.format(**{name: parts.get(name, "") for name in names})


def dummy(name: str, content: str = "") -> str:
    return DUMMY.format(id=name, content=content)


def exported(text: str) -> tuple[dict[str, Any], list[str]]:
    """What is exported of the CIB TEXT, and what is named as left out."""
    model = parse_cib(text)
    return export(exportable(model)[0]), leftovers(text, model)


def nvset(tag: str, name: str, *pairs: tuple[str, str], attributes: str = "", rule: str = "") -> str:
    inner = "".join(f'<nvpair id="{name}-{i}" name="{key}" value="{value}"/>' for i, (key, value) in enumerate(pairs))
    return f'<{tag} id="{name}" {attributes}>{rule}{inner}</{tag}>'


RULED = '<rule id="ru" score="0"><date_expression id="ru-d" operation="gt" start="2040-01-01"/></rule>'

# --- sets of options -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sets", "effective"),
    [
        ([("a", "1", 'score="1"'), ("b", "2", 'score="10"')], "2"),
        ([("a", "1", 'score="-1"'), ("b", "2", "")], "2"),
        ([("a", "1", 'score="INFINITY"'), ("b", "2", 'score="5"')], "1"),
        ([("a", "1", ""), ("b", "2", "")], "2"),  # of equal sets, the last
        ([("a", "1", ""), ("b", "2", ""), ("c", "3", 'score="-5"')], "2"),
    ],
)
@pytest.mark.parametrize(
    ("tag", "field"), [("instance_attributes", "options"), ("meta_attributes", "meta"), ("utilization", "utilization")]
)
def test_set_of_the_highest_score_counts(
    sets: list[tuple[str, str, str]], effective: str, tag: str, field: str
) -> None:
    content = "".join(nvset(tag, name, ("x", value), attributes=score) for name, value, score in sets)
    (resource,) = exported(cib(resources=dummy("d", content)))[0]["resources"]
    assert resource[field] == {"x": effective}


def test_scored_sets_of_groups_clones_bundles_nodes_operations_and_alerts() -> None:
    def pair(tag: str, name: str) -> str:
        return nvset(tag, f"{name}1", ("p", "low"), attributes='score="1"') + nvset(
            tag, f"{name}2", ("p", "high"), attributes='score="2"'
        )

    operation = f'<op id="o" name="monitor" interval="5s">{pair("instance_attributes", "oi")}</op>'.replace(
        'name="p"', 'name="OCF_CHECK_LEVEL"'
    )
    resources = (
        f'<clone id="c"><group id="g">{dummy("m", f"<operations>{operation}</operations>")}'
        f"{pair('meta_attributes', 'gm')}</group>{pair('meta_attributes', 'cm')}</clone>"
        f'<bundle id="b">{pair("meta_attributes", "bm")}<podman image="i"/></bundle>'
    )
    alerts = (
        f'<alerts><alert id="a" path="/p">{pair("instance_attributes", "ai")}'
        f'<recipient id="r" value="v">{pair("meta_attributes", "rm")}</recipient></alert></alerts>'
    )
    found, left = exported(cib(resources=resources, rest=alerts, node=pair("instance_attributes", "ni")))
    assert found["groups"][0]["meta"] == found["clones"][0]["meta"] == found["bundles"][0]["meta"] == {"p": "high"}
    assert found["resources"][0]["operations"][0]["options"] == {"OCF_CHECK_LEVEL": "high"}
    assert found["alerts"][0]["options"] == found["alerts"][0]["recipients"][0]["meta"] == {"p": "high"}
    assert found["nodes"][0]["attributes"] == {"p": "high"}
    assert left == []


def test_first_of_two_options_of_a_name_counts() -> None:
    content = nvset("instance_attributes", "i", ("ip", "192.0.2.1"), ("ip", "192.0.2.2"))
    assert exported(cib(resources=dummy("d", content)))[0]["resources"][0]["options"] == {"ip": "192.0.2.1"}


def test_default_value_takes_back_what_counts_more() -> None:
    content = nvset("meta_attributes", "m", ("priority", "5"), ("priority", "#default"))
    assert "meta" not in exported(cib(resources=dummy("d", content)))[0]["resources"][0]


def test_set_with_a_rule_is_left_out_and_hides_nothing() -> None:
    content = nvset("instance_attributes", "r", ("state", "/ruled"), attributes='score="9"', rule=RULED)
    content += nvset("instance_attributes", "i", ("state", "/plain"))
    found, left = exported(cib(resources=dummy("d", content)))
    assert found["resources"][0]["options"] == {"state": "/plain"}
    assert left == ["instance_attributes r of primitive d (options that hold by a rule)"]


@pytest.mark.parametrize(
    ("sets", "effective"),
    [
        ([("cib-bootstrap-options", "1", ""), ("high", "77", 'score="100"')], "1"),  # it comes first in any case
        ([("high", "77", 'score="100"'), ("cib-bootstrap-options", "1", "")], "1"),
        ([("a", "1", 'score="3"'), ("b", "2", 'score="2"')], "1"),
        ([("a", "1", ""), ("b", "2", "")], "2"),
    ],
)
def test_precedence_of_sets_of_properties(sets: list[tuple[str, str, str]], effective: str) -> None:
    config = "".join(
        nvset("cluster_property_set", name, ("batch-limit", value), attributes=score) for name, value, score in sets
    )
    found, left = exported(cib(crm_config=config))
    assert (found["properties"], left) == ({"batch-limit": effective}, [])


def test_properties_that_pcs_cannot_set_are_left_out() -> None:
    config = nvset(
        "cluster_property_set",
        "cib-bootstrap-options",
        ("stonith-enabled", "true"),
        ("expected-quorum-votes", "2"),
        ("dc-version", "1"),
        ("crmd-integration-timeout", "20"),
    )
    config += nvset("cluster_property_set", "SAPHanaSR", ("hana_prd_site_srHook", "SOK"), ("migration-limit", "3"))
    found, left = exported(cib(crm_config=config))
    assert found["properties"] == {"stonith-enabled": "true", "migration-limit": "3"}
    assert left == [
        "cluster_property_set cib-bootstrap-options (has crmd-integration-timeout, which pcs doesn't know)",
        "cluster_property_set SAPHanaSR (has hana_prd_site_srHook, which pcs doesn't know)",
    ]


# --- references ------------------------------------------------------------------------------------------------------


def test_references_are_read_as_what_they_refer_to() -> None:
    content = (
        nvset("instance_attributes", "i", ("state", "/s"))
        + nvset("meta_attributes", "m", ("priority", "5"), attributes='score="7"')
        + '<operations id="o"><op id="o1" name="monitor" interval="7s" timeout="9s"/></operations>'
    )
    other = (
        '<instance_attributes id="i2"><nvpair id-ref="i-0"/></instance_attributes>'
        '<meta_attributes id-ref="m"/><meta_attributes id="m2" score="1">'
        '<nvpair id="m2-0" name="priority" value="6"/></meta_attributes><operations id-ref="o"/>'
    )
    found, left = exported(cib(resources=dummy("one", content) + dummy("two", other)))
    one, two = ({**item, "id": ""} for item in found["resources"])
    assert one == two
    assert left == []


def test_rule_that_refers_to_another_one() -> None:
    rule = '<rule id="r" score="5"><expression id="e" attribute="a" operation="defined"/></rule>'
    constraints = f'<rsc_location id="l1" rsc="d">{rule}</rsc_location>'
    constraints += '<rsc_location id="l2" rsc="f"><rule id-ref="r"/></rsc_location>'
    found, left = exported(cib(resources=dummy("d") + dummy("f"), constraints=constraints))
    assert [(item["rule"], item["score"]) for item in found["locations"]] == [("defined a", "5")] * 2
    assert left == []


def test_set_of_defaults_that_refers_to_another_one_is_left_out() -> None:
    rest = '<rsc_defaults><meta_attributes id-ref="m"/></rsc_defaults>'
    found, left = exported(cib(resources=dummy("d", nvset("meta_attributes", "m", ("priority", "5"))), rest=rest))
    assert (found["resource_defaults"], found["resource_defaults_sets"]) == ({}, [])
    assert left == ["meta_attributes m of rsc_defaults (a reference to another element)"]


# --- sets of defaults ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sets", "plain", "others"),
    [
        ([("a", "1", "", ""), ("b", "2", 'score="10"', "")], {"x": "1"}, ["b"]),
        ([("a", "1", 'score="10"', ""), ("b", "2", "", "")], {"x": "2"}, ["a"]),  # a score has to be kept
        ([("a", "1", "", RULED), ("b", "2", "", "")], {}, ["a", "b"]),  # b counts, as it is the last
        ([("a", "1", 'score="3"', RULED), ("b", "2", "", "")], {"x": "2"}, ["a"]),
    ],
)
def test_sets_of_defaults_keep_their_precedence(
    sets: list[tuple[str, str, str, str]], plain: dict[str, str], others: list[str]
) -> None:
    inner = "".join(
        nvset("meta_attributes", name, ("x", value), attributes=score, rule=rule.replace('"ru', f'"{name}-ru'))
        for name, value, score, rule in sets
    )
    found, left = exported(cib(rest=f"<op_defaults>{inner}</op_defaults>"))
    assert found["operation_defaults"] == plain
    assert [one["id"] for one in found["operation_defaults_sets"]] == others
    assert left == []


# --- rules -----------------------------------------------------------------------------------------------------------

A = '<expression id="a" attribute="a" operation="eq" value="1"/>'
B = '<expression id="b" attribute="b" operation="eq" value="2"/>'
C = '<expression id="c" attribute="c" operation="eq" value="3"/>'


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        (f'<rule id="r">{A}{B}</rule>', "a eq 1 and b eq 2"),
        (f'<rule id="r" boolean-op="or">{A}{B}</rule>', "a eq 1 or b eq 2"),
        (f'<rule id="r" boolean-op="or">{A}<rule id="s">{B}{C}</rule></rule>', "a eq 1 or (b eq 2 and c eq 3)"),
        (f'<rule id="r" boolean-op="">{A}{B}</rule>', None),  # for Pacemaker 3 it never holds
        ('<rule id="r"><expression id="e" attribute="a" operation="eq" value="v" value-source="param"/></rule>', None),
        (
            '<rule id="r"><expression id="e" attribute="a" operation="eq" value="v" value-source="literal"/></rule>',
            "a eq v",
        ),
        ('<rule id="r"><expression id="e" attribute="a" operation="eq"/></rule>', None),
        ('<rule id="r"><date_expression id="d" operation="gt"/></rule>', None),
        ('<rule id="r"><date_expression id="d" start="2030-01-01 10:00"/></rule>', None),
        (
            '<rule id="r"><date_expression id="d" operation="lt" end="2030-01-01 10:00:00 Z"/></rule>',
            "date lt 2030-01-01T10:00:00Z",
        ),
        ('<rule id="r"></rule>', None),
    ],
)
def test_meaning_of_a_rule(xml: str, text: str | None) -> None:
    assert rule_text(ET.fromstring(xml)) == text


EXPRESSION = '<expression id="e" attribute="{}" operation="{}" {}/>'


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        (EXPRESSION.format("rack", "eq", "value='a &quot;b&quot; c'"), False),
        (EXPRESSION.format("rack", "eq", "value='two words'"), False),
        (EXPRESSION.format("rack", "eq", "value=''"), False),
        (EXPRESSION.format("rack", "eq", "value='&quot;b&quot;'"), False),
        (EXPRESSION.format("rack", "eq", "value='a(b)'"), False),
        (EXPRESSION.format("rack", "eq", "value='and'"), False),
        (EXPRESSION.format("rack", "eq", "value='b&quot;c'"), True),
        (EXPRESSION.format("rack", "gt", "value='5' type='integer'"), True),
        (EXPRESSION.format("rack", "gt", "value='five' type='integer'"), False),
        (EXPRESSION.format("date", "eq", "value='x'"), False),
        (EXPRESSION.format("rack", "defined", ""), True),
        ('<date_expression id="d" operation="date_spec"><date_spec id="s" hours="9-16"/></date_expression>', True),
        ('<date_expression id="d" operation="date_spec"><date_spec id="s" hours="9-"/></date_expression>', False),
        ('<date_expression id="d" operation="date_spec"><date_spec id="s" moon="4"/></date_expression>', False),
        ('<date_expression id="d" operation="gt" start="2030-02-30"/>', False),
        ('<date_expression id="d" operation="gt" start="2030-02-03T10:00:00Z"/>', True),
        ('<date_expression id="d" operation="in_range" start="2030-01-01" end="2029-01-01"/>', False),
        ('<date_expression id="d" operation="in_range" end="2029-01-01"/>', False),
        ('<date_expression id="d" start="2030-01-01"><duration id="u" years="1"/></date_expression>', True),
        ('<date_expression id="d" start="2030-01-01"><duration id="u" moon="1"/></date_expression>', False),
        ('<op_expression id="o" name="monitor"/>', False),  # not of a location
    ],
)
def test_rules_of_locations_that_every_pcs_can_write(xml: str, expected: bool) -> None:
    assert is_writable(ET.fromstring(f'<rule id="r">{xml}</rule>'), location=True) is expected


@pytest.mark.parametrize("value", ["a b", 'a "b" c', "it's", "", "(x)", "'x", "plain"])
def test_quotes_hold_any_value(value: str) -> None:
    quoted = quote(value)
    assert quoted is not None
    assert words(f"a eq {quoted}") == ["a", "eq", value]


def test_no_quotes_for_a_value_with_both_kinds_of_them() -> None:
    assert quote("a 'b' \"c\"") is None


def test_needless_quotes_are_not_handed_to_a_pcs_that_takes_them_for_a_part_of_the_value() -> None:
    assert as_one_argument("#uname eq \"n1\" or rack eq 'two words'") == "#uname eq n1 or rack eq 'two words'"


# --- what pcs can't make again ---------------------------------------------------------------------------------------

LIFETIME = '<lifetime><rule id="lr"><date_expression id="le" operation="lt" end="2020-01-01"/></rule></lifetime>'


@pytest.mark.parametrize(
    "constraint",
    [
        f'<rsc_location id="l" rsc="d" node="n1" score="-INFINITY">{LIFETIME}</rsc_location>',
        f'<rsc_colocation id="l" rsc="d" with-rsc="f" score="5">{LIFETIME}</rsc_colocation>',
        f'<rsc_order id="l" first="d" then="f">{LIFETIME}</rsc_order>',
        f'<rsc_ticket id="l" ticket="t" rsc="d">{LIFETIME}</rsc_ticket>',
        f'<rsc_location id="l" rsc="d"><rule id="r" score-attribute="x" score="1">{A}</rule></rsc_location>',
        f'<rsc_location id="l" rsc="d" role="Promoted"><rule id="r" score="1">{A}</rule></rsc_location>',
        '<rsc_location id="l" rsc="d"/>',
    ],
)
def test_constraints_that_cannot_be_said_whole_are_not_said_in_part(constraint: str) -> None:
    found, left = exported(cib(resources=dummy("d") + dummy("f"), constraints=constraint))
    assert not any(found[kind] for kind in ("locations", "colocations", "orders", "tickets"))
    assert left == [f"{constraint[1:].split()[0]} l (a constraint that pcs can't write)"]


@pytest.mark.parametrize(
    ("attributes", "options"),
    [
        ('role="Started" score="1"', {"role": "Started"}),
        ('score-attribute="x"', {"score-attribute": "x"}),
        ('score-attribute="x" role="Promoted"', {"score-attribute": "x", "role": "Promoted"}),
    ],
)
def test_role_and_score_attribute_of_a_rule_are_options(attributes: str, options: dict[str, str]) -> None:
    constraint = f'<rsc_location id="l" rsc="d"><rule id="r" {attributes}>{A}</rule></rsc_location>'
    found, left = exported(cib(resources=dummy("d"), constraints=constraint))
    assert (found["locations"][0]["options"], left) == (options, [])


def test_location_of_a_tag_is_exported() -> None:
    constraint = '<rsc_location id="l" rsc="t" node="n1" score="100"/>'
    tag = '<tags><tag id="t"><obj_ref id="d"/></tag></tags>'
    found, left = exported(cib(resources=dummy("d"), constraints=constraint, rest=tag))
    assert (found["locations"][0]["resource"], left) == ("t", [])


def test_role_of_a_location_on_a_node_is_kept() -> None:
    constraint = '<rsc_location id="l" rsc="d" role="Started" node="n1" score="100"/>'
    found, left = exported(cib(resources=dummy("d"), constraints=constraint))
    assert (found["locations"][0]["options"], left) == ({"role": "Started"}, [])


def test_colocation_without_a_score_has_that_of_pacemaker() -> None:
    constraint = '<rsc_colocation id="c" rsc="d" with-rsc="f"/>'
    assert exported(cib(resources=dummy("d") + dummy("f"), constraints=constraint))[0]["colocations"][0]["score"] == "0"


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        ("locations", '<rsc_location id="l1" rsc="d" node="n1" score="5"/>', "l2"),
        ("colocations", '<rsc_colocation id="l1" rsc="d" with-rsc="f" score="5"/>', "l2"),
        ("orders", '<rsc_order id="l1" first="d" then="f" kind="Optional"/>', "l2"),
        ("tickets", '<rsc_ticket id="l1" ticket="t" rsc="d"/>', "l2"),
    ],
)
def test_second_of_equal_constraints_is_left_out(kind: str, first: str, second: str) -> None:
    constraints = first + first.replace('"l1"', f'"{second}"')
    found, left = exported(cib(resources=dummy("d") + dummy("f"), constraints=constraints))
    assert [item["id"] for item in found[kind]] == ["l1"]
    assert left == [f"rsc_{kind[:-1]} l2 (pcs makes only one of several on the same)"]


def test_constraint_of_an_operator_does_not_displace_an_equal_one() -> None:
    constraints = (
        '<rsc_location id="cli-prefer-d" rsc="d" node="n1" score="INFINITY"/>'
        '<rsc_location id="mine" rsc="d" node="n1" score="5"/>'
    )
    assert [item["id"] for item in exported(cib(resources=dummy("d"), constraints=constraints))[0]["locations"]] == [
        "mine"
    ]


def test_parameters_of_an_operation_are_left_out() -> None:
    operation = nvset("instance_attributes", "oi", ("trace_ra", "1"), ("OCF_CHECK_LEVEL", "10"))
    content = f'<operations><op id="o" name="monitor" interval="5s" requires="x">{operation}</op></operations>'
    found, left = exported(cib(resources=dummy("d", content)))
    assert found["resources"][0]["operations"] == [
        {"name": "monitor", "interval": "5s", "options": {"OCF_CHECK_LEVEL": "10"}}
    ]
    assert [phrase.split(" (")[0] for phrase in left] == ["requires of op o of primitive d", "nvpair oi-0 of op o"]


@pytest.mark.parametrize("time", ["500ms", "1500us", "0.5s", "junk", "-1"])
def test_time_of_an_operation_that_pcs_cannot_write_is_left_out(time: str) -> None:
    content = (
        f'<operations><op id="o" name="monitor" interval="{time}" timeout="9s"/>'
        f'<op id="p" name="start" interval="0" timeout="{time}" on-fail="block"/></operations>'
    )
    found, left = exported(cib(resources=dummy("d", content)))
    assert found["resources"][0]["operations"] == [{"name": "start", "interval": "0", "options": {"on-fail": "block"}}]
    assert left == [
        f"op o of primitive d (pcs can't write the time '{time}')",
        f"timeout of op p of primitive d (pcs can't write the time '{time}')",
    ]


@pytest.mark.parametrize("time", ["30", "30S", "1MIN", "PT1M", "2000ms", " 20 "])
def test_time_of_whole_seconds_is_exported(time: str) -> None:
    content = f'<operations><op id="o" name="monitor" interval="{time}" timeout="{time}"/></operations>'
    options = nvset("cluster_property_set", "cib-bootstrap-options", ("stonith-timeout", time))
    found, left = exported(cib(resources=dummy("d", content), crm_config=options))
    assert found["resources"][0]["operations"] == [{"name": "monitor", "interval": time, "timeout": time}]
    assert found["properties"] == {"stonith-timeout": time}
    assert left == []


@pytest.mark.parametrize(("first", "second"), [("10s", "10000ms"), ("0", "0s"), ("60", "PT1M")])
def test_second_of_two_operations_of_one_name_and_interval_is_left_out(first: str, second: str) -> None:
    content = (
        f'<operations><op id="o" name="monitor" interval="{first}" role="Promoted"/>'
        f'<op id="p" name="monitor" interval="{second}" role="Unpromoted"/>'
        f'<op id="q" name="start" interval="{second}"/></operations>'
    )
    found, left = exported(cib(resources=dummy("d", content)))
    assert found["resources"][0]["operations"] == [
        {"name": "monitor", "interval": first, "role": "Promoted"},
        {"name": "start", "interval": second},
    ]
    assert left == ["op p of primitive d (pcs makes only one of several with the same name and interval)"]


def test_time_of_a_property_that_pcs_cannot_write_is_left_out() -> None:
    options = nvset(
        "cluster_property_set", "cib-bootstrap-options", ("stonith-timeout", "1500ms"), ("batch-limit", "3")
    )
    found, left = exported(cib(crm_config=options))
    assert found["properties"] == {"batch-limit": "3"}
    assert left == ["nvpair cib-bootstrap-options-0 (pcs can't write the time '1500ms')"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("batch-limit", "many"),
        ("cluster-ipc-limit", "0"),
        ("stonith-enabled", "maybe"),
        ("no-quorum-policy", "Stop"),
        ("load-threshold", "80"),
        ("node-health-red", "-infinity"),
    ],
)
def test_value_of_a_property_that_pcs_cannot_write_is_left_out(name: str, value: str) -> None:
    options = nvset("cluster_property_set", "cib-bootstrap-options", (name, value), ("symmetric-cluster", "Yes"))
    found, left = exported(cib(crm_config=options))
    assert found["properties"] == {"symmetric-cluster": "Yes"}
    assert left == [f"nvpair cib-bootstrap-options-0 (pcs can't write the value '{value}' of {name})"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("batch-limit", "-1"), ("node-health-red", "-INFINITY"), ("load-threshold", "80%"), ("no-quorum-policy", "fence")],
)
def test_value_of_a_property_that_pcs_can_write_is_exported(name: str, value: str) -> None:
    options = nvset("cluster_property_set", "cib-bootstrap-options", (name, value))
    assert exported(cib(crm_config=options))[0]["properties"] == {name: value}


def test_constraint_on_what_is_in_a_clone_or_a_bundle_is_left_out() -> None:
    """Pacemaker ignores it, and pcs would make one on the clone out of it."""
    clones = f'<clone id="c"><group id="g">{dummy("d")}</group></clone><clone id="k">{dummy("f")}</clone>'
    bundle = f'<bundle id="b"><podman image="i"/><network control-port="3121"/>{dummy("m")}</bundle>'
    resources = f'{clones}{bundle}<group id="h">{dummy("e")}</group>'
    constraints = "".join(
        f'<rsc_location id="l-{name}" rsc="{name}" node="n1" score="5"/>' for name in ("c", "k", "b", "e", "h", *"dgfm")
    )
    found, left = exported(cib(resources=resources, constraints=constraints))
    assert [item["resource"] for item in found["locations"]] == ["c", "k", "b", "e", "h"]
    why = "Pacemaker ignores it, as {} is in a clone or bundle, which it would have to name"
    assert left == [f"rsc_location l-{name} ({why.format(name)})" for name in "dgfm"]


def test_group_or_clone_of_a_fencing_device_is_left_out() -> None:
    device = '<primitive id="{}" class="stonith" type="fence_xvm"/>'
    resources = f'<clone id="c">{device.format("f")}</clone><group id="g">{device.format("e")}</group>'
    found, left = exported(cib(resources=resources))
    assert [item["id"] for item in found["stonith"]] == ["f", "e"]
    assert left == [
        f"{kind} (pcs makes none of the fencing device {name})" for kind, name in (("clone c", "f"), ("group g", "e"))
    ]


def test_what_pcs_refuses_of_fencing_devices_and_promotable_clones_is_left_out() -> None:
    device = (
        f'<primitive id="f" class="stonith" type="fence_xvm">{nvset("instance_attributes", "i", ("action", "off"))}'
    )
    promotable = nvset("meta_attributes", "m", ("promotable", "true"))
    clone = f'<clone id="c"><primitive id="s" class="systemd" type="chronyd"/>{promotable}</clone>'
    found, left = exported(cib(resources=f"{device}</primitive>{clone}"))
    assert "options" not in found["stonith"][0]
    assert found["clones"] == []
    assert left == [
        "nvpair i-0 of primitive f (the option action, which pcs refuses)",
        "clone c (pcs makes no promotable clone of systemd:chronyd)",
    ]


def test_globally_unique_clone_of_a_group_with_another_agent_than_ocf_is_left_out() -> None:
    unique = nvset("meta_attributes", "m", ("globally-unique", "yes"))
    group = f'<group id="g">{dummy("d")}<primitive id="l" class="lsb" type="web"/></group>'
    found, left = exported(cib(resources=f'<clone id="c">{group}{unique}</clone>'))
    assert (found["clones"], left) == ([], ["clone c (pcs makes no globally unique clone of lsb:web)"])
    anonymous = unique.replace("yes", "no")
    found, left = exported(cib(resources=f'<clone id="c">{group}{anonymous}</clone>'))
    assert ([item["id"] for item in found["clones"]], left) == (["c"], [])


@pytest.mark.parametrize(
    ("network", "why"),
    [
        ("", "pcs puts no resource into bundle b, which has neither control-port nor ip-range-start"),
        ('<network control-port="3121"/>', ""),
        ('<network ip-range-start="192.0.2.1"/>', ""),
    ],
)
def test_resource_that_the_cluster_can_not_reach_in_its_bundle_is_left_out(network: str, why: str) -> None:
    resources = f'<bundle id="b"><podman image="i"/>{network}{dummy("d")}</bundle>'
    found, left = exported(cib(resources=resources))
    assert [item.get("resource") for item in found["bundles"]] == [None if why else "d"]
    assert [phrase.partition(" (")[2].rstrip(")") for phrase in left] == ([why] if why else [])


def test_resource_of_a_standard_that_pcs_knows_no_more_is_left_out() -> None:
    resources = f'<group id="g"><primitive id="u" class="upstart" type="cron"/>{dummy("d")}</group>{dummy("e")}'
    constraints = '<rsc_order id="o" first="u" then="e"/>'
    found, left = exported(cib(resources=resources, constraints=constraints))
    assert [item["id"] for item in found["resources"]] == ["d", "e"]
    assert left == [
        "group g (it names 'u', which pcs can't find or make)",
        "primitive u of group g (not every pcs knows agents of upstart)",
        "rsc_order o (it names 'u', which pcs can't find or make)",
    ]


def test_utilization_that_is_no_number_is_left_out() -> None:
    sets = [nvset("utilization", name, ("cpu", "many"), ("memory", "5")) for name in "uv"]
    found, left = exported(cib(resources=dummy("d", sets[0]), node=sets[1]))
    assert found["resources"][0]["utilization"] == found["nodes"][0]["utilization"] == {"memory": "5"}
    assert left == [
        f"nvpair {name}-0 of {owner} (pcs takes no 'many' of utilization)"
        for name, owner in (("v", "node n1"), ("u", "primitive d"))
    ]


def test_sequential_is_written_where_it_is_said() -> None:
    sets = [{"resources": ["d", "e"], "sequential": True}, {"resources": ["f"]}]
    current = parse_cib(cib(resources=dummy("d") + dummy("e") + dummy("f")))
    wanted = merge(current, {"orders": [{"id": "o", "sets": sets}]})
    written = render(current, wanted)[0].shown()
    assert written[written.index("set") : written.index("setoptions")] == [
        "set",
        "d",
        "e",
        "sequential=true",
        "set",
        "f",
    ]


def test_recipient_with_a_quote_is_left_out() -> None:
    recipients = "".join(f'<recipient id="{name}" value="{value}"/>' for name, value in (("r", "it's"), ("s", "b")))
    found, left = exported(cib(rest=f'<alerts><alert id="a" path="/bin/true">{recipients}</alert></alerts>'))
    assert found["alerts"][0]["recipients"] == [{"id": "s", "value": "b"}]
    assert left == ["recipient r of alert a (a quote in its value, which not every pcs can write)"]


def test_attribute_of_a_node_with_a_name_that_crm_attribute_cannot_write_is_left_out() -> None:
    attributes = nvset("instance_attributes", "i", ("a:1", "2"), ("#health-cpu", "3"), ("rack", "4"))
    found, left = exported(cib(node=attributes))
    assert found["nodes"][0]["attributes"] == {"#health-cpu": "3", "rack": "4"}
    assert left == ["nvpair i-0 of node n1 (the name a:1, which not every pcs can write)"]


@pytest.mark.parametrize(
    "order",
    [
        '<rsc_order id="o" first="d" then="e"/>',
        '<rsc_order id="o"><resource_set id="s"><resource_ref id="f"/><resource_ref id="d"/></resource_set>'
        '<resource_set id="t"><resource_ref id="e"/></resource_set></rsc_order>',
    ],
)
def test_order_within_a_group_is_left_out(order: str) -> None:
    resources = f'<group id="g">{dummy("d")}{dummy("e")}</group>{dummy("f")}'
    constraints = f'{order}<rsc_order id="p" first="d" then="f"/>'
    found, left = exported(cib(resources=resources, constraints=constraints))
    assert [item["id"] for item in found["orders"]] == ["p"]
    assert left == ["rsc_order o (pcs makes no order within a group)"]


def test_option_of_a_colocation_with_sets_is_left_out() -> None:
    sets = '<resource_set id="s"><resource_ref id="d"/><resource_ref id="e"/></resource_set>'
    constraints = f'<rsc_colocation id="c" score="5" influence="false">{sets}</rsc_colocation>'
    found, left = exported(cib(resources=dummy("d") + dummy("e"), constraints=constraints))
    assert found["colocations"] == []
    assert left == ["rsc_colocation c (pcs can't write influence of it)"]


def test_empty_value_by_reference_is_named_by_the_reference() -> None:
    empty = nvset("instance_attributes", "i", ("fake", ""))
    other = '<instance_attributes id="j"><nvpair id-ref="i-0"/></instance_attributes>'
    _found, left = exported(cib(resources=dummy("d", empty) + dummy("e", other)))
    assert left == [f"nvpair i-0 of primitive {name} (an empty value, which pcs can't write)" for name in ("d", "e")]


def test_set_of_defaults_without_any_value_is_left_out() -> None:
    rest = f"<op_defaults>{nvset('meta_attributes', 'm', ('timeout', ''), rule=RULED)}</op_defaults>"
    found, left = exported(cib(rest=rest))
    assert found["operation_defaults_sets"] == []
    assert left == ["meta_attributes m of op_defaults (it has no value that pcs can write)"]


def test_former_role_in_a_rule_is_written_by_its_present_name() -> None:
    declared = {"resource": "d", "id": "l", "rule": "#uname eq n1", "score": "5", "options": {"role": "Slave"}}
    current = parse_cib(cib(resources=dummy("d")))
    written = [command.shown() for command in render(current, merge(current, {"locations": [declared]}))]
    assert "role=Unpromoted" in written[0]


BUNDLE = '<bundle id="b"><podman image="i" masters="2"/></bundle>'


def test_former_name_of_an_option_of_a_container_is_exported_as_the_present_one() -> None:
    found, left = exported(cib(resources=BUNDLE))
    assert found["bundles"][0]["container"] == {"image": "i", "promoted-max": "2"}
    assert left == []


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ({"promoted-max": 2}, []),
        ({"promoted-max": 3}, ["pcs resource bundle update b container masters= promoted-max=3"]),
        ({"masters": 3}, ["pcs resource bundle update b container masters=3"]),
    ],
)
def test_present_name_of_an_option_of_a_container_takes_the_place_of_the_former(
    declared: dict[str, Any], expected: list[str]
) -> None:
    current = parse_cib(cib(resources=BUNDLE))
    wanted = merge(current, {"bundles": [{"id": "b", "container": declared}]})
    assert [" ".join(command.shown()) for command in render(current, wanted)] == expected


def test_what_names_a_resource_made_from_a_template_is_left_out() -> None:
    resources = f'<template id="t" class="ocf" provider="pacemaker" type="Dummy"/>{dummy("d")}'
    resources += '<primitive id="x" template="t"/>'
    resources += f'<group id="g">{dummy("e")}<primitive id="y" template="t"/></group>'
    constraints = (
        '<rsc_location id="l1" rsc="x" node="n1" score="5"/><rsc_location id="l2" rsc="d" node="n1" score="5"/>'
    )
    constraints += '<rsc_location id="l3" rsc="g" node="n1" score="5"/>'
    rest = '<tags><tag id="tg"><obj_ref id="x"/></tag><tag id="nodes"><obj_ref id="n1"/></tag></tags>'
    found, left = exported(cib(resources=resources, constraints=constraints, rest=rest))
    assert [item["id"] for item in found["resources"]] == ["d", "e"]
    assert [item["id"] for item in found["locations"]] == ["l2"]
    assert (found["groups"], found["tags"]) == ([], [])
    assert [phrase.split(" (")[0] for phrase in left] == [
        "template t of resources",
        "primitive x",
        "group g",
        "primitive y of group g",
        "rsc_location l1",
        "rsc_location l3",
        "tag tg",
        "tag nodes",
    ]


def test_permissions_that_pcs_cannot_give_and_users_without_a_name_are_left_out() -> None:
    acls = (
        '<acls><acl_target id=""/><acl_role id="r"><acl_permission id="p1" kind="deny" object-type="nvpair"/>'
        '<acl_permission id="p2" kind="read" reference="d"/><acl_permission id="p3" kind="read" reference="gone"/>'
        "</acl_role></acls>"
    )
    found, left = exported(cib(resources=dummy("d"), rest=acls))
    assert found["acl_roles"] == [{"id": "r", "permissions": [{"kind": "read", "reference": "d"}]}]
    assert found["acl_users"] == []
    assert [phrase.split(" (")[0] for phrase in left] == [
        "acl_target",
        "acl_permission p1 of acl_role r",
        "acl_permission p3 of acl_role r",
    ]


def test_levels_that_pcs_cannot_make_are_left_out() -> None:
    levels = '<fencing-topology><fencing-level id="x" index="1" target="n1" devices="f"/>'
    levels += '<fencing-level id="y" index="2" target="n1" devices="gone"/>'
    levels += '<fencing-level id="z" index="1" target="stranger" devices="f"/></fencing-topology>'
    device = '<primitive id="f" class="stonith" type="fence_xvm"/>'
    found, left = exported(cib(resources=device, rest=levels))
    assert found["stonith_levels"] == [{"level": 1, "node": "n1", "devices": ["f"]}]
    assert [phrase.split(" (")[0] for phrase in left] == ["fencing-level y", "fencing-level z"]


@pytest.mark.parametrize(
    ("role", "policy", "changed"),
    [("Promoted", "stop", True), ("Promoted", "demote", False), ("Started", "stop", False), ("Started", "fence", True)],
)
def test_loss_policy_where_none_is_said_depends_on_the_role(role: str, policy: str, changed: bool) -> None:
    """Pacemaker demotes what is promoted, and stops all else."""
    model = parse_cib(
        cib(resources=dummy("d"), constraints=f'<rsc_ticket id="t1" ticket="t" rsc="d" rsc-role="{role}"/>')
    )
    assert (merge(model, {"tickets": [{"id": "t1", "loss_policy": policy}]}) != model) is changed


def test_order_with_an_option_that_pcs_cannot_write_is_left_out() -> None:
    order = '<rsc_order id="o" first="a" then="b" require-all="false"/>'
    found, left_out = exported(cib(resources=dummy("a") + dummy("b"), constraints=order))
    assert found["orders"] == []
    assert left_out == ["rsc_order o (pcs can't write require-all of it)"]


def test_options_with_an_empty_value_are_left_out() -> None:
    empty = '<nvpair id="p-e" name="envfile" value=""/><nvpair id="p-s" name="state" value="/run/d"/>'
    sets = f'<instance_attributes id="p-i">{empty}</instance_attributes>'
    found, left_out = exported(cib(resources=dummy("d", sets)))
    assert found["resources"][0]["options"] == {"state": "/run/d"}
    assert left_out == ["nvpair p-e of primitive d (an empty value, which pcs can't write)"]
