# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags. Pure."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Set

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import Command
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import Declared, is_absent, need
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib, Tag
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError


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


def without(cib: Cib, gone: Set[str]) -> Cib:
    """CIB as it is when the resources GONE are not there any more."""
    left = {
        name: dataclasses.replace(tag, members=tuple(member for member in tag.members if member not in gone))
        for name, tag in cib.tags.items()
    }
    return dataclasses.replace(cib, tags={name: tag for name, tag in left.items() if tag.members})


def renamed(cib: Cib, old: str, new: str) -> Cib:
    """CIB with its tags naming the resource NEW instead of OLD."""
    tags = {
        name: Tag(name, tuple(new if member == old else member for member in tag.members))
        for name, tag in cib.tags.items()
    }
    return dataclasses.replace(cib, tags=tags)


def removals(before: Cib, after: Cib) -> Iterator[Command]:
    """Tags that are to go or to be made anew, before what is in them goes."""
    for tag in before.tags.values():
        if after.tags.get(tag.id) != tag:
            yield Command(f"tag '{tag.id}'", ("tag", "delete", tag.id))


def additions(before: Cib, after: Cib) -> Iterator[Command]:
    for tag in after.tags.values():
        if before.tags.get(tag.id) != tag:
            yield Command(f"tag '{tag.id}'", ("tag", "create", tag.id, *tag.members))
