# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster as a whole: its nodes, and the obstacles to an operation.

- state: Check that the cluster is ready: quorum, an idle controller (DC), and the nodes online
- obstacles: Find the obstacles to an operation on a cluster, one sentence each
- node: Facts about a cluster node that neither corosync.conf nor the CIB holds
- node_names: The nodes in ha_nodes, valid names for them, and lines of /etc/hosts that contradict their
  addresses
- node_attributes: Attributes of nodes, and taking nodes out of service with a record of their previous state
- membership: Plan which nodes leave a running cluster and which join it
- host_auth: Check the tokens of this host with the other nodes' pcsd, with the requests that pcs sends, without
  starting pcs
"""
