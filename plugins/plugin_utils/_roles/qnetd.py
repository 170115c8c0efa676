# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decisions of role qnetd."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.node_names import addresses_by_node

from .host import Host
from .look import Look, State
from .password import has_password

QNETD, PCSD = "corosync-qnetd.service", "pcsd.service"
DATABASE = "/etc/corosync/qnetd/nssdb/cert9.db"
LOOPBACK, LOOPBACK_6 = "127.0.0.1", "::1"
ARGUMENT = re.compile(r"[A-Za-z0-9.:,=_-]+")


def problems(values: Mapping[str, t.Any], host: Host) -> Iterator[str]:
    """Find the problems of the VALUES of the role's variables on HOST, one sentence each."""
    if host.name in addresses_by_node(values.get("ha_nodes") or {}):
        yield (
            f"{host.name} is in ha_nodes, and a node can't be its own cluster's arbitrator: its vote would go down with"
            " it. Remove it from this play's hosts."
        )
    ports = [values["ha_qnetd_port"], values["ha_pcsd_port"]]
    if ports[0] == ports[1] or any(port not in range(1, 65536) for port in ports):
        yield f"ha_qnetd_port is {ports[0]} and ha_pcsd_port {ports[1]}. Give two different ports from 1 to 65535."
    refused = [word for word in values["ha_qnetd_arguments"] or () if not ARGUMENT.fullmatch(word)]
    if refused:
        yield (
            f"ha_qnetd_arguments has {' '.join(refused)}, which the file that systemd reads can't hold. Give each"
            " argument as an item of its own, without quotes."
        )


@dataclass(frozen=True)
class Plan:
    """The steps that are due on an arbitrator, and their input.

    - due: the steps: `install`, `user`, `password`, `certificate`, `service`
    - missing: the packages to install
    - address: the address of qnetd for the host itself
    """

    due: tuple[str, ...]
    missing: tuple[str, ...]
    address: str


def plan(
    look: Mapping[str, t.Any],
    *,
    files: Mapping[str, State],
    arguments: Sequence[str],
    home: str,
    shell: str,
    password: str,
    check_mode: bool,
) -> Plan:
    """Plan from a LOOK at a host.

    FILES are those that qnetd reads when it starts, ARGUMENTS those that it is started with. HOME, SHELL and PASSWORD
    are those of the user hacluster.
    """
    found = Look.read(look)
    missing = tuple(name for name, installed in found.packages.items() if not installed)
    units = [found.units[name] for name in (QNETD, PCSD)]
    # By the file's age and not by "this run has changed it": so this run also finishes an interrupted one.
    outdated = units[0].active and any(found.modified(path) > units[0].started for path in files)
    user, group = (found.commands[name].stdout for name in ("user", "group"))
    steps = {
        "install": bool(missing),
        "user": not is_user(user, group, home=home, shell=shell),
        "password": not has_password(found.commands["shadow"].stdout, password),
        "certificate": not found.exists(DATABASE),
        "service": bool(found.differing(files) or found.closed)
        or outdated
        or not all(unit.active and unit.enabled for unit in units),
    }
    # Check mode installs nothing, so there is nothing of the packages to look at.
    possible = {"install", "user"} if check_mode and missing else set(steps)
    due = tuple(step for step in steps if steps[step] and step in possible)
    return Plan(due, missing, own_address(arguments))


def own_address(arguments: Sequence[str]) -> str:
    """The address for its own host of corosync-qnetd with ARGUMENTS. See corosync-qnetd(8): -l, -4, -6."""
    words = iter(arguments)
    for word in words:
        if word.startswith("-l"):
            address = word[2:] or next(words, "")
            return {"0.0.0.0": LOOPBACK, "::": LOOPBACK_6, "": LOOPBACK}.get(address, address)
    return LOOPBACK_6 if "-6" in arguments else LOOPBACK


def is_user(user: str, group: str, *, home: str, shell: str) -> bool:
    """Whether USER, a line of /etc/passwd, is in GROUP, one of /etc/group, first of all, and has HOME and SHELL."""
    of_user, of_group = user.strip().split(":"), group.strip().split(":")
    return len(of_user) == 7 and len(of_group) == 4 and of_user[3] == of_group[2] and of_user[5:] == [home, shell]
