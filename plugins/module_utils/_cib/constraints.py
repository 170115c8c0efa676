# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shared code for constraints: find a declared one, export it, and replace it where pcs can't change it. Pure."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import Command
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import (
    OPERATORS_CONSTRAINT,
    Declared,
    is_absent,
    plain_reference,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kind import Reasons, absent, kept
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.left_alone import going_with_pcs
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

if TYPE_CHECKING:
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.colocations import Colocation
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.locations import Location
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.orders import Order
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.tickets import Ticket


Constraint = TypeVar("Constraint", "Location", "Colocation", "Order", "Ticket")


def names_in(element: ET.Element) -> Iterator[str]:
    """Return the ids that a constraint names."""
    yield from (element.get(name, "") for name in ("rsc", "with-rsc", "first", "then") if element.get(name))
    yield from (item.get("id", "") for item in element.iter("resource_ref"))


def why_unwritable(element: ET.Element) -> str:
    """Name the parts of ELEMENT, which the model doesn't hold, that pcs can't write."""
    if element.find("lifetime") is not None:
        return "it holds for a time only (lifetime)"
    if len(element.findall("rule")) > 1:
        return "it has several rules"
    if element.find(".//expression[@value-source]") is not None:
        return "its rule compares with what a parameter or another attribute says (value-source)"
    if element.find("rule") is not None:
        return "it has a rule that pcs can't write"
    return "it has something that pcs can't write"


def said_whole(items: Iterable[Constraint | None]) -> dict[str, Constraint]:
    """Return those of ITEMS that the model can hold completely, by id."""
    return {item.id: item for item in items if item is not None}


# --- declared --------------------------------------------------------------------------------------------------------


def find_constraint(
    cib: Cib,
    constraints: Mapping[str, Constraint],
    item: Declared,
    is_meant: Callable[[Cib, Constraint, Declared], bool],
) -> Constraint | None:
    """Find the constraint that a declared one refers to: the one with its id or, if it has none, with the same
    subject."""
    if item.get("id"):
        return constraints.get(item["id"])
    return next(
        (
            constraint
            for constraint in constraints.values()
            if not constraint.id.startswith(OPERATORS_CONSTRAINT) and is_meant(cib, constraint, item)
        ),
        None,
    )


def merge_kind(
    cib: Cib,
    current: Mapping[str, Constraint],
    declared: Declared,
    kind: str,
    is_meant: Callable[[Cib, Constraint, Declared], bool],
    merge_one: Callable[[Cib, Constraint | None, Declared], Constraint],
) -> dict[str, Constraint]:
    constraints = dict(current)
    for item in declared.get(kind) or ():
        found = find_constraint(cib, constraints, item, is_meant)
        if not is_absent(item):
            merged = merge_one(cib, found, item)
            constraints[merged.id] = merged
        elif found is not None:
            del constraints[found.id]
    return constraints


def one_of_both(item: Declared, kind: str, *names: str) -> None:
    """Refuse ITEM if it names sets and one of the options NAMES, which are alternatives."""
    both = [name for name in names if item.get(name) is not None]
    if item.get("sets") is not None and both:
        raise ClusterError(
            f"The {kind} '{item.get('id') or item[both[0]]}' names '{both[0]}' and sets; it can have one."
        )


def same_resource(cib: Cib, current: str, declared: str | None) -> bool:
    return declared is not None and cib.referable(current) == cib.referable(plain_reference(declared))


def resource_or(cib: Cib, current: str, declared: str | None) -> str:
    """Return the id to name in a constraint: CURRENT if it is the same resource as DECLARED."""
    if declared is None or same_resource(cib, current, declared):
        return current
    return cib.referable(plain_reference(declared))


# --- exported --------------------------------------------------------------------------------------------------------


AGAIN = "pcs makes only one of several on the same"


def first_ones(
    reasons: Reasons,
    cib: Cib,
    kind: str,
    known: set[str],
    about: Callable[[Any], tuple[Sequence[str], Hashable, str]],
) -> dict[str, Any]:
    """Return the constraints of KIND that pcs can make: those with KNOWN names, and only the first one on each
    subject."""
    seen: set[Hashable] = set()
    items = getattr(cib, kind)
    within = inner_resources(cib)

    def why_not(item: Any) -> str:
        names, key, obstacle = about(item)
        inner = sorted(within.intersection(names))
        if inner:
            return (
                f"Pacemaker ignores it, as {' and '.join(inner)} is in a clone or bundle, which it would have to name"
            )
        missing = absent((name for name in names if not name.startswith("regexp%")), known)
        if obstacle or missing:
            return obstacle or missing
        if key in seen:
            return AGAIN
        if key is not None:
            seen.add(key)
        return ""

    in_order = {name: items[name] for name in sorted(items, key=lambda name: name.startswith(OPERATORS_CONSTRAINT))}
    made = kept(reasons, in_order, kind, why_not)
    return {name: item for name, item in items.items() if name in made}


def known(part: Cib) -> set[str]:
    """Return the ids in PART, which pcs can make, that a constraint may name."""
    return {*part.primitives, *part.groups, *part.clones, *part.bundles}


def inner_resources(cib: Cib) -> set[str]:
    """Return the resources in clones and bundles. Pacemaker knows only the names of their instances, and so ignores
    constraints on them; pcs would take a constraint as one on the clone or bundle."""
    inner = {bundle.resource for bundle in cib.bundles.values() if bundle.resource is not None}
    inner |= {clone.resource for clone in cib.clones.values()}
    return inner | {member for name in inner & cib.groups.keys() for member in cib.groups[name].members}


def unwritable(options: Mapping[str, str]) -> str:
    return f"pcs can't write {' and '.join(sorted(options))} of it" if options else ""


# --- commands --------------------------------------------------------------------------------------------------------


def ends_of(constraint: Any, ends: Sequence[str]) -> tuple[str, ...]:
    """Return the subjects of a CONSTRAINT, its fields ENDS; empty if it has sets."""
    return () if getattr(constraint, "sets", ()) else tuple(getattr(constraint, end) for end in ends)


def removals(before: Cib, after: Cib, kind: str, ends: Sequence[str]) -> Iterator[Command]:
    """Delete constraints of KIND that are gone or differ: pcs can't change one."""
    wanted, gone = getattr(after, kind), going_with_pcs(before, after)
    for constraint in getattr(before, kind).values():
        new = wanted.get(constraint.id)
        if new == constraint or (new is not None and only_repointed(before, after, constraint, new, ends)):
            continue
        if new is None and not gone.isdisjoint(ends_of(constraint, ends)):
            continue  # pcs removes it with its resource
        yield Command(f"constraint '{constraint.id}'", ("constraint", "delete", constraint.id))


def missing(before: Cib, after: Cib, kind: str, ends: Sequence[str]) -> Iterator[Any]:
    """Return the constraints of KIND that must be created."""
    current = getattr(before, kind)
    for constraint in getattr(after, kind).values():
        old = current.get(constraint.id)
        if old == constraint or (old is not None and only_repointed(before, after, old, constraint, ends)):
            continue
        yield constraint


def only_repointed(before: Cib, after: Cib, old: Any, new: Any, ends: Sequence[str]) -> bool:
    """Whether a constraint differs only by naming a new clone instead of its resource: pcs changes that by itself."""
    new_clones = {clone.resource: name for name, clone in after.clones.items() if name not in before.clones}
    if not new_clones:
        return False
    return all(
        value == vars(new)[name] or (name in ends and new_clones.get(value) == vars(new)[name])
        for name, value in vars(old).items()
    )
