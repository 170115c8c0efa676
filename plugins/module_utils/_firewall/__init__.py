# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packet filters: the ports of a cluster's services, iptables and firewalld.

- services: The services of a cluster and their ports: the one table that iptables, firewalld, verify and the
  documentation use
- ports: Ports as users write them: 80, 8010-8020, 53/udp, 5000-5010/tcp
- rules: The declared packet filter, and its rules in the format of iptables-restore
- lockout: Check that a declared filter fits a host: its interfaces, and the SSH connection that Ansible uses
- iptables: The output of iptables-save as data: compare table filter with the wanted one, and keep the rules of
  others
- plan: Plan the changes that give a node the declared packet filter and no other one
- node: The packet filter of the node: inspect it, load another one with a way back, make it permanent
- firewalld: Find out what firewalld lets in: now, and after a reload or a boot
"""
