#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look for what is wrong with a cluster, and change nothing."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_verify
short_description: Check a cluster for faults
version_added: 1.0.0
description:
  - Checks the host and its cluster. Checks corosync.conf, the CIB, the state, fencing, keys, packages, the firewall,
    units that start at boot, SELinux, the clock, the journal, and programs and mounts that bypass the cluster.
  - Tests whether every fence device reaches the other nodes. Fences no node and changes nothing.
  - Computes with Pacemaker's scheduler where each resource would run if a node were lost.
  - Also works with files only, so you can check any cluster from a copy of its CIB and C(corosync.conf).
  - Never fails because of its findings. The role P(quorate.ha_cluster.verify#role) fails, and compares the hosts.
options:
  cib_file:
    description:
      - Check the CIB in this file, written by C(cibadmin --query).
      - With this or another file, the module does not check the host.
    type: path
  corosync_file:
    description: Check this C(corosync.conf).
    type: path
  hosts_file:
    description: A copy of C(/etc/hosts) to look up the names of nodes, to compare their addresses with O(networks).
    type: path
  iptables_file:
    description: Check these packet filter rules, written by C(iptables-save).
    type: path
  fence_virtd_file:
    description: Check this C(fence_virt.conf) of a hypervisor.
    type: path
  nodes:
    description: The nodes that the cluster should have. By default those in C(corosync.conf).
    type: list
    elements: str
    default: []
  addresses:
    description:
      - The nodes' addresses by node name, as in C(ha_nodes). No virtual IP may be one of these.
      - The module reads those in C(corosync.conf) and C(/etc/hosts) itself.
    type: dict
    default: {}
  cluster_ip:
    description: The virtual IP that one of the resources should have. Empty means none.
    type: str
    default: ""
  reached:
    description:
      - Those of O(nodes) that are known to be up. If one of them is not online, this is an error, not only a warning.
    type: list
    elements: str
    default: []
  fencing:
    description: Whether fencing must work.
    type: bool
    default: true
  networks:
    description:
      - The networks by name, each with C(interface) and C(subnet), as in C(ha_networks).
      - Without them, the module can check neither addresses nor the interfaces of firewall rules.
    type: dict
    default: {}
  cluster_networks:
    description: Those of O(networks) that corosync uses.
    type: list
    elements: str
    default: [cluster]
  management_network:
    description: That of O(networks) for administrators.
    type: str
    default: management
  ports_by_service:
    description:
      - Ports of services that don't use their usual ones, as a mapping of service to list of ports. The services are
        those of M(quorate.ha_cluster.iptables_rules). The module reads the ports of corosync from C(corosync.conf).
    type: dict
    default: {}
  public_network:
    description: That of O(networks) for the service's clients.
    type: str
    default: public
  public_ports:
    description: Ports that must be open to clients, such as V(80), V(8010-8020) or V(53/udp).
    type: list
    elements: str
    default: []
  urls:
    description: URLs that must answer with HTTP status 200. The module uses no proxy for them.
    type: list
    elements: str
    default: []
  timeout:
    description: Seconds to wait for an answer.
    type: int
    default: 10
  journal_hours:
    description: The period of the journal to check, in hours.
    type: int
    default: 24
  overview:
    description: Whether to return RV(what_if) and RV(picture), which are the same on all nodes.
    type: bool
    default: true
  clock:
    description: The time of another machine, in seconds since 1970, to compare the host's clock with.
    type: float
extends_documentation_fragment:
  - quorate.ha_cluster._attributes.read_only
seealso:
  - module: quorate.ha_cluster.cluster_info
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Look for what is wrong with the cluster
  quorate.ha_cluster.cluster_verify:
  register: verification

- name: Name it
  ansible.builtin.debug:
    msg: "{{ verification.findings | map(attribute='evidence') }}"

- name: Check a cluster that is elsewhere
  quorate.ha_cluster.cluster_verify:
    cib_file: /tmp/cib.xml
    corosync_file: /tmp/corosync.conf
"""

RETURN = r"""
findings:
  description: The findings, errors first. C(docs/verify.md) lists all ids.
  returned: always
  type: list
  elements: dict
  sample:
    - id: ban-left-over
      severity: warning
      subject: cli-ban-lighty-on-node1
      evidence: lighty has a ban on node1 (score -INFINITY).
      fix: "Remove it: pcs resource clear lighty."
      host: ""
running:
  description: Whether the cluster runs on this host.
  returned: always
  type: bool
  sample: true
what_if:
  description: For each node, if it were lost, whether the rest has quorum, and where each resource would run.
  returned: always
  type: list
  elements: dict
  sample:
    - node: node1
      quorate: true
      resources: [{id: lighttpd, before: [node1], after: [node2], down: false}]
picture:
  description: The data for a picture of the cluster.
  returned: always
  type: dict
  sample:
    name: web
    placement: seen
    nodes: [{name: node1, addresses: {"0": 192.0.2.1}, is_dc: true, state: online}]
    resources: [{id: lighttpd, agent: "systemd:lighttpd", group: lighty, nodes: [node1]}]
    constraints: []
facts:
  description: Facts that must be equal on all nodes. Keys are returned as digests.
  returned: always
  type: dict
  sample: {dc: node1, packages: {corosync: 3.1.7-1}}
seconds:
  description: The duration of the check.
  returned: always
  type: float
  sample: 1.4
details:
  description:
    - The data for the tables of the report. Failed actions, fail counts, the fencing history, the nodes' votes,
      properties, defaults and operations.
    - Empty without O(overview).
  returned: always
  type: dict
  sample:
    failures: []
    fail_counts: [{resource: lighttpd, node: node1, count: "1", limit: "3", last: "Mon Nov 30 08:00:00 2026"}]
    fencing_history: []
    votes: {nodes: {node1: 1, node2: 1, node3: 1}, expected: 3, quorum: 2, two_node: false, device: {}}
    properties: {stonith-enabled: "true"}
    resource_defaults: {resource-stickiness: "100"}
    operation_defaults: {}
    operations: [{resource: lighttpd, name: monitor, options: "interval 10s, timeout 20s"}]
unseen:
  description: The subjects that could not be checked, with the reasons.
  returned: always
  type: dict
  sample: {fence_virtd: it runs on hypervisors}
notes:
  description: Checks that were not possible, with the reasons.
  returned: always
  type: list
  elements: str
  sample: []
"""

import time
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.urls import open_url
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import AnsibleRunner
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.look import Options, look

NAMES: dict[str, t.Any] = {"type": "list", "elements": "str", "default": []}
FILES = ("cib_file", "corosync_file", "hosts_file", "iptables_file", "fence_virtd_file")


def status_of(url: str, timeout: int) -> int:
    """The status that URL answers with, asked directly: a proxy's answer tells nothing about the service."""
    return t.cast(int, open_url(url, timeout=timeout, use_proxy=False).getcode())


def main() -> t.NoReturn:
    started = time.time()
    module = AnsibleModule(
        argument_spec={
            **{name: {"type": "path"} for name in FILES},
            **dict.fromkeys(("nodes", "reached", "urls", "public_ports"), NAMES),
            "addresses": {"type": "dict", "default": {}},
            "cluster_ip": {"type": "str", "default": ""},
            "fencing": {"type": "bool", "default": True},
            "networks": {"type": "dict", "default": {}},
            "cluster_networks": {**NAMES, "default": ["cluster"]},
            "ports_by_service": {"type": "dict", "default": {}},
            "management_network": {"type": "str", "default": "management"},
            "public_network": {"type": "str", "default": "public"},
            "timeout": {"type": "int", "default": 10},
            "journal_hours": {"type": "int", "default": 24},
            "overview": {"type": "bool", "default": True},
            "clock": {"type": "float"},
        },
        supports_check_mode=True,
    )
    timeout = module.params.pop("timeout")
    try:
        view = look(
            AnsibleRunner(module),
            Options(**module.params, started=started),
            lambda url: status_of(url, timeout),
        )
    except ClusterError as error:
        module.fail_json(msg=str(error), **error.details)
    module.exit_json(changed=False, seconds=round(time.time() - started, 2), **view.as_result())


if __name__ == "__main__":
    main()
