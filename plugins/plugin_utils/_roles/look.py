# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of internal_machine_info."""

from __future__ import annotations

import hashlib
import typing as t
from collections.abc import Mapping
from dataclasses import dataclass, field

from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.machine import UnitState

State = Mapping[str, t.Any]


@dataclass(frozen=True)
class Answer:
    """The exit code and the output of a command."""

    rc: int
    stdout: str = ""
    stderr: str = ""


@dataclass(frozen=True)
class Look:
    """The result of internal_machine_info, whose documentation has the keys of a file's state."""

    packages: Mapping[str, bool] = field(default_factory=dict)
    units: Mapping[str, UnitState] = field(default_factory=dict)
    files: Mapping[str, State] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    commands: Mapping[str, Answer] = field(default_factory=dict)
    closed: tuple[str, ...] = ()

    @classmethod
    def read(cls, result: Mapping[str, t.Any]) -> Look:
        """Read the RESULT of the module."""
        return cls(
            packages=result["packages"],
            units={name: UnitState(**unit) for name, unit in result["units"].items()},
            files=result["files"],
            texts=result["texts"],
            commands={name: Answer(**answer) for name, answer in result["commands"].items()},
            closed=tuple(result["closed"]),
        )

    def exists(self, path: str) -> bool:
        return bool(self.files[path]["exists"])

    def modified(self, path: str) -> float:
        """When the file PATH was changed, in seconds since the epoch; 0 if there is none."""
        return float(self.files[path].get("mtime", 0))

    def differing(self, wanted: Mapping[str, State]) -> list[str]:
        """The paths at which there is something else than WANTED, or nothing.

        The content is compared by its digest; owner, group and mode only where they are wanted.
        """
        return [path for path, state in wanted.items() if differs(self.files.get(path, {}), state)]


def differs(found: State, wanted: State) -> bool:
    """Whether a file is FOUND otherwise than WANTED."""
    present = {**found, "content": found.get("sha256")}
    expected = {"exists": True, **{key: value for key, value in wanted.items() if key != "validate"}}
    if "content" in expected:
        expected["content"] = hashlib.sha256(str(expected["content"]).encode()).hexdigest()
    return any(present.get(key) != value for key, value in expected.items())
