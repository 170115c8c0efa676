# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find objects that are not declared: report them, and remove those whose names match a pattern. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import (
    OPERATORS_CONSTRAINT,
    Declared,
    is_absent,
    plain_reference,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kinds import BY_NAME, KINDS
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.references import mentions
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

NameMeant = Callable[[Cib, str, Declared], "str | None"]
PURGEABLE = tuple(kind.name for kind in KINDS if kind.purge)
OPERATORS_PROPERTIES = frozenset(("maintenance-mode", "stop-all-resources"))  # set for as long as somebody works


def undeclared(cib: Cib, declared: Declared, name_meant: NameMeant) -> dict[str, list[str]]:
    """The names of what is in CIB, which is as DECLARED, but neither declared there nor, by its patterns in
    `declared_elsewhere`, by something else; by kind. NAME_MEANT tells the name of a declared object.

    Without what `pcs resource move` and `ban` have left, which is told where it is in the way.
    """
    elsewhere = declared.get("declared_elsewhere") or {}
    result = {}
    for kind in PURGEABLE:
        kept = declared_names(cib, kind, declared, name_meant)
        is_elsewhere = fitting("declared_elsewhere", kind, elsewhere.get(kind) or ())
        result[kind] = [name for name in names(cib, kind) if name not in kept and not is_elsewhere(name)]
    return {kind: found for kind, found in result.items() if found}


def told(found: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What of the undeclared is worth telling: all but what operators made by moving a resource."""
    left = {kind: [one for one in each if not one.startswith(OPERATORS_CONSTRAINT)] for kind, each in found.items()}
    return {kind: each for kind, each in left.items() if each}


def names(cib: Cib, kind: str) -> list[str]:
    """The names of all objects of KIND in CIB, with those that can only be removed."""
    left_alone = cib.left_alone.get(kind, {}) if kind != "resources" else {}  # what is made from a template stays
    return [*BY_NAME[kind].objects(cib), *left_alone]


def declared_names(cib: Cib, kind: str, declared: Declared, name_meant: NameMeant) -> set[str | None]:
    """The names of the objects of KIND that DECLARED says to be there."""
    items = declared.get(kind) or ()
    if isinstance(items, Mapping) or kind == "properties":
        return {*items, *((declared.get("custom_properties") or ()) if kind == "properties" else ())}
    return {name_meant(cib, kind, item) for item in items if not is_absent(item)}


def surplus(cib: Cib, declared: Declared, name_meant: NameMeant) -> Declared:
    """What is in CIB, which is as DECLARED, and fits the patterns of `purge`: in pcs_cib's form, to be absent.

    Nothing goes that is declared, there or elsewhere, or named by something declared.
    """
    purge = {kind: patterns for kind, patterns in (declared.get("purge") or {}).items() if patterns}
    if not purge:
        return {}
    named = needed(cib, declared)
    found = undeclared(cib, declared, name_meant)
    result: dict[str, Any] = {}
    for kind, patterns in purge.items():
        fits = fitting("purge", kind, patterns)
        gone = [name for name in found.get(kind, ()) if fits(name)]
        if BY_NAME[kind].values is not None:
            result[kind] = dict.fromkeys(gone)
        else:
            result[kind] = [{**identity(cib, kind, name), "state": "absent"} for name in gone if name not in named]
    return {kind: values for kind, values in result.items() if values}


def identity(cib: Cib, kind: str, name: str) -> dict[str, Any]:
    """The options that say which object of KIND is meant."""
    return BY_NAME[kind].identity(name, BY_NAME[kind].objects(cib).get(name))


def fitting(option: str, kind: str, patterns: Sequence[str]) -> Callable[[str], bool]:
    """Whether a name fits one of PATTERNS. What an operator set, or made by moving a resource, has to be named."""
    try:
        compiled = [(pattern, re.compile(pattern)) for pattern in patterns]
    except re.error as error:
        raise ClusterError(f"A pattern in {option} of '{kind}' is not a regular expression: {error}.") from error

    def fits(name: str) -> bool:
        return any(
            expression.fullmatch(name) is not None
            and (not name.startswith(OPERATORS_CONSTRAINT) or pattern.startswith(OPERATORS_CONSTRAINT))
            and (kind != "properties" or name not in OPERATORS_PROPERTIES or pattern == name)
            for pattern, expression in compiled
        )

    return fits


def needed(cib: Cib, declared: Declared) -> set[str]:
    """The names of all that something declared names, and of what is inside of it."""
    names = {
        plain_reference(name)
        for kind, items in declared.items()
        if isinstance(items, list)
        for item in items
        if not is_absent(item)
        for name in [item.get("id"), *named_by(kind, item)]
        if name
    }
    names |= {bundle.resource for bundle in cib.bundles.values() if bundle.resource and bundle.id in names}
    names |= {bundle.id for bundle in cib.bundles.values() if bundle.resource in names}
    names |= {clone.resource for clone in cib.clones.values() if {clone.id, clone.resource} & names}
    names |= {clone.id for clone in cib.clones.values() if clone.resource in names}
    return names | {member for group in cib.groups.values() if group.id in names for member in group.members}


def named_by(kind: str, item: Declared) -> Iterator[str]:
    """What ITEM of KIND names, but for nodes."""
    return (each.name for each in mentions(kind, item) if each.kinds != ("nodes",))
