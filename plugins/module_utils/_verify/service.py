# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check that the service of the cluster answers. Pure but for the one function that asks."""

from __future__ import annotations

import time
import typing as t

from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import ERROR, Check, Finding

SILENT = Check(
    "service-silent",
    ERROR,
    "A page that the cluster should serve does not answer.",
    "See where the service runs (pcs status), its log, and the firewall.",
    local=True,
)
CHECKS = (SILENT,)
ATTEMPTS, PAUSE = 4, 2.0


def ask(url: str, fetch: t.Callable[[str], int], pause: t.Callable[[float], None] = time.sleep) -> list[Finding]:
    """Fetch URL, up to four times. FETCH returns the status or raises OSError or ValueError."""
    said = ""
    for attempt in range(ATTEMPTS):
        if attempt:
            pause(PAUSE)
        try:
            code = fetch(url)
        except (OSError, ValueError) as error:
            said = str(error)
        else:
            if code == 200:
                return []
            said = f"status {code}"
    return [SILENT.found(url, f"{url} does not answer: {said}.")]
