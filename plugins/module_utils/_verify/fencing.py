# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether every node can be fenced: by what is configured, and by asking the fence agents, which fences nobody. Pure.

Source of the syntax of pcmk_host_map and pcmk_host_list: lib/fencing and daemons/fenced of Pacemaker.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib, Primitive
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import boolean, duration, score
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import (
    ERROR,
    WARNING,
    Check,
    Finding,
    words,
)

OFF = Check(
    "fencing-off",
    ERROR,
    "Fencing is switched off: what a lost node ran stays down, or runs twice.",
    "Switch it on: pcs property set stonith-enabled=true.",
)
NO_DEVICE = Check(
    "fencing-no-device",
    ERROR,
    "There is no fence device.",
    "Make one (role fence_virt, module pcs_stonith). Set verify_fencing to false only where that is meant.",
)
UNCOVERED = Check(
    "fencing-uncovered",
    ERROR,
    "No fence device is for this node: when it is lost, the cluster waits for ever.",
    "Give it a power switch: an entry in pcmk_host_map (fence_virt_domains), or a device of its own.",
)
MAP_STRANGER = Check(
    "fencing-map-stranger",
    WARNING,
    "A fence device is for a node that the cluster does not have.",
    "Remove the entry from pcmk_host_map or pcmk_host_list.",
)
MAP_FORM = Check(
    "fencing-map-form",
    WARNING,
    "pcmk_host_map ends in a semicolon or has empty entries; Pacemaker 3 complains about that.",
    "Separate entries by single semicolons, without one at the end.",
)
HOST_CHECK = Check(
    "fencing-host-check",
    WARNING,
    "pcmk_host_check=none says that the device can fence any node, and overrides its map or list.",
    "Remove pcmk_host_check: a map or list is enough.",
)
SERIAL = Check(
    "fencing-serial-console",
    WARNING,
    "The serial device ttyS0 is usually the console: what is printed there spoils the requests to fence.",
    "Use a serial port of its own (/dev/ttyS1), without a getty and without console=.",
)
RACE = Check(
    "fencing-race",
    WARNING,
    "Two nodes that lose sight of each other may fence each other at the same moment.",
    "Set priority-fencing-delay, or pcmk_delay_base for one of the nodes, or add a quorum device.",
)
AGENT = Check(
    "fencing-agent-missing",
    ERROR,
    "The fence agent is not installed on this node.",
    "Install the agent's package.",
    local=True,
)
UNREACHABLE = Check(
    "fencing-unreachable",
    ERROR,
    "This node can't reach the power switch of another one.",
    "See what the agent said; look at the device's options, key or password, its network and the firewall.",
    local=True,
)
CHECKS = (
    OFF,
    NO_DEVICE,
    UNCOVERED,
    MAP_STRANGER,
    MAP_FORM,
    HOST_CHECK,
    SERIAL,
    RACE,
    AGENT,
    UNREACHABLE,
)

_SEPARATORS = re.compile(r"[;\s]+")
_PARAMETERS = ("pcmk_", "provides", "stonith-timeout")
_ANSWERS = frozenset((0, 2))  # status: the node is on, is off


@dataclass(frozen=True)
class Probe:
    """One harmless question to a fence agent. `targets` maps nodes to their ports; of `list` the answer must hold
    each."""

    device: str
    agent: str
    action: str
    stdin: str
    targets: t.Mapping[str, str]


def is_enabled(cib: Cib) -> bool:
    """Whether the cluster fences. Pacemaker 3.0.2 renamed the property."""
    value = cib.properties.get("fencing-enabled", cib.properties.get("stonith-enabled", "true"))
    return boolean(value) is not False


def devices(cib: Cib) -> list[Primitive]:
    return [item for item in cib.primitives.values() if item.is_stonith]


def has_watchdog(cib: Cib) -> bool:
    """Whether nodes without a device count on their watchdog (SBD without a disk)."""
    names = ("fencing-watchdog-timeout", "stonith-watchdog-timeout")
    return any(duration(cib.properties.get(name, "0").lstrip("-")) for name in names)


def host_map(device: Primitive) -> dict[str, str]:
    """Ports by node. A node of pcmk_host_list is its own port."""
    entries = [entry for entry in _SEPARATORS.split(device.options.get("pcmk_host_map", "")) if entry]
    pairs = (re.split("[:=]", entry, maxsplit=1) for entry in entries)
    listed = [name for name in re.split(r"[,;\s]+", device.options.get("pcmk_host_list", "")) if name]
    return {**{name: name for name in listed}, **{pair[0]: pair[1] for pair in pairs if len(pair) == 2}}


def is_fixed(device: Primitive) -> bool:
    """Whether the device's options alone say which nodes it is for."""
    return bool(host_map(device)) and device.options.get("pcmk_host_check", "static-list") == "static-list"


def lint(cib: Cib, nodes: t.Sequence[str], *, has_quorum_device: bool = False) -> list[Finding]:
    """All that is wrong with fencing by what is configured, in a cluster of NODES."""
    if not is_enabled(cib):
        return [OFF.found("stonith-enabled", "stonith-enabled is false.")]
    if not devices(cib):
        return [] if has_watchdog(cib) else [NO_DEVICE.found("fencing", "No resource of class stonith is configured.")]
    return [*_coverage(cib, nodes), *_options(cib, nodes), *_race(cib, nodes, has_quorum_device)]


