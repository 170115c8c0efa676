# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a CIB says, as values. Nothing here knows XML, pcs or Ansible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import boolean

Attributes = Mapping[str, str]
SET_OPTIONS = {"role": "role", "action": "action", "sequential": "sequential", "require-all": "require_all"}
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
class ResourceSet:
    """Resources that a constraint treats alike. The options are named as in XML."""

    resources: tuple[str, ...]
    options: Attributes = field(default_factory=dict)


@dataclass(frozen=True)
class Location:
    """Where a resource likes to run: a node with a score, or a rule. An obstacle is why pcs can't make it."""

    id: str
    resource: str
    node: str | None = None
    rule: str | None = None
    score: str | None = None
    options: Attributes = field(default_factory=dict)
    obstacle: str = field(default="", compare=False)


@dataclass(frozen=True)
class Colocation:
    """A resource that is placed by where another one runs; or sets of resources instead of the two."""

    id: str
    resource: str
    with_resource: str
    score: str | None = None
    resource_role: str | None = None
    with_role: str | None = None
    options: Attributes = field(default_factory=dict)
    sets: tuple[ResourceSet, ...] = ()


@dataclass(frozen=True)
class Order:
    """An action on one resource that comes before an action on another; or sets of resources instead of the two."""

    id: str
    first: str
    then: str
    first_action: str = "start"
    then_action: str = "start"
    kind: str = "Mandatory"
    symmetrical: bool = True
    options: Attributes = field(default_factory=dict)
    sets: tuple[ResourceSet, ...] = ()


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


Constraint = TypeVar("Constraint", Location, Colocation, Order, Ticket)
Item = TypeVar("Item")


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


# --- in the form that pcs_cib takes ----------------------------------------------------------------------------------


def without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    """VALUES without those that say nothing."""
    return {key: value for key, value in values.items() if value is not None and value not in ({}, [], "")}


def export_operation(operation: Operation) -> dict[str, Any]:
    return without_empty(
        {
            "name": operation.name,
            "interval": operation.interval,
            "timeout": operation.timeout,
            "role": operation.role,
            "options": dict(operation.options),
        }
    )


def export_primitive(primitive: Primitive) -> dict[str, Any]:
    operations = sorted(primitive.operations, key=lambda item: (item.name, item.interval, item.role or ""))
    return without_empty(
        {
            "id": primitive.id,
            "agent": primitive.agent,
            "options": dict(primitive.options),
            "meta": dict(primitive.meta),
            "utilization": dict(primitive.utilization),
            "operations": [export_operation(operation) for operation in operations],
            "description": primitive.description,
        }
    )


def export_group(group: Group) -> dict[str, Any]:
    return without_empty({**vars(group), "members": list(group.members), "meta": dict(group.meta)})


def export_clone(clone: Clone) -> dict[str, Any]:
    return without_empty({**vars(clone), "meta": dict(clone.meta)})


def export_bundle(bundle: Bundle) -> dict[str, Any]:
    def mappings(values: Mapping[str, Attributes]) -> list[dict[str, Any]]:
        return [{"id": name, "options": dict(options)} for name, options in values.items()]

    return without_empty(
        {
            "id": bundle.id,
            "type": bundle.type,
            "container": dict(bundle.container),
            "network": dict(bundle.network),
            "ports": mappings(bundle.ports),
            "storage": mappings(bundle.storage),
            "meta": dict(bundle.meta),
            "resource": bundle.resource,
            "description": bundle.description,
        }
    )


def export_location(location: Location) -> dict[str, Any]:
    return without_empty({**vars(location), "options": dict(location.options), "obstacle": None})


def export_sets(sets: tuple[ResourceSet, ...]) -> list[dict[str, Any]]:
    return [
        {
            "resources": list(each.resources),
            **{
                SET_OPTIONS[name]: value if boolean(value) is None else boolean(value)
                for name, value in each.options.items()
            },
        }
        for each in sets
    ]


def export_colocation(colocation: Colocation) -> dict[str, Any]:
    exported = {**vars(colocation), "sets": export_sets(colocation.sets), "options": dict(colocation.options)}
    return without_empty({("with" if key == "with_resource" else key): value for key, value in exported.items()})


def export_order(order: Order) -> dict[str, Any]:
    exported = {**vars(order), "sets": export_sets(order.sets), "options": dict(order.options)}
    actions = ("first_action", "then_action") if order.sets else ()
    return without_empty({name: value for name, value in exported.items() if name not in actions})


def export_defaults_set(one: DefaultsSet) -> dict[str, Any]:
    return without_empty({**vars(one), "values": dict(one.values), "obstacle": None})


