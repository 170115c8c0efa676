# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decisions of role cluster.

Each node is looked at with corosync_info. One of them, the primary, acts for all: it compares all nodes with
the declared cluster (pcs_cluster), and sums up for the others (Survey).
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.host_auth import without_token

from .look import Look
from .pcsd import pcsd_of

Entry = Mapping[str, t.Any]

# An address, which needs no name server.
ADDRESS = re.compile(r"[0-9.]+$|.*:")
# A line of `getent ahosts` with an address that other nodes can reach.
REACHABLE = re.compile(r"^(?!127\.|::1)\S+", re.MULTILINE)
CONNECTED = re.compile(r"^State:\s+Connected", re.MULTILINE)

CERTIFICATE = "/var/lib/pcsd/pcsd.crt"
PREVIOUS_CERTIFICATE = f"{CERTIFICATE}.previous"


@dataclass(frozen=True)
class Run:
    """A run of the role, as the node that is planned for sees it.

    - nodes: all of the cluster; present: those that took part when they were looked at
    - check_mode: whether nothing is changed
    """

    node: str
    nodes: Sequence[str]
    present: Sequence[str]
    hosts: Collection[str]
    check_mode: bool = False

    @property
    def primary(self) -> str:
        return next(iter(self.present), "")

    @property
    def is_primary(self) -> bool:
        return self.node == self.primary

    @property
    def missing(self) -> str:
        """The names of the nodes that take no part."""
        return ", ".join(name for name in self.nodes if name not in self.present)

    @property
    def has_all_hosts(self) -> bool:
        """Whether those that were looked at are those that still take part."""
        return list(self.present) == [name for name in self.nodes if name in self.hosts]


@dataclass(frozen=True)
class Declared:
    """The declared cluster.

    - name, device: its name and its quorum device
    - has_password: whether the nodes can be authenticated
    - starts_on_boot: whether a node joins when it boots
    """

    name: str
    device: Entry = field(default_factory=dict)
    has_password: bool = False
    starts_on_boot: bool = True

    @property
    def wants_device(self) -> bool:
        return bool(self.device) and self.device.get("state", "present") == "present"


@dataclass(frozen=True)
class Layout:
    """The nodes and links in the words of the modules.

    - nodes, links: as pcs_cluster takes them
    - pcsd: the address and port of each node's pcsd, as pcs_host_auth takes them
    - resolve: the commands that resolve the names in place of addresses, by name
    """

    nodes: tuple[Entry, ...]
    links: tuple[Entry, ...]
    pcsd: tuple[Entry, ...]
    resolve: Mapping[str, Sequence[str]]


def plan_layout(
    nodes: Mapping[str, Mapping[str, str]],
    *,
    links: Sequence[str],
    link_options: Mapping[str, Entry],
    pcsd_network: str,
    pcsd_port: int,
) -> Layout:
    """The layout of NODES, each of which has addresses by network."""
    addresses = [str(address) for each in nodes.values() for address in each.values()]
    return Layout(
        nodes=tuple({"name": name, "addresses": [str(each[link]) for link in links]} for name, each in nodes.items()),
        links=tuple(link_options.get(link, {}) for link in links),
        pcsd=pcsd_of(nodes, pcsd_network, pcsd_port),
        resolve={name: ["getent", "ahosts", name] for name in addresses if not ADDRESS.match(name)},
    )


def plan_unresolved(look: Entry, *, names: Iterable[str]) -> list[str]:
    """Those of NAMES that have no address which other nodes reach."""
    answers = Look.read(look).commands
    return [name for name in names if not REACHABLE.search(answers[name].stdout)]


