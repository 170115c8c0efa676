# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Show why a test has failed when it fails: suites on labs take an hour, and pytest tells all at the end."""

from __future__ import annotations

import typing as t

import pytest

LINES = 40


def pytest_exception_interact(node: pytest.Item | pytest.Collector, report: t.Any) -> None:
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        last = "\n".join(f"  | {line}" for line in crash.message.splitlines()[-LINES:])
        print(f"\n{node.nodeid} failed at {crash.path}:{crash.lineno}\n{last}")
