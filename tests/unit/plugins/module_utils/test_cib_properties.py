# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for any CIB and any declaration. `pytest --hypothesis-profile=thorough` tries many more of them."""

from __future__ import annotations

from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.desired import merge
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.difference import changed_names, difference
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.export import export
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import same
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import parse_cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.render import render
from cib_strategies import (
    KINDS_OF_OBJECTS,
    KINDS_OF_OPTIONS,
    KINDS_OF_VALUES,
    SPELLINGS,
    VALUES,
    Declaration,
    by_name,
    changes,
    declarations,
    respelled,
    touched_by,
)
from cib_xml import to_xml
from hypothesis import given
from hypothesis import strategies as st

MAPPINGS = ("options", "meta", "utilization")
anything = st.text(max_size=12) | st.sampled_from(("1", "yes", "INFINITY", "-INFINITY", "60", "1min", "PT1M", "Master"))


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Cib, Declaration]:
    """A CIB and a declaration about it."""
    current = draw(declarations())
    return merge(Cib(), current), draw(changes(current))


@given(worlds())
def test_planning_again_after_applying_is_empty(world: tuple[Cib, Declaration]) -> None:
    current, declared = world
    wanted = merge(current, declared)
    again = merge(wanted, declared)
    assert again == wanted
    assert render(wanted, again) == []


@given(worlds())
def test_equal_models_need_no_command(world: tuple[Cib, Declaration]) -> None:
    current, declared = world
    for cib in (current, merge(current, declared)):
        assert render(cib, cib) == []
        assert difference(cib, cib) == {"before": "", "after": ""}


@given(worlds())
def test_models_that_differ_need_commands(world: tuple[Cib, Declaration]) -> None:
    current, declared = world
    wanted = merge(current, declared)
    assert bool(render(current, wanted)) is bool(changed_names(current, wanted))


@given(worlds())
def test_import_of_an_export_changes_nothing(world: tuple[Cib, Declaration]) -> None:
    current, declared = world
    for cib in (current, merge(current, declared)):
        assert merge(cib, export(cib)) == cib


@given(worlds())
def test_import_of_an_export_into_nothing_makes_the_same(world: tuple[Cib, Declaration]) -> None:
    current, _wanted = world
    assert export(merge(Cib(), export(current))) == export(current)


@given(worlds())
def test_xml_of_a_model_is_parsed_to_the_same_model(world: tuple[Cib, Declaration]) -> None:
    current, _wanted = world
    assert parse_cib(to_xml(current)) == current


@given(worlds(), st.data())
def test_another_spelling_changes_nothing(world: tuple[Cib, Declaration], data: st.DataObject) -> None:
    current, declared = world
    wanted = merge(current, declared)
    assert merge(wanted, data.draw(respelled(declared))) == wanted


@given(worlds())
def test_what_is_not_declared_stays(world: tuple[Cib, Declaration]) -> None:
    current, declared = world
    wanted = merge(current, declared)
    before, after = export(current), export(wanted)
    for kind in KINDS_OF_VALUES:
        for name, value in before[kind].items():
            if name not in declared.get(kind, {}):
                assert after[kind].get(name) == value
    touched = touched_by(before, declared)
    for kind in KINDS_OF_OBJECTS:
        old, new = ({item["id"]: item for item in side[kind]} for side in (before, after))
        assert {name for name in old if name not in touched} == {name for name in new if name not in touched}
        for name, item in old.items():
            if name not in touched:
                assert new[name] == item


@given(worlds())
def test_options_that_are_not_declared_stay(world: tuple[Cib, Declaration]) -> None:
    current, declared = world
    before, after = by_name(export(current)), by_name(export(merge(current, declared)))
    for name, item in by_name(declared).items():
        if name not in before or name not in after:
            continue
        for field in MAPPINGS:
            mentioned = (item.get(field) or {}).keys()
            old, new = (
                {k: v for k, v in side[name].get(field, {}).items() if k not in mentioned} for side in (before, after)
            )
            assert old == new
        for field in before[name].keys() - item.keys() - {"operations"}:
            if field not in ("resource", "with", "first", "then", "node", "rule", "members"):
                assert after[name].get(field) == before[name][field]


@given(worlds())
def test_what_is_declared_is_so(world: tuple[Cib, Declaration]) -> None:
    current, declared = world
    after = by_name(export(merge(current, declared)))
    for name, item in by_name(declared).items():
        assert (name in after) is (item.get("state") != "absent")
        for field in MAPPINGS:
            for option, value in (item.get(field) or {}).items():
                assert same(option, after[name].get(field, {}).get(option), None if value is None else text(value))
        if "members" in item:
            assert after[name]["members"] == item["members"]


@given(st.sampled_from(sorted(KINDS_OF_OPTIONS)), st.data())
def test_spellings_of_one_value_mean_the_same(name: str, data: st.DataObject) -> None:
    kind = KINDS_OF_OPTIONS[name]
    one, other = (data.draw(VALUES[kind]) for _value in range(2))
    assert same(
        name,
        text(data.draw(st.sampled_from(SPELLINGS[kind](one)))),
        text(data.draw(st.sampled_from(SPELLINGS[kind](other)))),
    ) is (one == other)


@given(st.sampled_from((*sorted(KINDS_OF_OPTIONS), "target-role", "whatever")), anything, anything, anything)
def test_meaning_the_same_is_an_equivalence(name: str, one: str, two: str, three: str) -> None:
    assert same(name, one, one)
    assert same(name, one, two) is same(name, two, one)
    if same(name, one, two) and same(name, two, three):
        assert same(name, one, three)


def text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
