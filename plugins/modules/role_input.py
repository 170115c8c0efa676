#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: role_input
short_description: Check everything that roles are given
version_added: 1.0.0
description:
  - Checks the host's variables for the role that the task is in, or for several roles before any of them runs, in one
    task, and reports all that is wrong at once.
  - Only names that begin with C(ha_) are this collection's. One that no role has in its C(meta/argument_specs.yml), and
    that is close to one that a role has, is almost always a slip of the finger, and is wrong. Other unknown names with
    the prefix may be meant for something else, and are only warned about, those of the role ha_cluster of
    linux-system-roles in one sentence.
  - Names that something else needs can be listed in the variable C(ha_foreign_variables).
  - Values are compared with the options of the entry point C(main) in the role's C(meta/argument_specs.yml), as
    M(ansible.builtin.validate_argument_spec) does it.
  - What else has to hold is the role's to say. It keeps a variable that lists one sentence for each
    thing that is wrong.
options:
  problems:
    description:
      - Name of the variable that lists what is wrong, one sentence each.
      - By default two underscores, the role's name, and C(_problems). A role that has no such
        variable asks for nothing more.
    type: str
  roles:
    description:
      - Roles of this collection to check for. Their C(defaults) and C(vars) are read as if they ran.
      - By default the role that the task is in.
    type: list
    elements: str
extends_documentation_fragment:
  - quorate.ha_cluster._attributes.read_only
  - quorate.ha_cluster._attributes.controller
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Check the input of the role that this is a task of
  quorate.ha_cluster.role_input:

- name: Check the input of several roles
  quorate.ha_cluster.role_input:
    roles: [cluster, resources]
"""

RETURN = r"""
problems:
  description: What is wrong, one sentence each.
  returned: always
  type: list
  elements: str
  sample:
    - "ha_lighttpd_port is 0; give a port from 1 to 65535. (host node1)"
"""
