# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which name was meant, when an agent or an option of it doesn't exist."""

from __future__ import annotations

import difflib
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import Command
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import Runner


def suggestion(runner: Runner, command: Command) -> str:
    """A sentence about the names in COMMAND that don't exist, or nothing."""
    if not command.agent:
        return ""
    metadata = runner.run(["crm_resource", "--show-metadata", command.agent])
    if metadata.rc != 0:
        family, _colon, name = command.agent.rpartition(":")
        agents = runner.run(["crm_resource", "--list-agents", family]).stdout.split()
        return did_you_mean("agent", name, agents)
    try:
        known = [item.get("name", "") for item in ET.fromstring(metadata.stdout).iter("parameter")]
    except ET.ParseError:
        return ""
    return "".join(did_you_mean("option", name, known) for name in unknown_options(command, known))


def unknown_options(command: Command, known: Iterable[str]) -> Iterator[str]:
    """The names of the agent's options in COMMAND that the agent doesn't have."""
    for argument in command.argv[3:]:
        if argument in ("op", "meta"):
            return
        name, is_option, _value = argument.partition("=")
        if is_option and name not in known and not name.startswith("pcmk_"):
            yield name


def did_you_mean(what: str, name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f" There is no {what} '{name}'; did you mean '{near[0]}'?" if near else ""
