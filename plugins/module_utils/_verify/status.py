# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults in a cluster's state, as crm_mon shows it. Pure."""

from __future__ import annotations

import typing as t
import xml.etree.ElementTree as ET

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import status
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import boolean
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.placement import Placement, is_switched_off
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover.observed import is_same_fencing
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import (
    ERROR,
    WARNING,
    Check,
    Finding,
    words,
)

NOT_RUNNING = Check(
    "cluster-not-running",
    ERROR,
    "The cluster does not run on this host.",
    "See `systemctl status corosync pacemaker` there, then run site.yml again.",
    local=True,
)
NO_QUORUM = Check(
    "quorum-lost",
    ERROR,
    "The cluster has no quorum: it runs nothing.",
    "Bring the other nodes back, then run site.yml again.",
)
OFFLINE = Check(
    "node-offline",
    ERROR,
    "A node is not online, although this run reached it. Where it did not reach it, that is only a warning.",
    "See `journalctl -u corosync -u pacemaker` there.",
)
UNCLEAN = Check(
    "node-unclean",
    ERROR,
    "A node is unclean: no fencing has confirmed that it is off.",
    "Wait for fencing; see `pcs stonith history`.",
)
NOT_STARTED = Check(
    "fencing-not-started",
    ERROR,
    "No fence device is started: a lost node's resources stay down.",
    "See `pcs stonith status`; then `pcs stonith cleanup`.",
)
FENCING_FAILED = Check(
    "fencing-failed",
    WARNING,
    "The cluster remembers that fencing a node has failed.",
    "See `pcs stonith history`; after fixing the cause, `pcs stonith history cleanup`.",
)
FAILED = Check(
    "resource-failed",
    ERROR,
    "A resource has failed, or is blocked because stopping it has failed.",
    "See `pcs status --full` for the reason; after fixing the cause, `pcs resource cleanup`.",
)
ACTION_FAILED = Check(
    "action-failed",
    WARNING,
    "The cluster remembers that an action on a resource has failed.",
    "See `pcs status --full` for the reason; after fixing the cause, `pcs resource cleanup`.",
)
STOPPED = Check(
    "resource-stopped",
    ERROR,
    "A resource runs nowhere, though it is not switched off.",
    "See `crm_simulate --live-check --show-scores` for what keeps it from every node.",
)
TWICE = Check(
    "resource-twice",
    ERROR,
    "A resource that may run once is active on several nodes.",
    "See `pcs status --full`, and stop it where it does not belong, by hand, at once.",
)
ORPHANED = Check(
    "resource-orphaned",
    WARNING,
    "A resource runs that is no longer configured.",
    "Remove it: pcs resource cleanup RESOURCE, or configure it again.",
)
CHECKS = (
    NOT_RUNNING,
    NO_QUORUM,
    OFFLINE,
    UNCLEAN,
    NOT_STARTED,
    FENCING_FAILED,
    FAILED,
    ACTION_FAILED,
    STOPPED,
    TWICE,
    ORPHANED,
)


def lint(
    root: ET.Element,
    cib: Cib,
    declared: t.Sequence[str],
    reached: t.Sequence[str],
    *,
    fencing: bool = True,
    placement: Placement | None = None,
) -> list[Finding]:
    """All that is wrong with the state in ROOT of a cluster that is to have the nodes DECLARED, REACHED among them.
    FENCING says whether a started fence device is demanded, PLACEMENT where the resources of CIB may run."""
    placement = placement or Placement(ET.Element("cib"), cib)
    summary = status.cluster(root)
    found = [
        *_nodes(root, declared, reached, summary["quorate"]),
        *_resources(root, placement),
        *_failures(root, placement),
    ]
    devices = [item for item in status.resources(root) if item.agent.startswith("stonith:")]
    if fencing and summary["stonith_enabled"] and devices and not any(item.active for item in devices):
        found.append(NOT_STARTED.found(words({item.id: 0 for item in devices}), "All fence devices are stopped."))
    return found


def _nodes(root: ET.Element, declared: t.Sequence[str], reached: t.Sequence[str], quorate: bool) -> t.Iterator[Finding]:
    nodes = {node["name"]: node for node in status.nodes(root)}
    online = [name for name, node in nodes.items() if node["online"] and not node["pending"]]
    if not quorate:
        yield NO_QUORUM.found("quorum", f"Only {words(online) or 'no node'} is online.")
    members = [name for name, node in nodes.items() if node["type"] == "member"]
    for name in dict.fromkeys((*declared, *nodes)):
        if nodes.get(name, {}).get("unclean"):
            yield UNCLEAN.found(name, f"{name} is unclean.")
        # Whether a remote or guest node is online is a matter of the resource that brings it in.
        elif name not in online and name in (*declared, *members):
            yield OFFLINE.found(name, f"{name} is not online.", severity=ERROR if name in reached else WARNING)


def _is_wanted(item: status.ResourceStatus, cib: Cib) -> bool:
    """Whether the cluster is to run the resource somewhere."""
    is_device = item.agent.startswith("stonith:")
    return item.id in cib.primitives and item.managed and not is_device and not is_switched_off(cib, item.id)


def _resources(root: ET.Element, placement: Placement) -> t.Iterator[Finding]:
    instances, cib = status.resources(root), placement.cib
    waiting = placement.waiting()
    cloned = {element.get("id", "") for clone in root.iter("clone") for element in clone.iter("resource")}
    cloned |= {element.get("id", "") for bundle in root.iter("bundle") for element in bundle.iter("resource")}
    idle = boolean(cib.properties.get("maintenance-mode", "false")) or not status.cluster(root)["quorate"]
    for name in dict.fromkeys(item.id for item in instances):
        own = [item for item in instances if item.id == name]
        where = list(dict.fromkeys(node for item in own for node in item.nodes if item.active))
        wrong = [word for word in ("failed", "blocked") if any(getattr(item, word) for item in own)]
        if wrong:
            yield FAILED.found(name, f"{name} is {' and '.join(wrong)}{' on ' + words(where) if where else ''}.")
        if any(item.orphaned for item in own):
            yield ORPHANED.found(name, f"{name} is on {words(where)}.", ORPHANED.fix.replace("RESOURCE", name))
        elif len(where) > 1 and name not in cloned:
            yield TWICE.found(name, f"{name} is active on {words(where)}.")
        elif not where and not wrong and not idle and name not in waiting and _is_wanted(own[0], cib):
            yield STOPPED.found(name, f"{name} runs nowhere.")


def _failures(root: ET.Element, placement: Placement) -> t.Iterator[Finding]:
    failures = [*status.failures(root), *status.failed_probes(root)]
    for failure in (item for item in failures if not placement.excuses(item)):
        reason = f" ({failure['reason']})" if failure["reason"] else ""
        when = f", {failure['time']}" if failure["time"] else ""
        said = f"{failure['action']} on {failure['node']}: {failure['result']}{reason}{when}"
        yield ACTION_FAILED.found(failure["resource"], f"{failure['resource']}: {said}.")
    for event in _failed_fencings(root):
        said = f"{event.get('action')} of {event.get('target')} by {event.get('client', '')}"
        yield FENCING_FAILED.found(
            event.get("target", ""), f"{said} failed, {event.get('completed', 'at an unknown time')}."
        )


def _failed_fencings(root: ET.Element) -> list[dict[str, str]]:
    """The fencings that have failed. One that several clients have asked for is remembered for each of them."""
    found: list[dict[str, str]] = []
    for event in root.iterfind("fence_history/fence_event[@status='failed']"):
        if not any(is_same_fencing(event.attrib, other) for other in found):
            found.append(dict(event.attrib))
    return found
