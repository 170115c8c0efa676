# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CIBs that were not written for this collection: the inputs of the tests of Pacemaker's scheduler, tools and schemas.
Importing what was exported of one changes nothing. What can't be handled is listed with its reason."""

from __future__ import annotations

import collections
from collections.abc import Iterator

import pytest

from .conftest import Guest

DIRECTORY = "/usr/share/pacemaker/tests"
FILES = 919  # of pacemaker-cts in Debian 13
AT_LEAST = 0.95
EXCEPTIONS: dict[str, str] = {}  # every file that can't be handled, and why


@pytest.fixture(scope="module")
def trixie() -> Iterator[Guest]:
    guest = Guest("trixie")
    yield guest
    guest.close()


def test_import_of_an_export_changes_nothing(trixie: Guest, capsys: pytest.CaptureFixture[str]) -> None:
    found = trixie.call("corpus.survey", directory=DIRECTORY)
    problems = {name: reason for name, reason in found["problems"].items() if reason is not None}
    total, good = len(found["problems"]), len(found["left_alone"])
    unheld = collections.Counter[str]()
    for counts in found["left_alone"].values():
        unheld.update(counts)
    with capsys.disabled():
        print(f"\n{good} of {total} CIBs pass")
        print("".join(f"  {name}: {reason}\n" for name, reason in problems.items()), end="")
        print(
            "objects that the export does not hold, left alone: "
            + (", ".join(f"{count} {tag}" for tag, count in unheld.most_common()) or "none")
        )
    assert problems == EXCEPTIONS
    assert total == FILES
    assert total == good + len(problems)
    assert good >= AT_LEAST * total, problems
