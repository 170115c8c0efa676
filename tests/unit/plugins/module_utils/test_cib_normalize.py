# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that mean the same."""

from __future__ import annotations

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import (
    duration,
    duration_for_pcs,
    role,
    same,
    score,
    text,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("60", 60000),
        ("60s", 60000),
        (" 1 min", 60000),
        ("1m", 60000),
        ("60000ms", 60000),
        ("PT1M", 60000),
        ("P1DT1S", 86401000),
        ("2h", 7200000),
        ("1 week", None),
        ("P", None),
        ("", None),
    ],
)
def test_duration(value: str, expected: float | None) -> None:
    assert duration(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("INFINITY", 1000000), ("-infinity", -1000000), ("+5", 5), ("2000000", 1000000), ("-20", -20), ("many", None)],
)
def test_score(value: str, expected: int | None) -> None:
    assert score(value) == expected


@pytest.mark.parametrize(
    ("name", "left", "right", "expected"),
    [
        ("timeout", "60", "1min", True),
        ("timeout", "60", "61", False),
        ("pcmk_reboot_timeout", "120s", "2m", True),
        ("resource-stickiness", "INFINITY", "1000000", True),
        ("migration-threshold", "3", "3", True),
        ("target-role", "Master", "Promoted", True),
        ("target-role", "started", "Started", True),
        ("promotable", "true", "1", True),
        ("promotable", "yes", "on", True),
        ("promotable", "true", "false", False),
        ("some-number", "1", "0", False),
        ("some-number", "1", "01", False),
        ("mcast_ttl", "INFINITY", "1000000", True),
        ("path", "/a", "/A", False),
        ("path", None, None, True),
        ("path", None, "x", False),
    ],
)
def test_same(name: str, left: str | None, right: str | None, expected: bool) -> None:
    assert same(name, left, right) is expected
    assert same(name, right, left) is expected


def test_role_is_idempotent() -> None:
    for word in ("Master", "slave", "promoted", "started", "Stopped"):
        assert role(role(word)) == role(word)


def test_text() -> None:
    assert [text(value) for value in (True, False, 3, "x")] == ["true", "false", "3", "x"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("30000ms", "30s"), ("PT1M", "60s"), ("10 s", "10s"), ("1min", "1min"), ("20", "20"), ("1500ms", "1500ms")],
)
def test_time_is_written_as_pcs_takes_it(value: str, expected: str) -> None:
    assert duration_for_pcs(value) == expected
