#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read a cluster's configuration and state."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_info
short_description: Read a cluster's configuration and state
version_added: 1.0.0
description:
  - Returns the configuration in the form of the options of M(quorate.ha_cluster.pcs_cib).
  - Also returns the state of nodes and resources.
  - Also works if the cluster is stopped or not installed. RV(ignore:cluster.running) is then false.
options:
  cib_file:
    description: Read the CIB in this file instead of that of the running cluster. The module then returns no state.
    type: path
  include_secrets:
    description:
      - Whether to return passwords in the options.
      - You can pass a result without passwords to M(quorate.ha_cluster.pcs_cib), which then does not change them.
    type: bool
    default: false
extends_documentation_fragment:
  - quorate.ha_cluster._attributes.read_only
requirements:
  - Pacemaker's command line tools
seealso:
  - module: quorate.ha_cluster.pcs_cib
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Read the cluster's state
  quorate.ha_cluster.cluster_info:
  register: cluster_state

- name: Name the nodes that are online
  ansible.builtin.debug:
    msg: "{{ cluster_state.nodes_status | selectattr('online') | map(attribute='name') }}"
"""

RETURN = r"""
properties:
  description: Cluster properties, without those that Pacemaker writes itself.
  returned: always
  type: dict
  sample: {no-quorum-policy: stop}
resource_defaults:
  description: Default meta attributes of resources.
  returned: always
  type: dict
  sample: {resource-stickiness: "100"}
operation_defaults:
  description: Default options of operations.
  returned: always
  type: dict
  sample: {}
resource_defaults_sets:
  description: Sets of default meta attributes, with rules that select resources.
  returned: always
  type: list
  elements: dict
  sample: [{id: addresses, rule: "resource ocf:heartbeat:IPaddr2", score: "10", values: {migration-threshold: "1"}}]
operation_defaults_sets:
  description: Sets of default options, with rules that select operations.
  returned: always
  type: list
  elements: dict
  sample: []
resources:
  description: All resources.
  returned: always
  type: list
  elements: dict
  sample:
    - id: lighttpd
      agent: systemd:lighttpd
      operations:
        - {name: monitor, interval: 6s, timeout: 30s}
stonith:
  description: All fence devices.
  returned: always
  type: list
  elements: dict
  sample: [{id: fence-nodes, agent: "stonith:fence_xvm", operations: [{name: monitor, interval: 60s}]}]
groups:
  description: All groups.
  returned: always
  type: list
  elements: dict
  sample: [{id: lighty, members: [cluster-ip, cluster-data, lighttpd]}]
clones:
  description: All clones.
  returned: always
  type: list
  elements: dict
  sample: [{id: ping-clone, resource: ping, promotable: false}]
bundles:
  description: All bundles.
  returned: always
  type: list
  elements: dict
  sample:
    - id: pages
      type: podman
      container: {image: "registry.example.com/pages:1", replicas: "2"}
      network: {ip-range-start: 192.0.2.20}
      ports: [{id: pages-http, options: {port: "80"}}]
locations:
  description: All location constraints.
  returned: always
  type: list
  elements: dict
  sample: [{id: location-web-node1, resource: web, node: node1, score: "50"}]
colocations:
  description: All colocation constraints, of two resources or of sets of them.
  returned: always
  type: list
  elements: dict
  sample: [{id: colocation-report-web, resource: report, with: web, score: "-100"}]
orders:
  description: All order constraints, of two resources or of sets of them.
  returned: always
  type: list
  elements: dict
  sample:
    - id: order-database-web
      first: database
      then: web
      first_action: start
      then_action: start
      kind: Mandatory
      symmetrical: true
nodes:
  description: The configuration of the nodes.
  returned: always
  type: list
  elements: dict
  sample: [{name: node1, standby: true, attributes: {rack: "3"}}, {name: node2}]
stonith_levels:
  description: All fencing levels.
  returned: always
  type: list
  elements: dict
  sample: [{level: 1, node: node1, devices: [fence-board]}]
tickets:
  description: All ticket constraints.
  returned: always
  type: list
  elements: dict
  sample: [{id: ticket-site-web, ticket: site, resource: web, loss_policy: demote}]
tags:
  description: All tags.
  returned: always
  type: list
  elements: dict
  sample: [{id: nightly, members: [web, report]}]
acl_roles:
  description: All roles of access control lists.
  returned: always
  type: list
  elements: dict
  sample: [{id: auditor, description: May look, permissions: [{kind: read, xpath: /cib}]}]
acl_users:
  description: All users with roles of access control lists.
  returned: always
  type: list
  elements: dict
  sample: [{id: alice, roles: [auditor]}]
acl_groups:
  description: All user groups with roles of access control lists.
  returned: always
  type: list
  elements: dict
  sample: [{id: operators, roles: [auditor]}]
alerts:
  description: All alerts.
  returned: always
  type: list
  elements: dict
  sample:
    - id: to-file
      path: /usr/share/pacemaker/alerts/alert_file.sh.sample
      recipients: [{id: to-file-recipient--var-log-events, value: /var/log/events}]
cluster:
  description: The cluster as a whole. If it does not run on this host, RV(ignore:cluster.running) is false.
  returned: always
  type: dict
  sample:
    running: true
    quorate: true
    dc: node1
    version: 2.1.5-a3f44794f94
    stack: corosync
    stonith_enabled: true
    maintenance_mode: false
nodes_status:
  description: The state of the nodes.
  returned: always
  type: list
  elements: dict
  sample:
    - name: node1
      id: "1"
      type: member
      is_dc: true
      resources_running: 3
      online: true
      standby: false
      maintenance: false
      pending: false
      unclean: false
      shutdown: false
resources_status:
  description: The state of every instance of every resource.
  returned: always
  type: list
  elements: dict
  sample:
    - id: lighttpd
      agent: systemd:lighttpd
      role: Started
      nodes: [node1]
      active: true
      failed: false
      blocked: false
      managed: true
      orphaned: false
failures:
  description: The failed actions that the cluster remembers.
  returned: always
  type: list
  elements: dict
  sample:
    - resource: lighttpd
      action: monitor
      node: node1
      status: complete
      result: not running
      reason: inactive
      time: Mon Nov 23 00:42:00 2026
left_out:
  description:
    - Objects and options that the options of M(quorate.ha_cluster.pcs_cib) can't express, because not every release of
      C(pcs) can write them, with the reason.
    - You can apply the rest to an empty cluster. Constraints on an object that is left out are also left out, and of
      several constraints on the same objects all except the first.
    - The module can't know whether the agents of another cluster have the same options and operations. C(pcs) refuses
      one that an agent lacks, and M(quorate.ha_cluster.pcs_cib) returns the reason.
    - M(quorate.ha_cluster.pcs_cib) keeps them if it changes something else of the same object. With state V(absent), it
      removes a whole constraint or resource that is left out.
  returned: always
  type: list
  elements: str
  sample: [primitive web-1 (made from a template), "rsc_location night (a constraint that pcs can't write)"]
notes:
  description: Reasons why the cluster's state is not known, and the source of the configuration.
  returned: always
  type: list
  elements: str
  sample: []
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.engine import information
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import AnsibleRunner

OPTIONS = {"cib_file": {"type": "path"}, "include_secrets": {"type": "bool", "default": False}}


def main() -> None:
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)
    try:
        result = information(AnsibleRunner(module), module.params["cib_file"], secrets=module.params["include_secrets"])
    except ClusterError as error:
        module.fail_json(msg=str(error), **error.details)
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
