# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of location constraints, as the text that pcs takes. Pure."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

TOKEN = re.compile(r"\"[^\"]*\"|'[^']*'|[()]|[^\s()]+")
KEYWORDS = frozenset(
    ("and", "or", "date", "gt", "lt", "gte", "lte", "eq", "ne", "defined", "not_defined", "in_range", "to", "duration")
)


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
    spec = element.find("date_spec")
    if operation == "date_spec" and spec is not None:
        return " ".join(["date-spec", *(f"{key}={value}" for key, value in spec.attrib.items() if key != "id")])
    return None


def quote(value: str) -> str:
    return f'"{value}"' if re.search(r"[\s()]", value) or not value else value


def words(rule: str) -> list[str]:
    """The words of a rule, without their quotes."""
    return [token[1:-1] if token[0] in "\"'" else token for token in TOKEN.findall(rule)]


def canonical(rule: str) -> list[str]:
    """The words of a rule, so that blanks, quotes and outer parentheses make no difference."""
    plain = [word.lower() if word.lower() in KEYWORDS else word for word in words(rule)]
    while plain[:1] == ["("] and closes_at_end(plain):
        plain = plain[1:-1]
    return plain


def closes_at_end(plain: list[str]) -> bool:
    """Whether the parenthesis that opens PLAIN is closed by their last one."""
    depth = 0
    for position, word in enumerate(plain):
        depth += (word == "(") - (word == ")")
        if depth == 0:
            return position == len(plain) - 1
    return False


def same_rule(one: str | None, other: str | None) -> bool:
    """Whether two rules say the same."""
    if one is None or other is None:
        return one is other
    return canonical(one) == canonical(other)
