# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways in which a node can be fenced: levels, delays, and what fails together. Pure.

Source: daemons/fenced of Pacemaker (request_peer_fencing, schedule_fencing_command), and Pacemaker Explained.
"""

from __future__ import annotations

import ipaddress
import typing as t

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.addresses import Network
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.levels import StonithLevel
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import duration
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.resources import Primitive
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify import agents
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.fence_device import (
    WATCHDOG,
    Fences,
    address,
    agent_name,
    delays,
    has_watchdog,
    is_fixed,
    is_listed,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.fence_properties import (
    PRIORITY_DELAY,
    counts_priorities,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import (
    ERROR,
    WARNING,
    Check,
    Finding,
    words,
)

LEVEL = Check(
    "fencing-level-device",
    ERROR,
    "A fencing level names a device that does not exist, is switched off, is kept from the nodes by constraints, or is"
    " not for the node of the level: the level always fails.",
    "Correct the level or the device's pcmk_host_list, or enable the device.",
)
LEVEL_IDLE = Check(
    "fencing-level-idle",
    WARNING,
    "A fencing level is for no node of the cluster, so it has no effect.",
    "Correct the level's node, pattern or attribute, or remove the level.",
)
BOARD_ALONE = Check(
    "fencing-board-alone",
    WARNING,
    "A node can be fenced only by a board that is in it. When its power fails, the board is dead as well, and the"
    " cluster waits until an administrator confirms that the node is off.",
    "Give the node a second way as level 2, a switched power strip for example (ha_stonith_levels); or accept this.",
)
ONE_ADDRESS = Check(
    "fencing-one-address",
    WARNING,
    "All fence devices of a node are behind one address: when that does not answer, the second way fails like the"
    " first.",
    "Use a device with an address and a power supply of its own as the second way.",
)
ONE_NETWORK = Check(
    "fencing-one-network",
    WARNING,
    "The nodes talk and fence over the same single network. When it fails, they lose sight of each other, and none can"
    " fence: everything stops.",
    "Add a link on another network (ha_links), or reach the fence devices over another network.",
)
DELAY_NEEDLESS = Check(
    "fencing-delay-needless",
    WARNING,
    "A fence device waits before it fences, although only one part of a broken cluster can have quorum: each outage is"
    " longer by the delay, for nothing.",
    "Remove pcmk_delay_base and pcmk_delay_max. They are for clusters of two nodes without a quorum device.",
)
DELAY_TWICE = Check(
    "fencing-delay-twice",
    WARNING,
    "Several devices of one fencing level have a delay. They work one after the other, so the delays add up.",
    "Leave the delay at the first device of level 1, and remove it from the others.",
)
RACE = Check(
    "fencing-race",
    WARNING,
    "Two nodes that lose sight of each other may fence each other at the same moment.",
    "Set priority-fencing-delay, or pcmk_delay_base for one of the nodes, or add a quorum device.",
)
CHECKS = (LEVEL, LEVEL_IDLE, BOARD_ALONE, ONE_ADDRESS, ONE_NETWORK, DELAY_NEEDLESS, DELAY_TWICE, RACE)


def lint(fences: Fences) -> list[Finding]:
    return [*_levels(fences), *_alone(fences), *_one_network(fences), *_delays(fences), *_race(fences)]


def _levels(fences: Fences) -> t.Iterator[Finding]:
    devices = {device.id: device for device in fences.devices}
    for level in fences.cib.stonith_levels.values():
        targets = fences.targets(level)
        if fences.nodes and not targets:
            yield LEVEL_IDLE.found(level.id, f"Level {level.level} is for {_target(level)}, which no node is.")
        missing = [name for name in level.devices if name not in devices and name != "watchdog"]
        off = [
            obstacle
            for device in filter(None, map(devices.get, level.devices))
            if agent_name(device) != WATCHDOG
            and (obstacle := next(filter(None, (fences.obstacle(device, node) for node in targets)), ""))
        ]
        others: dict[str, list[str]] = {}
        for device in filter(None, map(devices.get, level.devices)):
            for node in targets:
                if is_fixed(device) and not is_listed(device, node):
                    others.setdefault(device.id, []).append(node)
        said = [f"names {words(missing)}, which is no fence device"] if missing else []
        said += [f"can't work: {words(off)}"] if off else []
        said += [f"names {name}, which is not for {words(nodes)}" for name, nodes in others.items()]
        for reason in said:
            yield LEVEL.found(level.id, f"Level {level.level} of {_target(level)} {reason}.")


def _target(level: StonithLevel) -> str:
    """The target of LEVEL, in words."""
    kind, separator, value = level.target.partition("%")
    if not separator:
        return level.target
    return f"nodes that match {value}" if kind == "regexp" else f"nodes with {value}"


# --- what fails together ---------------------------------------------------------------------------------------------


def _ways(fences: Fences, node: str) -> list[Primitive]:
    """The devices by which NODE can really be fenced."""
    idle = agents.NO_SWITCH | agents.DUMPS
    return [device for device in fences.of(node) if fences.agent(device).name not in idle]


def _alone(fences: Fences) -> t.Iterator[Finding]:
    boards: dict[str, list[str]] = {}
    for node in fences.everywhere:
        ways = _ways(fences, node)
        if not ways or has_watchdog(fences.cib, node):
            continue
        if all(fences.agent(device).name in agents.ON_BOARD for device in ways):
            boards[node] = [device.id for device in ways]
            continue
        where = {address(device, fences.agent(device)) for device in ways}
        if len(ways) > 1 and len(where) == 1 and "" not in where and len(fences.levels(node)) > 1:
            said = f"{words(device.id for device in ways)}, by which {node} is fenced, are all behind {where.pop()}."
            yield ONE_ADDRESS.found(node, said)
    if boards:
        names = words(dict.fromkeys(name for several in boards.values() for name in several))
        yield BOARD_ALONE.found(words(boards), f"{words(boards)}: nothing but {names} can fence.")


def _one_network(fences: Fences) -> t.Iterator[Finding]:
    links = [_network(value, fences.networks) for node in fences.links.values() for value in node.values()]
    if not links or None in links or len(set(links)) != 1:
        return
    (network,) = set(links)
    caught = []
    for node in fences.nodes:
        ways = _ways(fences, node)
        switches = [_network(address(device, fences.agent(device)), fences.networks) for device in ways]
        if ways and not has_watchdog(fences.cib, node) and set(switches) == {network}:
            caught.append(node)
    if caught:
        said = f"All links of corosync and all fence devices of {words(caught)} are in the network {network}."
        yield ONE_NETWORK.found(words(caught), said)


def _network(text: str, networks: t.Sequence[Network]) -> Network | None:
    """The smallest of NETWORKS that has the address TEXT; None where none has."""
    try:
        one = ipaddress.ip_address(text)
    except ValueError:
        return None
    around = [network for network in networks if one in network and network.num_addresses > 1]
    return max(around, key=lambda network: network.prefixlen, default=None)


# --- delays ----------------------------------------------------------------------------------------------------------


def _delays(fences: Fences) -> t.Iterator[Finding]:
    slow = [device.id for device in fences.devices if delays(device)]
    ignored = fences.cib.properties.get("no-quorum-policy") == "ignore"  # then all parts fence
    if slow and not ignored and (len(fences.nodes) > 2 or fences.has_quorum_device):
        why = "has a quorum device" if fences.has_quorum_device else f"has {len(fences.nodes)} nodes"
        yield DELAY_NEEDLESS.found(words(slow), f"{words(slow)} has a delay, and the cluster {why}.")
        return
    for level in fences.cib.stonith_levels.values():
        several = [name for name in level.devices if name in slow]
        if len(several) > 1:
            said = f"In level {level.level} of {_target(level)}, {words(several)} have a delay each."
            yield DELAY_TWICE.found(level.id, said)


def _race(fences: Fences) -> t.Iterator[Finding]:
    if len(fences.nodes) != 2 or fences.has_quorum_device:
        return
    if any(delays(device) or duration(device.options.get("delay", "0")) for device in fences.devices):
        return
    if not duration(fences.cib.properties.get(PRIORITY_DELAY, "0")):
        yield RACE.found("fencing", f"Neither {PRIORITY_DELAY} nor a delay of a fence device is set.")
    elif not counts_priorities(fences.cib):
        yield RACE.found("fencing", f"{PRIORITY_DELAY} has no effect, and no fence device has a delay.")
