# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decisions of role fence_virt, for the nodes and for the hypervisors.

- `plan_questions`: the commands by which a node tests fencing; `plan`: the steps that are due after the answers
- `plan_obstacles`: the reasons for which a node can't fence; `plan_refusal`: the reason to leave the fence device alone
- `plan_device`: the fence device
- `plan_host`: the steps that are due on a hypervisor
- `plan_groups`, `plan_opening`: the requests that fence_virtd and firewalld let in there
- `plan_family`: the version of IP by default

Each takes no more than it needs: Ansible compiles the template behind each variable again in each task.
"""

from __future__ import annotations

import os.path
import re
import typing as t
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.node_names import addresses_by_node
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.firewalld import Opening
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.shared_hosts import group_of, sources

from .host import Host
from .look import Answer, Look, State

DAEMON = "/usr/sbin/fence_virtd"
UNIT = "fence_virtd.service"
DROP_INS = "/etc/systemd/system/"
REMOTE_NODE = "ocf:pacemaker:remote"
NETWORKED = ("multicast", "tcp")
ANSWERED = (0, 2)  # exit codes of the agent: the domain is on, or off
NOWHERE = ("", "127.0.0.1", "::1", "0.0.0.0", "::")  # no address of a hypervisor on the network of the nodes
ADDRESS = re.compile(r"[0-9.]+|.*:.*")
MULTICAST = {
    "ipv4": re.compile(r"2(2[4-9]|3[0-9])([.][0-9]{1,3}){3}"),
    "ipv6": re.compile(r"[fF][fF].*:.*"),
}

Nodes = Mapping[str, Mapping[str, t.Any]]


def agent_for(listener: str) -> str:
    """fence_xvm speaks multicast, fence_virt all else."""
    return "fence_xvm" if listener == "multicast" else "fence_virt"


def program_for(listener: str) -> str:
    return f"/usr/sbin/{agent_for(listener)}"


@dataclass(frozen=True)
class Way:
    """The way from the nodes to fence_virtd: its LISTENER, and the settings of this one and of the others."""

    listener: str
    port: int
    hash: str
    key_file: str
    network: str
    family: str
    multicast_address: str
    tcp_address: str
    serial_device: str
    serial_parameters: str

    @property
    def arguments(self) -> list[str]:
        """The way as arguments of the agent."""
        signed = ["-p", str(self.port), "-k", self.key_file, "-C", self.hash, "-c", self.hash]
        return {
            "multicast": ["-a", self.multicast_address, "-i", self.family, *signed],
            "tcp": ["-T", self.tcp_address, *signed],
            "vsock": ["-S2", *signed],
            "serial": ["-D", self.serial_device, "-P", self.serial_parameters],
        }[self.listener]

    @property
    def options(self) -> dict[str, str | None]:
        """The way as options of the fence device.

        Those of other listeners are null, so that those of the listener before do not stay in the device.
        """
        signed = {"ipport": str(self.port), "key_file": self.key_file, "auth": self.hash, "hash": self.hash}
        by_listener: dict[str, dict[str, str]] = {
            "multicast": {"multicast_address": self.multicast_address, "ip_family": self.family, **signed},
            "tcp": {"ipaddr": self.tcp_address, **signed},
            "vsock": {"vsock": "2", **signed},
            "serial": {"serial_device": self.serial_device, "serial_params": self.serial_parameters},
        }
        others = dict.fromkeys(name for options in by_listener.values() for name in options)
        return {**others, **by_listener[self.listener]}


# --- the problems of the input ---------------------------------------------------------------------------------------


def problems(values: Mapping[str, t.Any], host: Host) -> Iterator[str]:
    """Find the problems of the VALUES of the role's variables on HOST, one sentence each."""
    nodes = addresses_by_node(values["ha_nodes"], values["ha_links"])
    listener, network = values["ha_fence_virt_listener"], values["ha_fence_virt_network"]
    if values["ha_fence_virt_port"] not in range(1, 65536):
        yield f"ha_fence_virt_port is {values['ha_fence_virt_port']}; give a port from 1 to 65535."
    if listener in NETWORKED and not all(map(ADDRESS.fullmatch, addresses_on(network, nodes))):
        yield (
            f"ha_fence_virt_network is {network}, and not every node of ha_nodes has an address there; fence_virtd has"
            " to know where requests come from. Add the addresses, or name another network."
        )
    if listener == "multicast":
        yield from multicast_problems(values, host)
    elif listener == "tcp" and (values["ha_fence_virt_tcp_address"] or "") in NOWHERE:
        yield (
            f'ha_fence_virt_tcp_address is "{values["ha_fence_virt_tcp_address"] or ""}"; with the listener tcp give'
            " the hypervisor's address on the network of the nodes."
        )
    elif listener == "vsock" and not has_context_ids(values["ha_fence_virt_vsock_cids"], nodes):
        yield (
            "ha_fence_virt_vsock_cids has to give each node of ha_nodes, and no other host, the context ID of its"
            " virtual machine: different numbers above 2, as in the domain's <vsock> element."
        )
    elif listener == "serial" and not re.fullmatch(r'/dev/[^"\n]+', values["ha_fence_virt_serial_device"] or ""):
        yield (
            f"ha_fence_virt_serial_device is {values['ha_fence_virt_serial_device']}; give the nodes' serial port, for"
            " instance /dev/ttyS1."
        )


