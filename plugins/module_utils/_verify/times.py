# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Durations that Pacemaker misreads: it then uses its default without a warning. Pure.

What Pacemaker 2.1.5 and 3.0 make of each form was tried with crm_simulate: a unit counts by its first letters, `PT1M`
counts for intervals and not for timeouts, and neither fractions nor days are known.
"""

from __future__ import annotations

import re
import typing as t
import xml.etree.ElementTree as ET

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import (
    DURATION_NAMES,
    ISO_DURATION,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import ERROR, Check, Finding, words

UNREADABLE = Check(
    "time-unreadable",
    ERROR,
    "Pacemaker can't read a time as it is written. It uses its default instead and says nothing.",
    "Write a whole number and a unit: 30s, 5min, 1h.",
)
UNIT = Check(
    "fencing-timeout-unit",
    ERROR,
    "Pacemaker before 2.1.8 reads only the number of a fence device's timeout, and takes it for seconds.",
    "Write the timeout in seconds, as a number alone.",
)
CHECKS = (UNREADABLE, UNIT)

_PLAIN = re.compile(r"\s*\+?\d+\s*(?:(us|ms|s|m|h)[a-z]*)?\s*", re.IGNORECASE)
_TIMEOUT = re.compile(r"timeout|pcmk_\w+_timeout")
_WITH_UNITS = (2, 1, 8)
# Numbers of another kind, and those that may be negative: -1 lets Pacemaker compute the watchdog's timeout.
_OTHER = frozenset(("stonith-watchdog-timeout", "fencing-watchdog-timeout"))


def is_readable(name: str, value: str) -> bool:
    """Whether Pacemaker reads VALUE, that of the option NAME, as a time."""
    if not value or _PLAIN.fullmatch(value) or (name in _OTHER and _PLAIN.fullmatch(value.lstrip("-"))):
        return True
    match = ISO_DURATION.fullmatch(value)
    return not _TIMEOUT.fullmatch(name) and match is not None and any(match.groups())


def lint(root: ET.Element, cib: Cib) -> list[Finding]:
    """Times in CIB, whose XML is ROOT, that are not read as they are written."""
    found = []
    for subject, values in _holders(cib):
        wrong = [f"{name}={value}" for name, value in values if not is_readable(name, value)]
        if wrong:
            found.append(UNREADABLE.found(subject, f"{subject} has {words(dict.fromkeys(wrong))}."))
    if version(root) < _WITH_UNITS:
        for item in cib.primitives.values():
            wrong = [f"{name}={value}" for name, value in item.options.items() if _loses_its_unit(name, value)]
            if wrong and item.is_stonith:
                found.append(UNIT.found(item.id, f"{item.id} has {words(wrong)}."))
    return found


Values = t.Iterable[tuple[str, str]]


def _times(values: t.Mapping[str, str]) -> Values:
    return [(name, value) for name, value in values.items() if DURATION_NAMES.fullmatch(name)]


def _holders(cib: Cib) -> t.Iterator[tuple[str, Values]]:
    """Everything with times, and these."""
    yield "The cluster", _times(cib.properties)
    for title, defaults, sets in (
        ("rsc_defaults", cib.resource_defaults, cib.resource_defaults_sets),
        ("op_defaults", cib.operation_defaults, cib.operation_defaults_sets),
    ):
        yield title, [*_times(defaults.values), *(pair for one in sets.values() for pair in _times(one.values))]
    for item in cib.primitives.values():
        values = [*_times(item.meta), *(_fencing_times(item.options) if item.is_stonith else ())]
        for operation in item.operations:
            timeout = {} if operation.timeout is None else {"timeout": operation.timeout}
            values += _times({"interval": operation.interval, **timeout, **operation.options})
        yield item.id, values
    kinds: tuple[t.Mapping[str, t.Any], ...] = (cib.groups, cib.clones, cib.bundles, cib.alerts)
    for kind in kinds:
        for item in kind.values():
            yield item.id, _times(item.meta)
    for alert in cib.alerts.values():
        for recipient in alert.recipients:
            yield recipient.id, _times(recipient.meta)


def _fencing_times(options: t.Mapping[str, str]) -> Values:
    """The times among a fence device's options that Pacemaker reads; pcmk_delay_base may be a map by node."""
    for name, value in _times({name: value for name, value in options.items() if name.startswith("pcmk_")}):
        entries = re.split(r"[;\s]+", value) if name == "pcmk_delay_base" and ":" in value else [value]
        for entry in filter(None, entries):
            yield name, entry.rpartition(":")[2]


def _loses_its_unit(name: str, value: str) -> bool:
    match = _PLAIN.fullmatch(value)
    return (
        re.fullmatch(r"pcmk_\w+_timeout", name) is not None and match is not None and (match[1] or "s").lower() != "s"
    )


def version(root: ET.Element) -> tuple[int, ...]:
    """Pacemaker's version, as its controller has written it into the CIB; a very new one where it has not."""
    pairs = root.iterfind("configuration/crm_config//nvpair[@name='dc-version']")
    numbers = next((re.findall(r"\d+", pair.get("value", "").partition("-")[0]) for pair in pairs), [])
    return tuple(map(int, numbers)) or (99,)
