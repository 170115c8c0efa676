#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: internal_backup_archive
short_description: Save a backup of a cluster in one file on the controller
version_added: 1.0.0
description:
  - "Internal: a step of the role backup. It may change in any release."
  - Writes the result of M(quorate.ha_cluster.internal_backup_info) on a node into a tar archive that only its owner can
    read.
  - First compares it with an existing archive. If only the time differs, it writes nothing.
  - If Ansible has a vault password, encrypts the CIB and the files that not all users of the nodes can read. Never
    overwrites an archive that it can't decrypt.
options:
  path:
    description: The archive, on the controller. The module creates a missing folder.
    type: path
    required: true
  found:
    description: The result of M(quorate.ha_cluster.internal_backup_info). It contains secrets, so use C(no_log).
    type: dict
    required: true
  keep:
    description: The number of older archives to keep next to it, with C(.1), C(.2) and so on after their names.
    type: int
    default: 3
extends_documentation_fragment:
  - quorate.ha_cluster._attributes
  - quorate.ha_cluster._attributes.controller
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - Returns only the names of the files, never their content.
seealso:
  - module: quorate.ha_cluster.internal_backup_info
  - module: quorate.ha_cluster.internal_backup_archive_info
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Keep the backup
  quorate.ha_cluster.internal_backup_archive:
    path: /srv/backup/web.tar
    found: "{{ found }}"
  no_log: true
"""

RETURN = r"""
path:
  description: The archive.
  returned: success
  type: str
  sample: /srv/backup/web.tar
changes:
  description: The parts that differ from the existing archive, or all parts if there was none.
  returned: success
  type: list
  elements: str
  sample: [cib.xml]
encrypted:
  description: Whether the secrets in the archive are encrypted.
  returned: success
  type: bool
  sample: true
manifest:
  description: The manifest of the archive, without contents.
  returned: success
  type: dict
  sample:
    format: 1
    created: "2026-11-23T07:00:00+00:00"
    cluster_name: web
    nodes: [node1, node2, node3]
    versions: {corosync: 3.1.7, pacemaker: 2.1.5, pcs: 0.11.5}
    start_on_boot: true
    admin_epoch: 0
    epoch: 42
    files: [{path: /etc/corosync/corosync.conf, owner: root, group: root, mode: "0644"}]
"""
