# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The content of a cluster's picture: nodes, links, where resources run, and the constraints between them. Pure."""

from __future__ import annotations

import typing as t
import xml.etree.ElementTree as ET

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import status
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.colocations import Colocation
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.locations import Location
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.orders import Order
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.placement import guest_nodes, remote_nodes
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.sets import ResourceSet
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import (
    Section,
    cluster_name,
    link_addresses,
    node_sections,
)


def draw(
    cib: Cib, root: Section | None, state: ET.Element | None, places: t.Mapping[str, t.Sequence[str]]
) -> dict[str, t.Any]:
    """The picture of the cluster with configuration CIB and ROOT and the STATE that crm_mon tells. PLACES says where
    resources would run where there is no state."""
    known = {node["name"]: node for node in status.nodes(state)} if state is not None else {}
    sections = node_sections(root) if root is not None else {}
    kinds = {**dict.fromkeys(remote_nodes(cib), "remote"), **dict.fromkeys(guest_nodes(cib), "guest")}
    names = list(dict.fromkeys((*sections, *known, *cib.nodes, *kinds)))
    return {
        "name": cluster_name(root) if root is not None else "",
        "placement": _placement(state, places),
        "summary": status.cluster(state),
        "nodes": [
            {
                "name": name,
                "addresses": link_addresses(sections[name]) if name in sections else {},
                "is_dc": bool(known.get(name, {}).get("is_dc")),
                "state": _state(known.get(name)),
                "kind": kinds.get(name, "member"),
            }
            for name in names
        ],
        "resources": _resources(cib, state, places),
        "constraints": [
            *map(_location, cib.locations.values()),
            *map(_order, cib.orders.values()),
            *map(_colocation, cib.colocations.values()),
            *(
                {
                    "id": item.id,
                    "kind": "ticket",
                    "text": f"{item.resource or 'a set'} needs ticket {item.ticket}",
                    "ends": [],
                }
                for item in cib.tickets.values()
            ),
        ],
    }


def _placement(state: ET.Element | None, places: t.Mapping[str, t.Sequence[str]]) -> str:
    """How it is known what runs where, if it is."""
    if state is not None:
        return "seen"
    return "predicted" if places else "unknown"


def _state(node: t.Mapping[str, t.Any] | None) -> str:
    """A node's state in a word."""
    if node is None:
        return "unknown"
    return next((flag for flag in ("unclean", "pending", "standby", "maintenance", "online") if node[flag]), "offline")


def _resources(cib: Cib, state: ET.Element | None, places: t.Mapping[str, t.Sequence[str]]) -> list[dict[str, t.Any]]:
    groups = {member: group.id for group in cib.groups.values() for member in group.members}
    instances = status.resources(state) if state is not None else []
    found = []
    for item in cib.primitives.values():
        own = [instance for instance in instances if instance.id == item.id]
        where = (
            [node for instance in own if instance.active for node in instance.nodes] if own else places.get(item.id, [])
        )
        holder = groups.get(item.id, item.id)
        around = cib.clone_of(holder) or cib.bundle_of(holder)
        promoted = [node for instance in own if instance.role in ("Promoted", "Master") for node in instance.nodes]
        found.append(
            {
                "id": item.id,
                "agent": item.agent,
                "group": groups.get(item.id, ""),
                "clone": "" if around is None else around.id,
                "fencing": item.is_stonith,
                "nodes": [node.partition(" (")[0] for node in where],
                "promoted": promoted or [node.partition(" (")[0] for node in where if node.endswith("(promoted)")],
                "failed": any(instance.failed or instance.blocked for instance in own),
                "managed": all(instance.managed for instance in own),
            }
        )
    return found


def _named(name: str, role: str | None) -> str:
    """The resource NAME, with the ROLE in which a constraint is about it."""
    return f"{name} ({role})" if role and role != "Started" else name


def _members(item: ResourceSet) -> str:
    """The resources of a set in a constraint, with the role or the action that it is about."""
    action = item.options.get("action", "start")
    named = [_named(name, item.options.get("role")) for name in item.resources]
    return f"{'' if action == 'start' else f'{action} '}{' and '.join(named)}"


def _location(item: Location) -> dict[str, t.Any]:
    target = f"on {item.node}" if item.node else f"by rule {item.rule}"
    resource = _named(item.resource, item.options.get("role"))
    return {
        "id": item.id,
        "kind": "location",
        "text": f"{resource} {target}, score {item.score or 'by rule'}",
        "ends": [item.resource, item.node or ""],
        "against": (item.score or "").startswith("-"),
    }


def _order(item: Order) -> dict[str, t.Any]:
    if item.sets:
        text = " then ".join(map(_members, item.sets))
        return {"id": item.id, "kind": "order", "text": text, "ends": []}
    text = f"{item.first_action} {item.first}, then {item.then_action} {item.then} ({item.kind})"
    return {"id": item.id, "kind": "order", "text": text, "ends": [item.first, item.then]}


def _colocation(item: Colocation) -> dict[str, t.Any]:
    score = item.score or "INFINITY"
    if item.sets:
        text = f"{' with '.join(map(_members, item.sets))}, score {score}"
        return {"id": item.id, "kind": "colocation", "text": text, "ends": []}
    one, other = _named(item.resource, item.resource_role), _named(item.with_resource, item.with_role)
    return {
        "id": item.id,
        "kind": "colocation",
        "text": f"{one} {'not ' if score.startswith('-') else ''}where {other} is, score {score}",
        "ends": [item.resource, item.with_resource],
        "against": score.startswith("-"),
    }
