# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The abilities of a fence agent, from its metadata or, without that, from a list of known agents. Pure.

The tables hold what the metadata of fence-agents 4.12 and 4.16 says, and what their code does.
"""

from __future__ import annotations

import re
import typing as t
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

# Boards of one machine: they take no outlet, so their answer is the same whatever node is asked about.
BOARDS = frozenset(
    f"fence_{name}"
    for name in (
        *("alom", "amt", "drac", "idrac", "ilo", "ilo2", "ilo3", "ilo3_ssh", "ilo4", "ilo4_ssh", "ilo5", "ilo5_ssh"),
        *("ilo6", "ilo_mp", "ilo_ssh", "imm", "ipmilan", "ipmilanplus", "powerman", "rcd_serial", "redfish", "rsa"),
        *("rsb", "vmware"),
    )
)
# Those of the boards that speak IPMI.
IPMI = frozenset(f"fence_{name}" for name in ("idrac", "ilo3", "ilo4", "ilo5", "imm", "ipmilan", "ipmilanplus"))
# Those of the boards that sit in the machine itself and share its power supply.
ON_BOARD = BOARDS - {"fence_powerman", "fence_rcd_serial", "fence_vmware"}
# These know no list either, but go by the node's name.
WITHOUT_LIST = frozenset(("fence_dummy", "fence_heuristics_ping", "fence_kdump", "fence_mpath", "fence_scsi"))
# These switch nothing of one node: they only say whether fencing may go on, or play a part in a test.
NO_SWITCH = frozenset(("fence_dummy", "fence_heuristics_ping"))
# Only tells that a node is dumping its memory: it is no way to fence by itself.
DUMPS = frozenset(("fence_kdump",))
# These cut a node's network or storage; `on` has to give it back when the node returns.
FABRIC = frozenset(
    ("fence_brocade", "fence_cisco_mds", "fence_compute", "fence_ifmib", "fence_mpath", "fence_sanbox2", "fence_scsi")
)
# These don't switch all outlets of an entry such as node1:1,2.
ONE_OUTLET = frozenset(f"fence_{name}" for name in ("apc_snmp", "eaton_snmp", "ifmib", "ipdu", "tripplite_snmp"))
BY_INDEX = frozenset(("fence_ifmib",))  # a number is an index of the switch, which may change
CYCLE_BY_DEFAULT = frozenset(("fence_gce", "fence_heuristics_ping", "fence_rcd_serial", "fence_sbd"))
ACTIONS = frozenset(
    ("off", "on", "reboot", "status", "monitor", "metadata", "list", "list-status", "validate-all", "manpage", "diag")
)
OLD_NAMES: t.Mapping[str, str] = {
    "port": "plug",
    "ipaddr": "ip",
    "login": "username",
    "passwd": "password",
    "passwd_script": "password_script",
    "secure": "ssh",
    "cmd_prompt": "command_prompt",
    "systems-uri": "systems_uri",
    "redfish-uri": "redfish_uri",
}


@dataclass(frozen=True)
class Agent:
    """What is known of a fence agent. One that is not `known` is given the benefit of the doubt."""

    name: str
    known: bool = True
    actions: frozenset[str] = ACTIONS
    parameters: frozenset[str] = frozenset()
    argument: str = "port"  # the option that says which outlet
    is_board: bool = False
    is_fabric: bool = False
    defaults: t.Mapping[str, str] = field(default_factory=dict)
    old_names: t.Mapping[str, str] = field(default_factory=lambda: OLD_NAMES)

    @property
    def lists(self) -> bool:
        return "list" in self.actions


def is_fence_agent(name: str) -> bool:
    """Whether NAME is that of a fence agent of today; others belong to cluster-glue, and all of these list hosts."""
    return re.fullmatch(r"fence_[\w.-]+", name) is not None


def by_name(name: str) -> Agent:
    """What is known of the agent NAME without its metadata."""
    listless = name in BOARDS or name in WITHOUT_LIST
    return Agent(
        name,
        known=listless or not is_fence_agent(name),
        actions=ACTIONS - {"list", "list-status"} if listless else ACTIONS,
        is_board=name in BOARDS,
        is_fabric=name in FABRIC,
        defaults={"ipport": "623"} if name in IPMI else {},
    )


def from_metadata(name: str, metadata: str) -> Agent:
    """The agent NAME by METADATA, which it has printed; what is known by name where that is no XML."""
    try:
        root = ET.fromstring(metadata)
    except ET.ParseError:
        return by_name(name)
    actions = {item.get("name", ""): item for item in root.iter("action")}
    parameters = {item.get("name", ""): item for item in root.iter("parameter")}
    on = actions.get("on")
    # The outlet of a board is asked for only because it can be its address (port_as_ip).
    outlets = [option for option in ("plug", "port") if option in parameters]
    return Agent(
        name,
        actions=frozenset(actions),
        parameters=frozenset(parameters),
        argument=next(iter(outlets), "none" if parameters else "port"),
        is_board="list" not in actions
        and name not in WITHOUT_LIST
        and ("port_as_ip" in parameters or not {*outlets, *({"nodename"} & parameters.keys())}),
        is_fabric=on is not None and on.get("automatic") == "1",
        defaults={option: _default(item) for option, item in parameters.items() if _default(item)},
        old_names={item.get("obsoletes", ""): new for new, item in parameters.items() if item.get("obsoletes")}
        or OLD_NAMES,
    )


def _default(parameter: ET.Element) -> str:
    content = parameter.find("content")
    return "" if content is None else content.get("default", "")
