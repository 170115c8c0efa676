# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of pcs_cib, and of the modules for parts of it, as the kinds of objects describe them."""

from __future__ import annotations

import typing as t

import yaml
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import acls, defaults, kinds, properties
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kind import Kind
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.options import Options, documentation
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.spec import OF_ACL, OPTIONS


def below(documented: t.Any, path: str) -> t.Any:
    """What is DOCUMENTED of options, where these are suboptions at PATH: their links to each other begin with that."""
    if isinstance(documented, dict):
        return {name: below(value, path) for name, value in documented.items()}
    if isinstance(documented, list):
        return [below(value, path) for value in documented]
    return documented.replace("O(", f"O({path}") if isinstance(documented, str) else documented


def listed(kind: Kind, name: str) -> dict[str, t.Any]:
    """The option NAME, which holds what is declared of KIND."""
    documented = documentation({name: kind.option})
    if kind.options and kind not in defaults.KINDS_OF_SETS:  # in these, links are to other options of pcs_cib
        documented[name]["suboptions"] = below(documented[name]["suboptions"], f"{name}[].")
    return documented


def parts(some: t.Iterable[Kind]) -> dict[str, t.Any]:
    """The options of pcs_cib that hold what is declared of SOME kinds."""
    return {name: option for kind in some for name, option in {**listed(kind, kind.name), **more(kind)}.items()}


def more(kind: Kind) -> dict[str, t.Any]:
    return documentation(kind.more)


def text(options: t.Mapping[str, t.Any]) -> str:
    return yaml.safe_dump({"options": dict(options)}, sort_keys=False)


def of_all() -> dict[str, t.Any]:
    general: Options = {name: OPTIONS[name] for name in ("purge", "declared_elsewhere")}
    return {**parts(kinds.KINDS), **documentation(general)}


class ModuleDocFragment:
    """The options of pcs_cib. Others are added below: those of one object of a kind, by the name of the kind."""

    # Annotated, for ansible-test's yamllint takes whatever is assigned without that for a literal.
    DOCUMENTATION: str = text(of_all())
    PROPERTIES: str = text(parts([properties.KIND]))
    DEFAULTS: str = text(parts([*defaults.KINDS_OF_PLAIN, *defaults.KINDS_OF_SETS]))
    ACL: str = text(
        {name: option for kind in acls.KINDS for name, option in listed(kind, kind.name.removeprefix(OF_ACL)).items()}
    )


for each in kinds.KINDS:
    if each.options:
        setattr(ModuleDocFragment, each.name.upper(), text(documentation(each.options)))
