# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Defaults of resources and operations, with and without rules. Pure."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import (
    Command,
    changed_options,
    set_options,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.constraints import why_unwritable
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import (
    Declared,
    is_absent,
    merge_attributes,
    value_or,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.element import nvpairs, score_of
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kind import (
    NONE,
    Kind,
    Reasons,
    kept,
    without_empty,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Attributes, Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import INFINITY, score
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.options import STATE, Options
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.rule import (
    RULE_AS_ONE_ARGUMENT,
    UNWRITABLE_RULE,
    as_one_argument,
    is_writable,
    rule_text,
    same_rule,
    words,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

PLAIN = ("resource_defaults", "operation_defaults")
SETS = ("resource_defaults_sets", "operation_defaults_sets")
NOUNS = {"resource_defaults": "resource default", "operation_defaults": "operation default"}
SECTIONS = {**dict.fromkeys((PLAIN[0], SETS[0]), "rsc_defaults"), **dict.fromkeys((PLAIN[1], SETS[1]), "op_defaults")}
VERBS = {
    **dict.fromkeys((PLAIN[0], SETS[0]), ("resource", "defaults")),
    **dict.fromkeys((PLAIN[1], SETS[1]), ("resource", "op", "defaults")),
}


RESOURCE_SET_OPTIONS: Options = {
    "id": {"description": "The id of the set.", "type": "str", "required": True},
    "rule": {
        "description": [
            "A rule in the syntax of pcs, such as V(resource ocf:heartbeat:IPaddr2) or V(date gt 2030-01-01).",
            (
                "Without a rule, the set applies to all resources, like that of O(resource_defaults), "
                "whose id can't be declared."
            ),
        ],
        "type": "str",
        "takes": "rule",
    },
    "score": {
        "description": "If two sets have the same option, the set with the higher score counts.",
        "type": "str",
        "takes": "score",
    },
    "values": {"description": "Meta attributes. Null removes one.", "type": "dict", "holds": "meta"},
    **STATE,
}

OPERATION_SET_OPTIONS: Options = {
    "id": {"description": "The id of the set.", "type": "str", "required": True},
    "rule": {
        "description": [
            ("A rule in the syntax of pcs, such as V(op monitor interval=10s and resource ocf:heartbeat:IPaddr2)."),
            (
                "Without a rule, the set applies to all operations, like that of O(operation_defaults), "
                "whose id can't be declared."
            ),
        ],
        "type": "str",
        "takes": "rule",
    },
    "score": {
        "description": "If two sets have the same option, the set with the higher score counts.",
        "type": "str",
        "takes": "score",
    },
    "values": {
        "description": "Options of operations. Null removes one.",
        "type": "dict",
        "holds": "operation",
    },
    **STATE,
}


@dataclass(frozen=True)
class DefaultsSet:
    """Default options for the resources or operations that match a rule. An obstacle is the reason why pcs can't make
    it."""

    id: str
    rule: str | None = None
    score: str | None = None
    values: Attributes = field(default_factory=dict)
    obstacle: str = field(default="", compare=False)


@dataclass(frozen=True)
class Defaults:
    """Default options of resources or operations: the values of the plain set, and its place."""

    values: Attributes = field(default_factory=dict)
    set_id: str | None = field(default=None, compare=False)
    sets: int = field(default=0, compare=False)


def parse_plain(configuration: ET.Element, kind: str) -> Defaults:
    """Read the values of the plain set."""
    sets = configuration.findall(f"{SECTIONS[kind]}/meta_attributes")
    plain = plain_set(sets)
    return Defaults(sets=len(sets)) if plain is None else Defaults(nvpairs(plain), plain.get("id"), len(sets))


def plain_set(sets: list[ET.Element]) -> ET.Element | None:
    """Return the first set without a rule and without a score. Return none if a set before it has one of its options:
    of equal sets the last one wins, and pcs would make the plain one first."""
    others: set[str] = set()
    for nvset in sets:
        if nvset.get("id") is not None and nvset.find("rule") is None and score_of(nvset) == 0:
            return nvset if others.isdisjoint(nvpairs(nvset)) else None
        others |= nvpairs(nvset).keys() if score_of(nvset) == 0 else set()
    return None


def parse_sets(configuration: ET.Element, kind: str) -> dict[str, DefaultsSet]:
    """Read all sets but the plain one. A set is left alone if its rule can't be written as text or refers to
    another."""
    sets = configuration.findall(f"{SECTIONS[kind]}/meta_attributes")
    plain = plain_set(sets)
    parsed = {}
    for nvset in sets:
        rule, name = nvset.find("rule"), nvset.get("id")
        text = rule_text(rule) if rule is not None else None
        if name is None or nvset is plain or (rule is not None and text is None) or len(nvset.findall("rule")) > 1:
            continue
        obstacle = "" if rule is None or is_writable(rule, location=False) else UNWRITABLE_RULE
        parsed[name] = DefaultsSet(name, text, nvset.get("score"), nvpairs(nvset), obstacle)
    return parsed


def arranged(cib: Cib, declared: Declared) -> Cib:
    """Move the plain set to the other sets of CIB if DECLARED names it by its id. The next set without a rule and a
    score becomes the plain one."""
    for kind in SETS:
        ids = {item["id"] for item in declared.get(kind) or ()}
        field = kind[: -len("_sets")]
        plain: Defaults = getattr(cib, field)
        if plain.set_id not in ids:
            continue
        sets = {str(plain.set_id): DefaultsSet(str(plain.set_id), values=plain.values), **getattr(cib, kind)}
        others = (one for one in sets.values() if one.rule is None and one.score in (None, "0") and one.id not in ids)
        other = next(others, None)
        if other is not None:
            del sets[other.id]
        new = Defaults(other.values, other.id, plain.sets) if other is not None else Defaults(sets=plain.sets)
        changed: dict[str, Any] = {kind: sets, field: new}
        cib = dataclasses.replace(cib, **changed)
    return cib


def merge_plain(cib: Cib, declared: Declared, kind: str) -> Cib:
    current: Defaults = getattr(cib, kind)
    changed: dict[str, Any] = {
        kind: dataclasses.replace(current, values=merge_attributes(current.values, declared.get(kind)))
    }
    return dataclasses.replace(cib, **changed)


def merge_sets(cib: Cib, declared: Declared, kind: str) -> Cib:
    sets: dict[str, DefaultsSet] = dict(getattr(cib, kind))
    for item in declared.get(kind) or ():
        if is_absent(item):
            sets.pop(item["id"], None)
            continue
        if item["id"] not in sets and not item.get("rule") and not item.get("values"):
            raise ClusterError(
                f"The set of defaults '{item['id']}' doesn't exist yet and can't be made without 'rule' or 'values'."
            )
        one = sets.get(item["id"], DefaultsSet(item["id"]))
        rule = item.get("rule")
        sets[one.id] = dataclasses.replace(
            one,
            rule=one.rule if rule is None or same_rule(one.rule, rule) else rule,
            score=value_or(one.score, item.get("score"), "score"),
            values=merge_attributes(one.values, item.get("values")),
        )
    changed: dict[str, Any] = {kind: sets}
    merged = dataclasses.replace(cib, **changed)
    refuse_outranked(merged, declared, kind)
    return merged


def refuse_outranked(cib: Cib, declared: Declared, kind: str) -> None:
    """Refuse a declared value that never has an effect because a set that isn't declared overrides it: it has a higher
    score, or is the last of equal ones."""
    values, plain = kind.removesuffix("_sets"), getattr(cib, kind.removesuffix("_sets")).values
    own = [item for item in declared.get(kind) or () if not is_absent(item)]
    named = {"": declared.get(values) or {}, **{item["id"]: item.get("values") or {} for item in own}}
    sets = {"": DefaultsSet("", values=plain), **getattr(cib, kind)}
    rank = {name: (score(one.score or "0") or 0, place) for place, (name, one) in enumerate(sets.items())}
    for name, options in named.items():
        for option in options:
            winner = max(sets, key=lambda each: rank[each] if holds(sets[each], option) else (-INFINITY - 1, 0))
            value = sets[name].values.get(option)
            if value is None or winner in named or rank[winner] <= rank[name] or sets[winner].values[option] == value:
                continue
            where = f" of the set '{name}'" if name else ""
            raise ClusterError(
                f"The default '{option}'{where} would have no effect: the set '{winner}'"
                f" (score {sets[winner].score or 0}) says {sets[winner].values[option]}, and counts more. Declare it in"
                f" that set ({kind}), or remove it from there."
            )


def holds(one: DefaultsSet, option: str) -> bool:
    """Whether a set always gives OPTION a value."""
    return one.rule is None and option in one.values


def export_defaults_set(one: DefaultsSet) -> dict[str, Any]:
    return without_empty({**vars(one), "values": dict(one.values), "obstacle": None})


# --- commands --------------------------------------------------------------------------------------------------------


def is_updated(before: DefaultsSet, after: DefaultsSet | None) -> bool:
    """Whether pcs can turn BEFORE into AFTER; it can't change the rule or the score of a set."""
    return after is not None and (before.rule, before.score) == (after.rule, after.score)


def set_removals(before: Cib, after: Cib, kind: str) -> Iterator[Command]:
    for name, one in getattr(before, kind).items():
        if not is_updated(one, getattr(after, kind).get(name)):
            yield Command(f"set of defaults '{name}'", (*VERBS[kind], "set", "delete", name))


def set_additions(before: Cib, after: Cib, kind: str) -> Iterator[Command]:
    for name, one in getattr(after, kind).items():
        subject, current = f"set of defaults '{name}'", getattr(before, kind).get(name)
        if current is not None and is_updated(current, one):
            yield from set_options(subject, (*VERBS[kind], "set", "update", name, "meta"), current.values, one.values)
            continue
        score = (f"score={one.score}",) if one.score is not None else ()
        options = ("meta", *changed_options({}, one.values)) if one.values else ()
        argv = (*VERBS[kind], "set", "create", f"id={name}", *score, *options)
        if one.rule is None:
            yield Command(subject, argv)
        else:
            yield Command(
                subject,
                (*argv, "rule", *words(one.rule)),
                ((RULE_AS_ONE_ARGUMENT, (*argv, "rule", as_one_argument(one.rule))),),
            )


def plain_additions(before: Cib, after: Cib, kind: str) -> Iterator[Command]:
    """Change the plain set. pcs finds it without its id only if it is the only set."""
    old, new, verb = getattr(before, kind), getattr(after, kind), VERBS[kind]
    if old.set_id is not None and old.sets > 1:
        verb = (*verb, "set", "update", old.set_id, "meta")
    elif old.set_id is None and old.sets > 0:
        verb = (*verb, "set", "create", "meta")
    else:
        verb = (*verb, "update")
    yield from set_options(NOUNS[kind], verb, old.values, new.values)


# --- exported and checked --------------------------------------------------------------------------------------------


def why_no_defaults(one: DefaultsSet) -> str:
    return one.obstacle or ("" if any(one.values.values()) else "it has no value that pcs can write")


def exportable(whole: Cib, part: Cib, reasons: Reasons, kind: str) -> Cib:
    """Return PART with the sets of KIND that pcs can make."""
    made: dict[str, Any] = {kind: kept(reasons, getattr(whole, kind), kind, why_no_defaults)}
    return dataclasses.replace(part, **made)


def problems(item: Declared) -> Iterator[tuple[str, str]]:
    """Find the problems of a declared set."""
    if not item.get("rule") and not item.get("values"):
        yield "", "it lacks 'values'; add some."


def plain_kind(name: str, description: str, purge: str) -> Kind:
    return Kind(
        name=name,
        noun=NOUNS[name],
        holds="meta" if name == "resource_defaults" else "operation",
        description=description,
        parse=partial(parse_plain, kind=name),
        merge=partial(merge_plain, kind=name),
        additions=partial(plain_additions, kind=name),
        values=lambda cib: getattr(cib, name).values,
        xml={SECTIONS[name]: (NONE, frozenset(("meta_attributes",)))},
        purge=purge,
    )


def set_kind(name: str, description: str, options: Options, purge: str) -> Kind:
    return Kind(
        name=name,
        noun="set of defaults",
        problems=problems,
        description=description,
        options=options,
        parse=partial(parse_sets, kind=name),
        merge=partial(merge_sets, kind=name),
        additions=partial(set_additions, kind=name),
        removals=partial(set_removals, kind=name),
        export=export_defaults_set,
        exportable=partial(exportable, kind=name),
        paths=(f"{SECTIONS[name]}/meta_attributes",),
        unread=why_unwritable,
        delete=(*VERBS[name], "set", "delete"),
        purge=purge,
    )


KINDS_OF_PLAIN = (
    plain_kind(
        "resource_defaults",
        "Default meta attributes of resources, in the set without a rule. Null removes one.",
        "Patterns for the names of default meta attributes of resources, of the set without a rule.",
    ),
    plain_kind(
        "operation_defaults",
        "Default options of operations, in the set without a rule. Null removes one.",
        "Patterns for the names of default options of operations, of the set without a rule.",
    ),
)
KINDS_OF_SETS = (
    set_kind(
        "resource_defaults_sets",
        "Sets of default meta attributes, each for the resources that match its rule, or for all.",
        RESOURCE_SET_OPTIONS,
        "Patterns for the ids of sets of default meta attributes.",
    ),
    set_kind(
        "operation_defaults_sets",
        "Sets of default options, each for the operations that match its rule, or for all.",
        OPERATION_SET_OPTIONS,
        "Patterns for the ids of sets of default options.",
    ),
)
