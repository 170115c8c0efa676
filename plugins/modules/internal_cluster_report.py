#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: internal_cluster_report
short_description: Combine the results of M(quorate.ha_cluster.cluster_verify) on every host
version_added: 1.0.0
description:
  - "Internal: a step of the role verify. It may change in any release."
  - Compares the hosts' keys, packages, clocks, corosync.conf and CIB.
  - Separates the accepted findings, reports the others, and fails on the hosts with errors.
  - Runs on every host of a play. One host of the cluster returns the summary.
  - In check mode and without O(fail), ignores a host on which no cluster runs, as before the first run.
options:
  results:
    description: The results of M(quorate.ha_cluster.cluster_verify), by host.
    type: dict
    required: true
  accepted:
    description:
      - Accepted findings, each a mapping with C(id), C(reason), and optionally C(subject) to accept only one.
    type: list
    elements: dict
    default: []
  nodes:
    description: The nodes that the cluster should have. Those without a result count as not reached.
    type: list
    elements: str
    default: []
  fail:
    description: Whether errors make the task fail.
    type: bool
    default: true
  report:
    description:
      - The file for the report, on the controller. The same data as JSON is next to it, with the suffix C(.json).
      - The task reports a change if the content of the report differs from the previous one.
    type: path
  tests:
    description:
      - Results of tests of the cluster to show in the report, a JSON file on the controller. C(docs/verify.md)
        describes its form.
    type: path
extends_documentation_fragment:
  - quorate.ha_cluster._attributes
  - quorate.ha_cluster._attributes.controller
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
seealso:
  - module: quorate.ha_cluster.cluster_verify
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Gather the findings
  quorate.ha_cluster.cluster_verify:
  register: verification

- name: Report the findings, and fail if there are errors
  quorate.ha_cluster.internal_cluster_report:
    results: "{{ dict(ansible_play_hosts | zip(ansible_play_hosts | map('extract', hostvars, 'verification'))) }}"
    accepted:
      - id: corosync-link-single
        reason: There is one switch anyway.
"""

RETURN = r"""
findings:
  description: The findings that are not accepted, with the host if they concern one.
  returned: always
  type: list
  elements: dict
  sample:
    - id: boot-enabled
      severity: error
      subject: lighttpd.service
      evidence: lighttpd.service is enabled.
      fix: "Disable it: systemctl disable lighttpd.service. The cluster starts it where it belongs."
      host: node2
accepted:
  description: The accepted findings, with the reasons.
  returned: always
  type: list
  elements: dict
  sample: []
summary:
  description: The message for the end of the run, on one host of the cluster. Empty on the others.
  returned: unless the task fails, whose message is it then
  type: list
  elements: str
  sample: ["Online: node1, node2, node3", "Running: lighttpd on node2"]
overview:
  description: The entry of the cluster in an index of reports, on one host of the cluster.
  returned: when O(report) is given
  type: dict
  sample: {cluster: web, report: web-report.html, errors: 0, warnings: 1, nodes: 3, online: 3}
left:
  description: Nodes that were not reached.
  returned: always
  type: list
  elements: str
  sample: []
"""
