#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declare any part of a cluster's configuration, in one transaction."""

from __future__ import annotations

DOCUMENTATION = r"""
module: pcs_cib
short_description: Declare any part of a cluster's configuration, in one transaction
version_added: 1.0.0
description:
  - Makes all that is declared true in one step, so that the cluster never sees half of it.
  - What is not declared is left alone, whether objects, options of a declared object, or what an operator set.
  - Values are compared by what they mean, so V(60), V(60s) and V(1min) are the same.
  - pcs makes the change on a copy, which then replaces the configuration only if nobody else changed that meanwhile;
    otherwise the change is planned anew.
  - A resource that is to be removed is stopped first.
  - What C(pcs) can't write is neither shown nor touched. That is a location constraint on a set of resources or with
    several rules, a constraint on sets with a score of their own, a permission for a type of element, and a resource
    that is made from a template.
options:
  properties:
    description: Cluster properties. One set to null goes back to Pacemaker's default.
    type: dict
  resource_defaults:
    description:
      - Default meta attributes of resources, in the set without a rule. One set to null is removed.
    type: dict
  operation_defaults:
    description:
      - Default options of operations, in the set without a rule. One set to null is removed.
    type: dict
  resource_defaults_sets:
    description: Sets of default meta attributes, each for the resources that its rule is about.
    type: list
    elements: dict
    suboptions:
      id:
        description: The id of the set.
        type: str
        required: true
      rule:
        description:
          - A rule in the words of pcs, such as V(resource ocf:heartbeat:IPaddr2) or V(date gt 2030-01-01).
          - Needed to make the set; values without a rule are declared in O(resource_defaults).
        type: str
      score:
        description: Where two sets have the same option, the set with the higher score counts.
        type: str
      values:
        description: Meta attributes. One set to null is removed.
        type: dict
      state:
        description: Whether it shall be there.
        type: str
        choices: [present, absent]
        default: present
  operation_defaults_sets:
    description: Sets of default options, each for the operations that its rule is about.
    type: list
    elements: dict
    suboptions:
      id:
        description: The id of the set.
        type: str
        required: true
      rule:
        description:
          - A rule in the words of pcs, such as V(op monitor interval=10s and resource systemd::).
          - Needed to make the set; values without a rule are declared in O(operation_defaults).
        type: str
      score:
        description: Where two sets have the same option, the set with the higher score counts.
        type: str
      values:
        description: Options of operations. One set to null is removed.
        type: dict
      state:
        description: Whether it shall be there.
        type: str
        choices: [present, absent]
        default: present
  resources:
    description: Resources.
    type: list
    elements: dict
    suboptions:
      id:
        description: The name of the resource.
        type: str
        required: true
      agent:
        description:
          - The resource agent, such as V(ocf:heartbeat:IPaddr2), V(systemd:lighttpd) or V(lsb:lighttpd).
          - Needed to make the resource; it can't be changed later.
        type: str
      options:
        description: Options of the agent. Null removes one; one that is not named is left alone.
        type: dict
      meta:
        description: Meta attributes. Null removes one; one that is not named is left alone.
        type: dict
      operations:
        description:
          - Operations, in any order. One that is not named here is left alone.
          - An operation is the one of this name, role and interval.
            If there is none, it is the one of this name and role, whose interval then changes.
        type: list
        elements: dict
        suboptions:
          name:
            description: The action, such as V(monitor), V(start) or V(stop).
            type: str
            required: true
          interval:
            description: How often it is done. By default, a new monitor is done every 60 s, anything else once.
            type: str
          timeout:
            description: How long it may take. A null in O(resources[].operations[].options) removes it.
            type: str
          role:
            description: The role in which it is done, such as V(Promoted).
            type: str
          options:
            description: Other options, such as C(OCF_CHECK_LEVEL) or C(on-fail). One set to null is removed.
            type: dict
          state:
            description: Whether it shall be there.
            type: str
            choices: [present, absent]
            default: present
      utilization:
        description: What the resource needs of a node. One set to null is removed.
        type: dict
      state:
        description: Whether it shall be there.
        type: str
        choices: [present, absent]
        default: present
  stonith:
    description: Fencing devices.
    type: list
    elements: dict
    suboptions:
      id:
        description: The name of the fencing device.
        type: str
        required: true
      agent:
        description: The fence agent, such as V(fence_xvm). Needed to make the device; it can't be changed later.
        type: str
      options:
        description: Options of the agent. Null removes one; one that is not named is left alone.
        type: dict
      meta:
        description: Meta attributes. Null removes one; one that is not named is left alone.
        type: dict
      operations:
        description:
          - Operations, in any order. One that is not named here is left alone.
          - An operation is the one of this name, role and interval.
            If there is none, it is the one of this name and role, whose interval then changes.
        type: list
        elements: dict
        suboptions:
          name:
            description: The action, such as V(monitor), V(start) or V(stop).
            type: str
            required: true
          interval:
            description: How often it is done. By default, a new monitor is done every 60 s, anything else once.
            type: str
          timeout:
            description: How long it may take. A null in O(stonith[].operations[].options) removes it.
            type: str
          role:
            description: The role in which it is done, such as V(Promoted).
            type: str
          options:
            description: Other options, such as C(OCF_CHECK_LEVEL) or C(on-fail). One set to null is removed.
            type: dict
          state:
            description: Whether it shall be there.
            type: str
            choices: [present, absent]
            default: present
      state:
        description: Whether it shall be there.
        type: str
        choices: [present, absent]
        default: present
  groups:
    description: Groups of resources.
    type: list
    elements: dict
    suboptions:
      id:
        description: The name of the group.
        type: str
        required: true
      members:
        description:
          - All its resources, in the order in which they start. One that is left out leaves the group, and stays.
          - Needed to make the group.
        type: list
        elements: str
      meta:
        description: Meta attributes. Null removes one; one that is not named is left alone.
        type: dict
      state:
        description: Whether it shall be there.
        type: str
        choices: [present, absent]
        default: present
  clones:
    description: Clones.
    type: list
    elements: dict
    suboptions:
      id:
        description: The name of the clone. Without it, a new one is named after its resource, with C(-clone) behind.
        type: str
      resource:
        description: The resource or group to clone. Needed to make the clone; it can't be changed later.
        type: str
      promotable:
        description: Whether its instances can be promoted.
        type: bool
      meta:
        description: Meta attributes. Null removes one; one that is not named is left alone.
        type: dict
      state:
        description: Whether it shall be there.
        type: str
        choices: [present, absent]
        default: present
  bundles:
    description: Containers that the cluster runs.
    type: list
    elements: dict
    suboptions:
      id:
        description: The name of the bundle.
        type: str
        required: true
      type:
        description: What runs the containers. Needed to make the bundle; it can't be changed later.
        type: str
        choices: [podman, docker]
      container:
        description: Options of the containers, such as V(image) and V(replicas). One set to null is removed.
        type: dict
      network:
        description: Options of the network, such as V(ip-range-start). One set to null is removed.
        type: dict
      ports:
        description: Ports that are passed on to the containers. One that is not named here is left alone.
        type: list
        elements: dict
        suboptions:
          id:
            description: The id of the mapping.
            type: str
            required: true
          options:
            description: Its options, such as V(port) or V(internal-port). One set to null is removed.
            type: dict
          state:
            description: Whether it shall be there.
            type: str
            choices: [present, absent]
            default: present
      storage:
        description: Directories that the containers see. One that is not named here is left alone.
        type: list
        elements: dict
        suboptions:
          id:
            description: The id of the mapping.
            type: str
            required: true
          options:
            description: Its options, such as V(source-dir) and V(target-dir). One set to null is removed.
            type: dict
          state:
            description: Whether it shall be there.
            type: str
            choices: [present, absent]
            default: present
      meta:
        description: Meta attributes. Null removes one; one that is not named is left alone.
        type: dict
      resource:
        description:
          - The resource in the containers. It has to be declared in the same call, and to be new.
          - C(pcs) can put a resource into a bundle only when it makes it.
        type: str
      state:
        description: Whether it shall be there. A bundle goes with the resource in it.
        type: str
        choices: [present, absent]
        default: present
  locations:
    description: Constraints on where a resource runs.
    type: list
    elements: dict
    suboptions:
      id:
        description:
          - The id of the constraint.
          - Without it, the constraint on the same things is meant, and a new one is named after them.
        type: str
      resource:
        description: The resource, group or clone. C(regexp%PATTERN) means all whose names fit a pattern.
        type: str
      node:
        description: The node.
        type: str
      rule:
        description: A rule in the words of pcs, instead of a node.
        type: str
      score:
        description: How much the resource likes to run there. A new constraint has V(INFINITY).
        type: str
      options:
        description: Other options, such as V(resource-discovery). One set to null is removed.
        type: dict
      state:
        description: Whether it shall be there.
        type: str
        choices: [present, absent]
        default: present
  colocations:
    description: Constraints on which resources run together.
    type: list
    elements: dict
    suboptions:
      id:
        description:
          - The id of the constraint.
          - Without it, the constraint on the same things is meant, and a new one is named after them.
        type: str
      resource:
        description: The resource that is placed.
        type: str
      with:
        description: The resource that it is placed by.
        type: str
      score:
        description: How strongly they belong together; if negative, apart. A new constraint has V(INFINITY).
        type: str
      resource_role:
        description: The role of O(colocations[].resource) that this is about, such as V(Promoted).
        type: str
      with_role:
        description: The role of O(colocations[].with) that this is about, such as V(Promoted).
        type: str
      sets:
        description:
          - Sets of resources, instead of O(colocations[].resource) and O(colocations[].with).
          - Every resource is placed by the one before it, every set by the set after it.
        type: list
        elements: dict
        suboptions:
          resources:
            description: The resources, groups and clones of the set, in order.
            type: list
            elements: str
            required: true
          role:
            description: The role of the resources that this is about, such as V(Promoted).
            type: str
          action:
            description: What the resources do. By default, they start.
            type: str
            choices: [start, stop, promote, demote]
          sequential:
            description: Whether the order of the resources in the set counts. By default, it does.
            type: bool
          require_all:
            description: Whether all resources of the set are needed before the next set acts. By default, they are.
            type: bool
      options:
        description: Other options, such as V(influence). One set to null is removed.
        type: dict
      state:
        description: Whether it shall be there.
        type: str
        choices: [present, absent]
        default: present
  orders:
    description: Constraints on what comes first.
    type: list
    elements: dict
    suboptions:
      id:
        description:
          - The id of the constraint.
          - Without it, the constraint on the same things is meant, and a new one is named after them.
        type: str
      first:
        description: The resource that acts first.
        type: str
      then:
        description: The resource that acts after it.
        type: str
      first_action:
        description: What the first one does. A new constraint has V(start).
        type: str
        choices: [start, stop, promote, demote]
      then_action:
        description: What the other one does. A new constraint has what the first one does.
        type: str
        choices: [start, stop, promote, demote]
      sets:
        description:
          - Sets of resources, instead of O(orders[].first) and O(orders[].then).
          - Every resource acts after the one before it, every set after the set before it.
        type: list
        elements: dict
        suboptions:
          resources:
            description: The resources, groups and clones of the set, in order.
            type: list
            elements: str
            required: true
          role:
            description: The role of the resources that this is about, such as V(Promoted).
            type: str
          action:
            description: What the resources do. By default, they start.
            type: str
            choices: [start, stop, promote, demote]
          sequential:
            description: Whether the order of the resources in the set counts. By default, it does.
            type: bool
          require_all:
            description: Whether all resources of the set are needed before the next set acts. By default, they are.
            type: bool
      kind:
        description: How strict the order is. A new constraint has V(Mandatory).
        type: str
        choices: [Mandatory, Optional, Serialize]
      symmetrical:
        description: Whether the reverse order holds for the reverse actions.
        type: bool
      options:
        description: Other options, such as V(require-all). One set to null is removed.
        type: dict
      state:
        description: Whether it shall be there.
        type: str
        choices: [present, absent]
        default: present
  nodes:
    description: What is configured of nodes. One that is not named here is left alone.
    type: list
    elements: dict
    suboptions:
      name:
        description: The name of the node, as the cluster knows it.
        type: str
        required: true
      standby:
        description: Whether the node is kept free of resources.
        type: bool
      maintenance:
        description: Whether the cluster leaves alone what runs on the node.
        type: bool
      attributes:
        description: Permanent attributes, for rules and for agents. One set to null is removed.
        type: dict
      utilization:
        description: What the node has to offer, as whole numbers. One set to null is removed.
        type: dict
  stonith_levels:
    description: Fencing levels, which say which devices fence a node and in which order.
    type: list
    elements: dict
    suboptions:
      level:
        description: The level, from V(1) to V(9).
        type: int
        required: true
      node:
        description: The node that is fenced. Exactly one of this, a pattern and an attribute has to be named.
        type: str
      pattern:
        description: A regular expression for the names of the nodes that are fenced.
        type: str
      attribute:
        description: The name of a node attribute; the nodes that have it with the value given are fenced.
        type: str
      value:
        description: The value of the node attribute.
        type: str
      devices:
        description:
          - The fencing devices, in the order in which they are used; all of them, and no others.
          - Needed to make the level.
        type: list
        elements: str
      state:
        description: Whether it shall be there.
        type: str
        choices: [present, absent]
        default: present
  tickets:
    description: Constraints on tickets.
    type: list
    elements: dict
    suboptions:
      id:
        description:
          - The id of the constraint.
          - Without it, the constraint on the same things is meant, and a new one is named after them.
        type: str
      ticket:
        description: The ticket.
        type: str
      resource:
        description: The resource, group or clone that runs only where the ticket is held.
        type: str
      role:
        description: The role that the ticket is needed for, such as V(Promoted).
        type: str
      sets:
        description:
          - Sets of resources, instead of O(tickets[].resource).
          - All resources of all sets depend on the ticket.
        type: list
        elements: dict
        suboptions:
          resources:
            description: The resources, groups and clones of the set, in order.
            type: list
            elements: str
            required: true
          role:
            description: The role of the resources that this is about, such as V(Promoted).
            type: str
          action:
            description: What the resources do. By default, they start.
            type: str
            choices: [start, stop, promote, demote]
          sequential:
            description: Whether the order of the resources in the set counts. By default, it does.
            type: bool
          require_all:
            description: Whether all resources of the set are needed before the next set acts. By default, they are.
            type: bool
      loss_policy:
        description: What happens when the ticket is lost. Pacemaker's default is V(stop).
        type: str
        choices: [stop, demote, freeze, fence]
      state:
        description: Whether it shall be there.
        type: str
        choices: [present, absent]
        default: present
  tags:
    description: Tags, names for several resources.
    type: list
    elements: dict
    suboptions:
      id:
        description: The name of the tag.
        type: str
        required: true
      members:
        description:
          - The resources, groups and clones, in order; all of them, and no others.
          - Needed to make the tag.
        type: list
        elements: str
      state:
        description: Whether it shall be there.
        type: str
        choices: [present, absent]
        default: present
  acl_roles:
    description: Roles. One that is not named here is left alone.
    type: list
    elements: dict
    suboptions:
      id:
        description: The name of the role.
        type: str
        required: true
      description:
        description: What the role is for. An empty text removes it.
        type: str
      permissions:
        description: What the role may do, in any order; all of it, and nothing else.
        type: list
        elements: dict
        suboptions:
          kind:
            description: Whether to allow reading, allow reading and writing, or deny both.
            type: str
            choices: [read, write, deny]
            required: true
          xpath:
            description: The part of the configuration, as an XPath. One of this and a reference is needed.
            type: str
          reference:
            description: The part of the configuration, as the id of an element in it.
            type: str
      state:
        description: Whether it shall be there.
        type: str
        choices: [present, absent]
        default: present
  acl_users:
    description: Users of the operating system. One that is not named here is left alone.
    type: list
    elements: dict
    suboptions:
      id:
        description: The name of the user.
        type: str
        required: true
      roles:
        description: The roles that the user has, in any order; all of them, and no others.
        type: list
        elements: str
      state:
        description: Whether it shall be there.
        type: str
        choices: [present, absent]
        default: present
  acl_groups:
    description: Groups of the operating system. One that is not named here is left alone.
    type: list
    elements: dict
    suboptions:
      id:
        description: The name of the group.
        type: str
        required: true
      roles:
        description: The roles that the members of the group have, in any order; all of them, and no others.
        type: list
        elements: str
      state:
        description: Whether it shall be there.
        type: str
        choices: [present, absent]
        default: present
  alerts:
    description: Programs that are run at every event.
    type: list
    elements: dict
    suboptions:
      id:
        description: The name of the alert.
        type: str
        required: true
      path:
        description: The program. Needed to make the alert.
        type: str
      description:
        description: What the alert is for. An empty text removes it.
        type: str
      options:
        description: Options of the program. Null removes one; one that is not named is left alone.
        type: dict
      meta:
        description: Meta attributes, such as V(timeout) or V(timestamp-format). One set to null is removed.
        type: dict
      recipients:
        description: Whom the alert is for. One that is not named here is left alone.
        type: list
        elements: dict
        suboptions:
          id:
            description:
              - The id of the recipient.
              - Without it, the recipient with the same value is meant, and a new one is named after its value.
            type: str
          value:
            description: What the program is given, such as an address or the path of a file. Needed to make one.
            type: str
          description:
            description: Who this is. An empty text removes it.
            type: str
          options:
            description: Options of the program for this recipient. One set to null is removed.
            type: dict
          meta:
            description: Meta attributes for this recipient. One set to null is removed.
            type: dict
          state:
            description: Whether it shall be there.
            type: str
            choices: [present, absent]
            default: present
      state:
        description: Whether it shall be there.
        type: str
        choices: [present, absent]
        default: present
  purge:
    description:
      - What to remove although it is not declared, as regular expressions. By default, that is nothing.
      - An object goes if its whole id fits a pattern of its kind, and if it is neither declared nor named by anything
        that is declared. Resources are stopped first.
      - Constraints that C(pcs resource move) and C(ban) made, whose ids begin with V(cli-), go only if a pattern begins
        with V(cli-), too.
    type: dict
    suboptions:
      properties:
        description: Patterns for the names of properties.
        type: list
        elements: str
      resource_defaults:
        description: Patterns for the names of default meta attributes of resources, of the set without a rule.
        type: list
        elements: str
      operation_defaults:
        description: Patterns for the names of default options of operations, of the set without a rule.
        type: list
        elements: str
      resource_defaults_sets:
        description: Patterns for the ids of sets of default meta attributes.
        type: list
        elements: str
      operation_defaults_sets:
        description: Patterns for the ids of sets of default options.
        type: list
        elements: str
      resources:
        description: Patterns for the ids of resources.
        type: list
        elements: str
      stonith:
        description: Patterns for the ids of fencing devices.
        type: list
        elements: str
      groups:
        description: Patterns for the ids of groups, whose members stay.
        type: list
        elements: str
      clones:
        description: Patterns for the ids of clones, whose resources stay.
        type: list
        elements: str
      bundles:
        description: Patterns for the ids of bundles, which go with the resources in them.
        type: list
        elements: str
      locations:
        description: Patterns for the ids of location constraints.
        type: list
        elements: str
      colocations:
        description: Patterns for the ids of colocation constraints.
        type: list
        elements: str
      orders:
        description: Patterns for the ids of order constraints.
        type: list
        elements: str
      stonith_levels:
        description:
          - Patterns for the names of fencing levels. Such a name is the target and the level, as in V(node1 2).
          - A target that is no node is V(regexp%PATTERN) or V(attrib%NAME=VALUE).
        type: list
        elements: str
      tickets:
        description: Patterns for the ids of ticket constraints.
        type: list
        elements: str
      tags:
        description: Patterns for the ids of tags.
        type: list
        elements: str
      acl_roles:
        description: Patterns for the ids of roles of access control lists.
        type: list
        elements: str
      acl_users:
        description: Patterns for the ids of users that have roles.
        type: list
        elements: str
      acl_groups:
        description: Patterns for the ids of groups that have roles.
        type: list
        elements: str
      alerts:
        description: Patterns for the ids of alerts.
        type: list
        elements: str
extends_documentation_fragment:
  - quorate.ha_cluster._cib
seealso:
  - module: quorate.ha_cluster.cluster_info
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Serve a page from an address that moves with its server
  quorate.ha_cluster.pcs_cib:
    properties:
      no-quorum-policy: stop
    resource_defaults:
      resource-stickiness: 100
      migration-threshold: 3
    resources:
      - id: cluster-ip
        agent: ocf:heartbeat:IPaddr2
        options:
          ip: 192.0.2.10
          cidr_netmask: 24
        operations:
          - {name: monitor, interval: 5s}
      - id: web-server
        agent: systemd:lighttpd
    groups:
      - id: web
        members: [cluster-ip, web-server]
    locations:
      - {resource: web, node: node1, score: 50}
    wait: 60

- name: Remove a resource, and let another take its time to stop
  quorate.ha_cluster.pcs_cib:
    resources:
      - {id: old-service, state: absent}
      - id: web-server
        operations:
          - {name: stop, timeout: 2min}

- name: Run these web servers and no other ones
  quorate.ha_cluster.pcs_cib:
    resources:
      - {id: web-1, agent: "ocf:pacemaker:Dummy"}
      - {id: web-2, agent: "ocf:pacemaker:Dummy"}
    purge:
      resources: ["web-[0-9]+"]

- name: Refuse the change if it would stop anything
  quorate.ha_cluster.pcs_cib:
    resources:
      - id: cluster-ip
        options: {nic: eth1}
    allow_disruption: false
"""

RETURN = r"""
commands:
  description:
    - The pcs commands that were, or in check mode would be, run on a copy of the configuration. Secrets are masked.
  returned: always
  type: list
  elements: list
  sample: [[pcs, resource, meta, cluster-ip, migration-threshold=5]]
transition:
  description:
    - What the cluster does because of the change, as C(crm_simulate) tells it from the live state.
  returned: always
  type: list
  elements: dict
  sample: [{action: start, resource: cluster-ip, node: node1}]
notes:
  description:
    - What else is to be known, such as that the change was predicted without pcs, or that an operator put a node into
      standby, which stays so.
  returned: always
  type: list
  elements: str
  sample: []
diff:
  description: The objects that differ, before and after, as YAML in the form that M(quorate.ha_cluster.pcs_cib) takes.
  returned: always
  type: dict
  sample:
    before: |
      properties:
        no-quorum-policy: freeze
    after: |
      properties:
        no-quorum-policy: stop
"""

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib_module import CIB, run_engine


def main() -> None:
    run_engine(CIB, lambda params: {name: params[name] for name in CIB})


if __name__ == "__main__":
    main()