def multicast_problems(values: Mapping[str, t.Any], host: Host) -> Iterator[str]:
    family, interface = values["ha_fence_virt_family"], values["ha_fence_virt_interface"]
    address = values["ha_fence_virt_multicast_address"]
    if not MULTICAST[family].fullmatch(address or ""):
        yield (
            f"ha_fence_virt_multicast_address is {address}, which is no {family} multicast address; leave it out for"
            " the usual one, or correct ha_fence_virt_family."
        )
    if family == "ipv6":
        yield (
            "ha_fence_virt_listener is multicast, and the nodes' addresses on ha_fence_virt_network"
            f" ({values['ha_fence_virt_network']}) are of IPv6, over which fence_xvm gets no answer. Set"
            " ha_fence_virt_listener to tcp and ha_fence_virt_tcp_address to the hypervisor's address there; or name a"
            " network with IPv4 addresses."
        )
    if not re.fullmatch(r'[^"/ \n]{1,15}', interface or ""):
        yield f'ha_fence_virt_interface is "{interface}"; name the hypervisor\'s interface on the network of the nodes.'
    found = host.facts.get("interfaces", [interface])
    if host.name in values["ha_hypervisors"] and interface not in found:
        yield (
            f"ha_fence_virt_interface is {interface}, and host {host.name} has no such interface, only"
            f" {', '.join(sorted(found))}. Name the one on the network of the nodes."
        )


def has_context_ids(cids: Mapping[str, t.Any], nodes: Nodes) -> bool:
    """Whether CIDS has one for each of NODES and for no other host, each another number above 2."""
    numbers = {int(cid) for cid in cids.values() if re.fullmatch(r"[0-9]+", str(cid))}
    return set(cids) == set(nodes) and len({number for number in numbers if number > 2}) == len(nodes)


def addresses_on(network: str, nodes: Nodes) -> list[str]:
    """The address of each of NODES on NETWORK; empty where it has none."""
    return [str(addresses.get(network) or "") for addresses in nodes.values()]


def plan_family(nodes: Nodes, *, listener: str, network: str, tcp_address: str) -> str:
    """Choose `ipv4` or `ipv6`, by the addresses that fence_virtd has to listen for."""
    addresses = [str(tcp_address)] if listener == "tcp" else addresses_on(network, nodes)
    return "ipv6" if any(":" in address for address in addresses) else "ipv4"


# --- a node ----------------------------------------------------------------------------------------------------------


def plan_questions(
    domains: Mapping[str, str],
    *,
    host: str,
    nodes: Nodes,
    resources: Sequence[Mapping[str, t.Any]],
    way: Mapping[str, t.Any],
    timeout: int,
) -> dict[str, list[str]]:
    """Plan the commands by which the node HOST asks for the power state of the others, by the others' names.

    DOMAINS are those of the nodes, and of remote nodes among RESOURCES.
    """
    reach = Way(**way)
    query = [program_for(reach.listener), *reach.arguments, "-t", str(timeout), "-o", "status", "-H"]
    return {name: [*query, domains[name]] for name in fenced(domains, nodes, resources) if name != host}


def fenced(domains: Mapping[str, str], nodes: Nodes, resources: Sequence[Mapping[str, t.Any]]) -> list[str]:
    """The machines that the device fences: NODES, and each remote node with a domain, a resource with its name."""
    remote = [each["id"] for each in resources if each.get("agent") == REMOTE_NODE]
    return [*nodes, *(name for name in remote if name in domains)]


@dataclass(frozen=True)
class Device:
    """The fence device. Options that are null are taken away."""

    agent: str
    options: dict[str, t.Any]


