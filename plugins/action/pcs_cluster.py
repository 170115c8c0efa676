# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of pcs_cluster: where what was found on the nodes is what is declared, no node has to be asked."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.pcs_cluster import (
    ARGUMENTS,
    answer,
    decide,
    found_elsewhere,
    wanted_cluster,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.plan import Classification
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError


def settled(params: t.Mapping[str, t.Any], host: str) -> dict[str, t.Any] | None:
    """The result when HOST and the others have what PARAMS declare; None when a node has to be asked."""
    found = params["found"] or {}
    present = (found.get(host) or {}).get("content")
    if present is None:
        return None
    try:
        decision = decide(wanted_cluster(params), params, found_elsewhere(params))
    except ClusterError:
        return None  # the module says it
    if decision.classification is not Classification.UNCHANGED or found[decision.source]["content"] != present:
        return None
    return answer(decision, present, present, params["path"])


class ActionModule(ActionBase):
    """Compare, and run the module where that leaves something to do."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        task_vars = task_vars or {}
        _validation, params = self.validate_argument_spec(ARGUMENTS)
        found = settled(params, str(task_vars.get("inventory_hostname", "")))
        return {**result, **(found or self._execute_module(task_vars=task_vars))}
