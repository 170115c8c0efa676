# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check that a host's clock is kept in sync. compare.py compares the clocks of the nodes. Pure."""

from __future__ import annotations

from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import WARNING, Check, Finding

FREE = Check(
    "clock-unsynchronised",
    WARNING,
    "No time service keeps this host's clock.",
    "Install one, such as chrony (ha_time_service).",
    local=True,
)
DIFFERS = Check(
    "clock-differs",
    WARNING,
    "The nodes' clocks differ, so that their logs can't be compared, and rules by date act at different times.",
    "See `timedatectl` there; let a time service keep the clock.",
    local=True,
)
CHECKS = (FREE, DIFFERS)

TOLERANCE = 2.0  # seconds


def lint(synchronised: str, in_container: bool) -> list[Finding]:
    """The finding that timedatectl's NTPSynchronized is; a container's clock is its host's."""
    if in_container or synchronised.strip() != "no":
        return []
    return [FREE.found("clock", "timedatectl says NTPSynchronized=no.")]
