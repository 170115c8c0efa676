#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: internal_inventory_files
short_description: Write new files on the controller, and overwrite none
version_added: 1.0.0
description:
  - "Internal: a step of the roles adopt and new_inventory. It may change in any release."
  - Writes files into a directory on the controller, all of them or none.
  - Fails if one of them exists with other content.
  - Encrypts secret files with Ansible Vault if the run has a vault password. Only their owner can read them. Never
    returns their content.
options:
  directory:
    description: The directory. The module creates it. A relative path starts in the working directory.
    type: path
    required: true
  files:
    description: The files.
    type: list
    elements: dict
    required: true
    suboptions:
      path:
        description: The file, below O(directory).
        type: str
        required: true
      content:
        description: The content of the file.
        type: str
        required: true
      secret:
        description: Whether only the owner can read the file.
        type: bool
        default: false
extends_documentation_fragment:
  - quorate.ha_cluster._attributes
  - quorate.ha_cluster._attributes.controller
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - The content of secret files is left out.
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Write an inventory
  quorate.ha_cluster.internal_inventory_files:
    directory: adopted-web
    files:
      - path: hosts.yml
        content: |
          cluster:
            hosts:
              node1.example.com:
"""

RETURN = r"""
directory:
  description: The directory.
  returned: success
  type: str
  sample: /home/alice/adopted-web
written:
  description: The files that were, or in check mode would be, written.
  returned: success
  type: list
  elements: str
  sample: [hosts.yml]
unencrypted:
  description: The secret files that are not encrypted, because the run has no vault password.
  returned: success
  type: list
  elements: str
  sample: []
"""
