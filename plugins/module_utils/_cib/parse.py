# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the XML of a CIB to the model. Pure."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import bundles
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
    Colocation,
    Constraint,
    Group,
    LeftAlone,
    Location,
    Operation,
    Order,
    Primitive,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import boolean, score
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.properties import (
    PROPERTIES,
    READ_ONLY_PROPERTIES,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.rule import (
    UNWRITABLE_RULE,
    is_writable,
    rule_text,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.sets import parse_sets
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
ORDER_KINDS = frozenset(("Mandatory", "Optional", "Serialize"))
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
    constraints = [item for section in configuration.findall("constraints") for item in section]
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
        locations=by_id(map(parse_location, (item for item in constraints if item.tag == "rsc_location"))),
        colocations=by_id(map(parse_colocation, (item for item in constraints if item.tag == "rsc_colocation"))),
        orders=by_id(map(parse_order, (item for item in constraints if item.tag == "rsc_order"))),
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


def names_in(element: ET.Element) -> Iterator[str]:
    """The ids of what a constraint names."""
    yield from (element.get(name, "") for name in ("rsc", "with-rsc", "first", "then") if element.get(name))
    yield from (item.get("id", "") for item in element.iter("resource_ref"))


def by_id(items: Iterable[Constraint | None]) -> dict[str, Constraint]:
    """The ITEMS that could be parsed, by their id."""
    return {item.id: item for item in items if item is not None}


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


def parse_location(element: ET.Element) -> Location | None:
    rules = element.findall("rule")
    resource, pattern = element.get("rsc"), element.get("rsc-pattern")
    if (resource is None and pattern is None) or len(rules) > 1 or len(rules) != len(element):
        return None  # sets, several rules, a time for which it holds: left alone
    name = resource if resource is not None else f"regexp%{pattern}"
    options = dict(remaining(element, "rsc", "rsc-pattern", "node", "score"))
    if not rules:
        node, value = element.get("node"), element.get("score")
        if node is None or value is None:  # Pacemaker ignores it
            return None
        return Location(element.get("id", ""), name or "", node, None, value, options)
    text, value, attribute = rule_text(rules[0]), rules[0].get("score"), rules[0].get("score-attribute")
    if text is None or "role" in options or (value is None) is (attribute is None):
        return None
    if attribute is not None:
        options["score-attribute"] = attribute
    obstacle = "" if is_writable(rules[0], location=True) else UNWRITABLE_RULE
    if rules[0].get("role") is not None:
        options["role"] = rules[0].get("role", "")
    return Location(element.get("id", ""), name or "", None, text, value, options, obstacle)


def parse_colocation(element: ET.Element) -> Colocation | None:
    sets = parse_sets(element)
    if len(sets or ()) != len(element) or (not sets and None in (element.get("rsc"), element.get("with-rsc"))):
        return None
    return Colocation(
        id=element.get("id", ""),
        resource=element.get("rsc", ""),
        with_resource=element.get("with-rsc", ""),
        score=element.get("score", "0"),  # Pacemaker's default, which isn't that of pcs
        resource_role=element.get("rsc-role"),
        with_role=element.get("with-rsc-role"),
        options=remaining(element, "rsc", "with-rsc", "score", "rsc-role", "with-rsc-role"),
        sets=sets or (),
    )


def parse_order(element: ET.Element) -> Order | None:
    sets = parse_sets(element)
    if len(sets or ()) != len(element) or (not sets and None in (element.get("first"), element.get("then"))):
        return None
    first_action = element.get("first-action", "start")
    kind = element.get("kind")
    if kind is None:
        kind = "Optional" if score(element.get("score", "INFINITY")) == 0 else "Mandatory"
    if kind not in ORDER_KINDS:  # no schema allows it: left alone
        return None
    return Order(
        id=element.get("id", ""),
        first=element.get("first", ""),
        then=element.get("then", ""),
        first_action=first_action,
        then_action=element.get("then-action", first_action),
        kind=kind,
        symmetrical=boolean(element.get("symmetrical", "false" if kind == "Serialize" else "true")) is True,
        options=remaining(element, "first", "then", "first-action", "then-action", "kind", "symmetrical", "score"),
        sets=sets or (),
    )
