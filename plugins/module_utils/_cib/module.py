# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shared options of the modules that change a CIB, and the function that runs them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import acls
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.engine import Engine, make_store
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kinds import BY_NAME
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.options import Spec, specification
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.secrets import secret_values
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.shape import Reader
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.spec import CIB, OF_ACL
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import AnsibleRunner

CIB_FILE: Spec = {"cib_file": {"type": "path"}}
ENGINE: Spec = {
    **CIB_FILE,
    "wait": {"type": "int", "default": 0},
    "allow_disruption": {"type": "bool", "default": True},
}


class ClusterModule(AnsibleModule):  # type: ignore[misc]
    """A module that keeps the secrets among its free-form options out of every log and result, and that names the
    object whose option is wrong."""

    def _set_internal_properties(self) -> None:
        super()._set_internal_properties()
        reader = Reader()
        for name, wanted in self.argument_spec.items():
            if self.params.get(name) is not None:
                reader.value(wanted, self.params[name], name)
        if reader.problems:
            self.no_log_values.update(secret_values(self.params))
            self.fail_json(msg="\n".join(map(str, reader.problems)))

    def _log_invocation(self) -> None:
        self.no_log_values.update(secret_values(self.params))
        super()._log_invocation()


def run_engine(
    spec: Spec,
    declare: Callable[[Mapping[str, Any]], Mapping[str, Any]],
    *,
    tells_undeclared: bool = False,
    **restrictions: Any,
) -> NoReturn:
    """Be a module with the options SPEC, whose parameters the function DECLARE turns into pcs_cib's form."""
    module = ClusterModule(argument_spec={**spec, **ENGINE}, supports_check_mode=True, **restrictions)
    runner = AnsibleRunner(module)
    engine = Engine(
        runner,
        make_store(runner, module.params["cib_file"]),
        check_mode=module.check_mode,
        allow_disruption=module.params["allow_disruption"],
        wait=module.params["wait"],
        tells_undeclared=tells_undeclared,
    )
    try:
        result = engine.ensure(declare(module.params))
    except ClusterError as error:
        module.fail_json(msg=str(error), **error.details)
    # Repeating what was declared would take longer than finding that there is nothing to do.
    module.exit_json(invocation={}, **result)
    raise AssertionError("exit_json doesn't return")


def one_of(kind: str) -> NoReturn:
    """Be a module for one object of KIND, whose options are those of the object."""
    spec = specification(BY_NAME[kind].options)
    run_engine(spec, lambda params: {kind: [{name: params[name] for name in spec}]})


def part_of(*kinds: str, **restrictions: Any) -> NoReturn:
    """Be a module for all objects of some KINDS, whose options are those of pcs_cib."""
    found = [BY_NAME[kind] for kind in kinds]
    names = [name for kind in found for name in (kind.name, *kind.more)]
    spec = {name: CIB[name] for name in names}
    run_engine(spec, lambda params: {name: params[name] for name in spec}, **restrictions)


def declare_acl(params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of pcs_acl in pcs_cib's form."""
    enabled = params["enabled"]
    return {
        "properties": {} if enabled is None else {"enable-acl": enabled},
        **{kind.name: params[kind.name.removeprefix(OF_ACL)] for kind in acls.KINDS},
    }