def export_node(node: Node) -> dict[str, Any]:
    attributes = dict(node.attributes)
    states = {
        name: boolean(attributes.pop(name)) for name in NODE_STATES if boolean(attributes.get(name, "")) is not None
    }
    exported = {"attributes": attributes, "utilization": dict(node.utilization), "description": node.description}
    return without_empty({"name": node.name, **states, **exported})


def export_level(level: StonithLevel) -> dict[str, Any]:
    kind, separator, rest = level.target.partition("%")
    target: dict[str, str] = {"node": level.target}
    if separator and kind == "regexp":
        target = {"pattern": rest}
    elif separator and kind == "attrib":
        name, _equals, value = rest.partition("=")
        target = {"attribute": name, "value": value}
    return {"level": level.level, **target, "devices": list(level.devices)}


def export_ticket(ticket: Ticket) -> dict[str, Any]:
    return without_empty({**vars(ticket), "sets": export_sets(ticket.sets)})


def export_tag(tag: Tag) -> dict[str, Any]:
    return {"id": tag.id, "members": list(tag.members)}


def export_acl_role(acl_role: AclRole) -> dict[str, Any]:
    permissions = [
        without_empty({"kind": item.kind, "xpath": item.xpath, "reference": item.reference})
        for item in sorted(acl_role.permissions)
    ]
    return without_empty({"id": acl_role.id, "description": acl_role.description, "permissions": permissions})


def export_acl_member(member: AclMember) -> dict[str, Any]:
    return without_empty({"id": member.id, "roles": sorted(member.roles)})


def export_alert(alert: Alert) -> dict[str, Any]:
    recipients = [
        without_empty({**vars(item), "options": dict(item.options), "meta": dict(item.meta)})
        for item in alert.recipients
    ]
    return without_empty(
        {**vars(alert), "options": dict(alert.options), "meta": dict(alert.meta), "recipients": recipients}
    )


def export(cib: Cib) -> dict[str, Any]:
    """The whole CIB in the form that pcs_cib takes. Secrets are in it."""
    primitives = [export_primitive(primitive) for primitive in cib.primitives.values()]
    return {
        "properties": dict(cib.properties),
        "resource_defaults": dict(cib.resource_defaults.values),
        "operation_defaults": dict(cib.operation_defaults.values),
        "resources": [item for item in primitives if not item["agent"].startswith("stonith:")],
        "stonith": [item for item in primitives if item["agent"].startswith("stonith:")],
        "groups": [export_group(group) for group in cib.groups.values()],
        "clones": [export_clone(clone) for clone in cib.clones.values()],
        "bundles": [export_bundle(bundle) for bundle in cib.bundles.values()],
        "locations": [export_location(location) for location in cib.locations.values()],
        "colocations": [export_colocation(colocation) for colocation in cib.colocations.values()],
        "orders": [export_order(order) for order in cib.orders.values()],
        "resource_defaults_sets": [export_defaults_set(one) for one in cib.resource_defaults_sets.values()],
        "operation_defaults_sets": [export_defaults_set(one) for one in cib.operation_defaults_sets.values()],
        "nodes": [export_node(node) for node in cib.nodes.values()],
        "stonith_levels": [export_level(level) for level in cib.stonith_levels.values()],
        "tickets": [export_ticket(ticket) for ticket in cib.tickets.values()],
        "tags": [export_tag(tag) for tag in cib.tags.values()],
        "acl_roles": [export_acl_role(acl_role) for acl_role in cib.acl_roles.values()],
        "acl_users": [export_acl_member(member) for member in cib.acl_users.values()],
        "acl_groups": [export_acl_member(member) for member in cib.acl_groups.values()],
        "alerts": [export_alert(alert) for alert in cib.alerts.values()],
    }


KINDS = tuple(export(Cib()))


def target_name(exported: Mapping[str, Any]) -> str:
    """The target of an exported fencing level, as pcs writes it."""
    if exported.get("attribute"):
        return f"attrib%{exported['attribute']}={exported.get('value', '')}"
    return f"regexp%{exported['pattern']}" if exported.get("pattern") else str(exported.get("node"))


def name_of(exported: Mapping[str, Any]) -> str:
    """What tells an exported object from the others of its kind."""
    if "level" in exported:
        return f"{target_name(exported)} {exported['level']}"
    name: str = exported["name"] if "name" in exported else exported["id"]
    return name


def named(exported: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Every object and every value of an export with its kind and its name."""
    for kind, values in exported.items():
        if isinstance(values, Mapping):
            yield from ((kind, name, value) for name, value in values.items())
        else:
            yield from ((kind, name_of(value), value) for value in values)
