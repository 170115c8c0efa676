# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that users give."""

from __future__ import annotations

import typing as t
from collections.abc import Collection, Iterable


def names_in(value: t.Any) -> tuple[str, ...]:
    """The names in VALUE, a list, or a string with commas between them, as a variable on the command line is."""
    if isinstance(value, (list, tuple)):
        return tuple(map(str, value))
    return tuple(name for name in map(str.strip, str(value or "").split(",")) if name)


def unknown(names: Iterable[str], known: Collection[str]) -> str:
    """Those of NAMES that are not KNOWN, each once."""
    return ", ".join(dict.fromkeys(name for name in names if name not in known))


def known(names: Iterable[str], among: Collection[str]) -> str:
    """Those of NAMES that are AMONG others, each once."""
    return ", ".join(dict.fromkeys(name for name in names if name in among))
