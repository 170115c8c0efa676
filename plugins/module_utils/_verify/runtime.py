# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check that the running corosync uses its file, and reaches the other nodes on every link. Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import Change, Effect, Section
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import (
    ERROR,
    WARNING,
    Check,
    Finding,
    words,
)

DRIFT = Check(
    "corosync-drift",
    ERROR,
    "The running corosync uses other settings than its file.",
    "corosync-cfgtool -R brings in those marked live; the others need a restart of the node's cluster services,"
    " one node at a time.",
    local=True,
)
LINK_DOWN = Check(
    "link-down",
    WARNING,
    "A link to another node is down.",
    "See `corosync-cfgtool -n`; look at the network and the firewall (UDP port 5405 and up).",
    local=True,
)
CHECKS = (DRIFT, LINK_DOWN)

_CONNECTED = re.compile(r"stats\.knet\.node(\d+)\.link(\d+)\.connected \(u8\) = 0")
_ENABLED = re.compile(r"stats\.knet\.node(\d+)\.link(\d+)\.enabled \(u8\) = 1")


def drift(changes: t.Sequence[Change]) -> list[Finding]:
    """What the running corosync has otherwise than the file."""
    if not changes:
        return []
    said = [
        f"{change.key} is {change.before or 'not set'}, in the file {change.after or 'not set'}"
        f" ({'live' if change.effect is Effect.LIVE else 'restart'})"
        for change in changes
    ]
    return [DRIFT.found("corosync", f"{'; '.join(said)}.")]


def links_down(stats: str, root: Section, online: t.Collection[str]) -> list[Finding]:
    """Links that corosync's statistics, as corosync-cmapctl -m stats prints them, call enabled but not connected.
    A node that is not ONLINE is another matter."""
    names = {
        node.get("nodeid"): node.get("name") or node.get("ring0_addr")
        for nodelist in root.children("nodelist")
        for node in nodelist.children("node")
    }
    enabled = set(_ENABLED.findall(stats))
    down = [
        f"{names.get(node, node)} on link {link}"
        for node, link in _CONNECTED.findall(stats)
        if (node, link) in enabled and names.get(node) in online
    ]
    return [LINK_DOWN.found("links", f"Not connected: {words(down)}.")] if down else []
