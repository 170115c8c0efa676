# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Describe an existing cluster in variables with which the roles change nothing there. Pure."""

from __future__ import annotations

import ipaddress
import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import addresses as service_addresses
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kinds import BY_NAME
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.options import WHAT_RUNS
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.secrets import is_secret
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import (
    DEBIAN_LOG_FILE,
    KNET_LINK_OPTIONS,
    RED_HAT_LOG_FILE,
    CorosyncConfError,
    Node,
    Section,
    Spec,
    cluster_name,
    compare,
    node_sections,
    parse,
    predict,
    settings,
    wanted,
)

# State that operators set and clear by hand; it does not belong in a file.
OPERATORS_META = ("target-role", "is-managed", "maintenance")
OPERATORS_PROPERTIES = ("maintenance-mode", "stop-all-resources")
OPERATORS_CONSTRAINT = "cli-"

# The options of corosync that pcs knows; it refuses others.
TRANSPORT_OPTIONS: t.Mapping[str, tuple[str, ...]] = {
    "knet": ("ip_version", "knet_pmtud_interval", "link_mode"),
    "udp": ("ip_version", "netmtu"),
    "udpu": ("ip_version", "netmtu"),
}
UNENCRYPTED: t.Mapping[str, str] = {"cipher": "none", "hash": "none"}
CRYPTO_OPTIONS = ("cipher", "hash", "model")
COMPRESSION_OPTIONS = ("level", "model", "threshold")
TOTEM_OPTIONS = (
    "block_unlisted_ips",
    "consensus",
    "downcheck",
    "fail_recv_const",
    "heartbeat_failures_allowed",
    "hold",
    "join",
    "max_messages",
    "max_network_delay",
    "merge",
    "miss_count_const",
    "send_join",
    "seqno_unchanged_const",
    "token",
    "token_coefficient",
    "token_retransmit",
    "token_retransmits_before_loss_const",
    "window_size",
)
QUORUM_OPTIONS = ("auto_tie_breaker", "last_man_standing", "last_man_standing_window", "wait_for_all")
LINK_OPTIONS = (*KNET_LINK_OPTIONS, "bindnetaddr", "broadcast", "mcastaddr", "mcastport", "ttl")

FIRST_NETWORK = "cluster"
PCSD_NETWORK, PCSD_PORT = "pcsd", 2224
CLUSTER_NAME = re.compile(r"[A-Za-z0-9._-]{1,256}")
HOST_NAME = re.compile(r"([A-Za-z0-9_-]+\.)*[A-Za-z][A-Za-z0-9_-]*")

# Keys that the nodes share, the service that uses each, and the way in which it takes over a new key.
KEYS: t.Mapping[str, t.Mapping[str, str]] = {
    "/etc/corosync/authkey": {"service": "corosync.service", "takes_over": "reload"},
    "/etc/pacemaker/authkey": {"service": "pacemaker.service"},
}
FENCE_KEY = "/etc/cluster/fence_xvm.key"

Found = t.Mapping[str, t.Any]


class Template(str):
    """A text that Ansible templates; all other text stays as it is."""


@dataclass
class Part:
    """Variables that belong together, and a comment on them."""

    comment: str
    variables: dict[str, t.Any] = field(default_factory=dict)


@dataclass
class Adoption:
    """The description of a cluster: its variables, and notes on parts that they can't hold."""

    name: str
    parts: list[Part] = field(default_factory=list)
    hosts: dict[str, t.Any] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)  # settings that no variable can hold
    operators: list[str] = field(default_factory=list)  # states that an operator set
    notes: list[str] = field(default_factory=list)  # facts to know and steps to take

    def add(self, comment: str, variables: t.Mapping[str, t.Any]) -> None:
        """Add those of VARIABLES that have a value."""
        kept = {name: value for name, value in variables.items() if value not in ({}, [], "", None)}
        if kept:
            self.parts.append(Part(comment, kept))


# --- obstacles --------------------------------------------------------------------------------------------------------


