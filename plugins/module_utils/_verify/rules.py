# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Location rules that no node can ever meet. Pure."""

from __future__ import annotations

import typing as t
import xml.etree.ElementTree as ET

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.placement import (
    CONTAINER,
    NodeFacts,
    evaluate,
    is_kept_by_an_agent,
    locations,
    node_facts,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.cib import STRANGER
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import WARNING, Check, Finding, words

IDLE = Check(
    "location-rule-idle",
    WARNING,
    "The rule of a location applies to no node, so the constraint has no effect.",
    "Correct the rule, set the node attribute that it asks for (ha_node_settings), or remove the constraint.",
)
CHECKS = (IDLE,)


def lint(root: ET.Element, cib: Cib) -> list[Finding]:
    """What is wrong with the rules of locations in the CIB whose XML is ROOT."""
    nodes = node_facts(root, cib)
    if not any(node.kind != CONTAINER for node in nodes.values()):
        return []
    found = []
    for location, rules in locations(root):
        name = location.get("id", "")
        strangers = [stranger for rule in rules for stranger in _strangers(rule, nodes)]
        if strangers:
            said = f"The rule of constraint {name} names {words(dict.fromkeys(strangers))}, which does not exist."
            found.append(STRANGER.found(name, said))
        elif rules and all(_is_idle(rule, nodes, cib) for rule in rules):
            why = [reason for rule in rules for reason in _reasons(rule, nodes)]
            said = words(dict.fromkeys(why)) or "no node meets all of its conditions"
            found.append(IDLE.found(name, f"The rule of constraint {name} applies to no node: {said}."))
    return found


def _expressions(rule: ET.Element) -> t.Iterator[ET.Element]:
    return rule.iter("expression")


def _strangers(rule: ET.Element, nodes: t.Mapping[str, NodeFacts]) -> list[str]:
    """The nodes that RULE names and that don't exist."""
    known = {name.lower() for name in nodes}
    return [
        item.get("value", "")
        for item in _expressions(rule)
        if item.get("attribute") == "#uname"
        and item.get("operation") in ("eq", "ne")
        and item.get("value-source", "literal") == "literal"
        and item.get("value", "").lower() not in known
    ]


def _is_idle(rule: ET.Element, nodes: t.Mapping[str, NodeFacts], cib: Cib) -> bool:
    """Whether RULE is false for every node, and no resource or operator is likely to change that."""
    if any(evaluate(rule, node) is not False for node in nodes.values()):
        return False
    return not any(_may_change(item, nodes, cib) for item in _expressions(rule))


def _may_change(expression: ET.Element, nodes: t.Mapping[str, NodeFacts], cib: Cib) -> bool:
    """Whether EXPRESSION asks for what comes and goes: an attribute that an agent keeps, or a switch or a number."""
    name, value = expression.get("attribute", ""), expression.get("value", "")
    if is_kept_by_an_agent(cib, name) and name not in ("#uname", "#kind", "#id"):
        return True
    is_set = any(name in node.attributes for node in nodes.values())
    word = value.lower() in ("true", "false", "on", "off", "yes", "no", "y", "n") or not value.strip("+-.0123456789")
    return is_set and bool(value) and word


def _reasons(rule: ET.Element, nodes: t.Mapping[str, NodeFacts]) -> t.Iterator[str]:
    """Which of the expressions in RULE no node meets, in words."""
    for item in _expressions(rule):
        name, value, operation = item.get("attribute", ""), item.get("value", ""), item.get("operation", "")
        if any(evaluate(item, node) is not False for node in nodes.values()):
            continue
        if not name.startswith("#") and all(name not in node.attributes for node in nodes.values()):
            yield f"no node has the attribute {name}"
        else:
            yield f"for no node is {' '.join(filter(None, (name, operation, value)))}"
