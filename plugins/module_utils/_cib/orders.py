# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Constraints on which resource acts first. Pure."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Hashable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import constraints
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import sets as resource_sets
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import Command
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
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.element import remaining
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kind import EVERY, Kind, Reasons, without_empty
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Attributes, Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import boolean, score, text
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.options import STATE, WHAT_RUNS, Options
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.sets import (
    ACTIONS,
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
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

ORDER_KINDS = frozenset(("Mandatory", "Optional", "Serialize"))
ENDS = ("first", "then")
OPTIONS: Options = {
    "id": {
        "description": [
            "The id of the constraint.",
            "By default the constraint on the same objects. A new constraint gets an id made from their names.",
        ],
        "type": "str",
    },
    "first": {
        "description": "The resource that acts first.",
        "type": "str",
        "needed": True,
        "names": WHAT_RUNS,
        "not_with_sets": True,
    },
    "then": {
        "description": "The resource that acts second.",
        "type": "str",
        "needed": True,
        "names": WHAT_RUNS,
        "not_with_sets": True,
    },
    "first_action": {
        "description": "The action of the first resource. The default of a new constraint is V(start).",
        "type": "str",
        "identifies": True,
        "not_with_sets": True,
        "choices": ACTIONS,
    },
    "then_action": {
        "description": (
            "The action of the second resource. The default of a new constraint is the action of the first resource."
        ),
        "type": "str",
        "identifies": True,
        "not_with_sets": True,
        "choices": ACTIONS,
    },
    **sets_of(
        [
            "Sets of resources, instead of O(first) and O(then).",
            "Each resource acts after the one before it, and each set after the set before it.",
        ]
    ),
    "kind": {
        "description": "The strictness of the order. The default of a new constraint is V(Mandatory).",
        "type": "str",
        "choices": ["Mandatory", "Optional", "Serialize"],
    },
    "symmetrical": {"description": "Whether the reverse order applies to the reverse actions.", "type": "bool"},
    "options": {
        "description": [
            "Other options, such as V(require-all). Null removes one.",
            ("V(score), the older form of O(kind), is V(Optional) if it is 0, otherwise V(Mandatory)."),
        ],
        "type": "dict",
    },
    **STATE,
}


@dataclass(frozen=True)
class Order:
    """An action on one resource that comes before an action on another; or sets of resources instead of the two."""

    id: str
    first: str
    then: str
    first_action: str = "start"
    then_action: str = "start"
    kind: str = "Mandatory"
    symmetrical: bool = True
    options: Attributes = field(default_factory=dict)
    sets: tuple[ResourceSet, ...] = ()


def parse(configuration: ET.Element) -> dict[str, Order]:
    return said_whole(map(parse_order, configuration.findall("constraints/rsc_order")))


def parse_order(element: ET.Element) -> Order | None:
    sets = parse_sets(element)
    if len(sets or ()) != len(element) or (not sets and None in (element.get("first"), element.get("then"))):
        return None
    first_action = element.get("first-action", "start")
    kind = element.get("kind")
    if kind is None:
        kind = "Optional" if score(element.get("score", "INFINITY")) == 0 else "Mandatory"
    if kind not in ORDER_KINDS:  # no schema allows it: left alone
        return None
    return Order(
        id=element.get("id", ""),
        first=element.get("first", ""),
        then=element.get("then", ""),
        first_action=first_action,
        then_action=element.get("then-action", first_action),
        kind=kind,
        symmetrical=boolean(element.get("symmetrical", "false" if kind == "Serialize" else "true")) is True,
        options=remaining(element, "first", "then", "first-action", "then-action", "kind", "symmetrical", "score"),
        sets=sets or (),
    )


# --- declared --------------------------------------------------------------------------------------------------------


def merge(cib: Cib, declared: Declared) -> Cib:
    return dataclasses.replace(cib, orders=merge_kind(cib, cib.orders, declared, "orders", is_order, merge_order))


def is_order(cib: Cib, order: Order, item: Declared) -> bool:
    if order.sets or item.get("sets") is not None:
        return same_sets(cib, order.sets, item.get("sets"))
    first_action = item.get("first_action") or "start"
    return (
        same_resource(cib, order.first, item.get("first"))
        and same_resource(cib, order.then, item.get("then"))
        and order.first_action == first_action
        and order.then_action == (item.get("then_action") or first_action)
    )


def merge_order(cib: Cib, current: Order | None, item: Declared) -> Order:
    one_of_both(item, "order constraint", "first", "then", "first_action", "then_action")
    if (current is not None and current.sets) or item.get("sets") is not None:
        return merge_order_of_sets(cib, current, item)
    if current is None:
        need(item, "order constraint", "first", "then")
        first, then = (cib.referable(plain_reference(item[name])) for name in ("first", "then"))
        action = item.get("first_action") or "start"
        actions = [action, item.get("then_action") or action]
        suffix = () if actions == ["start", "start"] else actions
        name = item.get("id") or constraint_id("order", first, then, *suffix)
        symmetrical = (item.get("kind") or "").lower() != "serialize"
        current = Order(name, first, then, action, action, symmetrical=symmetrical)
    return dataclasses.replace(
        merge_order_options(current, item),
        first=resource_or(cib, current.first, item.get("first")),
        then=resource_or(cib, current.then, item.get("then")),
        first_action=item.get("first_action") or current.first_action,
        then_action=item.get("then_action") or current.then_action,
    )


def merge_order_options(current: Order, item: Declared) -> Order:
    kind, symmetrical = item.get("kind"), item.get("symmetrical")
    options = dict(item.get("options") or {})
    old_kind = options.pop("score", None)  # the older form of kinds
    if old_kind is not None:
        if kind is not None:
            raise ClusterError(
                f"The order constraint '{current.id}' has a kind and the option 'score'; it can have only one."
            )
        if score(text(old_kind)) is None:
            raise ClusterError(
                f"The option 'score' of the order constraint '{current.id}' is not a score: '{old_kind}'."
            )
        kind = "Optional" if score(text(old_kind)) == 0 else "Mandatory"
    return dataclasses.replace(
        current,
        kind=current.kind if kind is None or kind.lower() == current.kind.lower() else kind.capitalize(),
        symmetrical=current.symmetrical if symmetrical is None else bool(symmetrical),
        options=merge_attributes(current.options, options),
    )


def merge_order_of_sets(cib: Cib, current: Order | None, item: Declared) -> Order:
    sets = merge_sets(cib, current.sets if current is not None else (), item.get("sets"), item.get("id") or "of sets")
    if current is None:
        name = item.get("id") or constraint_id("order", *constraint_words(sets))
        current = Order(name, "", "", symmetrical=(item.get("kind") or "").lower() != "serialize")
    return dataclasses.replace(
        merge_order_options(current, item), first="", then="", first_action="start", then_action="start", sets=sets
    )


def meant(cib: Cib, item: Declared) -> str | None:
    """Return the id of the constraint that a declared one refers to."""
    found = find_constraint(cib, cib.orders, item, is_order)
    return found.id if found is not None else None


def without(cib: Cib, gone: Set[str]) -> Cib:
    """Return CIB without the resources GONE in its constraints, and without the constraints that this leaves empty."""
    return resource_sets.constraints_without(cib, gone, "orders", ENDS)


def repointed(cib: Cib, old: str, new: str) -> Cib:
    """Replace the resource OLD by NEW in the constraints of CIB on two resources."""
    return resource_sets.constraints_repointed(cib, old, new, "orders", ENDS)


def renamed(cib: Cib, old: str, new: str) -> Cib:
    """Replace the resource OLD by NEW in all constraints of CIB, also in sets."""
    return resource_sets.constraints_renamed(cib, old, new, "orders", ENDS)


def export_order(order: Order) -> dict[str, Any]:
    exported = {**vars(order), "sets": export_sets(order.sets), "options": dict(order.options)}
    actions = ("first_action", "then_action") if order.sets else ()
    return without_empty({name: value for name, value in exported.items() if name not in actions})


# --- commands --------------------------------------------------------------------------------------------------------


def removals(before: Cib, after: Cib) -> Iterator[Command]:
    return constraints.removals(before, after, "orders", ENDS)


def additions(before: Cib, after: Cib) -> Iterator[Command]:
    yield from map(add_order, constraints.missing(before, after, "orders", ENDS))


def add_order(order: Order) -> Command:
    options = [f"kind={order.kind}", *(f"{name}={value}" for name, value in order.options.items())]
    if order.symmetrical is (order.kind == "Serialize"):
        options.append(f"symmetrical={'true' if order.symmetrical else 'false'}")
    options.append(f"id={order.id}")
    if order.sets:
        argv = ("constraint", "order", *set_arguments(order.sets), "setoptions", *options)
        return Command(f"constraint '{order.id}'", argv)
    return Command(
        f"constraint '{order.id}'",
        (
            "constraint",
            "order",
            order.first_action,
            order.first,
            "then",
            order.then_action,
            order.then,
            *options,
        ),
    )


# --- exported and checked --------------------------------------------------------------------------------------------


def exportable(whole: Cib, part: Cib, reasons: Reasons) -> Cib:
    """Return PART with the constraints that pcs can make."""
    made = first_ones(reasons, whole, "orders", known(part), partial(about_order, whole))
    return dataclasses.replace(part, orders=made)


def about_order(cib: Cib, item: Order) -> tuple[Sequence[str], Hashable, str]:
    # pcs takes require-all only in sets, and only options that have a field
    obstacle = unwritable(item.options)
    ordered = members(item.sets) if item.sets else [item.first, item.then]
    if not obstacle and any(len(set(group.members).intersection(ordered)) > 1 for group in cib.groups.values()):
        obstacle = "pcs makes no order within a group"
    if item.sets:
        return ordered, set_key(item.sets), obstacle
    return [item.first, item.then], (item.first, item.then, item.first_action, item.then_action), obstacle


KIND = Kind(
    name="orders",
    noun="order constraint",
    description="Order constraints, the order in which resources start.",
    options=OPTIONS,
    parse=parse,
    merge=merge,
    additions=additions,
    removals=removals,
    export=export_order,
    without=without,
    renamed=renamed,
    repointed=repointed,
    meant=meant,
    subjects=partial(constraints.ends_of, ends=ENDS),
    purge="Patterns for the ids of order constraints.",
    paths=("constraints/rsc_order",),
    xml={"rsc_order": (EVERY, frozenset(("resource_set",)))},
    unread=why_unwritable,
    left_out="a constraint that pcs can't write",
    delete=("constraint", "delete"),
    exportable=exportable,
)
