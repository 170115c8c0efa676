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
