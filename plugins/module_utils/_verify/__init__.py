# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find what is wrong with a cluster.

Look and tell:

- look: Looks at a cluster, from a node of it or in files, and tells what is wrong
- finding: What is wrong with a cluster, as data: an id that stays, how bad it is, where, what shows it, what helps
- catalogue: All that verify can find, by id; and which of it an administrator has accepted
- verdict: All that was seen on all hosts together: what is wrong, what of it is accepted, and what is said at the
  end
- compare: What only several nodes together show: whether they have the same files, packages, clock and cluster
- picture: What a picture of a cluster shows: its nodes and links, what runs where, and what ties resources together
- what_if: Where every resource would run if a node were lost, by Pacemaker's own scheduler (crm_simulate)

corosync:

- corosync: Faults in a corosync.conf, without a running corosync
- corosync_values: Values that corosync 3.1 refuses, and settings of corosync 1 and 2 that it ignores
- runtime: Whether the running corosync does what its file says, and reaches the others on every link
- hosts: Whether the nodes' addresses are in the declared networks; names are looked up in a hosts file
- journal: What corosync has complained about in the journal

CIB and Pacemaker:

- cib: Faults in a CIB's configuration, without a running cluster
- rules: Location rules that no node can ever meet
- times: Times that Pacemaker does not read as they are written; it then takes its default, without a word
- status: What is wrong with a cluster's state, by what crm_mon says
- outside: What a node runs although the cluster runs it elsewhere: a second mount destroys a file system
- boot: What starts at boot though only the cluster may start it, and what of the cluster does not
- service_address: The addresses that the cluster moves from node to node: whether each can work

Fencing:

- fencing: Whether every node can be fenced: by what is configured, and by asking the fence agents, which fences no
  node
- fence_properties: What the cluster's properties make of fencing
- fence_device: What the options of a fence device mean to Pacemaker: for which nodes it is, and what it switches
- fence_ways: The ways in which a node can be fenced: levels, delays, and what fails together
- fence_agent: Whether the fence agents of this node can do what they are told: their programs, and the options they
  know
- fence_virtd: Faults in the configuration of fence_virtd, the host's side of fence_virt and fence_xvm
- agents: What a fence agent can do: by its metadata or, where that is not at hand, by what is known of fence-agents
- ask: Asks fence agents harmless questions: different switches at the same time, each switch one after the other

Hosts:

- packages: Whether the cluster's programs are there
- keys: Whether the shared keys are there, and kept from others
- clock: Whether a host's clock is kept
- firewall: What a host's iptables rules let in: of the cluster's traffic, and beside what boot loads
- selinux: Whether SELinux does what its configuration says
- storage: Whether Pacemaker and corosync can keep their files on this host
- service: Whether what the cluster serves answers
"""
