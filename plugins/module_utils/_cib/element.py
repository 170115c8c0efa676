# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read options from the XML of a CIB as Pacemaker does. Pure."""

from __future__ import annotations

import copy
import xml.etree.ElementTree as ET
from collections.abc import Iterable

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Attributes
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import score

LEAVES = ("nvpair", "date_spec", "duration")  # what may be referred to from inside of what is referred to
DEFAULT = "#default"  # a value that means: as if the option was not set


def nvpairs(element: ET.Element) -> dict[str, str]:
    """The options in one set of attributes; of one that is there twice, the first counts."""
    return values_of([element])


def attributes(element: ET.Element, tag: str) -> Attributes:
    """The options of ELEMENT in its sets TAG that hold without a rule."""
    return values_of(by_precedence(element.findall(tag)))


def by_precedence(sets: Iterable[ET.Element], first: str = "") -> list[ET.Element]:
    """Those of SETS that hold without a rule, the one that counts most first: the set whose id is FIRST, then that with
    the highest score. Of equal ones, Pacemaker takes the last."""
    plain = [(score_of(nvset), place, nvset) for place, nvset in enumerate(sets) if nvset.find("rule") is None]
    return [item[2] for item in sorted(plain, key=lambda item: (item[2].get("id") == first, *item[:2]), reverse=True)]


def score_of(nvset: ET.Element) -> int:
    return score(nvset.get("score", "0")) or 0


def values_of(sets: Iterable[ET.Element]) -> dict[str, str]:
    """The options in SETS, of which the first counts most."""
    values: dict[str, str] = {}
    for nvset in sets:
        for pair in nvset.findall("nvpair"):
            name, value = pair.get("name", ""), pair.get("value")
            if not name or value is None:
                continue
            if value.lower() == DEFAULT and values.get(name, DEFAULT) != DEFAULT:
                del values[name]
            elif values.get(name, DEFAULT) == DEFAULT:
                values[name] = value
    return values


def remaining(element: ET.Element, *known: str) -> Attributes:
    """The XML attributes of ELEMENT that have no field of their own."""
    return {name: value for name, value in element.attrib.items() if name not in ("id", *known)}


def resolve_references(root: ET.Element) -> None:
    """Put into each element of ROOT that refers to another one (id-ref) what that one says. It gets no id."""
    by_id = {(element.tag, element.get("id")): element for element in root.iter() if element.get("id")}
    referring = [element for element in root.iter() if element.get("id-ref")]
    for element in sorted(referring, key=lambda element: element.tag not in LEAVES):
        target = by_id.get((element.tag, element.get("id-ref")))
        if target is None:
            continue
        for name, value in target.attrib.items():
            if name != "id":
                element.attrib.setdefault(name, value)
        element[:] = [copy.deepcopy(child) for child in target]
