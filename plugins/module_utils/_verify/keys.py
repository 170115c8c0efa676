# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check that the shared keys exist and are protected from others. compare.py checks that they are
equal. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import Section
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import ERROR, Check, Finding

COROSYNC_KEY = "/etc/corosync/authkey"
PACEMAKER_KEY = "/etc/pacemaker/authkey"
FENCE_KEY = "/etc/cluster/fence_xvm.key"
PATHS = (COROSYNC_KEY, PACEMAKER_KEY, FENCE_KEY)
LEAST_SIZE = 128  # bytes; corosync takes 128 to 4096

MISSING = Check(
    "key-missing", ERROR, "corosync's key is missing although encryption is on.", "Run the role authkey.", local=True
)
OPEN = Check(
    "key-readable",
    ERROR,
    "Users other than the key's owner can read or change it.",
    "Run the role authkey, which sets owner and mode; then rotate the key: playbooks/rotate_authkey.yml.",
    local=True,
)
SHORT = Check(
    "key-short",
    ERROR,
    "corosync's key is shorter than 128 bytes; corosync refuses to start with that.",
    "Rotate the key: playbooks/rotate_authkey.yml.",
    local=True,
)
DIFFERS = Check(
    "key-differs",
    ERROR,
    "A key is not the same on all nodes: after the next restart they don't understand each other.",
    "Copy the file from a node that has the right one, then run the role authkey.",
    local=True,
)
CHECKS = (MISSING, OPEN, SHORT, DIFFERS)


@dataclass(frozen=True)
class Key:
    """A key file. The digest identifies the key without giving it away."""

    path: str
    owner: str
    group: str
    mode: int
    size: int
    digest: str


def encrypts(root: Section | None) -> bool:
    totem = Section() if root is None else root.child("totem")
    return any(totem.get(name) not in ("", "none") for name in ("crypto_cipher", "crypto_hash"))


def lint(keys: t.Sequence[Key], root: Section | None) -> list[Finding]:
    """What is wrong with this host's KEYS by themselves."""
    found = []
    if encrypts(root) and COROSYNC_KEY not in [key.path for key in keys]:
        found.append(MISSING.found(COROSYNC_KEY, f"There is no {COROSYNC_KEY}."))
    for key in keys:
        # Pacemaker's daemons read their key as user hacluster and group haclient.
        allowed = 0o640 if key.path == PACEMAKER_KEY and key.group == "haclient" else 0o600
        if key.mode & ~allowed & 0o077:
            found.append(OPEN.found(key.path, f"{key.path} of {key.owner}:{key.group} has mode {key.mode:04o}."))
        if key.path == COROSYNC_KEY and key.size < LEAST_SIZE:
            found.append(SHORT.found(key.path, f"{key.path} has {key.size} bytes."))
    return found
