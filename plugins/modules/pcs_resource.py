#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declare a resource."""

from __future__ import annotations

DOCUMENTATION = r"""
module: pcs_resource
short_description: Declare a resource
version_added: 1.0.0
description:
  - Creates, changes or removes one resource.
  - Use M(quorate.ha_cluster.pcs_cib) to declare several resources with groups and constraints in one step.
extends_documentation_fragment:
  - quorate.ha_cluster._cib
  - quorate.ha_cluster._cib_objects.resources
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: An address that moves between nodes
  quorate.ha_cluster.pcs_resource:
    id: cluster-ip
    agent: ocf:heartbeat:IPaddr2
    options:
      ip: 192.0.2.10
      cidr_netmask: 24
    operations:
      - {name: monitor, interval: 5s, timeout: 20s}

- name: Let it fail twice before it moves, and drop an option
  quorate.ha_cluster.pcs_resource:
    id: cluster-ip
    options:
      nic: null
    meta:
      migration-threshold: 2

- name: A remote node, which runs resources but no corosync
  quorate.ha_cluster.pcs_resource:
    id: remote1
    agent: ocf:pacemaker:remote
    description: Third machine, without a vote
    options:
      server: 192.0.2.21
      reconnect_interval: 60

- name: A virtual machine as a guest node
  quorate.ha_cluster.pcs_resource:
    id: machine1
    agent: ocf:heartbeat:VirtualDomain
    options:
      config: /etc/libvirt/qemu/machine1.xml
    meta:
      remote-node: guest1
      remote-addr: 192.0.2.22

- name: Remove it
  quorate.ha_cluster.pcs_resource:
    id: cluster-ip
    state: absent
"""

RETURN = r"""
commands:
  description:
    - The pcs commands that were, or in check mode would be, run on a copy of the configuration. Secrets are masked.
  returned: always
  type: list
  elements: list
  sample:
    - [pcs, resource, meta, cluster-ip, migration-threshold=2]
transition:
  description:
    - The cluster's actions because of the change, as C(crm_simulate) predicts them from the live state.
  returned: always
  type: list
  elements: dict
  sample:
    - {action: start, resource: cluster-ip, node: node1}
notes:
  description:
    - Further information, such as that the change was predicted without pcs, or that an operator put a node into
      standby, which stays in standby.
  returned: always
  type: list
  elements: str
  sample: []
diff:
  description: The objects that differ, before and after, as YAML in the form of M(quorate.ha_cluster.pcs_cib).
  returned: always
  type: dict
  sample:
    before: |
      resources:
        - id: cluster-ip
          agent: ocf:heartbeat:IPaddr2
          options:
            cidr_netmask: 24
            ip: "192.0.2.10"
          operations:
            - name: monitor
              interval: 5s
              timeout: 20s
            - name: start
              interval: 0s
              timeout: 20s
            - name: stop
              interval: 0s
              timeout: 20s
    after: |
      resources:
        - id: cluster-ip
          agent: ocf:heartbeat:IPaddr2
          options:
            cidr_netmask: 24
            ip: "192.0.2.10"
          meta:
            migration-threshold: 2
          operations:
            - name: monitor
              interval: 5s
              timeout: 20s
            - name: start
              interval: 0s
              timeout: 20s
            - name: stop
              interval: 0s
              timeout: 20s
"""

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.module import one_of


def main() -> None:
    one_of("resources")


if __name__ == "__main__":
    main()
