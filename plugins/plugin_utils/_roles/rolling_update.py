# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decisions of role rolling_update."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.node_names import addresses_by_node

from .host import Host
from .look import Look

# The families of distributions whose packages the role updates: with apt, and with dnf.
FAMILIES = ("Debian", "RedHat")

REBOOT_FILE = "/run/reboot-required"
# Its exit code is 1 when a reboot is needed, and also when dnf has no such command. Only the words on standard output
# tell them apart.
REBOOT_COMMAND = ("env", "LC_ALL=C.UTF-8", "dnf", "needs-restarting", "--reboothint")
REBOOT_WORDS = "Reboot is required"


def problems(values: Mapping[str, t.Any], host: Host) -> Iterator[str]:
    """Find the problems of the VALUES of the role's variables on HOST, one sentence each."""
    nodes = addresses_by_node(values["ha_nodes"])
    if host.name not in nodes:
        yield (
            f"Host {host.name} is not in ha_nodes, which names the cluster's nodes ({', '.join(nodes)}). Add it there,"
            " or remove it from the hosts of this play."
        )


def plan_reboot_commands(family: str, *, reboot: str) -> dict[str, tuple[str, ...]]:
    """Plan the commands that ask a node whether it needs a reboot. Debian's FAMILY has a file instead.

    REBOOT: when the role reboots a node. If it never does, a node need not be able to tell.
    """
    return {"hint": REBOOT_COMMAND} if family == "RedHat" and reboot != "never" else {}


@dataclass(frozen=True)
class Reboot:
    """The answer of a node: whether it needs a reboot, and the reason if it can't tell."""

    wanted: bool
    refusal: str


def plan_reboot(look: Mapping[str, t.Any], *, host: str, manager: str) -> Reboot:
    """Read the answer of the node HOST from a LOOK at it. MANAGER is its package manager."""
    found = Look.read(look)
    hint = found.commands.get("hint")
    if hint is None or hint.rc == 0:
        return Reboot(found.exists(REBOOT_FILE), "")
    if REBOOT_WORDS in hint.stdout:
        return Reboot(wanted=True, refusal="")
    package = "dnf5-plugins" if manager == "dnf5" else "dnf-plugins-core"
    return Reboot(
        wanted=False,
        refusal=(
            f"Host {host} can't tell whether it needs a reboot: `dnf needs-restarting` says"
            f' "{hint.stderr.strip()}". Install the package {package} there, which ha_extra_packages can do, or set'
            " ha_update_reboot: never and reboot it yourself."
        ),
    )
