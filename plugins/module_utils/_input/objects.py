# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether each declared object can be one: its id, what it can't be without, and what it can't have beside. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.references import HOLDERS, mentions
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.shape import Problem, at_key, said
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.spec import CIB
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.inventory import (
    NAMES,
    Inventory,
    below,
    implied_id,
    parts,
)

Item = Mapping[str, Any]
Finding = Iterator["tuple[str, str]"]  # an option of the object, and what is wrong; the object itself where it is empty

OBJECTS = tuple(kind for kind, option in CIB.items() if option["type"] == "list")
OWN_NAMES = ("nodes", "stonith_levels", "acl_users", "acl_groups")  # not in the name space of the CIB's ids
PARTS_WITH_IDS = {"alerts": ("recipients",), "bundles": ("ports", "storage")}
PATTERNS = ("purge", "declared_elsewhere")
ID = re.compile(r"[^\W\d][\w.-]*")
LEVELS = range(1, 10)

# What a new object of a kind can't be made without.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "resources": ("agent",),
    "stonith": ("agent",),
    "groups": ("members",),
    "clones": ("resource",),
    "bundles": ("type", "container"),
    "tags": ("members",),
    "alerts": ("path",),
    "tickets": ("ticket",),
    "locations": ("resource",),
}
# Constraints are on two things, or on sets of them: what stands for the same as `sets`, and what is needed without.
PAIRS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "colocations": (("resource", "with", "resource_role", "with_role"), ("resource", "with")),
    "orders": (("first", "then", "first_action", "then_action"), ("first", "then")),
    "tickets": (("resource", "role"), ("resource",)),
}


def object_problems(inventory: Inventory) -> list[Problem]:
    """What is wrong with the declared objects by themselves, and with two of them that want to be the same."""
    return [
        *bad_ids(inventory),
        *duplicates(inventory),
        *(Problem(at_key(place, option) if option else place, text) for place, option, text in by_kind(inventory)),
        *held_twice(inventory),
        *bad_patterns(inventory),
    ]


# --- ids -------------------------------------------------------------------------------------------------------------


