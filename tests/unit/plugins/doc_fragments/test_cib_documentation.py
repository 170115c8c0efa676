# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules for the CIB document is what they take, and pcs_cib says the same as the module for one object."""

from __future__ import annotations

import functools
import importlib
import pathlib
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from ansible.utils.plugin_docs import merge_fragment
from ansible_collections.quorate.ha_cluster.plugins.doc_fragments import _cib_objects
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import spec, status
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.desired import merge
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.export import export
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kinds import BY_NAME
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.nodes import Node
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.options import specification

COLLECTION = "ansible_collections.quorate.ha_cluster"
PLUGINS = pathlib.Path(__file__).resolve().parents[4] / "plugins"
ONE = {  # the module for one object of each kind
    "alerts": "pcs_alert",
    "bundles": "pcs_bundle",
    "clones": "pcs_clone",
    "colocations": "pcs_colocation",
    "groups": "pcs_group",
    "locations": "pcs_location",
    "nodes": "pcs_node",
    "orders": "pcs_order",
    "resources": "pcs_resource",
    "stonith": "pcs_stonith",
    "stonith_levels": "pcs_stonith_level",
    "tags": "pcs_tag",
    "tickets": "pcs_ticket",
}
PARTS = {
    "pcs_defaults": ("resource_defaults", "operation_defaults", "resource_defaults_sets", "operation_defaults_sets"),
    "pcs_property": ("properties", "custom_properties"),
}
SPECS = {
    "pcs_acl": spec.ACL,
    "pcs_cib": spec.CIB,
    **{name: specification(BY_NAME[kind].options) for kind, name in ONE.items()},
    **{name: {option: spec.CIB[option] for option in options} for name, options in PARTS.items()},
}


@functools.cache
def documentation(name: str) -> dict[str, Any]:
    """The options that the module NAME documents, those of its fragments with them, but for those that all have."""
    documented = yaml.safe_load(importlib.import_module(f"{COLLECTION}.plugins.modules.{name}").DOCUMENTATION)
    options: dict[str, Any] = documented.get("options") or {}
    for fragment in documented["extends_documentation_fragment"]:
        _collection, file, part = f"{fragment}.documentation".removeprefix("quorate.").split(".")[:3]
        if file == "_cib_objects":
            text = getattr(_cib_objects.ModuleDocFragment, part.upper())
            merge_fragment(options, yaml.safe_load(text)["options"])
    return options


def as_specification(documented: dict[str, Any]) -> dict[str, Any]:
    """The argument specification that documented options stand for."""
    names = ("type", "elements", "choices", "default", "required")
    return {
        option: {
            **{name: values[name] for name in names if name in values},
            **({"options": as_specification(values["suboptions"])} if "suboptions" in values else {}),
        }
        for option, values in documented.items()
    }


def test_every_module_is_looked_at() -> None:
    modules = [path for path in (PLUGINS / "modules").glob("pcs_*.py") if "_cib.module import" in path.read_text()]
    assert {path.stem for path in modules} == SPECS.keys()
    group = yaml.safe_load((PLUGINS.parent / "meta" / "runtime.yml").read_text())["action_groups"]["pcs"]
    assert set(group) == SPECS.keys()


@pytest.mark.parametrize("name", SPECS)
def test_documentation_is_what_is_taken(name: str) -> None:
    assert as_specification(documentation(name)) == SPECS[name]


def undescribed(documented: dict[str, Any], path: str = "") -> list[str]:
    """The options without a description, with which ansible-doc shows nothing of a module."""
    return [
        name
        for option, values in documented.items()
        for name in [
            *([] if values.get("description") else [path + option]),
            *undescribed(values.get("suboptions", {}), f"{path}{option}."),
        ]
    ]


@pytest.mark.parametrize("name", SPECS)
def test_every_option_is_described(name: str) -> None:
    assert undescribed(documentation(name)) == []


def test_links_of_pcs_cib_name_options_where_they_are() -> None:
    text = str(documentation("pcs_cib"))
    assert "O(resources[].operations[].options)" in text
    assert "O(colocations[].with)" in text
    assert "O(resource_defaults)" in text


CRM_MON = """<pacemaker-result><summary><stack type="corosync"/>
 <current_dc present="true" name="node1" version="2.1.5" with_quorum="true"/><cluster_options stonith-enabled="true"/>
 </summary><nodes><node name="node1" id="1" type="member" resources_running="3" online="true" is_dc="true"/></nodes>
 <resources><resource id="lighttpd" resource_agent="systemd:lighttpd" role="Started" active="true" managed="true">
  <node name="node1"/></resource></resources>
 <failures><failure op_key="lighttpd_monitor_6000" node="node1" exitstatus="not running" exitreason="inactive"
  task="monitor" status="complete" last-rc-change="Mon Nov 23 00:42:00 2026"/></failures></pacemaker-result>"""


@functools.cache
def returned(name: str) -> dict[str, Any]:
    """What the module NAME is said to return."""
    module = importlib.import_module(f"{COLLECTION}.plugins.modules.{name}")
    found: dict[str, Any] = yaml.safe_load(module.RETURN)
    return found


@pytest.mark.parametrize("kind", BY_NAME)
def test_what_cluster_info_returns_is_what_pcs_cib_takes_and_gives_back(kind: str) -> None:
    sample = returned("cluster_info")[kind]["sample"]
    before = Cib(nodes={item["name"]: Node(item["name"]) for item in sample}) if kind == "nodes" else Cib()
    assert export(merge(before, {kind: sample}))[kind] == sample


@pytest.mark.parametrize(
    ("key", "made"),
    [
        ("cluster", status.cluster),
        ("nodes_status", status.nodes),
        ("resources_status", lambda root: [vars(item) for item in status.resources(root)]),
        ("failures", status.failures),
    ],
)
def test_the_state_that_cluster_info_returns_looks_as_documented(key: str, made: Callable[[ET.Element], Any]) -> None:
    sample, found = returned("cluster_info")[key]["sample"], made(ET.fromstring(CRM_MON))
    first, other = (sample, found) if isinstance(sample, dict) else (sample[0], found[0])
    assert {name: type(value) for name, value in first.items()} == {
        name: list if isinstance(value, tuple) else type(value) for name, value in other.items()
    }
