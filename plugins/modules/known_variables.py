#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: known_variables
short_description: Find misspelt names of a role's variables
version_added: 1.0.0
description:
  - Compares the names of the host's variables with what the role that the task is in, and this collection, know.
  - A name counts as the role's when it begins with the role's name and an underscore, and as the collection's when it
    begins with C(ha_).
  - Fails when an unknown name is close to a known one, which is almost always a slip of the finger. Only warns about
    other unknown names with these prefixes, because they may be meant for something else.
  - The known names are those in the role's C(meta/argument_specs.yml) and C(defaults), and every C(ha_*) name that a
    role or playbook of the collection mentions.
  - Names that something else needs and that are too close to a known one can be listed in the variable
    C(ha_foreign_variables).
options:
  allowed:
    description:
      - Further names to accept.
    type: list
    elements: str
    default: []
attributes:
  action:
    description: Runs as an action plugin on the controller.
    support: full
  async:
    description: Supports being used with the C(async) keyword.
    support: none
  check_mode:
    description: Can run in check mode; it never changes anything.
    support: full
  diff_mode:
    description: Returns details on what has changed; nothing ever has.
    support: none
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Check the names of the variables
  quorate.ha_cluster.known_variables:

- name: Check the names of the variables, where a neighbour's variable looks like one of ours
  quorate.ha_cluster.known_variables:
    allowed:
      - ha_node
"""

RETURN = r"""
unknown:
  description: The unknown names, near misses and others.
  returned: always
  type: list
  elements: str
  sample:
    - shared_storage_devise
"""
