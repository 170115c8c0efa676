# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory: check its variables before anything changes, and write them for an existing cluster.

- check: Check an inventory before anything changes
- inventory: Read the objects that an inventory declares, by the specifications of the modules that take them
- values: Check that Pacemaker and pcs can read the values of declared options
- objects: Check declared objects by themselves: their ids, missing options, and options that exclude each other
- references: Check the references between objects, and from objects to nodes
- nodes: Check the nodes and networks of an inventory against each other and against its hosts and groups
- addresses: Check service addresses: ha_cluster_ip, and the addresses of resources
- shared_hosts: Variables of hosts outside of the clusters that serve several of them
- whole: Check the variables of the cluster as a whole: its name, its password, corosync's options, URLs
- firewall: Check the packet filter: ports, subnets and rules, a host's interfaces, and the access of Ansible
- words: Names and words that Pacemaker knows: the values of properties, meta attributes, options of operations,
  agents
- adoption: Describe an existing cluster in variables with which the roles change nothing there
"""
