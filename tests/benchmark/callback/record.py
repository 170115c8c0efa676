# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes down what every task of a playbook cost: one line of JSON for each result, into the file RECORD."""

from __future__ import annotations

import json
import os
import time
import typing as t

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: record
type: notification
short_description: Write down what every task cost
description: One line of JSON for each result, into the file that the environment variable RECORD names.
"""


class CallbackModule(CallbackBase):
    """Ansible's entry."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "record"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._stream = open(os.environ["RECORD"], "w", encoding="utf-8")  # noqa: SIM115 -- open as long as Ansible runs
        self._started = time.monotonic()

    def v2_playbook_on_task_start(self, task: t.Any, is_conditional: bool = False) -> None:
        self._started = time.monotonic()

    v2_playbook_on_handler_task_start = v2_playbook_on_task_start

    def _write(self, result: t.Any, outcome: str) -> None:
        task = getattr(result, "task", None) or result._task
        host = getattr(result, "host", None) or result._host
        said = getattr(result, "result", None) or result._result
        role = task._role.get_name() if task._role else ""
        line = {
            "host": host.get_name(),
            "role": role.rpartition(".")[2],
            "task": task.get_name(),
            "outcome": outcome,
            "changed": bool(said.get("changed")),
            "seconds": time.monotonic() - self._started,
        }
        self._stream.write(json.dumps(line) + "\n")
        self._stream.flush()

    def v2_runner_on_ok(self, result: t.Any) -> None:
        self._write(result, "ok")

    def v2_runner_on_skipped(self, result: t.Any) -> None:
        self._write(result, "skipped")

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        self._write(result, "ignored" if ignore_errors else "failed")

    def v2_runner_on_unreachable(self, result: t.Any) -> None:
        self._write(result, "unreachable")
