# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports as users write them: 80, 8010-8020, 53/udp, 5000-5010/tcp. Pure."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterable
from dataclasses import dataclass

PROTOCOLS = ("tcp", "udp")
HIGHEST = 65535

_NUMBERS = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")


@dataclass(frozen=True)
class Ports:
    """The ports from FIRST to LAST of a PROTOCOL."""

    protocol: str
    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.numbers}/{self.protocol}"

    @property
    def numbers(self) -> str:
        """The numbers alone: `80`, or `8010-8020`."""
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"

    def holds(self, port: int) -> bool:
        return self.first <= port <= self.last


def parse_ports(value: t.Any, protocol: str = "") -> Ports:
    """The ports that VALUE stands for.

    Without PROTOCOL, VALUE may end with `/tcp` or `/udp`; tcp is the default. With PROTOCOL, VALUE is numbers only.
    Raises ValueError with the reason.
    """
    numbers, slash, own = str(value).partition("/")
    found = _NUMBERS.fullmatch(numbers)
    how = "5404 or 5404-5412" if protocol else "80, 8010-8020, 53/udp or 5000-5010/tcp"
    if isinstance(value, (bool, float)) or found is None or (slash and (protocol or own not in PROTOCOLS)):
        raise ValueError(f"{value!r} is not a port; write it like {how}.")
    first, last = int(found[1]), int(found[2] or found[1])
    if not (1 <= first <= HIGHEST and 1 <= last <= HIGHEST):
        raise ValueError(f"{value!r} is not a port; ports are 1 to {HIGHEST}.")
    if first > last:
        raise ValueError(f"{value!r} ends before it begins; write {last}-{first}.")
    return Ports(protocol or own or "tcp", first, last)


def valid_ports(values: Iterable[t.Any]) -> list[Ports]:
    """The ports that VALUES stand for, without those that are wrong."""
    found = []
    for value in values:
        try:
            found.append(parse_ports(value))
        except ValueError:
            continue
    return found
