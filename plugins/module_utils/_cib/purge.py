# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What nobody declares, and is to go because its name fits a pattern. Pure."""

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
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import KINDS, Cib, export, name_of
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

PURGEABLE = tuple(kind for kind in KINDS if kind != "nodes")
NAMING = ("resource", "with", "first", "then", "members", "resources", "devices", "roles")


def surplus(cib: Cib, declared: Declared, name_meant: Callable[[Cib, str, Declared], str | None]) -> Declared:
    """What is in CIB, which is as DECLARED, and fits the patterns of `purge`: in pcs_cib's form, to be absent.

    Nothing goes that is declared, or named by something declared. NAME_MEANT tells the name of a declared object.
    """
    purge = {kind: patterns for kind, patterns in (declared.get("purge") or {}).items() if patterns}
    if not purge:
        return {}
    exported = export(cib)
    named = needed(cib, declared)
    result: dict[str, Any] = {}
    for kind, patterns in purge.items():
        fits = fitting(kind, patterns)
        if isinstance(exported[kind], Mapping):
            kept = (declared.get(kind) or {}).keys()
            result[kind] = {name: None for name in exported[kind] if name not in kept and fits(name)}
            continue
        kept = {name_meant(cib, kind, item) for item in declared.get(kind) or () if not is_absent(item)} | named
        gone = (item for item in exported[kind] if name_of(item) not in kept and fits(name_of(item)))
        result[kind] = [{**identity(kind, item), "state": "absent"} for item in gone]
        result[kind] += [
            {"id": name, "state": "absent"} for name in cib.left_alone.get(kind, {}) if name not in kept and fits(name)
        ]
    return {kind: values for kind, values in result.items() if values}


def identity(kind: str, exported: Mapping[str, Any]) -> dict[str, Any]:
    """The options of an exported object that say which one it is."""
    if kind == "stonith_levels":
        return {name: value for name, value in exported.items() if name != "devices"}
    return {"id": exported["id"]}


def fitting(kind: str, patterns: Sequence[str]) -> Callable[[str], bool]:
    """Whether a name fits one of PATTERNS. What an operator made by moving a resource has to be named explicitly."""
    try:
        compiled = [(pattern, re.compile(pattern)) for pattern in patterns]
    except re.error as error:
        raise ClusterError(f"A pattern in purge of '{kind}' is no regular expression: {error}.") from error

    def fits(name: str) -> bool:
        return any(
            expression.fullmatch(name) is not None
            and (not name.startswith(OPERATORS_CONSTRAINT) or pattern.startswith(OPERATORS_CONSTRAINT))
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
        for name in [item.get("id"), *mentioned(item)]
        if name
    }
    names |= {bundle.resource for bundle in cib.bundles.values() if bundle.resource and bundle.id in names}
    names |= {bundle.id for bundle in cib.bundles.values() if bundle.resource in names}
    names |= {clone.resource for clone in cib.clones.values() if {clone.id, clone.resource} & names}
    names |= {clone.id for clone in cib.clones.values() if clone.resource in names}
    return names | {member for group in cib.groups.values() if group.id in names for member in group.members}


def mentioned(item: Declared) -> Iterator[str]:
    for option in NAMING:
        value = item.get(option)
        yield from value if isinstance(value, list) else (value,) if value else ()
    for each in item.get("sets") or ():
        yield from each["resources"]
