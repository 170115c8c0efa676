# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Examine a cluster, from a node of it or in files, and report the faults. The one place here that runs commands and
reads files; it changes nothing."""

from __future__ import annotations

import contextlib
import grp
import hashlib
import ipaddress
import json
import os
import pathlib
import pwd
import re
import stat
import tempfile
import time
import typing as t
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field, replace

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import status as cib_status
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.addresses import Network
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.digest import configuration_digest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import parse_cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.placement import Placement, ha_nodes
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.store import read_version
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.templates import expanded
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.workbench import SUMMARY, complaints
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.state import IDLE, parse_crmadmin, wait
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import (
    Section,
    link_addresses,
    node_sections,
    with_names,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.runtime import read_map, stale
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.iptables import PROGRAMS
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.plan import DEBIAN, OTHER_FILTERS, RED_HAT
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.machine import uses_dpkg
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import Runner
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify import (
    agents,
    ask,
    boot,
    cib,
    clock,
    corosync,
    fence_agent,
    fence_virtd,
    fencing,
    firewall,
    hosts,
    journal,
    keys,
    outside,
    packages,
    picture,
    rules,
    runtime,
    selinux,
    service,
    service_address,
    status,
    storage,
    times,
    what_if,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.catalogue import SUBJECTS
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.details import details
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.fence_device import (
    Fences,
    agent_name,
    is_enabled,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import Finding, unique

COROSYNC_CONF = "/etc/corosync/corosync.conf"
OCF_AGENTS = "/usr/lib/ocf/resource.d"
# The files that rules are loaded from at boot, in the one family of distributions and in the other.
PROMOTION_SCORE = re.compile(r'\bname="master-')
NO_PCS = "This host has crmsh and no pcs: in the findings, read commands of pcs as those of crm that do the same."
RULES = {program: (DEBIAN.files[version], RED_HAT.files[version]) for version, program in PROGRAMS.items()}
NEEDRESTART = "/etc/needrestart/needrestart.conf"
# Loads rules in a network namespace of its own, which ends with the shell, and prints them the way the kernel has them.
TRIAL = '"$1"-restore < "$2" && "$1"-save -t filter'
METADATA_TIMEOUT = 20  # seconds that a fence agent may take to say what it can do
IDLE_TIMEOUT = 3.0  # seconds that a cluster at work gets to come to rest
SAVE_TIME = 2.0  # seconds that Pacemaker gets to write a change to the disk
Interface = tuple[str, int]  # an address of this host, and the length of its network's prefix


@dataclass(frozen=True)
class Options:
    """What to look at, and what to expect. `nodes` should be online if they are among `reached`."""

    cib_file: str | None = None
    corosync_file: str | None = None
    hosts_file: str | None = None
    iptables_file: str | None = None
    fence_virtd_file: str | None = None
    nodes: t.Sequence[str] = ()
    addresses: t.Mapping[str, t.Any] = field(default_factory=dict)
    cluster_ip: str = ""
    reached: t.Sequence[str] = ()
    fencing: bool = True
    networks: t.Mapping[str, t.Mapping[str, t.Any]] = field(default_factory=dict)
    cluster_networks: t.Sequence[str] = ("cluster",)
    management_network: str = "management"
    ports_by_service: t.Mapping[str, t.Sequence[t.Any]] = field(default_factory=dict)
    public_network: str = "public"
    public_ports: t.Sequence[t.Any] = ()
    urls: t.Sequence[str] = ()
    journal_hours: int = 24
    overview: bool = True
    clock: float | None = None
    started: float = 0.0

    @property
    def files(self) -> tuple[str | None, ...]:
        return (self.cib_file, self.corosync_file, self.hosts_file, self.iptables_file, self.fence_virtd_file)


@dataclass(frozen=True)
class View:
    """What was seen."""

    findings: t.Sequence[Finding]
    running: bool = False
    facts: t.Mapping[str, t.Any] = field(default_factory=dict)
    what_if: t.Sequence[what_if.Loss] = ()
    picture: t.Mapping[str, t.Any] = field(default_factory=dict)
    notes: t.Sequence[str] = ()
    details: t.Mapping[str, t.Any] = field(default_factory=dict)
    unseen: t.Mapping[str, str] = field(default_factory=dict)
    """The subjects of catalogue.SUBJECTS that could not be looked into, and why."""

    def as_result(self) -> dict[str, t.Any]:
        return {
            "findings": [finding.as_result() for finding in self.findings],
            "running": self.running,
            "facts": dict(self.facts),
            "what_if": [loss.as_result() for loss in self.what_if],
            "picture": dict(self.picture),
            "notes": list(self.notes),
            "details": dict(self.details),
            "unseen": dict(self.unseen),
        }


def look(runner: Runner, options: Options, fetch: t.Callable[[str], int]) -> View:
    """Look at the files that OPTIONS name or, if they name none, at the cluster that this host is in."""
    return offline(runner, options) if any(options.files) else live(runner, options, fetch)


def unseen_in_files(options: Options) -> dict[str, str]:
    """The subjects that the files of OPTIONS tell nothing about, and why."""
    given = {
        "cib_file": ("What would happen", "Fencing", "The CIB", "Service addresses"),
        "corosync_file": ("corosync.conf",),
        "iptables_file": ("Firewall",),
        "fence_virtd_file": ("fence_virtd",),
    }
    reasons = {name: f"{file} was not given" for file, names in given.items() for name in names}
    seen = {name for file, names in given.items() if getattr(options, file) for name in names}
    return {name: reasons.get(name, "only a running node tells it") for name in SUBJECTS if name not in seen}


def unseen_live(options: Options) -> dict[str, str]:
    """The subjects that a node tells nothing about, and why."""
    unseen = {"fence_virtd": "it runs on hypervisors; fence_virtd_file names its configuration"}
    if not options.urls:
        unseen["Service"] = "ha_service_urls names no address"
    if not options.fencing:
        unseen["Fencing"] = "ha_verify_fencing is false"
    return unseen


# --- files alone -----------------------------------------------------------------------------------------------------


def offline(runner: Runner, options: Options) -> View:
    """What files alone tell. Each of them may be missing."""
    found: list[Finding] = []
    root: Section | None = None
    if options.corosync_file:
        root, found = corosync.read(_given(options.corosync_file))
        found += corosync.lint(root) if root is not None else []
    if root is not None:
        found += hosts.lint(root, _given(options.hosts_file) if options.hosts_file else "", options.networks)
    model, text, plain = Cib(), "", ""
    if options.cib_file:
        text = _given(options.cib_file)
        plain = expanded(text)
        try:
            model = parse_cib(plain)
        except ClusterError as error:
            found.append(cib.UNREADABLE.found(options.cib_file, str(error)))
            text = ""
    if root is not None and text:
        root = with_names(root, _names_by_id(text))
    losses: list[what_if.Loss] = []
    notes: list[str] = []
    if text:
        names = corosync.names(root) or ha_nodes(model)
        found += [*cib.lint(model), *cib.compare_nodes(model, corosync.names(root)), *_crm_verify(runner, text)]
        found += cib.compare_names(text, root)
        known_hosts = _given(options.hosts_file) if options.hosts_file else ""
        networks = hosts.subnets(options.networks)
        found += _configuration(plain, model, _surroundings(options, root, known_hosts, networks))
        if options.fencing:
            found += fencing.lint(_fences(root, Placement.of(plain, model), names, known_hosts, networks))
            untold = fencing.untold(model)
            notes += [f"Which nodes {', '.join(untold)} can fence is not known without the agent."] if untold else []
        notes += promotion(text, model)
        losses, note = _what_if(runner, text, root, model)
        notes += [f"The effect of a lost node can't be calculated: {note}."] if note else []
        found += what_if.lint(losses)
    if options.iptables_file:
        rules = _given(options.iptables_file)
        found += _lint_rules(options, root, rules, firewall.version_of(rules), serves=True)
    if options.fence_virtd_file:
        found += fence_virtd.lint(_given(options.fence_virtd_file))
    places = losses[0].before if losses else {}
    drawn = picture.draw(model, root, None, places)
    return View(unique(found), False, {}, losses, drawn, notes, details(model, root, None), unseen_in_files(options))


def promotion(text: str, model: Cib) -> list[str]:
    """A note on promotable clones if the CIB whose XML is TEXT has no promotion scores, which agents set as transient
    node attributes (Pacemaker Explained, promotable clones)."""
    clones = [clone.id for clone in model.clones.values() if clone.promotable]
    if not clones or PROMOTION_SCORE.search(text):
        return []
    return [
        f"Agents set the promotion scores of {', '.join(clones)} while the cluster runs, so the files do not tell which"
        " copies are promoted. Resources that need a promoted copy are shown as not running."
    ]


def _configuration(text: str, model: Cib, around: service_address.Surroundings) -> list[Finding]:
    """What is wrong in the CIB whose XML is TEXT, wherever it is."""
    tree = ET.fromstring(text)
    return [*rules.lint(tree, model), *times.lint(tree, model), *service_address.lint(tree, model, around)]


def _fences(
    root: Section | None,
    placement: Placement,
    nodes: t.Sequence[str],
    known_hosts: str,
    networks: t.Sequence[Network],
) -> Fences:
    """What there is to fence, and by what, as far as the configuration tells."""
    by_name = hosts.parse(known_hosts)
    links = {
        name: {link: by_name.get(text, [text])[0] for link, text in link_addresses(node).items()}
        for name, node in (node_sections(root).items() if root is not None else ())
    }
    return Fences(
        placement.cib,
        nodes,
        placement,
        has_quorum_device=_has_quorum_device(root),
        links=links,
        networks=networks,
    )


def _surroundings(
    options: Options, root: Section | None, known_hosts: str, networks: t.Sequence[Network]
) -> service_address.Surroundings:
    """The addresses that belong to nodes, by corosync.conf, the inventory and /etc/hosts, and the NETWORKS."""
    by_name = hosts.parse(known_hosts)
    known: dict[str, list[str]] = {}
    for name, node in node_sections(root).items() if root is not None else ():
        texts = [name, *link_addresses(node).values()]
        known[name] = [address for text in texts for address in by_name.get(text, [text])]
    for name, values in options.addresses.items():
        known.setdefault(name, []).extend(map(str, values.values() if isinstance(values, dict) else [values]))
    return service_address.Surroundings(service_address.own_addresses(known), networks, options.cluster_ip)


def _given(path: str) -> str:
    """The text of a file that the user has named."""
    try:
        return pathlib.Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ClusterError(f"{path} can't be read: {getattr(error, 'strerror', None) or error}.") from error


# What crm_verify of Pacemaker 3 says last whenever it has found an error, missing fencing among them.


def _crm_verify(runner: Runner, text: str) -> list[Finding]:
    """What crm_verify complains about, where it is installed. That fencing is missing is told elsewhere."""
    if runner.find("crm_verify") is None:
        return []
    with tempfile.TemporaryDirectory(prefix="quorate-") as directory:
        path = pathlib.Path(directory, "cib.xml")
        path.write_text(text, encoding="utf-8")
        said = complaints(runner, str(path))
    lines = [line for line in said if "STONITH" not in line and "fencing" not in line.lower()]
    if lines != said:
        lines = [line for line in lines if SUMMARY not in line]
    return [cib.INVALID.found("cib", f"{'; '.join(lines)}.")] if lines else []


def _what_if(runner: Runner, text: str, root: Section | None, model: Cib) -> tuple[list[what_if.Loss], str]:
    with tempfile.TemporaryDirectory(prefix="quorate-") as directory:
        return what_if.table(runner, directory, text, root, list(model.primitives))


def _has_quorum_device(root: Section | None) -> bool:
    return root is not None and bool(root.child("quorum").children("device"))


# --- a running cluster -----------------------------------------------------------------------------------------------


def live(runner: Runner, options: Options, fetch: t.Callable[[str], int]) -> View:
    """What this node tells of its cluster, and of itself."""
    missing = [program for program in packages.PROGRAMS if runner.find(program) is None]
    shells = [program for program in packages.SHELLS if runner.find(program) is not None]
    state = None if missing else cib_status.read_status(runner)
    root, found = corosync.read(_read(COROSYNC_CONF))
    if state is None:
        stopped = status.NOT_RUNNING.found("cluster", "Neither crm_mon nor Pacemaker answers.")
        return View(
            unique([stopped, *packages.lint(missing, shells), *found]),
            notes=["The cluster does not run on this host."],
        )
    found += packages.lint([], shells)
    notes = [NO_PCS] if shells == ["crm"] else []
    lacking = _work(runner, state)
    if lacking:
        notes.append(f"The cluster is at work ({'; '.join(lacking)}); the results may be outdated.")
        state = _later(runner, state)
    text = runner.run(["cibadmin", "--query"]).stdout
    plain = expanded(text)
    model = parse_cib(plain)
    if root is not None:
        found += [*corosync.lint(root), *_drift(runner, root)]
        root = with_names(root, _names_by_id(text))
        found += _links(runner, root, state)
    declared = options.nodes or corosync.names(root)
    found += cib.compare_names(text, root)
    found += [*cib.lint(model), *cib.compare_nodes(model, corosync.names(root))]
    name = local_name(runner)
    placement = Placement.of(plain, model)
    interfaces, known_hosts = _interfaces(runner), _read("/etc/hosts") or ""
    if options.fencing:
        networks = [*hosts.subnets(options.networks), *_networks_of(interfaces)]
        fences = _fences(root, placement, declared, known_hosts, networks)
        fence_findings, fence_notes = _fencing(runner, fences, name)
        found += fence_findings
        notes += fence_notes
    found += _configuration(plain, model, _surroundings(options, root, known_hosts, ()))
    found += _networks(runner, options, placement, name, interfaces)
    found += _host(runner, options, root, model, text, interfaces)
    found += _outside(runner, model, name, state, interfaces)
    found += status.lint(state, model, declared, options.reached, fencing=options.fencing, placement=placement)
    for url in options.urls:
        found += service.ask(url, fetch)
    losses: list[what_if.Loss] = []
    if options.overview:
        losses, note = _what_if(runner, text, root, model)
        notes += [f"The effect of a lost node can't be calculated: {note}."] if note else []
        found += [*what_if.lint(losses), *_crm_verify(runner, text)]
    drawn, tables = {}, {}
    if options.overview:
        drawn, tables = picture.draw(model, root, state, {}), details(model, root, state)
    facts = _facts(runner, options, root, text, state)
    return View(unique(found), True, facts, losses, drawn, notes, tables, unseen_live(options))


def _work(runner: Runner, state: ET.Element) -> t.Sequence[str]:
    """What the cluster is still doing after it got some time to come to rest; nothing when it is idle."""
    leader = cib_status.cluster(state)["dc"]
    said = runner.run(["crmadmin", "--output-as=xml", "--timeout=5s", f"--status={leader}"]) if leader else None
    if said is not None and parse_crmadmin(said.stdout) == IDLE:
        return ()
    return wait(runner, [], IDLE_TIMEOUT)[1]


def _online(state: ET.Element) -> list[str]:
    return [str(node["name"]) for node in cib_status.nodes(state) if node["online"]]


def _names_by_id(text: str) -> dict[str, str]:
    """The nodes' names by their nodeid, in the CIB TEXT."""
    return {number: name for name, number in what_if.members(ET.fromstring(text)).items()}


