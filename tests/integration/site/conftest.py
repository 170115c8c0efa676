# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One lab for all tests of a session: started before the first, taken down after the last (KEEP_LAB=1 leaves it)."""

from __future__ import annotations

import os
import typing as t

import pytest
from lab import Lab, PlaybookRun


@pytest.fixture(scope="session")
def lab() -> t.Iterator[Lab]:
    """Blank machines."""
    lab = Lab(os.environ.get("LAB_NAME", "test"), os.environ.get("LAB_RELEASE", "bookworm"))
    with lab.taken_down():
        lab.up()
        yield lab


@pytest.fixture(scope="session")
def first_run(lab: Lab) -> PlaybookRun:
    """The run of site.yml that builds the cluster."""
    return lab.site()


@pytest.fixture
def site(lab: Lab, first_run: PlaybookRun) -> Lab:
    """A healthy cluster, whatever the test before has left."""
    assert first_run.code == 0, first_run
    lab.await_healthy()
    return lab