@dataclass(frozen=True)
class Survey:
    """The state of all nodes together.

    - ready: whether all have the programs, and none runs the cluster that a package has started
    - configured: whether all have, and use, the configuration that is wanted
    - started: whether Pacemaker runs on all
    - at_rest: whether there is quorum, all nodes are online, and the cluster has nothing left to do
    - seeded: whether the cluster still has the settings of internal_cib_seed for its first start
    - running: the nodes that run in a cluster
    - stale: the nodes whose corosync runs with other settings than its file has
    - joining: the nodes that no node's configuration names; none where all have only that of a package
    - device: the quorum device that the cluster has, else empty
    - strangers: by node, those that its pcs has yet to be authenticated to
    """

    ready: bool
    configured: bool
    started: bool
    at_rest: bool
    seeded: bool
    running: Sequence[str]
    stale: Sequence[str]
    joining: Sequence[str]
    device: Entry
    strangers: Mapping[str, Sequence[str]]


def plan_survey(found: Mapping[str, Entry], *, pcsd: Sequence[Entry], configuration: Entry) -> Survey:
    """Sum up the nodes, by the results of corosync_info (FOUND). CONFIGURATION: the result of pcs_cluster.

    The tokens that a node shows to others are compared with those that they accept, without asking PCSD. A node that
    was not looked at is taken to accept the token that is kept for it.
    """
    clusters = {name: info for name, info in found.items() if not info["stock"]}
    members = {member for info in clusters.values() for member in info["nodes"]}
    stale = tuple(name for name, info in clusters.items() if info["stale"])
    state: Entry = next((info["cluster"] for info in found.values() if info.get("cluster")), {})
    quiet = bool(state.get("quorate") and state.get("idle"))
    unchanged = all(info["content"] == configuration.get("config") for info in found.values())
    return Survey(
        ready=all(info["installed"] and not (info["stock"] and info["running"]) for info in found.values()),
        configured=unchanged and not stale and configuration.get("classification") != "live",
        started=all(info["pacemaker_running"] for info in found.values()),
        at_rest=quiet and set(found) <= set(state["online"]),
        seeded=bool(state.get("seeded")),
        running=tuple(name for name, info in clusters.items() if info["pacemaker_running"]),
        stale=stale,
        joining=tuple(name for name in found if name not in members) if clusters else (),
        device=next((info["quorum_device"] for info in clusters.values() if info["quorum_device"]), {}),
        strangers={name: without_token(pcsd, look["tokens"]["known"], found) for name, look in found.items()},
    )


def forgets(run: Run, declared: Declared, survey: Survey) -> bool:
    """Whether the node forgets the tokens of an earlier cluster before it joins. Without a password they are all that
    there is."""
    return run.node in survey.joining and declared.has_password


def strangers(run: Run, declared: Declared, survey: Survey) -> Sequence[str]:
    """The nodes that don't accept the token that this node shows them; all of them, where it forgets its tokens."""
    return run.nodes if forgets(run, declared, survey) else survey.strangers[run.node]


def plan_obstacles(look: Entry, *, survey: Entry, decision: Entry, run: Entry, declared: Entry) -> list[str]:
    """The reasons not to make the nodes the declared cluster. DECISION: the result of pcs_cluster on the primary."""
    here, wanted = Run(**run), Declared(**declared)
    if "config" not in decision:
        return [decision.get("msg", f"{here.primary} failed")]
    if wanted.has_password:
        return []
    unknown = strangers(here, wanted, Survey(**survey))
    if unknown:
        return [
            f"ha_hacluster_password is not given, and {here.node} is not authenticated to {', '.join(unknown)}. Give"
            " the password of user hacluster. Nothing was changed."
        ]
    host = wanted.device.get("host", "")
    if wanted.wants_device and here.is_primary and host not in look["tokens"]["known"]:
        return [
            f"ha_hacluster_password is not given, and {here.node} is not authenticated to {host}, the host of the"
            " quorum device. Give the password of user hacluster. Nothing was changed."
        ]
    return []


