# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the XML of a CIB says, one value for each thing: a second reading, that shares no code with the collection.

Defaults are filled in as Pacemaker does it, references are followed, sets of options count in the order of their
scores, and what is only spelled differently is the same. See oracle.py for what the tools of Pacemaker say.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

Key = tuple[str, ...]
SETS = ("instance_attributes", "meta_attributes", "utilization")
NAMING = ("obj_ref", "resource_ref", "role")  # their ids are those of others
ROLES = {"master": "Promoted", "slave": "Unpromoted"}
UNITS = {"ms": 0.001, "msec": 0.001, "s": 1, "sec": 1, "": 1, "m": 60, "min": 60, "h": 3600, "hr": 3600}
PARTS_OF_DURATION = {"W": 604800, "D": 86400, "H": 3600, "M": 60, "S": 1}  # of ISO 8601
BY_PACEMAKER = ("cluster-infrastructure", "cluster-name", "dc-version", "have-watchdog", "last-lrm-refresh")
TRUE, FALSE = ("true", "yes", "on", "1", "y"), ("false", "no", "off", "0", "n")


@dataclass
class Fact:
    """A value, and what `left_out` may call it: by the ids of the elements that say it, by the whole object, or by the
    object and one of some words."""

    value: Any
    ids: list[str] = field(default_factory=list)
    owner: str = ""
    wholes: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


def facts(root: ET.Element) -> dict[Key, Fact]:
    """All that the CIB ROOT says."""
    return Reader(root).all()


def duration(text: str) -> Any:
    """A time in seconds, as crm_get_msec() reads it; a text that is none as it is."""
    if re.fullmatch(r"P(?:\d+[WD])*(?:T(?:\d+[HMS])+)?", text):
        return float(sum(int(number) * PARTS_OF_DURATION[part] for number, part in re.findall(r"(\d+)(\w)", text)))
    found = re.fullmatch(r"\s*(\d+)\s*([a-z]*)\s*", text.lower())
    return float(found[1]) * UNITS[found[2]] if found and found[2] in UNITS else text


def score(text: str) -> str:
    number = {"INFINITY": "1000000", "+INFINITY": "1000000", "-INFINITY": "-1000000"}.get(text, text)
    return str(max(-1000000, min(1000000, int(number)))) if re.fullmatch(r"[+-]?\d+", number) else text


def role(text: str) -> str:
    return ROLES.get(text.lower(), text.capitalize())


def truth(text: str) -> str:
    return "true" if text.lower() in TRUE else "false" if text.lower() in FALSE else text


