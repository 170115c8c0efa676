# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of the report: what the cluster remembers of failures and fencing, and what is configured. Pure.

Sources: crm_mon(8) with --output-as=xml, votequorum(5), corosync-qdevice(8), Pacemaker Explained.
"""

from __future__ import annotations

import typing as t
import xml.etree.ElementTree as ET

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import status
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.operations import Operation
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import Section, node_sections

Rows = list[dict[str, t.Any]]


def details(cib: Cib, root: Section | None, state: ET.Element | None) -> dict[str, t.Any]:
    """All of it, for the configuration CIB and ROOT and the STATE that crm_mon tells."""
    return {
        "failures": status.failures(state) if state is not None else [],
        "fail_counts": fail_counts(state) if state is not None else [],
        "fencing_history": fencing_history(state) if state is not None else [],
        "tickets": tickets(state) if state is not None else [],
        "votes": votes(root) if root is not None else {},
        "properties": dict(cib.properties),
        "resource_defaults": dict(cib.resource_defaults.values),
        "operation_defaults": dict(cib.operation_defaults.values),
        "operations": [
            {"resource": item.id, "name": each.name, "options": operation_options(each)}
            for item in cib.primitives.values()
            for each in item.operations
        ],
    }


def fail_counts(state: ET.Element) -> Rows:
    """How often a resource has failed on a node, and after how many times it has to leave that node."""
    return [
        {
            "resource": history.get("id", "").partition(":")[0],
            "node": node.get("name", ""),
            "count": history.get("fail-count", ""),
            "limit": history.get("migration-threshold", ""),
            "last": history.get("last-failure", ""),
        }
        for node in state.findall("node_history/node")
        for history in node.findall("resource_history")
        if history.get("fail-count") not in (None, "", "0")
    ]


def fencing_history(state: ET.Element) -> Rows:
    """The fencing actions that the cluster remembers, the latest first."""
    return [
        {
            "node": event.get("target", ""),
            "action": event.get("action", ""),
            "status": event.get("status", ""),
            "by": event.get("delegate", ""),
            "asked_by": event.get("client", ""),
            "on": event.get("origin", ""),
            "time": event.get("completed", ""),
            "reason": event.get("exit-reason", ""),
        }
        for event in state.findall("fence_history/fence_event")
    ]


def tickets(state: ET.Element) -> Rows:
    """The tickets that the cluster knows, and whether it holds them (booth(8))."""
    return [
        {
            "ticket": ticket.get("id", ""),
            "state": ticket.get("status", "") + (", standby" if ticket.get("standby") == "true" else ""),
            "last_granted": ticket.get("last-granted", ""),
        }
        for ticket in state.findall("tickets/ticket")
    ]


def votes(root: Section) -> dict[str, t.Any]:
    """Who has how many votes by corosync.conf, how many make a quorum, and the quorum device."""
    quorum = root.child("quorum")
    by_node = {name: _number(node.get("quorum_votes"), 1) for name, node in node_sections(root).items()}
    device = next(iter(quorum.children("device")), None)
    own = 0
    if device is not None:
        # The algorithm lms needs as many as nodes without one; ffsplit has one (corosync-qdevice(8)).
        is_lms = device.child("net").get("algorithm") == "lms"
        own = _number(device.get("votes"), max(len(by_node) - 1, 1) if is_lms else 1)
    # With a nodelist, corosync counts the votes itself.
    expected = sum(by_node.values()) + own if by_node else _number(quorum.get("expected_votes"), 0)
    two_node = quorum.get("two_node") in ("1", "yes", "on") and device is None
    return {
        "nodes": by_node,
        "expected": expected,
        "quorum": 1 if two_node else expected // 2 + 1,
        "two_node": two_node,
        "device": {}
        if device is None
        else {
            "model": device.get("model", "net"),
            "host": device.child("net").get("host"),
            "algorithm": device.child("net").get("algorithm"),
            "votes": own,
        },
    }


def operation_options(operation: Operation) -> str:
    """The options of an operation in words, such as `interval 10s, timeout 20s`."""
    values = {"interval": operation.interval, "timeout": operation.timeout, "role": operation.role}
    shown = {name: value for name, value in values.items() if value and value not in ("0", "0s")}
    return ", ".join(f"{name} {value}" for name, value in {**shown, **operation.options}.items())


def _number(text: str, default: int) -> int:
    return int(text) if text.isdigit() else default
