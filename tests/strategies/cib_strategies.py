# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random declarations in pcs_cib's form, for hypothesis.

All of them draw from the same few names, so that two of them are about the same objects. Which agent a resource has and
what a clone is a clone of depends on the name alone, because these can't be changed. pcs takes every one of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hypothesis import strategies as st

Declaration = dict[str, Any]

AGENTS = {
    "r0": "ocf:pacemaker:Dummy",
    "r1": "ocf:pacemaker:Dummy",
    "r2": "ocf:pacemaker:Stateful",
    "r3": "ocf:pacemaker:Dummy",
    "r4": "ocf:pacemaker:Stateful",
    "r5": "ocf:pacemaker:Dummy",
}
IN_GROUPS = ("r0", "r1", "r2", "r3")
GROUPS = ("g0", "g1")
CLONES = {"c0": "r4", "c1": "g1"}
FENCING = ("f0", "f1")
PAIRS = (("r0", "r4"), ("r4", "r5"), ("r5", "g1"))
NODES = ("n0", "n1", "n2")
RULES = {
    "#uname eq n1": '<expression id="{id}-e" attribute="#uname" operation="eq" value="n1"/>',
    "defined pingd and pingd gt 3": '<expression id="{id}-e" attribute="pingd" operation="defined"/>'
    '<expression id="{id}-f" attribute="pingd" operation="gt" value="3"/>',
    "not_defined pingd or pingd lt number 1": '<expression id="{id}-e" attribute="pingd" operation="not_defined"/>'
    '<expression id="{id}-f" attribute="pingd" operation="lt" type="number" value="1"/>',
}
KINDS_OF_OBJECTS = ("resources", "stonith", "groups", "clones", "locations", "colocations", "orders")
KINDS_OF_VALUES = ("properties", "resource_defaults", "operation_defaults")
CONSTRAINTS = ("locations", "colocations", "orders")

# --- values that can be written in several ways ----------------------------------------------------------------------


def spellings_of_boolean(value: bool) -> list[Any]:
    return [value, *(("true", "yes", "on", "1", "True") if value else ("false", "no", "off", "0", "False"))]


def spellings_of_duration(seconds: int) -> list[Any]:
    units = [(3600, "h"), (3600, "hr"), (60, "min"), (60, "m"), (1, "s"), (1, "sec")]
    whole = [f"{seconds // size}{unit}" for size, unit in units if seconds % size == 0]
    return [seconds, str(seconds), f"{seconds * 1000}ms", f"PT{seconds}S", *whole]


def spellings_of_score(value: int) -> list[Any]:
    if abs(value) >= 1000000:
        sign = "-" if value < 0 else ""
        return [f"{sign}INFINITY", value, str(value), *(["+INFINITY"] if value > 0 else [])]
    return [value, str(value), *([f"+{value}"] if value > 0 else [])]


def spellings_of_number(value: int) -> list[Any]:
    return [value, str(value)]


def spellings_of_text(value: str) -> list[Any]:
    return [value]


BOOLEAN, DURATION, SCORE, NUMBER, TEXT = "boolean", "duration", "score", "number", "text"
SPELLINGS: Mapping[str, Callable[[Any], list[Any]]] = {
    BOOLEAN: spellings_of_boolean,
    DURATION: spellings_of_duration,
    SCORE: spellings_of_score,
    NUMBER: spellings_of_number,
    TEXT: spellings_of_text,
}
SPECIAL = set("<>&\"'")  # Pacemaker 2.1 loses these behind a letter that isn't ASCII: see test_errors.py
READ_ALIKE = ("y", "n", "yes", "no", "on", "off")  # as truth; spelled otherwise they mean the same
WORDS = st.text(st.sampled_from("abcXYZ019 _.,:;/+-=%'\"<>&äß"), min_size=1, max_size=12).filter(
    lambda word: word.strip() == word and (word.isascii() or not SPECIAL & set(word)) and word.lower() not in READ_ALIKE
)
INTERVALS = (10, 60, 120)
PLAIN: Mapping[str, tuple[Any, ...]] = {
    BOOLEAN: (False, True),
    DURATION: (1, 20, 45, 90, 3600, 7200, *INTERVALS, *(interval + 1 for interval in INTERVALS)),
    SCORE: (0, 1, 7, 100, -50, 1000000, -1000000),
    NUMBER: tuple(range(1, 10)),
    TEXT: (),
}
VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    kind: st.sampled_from(values) if values else WORDS for kind, values in PLAIN.items()
}

