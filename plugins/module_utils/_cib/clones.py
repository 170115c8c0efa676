# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clones of resources and groups. Pure."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import (
    Command,
    changed_options,
    set_options,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import (
    Declared,
    described,
    merge_attributes,
    need,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.element import attributes
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.groups import why_not_around
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kind import (
    Kind,
    Reasons,
    absent,
    kept,
    without_empty,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Attributes, Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import boolean, text
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.options import DESCRIPTION, STATE, Options
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

OPTIONS: Options = {
    "id": {
        "description": (
            "The name of the clone. By default, a new clone has the name of its resource with the suffix C(-clone)."
        ),
        "type": "str",
    },
    "resource": {
        "description": (
            "The resource or group to clone. Required to create and to remove the clone. It can't be changed."
        ),
        "type": "str",
        "needed": True,
        "names": (
            "resources",
            "groups",
        ),
    },
    "promotable": {"description": "Whether its instances can be promoted.", "type": "bool"},
    "meta": {
        "description": "Meta attributes. Null removes one. Other attributes stay as they are.",
        "type": "dict",
        "holds": "meta",
    },
    **DESCRIPTION,
    **STATE,
}


@dataclass(frozen=True)
class Clone:
    """A resource or group that runs on several nodes."""

    id: str
    resource: str
    promotable: bool = False
    meta: Attributes = field(default_factory=dict)
    description: str = ""


def parse(configuration: ET.Element) -> dict[str, Clone]:
    found = map(
        parse_clone, (*configuration.iterfind("resources//clone"), *configuration.iterfind("resources//master"))
    )
    return {clone.id: clone for clone in found if clone is not None}


def parse_clone(element: ET.Element) -> Clone | None:
    child = next((child for child in element if child.tag in ("primitive", "group")), None)
    if child is None:
        return None
    meta = dict(attributes(element, "meta_attributes"))
    promotable = boolean(meta.pop("promotable", "false")) is True or element.tag == "master"
    return Clone(element.get("id", ""), child.get("id", ""), promotable, meta, element.get("description", ""))


# --- declared --------------------------------------------------------------------------------------------------------


def find_clone(cib: Cib, item: Declared) -> Clone | None:
    """Find the clone that a declared one refers to: by the resource that it clones, else by its id."""
    found = cib.clone_of(item["resource"]) if item.get("resource") else None
    return found if found is not None else cib.clones.get(item.get("id") or "")


def merge_clone(cib: Cib, item: Declared) -> Clone:
    """Merge ITEM into the current clone, or make a new one."""
    current = find_clone(cib, item)
    if current is None:
        need(item, "clone", "resource")
        current = Clone(item.get("id") or f"{item['resource']}-clone", item["resource"])
    elif item.get("id") not in (None, current.id):
        raise ClusterError(
            f"The resource '{current.resource}' is already cloned as '{current.id}': use this id instead of"
            f" '{item['id']}', or remove the clone first."
        )
    elif item.get("resource") not in (None, current.resource):
        raise ClusterError(
            f"The clone '{current.id}' is one of '{current.resource}', which can't be changed to '{item['resource']}'."
        )
    promotable = item.get("promotable")
    meta = dict(item.get("meta") or {})
    if "promotable" in meta:
        promotable = boolean(text(meta.pop("promotable")))
    return dataclasses.replace(
        current,
        promotable=current.promotable if promotable is None else bool(promotable),
        meta=merge_attributes(current.meta, meta),
        description=described(current.description, item),
    )


def meant(cib: Cib, item: Declared) -> str | None:
    """Return the id of the clone that a declared one refers to."""
    clone = find_clone(cib, item)
    return clone.id if clone is not None else None


def export_clone(clone: Clone) -> dict[str, Any]:
    return without_empty({**vars(clone), "meta": dict(clone.meta)})


# --- commands --------------------------------------------------------------------------------------------------------


def removals(before: Cib, after: Cib) -> Iterator[Command]:
    for clone in before.clones.values():
        group = before.groups.get(clone.resource)
        names = group.members if group is not None else (clone.resource,)
        child_stays = any(name in after.primitives for name in names)
        if clone.id not in after.clones and child_stays:
            yield Command(f"clone '{clone.id}'", ("resource", "unclone", clone.resource))


def additions(before: Cib, after: Cib) -> Iterator[Command]:
    for clone in after.clones.values():
        yield from clone_changes(before.clones.get(clone.id), clone)


def clone_changes(before: Clone | None, after: Clone) -> Iterator[Command]:
    subject = f"clone '{after.id}'"
    if before is None:
        verb = "promotable" if after.promotable else "clone"
        yield Command(subject, ("resource", verb, after.resource, after.id))
        yield from set_options(subject, ("resource", "meta", after.id), {}, after.meta)
        return
    options = changed_options(before.meta, after.meta)
    if before.promotable is not after.promotable:
        options.append("promotable=true" if after.promotable else "promotable=")
    if options:
        yield Command(subject, ("resource", "meta", after.id, *options))


# --- exported and checked --------------------------------------------------------------------------------------------


def exportable(whole: Cib, part: Cib, reasons: Reasons) -> Cib:
    """Return PART with the clones that pcs can make, of resources and of groups in PART."""
    devices = {name for name, primitive in whole.primitives.items() if primitive.is_stonith}

    def why_not(clone: Clone) -> str:
        return (
            absent([clone.resource], {*whole.primitives, *part.groups})
            or why_not_around([clone.resource], devices)
            or why_no_such_clone(whole, clone)
        )

    return dataclasses.replace(part, clones=kept(reasons, whole.clones, "clones", why_not))


def why_no_such_clone(cib: Cib, clone: Clone) -> str:
    """Say why pcs doesn't make CLONE promotable or globally unique: its agent must be an OCF agent for that."""
    names = [clone.resource, *(cib.groups[clone.resource].members if clone.resource in cib.groups else ())]
    agents = [cib.primitives[name].agent for name in names if name in cib.primitives]
    others = [agent for agent in agents if not agent.startswith("ocf:")]
    if clone.promotable and others:
        return f"pcs makes no promotable clone of {others[0]}"
    is_unique = boolean(clone.meta.get("globally-unique", "")) or False
    return f"pcs makes no globally unique clone of {others[0]}" if is_unique and others else ""


def why_unread(element: ET.Element) -> str:
    """Say why the model does not hold ELEMENT."""
    return "it has no resource"


KIND = Kind(
    name="clones",
    noun="clone",
    description="Clones.",
    options=OPTIONS,
    parse=parse,
    additions=additions,
    removals=removals,
    export=export_clone,
    meant=meant,
    described_in="clone",
    purge="Patterns for the ids of clones.",
    paths=("resources//clone", "resources//master"),
    xml=dict.fromkeys(
        ("clone", "master"), (frozenset(("description",)), frozenset(("primitive", "group", "meta_attributes")))
    ),
    unread=why_unread,
    left_out="a clone without a resource in it",
    delete=("resource", "delete"),
    exportable=exportable,
)
