# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Constraints on where a resource runs. Pure."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Hashable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import constraints
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import (
    FORCE,
    Command,
    arguments,
    create_element,
    set_attributes,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.constraints import (
    find_constraint,
    first_ones,
    known,
    merge_kind,
    resource_or,
    said_whole,
    same_resource,
    why_unwritable,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import (
    OPERATORS_CONSTRAINT,
    Declared,
    constraint_id,
    merge_attributes,
    need,
    plain_reference,
    value_or,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.element import remaining
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kind import EVERY, Kind, Reasons, without_empty
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Attributes, Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import role as parse_role
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import score as parse_score
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.options import STATE, WHAT_RUNS, Options
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.rule import (
    RULE_AS_ONE_ARGUMENT,
    UNWRITABLE_RULE,
    as_one_argument,
    canonical,
    is_writable,
    rule_text,
    same_rule,
    words,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

ENDS = ("resource",)
SCORE_OPTION = "pcmk.constraint.location.simple.options.score"
RULE_ROLES = frozenset(("Promoted", "Unpromoted"))
LOCATION_OPTIONS = frozenset(("role", "resource-discovery"))
OPTIONS: Options = {
    "id": {
        "description": [
            "The id of the constraint.",
            "By default the constraint on the same objects. A new constraint gets an id made from their names.",
        ],
        "type": "str",
    },
    "resource": {
        "description": ("The resource, group, clone or tag. C(regexp%PATTERN) matches all resources with such names."),
        "type": "str",
        "needed": True,
        "names": (*WHAT_RUNS, "tags"),
    },
    "node": {"description": "The node.", "type": "str", "names": ("nodes",)},
    "rule": {
        "description": ("A rule in the syntax of pcs, such as V(pingd lt 1 or not_defined pingd), instead of a node."),
        "type": "str",
        "takes": "location rule",
        "identifies": True,
    },
    "score": {
        "description": (
            "The score. A negative score keeps the resource away. The default of a new constraint is V(INFINITY)."
        ),
        "type": "str",
        "takes": "score",
    },
    "options": {
        "description": [
            (
                "Other options, such as V(resource-discovery), or V(role), the role of the resource for "
                "which the constraint holds. Null removes one."
            ),
            "With V(score-attribute), a rule takes its score from this attribute of the node instead of O(score).",
        ],
        "type": "dict",
        "holds": "location",
    },
    **STATE,
}


@dataclass(frozen=True)
class Location:
    """A preference of a resource: a node with a score, or a rule. An obstacle is the reason why pcs can't make it."""

    id: str
    resource: str
    node: str | None = None
    rule: str | None = None
    score: str | None = None
    options: Attributes = field(default_factory=dict)
    obstacle: str = field(default="", compare=False)


def parse(configuration: ET.Element) -> dict[str, Location]:
    return said_whole(map(parse_location, configuration.findall("constraints/rsc_location")))


def parse_location(element: ET.Element) -> Location | None:
    rules = element.findall("rule")
    resource, pattern = element.get("rsc"), element.get("rsc-pattern")
    if (resource is None and pattern is None) or len(rules) > 1 or len(rules) != len(element):
        return None  # sets, several rules, a lifetime: left alone
    name = resource if resource is not None else f"regexp%{pattern}"
    options = dict(remaining(element, "rsc", "rsc-pattern", "node", "score"))
    if not rules:
        node, value = element.get("node"), element.get("score")
        if node is None or value is None:  # Pacemaker ignores it
            return None
        return Location(element.get("id", ""), name or "", node, None, value, options)
    text, value, attribute = rule_text(rules[0]), rules[0].get("score"), rules[0].get("score-attribute")
    if text is None or "role" in options or (value is None) is (attribute is None):
        return None
    if attribute is not None:
        options["score-attribute"] = attribute
    obstacle = "" if is_writable(rules[0], location=True) else UNWRITABLE_RULE
    if rules[0].get("role") is not None:
        options["role"] = rules[0].get("role", "")
    return Location(element.get("id", ""), name or "", None, text, value, options, obstacle)


# --- declared --------------------------------------------------------------------------------------------------------


def merge(cib: Cib, declared: Declared) -> Cib:
    return dataclasses.replace(
        cib, locations=merge_kind(cib, cib.locations, declared, "locations", is_location, merge_location)
    )


def is_location(cib: Cib, location: Location, item: Declared) -> bool:
    if not same_resource(cib, location.resource, item.get("resource")):
        return False
    if item.get("rule") is not None:
        return same_rule(location.rule, item["rule"])
    return location.node is not None and location.node == item.get("node")


def merge_location(cib: Cib, current: Location | None, item: Declared) -> Location:
    if current is None:
        need(item, "location constraint", "resource", *(() if item.get("rule") else ("node",)))
        resource = cib.referable(plain_reference(item["resource"]))
        name = item.get("id") or constraint_id("location", resource, item.get("node") or "rule")
        current = Location(name, resource, score="INFINITY")
    rule, node = item.get("rule"), item.get("node")
    options = merge_attributes(current.options, item.get("options"))
    by_attribute = "score-attribute" in options
    if by_attribute and item.get("score") is not None:
        raise ClusterError(
            f"The location constraint '{current.id}' has a score and the option 'score-attribute': only one can hold."
        )
    if by_attribute and (node is not None or (rule is None and current.rule is None)):
        raise ClusterError(
            f"The location constraint '{current.id}' has the option 'score-attribute', which only a rule can have."
        )
    if rule is not None and node is not None:
        raise ClusterError(f"The location constraint '{current.id}' names a node and a rule; it can have only one.")
    return dataclasses.replace(
        current,
        resource=resource_or(cib, current.resource, item.get("resource")),
        node=None if rule is not None else node if node is not None else current.node,
        rule=None if node is not None else current.rule if rule is None or same_rule(current.rule, rule) else rule,
        score=None if by_attribute else value_or(current.score, item.get("score"), "score"),
        options=options,
    )


def meant(cib: Cib, item: Declared) -> str | None:
    """Return the id of the constraint that a declared one refers to."""
    found = find_constraint(cib, cib.locations, item, is_location)
    return found.id if found is not None else None


def without(cib: Cib, gone: Set[str]) -> Cib:
    """Return CIB without the constraints on the resources GONE."""
    return dataclasses.replace(
        cib, locations={name: item for name, item in cib.locations.items() if item.resource not in gone}
    )


def renamed(cib: Cib, old: str, new: str) -> Cib:
    """Replace the resource OLD by NEW in the constraints of CIB."""
    return dataclasses.replace(
        cib,
        locations={
            name: dataclasses.replace(item, resource=new) if item.resource == old else item
            for name, item in cib.locations.items()
        },
    )


def export_location(location: Location) -> dict[str, Any]:
    return without_empty({**vars(location), "options": dict(location.options), "obstacle": None})


# --- commands --------------------------------------------------------------------------------------------------------


def removals(before: Cib, after: Cib) -> Iterator[Command]:
    return constraints.removals(before, after, "locations", ENDS)


def additions(before: Cib, after: Cib) -> Iterator[Command]:
    for location in constraints.missing(before, after, "locations", ENDS):
        yield from add_location(location, after)


def add_location(location: Location, cib: Cib) -> Iterator[Command]:
    subject = f"constraint '{location.id}'"
    if location.rule is not None:
        yield from add_location_rule(subject, location, cib)
        return
    score = location.score or "INFINITY"
    if is_written_as_xml(location, cib):
        rsc, name = ("rsc-pattern", location.resource[7:]) if is_pattern(location) else ("rsc", location.resource)
        element = {"id": location.id, rsc: name, "node": location.node or "", "score": score, **location.options}
        yield create_element(subject, "constraints", "rsc_location", element)
        return
    # pcs refuses this constraint for another reason than its role: without the role, its message names that reason.
    options = arguments({name: value for name, value in location.options.items() if name != "role"})
    head = ("constraint", "location", "add", location.id, location.resource, location.node or "")
    yield Command(
        subject,
        (*head, score, *options),
        ((SCORE_OPTION, (*head, f"score={score}", *options)),),
    )


def is_pattern(location: Location) -> bool:
    return location.resource.startswith("regexp%")


def is_written_as_xml(location: Location, cib: Cib) -> bool:
    """Whether pcs can't write LOCATION, which names a node: it supports no role and no tag there, and would replace
    a constraint that an operator made by moving the resource. pcs gets all other constraints, to refuse the wrong
    ones."""
    known = {*cib.primitives, *cib.groups, *cib.clones, *cib.bundles}
    if location.options.keys() - LOCATION_OPTIONS or parse_score(location.score or "INFINITY") is None:
        return False
    if location.resource in cib.tags:
        return True
    if location.resource not in known and not is_pattern(location):
        return False
    return "role" in location.options or any(
        other.id.startswith(OPERATORS_CONSTRAINT)
        and other.id != location.id
        and (other.resource, other.node) == (location.resource, location.node)
        for other in cib.locations.values()
    )


def add_location_rule(subject: str, location: Location, cib: Cib) -> Iterator[Command]:
    """Add a location with a rule. pcs supports no tag here, so one of its members stands for it, and only two roles;
    both are set afterwards."""
    tag = cib.tags.get(location.resource)
    wanted = location.options.get("role")
    role = wanted if wanted is not None and parse_role(wanted) not in RULE_ROLES else None
    options = {
        name: parse_role(value) if name == "role" else value  # pcs 0.12 does not accept the former names here
        for name, value in location.options.items()
        if role is None or name != "role"
    }
    if "score-attribute" not in options:
        options["score"] = location.score or "INFINITY"
    rule = f"{location.id}-rule"
    identity = (f"constraint-id={location.id}", *([f"id={rule}"] if role is not None else []))
    argv = ("constraint", "location", location.resource if tag is None else tag.members[0], "rule", *identity)
    argv = (*argv, *arguments(options))
    text = location.rule or ""
    yield Command(
        subject,
        (*argv, *words(text)),
        ((RULE_AS_ONE_ARGUMENT, (*argv, as_one_argument(text))),),
        flags=() if tag is None else FORCE,  # the member may already have the same constraint
    )
    if tag is not None:
        yield set_attributes(subject, "constraints", "rsc_location", {"id": location.id, "rsc": tag.id})
    if role is not None:
        yield set_attributes(subject, "constraints", "rule", {"id": rule, "role": role})


# --- exported and checked --------------------------------------------------------------------------------------------


def exportable(whole: Cib, part: Cib, reasons: Reasons) -> Cib:
    """Return PART with the constraints that pcs can make."""
    made = first_ones(reasons, whole, "locations", known(part) | part.tags.keys(), about_location)
    return dataclasses.replace(part, locations=made)


def about_location(item: Location) -> tuple[Sequence[str], Hashable, str]:
    place = item.node if item.rule is None else canonical(item.rule)
    return [item.resource], (item.resource, place), item.obstacle


def problems(item: Declared) -> Iterator[tuple[str, str]]:
    """Find the problems of a declared constraint."""
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


KIND = Kind(
    name="locations",
    noun="location constraint",
    description="Location constraints, the nodes on which a resource runs.",
    options=OPTIONS,
    parse=parse,
    merge=merge,
    additions=additions,
    removals=removals,
    export=export_location,
    without=without,
    renamed=renamed,
    repointed=renamed,
    meant=meant,
    subjects=partial(constraints.ends_of, ends=ENDS),
    purge="Patterns for the ids of location constraints.",
    problems=problems,
    paths=("constraints/rsc_location",),
    xml={"rsc_location": (EVERY, frozenset(("rule",)))},
    unread=why_unwritable,
    left_out="a constraint that pcs can't write",
    delete=("constraint", "delete"),
    exportable=exportable,
)
