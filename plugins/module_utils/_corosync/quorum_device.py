# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The quorum device in corosync.conf: its current and wanted settings, and the pcs commands that change it. Pure."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import (
    Section,
    node_sections,
    option_value,
    parse,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.runtime import membership
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

MADE_BY_PCS = frozenset(("votes",))  # follow from the algorithm
ON_OR_OFF = frozenset(("tls", "mode", "keep_active_partition_tie_breaker"))
# corosync-qdevice-tool prints text only, and neither corosync's map nor another tool says whether the device is
# connected.
CONNECTED = re.compile(r"^State:\s+Connected\b", re.MULTILINE)

Options = t.Mapping[str, str]


@dataclass(frozen=True)
class Device:
    """A quorum device. `options` are those of every model."""

    model: str = "net"
    options: Options = field(default_factory=dict)
    model_options: Options = field(default_factory=dict)
    heuristics: Options = field(default_factory=dict)


def parse_device(text: str) -> Device | None:
    """The quorum device in the corosync.conf TEXT. Raises CorosyncConfError."""
    sections = [device for quorum in parse(text).children("quorum") for device in quorum.children("device")]
    if not sections:
        return None
    section = sections[-1]
    model = section.get("model")
    options = {name: value for name, value in section.attributes if name != "model" and name not in MADE_BY_PCS}
    return Device(model, options, options_of(section, model), options_of(section, "heuristics"))


def options_of(section: Section, name: str) -> dict[str, str]:
    return {key: value for child in section.children(name) for key, value in child.attributes}


def merge(current: Device | None, declared: t.Mapping[str, t.Any]) -> Device | None:
    """CURRENT with what is DECLARED made true. What is not declared is left alone."""
    if declared["state"] == "absent":
        return None
    base = current if current is not None else Device(declared["model"])
    if base.model != declared["model"]:
        raise ClusterError(
            f"The quorum device is one of model '{base.model}', which can't be changed to '{declared['model']}'."
        )
    return Device(
        base.model,
        merge_options(base.options, declared["options"]),
        merge_options(base.model_options, declared["model_options"]),
        merge_options(base.heuristics, declared["heuristics"]),
    )


def merge_options(current: Options, declared: t.Mapping[str, t.Any] | None) -> dict[str, str]:
    values = dict(current)
    for name, value in (declared or {}).items():
        if value is None or value == "":
            values.pop(name, None)
        elif isinstance(value, bool) and name in ON_OR_OFF:
            values[name] = "on" if value else "off"
        else:
            values[name] = option_value(value, name)
    return values


def commands(before: Device | None, after: Device | None, *, running: bool, replace: bool) -> list[list[str]]:
    """The arguments of pcs that turn BEFORE into AFTER.

    Raises ClusterError where the device would have to be removed and added again, but must not be.
    """
    if before == after:
        return []
    if after is None:
        return [["quorum", "device", "remove"]]
    if before is None:
        return [["quorum", "device", "add", *words(Device(), after, model=[after.model])]]
    another_host = before.model_options.get("host") != after.model_options.get("host")
    if not running and not another_host:
        return [["quorum", "device", "update", *words(before, after, model=[])]]
    if not replace:
        why = "for another host" if another_host else "while the cluster runs"
        raise ClusterError(
            f"pcs can't change the quorum device {why}: set 'replace' to have it removed and added again, during which"
            " its vote is missing" + ("." if another_host else ", or stop the cluster first.")
        )
    return [["quorum", "device", "remove"], ["quorum", "device", "add", *words(Device(), after, model=[after.model])]]


def absent_nodes(text: str, running: t.Mapping[str, str]) -> list[str]:
    """The nodes of the corosync.conf TEXT that are no members according to the RUNNING corosync's map."""
    members = set(membership(running, {}).members)
    return [name for name, node in node_sections(parse(text)).items() if node.get("nodeid") not in members]


def is_connected(status: str) -> bool:
    """Whether the device has a say, according to what `corosync-qdevice-tool -s` prints."""
    return CONNECTED.search(status) is not None


def words(before: Device, after: Device, *, model: list[str]) -> list[str]:
    result = changed(before.options, after.options)
    options = changed(before.model_options, after.model_options)
    if model or options:
        result += ["model", *model, *options]
    heuristics = changed(before.heuristics, after.heuristics)
    return [*result, "heuristics", *heuristics] if heuristics else result


def changed(before: Options, after: Options) -> list[str]:
    """`name=value` for every option that differs, `name=` for one that is to go."""
    removed = [f"{name}=" for name in before if name not in after]
    return [*removed, *(f"{name}={value}" for name, value in after.items() if before.get(name) != value)]
