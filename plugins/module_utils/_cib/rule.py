# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write rules as the text that pcs takes. Pure."""

from __future__ import annotations

import datetime
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any

TOKEN = re.compile(r"\"[^\"]*\"|'[^']*'|[()]|[^\s()]+")
RULE_AS_ONE_ARGUMENT = "pcmk.constraint.location.simple.rule.rule-as-one-argument"
Tree = tuple[Any, ...]
BOOLEAN = ("and", "or")
UNARY = ("defined", "not_defined")
BINARY = ("eq", "ne", "lt", "gt", "lte", "gte")
TYPES = ("string", "integer", "number", "version")
UNWRITABLE_RULE = "a rule that not every pcs can write"
COMPARISONS = frozenset((*UNARY, *BINARY, "in_range"))
KEYWORDS = COMPARISONS | {*BOOLEAN, "date", "to", "date-spec", "duration", "resource", "op"}

# What the grammars of pcs 0.11 and 0.12 both take. The former has one of its own for the rules of locations.
PLAIN_WORD = re.compile(r"[^\s()\"'][^\s()]*")
NO_OPERANDS = {*COMPARISONS, *BOOLEAN, *TYPES, "to", "date-spec", "duration"}  # words that are never mere values
VALUES = {
    "integer": re.compile(r"[-+]?\d+"),
    "number": re.compile(r"[-+]?(\d+|\d*\.\d+|\d+\.\d*)([eE][+-]?\d+)?"),
    "version": re.compile(r"\d+(\.\d+)*"),
}
DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(T([01]\d|2[0-3])(:[0-5]\d){0,2}(Z|[+-]\d\d(:?\d\d)?)?)?")
DATE_SEPARATOR = re.compile(r"\s*([TZ:.+-])\s*")
SPEC_LIMITS: Mapping[str, tuple[int, int]] = {
    "years": (0, 9999),
    "weekyears": (0, 9999),
    "months": (1, 12),
    "weeks": (1, 53),
    "yeardays": (1, 366),
    "monthdays": (1, 31),
    "weekdays": (1, 7),
    "hours": (0, 23),
}
DURATION_PARTS = frozenset(("years", "months", "weeks", "hours"))
INTERVAL = re.compile(r"\d+[a-zA-Z]*")


def rule_text(rule: ET.Element) -> str | None:
    """RULE as one line of text, or None when it holds something that this can't say."""
    parts = [expression_text(child) for child in rule]
    operator = operator_of(rule)
    if not parts or None in parts or operator is None:
        return None
    return f" {operator} ".join(part for part in parts if part)


def operator_of(rule: ET.Element) -> str | None:
    """How the conditions of RULE are joined: all have to hold where it doesn't say. None for what is neither."""
    operator = rule.get("boolean-op", "and").lower()
    return operator if operator in BOOLEAN else None


def expression_text(element: ET.Element) -> str | None:
    if element.tag == "rule":
        nested = rule_text(element)
        return None if nested is None else f"({nested})"
    if element.tag == "expression":
        return attribute_text(element)
    if element.tag == "date_expression":
        return date_text(element)
    if element.tag == "rsc_expression":
        return f"resource {':'.join(element.get(name, '') for name in ('class', 'provider', 'type'))}"
    if element.tag == "op_expression":
        interval = f" interval={element.get('interval')}" if element.get("interval") else ""
        return f"op {element.get('name')}{interval}" if element.get("name") else None
    return None


def attribute_text(element: ET.Element) -> str | None:
    """A condition on a node attribute. One whose value is the name of a parameter, or of another attribute, can't be
    said."""
    operation, attribute, kind = (element.get(name) for name in ("operation", "attribute", "type"))
    if not attribute or not PLAIN_WORD.fullmatch(attribute) or element.get("value-source", "literal") != "literal":
        return None
    if operation in UNARY:
        return f"{operation} {attribute}"
    value = quote(element.get("value"))
    if operation not in BINARY or value is None or kind not in (None, *TYPES):
        return None
    return " ".join(filter(None, (attribute, operation, kind, value)))


