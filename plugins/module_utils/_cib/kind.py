# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of a kind of objects: all of it in one description. Pure."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Optional

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import Command
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import Declared
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Attributes, Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.options import Options


def without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    """VALUES without those that say nothing."""
    return {key: value for key, value in values.items() if value is not None and value not in ({}, [], "")}


Reasons = dict[tuple[str, str], str]  # by the kind and the name of what can't be made


def kept(reasons: Reasons, items: Mapping[str, Any], kind: str, why_not: Callable[[Any], str]) -> dict[str, Any]:
    """Those of ITEMS, which are of KIND, for which there is no reason WHY_NOT; else it is added to REASONS."""
    result = {}
    for name, item in items.items():
        reason = why_not(item)
        if reason:
            reasons[kind, name] = reason
        else:
            result[name] = item
    return result


def absent(names: Iterable[str], there: Iterable[str]) -> str:
    """Which of NAMES is not among what is THERE, in words; an empty text when all are."""
    missing = sorted(set(names) - set(there))
    return f"it names {', '.join(map(repr, missing))}, which pcs can't find or make" if missing else ""


def unchanged(cib: Cib, gone: Set[str]) -> Cib:
    return cib


def not_renamed(cib: Cib, old: str, new: str) -> Cib:
    return cib


def nothing(before: Cib, after: Cib) -> Iterator[Command]:
    return iter(())


def not_merged(cib: Cib, declared: Declared) -> Cib:
    return cib


def by_id(item: Declared) -> str | None:
    name: str | None = item.get("id")
    return name


def no_subjects(item: Any) -> Sequence[str]:
    return ()


def no_problems(item: Declared) -> Iterator[tuple[str, str]]:
    return iter(())


def all_of_it(whole: Cib, part: Cib, reasons: Reasons) -> Cib:
    return part


def identity(name: str, item: Any) -> dict[str, Any]:
    return {"id": name}


def xml_id(element: ET.Element) -> str:
    return element.get("id", "")


# What an element of the XML has that the model knows: its XML attributes but `id`, and the elements in it.
EVERY: frozenset[str] | None = None  # all attributes
NONE: frozenset[str] = frozenset()
Known = tuple[Optional[frozenset[str]], frozenset[str]]
NVSETS = frozenset(("instance_attributes", "meta_attributes", "utilization"))


@dataclass(frozen=True)
class Kind:
    """One kind of object: all that is known of it. desired.py and render.py say in which order kinds are merged and
    changed."""

    name: str  # in pcs_cib, in a diff and in what cluster_info returns
    noun: str  # what messages call one
    description: str | Sequence[str]  # of the option of pcs_cib that holds what is declared of this kind
    own_variable: str = ""  # of role resources, where it has another name than that option

    # What can be declared of an object. Where the user chooses the names of options, as with properties, there are
    # none, and `values` are those that a model has. `more` are options of pcs_cib that count for all objects.
    options: Options = field(default_factory=dict)
    values: Callable[[Cib], Attributes] | None = None
    holds: str = ""  # what these names are, as in an option's description
    more: Options = field(default_factory=dict)
    problems: Callable[[Declared], Iterator[tuple[str, str]]] = (
        no_problems  # of one object: an option, and what is wrong
    )

    # Its name. What is declared or exported is `named`: unlike all else that has an id, or, with `own_names`, unlike
    # others of its kind. `meant` is the name of the object there that a declared one means, `identity` the options
    # that say which object is meant.
    named: Callable[[Declared], str | None] = by_id
    own_names: bool = False
    meant: Callable[[Cib, Declared], str | None] | None = None
    identity: Callable[[str, Any], dict[str, Any]] = identity

    # Where the model has it, by default in the field of its name. Those that are not `is_one` are of another kind.
    held_in: str = ""
    is_one: Callable[[Any], bool] | None = None
    parse: Callable[[ET.Element], Any] | None = None
    export: Callable[[Any], dict[str, Any]] = dict

    # How a declaration changes it, and what changes it when something else goes, when a clone is none any more, or when
    # a resource gets cloned. `subjects` are what it is about.
    merge: Callable[[Cib, Declared], Cib] = not_merged
    without: Callable[[Cib, Set[str]], Cib] = unchanged
    renamed: Callable[[Cib, str, str], Cib] = not_renamed
    repointed: Callable[[Cib, str, str], Cib] = not_renamed
    subjects: Callable[[Any], Sequence[str]] = no_subjects

    # The commands: removals come before additions. `described_in` is the element of a thing whose description pcs can't
    # write. `delete` are the words of pcs that remove one that it can't write. `purge` is what the patterns are for by
    # which objects are removed; a kind without that is never purged.
    additions: Callable[[Cib, Cib], Iterator[Command]] = nothing
    removals: Callable[[Cib, Cib], Iterator[Command]] = nothing
    described_in: str = ""
    delete: tuple[str, ...] = ()
    purge: str | Sequence[str] = ""

    # Its elements in the XML: their paths, by what the model calls one, and what the model knows of them and of those
    # inside of them. Some may be `unread`, which says why, as `left_out` does in a few words. Of those inside,
    # `parts` has the names by which `exportable` gives reasons.
    paths: tuple[str, ...] = ()
    key: Callable[[ET.Element], str] = xml_id
    xml: Mapping[str, Known] = field(default_factory=dict)
    unread: Callable[[ET.Element], str] | None = None
    left_out: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)

    # What pcs can make in a cluster that has nothing yet: of the whole CIB, the part, and reasons for the rest.
    exportable: Callable[[Cib, Cib, Reasons], Cib] = all_of_it

    @property
    def option(self) -> dict[str, Any]:
        """The option of pcs_cib that holds what is declared of this kind."""
        if self.values is not None:
            return {"description": self.description, "type": "dict"}
        return {"description": self.description, "type": "list", "elements": "dict", "suboptions": self.options}

    @property
    def variable(self) -> str:
        """The variable of role resources for that option."""
        return self.own_variable or f"ha_{self.name}"

    @property
    def place(self) -> str:
        """The field of the model."""
        return self.held_in or self.name

    def objects(self, cib: Cib) -> Mapping[str, Any]:
        """What CIB has of this kind, by name."""
        if self.values is not None:
            return self.values(cib)
        found: Mapping[str, Any] = getattr(cib, self.place)
        return found if self.is_one is None else {name: item for name, item in found.items() if self.is_one(item)}

    def exported(self, cib: Cib) -> Any:
        """What CIB has of this kind, in the form that pcs_cib takes."""
        found = self.objects(cib)
        return dict(found) if self.values is not None else [self.export(item) for item in found.values()]

    def name_meant(self, cib: Cib, item: Declared) -> str | None:
        """The name of the object in CIB that the declared ITEM means."""
        return self.named(item) if self.meant is None else self.meant(cib, item)
