#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: internal_report_index
short_description: Write the index of the reports on several clusters
version_added: 1.0.0
description:
  - "Internal: a step of the playbook report.yml. It may change in any release."
  - Lists the clusters on one HTML page, the one in the worst state first, with links to their reports.
    A cluster without a report is listed before all others.
  - The page is C(reports.html) in the directory of the reports on the controller, with its data in C(reports.json).
    If the reports are in several directories, it is in the one above them.
  - The task reports a change if the index differs from the previous one.
options:
  clusters:
    description: The name of the cluster of each host.
    type: dict
    required: true
  results:
    description: The results of M(quorate.ha_cluster.internal_cluster_report), by host. Hosts without a result may be
      missing.
    type: dict
    required: true
extends_documentation_fragment:
  - quorate.ha_cluster._attributes
  - quorate.ha_cluster._attributes.controller
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
seealso:
  - module: quorate.ha_cluster.internal_cluster_report
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Write the index
  quorate.ha_cluster.internal_report_index:
    clusters: { web1: web, web2: web, db1: db, db2: db }
    results: "{{ groups['cluster'] | quorate.ha_cluster.internal_by_host(hostvars, 'report', partial=true) }}"
"""

RETURN = r"""
path:
  description: The HTML file.
  returned: always
  type: str
  sample: reports.html
clusters:
  description: The names of the clusters in the order of the index.
  returned: always
  type: list
  elements: str
  sample: [db, web]
"""
