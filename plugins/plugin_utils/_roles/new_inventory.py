# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decisions of role new_inventory."""

from __future__ import annotations

import difflib
import re
import typing as t
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.node_names import name_problems
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.whole import CLUSTER_NAME
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._machine_networks import (
    Place,
    addresses_together,
    network_around,
    place_of,
    places,
    to_address,
)
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._new_inventory import (
    BOARDS,
    PLACEHOLDER,
    Cluster,
    Fencing,
    Node,
    files,
)

from .host import Host
from .names import names_in

KINDS = ("fence_virt", "ipmilan", "redfish", "vmware_rest", "none")
GROUPS = ("cluster", "hypervisors", "arbitrators")  # of the written inventory and of the playbooks
FAMILIES_OF_NODES = ("Debian", "RedHat")
WITHOUT_LOOK = "-e ha_new_inventory_gather=false"

Values = Mapping[str, t.Any]
Look = Mapping[str, t.Any]


# --- the answers -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Machine:
    """A machine as an answer names it: NAME, ADDRESS or NAME=ADDRESS. One of the two may be empty."""

    name: str
    address: str

    @property
    def host(self) -> str:
        """The name for it during this run."""
        return self.name or self.address


@dataclass(frozen=True)
class Answers:
    """The answers, without spaces around them."""

    name: str
    nodes: Sequence[Machine]
    ip: str
    kind: str
    fencing_hosts: Sequence[str]
    fencing_user: str
    user: str
    gather: bool

    @property
    def hypervisors(self) -> list[Machine]:
        return [machine_of(word) for word in self.fencing_hosts] if self.kind == "fence_virt" else []


def machine_of(word: str) -> Machine:
    name, equals, address = (part.strip() for part in word.partition("="))
    if not equals and to_address(name):
        return Machine("", name)
    return Machine(name, address)


def answers_of(values: Values) -> Answers:
    """The answers in the VALUES of the role's variables."""

    def word(name: str) -> str:
        value = values.get(f"ha_new_inventory_{name}")
        return "" if value is None else str(value).strip()

    kind = word("fencing").lower().replace("-", "_").removesuffix(" yet") or "none"
    if kind not in KINDS and kind.removeprefix("fence_") in KINDS:
        kind = kind.removeprefix("fence_")
    gather = values.get("ha_new_inventory_gather")
    return Answers(
        name=word("name"),
        nodes=tuple(map(machine_of, names_in(values.get("ha_new_inventory_nodes")))),
        ip=word("ip"),
        kind=kind,
        fencing_hosts=names_in(values.get("ha_new_inventory_fencing_hosts")),
        fencing_user=word("fencing_user"),
        user=word("user"),
        gather=gather is None or bool(gather),
    )


def problems(values: Values, host: Host) -> Iterator[str]:
    """Find the problems of the VALUES of the role's variables, one sentence each."""
    answers = answers_of(values)
    if not CLUSTER_NAME.fullmatch(answers.name):
        yield (
            f"ha_new_inventory_name is {answers.name!r}; name the cluster, with letters, digits, dots, dashes and _ "
            "alone."
        )
    yield from node_problems(answers.nodes)
    yield from ip_problems(answers)
    yield from fencing_problems(answers)
    if not re.fullmatch(r"[^\s=#]+", answers.user):
        yield f"ha_new_inventory_user is {answers.user!r}; name the user of the SSH connection, such as root."
    if not host.has_vault:
        yield (
            "This run has no vault password, so the passwords could not be encrypted. Give --vault-password-file FILE"
            " or --ask-vault-pass."
        )


def node_problems(nodes: Sequence[Machine]) -> Iterator[str]:
    variable = "ha_new_inventory_nodes"
    if len(nodes) < 2:
        listed = ", ".join(node.host for node in nodes) or "empty"
        yield f"{variable} is {listed}; name two nodes or more, with commas between them."
    for node in nodes:
        yield from address_problems(variable, node)
    names = [node.name for node in nodes if node.name and not looks_like_address(node.name)]
    yield from name_problems(dict.fromkeys(names), GROUPS, variable=variable)
    yield from repeated(variable, names)
    yield from repeated(variable, [node.address for node in nodes if node.address])


def looks_like_address(word: str) -> bool:
    """Whether WORD, which is not an address, was intended as one."""
    return bool(re.fullmatch(r"\d+(\.\d+){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*", word))


def address_problems(variable: str, machine: Machine) -> Iterator[str]:
    if machine.address and to_address(machine.address) is None:
        yield f"{variable}: {machine.address!r} is not an address; write {machine.name or 'NAME'}=ADDRESS."
    elif looks_like_address(machine.name):
        yield f"{variable}: {machine.name!r} is not an address; correct its numbers."


