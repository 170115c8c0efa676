# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The model: the managed configuration of a CIB as values. Nothing here knows XML, pcs or Ansible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.acls import AclMember, AclRole
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.alerts import Alert
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.bundles import Bundle
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.clones import Clone
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.colocations import Colocation
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.defaults import Defaults, DefaultsSet
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.groups import Group
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.levels import StonithLevel
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.locations import Location
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.nodes import Node
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.orders import Order
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.resources import Primitive
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.tags import Tag
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.tickets import Ticket

Attributes = Mapping[str, str]


def no_defaults() -> Defaults:
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.defaults import Defaults

    return Defaults()


@dataclass(frozen=True)
class LeftAlone:
    """An object that is there, but which the model doesn't hold, because pcs can't write it: why, and what it names."""

    reason: str
    names: frozenset[str] = frozenset()
    is_stonith: bool = False  # a fencing device; no change waits for it to stop
    node: str = ""  # of a location


@dataclass(frozen=True)
class Cib:
    """All that this collection manages of a CIB."""

    properties: Attributes = field(default_factory=dict)
    custom_properties: Attributes = field(default_factory=dict, compare=False)  # those that Pacemaker doesn't know
    resource_defaults: Defaults = field(default_factory=no_defaults)
    operation_defaults: Defaults = field(default_factory=no_defaults)
    primitives: Mapping[str, Primitive] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    clones: Mapping[str, Clone] = field(default_factory=dict)
    bundles: Mapping[str, Bundle] = field(default_factory=dict)
    locations: Mapping[str, Location] = field(default_factory=dict)
    colocations: Mapping[str, Colocation] = field(default_factory=dict)
    orders: Mapping[str, Order] = field(default_factory=dict)
    resource_defaults_sets: Mapping[str, DefaultsSet] = field(default_factory=dict)
    operation_defaults_sets: Mapping[str, DefaultsSet] = field(default_factory=dict)
    nodes: Mapping[str, Node] = field(default_factory=dict)
    stonith_levels: Mapping[str, StonithLevel] = field(default_factory=dict)
    tickets: Mapping[str, Ticket] = field(default_factory=dict)
    tags: Mapping[str, Tag] = field(default_factory=dict)
    acl_roles: Mapping[str, AclRole] = field(default_factory=dict)
    acl_users: Mapping[str, AclMember] = field(default_factory=dict)
    acl_groups: Mapping[str, AclMember] = field(default_factory=dict)
    alerts: Mapping[str, Alert] = field(default_factory=dict)
    left_alone: Mapping[str, Mapping[str, LeftAlone]] = field(default_factory=dict)  # by kind and id

    def clone_of(self, resource: str) -> Clone | None:
        """The clone whose child is RESOURCE."""
        return next((clone for clone in self.clones.values() if clone.resource == resource), None)

    def bundle_of(self, resource: str) -> Bundle | None:
        """The bundle that RESOURCE is in."""
        return next((bundle for bundle in self.bundles.values() if bundle.resource == resource), None)

    def referable(self, resource: str) -> str:
        """The id by which a constraint names RESOURCE: that of its clone or bundle, where it has one."""
        around = self.clone_of(resource) or self.bundle_of(resource)
        return resource if around is None else around.id
