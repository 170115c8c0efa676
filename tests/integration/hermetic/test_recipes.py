# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pages show works: tasks in their order, a second time without a change; an inventory; names of agents."""

from __future__ import annotations

import json
import pathlib
import re
import subprocess
import time
from typing import Any

import documented_tasks
import pytest
import yaml

from .conftest import Guest
from .test_modules import succeed

LAB = documented_tasks.CHECKOUT / "tests" / "unit" / "files" / "lab"
PAGES = ("recipes", "fencing", "migrating")
NODES = '<nodes><node id="1" uname="node1"/><node id="2" uname="web1"/></nodes>'
# Agents that a page names without their class.
CLOUD = {"IPaddr2", "openstack-virtual-ip", "aws-vpc-move-ip", "gcp-vpc-move-vip", "azure-lb", "nfsserver", "exportfs"}
STANDBY = '<instance_attributes id="s"><nvpair id="s-1" name="standby" value="on"/></instance_attributes>'
FAILED = (
    '<lrm_rsc_op id="lighttpd_last_failure_0" operation_key="lighttpd_start_0" operation="start" on_node="node3"'
    ' crm_feature_set="3.16.1" transition-magic="0:1;4:3:0:05596151-0bfd-4265-9f78-dab581389a23" call-id="15"'
    ' transition-key="4:3:0:05596151-0bfd-4265-9f78-dab581389a23" rc-code="1" op-status="0" interval="0"'
    f' last-rc-change="{int(time.time())}"/>'  # it is forgotten after 10 minutes
)
# What has happened to the lab's cluster since its CIB was kept: node3 is in standby, and lighttpd has failed there.
# Of several places, the first is node3's.
LATER = {
    '<node id="3" uname="node3"/>': f'<node id="3" uname="node3">{STANDBY}</node>',
    '<lrm_rsc_op id="lighttpd_last_0"': f'{FAILED}<lrm_rsc_op id="lighttpd_last_0"',
}
BEFOREHAND: dict[str, Any] = {
    "properties": {"stonith-enabled": False},
    "resources": [{"id": name, "agent": "ocf:pacemaker:Dummy"} for name in ("web", "database")],
}


def filled_in(args: dict[str, Any]) -> dict[str, Any]:
    """ARGS with something in place of each variable."""
    filled: dict[str, Any] = json.loads(re.sub(r"\{\{.*?\}\}", "something", json.dumps(args)))
    return filled


# What verify may find in the CIB of a page or of the example: what its nodes and its fencing lack here.
AROUND = {"constraint-stranger", "fencing-no-device", "fencing-uncovered", "fencing-map-stranger", "loss-stays-down"}


def findings(guest: Guest, cib: str) -> set[str]:
    return {item["id"] for item in succeed(guest.module("cluster_verify", cib_file=cib))["findings"]}


@pytest.mark.parametrize("page", PAGES)
def test_recipes(guest: Guest, cib: str, page: str) -> None:
    tasks = documented_tasks.tasks(documented_tasks.CHECKOUT / "docs" / f"{page}.md")
    assert tasks
    guest.write(cib, guest.command("cibadmin", "--empty")["stdout"].replace("<nodes/>", NODES))
    if page == "migrating":
        succeed(guest.module("pcs_cib", cib_file=cib, **BEFOREHAND))
    for task in tasks:
        if task.module == "cluster_info":
            continue
        args = {**filled_in(task.args), "cib_file": cib}
        first = succeed(guest.module(task.module, **args))
        assert first["changed"] is True, task.name
        again = succeed(guest.module(task.module, **args))
        assert again["changed"] is False, (task.name, again["diff"])
    if page == "recipes":
        assert findings(guest, cib) - AROUND == set()


def test_queries(guest: Guest, cib: str, tmp_path: pathlib.Path) -> None:
    """The filter json_query answers what the page says, of what the modules return for the paper's cluster."""
    text = (LAB / "cib.xml").read_text()
    for old, new in LATER.items():
        assert old in text
        text = text.replace(old, new, 1)
    guest.write(cib, text)
    guest.write("/tmp/corosync.conf", (LAB / "corosync.conf").read_text())
    queries = documented_tasks.queries(documented_tasks.CHECKOUT / "docs" / "recipes.md")
    found = {
        **succeed(guest.module("cluster_verify", cib_file=cib, corosync_file="/tmp/corosync.conf")),
        **succeed(guest.module("cluster_info", environment={"CIB_file": cib})),
    }
    assert len(queries) > 10
    assert answers(found, list(queries), tmp_path) == queries


def answers(found: dict[str, Any], queries: list[str], folder: pathlib.Path) -> dict[str, Any]:
    """What Ansible makes of QUERIES to what was FOUND."""
    (folder / "vars.json").write_text(json.dumps({"found": found, "queries": queries}))
    query = {
        "ansible.builtin.copy": {
            "content": "{{ {item: found | community.general.json_query(item)} | to_json }}",
            "dest": f"{folder}/{{{{ number }}}}.answer",
            "mode": "0600",
        },
        "loop": "{{ queries }}",
        "loop_control": {"index_var": "number"},
    }
    play = {"hosts": "localhost", "gather_facts": False, "tasks": [query]}
    (folder / "play.json").write_text(json.dumps([play]))
    argv = ["ansible-playbook", "-e", f"@{folder}/vars.json", f"{folder}/play.json"]
    done = subprocess.run(argv, cwd=documented_tasks.CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    merged: dict[str, Any] = {}
    for path in folder.glob("*.answer"):
        merged.update(json.loads(path.read_text()))
    return merged


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


def test_example_inventory_earns_no_warning_that_it_does_not_accept(guest: Guest, cib: str) -> None:
    path = documented_tasks.CHECKOUT / "inventories" / "example" / "group_vars" / "all" / "cluster.yml"
    variables = yaml.safe_load(path.read_text())
    nodes = "".join(f'<node id="{number}" uname="{name}"/>' for number, name in enumerate(variables["ha_nodes"], 1))
    guest.write(cib, guest.command("cibadmin", "--empty")["stdout"].replace("<nodes/>", f"<nodes>{nodes}</nodes>"))
    kinds = ("properties", "resource_defaults", "resources", "groups")
    text = json.dumps({kind: variables[f"ha_{kind}"] for kind in kinds})
    for name in re.findall(r"\{\{ (ha_\w+) \}\}", text):
        text = text.replace(f"{{{{ {name} }}}}", variables[name])
    args = json.loads(text.replace("systemd:lighttpd", "ocf:pacemaker:Dummy"))
    assert succeed(guest.module("pcs_cib", cib_file=cib, **args))["changed"] is True
    accepted = {item["id"] for item in variables["ha_verify_accepted"]}
    assert findings(guest, cib) - AROUND == accepted


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
