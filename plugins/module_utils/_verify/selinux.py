# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check that SELinux runs as configured. A host without it has nothing to find. Pure."""

from __future__ import annotations

import re

from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import WARNING, Check, Finding

PERMISSIVE = Check(
    "selinux-permissive",
    WARNING,
    "SELinux is there but lets everything pass.",
    "Set it to enforcing: setenforce 1, and SELINUX=enforcing in /etc/selinux/config.",
    local=True,
)
DIFFERS = Check(
    "selinux-differs",
    WARNING,
    "SELinux's mode differs from its configuration: a reboot changes the permissions of the cluster's services.",
    "Make both the same: setenforce, or SELINUX in /etc/selinux/config.",
    local=True,
)
CHECKS = (PERMISSIVE, DIFFERS)

_CONFIGURED = re.compile(r"^\s*SELINUX\s*=\s*(\w+)", re.MULTILINE)


def lint(enforce: str | None, config: str | None) -> list[Finding]:
    """What is wrong, by the kernel's ENFORCE (None: SELinux is not active) and the text of its CONFIG (None: none)."""
    if enforce is None:
        return []
    mode = "enforcing" if enforce.strip() == "1" else "permissive"
    match = _CONFIGURED.search(config or "")
    configured = match[1].lower() if match else mode
    found = [PERMISSIVE.found("selinux", "SELinux is permissive.")] if mode == "permissive" else []
    if configured != mode:
        found.append(DIFFERS.found("selinux", f"SELinux is {mode}, its configuration says {configured}."))
    return found
