# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The effect of the cluster's properties on fencing. Pure.

Source: lib/pengine of Pacemaker (node_priority_fencing_delay), its ChangeLog, and Pacemaker Explained; for SBD with
disks SUSE's administration guide, which wants the watchdog's timeout to be 0.
"""

from __future__ import annotations

import typing as t

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import boolean, duration, score
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.placement import around
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.fence_device import (
    WATCHDOG,
    Fences,
    agent_name,
    delays,
    watchdog_timeout,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import (
    ERROR,
    WARNING,
    Check,
    Finding,
    words,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.times import version

UNSEEN = Check(
    "fencing-unseen",
    ERROR,
    "A node that the cluster has not seen since it started is not fenced (startup-fencing): what it runs is started a"
    " second time.",
    "Set it back: pcs property unset startup-fencing.",
)
ONE_BY_ONE = Check(
    "fencing-one-by-one",
    WARNING,
    "Nodes are fenced one after the other (concurrent-fencing): one that can't be fenced holds up the others. The"
    " property is deprecated.",
    "Remove it: pcs property unset concurrent-fencing.",
)
CLUSTER_ACTION = Check(
    "fencing-cluster-action",
    ERROR,
    "The property stonith-action is neither reboot nor off. Pacemaker uses reboot instead; before version 3 it takes"
    " poweroff for off, and this is only a warning.",
    "Set it to off or reboot, in quotes: YAML reads off as false.",
)
PRIORITY_IDLE = Check(
    "fencing-priority-idle",
    WARNING,
    "priority-fencing-delay has no effect, because all nodes have the same priority: a node's priority is that of the"
    " resources that it runs.",
    "Set the meta attribute priority of the main resource, or the resource default priority, to 1.",
)
PRIORITY_SHORT = Check(
    "fencing-priority-short",
    WARNING,
    "priority-fencing-delay is less than twice the delay of a fence device, so that the less important node may win.",
    "Make it at least twice the greatest pcmk_delay_base or pcmk_delay_max.",
)
WATCHDOG_LATE = Check(
    "fencing-watchdog-late",
    WARNING,
    "Pacemaker before 2.1.8 gives up at the end of stonith-timeout, although the watchdog has more time than that to"
    " reset the node (stonith-watchdog-timeout).",
    "Make stonith-timeout greater than stonith-watchdog-timeout.",
)
WATCHDOG_DISK = Check(
    "fencing-watchdog-disk",
    WARNING,
    "SBD has disks, and stonith-watchdog-timeout is set as well: where SBD can't write to its disks, Pacemaker takes"
    " the node for dead after that time, although nothing has told it to reset itself.",
    "Unset it: pcs property unset stonith-watchdog-timeout. It is for SBD without a disk.",
)
CHECKS = (UNSEEN, ONE_BY_ONE, CLUSTER_ACTION, PRIORITY_IDLE, PRIORITY_SHORT, WATCHDOG_LATE, WATCHDOG_DISK)

PRIORITY_DELAY = "priority-fencing-delay"
DEFAULT_TIMEOUT = "60s"
BY_DISK = frozenset(("fence_sbd", "external/sbd"))
_LATE_BEFORE, _POWEROFF_BEFORE = (2, 1, 8), (3,)


def lint(fences: Fences) -> list[Finding]:
    return [*_properties(fences), *_priorities(fences), *_watchdog(fences)]


def _properties(fences: Fences) -> t.Iterator[Finding]:
    properties = fences.cib.properties
    if boolean(properties.get("startup-fencing", "true")) is False:
        yield UNSEEN.found("startup-fencing", "startup-fencing is false.")
    if boolean(properties.get("concurrent-fencing", "true")) is False:
        yield ONE_BY_ONE.found("concurrent-fencing", "concurrent-fencing is false.")
    name = "fencing-action" if "fencing-action" in properties else "stonith-action"
    action = properties.get(name, "reboot")
    if action == "poweroff" and version(fences.placement.root) < _POWEROFF_BEFORE:
        said = f"{name} is poweroff, which Pacemaker 3 no longer knows."
        yield CLUSTER_ACTION.found(name, said, severity=WARNING)
    elif action not in ("reboot", "off"):
        yield CLUSTER_ACTION.found(name, f"{name} is {action}.")


def counts_priorities(cib: Cib) -> bool:
    """Whether nodes can have different priorities. A resource that runs on all nodes makes no difference, unless it is
    promoted on one."""
    return any(_priority(cib, name) and not _is_everywhere(cib, name) for name in cib.primitives)


def _priority(cib: Cib, resource: str) -> int:
    """The priority of RESOURCE: its own, or that of what it is in, or the default."""
    kinds: tuple[t.Mapping[str, t.Any], ...] = (cib.primitives, cib.groups, cib.clones, cib.bundles)
    names = [resource, *sorted(around(cib, resource) - {resource})]
    metas = [kind[name].meta for name in names for kind in kinds if name in kind]
    values = [meta["priority"] for meta in metas if "priority" in meta]
    values += [cib.resource_defaults.values.get("priority", "0")]
    conditional = [one.values.get("priority", "0") for one in cib.resource_defaults_sets.values()]
    return score(values[0]) or max((score(value) or 0 for value in conditional), default=0)


def _is_everywhere(cib: Cib, resource: str) -> bool:
    clones = [clone for clone in cib.clones.values() if clone.id in around(cib, resource)]
    return any(not clone.promotable and "clone-max" not in clone.meta for clone in clones)


def _priorities(fences: Fences) -> t.Iterator[Finding]:
    value = fences.cib.properties.get(PRIORITY_DELAY, "0")
    delay = duration(value)
    if not delay:
        return
    if not counts_priorities(fences.cib):
        said = f"{PRIORITY_DELAY} is {value}, and no resource has a priority by which nodes would differ."
        yield PRIORITY_IDLE.found(PRIORITY_DELAY, said)
        return
    short = [device.id for device in fences.devices if delays(device) and delay < 2 * max(delays(device))]
    if short:
        said = f"{PRIORITY_DELAY} is {value}, and {words(short)} may wait for more than half of that."
        yield PRIORITY_SHORT.found(PRIORITY_DELAY, said)


def _watchdog(fences: Fences) -> t.Iterator[Finding]:
    properties = fences.cib.properties
    value = watchdog_timeout(fences.cib)
    if not duration(value.lstrip("-")):
        return
    fencing = properties.get("fencing-timeout", properties.get("stonith-timeout", DEFAULT_TIMEOUT))
    late = (duration(value) or 0) > (duration(fencing) or 0)
    if late and version(fences.placement.root) < _LATE_BEFORE:
        yield WATCHDOG_LATE.found("stonith-timeout", f"The watchdog has {value}, fencing as a whole {fencing}.")
    disks = [device.id for device in fences.devices if agent_name(device) in BY_DISK]
    limited = any(agent_name(device) == WATCHDOG for device in fences.devices)
    if disks and not limited:
        yield WATCHDOG_DISK.found(
            words(disks), f"{words(disks)} fences by disk, and the watchdog's timeout is {value}."
        )