def date_text(element: ET.Element) -> str | None:
    operation = element.get("operation", "in_range")
    start, end = (in_one_word(element.get(name)) for name in ("start", "end"))
    if operation == "gt":
        return f"date gt {start}" if start else None
    if operation == "lt":
        return f"date lt {end}" if end else None
    if operation == "in_range" and end:
        return f"date in_range {start} to {end}" if start else f"date in_range to {end}"
    duration = element.find("duration")
    if operation == "in_range" and duration is not None and start:
        return " ".join([f"date in_range {start} to duration", *options_of(duration)])
    spec = element.find("date_spec")
    if operation == "date_spec" and spec is not None:
        return " ".join(["date-spec", *options_of(spec)])
    return None


def in_one_word(date: str | None) -> str | None:
    """A DATE without the blanks that Pacemaker allows in it, and pcs doesn't."""
    return None if date is None else re.sub(r"\s+", "T", DATE_SEPARATOR.sub(r"\1", date.strip()), count=1)


def options_of(element: ET.Element) -> list[str]:
    return [f"{name}={value}" for name, value in element.attrib.items() if name != "id"]


def quote(value: str | None) -> str | None:
    """VALUE as one word of a rule, or None when no quotes can hold it."""
    if value is None or PLAIN_WORD.fullmatch(value):
        return value
    mark = next((mark for mark in "\"'" if mark not in value), None)
    return None if mark is None else f"{mark}{value}{mark}"


def words(rule: str) -> list[str]:
    """The words of a rule, without their quotes."""
    return [token[1:-1] if token[0] in "\"'" and token[-1] == token[0] else token for token in TOKEN.findall(rule)]


def as_one_argument(rule: str) -> str:
    """RULE for a pcs that takes it as one argument, and quotes as a part of the value."""
    return " ".join(
        token[1:-1] if token[0] in "\"'" and PLAIN_WORD.fullmatch(token[1:-1]) else token
        for token in TOKEN.findall(rule)
    )


# --- what every pcs can write ----------------------------------------------------------------------------------------


def is_writable(rule: ET.Element, *, location: bool) -> bool:
    """Whether each release of pcs makes RULE out of its text, for a LOCATION or for a set of defaults."""
    return rule_text(rule) is not None and all(
        is_writable(child, location=location) if child.tag == "rule" else is_writable_expression(child, location)
        for child in rule
    )


def is_writable_expression(element: ET.Element, location: bool) -> bool:
    if element.tag == "expression":
        return location and is_writable_attribute(element)
    if element.tag == "date_expression":
        return is_writable_date(element, location)
    if location:
        return False
    if element.tag == "op_expression":
        name, interval = element.get("name", ""), element.get("interval")
        return PLAIN_WORD.fullmatch(name) is not None and (interval is None or INTERVAL.fullmatch(interval) is not None)
    parts = [element.get(name, "") for name in ("class", "provider", "type")]
    return all(re.fullmatch(r"[^\s:()\"']*", part) for part in parts)


def is_writable_attribute(element: ET.Element) -> bool:
    operation, attribute, kind, value = (element.get(name, "") for name in ("operation", "attribute", "type", "value"))
    if attribute.lower() in {*NO_OPERANDS, "date", "resource", "op"} or "value" not in element.attrib:
        return operation in UNARY and attribute.lower() not in NO_OPERANDS
    if operation in UNARY or not PLAIN_WORD.fullmatch(value) or value in ("date-spec", "duration"):
        return False
    if not kind:
        return value.lower() not in NO_OPERANDS
    return kind not in VALUES or VALUES[kind].fullmatch(value) is not None


