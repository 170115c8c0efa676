# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One lab with a spare machine for all tests of a session; KEEP_LAB=1 leaves it."""

from __future__ import annotations

import os
import typing as t

import pytest
from life import LifeLab


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[LifeLab]:
    """A cluster of three nodes, built, and a spare machine, blank."""
    lab = LifeLab(
        os.environ.get("LAB_NAME", "life"),
        os.environ.get("LAB_RELEASE", "bookworm"),
        tmp_path_factory.mktemp("inventories"),
    )
    with lab.taken_down():
        if not lab.is_built():  # kept from the session before
            lab.up()
            run = lab.site()
            assert run.code == 0, run
        yield lab


@pytest.fixture
def site(lab: LifeLab) -> LifeLab:
    """The healthy cluster of three nodes."""
    lab.await_healthy()
    return lab