def repeated(variable: str, words: Sequence[str]) -> Iterator[str]:
    for word in dict.fromkeys(word for word in words if words.count(word) > 1):
        yield f"{variable} has {word} twice; name each machine once."


def ip_problems(answers: Answers) -> Iterator[str]:
    if not answers.ip:
        return
    address = to_address(answers.ip)
    if address is None:
        yield (
            f"ha_new_inventory_ip is {answers.ip!r}, which is not an address; give a free one of the nodes' network,"
            " without a netmask, or none."
        )
    elif address in [to_address(node.address) for node in answers.nodes]:
        yield f"ha_new_inventory_ip is {answers.ip}, the address of a node; give one that no machine has."


def fencing_problems(answers: Answers) -> Iterator[str]:
    kind, hosts = answers.kind, answers.fencing_hosts
    if kind not in KINDS:
        near = difflib.get_close_matches(kind, KINDS, n=1)
        way_out = f"did you mean {near[0]}?" if near else f"choose one of {', '.join(KINDS)}."
        yield f"ha_new_inventory_fencing is {kind!r}; {way_out}"
        return
    variable = "ha_new_inventory_fencing_hosts"
    if kind == "fence_virt":
        yield from hypervisor_problems(answers)
    elif kind in BOARDS and len(hosts) != len(answers.nodes):
        yield (
            f"{variable} names {counted(len(hosts), 'board')} for {counted(len(answers.nodes), 'node')}; name the"
            " management board of each node, in the order of the nodes."
        )
    elif kind == "vmware_rest" and len(hosts) != 1:
        yield f"{variable} names {counted(len(hosts), 'host')}; with vmware_rest name the vCenter alone."
    elif kind == "none" and hosts:
        yield (
            f"{variable} is {', '.join(hosts)}, but ha_new_inventory_fencing is none; choose one of"
            f" {', '.join(KINDS[:-1])}, or name no host."
        )
    if kind in BOARDS:
        yield from repeated(variable, hosts)
    if kind in (*BOARDS, "vmware_rest") and not answers.fencing_user:
        yield f"ha_new_inventory_fencing_user is empty; name the user of {kind}."


def hypervisor_problems(answers: Answers) -> Iterator[str]:
    variable = "ha_new_inventory_fencing_hosts"
    if not answers.fencing_hosts:
        yield f"{variable} is empty; with fence_virt name the hypervisors that run the nodes."
    for machine in answers.hypervisors:
        yield from address_problems(variable, machine)
        if machine.host in [node.host for node in answers.nodes]:
            yield f"{variable}: {machine.host} is a node; name the hypervisor that runs the nodes."
    if not answers.gather:
        yield (
            "ha_new_inventory_gather is false, but with fence_virt the domains of the nodes are read from the"
            " hypervisor; leave it out, or choose ha_new_inventory_fencing=none."
        )


def sentence(message: t.Any) -> str:
    """MESSAGE of a program, on one line that ends in a period."""
    return " ".join(str(message or "no reason given").split()).rstrip(".") + "."


def counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


# --- what is found on the machines -----------------------------------------------------------------------------------


def plan_machines(values: Values) -> list[dict[str, str]]:
    """The machines to look at: the name for this run, the address, and whether it is a node or a hypervisor."""
    answers = answers_of(values)
    kinds = [*(("node", node) for node in answers.nodes), *(("hypervisor", each) for each in answers.hypervisors)]
    return [{"host": each.host, "address": each.address or each.host, "is": kind} for kind, each in kinds]


def facts_of(look: Iterable[Look]) -> dict[str, Mapping[str, t.Any]]:
    """The facts of each machine, from the results of ansible.builtin.setup (LOOK), without their prefix."""
    return {
        each["__new_inventory_machine"]["host"]: {
            name.removeprefix("ansible_"): value for name, value in (each.get("ansible_facts") or {}).items()
        }
        for each in look
    }


def look_problems(look: Iterable[Look], answers: Answers) -> Iterator[str]:
    """The machines that could not be read, or that the roles are not made for."""
    for each in look:
        machine = each["__new_inventory_machine"]
        host, message = machine["host"], sentence(each.get("msg"))
        facts = facts_of([each])[host]
        if each.get("unreachable"):
            yield (
                f"{host} can't be reached: {message} Make `ssh {answers.user}@{machine['address']} true` work without"
                f" a question. {WITHOUT_LOOK} writes the inventory without a look at the machines."
            )
        elif not facts:
            yield f"The facts of {host} can't be read: {message} The roles need Python 3.9 or newer there."
        elif machine["is"] == "node" and facts.get("os_family") not in FAMILIES_OF_NODES:
            yield (
                f"{host} runs {facts.get('distribution')}; the roles are made for the families of Debian and of Red"
                " Hat."
            )


