#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: internal_backup_archive
short_description: Keep a backup of a cluster in one file on the controller
version_added: 1.0.0
description:
  - "Internal: a step of the role backup. It may change in any release."
  - Writes what M(quorate.ha_cluster.internal_backup_info) has read on a node into a tar archive that only its owner
    may read.
  - What is in an archive that is there already is compared first. When only the time differs, nothing is written.
  - When Ansible was given a vault password, the CIB and the files that not everybody may read on the nodes are
    encrypted with it. An archive that can't be opened is never overwritten.
options:
  path:
    description: The archive, on the controller. Its folder is made when it is missing.
    type: path
    required: true
  found:
    description: What M(quorate.ha_cluster.internal_backup_info) has returned. It holds secrets, so use C(no_log).
    type: dict
    required: true
  keep:
    description: How many older archives are kept beside it, with C(.1), C(.2) and so on after their names.
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
      - Only the names of the files are told, never what they hold.
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
  description: The parts that differ from the archive that was there; all of them when there was none.
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
  description: What the archive holds, without contents.
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
