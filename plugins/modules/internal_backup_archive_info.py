#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: internal_backup_archive_info
short_description: Read a backup of a cluster
version_added: 1.0.0
description:
  - "Internal: a step of the role backup. It may change in any release."
  - Reads an archive of M(quorate.ha_cluster.internal_backup_archive), and decrypts its secrets with Ansible's vault
    passwords.
  - The result contains secrets, so use C(no_log). This would hide the reason for a failure. So the module does not fail
    if it can't read an archive, and returns the reason in RV(problem).
options:
  path:
    description: The archive, on the controller.
    type: path
    required: true
extends_documentation_fragment:
  - quorate.ha_cluster._attributes.read_only
  - quorate.ha_cluster._attributes.controller
seealso:
  - module: quorate.ha_cluster.internal_backup_archive
  - module: quorate.ha_cluster.internal_cib_restore
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Read the backup
  quorate.ha_cluster.internal_backup_archive_info:
    path: /srv/backup/web.tar
  register: archive
  no_log: true
"""

RETURN = r"""
path:
  description: The archive.
  returned: always
  type: str
  sample: /srv/backup/web.tar
problem:
  description: The reason why the archive can't be read, otherwise empty.
  returned: always
  type: str
  sample: ""
backup:
  description:
    - The manifest, as in RV(quorate.ha_cluster.internal_backup_archive#module:manifest), with the configuration as
      C(cib) and the contents of the files in base64. C(tokens) has the tokens of the nodes' C(pcsd), in the form of
      C(tokens.known) of M(quorate.ha_cluster.corosync_info). Empty if the archive can't be read.
  returned: always
  type: dict
  sample:
    cluster_name: web
    nodes: [node1, node2, node3]
    cib: "<cib validate-with=\"pacemaker-3.9\">\n  <configuration>..."
    files: [{path: /etc/corosync/corosync.conf, owner: root, group: root, mode: "0644", content: dG90ZW0=}]
"""