def names_of(answers: Answers, facts: Mapping[str, Mapping[str, t.Any]]) -> list[str]:
    """The name of each node: the given one, else its host name, else one with its number."""
    found = [node.name or str(facts.get(node.host, {}).get("hostname") or "") for node in answers.nodes]
    usable = len(set(found)) == len(found) and not list(name_problems(found, GROUPS))
    if usable and all(found):
        return found
    return [node.name or f"node{number}" for number, node in enumerate(answers.nodes, 1)]


@dataclass(frozen=True)
class Nodes:
    """The nodes and their networks, and what is wrong with them."""

    nodes: Sequence[Node]
    networks: Mapping[str, Mapping[str, str]]
    problems: Sequence[str]


def nodes_of(answers: Answers, facts: Mapping[str, Mapping[str, t.Any]]) -> Nodes:
    """The nodes with their addresses, and the networks that they have in common."""
    names = names_of(answers, facts)
    machines = [facts.get(node.host, {}) for node in answers.nodes]
    own = addresses_together(machines, [node.address for node in answers.nodes])
    known = [str(address or node.address) for address, node in zip(own, answers.nodes)]
    by_network = [{"cluster": address} if address else {} for address in known]
    networks: dict[str, Mapping[str, str]] = {}
    wrong = [
        f"{' and '.join(same)} are one machine, {address}; name each machine once in ha_new_inventory_nodes."
        for address in dict.fromkeys(filter(None, known))
        for same in [[node.host for node, other in zip(answers.nodes, known) if other == address]]
        if len(same) > 1
    ]
    common = [place_of(each, address) for each, address in zip(machines, own)]
    found = network_of(common)
    if found:
        networks["cluster"] = found
    ip = to_address(answers.ip)
    if ip is not None and all(machines):
        around = network_around(machines, ip)
        public = network_of(around)
        if not around:
            listed = ", ".join(dict.fromkeys(str(place.network) for each in machines for place in places(each)))
            wrong.append(
                f"ha_new_inventory_ip is {ip}, which is in no network that all nodes have ({listed}); give an address"
                " of one of them."
            )
        elif ip in {place.address for each in machines for place in places(each)}:
            wrong.append(f"ha_new_inventory_ip is {ip}, the address of a node; give one that no machine has.")
        elif public and found and public != found:
            networks["public"] = public
            by_network = [{**each, "public": str(place.address)} for each, place in zip(by_network, around)]
        elif not public:  # without its interface, the network of the address could not be declared
            networks = {}
    nodes = [Node(name, node.address, each) for name, node, each in zip(names, answers.nodes, by_network)]
    return Nodes(nodes, networks, wrong)


def network_of(common: Sequence[Place | None]) -> dict[str, str]:
    """The network of the places in COMMON; empty if they differ in network or interface."""
    different = {(place.interface, str(place.network)) if place else None for place in common}
    (only, *others) = different or {None}
    return {} if others or only is None else {"interface": only[0], "subnet": only[1]}


def domains_of(
    nodes: Sequence[Node], look: Iterable[Look], hypervisors: Sequence[Machine]
) -> tuple[dict[str, str], list[str]]:
    """The UUID of the libvirt domain of each node, from what `virsh list --all --uuid --name` prints on each hypervisor
    (LOOK), and the problems. A domain has the node's name, with or without its domain part."""
    found: dict[str, str] = {}
    wrong = []
    for each in look:
        if each.get("unreachable") or each.get("rc", 1) != 0:
            message = sentence(each.get("stderr") or each.get("msg"))
            wrong.append(
                f"virsh on {each['__new_inventory_machine']['host']} failed: {message} Install libvirt-clients there,"
                " give --ask-become-pass if sudo wants a password, or choose ha_new_inventory_fencing=none."
            )
            continue
        for line in each["stdout"].splitlines():
            uuid, _space, name = line.strip().partition(" ")
            if name:
                found[name.strip()] = uuid
    domains = {}
    for node in nodes:
        uuid = found.get(node.name) or found.get(node.name.partition(".")[0])
        if uuid:
            domains[node.name] = uuid
        elif not wrong:
            wrong.append(
                f"No domain of {', '.join(each.host for each in hypervisors)} is named {node.name} (there are"
                f" {', '.join(sorted(found)) or 'none'}); name the node like its domain: NAME=ADDRESS."
            )
    return domains, wrong


