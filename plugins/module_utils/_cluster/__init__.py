# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster as a whole: its nodes, and whether it can take an operation.

- state: Whether the cluster is ready: quorum, a controller (DC) that has nothing left to do, and the nodes online
- obstacles: Whether a cluster can take an operation: what speaks against it, one sentence each
- node: What a node of a cluster is, beside what corosync.conf and the CIB say
- node_names: Which nodes ha_nodes means, which names they may have, and where /etc/hosts gives one another meaning
- node_attributes: Attributes of nodes, and how to take nodes out of service so that what was before is known
- membership: Plan which nodes leave a running cluster and which join it
- host_auth: Does this host hold tokens that the other nodes' pcsd accept? Asked the way pcs asks, without starting
  pcs
"""
