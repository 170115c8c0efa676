# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole site is built on a distribution's machines, and does what it is for. Each test is a step of the row."""

from __future__ import annotations

import pytest
from lab import PlaybookRun
from machines import Machines


@pytest.mark.step("check mode")
def test_check_mode_on_blank_nodes_ends_without_error_and_installs_nothing(
    machines: Machines, prediction: PlaybookRun
) -> None:
    assert prediction.code == 0
    assert prediction.changes
    assert [node for node in machines.nodes if machines.ssh(node, "command -v pcs", check=False)] == []


@pytest.mark.step("first run")
def test_first_run_builds_the_cluster(machines: Machines, first_run: PlaybookRun, prediction: PlaybookRun) -> None:
    assert first_run.code == 0
    assert machines.await_works().online == set(machines.nodes)


@pytest.mark.step("second run")
def test_second_run_changes_nothing(site: Machines) -> None:
    again = site.collection("site")
    assert (again.code, again.changed) == (0, 0)


@pytest.mark.step("service")
def test_service_answers_at_the_virtual_ip(site: Machines) -> None:
    status, content = site.fetch()
    assert status == 200
    assert "Index of /" in content


@pytest.mark.step("standby")
def test_service_moves_to_another_node_and_stays_there(site: Machines) -> None:
    active = site.active_node()
    try:
        site.ssh(active, f"pcs node standby {active} && crm_resource --wait")
        moved_to = site.active_node()
        assert moved_to != active
        assert site.fetch()[0] == 200
    finally:
        site.ssh(active, f"pcs node unstandby {active} && crm_resource --wait")
    assert site.await_works().active == moved_to


@pytest.mark.step("verify")
def test_verify_finds_no_error(site: Machines) -> None:
    run = site.collection("verify")
    assert (run.code, run.changed) == (0, 0)
