# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alerts and their recipients. Pure."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import FORCE, Command, changed_options
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import (
    Declared,
    constraint_id,
    is_absent,
    merge_attributes,
    need,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.element import attributes
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kind import NONE, Kind, Reasons, without_empty
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Attributes, Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.options import STATE, Options
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.shape import at_item

OPTIONS: Options = {
    "id": {"description": "The name of the alert.", "type": "str", "required": True},
    "path": {"description": "The program. Required for a new alert.", "type": "str", "needed": True},
    "description": {"description": "A description of the alert. An empty text removes it.", "type": "str"},
    "options": {
        "description": "Options of the program. Null removes one. Other options stay as they are.",
        "type": "dict",
    },
    "meta": {
        "description": "Meta attributes, such as V(timeout) or V(timestamp-format). Null removes one.",
        "type": "dict",
    },
    "recipients": {
        "description": "The recipients of the alert. Other recipients stay as they are.",
        "type": "list",
        "elements": "dict",
        "noun": "recipient",
        "suboptions": {
            "id": {
                "description": [
                    "The id of the recipient.",
                    ("By default the recipient with the same value. A new recipient gets an id made from its value."),
                ],
                "type": "str",
            },
            "value": {
                "description": (
                    "The recipient, such as an address or the path of a file. Required for a new recipient."
                ),
                "type": "str",
            },
            "description": {"description": "A description of the recipient. An empty text removes it.", "type": "str"},
            "options": {
                "description": "Options of the program for this recipient. Null removes one.",
                "type": "dict",
            },
            "meta": {"description": "Meta attributes for this recipient. Null removes one.", "type": "dict"},
            **STATE,
        },
    },
    **STATE,
}


@dataclass(frozen=True)
class Recipient:
    """A recipient of an alert."""

    id: str
    value: str
    description: str = ""
    options: Attributes = field(default_factory=dict)
    meta: Attributes = field(default_factory=dict)


@dataclass(frozen=True)
class Alert:
    """A program that the cluster runs at every event."""

    id: str
    path: str
    description: str = ""
    options: Attributes = field(default_factory=dict)
    meta: Attributes = field(default_factory=dict)
    recipients: tuple[Recipient, ...] = ()


def parse(configuration: ET.Element) -> dict[str, Alert]:
    return {
        element.get("id", ""): Alert(
            id=element.get("id", ""),
            path=element.get("path", ""),
            description=element.get("description", ""),
            options=attributes(element, "instance_attributes"),
            meta=attributes(element, "meta_attributes"),
            recipients=tuple(map(parse_recipient, element.findall("recipient"))),
        )
        for element in configuration.findall("alerts/alert")
    }


def parse_recipient(element: ET.Element) -> Recipient:
    return Recipient(
        id=element.get("id", ""),
        value=element.get("value", ""),
        description=element.get("description", ""),
        options=attributes(element, "instance_attributes"),
        meta=attributes(element, "meta_attributes"),
    )


def merge(cib: Cib, declared: Declared) -> Cib:
    alerts = dict(cib.alerts)
    for item in declared.get("alerts") or ():
        if is_absent(item):
            alerts.pop(item["id"], None)
            continue
        if item["id"] not in alerts:
            need(item, "alert", "path")
        current = alerts.get(item["id"], Alert(item["id"], ""))
        alerts[current.id] = Alert(
            id=current.id,
            path=item.get("path") or current.path,
            description=current.description if item.get("description") is None else item["description"],
            options=merge_attributes(current.options, item.get("options")),
            meta=merge_attributes(current.meta, item.get("meta")),
            recipients=merge_recipients(current, item),
        )
    return dataclasses.replace(cib, alerts=alerts)


def merge_recipients(alert: Alert, item: Declared) -> tuple[Recipient, ...]:
    recipients = {recipient.id: recipient for recipient in alert.recipients}
    for each in item.get("recipients") or ():
        current = find_recipient(recipients, each)
        if is_absent(each):
            if current is not None:
                del recipients[current.id]
            continue
        if current is None:
            need(each, f"recipient of the alert '{alert.id}'", "value")
            current = Recipient(each.get("id") or constraint_id(alert.id, "recipient", each["value"]), each["value"])
        recipients[current.id] = dataclasses.replace(
            current,
            value=each.get("value") or current.value,
            description=current.description if each.get("description") is None else each["description"],
            options=merge_attributes(current.options, each.get("options")),
            meta=merge_attributes(current.meta, each.get("meta")),
        )
    return tuple(recipients.values())


def find_recipient(recipients: dict[str, Recipient], item: Declared) -> Recipient | None:
    """Find the recipient that a declared one refers to: the one with its id or, if it has none, with its value."""
    if item.get("id"):
        return recipients.get(item["id"])
    return next((recipient for recipient in recipients.values() if recipient.value == item.get("value")), None)


def export_alert(alert: Alert) -> dict[str, Any]:
    recipients = [
        without_empty({**vars(item), "options": dict(item.options), "meta": dict(item.meta)})
        for item in alert.recipients
    ]
    return without_empty(
        {**vars(alert), "options": dict(alert.options), "meta": dict(alert.meta), "recipients": recipients}
    )


# --- commands --------------------------------------------------------------------------------------------------------


def removals(before: Cib, after: Cib) -> Iterator[Command]:
    for alert in before.alerts.values():
        if alert.id not in after.alerts:
            yield Command(f"alert '{alert.id}'", ("alert", "delete", alert.id))
            continue
        kept = {recipient.id for recipient in after.alerts[alert.id].recipients}
        for recipient in alert.recipients:
            if recipient.id not in kept:
                yield Command(
                    f"recipient '{recipient.value}' of the alert '{alert.id}'",
                    ("alert", "recipient", "delete", recipient.id),
                )


def additions(before: Cib, after: Cib) -> Iterator[Command]:
    for alert in after.alerts.values():
        current = before.alerts.get(alert.id)
        subject = f"alert '{alert.id}'"
        if current is None:
            arguments = words(alert, Alert(alert.id, ""), ("path", "description"))
            yield Command(subject, ("alert", "create", *arguments[:1], f"id={alert.id}", *arguments[1:]))
        elif words(alert, current, ("path", "description")):
            yield Command(subject, ("alert", "update", alert.id, *words(alert, current, ("path", "description"))))
        yield from recipient_additions(current, alert)


def recipient_additions(before: Alert | None, after: Alert) -> Iterator[Command]:
    there = {recipient.id: recipient for recipient in (before.recipients if before is not None else ())}
    for recipient in after.recipients:
        current = there.get(recipient.id)
        subject = f"recipient '{recipient.value}' of the alert '{after.id}'"
        again = [other for other in after.recipients if other.value == recipient.value]
        flags = FORCE if len(again) > 1 else ()  # pcs refuses the same value twice without --force
        if current is None:
            arguments = words(recipient, Recipient(recipient.id, ""), ("value", "description"))
            identity = (*arguments[:1], f"id={recipient.id}", *arguments[1:])
            yield Command(subject, ("alert", "recipient", "add", after.id, *identity), flags=flags)
        elif words(recipient, current, ("value", "description")):
            arguments = words(recipient, current, ("value", "description"))
            yield Command(subject, ("alert", "recipient", "update", recipient.id, *arguments), flags=flags)


def words(after: Alert | Recipient, before: Alert | Recipient, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the arguments that turn BEFORE into AFTER."""
    old: Attributes = {name: getattr(before, name) for name in names}
    new: Attributes = {name: getattr(after, name) for name in names}
    arguments = changed_options(old, new)
    for keyword, one, other in (("options", before.options, after.options), ("meta", before.meta, after.meta)):
        options = changed_options(one, other)
        arguments += [keyword, *options] if options else []
    return tuple(arguments)


# --- exported and checked --------------------------------------------------------------------------------------------


def exportable(whole: Cib, part: Cib, reasons: Reasons) -> Cib:
    """Return PART with the recipients that pcs can make."""
    return dataclasses.replace(
        part, alerts={name: with_recipients_of_pcs(reasons, alert) for name, alert in whole.alerts.items()}
    )


def with_recipients_of_pcs(reasons: Reasons, alert: Alert) -> Alert:
    """Return ALERT with the recipients that every pcs can make: 0.11 puts the value between quotes into an XPath."""
    recipients = []
    for recipient in alert.recipients:
        if "'" in recipient.value:
            reasons["recipients", recipient.id] = "a quote in its value, which not every pcs can write"
        else:
            recipients.append(recipient)
    return dataclasses.replace(alert, recipients=tuple(recipients))


def problems(item: Declared) -> Iterator[tuple[str, str]]:
    """Find the problems of the recipients of a declared alert."""
    for index, each in enumerate(item.get("recipients") or ()):
        if each is not None and not is_absent(each) and not each.get("value") and not each.get("id"):
            yield at_item("recipients", index, each), "it lacks 'value', the recipient of the alert; add it."


KIND = Kind(
    name="alerts",
    noun="alert",
    description="Programs that Pacemaker runs at every event.",
    options=OPTIONS,
    parse=parse,
    merge=merge,
    additions=additions,
    removals=removals,
    export=export_alert,
    problems=problems,
    paths=("alerts/alert",),
    xml={
        "alerts": (NONE, frozenset(("alert",))),
        "alert": (
            frozenset(("path", "description")),
            frozenset(("recipient", "instance_attributes", "meta_attributes")),
        ),
        "recipient": (frozenset(("value", "description")), frozenset(("instance_attributes", "meta_attributes"))),
    },
    parts={"recipient": "recipients"},
    exportable=exportable,
    purge="Patterns for the ids of alerts.",
)
