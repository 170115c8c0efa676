# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether every node can be fenced: by what is configured, and by asking the fence agents, which fences no node. Pure.

Source of the syntax of pcmk_host_map and pcmk_host_list: lib/fencing and daemons/fenced of Pacemaker.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib, Primitive
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import boolean, duration, score
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.placement import guest_nodes, remote_nodes
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify import agents
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.agents import Agent
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
    "No fence device covers this node: if it is lost, the cluster waits forever.",
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
CLAIMS_ALL = Check(
    "fencing-claims-all",
    ERROR,
    "Pacemaker uses this fence device for every node, whichever node it switches off: a healthy node is killed, and the"
    " lost one is taken for dead.",
    "Set pcmk_host_list to the node that the device switches off.",
)
SHARED = Check(
    "fencing-switch-shared",
    ERROR,
    "Two nodes have the same power switch: fencing one of them switches off the other.",
    "Correct the address or the outlet of one of them; ask each board which machine it belongs to.",
)
FIXED = Check(
    "fencing-plug-fixed",
    ERROR,
    "A fence device has an outlet of its own (plug or port). It overrides pcmk_host_map, so the device switches that"
    " outlet for every node.",
    "Remove plug or port from the device, and name each node's outlet in pcmk_host_map.",
)
OUTLETS = Check(
    "fencing-outlets",
    ERROR,
    "A node has several outlets in one entry of pcmk_host_map, and the agent does not switch all of them: the node goes"
    " on running though it counts as off.",
    "Make a device for each outlet, and put them into one fencing level of the node.",
)
BY_INDEX = Check(
    "fencing-port-number",
    WARNING,
    "The agent takes a number for the index of an interface. The switch may change it, and an index that does not exist"
    " counts as switched off.",
    "Give the port's name (ifDescr).",
)
ACTION = Check(
    "fencing-action",
    ERROR,
    "A fence device is told an action or a method that its agent does not know, or that leaves the node on. It can't"
    " fence.",
    "Set it to off, reboot or on, in quotes: YAML reads off as false. Or remove the option.",
)
CYCLE = Check(
    "fencing-cycle",
    WARNING,
    "The device fences by method cycle, which does not check that the node was off.",
    "Remove method, or set it to onoff.",
)
UNFENCING = Check(
    "fencing-unfencing",
    ERROR,
    "A device that cuts a node's network or storage lacks provides=unfencing: a fenced node never gets it back.",
    "Set it: pcs stonith meta DEVICE provides=unfencing.",
)
OLD_NAME = Check(
    "fencing-option-twice",
    ERROR,
    "A fence device has an option by its old and by its new name, with different values. Which one counts is not"
    " defined.",
    "Remove the old name.",
)
DELAY = Check(
    "fencing-delay-hidden",
    WARNING,
    "A fence device has the agent's own option delay. Pacemaker does not know of it, and it counts against the action's"
    " timeout.",
    "Use pcmk_delay_base instead.",
)
IDLE_TIMEOUT = Check(
    "fencing-timeout-unused",
    WARNING,
    "The agent's own timeouts have no effect when Pacemaker runs it.",
    "Use pcmk_reboot_timeout, pcmk_off_timeout and pcmk_monitor_timeout, or set disable_timeout=false as well.",
)
LEVEL = Check(
    "fencing-level-device",
    ERROR,
    "A fencing level names a device that does not exist, is switched off, or is not for that node: the level always"
    " fails.",
    "Correct the level or the device's pcmk_host_list, or enable the device.",
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
    CLAIMS_ALL,
    SHARED,
    FIXED,
    OUTLETS,
    BY_INDEX,
    ACTION,
    CYCLE,
    UNFENCING,
    OLD_NAME,
    DELAY,
    IDLE_TIMEOUT,
    LEVEL,
    SERIAL,
    RACE,
    AGENT,
    UNREACHABLE,
)