def _drift(runner: Runner, root: Section) -> list[Finding]:
    running = read_map(runner)
    return runtime.drift(stale(root, running)) if running else []


def _links(runner: Runner, root: Section, state: ET.Element) -> list[Finding]:
    stats = runner.run(["corosync-cmapctl", "-m", "stats"]).stdout
    return runtime.links_down(stats, root, _online(state))


def _fencing(runner: Runner, fences: Fences, name: str) -> tuple[list[Finding], list[str]]:
    """What is wrong with fencing by what is configured and by what the agents say on this node, NAME, and notes."""
    cache: dict[str, agents.Agent] = {}

    def known(agent: str) -> agents.Agent:
        if agent not in cache:
            cache[agent] = _agent(runner, agent)
        return cache[agent]

    fences = replace(fences, known=known)
    found = fencing.lint(fences)
    if not is_enabled(fences.cib):
        return found, []
    used = sorted({agent_name(device) for device in fences.devices if fences.may_use(device, name)})
    absent = [agent for agent in used if agents.is_fence_agent(agent) and runner.find(agent) is None]
    legacy = [agent for agent in used if not agents.is_fence_agent(agent)]
    found += [fencing.AGENT.found(agent, f"{agent} is not installed.") for agent in absent]
    found += fence_agent.lint(fences, name, lambda path: runner.find(path) is not None)
    probes = [probe for probe in fencing.probes(fences, name) if probe.agent not in absent]
    answers, notes = ask.ask(runner, probes, time.sleep) if probes else ([], [])
    if legacy:
        notes = [*notes, f"{', '.join(legacy)} was not asked: it is a plugin of cluster-glue."]
    return [*found, *answers], notes


