# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Expand resource templates and references (id-ref) in a CIB, as Pacemaker does. Pure.

This is for looking at a cluster. What is written into a CIB must keep its templates. Source: unpack_template() of
Pacemaker's lib/pengine/complex.c.
"""

from __future__ import annotations

import copy
import xml.etree.ElementTree as ET

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.element import resolve_references

AGENT = ("class", "provider", "type")
_PLAIN_ROLES = frozenset(("", "started", "unpromoted", "slave"))


def expanded(text: str) -> str:
    """The CIB TEXT without templates and references. Each template becomes a tag of the resources made from it, which
    is what a constraint on a template is about. What is no CIB is returned as it is."""
    if "template" not in text and "id-ref" not in text:
        return text
    try:
        root = ET.fromstring(text)
    except ET.ParseError:
        return text
    configuration = root.find("configuration")
    if configuration is None:
        return text
    resolve_references(configuration)
    made: dict[str, list[str]] = {}
    templates = {item.get("id", ""): item for item in configuration.iterfind("resources/template")}
    for primitive in configuration.iter("primitive"):
        template = templates.get(primitive.get("template", ""))
        if template is not None:
            _fill(primitive, template)
            made.setdefault(template.get("id", ""), []).append(primitive.get("id", ""))
    _tag(configuration, made)
    return ET.tostring(root, encoding="unicode")


def _fill(primitive: ET.Element, template: ET.Element) -> None:
    """Give PRIMITIVE what TEMPLATE has, before its own, which counts more."""
    for name in AGENT:
        if template.get(name) is not None:
            primitive.set(name, template.get(name, ""))
    del primitive.attrib["template"]
    own = primitive.find("operations")
    inherited = []
    for child in map(copy.deepcopy, template):
        if child.tag == "operations" and own is not None:
            known = {_key(operation) for operation in own}
            own.extend(operation for operation in child if _key(operation) not in known)
        else:
            inherited.append(child)
    primitive[:] = [*inherited, *primitive]


def _key(operation: ET.Element) -> tuple[str, str]:
    """By what an operation of a resource replaces that of its template."""
    role = operation.get("role", "").lower()
    return operation.get("name", ""), "" if role in _PLAIN_ROLES else role


def _tag(configuration: ET.Element, made: dict[str, list[str]]) -> None:
    if not made:
        return
    tags = configuration.find("tags")
    tags = ET.SubElement(configuration, "tags") if tags is None else tags
    for template, names in made.items():
        tag = ET.SubElement(tags, "tag", {"id": template})
        for name in names:
            ET.SubElement(tag, "obj_ref", {"id": name})
