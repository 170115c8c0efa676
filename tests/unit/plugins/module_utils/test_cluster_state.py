# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Mapping

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.state import (
    parse_crm_mon,
    parse_crmadmin,
    peers,
    wait,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
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


class Crm:
    """Answers `crm_node --list` with the code and the text for each form."""

    def __init__(self, xml: tuple[int, str], text: tuple[int, str]) -> None:
        self.xml, self.text = xml, text

    def run(
        self, argv: list[str], stdin: str | None = None, environment: Mapping[str, str] | None = None
    ) -> CommandResult:
        rc, said = self.xml if "--output-as=xml" in argv else self.text
        return CommandResult(rc, said, "" if rc == 0 else "Connection refused")

    def find(self, name: str) -> str | None:
        return name

    def warn(self, message: str) -> None:
        raise AssertionError(message)


PEERS_XML = """<pacemaker-result api-version="2.38" request="crm_node --list --output-as=xml">
  <nodes><node id="1" name="node1" state="member"/><node id="3" name="node3" state="lost"/></nodes>
  <status code="0" message="OK"/>
</pacemaker-result>"""


@pytest.mark.parametrize(
    ("xml", "text"),
    [((0, PEERS_XML), (0, "read for nothing")), ((64, ""), (0, "1 node1 member\n3 node3 lost\n"))],
    ids=["pacemaker 3", "pacemaker 2.1.5, which has no XML here"],
)
def test_nodes_that_the_controller_remembers_are_read(xml: tuple[int, str], text: tuple[int, str]) -> None:
    assert peers(Crm(xml, text)) == {"node1": "member", "node3": "lost"}


def test_controller_that_does_not_answer_is_an_error() -> None:
    """Otherwise a removed node would count as forgotten."""
    with pytest.raises(ClusterError, match="Connection refused"):
        peers(Crm((102, ""), (102, "")))
