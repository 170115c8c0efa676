# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attributes of nodes, and taking nodes out of service with a record of their previous state. Pure."""

from __future__ import annotations

import typing as t
import xml.etree.ElementTree as ET
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import boolean
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

MAINTENANCE_MODE = "maintenance-mode"
WHOLE_CLUSTER = ""


@dataclass(frozen=True)
class Step:
    """One setting of a node (of the whole cluster: WHOLE_CLUSTER) that changes; AFTER None removes it."""

    node: str
    name: str
    before: str | None
    after: str | None


def attributes(cib: str) -> dict[str, dict[str, str]]:
    """The permanent attributes of each node in the CIB; none when the text is no CIB."""
    try:
        root = ET.fromstring(cib)
    except ET.ParseError:
        return {}
    return {
        node.get("uname", ""): {
            pair.get("name", ""): pair.get("value", "") for pair in node.findall("./instance_attributes/nvpair")
        }
        for node in root.findall("./configuration/nodes/node")
    }


def maintenance_mode(cib: str) -> bool:
    """Whether the CIB says that the whole cluster is left alone."""
    pairs = ET.fromstring(cib).findall("./configuration/crm_config/cluster_property_set/nvpair")
    values = [pair.get("value", "") for pair in pairs if pair.get("name") == MAINTENANCE_MODE]
    return bool(values and boolean(values[0]))


def mark(owner: str, setting: str) -> str:
    """The attribute in which OWNER keeps how it found SETTING."""
    return f"{owner}-found-{setting}"


def begin(cib: str, nodes: t.Sequence[str], setting: str, owner: str) -> list[Step]:
    """Switch SETTING of NODES (of the cluster when there are none) on, and remember how it was. Raises ClusterError."""
    present = attributes(cib)
    _check_names(nodes, present)
    if not nodes:
        keeper = _keeper(present, mark(owner, MAINTENANCE_MODE)) or next(iter(present))
        on = maintenance_mode(cib)
        return list(_begin_one(WHOLE_CLUSTER, keeper, MAINTENANCE_MODE, on, present[keeper], owner))
    steps: list[Step] = []
    for node in nodes:
        on = bool(boolean(present[node].get(setting, "off")))
        steps += _begin_one(node, node, setting, on, present[node], owner)
    return steps


def end(cib: str, nodes: t.Sequence[str], setting: str, owner: str) -> list[Step]:
    """Give SETTING back as OWNER has found it. What it has not begun it does not end. Raises ClusterError."""
    present = attributes(cib)
    _check_names(nodes, present)
    if not nodes:
        keeper = _keeper(present, mark(owner, MAINTENANCE_MODE))
        if not keeper:
            return []
        on = maintenance_mode(cib)
        return list(_end_one(WHOLE_CLUSTER, keeper, MAINTENANCE_MODE, on, present[keeper], owner))
    steps: list[Step] = []
    for node in nodes:
        on = bool(boolean(present[node].get(setting, "off")))
        steps += _end_one(node, node, setting, on, present[node], owner)
    return steps


def commands(steps: t.Iterable[Step], path: str) -> list[list[str]]:
    """The pcs commands that make STEPS in the CIB file PATH."""
    pcs = ["pcs", "-f", path]
    result = []
    for step in steps:
        if step.node == WHOLE_CLUSTER:
            words = ["set", f"{step.name}=true"] if boolean(step.after or "") else ["unset", step.name]
            result.append([*pcs, "property", *words])
        elif step.name in ("standby", "maintenance"):
            verb = step.name if step.after == "on" else f"un{step.name}"
            result.append([*pcs, "node", verb, step.node])
        else:
            result.append([*pcs, "node", "attribute", step.node, f"{step.name}={step.after or ''}"])
    return result


def describe(steps: t.Iterable[Step]) -> dict[str, str]:
    """Before and after for Ansible's diff."""
    steps = list(steps)
    return {
        key: "".join(
            f"{step.node or 'cluster'}: {step.name}={value}\n"
            for step in steps
            for value in [getattr(step, key)]
            if value is not None
        )
        for key in ("before", "after")
    }


def _begin_one(
    node: str, keeper: str, setting: str, on: bool, present: t.Mapping[str, str], owner: str
) -> t.Iterator[Step]:
    name = mark(owner, setting)
    if name not in present:
        yield Step(keeper, name, None, _word(node, on))
    if not on:
        yield Step(node, setting, _word(node, False), _word(node, True))


def _end_one(
    node: str, keeper: str, setting: str, on: bool, present: t.Mapping[str, str], owner: str
) -> t.Iterator[Step]:
    name = mark(owner, setting)
    if name not in present:
        return
    if on != bool(boolean(present[name])):
        yield Step(node, setting, _word(node, on), present[name])
    yield Step(keeper, name, present[name], None)


def _word(node: str, on: bool) -> str:
    if node == WHOLE_CLUSTER:
        return "true" if on else "false"
    return "on" if on else "off"


def _keeper(present: t.Mapping[str, t.Mapping[str, str]], name: str) -> str:
    return next((node for node, found in present.items() if name in found), "")


def _check_names(nodes: t.Iterable[str], present: t.Mapping[str, t.Any]) -> None:
    strange = [node for node in nodes if node not in present]
    if strange:
        raise ClusterError(
            f"The cluster has no node {', '.join(strange)}; its nodes are {', '.join(present)}. Nothing was changed."
        )