def listener_of(
    nodes: Nodes, hypervisors: Sequence[Machine], facts: Mapping[str, Mapping[str, t.Any]]
) -> tuple[str, str, list[str]]:
    """The interface of the hypervisors in the network of the nodes, the address of a hypervisor there if the network is
    of IPv6, and the problems."""
    address = to_address(next(iter(nodes.nodes[0].addresses.values()), ""))
    found: dict[str, Place] = {}
    wrong = []
    for each in hypervisors:
        own = [place for place in places(facts[each.host]) if address is not None and address in place.network]
        if own:
            found[each.host] = own[0]
        else:
            wrong.append(
                f"{each.host} has no address in the network of the nodes ({address}); give it one, or choose"
                " ha_new_inventory_fencing=none and see the README of role fence_virt."
            )
    if wrong:
        return "", "", wrong
    first = next(iter(found.values()))
    if first.address.version == 6 and len(found) > 1:
        wrong.append(
            "With IPv6 addresses, fence_virt takes one hypervisor; name one in ha_new_inventory_fencing_hosts."
        )
    if len({place.interface for place in found.values()}) > 1:
        listed = ", ".join(f"{place.interface} on {host}" for host, place in found.items())
        wrong.append(
            f"The hypervisors have different interfaces in the network of the nodes ({listed}); choose"
            " ha_new_inventory_fencing=none and see the README of role fence_virt."
        )
    return first.interface, str(first.address) if first.address.version == 6 else "", wrong


# --- the whole -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    """The files to write, as internal_inventory_files takes them, notes for the user, or what is wrong."""

    problems: Sequence[str]
    files: Sequence[Mapping[str, t.Any]] = ()
    notes: Sequence[str] = ()


def plan(look: Sequence[Look], *, values: Values, domains: Sequence[Look], secrets: Mapping[str, str]) -> Plan:
    """Plan the inventory from a LOOK at the machines, the results of virsh on the hypervisors (DOMAINS) and the values
    of the variables in vault.yml (SECRETS)."""
    answers = answers_of(values)
    wrong = list(look_problems(look, answers))
    if wrong:
        return Plan(wrong)
    facts = facts_of(look)
    nodes = nodes_of(answers, facts)
    wrong += nodes.problems
    fencing = Fencing(answers.kind, dict.fromkeys(answers.fencing_hosts, ""), answers.fencing_user)
    if answers.kind == "fence_virt":
        uuids, without_domain = domains_of(nodes.nodes, domains, answers.hypervisors)
        interface, tcp_address, without_address = listener_of(nodes, answers.hypervisors, facts)
        hypervisors = {each.host: each.address for each in answers.hypervisors}
        fencing = Fencing(answers.kind, hypervisors, "", uuids, interface, tcp_address)
        wrong += [*without_domain, *without_address]
    if wrong:
        return Plan(wrong)
    cluster = Cluster(
        name=answers.name,
        nodes=nodes.nodes,
        user=answers.user,
        fencing=fencing,
        family=family_of(facts.get(answers.nodes[0].host, {})),
        networks=nodes.networks,
        ip=answers.ip,
    )
    return Plan([], files(cluster, secrets), list(notes(cluster, secrets, looked=bool(look))))


def family_of(facts: Mapping[str, t.Any]) -> str:
    """The family of distributions by the names of packages; Debian if it is not known."""
    if facts.get("distribution") == "Ubuntu":
        return "Ubuntu"
    return str(facts.get("os_family") or "Debian")


def notes(cluster: Cluster, secrets: Mapping[str, str], *, looked: bool) -> Iterator[str]:
    """What the user should know about the inventory."""
    if not looked:
        yield "The machines were not inspected, so the inventory has no networks and only Debian's packages."
    if cluster.fencing.kind == "none":
        yield (
            "There is no fencing yet, and quorate.ha_cluster.site ends with that error. docs/fencing.md helps to"
            " choose a device."
        )
    if cluster.fencing.has_password and (secrets.get("vault_fencing_password") or PLACEHOLDER) == PLACEHOLDER:
        yield (
            f"The password of fencing is not known: vault.yml has {PLACEHOLDER} as vault_fencing_password. Correct it"
            " by ansible-vault edit."
        )
    if len(cluster.nodes) == 2:
        yield (
            "With two nodes, a third host should decide when they lose sight of each other: see `Run a cluster of two"
            " nodes` in docs/operations.md."
        )
    if cluster.ip and cluster.family == "RedHat":
        yield "The web server of the inventory, lighttpd, is in EPEL, which has to be set up on the nodes first."
