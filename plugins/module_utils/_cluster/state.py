# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check that the cluster is ready: quorum, an idle controller (DC), and the nodes online."""

from __future__ import annotations

import time
import typing as t
import xml.etree.ElementTree as ET
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import Runner

IDLE = "S_IDLE"


@dataclass(frozen=True)
class ClusterState:
    """What this node sees of the cluster. DC is empty while none is elected."""

    running: bool = False
    quorate: bool = False
    dc: str = ""
    dc_state: str = ""
    online: tuple[str, ...] = ()

    def lacks(self, nodes: t.Iterable[str]) -> tuple[str, ...]:
        """What is missing for the cluster to be ready with NODES; empty when it is."""
        if not self.running:
            return ("pacemaker doesn't answer",)
        reasons = []
        if not self.dc:
            reasons.append("no DC is elected")
        if not self.quorate:
            reasons.append("there is no quorum")
        offline = [node for node in nodes if node not in self.online]
        if offline:
            reasons.append(f"not online: {', '.join(offline)}")
        if self.dc and self.dc_state != IDLE:
            reasons.append(f"DC {self.dc} is in state {self.dc_state or 'unknown'}, not {IDLE}")
        return tuple(reasons)


def parse_crm_mon(text: str) -> ClusterState:
    """Read what `crm_mon --output-as=xml` prints."""
    try:
        root = ET.fromstring(text)
    except ET.ParseError:
        return ClusterState()
    dc = root.find("./summary/current_dc")
    if dc is None:
        return ClusterState()
    return ClusterState(
        running=True,
        quorate=dc.get("with_quorum") == "true",
        dc=dc.get("name", "") if dc.get("present") == "true" else "",
        online=tuple(
            node.get("name", "")
            for node in root.findall("./nodes/node")
            if node.get("online") == "true" and node.get("pending") != "true"
        ),
    )


def parse_crmadmin(text: str) -> str:
    """The controller's state from what `crmadmin --output-as=xml --status` prints."""
    try:
        root = ET.fromstring(text)
    except ET.ParseError:
        return ""
    return next((element.get("state", "") for element in root.iter() if element.get("state")), "")


def read_state(runner: Runner) -> ClusterState:
    """Ask the local pacemaker."""
    monitor = runner.run(["crm_mon", "--one-shot", "--output-as=xml"])
    state = parse_crm_mon(monitor.stdout) if monitor.rc == 0 else ClusterState()
    if not state.dc:
        return state
    admin = runner.run(["crmadmin", "--output-as=xml", "--timeout=5s", f"--status={state.dc}"])
    return ClusterState(state.running, state.quorate, state.dc, parse_crmadmin(admin.stdout), state.online)


def peers(runner: Runner) -> dict[str, str]:
    """The nodes that this node's controller remembers, each "member" or "lost". Raises ClusterError."""
    result = runner.run(["crm_node", "--list", "--output-as=xml"])
    if result.rc == 0:
        return parse_peers(result.stdout)
    # Pacemaker 2.1.5 (Debian 12) has this as text only, and no other tool and no part of the CIB tells it.
    result = runner.run(["crm_node", "--list"])
    if result.rc != 0:
        raise ClusterError(f"crm_node --list: {result.message}")
    return parse_peer_lines(result.stdout)


def parse_peers(text: str) -> dict[str, str]:
    """Read what `crm_node --list --output-as=xml` prints."""
    return {node.get("name", ""): node.get("state", "") for node in ET.fromstring(text).iterfind("./nodes/node")}


def parse_peer_lines(text: str) -> dict[str, str]:
    """Read what `crm_node --list` prints: id, name and state of a node on each line."""
    rows = (line.split() for line in text.splitlines())
    return {row[1]: row[2] for row in rows if len(row) == 3}


def wait(
    runner: Runner, nodes: t.Sequence[str], timeout: float, *, pause: t.Callable[[float], None] = time.sleep
) -> tuple[ClusterState, tuple[str, ...]]:
    """Ask until the cluster is ready with NODES or TIMEOUT seconds have passed. Returns the state and what it lacks."""
    deadline = time.monotonic() + timeout
    while True:
        state = read_state(runner)
        lacking = state.lacks(nodes)
        if not lacking or time.monotonic() > deadline:
            return state, lacking
        pause(0.25)
