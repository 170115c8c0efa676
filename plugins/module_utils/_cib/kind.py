# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of a kind of objects: all of it in one description. Pure."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import Command
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import Declared
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib


def without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    """VALUES without those that say nothing."""
    return {key: value for key, value in values.items() if value is not None and value not in ({}, [], "")}


def unchanged(cib: Cib, gone: Set[str]) -> Cib:
    return cib


def not_renamed(cib: Cib, old: str, new: str) -> Cib:
    return cib


def nothing(before: Cib, after: Cib) -> Iterator[Command]:
    return iter(())


def no_subjects(item: Any) -> Sequence[str]:
    return ()


@dataclass(frozen=True)
class Kind:
    """One kind of object. Its name is that in pcs_cib and in the model.

    `removals` come before all other commands, `additions` after them. `without` takes out what refers to things
    that are gone. `renamed` sees to what refers to a clone that is none any more, `repointed` to what refers to a
    resource that gets cloned. `meant` is the name of the object that a declared one means, `subjects` are the
    things that an object is about.
    """

    name: str
    parse: Callable[[ET.Element], Mapping[str, Any]]
    merge: Callable[[Cib, Declared], Cib]
    additions: Callable[[Cib, Cib], Iterator[Command]]
    removals: Callable[[Cib, Cib], Iterator[Command]] = nothing
    without: Callable[[Cib, Set[str]], Cib] = unchanged
    renamed: Callable[[Cib, str, str], Cib] = not_renamed
    repointed: Callable[[Cib, str, str], Cib] = not_renamed
    meant: Callable[[Cib, Declared], str | None] | None = None
    subjects: Callable[[Any], Sequence[str]] = no_subjects
