# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decisions of role lighttpd."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .host import Host
from .look import Look, State

PROGRAM = "/usr/sbin/lighttpd"
UNIT = "lighttpd.service"
ABSOLUTE = re.compile(r'/[^"\n]+')
ADDRESS = re.compile(r"([0-9.]+|\[[0-9a-fA-F:.]*\])?")


def problems(values: Mapping[str, t.Any], _host: Host) -> Iterator[str]:
    """Find the problems of the VALUES of the role's variables, one sentence each."""
    port, address = values["ha_lighttpd_port"], values["ha_lighttpd_bind_address"]
    if port not in range(1, 65536):
        yield f"ha_lighttpd_port is {port}; give a port from 1 to 65535."
    if not ADDRESS.fullmatch(address):
        yield (
            f"ha_lighttpd_bind_address is {address}; give an IPv4 address, an IPv6 address in brackets, or leave it"
            " empty."
        )
    for name in ("ha_lighttpd_document_root", "ha_lighttpd_log_directory"):
        if not ABSOLUTE.fullmatch(values[name]):
            yield f"{name} is {values[name]}; give an absolute path without quotation marks."
    types: Mapping[str, str] = values["ha_lighttpd_mime_types"] or {}
    if any(re.search(r'["\n]', str(text)) for text in (*types, *types.values(), *values["ha_lighttpd_index_files"])):
        yield (
            "ha_lighttpd_mime_types or ha_lighttpd_index_files has a quotation mark or a line break in it; remove it."
        )
    if (values["ha_lighttpd_max_connections"] or 0) < 1:
        yield f"ha_lighttpd_max_connections is {values['ha_lighttpd_max_connections']}; give a number above 0."


@dataclass(frozen=True)
class Plan:
    """The steps that are due on a node, and their input.

    - due: the steps: `install`, `configure`, `service`
    - in_cluster: whether lighttpd is a resource of the cluster
    - is_active: whether the cluster runs it on this node
    """

    due: tuple[str, ...]
    in_cluster: bool
    is_active: bool


def plan(
    look: Mapping[str, t.Any],
    *,
    configuration: str,
    listen_configuration: str,
    files: Mapping[str, State],
    directories: Mapping[str, State],
    check_mode: bool,
) -> Plan:
    """Plan from a LOOK at a node.

    CONFIGURATION and LISTEN_CONFIGURATION are the paths of the files that lighttpd reads again on a reload, and only on
    a restart. FILES and DIRECTORIES are those that it should have.
    """
    found = Look.read(look)
    unit = found.units[UNIT]
    installed = found.exists(PROGRAM)
    in_cluster = found.commands["resource"].rc == 0
    is_active = in_cluster and unit.active
    # An interrupted run may have written files that lighttpd doesn't use yet.
    outdated = is_active and (
        found.modified(listen_configuration) > unit.started or found.modified(configuration) > unit.settled
    )
    steps = {
        "install": not installed,
        "configure": bool(found.differing({**files, **directories})) or outdated,
        "service": unit.enabled or (unit.active and not in_cluster),
    }
    # Check mode installs nothing, so there is nothing to compare with on a blank node.
    possible = {"install"} if check_mode and not installed else set(steps)
    return Plan(tuple(step for step in steps if steps[step] and step in possible), in_cluster, is_active)
