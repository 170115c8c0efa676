# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What firewalld is asked for or told."""

from __future__ import annotations


class ModuleDocFragment:
    """The option in which modules are told what firewalld has to let in."""

    DOCUMENTATION = r"""
options:
  firewalld:
    description:
      - What firewalld has to let in where it runs, now and after a reload or a boot.
      - A machine on which firewalld doesn't run needs nothing.
    type: dict
    suboptions:
      services:
        description: Services of a cluster. The collection knows their ports.
        type: list
        elements: str
        choices:
          - pcsd
          - corosync
          - fence_xvm
          - fence_virtd_multicast
          - fence_virtd_tcp
          - pacemaker_remote
          - qnetd
          - booth
          - dlm
        default: []
      ports_by_service:
        description: Ports of services that don't use their usual ones, as a mapping of service to list of ports.
        type: dict
        default: {}
      interface:
        description: >-
          The interface whose zone is meant. Without it, and without O(firewalld.address), it is the default zone.
        type: str
        default: ""
      address:
        description: The address whose interface's zone is meant.
        type: str
        default: ""
"""
