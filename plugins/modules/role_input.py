#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: role_input
short_description: Check everything that a role is given
version_added: 1.0.0
description:
  - Checks the host's variables for the role that the task is in, in one task, and reports all that is wrong at once.
  - Names are compared as M(quorate.ha_cluster.known_variables) does it.
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
seealso:
  - module: quorate.ha_cluster.known_variables
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Check the input
  quorate.ha_cluster.role_input:
"""

RETURN = r"""
problems:
  description: What is wrong, one sentence each.
  returned: always
  type: list
  elements: str
  sample:
    - "lighttpd_port is 0; give a port from 1 to 65535. (host node1)"
"""
