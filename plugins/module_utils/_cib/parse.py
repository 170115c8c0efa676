# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parse the XML of a CIB into the model. Pure."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.constraints import names_in
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.defaults import PLAIN
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.element import (
    resolve_references,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kinds import KINDS
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib, LeftAlone
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError


def parse_cib(text: str) -> Cib:
    """The model of the CIB whose XML is TEXT."""
    try:
        root = ET.fromstring(text)
    except ET.ParseError as error:
        raise ClusterError(f"The CIB is not valid XML: {error}.") from error
    configuration = root.find("configuration")
    if root.tag != "cib" or configuration is None:
        raise ClusterError(
            f"This is not a CIB: its outermost element is '{root.tag}', without a 'configuration' in it."
        )
    if "id-ref" in text:
        resolve_references(configuration)
    return parse_configuration(configuration)


def parse_configuration(configuration: ET.Element) -> Cib:
    cib = parse_objects(configuration)
    return dataclasses.replace(cib, left_alone=left_alone(configuration, cib))


def parse_objects(configuration: ET.Element) -> Cib:
    return Cib(**{kind.place: kind.parse(configuration) for kind in KINDS if kind.parse is not None})


def left_alone(configuration: ET.Element, cib: Cib) -> dict[str, dict[str, LeftAlone]]:
    """The objects of CONFIGURATION that CIB, its model, doesn't hold."""
    templates = {item.get("id"): item.get("class") for item in configuration.iterfind("resources/template")}
    found: dict[str, dict[str, LeftAlone]] = {}
    for kind in KINDS:
        for element in (item for path in kind.paths for item in configuration.iterfind(path)) if kind.unread else ():
            name = element.get("id")
            if name and kind.unread is not None and name not in getattr(cib, kind.place):
                device = templates.get(element.get("template")) == "stonith"
                place = element.get("node", "")
                entry = LeftAlone(kind.unread(element), frozenset(names_in(element)), device, place)
                found.setdefault(kind.name, {})[name] = entry
    for plain in PLAIN:  # that set is held, though by no name of its own
        found.get(f"{plain}_sets", {}).pop(getattr(cib, plain).set_id, None)
    return {name: entries for name, entries in found.items() if entries}
