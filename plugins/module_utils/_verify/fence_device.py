# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the options of a fence device as Pacemaker does: the nodes it is for, and the ports it switches. Pure.

Source: daemons/fenced/fenced_commands.c and lib/fencing/st_actions.c of Pacemaker.
"""

from __future__ import annotations

import ipaddress
import re
import typing as t
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.addresses import Network
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.levels import StonithLevel
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import HOST_ENTRY, boolean, duration
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.placement import (
    Placement,
    is_switched_off,
    remote_nodes,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.resources import Primitive
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify import agents
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.agents import Agent

Agents = t.Callable[[str], Agent]
CHECK_TYPES = ("static-list", "dynamic-list", "status", "none")
WATCHDOG = "fence_watchdog"  # stands for the watchdogs of its nodes
_LIST_SEPARATORS = re.compile(r"[,;\s]+")
# Options that say which switch a device is, by the name that they have today.
_WHERE = (
    *("ip", "ipport", "udpport", "multicast_address", "serial_device", "systems_uri", "domain", "region", "zone"),
    *("project", "resourcegroup", "subscriptionid", "devices", "managed", "cluster", "namespace", "datacenter"),
)
_CLASSES = {"digit": "0-9", "alpha": "A-Za-z", "alnum": "A-Za-z0-9", "lower": "a-z", "upper": "A-Z"}
_PARAMETERS = ("pcmk_", "provides", "stonith-timeout")


def is_enabled(cib: Cib) -> bool:
    """Whether the cluster fences. Pacemaker 3.0.2 renamed the property."""
    value = cib.properties.get("fencing-enabled", cib.properties.get("stonith-enabled", "true"))
    return boolean(value) is not False


def devices(cib: Cib) -> list[Primitive]:
    return [item for item in cib.primitives.values() if item.is_stonith]


def watchdog_timeout(cib: Cib) -> str:
    """How long a lost node gets to reset itself by its watchdog, as it is written; `0` where that does not count."""
    return cib.properties.get("fencing-watchdog-timeout", cib.properties.get("stonith-watchdog-timeout", "0"))


def has_watchdog(cib: Cib, node: str = "") -> bool:
    """Whether NODE, or the cluster's nodes, count on their watchdog (SBD without a disk)."""
    if not duration(watchdog_timeout(cib).lstrip("-")):
        return False
    limits = [device for device in devices(cib) if agent_name(device) == WATCHDOG and host_map(device)]
    return not node or not limits or any(is_listed(device, node) for device in limits)


def host_map(device: Primitive) -> dict[str, str]:
    """Ports by node, in the order of the options. A node of pcmk_host_list is its own port."""
    listed = [name for name in _LIST_SEPARATORS.split(device.options.get("pcmk_host_list", "")) if name]
    entries = HOST_ENTRY.findall(device.options.get("pcmk_host_map", ""))
    pairs = {node.replace("\\", ""): port.replace("\\", "") for node, port in entries}
    mapped = {node.lower() for node in pairs}
    return {**{name: name for name in listed if name.lower() not in mapped}, **pairs}


def is_listed(device: Primitive, node: str) -> bool:
    """Whether the device's map or list has NODE; Pacemaker takes capitals for small letters there."""
    return node.lower() in map(str.lower, host_map(device))


def check_type(device: Primitive, agent: Agent) -> str:
    """How Pacemaker finds out whether the device is for a node (pcmk_host_check)."""
    options = device.options
    if "pcmk_host_check" in options:
        return options["pcmk_host_check"].strip().lower()
    if "pcmk_host_list" in options or "pcmk_host_map" in options:
        return "static-list"
    return "dynamic-list" if agent.lists else "status" if "status" in agent.actions else "none"


def is_fixed(device: Primitive) -> bool:
    """Whether the device's options alone say which nodes it is for."""
    check = device.options.get("pcmk_host_check", "static-list").strip().lower()
    return bool(host_map(device)) and check == "static-list"


def agent_name(device: Primitive) -> str:
    """The name of the program that switches."""
    return device.agent.partition(":")[2]


def own_outlet(device: Primitive) -> str:
    """The outlet that the device's own options name. Pacemaker then leaves pcmk_host_map alone."""
    names = [device.options.get("pcmk_host_argument", "plug"), "plug", "port"]
    names += ["key"] if agent_name(device) == "fence_mpath" else []
    outlets = [device.options.get(name, "") for name in names if name.lower() != "none"]
    return next((outlet for outlet in outlets if outlet and outlet.lower() != "dynamic"), "")


def needs_outlet(device: Primitive, agent: Agent) -> bool:
    """Whether what the device switches depends on the outlet that it is told."""
    return not agent.is_board or boolean(device.options.get("port_as_ip", "false")) is True


def claims_all(device: Primitive, agent: Agent) -> bool:
    """Whether Pacemaker takes the device for every node, though it does not switch each of them. Source:
    target_list_type() and status_search_cb() of Pacemaker's fencer."""
    if agent.name in agents.NO_SWITCH or agent.name == WATCHDOG or is_fixed(device):
        return False
    goes_by_node = needs_outlet(device, agent) and not own_outlet(device)
    return check_type(device, agent) in ("status", "none") and not goes_by_node


def is_eligible(device: Primitive, agent: Agent, node: str) -> bool:
    """Whether the device is for NODE. What it finds out by itself is left to it."""
    if agent.name in agents.NO_SWITCH or agent.name == WATCHDOG or claims_all(device, agent):
        return False
    check = check_type(device, agent)
    if check == "static-list":
        return is_listed(device, node)
    return check in CHECK_TYPES and (check != "dynamic-list" or agent.lists)


