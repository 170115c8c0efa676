# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare two models for the diff of a module. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.export import by_name, export
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.secrets import masked_pair

PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./+@:%-]*[A-Za-z0-9_/]|[A-Za-z]|\d[\d.]*[a-z]+|-?INFINITY|-?\d+")


def difference(before: Cib, after: Cib) -> dict[str, str]:
    """The objects and values that differ, before and after, as YAML. Secrets are masked."""
    if before == after:  # cheap, while an export of a large one is not
        return {"before": "", "after": ""}
    old, new = export(before), export(after)
    shown_before: dict[str, Any] = {}
    shown_after: dict[str, Any] = {}
    for kind in old:
        one, other = by_name(kind, old[kind]), by_name(kind, new[kind])
        for name in sorted(one.keys() | other.keys()):
            if one.get(name) == other.get(name):
                continue
            if isinstance(old[kind], Mapping):
                first, second = masked_pair(*({name: side[name]} if name in side else {} for side in (one, other)))
            else:
                first, second = masked_pair(one.get(name), other.get(name))
            collect(shown_before, kind, first, isinstance(old[kind], Mapping))
            collect(shown_after, kind, second, isinstance(old[kind], Mapping))
    return {"before": to_yaml(shown_before), "after": to_yaml(shown_after)}


def collect(shown: dict[str, Any], kind: str, value: Any, is_mapping: bool) -> None:
    """Add VALUE to what is shown of KIND, which is a mapping or a list."""
    if is_mapping:
        if value:
            shown.setdefault(kind, {}).update(value)
    elif value is not None:
        shown.setdefault(kind, []).append(value)


def changed_names(before: Cib, after: Cib) -> list[str]:
    """What differs, as `kind 'name'`."""
    old, new = export(before), export(after)
    names = []
    for kind in old:
        one, other = by_name(kind, old[kind]), by_name(kind, new[kind])
        names += [f"{kind} '{name}'" for name in sorted(one.keys() | other.keys()) if one.get(name) != other.get(name)]
    return names


def to_yaml(value: Mapping[str, Any]) -> str:
    """VALUE as YAML. Managed hosts need not have a YAML library."""
    return "".join(f"{line}\n" for line in yaml_lines(value))


def yaml_lines(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from yaml_entry(f"{scalar(str(name))}:", item)
    else:
        for item in value:
            lines = [scalar(item)] if not isinstance(item, (Mapping, list)) else list(yaml_lines(item))
            yield f"- {lines[0]}"
            yield from (f"  {line}" for line in lines[1:])


def yaml_entry(head: str, item: Any) -> Iterator[str]:
    if isinstance(item, (Mapping, list)) and item:
        yield head
        yield from (f"  {line}" for line in yaml_lines(item))
    else:
        yield f"{head} {scalar(item)}"


def scalar(value: Any) -> str:
    """One value, quoted where YAML would read it as something else."""
    if isinstance(value, str):
        words = ("true", "false", "yes", "no", "on", "off", "null", "y", "n")
        return value if PLAIN.fullmatch(value) and value.lower() not in words else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)
