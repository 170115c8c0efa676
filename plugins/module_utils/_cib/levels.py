# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fencing levels. Pure."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import Command
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import Declared, is_absent
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kind import (
    EVERY,
    NONE,
    Kind,
    Reasons,
    absent,
    kept,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.options import STATE, Options
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

LEVEL_ID = "pcmk.stonith.levels.add-with-id"
LEVELS = range(1, 10)  # Pacemaker ignores other levels
OPTIONS: Options = {
    "level": {"description": "The level, from V(1) to V(9).", "type": "int", "identifies": True, "required": True},
    "node": {
        "description": "The node to fence. Set exactly one of this, a pattern and an attribute.",
        "type": "str",
        "identifies": True,
        "names": ("nodes",),
    },
    "pattern": {
        "description": "A regular expression for the names of the nodes to fence.",
        "type": "str",
        "identifies": True,
    },
    "attribute": {
        "description": ("The name of a node attribute. The level is for the nodes with this attribute and the value."),
        "type": "str",
        "identifies": True,
    },
    "value": {"description": "The value of the node attribute.", "type": "str", "identifies": True},
    "devices": {
        "description": [
            "All fence devices of the level, in the order of their use.",
            "Required for a new level.",
        ],
        "type": "list",
        "elements": "str",
        "names": ("stonith",),
    },
    **STATE,
}


@dataclass(frozen=True)
class StonithLevel:
    """Fencing devices that are tried together for a target: a node, `regexp%PATTERN` or `attrib%NAME=VALUE`."""

    target: str
    level: int
    devices: tuple[str, ...]
    xml_id: str | None = field(default=None, compare=False)

    @property
    def id(self) -> str:
        return f"{self.target} {self.level}"


def parse(configuration: ET.Element) -> dict[str, StonithLevel]:
    levels = (parse_level(element) for element in configuration.findall("fencing-topology/fencing-level"))
    return {level.id: level for level in levels}


def parse_level(element: ET.Element) -> StonithLevel:
    target = element.get("target", "")
    if element.get("target-pattern") is not None:
        target = f"regexp%{element.get('target-pattern')}"
    elif element.get("target-attribute") is not None:
        target = f"attrib%{element.get('target-attribute')}={element.get('target-value', '')}"
    devices = tuple(name.strip() for name in element.get("devices", "").split(",") if name.strip())
    return StonithLevel(target, int(element.get("index", "0")), devices, element.get("id"))


def merge(cib: Cib, declared: Declared) -> Cib:
    levels = dict(cib.stonith_levels)
    for item in declared.get("stonith_levels") or ():
        new = StonithLevel(target_of(item), int(item["level"]), tuple(item.get("devices") or ()))
        current = levels.get(new.id)
        if is_absent(item):
            levels.pop(new.id, None)
            continue
        if new.level not in LEVELS and current is None:
            raise ClusterError(f"The fencing level {new.level} of '{new.target}' isn't one of 1 to 9.")
        if not new.devices and (current is None or item.get("devices") is not None):
            raise ClusterError(f"The fencing level {new.level} of '{new.target}' needs devices.")
        if current is None or (new.devices and new.devices != current.devices):
            levels[new.id] = StonithLevel(
                new.target, new.level, new.devices, current.xml_id if current is not None else None
            )
    return dataclasses.replace(cib, stonith_levels=levels)


def target_of(item: Declared) -> str:
    """Return the target of a declared level, as pcs writes it."""
    if len([name for name in ("node", "pattern", "attribute") if item.get(name)]) != 1:
        raise ClusterError(
            f"The fencing level {item['level']} is for a node, a pattern or an attribute: exactly one has to be named."
        )
    if item.get("attribute") and item.get("value") is None:
        raise ClusterError(f"The fencing level {item['level']} of the attribute '{item['attribute']}' lacks a 'value'.")
    return target_name(item)


def export_level(level: StonithLevel) -> dict[str, Any]:
    kind, separator, rest = level.target.partition("%")
    target: dict[str, str] = {"node": level.target}
    if separator and kind == "regexp":
        target = {"pattern": rest}
    elif separator and kind == "attrib":
        name, _equals, value = rest.partition("=")
        target = {"attribute": name, "value": value}
    return {"level": level.level, **target, "devices": list(level.devices)}


def target_name(exported: Mapping[str, Any]) -> str:
    """Return the target of an exported fencing level, as pcs writes it."""
    if exported.get("attribute"):
        return f"attrib%{exported['attribute']}={exported.get('value', '')}"
    return f"regexp%{exported['pattern']}" if exported.get("pattern") else str(exported.get("node"))


def without(cib: Cib, gone: Set[str]) -> Cib:
    """Return CIB as it is after the removal of the resources GONE."""
    left = {
        name: dataclasses.replace(level, devices=tuple(device for device in level.devices if device not in gone))
        for name, level in cib.stonith_levels.items()
    }
    kept = {name: level for name, level in left.items() if level.devices}
    return dataclasses.replace(cib, stonith_levels=kept)


def removals(before: Cib, after: Cib) -> Iterator[Command]:
    """Delete levels that are gone or differ: pcs can't change one."""
    for level in before.stonith_levels.values():
        if after.stonith_levels.get(level.id) != level:
            yield Command(subject_of(level), ("stonith", "level", "delete", str(level.level), "target", level.target))


def additions(before: Cib, after: Cib) -> Iterator[Command]:
    for level in after.stonith_levels.values():
        if before.stonith_levels.get(level.id) == level:
            continue
        argv = ("stonith", "level", "add", str(level.level), level.target, *level.devices)
        variants = ((LEVEL_ID, (*argv, f"id={level.xml_id}")),) if level.xml_id is not None else ()
        yield Command(subject_of(level), argv, variants)


def subject_of(level: StonithLevel) -> str:
    return f"fencing level {level.level} of '{level.target}'"


def exportable(whole: Cib, part: Cib, reasons: Reasons) -> Cib:
    """Return PART with the fencing levels that pcs can make."""
    made = kept(reasons, whole.stonith_levels, "stonith_levels", lambda level: why_no_level(level, whole))
    return dataclasses.replace(part, stonith_levels=made)


def why_no_level(level: StonithLevel, cib: Cib) -> str:
    if level.level not in LEVELS:
        return "Pacemaker knows levels 1 to 9"
    devices = [name for name, primitive in cib.primitives.items() if primitive.is_stonith]
    target = [] if "%" in level.target else [level.target]
    return absent(level.devices, devices) or absent(target, cib.nodes.keys())


def identity(name: str, level: StonithLevel) -> dict[str, Any]:
    return {option: value for option, value in export_level(level).items() if option != "devices"}


def problems(item: Declared) -> Iterator[tuple[str, str]]:
    """Find the problems of a declared level."""
    targets = [name for name in ("node", "pattern", "attribute") if item.get(name)]
    if len(targets) != 1:
        found = " and ".join(f"'{name}'" for name in targets) or "no target"
        yield "", f"it has {found}; it is for one of node, pattern and attribute."
    if item.get("attribute") and item.get("value") is None:
        yield "", "it lacks 'value', that of the attribute; add it."
    if item.get("level") is not None and item["level"] not in LEVELS:
        yield "level", f"{item['level']} is not one of the levels 1 to 9."
    if not item.get("devices"):
        yield "", "it lacks 'devices'; name the fencing devices that are tried."


KIND = Kind(
    name="stonith_levels",
    noun="fencing level",
    description="Fencing levels, the devices that fence a node, and their order.",
    options=OPTIONS,
    parse=parse,
    merge=merge,
    additions=additions,
    removals=removals,
    export=export_level,
    without=without,
    named=lambda item: f"{target_of(item)} {item['level']}",
    own_names=True,
    identity=identity,
    problems=problems,
    paths=("fencing-topology/fencing-level",),
    key=lambda element: parse_level(element).id,
    xml={
        "fencing-topology": (NONE, frozenset(("fencing-level",))),
        "fencing-level": (EVERY, NONE),
    },
    exportable=exportable,
    purge=(
        ("Patterns for the names of fencing levels. A name consists of the target and the level, such as V(node1 2)."),
        "Other targets than nodes are V(regexp%PATTERN) or V(attrib%NAME=VALUE).",
    ),
)
