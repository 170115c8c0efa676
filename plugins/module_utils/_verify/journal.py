# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find corosync's complaints in the journal. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import WARNING, Check, Finding

PATTERN = "was not scheduled for"
STARVED = Check(
    "corosync-starved",
    WARNING,
    "corosync got no processor time for so long that the other nodes almost declared this node lost.",
    "Raise the token (ha_totem, 10000 ms or more), or take load from this machine and its host.",
    local=True,
)
CHECKS = (STARVED,)


def lint(lines: t.Sequence[str], hours: int) -> list[Finding]:
    """The finding that the journal's LINES of the last HOURS are."""
    said = [line.strip() for line in lines if PATTERN in line]
    if not said:
        return []
    return [STARVED.found("corosync", f"{len(said)} times in {hours} h, last: {said[-1].rstrip('.')}.")]
