# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts go in step, whatever strategy is set for Ansible."""

from __future__ import annotations

import pathlib

import pytest
import yaml
from ansible_collections.quorate.ha_cluster.plugins.action.internal_role_input import strategy_problems

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
PLAYBOOKS = sorted([*CHECKOUT.glob("playbooks/*.yml"), *CHECKOUT.glob("molecule/*/*.yml")])


@pytest.mark.parametrize("path", PLAYBOOKS, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_every_play_sets_its_strategy(path: pathlib.Path) -> None:
    content = yaml.safe_load(path.read_text())
    for play in content if isinstance(content, list) else []:
        if "hosts" in play:
            assert play.get("strategy") == "linear", play["name"]


@pytest.mark.parametrize("strategy", ["free", "host_pinned", "ansible.builtin.free", "mitogen_free"])
def test_a_play_of_ones_own_with_another_strategy_is_refused(strategy: str) -> None:
    (problem,) = strategy_problems(strategy)
    assert strategy in problem
    assert "`strategy: linear`" in problem


@pytest.mark.parametrize("strategy", ["linear", "debug", "ansible.builtin.linear", "mitogen_linear"])
def test_strategies_in_which_hosts_wait_for_each_other_are_accepted(strategy: str) -> None:
    assert strategy_problems(strategy) == []
