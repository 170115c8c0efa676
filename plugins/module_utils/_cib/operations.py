# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations of resources. Pure."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import FORCE, Command, set_attributes
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import (
    Declared,
    is_absent,
    merge_attributes,
    plain_role,
    value_or,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.element import attributes, remaining
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kind import Reasons, without_empty
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Attributes
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import (
    duration,
    duration_for_pcs,
    role,
    same,
    text,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.options import STATE, Options
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.properties import why_no_time
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

if TYPE_CHECKING:
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.resources import Primitive

# Options of an operation that pcs can write.
OPERATION_OPTIONS = frozenset(
    ("description", "start-delay", "interval-origin", "enabled", "record-pending", "on-fail", "OCF_CHECK_LEVEL")
)
CHECK_LEVEL = "OCF_CHECK_LEVEL"  # the one option of an operation that is no XML attribute of it
OPERATION_FIELDS = frozenset(("id", "name", "interval", "timeout", "role"))
OPERATION: Options = {
    "name": {"description": "The action, such as V(monitor), V(start) or V(stop).", "type": "str", "required": True},
    "interval": {
        "description": "The interval. By default, a new monitor runs every 60 s, other operations once.",
        "type": "str",
        "takes": "duration",
    },
    "timeout": {
        "description": "How long it may take. A null in O(operations[].options) removes it.",
        "type": "str",
        "takes": "duration",
    },
    "role": {
        "description": "The role of the resource for the operation, such as V(Promoted).",
        "type": "str",
        "takes": "role",
    },
    "options": {
        "description": "Other options, such as C(OCF_CHECK_LEVEL) or C(on-fail). Null removes one.",
        "type": "dict",
        "holds": "operation",
    },
    **STATE,
}

OPERATIONS: Options = {
    "operations": {
        "description": [
            "Operations, in any order. Other operations stay as they are.",
            (
                "The module changes the operation with this name, role and interval. If there is none, it "
                "changes the interval of the operation with this name and role."
            ),
        ],
        "type": "list",
        "elements": "dict",
        "noun": "operation",
        "suboptions": OPERATION,
    },
    "no_default_operations": {
        "description": [
            "Whether a new resource gets only the declared operations and the monitor of its agent.",
            (
                "By default it gets all operations that the agent suggests, with their timeouts. These "
                "override the defaults of operations."
            ),
            "Used only when the resource is created.",
        ],
        "type": "bool",
    },
}


@dataclass(frozen=True)
class Operation:
    """An operation of a primitive. `options` holds OCF_CHECK_LEVEL, all other options without a field of their own, and
    parameters, which pcs can't write. An operation that `holds_more`, such as rules, is changed only if nothing of it
    gets lost."""

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


def parse_operation(element: ET.Element) -> Operation:
    parameters = attributes(element, "instance_attributes")
    options = {
        **{name: value for name, value in parameters.items() if is_parameter(name)},
        **remaining(element, *OPERATION_FIELDS),
    }
    return Operation(
        name=element.get("name", ""),
        interval=element.get("interval", "0s"),
        timeout=element.get("timeout"),
        role=element.get("role"),
        options={name: value for name, value in options.items() if name not in OPERATION_FIELDS},
        xml_id=element.get("id"),
        holds_more=any(child.tag != "instance_attributes" or not is_plain(child) for child in element),
    )


def is_plain(nvset: ET.Element) -> bool:
    """Whether a set of an operation's parameters holds only parameters."""
    return all(pair.tag == "nvpair" and is_parameter(pair.get("name", "")) for pair in nvset)


def is_parameter(name: str) -> bool:
    """Whether an nvpair called NAME is a parameter of the agent. pcs writes an option of that name as an attribute, so
    such an nvpair is neither exported nor changed."""
    return name == CHECK_LEVEL or name not in OPERATION_FIELDS | OPERATION_OPTIONS


# --- declared --------------------------------------------------------------------------------------------------------


def merge_operations(current: Sequence[Operation], declared: Sequence[Declared]) -> tuple[Operation, ...]:
    """Pair every declared operation with the current one of the same name, role and interval. Failing that, take one of
    the same name and role that no other declared operation matches, and change its interval."""
    left = list(current)
    pairs: list[tuple[Declared, Operation | None]] = []
    later: list[Declared] = []
    for item in declared:
        found = next((operation for operation in left if matches(operation, item, by_interval=True)), None)
        if found is None:
            later.append(item)
        else:
            left.remove(found)
            pairs.append((item, found))
    for item in later:
        found = next((operation for operation in left if matches(operation, item, by_interval=False)), None)
        if found is not None:
            left.remove(found)
        pairs.append((item, found))
    merged = {
        id(found): merge_operation(found, item) for item, found in pairs if found is not None and not is_absent(item)
    }
    gone = {id(found) for item, found in pairs if found is not None and is_absent(item)}
    kept = tuple(merged.get(id(operation), operation) for operation in current if id(operation) not in gone)
    new = tuple(merge_operation(None, item) for item, found in pairs if found is None and not is_absent(item))
    return kept + new


def matches(operation: Operation, item: Declared, *, by_interval: bool) -> bool:
    if operation.name != item["name"] or plain_role(operation.role) != plain_role(item.get("role")):
        return False
    if not by_interval:
        return not is_absent(item) or item.get("interval") is None
    return same("interval", operation.interval, text(item.get("interval") or default_interval(item["name"])))


def default_interval(name: str) -> str:
    """The interval that pcs gives an operation without one."""
    return "60s" if name == "monitor" else "0s"


def merge_operation(current: Operation | None, item: Declared) -> Operation:
    if current is None:
        current = Operation(item["name"], text(item.get("interval") or default_interval(item["name"])))
    options = dict(item.get("options") or {})
    removed = "timeout" in options and options["timeout"] is None
    timeout = item.get("timeout") or options.pop("timeout", None)
    return dataclasses.replace(
        current,
        interval=value_or(current.interval, item.get("interval"), "interval") or current.interval,
        timeout=None if removed else value_or(current.timeout, timeout, "timeout"),
        role=value_or(current.role, role(item["role"]) if item.get("role") else None, "role"),
        options=merge_attributes(current.options, options),
    )


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


def with_operations_of_pcs(reasons: Reasons, primitive: Primitive) -> Primitive:
    """Return PRIMITIVE with the operations that pcs can make, as far as it can write them."""
    operations: dict[Hashable, Operation] = {}
    for operation in primitive.operations:
        key = operation.name, duration(operation.interval)
        reason = why_no_time(operation.interval)
        if not reason and key in operations:
            reason = "pcs makes only one of several with the same name and interval"
        if reason:
            reasons["operations", operation.xml_id or ""] = reason
        else:
            operations[key] = as_pcs_writes_it(operation)
    return dataclasses.replace(primitive, operations=tuple(operations.values()))


def as_pcs_writes_it(operation: Operation) -> Operation:
    """Return OPERATION without the parameters, and without a timeout, that pcs can't write."""
    return dataclasses.replace(
        operation,
        timeout=None if why_no_time(operation.timeout or "0") else operation.timeout,
        options={name: value for name, value in operation.options.items() if name in OPERATION_OPTIONS},
    )


# --- commands --------------------------------------------------------------------------------------------------------


def operation_options(operation: Operation) -> list[str]:
    options = [f"interval={duration_for_pcs(operation.interval)}"]
    if operation.timeout is not None:
        options.append(f"timeout={duration_for_pcs(operation.timeout)}")
    if operation.role is not None:
        options.append(f"role={operation.role}")
    return [*options, *(f"{name}={value}" for name, value in operation.options.items())]


def operation_changes(noun: str, subject: str, before: Primitive, after: Primitive) -> Iterator[Command]:
    """Delete the operations that differ, and add them again under their old ids: a change in place by pcs would lose
    the options that it does not name. Operations with parts that pcs can't write are changed in place with cibadmin.
    Raises ClusterError if that would lose a part."""
    current = {operation.xml_id: operation for operation in before.operations}
    kept = {operation.xml_id for operation in after.operations if current.get(operation.xml_id) == operation}
    for operation in after.operations:
        old = current.get(operation.xml_id) if operation.xml_id is not None else None
        if (
            old is not None
            and operation.xml_id not in kept
            and (old.holds_more or (old.parameters and operation.parameters))
        ):
            kept.add(operation.xml_id)
            yield operation_in_place(subject, old, operation)
    for xml_id in current:
        if xml_id is not None and xml_id not in kept:
            yield Command(f"operation '{xml_id}' of {subject}", (noun, "op", "delete", xml_id))
    present = [operation.name for operation in after.operations if operation.xml_id in kept and operation.xml_id]
    for operation in after.operations:
        if operation.xml_id is not None and operation.xml_id in kept:
            continue
        identity = [f"id={operation.xml_id}"] if operation.xml_id is not None else []
        yield Command(
            f"operation '{operation.name}' of {subject}",
            (noun, "op", "add", after.id, operation.name, *operation_options(operation), *identity),
            flags=FORCE
            if operation.name in present
            else (),  # pcs refuses a second operation of a name without --force
        )
        present.append(operation.name)


def operation_in_place(subject: str, before: Operation, after: Operation) -> Command:
    """Change only XML attributes of an operation."""
    if before.holds_more:
        raise ClusterError(
            f"The operation '{before.xml_id}' of the {subject} has rules or meta attributes, which pcs can't write, so"
            " changing it would lose them. Remove it first, or change it with cibadmin."
        )
    old, new = ({**one.options, **operation_fields(one)} for one in (before, after))
    changed = {name: value for name, value in new.items() if old.get(name) != value}
    if old.keys() - new.keys() or {*after.parameters, CHECK_LEVEL} & changed.keys():
        raise ClusterError(
            f"The operation '{before.xml_id}' of the {subject} has parameters that pcs can't write"
            f" ({', '.join(sorted(before.parameters))}). So only its other options can be changed, and none of them be"
            " removed. Remove the operation first, or change it with cibadmin."
        )
    what = f"operation '{before.xml_id}' of {subject}"
    return set_attributes(what, "resources", "op", {"id": before.xml_id or "", **changed})


def operation_fields(operation: Operation) -> dict[str, str]:
    fields = {"interval": operation.interval, "timeout": operation.timeout, "role": operation.role}
    return {name: value for name, value in fields.items() if value is not None}
