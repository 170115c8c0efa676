# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resources and fencing devices. Pure."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import bundles
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.bundles import Bundle
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import (
    FORCE,
    Command,
    arguments,
    changed_options,
    set_options,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import (
    Declared,
    described,
    entries,
    merge_attributes,
    need,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.element import attributes
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kind import (
    NONE,
    NVSETS,
    Kind,
    Reasons,
    kept,
    without_empty,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Attributes, Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import whole_numbers
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.operations import (
    OPERATION_FIELDS,
    OPERATION_OPTIONS,
    OPERATIONS,
    Operation,
    export_operation,
    merge_operations,
    operation_changes,
    operation_options,
    parse_operation,
    with_operations_of_pcs,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.options import DESCRIPTION, STATE, Options
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.remote import (
    GUEST,
    GUEST_OPTIONS,
    is_remote,
    with_address_of_node,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.secrets import is_secret
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

NO_DEFAULT_OPERATIONS = ("--no-default-ops",)
OPTIONS: Options = {
    "id": {"description": "The name of the resource.", "type": "str", "required": True},
    "agent": {
        "description": [
            "The resource agent, such as V(ocf:heartbeat:IPaddr2), V(systemd:lighttpd) or V(lsb:lighttpd).",
            "Required for a new resource. It can't be changed later.",
            (
                "With V(ocf:pacemaker:remote), the resource is the connection to a remote node with its "
                "name, as with C(pcs cluster node add-remote). Prepare the host first."
            ),
        ],
        "type": "str",
        "needed": True,
        "takes": "agent",
    },
    "options": {
        "description": [
            "Options of the agent. Null removes one. Other options stay as they are.",
            (
                "A value is a word or a number. YAML reads V(on), V(off), V(yes) and V(no) as booleans. If "
                "the agent takes a boolean, they become V(true) and V(false). If the agent's metadata "
                "contains a word for them, they become this word. Otherwise they are refused. Lists and "
                "mappings are refused."
            ),
        ],
        "type": "dict",
    },
    "meta": {
        "description": [
            "Meta attributes. Null removes one. Other attributes stay as they are.",
            (
                "With C(remote-node), the resource is a guest node with this name, as with C(pcs cluster "
                "node add-guest)."
            ),
        ],
        "type": "dict",
        "holds": "meta",
    },
    **OPERATIONS,
    **DESCRIPTION,
    **STATE,
    "utilization": {
        "description": "The capacity that the resource needs on a node. Null removes one.",
        "type": "dict",
        "holds": "number",
    },
}

STONITH_OPTIONS: Options = {
    "id": {"description": "The name of the fence device.", "type": "str", "required": True},
    "agent": {
        "description": "The fence agent, such as V(fence_xvm). Required for a new device.",
        "type": "str",
        "needed": True,
        "takes": "fence agent",
    },
    "options": {
        "description": [
            "Options of the agent. Null removes one. Other options stay as they are.",
            (
                "A value is a word or a number. YAML reads V(on), V(off), V(yes) and V(no) as booleans. If "
                "the agent takes a boolean, they become V(true) and V(false). If the agent's metadata "
                "contains a word for them, they become this word. Otherwise they are refused. Lists and "
                "mappings are refused."
            ),
            "Actions, such as C(pcmk_reboot_action), are written as V(on) and V(off).",
            (
                "C(pcmk_host_list) can also be a list of nodes, and C(pcmk_host_map) a mapping of nodes to "
                "their port, or to a list of ports."
            ),
        ],
        "type": "dict",
        "holds": "fencing",
    },
    "meta": {
        "description": "Meta attributes. Null removes one. Other attributes stay as they are.",
        "type": "dict",
        "holds": "meta",
    },
    **OPERATIONS,
    **DESCRIPTION,
    **STATE,
}


DEPRECATED = "action"  # an option of fencing devices that pcs refuses, because other options replace it
STANDARDS = ("ocf", "stonith", "systemd", "lsb", "service")


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
    no_default_operations: bool = field(default=False, compare=False)  # used only when the resource is made

    @property
    def is_stonith(self) -> bool:
        return self.agent.startswith("stonith:")


def parse(configuration: ET.Element) -> dict[str, Primitive]:
    found = map(parse_primitive, configuration.iterfind("resources//primitive"))
    return {primitive.id: primitive for primitive in found if primitive is not None}


def parse_primitive(element: ET.Element) -> Primitive | None:
    if element.get("type") is None:  # made from a template: left alone
        return None
    return Primitive(
        id=element.get("id", ""),
        agent=agent_of(element),
        options=attributes(element, "instance_attributes"),
        meta=attributes(element, "meta_attributes"),
        utilization=attributes(element, "utilization"),
        operations=tuple(parse_operation(operation) for operation in element.findall("operations/op")),
        description=element.get("description", ""),
    )


def agent_of(element: ET.Element) -> str:
    """Return the agent as pcs names it: ocf:heartbeat:IPaddr2, systemd:lighttpd, stonith:fence_xvm."""
    parts = (element.get("class"), element.get("provider"), element.get("type"))
    return ":".join(part for part in parts if part)


# --- declared --------------------------------------------------------------------------------------------------------


def merge(cib: Cib, declared: Declared) -> Cib:
    primitives = dict(cib.primitives)
    bare = bool(declared.get("no_default_operations"))
    for item in entries(declared, "resources"):
        primitives[item["id"]] = merge_primitive(primitives.get(item["id"]), item, item.get("agent"), "resource", bare)
    for item in entries(declared, "stonith"):
        agent = item.get("agent")
        if agent is not None and not agent.startswith("stonith:"):
            agent = f"stonith:{agent}"
        primitives[item["id"]] = merge_primitive(primitives.get(item["id"]), item, agent, "fencing device", bare)
    return dataclasses.replace(cib, primitives=primitives)


def merge_primitive(
    current: Primitive | None, item: Declared, agent: str | None, kind: str, bare: bool = False
) -> Primitive:
    """Merge ITEM into CURRENT. BARE: a new resource gets only the monitor of its agent's operations."""
    if current is None:
        need(item, kind, "agent")
        own = item.get("no_default_operations")
        current = Primitive(item["id"], agent or "", no_default_operations=bare if own is None else bool(own))
    elif agent is not None and not same_agent(current.agent, agent):
        if kind == "fencing device" and current.is_stonith:  # no service stops, and the old agent's options are useless
            return merge_primitive(None, item, agent, kind)
        raise ClusterError(
            f"The {kind} '{current.id}' exists with the agent '{current.agent}', which can't be changed to '{agent}':"
            " remove it first, or give the new one another id."
        )
    return dataclasses.replace(
        current,
        options=merge_attributes(current.options, item.get("options")),
        meta=with_address_of_node(current.meta, merge_attributes(current.meta, item.get("meta")), item),
        utilization=merge_attributes(current.utilization, item.get("utilization")),
        operations=merge_operations(current.operations, item.get("operations") or ()),
        description=described(current.description, item),
    )


def same_agent(current: str, declared: str) -> bool:
    """Whether two names are the same agent; pcs takes IPaddr2 for ocf:heartbeat:IPaddr2."""
    return current == declared or (":" not in declared and current.rpartition(":")[2] == declared)


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


# --- commands --------------------------------------------------------------------------------------------------------


def additions(before: Cib, after: Cib) -> Iterator[Command]:
    for primitive in after.primitives.values():
        current = before.primitives.get(primitive.id)
        if current is None:
            yield from primitive_creation(primitive, after.bundle_of(primitive.id))
        elif current != primitive:
            yield from primitive_update(current, primitive)


def subject_of(primitive: Primitive) -> str:
    return f"{'fencing device' if primitive.is_stonith else 'resource'} '{primitive.id}'"


def primitive_creation(primitive: Primitive, bundle: Bundle | None) -> Iterator[Command]:
    noun = "stonith" if primitive.is_stonith else "resource"
    agent = primitive.agent.partition(":")[2] if primitive.is_stonith else primitive.agent
    options, meta = dict(primitive.options), {k: v for k, v in primitive.meta.items() if not is_guests(primitive, k)}
    argv = [noun, "create", primitive.id, agent]
    if is_remote(primitive):  # pcs makes remote nodes only by this command
        argv = ["cluster", "node", "add-remote", primitive.id, *filter(None, [options.pop("server", None)])]
    argv += changed_options({}, options)
    for operation in primitive.operations:
        argv += ["op", operation.name, *operation_options(operation)]
    if meta:
        argv += ["meta", *changed_options({}, meta)]
    if bundle is not None:
        argv += ["bundle", bundle.id]
    flags = NO_DEFAULT_OPERATIONS if primitive.no_default_operations else ()
    yield Command(subject_of(primitive), tuple(argv), agent=primitive.agent, flags=flags)
    if GUEST in primitive.meta:
        yield add_guest(primitive)
    yield from set_options(subject_of(primitive), ("resource", "utilization", primitive.id), {}, primitive.utilization)


def is_guests(primitive: Primitive, name: str) -> bool:
    """Whether the meta attribute NAME of PRIMITIVE is one of those that make it a guest node."""
    return GUEST in primitive.meta and (name == GUEST or name in GUEST_OPTIONS)


def connection(primitive: Primitive) -> dict[str, str]:
    """The meta attributes that make PRIMITIVE a guest node."""
    return {name: value for name, value in primitive.meta.items() if is_guests(primitive, name)}


def add_guest(primitive: Primitive) -> Command:
    node = primitive.meta[GUEST]
    options = {name: value for name, value in connection(primitive).items() if name != GUEST}
    argv = ("cluster", "node", "add-guest", node, primitive.id, *arguments(options))
    return Command(f"guest node '{node}'", argv)


def remove_guest(primitive: Primitive) -> Command:
    return Command(f"guest node '{primitive.meta[GUEST]}'", ("cluster", "node", "remove-guest", primitive.id))


def meta_changes(noun: str, before: Primitive, after: Primitive) -> Iterator[Command]:
    """Change meta attributes. Only these commands of pcs make, and unmake, a guest node, and from 0.12.3 on change its
    address."""
    old, new = before.meta, after.meta
    guest_differs = connection(before) != connection(after)
    if guest_differs and GUEST in old:
        yield remove_guest(before)
        old = {name: value for name, value in old.items() if not is_guests(before, name)}
    if guest_differs:
        new = {name: value for name, value in new.items() if not is_guests(after, name)}
        old = {name: value for name, value in old.items() if not is_guests(after, name)}
    yield from set_options(subject_of(after), (noun, "meta", after.id), old, new)
    if guest_differs and GUEST in after.meta:
        yield add_guest(after)


def primitive_update(before: Primitive, after: Primitive) -> Iterator[Command]:
    noun = "stonith" if after.is_stonith else "resource"
    subject = subject_of(after)
    for command in set_options(subject, (noun, "update", after.id), before.options, after.options):
        # pcs has the agent validate all options of a resource, even those that stay.
        secrets = any(map(is_secret, {**before.options, **after.options}))
        yield dataclasses.replace(command, agent=after.agent, holds_secrets=secrets)
    yield from meta_changes(noun, before, after)
    yield from set_options(subject, ("resource", "utilization", after.id), before.utilization, after.utilization)
    yield from operation_changes(noun, subject, before, after)


def removals(before: Cib, after: Cib) -> Iterator[Command]:
    for primitive in before.primitives.values():
        if primitive.id not in after.primitives and not bundles.goes_with_bundle(before, after, primitive.id):
            noun = "stonith" if primitive.is_stonith else "resource"
            if is_remote(primitive):
                yield Command(subject_of(primitive), ("cluster", "node", "delete-remote", primitive.id))
                continue
            if GUEST in primitive.meta:
                yield remove_guest(primitive)
            # A fencing device that was declared absent may be the last one, which newer versions of pcs ask about.
            yield Command(
                subject_of(primitive), (noun, "delete", primitive.id), flags=FORCE if primitive.is_stonith else ()
            )


# --- exported and checked --------------------------------------------------------------------------------------------


def those_of_pcs(cib: Cib, reasons: Reasons) -> Cib:
    """Return CIB with only the resources and fencing devices that pcs can make."""
    bundles = {bundle.resource: bundle for bundle in cib.bundles.values()}
    primitives = kept(
        reasons,
        cib.primitives,
        "primitives",
        lambda primitive: why_no_agent(primitive) or why_not_inside(bundles.get(primitive.id)),
    )
    return dataclasses.replace(cib, primitives=primitives)


def exportable(whole: Cib, part: Cib, reasons: Reasons) -> Cib:
    """Return PART with the resources and fencing devices, as far as pcs can write them."""
    written = {
        name: dataclasses.replace(
            without_deprecated(with_operations_of_pcs(reasons, primitive)),
            utilization=whole_numbers(primitive.utilization),
        )
        for name, primitive in whole.primitives.items()
    }
    return dataclasses.replace(part, primitives=written)


def why_no_agent(primitive: Primitive) -> str:
    """Say why no resource with this agent can be made: pcs 0.12 and Pacemaker 3 no longer support some standards."""
    standard = primitive.agent.partition(":")[0]
    return "" if standard in STANDARDS else f"not every pcs knows agents of {standard}"


def why_not_inside(bundle: Bundle | None) -> str:
    """Say why pcs puts no resource into BUNDLE, if there is one: the cluster could not reach the resource."""
    if bundle is None or bundle.network.get("control-port") or bundle.network.get("ip-range-start"):
        return ""
    return f"pcs puts no resource into bundle {bundle.id}, which has neither control-port nor ip-range-start"


def without_deprecated(primitive: Primitive) -> Primitive:
    """Remove the option of a fencing device that pcs refuses, because other options replace it."""
    options = {name: value for name, value in primitive.options.items() if name != DEPRECATED}
    return dataclasses.replace(primitive, options=options) if primitive.is_stonith else primitive


def why_unread(element: ET.Element) -> str:
    """Say why the model does not hold ELEMENT."""
    return f"it is made from the template '{element.get('template')}'"


KINDS = (
    Kind(
        name="resources",
        noun="resource",
        description="Resources.",
        options=OPTIONS,
        held_in="primitives",
        is_one=lambda primitive: not primitive.is_stonith,
        parse=parse,
        merge=merge,
        additions=additions,
        removals=removals,
        export=export_primitive,
        described_in="primitive",
        more={
            "no_default_operations": {
                "description": [
                    "Whether new resources and fence devices get only the declared operations and the monitor "
                    "of their agent, unless a resource sets its own value. See "
                    "O(resources[].no_default_operations).",
                ],
                "type": "bool",
                "default": False,
            }
        },
        purge="Patterns for the ids of resources.",
        paths=("resources//primitive",),
        xml={
            "primitive": (frozenset(("class", "provider", "type", "description")), NVSETS | {"operations"}),
            "operations": (NONE, frozenset(("op",))),
            "op": (OPERATION_FIELDS | OPERATION_OPTIONS, frozenset(("instance_attributes",))),
        },
        unread=why_unread,
        left_out="made from a template",
        parts={"op": "operations"},
        exportable=exportable,
    ),
    Kind(
        name="stonith",
        noun="fencing device",
        description="Fence devices.",
        options=STONITH_OPTIONS,
        held_in="primitives",
        is_one=lambda primitive: primitive.is_stonith,
        # The kind resources reads and changes them, too.
        export=export_primitive,
        described_in="primitive",
        purge="Patterns for the ids of fence devices.",
    ),
)
