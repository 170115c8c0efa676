# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the state of a node and its cluster before, during and after a test. Reads only."""

from __future__ import annotations

import contextlib
import os
import pathlib
import time
import typing as t
import xml.etree.ElementTree as ET
from dataclasses import asdict, dataclass, field

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import status
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.digest import configuration_digest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import parse_cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.templates import expanded
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.node import enabled_services, node_name
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.obstacles import VOTES, parse_votes
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.state import IDLE, parse_crmadmin
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync import conf as corosync_conf
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover.breaking import leftovers
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover.watched import watch_list
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import Runner

COROSYNC_CONF = "/etc/corosync/corosync.conf"


@dataclass(frozen=True)
class Info:
    """A node's view. All that a test needs to aim, and all that is waited for; plain data."""

    name: str = ""
    clock: float = 0.0
    running: bool = False
    cluster: str = ""
    quorate: bool = False
    dc: str = ""
    idle: bool = False
    nodes: t.Mapping[str, t.Mapping[str, bool]] = field(default_factory=dict)
    places: t.Mapping[str, t.Sequence[str]] = field(default_factory=dict)
    failures: t.Sequence[str] = ()
    fencings: t.Sequence[t.Mapping[str, str]] = ()
    devices: t.Sequence[str] = ()
    properties: t.Mapping[str, str] = field(default_factory=dict)
    maintenance: bool = False
    digest: str = ""
    watched: t.Sequence[t.Mapping[str, str]] = ()
    unwatched: t.Sequence[str] = ()
    links: t.Mapping[str, t.Sequence[str]] = field(default_factory=dict)
    votes: t.Mapping[str, int] = field(default_factory=dict)
    container: bool = False
    packet_filter: str = ""
    disabled: t.Sequence[str] = ()
    left: t.Sequence[str] = ()

    def as_result(self) -> dict[str, t.Any]:
        return asdict(self)


def look(runner: Runner) -> Info:
    """Ask this node. Before the cluster answers, only what the node itself is."""
    links, cluster = read_corosync(_read(COROSYNC_CONF))
    votes = parse_votes(runner.run(list(VOTES)).stdout)
    own: dict[str, t.Any] = {
        "name": node_name(runner) or os.uname().nodename,
        "clock": time.time(),
        "links": links,
        "cluster": cluster,
        "votes": {} if votes is None else {"expected": votes.expected, "quorum": votes.quorum},
        "container": runner.run(["systemd-detect-virt", "--container", "--quiet"]).rc == 0,
        "packet_filter": next((name for name in ("iptables", "nft") if runner.find(name)), ""),
        "disabled": [name for name, on in enabled_services(runner).items() if not on and name != "pcsd"],
        "left": leftovers(runner),
    }
    root = status.read_status(runner)
    if root is None:
        return Info(**own)
    text = runner.run(["cibadmin", "--query"]).stdout
    # Without --verbose, Pacemaker 2.1 leaves out all but one of the fencings.
    history = runner.run(["stonith_admin", "--history", "*", "--verbose", "--output-as=xml"]).stdout
    said = status.cluster(root)
    state = ""
    if said["dc"]:
        argv = ["crmadmin", "--output-as=xml", "--timeout=5s", f"--status={said['dc']}"]
        state = parse_crmadmin(runner.run(argv).stdout)
    return Info(**own, **of_cluster(root, text, history), idle=state == IDLE)


def of_cluster(root: ET.Element, cib: str, history: str) -> dict[str, t.Any]:
    """What crm_mon, the CIB and the history of fencings say. Pure."""
    said = status.cluster(root)
    model = parse_cib(expanded(cib)) if cib.strip() else Cib()
    watched, unwatched = watch_list(model)
    instances = [item for item in status.resources(root) if item.active]
    devices = {item.id for item in instances if item.agent.startswith("stonith:")}
    flags = ("online", "standby", "maintenance", "pending", "unclean")
    return {
        "running": True,
        "quorate": bool(said["quorate"]),
        "dc": str(said["dc"] or ""),
        "maintenance": bool(said["maintenance_mode"]),
        "nodes": {node["name"]: {flag: bool(node[flag]) for flag in flags} for node in status.nodes(root)},
        "places": places(root),
        "failures": sorted(
            f"{item['resource']} {item['action']} on {item['node']}"
            for item in (*status.failures(root), *status.failed_probes(root))
        ),
        "fencings": fencings(history),
        "devices": sorted(devices),
        "properties": dict(model.properties),
        "digest": configuration_digest(configured(cib)) if cib.strip() else "",
        "watched": [item.as_dict() for item in watched],
        "unwatched": unwatched,
    }


def configured(cib: str) -> str:
    """The CIB without what Pacemaker itself notes in its configuration: when failures were last forgotten, and the
    empty set of attributes that a node is left with when its last one is taken away. Pure."""
    root = ET.fromstring(cib)
    for properties in root.iter("cluster_property_set"):
        for option in properties.findall("nvpair[@name='last-lrm-refresh']"):
            properties.remove(option)
    for node in root.iterfind("configuration/nodes/node"):
        for kind in ("instance_attributes", "utilization"):
            for attributes in node.findall(kind):
                if len(attributes) == 0:
                    node.remove(attributes)
    return ET.tostring(root, encoding="unicode")


def places(root: ET.Element) -> dict[str, list[str]]:
    """The nodes on which each resource is active; none for one that is stopped."""
    found: dict[str, list[str]] = {}
    for item in status.resources(root):
        found.setdefault(item.id, []).extend(item.nodes if item.active and item.role != "Stopped" else ())
    return found


def fencings(history: str) -> list[dict[str, str]]:
    """The fencings that the cluster remembers, from what `stonith_admin --history` prints in XML."""
    try:
        root = ET.fromstring(history)
    except ET.ParseError:
        return []
    return [dict(event.attrib) for event in root.iter("fence_event")]


def read_corosync(text: str) -> tuple[dict[str, list[str]], str]:
    """Each node's addresses in the order of the links, and the cluster's name, as corosync.conf has them."""
    try:
        root = corosync_conf.parse(text)
    except corosync_conf.CorosyncConfError:
        return {}, ""
    nodes = {
        name: [address for _number, address in sorted(corosync_conf.link_addresses(section).items())]
        for name, section in corosync_conf.node_sections(root).items()
    }
    return nodes, corosync_conf.cluster_name(root)


def _read(path: str) -> str:
    with contextlib.suppress(OSError, UnicodeDecodeError):
        return pathlib.Path(path).read_text(encoding="utf-8")
    return ""
