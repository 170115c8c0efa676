# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Select the objects that pcs can create in an empty cluster, with the reasons against the others. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Set
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import resources, tags
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kind import Kind, Reasons
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kinds import KINDS, THINGS
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.options import WITHDRAWN


def exportable(cib: Cib) -> tuple[Cib, Reasons]:
    """The part of CIB that pcs can make, and why it can't make the rest."""
    reasons: Reasons = {}
    for kind in KINDS:
        cib = without_withdrawn(cib, kind)
    whole = resources.those_of_pcs(cib, reasons)
    part = whole
    for kind in (*THINGS, tags.KIND, *(kind for kind in KINDS if kind not in THINGS and kind is not tags.KIND)):
        part = kind.exportable(whole, part, reasons)  # what is in tags is known before the constraints that name them
    return without_empty_values(part), reasons


def without_withdrawn(cib: Cib, kind: Kind) -> Cib:
    """CIB without those options of KIND that newer releases of Pacemaker forbid."""
    held: Any = getattr(cib, kind.place)
    names = {
        name: WITHDRAWN[option["holds"]] for name, option in kind.options.items() if option.get("holds") in WITHDRAWN
    }
    if kind.holds in WITHDRAWN:
        held = with_allowed(held, {"values": WITHDRAWN[kind.holds]})
    elif names:
        held = {name: with_allowed(item, names) for name, item in held.items()}
    changed: dict[str, Any] = {kind.place: held}
    return dataclasses.replace(cib, **changed)


def with_allowed(item: Any, names: Mapping[str, Set[str]]) -> Any:
    """ITEM without some NAMES in its mappings, by the fields that hold these."""
    fields = {
        field: {name: value for name, value in getattr(item, field).items() if name not in withdrawn}
        for field, withdrawn in names.items()
    }
    return dataclasses.replace(item, **fields)


def without_empty_values(item: Any) -> Any:
    """ITEM, a model or a part of one, without options that are empty: to pcs, an empty value takes an option away."""
    if dataclasses.is_dataclass(item) and not isinstance(item, type):
        values = {one.name: getattr(item, one.name) for one in dataclasses.fields(item)}
        changed = {name: without_empty_values(value) for name, value in values.items()}
        return dataclasses.replace(item, **{name: value for name, value in changed.items() if value != values[name]})
    if isinstance(item, Mapping):
        return {name: without_empty_values(value) for name, value in item.items() if value != ""}
    if isinstance(item, tuple):
        return tuple(without_empty_values(value) for value in item)
    return item
