# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check declared objects by themselves: their ids, missing options, and options that exclude each other. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kinds import BY_NAME, KINDS, THINGS
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.references import mentions
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.shape import Problem, at_key, said
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.inventory import (
    NAMES,
    Inventory,
    below,
    implied_id,
    parts,
)

Item = Mapping[str, Any]
Finding = Iterator["tuple[str, str]"]  # an option of the object (empty for the object itself), and the problem

OBJECTS = tuple(kind.name for kind in KINDS if kind.options)
PATTERNS = ("purge", "declared_elsewhere")
ID = re.compile(r"[^\W\d][\w.-]*")
# Kinds whose members can be in one place only: a resource is in a group, in a bundle, or cloned.
HOLDERS = tuple(kind.name for kind in THINGS if any("names" in option for option in kind.options.values()))
PARTS_WITH_IDS = {
    kind.name: tuple(name for name, option in kind.options.items() if "id" in option.get("suboptions", ()))
    for kind in KINDS
}


def object_problems(inventory: Inventory) -> list[Problem]:
    """Check each declared object by itself, and find duplicates."""
    return [
        *bad_ids(inventory),
        *duplicates(inventory),
        *(Problem(at_key(place, option) if option else place, text) for place, option, text in by_kind(inventory)),
        *held_twice(inventory),
        *bad_patterns(inventory),
    ]


# --- ids -------------------------------------------------------------------------------------------------------------


def with_ids(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Return every object that has an id, or gets one that others can refer to, with its place."""
    for kind in OBJECTS:
        for place, item in (*inventory.objects(kind), *inventory.objects(kind, absent=True)):
            if not BY_NAME[kind].own_names and (item.get("id") or implied_id(kind, item)):
                yield place, item.get("id") or implied_id(kind, item)
            for option in PARTS_WITH_IDS[kind]:
                yield from (
                    (part_place, part["id"]) for part_place, part in parts(place, item, option) if part.get("id")
                )


def bad_ids(inventory: Inventory) -> Iterator[Problem]:
    for place, name in with_ids(inventory):
        if not ID.fullmatch(name):
            yield Problem(
                place,
                f"{said(name)} is not an id; start with a letter or _, then use letters, digits, _, - and dots.",
            )


def duplicates(inventory: Inventory) -> Iterator[Problem]:
    """Find objects that are declared twice. Constraints without an id are compared by their subject."""
    seen: dict[tuple[str, Any], str] = {}
    for place, name in with_ids(inventory):
        first = seen.setdefault(("id", name), place)
        if first != place:
            yield Problem(place, f"{first} has the id {said(name)}, too; each id must be unique.")
    for kind in OBJECTS:
        for place, item in (*inventory.objects(kind), *inventory.objects(kind, absent=True)):
            about = subject(kind, item)
            first = seen.setdefault((kind, about), place) if about else place
            if first != place:
                yield Problem(place, f"{first} is about the same; declare it once.")


def subject(kind: str, item: Item) -> Any:
    """Return the key that identifies an object without an id among those of its kind; None for one with an id."""
    own = [item.get(name) for name in marked(kind, "identifies")]
    if BY_NAME[kind].own_names:
        return tuple(own) if any(own) else None
    if item.get("id") or not own:
        return None
    names = [mention.name for mention in mentions(kind, item)]
    of_sets = [(each.get("role"), each.get("action")) for each in item.get("sets") or () if each]
    return (*names, *own, *of_sets)


def marked(kind: str, mark: str) -> list[str]:
    """Return the options of KIND that are described with MARK."""
    return [name for name, option in BY_NAME[kind].options.items() if mark in option]


# --- required options -------------------------------------------------------------------------------------------------


def by_kind(inventory: Inventory) -> Iterator[tuple[str, str, str]]:
    for kind in OBJECTS:
        for place, item in inventory.objects(kind):
            yield from ((place, "", text) for text in lacking(inventory, kind, place, item))
            yield from ((place, *each) for each in chain(of_pairs(kind, item), BY_NAME[kind].problems(item)))


def lacking(inventory: Inventory, kind: str, place: str, item: Item) -> Iterator[str]:
    """Find the options that ITEM lacks, unless something else makes the object."""
    name = item.get("id") or ""
    if name and inventory.is_elsewhere(kind, name):
        return
    for option in missing(kind, item):
        if not inventory.has_said(place, option):
            otherwise = f", or name '{name}' in ha_declared_elsewhere.{kind} if something else makes it" if name else ""
            yield f"it lacks '{option}'; add it{otherwise}."


def missing(kind: str, item: Item) -> Iterator[str]:
    """Find the options that ITEM lacks to be made. Some are required only without sets."""
    for name in marked(kind, "needed"):
        if "not_with_sets" not in BY_NAME[kind].options[name]:
            yield from [name] if item.get(name) is None else []
        elif item.get("sets") is None and not item.get(name):
            yield name


def of_pairs(kind: str, item: Item) -> Finding:
    if "sets" not in BY_NAME[kind].options or item.get("sets") is None:
        return
    both = [name for name in marked(kind, "not_with_sets") if item.get(name) is not None]
    if both:
        yield "", f"it has '{both[0]}' and sets, which stand for the same; keep one of them."
    if not item["sets"] or any(each is not None and not each.get("resources") for each in item["sets"]):
        yield "sets", "a set has no resources; name some, or remove it."


# --- between objects -------------------------------------------------------------------------------------------------


def held_twice(inventory: Inventory) -> Iterator[Problem]:
    """Find resources that are in two groups, clones or bundles."""
    holder: dict[str, str] = {}
    for kind in HOLDERS:
        for place, item in inventory.objects(kind):
            for mention in mentions(kind, item):
                first = holder.setdefault(mention.name, place) if mention.name else place
                if first != place:
                    where = below(place, mention.path)
                    yield Problem(where, f"{first} has '{mention.name}' already; a resource can be in only one place.")


def bad_patterns(inventory: Inventory) -> Iterator[Problem]:
    for option in PATTERNS:
        for kind, patterns in inventory.mapping(option).items():
            for index, pattern in enumerate(patterns or ()):
                try:
                    re.compile(pattern or "")
                except re.error as error:
                    place = below(NAMES[option], (kind, index))
                    yield Problem(place, f"{said(pattern)} is not a regular expression: {error}.")
    twice = inventory.mapping("properties").keys() & inventory.mapping("custom_properties").keys()
    yield from (
        Problem(f"ha_custom_properties.{name}", "ha_properties has it, too; keep one.") for name in sorted(twice)
    )
