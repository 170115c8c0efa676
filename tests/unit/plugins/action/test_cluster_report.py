# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each host is told at the end, and when a report is written again."""

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest
from ansible_collections.quorate.ha_cluster.plugins.action.internal_cluster_report import (
    outcome,
    previous,
    since,
    write,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.cib import BAN
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.verdict import document, judge
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._report.results import Results
from verify_results import AT_BOOT, BANNED, HOSTS, NOW, result


def test_outcome_by_host() -> None:
    verdict = judge({"node1": result(), "node2": result(AT_BOOT), "node3": result()}, [], HOSTS, NOW)
    speaks, fails, silent = (outcome(verdict, host, fail=True) for host in HOSTS)
    assert speaks["summary"][0].startswith("Online")
    assert "failed" not in speaks
    assert fails["failed"]
    assert "[boot-enabled]" in fails["msg"]
    assert "msg" not in silent
    assert silent["summary"] == []
    assert "summary" not in fails
    assert "failed" not in outcome(verdict, "node2", fail=False)


def test_report_says_whether_it_says_something_else(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "new" / "report.html"
    verdict = judge({"node1": result(BANNED)}, [], HOSTS, NOW)
    said = {**document(verdict), "generated": "today"}
    assert write(path, said, Results(), previous(path), pretend=True)
    assert not path.with_suffix(".json").exists()
    assert write(path, said, Results(), previous(path), pretend=False)
    assert not write(path, {**said, "generated": "tomorrow", "seconds": {}}, Results(), previous(path), pretend=False)
    written = json.loads(path.with_suffix(".json").read_text())
    assert written["generated"] == "tomorrow"
    assert written["findings"][0]["meaning"] == BAN.meaning
    assert write(path, {**said, "findings": []}, Results(), previous(path), pretend=False)


FINDING = {"id": "boot-enabled", "subject": "a", "host": "node1", "evidence": "a is enabled."}
OTHER = {**FINDING, "subject": "b"}


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ([FINDING], [FINDING], ([], [])),
        ([FINDING], [{**FINDING, "evidence": "a is enabled-runtime."}], ([], [])),  # the same in other words
        ([FINDING], [FINDING, OTHER], ([OTHER], [])),
        ([FINDING, OTHER], [FINDING], ([], [OTHER])),
        ([FINDING], [{**FINDING, "host": "node2"}], ([{**FINDING, "host": "node2"}], [FINDING])),
    ],
)
def test_what_is_new_and_gone_since_the_report_before(
    before: list[dict[str, str]], now: list[dict[str, str]], expected: tuple[list[t.Any], list[t.Any]]
) -> None:
    text = json.dumps({"findings": before, "generated": "yesterday"})
    assert since(text, now) == {"generated": "yesterday", "new": expected[0], "gone": expected[1]}


@pytest.mark.parametrize("before", ["", "no JSON", "[]", '{"findings": 1}', '{"findings": [{}], "generated": ""}'])
def test_without_a_report_before_nothing_is_new(before: str) -> None:
    assert since(before, [FINDING]) == {}
