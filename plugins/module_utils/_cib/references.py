# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each kind of object names. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

THINGS = ("resources", "stonith", "groups", "clones", "bundles")  # what a constraint is about

# By kind and option, the kinds of what is named there. `sets` are lists of resources.
REFERENCES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "groups": {"members": ("resources",)},
    "clones": {"resource": ("resources", "groups")},
    "bundles": {"resource": ("resources",)},
    "locations": {"resource": (*THINGS, "tags"), "node": ("nodes",)},
    "colocations": {"resource": THINGS, "with": THINGS, "sets": THINGS},
    "orders": {"first": THINGS, "then": THINGS, "sets": THINGS},
    "tickets": {"resource": THINGS, "sets": THINGS},
    "nodes": {"name": ("nodes",)},
    "stonith_levels": {"node": ("nodes",), "devices": ("stonith",)},
    "tags": {"members": THINGS},
    "acl_users": {"roles": ("acl_roles",)},
    "acl_groups": {"roles": ("acl_roles",)},
}
# What can be in one place only: a resource in a group, or in a bundle, or cloned.
HOLDERS = ("groups", "clones", "bundles")


class Mention(NamedTuple):
    """One name in a declared object: where it stands there, and what it can be the name of."""

    path: tuple[str | int, ...]
    name: str
    kinds: tuple[str, ...]


def mentions(kind: str, item: Mapping[str, Any]) -> Iterator[Mention]:
    """What ITEM, a declared object of KIND, names."""
    for option, kinds in REFERENCES.get(kind, {}).items():
        value = item.get(option)
        if option == "sets":
            for place, each in enumerate(value or ()):
                for index, name in enumerate((each or {}).get("resources") or ()):
                    yield Mention((option, place, "resources", index), name, kinds)
        elif isinstance(value, (list, tuple)):
            yield from (Mention((option, index), name, kinds) for index, name in enumerate(value))
        elif value:
            yield Mention((option,), value, kinds)
