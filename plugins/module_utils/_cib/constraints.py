# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the constraints have in common: what they are about, and when pcs has to make one again. Pure."""

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
    """The ids of what a constraint names."""
    yield from (element.get(name, "") for name in ("rsc", "with-rsc", "first", "then") if element.get(name))
    yield from (item.get("id", "") for item in element.iter("resource_ref"))


def why_unwritable(element: ET.Element) -> str:
    """What ELEMENT, which the model doesn't hold, has that pcs can't write."""
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
    """Those of ITEMS that the model can hold, by their id."""
    return {item.id: item for item in items if item is not None}


# --- declared --------------------------------------------------------------------------------------------------------


def find_constraint(
    cib: Cib,
    constraints: Mapping[str, Constraint],
    item: Declared,
    is_meant: Callable[[Cib, Constraint, Declared], bool],
) -> Constraint | None:
    """The constraint that a declared one means: that of its id, or, where it has none, that on the same things."""
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
    """Refuse ITEM when it names sets and one of the options NAMES, which stand for the same."""
    both = [name for name in names if item.get(name) is not None]
    if item.get("sets") is not None and both:
        raise ClusterError(
            f"The {kind} '{item.get('id') or item[both[0]]}' names '{both[0]}' and sets; it can have one."
        )


def same_resource(cib: Cib, current: str, declared: str | None) -> bool:
    return declared is not None and cib.referable(current) == cib.referable(plain_reference(declared))


def resource_or(cib: Cib, current: str, declared: str | None) -> str:
    """The id to name in a constraint: as it is where that is the same thing."""
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
    """The constraints of KIND that pcs can make: what they name is KNOWN, and none before them is about the same."""
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
    """What a constraint in PART, which pcs can make, may be about."""
    return {*part.primitives, *part.groups, *part.clones, *part.bundles}


def inner_resources(cib: Cib) -> set[str]:
    """What is in a clone or a bundle: Pacemaker knows it by the names of its instances only, and so finds it for no
    constraint; pcs would take one for a constraint on what is around it."""
    inner = {bundle.resource for bundle in cib.bundles.values() if bundle.resource is not None}
    inner |= {clone.resource for clone in cib.clones.values()}
    return inner | {member for name in inner & cib.groups.keys() for member in cib.groups[name].members}


def unwritable(options: Mapping[str, str]) -> str:
    return f"pcs can't write {' and '.join(sorted(options))} of it" if options else ""


# --- commands --------------------------------------------------------------------------------------------------------


def ends_of(constraint: Any, ends: Sequence[str]) -> tuple[str, ...]:
    """What a CONSTRAINT is about by its fields ENDS; nothing where it has sets."""
    return () if getattr(constraint, "sets", ()) else tuple(getattr(constraint, end) for end in ends)


def removals(before: Cib, after: Cib, kind: str, ends: Sequence[str]) -> Iterator[Command]:
    """Constraints of KIND that are to go or to be made anew: pcs can't change one."""
    wanted, gone = getattr(after, kind), going_with_pcs(before, after)
    for constraint in getattr(before, kind).values():
        new = wanted.get(constraint.id)
        if new == constraint or (new is not None and only_repointed(before, after, constraint, new, ends)):
            continue
        if new is None and not gone.isdisjoint(ends_of(constraint, ends)):
            continue  # goes with its resource
        yield Command(f"constraint '{constraint.id}'", ("constraint", "delete", constraint.id))


def missing(before: Cib, after: Cib, kind: str, ends: Sequence[str]) -> Iterator[Any]:
    """The constraints of KIND that are to be made."""
    current = getattr(before, kind)
    for constraint in getattr(after, kind).values():
        old = current.get(constraint.id)
        if old == constraint or (old is not None and only_repointed(before, after, old, constraint, ends)):
            continue
        yield constraint


def only_repointed(before: Cib, after: Cib, old: Any, new: Any, ends: Sequence[str]) -> bool:
    """Whether a constraint differs only by naming a new clone instead of its resource: pcs sees to that by itself."""
    new_clones = {clone.resource: name for name, clone in after.clones.items() if name not in before.clones}
    if not new_clones:
        return False
    return all(
        value == vars(new)[name] or (name in ends and new_clones.get(value) == vars(new)[name])
        for name, value in vars(old).items()
    )
