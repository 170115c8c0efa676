# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packet filters: the ports of a cluster's services, iptables and firewalld.

- services: What comes in for each of a cluster's services: the one table that the packet filter and verify go by
- iptables: What iptables-save prints, as data: compare table filter with the wanted one, and keep what belongs to
  others
- firewalld: What firewalld lets in, where it runs: now, and after a reload or a boot
"""