def problems(hosts: t.Mapping[str, Found], cib: Found) -> list[str]:
    """Say why the cluster of HOSTS can't be adopted as it is, one sentence each."""
    idle = [host for host, found in hosts.items() if not found["name"] or not found["corosync"]["pacemaker_running"]]
    if idle:
        return [
            f"The cluster does not run on {', '.join(idle)}. Start it there, or remove the host from the inventory."
        ]
    try:
        roots = {host: parse(found["corosync"]["content"] or "") for host, found in hosts.items()}
    except CorosyncConfError as error:
        return [f"/etc/corosync/corosync.conf: {error}."]
    first = next(iter(roots))
    members, names = set(node_sections(roots[first])), [found["name"] for found in hosts.values()]
    result = []
    differing = [host for host, root in roots.items() if settings(root) != settings(roots[first])]
    if differing:
        result.append(
            f"/etc/corosync/corosync.conf on {', '.join(differing)} differs from that on {first}. Run `pcs cluster sync"
            " corosync` on the node that has the right one."
        )
    absent, strange = sorted(members.difference(names)), sorted(set(names) - members)
    if absent:
        result.append(f"{', '.join(absent)} is in the cluster, and no host of this run is that node. Add it.")
    if strange:
        result.append(
            f"{', '.join(strange)} is not a node of the cluster that {first} is in. Remove it from the inventory."
        )
    if len(set(names)) < len(names):
        result.append("Two hosts of the inventory are the same node. Keep one of them.")
    stale = [host for host, found in hosts.items() if found["corosync"]["stale"]]
    if stale:
        result.append(
            f"corosync on {', '.join(stale)} runs with other settings than its file holds. Run `corosync-cfgtool -R`;"
            " if that is not enough, restart the cluster services there, one node at a time."
        )
    offline = sorted(members.difference(node["name"] for node in cib["nodes_status"] if node["online"]))
    if not cib["cluster"].get("quorate") or offline:
        result.append(
            f"The cluster has no quorum, or {', '.join(offline) or 'a node'} is not online. Correct that first."
        )
    return result


# --- the whole -------------------------------------------------------------------------------------------------------


def adopt(hosts: t.Mapping[str, Found], cib: Found) -> Adoption:
    """Return the variables of the cluster of HOSTS, which must have no problems()."""
    root = parse(next(iter(hosts.values()))["corosync"]["content"])
    by_node = {found["name"]: found for found in hosts.values()}
    adoption = Adoption(cluster_name(root))
    corosync, left_out, obstacles = corosync_variables(root)
    nodes, pcsd, more_obstacles = node_variables(root, by_node)
    boot, host_boot, boot_obstacles = boot_variables(by_node)
    obstacles += more_obstacles + boot_obstacles
    keys, key_notes = key_variables(by_node)
    roles = [*(["authkey"] if keys else []), *([] if obstacles else ["cluster"]), "resources", "verify"]
    links = list(corosync["ha_links"])

    adoption.add(
        "The roles of this collection that site.yml applies. Add others when they are to take over what was set up by"
        " hand: os_prep (packages, names, password), iptables, fence_virt, shared_storage, lighttpd.",
        {"ha_roles": roles},
    )
    declared = networks(nodes, by_node)
    for network, (place, addresses) in service_networks(cib["resources"], by_node, declared).items():
        declared[network] = place
        nodes = {name: {**networks_of, network: addresses[name]} for name, networks_of in nodes.items()}
    adoption.add(
        "The cluster, its nodes, and their addresses by network.", {"ha_cluster_name": adoption.name, "ha_nodes": nodes}
    )
    adoption.add("The networks on which the nodes and the services have their addresses.", {"ha_networks": declared})
    if not obstacles:
        adoption.add(
            "How the nodes talk to each other. corosync uses the networks of ha_links.", {**corosync, **pcsd, **boot}
        )
    else:
        adoption.add("The networks that corosync uses.", {"ha_links": links})
        adoption.notes.append(f"Role cluster is not in ha_roles: {' '.join(obstacles)}")
    adoption.add("The keys that the nodes share.", {"ha_shared_keys": keys})
    adoption.notes += key_notes
    add_objects(adoption, cib)
    adoption.add(
        "Role verify looks for what is wrong. What was so before stops no run; correct it, or list it in"
        " ha_verify_accepted, and remove this line.",
        {"ha_verify_fail": False},
    )
    if not (cib["cluster"].get("stonith_enabled") and any(is_active_fencing(item) for item in cib["resources_status"])):
        adoption.notes.append("No fence device is started, or fencing is disabled: a lost node's resources stay down.")
    adoption.notes += failed_notes(cib) + authentication_notes(hosts)
    adoption.left_out += left_out + list(cib["left_out"])
    adoption.hosts, connection_notes = inventory(hosts, nodes, host_boot)
    adoption.notes += connection_notes
    return adoption


