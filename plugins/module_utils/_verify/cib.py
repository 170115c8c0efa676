# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults in a CIB's configuration, without a running cluster. Pure.

Sources: Pacemaker Explained, the metadata of the agents, and what support organisations refuse (Red Hat, SUSE, Trento's
checks).
"""

from __future__ import annotations

import typing as t
import xml.etree.ElementTree as ET
from collections.abc import Mapping

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.colocations import Colocation
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import boolean, duration, score
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.operations import Operation
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.orders import Order
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.placement import guest_nodes, remote_nodes
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.resources import Primitive
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import Section, cluster_name
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import (
    ERROR,
    WARNING,
    Check,
    Finding,
    capitalized,
    words,
)

# File systems that only one node may mount at a time.
LOCAL_FILESYSTEMS = frozenset(("xfs", "ext2", "ext3", "ext4", "btrfs", "f2fs", "jfs", "reiserfs", "vfat"))
FILESYSTEM = "ocf:heartbeat:Filesystem"
# Agents whose operations take longer than Pacemaker's 20 s, by what their metadata advises (seconds).
ADVISED: Mapping[str, Mapping[str, int]] = {
    FILESYSTEM: {"start": 60, "stop": 60, "monitor": 40},
    "systemd": {"start": 100, "stop": 100, "monitor": 100},
    "ocf:heartbeat:LVM-activate": {"start": 90, "stop": 90, "monitor": 90},
    "ocf:heartbeat:nfsserver": {"start": 40},
    "ocf:linbit:drbd": {"start": 240, "stop": 100},
    "ocf:heartbeat:mysql": {"start": 120, "stop": 120, "monitor": 30},
    "ocf:heartbeat:pgsql": {"start": 120, "stop": 120, "monitor": 30},
}
DEFAULT_TIMEOUT = 20  # seconds
AGENTS = (
    *(agent for agent in ADVISED if ":" in agent),
    *(
        f"ocf:heartbeat:{name}"
        for name in (
            "IPaddr2",
            "IPsrcaddr",
            "MailTo",
            "VirtualDomain",
            "SendArp",
            "Delay",
            "Dummy",
            "CTDB",
            "ZFS",
            "Raid1",
        )
    ),
)
LEFT_BY_OPERATORS = {"cli-ban-": "ban", "cli-prefer-": "preference"}

QUORUM_IGNORED = Check(
    "quorum-ignored",
    ERROR,
    "The cluster goes on without quorum, so that each half of a broken cluster runs everything.",
    "Set no-quorum-policy to stop, or to freeze with a cluster file system.",
)
MAINTENANCE_MODE = Check(
    "maintenance-mode",
    WARNING,
    "The whole cluster is in maintenance mode: it does not act on failures.",
    "End it: playbooks/maintenance.yml -e ha_maintenance_state=ended, or pcs property set maintenance-mode=false.",
)
NODE_MAINTENANCE = Check(
    "node-maintenance",
    WARNING,
    "A node is in maintenance mode: the cluster does not look after what runs there.",
    "End it: playbooks/maintenance.yml -e ha_maintenance_nodes=NODE -e ha_maintenance_state=ended;"
    " or pcs node unmaintenance NODE.",
)
NODE_STANDBY = Check(
    "node-standby",
    WARNING,
    "A node is in standby: nothing runs there.",
    "End standby: pcs node unstandby NODE.",
)
UNMANAGED = Check(
    "resource-unmanaged",
    WARNING,
    "A resource is unmanaged or in maintenance mode: the cluster does not act on its failures.",
    "End it: pcs resource manage RESOURCE.",
)
DISABLED = Check(
    "resource-disabled",
    WARNING,
    "A resource is switched off (target-role).",
    "Switch it on: pcs resource enable RESOURCE.",
)
BAN = Check(
    "ban-left-over",
    WARNING,
    "A constraint that pcs resource move or ban created is still in place.",
    "Remove it: pcs resource clear RESOURCE.",
)
REDUNDANT = Check(
    "constraint-redundant",
    WARNING,
    "A constraint repeats what a group already implies for its members.",
    "Remove it; a group starts its members in order, on one node.",
)
STRANGER = Check(
    "constraint-stranger",
    WARNING,
    "A constraint names a resource or a node that does not exist.",
    "Correct the name, or remove the constraint.",
)
STICKINESS = Check(
    "stickiness-missing",
    WARNING,
    "Resources have no stickiness: when a failed node returns they may move back, which is a second outage.",
    "Set the resource default resource-stickiness, to 100 for example.",
)
MONITOR = Check(
    "monitor-missing",
    WARNING,
    "A resource has no recurring monitor: its failure goes unnoticed.",
    "Add an operation monitor with an interval.",
)
TIMEOUT = Check(
    "timeout-missing",
    WARNING,
    "An operation has no timeout, and Pacemaker's 20 s are less than its agent advises: a slow stop then"
    " fences the node.",
    "Give the operation the timeout that the agent advises.",
)
SHALLOW = Check(
    "filesystem-shallow",
    WARNING,
    "The monitor of a file system only checks the mount; it does not notice a disk that fails.",
    "Give the monitor OCF_CHECK_LEVEL=20: it then writes and reads a file.",
)
CLONED = Check(
    "filesystem-cloned",
    ERROR,
    "A file system that only one node may mount is cloned; that destroys it.",
    "Remove the clone, or use a cluster file system.",
)
UNGUARDED = Check(
    "filesystem-unguarded",
    WARNING,
    "Nothing but fencing keeps a second node from mounting a shared disk's file system.",
    "Put the disk under LVM with system_id (ha_storage_layout: lvm), or accept this by its id with your reason.",
)
AGENT = Check(
    "agent-unknown",
    ERROR,
    "There is no agent of this name.",
    "Correct the name; capitals count.",
)
AGENT_MISSING = Check(
    "agent-missing",
    ERROR,
    "A resource's agent is not installed on this node, so that the resource can't run here.",
    "Install the agent's package.",
    local=True,
)
INVALID = Check(
    "cib-invalid", ERROR, "crm_verify finds errors in the configuration.", "See crm_verify --live-check --verbose."
)
UNREADABLE = Check("cib-unreadable", ERROR, "The CIB can't be read.", "Give a file that cibadmin --query has written.")
NODES = Check(
    "nodes-differ",
    WARNING,
    "Pacemaker's nodes are not those of corosync.conf.",
    "Remove a node that left with playbooks/membership.yml, or crm_node --remove; correct a name in corosync.conf.",
)
CLUSTER_NAME = Check(
    "cluster-name-differs",
    WARNING,
    "Pacemaker knows the cluster by another name than corosync.conf.",
    "Restart the cluster's services, one node at a time; Pacemaker takes the name from corosync.",
)
CHECKS = (
    QUORUM_IGNORED,
    MAINTENANCE_MODE,
    NODE_MAINTENANCE,
    NODE_STANDBY,
    UNMANAGED,
    DISABLED,
    BAN,
    REDUNDANT,
    STRANGER,
    STICKINESS,
    MONITOR,
    TIMEOUT,
    SHALLOW,
    CLONED,
    UNGUARDED,
    AGENT,
    AGENT_MISSING,
    INVALID,
    UNREADABLE,
    NODES,
    CLUSTER_NAME,
)


def lint(cib: Cib) -> list[Finding]:
    """All that is wrong with the configuration in CIB, but for fencing."""
    return [
        *_properties(cib),
        *_nodes(cib),
        *_states(cib),
        *_constraints(cib),
        *_resources(cib),
        *_filesystems(cib),
    ]


def _properties(cib: Cib) -> t.Iterator[Finding]:
    if cib.properties.get("no-quorum-policy") == "ignore":
        yield QUORUM_IGNORED.found("no-quorum-policy", "no-quorum-policy is ignore.")
    if boolean(cib.properties.get("maintenance-mode", "false")):
        yield MAINTENANCE_MODE.found("maintenance-mode", "maintenance-mode is true.")


def _nodes(cib: Cib) -> t.Iterator[Finding]:
    for node in cib.nodes.values():
        if boolean(node.attributes.get("maintenance", "false")):
            yield NODE_MAINTENANCE.found(
                node.name, f"{node.name} is in maintenance mode.", NODE_MAINTENANCE.fix.replace("NODE", node.name)
            )
        if boolean(node.attributes.get("standby", "false")):
            yield NODE_STANDBY.found(
                node.name, f"{node.name} is in standby.", NODE_STANDBY.fix.replace("NODE", node.name)
            )


def holders(cib: Cib) -> Mapping[str, Mapping[str, str]]:
    """The meta attributes of everything that has some: resources, groups, clones and bundles."""
    return {
        item.id: item.meta
        for kind in (cib.primitives, cib.groups, cib.clones, cib.bundles)
        for item in t.cast("t.Mapping[str, Primitive]", kind).values()
    }


def _states(cib: Cib) -> t.Iterator[Finding]:
    for name, meta in holders(cib).items():
        if boolean(meta.get("is-managed", "true")) is False:
            yield UNMANAGED.found(name, f"{name} has is-managed=false.", UNMANAGED.fix.replace("RESOURCE", name))
        if boolean(meta.get("maintenance", "false")):
            yield UNMANAGED.found(name, f"{name} has maintenance=true.", f"pcs resource meta {name} maintenance=")
        if meta.get("target-role", "").lower() == "stopped":
            yield DISABLED.found(name, f"{name} has target-role=Stopped.", DISABLED.fix.replace("RESOURCE", name))


# --- constraints -----------------------------------------------------------------------------------------------------


def members(constraint: Colocation | Order) -> list[str]:
    """The resources that a constraint of two resources or of sets is about."""
    if constraint.sets:
        return [resource for each in constraint.sets for resource in each.resources]
    if isinstance(constraint, Order):
        return [constraint.first, constraint.then]
    return [constraint.resource, constraint.with_resource]


def _constraints(cib: Cib) -> t.Iterator[Finding]:
    for location in cib.locations.values():
        kind = next((kind for prefix, kind in LEFT_BY_OPERATORS.items() if location.id.startswith(prefix)), "")
        if kind:
            where = f" {'on' if kind == 'ban' else 'for'} {location.node}" if location.node else ""
            yield BAN.found(
                location.id,
                f"{location.resource} has a {kind}{where} (score {location.score or 'by rule'}).",
                BAN.fix.replace("RESOURCE", location.resource),
            )
        missing = [location.node] if location.node and cib.nodes and not _is_node(cib, location.node) else []
        if not location.resource.startswith("regexp%") and location.resource not in _known(cib):
            missing.append(location.resource)
        if missing:
            yield STRANGER.found(location.id, f"Constraint {location.id} names {words(missing)}, which does not exist.")
    pairs: list[Colocation | Order] = [*cib.colocations.values(), *cib.orders.values()]
    for constraint in pairs:
        missing = [name for name in members(constraint) if name not in _known(cib)]
        if missing:
            yield STRANGER.found(
                constraint.id, f"Constraint {constraint.id} names {words(missing)}, which does not exist."
            )
        group = next((group for group in cib.groups.values() if set(members(constraint)) <= set(group.members)), None)
        if group is not None and _says_the_same(constraint, group.members):
            yield REDUNDANT.found(
                constraint.id,
                f"{words(members(constraint))} are members of group {group.id}, which already implies this.",
                f"Remove it: pcs constraint delete {constraint.id}.",
            )


def _is_node(cib: Cib, name: str) -> bool:
    """Whether NAME is a node: one of the cluster, a remote one, or a guest. Pacemaker takes capitals for small letters
    in a location."""
    return name.lower() in map(str.lower, (*cib.nodes, *remote_nodes(cib), *guest_nodes(cib)))


def _known(cib: Cib) -> set[str]:
    """The ids that a constraint can name; those of templates and of what the model leaves alone are not told apart."""
    return {*holders(cib), *cib.tags}


def _says_the_same(constraint: Colocation | Order, group: t.Sequence[str]) -> bool:
    if isinstance(constraint, Colocation):
        return score(constraint.score or "INFINITY") == score("INFINITY")
    places = [group.index(name) for name in members(constraint)]
    return places == sorted(places) and constraint.first_action in ("", "start")


# --- resources -------------------------------------------------------------------------------------------------------


def _resources(cib: Cib) -> t.Iterator[Finding]:
    if len(cib.nodes) > 1 and any(not item.is_stonith for item in cib.primitives.values()):
        yield from _stickiness(cib)
    for primitive in cib.primitives.values():
        if not any(op.name == "monitor" and duration(op.interval) for op in primitive.operations):
            yield MONITOR.found(primitive.id, f"{primitive.id} has no recurring monitor.")
        short = [f"{name} ({advised} s)" for name, advised in _short_timeouts(cib, primitive)]
        if short:
            yield TIMEOUT.found(
                primitive.id,
                f"{primitive.id} has no timeout for {words(short)}.",
                f"Give these operations the timeouts in brackets: pcs resource op add or update {primitive.id}.",
            )
        wanted = {agent.lower(): agent for agent in AGENTS}.get(primitive.agent.lower(), primitive.agent)
        if wanted != primitive.agent:
            yield AGENT.found(
                primitive.id, f"{primitive.id} has the agent {primitive.agent}.", f"Its name is {wanted}."
            )


def _stickiness(cib: Cib) -> t.Iterator[Finding]:
    name = "resource-stickiness"
    if score(cib.resource_defaults.values.get(name, "0")) or any(
        name in one.values for one in cib.resource_defaults_sets.values()
    ):
        return
    around: dict[str, list[str]] = {}
    for group in cib.groups.values():
        for member in group.members:
            around.setdefault(member, []).append(group.id)
    metas = holders(cib)
    without = [
        item.id
        for item in cib.primitives.values()
        if not item.is_stonith
        and cib.clone_of(item.id) is None
        and cib.bundle_of(item.id) is None
        and not any(score(metas[holder].get(name, "0")) for holder in (item.id, *around.get(item.id, [])))
        and not any(cib.clone_of(group) for group in around.get(item.id, []))
    ]
    if without:
        yield STICKINESS.found("resource-stickiness", f"{words(without)} has none, nor is there a default.")


def _short_timeouts(cib: Cib, primitive: Primitive) -> t.Iterator[tuple[str, int]]:
    """Operations without a timeout whose agent advises more than the default, with the seconds it advises."""
    default = duration(cib.operation_defaults.values.get("timeout", f"{DEFAULT_TIMEOUT}s")) or DEFAULT_TIMEOUT * 1000
    agent = "systemd" if primitive.agent.startswith("systemd:") else primitive.agent.lower()
    for name, advised in {key.lower(): value for key, value in ADVISED.items()}.get(agent, {}).items():
        operations = [operation for operation in primitive.operations if operation.name == name]
        unset = not operations or any(operation.timeout is None for operation in operations)
        if unset and default < advised * 1000:
            yield name, advised


# --- file systems ----------------------------------------------------------------------------------------------------


def filesystems(cib: Cib) -> list[Primitive]:
    """Mounts of file systems that only one node may mount, whatever the case of the agent's name."""
    return [
        item
        for item in cib.primitives.values()
        if item.agent.lower() == FILESYSTEM.lower() and item.options.get("fstype") in LOCAL_FILESYSTEMS
    ]


