# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules for the CIB document is what they take, and pcs_cib says the same as the module for one object."""

from __future__ import annotations

import functools
import importlib
import pathlib
from typing import Any

import pytest
import yaml
from ansible_collections.quorate.ha_cluster.plugins.doc_fragments._cib_objects import ModuleDocFragment, options_of
from ansible_collections.quorate.ha_cluster.plugins.module_utils import _cib_module
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import KINDS

COLLECTION = "ansible_collections.quorate.ha_cluster"
PLUGINS = pathlib.Path(__file__).resolve().parents[4] / "plugins"
SPECS = {
    "pcs_acl": _cib_module.ACL,
    "pcs_alert": _cib_module.ALERT,
    "pcs_bundle": _cib_module.BUNDLE,
    "pcs_cib": _cib_module.CIB,
    "pcs_clone": _cib_module.CLONE,
    "pcs_colocation": _cib_module.COLOCATION,
    "pcs_defaults": _cib_module.DEFAULTS,
    "pcs_group": _cib_module.GROUP,
    "pcs_location": _cib_module.LOCATION,
    "pcs_node": _cib_module.NODE,
    "pcs_order": _cib_module.ORDER,
    "pcs_property": _cib_module.PROPERTY,
    "pcs_resource": _cib_module.RESOURCE,
    "pcs_stonith": _cib_module.STONITH,
    "pcs_stonith_level": _cib_module.STONITH_LEVEL,
    "pcs_tag": _cib_module.TAG,
    "pcs_ticket": _cib_module.TICKET,
}


@functools.cache
def documentation(name: str) -> dict[str, Any]:
    """The options that the module NAME documents, those of its fragments with them, but for those that all have."""
    module = importlib.import_module(f"{COLLECTION}.plugins.modules.{name}")
    options = options_of(module)
    if name == "pcs_cib":
        options.update(yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"])
    return options


def specification(documented: dict[str, Any]) -> dict[str, Any]:
    """The argument specification that documented options stand for."""
    names = ("type", "elements", "choices", "default", "required")
    return {
        option: {
            **{name: values[name] for name in names if name in values},
            **({"options": specification(values["suboptions"])} if "suboptions" in values else {}),
        }
        for option, values in documented.items()
    }


def test_every_module_is_looked_at() -> None:
    modules = [path for path in (PLUGINS / "modules").glob("pcs_*.py") if "_cib_module" in path.read_text()]
    assert {path.stem for path in modules} == SPECS.keys()
    group = yaml.safe_load((PLUGINS.parent / "meta" / "runtime.yml").read_text())["action_groups"]["pcs"]
    assert set(group) == SPECS.keys()


@pytest.mark.parametrize("module", SPECS)
def test_documentation_is_what_is_taken(module: str) -> None:
    assert specification(documentation(module)) == SPECS[module]


def test_links_of_pcs_cib_name_options_where_they_are() -> None:
    text = str(documentation("pcs_cib"))
    assert "O(resources[].operations[].options)" in text
    assert "O(colocations[].with)" in text
    assert "O(resource_defaults)" in text


def test_cluster_info_returns_every_kind() -> None:
    text = (PLUGINS / "modules" / "cluster_info.py").read_text()
    returned = yaml.safe_load(text.partition('RETURN = r"""')[2].partition('"""')[0])
    assert [kind for kind in KINDS if kind not in returned] == []
