#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: internal_cib_seed
short_description: Set cluster properties for Pacemaker's first start
version_added: 1.0.0
description:
  - "Internal: a step of the roles backup and cluster. It may change in any release."
  - With O(state=present), writes a first CIB with O(properties) on a node that has none. Does not change a node that
    has a CIB or on which Pacemaker runs.
  - With O(state=absent), removes these properties from the running cluster. The module recognizes them by their ids,
    which begin with C(quorate-first-start-). A property of the same name that someone else has set stays.
options:
  state:
    description: Whether the properties should be set.
    type: str
    choices: [present, absent]
    default: present
  properties:
    description: The properties.
    type: dict
    default: {dc-deadtime: 2s}
  cluster_name:
    description:
      - The cluster's name.
      - An unconfigured CIB of a cluster with another name counts as none.
      - Debian's packages start such a cluster when they are installed.
    type: str
    required: true
  path:
    description: Pacemaker's file of the CIB.
    type: path
    default: /var/lib/pacemaker/cib/cib.xml
extends_documentation_fragment:
  - quorate.ha_cluster._attributes
attributes:
  check_mode:
    support: full
    details:
      - In check mode, Pacemaker need not be installed.
  diff_mode:
    support: none
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Let the first start not wait for a DC
  quorate.ha_cluster.internal_cib_seed:
    cluster_name: web

- name: Restore the usual wait
  quorate.ha_cluster.internal_cib_seed:
    cluster_name: web
    state: absent
"""

RETURN = r""" # """

import grp
import pathlib
import pwd
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.seed import find_seeded, is_leftover, seed
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.runtime import is_active, read_file
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.private_file import (
    PRIVATE,
    Access,
    Labeller,
    module_labeller,
    replace_file,
    told,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import AnsibleRunner, Runner

ARGUMENTS: dict[str, t.Any] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "properties": {"type": "dict", "default": {"dc-deadtime": "2s"}},
    "cluster_name": {"type": "str", "required": True},
    "path": {"type": "path", "default": "/var/lib/pacemaker/cib/cib.xml"},
}


def needs_seed(runner: Runner, path: str, cluster: str) -> bool:
    """May and should the file PATH be written?"""
    present = read_file(path)
    if present is not None and not is_leftover(present, cluster):
        return False
    return not is_active(runner, "pacemaker.service")


def write_seed(runner: Runner, path: pathlib.Path, properties: t.Mapping[str, str], label: Labeller) -> None:
    """Put the first CIB in place by a rename; what belonged to a leftover goes first."""
    empty = runner.run(["cibadmin", "--empty"])
    if empty.rc != 0:
        raise ClusterError(f"cibadmin --empty: {empty.message}")
    try:
        owner, group = pwd.getpwnam("hacluster").pw_uid, grp.getgrnam("haclient").gr_gid
    except KeyError:
        raise ClusterError("pacemaker is not installed: it has no user hacluster or no group haclient.") from None
    for leftover in path.parent.glob("cib*"):
        leftover.unlink()
    text = seed(empty.stdout, properties)
    with told(str(path)):
        replace_file(str(path), text.encode("utf-8"), Access(PRIVATE, owner, group), label)


def main() -> t.NoReturn:
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    runner, params = AnsibleRunner(module), module.params
    try:
        if params["state"] == "present":
            changed = needs_seed(runner, params["path"], params["cluster_name"])
            if changed and not module.check_mode:
                properties = {name: str(value) for name, value in params["properties"].items()}
                write_seed(runner, pathlib.Path(params["path"]), properties, module_labeller(module))
        else:
            ids = find_seeded(runner)
            changed = bool(ids)
            for name in ids if not module.check_mode else ():
                result = runner.run(["cibadmin", "--delete", "--xpath", f"//nvpair[@id='{name}']"])
                if result.rc != 0:
                    raise ClusterError(f"cibadmin could not remove {name}: {result.message}")
    except ClusterError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=changed)


if __name__ == "__main__":
    main()
