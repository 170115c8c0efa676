# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Extract the configuration of a CIB for a backup, and put it back into the CIB of a running cluster. Pure.

A backup holds what somebody has configured: not the status, not the version, and not the properties that Pacemaker
writes itself and that differ each time a cluster is built.
"""

from __future__ import annotations

import copy
import typing as t
import xml.etree.ElementTree as ET

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.properties import READ_ONLY_PROPERTIES
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

_RESOURCES = ("primitive", "group", "clone", "master", "bundle", "template")
_CONSTRAINTS = ("rsc_location", "rsc_colocation", "rsc_order", "rsc_ticket")
_OTHERS = ("node", "cluster_property_set", "fencing-level", "tag", "alert", "acl_role", "acl_target", "acl_group")
_SHOWN = frozenset((*_RESOURCES, *_CONSTRAINTS, *_OTHERS))


def canonical(text: str) -> str:
    """The configuration in the CIB TEXT: the same text for the same configuration. Raises ClusterError."""
    root = _parse(text)
    bare = ET.Element("cib", {"validate-with": root.get("validate-with", "none")})
    configuration = copy.deepcopy(_configuration(root))
    for own in _automatic(configuration):
        own.set.remove(own.pair)
    _drop_empty_sets(configuration)
    bare.append(configuration)
    for element in bare.iter():
        element.text = (element.text or "").strip() or None
    ET.indent(bare)
    return ET.canonicalize(ET.tostring(bare, encoding="unicode")) + "\n"


def with_configuration(live: str, configuration: str) -> str:
    """The CIB LIVE with CONFIGURATION in place of its own. What Pacemaker has written itself stays."""
    root, wanted = _parse(live), _parse(configuration)
    present, new = _configuration(root), copy.deepcopy(_configuration(wanted))
    for own in _automatic(present):
        _property_set(new, own.set.get("id", "")).append(own.pair)
    root.insert(list(root).index(present), new)
    root.remove(present)
    root.set("validate-with", wanted.get("validate-with", "none"))
    return ET.tostring(root, encoding="unicode")


def identifiers(configuration: str) -> str:
    """What CONFIGURATION holds, by kind and id, one line each: enough for a diff, and without any secret."""
    found = [
        f"{section.tag}: {element.tag} {element.get('id')}"
        for section in _configuration(_parse(configuration))
        for element in section.iter()
        if element.get("id") and element.tag in _SHOWN
    ]
    return "".join(f"{line}\n" for line in found)


class _Own(t.NamedTuple):
    """A property that Pacemaker writes itself, and the set it is in."""

    set: ET.Element
    pair: ET.Element


def _parse(text: str) -> ET.Element:
    try:
        return ET.fromstring(text)
    except ET.ParseError as error:
        raise ClusterError(f"The CIB is not valid XML: {error}.") from error


def _configuration(root: ET.Element) -> ET.Element:
    found = root.find("configuration")
    if root.tag != "cib" or found is None:
        raise ClusterError(f"This is not a CIB: its outermost element is '{root.tag}', without a configuration in it.")
    return found


def _automatic(configuration: ET.Element) -> list[_Own]:
    return [
        _Own(nvset, pair)
        for nvset in configuration.findall("./crm_config/cluster_property_set")
        for pair in nvset.findall("nvpair")
        if pair.get("name") in READ_ONLY_PROPERTIES
    ]


def _drop_empty_sets(configuration: ET.Element) -> None:
    properties = configuration.find("crm_config")
    for nvset in [] if properties is None else properties.findall("cluster_property_set"):
        if properties is not None and not len(nvset):
            properties.remove(nvset)


def _property_set(configuration: ET.Element, name: str) -> ET.Element:
    properties = configuration.find("crm_config")
    if properties is None:
        properties = ET.Element("crm_config")
        configuration.insert(0, properties)
    found = next((nvset for nvset in properties if nvset.get("id") == name), None)
    return ET.SubElement(properties, "cluster_property_set", {"id": name}) if found is None else found
