# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the state of the cluster from the XML of crm_mon and crm_simulate. Parsing is pure."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import Runner

DISRUPTIVE = frozenset(("stop", "move", "migrate", "restart", "recover", "demote", "re-promote", "fence"))
EXPECTED_OF_PROBES = frozenset(("0", "7", "8"))  # running, not running, running promoted


@dataclass(frozen=True)
class ResourceStatus:
    """One instance of a resource."""

    id: str
    agent: str
    role: str
    nodes: tuple[str, ...]
    active: bool
    failed: bool
    blocked: bool
    managed: bool
    orphaned: bool


def read_status(runner: Runner) -> ET.Element | None:
    """What crm_mon says, or None when the cluster doesn't run on this host."""
    result = runner.run(["crm_mon", "--one-shot", "--inactive", "--output-as=xml"])
    if result.rc != 0:
        return None
    try:
        root = ET.fromstring(result.stdout)
    except ET.ParseError as error:
        raise ClusterError(f"crm_mon's XML can't be read: {error}.") from error
    return root if root.find("summary") is not None else None


def is_true(element: ET.Element, name: str) -> bool:
    return element.get(name) == "true"


def resources(root: ET.Element) -> list[ResourceStatus]:
    """Every instance of every resource."""
    section = root.find("resources")
    return [] if section is None else [resource(element) for element in section.iter("resource")]


def instances(root: ET.Element, name: str) -> list[ResourceStatus]:
    """Every instance of the resource NAME; of a bundle, all that is in it."""
    bundles = [bundle for bundle in root.iter("bundle") if bundle.get("id") == name]
    inside = [resource(element) for bundle in bundles for element in bundle.iter("resource")]
    return inside or [item for item in resources(root) if item.id == name]


def resource(element: ET.Element) -> ResourceStatus:
    return ResourceStatus(
        id=element.get("id", "").partition(":")[0],
        agent=element.get("resource_agent", "").replace("::", ":"),
        role=element.get("role", ""),
        nodes=tuple(node.get("name", "") for node in element.findall("node")),
        active=is_true(element, "active"),
        failed=is_true(element, "failed"),
        blocked=is_true(element, "blocked"),
        managed=is_true(element, "managed"),
        orphaned=is_true(element, "orphaned"),
    )


def nodes(root: ET.Element) -> list[dict[str, Any]]:
    """Every node and its state."""
    flags = ("online", "standby", "maintenance", "pending", "unclean", "shutdown")
    return [
        {
            "name": node.get("name"),
            "id": node.get("id"),
            "type": node.get("type"),
            "is_dc": is_true(node, "is_dc"),
            "resources_running": int(node.get("resources_running", 0)),
            **{flag: is_true(node, flag) for flag in flags},
        }
        for node in root.findall("nodes/node")
    ]


def failures(root: ET.Element) -> list[dict[str, Any]]:
    """Every failed action that the cluster remembers."""
    return [
        {
            "resource": failure.get("op_key", "").rpartition("_")[0].rpartition("_")[0],
            "action": failure.get("task") or failure.get("op_key", "").rpartition("_")[0].rpartition("_")[2],
            "node": failure.get("node"),
            "status": failure.get("status"),
            "result": failure.get("exitstatus"),
            "reason": failure.get("exitreason"),
            "time": failure.get("last-rc-change"),
        }
        for failure in root.findall("failures/failure")
    ]


def failed_probes(root: ET.Element) -> list[dict[str, Any]]:
    """Every node that can't even tell whether it runs a resource. crm_mon counts that as no failure."""
    return [
        {
            "resource": history.get("id", "").partition(":")[0],
            "action": "probe",
            "node": node.get("name"),
            "status": "complete",
            "result": operation.get("rc_text"),
            "reason": "",
            "time": operation.get("last-rc-change"),
        }
        for node in root.findall("node_history/node")
        for history in node.findall("resource_history")
        for operation in history.findall("operation_history")[-1:]
        if operation.get("task") == "probe" and operation.get("rc") not in EXPECTED_OF_PROBES
    ]


def exit_reasons(cib: str) -> dict[tuple[str, str], str]:
    """What agents said about their last failure, by resource and node, from the status in the CIB."""
    return {
        (history.get("id", "").partition(":")[0], node.get("uname", "")): operation.get("exit-reason", "")
        for node in ET.fromstring(cib).findall("status/node_state")
        for history in node.iter("lrm_resource")
        for operation in history.findall("lrm_rsc_op")
        if operation.get("exit-reason")
    }


def cluster(root: ET.Element | None) -> dict[str, Any]:
    """The cluster as a whole."""
    if root is None:
        return {"running": False, "quorate": False, "dc": None}
    dc, stack, options = (root.find(f"summary/{name}") for name in ("current_dc", "stack", "cluster_options"))
    has_dc = dc is not None and is_true(dc, "present")
    return {
        "running": True,
        "quorate": dc is not None and is_true(dc, "with_quorum"),
        "dc": dc.get("name") if dc is not None and has_dc else None,
        "version": dc.get("version") if dc is not None and has_dc else None,
        "stack": stack.get("type") if stack is not None else None,
        "stonith_enabled": options is not None and is_true(options, "stonith-enabled"),
        "maintenance_mode": options is not None and is_true(options, "maintenance-mode"),
    }


def actions(simulation: str) -> list[dict[str, str]]:
    """What crm_simulate says the cluster would do."""
    section = ET.fromstring(simulation).find("actions")
    found = []
    for element in section if section is not None else ():
        action = dict(element.attrib)
        if element.tag == "node_action":  # its task is such as `Fence (reboot)`
            action["action"], _space, how = action.pop("task", "").partition(" ")
            action.update({"operation": how.strip("()")} if how else {})
        if action.get("action") not in (None, "noop"):
            found.append({"action": action.pop("action").lower(), **action})
    return found


def simulate(runner: Runner, path: str, directory: str) -> list[dict[str, str]] | None:
    """What the cluster would do with the CIB in the file PATH, or None where that can't be told."""
    result = runner.run(
        ["crm_simulate", "--simulate", "--xml-file", path, "--output-as=xml"], environment={"CIB_shadow_dir": directory}
    )
    if result.rc != 0:
        return None
    try:
        return actions(result.stdout)
    except ET.ParseError:
        return None


def describe(action: dict[str, str]) -> str:
    """An action in words: move cluster-ip from node1 to node2."""
    what = action.get("resource") or action.get("node", "")
    if action.get("source") and action.get("dest"):
        return f"{action['action']} {what} from {action['source']} to {action['dest']}"
    node = action.get("node") or action.get("source")
    return f"{action['action']} {what} on {node}" if node and node != what else f"{action['action']} {what}"
