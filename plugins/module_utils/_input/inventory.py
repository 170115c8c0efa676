# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the objects that an inventory declares, by the specifications of the modules that take them. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kinds import BY_NAME
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.shape import Problem, Reader, at_item, at_key
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.spec import CIB

# The variables of role resources, and the options of pcs_cib that take them.
VARIABLES: Mapping[str, str] = {BY_NAME[name].variable if name in BY_NAME else f"ha_{name}": name for name in CIB}
NAMES: Mapping[str, str] = {kind: variable for variable, kind in VARIABLES.items()}
REMOTE = "ocf:pacemaker:remote"
Places = Sequence["tuple[str, dict[str, Any]]"]


class Around(NamedTuple):
    """The context of the variables: the inventory, and the roles that use them."""

    host: str = ""
    hosts: Collection[str] = ()
    groups: Mapping[str, Sequence[str]] = {}
    roles: frozenset[str] = frozenset()
    is_site: bool = False  # for a playbook of this collection, which goes by the inventory's groups


@dataclass
class Inventory:
    """The variables of one host, the objects that they declare, and the problems of both.

    Kinds that are `unsure` may hold names that could not be read.
    """

    variables: Mapping[str, Any]
    around: Around
    declared: dict[str, Any] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def has_said(self, place: str, option: str) -> bool:
        """Whether OPTION of the object at PLACE could not be read, which is already a problem."""
        start = at_key(place, option)
        return any(problem.place.startswith(start) for problem in self.problems)

    def objects(self, kind: str, *, absent: bool = False) -> Places:
        """Return the declared objects of KIND that are present or, if ABSENT, those declared absent, each with its
        place."""
        return [
            (at_item(NAMES[kind], index, item), item)
            for index, item in enumerate(self.declared.get(kind) or ())
            if item is not None and (item.get("state") == "absent") is absent
        ]

    def mapping(self, kind: str) -> dict[str, Any]:
        """Return the values that are declared of KIND by name."""
        return self.declared.get(kind) or {}

    def names(self, kind: str, *, absent: bool = False) -> set[str]:
        """Return the ids of the declared objects of KIND."""
        found = {item.get("id") or implied_id(kind, item) for _place, item in self.objects(kind, absent=absent)}
        return {name for name in found if name}

    def is_elsewhere(self, kind: str, name: str) -> bool:
        """Whether something else declares the object NAME of KIND."""
        patterns = self.mapping("declared_elsewhere").get(kind) or ()
        return any(matches(pattern, name) for pattern in patterns if pattern is not None)

    def remote_nodes(self) -> set[str]:
        """Return the declared nodes without corosync: remote nodes, which resources connect, and guest nodes."""
        resources = [item for _place, item in self.objects("resources")]
        guests = {str((item.get("meta") or {}).get("remote-node") or "") for item in resources}
        return {item["id"] for item in resources if item.get("agent") == REMOTE and "id" in item} | (guests - {""})


def read(variables: Mapping[str, Any], unreadable: Collection[str], around: Around) -> Inventory:
    """Read the objects that VARIABLES declare. Those that are UNREADABLE have no readable value."""
    inventory = Inventory(variables, around)
    inventory.unsure |= {VARIABLES[name] for name in unreadable if name in VARIABLES}
    for variable, kind in VARIABLES.items():
        value = variables.get(variable)
        if value is None:
            continue
        reader = Reader()
        inventory.declared[kind] = reader.value(CIB[kind], value, variable)
        inventory.problems += reader.problems
        if not is_whole(kind, inventory.declared[kind]):
            inventory.unsure.add(kind)
    return inventory


def is_whole(kind: str, value: Any) -> bool:
    """Whether the names of all objects of KIND in VALUE are known."""
    if value is None:
        return False
    needed = [name for name, option in (CIB[kind].get("options") or {}).items() if option.get("required")]
    return not isinstance(value, list) or all(item is not None and {*needed} <= {*item} for item in value)


def implied_id(kind: str, item: Mapping[str, Any]) -> str:
    """Return the id of an object that is declared without one, if others can refer to it."""
    return f"{item['resource']}-clone" if kind == "clones" and item.get("resource") else ""


def matches(pattern: str, name: str) -> bool:
    try:
        return re.fullmatch(pattern, name) is not None
    except re.error:
        return True  # reported at the pattern's own place


def below(place: str, path: Sequence[str | int]) -> str:
    """Return the place that PATH leads to from an object at PLACE."""
    for step in path:
        place = f"{place}[{step}]" if isinstance(step, int) else at_key(place, step)
    return place


def parts(place: str, item: Mapping[str, Any], option: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return the parts of an object, such as its operations, that are not declared absent, each with its place."""
    for index, part in enumerate(item.get(option) or ()):
        if part is not None and part.get("state") != "absent":
            yield at_item(at_key(place, option), index, part), part
