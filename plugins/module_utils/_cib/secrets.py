# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recognize secret values, and mask them in output. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

MASK = "********"
SECRET = re.compile(
    r"(.*[_-])?(passw(or)?d|passwd|passphrase|pwd|secret|token|api[_-]?key|private[_-]?key|access[_-]?key)([_-].*)?"
    r"|(.*[_-])?passw(or)?d[_-]script|community",
    re.IGNORECASE,
)
SAFE = re.compile(r"(.*[_-])?(passwd|password|token|secret)[_-](file|path|timeout|length|prompt)", re.IGNORECASE)


@cache
def is_secret(name: str) -> bool:
    """Whether the option NAME holds a secret, which must not appear in a log."""
    return SECRET.fullmatch(name) is not None and SAFE.fullmatch(name) is None


def secret_values(declared: Any) -> Iterator[str]:
    """Every secret in the parameters of a module."""
    if isinstance(declared, Mapping):
        for name, value in declared.items():
            if isinstance(value, (Mapping, list)):
                yield from secret_values(value)
            elif value not in (None, "") and is_secret(str(name)):
                yield str(value)
    elif isinstance(declared, list):
        for item in declared:
            yield from secret_values(item)


def mask_argument(argument: str) -> str:
    """A `name=value` argument that may be shown."""
    name, separator, value = argument.partition("=")
    return f"{name}={MASK}" if separator and value and is_secret(name) else argument


def masked(exported: Any) -> Any:
    """An exported object whose secrets may be shown."""
    if isinstance(exported, Mapping):
        return {
            name: MASK if is_secret(str(name)) and isinstance(value, str) else masked(value)
            for name, value in exported.items()
        }
    return [masked(item) for item in exported] if isinstance(exported, list) else exported


def masked_pair(before: Any, after: Any) -> tuple[Any, Any]:
    """The same object before and after, its secrets hidden, but so that one sees which were changed."""
    hidden_before, hidden_after = masked(before), masked(after)
    mark_changes(before, after, hidden_after)
    return hidden_before, hidden_after


def mark_changes(before: Any, after: Any, hidden: Any) -> None:
    """Mark in HIDDEN, the masked form of AFTER, the secrets that differ from those of BEFORE."""
    if isinstance(before, list) and isinstance(after, list):
        old = {item.get("id", item.get("name")): item for item in before if isinstance(item, Mapping)}
        for value, shown in zip(after, hidden):
            mark_changes(
                old.get(value.get("id", value.get("name"))) if isinstance(value, Mapping) else None, value, shown
            )
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return
    for name, value in after.items():
        if isinstance(value, (Mapping, list)):
            mark_changes(before.get(name), value, hidden[name])
        elif is_secret(str(name)) and name in before and before[name] != value:
            hidden[name] = f"{MASK} (changed)"


def without_secrets(exported: Any) -> Any:
    """An exported object without its secrets: what is not mentioned is left alone when it is imported again."""
    if isinstance(exported, Mapping):
        kept = {name: without_secrets(value) for name, value in exported.items() if not is_secret(str(name))}
        return {name: value for name, value in kept.items() if value != {} or exported[name] == {}}
    return [without_secrets(item) for item in exported] if isinstance(exported, list) else exported
