# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs on a node: changes the cluster's configuration many times with pcs_cib, each time in a fresh process, as Ansible
does. PYTHONPATH has to hold ansible and this collection.

usage: writer.py NUMBER COUNT     (NUMBER is 0 or 1: which of the two writers this is)
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from typing import Any

MEMBERS = [f"writers-{n}" for n in range(5)]
START = """
import json, runpy, sys
from ansible.module_utils.testing import patch_module_args
with patch_module_args(json.load(sys.stdin)):
    runpy.run_path(sys.argv[1], run_name="__main__")
"""


def order(writer: int, change: int) -> list[str]:
    """The members of the group as a writer declares them in a change; the two writers never agree."""
    members = MEMBERS[::-1] if writer else MEMBERS
    turn = change % len(members)
    return members[turn:] + members[:turn]


def declaration(writer: int, change: int) -> dict[str, Any]:
    """One change: a value of its own in an object that both change, the order of a group, and who was last."""
    name = MEMBERS[change % len(MEMBERS)]
    utilization: dict[str, dict[str, int]] = {name: {f"w{writer}c{change}": change}}
    utilization.setdefault(MEMBERS[0], {})["last"] = change * 2 + writer
    return {
        "resources": [{"id": member, "utilization": values} for member, values in utilization.items()],
        "groups": [{"id": "writers", "members": order(writer, change)}],
    }


def pcs_cib(declared: dict[str, Any]) -> dict[str, Any]:
    """The result of the module."""
    found = importlib.util.find_spec("ansible_collections.quorate.ha_cluster.plugins.modules.pcs_cib")
    assert found is not None
    assert found.origin is not None
    argv = [sys.executable, "-c", START, found.origin]
    done = subprocess.run(argv, input=json.dumps(declared), capture_output=True, text=True, check=False)
    try:
        result: dict[str, Any] = json.loads(done.stdout[done.stdout.index("{") :])
    except ValueError:
        return {"failed": True, "msg": done.stdout + done.stderr}
    return result


def main() -> None:
    writer, count = map(int, sys.argv[1:])
    for change in range(count):
        result = pcs_cib(declaration(writer, change))
        if result.get("failed") or not result["changed"]:
            raise SystemExit(f"Change {change} of writer {writer}: {result.get('msg', 'it changed nothing')}")


if __name__ == "__main__":
    main()
