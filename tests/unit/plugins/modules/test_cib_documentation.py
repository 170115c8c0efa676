# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules for the CIB document is what they take, and pcs_cib says the same as the module for one object."""

from __future__ import annotations

import ast
import functools
import pathlib
import re
from typing import Any

import pytest
import yaml
from ansible_collections.quorate.ha_cluster.plugins.module_utils import _cib_module
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import KINDS

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
# kind in pcs_cib: the module, and the option of it, that say the same
TWINS = {
    "properties": ("pcs_property", "properties"),
    "resource_defaults": ("pcs_defaults", "resource_defaults"),
    "operation_defaults": ("pcs_defaults", "operation_defaults"),
    "resource_defaults_sets": ("pcs_defaults", "resource_defaults_sets"),
    "operation_defaults_sets": ("pcs_defaults", "operation_defaults_sets"),
    "acl_roles": ("pcs_acl", "roles"),
    "acl_users": ("pcs_acl", "users"),
    "acl_groups": ("pcs_acl", "groups"),
    "stonith": ("pcs_stonith", None),
    "stonith_levels": ("pcs_stonith_level", None),
}


@functools.cache
def documentation(name: str) -> dict[str, Any]:
    tree = ast.parse((PLUGINS / "modules" / f"{name}.py").read_text())
    found = next(n for n in tree.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "DOCUMENTATION")
    options: dict[str, Any] = yaml.safe_load(ast.literal_eval(found.value))["options"]
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


def without_links(documented: Any, path: str) -> Any:
    """Documentation whose links name options without where they are."""
    if isinstance(documented, dict):
        return {name: without_links(value, path) for name, value in documented.items()}
    if isinstance(documented, list):
        return [without_links(value, path) for value in documented]
    return re.sub(rf"O\({re.escape(path)}", "O(", documented) if isinstance(documented, str) else documented


def test_every_module_is_looked_at() -> None:
    modules = [path for path in (PLUGINS / "modules").glob("pcs_*.py") if "_cib_module" in path.read_text()]
    assert {path.stem for path in modules} == SPECS.keys()
    group = yaml.safe_load((PLUGINS.parent / "meta" / "runtime.yml").read_text())["action_groups"]["pcs"]
    assert set(group) == SPECS.keys()


@pytest.mark.parametrize("module", SPECS)
def test_documentation_is_what_is_taken(module: str) -> None:
    assert specification(documentation(module)) == SPECS[module]


@pytest.mark.parametrize("kind", KINDS)
def test_pcs_cib_says_the_same_as_the_module_for_one_object(kind: str) -> None:
    whole = documentation("pcs_cib")[kind]
    module, option = TWINS.get(kind, (f"pcs_{kind[:-1]}", None))
    own = documentation(module)
    if option is not None:
        assert without_links(whole, "") == {
            key: value for key, value in without_links(own[option], "").items() if key != "required"
        }
    else:
        assert without_links(whole["suboptions"], f"{kind}[].") == without_links(own, "")


def test_cluster_info_returns_every_kind() -> None:
    text = (PLUGINS / "modules" / "cluster_info.py").read_text()
    returned = yaml.safe_load(text.partition('RETURN = r"""')[2].partition('"""')[0])
    assert [kind for kind in KINDS if kind not in returned] == []
