# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pages show works: tasks in their order, a second time without a change; an inventory; names of agents."""

from __future__ import annotations

import json
import re
from typing import Any

import documented_tasks
import pytest

from .conftest import Guest
from .test_modules import succeed

PAGES = ("recipes", "fencing", "migrating")
NODES = '<nodes><node id="1" uname="node1"/><node id="2" uname="web1"/></nodes>'
# Agents that a page names without their class.
CLOUD = {"IPaddr2", "openstack-virtual-ip", "aws-vpc-move-ip", "gcp-vpc-move-vip", "azure-lb", "nfsserver", "exportfs"}
BEFOREHAND: dict[str, Any] = {
    "properties": {"stonith-enabled": False},
    "resources": [{"id": name, "agent": "ocf:pacemaker:Dummy"} for name in ("web", "database")],
}


def filled_in(args: dict[str, Any]) -> dict[str, Any]:
    """ARGS with something in place of each variable."""
    filled: dict[str, Any] = json.loads(re.sub(r"\{\{.*?\}\}", "something", json.dumps(args)))
    return filled


@pytest.mark.parametrize("page", PAGES)
def test_recipes(guest: Guest, cib: str, page: str) -> None:
    tasks = documented_tasks.tasks(documented_tasks.CHECKOUT / "docs" / f"{page}.md")
    assert tasks
    guest.write(cib, guest.command("cibadmin", "--empty")["stdout"].replace("<nodes/>", NODES))
    if page == "migrating":
        succeed(guest.module("pcs_cib", cib_file=cib, **BEFOREHAND))
    for task in tasks:
        args = {**filled_in(task.args), "cib_file": cib}
        first = succeed(guest.module(task.module, **args))
        assert first["changed"] is True, task.name
        again = succeed(guest.module(task.module, **args))
        assert again["changed"] is False, (task.name, again["diff"])


def test_inventory_of_own_hosts(guest: Guest, cib: str) -> None:
    variables = documented_tasks.variables(documented_tasks.CHECKOUT / "docs" / "own-hosts.md")
    nodes = "".join(f'<node id="{number}" uname="{name}"/>' for number, name in enumerate(variables["ha_nodes"], 1))
    guest.write(cib, guest.command("cibadmin", "--empty")["stdout"].replace("<nodes/>", f"<nodes>{nodes}</nodes>"))
    kinds = ("properties", "resource_defaults", "stonith", "resources", "groups")
    args = {**filled_in({kind: variables[f"ha_{kind}"] for kind in kinds}), "cib_file": cib}
    for resource in args["resources"]:
        if resource["agent"].startswith("systemd:"):  # no systemd runs here that pcs could ask for the unit
            resource["agent"] = "ocf:pacemaker:Dummy"
    assert succeed(guest.module("pcs_cib", **args))["changed"] is True
    assert succeed(guest.module("pcs_cib", **args))["changed"] is False


@pytest.mark.parametrize("page", ["own-hosts", "fencing", "paper"])
def test_agents_on_the_page_exist(guest: Guest, page: str) -> None:
    text = (documented_tasks.CHECKOUT / "docs" / f"{page}.md").read_text()
    named = set(re.findall(r"`(?:ocf:heartbeat:)?([A-Za-z]+[A-Za-z0-9]*(?:[-_][a-z0-9]+)*)`", text))
    there = {
        *guest.command("ls", "/usr/lib/ocf/resource.d/heartbeat")["stdout"].split(),
        *guest.command("sh", "-c", "cd /usr/sbin; ls -d fence_*")["stdout"].split(),
    }
    agents = {name for name in named if name.startswith("fence_") and name != "fence_virtd"} | (named & CLOUD)
    assert agents
    assert agents <= there
