# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decisions of the roles: one file for each role, named like it.

- `problems(values, host)`: the problems of the role's input; action internal_role_input calls it
- `plan(look, ...)`: the steps that are due on a host; filter internal_role_plan calls it. Where a role has several
  plans, the others are named `plan_PART`.

Files that roles share:

- host: The host whose input a role checks
- look: The result of internal_machine_info
- names: Names that users give
- password: Whether a user has a password
- pcsd: The addresses and ports of the nodes' pcsd
"""