def _agent(runner: Runner, name: str) -> agents.Agent:
    """What the fence agent NAME can do. Nothing but a fence agent is started."""
    path = runner.find(name) if agents.is_fence_agent(name) else None
    if path is None:
        return agents.by_name(name)
    said = runner.run(["timeout", str(METADATA_TIMEOUT), path, "-o", "metadata"]).stdout
    return agents.from_metadata(name, said)


def local_name(runner: Runner) -> str:
    """The name by which Pacemaker knows this node."""
    result = runner.run(["crm_node", "--name"])
    return result.stdout.strip() if result.rc == 0 else os.uname().nodename


# --- this host -------------------------------------------------------------------------------------------------------


def _host(
    runner: Runner,
    options: Options,
    root: Section | None,
    model: Cib,
    text: str,
    interfaces: t.Sequence[Interface],
) -> list[Finding]:
    pcsd = [boot.PCSD] if runner.find("pcs") is not None else []
    names = [*boot.CLUSTER_UNITS, *pcsd, *OTHER_FILTERS, *boot.units_of(model)]
    units = _units(runner, names)
    found = boot.lint(units, model, _read("/etc/fstab") or "")
    found += [
        cib.AGENT_MISSING.found(item.id, f"{item.agent} of {item.id} is not installed.")
        for item in model.primitives.values()
        if item.agent.startswith("ocf:") and not pathlib.Path(OCF_AGENTS, *item.agent.split(":")[1:]).exists()
    ]
    found += keys.lint(read_keys(), root)
    others = [unit.name for unit in units.values() if unit.name in OTHER_FILTERS and unit.active == "active"]
    found += _firewall(runner, options, root, interfaces) if not others else []
    found += packages.lint_needrestart(_needrestart())
    found += selinux.lint(_read("/sys/fs/selinux/enforce"), _read("/etc/selinux/config"))
    in_container = runner.run(["systemd-detect-virt", "--container", "--quiet"]).rc == 0
    ask = ["timedatectl", "show", "--property=NTPSynchronized", "--value"]
    found += clock.lint("" if in_container else runner.run(ask).stdout, in_container)
    lines = _journal(runner, options.journal_hours)
    found += journal.lint(lines, options.journal_hours)
    found += _storage(text, lines)
    if root is not None:
        found += hosts.lint(root, _read("/etc/hosts") or "", options.networks)
    return found


