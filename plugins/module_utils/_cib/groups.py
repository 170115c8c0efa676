# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of resources. Pure."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import Command, placed, set_options
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import (
    Declared,
    described,
    entries,
    merge_attributes,
    need,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.element import attributes
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kind import (
    Kind,
    Reasons,
    absent,
    kept,
    without_empty,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Attributes, Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import text
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.options import DESCRIPTION, STATE, Options
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

OPTIONS: Options = {
    "id": {"description": "The name of the group.", "type": "str", "required": True},
    "members": {
        "description": [
            (
                "All resources of the group, in their start order. A resource that is not listed leaves "
                "the group, see O(release)."
            ),
            "Required for a new group.",
        ],
        "type": "list",
        "elements": "str",
        "needed": True,
        "names": ("resources",),
    },
    "release": {
        "description": "Members that may leave the group and stay in the cluster. Other names are ignored.",
        "type": "list",
        "elements": "str",
    },
    "meta": {
        "description": "Meta attributes. Null removes one. Other attributes stay as they are.",
        "type": "dict",
        "holds": "meta",
    },
    **DESCRIPTION,
    **STATE,
}


@dataclass(frozen=True)
class Group:
    """Resources that run together, started in this order."""

    id: str
    members: tuple[str, ...]
    meta: Attributes = field(default_factory=dict)
    description: str = ""


def parse(configuration: ET.Element) -> dict[str, Group]:
    found = map(parse_group, configuration.iterfind("resources//group"))
    return {group.id: group for group in found}


def parse_group(element: ET.Element) -> Group:
    members = tuple(member.get("id", "") for member in element.findall("primitive"))
    meta = attributes(element, "meta_attributes")
    return Group(element.get("id", ""), members, meta, element.get("description", ""))


# --- declared --------------------------------------------------------------------------------------------------------


def merge(cib: Cib, declared: Declared) -> Cib:
    """Merge the declared groups into CIB. An undeclared group may lose all its members to declared ones."""
    items = entries(declared, "groups")
    for item in items:
        cib = merge_group(cib, item)
    for item in items:
        if not cib.groups[item["id"]].members:
            raise ClusterError(f"The group '{item['id']}' is left without members: other groups take all it has.")
    return cib


def merge_group(cib: Cib, item: Declared) -> Cib:
    current = cib.groups.get(item["id"])
    members = None if item.get("members") is None else tuple(map(text, item["members"]))
    if current is None:
        need(item, "group", "members")
    elif members == ():
        raise ClusterError(f"The group '{current.id}' is declared without members; to remove it, say state: absent.")
    if members is not None and len(set(members)) != len(members):
        raise ClusterError(f"The group '{item['id']}' names a member twice.")
    group = current if current is not None else Group(item["id"], ())
    group = Group(
        group.id,
        group.members if members is None else members,
        merge_attributes(group.meta, item.get("meta")),
        described(group.description, item),
    )
    others = {
        other.id: dataclasses.replace(other, members=tuple(m for m in other.members if m not in group.members))
        for other in cib.groups.values()
        if other.id != group.id
    }
    return dataclasses.replace(cib, groups={name: others.get(name, group) for name in [*cib.groups, group.id]})


def export_group(group: Group) -> dict[str, Any]:
    return without_empty({**vars(group), "members": list(group.members), "meta": dict(group.meta)})


# --- commands --------------------------------------------------------------------------------------------------------


def removals(before: Cib, after: Cib) -> Iterator[Command]:
    for group in before.groups.values():
        stays = any(member in after.primitives for member in group.members)
        if group.id not in after.groups and stays:  # other groups can't take all members of one with constraints
            yield Command(f"group '{group.id}'", ("resource", "ungroup", group.id))


def additions(before: Cib, after: Cib) -> Iterator[Command]:
    """Change all groups. A change that would empty another group waits until that group has a new member: pcs removes
    an empty group, or refuses to empty one that a constraint names."""
    waiting = [list(group_changes(before.groups.get(name), group, after)) for name, group in after.groups.items()]
    members = {name: group.members for name, group in before.groups.items() if name in after.groups}
    while any(waiting):
        due = [changes for changes in waiting if changes]
        changes = next((each for each in due if all(with_change(members, each[0]).values())), due[0])
        members = with_change(members, changes[0])
        yield changes.pop(0)


def with_change(members: Mapping[str, tuple[str, ...]], change: Command) -> dict[str, tuple[str, ...]]:
    """Return the MEMBERS of groups after a CHANGE of one of them."""
    _resource, noun, verb, *names = change.argv
    if noun != "group":
        return dict(members)
    taken = names[1:]
    left = {name: tuple(member for member in group if member not in taken) for name, group in members.items()}
    return {**left, names[0]: (*left.get(names[0], ()), *(taken if verb == "add" else ()))}


def group_changes(before: Group | None, after: Group, cib: Cib) -> Iterator[Command]:
    subject = f"group '{after.id}'"
    if before is None:
        yield Command(subject, ("resource", "group", "add", after.id, *after.members))
    else:
        yield from member_changes(subject, before, after, cib)
    yield from set_options(
        subject, ("resource", "meta", after.id), before.meta if before is not None else {}, after.meta
    )


def member_changes(subject: str, before: Group, after: Group, cib: Cib) -> Iterator[Command]:
    """Put every member in its place, with one command each, and take out the members that are left over."""
    for member, place in placed(before.members, after.members):
        yield Command(subject, ("resource", "group", "add", after.id, member), flags=place)
    for member in before.members:
        elsewhere = any(member in group.members for group in cib.groups.values())
        if member not in after.members and member in cib.primitives and not elsewhere:
            yield Command(subject, ("resource", "group", "remove", after.id, member))


# --- exported and checked --------------------------------------------------------------------------------------------


def exportable(whole: Cib, part: Cib, reasons: Reasons) -> Cib:
    """Return PART with the groups that pcs can make: of resources that it makes, without fencing devices."""
    devices = {name for name, primitive in whole.primitives.items() if primitive.is_stonith}

    def why_not(group: Group) -> str:
        return absent(group.members, whole.primitives) or why_not_around(group.members, devices)

    return dataclasses.replace(part, groups=kept(reasons, whole.groups, "groups", why_not))


def why_not_around(names: Iterable[str], devices: Set[str]) -> str:
    """Say why pcs makes no group or clone of the resources NAMES: one is among the fencing DEVICES."""
    found = sorted(set(names) & devices)
    return f"pcs makes none of the fencing device {' and '.join(found)}" if found else ""


def problems(item: Declared) -> Iterator[tuple[str, str]]:
    """Find the problems of the members of a group or a tag."""
    members = item.get("members")
    if members is not None and not members:
        yield "members", "it is empty; name members, or remove the object with state: absent."
    for name in sorted({each for each in members or () if each is not None and list(members or ()).count(each) > 1}):
        yield "members", f"it names '{name}' twice; once is enough."


KIND = Kind(
    name="groups",
    noun="group",
    description="Groups of resources.",
    options=OPTIONS,
    parse=parse,
    merge=merge,
    additions=additions,
    removals=removals,
    export=export_group,
    described_in="group",
    purge="Patterns for the ids of groups.",
    problems=problems,
    paths=("resources//group",),
    xml={"group": (frozenset(("description",)), frozenset(("primitive", "meta_attributes")))},
    exportable=exportable,
)