def request(device: Primitive, action: str, port: str = "") -> str:
    """What DEVICE's agent reads on its standard input to do ACTION with the power switch PORT; passwords never go on a
    command line."""
    options = {name: value for name, value in device.options.items() if not name.startswith(_PARAMETERS)}
    options["action"] = action
    argument = device.options.get("pcmk_host_argument", "port")
    if port and argument.lower() != "none" and not own_outlet(device):
        options[argument] = port
    return "".join(f"{name}={value}\n" for name, value in options.items())


def address(device: Primitive, agent: Agent) -> str:
    """The address of the switch, in the form in which addresses are compared."""
    old = [name for name, new in agent.old_names.items() if new == "ip"]
    value = next((device.options[name] for name in ("ip", *old) if device.options.get(name)), "").strip().lower()
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        return value


def place(device: Primitive, agent: Agent) -> str:
    """Which switch the device is, for comparison and in words. Empty where its options don't tell."""
    options = {agent.old_names.get(name, name).lower(): value for name, value in device.options.items()}
    if not needs_outlet(device, agent) and not options.get("ip") and not options.get("serial_device"):
        return ""
    if options.get("ip"):
        options["ip"] = address(device, agent)
    if agent.is_board and needs_outlet(device, agent):
        options.pop("ip", None)  # the outlet is the address
    over_ssh = boolean(options.get("ssh", "false")) is True
    if options.get("ipport") == ("22" if over_ssh else agent.defaults.get("ipport")):
        options["ipport"] = ""
    where = [f"{name}={options[name].lower().rstrip('/')}" for name in _WHERE if options.get(name)]
    return " ".join(where if "ip" in options else [agent.name, *where])


def delays(device: Primitive) -> list[float]:
    """The delays, in milliseconds, before the device fences; pcmk_delay_base may have one for each node."""
    texts = [device.options.get("pcmk_delay_max", "0")]
    base = device.options.get("pcmk_delay_base", "0").strip()
    entries = [entry for entry in re.split(r"[;\s]+", base) if ":" in entry]
    texts += [entry.partition(":")[2] for entry in entries] or [base]
    return [milliseconds for text in texts if (milliseconds := duration(text))]


# --- all of them together --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fences:
    """A cluster of `nodes` whose fencing is looked at, and what is known around it: what each agent can do, the
    addresses of each node's links, and the networks that the nodes are in."""

    cib: Cib
    nodes: t.Sequence[str] = ()
    placement: Placement = field(default_factory=lambda: Placement(ET.Element("cib"), Cib()))
    known: Agents = agents.by_name
    has_quorum_device: bool = False
    links: t.Mapping[str, t.Mapping[str, str]] = field(default_factory=dict)
    networks: t.Sequence[Network] = ()

    @property
    def devices(self) -> list[Primitive]:
        return devices(self.cib)

    @property
    def everywhere(self) -> list[str]:
        """All that can be fenced: the nodes and the remote nodes. A guest node is fenced by stopping its machine."""
        return [*self.nodes, *(name for name in remote_nodes(self.cib) if name not in self.nodes)]

    def agent(self, device: Primitive) -> Agent:
        return self.known(agent_name(device))

    def is_eligible(self, device: Primitive, node: str) -> bool:
        return is_eligible(device, self.agent(device), node)

    def may_use(self, device: Primitive, host: str) -> bool:
        """Whether HOST may fence by the device: Pacemaker asks only nodes that no constraint keeps away from it."""
        return not is_switched_off(self.cib, device.id) and not self.placement.disfavours(device.id, host)

    def obstacle(self, device: Primitive, node: str) -> str:
        """What keeps the device from fencing NODE, in words; empty where nothing does."""
        if is_switched_off(self.cib, device.id):
            return f"{device.id} is switched off"
        others = [name for name in self.nodes if name.lower() != node.lower()]
        if others and all(self.placement.disfavours(device.id, name) for name in others):
            return f"constraints keep {device.id} from all nodes but {node}"
        return ""

    def of(self, node: str) -> list[Primitive]:
        """The devices that can fence NODE, by what is configured: those of its levels, or all where it has none."""
        able = [item for item in self.devices if self.is_eligible(item, node) and not self.obstacle(item, node)]
        named = {name for level in self.levels(node) for name in level.devices}
        return [item for item in able if not named or item.id in named]

    def levels(self, node: str) -> list[StonithLevel]:
        """The fencing levels of NODE: those that name it, or else those that match it."""
        levels = self.cib.stonith_levels.values()
        exact = [level for level in levels if level.target.lower() == node.lower()]
        return exact or [level for level in levels if node in self.targets(level)]

    def targets(self, level: StonithLevel) -> list[str]:
        """The nodes that LEVEL is for."""
        kind, separator, value = level.target.partition("%")
        if separator and kind == "regexp":
            return [node for node in self.everywhere if _matches(value, node)]
        if separator and kind == "attrib":
            name, _equals, wanted = value.partition("=")
            attributes = {item.name: item.attributes for item in self.cib.nodes.values()}
            return [node for node in self.everywhere if attributes.get(node, {}).get(name) == wanted]
        return [node for node in self.everywhere if node.lower() == level.target.lower()]


def _matches(pattern: str, node: str) -> bool:
    """Whether the extended regular expression PATTERN matches NODE. One that Python can't read is taken to match."""
    for name, characters in _CLASSES.items():
        pattern = pattern.replace(f"[:{name}:]", characters)
    try:
        return "[:" in pattern or re.search(pattern, node) is not None
    except re.error:
        return True
