# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the XML of a CIB to the model. Pure."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import bundles
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.constraints import names_in
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.defaults import parse_plain
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.element import (
    attributes,
    by_precedence,
    remaining,
    resolve_references,
    values_of,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kinds import KINDS
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import (
    Attributes,
    Cib,
    Clone,
    Group,
    LeftAlone,
    Operation,
    Primitive,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import boolean
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.properties import (
    PROPERTIES,
    READ_ONLY_PROPERTIES,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

PROPERTY_SET = "cib-bootstrap-options"
# What may be left alone, and where the model has those that are not.
LEFT_ALONE = {
    "resources//primitive": ("resources", "primitives"),
    "resources//clone": ("clones", "clones"),
    "resources//master": ("clones", "clones"),
    "resources/bundle": ("bundles", "bundles"),
    "constraints/rsc_location": ("locations", "locations"),
    "constraints/rsc_colocation": ("colocations", "colocations"),
    "constraints/rsc_order": ("orders", "orders"),
    "constraints/rsc_ticket": ("tickets", "tickets"),
    "rsc_defaults/meta_attributes": ("resource_defaults_sets", "resource_defaults_sets"),
    "op_defaults/meta_attributes": ("operation_defaults_sets", "operation_defaults_sets"),
}
OPERATION_FIELDS = frozenset(("id", "name", "interval", "timeout", "role"))


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
    resources = configuration.findall("resources")
    clones = (
        *(element for section in resources for element in section.iter("clone")),
        *(element for section in resources for element in section.iter("master")),
    )
    return Cib(
        properties=parse_properties(configuration.findall("crm_config/cluster_property_set")),
        resource_defaults=parse_plain(configuration, "rsc_defaults"),
        operation_defaults=parse_plain(configuration, "op_defaults"),
        primitives={
            primitive.id: primitive
            for section in resources
            for primitive in map(parse_primitive, section.iter("primitive"))
            if primitive is not None
        },
        groups={group.id: group for section in resources for group in map(parse_group, section.iter("group"))},
        clones={clone.id: clone for clone in map(parse_clone, clones) if clone is not None},
        bundles=bundles.parse(configuration),
        **{kind.name: kind.parse(configuration) for kind in KINDS},
    )


def left_alone(configuration: ET.Element, cib: Cib) -> dict[str, dict[str, LeftAlone]]:
    """The objects of CONFIGURATION that CIB, its model, doesn't hold."""
    templates = {item.get("id"): item.get("class") for item in configuration.iterfind("resources/template")}
    found: dict[str, dict[str, LeftAlone]] = {}
    for path, (kind, field) in LEFT_ALONE.items():
        for element in configuration.iterfind(path):
            name = element.get("id")
            if name and name not in getattr(cib, field):
                device = templates.get(element.get("template")) == "stonith"
                place = element.get("node", "")
                entry = LeftAlone(why_left_alone(element), frozenset(names_in(element)), device, place)
                found.setdefault(kind, {})[name] = entry
    for kind in ("resource_defaults", "operation_defaults"):  # the plain set is held, though by no name of its own
        found.get(f"{kind}_sets", {}).pop(getattr(cib, kind).set_id, None)
    return {kind: entries for kind, entries in found.items() if entries}


def why_left_alone(element: ET.Element) -> str:
    """What ELEMENT, which the model doesn't hold, has that pcs can't write."""
    if element.tag == "primitive":
        return f"it is made from the template '{element.get('template')}'"
    if element.tag in ("clone", "master"):
        return "it has no resource"
    if element.tag == "bundle":
        return "its containers are neither of podman nor of docker"
    if element.find("lifetime") is not None:
        return "it holds for a time only (lifetime)"
    if len(element.findall("rule")) > 1:
        return "it has several rules"
    if element.find(".//expression[@value-source]") is not None:
        return "its rule compares with what a parameter or another attribute says (value-source)"
    if element.find("rule") is not None:
        return "it has a rule that pcs can't write"
    return "it has something that pcs can't write"


def parse_properties(sets: list[ET.Element]) -> Attributes:
    """The cluster properties. Sets beside that of pcs may hold what programs keep for themselves: of them, only those
    that Pacemaker knows count."""
    plain = [nvset for nvset in sets if nvset.find("rule") is None]
    main = [nvset for nvset in plain if nvset.get("id") == PROPERTY_SET] + plain[:1]
    own = {pair.get("name") for nvset in main for pair in nvset.findall("nvpair")}
    return {
        name: value
        for name, value in values_of(by_precedence(plain, PROPERTY_SET)).items()
        if name not in READ_ONLY_PROPERTIES and (name in own or name in PROPERTIES)
    }


def agent_of(element: ET.Element) -> str:
    """The agent as pcs names it: ocf:heartbeat:IPaddr2, systemd:lighttpd, stonith:fence_xvm."""
    parts = (element.get("class"), element.get("provider"), element.get("type"))
    return ":".join(part for part in parts if part)


def parse_primitive(element: ET.Element) -> Primitive | None:
    if element.get("type") is None:  # made from a template: left alone
        return None
    return Primitive(
        id=element.get("id", ""),
        agent=agent_of(element),
        options=attributes(element, "instance_attributes"),
        meta=attributes(element, "meta_attributes"),
        utilization=attributes(element, "utilization"),
        operations=tuple(parse_operation(operation) for operation in element.findall("operations/op")),
        description=element.get("description", ""),
    )


def parse_operation(element: ET.Element) -> Operation:
    options = {**attributes(element, "instance_attributes"), **remaining(element, *OPERATION_FIELDS)}
    return Operation(
        name=element.get("name", ""),
        interval=element.get("interval", "0s"),
        timeout=element.get("timeout"),
        role=element.get("role"),
        options={name: value for name, value in options.items() if name not in OPERATION_FIELDS},
        xml_id=element.get("id"),
        holds_more=any(child.tag != "instance_attributes" or not is_plain(child) for child in element),
    )


def is_plain(nvset: ET.Element) -> bool:
    """Whether a set of an operation's options holds nothing but what pcs can write again."""
    return all(pair.tag == "nvpair" and pair.get("name") not in OPERATION_FIELDS for pair in nvset)


def parse_group(element: ET.Element) -> Group:
    members = tuple(member.get("id", "") for member in element.findall("primitive"))
    meta = attributes(element, "meta_attributes")
    return Group(element.get("id", ""), members, meta, element.get("description", ""))


def parse_clone(element: ET.Element) -> Clone | None:
    child = next((child for child in element if child.tag in ("primitive", "group")), None)
    if child is None:
        return None
    meta = dict(attributes(element, "meta_attributes"))
    promotable = boolean(meta.pop("promotable", "false")) is True or element.tag == "master"
    return Clone(element.get("id", ""), child.get("id", ""), promotable, meta, element.get("description", ""))
