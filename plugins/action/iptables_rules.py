# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of iptables_rules: prove that the node can still be reached, and confirm the new rules."""

from __future__ import annotations

import contextlib
import time
import typing as t
from collections.abc import Callable

from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure, AnsibleError
from ansible.module_utils.common.validation import check_type_int
from ansible.plugins.action import ActionBase

DEFAULT_TIMEOUT = 30
RETURN_TIME = 60  # seconds that a node gets to bring the old filter back
PAUSE = 1.0

Result = dict[str, t.Any]


class ActionModule(ActionBase):
    """Load the rules, connect again, and confirm them. Where nothing differs, the module runs once."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> Result:
        result: Result = super().run(tmp, task_vars)
        arguments = dict(self._task.args)
        timeout = self._timeout(arguments)

        def execute(**more: t.Any) -> Result:
            answer: Result = self._execute_module(module_args={**arguments, **more}, task_vars=task_vars or {})
            return answer

        found = settled(execute, timeout)
        if found.pop("unconfirmed", False):
            found = confirmed(found, self._reset, lambda: execute(state="confirmed"), timeout)
        return {**result, **found}

    def _timeout(self, arguments: Result) -> int:
        """The option rollback_timeout. The module says what is wrong with it."""
        with contextlib.suppress(TypeError):
            return int(check_type_int(arguments.get("rollback_timeout", DEFAULT_TIMEOUT)))
        return DEFAULT_TIMEOUT

    def _reset(self) -> None:
        """Make the next connection a new one. Connections that are not kept have no such method."""
        with contextlib.suppress(AttributeError, AnsibleError):
            self._connection.reset()


def settled(
    execute: Callable[[], Result], timeout: float, clock: Callable[[], float] = time.monotonic, pause: float = PAUSE
) -> Result:
    """What EXECUTE answers when the timer of an interrupted run no longer runs. While it runs, the node may lose the
    connection."""
    end = clock() + timeout + RETURN_TIME
    waited = False
    while True:
        try:
            found = execute()
        except AnsibleConnectionFailure:
            if not waited or clock() >= end:
                raise
        else:
            if not found.pop("settling", False):
                return found
            waited = True
            if clock() >= end:
                raise AnsibleActionFail(
                    "The timer of an earlier run is still running. Wait until it has ended (systemctl status"
                    " ha_cluster-iptables-rollback.timer), and run this again."
                )
        time.sleep(pause)


def confirmed(
    loaded: Result,
    reset: Callable[[], None],
    confirm: Callable[[], Result],
    timeout: float,
    clock: Callable[[], float] = time.monotonic,
    pause: float = PAUSE,
) -> Result:
    """The result of the task whose rules are LOADED: CONFIRM them by a new connection.

    Where none can be made until the node has gone back to the old filter, CONFIRM fails by then, and says so.
    """
    end = clock() + timeout + RETURN_TIME
    while True:
        reset()
        try:
            answer = confirm()
        except AnsibleConnectionFailure:
            if clock() >= end:
                raise
            time.sleep(pause)
            continue
        return {**loaded, "diff": [], **answer} if answer.get("failed") else loaded
