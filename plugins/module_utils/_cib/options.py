# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Describe the options of objects, and make specifications and documentation from the descriptions. Pure.

An option is described in the words in which a module documents one (description, type, elements, choices, default,
required, suboptions). Beside those there are

- needed: no new object can be made without it
- names: the kinds of what it names
- takes: what a value of it is: a score, a role, a duration, a rule, a location rule, an agent, a fence agent
- holds: what the names in a mapping are: meta attributes, options of operations, of locations or of fencing devices,
  or numbers
- noun: what one of the parts is called that it holds
- identifies: it tells objects apart that have no id
- not_with_sets: it stands for the same as the sets of a constraint, so it is only needed without those
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Options = Mapping[str, Mapping[str, Any]]
Spec = dict[str, dict[str, Any]]

TAKEN = ("type", "elements", "choices", "default", "required")
# Names that mappings of these kinds can't have any more: the newest schema of Pacemaker forbids them, because they lost
# their meaning. Pacemaker takes them out of a CIB of an older schema. Source: nvset-4.0.rng.
WITHDRAWN: Mapping[str, frozenset[str]] = {
    "meta": frozenset(("restart-type",)),
    "operation": frozenset(("can_fail", "role_after_failure")),
}
WHAT_RUNS = ("resources", "stonith", "groups", "clones", "bundles")  # what a constraint is about

STATE: Options = {
    "state": {
        "description": "Whether the object should exist.",
        "type": "str",
        "choices": ["present", "absent"],
        "default": "present",
    }
}
DESCRIPTION: Options = {
    "description": {
        "description": [
            "A description in your words. The cluster does not use it. An empty text removes it.",
            "C(pcs) can't write it, so C(cibadmin) does.",
        ],
        "type": "str",
    }
}


def specification(options: Options) -> Spec:
    """OPTIONS as the specification of a module's arguments."""
    return {
        name: {
            **{key: option[key] for key in TAKEN if key in option},
            **({"options": specification(option["suboptions"])} if "suboptions" in option else {}),
        }
        for name, option in options.items()
    }


def documentation(options: Options) -> Spec:
    """OPTIONS as a module documents them."""
    return {
        name: {
            **{key: option[key] for key in ("description", *TAKEN) if key in option},
            **({"suboptions": documentation(option["suboptions"])} if "suboptions" in option else {}),
        }
        for name, option in options.items()
    }


def is_free(option: Mapping[str, Any]) -> bool:
    """Whether OPTION is a mapping whose names the user chooses."""
    return option["type"] == "dict" and "suboptions" not in option


def every(options: Options) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """All OPTIONS, and those of their parts."""
    for name, option in options.items():
        yield name, option
        yield from every(option.get("suboptions", {}))
