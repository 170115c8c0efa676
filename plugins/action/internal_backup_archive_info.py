# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of internal_backup_archive_info: read an archive."""

from __future__ import annotations

import pathlib
import typing as t

from ansible.plugins.action import ActionBase
from ansible_collections.quorate.ha_cluster.plugins.module_utils._backup.archive import for_node, unpack
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._vault import Vault


class ActionModule(ActionBase):
    """Return what an archive holds."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        _validation, arguments = self.validate_argument_spec({"path": {"type": "path", "required": True}})
        path = pathlib.Path(arguments["path"]).absolute()
        result |= {"changed": False, "path": str(path), "problem": "", "backup": {}}
        try:
            result["backup"] = for_node(unpack(path.read_bytes(), Vault.of(self._loader).decrypt))
        except FileNotFoundError:
            result["problem"] = f"There is no archive {path}. Say where it is in ha_backup_file."
        except (ClusterError, OSError) as error:
            result["problem"] = f"The archive {path} can't be read: {error}."
        return result
