# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check values against a specification of options: keys, types and choices. Pure.

Ansible says the same of one value at a time, and not of which object. Here each mistake has its place, such as
``resources[0] 'web-ip' operations[1] 'monitor'``, and all are said.
"""

from __future__ import annotations

import contextlib
import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from ansible.module_utils.common.validation import (
    check_type_bool,
    check_type_dict,
    check_type_float,
    check_type_int,
    check_type_list,
)

NEAR = 0.75  # how much two names have to be alike, from 0 to 1
SHOWN = 60  # characters of a value that a message repeats
# What tells an object from the others of its kind, the best first.
NAMES = ("id", "name", "resource", "first", "ticket", "value", "level", "kind")
TRUTHS = {True: ("on", "yes", "true"), False: ("off", "no", "false")}  # what YAML reads as a boolean
NUMBERS: Mapping[str, tuple[Callable[[Any], Any], str]] = {
    "int": (check_type_int, "not a whole number"),
    "float": (check_type_float, "not a number"),
    "bool": (check_type_bool, "not a boolean; write true or false"),
}


class Problem(NamedTuple):
    """One mistake: where it is, and what is wrong with it."""

    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"

    @property
    def variable(self) -> str:
        """The variable or option that the mistake is in."""
        return re.split(r"[\[. ]", self.place, maxsplit=1)[0]


class Reader:
    """Reads values as specifications have them, and keeps what is wrong with them in `problems`.

    A STRICT one does not turn words into lists and mappings: no module will convert the values.
    """

    def __init__(self, *, strict: bool = False) -> None:
        self.problems: list[Problem] = []
        self.strict = strict

    def options(self, spec: Mapping[str, Mapping[str, Any]], values: Mapping[Any, Any], place: str) -> dict[str, Any]:
        """Those of VALUES, a mapping at PLACE, that are as SPEC has them."""
        for key in values:
            if key not in spec:
                self.say(place, f"unknown key {said(key)}{instead(str(key), spec, 'it takes')}")
        result = {}
        for name, wanted in spec.items():
            value = values.get(name)
            if value is None:
                if wanted.get("required"):
                    self.say(place, f"it lacks '{name}'; add it.")
                continue
            read = self.value(wanted, value, at_key(place, name))
            if read is not None:
                result[name] = read
        return result

    def value(self, wanted: Mapping[str, Any], value: Any, place: str) -> Any:
        """VALUE as the option WANTED has it; None where it can't be that."""
        kind = wanted.get("type", "str")
        if kind == "raw":
            return value
        if kind == "dict":
            return self._mapping(wanted, value, place)
        if kind == "list":
            return self._list(wanted, value, place)
        return self._scalar(wanted, kind, value, place)

    def say(self, place: str, text: str) -> None:
        self.problems.append(Problem(place, text))

    def _mapping(self, wanted: Mapping[str, Any], value: Any, place: str) -> Any:
        if isinstance(value, str) and not self.strict:
            with contextlib.suppress(TypeError, ValueError):
                value = check_type_dict(value)
        if not isinstance(value, Mapping):
            self.say(place, f"it is {a_shape(value)}, but takes a mapping{as_mapping(value)}.")
            return None
        if wanted.get("options"):
            return self.options(wanted["options"], value, place)
        return {str(key): each for key, each in value.items()}

    def _list(self, wanted: Mapping[str, Any], value: Any, place: str) -> Any:
        if not isinstance(value, (list, tuple)):
            if isinstance(value, (Mapping, bool)) or self.strict or wanted["elements"] == "dict":
                self.say(place, f"it is {a_shape(value)}, but takes a list{as_list(wanted, value)}.")
                return None
            value = check_type_list(value)
        found = []
        for index, each in enumerate(value):
            here = at_item(place, index, each)
            if wanted.get("elements") != "dict":
                read = self._scalar(wanted, wanted.get("elements", "str"), each, here)
            elif not isinstance(each, Mapping):
                self.say(here, f"it is {a_shape(each)}, but each entry is a mapping{with_keys(wanted)}.")
                read = None
            else:
                read = self.options(wanted["options"], each, here) if "options" in wanted else dict(each)
            # What can't be read stays in its place, for the others' numbers.
            found.append(read)
        return found

    def _scalar(self, wanted: Mapping[str, Any], kind: str, value: Any, place: str) -> Any:
        if isinstance(value, (list, tuple, Mapping)):
            self.say(place, f"it is {a_shape(value)}, but takes one value.")
            return None
        if kind in NUMBERS:
            convert, otherwise = NUMBERS[kind]
            try:
                return convert(value)
            except (TypeError, ValueError):
                self.say(place, f"{said(value)} is {otherwise}.")
                return None
        if kind == "raw" or value is None:
            return value
        if isinstance(value, bool) and not self.strict:
            self.say(place, f"{said(value)} {why_boolean(value)}. Write the intended word in quotes.")
            return None
        choices = wanted.get("choices")
        if (
            choices
            and str(value) not in choices
            and not (isinstance(value, bool) and {*TRUTHS[value]}.intersection(choices))
        ):
            self.say(place, f"{said(value)} is unknown{instead(str(value), choices, 'it takes')}")
            return None
        return str(value)