def _units(runner: Runner, names: t.Sequence[str]) -> dict[str, boot.Unit]:
    argv = ["systemctl", "show", "--property=Id,LoadState,ActiveState,UnitFileState", *names]
    return boot.parse_units(runner.run(argv).stdout, names)


def _later(runner: Runner, state: ET.Element) -> ET.Element:
    """The state now, or STATE as it was when the cluster no longer answers."""
    now = cib_status.read_status(runner)
    return state if now is None else now


def _outside(
    runner: Runner, model: Cib, name: str, state: ET.Element, interfaces: t.Sequence[Interface]
) -> list[Finding]:
    """What runs here outside of the cluster. What is only there at the first of two looks was on its way."""
    first = _outside_once(runner, model, name, state, interfaces)
    if not first:
        return []
    time.sleep(1)
    again = _outside_once(runner, model, name, _later(runner, state), _interfaces(runner))
    return [finding for finding in first if finding in again]


def _outside_once(
    runner: Runner, model: Cib, name: str, state: ET.Element, interfaces: t.Sequence[Interface]
) -> list[Finding]:
    here = {item.id for item in cib_status.resources(state) if item.active and name in item.nodes}
    devices = [item.options.get("device", "") for item in cib.filesystems(model)]
    numbers = {device: number for device in devices if (number := device_number(device))}
    mounts = outside.parse_mounts(_read("/proc/self/mountinfo") or "")
    units = _units(runner, boot.units_of(model)) if boot.units_of(model) else {}
    return outside.lint(model, here, mounts, numbers, {address for address, _prefix in interfaces}, units)