def is_active_fencing(item: Found) -> bool:
    return bool(item["agent"].startswith("stonith:") and item["active"])


def failed_notes(cib: Found) -> list[str]:
    failed = sorted({item["id"] for item in cib["resources_status"] if item["failed"] or item["blocked"]})
    return [f"{', '.join(failed)} has failed or is blocked."] if failed else []


def authentication_notes(hosts: t.Mapping[str, Found]) -> list[str]:
    """List the hosts that must be authenticated; this takes the password, which can't be read."""
    return [
        f"{found['name']} is not authenticated to {', '.join(found['unauthenticated'])}; give ha_hacluster_password,"
        " and site.yml does that."
        for found in hosts.values()
        if found["unauthenticated"]
    ]


# --- corosync --------------------------------------------------------------------------------------------------------


def corosync_variables(root: Section) -> tuple[dict[str, t.Any], list[str], list[str]]:
    """Return the variables of role cluster, the settings that they leave out, and the obstacles to the role."""
    totem, quorum = root.child("totem"), root.child("quorum")
    transport = totem.get("transport", "knet")
    numbers = link_numbers(root)
    names = network_names(numbers)
    links = {name: link_options(totem, number, transport) for name, number in zip(names, numbers)}
    if numbers != list(range(len(numbers))):
        links = {name: {"linknumber": str(number), **links[name]} for name, number in zip(names, numbers)}
    sections = sorted(node_sections(root).items(), key=node_number)
    spec = Spec(
        name=cluster_name(root),
        nodes=tuple(Node(name, tuple(node.get(f"ring{number}_addr") for number in numbers)) for name, node in sections),
        transport=transport,
        transport_options=picked(totem, TRANSPORT_OPTIONS.get(transport, ())),
        links=tuple(links.values()),
        compression=picked(totem, COMPRESSION_OPTIONS, "knet_compression_"),
        crypto={**UNENCRYPTED, **picked(totem, CRYPTO_OPTIONS, "crypto_")} if transport == "knet" else {},
        totem=picked(totem, TOTEM_OPTIONS),
        quorum=picked(quorum, QUORUM_OPTIONS),
    )
    variables = {
        "ha_links": names,
        "ha_transport": spec.transport,
        "ha_transport_options": spec.transport_options,
        "ha_link_options": {name: options for name, options in links.items() if options},
        "ha_transport_crypto": spec.crypto,
        "ha_transport_compression": spec.compression,
        "ha_totem": spec.totem,
        "ha_quorum": spec.quorum,
    }
    return variables, unsaid(root, spec), obstacles_of(root, spec)


def picked(section: Section, options: t.Iterable[str], prefix: str = "") -> dict[str, str]:
    """Return those OPTIONS that SECTION has and whose names have PREFIX."""
    values = dict(section.attributes)
    return {option: values[prefix + option] for option in options if prefix + option in values}


def node_number(item: tuple[str, Section]) -> int:
    return int(item[1].get("nodeid", "0") or 0)


def link_numbers(root: Section) -> list[int]:
    """Return the numbers of the links on which any node has an address."""
    keys = {key for node in node_sections(root).values() for key, _value in node.attributes}
    return [number for number in range(8) if f"ring{number}_addr" in keys]


def network_names(numbers: t.Sequence[int]) -> list[str]:
    return [FIRST_NETWORK, *(f"link{number}" for number in numbers[1:])][: len(numbers)]


def link_options(totem: Section, number: int, transport: str) -> dict[str, str]:
    """Return the options of a link under the names that pcs gives them."""
    result = {}
    for section in totem.children("interface"):
        if section.get("linknumber", section.get("ringnumber", "0")) == str(number):
            for option in LINK_OPTIONS:
                value = section.get(KNET_LINK_OPTIONS.get(option, option) if transport == "knet" else option)
                if value:
                    result[option] = value
    return result


