# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The CIB: read it, compare it with the declared objects, and change it with pcs.

Read:

- store: Read and change a CIB: that of the running cluster or one in a file
- parse: Parse the XML of a CIB into the model
- element: Read options from the XML of a CIB as Pacemaker does
- templates: Expand resource templates and references (id-ref) in a CIB, as Pacemaker does
- rule: Write rules as the text that pcs takes
- sets: Sets of resources in a constraint
- normalize: Normalize values that can be written in several ways
- model: The model: the managed configuration of a CIB as values
- export: Export a CIB in the form that pcs_cib takes
- digest: Identify the configuration that a CIB holds

Kinds of objects, each with a file of its own:

- kinds: The list of all kinds of objects in a CIB
- kind: Describe a kind of object in one place: options, parsing, merging, commands, export
- properties: The cluster properties of Pacemaker, and the values that pcs takes for them
- defaults: Defaults of resources and operations, with and without rules
- resources: Resources and fencing devices
- operations: Operations of resources
- groups: Groups of resources
- clones: Clones of resources and groups
- bundles: Bundles: containers and the resource inside them
- constraints: Shared code for constraints: find a declared one, export it, and replace it where pcs can't change
  it
- locations: Constraints on where a resource runs
- colocations: Constraints on which resources run together
- orders: Constraints on which resource acts first
- tickets: Constraints on tickets
- nodes: Configuration of nodes: standby, maintenance, attributes, utilization
- levels: Fencing levels
- tags: Tags
- acls: Access control lists: roles, and the users and groups that have them
- alerts: Alerts and their recipients

Declare and merge:

- module: Shared options of the modules that change a CIB, and the function that runs them
- options: Describe the options of objects, and make specifications and documentation from the descriptions
- spec: The options of pcs_cib: the objects of each kind, and the patterns by which objects are removed
- shape: Check values against a specification of options: keys, types and choices
- declared: Declared objects, and how one of their options is merged with the current value
- desired: Build the wanted model: the current one with the declared objects merged into it
- references: Find the names of other objects in a declared object
- values: Convert declared values to the words that Pacemaker and the agents take
- secrets: Recognize secret values, and mask them in output
- suggest: Suggest the intended name for an unknown agent or option

Change:

- engine: Bring a CIB to the declared state: read, plan, change a copy with pcs, verify, push as one
  compare-and-swap, wait
- render: Find the pcs commands that turn one model into another
- command: A pcs command and its arguments
- workbench: Run pcs commands on a copy of a CIB, and check the result
- pcs_child: Run pcs many times for the price of one start: import it once and fork for every command
- settle: Wait until the cluster has carried out its configuration
- difference: Compare two models for the diff of a module
- seed: Make the first CIB of a cluster, with properties for its very first start only

Lose nothing:

- losses: Find parts of a CIB outside the model that a change would lose: the last guard before a push
- leftover: Find the parts of a CIB that an export leaves out because pcs can't write them
- left_alone: Protect objects that pcs can't write: they can be removed, not changed, and are never lost
  unnoticed
- exportable: Select the objects that pcs can create in an empty cluster, with the reasons against the others
- effect: Explain why an option has no effect or can't be written: it is also in another set, in a shared one, or in
  an element that pcs does not know
- purge: Find objects that are not declared: report them, and remove those whose names match a pattern
- released: Find resources that a change would leave without the group, clone or constraints that hold them in
  place

Look at the cluster:

- status: Read the state of the cluster from the XML of crm_mon and crm_simulate
- placement: Evaluate the placement in a CIB: its nodes, the rules of its locations, and tickets
- addresses: Find the addresses in a CIB's resources that a cluster moves from node to node
- remote: Nodes without corosync: remote nodes, which a resource of their own connects, and guest nodes, which are
  resources with the meta attribute remote-node
"""
