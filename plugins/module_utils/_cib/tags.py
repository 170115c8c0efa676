# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags. Pure."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import Command, placed
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.constraints import known
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import Declared, is_absent, need
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.groups import problems
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kind import NONE, Kind, Reasons, absent, kept
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.options import STATE, WHAT_RUNS, Options
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

OPTIONS: Options = {
    "id": {"description": "The name of the tag.", "type": "str", "required": True},
    "members": {
        "description": [
            "All resources, groups and clones of the tag, in order.",
            "Required for a new tag.",
        ],
        "type": "list",
        "elements": "str",
        "needed": True,
        "names": WHAT_RUNS,
    },
    "release": {
        "description": (
            "Members that may leave the tag and stay in the cluster although a constraint uses the "
            "tag, which then no longer applies to them. Without such a constraint, this is not "
            "necessary."
        ),
        "type": "list",
        "elements": "str",
    },
    **STATE,
}


@dataclass(frozen=True)
class Tag:
    """A name for several resources, groups or clones."""

    id: str
    members: tuple[str, ...]


def parse(configuration: ET.Element) -> dict[str, Tag]:
    return {
        element.get("id", ""): Tag(
            element.get("id", ""), tuple(member.get("id", "") for member in element.findall("obj_ref"))
        )
        for element in configuration.findall("tags/tag")
    }


def merge(cib: Cib, declared: Declared) -> Cib:
    tags = dict(cib.tags)
    for item in declared.get("tags") or ():
        if is_absent(item):
            tags.pop(item["id"], None)
            continue
        members = item.get("members")
        if item["id"] not in tags:
            need(item, "tag", "members")
        if members == []:
            raise ClusterError(f"The tag '{item['id']}' is declared without members; to remove it, say state: absent.")
        if members is not None:
            tags[item["id"]] = Tag(item["id"], tuple(members))
    return dataclasses.replace(cib, tags=tags)


def export_tag(tag: Tag) -> dict[str, Any]:
    return {"id": tag.id, "members": list(tag.members)}


def without(cib: Cib, gone: Set[str]) -> Cib:
    """Return CIB as it is after the removal of the resources GONE."""
    left = {
        name: dataclasses.replace(tag, members=tuple(member for member in tag.members if member not in gone))
        for name, tag in cib.tags.items()
    }
    return dataclasses.replace(cib, tags={name: tag for name, tag in left.items() if tag.members})


def renamed(cib: Cib, old: str, new: str) -> Cib:
    """Replace the resource OLD by NEW in the tags of CIB."""
    tags = {
        name: Tag(name, tuple(new if member == old else member for member in tag.members))
        for name, tag in cib.tags.items()
    }
    return dataclasses.replace(cib, tags=tags)


def staying(before: Cib, tag: Tag) -> list[str]:
    """Return the members of TAG that it already has in BEFORE."""
    there = before.tags.get(tag.id)
    return [member for member in there.members if member in tag.members] if there is not None else []


def removals(before: Cib, after: Cib) -> Iterator[Command]:
    """Delete tags and members before the resources in them. pcs lets no tag be empty: a tag with all new members is
    re-created."""
    for tag in before.tags.values():
        new = after.tags.get(tag.id)
        gone = [member for member in tag.members if new is None or member not in new.members]
        if new is None or not staying(before, new):
            yield Command(f"tag '{tag.id}'", ("tag", "delete", tag.id))
        elif gone:
            yield Command(f"tag '{tag.id}'", ("tag", "update", tag.id, "remove", *gone))


def additions(before: Cib, after: Cib) -> Iterator[Command]:
    for tag in after.tags.values():
        members = staying(before, tag)
        if not members:
            yield Command(f"tag '{tag.id}'", ("tag", "create", tag.id, *tag.members))
        for member, place in placed(members, tag.members) if members else ():
            yield Command(f"tag '{tag.id}'", ("tag", "update", tag.id, "add", member), flags=place)


def exportable(whole: Cib, part: Cib, reasons: Reasons) -> Cib:
    """Return PART with the tags that pcs can make."""
    return dataclasses.replace(
        part, tags=kept(reasons, whole.tags, "tags", lambda tag: absent(tag.members, known(part)))
    )


KIND = Kind(
    name="tags",
    noun="tag",
    description="Tags, names for several resources.",
    options=OPTIONS,
    parse=parse,
    merge=merge,
    additions=additions,
    removals=removals,
    export=export_tag,
    without=without,
    renamed=renamed,
    problems=problems,
    paths=("tags/tag",),
    xml={
        "tags": (NONE, frozenset(("tag",))),
        "tag": (NONE, frozenset(("obj_ref",))),
        "obj_ref": (NONE, NONE),
    },
    exportable=exportable,
    purge="Patterns for the ids of tags.",
)
