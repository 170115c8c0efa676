# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults in the configuration of fence_virtd, the host's side of fence_virt and fence_xvm. Pure.

Source: server/config.y and server/main.c of fence-virt; what fence_virtd 4.16 says when it refuses to start.
"""

from __future__ import annotations

import re

from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import (
    ERROR,
    WARNING,
    Check,
    Finding,
)

FILE = "fence_virt.conf"
SECTION = Check(
    "fence-virtd-section",
    ERROR,
    "fence_virt.conf has no section fence_virtd; without it the daemon finds no backend and does not start.",
    "Name the section fence_virtd, not fence_virt.",
)
FOREGROUND = Check(
    "fence-virtd-foreground",
    WARNING,
    "The setting foreground is read as a number, in which a word is 0; and with 1 the packaged unit never starts.",
    "Remove foreground; the unit says how the daemon runs.",
)
KEY = Check(
    "fence-virtd-key",
    WARNING,
    "No key file is named. The daemon does not start without one, not even for the serial listener, which uses none.",
    "Name one (key_file) in the listener's section, and put a key there; the default is /etc/cluster/fence_xvm.key.",
)
CHECKS = (SECTION, FOREGROUND, KEY)

_SECTION = re.compile(r"^\s*fence_virtd\s*\{", re.MULTILINE)
_FOREGROUND = re.compile(r"^\s*foreground\s*=\s*\"?([^\";\n]*)\"?\s*;", re.MULTILINE)


def lint(text: str) -> list[Finding]:
    """All that is wrong with the configuration in TEXT."""
    text = re.sub(r"#.*", "", text)
    found = []
    if not _SECTION.search(text):
        found.append(SECTION.found(FILE, "There is no section fence_virtd."))
    foreground = _FOREGROUND.search(text)
    if foreground and foreground[1] != "0":
        found.append(FOREGROUND.found(FILE, f'foreground is "{foreground[1]}".'))
    if "key_file" not in text:
        found.append(KEY.found(FILE, "There is no key_file."))
    return found
