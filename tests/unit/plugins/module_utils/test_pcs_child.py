# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What commands of one request share."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.pcs_child import frugal

DUMMY = ["/usr/sbin/crm_resource", "--show-metadata", "ocf:pacemaker:Dummy"]


class CommandRunner:
    """As pcs's own, but answers with what it was asked."""

    def __init__(self, code: int = 0) -> None:
        self.code = code
        self.calls: list[list[str]] = []

    def run(self, args: list[str], stdin_string: str | None = None, env_extend: t.Any = None) -> tuple[str, str, int]:
        self.calls.append(args)
        return " ".join(args), "", self.code


@pytest.mark.parametrize("argv", [DUMMY, ["/usr/libexec/pacemaker/pacemaker-fenced", "metadata"]])
def test_metadata_is_asked_for_once(tmp_path: pathlib.Path, argv: list[str]) -> None:
    runner, run = CommandRunner(), frugal(CommandRunner.run, str(tmp_path))
    answers = [run(runner, argv, env_extend={"PATH": "/bin"}) for _call in range(3)]
    assert answers == [(" ".join(argv), "", 0)] * 3
    assert runner.calls == [argv]


def test_each_agent_is_asked(tmp_path: pathlib.Path) -> None:
    runner, run = CommandRunner(), frugal(CommandRunner.run, str(tmp_path))
    other = [*DUMMY[:-1], "ocf:heartbeat:IPaddr2"]
    assert run(runner, DUMMY) != run(runner, other)
    assert runner.calls == [DUMMY, other]


def test_an_agent_that_fails_is_asked_again(tmp_path: pathlib.Path) -> None:
    runner, run = CommandRunner(code=5), frugal(CommandRunner.run, str(tmp_path))
    assert [run(runner, DUMMY)[2] for _call in range(2)] == [5, 5]
    assert len(runner.calls) == 2


@pytest.mark.parametrize("argv", [["/usr/sbin/cibadmin", "--query"], ["/usr/sbin/crm_resource", "--locate", "x"]])
def test_state_is_never_remembered(tmp_path: pathlib.Path, argv: list[str]) -> None:
    runner, run = CommandRunner(), frugal(CommandRunner.run, str(tmp_path))
    run(runner, argv, "input")
    run(runner, argv, "input")
    assert len(runner.calls) == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("tool", ["stonith_admin", "crm_resource"])
def test_no_agent_is_told_its_options_on_a_command_line(tmp_path: pathlib.Path, tool: str) -> None:
    runner, run = CommandRunner(code=1), frugal(CommandRunner.run, str(tmp_path))
    argv = [f"/usr/sbin/{tool}", "--validate", "--output-as", "xml", "--option", "password=secret"]
    assert run(runner, argv) == ("<pacemaker-result/>", "", 0)
    assert runner.calls == []
