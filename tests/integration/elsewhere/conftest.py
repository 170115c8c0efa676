# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One set of machines for the session, and the row of results that it leaves in tests/output/distributions."""

from __future__ import annotations

import datetime
import os
from collections.abc import Generator, Iterator

import pytest
from lab import CHECKOUT, PlaybookRun
from machines import KINDS, Machines
from results import FAILED, NOT_RUN, PASSED, Row, table, write

OUTPUT = CHECKOUT / "tests" / "output" / "distributions"
ROW = pytest.StashKey[Row]()
RESULTS = pytest.StashKey[dict[str, str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "step(name): the test of a step of the row of results")
    config.stash[RESULTS] = {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    mark = item.get_closest_marker("step")
    if mark and report.when == "call":
        item.config.stash[RESULTS][mark.args[0]] = PASSED if report.passed else FAILED
    elif mark and not report.passed:
        item.config.stash[RESULTS].setdefault(mark.args[0], NOT_RUN)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    row = config.stash.get(ROW, None)
    if row:
        finished = Row(**{**vars(row), "steps": config.stash[RESULTS]})
        terminalreporter.write_line(f"\n{write(finished, OUTPUT).relative_to(CHECKOUT)}:\n{table([finished])}")


@pytest.fixture(scope="session")
def machines(pytestconfig: pytest.Config) -> Iterator[Machines]:
    """Blank machines."""
    machines = KINDS[os.environ.get("MACHINES", "podman")]()
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    pytestconfig.stash[ROW] = Row(today, machines.kind, machines.image)
    with machines.taken_down():
        machines.up()
        try:
            yield machines
        finally:
            pytestconfig.stash[ROW] = Row(today, machines.kind, machines.image, **machines.about())


@pytest.fixture(scope="session")
def prediction(machines: Machines) -> PlaybookRun:
    """What check mode says on blank nodes."""
    assert not machines.ssh(machines.nodes[0], "command -v pcs", check=False), "the machines are not blank"
    return machines.collection("site", "--check", "--diff")


@pytest.fixture(scope="session")
def first_run(machines: Machines, prediction: PlaybookRun) -> PlaybookRun:
    """The run that builds the cluster, after that in check mode, whatever that said."""
    return machines.collection("site")


@pytest.fixture
def site(machines: Machines, first_run: PlaybookRun) -> Machines:
    """The cluster, which works whatever the test before has left."""
    assert first_run.code == 0, "the first run failed"
    machines.await_works()
    return machines
