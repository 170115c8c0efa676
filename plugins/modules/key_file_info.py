#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: key_file_info
short_description: Say which shared keys a host has, without giving them away
version_added: 1.0.0
description:
  - Returns the SHA-256 digest of each key file and whether the service that uses it runs. A key itself is never
    returned.
options:
  files:
    description:
      - The files to look at, each with the systemd unit that uses it, or nothing.
      - The one-node cluster that Debian's packages start when they are installed does not count as use.
    type: dict
    required: true
extends_documentation_fragment:
  - quorate.ha_cluster._attributes.read_only
seealso:
  - module: quorate.ha_cluster.key_file
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Look at corosync's key
  quorate.ha_cluster.key_file_info:
    files:
      /etc/corosync/authkey: corosync.service
"""

RETURN = r"""
files:
  description: What was found, by path.
  returned: always
  type: dict
  sample:
    /etc/corosync/authkey:
      exists: true
      in_use: true
      age: 86400
      owner: root
      group: root
      mode: "0400"
      sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
"""

import os
import time
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync_runtime import (
    has_stock_configuration,
    is_active,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._key_file import state
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import AnsibleRunner

COROSYNC_CONF = "/etc/corosync/corosync.conf"
CLUSTER_UNITS = ("corosync.service", "pacemaker.service")


def age(path: str) -> int:
    """Seconds since the file PATH was put in place; 0 when there is none."""
    try:
        return max(int(time.time() - os.stat(path).st_mtime), 0)
    except FileNotFoundError:
        return 0


def main() -> t.NoReturn:
    module = AnsibleModule(argument_spec={"files": {"type": "dict", "required": True}}, supports_check_mode=True)
    runner = AnsibleRunner(module)
    files = {}
    stock = has_stock_configuration(COROSYNC_CONF)
    for path, service in module.params["files"].items():
        found = state(path)
        files[path] = {
            "exists": bool(found),
            **{name: found.get(name, "") for name in ("sha256", "owner", "group", "mode")},
            "age": age(path),
            "in_use": bool(
                found and service and not (stock and service in CLUSTER_UNITS) and is_active(runner, service)
            ),
        }
    module.exit_json(changed=False, files=files)


if __name__ == "__main__":
    main()
