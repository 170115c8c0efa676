# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real pcs rebuilds a CIB from the export by cluster_info: it refuses nothing, and left_out names everything
that is missing. See rebuild.py."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Guest
from .generated import EVERYTHING, of_pacemaker, put_generated, put_inputs

pytestmark = pytest.mark.usefixtures("progress")

NUMBER = 150 if EVERYTHING else 40  # generated CIBs in each release
STEP = 1 if EVERYTHING else 40  # every 40th of Pacemaker's


def differences(found: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the problems of each CIB that is not rebuilt as it was."""
    wrong = {name: {key: value for key, value in each.items() if value} for name, each in found.items()}
    return {name: each for name, each in wrong.items() if each}


def test_loaded_pcs_builds_the_same_cibs_as_the_real_tools(guest: Guest) -> None:
    found = guest.call("rebuild.comparison", directory=put_generated(guest, "/tmp/compared", 2))
    assert found["built"]
    assert found["different"] == []


def test_generated_cibs_are_rebuilt(guest: Guest) -> None:
    found = guest.call("rebuild.survey", directory=put_generated(guest, "/tmp/rebuilt", NUMBER))
    assert len(found) == NUMBER
    assert differences(found) == {}


def test_small_cibs_are_rebuilt(guest: Guest) -> None:
    found = guest.call("rebuild.survey", directory=put_inputs(guest, "/tmp/rebuilt-inputs"))
    assert any("simulated" in each for each in found.values())  # some are exported completely
    assert differences(found) == {}


def test_cibs_of_pacemaker_are_rebuilt(guest: Guest) -> None:
    assert differences(of_pacemaker(guest, "rebuild.survey", STEP)) == {}