def device_number(device: str) -> str:
    """The number of a block DEVICE as major:minor; empty where there is no such device."""
    kind, separator, value = device.partition("=")
    path = f"/dev/disk/by-{kind.lower()}/{value}" if separator and kind in ("UUID", "LABEL") else device
    with contextlib.suppress(OSError):
        found = os.stat(path)
        if stat.S_ISBLK(found.st_mode):
            return f"{os.major(found.st_rdev)}:{os.minor(found.st_rdev)}"
    return ""


def _interfaces(runner: Runner) -> list[Interface]:
    """The addresses of this host, each with the length of its network's prefix."""
    result = runner.run(["ip", "-json", "address"])
    with contextlib.suppress(ValueError):
        links = json.loads(result.stdout or "[]")
        entries = [item for link in links for item in link.get("addr_info", [])]
        return [(str(item.get("local", "")), int(item.get("prefixlen", 128))) for item in entries]
    return []


def _networks_of(interfaces: t.Sequence[Interface]) -> list[Network]:
    """The networks that this host is in by its INTERFACES."""
    found: list[Network] = []
    for address, prefix in interfaces:
        with contextlib.suppress(ValueError):
            found.append(ipaddress.ip_network(f"{address}/{prefix}", strict=False))
    return found


def _networks(
    runner: Runner, options: Options, placement: Placement, name: str, interfaces: t.Sequence[Interface]
) -> list[Finding]:
    """Service addresses that this host, NAME, may bring up but has no network for."""
    moving = service_address.addresses(placement.cib)
    if not moving:
        return []
    own = [(address, prefix) for address, prefix in interfaces if address not in moving.values()]
    networks = [*hosts.subnets(options.networks), *_networks_of(own)]
    found = service_address.outside(placement.cib, networks) if own else []
    return [
        finding
        for finding in found
        if not placement.forbids(finding.subject, name) and not _is_routed(runner, moving[finding.subject])
    ]


