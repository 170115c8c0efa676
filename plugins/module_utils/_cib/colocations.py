# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Constraints on which resources run together. Pure."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Hashable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import constraints
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import sets as resource_sets
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import Command, arguments
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.constraints import (
    find_constraint,
    first_ones,
    known,
    merge_kind,
    one_of_both,
    resource_or,
    said_whole,
    same_resource,
    unwritable,
    why_unwritable,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import (
    Declared,
    constraint_id,
    merge_attributes,
    need,
    plain_reference,
    plain_role,
    role_or,
    value_or,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.element import remaining
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kind import EVERY, Kind, Reasons, without_empty
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Attributes, Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import role
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.options import STATE, WHAT_RUNS, Options
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.sets import (
    ResourceSet,
    constraint_words,
    export_sets,
    members,
    merge_sets,
    parse_sets,
    same_sets,
    set_arguments,
    set_key,
    sets_of,
)

SCORE_OPTION = "pcmk.constraint.colocation.simple.options.score"
ENDS = ("resource", "with_resource")
OPTIONS: Options = {
    "id": {
        "description": [
            "The id of the constraint.",
            "By default the constraint on the same objects. A new constraint gets an id made from their names.",
        ],
        "type": "str",
    },
    "resource": {
        "description": "The dependent resource, which Pacemaker places.",
        "type": "str",
        "needed": True,
        "names": WHAT_RUNS,
        "not_with_sets": True,
    },
    "with": {
        "description": "The resource that the dependent resource runs with.",
        "type": "str",
        "needed": True,
        "names": WHAT_RUNS,
        "not_with_sets": True,
    },
    "score": {
        "description": (
            "The score. A negative score keeps the resources apart. The default of a new constraint is V(INFINITY)."
        ),
        "type": "str",
        "takes": "score",
    },
    "resource_role": {
        "description": "The role of O(resource) for which the constraint holds, such as V(Promoted).",
        "type": "str",
        "takes": "role",
        "identifies": True,
        "not_with_sets": True,
    },
    "with_role": {
        "description": "The role of O(with) for which the constraint holds, such as V(Promoted).",
        "type": "str",
        "takes": "role",
        "identifies": True,
        "not_with_sets": True,
    },
    **sets_of(
        [
            "Sets of resources, instead of O(resource) and O(with).",
            "Each resource runs with the one before it, and each set with the set after it.",
        ]
    ),
    "options": {"description": "Other options, such as V(influence). Null removes one.", "type": "dict"},
    **STATE,
}


@dataclass(frozen=True)
class Colocation:
    """A resource placed relative to another one; or sets of resources instead of the two."""

    id: str
    resource: str
    with_resource: str
    score: str | None = None
    resource_role: str | None = None
    with_role: str | None = None
    options: Attributes = field(default_factory=dict)
    sets: tuple[ResourceSet, ...] = ()


def parse(configuration: ET.Element) -> dict[str, Colocation]:
    return said_whole(map(parse_colocation, configuration.findall("constraints/rsc_colocation")))


def parse_colocation(element: ET.Element) -> Colocation | None:
    sets = parse_sets(element)
    if len(sets or ()) != len(element) or (not sets and None in (element.get("rsc"), element.get("with-rsc"))):
        return None
    return Colocation(
        id=element.get("id", ""),
        resource=element.get("rsc", ""),
        with_resource=element.get("with-rsc", ""),
        score=element.get("score", "0"),  # Pacemaker's default, which isn't that of pcs
        resource_role=element.get("rsc-role"),
        with_role=element.get("with-rsc-role"),
        options=remaining(element, "rsc", "with-rsc", "score", "rsc-role", "with-rsc-role"),
        sets=sets or (),
    )


# --- declared --------------------------------------------------------------------------------------------------------


def merge(cib: Cib, declared: Declared) -> Cib:
    return dataclasses.replace(
        cib, colocations=merge_kind(cib, cib.colocations, declared, "colocations", is_colocation, merge_colocation)
    )


def is_colocation(cib: Cib, colocation: Colocation, item: Declared) -> bool:
    if colocation.sets or item.get("sets") is not None:
        return same_sets(cib, colocation.sets, item.get("sets"))
    return (
        same_resource(cib, colocation.resource, item.get("resource"))
        and same_resource(cib, colocation.with_resource, item.get("with"))
        and plain_role(colocation.resource_role) == plain_role(item.get("resource_role"))
        and plain_role(colocation.with_role) == plain_role(item.get("with_role"))
    )


def merge_colocation(cib: Cib, current: Colocation | None, item: Declared) -> Colocation:
    one_of_both(item, "colocation constraint", "resource", "with", "resource_role", "with_role")
    if (current is not None and current.sets) or item.get("sets") is not None:
        return merge_colocation_of_sets(cib, current, item)
    if current is None:
        need(item, "colocation constraint", "resource", "with")
        resource, other = (cib.referable(plain_reference(item[name])) for name in ("resource", "with"))
        roles = [role(item[name]) for name in ("resource_role", "with_role") if item.get(name)]
        name = item.get("id") or constraint_id("colocation", resource, other, *roles)
        current = Colocation(name, resource, other, score="INFINITY")
    return dataclasses.replace(
        current,
        resource=resource_or(cib, current.resource, item.get("resource")),
        with_resource=resource_or(cib, current.with_resource, item.get("with")),
        score=value_or(current.score, item.get("score"), "score"),
        resource_role=role_or(current.resource_role, item.get("resource_role")),
        with_role=role_or(current.with_role, item.get("with_role")),
        options=merge_attributes(current.options, item.get("options")),
    )


def merge_colocation_of_sets(cib: Cib, current: Colocation | None, item: Declared) -> Colocation:
    sets = merge_sets(cib, current.sets if current is not None else (), item.get("sets"), item.get("id") or "of sets")
    if current is None:
        name = item.get("id") or constraint_id("colocation", *constraint_words(sets))
        current = Colocation(name, "", "", score="INFINITY")
    return dataclasses.replace(
        current,
        resource="",
        with_resource="",
        resource_role=None,
        with_role=None,
        score=value_or(current.score, item.get("score"), "score"),
        options=merge_attributes(current.options, item.get("options")),
        sets=sets,
    )


def meant(cib: Cib, item: Declared) -> str | None:
    """Return the id of the constraint that a declared one refers to."""
    found = find_constraint(cib, cib.colocations, item, is_colocation)
    return found.id if found is not None else None


def without(cib: Cib, gone: Set[str]) -> Cib:
    """Return CIB without the resources GONE in its constraints, and without the constraints that this leaves empty."""
    return resource_sets.constraints_without(cib, gone, "colocations", ENDS)


def repointed(cib: Cib, old: str, new: str) -> Cib:
    """Replace the resource OLD by NEW in the constraints of CIB on two resources."""
    return resource_sets.constraints_repointed(cib, old, new, "colocations", ENDS)


def renamed(cib: Cib, old: str, new: str) -> Cib:
    """Replace the resource OLD by NEW in all constraints of CIB, also in sets."""
    return resource_sets.constraints_renamed(cib, old, new, "colocations", ENDS)


def export_colocation(colocation: Colocation) -> dict[str, Any]:
    exported = {**vars(colocation), "sets": export_sets(colocation.sets), "options": dict(colocation.options)}
    return without_empty({("with" if key == "with_resource" else key): value for key, value in exported.items()})


# --- commands --------------------------------------------------------------------------------------------------------


def removals(before: Cib, after: Cib) -> Iterator[Command]:
    return constraints.removals(before, after, "colocations", ENDS)


def additions(before: Cib, after: Cib) -> Iterator[Command]:
    yield from map(add_colocation, constraints.missing(before, after, "colocations", ENDS))


def add_colocation(colocation: Colocation) -> Command:
    if colocation.sets:
        score = f"score={colocation.score or 'INFINITY'}"
        argv = ("constraint", "colocation", *set_arguments(colocation.sets), "setoptions", score)
        return Command(f"constraint '{colocation.id}'", (*argv, *arguments(colocation.options), f"id={colocation.id}"))
    first = (colocation.resource_role, colocation.resource)
    second = (colocation.with_role, colocation.with_resource)
    head = (
        "constraint",
        "colocation",
        "add",
        *(part for part in first if part),
        "with",
        *(part for part in second if part),
    )
    options = (*(f"{name}={value}" for name, value in colocation.options.items()), f"id={colocation.id}")
    score = colocation.score or "INFINITY"
    return Command(
        f"constraint '{colocation.id}'",
        (*head, score, *options),
        ((SCORE_OPTION, (*head, f"score={score}", *options)),),
    )


# --- exported and checked --------------------------------------------------------------------------------------------

# Old schemas have these.
BY_ATTRIBUTE = frozenset(("score-attribute", "score-attribute-mangle"))


def exportable(whole: Cib, part: Cib, reasons: Reasons) -> Cib:
    """Return PART with the constraints that pcs can make."""
    made = first_ones(reasons, whole, "colocations", known(part), about_colocation)
    return dataclasses.replace(part, colocations=made)


def about_colocation(item: Colocation) -> tuple[Sequence[str], Hashable, str]:
    if item.sets:
        # for a constraint with sets, pcs takes the score as the only option of the whole
        return members(item.sets), set_key(item.sets), unwritable(item.options)
    roles = (plain_role(item.resource_role), plain_role(item.with_role))
    by_attribute = BY_ATTRIBUTE & item.options.keys()
    obstacle = "it takes its score from an attribute, which Pacemaker never did" if by_attribute else ""
    return [item.resource, item.with_resource], (item.resource, item.with_resource, roles), obstacle


KIND = Kind(
    name="colocations",
    noun="colocation constraint",
    description="Colocation constraints, resources that run together or apart.",
    options=OPTIONS,
    parse=parse,
    merge=merge,
    additions=additions,
    removals=removals,
    export=export_colocation,
    without=without,
    renamed=renamed,
    repointed=repointed,
    meant=meant,
    subjects=partial(constraints.ends_of, ends=ENDS),
    purge="Patterns for the ids of colocation constraints.",
    paths=("constraints/rsc_colocation",),
    xml={"rsc_colocation": (EVERY, frozenset(("resource_set",)))},
    unread=why_unwritable,
    left_out="a constraint that pcs can't write",
    delete=("constraint", "delete"),
    exportable=exportable,
)
