#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: internal_cib_restore
short_description: Load the configuration of a backup into a running cluster
version_added: 1.0.0
description:
  - "Internal: a step of the role backup. It may change in any release."
  - Replaces the whole configuration in the CIB by that of a backup, in one transaction. So no resource starts before
    its constraints and the fence devices are configured.
  - Keeps the status of the running cluster, and the properties that Pacemaker writes itself.
  - Sets a version of the CIB that is higher than the current one and that of the backup. So the CIB of a node that
    joins later does not replace it.
options:
  configuration:
    description: The configuration, as in RV(quorate.ha_cluster.internal_backup_info#module:cib).
    type: str
    required: true
  admin_epoch:
    description: The first part of the CIB's version in the backup.
    type: int
    default: 0
  epoch:
    description: The second part of the CIB's version in the backup.
    type: int
    default: 0
extends_documentation_fragment:
  - quorate.ha_cluster._attributes
attributes:
  check_mode:
    support: full
    details:
      - In check mode, the cluster need not run.
  diff_mode:
    support: full
    details:
      - Returns only the kinds and ids of the objects, never their options, which may be secret.
seealso:
  - module: quorate.ha_cluster.internal_backup_info
  - module: quorate.ha_cluster.internal_backup_archive_info
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Load the configuration
  quorate.ha_cluster.internal_cib_restore:
    configuration: "{{ backup.cib }}"
    admin_epoch: "{{ backup.admin_epoch }}"
    epoch: "{{ backup.epoch }}"
"""

RETURN = r""" # """

import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._backup.cib import (
    canonical,
    identifiers,
    with_configuration,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.store import (
    LiveStore,
    Snapshot,
    Version,
    pause,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError, ConflictError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import AnsibleRunner

ATTEMPTS = 8


def load(store: LiveStore, wanted: str, at_least: Version) -> None:
    """Replace the configuration that STORE holds. Raises ClusterError when the cluster doesn't take it as it is."""
    for attempt in range(1, ATTEMPTS + 1):
        snapshot = running(store)
        try:
            store.push(snapshot.text, with_configuration(snapshot.text, wanted), at_least)
            break
        except ConflictError:
            if attempt == ATTEMPTS:
                raise
            pause(attempt)
    if canonical(running(store).text) != wanted:
        raise ClusterError(
            "The cluster has taken the configuration, and it now differs from the backup's: someone else has changed it"
            " meanwhile, or this version of Pacemaker has. Compare `cibadmin --query` with the archive's cib.xml."
        )


def running(store: LiveStore) -> Snapshot:
    snapshot = store.read()
    if snapshot.problem:
        raise ClusterError(f"The configuration can't be loaded: {snapshot.problem}.")
    return snapshot


def main() -> t.NoReturn:
    module = AnsibleModule(
        argument_spec={
            "configuration": {"type": "str", "required": True, "no_log": True},
            "admin_epoch": {"type": "int", "default": 0},
            "epoch": {"type": "int", "default": 0},
        },
        supports_check_mode=True,
    )
    store = LiveStore(AnsibleRunner(module))
    try:
        wanted = canonical(module.params["configuration"])
        snapshot = store.read()
        present = "" if snapshot.problem else canonical(snapshot.text)
        if not module.check_mode and present != wanted:
            load(store, wanted, Version(module.params["admin_epoch"], module.params["epoch"] + 1, 0))
        before = identifiers(present) if present else ""
    except ClusterError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=present != wanted, diff={"before": before, "after": identifiers(wanted)})


if __name__ == "__main__":
    main()
