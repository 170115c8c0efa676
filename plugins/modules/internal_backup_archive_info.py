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
  - Reads an archive that M(quorate.ha_cluster.internal_backup_archive) has written, and opens its secrets with the
    vault passwords that Ansible was given.
  - The result holds secrets. Use it with C(no_log). Because that would hide the reason of a failure, an archive that
    can't be read is no failure, and RV(problem) says why.
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
  description: Why the archive can't be read; empty when it can.
  returned: always
  type: str
  sample: ""
backup:
  description:
    - The manifest, as RV(quorate.ha_cluster.internal_backup_archive#module:manifest) has it, with the configuration as
      C(cib) and the contents of the files in base64. C(tokens) are those of the nodes' C(pcsd), as C(tokens.known) of
      M(quorate.ha_cluster.corosync_info) has them. Empty when the archive can't be read.
  returned: always
  type: dict
  sample:
    cluster_name: web
    nodes: [node1, node2, node3]
    cib: "<cib validate-with=\"pacemaker-3.9\">\n  <configuration>..."
    files: [{path: /etc/corosync/corosync.conf, owner: root, group: root, mode: "0644", content: dG90ZW0=}]
"""
