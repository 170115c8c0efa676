# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declared objects, and how one of their options is merged with the current value. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import role, same, text
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.secrets import is_secret
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

if TYPE_CHECKING:
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Attributes

Item = TypeVar("Item")
Declared = Mapping[str, Any]
PATTERNS = ("purge", "declared_elsewhere")  # options that hold patterns by kind, and no objects
OPERATORS_CONSTRAINT = "cli-"  # made by `pcs resource move` and `ban`


def entries(declared: Declared, kind: str, *, absent: bool = False) -> list[Declared]:
    """The declared objects of KIND that should exist, or those that should not."""
    return [item for item in declared.get(kind) or () if (item.get("state") == "absent") is absent]


def need(item: Declared, kind: str, *names: str) -> None:
    """Refuse ITEM when it lacks one of the options NAMES that a new object must have."""
    missing = [name for name in names if item.get(name) in (None, "", [])]
    if missing:
        raise ClusterError(
            f"The {kind} '{item.get('id') or item.get('resource') or item.get('first') or '?'}' doesn't exist yet"
            f" and can't be made without {' and '.join(repr(name) for name in missing)}."
        )


def without(items: Mapping[str, Item], *ids: str) -> dict[str, Item]:
    return {name: item for name, item in items.items() if name not in ids}


def value_or(current: str | None, declared: object, name: str) -> str | None:
    """DECLARED as text, in the spelling of CURRENT where it means the same; CURRENT where nothing is declared."""
    if declared is None or same(name, current, text(declared)):
        return current
    return text(declared)


def merge_attributes(current: Attributes, declared: Declared | None) -> Attributes:
    values = dict(current)
    for name, value in (declared or {}).items():
        if value is None or (value == "" and values.get(name) != ""):
            values.pop(name, None)
        elif is_secret(name) or not same(name, values.get(name), text(value)):
            values[name] = text(value)
    return values


def described(current: str, item: Declared) -> str:
    """The description of an object: CURRENT where ITEM has none. An empty one is removed."""
    return current if item.get("description") is None else text(item["description"])


def is_absent(item: Declared) -> bool:
    return item.get("state") == "absent"


def plain_role(name: str | None) -> str:
    return role(name) if name else "Started"


def role_or(current: str | None, declared: str | None) -> str | None:
    if declared is None or plain_role(current) == plain_role(declared):
        return current
    return role(declared)


def plain_reference(name: str) -> str:
    """The id in a reference; pcs lets one write resource%ID, too."""
    return name.partition("%")[2] if name.startswith(("resource%", "%")) else name


def constraint_id(*parts: str) -> str:
    """The id of a constraint that was declared without one: from what it is about, never from its value."""
    return "-".join("".join(c if c.isalnum() or c in "_.-" else "-" for c in part) for part in parts)
