# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cluster properties of Pacemaker, and the values that pcs takes for them. Pure."""

from __future__ import annotations

import dataclasses
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import FORCE, Command, set_options
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import Declared, merge_attributes
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.element import by_precedence, values_of
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kind import NONE, Kind, Reasons
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Attributes, Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import (
    DURATION_NAMES,
    duration_for_pcs,
    is_duration_of_pcs,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

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
PROPERTY_SET = "cib-bootstrap-options"
TIME = re.compile(r"")  # judged by is_duration_of_pcs()
BOOLEAN = re.compile(r"true|yes|on|y|1|false|no|off|n|0", re.IGNORECASE)
INTEGER = re.compile(r"[+-]?(INFINITY|\d+)")
POSITIVE = re.compile(r"\+?(INFINITY|0*[1-9]\d*)")
PERCENTAGE = re.compile(r"\+?\d+%")
# The properties that Pacemaker knows, and pcs can set, each with the values that pcs takes.
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
    """Say why pcs can't give the property NAME the VALUE; empty if it can."""
    if name not in PROPERTIES:
        return "pcs doesn't know it"
    if PROPERTIES[name] is TIME:
        return why_no_time(value)
    return "" if PROPERTIES[name].fullmatch(value) else f"pcs can't write the value '{value}' of {name}"


def why_no_time(value: str) -> str:
    """Say why pcs can't write the time VALUE; empty if it can."""
    return "" if is_duration_of_pcs(value) else f"pcs can't write the time '{value}'"


def parse(configuration: ET.Element) -> Attributes:
    return parse_properties(configuration.findall("crm_config/cluster_property_set"))


def parse_properties(sets: list[ET.Element]) -> Attributes:
    """Read the cluster properties. Other sets than that of pcs may hold the private data of programs: only the
    properties that Pacemaker knows count there."""
    plain = [nvset for nvset in sets if nvset.find("rule") is None]
    main = [nvset for nvset in plain if nvset.get("id") == PROPERTY_SET] + plain[:1]
    own = {pair.get("name") for nvset in main for pair in nvset.findall("nvpair")}
    return {
        name: value
        for name, value in values_of(by_precedence(plain, PROPERTY_SET)).items()
        if name not in READ_ONLY_PROPERTIES and (name in own or name in PROPERTIES)
    }


def merge(cib: Cib, declared: Declared) -> Cib:
    return dataclasses.replace(
        cib,
        properties=merge_properties(cib.properties, declared),
        custom_properties=dict.fromkeys(declared.get("custom_properties") or (), ""),
    )


def merge_properties(current: Attributes, declared: Declared) -> Attributes:
    """Merge the properties, and the custom ones, which Pacemaker doesn't know."""
    properties, custom = declared.get("properties") or {}, declared.get("custom_properties") or {}
    twice = sorted(properties.keys() & custom.keys())
    if twice:
        raise ClusterError(f"The property '{twice[0]}' is declared in 'properties' and in 'custom_properties'.")
    return merge_attributes(merge_attributes(current, properties), custom)


def additions(before: Cib, after: Cib) -> Iterator[Command]:
    """Set the properties that Pacemaker knows, then the custom ones, with --force."""
    for is_custom in (False, True):
        old, new = (
            {
                name: duration_for_pcs(value) if DURATION_NAMES.fullmatch(name) else value
                for name, value in cib.properties.items()
                if (name in after.custom_properties) is is_custom
            }
            for cib in (before, after)
        )
        for command in set_options("property", ("property", "set"), old, new):
            yield dataclasses.replace(command, flags=FORCE) if is_custom else command


def exportable(whole: Cib, part: Cib, reasons: Reasons) -> Cib:
    """Return PART with the properties that pcs can set."""
    written = {name: value for name, value in whole.properties.items() if not why_no_property(name, value)}
    return dataclasses.replace(part, properties=written)


KIND = Kind(
    name="properties",
    noun="property",
    description="Cluster properties. Null restores Pacemaker's default.",
    parse=parse,
    merge=merge,
    additions=additions,
    values=lambda cib: cib.properties,
    exportable=exportable,
    xml={
        "crm_config": (NONE, frozenset(("cluster_property_set",))),
        "cluster_property_set": (frozenset(("score",)), frozenset(("nvpair",))),
    },
    more={
        "custom_properties": {
            "description": [
                "Cluster properties that Pacemaker does not know, such as those of an agent. C(pcs) sets "
                "them only with C(--force). Null removes one.",
                (
                    "The module refuses a name that is neither in this option nor known to Pacemaker, to find "
                    "typing errors."
                ),
            ],
            "type": "dict",
        }
    },
    purge="Patterns for the names of properties.",
)
