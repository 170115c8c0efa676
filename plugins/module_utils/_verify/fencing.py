# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check that every node can be fenced, by the configuration and by questions to the fence agents that fence no node.
Pure.

Source of the syntax of pcmk_host_map and pcmk_host_list: lib/fencing and daemons/fenced of Pacemaker.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import duration
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.placement import guest_nodes
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.resources import Primitive
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify import (
    agents,
    fence_agent,
    fence_properties,
    fence_ways,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.agents import Agent
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.fence_device import (
    CHECK_TYPES,
    WATCHDOG,
    Agents,
    Fences,
    agent_name,
    check_type,
    claims_all,
    devices,
    has_watchdog,
    host_map,
    is_enabled,
    is_listed,
    needs_outlet,
    own_outlet,
    place,
    request,
)
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
    "Make one (role fence_virt, module pcs_stonith). Set ha_verify_fencing to false only where that is intended.",
)
UNCOVERED = Check(
    "fencing-uncovered",
    ERROR,
    "No fence device covers this node: if it is lost, the cluster waits forever.",
    "Give it a power switch: an entry in pcmk_host_map (ha_fence_virt_domains), or a device of its own.",
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
    "pcmk_host_map ends in a semicolon, or has an entry that is empty or no pair of a node and its outlet. Pacemaker"
    " leaves such entries out; version 3 complains about them.",
    "Write node1:1;node2:2, with single semicolons between the entries and none at the end.",
)
HOST_CHECK = Check(
    "fencing-host-check",
    WARNING,
    "pcmk_host_check=none says that the device can fence any node, and overrides its map or list. A value that"
    " Pacemaker does not know is an error: the device then fences no node.",
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
SERIAL = Check(
    "fencing-serial-console",
    WARNING,
    "The serial device ttyS0 is usually the console: what is printed there spoils the requests to fence.",
    "Use a serial port of its own (/dev/ttyS1), without a getty and without console=.",
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
    SERIAL,
    *fence_ways.CHECKS,
    *fence_properties.CHECKS,
    AGENT,
    *fence_agent.CHECKS,
    UNREACHABLE,
)

_ANSWERS = frozenset((0, 2))  # status: the node is on, is off
TIMED_OUT = 124  # what timeout(1) ends with
DEFAULT_ACTION, DEFAULT_FENCING = 20, 60  # seconds: Pacemaker's timeouts of an action, and of fencing
HARMLESS = frozenset(("list", "status", "monitor", "metadata", "validate-all"))  # what may stand for a question
_LEAVES_ON = agents.ACTIONS - {"off", "reboot", "diag"}
_WARNING_OF_PYTHON = re.compile(r"[^:]+:\d+: \w*Warning: ")


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


def lint(fences: Fences) -> list[Finding]:
    """All that is wrong with fencing by what is configured."""
    if not is_enabled(fences.cib):
        name = "fencing-enabled" if "fencing-enabled" in fences.cib.properties else "stonith-enabled"
        return [OFF.found(name, f"{name} is false.", f"Switch it on: pcs property set {name}=true.")]
    found = fence_properties.lint(fences)
    if not fences.devices:
        nothing = NO_DEVICE.found("fencing", "No resource of class stonith is configured.")
        return found if has_watchdog(fences.cib) else [nothing, *found]
    return [
        *_coverage(fences),
        *_options(fences),
        *_outlets(fences),
        *_agents_options(fences),
        *fence_ways.lint(fences),
        *found,
    ]


def untold(cib: Cib, known: Agents = agents.by_name) -> list[str]:
    """Devices whose options don't tell which nodes they are for, with an agent of which nothing is known."""
    return [
        f"{device.id} ({agent_name(device)})"
        for device in devices(cib)
        if is_enabled(cib) and not host_map(device) and not known(agent_name(device)).known
    ]


def _coverage(fences: Fences) -> t.Iterator[Finding]:
    for node in fences.everywhere:
        if has_watchdog(fences.cib, node):
            continue
        able = [device for device in fences.devices if fences.is_eligible(device, node)]
        if not able:
            said = f"{node} is in no map or list of {words(device.id for device in fences.devices)}."
            yield UNCOVERED.found(node, said)
            continue
        obstacles = [fences.obstacle(device, node) for device in able]
        if all(obstacles):
            yield UNCOVERED.found(node, f"{node}: {words(obstacles)}.", "Enable the device, or correct these.")
    covered = {name for device in fences.devices for name in host_map(device)}
    names = {name.lower() for name in (*fences.everywhere, *guest_nodes(fences.cib))}
    strangers = sorted(name for name in covered if name.lower() not in names) if fences.nodes else []
    if strangers:
        yield MAP_STRANGER.found(words(strangers), f"{words(strangers)} is in a map or list, but no node.")
    for device in fences.devices:
        agent = fences.agent(device)
        if claims_all(device, agent):
            yield CLAIMS_ALL.found(device.id, *_why_all(device, agent))


def _why_all(device: Primitive, agent: Agent) -> tuple[str, str]:
    """Why Pacemaker takes the device for every node, and what helps."""
    why = (
        f"an outlet of its own ({own_outlet(device)})"
        if needs_outlet(device, agent)
        else f"an agent, {agent.name}, that can't list nodes and answers the same for each"
    )
    if host_map(device):
        check = device.options.get("pcmk_host_check")
        return (
            f"{device.id} has pcmk_host_check={check}, which overrides its map or list, and {why}.",
            f"Remove that: pcs stonith update {device.id} pcmk_host_check=.",
        )
    return (
        f"{device.id} has neither pcmk_host_list nor pcmk_host_map, and {why}.",
        f"Name the node that it switches off: pcs stonith update {device.id} pcmk_host_list=NODE.",
    )


def _is_malformed(entry: str, nodes: t.Iterable[str]) -> bool:
    """Whether an entry of a map is no pair, or holds several that a comma separates."""
    if re.fullmatch(r"(?:\\.|[^\\=:])+[=:].+", entry) is None:
        return True
    return any(re.search(rf",{re.escape(node)}[=:]", entry, re.IGNORECASE) for node in nodes)


def _options(fences: Fences) -> t.Iterator[Finding]:
    for device in fences.devices:
        options = device.options
        text = options.get("pcmk_host_map", "").strip()
        entries = re.split(r"[;\s]+", text.rstrip(";")) if text else []
        malformed = [entry for entry in entries if _is_malformed(entry, fences.everywhere)]
        if text.endswith(";") or ";;" in text.replace(" ", "") or malformed:
            yield MAP_FORM.found(device.id, f"pcmk_host_map of {device.id} is '{text}'.")
        check = check_type(device, fences.agent(device))
        if check == "none" and "pcmk_host_check" in options and host_map(device):
            yield HOST_CHECK.found(device.id, f"{device.id} has pcmk_host_check=none beside a map or list.")
            missing = [node for node in fences.nodes if not is_listed(device, node)]
            if missing:
                yield UNCOVERED.found(words(missing), f"{words(missing)} is not in the map or list of {device.id}.")
        elif check not in CHECK_TYPES:
            said = f"{device.id} has pcmk_host_check={options['pcmk_host_check']}, which Pacemaker does not know."
            yield HOST_CHECK.found(device.id, f"{said} It then fences no node.", severity=ERROR)
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


def _outlets(fences: Fences) -> t.Iterator[Finding]:
    used: dict[tuple[str, str], dict[str, str]] = {}
    names = {node.lower(): node for node in fences.everywhere}
    for device in fences.devices:
        agent = fences.agent(device)
        if overrides_map(device, agent):
            yield FIXED.found(
                device.id,
                f"{device.id} has the outlet {own_outlet(device)} of its own, whether it fences"
                f" {' or '.join(host_map(device)) or 'one node or another'}.",
                f"pcs stonith update {device.id} plug= port=. {FIXED.fix}",
            )
            continue
        switch = place(device, agent)
        for name, port in host_map(device).items():
            node = names.get(name.lower(), "" if names else name)
            outlet = (own_outlet(device) or port) if needs_outlet(device, agent) else ""
            if switch and node and agent.name not in agents.NO_SWITCH:
                for one in outlet.split(","):
                    used.setdefault((switch, one), {})[node] = device.id
            if "," in outlet and agent.name in agents.ONE_OUTLET:
                yield OUTLETS.found(device.id, f"{device.id} ({agent.name}) has the outlets {outlet} for {name}.")
            if outlet.isdigit() and agent.name in agents.BY_INDEX:
                yield BY_INDEX.found(device.id, f"{device.id} ({agent.name}) has the port {outlet} for {name}.")
    seen: set[tuple[str, ...]] = set()
    for (switch, outlet), users in used.items():
        if len(users) > 1 and tuple(users) not in seen:
            seen.add(tuple(users))
            where = f"outlet {outlet} of {switch}" if outlet else switch
            through = words(dict.fromkeys(users.values()))
            yield SHARED.found(words(users), f"{words(users)} have the same switch, {where} ({through}).")


# --- what the agent takes --------------------------------------------------------------------------------------------


def _agents_options(fences: Fences) -> t.Iterator[Finding]:
    for device in fences.devices:
        agent, options = fences.agent(device), device.options
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


# --- asking the agents -----------------------------------------------------------------------------------------------


def probes(fences: Fences, host: str) -> list[Probe]:
    """The questions by which HOST finds out whether it can fence the others, remote nodes among them. An agent that can
    list is asked once; any other is asked for each node's state."""
    found = []
    for device in fences.devices:
        name = agent_name(device)
        if not fences.may_use(device, host) or name == WATCHDOG or not agents.is_fence_agent(name):
            continue
        agent, ports = fences.agent(device), {name.lower(): port for name, port in host_map(device).items()}
        others = [node for node in fences.everywhere if node != host]
        targets = {node: ports[node.lower()] for node in others if node.lower() in ports}
        if check_type(device, agent) == "dynamic-list":
            # Where no other device is for a node, this one has to list it.
            alone = [node for node in others if fences.of(node) == [device] and not has_watchdog(fences.cib, node)]
            targets.update({node: ports.get(node.lower(), node) for node in alone})

        def probe(action: str, targets: t.Mapping[str, str], port: str = "", device: Primitive = device) -> Probe:
            seconds = timeout(fences.cib, device, action)
            line = place(device, fences.agent(device)) or device.id
            asked = device.options.get(f"pcmk_{action}_action", action)
            asked = asked if asked in HARMLESS else action
            return Probe(device.id, agent_name(device), asked, request(device, asked, port), targets, seconds, line)

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
    names = set(re.split(r"[\s,;:=\[\]'\"]+", output.lower()))
    return [
        UNREACHABLE.found(
            probe.device, f"{probe.device} ({probe.agent}) does not list {port}, the power switch of {node}."
        )
        for node, port in probe.targets.items()
        if not set(re.split(r"[,\s:=]+", port.lower())) <= names
    ]