def _is_routed(runner: Runner, address: str) -> bool:
    """Whether this host has a direct route to ADDRESS, which is what IPaddr2 looks for."""
    family = ["-6"] if ":" in address else ["-4"]
    scope = [] if ":" in address else ["scope", "link"]
    lines = runner.run(["ip", "-o", *family, "route", "list", "match", address, *scope]).stdout.splitlines()
    return any(not line.startswith(("default", "unreachable", "prohibit", "blackhole")) for line in lines if line)


def read_keys() -> list[keys.Key]:
    """The shared keys of this host."""
    found = []
    for path in keys.PATHS:
        with contextlib.suppress(OSError):
            content, info = pathlib.Path(path).read_bytes(), os.stat(path)
            digest = hashlib.sha256(content).hexdigest()
            found.append(
                keys.Key(path, *_owner(info), stat.S_IMODE(info.st_mode), len(content), digest),
            )
    return found


def _owner(info: os.stat_result) -> tuple[str, str]:
    user, group = str(info.st_uid), str(info.st_gid)
    with contextlib.suppress(KeyError):
        user = pwd.getpwuid(info.st_uid).pw_name
    with contextlib.suppress(KeyError):
        group = grp.getgrgid(info.st_gid).gr_name
    return user, group


def _lint_rules(options: Options, root: Section | None, rules: str, version: str, *, serves: bool) -> list[Finding]:
    public = options.networks.get(options.public_network) or {}
    found = firewall.unserved(rules, public, options.public_ports, version)
    return found + firewall.lint(
        rules,
        options.networks,
        options.cluster_networks,
        options.management_network,
        ports_by_service={**options.ports_by_service, "corosync": firewall.corosync_ports(root)},
        version=version,
        serves=serves,
    )


def versions_of(addresses: t.Iterable[str]) -> set[str]:
    """The versions of IP that ADDRESSES are of, apart from those by which a host only reaches itself."""
    found = set()
    for text in addresses:
        with contextlib.suppress(ValueError):
            address = ipaddress.ip_address(text.partition("%")[0])
            found |= set() if address.is_loopback else {f"ipv{address.version}"}
    return found


