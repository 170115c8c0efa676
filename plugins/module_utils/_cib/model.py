# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a CIB says, as values. Nothing here knows XML, pcs or Ansible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.colocations import Colocation
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.locations import Location
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.orders import Order
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.sets import ResourceSet

Attributes = Mapping[str, str]
# Options of an operation that pcs can write.
OPERATION_OPTIONS = frozenset(
    ("description", "start-delay", "interval-origin", "enabled", "record-pending", "on-fail", "OCF_CHECK_LEVEL")
)
NODE_STATES = ("standby", "maintenance")  # attributes of a node that Pacemaker itself acts upon


@dataclass(frozen=True)
class Operation:
    """An operation of a primitive. `options` holds what has no field of its own, OCF_CHECK_LEVEL among it, and other
    parameters, which pcs can't write. One that `holds_more`, such as rules, is changed only where that does not lose
    it."""

    name: str
    interval: str = "0s"
    timeout: str | None = None
    role: str | None = None
    options: Attributes = field(default_factory=dict)
    xml_id: str | None = field(default=None, compare=False)
    holds_more: bool = field(default=False, compare=False)

    @property
    def parameters(self) -> Attributes:
        """The options that pcs can't write."""
        return {name: value for name, value in self.options.items() if name not in OPERATION_OPTIONS}


@dataclass(frozen=True)
class Primitive:
    """A resource or, when its agent is `stonith:something`, a fencing device."""

    id: str
    agent: str
    options: Attributes = field(default_factory=dict)
    meta: Attributes = field(default_factory=dict)
    utilization: Attributes = field(default_factory=dict)
    operations: tuple[Operation, ...] = ()
    description: str = ""
    no_default_operations: bool = field(default=False, compare=False)  # counts only when it is made

    @property
    def is_stonith(self) -> bool:
        return self.agent.startswith("stonith:")


@dataclass(frozen=True)
class Group:
    """Resources that run together, started in this order."""

    id: str
    members: tuple[str, ...]
    meta: Attributes = field(default_factory=dict)
    description: str = ""


@dataclass(frozen=True)
class Clone:
    """A resource or group that runs on several nodes."""

    id: str
    resource: str
    promotable: bool = False
    meta: Attributes = field(default_factory=dict)
    description: str = ""


@dataclass(frozen=True)
class DefaultsSet:
    """Default options for the resources or operations that a rule is about. An obstacle is why pcs can't make it."""

    id: str
    rule: str | None = None
    score: str | None = None
    values: Attributes = field(default_factory=dict)
    obstacle: str = field(default="", compare=False)


@dataclass(frozen=True)
class Bundle:
    """Containers that the cluster runs, with or without a resource inside. Ports and storage are named by their ids."""

    id: str
    type: str
    container: Attributes = field(default_factory=dict)
    network: Attributes = field(default_factory=dict)
    ports: Mapping[str, Attributes] = field(default_factory=dict)
    storage: Mapping[str, Attributes] = field(default_factory=dict)
    meta: Attributes = field(default_factory=dict)
    resource: str | None = None
    description: str = ""


@dataclass(frozen=True)
class Defaults:
    """Default options of resources or operations: the values of the set without a rule, and where they are."""

    values: Attributes = field(default_factory=dict)
    set_id: str | None = field(default=None, compare=False)
    sets: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Node:
    """What is configured of a node. `standby` and `maintenance` are among its attributes."""

    name: str
    attributes: Attributes = field(default_factory=dict)
    utilization: Attributes = field(default_factory=dict)
    description: str = ""
    xml_id: str | None = field(default=None, compare=False)


@dataclass(frozen=True)
class StonithLevel:
    """Fencing devices that are tried together for a target: a node, `regexp%PATTERN` or `attrib%NAME=VALUE`."""

    target: str
    level: int
    devices: tuple[str, ...]
    xml_id: str | None = field(default=None, compare=False)

    @property
    def id(self) -> str:
        return f"{self.target} {self.level}"


@dataclass(frozen=True)
class Ticket:
    """A resource, or sets of them, that runs only where a ticket of the multi-site cluster is held."""

    id: str
    ticket: str
    resource: str
    role: str | None = None
    loss_policy: str | None = None
    sets: tuple[ResourceSet, ...] = ()


@dataclass(frozen=True)
class Tag:
    """A name for several resources, groups or clones."""

    id: str
    members: tuple[str, ...]


@dataclass(frozen=True, order=True)
class Permission:
    """What a role may do to a part of the CIB: that with an id, or what an XPath finds."""

    kind: str
    xpath: str = ""
    reference: str = ""
    xml_id: str | None = field(default=None, compare=False)


@dataclass(frozen=True)
class AclRole:
    """A set of permissions. One that `holds_more`, such as a permission for a kind of object, is never made anew."""

    id: str
    description: str = ""
    permissions: frozenset[Permission] = frozenset()
    holds_more: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class AclMember:
    """A user or a group of the operating system, and its roles."""

    id: str
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Recipient:
    """Whom an alert is for."""

    id: str
    value: str
    description: str = ""
    options: Attributes = field(default_factory=dict)
    meta: Attributes = field(default_factory=dict)


@dataclass(frozen=True)
class Alert:
    """A program that is run at every event in the cluster."""

    id: str
    path: str
    description: str = ""
    options: Attributes = field(default_factory=dict)
    meta: Attributes = field(default_factory=dict)
    recipients: tuple[Recipient, ...] = ()


@dataclass(frozen=True)
class LeftAlone:
    """An object that is there, but which the model doesn't hold, because pcs can't write it: why, and what it names."""

    reason: str
    names: frozenset[str] = frozenset()
    is_stonith: bool = False  # a fencing device, which nobody waits for to stop
    node: str = ""  # of a location


@dataclass(frozen=True)
class Cib:
    """All that this collection manages of a CIB."""

    properties: Attributes = field(default_factory=dict)
    custom_properties: Attributes = field(default_factory=dict, compare=False)  # those that Pacemaker doesn't know
    resource_defaults: Defaults = field(default_factory=Defaults)
    operation_defaults: Defaults = field(default_factory=Defaults)
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


def target_name(exported: Mapping[str, Any]) -> str:
    """The target of an exported fencing level, as pcs writes it."""
    if exported.get("attribute"):
        return f"attrib%{exported['attribute']}={exported.get('value', '')}"
    return f"regexp%{exported['pattern']}" if exported.get("pattern") else str(exported.get("node"))