# --- words -----------------------------------------------------------------------------------------------------------


def at_key(place: str, key: str) -> str:
    """The place of the value KEY in the mapping at PLACE."""
    if not place:
        return key
    return f"{place} {key}" if place[-1] in "]'" else f"{place}.{key}"


def at_item(place: str, index: int, item: Any) -> str:
    """The place of ITEM, the one with INDEX in the list at PLACE."""
    name = name_of(item) if isinstance(item, Mapping) else ""
    return f"{place}[{index}]" + (f" '{name}'" if name else "")


def name_of(item: Mapping[str, Any]) -> str:
    """What a message calls an object; empty where nothing says so."""
    named = (item[name] for name in NAMES if item.get(name) and isinstance(item[name], (str, int)))
    return next((str(name) for name in named if name is not True), "")


def a_shape(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    return "empty" if value is None else said(value)


def said(value: Any) -> str:
    """VALUE as a message repeats it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    text = str(value)
    return f"'{text if len(text) <= SHOWN else text[: SHOWN - 3] + '...'}'"


def why_boolean(value: bool) -> str:
    return f"is a boolean, which YAML reads from {'on and yes' if value else 'off and no'}, too"


def nearest(name: str, known: Iterable[str], cutoff: float = NEAR) -> str:
    """Which of the KNOWN names is most like NAME; empty where none is."""
    names = {each.lower(): each for each in known}
    found = difflib.get_close_matches(name.lower(), names, n=1, cutoff=cutoff)
    return names[found[0]] if found else ""


def instead(name: str, known: Iterable[str], phrase: str) -> str:
    """The end of a sentence on NAME, which is none of those that are KNOWN: the nearest one, or all."""
    known = list(known)
    near = nearest(name, known)
    return f"; did you mean '{near}'?" if near else f"; {phrase} {', '.join(known)}."


def as_mapping(value: Any) -> str:
    """How a list of names and values is written as a mapping, where VALUE is that."""
    if isinstance(value, (list, tuple)) and value:
        if all(isinstance(each, Mapping) and {*each} == {"name", "value"} for each in value):
            return ". Write " + "{" + ", ".join(f"{each['name']}: ..." for each in value) + "}, not a list of names"
        if all(isinstance(each, Mapping) and len(each) == 1 for each in value):
            return ". Leave out the dashes"
    return ""


def as_list(wanted: Mapping[str, Any], value: Any) -> str:
    if isinstance(value, Mapping):
        return ". Begin each entry with a dash"
    return f". Write [{value}]" if wanted.get("elements", "str") != "dict" and value is not None else ""


def with_keys(wanted: Mapping[str, Any]) -> str:
    names = [name for name, option in (wanted.get("options") or {}).items() if option.get("required")]
    return f" with {' and '.join(names)}" if names else ""