# name of an option: the kind of its values
PROPERTIES = {
    "symmetric-cluster": BOOLEAN,
    "cluster-recheck-interval": DURATION,
    "stonith-timeout": DURATION,
    "batch-limit": NUMBER,
    "node-health-red": SCORE,
    "stop-orphan-actions": BOOLEAN,
}
META = {
    "priority": SCORE,
    "migration-threshold": SCORE,
    "resource-stickiness": SCORE,
    "failure-timeout": DURATION,
    "allow-migrate": BOOLEAN,
}
CLONE_META = {"clone-max": NUMBER, "interleave": BOOLEAN, "notify": BOOLEAN}
OPTIONS = {"state": TEXT, "fake": TEXT, "envfile": TEXT}
OPTIONS_OF_STATEFUL = {"state": TEXT, "envfile": TEXT}
FENCING_OPTIONS = {"timeout": NUMBER, "delay": NUMBER, "key_file": TEXT, "pcmk_host_list": TEXT}
UTILIZATION = {"cpu": NUMBER, "memory": NUMBER}
OPERATION_DEFAULTS = {"timeout": DURATION, "record-pending": BOOLEAN}
OPERATION_OPTIONS = {"OCF_CHECK_LEVEL": NUMBER}
KINDS_OF_OPTIONS = {
    **PROPERTIES,
    **META,
    **CLONE_META,
    **OPTIONS,
    **UTILIZATION,
    **OPERATION_DEFAULTS,
    **OPERATION_OPTIONS,
    "interval": DURATION,
    "score": SCORE,
}


def spellings(name: str, value: Any, options: Mapping[str, str] | None = None) -> list[Any]:
    """Every way to write VALUE, one of the PLAIN ones, of the option NAME that pcs takes, too."""
    kind = (KINDS_OF_OPTIONS if options is None else options)[name]
    return [way for way in SPELLINGS[kind](value) if not re.fullmatch(r"PT.*|\d+ms", str(way))]


@st.composite
def options(draw: st.DrawFn, known: Mapping[str, str], *, removals: bool) -> dict[str, Any]:
    """Some of the options KNOWN, written in any way; some null, where there may be REMOVALS."""
    names = draw(st.lists(st.sampled_from(sorted(known)), unique=True, max_size=3))
    values: dict[str, Any] = {}
    for name in names:
        if removals and draw(st.integers(0, 4)) == 0:
            values[name] = None
        else:
            values[name] = draw(st.sampled_from(spellings(name, draw(VALUES[known[name]]), known)))
    return values


# --- objects ---------------------------------------------------------------------------------------------------------


@st.composite
def operations(draw: st.DrawFn, stateful: bool) -> list[Declaration]:
    """Operations of a resource, at most one monitor for each role."""
    found: list[Declaration] = []
    for role in ("Started", "Unpromoted") if stateful else ("Started",):
        if draw(st.booleans()):
            interval = draw(st.sampled_from(INTERVALS)) + (role != "Started")
            item = {"name": "monitor", "interval": draw(st.sampled_from(spellings("interval", interval)))}
            if role != "Started":
                item["role"] = draw(st.sampled_from((role, "Slave", role.lower())))
            found.append({**item, "options": draw(options(OPERATION_OPTIONS, removals=False))})
    for name in ("start", "stop"):
        if draw(st.booleans()):
            found.append({"name": name, "timeout": draw(st.sampled_from(spellings("timeout", draw(VALUES[DURATION]))))})
    return draw(st.permutations(found))


@st.composite
def resources(draw: st.DrawFn, name: str, *, removals: bool) -> Declaration:
    stateful = AGENTS[name].endswith("Stateful")
    return {
        "id": name,
        "agent": AGENTS[name],
        "options": draw(options(OPTIONS_OF_STATEFUL if stateful else OPTIONS, removals=removals)),
        "meta": draw(options(META, removals=removals)),
        "utilization": draw(options(UTILIZATION, removals=removals)),
        "operations": draw(operations(stateful)),
    }


@st.composite
def fencing(draw: st.DrawFn, name: str, *, removals: bool) -> Declaration:
    return {
        "id": name,
        "agent": draw(st.sampled_from(("fence_xvm", "stonith:fence_xvm"))),
        "options": draw(options(FENCING_OPTIONS, removals=removals)),
        "meta": draw(options(META, removals=removals)),
    }


def some(names: Any) -> st.SearchStrategy[list[Any]]:
    """Some of NAMES in any order."""
    return st.lists(st.sampled_from(sorted(names)), unique=True) if names else st.just([])


