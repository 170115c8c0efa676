# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How modules go along with Ansible's modes."""

from __future__ import annotations


class ModuleDocFragment:
    """What the attributes mean; each module says how far it supports them."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and return changed status without modifying the target.
  diff_mode:
    description: Returns details on what has changed, or would be changed in check mode.
"""

    # Modules that only look.
    READ_ONLY = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode; it never changes anything.
    support: full
  diff_mode:
    description: Returns no diff, because it never changes anything.
    support: none
"""

    # Modules that run on the controller.
    CONTROLLER = r"""
options: {}
attributes:
  action:
    description: Runs as an action plugin on the controller.
    support: full
  async:
    description: Supports being used with the C(async) keyword.
    support: none
"""
