# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find what is wrong with a cluster.

Examine and report:

- look: Examine a cluster, from a node of it or in files, and report the faults
- finding: A fault in a cluster as data: a stable id, its severity, its place, the evidence and the remedy
- catalogue: All findings of verify, by id, and those that an administrator has accepted
- verdict: Combine the results of all hosts: the faults, those that are accepted, and the final summary
- compare: Compare nodes with each other: their files, packages, clocks and views of the cluster
- details: The tables of the report: failures, fencing, votes, properties, defaults and operations
- picture: The content of a cluster's picture: nodes, links, where resources run, and the constraints between
  them
- what_if: Predict where every resource would run if a node were lost, with Pacemaker's own scheduler
  (crm_simulate)

corosync:

- corosync: Faults in a corosync.conf, without a running corosync
- corosync_values: Values that corosync 3.1 refuses, and settings of corosync 1 and 2 that it ignores
- runtime: Check that the running corosync uses its file, and reaches the other nodes on every link
- hosts: Check that the nodes' addresses are in the declared networks; names are looked up in a hosts file
- journal: Find corosync's complaints in the journal

CIB and Pacemaker:

- cib: Faults in a CIB's configuration, without a running cluster
- rules: Location rules that no node can ever meet
- times: Durations that Pacemaker misreads: it then uses its default without a warning
- status: Faults in a cluster's state, as crm_mon shows it
- outside: Find resources that a node runs although the cluster runs them elsewhere: a second mount destroys a
  file system
- boot: Units that start at boot though only the cluster may start them, and cluster services that do not
- service_address: Check the addresses that the cluster moves from node to node

Fencing:

- fencing: Check that every node can be fenced, by the configuration and by questions to the fence agents that
  fence no node
- fence_properties: The effect of the cluster's properties on fencing
- fence_device: Read the options of a fence device as Pacemaker does: the nodes it is for, and the ports it
  switches
- fence_ways: The ways in which a node can be fenced: levels, delays, and what fails together
- fence_agent: Check the fence agents of this node: their programs, and the options they know
- fence_virtd: Faults in the configuration of fence_virtd, the host's side of fence_virt and fence_xvm
- agents: The abilities of a fence agent, from its metadata or, without that, from a list of known agents
- ask: Ask fence agents harmless questions: different switches at the same time, each switch one after the other

Hosts:

- packages: Check that the cluster's programs are installed
- keys: Check that the shared keys exist and are protected from others
- clock: Check that a host's clock is kept in sync
- firewall: Check the iptables rules of a host: the cluster's traffic, and differences from the rules that boot
  loads
- selinux: Check that SELinux runs as configured
- storage: Check that Pacemaker and corosync can keep their files on this host
- service: Check that the service of the cluster answers
"""
