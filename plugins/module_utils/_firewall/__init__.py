# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packet filters: the ports of a cluster's services, iptables and firewalld.

- services: The services of a cluster and their ports: the one table that iptables, firewalld, verify and the
  documentation use
- ports: Ports as users write them: 80, 8010-8020, 53/udp, 5000-5010/tcp
- rules: The declared packet filter, and its rules as iptables-restore reads them
- lockout: Whether a declared filter fits a host: its interfaces, and the SSH connection by which Ansible comes
- iptables: What iptables-save prints, as data: compare table filter with the wanted one, and keep what belongs to
  others
- plan: What has to change on a node so that it has the declared packet filter and no other one
- node: The packet filter of the node: look at it, load another one with a way back, make it permanent
- firewalld: What firewalld lets in, where it runs: now, and after a reload or a boot
"""
