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
      - If the file does not exist, the module creates it with an empty CIB.
    type: path
  wait:
    description:
      - Seconds to wait until the cluster has made a change.
        The module then fails, and lists the resources that do not run, with their nodes and the reasons.
      - With V(0), the module does not wait.
    type: int
    default: 0
  allow_disruption:
    description:
      - Whether a change may stop, restart, demote or move a running resource, or fence a node.
      - With V(false), the module refuses such a change before it changes anything, and lists the disruptions.
    type: bool
    default: true
requirements:
  - pcs 0.11.3 or later
  - Pacemaker's command line tools
attributes:
  check_mode:
    description: Can run in check mode and return the changes without making them.
    support: full
    details:
      - Also works if pcs is not installed yet or the cluster is stopped. The module then compares with the
        configuration that is stored on the host, or with an empty one, and reports this in RV(ignore:notes).
  diff_mode:
    description: Returns the differing objects, before and after. Secrets are masked.
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
