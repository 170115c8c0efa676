# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of internal_shared_host: what a hypervisor has to know of the clusters that it serves."""

from __future__ import annotations

import pathlib
import typing as t

from ansible.plugins.action import ActionBase
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input import shared_hosts
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._host_variables import HostVariables
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._variable_names import names_of_roles

ROLES = pathlib.Path(__file__).parents[2] / "roles"


class ActionModule(ActionBase):
    """Set the variables of the clusters for the host, as if the inventory had them."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        task_vars = task_vars or {}
        options = {
            "roles": {"type": "list", "elements": "str", "required": True},
            "leave_out": {"type": "list", "elements": "str", "default": []},
        }
        _validation, arguments = self.validate_argument_spec(options)
        host, hostvars = str(task_vars["inventory_hostname"]), task_vars["hostvars"]
        result.update(changed=False, serves=True)
        if "ha_nodes" in task_vars:
            return result
        nodes = {name: HostVariables(hostvars[name]) for name in task_vars["groups"].get("cluster", ())}
        play = task_vars.get("ansible_play_hosts_all") or ()
        names = shared_hosts.served(host, nodes, play)
        if not names:
            return result
        if names[0] not in play:  # it serves other clusters than those that were chosen
            result.update(self._add_host({"name": host, "groups": arguments["leave_out"]}, task_vars), serves=False)
            return result
        clusters = [nodes[name] for name in names]
        wanted = names_of_roles(ROLES, arguments["roles"])
        variables = {
            **shared_hosts.variables(task_vars, clusters, sorted(wanted)),
            shared_hosts.CONFLICTS: list(shared_hosts.conflicts(host, task_vars, clusters)),
        }
        result.update(self._add_host({"name": host, **variables}, task_vars))
        return result

    def _add_host(self, arguments: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        """Have add_host set variables of the host in the inventory, as ARGUMENTS name them."""
        task = self._task.copy()
        task.args = arguments
        action = self._shared_loader_obj.action_loader.get(
            "ansible.builtin.add_host",
            task=task,
            connection=self._connection,
            play_context=self._play_context,
            loader=self._loader,
            templar=self._templar,
            shared_loader_obj=self._shared_loader_obj,
        )
        result: dict[str, t.Any] = action.run(task_vars=task_vars)
        return result
