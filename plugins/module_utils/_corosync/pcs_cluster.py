# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parameters and results of pcs_cluster, for the controller and the nodes."""

from __future__ import annotations

import typing as t

from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import Node, Spec, option_value
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.plan import Found, Plan, plan

ARGUMENTS: dict[str, t.Any] = {
    "name": {"type": "str", "required": True},
    "nodes": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "name": {"type": "str", "required": True},
            "addresses": {"type": "list", "elements": "str", "required": True},
        },
    },
    "transport": {"type": "str", "choices": ["knet", "udp", "udpu"], "default": "knet"},
    "transport_options": {"type": "dict", "default": {}},
    "links": {"type": "list", "elements": "dict", "default": []},
    "compression": {"type": "dict", "default": {}},
    "crypto": {"type": "dict", "default": {"cipher": "aes256", "hash": "sha256"}},
    "totem": {"type": "dict", "default": {}},
    "quorum": {"type": "dict", "default": {}},
    "path": {"type": "path", "default": "/etc/corosync/corosync.conf"},
    "found": {"type": "dict"},
    "allow_rename": {"type": "bool", "default": False},
    "allow_join": {"type": "bool", "default": False},
    "allow_others": {"type": "bool", "default": False},
}


def wanted_cluster(params: t.Mapping[str, t.Any]) -> Spec:
    """The module's parameters as a Spec."""

    def options(mapping: t.Mapping[str, t.Any]) -> dict[str, str]:
        return {key: option_value(value, key) for key, value in mapping.items()}

    return Spec(
        name=params["name"],
        nodes=tuple(Node(node["name"], tuple(node["addresses"])) for node in params["nodes"]),
        transport=params["transport"],
        links=tuple(options(link) for link in params["links"]),
        **{key: options(params[key]) for key in ("transport_options", "compression", "totem", "quorum")},
        crypto=options(params["crypto"]) if params["transport"] == "knet" else {},
    )


def decide(spec: Spec, params: t.Mapping[str, t.Any], found: t.Iterable[Found]) -> Plan:
    """What is to become of what was FOUND. Raises ClusterError when that is not allowed."""
    return plan(spec, found, **{name: params[name] for name in ("allow_rename", "allow_join", "allow_others")})


def found_elsewhere(params: t.Mapping[str, t.Any]) -> list[Found]:
    """What the caller found on the nodes."""
    return [Found(node, info.get("content"), bool(info.get("running"))) for node, info in params["found"].items()]


def answer(decision: Plan, config: str, present: str | None, path: str) -> dict[str, t.Any]:
    """The module's result, where the file PATH holds PRESENT and is to hold CONFIG."""
    return {
        "changed": config != present,
        "classification": decision.classification.value,
        "changes": [
            {"key": change.key, "before": change.before, "after": change.after, "effect": change.effect.value}
            for change in decision.changes
        ],
        "pending": decision.pending,
        "unreachable_nodes": list(decision.unreachable),
        "source": decision.source,
        "config": config,
        "diff": {"before": present or "", "after": config, "before_header": path, "after_header": path},
    }
