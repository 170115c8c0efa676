#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: internal_role_input
short_description: Check the input of roles
version_added: 1.0.0
description:
  - "Internal: a step of the roles, to check their input. It may change in any release."
  - Checks the host's variables for the role of the task, or for several roles before any of them runs, and reports all
    mistakes at once.
  - Names of this collection begin with C(ha_). If a name is not in the C(meta/argument_specs.yml) of any role, but is
    similar to one that is, it counts as a typing error. For other unknown names with the prefix, the module only warns,
    and for those of the role ha_cluster of linux-system-roles in one sentence.
  - List names that something else needs in the variable C(ha_foreign_variables).
  - Compares values with the options of the entry point C(main) in the role's C(meta/argument_specs.yml). Compares the
    variables of the role P(quorate.ha_cluster.resources#role) with the options of M(quorate.ha_cluster.pcs_cib), down
    to each key, and with each other and with C(ha_nodes) and C(ha_networks) - ids, times, scores and words that
    Pacemaker reads, members, constraints, fencing levels, nodes, virtual IPs.
  - Refuses names of objects that no variable declares, unless C(ha_declared_elsewhere) contains them. Does not query
    the cluster, which may not exist yet.
  - Only the first node reports mistakes in variables that are the same for all nodes.
  - Each role checks further conditions with C(problems) in its file in C(plugins/plugin_utils/_roles).
options:
  roles:
    description:
      - Roles of this collection to check for. The module reads their C(defaults) and C(vars).
      - By default the role of the task.
    type: list
    elements: str
  known_roles:
    description:
      - The roles that C(ha_roles) may list.
      - If set, the nodes must also be the hosts of the inventory's group C(cluster).
    type: list
    elements: str
  fails:
    description: Whether the task fails if there are mistakes. Otherwise it only returns them, for O(found).
    type: bool
    default: true
  found:
    description:
      - The results RV(found) of all hosts. The module then checks nothing, and fails on the hosts of a cluster with a
        mistake, or on all hosts if a host outside of the clusters has one.
      - The first of these hosts reports all mistakes.
    type: dict
  one_cluster:
    description: Whether hosts of several clusters in the play are a mistake.
    type: bool
    default: false
  one_host:
    description: Whether several hosts at the same time are a mistake.
    type: bool
    default: false
extends_documentation_fragment:
  - quorate.ha_cluster._attributes.read_only
  - quorate.ha_cluster._attributes.controller
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Check the input of the role that this is a task of
  quorate.ha_cluster.internal_role_input:

- name: Check the input of several roles
  quorate.ha_cluster.internal_role_input:
    roles: [cluster, resources]

- name: Check the input of all hosts, and say all that is wrong in one message
  block:
    - name: Check the input
      quorate.ha_cluster.internal_role_input:
        roles: [cluster, resources]
        fails: false
      register: checked

    - name: Report all mistakes
      quorate.ha_cluster.internal_role_input:
        found: "{{ dict(play | zip(play | map('extract', hostvars, ['checked', 'found']))) }}"
      vars:
        play: "{{ ansible_play_hosts }}"
"""

RETURN = r"""
problems:
  description: The mistakes, one sentence each. If the task fails, they are in its message.
  returned: when the task does not fail
  type: list
  elements: str
  sample:
    - "ha_resources[0] 'web-ip': unknown key 'optons'; did you mean 'options'?"
    - "ha_lighttpd_port is 0; give a port from 1 to 65535. (host node1)"
found:
  description: The same in the form of the option O(found).
  returned: when the task does not fail
  type: dict
  contains:
    shared:
      description: Mistakes in variables of all nodes.
      type: list
      elements: str
    own:
      description: Mistakes on this host only.
      type: list
      elements: str
    asked:
      description: Additional requirements, by role.
      type: dict
    wrong:
      description: The variables with mistakes.
      type: list
      elements: str
    cluster:
      description: The name of the host's cluster.
      type: str
"""
