# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""corosync: its configuration, the running daemon, and the quorum device.

- conf: corosync.conf as data: parse, render, compare, and what a change of a setting asks of a running cluster
- plan: Decide what is to become of corosync.conf, given what is wanted and what was found on the nodes
- runtime: The corosync that runs on this node, and whether it uses what its file says
- quorum_device: The quorum device in corosync.conf: what it is, what it shall be, and how pcs gets it there
- pcs_cluster: What pcs_cluster is asked and answers, on the controller as on a node
"""
