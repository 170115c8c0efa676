# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Predict where every resource would run if a node were lost, with Pacemaker's own scheduler (crm_simulate). Parsing
is pure.

The loss is written into a copy of the CIB, as the others would see it: not a member any more, its processes gone. The
scheduler then fences the node and places what it ran. (crm_simulate has an option for that; its XML output then ends
before the result.)
"""

from __future__ import annotations

import os
import pathlib
import typing as t
import xml.etree.ElementTree as ET
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import status
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import Section, node_sections
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import Runner
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import (
    WARNING,
    Check,
    Finding,
    words,
)

DOWN = Check(
    "loss-stays-down",
    WARNING,
    "If a node were lost, a resource that runs now would not run anywhere.",
    "See what keeps it from the other nodes: constraints, leftover bans, nodes in standby, failures, quorum.",
)
CHECKS = (DOWN,)

Places = t.Mapping[str, t.Sequence[str]]
_YES = frozenset(("1", "yes", "on"))


@dataclass(frozen=True)
class Loss:
    """What happens when a node is lost: where each resource would be, and whether the rest has quorum."""

    node: str
    quorate: bool
    before: Places
    after: Places

    @property
    def down(self) -> list[str]:
        """Resources that run now and would not any more."""
        return [name for name, places in self.before.items() if places and not self.after.get(name)]

    def as_result(self) -> dict[str, t.Any]:
        resources = [
            {"id": name, "before": list(places), "after": list(self.after.get(name, [])), "down": name in self.down}
            for name, places in self.before.items()
        ]
        return {"node": self.node, "quorate": self.quorate, "resources": resources}


def members(root: ET.Element) -> dict[str, str]:
    """The ids of the nodes that run the cluster's own programs, by name. Remote nodes are resources."""
    return {
        node.get("uname", ""): node.get("id", "")
        for node in root.findall("configuration/nodes/node")
        if node.get("type", "member") in ("member", "normal", "")
    }


def has_state(text: str) -> bool:
    """Whether the CIB TEXT tells the state of its nodes."""
    return ET.fromstring(text).find("status/node_state") is not None


def with_all_nodes(text: str, feature_set: str = "") -> str:
    """The CIB TEXT with all nodes there and nothing running, as after a cold start. FEATURE_SET is put in for one that
    is newer than this host's tools, which would refuse to work with it."""
    root = ET.fromstring(text)
    old = root.find("status")
    if old is not None:
        root.remove(old)
    section = ET.SubElement(root, "status")
    for name, number in members(root).items():
        state = ET.SubElement(section, "node_state", {"id": number, "uname": name})
        state.attrib.update({"in_ccm": "true", "crmd": "online", "join": "member", "expected": "member"})
        ET.SubElement(state, "lrm", {"id": number})
    root.set("have-quorum", "1")
    if feature_set and _numbers(root.get("crm_feature_set", "")) > _numbers(feature_set):
        root.set("crm_feature_set", feature_set)
    return ET.tostring(root, encoding="unicode")


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part.isdigit()]


def without(text: str, node: str, *, quorate: bool) -> str:
    """The CIB TEXT as the others would have it after NODE was lost."""
    root = ET.fromstring(text)
    root.set("have-quorum", "1" if quorate else "0")
    for state in root.findall("status/node_state"):
        if state.get("uname") == node:
            state.attrib.update({"in_ccm": "false", "crmd": "offline", "join": "down", "expected": "member"})
    return ET.tostring(root, encoding="unicode")


def places(simulation: str, names: t.Sequence[str]) -> dict[str, list[str]]:
    """Where each of the resources NAMES is at the end of what crm_simulate prints."""
    root = ET.fromstring(simulation)
    revised = root.findall("revised_cluster_status") or root.findall("cluster_status")
    found: dict[str, list[str]] = {name: [] for name in names}
    for item in status.resources(revised[-1]) if revised else []:
        if item.id in found and item.active:
            role = f" ({item.role.lower()})" if item.role in ("Promoted", "Master") else ""
            found[item.id] += [f"{node}{role}" for node in item.nodes]
    return found


def keeps_quorum(root: Section | None, nodes: t.Sequence[str]) -> bool:
    """Whether a cluster of NODES has quorum without one of them, by its corosync.conf. Where that is not known, two
    nodes have two_node, as pcs and crmsh set it."""
    quorum = Section() if root is None else root.child("quorum")
    if len(nodes) < 2:
        return False
    if root is None and len(nodes) == 2:
        return True
    if quorum.children("device") or quorum.get("two_node") in _YES or quorum.get("auto_tie_breaker") in _YES:
        return True
    texts = [node.get("quorum_votes", "1") for node in node_sections(root).values()] if root else []
    votes = [int(text) if text.isdigit() else 1 for text in texts]
    votes = votes or [1] * len(nodes)
    return sum(votes) - max(votes) > sum(votes) // 2


def simulate(runner: Runner, directory: str, text: str, names: t.Sequence[str]) -> dict[str, list[str]] | None:
    """Where Pacemaker would put the resources NAMES, or None where that can't be told."""
    path = os.path.join(directory, "what-if.xml")
    pathlib.Path(path).write_text(text, encoding="utf-8")
    result = runner.run(
        ["crm_simulate", "--simulate", "--xml-file", path, "--output-as=xml"], environment={"CIB_shadow_dir": directory}
    )
    try:
        return places(result.stdout, names) if result.rc == 0 else None
    except ET.ParseError:
        return None


def table(
    runner: Runner, directory: str, text: str, root: Section | None, names: t.Sequence[str]
) -> tuple[list[Loss], str]:
    """What the loss of each node would mean for the resources NAMES, and why that can't be told where it can't."""
    if runner.find("crm_simulate") is None:
        return [], "crm_simulate is not installed on this host"
    if not has_state(text):
        empty = runner.run(["cibadmin", "--empty"])
        feature_set = ET.fromstring(empty.stdout).get("crm_feature_set", "") if empty.rc == 0 else ""
        text = with_all_nodes(text, feature_set)
    nodes = list(members(ET.fromstring(text)))
    before = simulate(runner, directory, text, names)
    if before is None:
        return [], "crm_simulate can't work with this CIB; see crm_verify --verbose"
    quorate = keeps_quorum(root, nodes)
    losses = []
    for node in nodes:
        after = simulate(runner, directory, without(text, node, quorate=quorate), names)
        if after is not None:
            losses.append(Loss(node, quorate, before, after))
    return losses, ""


def lint(losses: t.Sequence[Loss]) -> list[Finding]:
    """Losses after which something stays down."""
    return [
        DOWN.found(
            loss.node,
            f"Without {loss.node} {words(loss.down)} would stay down"
            f"{'' if loss.quorate else ', because the rest has no quorum'}.",
        )
        for loss in losses
        if loss.down
    ]
