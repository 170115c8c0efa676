# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options in the XML of a CIB. Pure."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Attributes


def nvpairs(element: ET.Element) -> dict[str, str]:
    """The options in one set of attributes."""
    return {
        pair.get("name", ""): pair.get("value", "")
        for pair in element.findall("nvpair")
        if pair.get("name") and pair.get("value") is not None
    }


def attributes(element: ET.Element, tag: str) -> Attributes:
    """The options of ELEMENT in its sets TAG that hold without a rule; of an option set twice, the first counts."""
    values: dict[str, str] = {}
    for nvset in element.findall(tag):
        if nvset.find("rule") is None:
            values = {**nvpairs(nvset), **values}
    return values


def remaining(element: ET.Element, *known: str) -> Attributes:
    """The XML attributes of ELEMENT that have no field of their own."""
    return {name: value for name, value in element.attrib.items() if name not in ("id", *known)}
