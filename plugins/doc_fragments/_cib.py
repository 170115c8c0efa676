# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation that the modules for the CIB have in common."""

from __future__ import annotations


class ModuleDocFragment:
    """The options of the engine, and what it returns."""

    DOCUMENTATION = r"""
options:
  cib_file:
    description:
      - Work on the CIB in this file instead of that of the running cluster. No cluster is needed then.
      - A file that does not exist yet is made, with an empty CIB to start from.
    type: path
  wait:
    description:
      - How many seconds the cluster may take to do what a change asks for.
        The module then fails and names what does not run, where and why.
      - With V(0), the module does not wait.
    type: int
    default: 0
  allow_disruption:
    description:
      - Whether a change may stop, restart, demote or move a resource that runs, or fence a node.
      - With V(false), such a change is refused before anything is done, and the message says what it would disrupt.
    type: bool
    default: true
requirements:
  - pcs 0.11.3 or later
  - Pacemaker's command line tools
attributes:
  check_mode:
    description: Can run in check mode and tell what would be changed, without changing it.
    support: full
    details:
      - Works too where pcs is not installed yet or the cluster is stopped. It then compares with the configuration that
        is stored on the host, or with an empty one, and says so in RV(ignore:notes).
  diff_mode:
    description: Returns what differs, before and after. Secrets are masked.
    support: full
  idempotent:
    description: A second run changes nothing. It reads the configuration once and starts no pcs.
    support: full
  action_group:
    description: Use C(group/quorate.ha_cluster.pcs) in C(module_defaults) to set options for all modules of this kind.
    support: full
    membership:
      - quorate.ha_cluster.pcs
"""

    # The option of every object that can be removed.
    STATE = r"""
options:
  state:
    description: Whether it shall be there.
    type: str
    choices: [present, absent]
    default: present
"""

    # The option of what a cluster runs.
    DESCRIBED = r"""
options:
  description:
    description:
      - What it is for, in your words. The cluster does not use it. An empty one is removed.
      - C(pcs) can't write it, so C(cibadmin) does.
    type: str
"""

    # The sets of a constraint. The module says what their order means.
    SETS = r"""
options:
  sets:
    type: list
    elements: dict
    suboptions:
      resources:
        description: The resources, groups and clones of the set, in order.
        type: list
        elements: str
        required: true
      role:
        description: The role of the resources that this is about, such as V(Promoted).
        type: str
      action:
        description: What the resources do. By default, they start.
        type: str
        choices: [start, stop, promote, demote]
      sequential:
        description: Whether the order of the resources in the set counts. By default, it does.
        type: bool
      require_all:
        description: Whether all resources of the set are needed before the next set acts. By default, they are.
        type: bool
"""

    # The operations of a resource or a fencing device.
    OPERATIONS = r"""
options:
  no_default_operations:
    description:
      - Whether a new one gets only the operations that are declared, and the monitor of its agent.
      - By default it gets all operations that the agent suggests, with their timeouts. These then count instead of the
        defaults of operations.
      - It counts only when it is made.
    type: bool
  operations:
    description:
      - Operations, in any order. One that is not named here is left alone.
      - An operation is the one of this name, role and interval.
        If there is none, it is the one of this name and role, whose interval then changes.
    type: list
    elements: dict
    suboptions:
      name:
        description: The action, such as V(monitor), V(start) or V(stop).
        type: str
        required: true
      interval:
        description: How often it is done. By default, a new monitor is done every 60 s, anything else once.
        type: str
      timeout:
        description: How long it may take. A null in O(operations[].options) removes it.
        type: str
      role:
        description: The role in which it is done, such as V(Promoted).
        type: str
      options:
        description: Other options, such as C(OCF_CHECK_LEVEL) or C(on-fail). One set to null is removed.
        type: dict
      state:
        description: Whether it shall be there.
        type: str
        choices: [present, absent]
        default: present
"""
