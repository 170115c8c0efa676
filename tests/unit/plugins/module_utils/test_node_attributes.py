# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.node_attributes import (
    Step,
    attributes,
    begin,
    commands,
    describe,
    end,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

CIB = """<cib><configuration>
<crm_config><cluster_property_set id="o">{properties}</cluster_property_set></crm_config>
<nodes>
  <node id="1" uname="node1"><instance_attributes id="nodes-1">{node1}</instance_attributes></node>
  <node id="2" uname="node2"/>
</nodes></configuration></cib>"""


def cib(properties: dict[str, str] | None = None, **node1: str) -> str:
    def pairs(values: dict[str, str]) -> str:
        return "".join(f'<nvpair id="{key}" name="{key}" value="{value}"/>' for key, value in values.items())

    return CIB.format(
        properties=pairs(properties or {}), node1=pairs({key.replace("_", "-"): v for key, v in node1.items()})
    )


MARK = "maintenance-found-standby"


def test_attributes_of_each_node() -> None:
    assert attributes(cib(standby="on")) == {"node1": {"standby": "on"}, "node2": {}}
    assert attributes("no CIB") == {}


def test_a_serving_node_is_taken_and_given_back() -> None:
    assert begin(cib(), ["node1"], "standby", "maintenance") == [
        Step("node1", MARK, None, "off"),
        Step("node1", "standby", "off", "on"),
    ]
    taken = cib(maintenance_found_standby="off", standby="on")
    assert begin(taken, ["node1"], "standby", "maintenance") == []
    assert end(taken, ["node1"], "standby", "maintenance") == [
        Step("node1", "standby", "on", "off"),
        Step("node1", MARK, "off", None),
    ]
    assert end(cib(), ["node1"], "standby", "maintenance") == []


def test_a_node_found_in_standby_stays_there() -> None:
    assert begin(cib(standby="true"), ["node1"], "standby", "maintenance") == [Step("node1", MARK, None, "on")]
    taken = cib(standby="true", maintenance_found_standby="on")
    assert end(taken, ["node1"], "standby", "maintenance") == [Step("node1", MARK, "on", None)]


def test_owners_do_not_disturb_each_other() -> None:
    taken = cib(maintenance_found_standby="off", standby="on")
    assert end(taken, ["node1"], "standby", "update") == []
    assert begin(taken, ["node1"], "standby", "update") == [Step("node1", "update-found-standby", None, "on")]


def test_what_a_killed_run_has_marked_is_finished() -> None:
    marked = cib(maintenance_found_standby="off")
    assert begin(marked, ["node1"], "standby", "maintenance") == [Step("node1", "standby", "off", "on")]
    assert end(marked, ["node1"], "standby", "maintenance") == [Step("node1", MARK, "off", None)]


def test_the_whole_cluster_is_kept_by_one_node() -> None:
    name = "maintenance-found-maintenance-mode"
    assert begin(cib(), [], "maintenance", "maintenance") == [
        Step("node1", name, None, "false"),
        Step("", "maintenance-mode", "false", "true"),
    ]
    taken = cib({"maintenance-mode": "true"}, maintenance_found_maintenance_mode="false")
    assert begin(taken, [], "maintenance", "maintenance") == []
    assert end(taken, [], "maintenance", "maintenance") == [
        Step("", "maintenance-mode", "true", "false"),
        Step("node1", name, "false", None),
    ]
    assert end(cib({"maintenance-mode": "true"}), [], "maintenance", "maintenance") == []


def test_wrong_name_is_refused_with_the_right_ones() -> None:
    with pytest.raises(ClusterError, match="no node node9; its nodes are node1, node2"):
        begin(cib(), ["node9"], "standby", "maintenance")


def test_pcs_does_the_writing() -> None:
    steps = [
        Step("node1", MARK, None, "off"),
        Step("node1", "standby", "off", "on"),
        Step("", "maintenance-mode", "false", "true"),
    ]
    assert [argv[3:] for argv in commands(steps, "f")] == [
        ["node", "attribute", "node1", f"{MARK}=off"],
        ["node", "standby", "node1"],
        ["property", "set", "maintenance-mode=true"],
    ]
    assert commands([Step("", "maintenance-mode", "true", "false")], "f")[0][3:] == [
        "property",
        "unset",
        "maintenance-mode",
    ]
    undo = [Step("node1", "maintenance", "on", "off"), Step("node1", MARK, "off", None)]
    assert [argv[3:] for argv in commands(undo, "f")] == [
        ["node", "unmaintenance", "node1"],
        ["node", "attribute", "node1", f"{MARK}="],
    ]
    assert describe(undo) == {
        "before": f"node1: maintenance=on\nnode1: {MARK}=off\n",
        "after": "node1: maintenance=off\n",
    }