def unsaid(root: Section, spec: Spec) -> list[str]:
    """Find the settings in corosync.conf that SPEC does not have and pcs would not write by itself."""
    said = wanted(spec)
    usual = [settings(predict(spec, log_file)) for log_file in (DEBIAN_LOG_FILE, RED_HAT_LOG_FILE)]
    return [
        f"{key} in corosync.conf ({value})"
        for key, value in settings(root).items()
        if key not in said
        and value not in [item.get(key) for item in usual]
        and not key.endswith((".linknumber", ".cluster_uuid"))
    ]


def obstacles_of(root: Section, spec: Spec) -> list[str]:
    """Say why role cluster can't take over this corosync.conf."""
    result = []
    if not CLUSTER_NAME.fullmatch(spec.name):
        result.append("The cluster has no name, or one that pcs doesn't take.")
    if any(not node.get("name") for node in node_sections(root).values()):
        result.append("corosync.conf gives no names to the nodes.")
    addresses = [address for node in spec.nodes for address in node.addresses]
    if not all(is_address(address) for address in addresses):
        result.append("Not every node has an address on each link.")
    changes = [change.key for change in compare(root, spec)]
    if changes:
        result.append(f"It would change {', '.join(changes)}.")
    return result


def is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return HOST_NAME.fullmatch(text) is not None
    return True


# --- nodes -----------------------------------------------------------------------------------------------------------


def node_variables(
    root: Section, found: t.Mapping[str, Found]
) -> tuple[dict[str, dict[str, str]], dict[str, t.Any], list[str]]:
    """Return the nodes' addresses by network, the variables for pcsd, and why role cluster would authenticate them
    again."""
    numbers = link_numbers(root)
    sections = sorted(node_sections(root).items(), key=node_number)
    nodes = {
        name: {
            network: node.get(f"ring{number}_addr")
            for network, number in zip(network_names(numbers), numbers)
            if node.get(f"ring{number}_addr")
        }
        for name, node in sections
    }
    known = {entry["name"]: entry for entry in next(iter(found.values()))["pcsd_hosts"]}
    addresses = {name: known[name]["address"] if name in known else next(iter(nodes[name].values())) for name in nodes}
    ports = {entry["port"] for name, entry in known.items() if name in nodes} or {PCSD_PORT}
    variables: dict[str, t.Any] = {}
    links = [
        network
        for network in network_names(numbers)
        if all(nodes[name].get(network) == addresses[name] for name in nodes)
    ]
    if not links:
        variables["ha_pcsd_network"] = PCSD_NETWORK
        nodes = {name: {**networks_of, PCSD_NETWORK: addresses[name]} for name, networks_of in nodes.items()}
    elif FIRST_NETWORK not in links:
        variables["ha_pcsd_network"] = links[0]
    if ports != {PCSD_PORT}:
        variables["ha_pcsd_port"] = min(ports)
    obstacles = [f"pcsd listens on different ports ({', '.join(map(str, sorted(ports)))})."] if len(ports) > 1 else []
    return nodes, variables, obstacles


def networks(nodes: t.Mapping[str, t.Mapping[str, str]], found: t.Mapping[str, Found]) -> dict[str, dict[str, str]]:
    """Return interface and subnet of each network, where they are the same on all nodes."""
    result = {}
    for network in {name: None for addresses in nodes.values() for name in addresses}:
        places = [
            [place for place in found[node]["interfaces"] if place["address"] == addresses.get(network)]
            for node, addresses in nodes.items()
        ]
        whole = {(item[0]["interface"], item[0]["subnet"]) if item else None for item in places}
        if len(whole) == 1 and None not in whole:
            interface, subnet = t.cast("tuple[str, str]", whole.pop())
            result[network] = {"interface": interface, "subnet": subnet}
    return result


