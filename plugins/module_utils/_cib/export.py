# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A CIB in the form that pcs_cib takes. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.colocations import export_colocation
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kind import without_empty
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.locations import export_location
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import (
    NODE_STATES,
    AclMember,
    AclRole,
    Alert,
    Attributes,
    Bundle,
    Cib,
    Clone,
    DefaultsSet,
    Group,
    Node,
    Operation,
    Primitive,
    StonithLevel,
    Tag,
    Ticket,
    target_name,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import boolean
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.orders import export_order
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.sets import export_sets


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


NAMES = tuple(export(Cib()))


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