def is_writable_date(element: ET.Element, location: bool) -> bool:
    operation = element.get("operation", "in_range")
    spec, duration = element.find("date_spec"), element.find("duration")
    if operation == "date_spec":
        return spec is not None and bool(options_of(spec)) and all(map(is_writable_spec, options_of(spec)))
    start, end = (in_one_word(element.get(name)) for name in ("start", "end"))
    dates = [date for date in (start, end) if date is not None]
    if not all(map(is_date, dates)):
        return False
    if operation != "in_range":
        return len(dates) == 1 and duration is None
    if end is not None:
        return duration is None and (start < end if start is not None else not location)
    pairs = [option.partition("=")[::2] for option in (options_of(duration) if duration is not None else ())]
    return bool(pairs) and all(name in DURATION_PARTS and value.isdigit() and int(value) > 0 for name, value in pairs)


def is_date(date: str) -> bool:
    found = DATE.fullmatch(date)
    try:
        return found is not None and datetime.date(*map(int, found.group(1, 2, 3))) is not None
    except ValueError:
        return False


def is_writable_spec(option: str) -> bool:
    """Whether an option of a date specification is a number, or a range of them, in its limits."""
    name, _equals, value = option.partition("=")
    numbers = [int(number) for number in value.split("-")] if re.fullmatch(r"\d+(-\d+)?", value) else []
    lowest, highest = SPEC_LIMITS.get(name, (1, 0))
    return bool(numbers) and all(lowest <= number <= highest for number in numbers) and numbers == sorted(set(numbers))


# --- comparison ------------------------------------------------------------------------------------------------------


def same_rule(one: str | None, other: str | None) -> bool:
    """Whether two rules say the same."""
    if one is None or other is None:
        return one is other
    return canonical(one) == canonical(other)


def canonical(rule: str) -> Tree:
    """What a rule says, so that blanks, quotes, needless parentheses and the order of conditions make no difference."""
    tokens = TOKEN.findall(rule)
    tree, rest = joined(tokens)
    return tree if not rest else ("?", *tokens)


def joined(tokens: list[str]) -> tuple[Tree, list[str]]:
    """Conditions with `and` and `or` between them. For pcs, neither binds more tightly: it reads from left to right."""
    tree, rest = single(tokens)
    while rest and rest[0].lower() in BOOLEAN:
        operator = rest[0].lower()
        other, rest = single(rest[1:])
        parts = {inner for each in (tree, other) for inner in (each[1:] if each[:1] == (operator,) else (each,))}
        tree = (operator, *sorted(parts, key=repr)) if len(parts) > 1 else tree
    return tree, rest


def single(tokens: list[str]) -> tuple[Tree, list[str]]:
    """A condition without `and` or `or`, or a rule in parentheses."""
    if tokens[:1] == ["("]:
        tree, rest = joined(tokens[1:])
        return tree, rest[1:]
    end = next((i for i, token in enumerate(tokens) if i and (token in "()" or is_joint(tokens, i))), len(tokens))
    return condition(words(" ".join(tokens[:end]))), tokens[end:]


def is_joint(tokens: list[str], position: int) -> bool:
    """Whether the word at POSITION joins two conditions, and is not a value of one."""
    before = tokens[position - 1].lower()
    is_value = before in BINARY or (before in TYPES and position > 1 and tokens[position - 2].lower() in BINARY)
    return tokens[position].lower() in BOOLEAN and not is_value


def condition(plain: list[str]) -> Tree:
    """What the words of a single condition say: their order and case matter in names and values only."""
    first, second = ((plain[i].lower() if len(plain) > i else "") for i in (0, 1))
    if second in BINARY and len(plain) in (3, 4) and not (first == "date" and len(plain) == 3):
        kind = plain[2].lower() if len(plain) == 4 else ""
        kind = "" if kind == "string" and second in ("eq", "ne") else kind  # what is compared where nothing is said
        return (second, plain[0], kind, plain[-1])
    options = sorted(word for word in plain if "=" in word) if first in ("date", "date-spec", "op") else []
    rest = [word for word in plain if word not in options]
    return (" ", *(word.lower() if word.lower() in KEYWORDS else word for word in rest), *options)
