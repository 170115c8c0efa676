# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fencing levels. Pure."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Set

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import Command
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import Declared, is_absent
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib, StonithLevel, target_name
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

LEVEL_ID = "pcmk.stonith.levels.add-with-id"
LEVELS = range(1, 10)  # Pacemaker ignores others


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
    """The target of a declared level, as pcs writes it."""
    if len([name for name in ("node", "pattern", "attribute") if item.get(name)]) != 1:
        raise ClusterError(
            f"The fencing level {item['level']} is for a node, a pattern or an attribute: exactly one has to be named."
        )
    if item.get("attribute") and item.get("value") is None:
        raise ClusterError(f"The fencing level {item['level']} of the attribute '{item['attribute']}' lacks a 'value'.")
    return target_name(item)


def without(cib: Cib, gone: Set[str]) -> Cib:
    """CIB as it is when the resources GONE are not there any more."""
    left = {
        name: dataclasses.replace(level, devices=tuple(device for device in level.devices if device not in gone))
        for name, level in cib.stonith_levels.items()
    }
    kept = {name: level for name, level in left.items() if level.devices}
    return dataclasses.replace(cib, stonith_levels=kept)


def removals(before: Cib, after: Cib) -> Iterator[Command]:
    """Levels that are to go or to be made anew: pcs can't change one."""
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
