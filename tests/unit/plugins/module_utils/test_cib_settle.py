# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting until the cluster has done what it is asked for."""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.settle import pending, wait_until_settled
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import CommandResult

AT_WORK = """<pacemaker-result><actions/><transition>
<pseudo_action task="lighty_start_0"/>
<rsc_action resource="cluster-ip" op="monitor" node="node2" interval="7000"/>
<node_action task="stonith" node="node3" op="reboot"/>
</transition></pacemaker-result>"""
DONE = "<pacemaker-result><actions/><transition/></pacemaker-result>"
MONITOR = '<r><summary><current_dc present="true" name="node1" with_quorum="true"/></summary></r>'


class Cluster:
    """A cluster that has the SIMULATIONS done one after the other, and whose controller is then in the STATES."""

    def __init__(self, simulations: list[str], states: list[str]) -> None:
        self._simulations, self._states = simulations, states
        self.pauses = 0

    def run(
        self, argv: list[str], stdin: str | None = None, environment: Mapping[str, str] | None = None
    ) -> CommandResult:
        if argv[0] == "cibadmin":
            return CommandResult(0, "<cib/>", "")
        if argv[0] == "crm_mon":
            return CommandResult(0, MONITOR, "")
        if argv[0] == "crmadmin":
            return CommandResult(0, f'<r><crmd state="{next_of(self._states)}"/></r>', "")
        assert (argv[0], stdin) == ("crm_simulate", "<cib/>")
        text = next_of(self._simulations)
        return CommandResult(0, text, "") if text else CommandResult(1, "", "crm_simulate: broken")

    def find(self, name: str) -> str | None:
        return name

    def warn(self, message: str) -> None:
        raise AssertionError(message)

    def pause(self, seconds: float) -> None:
        self.pauses += 1


def next_of(items: list[str]) -> str:
    return items.pop(0) if len(items) > 1 else items[0]


def test_monitors_and_fencing_count_and_mere_marks_do_not() -> None:
    assert pending(AT_WORK) == ["monitor cluster-ip node2", "reboot node3"]
    assert pending(DONE) == []


def test_it_waits_for_the_scheduler_and_for_the_controller() -> None:
    cluster = Cluster([AT_WORK, AT_WORK, DONE], ["S_TRANSITION_ENGINE", "S_IDLE"])
    assert wait_until_settled(cluster, 60, pause=cluster.pause) == []
    assert cluster.pauses == 3


def test_what_is_left_in_the_end_is_told() -> None:
    cluster = Cluster([AT_WORK], ["S_IDLE"])
    assert wait_until_settled(cluster, -1, pause=cluster.pause) == ["monitor cluster-ip node2", "reboot node3"]
    assert wait_until_settled(Cluster([DONE], ["S_ELECTION"]), -1) == ["DC node1 is in state S_ELECTION, not S_IDLE"]


def test_a_program_that_fails_or_says_nothing_is_told() -> None:
    assert wait_until_settled(Cluster([""], ["S_IDLE"]), -1) == ["crm_simulate: broken"]
    assert wait_until_settled(Cluster(["<"], ["S_IDLE"]), -1) == ["unclosed token: line 1, column 0"]
