# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules, as the text that pcs takes. Pure."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

TOKEN = re.compile(r"\"[^\"]*\"|'[^']*'|[()]|[^\s()]+")
RULE_AS_ONE_ARGUMENT = "pcmk.constraint.location.simple.rule.rule-as-one-argument"
Tree = tuple[Any, ...]
COMPARISONS = frozenset(("gt", "lt", "gte", "lte", "eq", "ne", "defined", "not_defined", "in_range"))
KEYWORDS = COMPARISONS | {"and", "or", "date", "to", "duration", "resource", "op"}


def rule_text(rule: ET.Element) -> str | None:
    """RULE as one line of text, or None when it holds something that this can't say."""
    parts = [expression_text(child) for child in rule]
    if not parts or None in parts:
        return None
    return f" {rule.get('boolean-op', 'or')} ".join(part for part in parts if part)


def expression_text(element: ET.Element) -> str | None:
    if element.tag == "rule":
        nested = rule_text(element)
        return None if nested is None else f"({nested})"
    if element.tag == "expression":
        operation, attribute = element.get("operation", ""), element.get("attribute", "")
        if operation in ("defined", "not_defined"):
            return f"{operation} {attribute}"
        kind = f"{element.get('type')} " if element.get("type") else ""
        return f"{attribute} {operation} {kind}{quote(element.get('value', ''))}"
    if element.tag == "date_expression":
        return date_text(element)
    if element.tag == "rsc_expression":
        return f"resource {':'.join(element.get(name, '') for name in ('class', 'provider', 'type'))}"
    if element.tag == "op_expression":
        interval = f" interval={element.get('interval')}" if element.get("interval") else ""
        return f"op {element.get('name')}{interval}"
    return None


def date_text(element: ET.Element) -> str | None:
    operation = element.get("operation", "in_range")
    if operation == "gt":
        return f"date gt {element.get('start')}"
    if operation == "lt":
        return f"date lt {element.get('end')}"
    if operation == "in_range" and element.get("end") is not None:
        start = f"{element.get('start')} " if element.get("start") else ""
        return f"date in_range {start}to {element.get('end')}"
    duration = element.find("duration")
    if operation == "in_range" and duration is not None and element.get("start") is not None:
        return " ".join([f"date in_range {element.get('start')} to duration", *options_of(duration)])
    spec = element.find("date_spec")
    if operation == "date_spec" and spec is not None:
        return " ".join(["date-spec", *options_of(spec)])
    return None


def options_of(element: ET.Element) -> list[str]:
    return [f"{name}={value}" for name, value in element.attrib.items() if name != "id"]


def quote(value: str) -> str:
    return f'"{value}"' if re.search(r"[\s()]", value) or not value else value


def words(rule: str) -> list[str]:
    """The words of a rule, without their quotes."""
    return [token[1:-1] if token[0] in "\"'" else token for token in TOKEN.findall(rule)]


# --- comparison ------------------------------------------------------------------------------------------------------


def same_rule(one: str | None, other: str | None) -> bool:
    """Whether two rules say the same."""
    if one is None or other is None:
        return one is other
    return canonical(one) == canonical(other)


def canonical(rule: str) -> Tree:
    """What a rule says, so that blanks, quotes and needless parentheses make no difference."""
    tokens = TOKEN.findall(rule)
    tree, rest = either(tokens)
    return tree if not rest else ("?", *tokens)


def either(tokens: list[str]) -> tuple[Tree, list[str]]:
    return joined("or", both, tokens)


def both(tokens: list[str]) -> tuple[Tree, list[str]]:
    """`and` binds more tightly than `or`."""
    return joined("and", single, tokens)


def joined(
    operator: str, part: Callable[[list[str]], tuple[Tree, list[str]]], tokens: list[str]
) -> tuple[Tree, list[str]]:
    """Parts with OPERATOR between them."""
    tree, rest = part(tokens)
    trees = [tree]
    while rest and rest[0].lower() == operator:
        tree, rest = part(rest[1:])
        trees.append(tree)
    if len(trees) == 1:
        return trees[0], rest
    flat = [inner for tree in trees for inner in (tree[1:] if tree[:1] == (operator,) else (tree,))]
    return (operator, *flat), rest


def single(tokens: list[str]) -> tuple[Tree, list[str]]:
    """An expression without `and` or `or`, or one in parentheses."""
    if tokens[:1] == ["("]:
        tree, rest = either(tokens[1:])
        return tree, rest[1:]
    end = next((i for i, token in enumerate(tokens) if token in "()" or token.lower() in ("and", "or")), len(tokens))
    plain = [word.lower() if word.lower() in KEYWORDS else word for word in words(" ".join(tokens[:end]))]
    options = sorted(word for word in plain if "=" in word)
    return (" ", *(word for word in plain if "=" not in word), *options), tokens[end:]
