# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access control lists: roles, and the users and groups that have them. Pure."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import Command, set_attributes
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import Declared, is_absent
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kind import (
    NONE,
    Kind,
    Reasons,
    absent,
    kept,
    without_empty,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.options import STATE, Options
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

PERMISSION = "acl_permission"
NO_SUCH_ID = "it is for '{}', an id that pcs doesn't make again"
PROPERTIES_ID = "cib-bootstrap-options"  # the set of properties that pcs makes
ELEMENTS = {"acl_users": "acl_target", "acl_groups": "acl_group"}
ROLE_OPTIONS: Options = {
    "id": {"description": "The name of the role.", "type": "str", "required": True},
    "description": {"description": "A description of the role. An empty text removes it.", "type": "str"},
    "permissions": {
        "description": [
            "All permissions of the role, in any order.",
            "A permission for an element that is not an object, such as a single option, is left alone.",
        ],
        "type": "list",
        "elements": "dict",
        "suboptions": {
            "kind": {
                "description": "Whether to allow reading, allow reading and writing, or deny both.",
                "type": "str",
                "choices": ["read", "write", "deny"],
                "required": True,
            },
            "xpath": {
                "description": "The part of the configuration, as an XPath. Set either this or a reference.",
                "type": "str",
            },
            "reference": {
                "description": "The part of the configuration, as the id of an element in it.",
                "type": "str",
            },
        },
    },
    **STATE,
}

USER_OPTIONS: Options = {
    "id": {"description": "The name of the user.", "type": "str", "identifies": True, "required": True},
    "roles": {
        "description": "All roles of the user, in any order.",
        "type": "list",
        "elements": "str",
        "names": ("acl_roles",),
    },
    **STATE,
}

GROUP_OPTIONS: Options = {
    "id": {"description": "The name of the group.", "type": "str", "identifies": True, "required": True},
    "roles": {
        "description": "All roles of the group's members, in any order.",
        "type": "list",
        "elements": "str",
        "names": ("acl_roles",),
    },
    **STATE,
}


@dataclass(frozen=True, order=True)
class Permission:
    """The access of a role to a part of the CIB: the element with an id, or those that an XPath selects."""

    kind: str
    xpath: str = ""
    reference: str = ""
    xml_id: str | None = field(default=None, compare=False)


@dataclass(frozen=True)
class AclRole:
    """A set of permissions. A role that `holds_more`, such as a permission for a kind of object, is never
    re-created."""

    id: str
    description: str = ""
    permissions: frozenset[Permission] = frozenset()
    holds_more: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class AclMember:
    """A user or a group of the operating system, and its roles."""

    id: str
    roles: frozenset[str] = frozenset()


def parse_roles(configuration: ET.Element) -> dict[str, AclRole]:
    """Read the roles, with the permissions that pcs can give: for an XPath, or for the id of an existing element."""
    ids = {element.get("id") for element in configuration.iter()} - {""}
    return {element.get("id", ""): parse_role(element, ids) for element in configuration.findall("acls/acl_role")}


def parse_role(element: ET.Element, ids: Set[str | None]) -> AclRole:
    permissions = frozenset(
        Permission(item.get("kind", ""), item.get("xpath", ""), item.get("reference", ""), item.get("id"))
        for item in element.findall("acl_permission")
        if item.get("xpath") or item.get("reference", "") in ids  # others are left alone
    )
    return AclRole(element.get("id", ""), element.get("description", ""), permissions, len(permissions) < len(element))


def parse_members(configuration: ET.Element, kind: str) -> dict[str, AclMember]:
    return {
        element.get("id", ""): AclMember(
            element.get("id", ""), frozenset(role.get("id", "") for role in element.findall("role"))
        )
        for element in configuration.findall(f"acls/{ELEMENTS[kind]}")
        if element.get("id")  # the schema allows a user without a name, which no account has
    }


def merge_roles(cib: Cib, declared: Declared) -> Cib:
    roles, made = dict(cib.acl_roles), made_ids(cib)
    for item in declared.get("acl_roles") or ():
        if is_absent(item):
            roles.pop(item["id"], None)
            continue
        current = roles.get(item["id"], AclRole(item["id"]))
        description, permissions = item.get("description"), item.get("permissions")
        roles[current.id] = dataclasses.replace(
            current,
            description=current.description if description is None else description,
            permissions=current.permissions
            if permissions is None
            else merge_permissions(current, [permission(current.id, each) for each in permissions], made),
        )
    gone = cib.acl_roles.keys() - roles.keys()
    return dataclasses.replace(
        cib,
        acl_roles=roles,
        acl_users=without_roles(cib.acl_users, gone),
        acl_groups=without_roles(cib.acl_groups, gone),
    )


def without_roles(members: Mapping[str, AclMember], gone: Set[str]) -> dict[str, AclMember]:
    return {name: AclMember(name, member.roles - gone) for name, member in members.items()}


def permission(role: str, item: Declared) -> Permission:
    if bool(item.get("xpath")) is bool(item.get("reference")):
        raise ClusterError(f"A permission of the role '{role}' is for an 'xpath' or a 'reference': name one of them.")
    return Permission(item["kind"], item.get("xpath") or "", item.get("reference") or "")


def merge_permissions(role: AclRole, declared: list[Permission], made: Set[str]) -> frozenset[Permission]:
    """Merge the declared permissions; an existing one keeps its id. Those that the export does not have, for elements
    with other ids than those that pcs has MADE, are left alone."""
    there = {item: item for item in role.permissions}
    unsaid = {item for item in role.permissions if item.reference and item.reference not in made}
    return frozenset(there.get(item, item) for item in {*declared, *unsaid})


def merge_members(cib: Cib, declared: Declared, kind: str) -> Cib:
    members = dict(getattr(cib, kind))
    for item in declared.get(kind) or ():
        if is_absent(item):
            members.pop(item["id"], None)
            continue
        member = members.get(item["id"], AclMember(item["id"]))
        roles = item.get("roles")
        members[member.id] = member if roles is None else AclMember(member.id, frozenset(roles))
    changed: dict[str, Any] = {kind: members}
    return dataclasses.replace(cib, **changed)


def roles_without(cib: Cib, gone: Set[str]) -> Cib:
    """Return CIB as it is after the removal of the resources GONE."""
    roles = {
        name: dataclasses.replace(
            role, permissions=frozenset(item for item in role.permissions if item.reference not in gone)
        )
        for name, role in cib.acl_roles.items()
    }
    return dataclasses.replace(cib, acl_roles=roles)


def export_acl_role(acl_role: AclRole) -> dict[str, Any]:
    permissions = [
        without_empty({"kind": item.kind, "xpath": item.xpath, "reference": item.reference})
        for item in sorted(acl_role.permissions)
    ]
    return without_empty({"id": acl_role.id, "description": acl_role.description, "permissions": permissions})


def export_acl_member(member: AclMember) -> dict[str, Any]:
    return without_empty({"id": member.id, "roles": sorted(member.roles)})


# --- commands --------------------------------------------------------------------------------------------------------


def recreated_roles(before: Cib, after: Cib) -> set[str]:
    """Return the roles to re-create: their description changes, which pcs can't do, and pcs can write all of them."""
    return {name for name in described_anew(before, after) if not before.acl_roles[name].holds_more}


def described_anew(before: Cib, after: Cib) -> list[str]:
    """Return the roles whose description changes."""
    return [
        name
        for name, role in after.acl_roles.items()
        if name in before.acl_roles and before.acl_roles[name].description != role.description
    ]


def role_removals(before: Cib, after: Cib) -> Iterator[Command]:
    recreated = recreated_roles(before, after)
    for role in before.acl_roles.values():
        if role.id not in after.acl_roles or role.id in recreated:
            yield Command(f"role '{role.id}'", ("acl", "role", "delete", role.id))
            continue
        for item in sorted(role.permissions - after.acl_roles[role.id].permissions):
            yield Command(f"role '{role.id}'", ("acl", "permission", "delete", item.xml_id or ""))


def role_additions(before: Cib, after: Cib) -> Iterator[Command]:
    recreated = recreated_roles(before, after)
    for role in after.acl_roles.values():
        subject = f"role '{role.id}'"
        if role.id not in before.acl_roles or role.id in recreated:
            description = (f"description={role.description}",) if role.description else ()
            yield Command(
                subject, ("acl", "role", "create", role.id, *description, *permission_words(role.permissions))
            )
            continue
        if role.description != before.acl_roles[role.id].description:
            yield set_attributes(subject, "acls", "acl_role", {"id": role.id, "description": role.description})
        added = role.permissions - before.acl_roles[role.id].permissions
        if added:
            yield Command(subject, ("acl", "permission", "add", role.id, *permission_words(added)))


def permission_words(permissions: frozenset[Permission]) -> tuple[str, ...]:
    return tuple(
        word
        for item in sorted(permissions)
        for word in (item.kind, *(("xpath", item.xpath) if item.xpath else ("id", item.reference)))
    )


def member_removals(before: Cib, after: Cib, kind: str) -> Iterator[Command]:
    noun, new = kind.removeprefix("acl_")[:-1], getattr(after, kind)
    for name in getattr(before, kind):
        if name not in new:
            yield Command(f"{noun} '{name}'", ("acl", noun, "delete", name))


def member_additions(before: Cib, after: Cib, kind: str) -> Iterator[Command]:
    noun, old = kind.removeprefix("acl_")[:-1], getattr(before, kind)
    recreated = recreated_roles(before, after)
    for name, member in getattr(after, kind).items():
        subject = f"{noun} '{name}'"
        if name not in old:
            yield Command(subject, ("acl", noun, "create", name, *sorted(member.roles)))
            continue
        for role in sorted(old[name].roles - member.roles):
            if role in after.acl_roles and role not in recreated:  # otherwise pcs removed it with the role
                yield Command(subject, ("acl", "role", "unassign", role, "from", noun, name))
        for role in sorted(member.roles - (old[name].roles - recreated)):
            yield Command(subject, ("acl", "role", "assign", role, "to", noun, name))


# --- exported and checked --------------------------------------------------------------------------------------------


def exportable(whole: Cib, part: Cib, reasons: Reasons, kind: str) -> Cib:
    """Return PART with the users or groups (KIND) that pcs can make."""
    made: dict[str, Any] = {
        kind: kept(reasons, getattr(whole, kind), kind, lambda member: absent(member.roles, whole.acl_roles))
    }
    return dataclasses.replace(part, **made)


def exportable_roles(whole: Cib, part: Cib, reasons: Reasons) -> Cib:
    """Return PART with the roles, without permissions for elements whose ids pcs does not make again, such as those of
    single options: pcs refuses an id that does not exist."""
    made = made_ids(part)
    roles = {}
    for name, role in whole.acl_roles.items():
        lost = {item for item in role.permissions if item.reference and item.reference not in made}
        reasons.update({(PERMISSION, item.xml_id or ""): NO_SUCH_ID.format(item.reference) for item in lost})
        roles[name] = dataclasses.replace(role, permissions=role.permissions - lost)
    return dataclasses.replace(part, acl_roles=roles)


def made_ids(part: Cib) -> set[str]:
    """The ids of the elements that pcs makes for PART with the same ids."""
    things = (part.primitives, part.groups, part.clones, part.bundles, part.tags)
    constraints = (part.locations, part.colocations, part.orders, part.tickets)
    others = (part.acl_roles, part.acl_users, part.acl_groups, part.alerts)
    names = {name for each in (*things, *constraints, *others) for name in each}
    return names | ({PROPERTIES_ID} if part.properties else set())


def problems(item: Declared) -> Iterator[tuple[str, str]]:
    """Find the problems of the permissions of a declared role."""
    for index, each in enumerate(item.get("permissions") or ()):
        if each is not None and bool(each.get("xpath")) is bool(each.get("reference")):
            yield f"permissions[{index}]", "it is for an xpath or a reference; give one of them."


def member_kind(name: str, noun: str, description: str, options: Options, purge: str) -> Kind:
    return Kind(
        name=name,
        noun=noun,
        description=description,
        options=options,
        parse=partial(parse_members, kind=name),
        merge=partial(merge_members, kind=name),
        additions=partial(member_additions, kind=name),
        removals=partial(member_removals, kind=name),
        export=export_acl_member,
        own_names=True,
        paths=(f"acls/{ELEMENTS[name]}",),
        xml={ELEMENTS[name]: (NONE, frozenset(("role",))), "role": (NONE, NONE)},
        left_out="without a name",
        exportable=partial(exportable, kind=name),
        purge=purge,
    )


KINDS = (
    Kind(
        name="acl_roles",
        noun="role",
        description="Roles. Other roles stay as they are.",
        options=ROLE_OPTIONS,
        parse=parse_roles,
        merge=merge_roles,
        additions=role_additions,
        removals=role_removals,
        export=export_acl_role,
        exportable=exportable_roles,
        without=roles_without,
        problems=problems,
        paths=("acls/acl_role",),
        xml={
            "acls": (NONE, frozenset(("acl_role", "acl_target", "acl_group"))),
            "acl_role": (frozenset(("description",)), frozenset(("acl_permission",))),
            "acl_permission": (frozenset(("kind", "xpath", "reference")), NONE),
        },
        purge="Patterns for the ids of roles of access control lists.",
    ),
    member_kind(
        "acl_users",
        "user",
        "Users of the operating system. Other users stay as they are.",
        USER_OPTIONS,
        "Patterns for the ids of users with roles.",
    ),
    member_kind(
        "acl_groups",
        "group",
        "Groups of the operating system. Other groups stay as they are.",
        GROUP_OPTIONS,
        "Patterns for the ids of user groups with roles.",
    ),
)
