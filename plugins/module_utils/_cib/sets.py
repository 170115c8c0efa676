# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sets of resources in a constraint. Pure."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Hashable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.constraints import same_resource
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import Declared, plain_reference
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Attributes, Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import boolean, role, same, text
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.options import WHAT_RUNS, Options
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

SET_OPTIONS = {"role": "role", "action": "action", "sequential": "sequential", "require-all": "require_all"}
DEFAULTS = {"sequential": "true", "require-all": "true", "action": "start"}
ACTIONS = ["start", "stop", "promote", "demote"]
RESOURCE_SET: Options = {
    "resources": {
        "description": "The resources, groups and clones of the set, in order.",
        "type": "list",
        "elements": "str",
        "names": WHAT_RUNS,
        "required": True,
    },
    "role": {
        "description": "The role of the resources for which the constraint holds, such as V(Promoted).",
        "type": "str",
        "takes": "role",
    },
    "action": {
        "description": "The action of the resources. By default, they start.",
        "type": "str",
        "choices": ACTIONS,
    },
    "sequential": {
        "description": "Whether the order of the resources in the set matters. By default, it does.",
        "type": "bool",
    },
    "require_all": {
        "description": "Whether the next set waits for all resources of this set. By default, it does.",
        "type": "bool",
    },
}


def sets_of(description: list[str]) -> Options:
    """The option of a constraint that holds its sets; DESCRIPTION says what their order means."""
    return {"sets": {"description": description, "type": "list", "elements": "dict", "suboptions": RESOURCE_SET}}


@dataclass(frozen=True)
class ResourceSet:
    """Resources that a constraint treats alike. The options are named as in XML."""

    resources: tuple[str, ...]
    options: Attributes = field(default_factory=dict)


def parse_sets(element: ET.Element) -> tuple[ResourceSet, ...] | None:
    """The sets of a constraint, or None where one of them holds what pcs can't write."""
    sets = []
    for each in element.findall("resource_set"):
        if each.attrib.keys() - {"id", *SET_OPTIONS}:
            return None
        options = {name: value for name, value in each.attrib.items() if name != "id"}
        sets.append(ResourceSet(tuple(item.get("id", "") for item in each.findall("resource_ref")), options))
    return tuple(sets) or None


def same_sets(cib: Cib, current: Sequence[ResourceSet], declared: Sequence[Declared] | None) -> bool:
    """Whether the declared sets are about the same resources, in the same roles and actions."""
    return (
        declared is not None
        and len(current) == len(declared)
        and all(
            same_resources(cib, one.resources, other["resources"]) and same_purpose(one.options, other)
            for one, other in zip(current, declared)
        )
    )


def same_resources(cib: Cib, current: Sequence[str], declared: Sequence[str]) -> bool:
    return len(current) == len(declared) and all(
        same_resource(cib, one, other) for one, other in zip(current, declared)
    )


def same_purpose(options: Attributes, item: Declared) -> bool:
    return all(
        item.get(name) is None or same(name, options.get(name, DEFAULTS.get(name)), item[name])
        for name in ("role", "action")
    )


def merge_sets(
    cib: Cib, current: Sequence[ResourceSet], declared: Sequence[Declared] | None, name: str
) -> tuple[ResourceSet, ...]:
    """The declared sets of the constraint NAME; the current ones where none are declared."""
    if declared is None:
        return tuple(current)
    if not declared or not all(item.get("resources") for item in declared):
        raise ClusterError(f"The constraint '{name}' is declared with a set that has no resources.")
    before = [*current, *(ResourceSet(()) for _item in declared)]
    return tuple(merge_set(cib, one, item) for one, item in zip(before, declared))


def merge_set(cib: Cib, current: ResourceSet, item: Declared) -> ResourceSet:
    options = dict(current.options)
    for name, option in SET_OPTIONS.items():
        value = item.get(option)
        if name == "sequential" and value is not None and not current.resources:
            options[name] = text(value)  # in a new set even the default: Pacemaker orders sets otherwise without
        if value is None or same(name, options.get(name, DEFAULTS.get(name)), text(value)):
            continue
        options[name] = role(value) if name == "role" else text(value)
    if same_resources(cib, current.resources, item["resources"]):
        return ResourceSet(current.resources, options)
    return ResourceSet(tuple(cib.referable(plain_reference(name)) for name in item["resources"]), options)


def constraint_words(sets: Sequence[ResourceSet]) -> list[str]:
    """Words for the id of a constraint of SETS."""
    return [
        word
        for each in sets
        for word in (
            "set",
            *each.resources,
            *(each.options[name] for name in ("role", "action") if name in each.options),
        )
    ]


def without_resources(sets: Sequence[ResourceSet], gone: Set[str]) -> tuple[ResourceSet, ...]:
    """What is left of SETS when the resources GONE are."""
    left = (ResourceSet(tuple(name for name in each.resources if name not in gone), each.options) for each in sets)
    return tuple(each for each in left if each.resources)


def renamed(sets: Sequence[ResourceSet], old: str, new: str) -> tuple[ResourceSet, ...]:
    return tuple(
        ResourceSet(tuple(new if name == old else name for name in each.resources), each.options) for each in sets
    )


def set_arguments(sets: Sequence[ResourceSet]) -> list[str]:
    """SETS as arguments of pcs, that begin with the word `set`."""
    return [
        word
        for each in sets
        for word in ("set", *each.resources, *(f"{name}={value}" for name, value in each.options.items()))
    ]


def export_sets(sets: tuple[ResourceSet, ...]) -> list[dict[str, Any]]:
    return [
        {
            "resources": list(each.resources),
            **{
                SET_OPTIONS[name]: value if boolean(value) is None else boolean(value)
                for name, value in each.options.items()
            },
        }
        for each in sets
    ]


def members(sets: Sequence[ResourceSet]) -> list[str]:
    return [name for each in sets for name in each.resources]


def set_key(sets: Sequence[ResourceSet]) -> Hashable:
    return tuple(each.resources for each in sets)


# --- constraints on two resources or on sets -------------------------------------------------------------------------


def constraints_without(cib: Cib, gone: Set[str], kind: str, ends: Sequence[str]) -> Cib:
    """Return CIB without the resources GONE in its constraints of KIND, and without those that this leaves empty. ENDS
    are the fields that name a resource."""
    left = (
        (item, without_resources(item.sets, gone))
        for item in getattr(cib, kind).values()
        if gone.isdisjoint(getattr(item, end) for end in ends)
    )
    kept = {item.id: dataclasses.replace(item, sets=sets) for item, sets in left if sets or not item.sets}
    return _with(cib, kind, kept)


def constraints_repointed(cib: Cib, old: str, new: str, kind: str, ends: Sequence[str]) -> Cib:
    """Replace the resource OLD by NEW in the constraints of KIND on two resources."""
    items = {
        name: dataclasses.replace(item, **{end: new for end in ends if getattr(item, end) == old})
        for name, item in getattr(cib, kind).items()
    }
    return _with(cib, kind, items)


def constraints_renamed(cib: Cib, old: str, new: str, kind: str, ends: Sequence[str]) -> Cib:
    """Replace the resource OLD by NEW in all constraints of KIND, also in sets."""
    cib = constraints_repointed(cib, old, new, kind, ends)
    items = {
        name: dataclasses.replace(item, sets=renamed(item.sets, old, new)) for name, item in getattr(cib, kind).items()
    }
    return _with(cib, kind, items)


def _with(cib: Cib, kind: str, constraints: Mapping[str, Any]) -> Cib:
    changes: dict[str, Any] = {kind: constraints}
    return dataclasses.replace(cib, **changes)
