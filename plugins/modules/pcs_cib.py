#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declare any part of a cluster's configuration, in one transaction."""

from __future__ import annotations

DOCUMENTATION = r"""
module: pcs_cib
short_description: Declare any part of a cluster's configuration, in one transaction
version_added: 1.0.0
description:
  - Makes all declared changes in one step, so the cluster never sees only a part of them.
  - Does not change undeclared objects, undeclared options of a declared object, or settings of operators.
  - Compares values by their meaning, so V(60), V(60s) and V(1min) are equal.
  - pcs makes the changes on a copy. The copy replaces the configuration only if the configuration has not changed
    meanwhile. Otherwise the module plans the changes again.
  - Stops a resource before it removes it.
  - If a resource leaves its group, its clone, or a tag that a constraint uses, but stays in the cluster, the module
    refuses the change, because the resource could then run on any node. Declare the resource as well, or name it in
    O(groups[].release), O(clones[].resource) or O(tags[].release).
  - Keeps configuration that C(pcs) can't write, and does not return it. This is a location constraint on a set of
    resources or with several rules, a constraint for a limited time (C(lifetime)), a rule with C(value-source), options
    with a rule, a permission for a kind of object, a parameter of an operation other than C(OCF_CHECK_LEVEL), and a
    resource made from a template. The state V(absent) removes such a constraint or resource. The module refuses other
    declarations of it, and changes of the surrounding object that would lose it.
  - Reads options as Pacemaker does. If an object has several sets of options, the set with the highest score counts,
    and references (C(id-ref)) are followed. The module refuses a value without effect, because another set has a
    higher score or because the set is shared.
  - If C(pcs) has no command for a declared change, such as a description, C(cibadmin) makes it on the copy.
extends_documentation_fragment:
  - quorate.ha_cluster._cib
  - quorate.ha_cluster._cib_objects
seealso:
  - module: quorate.ha_cluster.cluster_info
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Serve a page from an address that moves with its server
  quorate.ha_cluster.pcs_cib:
    properties:
      no-quorum-policy: stop
    resource_defaults:
      resource-stickiness: 100
      migration-threshold: 3
    resources:
      - id: cluster-ip
        agent: ocf:heartbeat:IPaddr2
        options:
          ip: 192.0.2.10
          cidr_netmask: 24
        operations:
          - {name: monitor, interval: 5s}
      - id: web-server
        agent: systemd:lighttpd
    groups:
      - id: web
        members: [cluster-ip, web-server]
    locations:
      - {resource: web, node: node1, score: 50}
    wait: 60

- name: Remove a resource, and let another take its time to stop
  quorate.ha_cluster.pcs_cib:
    resources:
      - {id: old-service, state: absent}
      - id: web-server
        operations:
          - {name: stop, timeout: 2min}

- name: Refuse the change if it would stop anything
  quorate.ha_cluster.pcs_cib:
    resources:
      - id: cluster-ip
        options: {nic: eth1}
    allow_disruption: false

- name: Run these web servers and no other ones
  quorate.ha_cluster.pcs_cib:
    resources:
      - {id: web-1, agent: "ocf:pacemaker:Dummy"}
      - {id: web-2, agent: "ocf:pacemaker:Dummy"}
    purge:
      resources: ["web-[0-9]+"]
"""

RETURN = r"""
commands:
  description:
    - The pcs commands that were, or in check mode would be, run on a copy of the configuration. Secrets are masked.
  returned: always
  type: list
  elements: list
  sample:
    - [pcs, resource, update, cluster-ip, nic=eth1]
transition:
  description:
    - The cluster's actions because of the change, as C(crm_simulate) predicts them from the live state.
  returned: always
  type: list
  elements: dict
  sample:
    - {action: start, resource: cluster-ip, node: node1}
    - {action: start, resource: web-server, node: node1}
undeclared:
  description:
    - The names of what is in the cluster, after the change, and not declared, by kind. These stay as they are.
    - Without constraints of C(pcs resource move) and C(ban), and without what Pacemaker and C(pcs) write themselves.
  returned: always
  type: dict
  sample:
    properties: [no-quorum-policy]
    resource_defaults: [resource-stickiness, migration-threshold]
    resources: [web-server]
    groups: [web]
    locations: [location-web-node1]
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
            nic: eth1
          operations:
            - name: monitor
              interval: 5s
            - name: start
              interval: 0s
              timeout: 20s
            - name: stop
              interval: 0s
              timeout: 20s
"""

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.module import run_engine
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.spec import CIB


def main() -> None:
    run_engine(CIB, lambda params: {name: params[name] for name in CIB}, tells_undeclared=True)


if __name__ == "__main__":
    main()
