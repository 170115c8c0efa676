# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find out what firewalld lets in: now, and after a reload or a boot."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass, field

from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.services import (
    SERVICES,
    PortsByService,
    Use,
    uses,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import Runner

PROGRAM = "firewall-cmd"
SCOPES: tuple[tuple[str, ...], ...] = ((), ("--permanent",))

# The option of modules that says what an Opening is.
ARGUMENTS: dict[str, t.Any] = {
    "type": "dict",
    "apply_defaults": True,
    "options": {
        "services": {"type": "list", "elements": "str", "default": [], "choices": list(SERVICES)},
        "ports_by_service": {"type": "dict", "default": {}},
        "interface": {"type": "str", "default": ""},
        "address": {"type": "str", "default": ""},
    },
}


@dataclass(frozen=True)
class Opening:
    """The SERVICES of a cluster to let in, with PORTS_BY_SERVICE where they differ from the usual ones.

    In the zone of INTERFACE, or of the interface that has ADDRESS, or in the default zone.
    """

    services: t.Sequence[str] = ()
    ports_by_service: PortsByService = field(default_factory=dict)
    interface: str = ""
    address: str = ""

    @property
    def ports(self) -> list[str]:
        """The ports as firewalld writes them, such as `5403/tcp`."""
        return list(dict.fromkeys(str(use.ports) for use in self._uses if use.ports is not None))

    @property
    def protocols(self) -> list[str]:
        """The protocols of IP that have no ports, such as `igmp`."""
        return [use.protocol for use in self._uses if use.ports is None]

    @property
    def _uses(self) -> list[Use]:
        return [use for name in self.services for use in uses(name, self.ports_by_service)]


def missing(runner: Runner, opening: Opening) -> list[list[str]]:
    """The commands that let in of OPENING what is still kept out. None where firewalld doesn't run."""
    kinds = {"port": opening.ports, "protocol": opening.protocols}
    if not any(kinds.values()) or runner.find(PROGRAM) is None or runner.run([PROGRAM, "--state"]).rc != 0:
        return []
    zone = f"--zone={zone_of(runner, opening)}"
    return [
        [PROGRAM, *scope, zone, f"--add-{kind}={item}"]
        for scope in SCOPES
        for kind, wanted in kinds.items()
        if wanted
        for item in closed(wanted, runner.run([PROGRAM, *scope, zone, f"--list-{kind}s"]).stdout.split())
    ]


def open_up(runner: Runner, opening: Opening, *, check_mode: bool) -> list[str]:
    """Let in OPENING. Returns the commands that it took, or in check mode would take."""
    commands = missing(runner, opening)
    for command in [] if check_mode else commands:
        result = runner.run(command)
        if result.rc != 0:
            raise ClusterError(f"firewalld refuses `{' '.join(command)}`: {result.message}")
    return [" ".join(command) for command in commands]


def zone_of(runner: Runner, opening: Opening) -> str:
    """The zone that OPENING is about. An interface that is in no zone is treated like those of the default one."""
    interface = opening.interface or interface_of(runner, opening.address)
    if interface:
        found = runner.run([PROGRAM, f"--get-zone-of-interface={interface}"])
        if found.rc == 0 and found.stdout.strip():
            return found.stdout.strip()
    return runner.run([PROGRAM, "--get-default-zone"]).stdout.strip()


def interface_of(runner: Runner, address: str) -> str:
    """The interface that has ADDRESS; none where this machine hasn't got it."""
    shown = runner.run(["ip", "-json", "address", "show", "to", address]).stdout if address else ""
    names = [item["ifname"] for item in json.loads(shown or "[]") if item.get("ifname")]
    return str(names[0]) if names else ""


def closed(wanted: t.Sequence[str], listed: t.Sequence[str]) -> list[str]:
    """Those of the ports or protocols WANTED that are not among those LISTED, which may be ranges of ports."""
    return [item for item in wanted if not any(covers(entry, item) for entry in listed)]


def covers(entry: str, item: str) -> bool:
    """Whether ENTRY, such as `5400-5410/tcp`, lets in ITEM."""
    numbers, _slash, protocol = entry.partition("/")
    port, _slash, wanted = item.partition("/")
    first, dash, last = numbers.partition("-")
    if not (dash and port.isdigit() and first.isdigit() and last.isdigit()):
        return entry == item
    return protocol == wanted and int(first) <= int(port) <= int(last)
