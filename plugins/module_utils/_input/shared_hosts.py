# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables of hosts outside of the clusters that serve several of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.node_names import addresses_by_node
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

Variables = Mapping[str, Any]

CONFLICTS = "__ha_clusters_conflict"  # the variable with the reasons why a host can't serve its clusters
# One fence_virtd listens in one way, with one key.
LISTENER = (
    "ha_fence_virt_listener",
    "ha_fence_virt_port",
    "ha_fence_virt_hash",
    "ha_fence_virt_family",
    "ha_fence_virt_interface",
    "ha_fence_virt_multicast_address",
    "ha_fence_virt_tcp_address",
    "ha_fence_virt_serial_directory",
    "ha_fence_virt_libvirt_uri",
)


def nodes_of(variables: Variables) -> dict[str, dict[str, str]]:
    """Return the nodes of the cluster that VARIABLES describe, by name; none if they can't be read."""
    links = variables.get("ha_links")
    try:
        return addresses_by_node(variables.get("ha_nodes") or {}, links if isinstance(links, list) else ["cluster"])
    except ClusterError:
        return {}


def served(host: str, nodes: Mapping[str, Variables], first: Iterable[str] = ()) -> list[str]:
    """Return one node of each cluster that has HOST in its ha_hypervisors. NODES are the variables of all nodes. The
    clusters of the nodes FIRST come first."""
    preferred = set(first)
    ordered = sorted(nodes, key=lambda name: name not in preferred)
    found: dict[tuple[str, ...], str] = {}
    for name in ordered:
        members = nodes_of(nodes[name])
        if name in members and host in (nodes[name].get("ha_hypervisors") or ()):
            found.setdefault(tuple(members), name)
    return list(found.values())


def neighbours(host: str, nodes: Mapping[str, Variables]) -> list[str]:
    """Return the nodes of other clusters that share a hypervisor with the cluster of HOST. NODES are the variables of
    all nodes."""
    own = nodes.get(host, {})
    members, shared = nodes_of(own), set(own.get("ha_hypervisors") or ())
    return [
        name
        for name, variables in nodes.items()
        if shared.intersection(variables.get("ha_hypervisors") or ())
        and name in nodes_of(variables)
        and not set(members).intersection(nodes_of(variables))
    ]


def fence_group(variables: Variables) -> dict[str, Any]:
    """Return the cluster that VARIABLES describe as an entry of ha_fence_virt_groups: domains that may fence each
    other."""
    domains = variables.get("ha_fence_virt_domains") or {}
    names = variables.get("ha_fence_virt_domain_names")
    listener = variables.get("ha_fence_virt_listener") or "multicast"
    network = variables.get("ha_fence_virt_network") or next(iter(variables.get("ha_links") or ["cluster"]))
    addresses = [own.get(network) for own in nodes_of(variables).values()]
    cids = (variables.get("ha_fence_virt_vsock_cids") or {}).values()
    return group_of(
        str(variables.get("ha_cluster_name")),
        domains.values(),
        domains if names is None else names,
        sources(listener, addresses, cids),
    )


def group_of(name: str, domains: Iterable[Any], names: Iterable[Any], addresses: Iterable[Any]) -> dict[str, Any]:
    """Return an entry of ha_fence_virt_groups. Sorted, so that the cluster that a run begins with makes no
    difference."""
    return {
        "name": name,
        "domains": [*sorted(map(str, domains)), *sorted(map(str, names))],
        "addresses": sorted(map(str, addresses)),
    }


def sources(listener: str, addresses: Iterable[Any], cids: Iterable[Any]) -> list[Any]:
    """Return where requests come from: ADDRESSES of nodes or CIDS of their machines. With the serial LISTENER
    fence_virtd knows the domain itself."""
    if listener in ("multicast", "tcp"):
        return [address for address in addresses if address]
    return list(cids) if listener == "vsock" else []


def variables(own: Variables, clusters: Sequence[Variables], names: Iterable[str]) -> dict[str, Any]:
    """Return the variables of a host with its OWN variables that serves CLUSTERS: those NAMES from the first cluster,
    and the other clusters as further groups of fence_virtd."""
    first, others = clusters[0], clusters[1:]
    taken = {name: first[name] for name in names if name not in own and first.get(name) is not None}
    groups = own.get("ha_fence_virt_groups") or first.get("ha_fence_virt_groups") or []
    return {**taken, "ha_fence_virt_groups": [*groups, *map(fence_group, others)]}


def conflicts(host: str, own: Variables, clusters: Sequence[Variables]) -> Iterator[str]:
    """Say why one fence_virtd on HOST can't serve all CLUSTERS."""
    for name in LISTENER:
        values = {str(each.get("ha_cluster_name")): each.get(name) for each in clusters}
        if name not in own and len(set(map(str, values.values()))) > 1:
            listed = ", ".join(
                f"{value if value is not None else 'not set'} ({cluster})" for cluster, value in values.items()
            )
            yield (
                f"{name} differs between the clusters that host {host} serves: {listed}. One fence_virtd serves all;"
                f" give them the same, or set it for {host}."
            )
