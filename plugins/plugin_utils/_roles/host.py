# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The host whose input a role checks."""

from __future__ import annotations

import os.path
import typing as t
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Host:
    """A host, with its groups and facts.

    - play: the hosts of the play, failed ones too
    - has_vault: whether the run has a vault password
    - is_directory: whether a path is a directory on the controller
    """

    name: str
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    facts: Mapping[str, t.Any] = field(default_factory=dict)
    play: Sequence[str] = ()
    has_vault: bool = False
    is_directory: Callable[[str], bool] = os.path.isdir
