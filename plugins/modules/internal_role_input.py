#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: internal_role_input
short_description: Check everything that roles are given
version_added: 1.0.0
description:
  - "Internal: a step of the roles, to check their input. It may change in any release."
  - Checks the host's variables for the role that the task is in, or for several roles before any of them runs, in one
    task, and reports all that is wrong at once.
  - Only names that begin with C(ha_) are this collection's. One that no role has in its C(meta/argument_specs.yml), and
    that is close to one that a role has, is almost always a typing error, and is wrong. Other unknown names with
    the prefix may be meant for something else, and are only warned about, those of the role ha_cluster of
    linux-system-roles in one sentence.
  - Names that something else needs can be listed in the variable C(ha_foreign_variables).
  - Values are compared with the options of the entry point C(main) in the role's C(meta/argument_specs.yml). The
    variables of the role P(quorate.ha_cluster.resources#role) are compared with the options of
    M(quorate.ha_cluster.pcs_cib), down to each key, and with each other and with C(ha_nodes) and C(ha_networks) - ids,
    times, scores and words that Pacemaker reads, members, constraints, fencing levels, nodes, service addresses.
  - A name that no variable declares is refused, unless C(ha_declared_elsewhere) has it. The cluster is not asked, which
    may not be there yet.
  - What is the same for all nodes is said by the first of them only.
  - What else has to hold is the role's to say, by C(problems) of its file in C(plugins/plugin_utils/_roles).
options:
  roles:
    description:
      - Roles of this collection to check for. Their C(defaults) and C(vars) are read as if they ran.
      - By default the role that the task is in.
    type: list
    elements: str
  known_roles:
    description:
      - The roles that C(ha_roles) may list.
      - When given, the nodes also have to be the hosts of the inventory's group C(cluster).
    type: list
    elements: str
  fails:
    description: Whether the task fails when something is wrong. Otherwise it only returns that, for O(found).
    type: bool
    default: true
  found:
    description:
      - What RV(found) was on each host. Checks nothing, and fails on the hosts that have to stop for it - those of a
        cluster with a mistake, and all of them when a host outside of the clusters has one.
      - The first of them tells all mistakes.
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
  description: What is wrong, one sentence each. The message has it when the task fails.
  returned: when the task does not fail
  type: list
  elements: str
  sample:
    - "ha_resources[0] 'web-ip': unknown key 'optons'; did you mean 'options'?"
    - "ha_lighttpd_port is 0; give a port from 1 to 65535. (host node1)"
found:
  description: The same as the option O(found) takes it.
  returned: when the task does not fail
  type: dict
  contains:
    shared:
      description: What is wrong with what all nodes are given.
      type: list
      elements: str
    own:
      description: What is wrong on this host alone.
      type: list
      elements: str
    asked:
      description: Additional requirements, by role.
      type: dict
    wrong:
      description: The variables that are wrong.
      type: list
      elements: str
    cluster:
      description: The name of the host's cluster.
      type: str
"""