@dataclass(frozen=True)
class Plan:
    """The steps that are due on a node, and their input.

    - due: the steps:
      - `look` again: packages have come meanwhile, the cluster of a package was stopped, or a host has failed
      - `configure` corosync: `stop_stock`, the cluster that a package has started; hand over the `certificate` for the
        quorum device; `forget` the tokens of an earlier cluster; `write` the configuration; `reload` it
      - `start` the units that do not run, with `seed`, which shortens a first start, and `unseed`, which ends that
      - `authenticate` the nodes; `wait` until the cluster is at rest; have the `device` that is declared
      - `ask_device` whether it is connected; `report` the work that is left
    - device: the quorum device that the cluster has, else empty
    - certified: a node that has the certificate for the device
    - units: the units that should run
    """

    due: tuple[str, ...]
    device: Entry = field(default_factory=dict)
    certified: str = ""
    units: tuple[Entry, ...] = ()


def plan(look: Entry, *, survey: Entry, decision: Entry, run: Entry, declared: Entry) -> Plan:
    """Plan for a node from a LOOK at it and from the SURVEY of all nodes. If one is missing, only a look is due."""
    here, wanted = Run(**run), Declared(**declared)
    if not look or not survey:
        return Plan(due=("look",))
    seen = Survey(**survey)
    known = here.has_all_hosts and seen.ready
    at_rest = known and seen.configured and seen.started and seen.at_rest
    units = wanted_units(seen.device, on_boot=wanted.starts_on_boot)
    # A blank node has no services to look at in check mode.
    has_services = look["installed"] or not here.check_mode
    configures = not seen.configured
    starts = has_services and not is_started(look, units)
    steps = {
        "look": not known,
        "configure": configures,
        "stop_stock": configures and look["stock"] and look["running"],
        "certificate": configures and seen.device and here.node in seen.joining,
        "forget": configures and forgets(here, wanted, seen),
        "write": configures and look["content"] != decision.get("config"),
        # An interrupted run may also leave a difference between the running settings and the file.
        "reload": configures and not here.missing and (decision.get("classification") == "live" or seen.stale),
        "start": starts,
        "seed": starts and not here.missing and not seen.running,
        "authenticate": strangers(here, wanted, seen),
        "wait": has_services and here.is_primary and not at_rest,
        # It is looked at each time, by its own module.
        "device": wanted.device and here.is_primary,
        # An interrupted run may have left it.
        "unseed": here.is_primary and seen.seeded,
        "ask_device": has_services and seen.device,
        "report": list(left(look, here, wanted, seen, decision)),
    }
    return Plan(
        due=tuple(step for step, is_due in steps.items() if is_due),
        device=seen.device,
        certified=next((name for name in here.present if name not in seen.joining), ""),
        units=units,
    )


def wanted_units(device: Entry, *, on_boot: bool) -> tuple[Entry, ...]:
    """The units that run on a node of a cluster, which may have a quorum DEVICE."""
    of_cluster = ("corosync", *(("corosync-qdevice",) if device else ()), "pacemaker")
    return (
        {"name": "pcsd.service", "enabled": True, "state": "started"},
        *({"name": f"{name}.service", "enabled": on_boot, "state": "started"} for name in of_cluster),
    )


def is_started(look: Entry, units: Iterable[Entry]) -> bool:
    """Whether UNITS run on a node, in a cluster that is no package's."""
    found = look["units"]
    return not look["stock"] and all(
        found[unit["name"]]["active"] and found[unit["name"]]["enabled"] == unit["enabled"] for unit in units
    )


def plan_left(
    look: Entry,
    *,
    survey: Entry,
    decision: Entry,
    run: Entry,
    declared: Entry,
    device_change: Entry,
    device_status: str | None,
) -> list[str]:
    """Describe the work that a run leaves, one sentence each.

    DEVICE_CHANGE: the result of pcs_quorum_device. DEVICE_STATUS: the output of corosync-qdevice-tool; None if it was
    not asked.
    """
    return list(
        left(
            look,
            Run(**run),
            Declared(**declared),
            Survey(**survey),
            decision,
            changes_device=bool(device_change.get("commands")),
            device_status=device_status,
        )
    )