class Reader:
    """Reads one CIB."""

    def __init__(self, root: ET.Element) -> None:
        configuration = root.find("configuration")
        assert configuration is not None
        self.configuration = configuration
        self.by_id = {
            found.get("id", ""): found for found in configuration.iter() if found.get("id") and found.tag not in NAMING
        }
        self.found: dict[Key, Fact] = {}

    def all(self) -> dict[Key, Fact]:
        self.properties()
        for node in self.configuration.findall("nodes/node"):
            self.nvsets(("node", node.get("uname", "")), node, ("instance_attributes", "utilization"))
            for state in ("standby", "maintenance"):  # without it, a node is not in it either
                known = self.found.get(("node", node.get("uname", ""), "instance_attributes", state))
                if known is not None and known.value == "false":
                    del self.found[("node", node.get("uname", ""), "instance_attributes", state)]
        for section in ("rsc_defaults", "op_defaults"):
            self.defaults(section)
        for element in self.configuration.findall("resources//*"):
            if element.tag in ("primitive", "template", "group", "clone", "master", "bundle"):
                self.resource(element)
        for element in self.configuration.findall("constraints/*"):
            self.constraint(element)
        for element in self.configuration.findall("tags/tag"):
            self.add(("tag", element.get("id", "")), element, [each.get("id") for each in element])
        for element in self.configuration.findall("fencing-topology/fencing-level"):
            target = [f"{name}={element.get(name)}" for name in TARGETS if element.get(name) is not None]
            devices = [part.strip() for part in element.get("devices", "").split(",")]
            self.add(("fencing-level", *target, element.get("index", "")), element, devices)
        for element in self.configuration.findall("acls/*"):
            self.acl(element)
        for element in self.configuration.findall("alerts/alert"):
            self.alert(element)
        return self.found

    def add(self, key: Key, element: ET.Element, value: Any, owner: ET.Element | None = None, *words: str) -> None:
        owner = element if owner is None else owner
        name = owner.get("uname") or owner.get("id", "")
        ids = [element.get("id", "")] if element is not owner else []
        self.found[key] = Fact(value, [each for each in ids if each], name, [f"{owner.tag} {name}"], list(words))

    def attributes(self, key: Key, element: ET.Element, skipped: Sequence[str] = (), **defaults: str) -> None:
        """Each XML attribute of an object, or its default."""
        for name, value in {**{k.replace("_", "-"): v for k, v in defaults.items()}, **element.attrib}.items():
            if name not in ("id", *skipped):
                self.add((*key, name), element, spelled(name, value), None, name)

    # --- sets of options ---------------------------------------------------------------------------------------------

    def target(self, element: ET.Element) -> ET.Element:
        """What ELEMENT refers to, or itself."""
        return self.by_id.get(element.get("id-ref", ""), element)

    def pairs(self, nvset: ET.Element) -> Iterator[tuple[str, str | None, list[str]]]:
        """The options in a set, and the ids by which `left_out` may name them."""
        for pair in self.target(nvset).findall("nvpair"):
            target = self.target(pair)
            ids = [nvset.get("id"), nvset.get("id-ref"), pair.get("id"), pair.get("id-ref")]
            yield (
                pair.get("name") or target.get("name", ""),
                target.get("value"),
                [name for name in ids if name is not None],
            )

    def nvsets(self, key: Key, owner: ET.Element, tags: Sequence[str]) -> None:
        """The options of OWNER that hold without a rule, and its sets that have one."""
        for tag in tags:
            self.plain((*key, tag), owner, owner.findall(tag), tag)

    def plain(self, key: Key, owner: ET.Element, nvsets: Sequence[ET.Element], tag: str) -> None:
        # of equal scores the last counts, as crm_resource says
        in_order = sorted(nvsets, key=lambda each: int(score(self.target(each).get("score", "0"))))[::-1]
        for nvset in in_order:
            rule = self.target(nvset).find("rule")
            if rule is not None:
                self.add((*key, "ruled", nvset.get("id") or nvset.get("id-ref", "")), nvset, True, owner, tag)
                continue
            for name, value, ids in self.pairs(nvset):
                known = self.found.get((*key, name))
                if value is None:
                    continue  # as populate_hash() does
                if value.lower() == "#default":
                    self.found.pop((*key, name), None)
                elif known is not None:
                    known.ids += ids
                else:
                    self.add((*key, name), nvset, spelled(name, value), owner, tag)
                    self.found[(*key, name)].ids += ids

    def properties(self) -> None:
        nvsets = self.configuration.findall("crm_config/cluster_property_set")
        nvsets.sort(key=lambda each: each.get("id") != "cib-bootstrap-options")  # this one comes before all scores
        first = [each for each in nvsets if each.get("id") == "cib-bootstrap-options"]
        section = self.configuration.find("crm_config")
        assert section is not None
        self.plain(("property",), section, first, "cluster_property_set")
        self.plain(("property",), section, [each for each in nvsets if each not in first], "cluster_property_set")
        for name in BY_PACEMAKER:
            self.found.pop(("property", name), None)

    def defaults(self, tag: str) -> None:
        """Defaults without a rule in the order in which they count, and each set with a rule."""
        section = self.configuration.find(tag)
        if section is None:
            return
        nvsets = section.findall("meta_attributes")
        self.plain((tag,), section, nvsets, "meta_attributes")
        for nvset in nvsets:
            rule = self.target(nvset).find("rule")
            name = nvset.get("id") or nvset.get("id-ref", "")
            if rule is not None:
                number = score(self.target(nvset).get("score", "0"))
                self.found[(tag, "meta_attributes", name)] = Fact((self.rule(rule), number), [name])
                for option, value, ids in self.pairs(nvset):
                    self.found.setdefault((tag, "meta_attributes", name, option), Fact(value, [name, *ids]))
                self.found.pop((tag, "ruled", name), None)

    # --- rules -------------------------------------------------------------------------------------------------------

    def rule(self, rule: ET.Element) -> Any:
        """A rule: what has no effect on its meaning is left out, such as what joins a single expression."""
        rule = self.target(rule)
        operator = rule.get("boolean-op", "and")
        children: list[Any] = []
        for child in rule:
            if child.tag != "rule":
                children.append(self.expression(child))
                continue
            inner = self.rule(child)
            is_same = inner[0] == operator and len(inner) > 2
            children += inner[1:] if is_same else [inner[1] if len(inner) == 2 else inner]
        if len(children) == 1:
            return children[0] if children[0][0] in ("and", "or") else ["and", *children]
        return [operator, *children]

    def expression(self, element: ET.Element) -> Any:
        values = {name: value for name, value in element.attrib.items() if name != "id"}
        if values.get("value-source") == "literal":
            del values["value-source"]
        if element.tag == "date_expression":
            # Pacemaker reads a time without a separator, or with a second T before the zone, as the usual form.
            values = {name: re.sub(r"T([+-])", r"\1", value.replace(" ", "T")) for name, value in values.items()}
        if element.tag == "op_expression" and "interval" in values:
            values["interval"] = duration(values["interval"])
        inner = [self.expression(child) for child in element]
        return [element.tag, sorted(values.items()), *inner]

    # --- resources ---------------------------------------------------------------------------------------------------

    def resource(self, element: ET.Element) -> None:
        name = element.get("id", "")
        key = ("clone" if element.tag == "master" else element.tag, name)
        children = [child.get("id") for child in element if child.tag in ("primitive", "group")]
        if element.tag == "primitive":
            agent = ":".join(element.get(part, "") for part in ("class", "provider", "type", "template"))
            self.add(key, element, agent)
            self.operations(key, element)
        else:
            words = ("primitive",) if element.tag == "bundle" else ()  # a bundle is made without its resource, too
            self.add(key, element, children, None, *words)
        if element.get("description"):
            self.add((*key, "description"), element, element.get("description"), None, "description")
        self.nvsets(key, element, SETS)
        guest = self.found.get((*key, "meta_attributes", "remote-node"))
        if (element.get("provider"), element.get("type")) == ("pacemaker", "remote"):  # of a remote node, too
            self.found.setdefault((*key, "instance_attributes", "server"), Fact(name))
        if guest is not None:  # the name of a guest node is its address, too, where none is given
            self.found.setdefault((*key, "meta_attributes", "remote-addr"), guest)
        if element.tag in ("clone", "master"):
            promotable = (*key, "meta_attributes", "promotable")
            known = self.found.pop(promotable, None)
            is_promotable = element.tag == "master" or (known is not None and truth(known.value) == "true")
            self.add((*key, "promotable"), element, is_promotable)
        for part in element if element.tag == "bundle" else ():
            if part.tag not in (*SETS, "primitive"):
                options = {PRESENT_NAMES.get(option, option): value for option, value in part.attrib.items()}
                self.found[(*key, part.tag)] = Fact(
                    sorted(options.items()), [], name, [f"bundle {name}"], [part.tag, *part.attrib]
                )
                for child in part:
                    values = sorted((k, v) for k, v in child.attrib.items() if k != "id")
                    self.add((*key, part.tag, child.get("id", "")), child, values, element)

    def operations(self, key: Key, element: ET.Element) -> None:
        for operations in element.findall("operations"):
            for operation in self.target(operations):
                named = (
                    operation.get("name", ""),
                    str(duration(operation.get("interval", "0"))),
                    role(operation.get("role", "Started")),
                )
                own = (*key, "operation", *named)
                values = {n: v for n, v in operation.attrib.items() if n not in ("id", "name", "interval", "role")}
                identifier = operation.get("id", "")
                wholes = [f"{element.tag} {element.get('id')}", f"op {identifier}"]
                self.found[own] = Fact(True, [], identifier, wholes)
                for name, value in values.items():
                    self.found[(*own, name)] = Fact(spelled(name, value), [], identifier, wholes, [name])
                for nvset in operation:
                    for name, value, ids in self.pairs(nvset):
                        if (*own, nvset.tag, name) not in self.found and value is not None:
                            fact = Fact(value, ids, identifier, wholes, [name])
                            self.found[(*own, nvset.tag, name)] = fact

    # --- constraints -------------------------------------------------------------------------------------------------

    def constraint(self, element: ET.Element) -> None:
        key = (element.tag, element.get("id", ""))
        self.add(key, element, True)
        if element.tag == "rsc_order":
            given = element.get("score")
            kind = "Mandatory" if given is None or score(given) != "0" else "Optional"
            kind = element.get("kind", kind)
            action = element.get("first-action", "start")
            actions = {"first_action": action, "then_action": action} if element.get("first") else {}
            symmetrical = "false" if kind == "Serialize" else "true"
            self.attributes(key, element, ("score",), kind=kind, symmetrical=symmetrical, **actions)
        elif element.tag == "rsc_colocation":
            # without a score there is no preference at all, however the documentation reads; in pcmk__new_colocation(),
            # the role Started is the same as none
            roles = {"rsc_role": "Started", "with_rsc_role": "Started"} if element.get("rsc") else {}
            self.attributes(key, element, score="0", **roles)
        elif element.tag == "rsc_ticket":
            roles = {role(each.get("role", each.get("rsc-role", ""))) for each in (element, *map(self.target, element))}
            alone = {"rsc_role": "Started"} if element.get("rsc") else {}  # to Pacemaker, the same as none
            self.attributes(key, element, loss_policy="demote" if "Promoted" in roles else "stop", **alone)
        else:
            self.attributes(key, element)
        for number, part in enumerate(element):
            if part.tag == "resource_set":
                target = self.target(part)
                said = {**IN_SETS, **target.attrib}
                values = sorted((name, spelled(name, value)) for name, value in said.items() if name != "id")
                members = [each.get("id", "") for each in target]
                self.add((*key, "set", str(number)), part, [values, members], element)
            elif part.tag == "rule":
                target = self.target(part)
                names = ("score", "score-attribute", "role")
                values = sorted((n, spelled(n, target.get(n, ""))) for n in names if target.get(n))
                if not target.get("score") and not target.get("score-attribute"):
                    values.append(("score", "0"))  # both releases say that such a rule has no effect
                self.add((*key, "rule", str(number)), part, [values, self.rule(target)], element)
            else:
                self.add((*key, part.tag), part, True, element, part.tag)

    # --- the others --------------------------------------------------------------------------------------------------

    def acl(self, element: ET.Element) -> None:
        key = (element.tag, element.get("id", ""))
        self.add(key, element, True)
        if element.get("description"):
            self.add((*key, "description"), element, element.get("description"), None, "description")
        for part in element:
            if part.tag == "role":
                self.add((*key, "role", part.get("id", "")), part, True, element)
            else:
                what = str(sorted((n, v) for n, v in part.attrib.items() if n not in ("id", "description")))
                self.add((*key, "permission", what), part, True, element)
                if part.get("description"):
                    self.add((*key, "permission", what, "description"), part, part.get("description"), element)

    def alert(self, element: ET.Element) -> None:
        key = ("alert", element.get("id", ""))
        self.attributes(key, element)
        self.nvsets(key, element, SETS)
        for part in element:
            if part.tag == "recipient":
                own = (*key, "recipient", part.get("id", ""))
                self.attributes(own, part)
                self.nvsets(own, part, SETS)
            elif part.tag not in SETS:
                for child in part:
                    self.add((*key, part.tag, child.tag), child, True, element, part.tag)


