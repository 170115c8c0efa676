# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of internal_report_index: write the index of the reports on several clusters."""

from __future__ import annotations

import json
import pathlib
import time
import typing as t

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.private_file import Access, replace_file
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._report import index

OPTIONS: dict[str, t.Any] = {
    "clusters": {"type": "dict", "required": True},
    "results": {"type": "dict", "required": True},
}
TIMES = ("generated", "since", "new", "gone")


def without_times(text: str) -> t.Any:
    """What the index for machines TEXT says, except for what changes from run to run; None if it can't be read."""
    try:
        said = json.loads(text)
        return [{key: value for key, value in entry.items() if key not in TIMES} for entry in said["clusters"]]
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


class ActionModule(ActionBase):
    """Write the index as a page and as JSON."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        _validation, arguments = self.validate_argument_spec(OPTIONS)
        listed = index.entries(arguments["clusters"], arguments["results"])
        path = pathlib.Path(index.place(listed))
        machines = path.with_suffix(".json")
        generated = time.strftime("%Y-%m-%d %H:%M:%S %z")
        page = index.render_index(listed, generated, path.parent)
        text = json.dumps(index.as_document(listed, generated), indent=2, sort_keys=True) + "\n"
        try:
            before = machines.read_text(encoding="utf-8") if machines.exists() else ""
            result["changed"] = not path.exists() or without_times(before) != without_times(text)
            if not self._task.check_mode:
                path.parent.mkdir(parents=True, exist_ok=True)
                replace_file(str(machines), text.encode("utf-8"), Access(None))
                replace_file(str(path), page.encode("utf-8"), Access(None))
        except ClusterError as error:
            raise AnsibleActionFail(str(error)) from error
        except OSError as error:
            raise AnsibleActionFail(f"The index {path} can't be written: {error.strerror}.") from error
        result["path"] = str(path)
        result["clusters"] = [entry.cluster for entry in listed]
        return result