_SEPARATORS = re.compile(r"[;\s]+")
_PARAMETERS = ("pcmk_", "provides", "stonith-timeout")
_ANSWERS = frozenset((0, 2))  # status: the node is on, is off
TIMED_OUT = 124  # what timeout(1) ends with
DEFAULT_ACTION, DEFAULT_FENCING = 20, 60  # seconds: Pacemaker's timeouts of an action, and of fencing
# Options that say which switch a device is, by the name that they have today.
_WHERE = (
    *("ip", "ipport", "udpport", "multicast_address", "serial_device", "systems_uri", "domain", "region", "zone"),
    *("project", "resourcegroup", "subscriptionid", "devices", "managed", "cluster", "namespace", "datacenter"),
)
_LEAVES_ON = agents.ACTIONS - {"off", "reboot", "diag"}
_WARNING_OF_PYTHON = re.compile(r"\S+:\d+: \w*Warning: ")


@dataclass(frozen=True)
class Probe:
    """One harmless question to a fence agent. `targets` maps nodes to their ports; of `list` the answer must hold
    each. It gets as many seconds, `timeout`, as Pacemaker would give it."""

    device: str
    agent: str
    action: str
    stdin: str
    targets: t.Mapping[str, str]
    timeout: int = DEFAULT_ACTION
    line: str = ""  # questions of one line must not be asked at the same time


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


def is_listed(device: Primitive, node: str) -> bool:
    """Whether the device's map or list has NODE; Pacemaker takes capitals for small letters there."""
    return node.lower() in map(str.lower, host_map(device))


def is_fixed(device: Primitive) -> bool:
    """Whether the device's options alone say which nodes it is for."""
    return bool(host_map(device)) and device.options.get("pcmk_host_check", "static-list") == "static-list"


def agent_name(device: Primitive) -> str:
    """The name of the program that switches."""
    return device.agent.partition(":")[2]


def own_outlet(device: Primitive) -> str:
    """The outlet that the device's own options name. Pacemaker then leaves pcmk_host_map alone."""
    names = [device.options.get("pcmk_host_argument", "plug"), "plug", "port"]
    names += ["key"] if agent_name(device) == "fence_mpath" else []
    outlets = [device.options.get(name, "") for name in names if name != "none"]
    return next((outlet for outlet in outlets if outlet and outlet != "dynamic"), "")


def needs_outlet(device: Primitive, agent: Agent) -> bool:
    """Whether what the device switches depends on the outlet that it is told."""
    return not agent.is_board or boolean(device.options.get("port_as_ip", "false")) is True


def claims_all(device: Primitive, agent: Agent) -> bool:
    """Whether Pacemaker takes the device for every node, though it does not switch each of them. Source:
    target_list_type() and status_search_cb() of Pacemaker's fencer."""
    if agent.name in agents.NO_SWITCH or is_fixed(device):
        return False
    check = device.options.get("pcmk_host_check") or ("dynamic-list" if agent.lists else "status")
    goes_by_node = needs_outlet(device, agent) and not own_outlet(device)
    return check not in ("static-list", "dynamic-list") and not goes_by_node


Agents = t.Callable[[str], Agent]


def lint(
    cib: Cib, nodes: t.Sequence[str], *, has_quorum_device: bool = False, known: Agents = agents.by_name
) -> list[Finding]:
    """All that is wrong with fencing by what is configured, in a cluster of NODES. KNOWN tells what an agent can do."""
    if not is_enabled(cib):
        return [OFF.found("stonith-enabled", "stonith-enabled is false.")]
    if not devices(cib):
        return [] if has_watchdog(cib) else [NO_DEVICE.found("fencing", "No resource of class stonith is configured.")]
    return [
        *_coverage(cib, nodes, known),
        *_options(cib, nodes),
        *_outlets(cib, known),
        *_agents_options(cib, known),
        *_levels(cib),
        *_race(cib, nodes, has_quorum_device),
    ]


def untold(cib: Cib, known: Agents = agents.by_name) -> list[str]:
    """Devices whose options don't tell which nodes they are for, with an agent of which nothing is known."""
    return [
        f"{device.id} ({agent_name(device)})"
        for device in devices(cib)
        if is_enabled(cib) and not host_map(device) and not known(agent_name(device)).known
    ]


