# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every example in the documentation of the modules works, and a second time changes nothing; what a module is said to
return is what it returns for one of its examples."""

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
STATUS = "".join(
    f'<node_state id="{n}" uname="node{n}" in_ccm="true" crmd="online" join="member" expected="member"/>'
    for n in (1, 2)
)
AGENTS = {"systemd:lighttpd": "ocf:pacemaker:Dummy"}  # no systemd in a mere directory


def documented(module: str, part: str) -> Any:
    """A PART of what the module says of itself."""
    tree = ast.parse((REPOSITORY / "plugins" / "modules" / f"{module}.py").read_text())
    text = next(
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == part
    )
    for agent, substitute in AGENTS.items():
        text = text.replace(agent, substitute)
    return yaml.safe_load(text)


def examples(module: str) -> list[dict[str, Any]]:
    """The parameters of the module in each of its examples."""
    return [task[f"quorate.ha_cluster.{module}"] for task in documented(module, "EXAMPLES")]


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
    empty = str(guest.command("cibadmin", "--empty")["stdout"])
    text = empty.replace("<nodes/>", NODES).replace("<status/>", f"<status>{STATUS}</status>")
    guest.write(cib, text.replace("<cib ", '<cib have-quorum="1" ', 1))
    live = {"environment": {"CIB_file": cib}}
    succeed(guest.module("pcs_cib", **live, **beforehand))
    results = []
    for args in examples(module):
        args = {name: value for name, value in args.items() if name not in ("cib_file", "wait")}
        predicted = succeed(guest.module(module, check=True, **live, **args))
        applied = succeed(guest.module(module, **live, **args))
        assert predicted["diff"] == applied["diff"]
        results.append(applied)
        assert not succeed(guest.module(module, **live, **args))["changed"]
    sample = {name: item["sample"] for name, item in documented(module, "RETURN").items()}
    returned = [{name: result[name] for name in sample} for result in results]
    assert sample in returned, returned