def plan_device(
    domains: Mapping[str, str],
    *,
    nodes: Nodes,
    resources: Sequence[Mapping[str, t.Any]],
    way: Mapping[str, t.Any],
    delays: Mapping[str, str],
    options: Mapping[str, t.Any],
) -> Device:
    """Plan the device that fences NODES and remote nodes by their DOMAINS, with further OPTIONS."""
    reach = Way(**way)
    # No semicolon at its end: pacemaker 3 takes that for a mistake.
    host_map = ";".join(f"{name}:{domains[name]}" for name in in_order(fenced(domains, nodes, resources)))
    # Pacemaker 2.1.2 and later take a map of nodes.
    delay = ";".join(f"{name}:{delays.get(name, '0s')}" for name in in_order(nodes)) if delays else None
    return Device(
        agent_for(reach.listener), {**reach.options, "pcmk_host_map": host_map, "pcmk_delay_base": delay, **options}
    )


def in_order(names: Iterable[str]) -> list[str]:
    """NAMES sorted, so that an inventory in another order is no other configuration."""
    return sorted(names, key=lambda name: (name.lower(), name))


@dataclass(frozen=True)
class Plan:
    """The steps that are due on a node: `install`, `ask_again` and `device`."""

    due: tuple[str, ...]


def plan(
    look: State,
    *,
    host: str,
    nodes: Nodes,
    listener: str,
    key_file: str,
    check_mode: bool,
    play_hosts: Sequence[str],
) -> Plan:
    """Plan from a LOOK at the node HOST. The first of NODES among the PLAY_HOSTS makes the fence device."""
    found = Look.read(look)
    steps = {
        "install": not found.exists(program_for(listener)),
        "ask_again": lacks_key(found, key_file, check_mode=check_mode) or bool(unanswered(found, listener, key_file)),
        "device": host == next((name for name in play_hosts if name in nodes), None),
    }
    return Plan(tuple(step for step in steps if steps[step]))


def plan_refusal(lost: Collection[str], *, host: str, nodes: Nodes) -> str:
    """Say on HOST the reason to leave the fence device alone; empty if there is none.

    LOST are the hosts that have failed since they were looked at. NODES that can't be reached at all are not among
    them: a dead node must not keep the others from fencing it.
    """
    failed = [name for name in nodes if name in lost]
    if not failed:
        return ""
    return (
        f"No fence device is made or changed, because {', '.join(failed)} failed the test of fencing. Correct the"
        f" errors there and run again. (host {host})"
    )


def plan_obstacles(look: State, *, host: str, way: Mapping[str, t.Any], check_mode: bool) -> list[str]:
    """Explain the reasons for which the node HOST can't fence the others."""
    found, reach = Look.read(look), Way(**way)
    bad = unanswered(found, reach.listener, reach.key_file)
    return [
        *([keyless(host, reach.key_file)] if lacks_key(found, reach.key_file, check_mode=check_mode) else []),
        *([unreached(host, bad, reach)] if bad else []),
    ]


def lacks_key(found: Look, key_file: str, *, check_mode: bool) -> bool:
    """Whether a host lacks the key though it should have it, which check mode does not bring."""
    return not check_mode and not found.files[key_file].get("size")


def unanswered(found: Look, listener: str, key_file: str) -> dict[str, Answer]:
    """The result of the agent for each machine whose power switch has not answered.

    Without the agent or the key, which check mode does not bring, there is no answer to judge.
    """
    if not (found.exists(program_for(listener)) and found.exists(key_file)):
        return {}
    return {name: answer for name, answer in found.commands.items() if answer.rc not in ANSWERED}


def keyless(host: str, key_file: str) -> str:
    return (
        f"Host {host} has no key in {key_file}, without which fence_virtd and its agents don't talk to each other. Run"
        " the role quorate.ha_cluster.authkey on all nodes and hypervisors first."
    )


def unreached(host: str, bad: Mapping[str, Answer], way: Way) -> str:
    """The reason for which HOST can't fence the machines with BAD answers."""
    meanings = exit_codes(way)
    reasons = dict.fromkeys(meanings[answer.rc] for answer in bad.values() if answer.rc in meanings)
    texts = [answer.stderr.strip() for answer in bad.values()] + [answer.stdout.strip() for answer in bad.values()]
    return (
        f"Host {host} can't fence {', '.join(bad)} by {way.listener}: {'; '.join(reasons)}. The agent said:"
        f" {', '.join(dict.fromkeys(filter(None, texts)))}"
    )


