# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each role decides, in Python: one file for each role, named like it.

- `problems(values, host)`: the problems of the role's input; action internal_role_input calls it
- `plan(look, ...)`: the steps that are due on a host; filter internal_role_plan calls it. Where a role has several
  plans, the others are named `plan_PART`.

Beside them:

- host: The host whose input a role checks
- look: What internal_machine_info found on a host
- names: Names that users give
- password: Whether a user has a password
- pcsd: Where the pcsd of the nodes is reached
"""