def _filesystems(cib: Cib) -> t.Iterator[Finding]:
    guards = [item for item in cib.primitives.values() if item.agent.endswith((":LVM-activate", ":drbd"))]
    for item in filesystems(cib):
        holder = next((group.id for group in cib.groups.values() if item.id in group.members), item.id)
        if cib.clone_of(item.id) or cib.clone_of(holder):
            yield CLONED.found(item.id, f"{item.id} is {item.options.get('fstype')} and cloned.")
        if not any(_depth(operation) >= 10 for operation in item.operations):
            yield SHALLOW.found(item.id, f"No monitor of {item.id} has OCF_CHECK_LEVEL.")
        device = item.options.get("device", "")
        if not guards and device.startswith("/dev/"):
            yield UNGUARDED.found(item.id, f"{item.id} mounts {device} as it is.")


def _depth(operation: Operation) -> int:
    level = operation.options.get("OCF_CHECK_LEVEL", "0")
    return int(level) if operation.name == "monitor" and level.isdigit() else 0


# --- together with corosync.conf -------------------------------------------------------------------------------------


def compare_nodes(cib: Cib, names: t.Sequence[str]) -> list[Finding]:
    """Whether the CIB has the nodes NAMES of corosync.conf, which knows no remote nodes and no guests."""
    if not cib.nodes or not names:
        return []
    more = sorted(set(cib.nodes).difference(names, remote_nodes(cib), guest_nodes(cib)))
    less = sorted(set(names).difference(cib.nodes))
    if not more and not less:
        return []
    said = [f"only in the CIB: {words(more)}"] if more else []
    said += [f"only in corosync.conf: {words(less)}"] if less else []
    return [NODES.found("nodes", f"{capitalized('; '.join(said))}.")]


def compare_names(text: str, root: Section | None) -> list[Finding]:
    """Whether the CIB TEXT has the cluster's name that corosync.conf has."""
    pairs = ET.fromstring(text).iterfind("configuration/crm_config//nvpair[@name='cluster-name']")
    known = next((pair.get("value", "") for pair in pairs), "")
    wanted = cluster_name(root) if root is not None else ""
    if not known or not wanted or known == wanted:
        return []
    return [CLUSTER_NAME.found("cluster-name", f"In Pacemaker it is {known}, in corosync.conf {wanted}.")]
