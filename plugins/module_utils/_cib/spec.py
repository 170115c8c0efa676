# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of every kind of object, as the modules and the variables of role resources take them."""

from __future__ import annotations

from typing import Any

Spec = dict[str, dict[str, Any]]

STATE: Spec = {"state": {"type": "str", "choices": ["present", "absent"], "default": "present"}}
OPERATION: Spec = {
    "name": {"type": "str", "required": True},
    "interval": {"type": "str"},
    "timeout": {"type": "str"},
    "role": {"type": "str"},
    "options": {"type": "dict"},
    **STATE,
}
DESCRIPTION: Spec = {"description": {"type": "str"}}
STONITH: Spec = {
    "id": {"type": "str", "required": True},
    "agent": {"type": "str"},
    "options": {"type": "dict"},
    "meta": {"type": "dict"},
    "operations": {"type": "list", "elements": "dict", "options": OPERATION},
    "no_default_operations": {"type": "bool"},
    **DESCRIPTION,
    **STATE,
}
RESOURCE: Spec = {**STONITH, "utilization": {"type": "dict"}}
RELEASE: Spec = {"release": {"type": "list", "elements": "str"}}
GROUP: Spec = {
    "id": {"type": "str", "required": True},
    "members": {"type": "list", "elements": "str"},
    **RELEASE,
    "meta": {"type": "dict"},
    **DESCRIPTION,
    **STATE,
}
CLONE: Spec = {
    "id": {"type": "str"},
    "resource": {"type": "str"},
    "promotable": {"type": "bool"},
    "meta": {"type": "dict"},
    **DESCRIPTION,
    **STATE,
}
MAPPING: Spec = {
    "id": {"type": "str", "required": True},
    "options": {"type": "dict"},
    **STATE,
}
BUNDLE: Spec = {
    "id": {"type": "str", "required": True},
    "type": {"type": "str", "choices": ["podman", "docker"]},
    "container": {"type": "dict"},
    "network": {"type": "dict"},
    "ports": {"type": "list", "elements": "dict", "options": MAPPING},
    "storage": {"type": "list", "elements": "dict", "options": MAPPING},
    "meta": {"type": "dict"},
    "resource": {"type": "str"},
    **DESCRIPTION,
    **STATE,
}
LOCATION: Spec = {
    "id": {"type": "str"},
    "resource": {"type": "str"},
    "node": {"type": "str"},
    "rule": {"type": "str"},
    "score": {"type": "str"},
    "options": {"type": "dict"},
    **STATE,
}
ACTIONS = ["start", "stop", "promote", "demote"]
RESOURCE_SET: Spec = {
    "resources": {"type": "list", "elements": "str", "required": True},
    "role": {"type": "str"},
    "action": {"type": "str", "choices": ACTIONS},
    "sequential": {"type": "bool"},
    "require_all": {"type": "bool"},
}
SETS: Spec = {"sets": {"type": "list", "elements": "dict", "options": RESOURCE_SET}}
COLOCATION: Spec = {
    "id": {"type": "str"},
    "resource": {"type": "str"},
    "with": {"type": "str"},
    "score": {"type": "str"},
    "resource_role": {"type": "str"},
    "with_role": {"type": "str"},
    **SETS,
    "options": {"type": "dict"},
    **STATE,
}
ORDER: Spec = {
    "id": {"type": "str"},
    "first": {"type": "str"},
    "then": {"type": "str"},
    "first_action": {"type": "str", "choices": ACTIONS},
    "then_action": {"type": "str", "choices": ACTIONS},
    **SETS,
    "kind": {"type": "str", "choices": ["Mandatory", "Optional", "Serialize"]},
    "symmetrical": {"type": "bool"},
    "options": {"type": "dict"},
    **STATE,
}
NODE: Spec = {
    "name": {"type": "str", "required": True},
    "standby": {"type": "bool"},
    "maintenance": {"type": "bool"},
    "attributes": {"type": "dict"},
    "utilization": {"type": "dict"},
    **DESCRIPTION,
}
STONITH_LEVEL: Spec = {
    "level": {"type": "int", "required": True},
    "node": {"type": "str"},
    "pattern": {"type": "str"},
    "attribute": {"type": "str"},
    "value": {"type": "str"},
    "devices": {"type": "list", "elements": "str"},
    **STATE,
}
TICKET: Spec = {
    "id": {"type": "str"},
    "ticket": {"type": "str"},
    "resource": {"type": "str"},
    "role": {"type": "str"},
    **SETS,
    "loss_policy": {"type": "str", "choices": ["stop", "demote", "freeze", "fence"]},
    **STATE,
}
TAG: Spec = {
    "id": {"type": "str", "required": True},
    "members": {"type": "list", "elements": "str"},
    **RELEASE,
    **STATE,
}
PERMISSION: Spec = {
    "kind": {"type": "str", "choices": ["read", "write", "deny"], "required": True},
    "xpath": {"type": "str"},
    "reference": {"type": "str"},
}
ACL_ROLE: Spec = {
    "id": {"type": "str", "required": True},
    "description": {"type": "str"},
    "permissions": {"type": "list", "elements": "dict", "options": PERMISSION},
    **STATE,
}
ACL_MEMBER: Spec = {
    "id": {"type": "str", "required": True},
    "roles": {"type": "list", "elements": "str"},
    **STATE,
}
ACL: Spec = {
    "enabled": {"type": "bool"},
    "roles": {"type": "list", "elements": "dict", "options": ACL_ROLE},
    "users": {"type": "list", "elements": "dict", "options": ACL_MEMBER},
    "groups": {"type": "list", "elements": "dict", "options": ACL_MEMBER},
}
RECIPIENT: Spec = {
    "id": {"type": "str"},
    "value": {"type": "str"},
    "description": {"type": "str"},
    "options": {"type": "dict"},
    "meta": {"type": "dict"},
    **STATE,
}
ALERT: Spec = {
    "id": {"type": "str", "required": True},
    "path": {"type": "str"},
    "description": {"type": "str"},
    "options": {"type": "dict"},
    "meta": {"type": "dict"},
    "recipients": {"type": "list", "elements": "dict", "options": RECIPIENT},
    **STATE,
}
DEFAULTS_SET: Spec = {
    "id": {"type": "str", "required": True},
    "rule": {"type": "str"},
    "score": {"type": "str"},
    "values": {"type": "dict"},
    **STATE,
}
DEFAULTS: Spec = {
    "resource_defaults": {"type": "dict"},
    "operation_defaults": {"type": "dict"},
    "resource_defaults_sets": {"type": "list", "elements": "dict", "options": DEFAULTS_SET},
    "operation_defaults_sets": {"type": "list", "elements": "dict", "options": DEFAULTS_SET},
}
PROPERTY: Spec = {"properties": {"type": "dict"}, "custom_properties": {"type": "dict"}}
CIB: Spec = {
    "properties": {"type": "dict"},
    **DEFAULTS,
    "resources": {"type": "list", "elements": "dict", "options": RESOURCE},
    "stonith": {"type": "list", "elements": "dict", "options": STONITH},
    "groups": {"type": "list", "elements": "dict", "options": GROUP},
    "clones": {"type": "list", "elements": "dict", "options": CLONE},
    "bundles": {"type": "list", "elements": "dict", "options": BUNDLE},
    "locations": {"type": "list", "elements": "dict", "options": LOCATION},
    "colocations": {"type": "list", "elements": "dict", "options": COLOCATION},
    "orders": {"type": "list", "elements": "dict", "options": ORDER},
    "nodes": {"type": "list", "elements": "dict", "options": NODE},
    "stonith_levels": {"type": "list", "elements": "dict", "options": STONITH_LEVEL},
    "tickets": {"type": "list", "elements": "dict", "options": TICKET},
    "tags": {"type": "list", "elements": "dict", "options": TAG},
    "acl_roles": {"type": "list", "elements": "dict", "options": ACL_ROLE},
    "acl_users": {"type": "list", "elements": "dict", "options": ACL_MEMBER},
    "acl_groups": {"type": "list", "elements": "dict", "options": ACL_MEMBER},
    "alerts": {"type": "list", "elements": "dict", "options": ALERT},
}
PURGE: Spec = {kind: {"type": "list", "elements": "str"} for kind in CIB if kind != "nodes"}
CIB["custom_properties"] = {"type": "dict"}
CIB["no_default_operations"] = {"type": "bool", "default": False}
CIB["purge"] = {"type": "dict", "options": PURGE}
CIB["declared_elsewhere"] = {"type": "dict", "options": PURGE}
