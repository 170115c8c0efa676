# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of internal_failover_await: ask a node until what is awaited has come, and say what that is."""

from __future__ import annotations

import time
import typing as t

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover.plan import (
    awaited_effect,
    awaited_recovery,
    lacking_whole,
)

OPTIONS: dict[str, t.Any] = {
    "until": {"type": "str", "choices": ["effect", "rest", "recovery"], "required": True},
    "aim": {"type": "dict", "required": True},
    "before": {"type": "dict", "required": True},
    "timeout": {"type": "int", "default": 300},
}
PAUSE = 1.0
STABLE = 4.0  # seconds that the cluster has to stay whole
SAID_AGAIN = 15.0

display = Display()


def lacking(
    until: str, aim: t.Mapping[str, t.Any], before: t.Mapping[str, t.Any], now: t.Mapping[str, t.Any], seconds: float
) -> list[str]:
    """What has not come after SECONDS. NOW is empty when the node does not answer."""
    if until != "effect":
        if not now:
            return ["the node does not answer"]
        return awaited_recovery(aim, before, now) if until == "recovery" else lacking_whole(now, aim["nodes"])
    found = awaited_effect(aim, before, now)
    left = aim["hold"] - seconds
    return [*found, f"{left:.0f} s that it is held"] if left > 0 else found


def wait(
    look: t.Callable[[], t.Mapping[str, t.Any]],
    say: t.Callable[[str], None],
    arguments: t.Mapping[str, t.Any],
    *,
    clock: t.Callable[[], float] = time.monotonic,
    pause: t.Callable[[float], None] = time.sleep,
) -> tuple[list[str], float]:
    """LOOK until nothing is lacking, or the time is over. Returns what is, and how long it took."""
    aim, until = arguments["aim"], arguments["until"]
    began, said_at, said, whole_since = clock(), float("-inf"), [""], None
    stable = 0.0 if until == "effect" else STABLE
    while True:
        missing = lacking(until, aim, arguments["before"], look(), clock() - began)
        seconds = clock() - began
        whole_since = None if missing else seconds if whole_since is None else whole_since
        if whole_since is not None and seconds - whole_since >= stable:
            return [], seconds
        kinds = [word for word in missing if not word.endswith("held")]
        if missing and (kinds != said or seconds - said_at >= SAID_AGAIN):
            say(f"  {aim['name']}: {seconds:.0f} s; awaited: {'; '.join(missing)}")
            said_at, said = seconds, kinds
        if seconds > arguments["timeout"]:
            return missing or ["it does not stay whole"], seconds
        pause(PAUSE)


class ActionModule(ActionBase):
    """Wait, and show for what."""

    TRANSFERS_FILES = False
    _requires_connection = True
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        _validation, arguments = self.validate_argument_spec(OPTIONS)
        if self._task.check_mode:
            return {**result, "changed": False, "lacking": [], "seconds": 0.0}

        def look() -> t.Mapping[str, t.Any]:
            try:
                said = self._execute_module("quorate.ha_cluster.internal_failover_info", {}, task_vars=task_vars)
            except AnsibleConnectionFailure:
                self._forget_connection()
                return {}
            state: t.Mapping[str, t.Any] = said.get("state") or {}
            return state

        missing, seconds = wait(look, display.display, arguments)
        return {**result, "changed": False, "lacking": missing, "seconds": round(seconds, 1)}

    def _forget_connection(self) -> None:
        """A connection that is kept open to a node that has lost its power would be waited for until its end."""
        try:
            self._connection.reset()
        except (AttributeError, AnsibleError):
            display.vvv("The connection can't be reset.")
