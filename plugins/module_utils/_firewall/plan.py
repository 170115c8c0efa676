# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan the changes that give a node the declared packet filter and no other one. Pure."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.iptables import Family, restore_argv
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.machine import UnitState

TIMER = "ha_cluster-iptables-rollback"
# Chains that other programs keep.
FOREIGN_CHAINS = ("CNI-", "DOCKER", "KUBE-", "LIBVIRT_", "NETAVARK", "cali-", "f2b-", "sshguard")
OTHER_FILTERS = ("firewalld.service", "nftables.service", "ufw.service")
MASKED = ("firewalld.service",)  # which can be started through D-Bus when it is disabled
KERNEL_MODULE = "nft_compat"  # lets the programs of iptables talk to nftables, in which the kernel keeps the rules


@dataclass(frozen=True)
class Boot:
    """What loads the rules at boot: units of systemd, and a file for each version of IP."""

    units: tuple[str, ...]
    files: Mapping[str, str]


DEBIAN = Boot(("netfilter-persistent.service",), {"ipv4": "/etc/iptables/rules.v4", "ipv6": "/etc/iptables/rules.v6"})
RED_HAT = Boot(
    ("iptables.service", "ip6tables.service"),
    {"ipv4": "/etc/sysconfig/iptables", "ipv6": "/etc/sysconfig/ip6tables"},
)


@dataclass(frozen=True)
class Plan:
    """What has to change.

    stop, disable, mask: other packet filters that run, that start at boot, that could be started otherwise
    enable: units that load the rules at boot
    missing: programs, a kernel module and units that have to be installed first
    is_settling: the node is about to return to the filter from before an interrupted run
    """

    families: tuple[Family, ...]
    stop: tuple[str, ...] = ()
    disable: tuple[str, ...] = ()
    mask: tuple[str, ...] = ()
    enable: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    missing_units: tuple[str, ...] = ()
    is_settling: bool = False

    @property
    def to_load(self) -> tuple[Family, ...]:
        """The rules to load. Where other filters stop, all of them: stopping those may flush what is loaded."""
        return tuple(family for family in self.families if self.stop or family.load)

    @property
    def is_loaded(self) -> bool:
        """Whether the declared filter is in force, and no other one."""
        return not self.to_load and not self.stop

    @property
    def to_persist(self) -> tuple[Family, ...]:
        return tuple(family for family in self.families if family.persist)

    @property
    def is_persistent(self) -> bool:
        """Whether the declared filter, and no other one, comes back at boot."""
        return not (self.to_persist or self.disable or self.mask or self.enable or self.missing_units)

    def diff(self) -> list[dict[str, str]]:
        """What changes, as Ansible shows it."""
        found = [entry for family in self.families for entry in family.diff()]
        steps = {"stop": self.stop, "disable": self.disable, "mask": self.mask, "enable": self.enable}
        lines = "".join(f"{step} {unit}\n" for step, units in steps.items() for unit in units)
        if lines:
            header = "systemd units"
            found.append({"before_header": header, "after_header": header, "before": "", "after": lines})
        return found


def make_plan(
    families: Sequence[Family],
    units: Mapping[str, UnitState],
    boot: Boot,
    others: Sequence[str],
    missing: Sequence[str],
) -> Plan:
    """The plan for a node with these FAMILIES of rules and states of UNITS, MISSING some programs.

    OTHERS: the units of the packet filters to put aside.
    """
    return Plan(
        tuple(families),
        stop=tuple(name for name in others if units[name].active),
        disable=tuple(name for name in others if units[name].enabled),
        mask=tuple(name for name in others if name in MASKED and units[name].loaded),
        enable=tuple(name for name in boot.units if not units[name].enabled),
        missing=tuple(missing),
        missing_units=tuple(name for name in boot.units if not units[name].loaded),
        is_settling=units[f"{TIMER}.timer"].active,
    )


def rollback_commands(files: Mapping[str, str], units: Sequence[str], ruleset: str | None) -> list[list[str]]:
    """What brings the packet filter from before back, in this order: UNITS, which some of it came from; table filter
    from FILES, one for each version of IP, because units load more or less than what was there; and the file RULESET
    with all rules of nftables, where there is one."""
    return [
        *([["systemctl", "start", *units]] if units else []),
        *(restore_argv(version, path, "--wait", "10") for version, path in files.items()),
        *([["nft", "-f", ruleset]] if ruleset else []),
    ]


def rollback_argv(commands: Iterable[Sequence[str]], timeout: int) -> list[str]:
    """The command that sets a timer, which runs COMMANDS after TIMEOUT seconds, each whether or not the others work."""
    return [
        "systemd-run",
        "--collect",
        f"--unit={TIMER}",
        "--description=Return to the packet filter from before an Ansible run",
        f"--on-active={timeout}s",
        "--timer-property=AccuracySec=100ms",
        "/bin/sh",
        "-c",
        "\n".join(map(shlex.join, commands)),  # systemd 252 can't reload a transient unit with a semicolon
    ]


def what_is_missing(plan: Plan) -> str:
    """One sentence that tells what has to be installed."""
    names = [*plan.missing, *plan.missing_units]
    module = (
        f" The kernel that runs has no module {KERNEL_MODULE}, which iptables needs; install the modules of that kernel"
        " (kernel-modules-extra on EL 10), or reboot into a kernel that has them."
        if KERNEL_MODULE in names
        else ""
    )
    return f"This host lacks {', '.join(names)}.{module}"
