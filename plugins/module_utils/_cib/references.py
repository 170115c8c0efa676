# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the names of other objects in a declared object. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import Declared
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kinds import BY_NAME
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.options import Options


class Mention(NamedTuple):
    """One name in a declared object: where it stands there, and what it can be the name of."""

    path: tuple[str | int, ...]
    name: str
    kinds: tuple[str, ...]


def mentions(kind: str, item: Declared) -> Iterator[Mention]:
    """What ITEM, a declared object of KIND, names."""
    return named_in(BY_NAME[kind].options, item, ())


def named_in(options: Options, item: Declared, path: tuple[str | int, ...]) -> Iterator[Mention]:
    for option, wanted in options.items():
        value, kinds = item.get(option), wanted.get("names", ())
        if "suboptions" in wanted:
            for index, each in enumerate(value or ()):
                yield from named_in(wanted["suboptions"], each or {}, (*path, option, index))
        elif kinds and isinstance(value, (list, tuple)):
            yield from (Mention((*path, option, index), name, kinds) for index, name in enumerate(value))
        elif kinds and value:
            yield Mention((*path, option), value, kinds)
