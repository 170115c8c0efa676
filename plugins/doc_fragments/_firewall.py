# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the filters for role iptables are told about networks and ports."""

from __future__ import annotations


class ModuleDocFragment:
    """The networks, and who may come in from them."""

    DOCUMENTATION = r"""
positional: _input
options:
  _input:
    description: Network name to mapping with the keys C(interface), C(subnet) and optionally C(subnet6).
    type: dict
    required: true
  public_network:
    description: Name of the network that the service's clients come from.
    type: str
    required: true
  service_ports:
    description: TCP ports of the service.
    type: list
    elements: str
    required: true
  management_network:
    description: Name of the network that Ansible and administrators come from.
    type: str
    required: true
  management_ports:
    description: TCP ports that they may reach.
    type: list
    elements: str
    required: true
  management_sources:
    description: Subnets besides the network's own that may reach these ports.
    type: list
    elements: str
    required: true
  cluster_networks:
    description: Names of the networks that the nodes talk to each other on.
    type: list
    elements: str
    required: true
"""