@st.composite
def locations(draw: st.DrawFn, name: str, targets: list[str]) -> Declaration:
    """A location constraint. Its number decides on which node or by which rule: pcs takes only one for a resource."""
    number = int(name[-1])
    where = {"rule": sorted(RULES)[number]} if draw(st.booleans()) else {"node": NODES[number]}
    score = draw(st.sampled_from(spellings("score", draw(VALUES[SCORE]))))
    return {"id": name, "resource": draw(st.sampled_from(targets)), **where, "score": score}


def pairs(targets: list[str]) -> dict[int, tuple[str, str]]:
    """What the constraint of a number is about, as far as there is such a thing: pcs takes only one for a pair."""
    return {number: pair for number, pair in enumerate(PAIRS) if {*pair} <= {*targets}}


@st.composite
def colocations(draw: st.DrawFn, name: str, pair: tuple[str, str]) -> Declaration:
    score = draw(st.sampled_from(spellings("score", draw(VALUES[SCORE]))))
    return {"id": name, "resource": pair[0], "with": pair[1], "score": score}


@st.composite
def orders(draw: st.DrawFn, name: str, pair: tuple[str, str]) -> Declaration:
    kind = draw(st.sampled_from(("Mandatory", "Optional", "Serialize")))
    symmetrical = kind != "Serialize" and draw(st.booleans())
    return {"id": name, "first": pair[0], "then": pair[1], "kind": kind, "symmetrical": symmetrical}


@st.composite
def declarations(draw: st.DrawFn, *, removals: bool = False) -> Declaration:
    """A whole configuration; where there may be REMOVALS, with options that will be removed."""
    primitives = draw(some(AGENTS))
    free = [name for name in draw(st.permutations(IN_GROUPS)) if name in primitives]
    cut = draw(st.integers(0, len(free)))
    members = {name: part for name, part in zip(GROUPS, (free[:cut], free[cut : cut + 2])) if part}
    clones = [name for name, resource in CLONES.items() if resource in (*primitives, *members) and draw(st.booleans())]
    targets = sorted({*primitives, *members})
    numbers = sorted(pairs(targets))
    constraints = {
        "locations": [draw(locations(f"loc{number}", targets)) for number in draw(some(range(3)))] if targets else [],
        "colocations": [draw(colocations(f"col{number}", PAIRS[number])) for number in draw(some(numbers))],
        "orders": [draw(orders(f"ord{number}", PAIRS[number])) for number in draw(some(numbers))],
    }
    return {
        "properties": draw(options(PROPERTIES, removals=removals)),
        "resource_defaults": draw(options(META, removals=removals)),
        "operation_defaults": draw(options(OPERATION_DEFAULTS, removals=removals)),
        "resources": [draw(resources(name, removals=removals)) for name in primitives],
        "stonith": [draw(fencing(name, removals=removals)) for name in draw(some(FENCING))],
        "groups": [
            {"id": name, "members": part, "meta": draw(options(META, removals=removals))}
            for name, part in members.items()
        ],
        "clones": [
            {
                "id": name,
                "resource": CLONES[name],
                "promotable": CLONES[name] == "r4" and draw(st.booleans()),
                "meta": draw(options(CLONE_META, removals=removals)),
            }
            for name in clones
        ],
        **constraints,
    }


# --- from one configuration to another -------------------------------------------------------------------------------


def references(kind: str, item: Declaration) -> set[str]:
    """The ids that a declared object names."""
    names = {"clones": ("resource",), "locations": ("resource",), "colocations": ("resource", "with")}
    return {*item.get("members", ()), *(item[name] for name in names.get(kind, ("first", "then")) if name in item)}


def named(declared: Declaration) -> set[str]:
    """The ids of everything that a declaration holds."""
    return {item["id"] for kind in KINDS_OF_OBJECTS for item in declared.get(kind, ())}


@st.composite
def changes(draw: st.DrawFn, current: Declaration) -> Declaration:
    """A declaration about a CIB in which CURRENT was made true: some objects of another random configuration, with all
    that they name, some of their options left out, and some of CURRENT's objects absent."""
    other = draw(declarations(removals=True))
    there = named(current)
    wanted = {name for name in sorted(named(other)) if draw(st.integers(0, 2)) > 0}
    for kind, item in reversed(list(objects(other))):
        if item["id"] in wanted:
            wanted |= references(kind, item) - there
    wanted -= left_without_a_group(current, other, wanted)
    chosen: Declaration = {kind: other[kind] for kind in KINDS_OF_VALUES if draw(st.booleans())}
    for kind in KINDS_OF_OBJECTS:
        chosen[kind] = [draw(parts(item, item["id"] in there)) for item in other[kind] if item["id"] in wanted]
    needed = needed_by(wanted, current, other)
    for kind, item in objects(current):
        if item["id"] not in needed and draw(st.integers(0, 4)) == 0:
            chosen[kind].append({"id": item["id"], "state": "absent", **leaving(kind, item)})
    members = {item["id"]: item["members"] for item in current["groups"]}
    for item in chosen["groups"]:
        item.setdefault("release", members.get(item["id"]))
    return chosen


