# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decisions of role membership. module_utils._cluster.membership chooses the nodes that leave and that join."""

from __future__ import annotations

import typing as t
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster import membership
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.node_names import addresses_by_node

from .host import Host
from .names import known, names_in, unknown

Entry = Mapping[str, t.Any]


def problems(values: Mapping[str, t.Any], _host: Host) -> Iterator[str]:
    """Find the problems of the VALUES of the role's variables, one sentence each."""
    nodes = addresses_by_node(values["ha_nodes"])
    wrong = unknown(names_in(values["ha_replaced_nodes"]), nodes)
    if wrong:
        yield (
            f"ha_replaced_nodes has {wrong}, which is not a node in ha_nodes ({', '.join(nodes)}). For a new machine of"
            " another name, put that into ha_nodes in place of the old one."
        )
    wanted = known(names_in(values["ha_leaving_nodes"]), nodes)
    if wanted:
        yield (
            f"ha_leaving_nodes names {wanted}, but ha_nodes still lists it. Remove it there, or site.yml adds it again."
        )


@dataclass(frozen=True)
class Leaver:
    """The way in which a node leaves.

    - due: `empty` it while it is online, `remove` it from the configuration if that has it
    - command: the command that removes it. pcs can't ask a dead node about the quorum; the check before this has
    """

    due: tuple[str, ...]
    command: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """The future of the nodes. Until the cluster has told its nodes, only the first three are right.

    - staying: the hosts that run the cluster, and stay in it
    - primary: the one of them that acts for all
    - obstacles: the reasons for which there is nothing to act on, one sentence each
    - refused: the reasons not to do it, one sentence each
    - leave: the nodes that leave; members: those of them that Pacemaker has; leavers: the way of each
    - join: the nodes that join then
    - pcsd: the nodes whose pcsd pcs talks to while it takes nodes out, as pcs_host_auth takes them
    - taken_back: the nodes whose removal was begun, and which are declared again
    - noted: the nodes that keep a note about leaving nodes, to remove at the end
    """

    staying: tuple[str, ...]
    primary: str
    obstacles: tuple[str, ...]
    refused: tuple[str, ...]
    leave: tuple[str, ...]
    members: tuple[str, ...]
    leavers: Mapping[str, Leaver]
    join: tuple[str, ...]
    pcsd: tuple[Entry, ...]
    taken_back: tuple[str, ...]
    noted: tuple[str, ...]


def plan(
    found: Mapping[str, Entry],
    *,
    members: Sequence[Entry],
    inventory: Collection[str],
    nodes: Sequence[str],
    leaving: t.Any = (),
    replaced: t.Any = (),
    can_join: bool = True,
) -> Plan:
    """Plan from the results of corosync_info (FOUND) on the hosts of the play, and from the MEMBERS that Pacemaker has.

    INVENTORY are the names of all hosts, NODES those of ha_nodes. CAN_JOIN: whether the role that lets nodes join is
    wanted.
    """
    declared = membership.Declared(nodes, names_in(leaving), names_in(replaced), can_join)
    made = membership.plan(declared, found, members, inventory)
    primary = next(iter((*made.staying, *found)))
    reached = [name for name in made.leave if name in made.configured and name in made.online]
    noted = [name for name in (*made.notes, *((primary,) if made.leave else ())) if name not in made.leave]
    return Plan(
        staying=tuple(made.staying),
        primary=primary,
        obstacles=() if made.staying else (no_cluster(declared),),
        refused=tuple(made.refused),
        leave=tuple(made.leave),
        members=tuple(name for name in made.leave if name in {member["name"] for member in members}),
        leavers={name: leaver(name, made) for name in made.leave},
        join=tuple(made.join),
        pcsd=tuple({"name": name} for name in (*made.staying, *reached)),
        taken_back=tuple(made.taken_back),
        noted=tuple(dict.fromkeys(noted)),
    )


def no_cluster(declared: membership.Declared) -> str:
    """The message if the cluster runs on none of the nodes that stay."""
    stay = [name for name in declared.nodes if name not in (*declared.leaving, *declared.replaced)]
    return (
        f"The cluster runs on none of the nodes that stay ({', '.join(stay)}) and that this run reaches. Start it"
        " there, or build it with site.yml."
    )


def leaver(name: str, made: membership.Plan) -> Leaver:
    """The way in which the node NAME leaves."""
    is_online = name in made.online
    steps = {"empty": is_online, "remove": name in made.configured}
    dead = () if is_online else ("--skip-offline", "--force")
    return Leaver(
        due=tuple(step for step, is_due in steps.items() if is_due),
        command=("pcs", "cluster", "node", "remove", name, *dead),
    )


def plan_token_obstacles(tried: Entry, *, node: str, has_password: bool) -> list[str]:
    """Explain that pcs of NODE can't talk to nodes, one sentence each. TRIED: the result of pcs_host_auth.

    pcs talks to the pcsd of each node with a token. Without one it would stop half-way.
    """
    silent, strangers = tried["unreachable_nodes"], tried["authenticated"]
    obstacles = []
    if silent:
        obstacles.append(
            f"pcsd of {', '.join(silent)} doesn't answer {node}. Start it there (systemctl start pcsd), and look at the"
            " firewall (TCP port 2224)."
        )
    if strangers and not has_password:
        obstacles.append(
            f"{node} is not authenticated to {', '.join(strangers)}, and ha_hacluster_password is not given. Give the"
            " password of user hacluster."
        )
    return obstacles


@dataclass(frozen=True)
class Traces:
    """The traces of a node that has left: its constraints, as pcs_cib removes them, and an entry among
    the nodes of the CIB."""

    locations: tuple[Entry, ...]
    has_entry: bool


def plan_traces(info: Entry, *, node: str) -> Traces:
    """Find the traces of NODE in the result of cluster_info."""
    locations = [each for each in info["locations"] if each.get("node") == node]
    return Traces(
        locations=tuple({"id": each["id"], "state": "absent"} for each in locations),
        has_entry=any(each["name"] == node for each in info["nodes_status"]),
    )


def plan_forgotten(peers: Mapping[str, str], *, nodes: Collection[str], leave: Collection[str]) -> list[str]:
    """The names that a controller has to forget. PEERS: the state of each node that it remembers.

    They are those that are lost and that NODES, which are declared, don't have, or that LEAVE.
    """
    lost = [name for name, state in peers.items() if state == "lost"]
    strange = [name for name in lost if name not in nodes]
    return list(dict.fromkeys((*strange, *(name for name in lost if name in leave))))


@dataclass(frozen=True)
class Restart:
    """The order in which Pacemaker is restarted on the nodes, the DC's last, and the names that it forgets by that."""

    nodes: tuple[str, ...]
    names: tuple[str, ...]


def plan_restart(forgotten: Mapping[str, Sequence[str]], *, dc: str) -> Restart:
    """Plan the restarts. FORGOTTEN: by node that stays, the names that its controller has to forget."""
    return Restart(
        nodes=(*(name for name in forgotten if name != dc), dc),
        names=tuple(dict.fromkeys(name for each in forgotten.values() for name in each)),
    )