def reached(cib: Cib, node: str, known: Agents) -> bool:
    """Whether a device is for NODE. What a device finds out by itself is left to it."""
    return any(
        is_listed(device, node)
        if is_fixed(device)
        else known(agent_name(device)).name not in agents.NO_SWITCH
        and not claims_all(device, known(agent_name(device)))
        for device in devices(cib)
    )


def _coverage(cib: Cib, nodes: t.Sequence[str], known: Agents) -> t.Iterator[Finding]:
    everywhere = [*nodes, *(name for name in remote_nodes(cib) if name not in nodes)]
    if not has_watchdog(cib):
        for node in everywhere:
            if not reached(cib, node, known):
                said = f"{node} is in no map or list of {words(d.id for d in devices(cib))}."
                yield UNCOVERED.found(node, said)
    covered = {name for device in devices(cib) for name in host_map(device)}
    names = {name.lower() for name in (*everywhere, *guest_nodes(cib))}
    strangers = sorted(name for name in covered if name.lower() not in names) if nodes else []
    if strangers:
        yield MAP_STRANGER.found(words(strangers), f"{words(strangers)} is in a map or list, but no node.")
    for device in devices(cib):
        agent = known(agent_name(device))
        if claims_all(device, agent):
            why = (
                f"an outlet of its own ({own_outlet(device)})"
                if needs_outlet(device, agent)
                else f"an agent, {agent.name}, that can't list nodes and answers the same for each"
            )
            yield CLAIMS_ALL.found(
                device.id,
                f"{device.id} has neither pcmk_host_list nor pcmk_host_map, and {why}.",
                f"Name the node that it switches off: pcs stonith update {device.id} pcmk_host_list=NODE.",
            )


def _options(cib: Cib, nodes: t.Sequence[str]) -> t.Iterator[Finding]:
    for device in devices(cib):
        options = device.options
        text = options.get("pcmk_host_map", "").strip()
        if text.endswith(";") or ";;" in text.replace(" ", ""):
            yield MAP_FORM.found(device.id, f"pcmk_host_map of {device.id} is '{text}'.")
        if options.get("pcmk_host_check") == "none" and host_map(device):
            yield HOST_CHECK.found(device.id, f"{device.id} has pcmk_host_check=none beside a map or list.")
            missing = [node for node in nodes if not is_listed(device, node)]
            if missing:
                yield UNCOVERED.found(words(missing), f"{words(missing)} is not in the map or list of {device.id}.")
        if options.get("serial_device") == "/dev/ttyS0":
            yield SERIAL.found(device.id, f"{device.id} uses /dev/ttyS0.")
        if options.get("delay", "0") not in ("", "0", "0s"):
            yield DELAY.found(device.id, f"{device.id} has delay={options['delay']}.")


# --- which outlet ----------------------------------------------------------------------------------------------------


def overrides_map(device: Primitive, agent: Agent) -> bool:
    """Whether the device's own outlet is switched for a node that has another one."""
    outlet, ports = own_outlet(device), host_map(device)
    if not outlet or not needs_outlet(device, agent) or claims_all(device, agent):
        return False
    if len(ports) != 1:
        return True
    ((node, port),) = ports.items()
    return port not in (outlet, node)


def _place(device: Primitive, agent: Agent) -> str:
    """Which switch the device is, for comparison and in words. Empty where its options don't tell."""
    options = {agent.old_names.get(name, name).lower(): value for name, value in device.options.items()}
    if not needs_outlet(device, agent) and not options.get("ip") and not options.get("serial_device"):
        return ""
    if agent.is_board and needs_outlet(device, agent):
        options.pop("ip", None)  # the outlet is the address
    where = [f"{name}={options[name].lower()}" for name in _WHERE if options.get(name)]
    return " ".join(where if "ip" in options else [agent.name, *where])