def service_networks(
    resources: t.Iterable[t.Mapping[str, t.Any]],
    found: t.Mapping[str, Found],
    declared: t.Mapping[str, t.Mapping[str, str]],
) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
    """Return each network that holds the address of a service, is the same on all nodes, and is not DECLARED yet: its
    interface and subnet, and the address of each node there."""
    subnets = [ipaddress.ip_network(network["subnet"]) for network in declared.values()]
    services = service_addresses_of(resources)
    result: dict[str, tuple[dict[str, str], dict[str, str]]] = {}
    for address in services:
        if any(address in subnet for subnet in subnets):
            continue
        places = {
            name: {
                (place["interface"], place["subnet"]): place["address"]
                for place in reversed(node["interfaces"])
                if _holds(place["subnet"], address) and place["address"] not in map(str, services)
            }
            for name, node in found.items()
        }
        for interface, subnet in sorted(set.intersection(*map(set, places.values())))[:1]:
            network = {"interface": interface, "subnet": subnet}
            result[f"service{len(result) + 1}"] = (
                network,
                {name: each[interface, subnet] for name, each in places.items()},
            )
            subnets.append(ipaddress.ip_network(subnet))
    return result


def service_addresses_of(resources: t.Iterable[t.Mapping[str, t.Any]]) -> list[service_addresses.Address]:
    """Return the addresses of services among RESOURCES that belong to a network of the nodes."""
    result = []
    for resource in resources:
        option, options = service_addresses.option_of(str(resource.get("agent", ""))), resource.get("options") or {}
        address = service_addresses.parse(service_addresses.address_of(option, options)) if option else None
        if address is not None and not service_addresses.is_alone(address, options):
            result.append(address)
    return result


def _holds(subnet: str, address: service_addresses.Address) -> bool:
    try:
        return address in ipaddress.ip_network(subnet)
    except ValueError:
        return False


def boot_variables(found: t.Mapping[str, Found]) -> tuple[dict[str, bool], dict[str, bool], list[str]]:
    """Return the variables for joining at boot, for all nodes or by node where they differ; and obstacles to them."""
    obstacles = [
        f"{name} starts only one of corosync and pacemaker when it boots."
        for name, node in found.items()
        if node["enabled"]["corosync"] is not node["enabled"]["pacemaker"]
    ]
    obstacles += [
        f"pcsd on {name} does not start when it boots." for name, node in found.items() if not node["enabled"]["pcsd"]
    ]
    silent = sorted({name for node in found.values() for name in node["unreachable"]})
    obstacles += [f"pcsd on {name} does not answer." for name in silent]
    states = {name: bool(node["enabled"]["corosync"]) for name, node in found.items()}
    if len(set(states.values())) > 1:
        return {}, states, obstacles
    return {"ha_start_on_boot": next(iter(states.values()))}, {}, obstacles


def key_variables(found: t.Mapping[str, Found]) -> tuple[list[dict[str, t.Any]], list[str]]:
    """Return the keys that all nodes share, as role authkey takes them, and the other keys."""
    keys, notes = [], []
    for path, more in KEYS.items():
        files = [node["key_files"].get(path) or {} for node in found.values()]
        if not any(files):
            continue
        if all(file == files[0] for file in files):
            place = {name: files[0][name] for name in ("owner", "group", "mode")}
            keys.append({"path": path, **more, "hosts": Template("{{ ha_nodes | list }}"), **place})
        else:
            notes.append(
                f"{path} is not the same on all nodes, or not owned by the same, so role authkey leaves it alone."
            )
    if any(node["key_files"].get(FENCE_KEY) for node in found.values()):
        notes.append(f"{FENCE_KEY} is left alone: the hypervisors have it as well, and they are not in this run.")
    return keys, notes


# --- the CIB ---------------------------------------------------------------------------------------------------------


def add_objects(adoption: Adoption, cib: Found) -> None:
    """Add all objects of CIB, the result of cluster_info, in the form that pcs_cib takes."""
    kept, operators = without_operators_state({kind: cib[kind] for kind in BY_NAME})
    adoption.operators += operators
    said = without_secrets(kept, (), adoption.secrets)
    for comment, kinds in (
        ("Properties and defaults.", ("properties", *(kind for kind in BY_NAME if "defaults" in kind))),
        ("What runs.", ("resources", "groups", "clones", "bundles", "tags")),
        ("Where it runs, with what and after what.", ("locations", "colocations", "orders", "tickets")),
        ("Fencing.", ("stonith", "stonith_levels")),
        ("What nodes have and offer.", ("nodes",)),
        (
            "Who may read and change what, and what is run at events.",
            ("acl_roles", "acl_users", "acl_groups", "alerts"),
        ),
    ):
        adoption.add(comment, {BY_NAME[kind].variable: said[kind] for kind in kinds})