def leaving(kind: str, item: Declaration) -> Declaration:
    """What says that the resources of ITEM stay when it goes."""
    if kind == "groups":
        return {"release": item["members"]}
    return {"resource": item["resource"]} if kind == "clones" else {}


def objects(declared: Declaration) -> Iterator[tuple[str, Declaration]]:
    return ((kind, item) for kind in KINDS_OF_OBJECTS for item in declared.get(kind, ()))


def left_without_a_group(current: Declaration, other: Declaration, wanted: set[str]) -> set[str]:
    """Those of WANTED that name a group of CURRENT which vanishes, because groups of OTHER take all its members."""
    taken = {member for item in other["groups"] if item["id"] in wanted for member in item["members"]}
    gone = {item["id"] for item in current["groups"] if item["id"] not in wanted and {*item["members"]} <= taken}
    gone |= {name for name, resource in CLONES.items() if resource in gone}
    hit = {item["id"] for side in (current, other) for kind, item in objects(side) if references(kind, item) & gone}
    return hit | gone


def needed_by(wanted: set[str], current: Declaration, other: Declaration) -> set[str]:
    """All that can't be absent while those of WANTED are there."""
    needed = set(wanted)
    for side in (current, other):
        for kind, item in reversed(list(objects(side))):
            if item["id"] in needed:
                needed |= references(kind, item)
    return needed


@st.composite
def parts(draw: st.DrawFn, item: Declaration, exists: bool) -> Declaration:
    """ITEM; where it EXISTS already, with some of what it says left out."""
    if not exists:
        return {key: without_nulls(value) for key, value in item.items()}
    return {key: value for key, value in item.items() if key in ("id", "members") or draw(st.integers(0, 3)) > 0}


def without_nulls(value: Any) -> Any:
    return {k: v for k, v in value.items() if v is not None} if isinstance(value, dict) else value


def respelled(declared: Any, name: str = "") -> st.SearchStrategy[Any]:
    """A declaration that means what DECLARED means, with every value written in any way."""
    if isinstance(declared, dict):
        return st.fixed_dictionaries({key: respelled(value, key) for key, value in declared.items()})
    if isinstance(declared, list):
        return st.tuples(*(respelled(item, name) for item in declared)).map(list)
    return st.sampled_from(same_meaning(name, declared))


def same_meaning(name: str, value: Any) -> list[Any]:
    """Every way to write VALUE of the option NAME, which may be written in any way already."""
    kind = KINDS_OF_OPTIONS.get(name)
    if kind not in SPELLINGS or value is None:
        return [value]
    plain = [one for one in PLAIN[kind] if str(value) in map(str, SPELLINGS[kind](one))]
    return SPELLINGS[kind](plain[0]) if plain else [value]


# --- what a declaration may change -----------------------------------------------------------------------------------


def by_name(declared: Declaration) -> dict[str, Any]:
    return {item["id"]: item for _kind, item in objects(declared)}


def touched_by(current: Declaration, declared: Declaration) -> set[str]:
    """The ids of all that a declaration changes in the export CURRENT: what it names, and what depends on what it takes
    away or puts into a clone."""
    items = by_name(declared)
    gone = {name for name, item in items.items() if item.get("state") == "absent"}
    members = {member for item in items.values() for member in item.get("members", ())}
    touched = set(items)
    for group in current["groups"]:
        if {*group["members"]} & (gone | members):
            touched.add(group["id"])
            if {*group["members"]} <= gone | members:
                gone.add(group["id"])
    for clone in current["clones"]:
        if clone["resource"] in gone:
            touched.add(clone["id"])
            gone.add(clone["id"])
    moved = gone | {clone["resource"] for clone in current["clones"] if clone["id"] in gone}
    moved |= {item["resource"] for item in declared.get("clones", ()) if "resource" in item}
    for kind in CONSTRAINTS:
        touched |= {item["id"] for item in current[kind] if references(kind, item) & moved}
    return touched
