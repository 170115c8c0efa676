# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every example in the documentation of the modules works, and a second time changes nothing."""

from __future__ import annotations

import ast
from typing import Any

import pytest
import yaml

from .conftest import REPOSITORY, Guest
from .test_modules import succeed

MODULES = sorted(
    path.stem for path in (REPOSITORY / "plugins" / "modules").glob("pcs_*.py") if "_cib_module" in path.read_text()
)
NAMES = ("cluster-ip", "web-server", "web", "ping", "report", "old-service")
FENCES = ("fence-old", "fence-board", "fence-power-a", "fence-power-b")
NODES = '<nodes><node id="1" uname="node1"/><node id="2" uname="node2"/></nodes>'
AGENTS = {"systemd:lighttpd": "ocf:pacemaker:Dummy"}  # no systemd in a mere directory


def examples(module: str) -> list[dict[str, Any]]:
    """The parameters of the module in each of its examples."""
    tree = ast.parse((REPOSITORY / "plugins" / "modules" / f"{module}.py").read_text())
    text = next(
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "EXAMPLES"
    )
    for agent, substitute in AGENTS.items():
        text = text.replace(agent, substitute)
    return [task[f"quorate.ha_cluster.{module}"] for task in yaml.safe_load(text)]


@pytest.mark.parametrize("module", MODULES)
def test_examples(guest: Guest, cib: str, module: str) -> None:
    made = {
        item.get("id")
        for args in examples(module)
        for item in [args, *args.get("resources", ()), *args.get("groups", ())]
    }
    beforehand = {
        "properties": {"stonith-enabled": False},
        "resources": [
            {"id": "database", "agent": "ocf:pacemaker:Stateful"},
            *(
                {"id": name, "agent": "ocf:pacemaker:Dummy"}
                for name in NAMES
                if name not in made or module == "pcs_group"
            ),
        ],
        "stonith": [{"id": name, "agent": "fence_xvm"} for name in FENCES],
        "clones": [{"resource": "database", "promotable": True}] if module != "pcs_clone" else [],
    }
    if module == "pcs_group":
        beforehand["resources"] = [item for item in beforehand["resources"] if item["id"] != "web"]
    guest.write(cib, guest.command("cibadmin", "--empty")["stdout"].replace("<nodes/>", NODES))
    succeed(guest.module("pcs_cib", cib_file=cib, **beforehand))
    for args in examples(module):
        predicted = succeed(guest.module(module, check=True, **{**args, "cib_file": cib, "wait": 0}))
        applied = succeed(guest.module(module, **{**args, "cib_file": cib, "wait": 0}))
        assert predicted["diff"] == applied["diff"]
        assert not succeed(guest.module(module, **{**args, "cib_file": cib, "wait": 0}))["changed"]
