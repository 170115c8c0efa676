# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the fence agents of this node: their programs, and the options they know. Pure.

Source: lib/fencing.py of fence-agents, which ignores an option that an agent does not have, with a line in its log.
"""

from __future__ import annotations

import difflib
import re
import typing as t

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import boolean
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.resources import Primitive
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.agents import Agent
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.fence_device import Fences
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import (
    ERROR,
    WARNING,
    Check,
    Finding,
    words,
)

PROGRAM = Check(
    "fencing-program-missing",
    ERROR,
    "A program that a fence agent runs is not installed on this node, so it can't fence.",
    "Install the package with the program (ha_extra_packages); in Debian 12 the agents don't depend on it.",
    local=True,
)
OPTION = Check(
    "fencing-option-unknown",
    WARNING,
    "A fence device has an option that Pacemaker does not know, or that the agent on this node does not know. It has no"
    " effect here.",
    "Correct the option's name, or install the same release of the agent on all nodes; see pcs stonith describe AGENT.",
    local=True,
)
CHECKS = (PROGRAM, OPTION)

# Options that name a program which the agent runs whatever else is set.
PROGRAMS = (
    *("amttool_path", "ipmitool_path", "mpathpersist_path", "powerman_path", "sbd_path", "sg_persist_path"),
    *("sg_turs_path", "snmpget_path", "snmpset_path", "snmpwalk_path"),
)
# Options that the fencer takes of any device, beside pcmk_<action>_<what>.
OF_PACEMAKER = frozenset(
    (
        *("pcmk_action_limit", "pcmk_delay_base", "pcmk_delay_max", "pcmk_host_argument", "pcmk_host_check"),
        *("pcmk_host_list", "pcmk_host_map", "priority", "provides", "stonith-timeout", "crm_feature_set", "nodename"),
    )
)
_OF_ACTION = re.compile(r"pcmk_(\w+)_(?:action|timeout|retries)")


def lint(fences: Fences, host: str, exists: t.Callable[[str], bool]) -> list[Finding]:
    """What the agents of this node, HOST, lack for the devices that it may use. EXISTS tells whether a program is
    there."""
    return [
        finding
        for device in fences.devices
        if fences.agent(device).parameters and fences.may_use(device, host)
        for finding in (*_programs(device, fences.agent(device), exists), *_options(device, fences.agent(device)))
    ]


def programs(device: Primitive, agent: Agent) -> list[str]:
    """The programs that the agent runs for the device."""

    def value(name: str) -> str:
        return device.options.get(name, device.options.get(name.replace("_", "-"), agent.defaults.get(name, "")))

    def is_on(*names: str) -> bool:
        return any(boolean(value(name)) is True for name in names)

    wanted = [name for name in PROGRAMS if name in agent.parameters]
    by_ssh = is_on("ssh", "secure") or agent.name.endswith("_ssh") or "telnet_path" not in agent.parameters
    if not is_on("ssl", "ssl_secure", "ssl_insecure"):
        wanted += [name for name in (("ssh_path",) if by_ssh else ("telnet_path",)) if name in agent.parameters]
    if "sudo_path" in agent.parameters and is_on("use_sudo", "sudo"):
        wanted.append("sudo_path")
    return [path for path in map(value, wanted) if path]


def unknown(device: Primitive, agent: Agent) -> list[str]:
    """The device's options that neither Pacemaker nor the agent knows."""
    known = {name.replace("-", "_") for name in agent.parameters} | {"action"}
    argument = device.options.get("pcmk_host_argument", "")
    return [
        name
        for name in device.options
        if name not in OF_PACEMAKER
        and name.replace("-", "_") not in known
        and name != argument
        and not _is_of_an_action(name)
    ]


def _is_of_an_action(name: str) -> bool:
    return _OF_ACTION.fullmatch(name) is not None


def _programs(device: Primitive, agent: Agent, exists: t.Callable[[str], bool]) -> t.Iterator[Finding]:
    missing = [path for path in programs(device, agent) if not exists(path)]
    if missing:
        yield PROGRAM.found(device.id, f"{agent.name} of {device.id} runs {words(missing)}, which is not installed.")


def _options(device: Primitive, agent: Agent) -> t.Iterator[Finding]:
    strange = unknown(device, agent)
    if not strange:
        return
    near = [_near(name, agent) for name in strange]
    said = [f"{name} (is it {guess}?)" if guess else name for name, guess in zip(strange, near)]
    yield OPTION.found(device.id, f"{device.id} has {words(said)}, which {agent.name} on this node does not know.")


def _near(name: str, agent: Agent) -> str:
    found = difflib.get_close_matches(name, [*agent.parameters, *OF_PACEMAKER], n=1, cutoff=0.8)
    return found[0] if found else ""
