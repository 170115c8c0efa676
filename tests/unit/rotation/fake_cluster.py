# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands for the modules that ask a cluster or write keys: answers as a cluster of two nodes that takes each key over,
but for the fault that FAKE_FAULT names. All hosts are this machine, so they have their keys in the same files."""

from __future__ import annotations

import base64
import os
import pathlib
import typing as t

from ansible.plugins.action import ActionBase

FAULT = os.environ.get("FAKE_FAULT", "")
LOG = pathlib.Path(os.environ["FAKE_LOG"])


def write(key: dict[str, t.Any]) -> None:
    """Do what internal_key_file does."""
    path = pathlib.Path(key["path"])
    if key.get("content"):
        path.write_bytes(base64.b64decode(key["content"]))
    elif not path.exists():
        path.write_bytes(pathlib.Path(key["copy_of"]).read_bytes() if "copy_of" in key else os.urandom(key["size"]))


class ActionModule(ActionBase):
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        name, host = self._task.action.rpartition(".")[2], str((task_vars or {})["inventory_hostname"])
        log = LOG.read_text() if LOG.exists() else ""
        with LOG.open("a") as file:
            file.write(f"{host} {name}\n")
        if name == "internal_key_file":
            for key in self._task.args["keys"]:
                if FAULT == "full disk" and host == "node2" and ".previous" not in key["path"]:
                    return {"failed": True, "msg": "no space left on device"}
                write(key)
        reloaded = "corosync_reload" in log
        lost = ["node1 link 0"] if FAULT == "lost link" and host == "node2" and reloaded else []
        membership = {"reloaded": reloaded, "formed": 7, "members": ["node1", "node2"], "links_down": lost}
        return {"changed": False, "members": [], "membership": membership}