def _outlets(cib: Cib, known: Agents) -> t.Iterator[Finding]:
    used: dict[tuple[str, str], dict[str, str]] = {}
    for device in devices(cib):
        agent = known(agent_name(device))
        if overrides_map(device, agent):
            yield FIXED.found(
                device.id,
                f"{device.id} has the outlet {own_outlet(device)} of its own, whether it fences"
                f" {' or '.join(host_map(device)) or 'one node or another'}.",
                f"pcs stonith update {device.id} plug= port=. {FIXED.fix}",
            )
            continue
        place = _place(device, agent)
        for node, port in host_map(device).items():
            outlet = (own_outlet(device) or port) if needs_outlet(device, agent) else ""
            if place and agent.name not in agents.NO_SWITCH:
                for one in outlet.split(","):
                    used.setdefault((place, one), {})[node] = device.id
            if "," in outlet and agent.name in agents.ONE_OUTLET:
                yield OUTLETS.found(device.id, f"{device.id} ({agent.name}) has the outlets {outlet} for {node}.")
            if outlet.isdigit() and agent.name in agents.BY_INDEX:
                yield BY_INDEX.found(device.id, f"{device.id} ({agent.name}) has the port {outlet} for {node}.")
    seen: set[tuple[str, ...]] = set()
    for (place, outlet), users in used.items():
        if len(users) > 1 and tuple(users) not in seen:
            seen.add(tuple(users))
            where = f"outlet {outlet} of {place}" if outlet else place
            through = words(dict.fromkeys(users.values()))
            yield SHARED.found(words(users), f"{words(users)} have the same switch, {where} ({through}).")


# --- what the agent takes --------------------------------------------------------------------------------------------


def _agents_options(cib: Cib, known: Agents) -> t.Iterator[Finding]:
    for device in devices(cib):
        agent, options = known(agent_name(device)), device.options
        wrong = list(_wrong_actions(options, agent))
        if wrong:
            yield ACTION.found(device.id, f"{device.id} ({agent.name}) has {words(wrong)}.")
        cycles = options.get("method", "").lower() == "cycle"
        if cycles and agent.name not in agents.CYCLE_BY_DEFAULT:
            yield CYCLE.found(device.id, f"{device.id} ({agent.name}) has method=cycle.")
        provides = re.split(r"[,\s]+", device.meta.get("provides", options.get("provides", "")))
        if agent.is_fabric and "unfencing" not in provides:
            yield UNFENCING.found(
                device.id,
                f"{device.id} ({agent.name}) has no meta attribute provides=unfencing.",
                UNFENCING.fix.replace("DEVICE", device.id),
            )
        twice = [
            f"{old} beside {new}"
            for old, new in agent.old_names.items()
            if old in options and new in options and options[old] != options[new]
        ]
        if twice:
            yield OLD_NAME.found(device.id, f"{device.id} ({agent.name}) has {words(twice)}.")
        idle = [name for name in ("power_timeout", "shell_timeout", "login_timeout") if name in options]
        if idle and "disable_timeout" in agent.parameters and "disable_timeout" not in options:
            yield IDLE_TIMEOUT.found(device.id, f"{device.id} ({agent.name}) has {words(idle)}.")


def _wrong_actions(options: t.Mapping[str, str], agent: Agent) -> t.Iterator[str]:
    for name, value in options.items():
        task = re.fullmatch(r"pcmk_(\w+)_action", name)
        leaves_on = task is not None and task[1] in ("off", "reboot") and value.lower() in _LEAVES_ON
        if leaves_on or ((task or name == "action") and value.lower() not in agent.actions):
            yield f"{name}={value}"
    if options.get("method", "onoff").lower() not in ("onoff", "cycle"):
        yield f"method={options['method']}"


def _levels(cib: Cib) -> t.Iterator[Finding]:
    able = {device.id: device for device in devices(cib) if device.meta.get("target-role", "").lower() != "stopped"}
    for level in cib.stonith_levels.values():
        missing = [name for name in level.devices if name not in able]
        others = [
            device.id
            for device in map(able.get, level.devices)
            if device is not None
            and "%" not in level.target
            and is_fixed(device)
            and not is_listed(device, level.target)
        ]
        if others:
            said = f"Level {level.level} of {level.target} names {words(others)}, which is for other nodes."
            yield LEVEL.found(f"{level.target} {level.level}", said)
        if missing:
            yield LEVEL.found(
                f"{level.target} {level.level}",
                f"Level {level.level} of {level.target} names {words(missing)}, which is no fence device that is on.",
            )


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