def _coverage(cib: Cib, nodes: t.Sequence[str]) -> t.Iterator[Finding]:
    covered = {name for device in devices(cib) for name in host_map(device)}
    if not has_watchdog(cib) and all(map(is_fixed, devices(cib))):
        for node in nodes:
            if node not in covered:
                yield UNCOVERED.found(node, f"{node} is in no map or list of {words(d.id for d in devices(cib))}.")
    strangers = sorted(covered.difference(nodes)) if nodes else []
    if strangers:
        yield MAP_STRANGER.found(words(strangers), f"{words(strangers)} is in a map or list, but no node.")


def _options(cib: Cib, nodes: t.Sequence[str]) -> t.Iterator[Finding]:
    for device in devices(cib):
        options = device.options
        text = options.get("pcmk_host_map", "").strip()
        if text.endswith(";") or ";;" in text.replace(" ", ""):
            yield MAP_FORM.found(device.id, f"pcmk_host_map of {device.id} is '{text}'.")
        if options.get("pcmk_host_check") == "none" and host_map(device):
            yield HOST_CHECK.found(device.id, f"{device.id} has pcmk_host_check=none besides a map or list.")
            missing = [node for node in nodes if node not in host_map(device)]
            if missing:
                yield UNCOVERED.found(words(missing), f"{words(missing)} is not in the map or list of {device.id}.")
        if options.get("serial_device") == "/dev/ttyS0":
            yield SERIAL.found(device.id, f"{device.id} uses /dev/ttyS0.")


def _race(cib: Cib, nodes: t.Sequence[str], has_quorum_device: bool) -> t.Iterator[Finding]:
    if len(nodes) != 2 or has_quorum_device:
        return
    delays = [cib.properties.get("priority-fencing-delay", "0")]
    delays += [item.options[name] for item in devices(cib) for name in _DELAYS if name in item.options]
    if not any(duration(delay) != 0 for delay in delays):
        yield RACE.found("fencing", "Neither priority-fencing-delay nor a delay of a fence device is set.")


_DELAYS = ("pcmk_delay_base", "pcmk_delay_max", "delay")


# --- asking the agents -----------------------------------------------------------------------------------------------


def is_allowed(cib: Cib, device: str, node: str) -> bool:
    """Whether NODE may use DEVICE: Pacemaker asks only nodes that a constraint does not keep away from it."""
    return not any(
        location.resource == device and location.node == node and (score(location.score or "0") or 0) <= -1000000
        for location in cib.locations.values()
    )


def probes(cib: Cib, host: str, nodes: t.Sequence[str], actions: t.Callable[[str], t.Sequence[str]]) -> list[Probe]:
    """The questions by which HOST finds out whether it can fence the others of NODES. ACTIONS tells what an agent
    knows, by its metadata. An agent that can list is asked once; any other is asked for each node's state."""
    found = []
    for device in devices(cib):
        if not is_allowed(cib, device.id, host):
            continue
        agent, ports = device.agent.partition(":")[2], host_map(device)
        known = actions(agent)
        targets = {node: ports[node] for node in nodes if node != host and node in ports}
        if "list" in known:
            found.append(Probe(device.id, agent, "list", _stdin(device, "list"), targets))
        elif "status" in known and targets:
            found += [
                Probe(device.id, agent, "status", _stdin(device, "status", port), {node: port})
                for node, port in targets.items()
            ]
        else:
            found.append(Probe(device.id, agent, "monitor", _stdin(device, "monitor"), targets))
    return found


def request(device: Primitive, action: str, port: str) -> str:
    """What DEVICE's agent reads on its standard input to do ACTION with the power switch PORT."""
    return _stdin(device, action, port)


def _stdin(device: Primitive, action: str, port: str = "") -> str:
    """What the agent reads on its standard input; passwords never go on a command line."""
    options = {name: value for name, value in device.options.items() if not name.startswith(_PARAMETERS)}
    options["action"] = action
    argument = device.options.get("pcmk_host_argument", "port")
    if port and argument != "none":
        options[argument] = port
    return "".join(f"{name}={value}\n" for name, value in options.items())


def judge(probe: Probe, code: int, output: str, said: str) -> list[Finding]:
    """What the agent's exit code and OUTPUT mean; SAID is that on one line."""
    allowed = _ANSWERS if probe.action == "status" else frozenset((0,))
    if code not in allowed:
        whom = words(probe.targets) or "any node"
        return [
            UNREACHABLE.found(
                probe.device,
                f"{probe.device} ({probe.agent}) can't reach {whom}: its {probe.action} ended with {code}:"
                f" {said[:300]}.",
            )
        ]
    if probe.action != "list":
        return []
    names = set(re.split(r"[\s,;:=\[\]'\"]+", output))
    return [
        UNREACHABLE.found(
            probe.device, f"{probe.device} ({probe.agent}) does not list {port}, the power switch of {node}."
        )
        for node, port in probe.targets.items()
        if not set(re.split(r"[,\s:=]+", port)) <= names
    ]
