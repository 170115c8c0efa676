# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of internal_failover_clock: how far a host's clock is ahead."""

from __future__ import annotations

import time
import typing as t

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

ATTEMPTS = 4


def best(answers: t.Iterable[tuple[float, float, float]]) -> tuple[float, float]:
    """How far the host's clock is ahead, and by how much that may be wrong, from ANSWERS: time before, the host's time,
    time after. The fastest answer says it best."""
    before, told, after = min(answers, key=lambda answer: answer[2] - answer[0])
    return told - (before + after) / 2, (after - before) / 2


class ActionModule(ActionBase):
    """Ask the host for its time."""

    TRANSFERS_FILES = False
    _requires_connection = True
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        self.validate_argument_spec({})
        answers = []
        for _attempt in range(ATTEMPTS):
            before = time.time()
            said = self._low_level_execute_command("date +%s.%N", sudoable=False)
            after = time.time()
            try:
                answers.append((before, float(said["stdout"].strip().splitlines()[-1]), after))
            except (IndexError, ValueError) as error:
                raise AnsibleActionFail(f"The host does not tell its time: {said['stdout']}{said['stderr']}") from error
        ahead, uncertainty = best(answers)
        return {**result, "changed": False, "ahead": ahead, "uncertainty": uncertainty}
