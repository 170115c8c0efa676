# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects that pcs_cib takes, in the words of the modules for one of them."""

from __future__ import annotations

import types
import typing as t

import yaml
from ansible.utils.plugin_docs import merge_fragment
from ansible_collections.quorate.ha_cluster.plugins.doc_fragments import _cib
from ansible_collections.quorate.ha_cluster.plugins.modules import (
    pcs_acl,
    pcs_alert,
    pcs_bundle,
    pcs_clone,
    pcs_colocation,
    pcs_defaults,
    pcs_group,
    pcs_location,
    pcs_node,
    pcs_order,
    pcs_property,
    pcs_resource,
    pcs_stonith,
    pcs_stonith_level,
    pcs_tag,
    pcs_ticket,
)

# An option that is a list of objects: what it is, and the module for one of them.
LISTS: dict[str, tuple[str, types.ModuleType]] = {
    "resources": ("Resources.", pcs_resource),
    "stonith": ("Fencing devices.", pcs_stonith),
    "groups": ("Groups of resources.", pcs_group),
    "clones": ("Clones.", pcs_clone),
    "bundles": ("Containers that the cluster runs.", pcs_bundle),
    "locations": ("Constraints on where a resource runs.", pcs_location),
    "colocations": ("Constraints on which resources run together.", pcs_colocation),
    "orders": ("Constraints on what comes first.", pcs_order),
    "nodes": ("What is configured of nodes. One that is not named here is left alone.", pcs_node),
    "stonith_levels": ("Fencing levels, which say which devices fence a node and in which order.", pcs_stonith_level),
    "tickets": ("Constraints on tickets.", pcs_ticket),
    "tags": ("Tags, names for several resources.", pcs_tag),
    "alerts": ("Programs that are run at every event.", pcs_alert),
}


def options_of(module: types.ModuleType) -> dict[str, t.Any]:
    """The options that MODULE documents, but for those that all modules have."""
    documentation = yaml.safe_load(module.DOCUMENTATION)
    options: dict[str, t.Any] = documentation.get("options") or {}
    for name in documentation["extends_documentation_fragment"]:
        part = name.partition("._cib.")[2]
        if part:
            merge_fragment(options, yaml.safe_load(getattr(_cib.ModuleDocFragment, part.upper()))["options"])
    return options


def below(documented: t.Any, path: str) -> t.Any:
    """What is DOCUMENTED of options, where these are suboptions at PATH: their links to each other begin with that."""
    if isinstance(documented, dict):
        return {name: below(value, path) for name, value in documented.items()}
    if isinstance(documented, list):
        return [below(value, path) for value in documented]
    return documented.replace("O(", f"O({path}") if isinstance(documented, str) else documented


def objects() -> dict[str, t.Any]:
    """The options of pcs_cib that are objects of the cluster."""
    return {
        **options_of(pcs_property),
        **options_of(pcs_defaults),
        **{
            name: {
                "description": description,
                "type": "list",
                "elements": "dict",
                "suboptions": below(options_of(module), f"{name}[]."),
            }
            for name, (description, module) in LISTS.items()
        },
        **{f"acl_{name}": below(value, "acl_") for name, value in options_of(pcs_acl).items() if name != "enabled"},
    }


class ModuleDocFragment:
    """The options of pcs_cib that are objects of the cluster."""

    # Annotated, for ansible-test's yamllint takes whatever is assigned without that for a literal.
    DOCUMENTATION: str = yaml.safe_dump({"options": objects()}, sort_keys=False)