def exit_codes(way: Way) -> dict[int, str]:
    """The meanings of the agent's exit codes that are no answer."""
    protocol = "UDP" if way.listener == "multicast" else "TCP"
    return {
        1: (
            "there is no answer, or it is not signed with this key. Look at fence_virtd on the hypervisor"
            " (systemctl status fence_virtd); ha_fence_virt_listener and its variables; the hypervisor's firewall,"
            f" which has to let in {protocol} port {way.port} (with multicast, IGMP as well) from the nodes; the nodes'"
            f" firewall, which with multicast has to let in TCP port {way.port} from the hypervisor (docs/fencing.md"
            f" has the commands for firewalld); the key in {way.key_file}, which has to be the same on both sides; and"
            " ha_fence_virt_domains, whose UUIDs libvirt has to know"
        ),
        3: (
            "permission is denied. Look at the groups in the hypervisor's /etc/fence_virt.conf, which come from"
            " ha_fence_virt_domains and from the addresses of ha_nodes in the network ha_fence_virt_network"
            f" ({way.network})"
        ),
        255: (
            "the agent can't work. Another one of this node may be waiting for an answer of fence_virtd, as that of the"
            " fence device does when fence_virtd does not answer. Look at fence_virtd on the hypervisor (systemctl"
            " status fence_virtd) and at what the agent said"
        ),
    }


# --- a hypervisor ----------------------------------------------------------------------------------------------------


def plan_groups(
    domains: Mapping[str, str],
    *,
    cluster: str,
    nodes: Nodes,
    names: Sequence[str],
    others: Sequence[Mapping[str, t.Any]],
    listener: str,
    network: str,
    vsock_cids: Mapping[str, t.Any],
) -> list[dict[str, t.Any]]:
    """Plan the groups of /etc/fence_virt.conf: that of CLUSTER, with further NAMES of its DOMAINS, and OTHERS."""
    addresses = sources(listener, addresses_on(network, nodes), vsock_cids.values())
    groups = [
        group_of(cluster, domains.values(), names, addresses),
        *(
            {
                "name": str(group["name"]),
                "domains": list(map(str, group["domains"])),
                "addresses": list(map(str, group.get("addresses") or ())),
            }
            for group in others
        ),
    ]
    # Sorted, so that the cluster which a run begins with makes no difference.
    return sorted(groups, key=lambda group: (group["name"].lower(), group["name"]))


def plan_opening(listener: str, *, port: int, interface: str, tcp_address: str, managed: bool) -> Opening:
    """Plan the opening in firewalld, if that is MANAGED."""
    if listener not in NETWORKED or not managed:
        return Opening()
    service = f"fence_virtd_{listener}"
    ports = {service: [str(port)]}
    if listener == "multicast":
        return Opening([service], ports, interface=interface)
    return Opening([service], ports, address=tcp_address)


@dataclass(frozen=True)
class HostPlan:
    """The steps that are due on a hypervisor, and their input.

    - due: the steps: `install`, `refuse`, `configure`, `service`
    - refusal: the reason for the step `refuse`
    - directories: those that the files need
    """

    due: tuple[str, ...]
    refusal: str
    directories: dict[str, dict[str, str]]


def plan_host(look: State, *, host: str, files: Mapping[str, State], key_file: str, check_mode: bool) -> HostPlan:
    """Plan from a LOOK at the hypervisor HOST. FILES are those that fence_virtd should have."""
    found = Look.read(look)
    unit = found.units[UNIT]
    configure = bool(found.differing(files))
    has_key = not lacks_key(found, key_file, check_mode=False)
    # By the files' age and not by "this run has changed them": so this run also finishes an interrupted one.
    outdated = any(found.modified(path) > unit.started for path in (*files, key_file))
    steps = {
        "install": not found.exists(DAEMON),
        "refuse": lacks_key(found, key_file, check_mode=check_mode),
        "configure": configure,
        "service": configure or bool(found.closed) or outdated or not (has_key and unit.active and unit.enabled),
    }
    # Check mode installs nothing, so on a blank hypervisor there is nothing to start.
    possible = set(steps) - ({"service"} if check_mode and steps["install"] else set())
    return HostPlan(
        tuple(step for step in steps if steps[step] and step in possible),
        "" if has_key else keyless(host, key_file),
        {os.path.dirname(path): {} for path in files if path.startswith(DROP_INS)},
    )
