#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: internal_cluster_node_info
short_description: Read facts about a node that are not in the cluster's configuration
version_added: 1.0.0
description:
  - "Internal: a step of the role adopt. It may change in any release."
  - Returns facts about a node that neither the CIB nor C(corosync.conf) contains. Returns no key and no token.
options:
  keys:
    description: Files with keys to check.
    type: list
    elements: path
    default: [/etc/corosync/authkey, /etc/pacemaker/authkey, /etc/cluster/fence_xvm.key]
  known_hosts:
    description: The file in which C(pcs) stores the tokens.
    type: path
    default: /var/lib/pcsd/known-hosts
extends_documentation_fragment:
  - quorate.ha_cluster._attributes.read_only
seealso:
  - module: quorate.ha_cluster.cluster_info
  - module: quorate.ha_cluster.corosync_info
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Read the node's state
  quorate.ha_cluster.internal_cluster_node_info:
  register: cluster_node
"""

RETURN = r"""
name:
  description: The node's name in the cluster. Empty if Pacemaker does not run.
  returned: always
  type: str
  sample: node1
enabled:
  description: The services that start when the node boots.
  returned: always
  type: dict
  sample: {corosync: true, pacemaker: true, pcsd: true}
pcsd_hosts:
  description: The addresses at which this node's C(pcs) reaches the others, in the form of
    M(quorate.ha_cluster.pcs_host_auth).
  returned: always
  type: list
  elements: dict
  sample: [{name: node2, address: 192.0.2.2, port: 2224}]
key_files:
  description: Owner, group, mode and digest of the keys. Empty for a missing key.
  returned: always
  type: dict
  sample:
    /etc/corosync/authkey:
      owner: root
      group: root
      mode: "0400"
      sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
interfaces:
  description: The machine's addresses.
  returned: always
  type: list
  elements: dict
  sample: [{interface: eth1, address: 192.0.2.1, subnet: 192.0.2.0/24}]
"""

import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.node import (
    enabled_services,
    interfaces,
    node_name,
    pcsd_hosts,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.runtime import read_file
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.key_file import state
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import AnsibleRunner

KEYS = ["/etc/corosync/authkey", "/etc/pacemaker/authkey", "/etc/cluster/fence_xvm.key"]


def main() -> t.NoReturn:
    module = AnsibleModule(
        argument_spec={
            "keys": {"type": "list", "elements": "path", "default": KEYS, "no_log": False},
            "known_hosts": {"type": "path", "default": "/var/lib/pcsd/known-hosts", "no_log": False},
        },
        supports_check_mode=True,
    )
    runner = AnsibleRunner(module)
    module.exit_json(
        changed=False,
        name=node_name(runner),
        enabled=enabled_services(runner),
        pcsd_hosts=pcsd_hosts(read_file(module.params["known_hosts"]) or ""),
        key_files={path: state(path) for path in module.params["keys"]},
        interfaces=interfaces(runner),
    )


if __name__ == "__main__":
    main()
