# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the constraints have in common: what they are about, and when pcs has to make one again. Pure."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import Command
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import (
    OPERATORS_CONSTRAINT,
    Declared,
    is_absent,
    plain_reference,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.left_alone import going_with_pcs
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

if TYPE_CHECKING:
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.colocations import Colocation
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.locations import Location
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Ticket
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.orders import Order


Constraint = TypeVar("Constraint", "Location", "Colocation", "Order", "Ticket")


def names_in(element: ET.Element) -> Iterator[str]:
    """The ids of what a constraint names."""
    yield from (element.get(name, "") for name in ("rsc", "with-rsc", "first", "then") if element.get(name))
    yield from (item.get("id", "") for item in element.iter("resource_ref"))


def by_id(items: Iterable[Constraint | None]) -> dict[str, Constraint]:
    """The ITEMS that could be parsed, by their id."""
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