def _firewall(
    runner: Runner, options: Options, root: Section | None, interfaces: t.Sequence[Interface]
) -> list[Finding]:
    """What is wrong with the packet filter, for each version of IP that the host has."""
    found: list[Finding] = []
    addresses = node_sections(root).values() if root is not None else ()
    serving = versions_of(value for node in addresses for key, value in node.attributes if key.endswith("_addr"))
    present = versions_of(address for address, _prefix in interfaces)
    for version, program in PROGRAMS.items():
        if runner.find(f"{program}-save") is None:
            continue
        result = runner.run([f"{program}-save", "-t", "filter"])
        if result.rc != 0:
            continue
        if version in present | serving:
            serves = version in (serving or present)
            found += _lint_rules(options, root, result.stdout, version, serves=serves)
        path = next((path for path in RULES[program] if _read(path)), "")
        trial = runner.run(["unshare", "--net", "sh", "-c", TRIAL, "sh", program, path]) if path else None
        if trial is not None and trial.rc == 0:
            found += firewall.differences(result.stdout, trial.stdout)
    return found


def _journal(runner: Runner, hours: int) -> list[str]:
    """What corosync, and Pacemaker where it keeps the CIB, have complained about."""
    who = ["--identifier=corosync", "--identifier=pacemaker-based"]
    what = f"--grep={journal.PATTERN}|{storage.GIVEN_UP}"
    argv = ["journalctl", "--no-pager", "--quiet", "--output=cat", *who, f"--since=-{hours}h", what, "--lines=100"]
    return runner.run(argv).stdout.splitlines()


def _storage(text: str, lines: t.Sequence[str]) -> list[Finding]:
    """Whether Pacemaker still saves the CIB, whose XML is TEXT, and has room for it."""
    found: list[Finding] = []
    if can_see(storage.CIB):
        live = _version(text)
        found = storage.saved(live, _saved_version(), lines)
        if found:
            time.sleep(SAVE_TIME)  # it writes a little later than it changes
            found = storage.saved(live, _saved_version(), lines)
    return [*found, *storage.room(filter(None, map(_room, storage.FOLDERS)))]


def can_see(path: str) -> bool:
    """Whether this user may look into the folder of PATH."""
    return os.access(os.path.dirname(path), os.R_OK | os.X_OK)


def _version(text: str) -> tuple[int, int]:
    version = read_version(text)
    return version.admin_epoch, version.epoch


def _saved_version() -> tuple[int, int] | None:
    text = _read(storage.CIB)
    return _version(text) if text else None


def _room(folder: str) -> storage.Room | None:
    """What is left for FOLDER; None where there is no such folder."""
    try:
        info = os.statvfs(folder)
    except OSError:
        return None
    return storage.Room(folder, info.f_bavail * info.f_frsize, info.f_favail if info.f_files else None)


def _needrestart() -> str | None:
    """The configuration of needrestart, None where it is not installed."""
    main = _read(NEEDRESTART)
    added = sorted(map(str, pathlib.Path(NEEDRESTART).parent.glob("conf.d/*.conf")))
    return None if main is None else "\n".join([main, *(_read(path) or "" for path in added)])


# --- what is compared between hosts ----------------------------------------------------------------------------------


def _facts(
    runner: Runner, options: Options, root: Section | None, text: str, state: ET.Element | None
) -> dict[str, t.Any]:
    conf = "\n".join(corosync.settings_text(root)) if root is not None else ""
    version = read_version(text)
    return {
        "keys": {key.path: key.digest for key in read_keys()},
        "packages": _packages(runner),
        "corosync": hashlib.sha256(conf.encode()).hexdigest() if conf else "",
        "cib": {"version": f"{version.admin_epoch}.{version.epoch}", "digest": configuration_digest(text)},
        "dc": cib_status.cluster(state)["dc"] or "",
        "clock": {} if options.clock is None else {"asked": options.clock, "here": options.started},
    }


def _packages(runner: Runner) -> dict[str, str]:
    if uses_dpkg():
        form = "${Package} ${Version} ${db:Status-Status}\\n"
        return packages.parse_dpkg(
            runner.run(["dpkg-query", "--show", f"--showformat={form}", *packages.PACKAGES]).stdout
        )
    result = runner.run(["rpm", "--query", "--queryformat", "%{NAME} %{VERSION}-%{RELEASE}\\n", *packages.PACKAGES])
    return packages.parse_rpm(result.stdout)


def _read(path: str) -> str | None:
    """The text of the file PATH, None when it can't be read."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        return pathlib.Path(path).read_text(encoding="utf-8")
    return None
