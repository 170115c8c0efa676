# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The CIB: read it, compare it with the declared objects, and change it with pcs.

Read:

- store: Where a CIB is kept: in the running cluster or in a file
- parse: From the XML of a CIB to the model
- element: Options in the XML of a CIB, as Pacemaker reads them
- templates: A CIB as Pacemaker takes it: resources that are made from templates, and references (id-ref), are
  written out
- rule: Rules, as the text that pcs takes
- sets: Sets of resources in a constraint
- normalize: Values that mean the same though they are written differently
- model: What a CIB says, as values
- export: A CIB in the form that pcs_cib takes
- digest: Identify the configuration that a CIB holds

Kinds of objects, each with a file of its own:

- kinds: The kinds of objects that a CIB is made of, each described once
- kind: What is known of a kind of objects: all of it in one description
- properties: The cluster properties of Pacemaker, and the values that pcs takes for them
- defaults: Defaults of resources and operations, those for all and those for what a rule says
- resources: Resources and fencing devices
- operations: Operations of resources
- groups: Groups of resources
- clones: Clones of resources and groups
- bundles: Bundles: containers, and the resource inside of them
- constraints: What the constraints have in common: what they are about, and when pcs has to make one again
- locations: Constraints on where a resource runs
- colocations: Constraints on which resources run together
- orders: Constraints on which resource acts first
- tickets: Constraints on tickets
- nodes: What is configured of nodes: standby, maintenance, attributes, utilization
- levels: Fencing levels
- tags: Tags
- acls: Access control lists: roles, and the users and groups that have them
- alerts: Alerts and their recipients

Declare and merge:

- module: The options that the modules have in common, and the module they are made into
- options: Options of objects: what they are for, what they take, and what is made of that
- spec: The options of pcs_cib: what each kind of object takes, and what is removed by patterns
- shape: Whether values have the keys, types and words that a specification of options asks for
- declared: What a user declares, and how one option of it is merged into what is there
- desired: What the CIB shall say: the current model with the declared objects merged into it
- references: What each declared object names
- values: Declared values in the words that Pacemaker and the agents take
- secrets: Which values are secrets, and how they are shown
- suggest: Which name was meant, when there is no agent or option of a name

Change:

- engine: Brings a CIB to what is declared: read, plan, change a copy with pcs, verify, push as one compare-and-
  swap, wait
- render: From two models to the pcs commands that turn the first into the second
- command: A command of pcs, and the options that one is made of
- workbench: Runs pcs commands on a copy of a CIB, and checks what comes of it
- pcs_child: Runs pcs many times for the price of one start: imports it once and forks for every command
- settle: Waits until the cluster has done all that its configuration asks for
- difference: What differs between two models, for the diff of a module
- seed: A first CIB with cluster properties that only the very first start is to have

Lose nothing:

- losses: What a change would lose of what the model doesn't hold: the last guard before a push
- leftover: What a CIB holds that an export doesn't say, because pcs can't write it
- left_alone: What is there but can't be written by pcs: it can be removed, not changed, and is never lost unnoticed
- exportable: What of a model pcs can make in a cluster that has nothing of it yet, and why it can't make the rest
- effect: Why an option that pcs writes has no effect, or pcs can't write it: it is in another set, too, in one that
  is shared, or in something with what pcs does not know
- purge: What is in the cluster and not declared: what of it is told, and what goes because its name fits a pattern
- released: Resources that a change would set loose: they stay in the cluster, but leave what held them in place

Look at the cluster:

- status: The state of the cluster, as crm_mon and crm_simulate tell it in XML
- placement: What a CIB says about where resources may run: its nodes, the rules of its locations, and tickets
- addresses: The addresses that a cluster moves from node to node, as resources have them
- remote: Nodes without corosync: remote nodes, which a resource of their own connects, and guest nodes, which are
  resources with the meta attribute remote-node
"""
