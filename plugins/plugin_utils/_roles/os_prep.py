# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decisions of role os_prep."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.node_names import stale_lines

from .look import Look, State
from .password import has_password

HOSTNAME, HOSTS, COROSYNC = "/etc/hostname", "/etc/hosts", "/etc/corosync/corosync.conf"
NEEDRESTART = "/etc/needrestart/needrestart.conf"
CLUSTER_UNITS = ("pacemaker", "corosync")
TIME_UNITS = ("chrony", "chronyd", "systemd-timesyncd", "ntp", "ntpd", "ntpsec", "openntpd")
# The configuration that Debian ships, and none at all, are no cluster. A cluster that role cluster sets up has
# the nodes' addresses.
CLUSTER = re.compile(r"^\s*ring0_addr:\s*(?!\s|127\.)", re.MULTILINE)

Nodes = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Clock:
    """A clock's READING, and the time on the controller just before it was ASKED for, both since the epoch."""

    reading: float
    asked: float

    @classmethod
    def parse(cls, text: str) -> Clock:
        """Make it from the two numbers in TEXT."""
        reading, asked = text.split()
        return cls(float(reading), float(asked))


def clock_difference(mine: Clock, theirs: Clock, now: float) -> float:
    """The number of seconds by which two clocks differ at least. NOW is the time on the controller.

    A reading took until now at most, so the difference is at least the larger of these two numbers; a slow connection
    makes them smaller, never larger.
    """
    ahead = mine.reading - theirs.reading + theirs.asked - now
    behind = theirs.reading - mine.reading + mine.asked - now
    return max(ahead, behind)


@dataclass(frozen=True)
class Names:
    """The changes that are due in the names of a node.

    - due: the names that differ: `hostname`, `stale`, `hosts`
    - stale: the lines of /etc/hosts that give a node's name another address, each with the rest that stays
    - block: the lines about the nodes for /etc/hosts
    """

    due: tuple[str, ...]
    stale: tuple[Mapping[str, str], ...]
    block: str


@dataclass(frozen=True)
class Plan:
    """The steps that are due on a node, and their input.

    - due: the steps: `install`, `names`, `password`, `needrestart`, `service`, `disable`, `time`
    - missing: the packages to install
    - names: the changes of names
    - units: the units of step `service`, with their wanted state
    - disabled: the same in step `disable`
    - time_problems: the problems with the time, one sentence each
    """

    due: tuple[str, ...]
    missing: tuple[str, ...]
    names: Names
    units: tuple[State, ...]
    disabled: tuple[State, ...]
    time_problems: tuple[str, ...]


def plan(
    look: Mapping[str, t.Any],
    *,
    host: str,
    nodes: Nodes,
    network: str,
    domain: str,
    marker: str,
    hostname_managed: bool,
    password: str,
    needrestart_files: Mapping[str, State],
    disabled_units: Sequence[str],
    time_service: str,
    time_unit: str,
    time_check: bool,
    max_difference: float,
    reference: str,
    reference_clock: str,
    now: float,
    check_mode: bool,
) -> Plan:
    """Plan from a LOOK at the node HOST.

    The names of NODES mean their addresses on NETWORK. /etc/hosts has them in a block with MARKER, and with DOMAIN.
    DISABLED_UNITS don't start at boot. TIME_SERVICE is the package of a time service to have, and TIME_UNIT its unit;
    both may be empty. REFERENCE_CLOCK is the reading of the clock of node REFERENCE. NOW is the time on the
    controller.
    """
    found = Look.read(look)
    missing = tuple(name for name, installed in found.packages.items() if not installed)
    # Check mode installs nothing, so nothing that comes with the packages can be asked.
    blank = check_mode and bool(missing)
    names = plan_of_names(found, host, nodes, network, domain, marker, hostname_managed=hostname_managed)
    units = (*idle_units(found), *([{"name": time_unit, "state": "started", "enabled": True}] if time_service else []))
    disabled = tuple({"name": name, "enabled": False} for name in disabled_units if found.units[name].enabled)
    problems = [] if serves_time(found, foreseen=blank and bool(time_service)) else [no_time_service(host)]
    apart = clock_difference(Clock.parse(found.commands["clock"].stdout), Clock.parse(reference_clock), now)
    if apart > max_difference:
        problems.append(clock_differs(host, reference, apart, max_difference))
    steps = {
        "install": bool(missing),
        "names": bool(names.due),
        "password": not has_password(found.commands["shadow"].stdout, password),
        "needrestart": found.exists(NEEDRESTART)
        and any(found.texts[path] != file["content"] for path, file in needrestart_files.items()),
        "service": not blank and not all(is_so(found, unit) for unit in units),
        "disable": bool(disabled),
        "time": time_check and bool(problems),
    }
    return Plan(tuple(step for step in steps if steps[step]), missing, names, units, disabled, tuple(problems))


def plan_password(entry: str, *, password: str) -> bool:
    """Whether the password of the user whose line of /etc/shadow is ENTRY has to be set to PASSWORD."""
    return not has_password(entry, password)


def plan_of_names(
    found: Look, host: str, nodes: Nodes, network: str, domain: str, marker: str, *, hostname_managed: bool
) -> Names:
    """Plan the names of the node HOST and its /etc/hosts."""
    text, block = found.texts[HOSTS], hosts_block(nodes, network, domain)
    stale = tuple(stale_lines(text, nodes, network, host, marker))
    whole = f"# BEGIN {marker}\n{block}\n# END {marker}\n"
    own = {found.texts[HOSTNAME].strip(), found.commands["name"].stdout.strip()}
    steps = {
        "hostname": hostname_managed and own != {host},
        "stale": bool(stale),
        "hosts": whole not in text if block else marker in text,
    }
    return Names(tuple(step for step in steps if steps[step]), stale, block)


def hosts_block(nodes: Nodes, network: str, domain: str) -> str:
    """The lines of /etc/hosts for NODES, by the addresses on NETWORK.

    A name alone is its own address: it resolves already.
    """
    addressed = {name: addresses.get(network, name) for name, addresses in nodes.items()}
    return "\n".join(
        " ".join((addressed[name], *(each for each in (f"{name}.{domain}", name) if not each.endswith("."))))
        for name in sorted(addressed, key=str.lower)
        if addressed[name] != name
    )


def idle_units(found: Look) -> Iterator[State]:
    """The units that must not run while the node has no cluster."""
    if not CLUSTER.search(found.texts[COROSYNC]):
        yield from ({"name": name, "state": "stopped", "enabled": False} for name in CLUSTER_UNITS)


def is_so(found: Look, unit: State) -> bool:
    """Whether UNIT was FOUND as it is wanted."""
    state = found.units[unit["name"]]
    return state.active is (unit["state"] == "started") and state.enabled is unit["enabled"]


def serves_time(found: Look, *, foreseen: bool) -> bool:
    """Whether something sees to the node's clock, or is FORESEEN to. That of a container is its host's."""
    return foreseen or found.commands["container"].rc == 0 or any(found.units[name].active for name in TIME_UNITS)


def no_time_service(host: str) -> str:
    return (
        f"No time service runs on host {host}, so the nodes' clocks will drift apart. Set ha_time_service to one that"
        " this role installs, such as chrony, or start yours; ha_time_check: false does without."
    )


def clock_differs(host: str, reference: str, apart: float, allowed: float) -> str:
    return (
        f"The clock of host {host} differs from that of {reference} by {apart:.1f} s or more; ha_time_max_difference"
        f" allows {allowed:g} s. Set it right, with `chronyc makestep` for one."
    )
