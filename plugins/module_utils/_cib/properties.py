# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cluster properties of Pacemaker, and the values that pcs takes for them. Pure."""

from __future__ import annotations

import re

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import is_duration_of_pcs

# Pacemaker and pcs write these themselves; the last one only before Pacemaker 1.1.10.
READ_ONLY_PROPERTIES = frozenset(
    (
        "cluster-infrastructure",
        "cluster-name",
        "dc-version",
        "have-watchdog",
        "last-lrm-refresh",
        "expected-quorum-votes",
    )
)
TIME = re.compile(r"")  # judged by is_duration_of_pcs()
BOOLEAN = re.compile(r"true|yes|on|y|1|false|no|off|n|0", re.IGNORECASE)
INTEGER = re.compile(r"[+-]?(INFINITY|\d+)")
POSITIVE = re.compile(r"\+?(INFINITY|0*[1-9]\d*)")
PERCENTAGE = re.compile(r"\+?\d+%")
# Those that Pacemaker knows, and so pcs can set, and the values of each that pcs takes.
PROPERTIES = {
    "batch-limit": INTEGER,
    "cluster-delay": TIME,
    "cluster-ipc-limit": POSITIVE,
    "cluster-recheck-interval": TIME,
    "concurrent-fencing": BOOLEAN,
    "dc-deadtime": TIME,
    "election-timeout": TIME,
    "enable-acl": BOOLEAN,
    "enable-startup-probes": BOOLEAN,
    "fence-reaction": re.compile(r"stop|panic"),
    "join-finalization-timeout": TIME,
    "join-integration-timeout": TIME,
    "load-threshold": PERCENTAGE,
    "maintenance-mode": BOOLEAN,
    "migration-limit": INTEGER,
    "no-quorum-policy": re.compile(r"stop|freeze|ignore|demote|fence|suicide"),
    "node-action-limit": INTEGER,
    "node-health-base": INTEGER,
    "node-health-green": INTEGER,
    "node-health-red": INTEGER,
    "node-health-strategy": re.compile(r"none|migrate-on-red|only-green|progressive|custom"),
    "node-health-yellow": INTEGER,
    "node-pending-timeout": TIME,
    "pe-error-series-max": INTEGER,
    "pe-input-series-max": INTEGER,
    "pe-warn-series-max": INTEGER,
    "placement-strategy": re.compile(r"default|utilization|minimal|balanced"),
    "priority-fencing-delay": TIME,
    "shutdown-escalation": TIME,
    "shutdown-lock": BOOLEAN,
    "shutdown-lock-limit": TIME,
    "start-failure-is-fatal": BOOLEAN,
    "startup-fencing": BOOLEAN,
    "stonith-action": re.compile(r"reboot|off"),
    "stonith-enabled": BOOLEAN,
    "stonith-max-attempts": INTEGER,
    "stonith-timeout": TIME,
    "stonith-watchdog-timeout": TIME,
    "stop-all-resources": BOOLEAN,
    "stop-orphan-actions": BOOLEAN,
    "stop-orphan-resources": BOOLEAN,
    "symmetric-cluster": BOOLEAN,
    "transition-delay": TIME,
}


def why_no_property(name: str, value: str) -> str:
    """Why pcs can't give the property NAME the VALUE; an empty text when it can."""
    if name not in PROPERTIES:
        return "pcs doesn't know it"
    if PROPERTIES[name] is TIME:
        return why_no_time(value)
    return "" if PROPERTIES[name].fullmatch(value) else f"pcs can't write the value '{value}' of {name}"


def why_no_time(value: str) -> str:
    """Why pcs can't write the time VALUE; an empty text when it can."""
    return "" if is_duration_of_pcs(value) else f"pcs can't write the time '{value}'"
