# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of role_input: say everything that is wrong with a role's input, in one task."""

from __future__ import annotations

import pathlib
import typing as t
from collections.abc import Iterable

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._variable_names import (
    FOREIGN_NAMES,
    Findings,
    failure_message,
    find_unknown,
    load_mapping,
    role_vocabulary,
    shared_vocabulary,
)

display = Display()


def find_misspelt(role: pathlib.Path, names: Iterable[str], foreign: Iterable[str]) -> Findings:
    """Which of NAMES are not known to ROLE or its collection."""
    own, shared = role_vocabulary(role), shared_vocabulary(role.parent)
    return find_unknown(set(names).difference(foreign), f"{role.name}_", own, shared)


def role_options(role: pathlib.Path) -> dict[str, t.Any]:
    """The options of ROLE's main entry point."""
    specs = load_mapping(role / "meta" / "argument_specs.yml").get("argument_specs") or {}
    options: dict[str, t.Any] = (specs.get("main") or {}).get("options") or {}
    return options


class ActionModule(ActionBase):
    """Compare what a host's variables hold with what the role that the task is in asks for."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        task_vars = task_vars or {}
        _validation, arguments = self.validate_argument_spec({"problems": {"type": "str"}})
        if self._task._role is None:
            raise AnsibleActionFail("role_input checks the input of the role that it runs in; this task is in no role")

        role = pathlib.Path(self._task._role._role_path)
        host = str(task_vars.get("inventory_hostname", "localhost"))
        foreign = self._templar.template(task_vars.get(FOREIGN_NAMES) or [])
        findings = find_misspelt(role, task_vars, foreign)
        for name in findings.strange:  # without the host's name, so that Ansible shows each once
            display.warning(
                f'variable "{name}" is none of quorate.ha_cluster; list it in {FOREIGN_NAMES} if that is meant'
            )
        problems = self._wrong_values(role, task_vars)
        if not problems:  # more can only be asked of values that are of the right type
            variable = arguments["problems"] or f"__{role.name}_problems"
            problems = list(self._templar.template(task_vars.get(variable) or []))
        if findings.near:
            problems = [failure_message(findings.near, host), *problems]
        problems = [problem if host in problem else f"{problem} (host {host})" for problem in problems]
        result.update(changed=False, problems=problems, failed=bool(problems))
        if problems:
            result["msg"] = "\n".join(problems)
        return result

    def _wrong_values(self, role: pathlib.Path, task_vars: dict[str, t.Any]) -> list[str]:
        """What Ansible says of the values, compared with the role's specification."""
        task = self._task.copy()
        task.args = {"argument_spec": role_options(role)}
        action = self._shared_loader_obj.action_loader.get(
            "ansible.builtin.validate_argument_spec",
            task=task,
            connection=self._connection,
            play_context=self._play_context,
            loader=self._loader,
            templar=self._templar,
            shared_loader_obj=self._shared_loader_obj,
        )
        errors = action.run(task_vars=task_vars).get("argument_errors") or []
        return list(errors)