def without_operators_state(exported: t.Mapping[str, t.Any]) -> tuple[dict[str, t.Any], list[str]]:
    """Return EXPORTED without the state that operators set and clear, and this state in words."""
    result, words = dict(exported), []
    result["properties"] = dict(exported["properties"])
    for name in OPERATORS_PROPERTIES:
        if name in result["properties"]:
            words.append(f"{name}={result['properties'].pop(name)}")
    for kind in WHAT_RUNS:
        result[kind] = []
        for item in exported[kind]:
            meta = dict(item.get("meta", {}))
            words += [f"{name}={meta.pop(name)} of {item['id']}" for name in OPERATORS_META if name in meta]
            kept = {name: meta if name == "meta" else value for name, value in item.items()}
            result[kind].append({name: value for name, value in kept.items() if value != {}})
    words += [f"{item['id']}, made by pcs resource move or ban" for item in exported["locations"] if is_operators(item)]
    result["locations"] = [item for item in exported["locations"] if not is_operators(item)]
    words += [
        f"{state} of {item['name']}"
        for item in exported["nodes"]
        for state in ("standby", "maintenance")
        if item.get(state)
    ]
    settings_of = [{k: v for k, v in item.items() if k not in ("standby", "maintenance")} for item in exported["nodes"]]
    result["nodes"] = [item for item in settings_of if set(item) != {"name"}]
    return result, words


def is_operators(item: Found) -> bool:
    return str(item["id"]).startswith(OPERATORS_CONSTRAINT)


def without_secrets(value: t.Any, path: tuple[str, ...], secrets: dict[str, str]) -> t.Any:
    """Replace the passwords in VALUE by references, and put them into SECRETS."""
    if isinstance(value, t.Mapping):
        here = (*path, str(value["id"])) if "id" in value else path
        result = {}
        for name, item in value.items():
            if isinstance(item, str) and item and is_secret(str(name)):
                variable = free_name(("vault", *here, str(name)), secrets)
                secrets[variable] = item
                result[name] = Template(f"{{{{ {variable} }}}}")
            else:
                result[name] = without_secrets(item, here, secrets)
        return result
    if isinstance(value, list):
        return [without_secrets(item, path, secrets) for item in value]
    return value


def free_name(words: t.Iterable[str], taken: t.Container[str]) -> str:
    """Make a variable's name of WORDS that is not TAKEN."""
    name = re.sub(r"[^a-z0-9]+", "_", "_".join(words).lower()).strip("_")
    return next(one for one in (name, *(f"{name}_{number}" for number in range(2, 1000))) if one not in taken)


# --- the inventory ---------------------------------------------------------------------------------------------------


def inventory(
    hosts: t.Mapping[str, Found], nodes: t.Iterable[str], host_boot: t.Mapping[str, bool]
) -> tuple[dict[str, t.Any], list[str]]:
    """Return the inventory: the hosts under their nodes' names with their connection variables; and notes on
    omissions."""
    variables: dict[str, dict[str, t.Any]] = {}
    notes = []
    for host, found in hosts.items():
        connection = dict(found["connection"])
        if found["name"] != host:
            connection.setdefault("ansible_host", host)
        hidden = sorted(name for name in connection if is_secret(name) or name.endswith("_pass"))
        if hidden:
            notes.append(f"{', '.join(hidden)} of {host} is not written; give it as you did.")
        start = {"ha_start_on_boot": host_boot[found["name"]]} if found["name"] in host_boot else {}
        variables[found["name"]] = {**{k: v for k, v in connection.items() if k not in hidden}, **start}
    first = next(iter(variables.values()))
    common = {
        name: value
        for name, value in first.items()
        if name != "ansible_host" and all(one.get(name) == value for one in variables.values())
    }
    own = {node: {k: v for k, v in variables[node].items() if k not in common} for node in nodes}
    group: dict[str, t.Any] = {"hosts": {node: values or None for node, values in own.items()}}
    if common:
        group["vars"] = common
    return {"cluster": group, "hypervisors": None}, notes
