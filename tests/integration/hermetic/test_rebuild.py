# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What cluster_info exports of a CIB makes the same CIB out of an empty one, with the real pcs: pcs refuses nothing,
and what is not there afterwards is named in left_out. See rebuild.py."""

from __future__ import annotations

from typing import Any

from .conftest import Guest
from .generated import EVERYTHING, put_generated, put_inputs, put_those_of_pacemaker

# Each takes seconds, as pcs is run for every object. With ALL_CIBS in the environment, all are rebuilt.
NUMBER = 150 if EVERYTHING else 20  # in each release
STEP = 1 if EVERYTHING else 40


def differences(found: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What is wrong with each CIB that is not rebuilt as it was."""
    wrong = {
        name: {key: value for key, value in each.items() if value and key != "same_as"} for name, each in found.items()
    }
    return {name: each for name, each in wrong.items() if each}


def test_generated_cibs_are_rebuilt(guest: Guest) -> None:
    found = guest.call("rebuild.survey", directory=put_generated(guest, "/tmp/rebuilt", NUMBER))
    assert len(found) == NUMBER
    assert differences(found) == {}
    assert any("simulated" in each for each in found.values())


def test_small_cibs_are_rebuilt(guest: Guest) -> None:
    found = guest.call("rebuild.survey", directory=put_inputs(guest, "/tmp/rebuilt-inputs"))
    assert found
    assert differences(found) == {}


def test_cibs_of_pacemaker_are_rebuilt(guest: Guest) -> None:
    copied = put_those_of_pacemaker(guest, "/tmp/rebuilt-of-pacemaker")
    assert (copied is None) == (guest.release == "bookworm")  # which doesn't package them
    found = guest.call("rebuild.survey", directory=copied, step=STEP) if copied else {}
    assert (found != {}) == (copied is not None)
    assert differences(found) == {}
