# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Constraints on tickets. Pure."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Hashable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import sets as resource_sets
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import Command
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.constraints import (
    find_constraint,
    first_ones,
    known,
    merge_kind,
    one_of_both,
    resource_or,
    same_resource,
    why_unwritable,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import (
    Declared,
    constraint_id,
    need,
    plain_reference,
    plain_role,
    role_or,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kind import Kind, Reasons, without_empty
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
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
    without_resources,
)

OPTIONS: Options = {
    "id": {
        "description": [
            "The id of the constraint.",
            "By default the constraint on the same objects. A new constraint gets an id made from their names.",
        ],
        "type": "str",
    },
    "ticket": {"description": "The ticket.", "type": "str", "needed": True, "identifies": True},
    "resource": {
        "description": "The resource, group or clone that runs only in the cluster with the ticket.",
        "type": "str",
        "needed": True,
        "names": WHAT_RUNS,
        "not_with_sets": True,
    },
    "role": {
        "description": "The role that needs the ticket, such as V(Promoted).",
        "type": "str",
        "takes": "role",
        "identifies": True,
        "not_with_sets": True,
    },
    **sets_of(
        [
            "Sets of resources, instead of O(resource).",
            "All resources of all sets depend on the ticket.",
        ]
    ),
    "loss_policy": {
        "description": (
            "The action if the ticket is lost. Pacemaker's default is V(demote) for the role "
            "C(Promoted), otherwise V(stop)."
        ),
        "type": "str",
        "choices": ["stop", "demote", "freeze", "fence"],
    },
    **STATE,
}


@dataclass(frozen=True)
class Ticket:
    """A resource, or sets of them, that runs only where a ticket of the multi-site cluster is held."""

    id: str
    ticket: str
    resource: str
    role: str | None = None
    loss_policy: str | None = None
    sets: tuple[ResourceSet, ...] = ()


def parse(configuration: ET.Element) -> dict[str, Ticket]:
    """Read the constraints that the model can hold completely."""
    found = ((element, parse_sets(element) or ()) for element in configuration.findall("constraints/rsc_ticket"))
    return {
        element.get("id", ""): Ticket(
            id=element.get("id", ""),
            ticket=element.get("ticket", ""),
            resource=element.get("rsc", ""),
            role=element.get("rsc-role"),
            loss_policy=element.get("loss-policy"),
            sets=sets,
        )
        for element, sets in found
        if len(sets) == len(element) and (sets or element.get("rsc") is not None)
    }


def default_policy(role_name: str | None) -> str:
    """Return Pacemaker's default action for the loss of a ticket, by the role of the resource."""
    return "demote" if plain_role(role_name) == "Promoted" else "stop"


def merge(cib: Cib, declared: Declared) -> Cib:
    return dataclasses.replace(cib, tickets=merge_kind(cib, cib.tickets, declared, "tickets", is_meant, merge_one))


def is_meant(cib: Cib, current: Ticket, item: Declared) -> bool:
    if current.sets or item.get("sets") is not None:
        return current.ticket == item.get("ticket") and same_sets(cib, current.sets, item.get("sets"))
    return (
        current.ticket == item.get("ticket")
        and same_resource(cib, current.resource, item.get("resource"))
        and plain_role(current.role) == plain_role(item.get("role"))
    )


def meant(cib: Cib, item: Declared) -> str | None:
    """Return the id of the constraint that a declared one refers to."""
    found = find_constraint(cib, cib.tickets, item, is_meant)
    return found.id if found is not None else None


def merge_one(cib: Cib, current: Ticket | None, item: Declared) -> Ticket:
    one_of_both(item, "ticket constraint", "resource", "role")
    sets = merge_sets(cib, current.sets if current is not None else (), item.get("sets"), item.get("id") or "of sets")
    if current is None:
        need(item, "ticket constraint", "ticket", *(() if sets else ("resource",)))
        resource = cib.referable(plain_reference(item["resource"])) if not sets else ""
        roles = [role(item["role"])] if item.get("role") else []
        words = constraint_words(sets) if sets else (resource, *roles)
        current = Ticket(item.get("id") or constraint_id("ticket", item["ticket"], *words), item["ticket"], resource)
    loss_policy = item.get("loss_policy")
    new_role = None if sets else role_or(current.role, item.get("role"))
    roles_now = [each.options.get("role") for each in sets] or [new_role]
    said = current.loss_policy is not None or {default_policy(one) for one in roles_now} != {loss_policy}
    return Ticket(
        id=current.id,
        ticket=item.get("ticket") or current.ticket,
        resource="" if sets else resource_or(cib, current.resource, item.get("resource")),
        role=new_role,
        sets=sets,
        loss_policy=loss_policy if loss_policy is not None and said else current.loss_policy,
    )


def export_ticket(ticket: Ticket) -> dict[str, Any]:
    return without_empty({**vars(ticket), "sets": export_sets(ticket.sets)})


def without(cib: Cib, gone: Set[str]) -> Cib:
    """Return CIB as it is after the removal of the resources GONE."""
    left = (
        (ticket, without_resources(ticket.sets, gone)) for ticket in cib.tickets.values() if ticket.resource not in gone
    )
    kept = {ticket.id: dataclasses.replace(ticket, sets=sets) for ticket, sets in left if sets or not ticket.sets}
    return dataclasses.replace(cib, tickets=kept)


def renamed(cib: Cib, old: str, new: str) -> Cib:
    """Replace the resource OLD by NEW in the constraints of CIB."""
    tickets = {
        name: dataclasses.replace(
            ticket,
            resource=new if ticket.resource == old else ticket.resource,
            sets=resource_sets.renamed(ticket.sets, old, new),
        )
        for name, ticket in cib.tickets.items()
    }
    return dataclasses.replace(cib, tickets=tickets)


def removals(before: Cib, after: Cib) -> Iterator[Command]:
    """Delete constraints that are gone or differ: pcs can't change one."""
    for ticket in before.tickets.values():
        if after.tickets.get(ticket.id) != ticket:
            yield Command(f"constraint '{ticket.id}'", ("constraint", "delete", ticket.id))


def additions(before: Cib, after: Cib) -> Iterator[Command]:
    for ticket in after.tickets.values():
        if before.tickets.get(ticket.id) == ticket:
            continue
        options = [f"loss-policy={ticket.loss_policy}"] if ticket.loss_policy is not None else []
        if ticket.sets:
            argv = ("constraint", "ticket", *set_arguments(ticket.sets), "setoptions", f"ticket={ticket.ticket}")
            yield Command(f"constraint '{ticket.id}'", (*argv, *options, f"id={ticket.id}"))
            continue
        roles = (ticket.role,) if ticket.role is not None else ()
        argv = ("constraint", "ticket", "add", ticket.ticket, *roles, ticket.resource, *options, f"id={ticket.id}")
        yield Command(f"constraint '{ticket.id}'", argv)


def exportable(whole: Cib, part: Cib, reasons: Reasons) -> Cib:
    """Return PART with the constraints that pcs can make."""
    made = first_ones(reasons, whole, "tickets", known(part), about_ticket)
    return dataclasses.replace(part, tickets=made)


def about_ticket(item: Ticket) -> tuple[Sequence[str], Hashable, str]:
    if item.sets:
        return members(item.sets), (item.ticket, set_key(item.sets)), ""
    return [item.resource], (item.ticket, item.resource, plain_role(item.role)), ""


KIND = Kind(
    name="tickets",
    noun="ticket constraint",
    description="Ticket constraints.",
    options=OPTIONS,
    parse=parse,
    merge=merge,
    additions=additions,
    removals=removals,
    export=export_ticket,
    without=without,
    renamed=renamed,
    meant=meant,
    subjects=lambda ticket: (ticket.resource,),
    purge="Patterns for the ids of ticket constraints.",
    paths=("constraints/rsc_ticket",),
    xml={"rsc_ticket": (frozenset(("ticket", "rsc", "rsc-role", "loss-policy")), frozenset(("resource_set",)))},
    unread=why_unwritable,
    left_out="a constraint that pcs can't write",
    delete=("constraint", "delete"),
    exportable=exportable,
)