def probes(cib: Cib, host: str, nodes: t.Sequence[str], known: Agents) -> list[Probe]:
    """The questions by which HOST finds out whether it can fence the others of NODES, remote nodes among them. KNOWN
    tells what an agent can do. An agent that can list is asked once; any other is asked for each node's state."""
    found = []
    everywhere = [*nodes, *(name for name in remote_nodes(cib) if name not in nodes)]
    for device in devices(cib):
        if not is_allowed(cib, device.id, host):
            continue
        agent, ports = known(agent_name(device)), {name.lower(): port for name, port in host_map(device).items()}
        targets = {node: ports[node.lower()] for node in everywhere if node != host and node.lower() in ports}

        def probe(action: str, targets: t.Mapping[str, str], port: str = "", device: Primitive = device) -> Probe:
            seconds = timeout(cib, device, action)
            line = _place(device, known(agent_name(device))) or device.id
            return Probe(device.id, agent_name(device), action, _stdin(device, action, port), targets, seconds, line)

        if agent.lists:
            found.append(probe("list", targets))
        elif "status" in agent.actions and targets:
            found += [probe("status", {node: port}, port) for node, port in targets.items()]
        else:
            found.append(probe("monitor", targets))
    return found


def timeout(cib: Cib, device: Primitive, action: str) -> int:
    """The seconds that Pacemaker gives DEVICE's agent for ACTION: get_action_timeout() of its fencer, which takes
    pcmk_<action>_timeout first; else the monitor's own timeout, and the cluster's fencing timeout for the rest."""
    monitors = [item.timeout for item in device.operations if item.name == "monitor" and duration(item.interval)]
    defaults = cib.operation_defaults.values.get("timeout")
    whole = cib.properties.get("fencing-timeout", cib.properties.get("stonith-timeout"))
    general = [*monitors, defaults] if action == "monitor" else [whole]
    last = DEFAULT_ACTION if action == "monitor" else DEFAULT_FENCING
    texts = [device.options.get(f"pcmk_{action}_timeout"), *general]
    times = (duration(text) for text in texts if text)
    return max(1, round(next((time for time in times if time), last * 1000) / 1000))


def request(device: Primitive, action: str, port: str) -> str:
    """What DEVICE's agent reads on its standard input to do ACTION with the power switch PORT."""
    return _stdin(device, action, port)


def _stdin(device: Primitive, action: str, port: str = "") -> str:
    """What the agent reads on its standard input; passwords never go on a command line."""
    options = {name: value for name, value in device.options.items() if not name.startswith(_PARAMETERS)}
    options["action"] = action
    argument = device.options.get("pcmk_host_argument", "port")
    if port and argument != "none" and not own_outlet(device):
        options[argument] = port
    return "".join(f"{name}={value}\n" for name, value in options.items())


def without_warnings(said: str) -> str:
    """What an agent SAID, on one line, without the warnings of Python and the lines of source below them."""
    kept: list[str] = []
    below = False
    for line in said.splitlines():
        is_source = below and line.startswith(("  ", "\t"))
        below = _WARNING_OF_PYTHON.match(line) is not None
        if not below and not is_source:
            kept.append(line)
    return " ".join(" ".join(kept).split())


def judge(probe: Probe, code: int, output: str, said: str) -> list[Finding]:
    """What the agent's exit code and OUTPUT mean; SAID is what it complained about."""
    allowed = _ANSWERS if probe.action == "status" else frozenset((0,))
    if code not in allowed:
        who = words(probe.targets) or "any node"
        reason = without_warnings(said)[:300].rstrip(".") or "it says nothing"
        how = (
            f"no answer to {probe.action} within {probe.timeout} s"
            if code == TIMED_OUT
            else f"its {probe.action} ended with {code}: {reason}"
        )
        return [UNREACHABLE.found(probe.device, f"{probe.device} ({probe.agent}) can't reach {who}: {how}.")]
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
