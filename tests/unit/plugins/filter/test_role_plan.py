# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a role has planned is plain data, whichever part of the role it is."""

from __future__ import annotations

import sys
import types
from dataclasses import dataclass
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.quorate.ha_cluster.plugins.filter import internal_role_plan
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

role_plan = internal_role_plan.FilterModule().filters()["internal_role_plan"]


@dataclass(frozen=True)
class Line:
    text: str


@dataclass(frozen=True)
class Plan:
    due: tuple[str, ...]
    lines: tuple[Line, ...]
    by_host: dict[str, Line]


def refuse(_look: Any) -> None:
    raise ClusterError("It isn't base64.")


@pytest.fixture
def role(monkeypatch: pytest.MonkeyPatch) -> str:
    """A role that plans."""
    module: Any = types.ModuleType("some_role")
    module.plan = lambda look, *, more: Plan((look["step"], more), (Line("one"),), {"node1": Line("two")})
    module.plan_names = lambda look: look["step"]
    module.plan_refusal = refuse
    monkeypatch.setitem(sys.modules, f"{internal_role_plan.PACKAGE}.some_role", module)
    return "some_role"


def test_a_plan_is_lists_and_dictionaries(role: str) -> None:
    assert role_plan({"step": "install"}, role, more="start") == {
        "due": ["install", "start"],
        "lines": [{"text": "one"}],
        "by_host": {"node1": {"text": "two"}},
    }


def test_a_part_of_a_role_has_a_plan_of_its_own(role: str) -> None:
    assert role_plan({"step": "install"}, role, "names") == "install"


def test_what_can_not_be_planned_is_said(role: str) -> None:
    with pytest.raises(AnsibleFilterError, match=r"^It isn't base64\.$"):
        role_plan({}, role, "refusal")
