# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Describe a kind of object in one place: options, parsing, merging, commands, export. Pure."""

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
    """Return VALUES without empty ones."""
    return {key: value for key, value in values.items() if value is not None and value not in ({}, [], "")}


Reasons = dict[tuple[str, str], str]  # by the kind and the name of an object that can't be made


def kept(reasons: Reasons, items: Mapping[str, Any], kind: str, why_not: Callable[[Any], str]) -> dict[str, Any]:
    """Return those of ITEMS, objects of KIND, for which WHY_NOT gives no reason; add the reasons for the others to
    REASONS."""
    result = {}
    for name, item in items.items():
        reason = why_not(item)
        if reason:
            reasons[kind, name] = reason
        else:
            result[name] = item
    return result


def absent(names: Iterable[str], there: Iterable[str]) -> str:
    """Say which of NAMES are not in THERE; empty if all are."""
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


# The parts of an XML element that the model knows: its XML attributes except `id`, and its child elements.
EVERY: frozenset[str] | None = None  # all attributes
NONE: frozenset[str] = frozenset()
Known = tuple[Optional[frozenset[str]], frozenset[str]]
NVSETS = frozenset(("instance_attributes", "meta_attributes", "utilization"))


@dataclass(frozen=True)
class Kind:
    """The description of one kind of object. desired.py and render.py set the order in which kinds are merged and
    changed."""

    name: str  # in pcs_cib, in a diff and in the result of cluster_info
    noun: str  # one object of the kind, in messages
    description: str | Sequence[str]  # of the option of pcs_cib that takes the declared objects
    own_variable: str = ""  # the variable of role resources, where it isn't named after that option

    # --- what is declared
    options: Options = field(default_factory=dict)  # of one object
    more: Options = field(default_factory=dict)  # of pcs_cib, for all objects
    # Some kinds are not objects but names and values that the user chooses, such as properties: their place in a model,
    # and the kind of the names, in the words of options.py.
    values: Callable[[Cib], Attributes] | None = None
    holds: str = ""
    # Problems of a declared object by itself: the option, or an empty text for the whole object, and a sentence.
    problems: Callable[[Declared], Iterator[tuple[str, str]]] = no_problems

    # --- names
    named: Callable[[Declared], str | None] = by_id  # of a declared or exported object; None if it has none
    own_names: bool = False  # whether an object may have the same name as one of another kind
    meant: Callable[[Cib, Declared], str | None] | None = None  # the object in a model that a declared one refers to
    identity: Callable[[str, Any], dict[str, Any]] = identity  # the options that identify an object

    # --- the model
    held_in: str = ""  # the field, where it isn't named after the kind
    is_one: Callable[[Any], bool] | None = None  # where two kinds share a field
    parse: Callable[[ET.Element], Any] | None = None  # the field, from a configuration
    export: Callable[[Any], dict[str, Any]] = dict

    # --- how a declaration changes it
    merge: Callable[[Cib, Declared], Cib] = not_merged
    without: Callable[[Cib, Set[str]], Cib] = unchanged  # when things that it refers to are gone
    renamed: Callable[[Cib, str, str], Cib] = not_renamed  # when a clone is removed and its resource stays
    repointed: Callable[[Cib, str, str], Cib] = not_renamed  # when a resource gets cloned
    subjects: Callable[[Any], Sequence[str]] = no_subjects  # the things that an object is about

    # --- commands
    removals: Callable[[Cib, Cib], Iterator[Command]] = nothing  # these come first
    additions: Callable[[Cib, Cib], Iterator[Command]] = nothing
    delete: tuple[str, ...] = ()  # the words of pcs that remove an object that the model doesn't hold
    described_in: str = ""  # the element whose description pcs can't write
    purge: str | Sequence[str] = ""  # describes the patterns by which objects are removed; empty if they never are

    # --- the XML
    paths: tuple[str, ...] = ()  # where the objects are
    key: Callable[[ET.Element], str] = xml_id  # the name of an element in the model
    xml: Mapping[str, Known] = field(default_factory=dict)  # what the model knows of each element
    unread: Callable[[ET.Element], str] | None = None  # why the model doesn't hold an element, if there are such
    left_out: str = ""  # the same in a few words, for `left_out` of cluster_info
    # Selects the objects that pcs can make in an empty cluster: takes the whole CIB and the part so far, and returns
    # the part with this kind. The reasons for omissions also name parts of objects, by these names of their elements.
    exportable: Callable[[Cib, Cib, Reasons], Cib] = all_of_it
    parts: Mapping[str, str] = field(default_factory=dict)

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
        """The objects of this kind in CIB, by name."""
        if self.values is not None:
            return self.values(cib)
        found: Mapping[str, Any] = getattr(cib, self.place)
        return found if self.is_one is None else {name: item for name, item in found.items() if self.is_one(item)}

    def exported(self, cib: Cib) -> Any:
        """The objects of this kind in CIB, in the form that pcs_cib takes."""
        found = self.objects(cib)
        return dict(found) if self.values is not None else [self.export(item) for item in found.values()]

    def name_meant(self, cib: Cib, item: Declared) -> str | None:
        """The name of the object in CIB that the declared ITEM refers to."""
        return self.named(item) if self.meant is None else self.meant(cib, item)
