# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Export a CIB in the form that pcs_cib takes. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kinds import BY_NAME, KINDS
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib


def export(cib: Cib) -> dict[str, Any]:
    """The whole CIB in the form that pcs_cib takes. Secrets are in it."""
    return {kind.name: kind.exported(cib) for kind in KINDS}


def by_name(kind: str, values: Any) -> dict[str, Any]:
    """The exported VALUES of a KIND by their names."""
    return dict(values) if isinstance(values, Mapping) else {str(BY_NAME[kind].named(item)): item for item in values}


def named(exported: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Every object and every value of an export with its kind and its name."""
    for kind, values in exported.items():
        yield from ((kind, name, value) for name, value in by_name(kind, values).items())
