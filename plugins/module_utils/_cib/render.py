# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From two models to the pcs commands that turn the first into the second. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import bundles, left_alone
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import (
    FORCE,
    PCS,
    Command,
    arguments,
    changed_options,
    placed,
    set_attributes,
    set_options,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kinds import ALONE, CONSTRAINTS, KINDS
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import (
    Bundle,
    Cib,
    Clone,
    Defaults,
    Group,
    Operation,
    Primitive,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import DURATION_NAMES, duration_for_pcs
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.remote import GUEST, GUEST_OPTIONS, is_remote
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.secrets import is_secret
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

NO_DEFAULT_OPERATIONS = ("--no-default-ops",)
CHECK_LEVEL = "OCF_CHECK_LEVEL"  # the one option of an operation that is no XML attribute of it


def render(before: Cib, after: Cib) -> list[Command]:
    """The commands that make AFTER out of BEFORE, in an order in which each is allowed. Those of cibadmin are the first
    and the last, so pcs is started once for all of its own. First go entries of remote nodes: pcs 0.12 can't remove a
    remote node while its entry has the same id. Resources go last, after the constraints that name them."""
    return sorted(all_commands(before, after), key=stage)


def stage(command: Command) -> int:
    if command.tool == PCS:
        return 1
    return 0 if command.argv[:3] == ("--delete", "--scope", "nodes") else 2


def all_commands(before: Cib, after: Cib) -> list[Command]:
    return [
        *(command for kind in CONSTRAINTS for command in kind.removals(before, after)),
        *left_alone.removals(before, after),
        *(command for kind in ALONE for command in kind.removals(before, after)),
        *clone_removals(before, after),
        *group_removals(before, after),
        *set_properties(before, after),
        *set_defaults("resource default", ("resource", "defaults"), before.resource_defaults, after.resource_defaults),
        *set_defaults(
            "operation default", ("resource", "op", "defaults"), before.operation_defaults, after.operation_defaults
        ),
        *bundles.additions(before, after),
        *primitive_changes(before, after),
        *all_group_changes(before, after),
        *(command for clone in after.clones.values() for command in clone_changes(before.clones.get(clone.id), clone)),
        *primitive_removals(before, after),
        *bundles.removals(before, after),
        *(command for kind in KINDS for command in kind.additions(before, after)),
        *descriptions(before, after),
    ]


DESCRIBED = {"primitives": "primitive", "groups": "group", "clones": "clone", "bundles": "bundle"}


def descriptions(before: Cib, after: Cib) -> Iterator[Command]:
    """pcs has no command for the description of what a cluster runs."""
    for kind, tag in DESCRIBED.items():
        old, new = getattr(before, kind), getattr(after, kind)
        for name, item in new.items():
            if item.description != (old[name].description if name in old else ""):
                what = {"id": name, "description": item.description}
                yield set_attributes(f"{tag} '{name}' description", "resources", tag, what)


def set_properties(before: Cib, after: Cib) -> Iterator[Command]:
    """Those that Pacemaker knows, and then, without pcs's objection, those that only the user knows."""
    for is_custom in (False, True):
        old, new = (
            {
                name: duration_for_pcs(value) if DURATION_NAMES.fullmatch(name) else value
                for name, value in cib.properties.items()
                if (name in after.custom_properties) is is_custom
            }
            for cib in (before, after)
        )
        for command in set_options("property", ("property", "set"), old, new):
            yield dataclasses.replace(command, flags=FORCE) if is_custom else command


# --- defaults --------------------------------------------------------------------------------------------------------


def set_defaults(subject: str, verb: tuple[str, ...], before: Defaults, after: Defaults) -> Iterator[Command]:
    if before.set_id is not None and before.sets > 1:
        yield from set_options(subject, (*verb, "set", "update", before.set_id, "meta"), before.values, after.values)
    elif before.set_id is None and before.sets > 0:
        yield from set_options(subject, (*verb, "set", "create", "meta"), before.values, after.values)
    else:
        yield from set_options(subject, (*verb, "update"), before.values, after.values)


# --- primitives ------------------------------------------------------------------------------------------------------


def primitive_changes(before: Cib, after: Cib) -> Iterator[Command]:
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
    if is_remote(primitive):  # pcs makes these by no other command
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


def add_guest(primitive: Primitive) -> Command:
    node = primitive.meta[GUEST]
    options = {name: primitive.meta[name] for name in GUEST_OPTIONS if name in primitive.meta}
    argv = ("cluster", "node", "add-guest", node, primitive.id, *arguments(options))
    return Command(f"guest node '{node}'", argv)


def remove_guest(primitive: Primitive) -> Command:
    return Command(f"guest node '{primitive.meta[GUEST]}'", ("cluster", "node", "remove-guest", primitive.id))


def meta_changes(noun: str, before: Primitive, after: Primitive) -> Iterator[Command]:
    """Changes of meta attributes. Only these commands of pcs make, and unmake, a guest node."""
    old, new = before.meta, after.meta
    anew = old.get(GUEST) != new.get(GUEST)
    if anew and GUEST in old:
        yield remove_guest(before)
        old = {name: value for name, value in old.items() if not is_guests(before, name)}
    if anew:
        new = {name: value for name, value in new.items() if not is_guests(after, name)}
        old = {name: value for name, value in old.items() if not is_guests(after, name)}
    yield from set_options(subject_of(after), (noun, "meta", after.id), old, new)
    if anew and GUEST in after.meta:
        yield add_guest(after)


def primitive_update(before: Primitive, after: Primitive) -> Iterator[Command]:
    noun = "stonith" if after.is_stonith else "resource"
    subject = subject_of(after)
    for command in set_options(subject, (noun, "update", after.id), before.options, after.options):
        # pcs hands all options of a resource to its agent to have them judged, even those that stay.
        secrets = any(map(is_secret, {**before.options, **after.options}))
        yield dataclasses.replace(command, agent=after.agent, holds_secrets=secrets)
    yield from meta_changes(noun, before, after)
    yield from set_options(subject, ("resource", "utilization", after.id), before.utilization, after.utilization)
    yield from operation_changes(noun, subject, before, after)


def operation_options(operation: Operation) -> list[str]:
    options = [f"interval={duration_for_pcs(operation.interval)}"]
    if operation.timeout is not None:
        options.append(f"timeout={duration_for_pcs(operation.timeout)}")
    if operation.role is not None:
        options.append(f"role={operation.role}")
    return [*options, *(f"{name}={value}" for name, value in operation.options.items())]


def operation_changes(noun: str, subject: str, before: Primitive, after: Primitive) -> Iterator[Command]:
    """Take out the operations that differ and put them in again under their old id: pcs can't change one in place
    without losing the options that are not mentioned. Those with what pcs can't write are changed in place, or not at
    all: raises ClusterError where that would lose it."""
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
            else (),  # pcs wants to be sure that a second one of a name is meant
        )
        present.append(operation.name)


def operation_in_place(subject: str, before: Operation, after: Operation) -> Command:
    """Change XML attributes of an operation, and nothing else of it."""
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


def primitive_removals(before: Cib, after: Cib) -> Iterator[Command]:
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


# --- groups and clones -----------------------------------------------------------------------------------------------


def all_group_changes(before: Cib, after: Cib) -> Iterator[Command]:
    """The changes of all groups. One that would leave another group empty waits until that has got a new member: pcs
    removes an empty group, or refuses to empty one that a constraint names."""
    waiting = [list(group_changes(before.groups.get(name), group, after)) for name, group in after.groups.items()]
    members = {name: group.members for name, group in before.groups.items() if name in after.groups}
    while any(waiting):
        due = [changes for changes in waiting if changes]
        changes = next((each for each in due if all(with_change(members, each[0]).values())), due[0])
        members = with_change(members, changes[0])
        yield changes.pop(0)


def with_change(members: Mapping[str, tuple[str, ...]], change: Command) -> dict[str, tuple[str, ...]]:
    """The MEMBERS of groups after a CHANGE of one of them."""
    _resource, noun, verb, *names = change.argv
    if noun != "group":
        return dict(members)
    taken = names[1:]
    left = {name: tuple(member for member in group if member not in taken) for name, group in members.items()}
    return {**left, names[0]: (*left.get(names[0], ()), *(taken if verb == "add" else ()))}


def group_changes(before: Group | None, after: Group, cib: Cib) -> Iterator[Command]:
    subject = f"group '{after.id}'"
    if before is None:
        yield Command(subject, ("resource", "group", "add", after.id, *after.members))
    else:
        yield from member_changes(subject, before, after, cib)
    yield from set_options(
        subject, ("resource", "meta", after.id), before.meta if before is not None else {}, after.meta
    )


def member_changes(subject: str, before: Group, after: Group, cib: Cib) -> Iterator[Command]:
    """Put every member in its place, each one by one command, and take out those that are left over."""
    for member, place in placed(before.members, after.members):
        yield Command(subject, ("resource", "group", "add", after.id, member), flags=place)
    for member in before.members:
        elsewhere = any(member in group.members for group in cib.groups.values())
        if member not in after.members and member in cib.primitives and not elsewhere:
            yield Command(subject, ("resource", "group", "remove", after.id, member))


def group_removals(before: Cib, after: Cib) -> Iterator[Command]:
    for group in before.groups.values():
        stays = any(member in after.primitives for member in group.members)
        if group.id not in after.groups and stays:  # pcs lets no other group take all members of one with constraints
            yield Command(f"group '{group.id}'", ("resource", "ungroup", group.id))


def clone_changes(before: Clone | None, after: Clone) -> Iterator[Command]:
    subject = f"clone '{after.id}'"
    if before is None:
        verb = "promotable" if after.promotable else "clone"
        yield Command(subject, ("resource", verb, after.resource, after.id))
        yield from set_options(subject, ("resource", "meta", after.id), {}, after.meta)
        return
    options = changed_options(before.meta, after.meta)
    if before.promotable is not after.promotable:
        options.append("promotable=true" if after.promotable else "promotable=")
    if options:
        yield Command(subject, ("resource", "meta", after.id, *options))


def clone_removals(before: Cib, after: Cib) -> Iterator[Command]:
    for clone in before.clones.values():
        group = before.groups.get(clone.resource)
        names = group.members if group is not None else (clone.resource,)
        child_stays = any(name in after.primitives for name in names)
        if clone.id not in after.clones and child_stays:
            yield Command(f"clone '{clone.id}'", ("resource", "unclone", clone.resource))
