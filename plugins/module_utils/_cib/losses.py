# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find parts of a CIB outside the model that a change would lose: the last guard before a push. Pure."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from typing import Any, Union

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.constraints import names_in
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.leftover import Leftover, find_leftovers
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib

Place = tuple[Union[str, "Place"], ...]  # an element's tag and id; those of its parent and its tag where it has none


def losses(before: str, after: str, current: Cib, wanted: Cib) -> list[str]:
    """What of the CIB whose XML is BEFORE isn't in AFTER any more, though it is neither in CURRENT, its model, nor part
    of something that isn't in the WANTED one: one phrase for each thing."""
    old, new = (ET.fromstring(text).find("configuration") for text in (before, after))
    if old is None or new is None:
        return []
    there, parents = dict(placed(new)), {child: parent for parent in old.iter() for child in parent}
    gone = set(ids_in(vars(current))) - set(ids_in(vars(wanted)))
    places = {element: place for place, element in placed(old)}
    return [
        item.phrase
        for item in find_leftovers(old, current)
        if not item.is_held
        and not is_same(item, there.get(places[item.element]))
        and gone.isdisjoint(owners(item.element, parents))
    ]


def placed(root: ET.Element, parent: Place = ()) -> Iterator[tuple[Place, ET.Element]]:
    """Every element in ROOT, and where it is."""
    place: Place = (root.tag, root.get("id", "")) if root.get("id") else (parent, root.tag)
    yield place, root
    for child in root:
        yield from placed(child, place)


def is_same(item: Leftover, found: ET.Element | None) -> bool:
    """Whether what is left over is FOUND as it was."""
    if found is None or not item.attribute:
        return found is not None and form(found) == form(item.element)
    return found.get(item.attribute) == item.element.get(item.attribute)


def form(element: ET.Element) -> Any:
    """What an element says, whatever the blanks between and the order of its XML attributes."""
    return (element.tag, sorted(element.attrib.items()), [form(child) for child in element])


def owners(element: ET.Element, parents: Mapping[ET.Element, ET.Element]) -> set[str]:
    """The ids of an element, of what it is in, and of what it names."""
    names = set(names_in(element))
    around: ET.Element | None = element
    while around is not None:
        names.add(around.get("id", ""))
        around = parents.get(around)
    return names - {""}


def ids_in(value: Any) -> Iterator[str]:
    """All ids in a model."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield name
            yield from ids_in(item)
    elif isinstance(value, (tuple, frozenset)):
        for item in value:
            yield from ids_in(item)
    elif dataclasses.is_dataclass(value):
        fields = vars(value)
        yield from (fields[name] for name in ("id", "xml_id", "set_id") if fields.get(name))
        yield from ids_in(fields)
