# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of role_input: say everything that is wrong with a role's input, in one task."""

from __future__ import annotations

import functools
import pathlib
import re
import typing as t
from collections.abc import Iterator

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._node_names import addresses_by_node
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._variable_names import (
    FOREIGN_NAMES,
    failure_message,
    find_unknown,
    known_names,
    load_mapping,
    warnings,
)

display = Display()

# As Ansible itself names them, links and all: it has loaded their files before, and keeps them by their names.
ROLES = pathlib.Path(__file__).parents[2] / "roles"

# Strategies in which all hosts end a task before one begins the next, also under another name (mitogen_linear).
STEPPING = ("linear", "debug")


def role_options(role: pathlib.Path) -> dict[str, t.Any]:
    """The options of ROLE's main entry point."""
    specs = load_mapping(role / "meta" / "argument_specs.yml").get("argument_specs") or {}
    options: dict[str, t.Any] = (specs.get("main") or {}).get("options") or {}
    return options


@functools.cache
def knows_family(role: pathlib.Path, family: str) -> bool:
    """Whether ROLE has what it has for Debian for the FAMILY of distributions as well; many a role has nothing."""
    own = [*role.glob("vars/Debian.yml"), *role.glob("tasks/*_Debian.yml")]
    return all(path.with_name(path.name.replace("Debian", family)).exists() for path in own)


def load_variables(loader: t.Any, path: pathlib.Path) -> dict[str, t.Any]:
    """What the file PATH of a role sets, whose templates may be run. Not copied ("unsafe"), for nobody changes it."""
    if not path.is_file():
        return {}
    try:
        return loader.load_from_file(str(path), unsafe=True, trusted_as_template=True) or {}
    except TypeError:  # ansible-core 2.18 runs the templates of all files
        return loader.load_from_file(str(path), unsafe=True) or {}


def missing_problems(options: dict[str, t.Any], variables: dict[str, t.Any]) -> list[str]:
    """One sentence for each of the OPTIONS of a role that has to be set and is not among VARIABLES."""
    missing = [(name, option) for name, option in options.items() if option.get("required") and name not in variables]
    return [f"{name} is not set. Set it in the inventory. {meaning(option)}" for name, option in missing]


def meaning(option: dict[str, t.Any]) -> str:
    """The first line of an OPTION's description, without the markup of ansible-doc."""
    text = option.get("description") or ""
    return re.sub(r"\b[A-Z]\(([^)]*)\)", r"\1", text if isinstance(text, str) else text[0])


def node_problems(nodes: t.Any) -> list[str]:
    """What is wrong with the form of NODES, the variable ha_nodes."""
    try:
        addresses_by_node(nodes)
    except ClusterError as error:
        return [str(error)]
    return []


def strategy_problems(strategy: str) -> list[str]:
    """What is wrong with a play's STRATEGY. Roles compare the hosts' results, so hosts have to wait for each other."""
    if strategy.rpartition(".")[2].endswith(STEPPING):
        return []
    return [
        f"The strategy of this play is {strategy}, which lets each host run ahead of the others. The roles compare the"
        " hosts after each task: write `strategy: linear` in the play."
    ]


class ActionModule(ActionBase):
    """Compare what a host's variables hold with what the role that the task is in, or those that it names, ask for."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        task_vars = task_vars or {}
        _validation, arguments = self.validate_argument_spec(
            {"problems": {"type": "str"}, "roles": {"type": "list", "elements": "str"}}
        )
        host = str(task_vars.get("inventory_hostname", "localhost"))
        foreign = self._templar.template(task_vars.get(FOREIGN_NAMES) or [])
        findings = find_unknown(set(task_vars).difference(foreign), known_names(ROLES))
        for line in warnings(findings):
            display.warning(line)
        problems: list[str] = []
        for role, variables in self._roles(arguments["roles"], task_vars):
            facts = task_vars.get("ansible_facts") or {}
            if not knows_family(role, str(facts.get("os_family") or "Debian")):
                problems.append(
                    f"Host {host} runs {facts.get('distribution')}, which role {role.name} knows nothing of; it is made"
                    " for the families of Debian and of Red Hat."
                )
            problems += self._problems(role, variables, arguments["problems"] or f"__{role.name}_problems")
        if findings.near:
            problems = [failure_message(findings.near, host), *problems]
        problems += strategy_problems(self._task.get_play().strategy)
        problems = [problem if host in problem else f"{problem} (host {host})" for problem in dict.fromkeys(problems)]
        result.update(changed=False, problems=problems, failed=bool(problems))
        if problems:
            result["msg"] = "\n".join(problems)
        return result

    def _roles(
        self, names: list[str] | None, task_vars: dict[str, t.Any]
    ) -> Iterator[tuple[pathlib.Path, dict[str, t.Any]]]:
        """The folders of the roles NAMES, each with the variables that it would see."""
        if names is None:
            if self._task._role is None:
                raise AnsibleActionFail(
                    "role_input checks the input of the role that it runs in; this task is in no role, and names none"
                )
            yield pathlib.Path(self._task._role._role_path), task_vars
            return
        for name in names:
            role = ROLES / name
            if not (role / "meta" / "argument_specs.yml").is_file():
                raise AnsibleActionFail(f"{name} is no role of quorate.ha_cluster.")
            files = [load_variables(self._loader, role / folder / "main.yml") for folder in ("defaults", "vars")]
            yield role, {**files[0], **task_vars, **files[1]}

    def _problems(self, role: pathlib.Path, variables: dict[str, t.Any], name: str) -> list[str]:
        """What is wrong with the values of VARIABLES: what Ansible says of them, compared with the specification of
        ROLE, or else what the variable NAME lists."""
        templar = self._templar.copy_with_new_env(available_variables=variables)
        options = role_options(role)
        missing = missing_problems(options, variables)
        if missing:
            return missing
        task = self._task.copy()
        task.args = {"argument_spec": options}
        action = self._shared_loader_obj.action_loader.get(
            "ansible.builtin.validate_argument_spec",
            task=task,
            connection=self._connection,
            play_context=self._play_context,
            loader=self._loader,
            templar=templar,
            shared_loader_obj=self._shared_loader_obj,
        )
        errors = action.run(task_vars=variables).get("argument_errors") or []
        if not errors and "ha_nodes" in options and "ha_nodes" in variables:
            errors = node_problems(templar.template(variables["ha_nodes"]))
        # More can only be asked of values that are of the right type.
        return list(errors) or list(templar.template(variables.get(name) or []))