def left(
    look: Entry,
    run: Run,
    declared: Declared,
    survey: Survey,
    decision: Entry,
    *,
    changes_device: bool = False,
    device_status: str | None = None,
) -> Iterator[str]:
    """Describe the work that a run leaves, one sentence each. One node speaks for all about the cluster as a whole."""
    if run.is_primary and run.missing:
        yield (
            f"Left alone, because not in this run: {run.missing}. They stay members of {declared.name}; run again when"
            " they are back."
        )
    if run.is_primary and decision.get("pending"):
        yield (
            f"Not changed, because all nodes must take part: {keys_of(decision['changes'])}. Run again with"
            f" {run.missing}."
        )
    if run.is_primary and run.missing and changes_device:
        yield f"The quorum device is not changed, because all nodes must take part. Run again with {run.missing}."
    if device_status is not None and not CONNECTED.search(device_status):
        options = survey.device.get("model_options", {})
        yield (
            f"The quorum device on {options.get('host', 'another host')} is not connected to {run.node}, so the cluster"
            " lacks its vote. Look at corosync-qnetd there, at `journalctl -u corosync-qdevice` here, and at the"
            f" firewall between (TCP port {options.get('port', 5403)})."
        )
    differing = [each for each in look["stale"] if each["effect"] == "restart"]
    if differing and not look["stock"]:
        yield (
            f"corosync on {run.node} runs with other settings than its configuration file holds: {keys_of(differing)}."
            " Restart the cluster on this node when it suits you (pcs cluster stop, pcs cluster start)."
        )


def keys_of(changes: Iterable[Entry]) -> str:
    return ", ".join(change["key"] for change in changes)


@dataclass(frozen=True)
class Device:
    """The quorum device that is declared.

    - hosts: its host, as pcs_host_auth takes it; none where the device has to go
    - model_options: as pcs_quorum_device takes them, else None
    """

    hosts: tuple[Entry, ...]
    model_options: Entry | None


def plan_device(device: Entry) -> Device:
    """Read the DEVICE in ha_quorum_device."""
    if not Declared("", device).wants_device:
        return Device((), None)
    host = device["host"]
    return Device(
        hosts=({"name": host, "address": host, "port": device.get("pcsd_port", 2224)},),
        model_options={
            "host": host,
            "algorithm": device.get("algorithm", "ffsplit"),
            **(device.get("model_options") or {}),
        },
    )


def plan_device_files(registered: Entry) -> list[dict[str, t.Any]]:
    """The files of the device's certificate, as internal_key_file takes them, from the result of slurp (REGISTERED)."""
    return [
        {"path": result["source"], "content": result["content"], "mode": "0660", "directory_mode": "0770"}
        for result in registered.get("results", ())
    ]


@dataclass(frozen=True)
class Tokens:
    """The nodes for whose pcsd a node lacks a token that they accept, and the reasons that keep it from getting one."""

    lacking: tuple[str, ...]
    obstacles: tuple[str, ...]


def plan_tokens(pcsd: Sequence[Entry], *, node: str, found: Mapping[str, Entry], has_password: bool) -> Tokens:
    """Find the tokens that NODE lacks, by the results of corosync_info (FOUND). Only the password can replace one."""
    lacking = without_token(pcsd, found[node]["tokens"]["known"], found)
    if has_password or not lacking:
        return Tokens(tuple(lacking), ())
    return Tokens(
        tuple(lacking),
        (
            f"Nothing was changed. {node} is not authenticated to {', '.join(lacking)}, and ha_hacluster_password is"
            " not given. Give the password of user hacluster.",
        ),
    )


def plan_renewal(look: Entry, *, older_than: float) -> bool:
    """Whether pcsd gets a new certificate: the present one is as old, or an interrupted run had saved it."""
    found = Look.read(look)
    age = float(found.commands["clock"].stdout) - found.modified(CERTIFICATE)
    return found.exists(PREVIOUS_CERTIFICATE) or age >= older_than