# of a resource set, as unpack_order_set() and order_rsc_sets() fill them in. The latter takes `sequential` between sets
# for false where it is not said, whatever its default is.
IN_SETS = {"require-all": "true", "action": "start"}
PRESENT_NAMES = {"masters": "promoted-max"}  # of options of containers
TARGETS = ("target", "target-pattern", "target-attribute", "target-value")
DURATIONS = ("timeout", "interval", "start-delay", "interval-origin")
DURATIONS += (  # those of cluster properties
    "cluster-delay", "cluster-recheck-interval", "dc-deadtime", "election-timeout", "join-finalization-timeout",
    "join-integration-timeout", "node-pending-timeout", "priority-fencing-delay", "shutdown-escalation",
    "shutdown-lock-limit", "stonith-timeout", "stonith-watchdog-timeout", "transition-delay",
)  # fmt: skip
BOOLEANS = (
    "symmetrical", "sequential", "require-all", "influence", "enabled", "record-pending", "standby", "maintenance",
)  # fmt: skip
SCORES = ("score",)


def spelled(name: str, value: str) -> Any:
    """VALUE in the one way in which it is compared."""
    if name in BOOLEANS:
        return truth(value)
    if name in SCORES:
        return score(value)
    if name in ("role", "rsc-role", "with-rsc-role"):
        return role(value)
    return duration(value) if name in DURATIONS else value
