# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a CIB says, as values. Nothing here knows XML, pcs or Ansible."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

Attributes = Mapping[str, str]


@dataclass(frozen=True)
class Operation:
    """An operation of a primitive. `options` holds what has no field of its own, OCF_CHECK_LEVEL among it."""

    name: str
    interval: str = "0s"
    timeout: str | None = None
    role: str | None = None
    options: Attributes = field(default_factory=dict)
    xml_id: str | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Primitive:
    """A resource or, when its agent is `stonith:something`, a fencing device."""

    id: str
    agent: str
    options: Attributes = field(default_factory=dict)
    meta: Attributes = field(default_factory=dict)
    utilization: Attributes = field(default_factory=dict)
    operations: tuple[Operation, ...] = ()

    @property
    def is_stonith(self) -> bool:
        return self.agent.startswith("stonith:")


@dataclass(frozen=True)
class Group:
    """Resources that run together, started in this order."""

    id: str
    members: tuple[str, ...]
    meta: Attributes = field(default_factory=dict)


@dataclass(frozen=True)
class Clone:
    """A resource or group that runs on several nodes."""

    id: str
    resource: str
    promotable: bool = False
    meta: Attributes = field(default_factory=dict)


@dataclass(frozen=True)
class Location:
    """Where a resource likes to run: a node with a score, or a rule."""

    id: str
    resource: str
    node: str | None = None
    rule: str | None = None
    score: str | None = None
    options: Attributes = field(default_factory=dict)


@dataclass(frozen=True)
class Colocation:
    """A resource that is placed by where another one runs."""

    id: str
    resource: str
    with_resource: str
    score: str | None = None
    resource_role: str | None = None
    with_role: str | None = None
    options: Attributes = field(default_factory=dict)


@dataclass(frozen=True)
class Order:
    """An action on one resource that comes before an action on another."""

    id: str
    first: str
    then: str
    first_action: str = "start"
    then_action: str = "start"
    kind: str = "Mandatory"
    symmetrical: bool = True
    options: Attributes = field(default_factory=dict)


@dataclass(frozen=True)
class Defaults:
    """Default options of resources or operations: the values of the set without a rule, and where they are."""

    values: Attributes = field(default_factory=dict)
    set_id: str | None = field(default=None, compare=False)
    sets: int = field(default=0, compare=False)


Item = TypeVar("Item", Primitive, Group, Clone, Location, Colocation, Order)
Constraint = TypeVar("Constraint", Location, Colocation, Order)


@dataclass(frozen=True)
class Cib:
    """All that this collection manages of a CIB."""

    properties: Attributes = field(default_factory=dict)
    resource_defaults: Defaults = field(default_factory=Defaults)
    operation_defaults: Defaults = field(default_factory=Defaults)
    primitives: Mapping[str, Primitive] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    clones: Mapping[str, Clone] = field(default_factory=dict)
    locations: Mapping[str, Location] = field(default_factory=dict)
    colocations: Mapping[str, Colocation] = field(default_factory=dict)
    orders: Mapping[str, Order] = field(default_factory=dict)

    def clone_of(self, resource: str) -> Clone | None:
        """The clone whose child is RESOURCE."""
        return next((clone for clone in self.clones.values() if clone.resource == resource), None)

    def referable(self, resource: str) -> str:
        """The id by which a constraint names RESOURCE: that of its clone, where it has one."""
        clone = self.clone_of(resource)
        return resource if clone is None else clone.id


# --- in the form that pcs_cib takes ----------------------------------------------------------------------------------


def without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    """VALUES without those that say nothing."""
    return {key: value for key, value in values.items() if value is not None and value != {} and value != []}


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
        }
    )


def export_group(group: Group) -> dict[str, Any]:
    return without_empty({"id": group.id, "members": list(group.members), "meta": dict(group.meta)})


def export_clone(clone: Clone) -> dict[str, Any]:
    return without_empty(
        {"id": clone.id, "resource": clone.resource, "promotable": clone.promotable, "meta": dict(clone.meta)}
    )


def export_location(location: Location) -> dict[str, Any]:
    return without_empty(dataclasses.asdict(location))


def export_colocation(colocation: Colocation) -> dict[str, Any]:
    exported = dataclasses.asdict(colocation)
    return without_empty({("with" if key == "with_resource" else key): value for key, value in exported.items()})


def export_order(order: Order) -> dict[str, Any]:
    return without_empty(dataclasses.asdict(order))


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
        "locations": [export_location(location) for location in cib.locations.values()],
        "colocations": [export_colocation(colocation) for colocation in cib.colocations.values()],
        "orders": [export_order(order) for order in cib.orders.values()],
    }


def named(exported: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Every object and every value of an export with its kind and its name."""
    for kind, values in exported.items():
        if isinstance(values, Mapping):
            yield from ((kind, name, value) for name, value in values.items())
        else:
            yield from ((kind, value["id"], value) for value in values)
