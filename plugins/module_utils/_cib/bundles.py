# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bundles: containers and the resource inside them. Pure."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import Command, changed_options
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import (
    Declared,
    described,
    entries,
    is_absent,
    merge_attributes,
    need,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.element import attributes
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kind import (
    EVERY,
    NONE,
    Kind,
    Reasons,
    without_empty,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Attributes, Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.options import DESCRIPTION, STATE, Options
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

TYPES = ("podman", "docker")
FORMER, NOW = "masters", "promoted-max"  # the old and the current name of an option of a container
MAPPINGS = {"ports": ("network/port-mapping", "port-map"), "storage": ("storage/storage-mapping", "storage-map")}
OPTIONS: Options = {
    "id": {"description": "The name of the bundle.", "type": "str", "required": True},
    "type": {
        "description": "The container engine. Required for a new bundle. It can't be changed later.",
        "type": "str",
        "needed": True,
        "choices": [*TYPES],
    },
    "container": {
        "description": "Options of the containers, such as V(image) and V(replicas). Null removes one.",
        "type": "dict",
        "needed": True,
    },
    "network": {
        "description": "Options of the network, such as V(ip-range-start). Null removes one.",
        "type": "dict",
    },
    "ports": {
        "description": "Ports to forward to the containers. Other ports stay as they are.",
        "type": "list",
        "elements": "dict",
        "noun": "port",
        "suboptions": {
            "id": {"description": "The id of the mapping.", "type": "str", "required": True},
            "options": {
                "description": "Options of the mapping, such as V(port) or V(internal-port). Null removes one.",
                "type": "dict",
            },
            **STATE,
        },
    },
    "storage": {
        "description": "Directories to mount in the containers. Other directories stay as they are.",
        "type": "list",
        "elements": "dict",
        "noun": "storage",
        "suboptions": {
            "id": {"description": "The id of the mapping.", "type": "str", "required": True},
            "options": {
                "description": "Options of the mapping, such as V(source-dir) and V(target-dir). Null removes one.",
                "type": "dict",
            },
            **STATE,
        },
    },
    "meta": {
        "description": "Meta attributes. Null removes one. Other attributes stay as they are.",
        "type": "dict",
        "holds": "meta",
    },
    "resource": {
        "description": [
            "The resource in the containers. It must be new, and declared in the same task.",
            "C(pcs) can add a resource to a bundle only when it creates the resource.",
        ],
        "type": "str",
        "names": ("resources",),
    },
    **DESCRIPTION,
    "state": {
        "description": "Whether the bundle should exist. The resource in it is removed with it.",
        "type": "str",
        "choices": ["present", "absent"],
        "default": "present",
    },
}


@dataclass(frozen=True)
class Bundle:
    """Containers that the cluster runs, with or without a resource inside. Ports and storage are keyed by their ids."""

    id: str
    type: str
    container: Attributes = field(default_factory=dict)
    network: Attributes = field(default_factory=dict)
    ports: Mapping[str, Attributes] = field(default_factory=dict)
    storage: Mapping[str, Attributes] = field(default_factory=dict)
    meta: Attributes = field(default_factory=dict)
    resource: str | None = None
    description: str = ""


def parse(configuration: ET.Element) -> dict[str, Bundle]:
    bundles = (parse_bundle(element) for element in configuration.findall("resources/bundle"))
    return {bundle.id: bundle for bundle in bundles if bundle is not None}


def parse_bundle(element: ET.Element) -> Bundle | None:
    container = next((child for child in element if child.tag in TYPES), None)
    if container is None:
        return None
    network, primitive = element.find("network"), element.find("primitive")
    return Bundle(
        id=element.get("id", ""),
        type=container.tag,
        container=dict(container.attrib),
        network=dict(network.attrib) if network is not None else {},
        ports=parse_mappings(element, "ports"),
        storage=parse_mappings(element, "storage"),
        meta=attributes(element, "meta_attributes"),
        resource=primitive.get("id") if primitive is not None else None,
        description=element.get("description", ""),
    )


def parse_mappings(element: ET.Element, kind: str) -> dict[str, Attributes]:
    return {
        item.get("id", ""): {name: value for name, value in item.attrib.items() if name != "id"}
        for item in element.findall(MAPPINGS[kind][0])
    }


def merge(cib: Cib, declared: Declared, before: Cib) -> Cib:
    """Merge the declared bundles into CIB. BEFORE tells which resources exist already."""
    bundles = dict(cib.bundles)
    for item in entries(declared, "bundles"):
        current = bundles.get(item["id"])
        bundles[item["id"]] = merge_bundle(current, item)
        resource = bundles[item["id"]].resource
        if resource != (current.resource if current is not None else None) and resource in before.primitives:
            raise ClusterError(
                f"The resource '{resource}' exists outside of the bundle '{item['id']}': pcs can put a resource into a"
                " bundle only when it makes it, so remove the resource first."
            )
    return dataclasses.replace(cib, bundles=bundles)


def merge_bundle(current: Bundle | None, item: Declared) -> Bundle:
    if current is None:
        need(item, "bundle", "type", "container")
        current = Bundle(item["id"], item["type"])
    elif item.get("type") not in (None, current.type):
        raise ClusterError(f"The bundle '{current.id}' is one of {current.type}, which can't be changed.")
    resource = item.get("resource")
    if current.resource is not None and resource not in (None, current.resource):
        raise ClusterError(f"The bundle '{current.id}' has the resource '{current.resource}' already: it can have one.")
    return Bundle(
        id=current.id,
        type=current.type,
        container=merge_attributes(*with_one_name(current.container, item.get("container"))),
        network=merge_attributes(current.network, item.get("network")),
        ports=merge_mappings(current.ports, item.get("ports") or ()),
        storage=merge_mappings(current.storage, item.get("storage") or ()),
        meta=merge_attributes(current.meta, item.get("meta")),
        resource=resource or current.resource,
        description=described(current.description, item),
    )


def with_one_name(current: Attributes, declared: Attributes | None) -> tuple[Attributes, Attributes | None]:
    """Return the CURRENT and the DECLARED options of a container with only one of the old and the new name of an
    option."""
    if FORMER not in current or NOW not in (declared or {}):
        return current, declared
    values = {name: value for name, value in current.items() if name != FORMER}
    if str((declared or {})[NOW]) == current[FORMER]:  # it has the wanted value
        return current, {name: value for name, value in (declared or {}).items() if name != NOW}
    return values, declared


def with_new_name(bundle: Bundle) -> Bundle:
    """Rename the option of BUNDLE that has an old name: every pcs takes the new one."""
    options = {NOW if name == FORMER else name: value for name, value in bundle.container.items()}
    return dataclasses.replace(bundle, container=options)


def merge_mappings(current: Mapping[str, Attributes], declared: Sequence[Declared]) -> dict[str, Attributes]:
    mappings = dict(current)
    for item in declared:
        if is_absent(item):
            mappings.pop(item["id"], None)
        else:
            mappings[item["id"]] = merge_attributes(mappings.get(item["id"], {}), item.get("options"))
    return mappings


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


# --- commands --------------------------------------------------------------------------------------------------------


def additions(before: Cib, after: Cib) -> Iterator[Command]:
    for bundle in after.bundles.values():
        current = before.bundles.get(bundle.id)
        if current is None:
            arguments = [*words("container", {}, bundle.container), *words("network", {}, bundle.network)]
            for kind, (_path, keyword) in MAPPINGS.items():
                for name, options in getattr(bundle, kind).items():
                    arguments += [keyword, *mapping_words(name, options)]
            arguments.insert(1, bundle.type)
            arguments += words("meta", {}, bundle.meta)
            yield Command(subject_of(bundle), ("resource", "bundle", "create", bundle.id, *arguments))
        elif current != bundle:
            yield from changes(current, bundle)


def changes(before: Bundle, after: Bundle) -> Iterator[Command]:
    """Change a bundle. Mappings that are gone or differ are deleted first: pcs can't change one."""
    removed, added = [], []
    for kind, (_path, keyword) in MAPPINGS.items():
        old, new = getattr(before, kind), getattr(after, kind)
        gone = [name for name, options in old.items() if new.get(name) != options]
        removed += [keyword, "delete", *gone] if gone else []
        for name, options in new.items():
            if old.get(name) != options:
                added += [keyword, "add", *mapping_words(name, options)]
    if removed:
        yield Command(subject_of(after), ("resource", "bundle", "update", after.id, *removed))
    arguments = [
        *words("container", before.container, after.container),
        *words("network", before.network, after.network),
    ]
    arguments += [*added, *words("meta", before.meta, after.meta)]
    if arguments:
        yield Command(subject_of(after), ("resource", "bundle", "update", after.id, *arguments))


def removals(before: Cib, after: Cib) -> Iterator[Command]:
    for bundle in before.bundles.values():
        if bundle.id not in after.bundles:
            yield Command(subject_of(bundle), ("resource", "delete", bundle.id))


def subject_of(bundle: Bundle) -> str:
    return f"bundle '{bundle.id}'"


def words(keyword: str, before: Attributes, after: Attributes) -> list[str]:
    options = changed_options(before, after)
    return [keyword, *options] if options else []


def mapping_words(name: str, options: Attributes) -> list[str]:
    return [f"id={name}", *changed_options({}, options)]


def goes_with_bundle(before: Cib, after: Cib, resource: str) -> bool:
    """Whether RESOURCE is in a bundle that will be removed."""
    bundle = before.bundle_of(resource)
    return bundle is not None and bundle.id not in after.bundles


# --- exported and checked --------------------------------------------------------------------------------------------


def exportable(whole: Cib, part: Cib, reasons: Reasons) -> Cib:
    """Return PART with its bundles as pcs can make them: with the resources in them that it makes."""
    written = {
        name: with_new_name(
            bundle if bundle.resource in whole.primitives else dataclasses.replace(bundle, resource=None)
        )
        for name, bundle in whole.bundles.items()
    }
    return dataclasses.replace(part, bundles=written)


def why_unread(element: ET.Element) -> str:
    """Say why the model does not hold ELEMENT."""
    return "its containers are neither of podman nor of docker"


def problems(item: Declared) -> Iterator[tuple[str, str]]:
    """Find the problems of the container of a declared bundle."""
    container = item.get("container")
    if container is not None and not container.get("image"):
        yield "container", "it lacks 'image', what the containers are made from; add it."


KIND = Kind(
    name="bundles",
    noun="bundle",
    description="Bundles of containers.",
    options=OPTIONS,
    parse=parse,
    additions=additions,
    removals=removals,
    export=export_bundle,
    described_in="bundle",
    purge="Patterns for the ids of bundles, which are removed with the resources in them.",
    problems=problems,
    paths=("resources/bundle",),
    xml={
        "bundle": (
            frozenset(("description",)),
            frozenset(("podman", "docker", "network", "storage", "primitive", "meta_attributes")),
        ),
        "podman": (EVERY, NONE),
        "docker": (EVERY, NONE),
        "network": (EVERY, frozenset(("port-mapping",))),
        "port-mapping": (EVERY, NONE),
        "storage": (NONE, frozenset(("storage-mapping",))),
        "storage-mapping": (EVERY, NONE),
    },
    unread=why_unread,
    left_out="neither podman nor docker",
    delete=("resource", "delete"),
    exportable=exportable,
)