def with_ids(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Everything that has an id, or gets one that others can name, with its place."""
    for kind in OBJECTS:
        for place, item in (*inventory.objects(kind), *inventory.objects(kind, absent=True)):
            if kind not in OWN_NAMES and (item.get("id") or implied_id(kind, item)):
                yield place, item.get("id") or implied_id(kind, item)
            for option in PARTS_WITH_IDS.get(kind, ()):
                yield from (
                    (part_place, part["id"]) for part_place, part in parts(place, item, option) if part.get("id")
                )


def bad_ids(inventory: Inventory) -> Iterator[Problem]:
    for place, name in with_ids(inventory):
        if not ID.fullmatch(name):
            yield Problem(
                place,
                f"{said(name)} is no id; begin it with a letter or _, and go on with letters, digits, _, - and dots.",
            )


def duplicates(inventory: Inventory) -> Iterator[Problem]:
    """What is declared twice. Constraints without an id are told apart by what they are about."""
    seen: dict[tuple[str, Any], str] = {}
    for place, name in with_ids(inventory):
        first = seen.setdefault(("id", name), place)
        if first != place:
            yield Problem(place, f"{first} has the id {said(name)}, too; an id names one object.")
    for kind in OBJECTS:
        for place, item in (*inventory.objects(kind), *inventory.objects(kind, absent=True)):
            about = subject(kind, item)
            first = seen.setdefault((kind, about), place) if about else place
            if first != place:
                yield Problem(place, f"{first} is about the same; declare it once.")


def subject(kind: str, item: Item) -> Any:
    """What tells an object that has no id from the others of its kind; None for what has one."""
    if kind == "nodes":
        return item.get("name")
    if kind == "stonith_levels":
        return tuple(item.get(name) for name in ("level", "node", "pattern", "attribute", "value"))
    if kind in ("acl_users", "acl_groups"):
        return item.get("id")
    if item.get("id") or kind not in ("locations", *PAIRS):
        return None
    names = [mention.name for mention in mentions(kind, item)]
    roles = [item.get(name) for name in ("rule", "ticket", "role", "resource_role", "with_role")]
    roles += [item.get(name) for name in ("first_action", "then_action")]
    of_sets = [(each.get("role"), each.get("action")) for each in item.get("sets") or () if each]
    return (*names, *roles, *of_sets)


# --- what each kind needs --------------------------------------------------------------------------------------------


def by_kind(inventory: Inventory) -> Iterator[tuple[str, str, str]]:
    for kind in OBJECTS:
        for place, item in inventory.objects(kind):
            yield from ((place, "", text) for text in lacking(inventory, kind, place, item))
            yield from ((place, *each) for each in chain(of_pairs(kind, item), OWN.get(kind, nothing)(item)))


def lacking(inventory: Inventory, kind: str, place: str, item: Item) -> Iterator[str]:
    """What is missing for ITEM to be made, if nothing else makes it."""
    name = item.get("id") or ""
    if name and inventory.is_elsewhere(kind, name):
        return
    for option in missing(kind, item):
        if not inventory.has_said(place, option):
            otherwise = f", or name '{name}' in ha_declared_elsewhere.{kind} if something else makes it" if name else ""
            yield f"it lacks '{option}'; add it{otherwise}."


def missing(kind: str, item: Item) -> Iterator[str]:
    """The options that ITEM lacks to be made."""
    yield from (name for name in NEEDED.get(kind, ()) if item.get(name) is None)
    if kind in PAIRS and item.get("sets") is None:
        yield from (name for name in PAIRS[kind][1] if not item.get(name))


def of_pairs(kind: str, item: Item) -> Finding:
    if kind not in PAIRS or item.get("sets") is None:
        return
    both = [name for name in PAIRS[kind][0] if item.get(name) is not None]
    if both:
        yield "", f"it has '{both[0]}' and sets, which stand for the same; keep one of them."
    if not item["sets"] or any(each is not None and not each.get("resources") for each in item["sets"]):
        yield "sets", "a set has no resources; name some, or take it out."


def nothing(item: Item) -> Finding:
    return iter(())


def of_holder(item: Item) -> Finding:
    """Of a group or a tag: its members."""
    members = item.get("members")
    if members is not None and not members:
        yield "members", "it is empty; name members, or remove the object with state: absent."
    for name in sorted({each for each in members or () if each is not None and list(members or ()).count(each) > 1}):
        yield "members", f"it names '{name}' twice; once is enough."


def of_location(item: Item) -> Finding:
    options = item.get("options") or {}
    if item.get("node") is not None and item.get("rule") is not None:
        yield "", "it names a node and has a rule; it can have only one of them."
    elif (
        item.get("resource") is not None
        and item.get("node") is None
        and item.get("rule") is None
        and not item.get("id")
    ):
        yield "", "it lacks a node or a rule; add one."
    if "score-attribute" in options and item.get("score") is not None:
        yield "", "it has a score and the option 'score-attribute'; only one can hold."
    if "score-attribute" in options and item.get("node") is not None:
        yield "", "it has the option 'score-attribute', which only a rule can have."


def of_level(item: Item) -> Finding:
    targets = [name for name in ("node", "pattern", "attribute") if item.get(name)]
    if len(targets) != 1:
        found = " and ".join(f"'{name}'" for name in targets) or "no target"
        yield "", f"it has {found}; it is for one of node, pattern and attribute."
    if item.get("attribute") and item.get("value") is None:
        yield "", "it lacks 'value', that of the attribute; add it."
    if item.get("level") is not None and item["level"] not in LEVELS:
        yield "level", f"{item['level']} is not one of the levels 1 to 9."
    if not item.get("devices"):
        yield "", "it lacks 'devices'; name the fencing devices that are tried."


def of_role(item: Item) -> Finding:
    for index, each in enumerate(item.get("permissions") or ()):
        if each is not None and bool(each.get("xpath")) is bool(each.get("reference")):
            yield f"permissions[{index}]", "it is for an xpath or a reference; give one of them."


def of_alert(item: Item) -> Finding:
    for place, part in parts("", item, "recipients"):
        if not part.get("value") and not part.get("id"):
            yield place, "it lacks 'value', whom the alert is for; add it."


def of_bundle(item: Item) -> Finding:
    container = item.get("container")
    if container is not None and not container.get("image"):
        yield "container", "it lacks 'image', what the containers are made from; add it."


def of_set(item: Item) -> Finding:
    if not item.get("rule") and not item.get("values"):
        yield "", "it lacks 'values'; add some."


OWN: Mapping[str, Callable[[Item], Finding]] = {
    "groups": of_holder,
    "tags": of_holder,
    "locations": of_location,
    "stonith_levels": of_level,
    "acl_roles": of_role,
    "alerts": of_alert,
    "bundles": of_bundle,
    "resource_defaults_sets": of_set,
    "operation_defaults_sets": of_set,
}


# --- between objects -------------------------------------------------------------------------------------------------


def held_twice(inventory: Inventory) -> Iterator[Problem]:
    """Resources that two groups, clones or bundles want to have."""
    holder: dict[str, str] = {}
    for kind in HOLDERS:
        for place, item in inventory.objects(kind):
            for mention in mentions(kind, item):
                first = holder.setdefault(mention.name, place) if mention.name else place
                if first != place:
                    where = below(place, mention.path)
                    yield Problem(where, f"{first} has '{mention.name}' already; a resource can be in one place only.")


def bad_patterns(inventory: Inventory) -> Iterator[Problem]:
    for option in PATTERNS:
        for kind, patterns in inventory.mapping(option).items():
            for index, pattern in enumerate(patterns or ()):
                try:
                    re.compile(pattern or "")
                except re.error as error:
                    place = below(NAMES[option], (kind, index))
                    yield Problem(place, f"{said(pattern)} is no regular expression: {error}.")
    twice = inventory.mapping("properties").keys() & inventory.mapping("custom_properties").keys()
    yield from (
        Problem(f"ha_custom_properties.{name}", "ha_properties has it, too; keep one.") for name in sorted(twice)
    )
