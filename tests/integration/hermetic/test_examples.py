# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every example in the documentation of the modules works, and a second time changes nothing; what a module is said to
return is what it returns for one of its examples."""

from __future__ import annotations

import ast
import re
from typing import Any

import pytest
import yaml

from .conftest import REPOSITORY, Guest
from .test_modules import succeed

MODULES = sorted(
    path.stem
    for path in (REPOSITORY / "plugins" / "modules").glob("pcs_*.py")
    if "_cib.module import" in path.read_text()
)
NAMES = ("cluster-ip", "web-server", "web", "ping", "report", "old-service")
FENCES = ("fence-old", "fence-board", "fence-power-a", "fence-power-b")
CIB = """<cib crm_feature_set="3.16.1" validate-with="pacemaker-3.9" have-quorum="1" epoch="5" num_updates="0"
 admin_epoch="0"><configuration>
<crm_config><cluster_property_set id="cib-bootstrap-options">
 <nvpair id="p1" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
<nodes><node id="1" uname="node1"/><node id="2" uname="node2"/></nodes>
<resources>{}</resources><constraints/></configuration>
<status>
 <node_state id="1" uname="node1" in_ccm="true" crmd="online" join="member" expected="member"/>
 <node_state id="2" uname="node2" in_ccm="true" crmd="online" join="member" expected="member"/></status></cib>"""
AGENTS = {"systemd:lighttpd": "ocf:pacemaker:Dummy"}  # no systemd in a mere directory


def documented(module: str, part: str) -> Any:
    """A PART of the module's documentation."""
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


def primitive(name: str, agent: str) -> str:
    """A resource that is there beforehand. It is stopped, so that it has no part in what the cluster does."""
    stopped = f'<nvpair id="{name}-t" name="target-role" value="Stopped"/>'
    return f'<primitive id="{name}" {agent}><meta_attributes id="{name}-m">{stopped}</meta_attributes></primitive>'


@pytest.mark.parametrize("module", MODULES)
def test_examples(guest: Guest, cib: str, module: str) -> None:
    made = {
        item.get("id")
        for args in examples(module)
        for item in [args, *args.get("resources", ()), *args.get("groups", ())]
    }
    names = [name for name in NAMES if name not in made or (module == "pcs_group" and name != "web")]
    database = primitive("database", 'class="ocf" provider="pacemaker" type="Stateful"')
    if module != "pcs_clone":
        promotable = '<nvpair id="database-clone-p" name="promotable" value="true"/>'
        meta = f'<meta_attributes id="database-clone-m">{promotable}</meta_attributes>'
        database = f'<clone id="database-clone">{database}{meta}</clone>'
    dummies = [primitive(name, 'class="ocf" provider="pacemaker" type="Dummy"') for name in names]
    fences = [primitive(name, 'class="stonith" type="fence_xvm"') for name in FENCES]
    beforehand = CIB.format("".join([database, *dummies, *fences]))
    guest.write(cib, beforehand)
    live = {"environment": {"CIB_file": cib}}
    results = []
    for args in examples(module):
        args = {name: value for name, value in args.items() if name not in ("cib_file", "wait")}
        predicted = succeed(guest.module(module, check=True, **live, **args))
        applied = succeed(guest.module(module, **live, **args))
        assert predicted["diff"] == applied["diff"]
        results.append(applied)
        assert not succeed(guest.module(module, **live, **args))["changed"]
    sample = {name: item["sample"] for name, item in documented(module, "RETURN").items()}
    (result,) = (result for result in results if result["commands"] == sample["commands"])
    if "undeclared" in result:
        result["undeclared"] = made_by_examples(result["undeclared"], beforehand)
    assert {name: result[name] for name in sample} == sample


def made_by_examples(undeclared: dict[str, list[str]], beforehand: str) -> dict[str, list[str]]:
    """What is UNDECLARED of the things that the CIB with the text BEFOREHAND did not have."""
    there = set(re.findall(r'(?:id|name)="([^"]+)"', beforehand))
    kinds = {kind: [name for name in names if name not in there] for kind, names in undeclared.items()}
    return {kind: names for kind, names in kinds.items() if names}
