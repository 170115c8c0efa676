#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: internal_cluster_report
short_description: Bring together what M(quorate.ha_cluster.cluster_verify) has seen on every host
version_added: 1.0.0
description:
  - "Internal: a step of the role verify. It may change in any release."
  - Compares the hosts' keys, packages, clocks, corosync.conf and CIB.
  - Sets aside what has been accepted, says the rest, and fails on the hosts that errors are about.
  - Runs on every host of a play. The host that speaks for the cluster returns the summary.
  - In check mode, and without O(fail), a host on which no cluster runs has nothing to answer for.
    A rehearsal of the first run has none.
options:
  results:
    description: What M(quorate.ha_cluster.cluster_verify) returned, by host.
    type: dict
    required: true
  accepted:
    description:
      - Findings that are known, each a mapping with C(id), C(reason), and, where it is about one only, C(subject).
    type: list
    elements: dict
    default: []
  nodes:
    description: The nodes that the cluster should have. Those without a result are named as not reached.
    type: list
    elements: str
    default: []
  fail:
    description: Whether errors make the task fail.
    type: bool
    default: true
  report:
    description:
      - Where the report is written on the controller. The same for machines is beside it, with the suffix C(.json).
      - The task has changed something when the report says something else than the one that was there.
    type: path
  tests:
    description:
      - Results of tests of the cluster to be shown in the report, a JSON file on the controller. C(docs/verify.md)
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
  description: What is wrong and not accepted, with the host where it is about one.
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
  description: What was found and is accepted, with the reason.
  returned: always
  type: list
  elements: dict
  sample: []
summary:
  description: The message for the end, on the host that speaks for the cluster; nothing on the others.
  returned: unless the task fails, whose message is it then
  type: list
  elements: str
  sample: ["Online: node1, node2, node3", "Running: lighttpd on node2"]
overview:
  description: The entry of the cluster in an index of reports, on the host that speaks for the cluster.
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
