# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Normalize values that can be written in several ways.

Every function is pure and passes through what it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

INFINITY = 1000000
TRUE = frozenset(("true", "yes", "on", "y", "1"))
FALSE = frozenset(("false", "no", "off", "n", "0"))
ROLES = {"master": "Promoted", "promoted": "Promoted", "slave": "Unpromoted", "unpromoted": "Unpromoted"}
UNITS = {
    "us": 0.001,
    "usec": 0.001,
    "ms": 1,
    "msec": 1,
    "": 1000,
    "s": 1000,
    "sec": 1000,
    "m": 60_000,
    "min": 60_000,
    "h": 3_600_000,
    "hr": 3_600_000,
}
DURATION = re.compile(r"\s*(\d+)\s*([a-z]*)\s*", re.IGNORECASE)
DURATION_OF_PCS = re.compile(r"\d+(s|sec|m|min|h|hr)?")
ISO_DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
SCORE = re.compile(r"([+-]?)(?:(INFINITY)|(\d+))", re.IGNORECASE)

DURATION_NAMES = re.compile(
    r"interval|timeout|start-delay|failure-timeout|remote-connect-timeout|dc-deadtime|cluster-recheck-interval"
    r"|election-timeout|join-(integration|finalization)-timeout|shutdown-(escalation|lock-limit)|transition-delay"
    r"|stonith-timeout|fencing-timeout|stonith-watchdog-timeout|fencing-watchdog-timeout|cluster-delay|priority-fencing-delay"
    r"|node-pending-timeout|load-threshold-interval|pcmk_\w+_timeout|pcmk_delay_(base|max)"
)
SCORE_NAMES = re.compile(
    r"resource-stickiness|default-resource-stickiness|migration-threshold|priority|score|node-health-\w+"
)
ROLE_NAMES = re.compile(r"target-role|role")
ACTION_NAMES = re.compile(r"pcmk_\w+_action|action|method|stonith-action|fencing-action")  # `on` is not a boolean here
HOST_SEPARATORS = re.compile(r"[,;\s]+")


def text(value: object) -> str:
    """A value of YAML as Pacemaker writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def duration(value: str) -> float | None:
    """A time in milliseconds: 60, 60s, 1min, PT1M. None when VALUE is not a duration."""
    match = DURATION.fullmatch(value)
    if match is not None and match[2].lower() in UNITS:
        return int(match[1]) * UNITS[match[2].lower()]
    match = ISO_DURATION.fullmatch(value)
    if match is not None and any(match.groups()):
        weeks, days, hours, minutes, seconds = (int(group or 0) for group in match.groups())
        return ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000.0
    return None


def duration_for_pcs(value: str) -> str:
    """A time as pcs takes it, which knows neither milliseconds nor ISO 8601. Another value than a whole number of
    seconds stays as it is, and pcs refuses it."""
    if DURATION_OF_PCS.fullmatch(value):
        return value
    found = duration(value)
    return value if found is None or found % 1000 else f"{int(found // 1000)}s"


def is_duration_of_pcs(value: str) -> bool:
    """Whether every release of pcs takes the time VALUE, as duration_for_pcs() writes it."""
    return DURATION_OF_PCS.fullmatch(duration_for_pcs(value)) is not None


def score(value: str) -> int | None:
    """A score within -INFINITY and INFINITY, or None when VALUE is not a score."""
    match = SCORE.fullmatch(value.strip())
    if match is None:
        return None
    size = INFINITY if match[2] else min(int(match[3]), INFINITY)
    return -size if match[1] == "-" else size


def boolean(value: str) -> bool | None:
    """True or False for the words Pacemaker takes for them, else None."""
    word = value.strip().lower()
    return True if word in TRUE else False if word in FALSE else None


def role(value: str) -> str:
    """A role by its present name."""
    return ROLES.get(value.lower(), value[:1].upper() + value[1:].lower())


def host_list(value: str) -> frozenset[str]:
    """The nodes in pcmk_host_list."""
    return frozenset(filter(None, HOST_SEPARATORS.split(value)))


def host_map(value: str) -> frozenset[tuple[str, str]]:
    """Each node in pcmk_host_map with its ports. A backslash takes a separator's meaning away."""
    entries = HOST_ENTRY.findall(value)
    return frozenset((node.replace("\\", ""), ports.replace("\\", "")) for node, ports in entries)


HOST_ENTRY = re.compile(r"((?:\\.|[^\\=:;\s])+)[=:]((?:\\.|[^\\;\s])+)")
HOSTS: dict[str, Callable[[str], frozenset[Any]]] = {"pcmk_host_list": host_list, "pcmk_host_map": host_map}


def same(name: str, one: str | None, other: str | None) -> bool:
    """Whether two values of the option NAME mean the same."""
    if one is None or other is None or one == other:
        return one == other
    if DURATION_NAMES.fullmatch(name):
        return duration(one) is not None and duration(one) == duration(other)
    if SCORE_NAMES.fullmatch(name):
        return score(one) is not None and score(one) == score(other)
    if ROLE_NAMES.fullmatch(name):
        return role(one) == role(other)
    if ACTION_NAMES.fullmatch(name):
        return False
    if name in HOSTS:
        return HOSTS[name](one) == HOSTS[name](other)
    # What is a word of truth on one side can't be a mere number on the other; two numbers are left to be numbers.
    if not (one.isdigit() and other.isdigit()) and boolean(one) is not None:
        return boolean(one) is boolean(other)
    if "INFINITY" in (one.upper().lstrip("+-"), other.upper().lstrip("+-")):
        return score(one) is not None and score(one) == score(other)
    return False


def is_whole_number(value: str) -> bool:
    return re.fullmatch(r"[+-]?\d+", value, re.ASCII) is not None


def whole_numbers(utilization: Mapping[str, str]) -> dict[str, str]:
    """The part of UTILIZATION that pcs takes."""
    return {name: value for name, value in utilization.items() if is_whole_number(value)}
