# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check that Pacemaker and pcs can read the values of declared options. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kinds import BY_NAME
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import (
    DURATION_NAMES,
    boolean,
    duration,
    is_duration_of_pcs,
    score,
    text,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.options import Options, is_free
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.properties import PROPERTIES, READ_ONLY_PROPERTIES
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.rule import BINARY, BOOLEAN, TYPES, UNARY, words
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.secrets import is_secret
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.shape import (
    Problem,
    Reader,
    at_key,
    instead,
    nearest,
    said,
    why_boolean,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.spec import CIB
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.values import plain_value
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input import words as known
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.inventory import Inventory, parts
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.objects import OBJECTS

ALIKE = 0.85  # similarity at which an unknown name counts as a slip, where other names are allowed
TOKEN = re.compile(r"\"[^\"]*\"|'[^']*'|[()]|[^\s()]+")
OF_RULE = re.compile(r"(id|role|score|score-attribute)=")  # options of a rule as a whole
NUMBER = re.compile(r"[+-]?\d+|[+]?INFINITY", re.IGNORECASE)
ISO_DURATION = re.compile(r"P[0-9YMWDTHS.,:-]+")
# The known names in a mapping, by the word that the option `holds`.
TABLES: Mapping[str, Mapping[str, known.Takes]] = {
    "meta": known.META,
    "operation": known.OPERATION,
    "location": known.LOCATION,
    "number": {"": known.NUMBER},
}
PCMK_ACTIONS = "reboot|off|on|list|monitor|status"
PCMK = re.compile(
    rf"pcmk_(host_(argument|map|list|check)|delay_(max|base)|action_limit|({PCMK_ACTIONS})_(action|timeout|retries))"
)
PCMK_NAMES = (
    *("pcmk_host_map", "pcmk_host_list", "pcmk_host_check", "pcmk_host_argument", "pcmk_delay_base", "pcmk_delay_max"),
    *("pcmk_action_limit", "pcmk_reboot_action", "pcmk_reboot_timeout", "pcmk_off_timeout", "pcmk_monitor_timeout"),
)
HOST_CHECKS = ("static-list", "dynamic-list", "status", "none")


def value_problems(inventory: Inventory) -> Iterator[Problem]:
    """Check the values of the properties, the defaults and the objects that INVENTORY declares."""
    for name, value in inventory.mapping("properties").items():
        yield from property_problems(f"ha_properties.{name}", name, value)
    for plain in (kind for kind in BY_NAME.values() if kind.holds):
        yield from options_problems(plain.variable, inventory.mapping(plain.name), TABLES[plain.holds])
    yield from options_problems("ha_custom_properties", inventory.mapping("custom_properties"), {})
    for kind in OBJECTS:
        for place, item in inventory.objects(kind):
            yield from of_object(place, item, BY_NAME[kind].options)


def fence_virt_problems(inventory: Inventory) -> Iterator[Problem]:
    """Check the values of the device that role fence_virt makes."""
    reader = Reader()
    given = {name: inventory.variables.get(f"ha_fence_virt_{name}") for name in ("options", "meta", "operations")}
    if isinstance(given["options"], Mapping):
        yield from options_problems("ha_fence_virt_options", given["options"], {}, is_fencing=True)
    if isinstance(given["meta"], Mapping):
        yield from options_problems("ha_fence_virt_meta", given["meta"], known.META)
    if isinstance(given["operations"], list):
        wanted = CIB["stonith"]["options"]["operations"]
        operations = reader.value(wanted, given["operations"], "ha_fence_virt_operations")
        yield from reader.problems
        for place, text_of in of_object("ha_fence_virt", {"operations": operations}, BY_NAME["stonith"].options):
            yield Problem(place.replace(".", "_", 1), text_of)


def of_object(place: str, item: Mapping[str, Any], wanted: Options) -> Iterator[Problem]:
    """Check the values of ITEM, an object or a part of one whose options are WANTED."""
    for name in sorted(name for name in item if name in wanted and is_free(wanted[name])):
        holds = wanted[name].get("holds", "")
        yield from options_problems(
            at_key(place, name), item[name], TABLES.get(holds, {}), is_fencing=holds == "fencing"
        )
    for name, option in wanted.items():
        if "takes" in option and item.get(name) is not None:
            yield from said_of(at_key(place, name), why_not_taken(item[name], option["takes"]))
    for name, option in wanted.items():
        for part_place, part in parts(place, item, name) if "suboptions" in option else ():
            yield from of_object(part_place, part, option["suboptions"])
    yield from operation_problems(place, item)


def why_not_taken(value: Any, takes: str) -> str:
    """Say why VALUE is not what an option TAKES, a word of its description; empty if it is."""
    if takes in ("rule", "location rule"):
        return why_no_rule(value, is_location=takes == "location rule")
    if takes in ("agent", "fence agent"):
        return why_no_agent(value, is_fencing=takes == "fence agent")
    return why_not(value, takes)


def said_of(place: str, why: str) -> Iterator[Problem]:
    if why:
        yield Problem(place, why)


# --- options in mappings ---------------------------------------------------------------------------------------------


def options_problems(
    place: str, options: Mapping[str, Any], table: Mapping[str, known.Takes], *, is_fencing: bool = False
) -> Iterator[Problem]:
    """Check OPTIONS, a mapping at PLACE. TABLE maps options to the values they take; its entry "" is for all
    options."""
    for name, value in options.items():
        here = at_key(place, name)
        if value is None:
            continue
        try:
            word = plain_value(name, value, "it", is_fencing=is_fencing)
        except ClusterError as error:
            yield Problem(here, str(error).replace(f"The option '{name}' of the it ", "it ", 1))
            continue
        if is_fencing:
            yield from said_of(here, why_no_fencing_option(name, text(word)))
        elif name in table or "" in table:
            if not is_secret(name):
                yield from said_of(here, why_not(word, table.get(name, table.get("", ()))))
        elif table:
            near = nearest(name, [*table, *known.FREE_META, *known.FREE_OPERATION], ALIKE)
            if near and near != name:
                yield Problem(place, f"there is no option '{name}'; did you mean '{near}'?")


def property_problems(place: str, name: str, value: Any) -> Iterator[Problem]:
    if value is None:
        return
    if name in READ_ONLY_PROPERTIES:
        yield Problem(place, "Pacemaker and pcs write this property themselves; remove it.")
    elif name not in PROPERTIES:
        near = nearest(name, PROPERTIES)
        meant = f"; did you mean '{near}'?" if near else "."
        yield Problem(
            place, f"Pacemaker has no such property{meant} One that an agent reads belongs in ha_custom_properties."
        )
    elif name in ("stonith-watchdog-timeout", "fencing-watchdog-timeout") and text(value).startswith("-"):
        return  # Pacemaker takes the watchdog's
    elif DURATION_NAMES.fullmatch(name):
        yield from said_of(place, why_not(value, known.DURATION, by_pcs=True))
    elif name in known.PROPERTY_VALUES:
        word = plain_value(name, value, "it", is_fencing=False) if not isinstance(value, (list, dict)) else value
        yield from said_of(place, why_not(word, known.PROPERTY_VALUES[name]))
    elif isinstance(value, (list, dict)):
        yield Problem(place, "it takes one value.")


def why_not(value: Any, takes: known.Takes, *, by_pcs: bool = False) -> str:
    """Say why VALUE is not what an option TAKES; empty if it is. BY_PCS: pcs must take it, too."""
    if isinstance(value, (list, tuple, Mapping)):
        return "it takes one value."
    word = text(value)
    if word == "" or takes == ():
        return ""
    if takes == known.BOOLEAN:
        return "" if boolean(word) is not None else f"{said(value)} is not a boolean; write true or false."
    if isinstance(value, bool):
        return f"{said(value)} {why_boolean(value)}. Write the intended word in quotes."
    if takes == known.NUMBER:
        return "" if NUMBER.fullmatch(word) else f"{said(value)} is not a whole number."
    if takes == known.SCORE:
        return (
            "" if score(word) is not None else f"{said(value)} is not a score; write a number, INFINITY or -INFINITY."
        )
    if takes == known.DURATION:
        return why_no_time(word, by_pcs=by_pcs)
    choices = known.ROLES if takes == known.ROLE else takes
    if word.lower() in (choice.lower() for choice in choices):
        return ""
    return f"{said(value)} is unknown{instead(word, choices, 'it takes')}"


def why_no_time(word: str, *, by_pcs: bool = False) -> str:
    if by_pcs and duration(word) is not None and not is_duration_of_pcs(word):
        return f"{said(word)} is not a whole number of seconds, which pcs needs; write it like 30s, 5min or 1h."
    if duration(word) is not None or (not by_pcs and ISO_DURATION.fullmatch(word)):
        return ""
    return f"{said(word)} is not a duration; write it like 30s, 5min or 1h."


# --- operations ------------------------------------------------------------------------------------------------------


def operation_problems(place: str, item: Mapping[str, Any]) -> Iterator[Problem]:
    """Check the operations of a resource: their names, their times, and duplicates."""
    seen: dict[tuple[str, float | None], str] = {}
    for here, part in parts(place, item, "operations"):
        name = part.get("name", "")
        near = nearest(name, known.OPERATIONS)
        if name and near and name not in known.OPERATIONS:
            yield Problem(here, f"there is no operation '{name}'; did you mean '{near}'?")
        for option in ("interval", "timeout"):
            value = part.get(option)
            if value and not why_no_time(value):
                yield from said_of(at_key(here, option), why_no_time(value, by_pcs=True))
        interval = duration(part.get("interval") or ("60s" if name == "monitor" else "0s"))
        first = seen.setdefault((name, interval), here)
        if first != here and interval is not None:
            yield Problem(
                here, f"{first.removeprefix(place).strip()} has the same name and interval; give it another interval."
            )


# --- agents ----------------------------------------------------------------------------------------------------------


def why_no_agent(agent: str, *, is_fencing: bool) -> str:
    """Say why no AGENT of this name can exist, as far as the name alone tells."""
    parts_of = agent.split(":")
    is_fence_agent = parts_of[0] == "stonith" or parts_of[-1].startswith("fence_")
    if not is_fencing and is_fence_agent:
        return f"{said(agent)} is a fence agent; declare the device in ha_stonith."
    if is_fencing and len(parts_of) > 1 and parts_of[0] != "stonith":
        return f"{said(agent)} is not a fence agent; declare the resource in ha_resources."
    if is_fencing:
        return misspelled(parts_of[-1], known.FENCE_AGENTS)
    if len(parts_of) == 1:
        return misspelled(agent, known.AGENTS)
    if parts_of[0] not in known.CLASSES:
        return f"{said(agent)} is of no class that Pacemaker has{instead(parts_of[0], known.CLASSES, 'it has')}"
    if parts_of[0] != "ocf":
        return "" if parts_of[-1] else f"{said(agent)} has no name; write it like systemd:NAME."
    if len(parts_of) != 3 or not all(parts_of):
        return f"{said(agent)} is not an agent; write it like ocf:heartbeat:IPaddr2."
    near = nearest(parts_of[1], known.PROVIDERS)
    if near and near != parts_of[1]:
        return f"there is no provider '{parts_of[1]}'; did you mean 'ocf:{near}:{parts_of[2]}'?"
    return misspelled(parts_of[2], known.AGENTS)


def misspelled(name: str, agents: Collection[str]) -> str:
    """Suggest a known agent whose letters NAME has in another case or order. Only the nodes know which agents they
    have."""
    meant = [each for each in agents if sorted(each.lower()) == sorted(name.lower())]
    return f"there is no agent '{name}'; did you mean '{meant[0]}'?" if meant and name not in agents else ""


def why_no_fencing_option(name: str, word: str) -> str:
    """Check the option NAME of a fencing device, as far as Pacemaker reads it."""
    if not name.startswith("pcmk_"):
        return ""
    if not PCMK.fullmatch(name):
        return f"Pacemaker has no such option{instead(name, PCMK_NAMES, 'there are')}"
    if name.endswith("_timeout") or name == "pcmk_delay_max":
        return why_no_time(word)
    if name == "pcmk_delay_base":
        times = [entry.partition(":")[2] for entry in re.split(r"[;\s]+", word) if entry] if ":" in word else [word]
        return next(filter(None, map(why_no_time, times)), "")
    if name == "pcmk_host_check":
        return why_not(word, HOST_CHECKS)
    if name.endswith("_retries") or name == "pcmk_action_limit":
        return why_not(word, known.NUMBER)
    return ""


# --- rules -----------------------------------------------------------------------------------------------------------


def why_no_rule(rule: str, *, is_location: bool) -> str:
    """Check the text of a RULE; pcs checks it further."""
    tokens = TOKEN.findall(rule)
    if not tokens:
        return "it is empty; write a condition, such as #uname eq node1."
    if tokens.count("(") != tokens.count(")"):
        return f"{said(rule)} has parentheses that don't match."
    return next(filter(None, (why_no_condition(each, is_location=is_location) for each in conditions(tokens))), "")


def conditions(tokens: list[str]) -> Iterator[list[str]]:
    """Return the single conditions of a rule, without the words that join them."""
    current: list[str] = []
    for token in (*tokens, "and"):
        if token in ("(", ")") or (token.lower() in BOOLEAN and (not current or current[-1].lower() not in BINARY)):
            if current or token.lower() in BOOLEAN:
                yield current
            current = []
        else:
            current.append(token)


def why_no_condition(tokens: list[str], *, is_location: bool) -> str:
    plain = [word for word in words(" ".join(tokens)) if not OF_RULE.match(word)]
    first = plain[0].lower() if plain else ""
    if not plain:
        return ""  # between parentheses
    whole = said(" ".join(plain))
    if first in UNARY:
        return "" if len(plain) == 2 else f"{whole} is not a condition; write {first} and the name of an attribute."
    if first in ("date", "date-spec", "in_range") or (not is_location and first in ("resource", "op")):
        return "" if len(plain) > 1 else f"{whole} is not a condition."
    if len(plain) < 2:
        return f"{whole} is not a condition; write it like pingd gt 0 or defined pingd."
    if plain[1].lower() not in BINARY:
        meant = instead(plain[1], BINARY, "there are")
        return f"there is no operator '{plain[1]}' in {whole}{meant}"
    if len(plain) == 4 and plain[2].lower() not in TYPES:
        return f"{whole} has one word too many; put quotes around a value of several words."
    return "" if len(plain) in (3, 4) else f"{whole} is not a condition; write it like pingd gt 0."
