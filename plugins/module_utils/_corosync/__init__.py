# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""corosync: its configuration, the running daemon, and the quorum device.

- conf: corosync.conf as data: parse, render, compare, and find what a change requires of a running cluster
- plan: Plan the changes of corosync.conf from the wanted cluster and the files found on the nodes
- runtime: Inspect the corosync that runs on this node, and compare it with its file
- quorum_device: The quorum device in corosync.conf: its current and wanted settings, and the pcs commands that
  change it
- pcs_cluster: The parameters and results of pcs_cluster, for the controller and the nodes
"""
