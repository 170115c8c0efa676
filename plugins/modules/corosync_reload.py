#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: corosync_reload
short_description: Reload the configuration of the running corosync
version_added: 1.0.0
description:
  - Compares the running corosync's settings with C(corosync.conf). If they differ, reloads the files on B(all) nodes.
    Then waits until this node uses the file's settings.
  - Does nothing if nothing differs, or if corosync does not run.
  - Copy the same file to all nodes first. Corosync ignores changes that it can't make while it runs. RV(left) returns
    these settings.
options:
  path:
    description: The configuration file.
    type: path
    default: /etc/corosync/corosync.conf
  always:
    description:
      - Whether to reload even if no setting differs, for example after a change of the key.
      - Then run the module on one node only.
    type: bool
    default: false
  timeout:
    description: Seconds to wait for the new settings.
    type: int
    default: 10
extends_documentation_fragment:
  - quorate.ha_cluster._attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
seealso:
  - module: quorate.ha_cluster.corosync_info
  - module: quorate.ha_cluster.pcs_cluster
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Let corosync use its file
  quorate.ha_cluster.corosync_reload:
"""

RETURN = r"""
left:
  description: Settings of the file that corosync uses only after its next start.
  returned: always
  type: list
  elements: str
  sample: [totem.transport]
"""

import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import (
    Change,
    Effect,
    parse,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.runtime import (
    is_active,
    read_file,
    read_map,
    reload,
    stale,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import AnsibleRunner, Runner


def differing(runner: Runner, path: str) -> tuple[Change, ...]:
    """What the running corosync has otherwise than the file PATH."""
    content = read_file(path)
    if content is None or not is_active(runner, "corosync.service"):
        return ()
    return stale(parse(content), read_map(runner))


def describe(changes: tuple[Change, ...]) -> dict[str, str]:
    """Before and after for Ansible's diff."""
    return {
        "before": "".join(f"{change.key}: {change.before}\n" for change in changes if change.before is not None),
        "after": "".join(f"{change.key}: {change.after}\n" for change in changes if change.after is not None),
    }


def main() -> t.NoReturn:
    module = AnsibleModule(
        argument_spec={
            "path": {"type": "path", "default": "/etc/corosync/corosync.conf"},
            "always": {"type": "bool", "default": False},
            "timeout": {"type": "int", "default": 10},
        },
        supports_check_mode=True,
    )
    runner = AnsibleRunner(module)
    try:
        before = differing(runner, module.params["path"])
        live = tuple(change for change in before if change.effect is Effect.LIVE)
        left = tuple(change for change in before if change.effect is Effect.RESTART)
        wanted = bool(live) or module.params["always"]
        if wanted and not module.check_mode:
            left = reload(runner, module.params["path"], timeout=module.params["timeout"])
    except ClusterError as error:
        module.fail_json(msg=str(error))
    late = [change.key for change in left if change.effect is Effect.LIVE]
    if late:
        module.fail_json(msg=f"corosync did not take over {', '.join(late)} in time; its journal says why.")
    module.exit_json(changed=wanted, left=[change.key for change in left], diff=describe(live))


if __name__ == "__main__":
    main()
