# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster_state import (
    parse_crm_mon,
    parse_crmadmin,
    wait,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import CommandResult

MONITOR = """<pacemaker-result api-version="2.25" request="crm_mon --one-shot --output-as=xml">
  <summary>
    <stack type="corosync"/>
    <current_dc present="true" version="2.1.5" name="node1" id="1" with_quorum="{quorum}"/>
  </summary>
  <nodes>
    <node name="node1" id="1" online="true" pending="false"/>
    <node name="node2" id="2" online="true" pending="true"/>
    <node name="node3" id="3" online="false" pending="false"/>
  </nodes>
</pacemaker-result>"""
ADMIN = '<pacemaker-result><crmd node_name="node1" state="{state}"/></pacemaker-result>'


class Cluster:
    """Answers with one controller state after the other."""

    def __init__(self, *states: str) -> None:
        self.states = list(states)

    def run(
        self, argv: list[str], stdin: str | None = None, environment: Mapping[str, str] | None = None
    ) -> CommandResult:
        if argv[0] == "crm_mon":
            return CommandResult(0, MONITOR.format(quorum="true"), "")
        return CommandResult(0, ADMIN.format(state=self.states.pop(0)), "")

    def find(self, name: str) -> str | None:
        return name

    def warn(self, message: str) -> None:
        raise AssertionError(message)


def test_pending_nodes_are_not_online() -> None:
    state = parse_crm_mon(MONITOR.format(quorum="false"))
    assert (state.dc, state.quorate, state.online) == ("node1", False, ("node1",))
    assert state.lacks(["node1", "node2"]) == (
        "there is no quorum",
        "not online: node2",
        "DC node1 is in state unknown, not S_IDLE",
    )


def test_garbage_is_no_cluster() -> None:
    assert parse_crm_mon("Connection refused").lacks([]) == ("pacemaker doesn't answer",)
    assert parse_crmadmin("") == ""


def test_it_waits_until_the_dc_is_idle() -> None:
    pauses: list[float] = []
    state, lacking = wait(
        Cluster("S_TRANSITION_ENGINE", "S_POLICY_ENGINE", "S_IDLE"), ["node1"], 60, pause=pauses.append
    )
    assert lacking == ()
    assert state.dc_state == "S_IDLE"
    assert len(pauses) == 2


def test_it_says_what_is_missing_in_the_end() -> None:
    _state, lacking = wait(Cluster("S_IDLE"), ["node1", "node3"], -1)
    assert lacking == ("not online: node3",)
