# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory: check its variables before anything changes, and write them for an existing cluster.

- check: The check of what an inventory says, before anything changes
- inventory: What an inventory declares of a cluster, read by the specifications of the modules that will be given
  it
- values: Whether the options of declared objects have values that Pacemaker and pcs can read
- objects: Whether each declared object can be one: its id, what it can't be without, and what it can't have beside
- references: Whether what objects name is there: other objects, nodes, and the nodes that fencing devices are for
- nodes: The nodes and networks that an inventory declares, against each other and against its hosts and groups
- addresses: Service addresses: ha_cluster_ip, and those of the resources that bring one
- shared_hosts: Hosts outside of the clusters that serve several of them: what they have to know of each
- whole: Variables for the cluster as a whole: its name, its password, the options of corosync, what answers
- firewall: The packet filter: ports, subnets and rules, and whether it fits a host and lets Ansible in
- words: Names and words that Pacemaker knows: the values of properties, meta attributes, options of operations,
  agents
- adoption: From what was found on the nodes of a cluster to the variables with which the roles change nothing there
"""
