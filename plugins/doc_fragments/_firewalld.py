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
      - The ports to open in firewalld, now and after a reload or a boot.
      - The module changes nothing on a machine on which firewalld does not run.
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
          The interface of the zone. Without it, and without O(firewalld.address), the default zone.
        type: str
        default: ""
      address:
        description: The address of the interface of the zone.
        type: str
        default: ""
"""
