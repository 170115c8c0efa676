# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The packet filter of the node: inspect it, load another one with a way back, make it permanent."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import time
import typing as t
from collections.abc import Iterator, Sequence

from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.iptables import (
    PROGRAMS,
    Family,
    compare,
    restore_argv,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.lockout import (
    absent_interfaces,
    parse_connection,
    why_locked_out,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.plan import (
    DEBIAN,
    KERNEL_MODULE,
    RED_HAT,
    TIMER,
    Boot,
    Plan,
    make_plan,
    rollback_argv,
    rollback_commands,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.rules import Filter, restore_text
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.machine import (
    read_text,
    unit_states,
    uses_dpkg,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.private_file import (
    Access,
    Labeller,
    keep_label,
    make_folder,
    put_in_place,
    told,
    write_beside,
    write_private,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import Runner

Write = t.Callable[[str, str], None]

# Loads stdin in a network namespace that ends with the shell, and prints what came of it.
TRIAL = '"$1"-restore && "$1"-save -t filter'
IPV6 = "/proc/sys/net/ipv6"
PREFIX = "/run/ha_cluster-iptables"
NFTABLES = "nftables.service"
LEFT_BEHIND = {"firewalld.service": ("inet", "firewalld")}  # tables of nftables that a unit may leave when it stops
SSH_CONNECTION = b"SSH_CONNECTION="
NO_SUCH_UNIT = 5  # what systemctl stop ends with
RULES = Access(0o640, 0, 0)


# --- look ------------------------------------------------------------------------------------------------------------


def boot_of_node() -> Boot:
    """What loads rules at boot in the family of distributions that this node is of."""
    return DEBIAN if uses_dpkg() else RED_HAT


def look(
    runner: Runner, wanted: Filter, foreign_chains: Sequence[str], others: Sequence[str], boot: Boot | None = None
) -> Plan:
    """Compare the node with the filter that is WANTED. Raises ClusterError where iptables refuses its rules."""
    boot = boot or boot_of_node()
    versions = [version for version in PROGRAMS if version != "ipv6" or os.path.exists(IPV6)]
    units = unit_states(runner, [*others, *boot.units, f"{TIMER}.timer"])
    families = [_family(runner, version, wanted, boot, foreign_chains) for version in versions]
    missing = [f"{PROGRAMS[version]}-restore" for version in versions if not _is_installed(runner, version)]
    missing += [KERNEL_MODULE] if any(family.module_missing for family in families) else []
    return make_plan(families, units, boot, others, missing)


def _is_installed(runner: Runner, version: str) -> bool:
    return runner.find(f"{PROGRAMS[version]}-restore") is not None


def _family(runner: Runner, version: str, wanted: Filter, boot: Boot, foreign_chains: Sequence[str]) -> Family:
    text, path = restore_text(wanted, version), boot.files[version]
    without = compare(version, text, "", path, read_text(path), foreign_chains)
    if not _is_installed(runner, version):
        return without
    program = PROGRAMS[version]
    trial = runner.run(["unshare", "--net", "sh", "-c", TRIAL, "sh", program], stdin=text)
    if trial.rc != 0:
        if _lacks_module(runner, program):
            return dataclasses.replace(without, module_missing=True)
        raise ClusterError(f"{program}-restore does not accept the rules: {trial.message}")
    loaded = _must_run(runner, [f"{program}-save", "-t", "filter"])
    return compare(version, trial.stdout, loaded, path, without.persistent, foreign_chains)


def _lacks_module(runner: Runner, program: str) -> bool:
    """Whether this PROGRAM needs nftables' module for iptables, and the kernel that runs has none."""
    if "nf_tables" not in runner.run([program, "--version"]).stdout or runner.find("modprobe") is None:
        return False
    return runner.run(["modprobe", "--dry-run", "--quiet", KERNEL_MODULE]).rc != 0


# --- check -----------------------------------------------------------------------------------------------------------


def check_fit(runner: Runner, wanted: Filter, *, lockout_check: bool, connection: str | None = None) -> None:
    """Raise ClusterError where the node lacks an interface that the filter is for, or, with LOCKOUT_CHECK, where the
    filter would not let in the SSH connection that this process belongs to."""
    interfaces = addresses_by_interface(runner)
    absent = absent_interfaces(wanted, interfaces)
    if absent:
        names = ", ".join(f"{interface} (network {name})" for name, interface in absent.items())
        raise ClusterError(f"This host has no interface {names}; it has {', '.join(sorted(interfaces))}.")
    there = parse_connection(ssh_connection() if connection is None else connection) if lockout_check else None
    why = why_locked_out(wanted, there, interfaces) if there else ""
    if why:
        raise ClusterError(
            f"{why} Correct networks or accept; if a rule in rules lets Ansible in, set lockout_check: false."
        )


def addresses_by_interface(runner: Runner) -> dict[str, list[str]]:
    """The interfaces of the node with their addresses."""
    shown: list[dict[str, t.Any]] = json.loads(_must_run(runner, ["ip", "-json", "address", "show"]) or "[]")
    return {
        link["ifname"]: [str(each.get("local", "")) for each in link.get("addr_info", ())]
        for link in shown
        if link.get("ifname")
    }


def ssh_connection(proc: str = "/proc", pid: int | None = None) -> str:
    """The SSH connection that this process was started by. sudo takes the variable out of the environment, so the
    processes above are asked, too. Empty where there is none."""
    for environment in _environments(pathlib.Path(proc), os.getpid() if pid is None else pid):
        for entry in environment.split(b"\0"):
            if entry.startswith(SSH_CONNECTION):
                return entry[len(SSH_CONNECTION) :].decode("ascii", "replace")
    return ""


def _environments(proc: pathlib.Path, pid: int) -> Iterator[bytes]:
    """The environments of the process PID and of those above it."""
    while pid > 1:
        try:
            yield (proc / str(pid) / "environ").read_bytes()
            pid = int((proc / str(pid) / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            return


# --- load ------------------------------------------------------------------------------------------------------------


def load(runner: Runner, plan: Plan, timeout: int, write: Write = write_private) -> None:
    """Load the rules of PLAN, once the timer is set that brings the old filter back. Raises ClusterError."""
    new, old = (
        {family.version: f"{PREFIX}.{family.version}.{name}" for family in plan.to_load} for name in ("new", "old")
    )
    for family in plan.to_load:
        write(new[family.version], family.wanted.render())
        write(old[family.version], family.loaded.render())
    back = rollback_commands(old, plan.stop, _keep_ruleset(runner, plan.stop, write))
    rules = [restore_argv(version, path) for version, path in new.items()]
    # The new rules come before the others go, so that something filters all the time, and again after, because units
    # flush more than their own rules when they stop.
    for argv in (rollback_argv(back, timeout), *rules):
        _must_run(runner, argv)
    if plan.stop:
        _must_run(runner, ["systemctl", "stop", *plan.stop])
        _remove_left_behind(runner, plan.stop)
        for argv in rules:
            _must_run(runner, argv)


def _keep_ruleset(runner: Runner, units: Sequence[str], write: Write) -> str | None:
    """Keep all rules of nftables in a file where stopping UNITS flushes them. None where nft can't read its own words,
    as with some rules of iptables."""
    if NFTABLES not in units or runner.find("nft") is None:
        return None
    path = f"{PREFIX}.ruleset"
    write(path, f"flush ruleset\n{runner.run(['nft', '--stateless', 'list', 'ruleset']).stdout}")
    return path if runner.run(["nft", "--check", "-f", path]).rc == 0 else None


def _remove_left_behind(runner: Runner, units: Sequence[str]) -> None:
    """Remove the tables that UNITS have left behind: firewalld takes its own away unless it is stopped while it still
    starts, and it reports that it has started before it is ready."""
    for unit in set(units) & set(LEFT_BEHIND):
        table = LEFT_BEHIND[unit]
        if runner.find("nft") and runner.run(["nft", "list", "table", *table]).rc == 0:
            _must_run(runner, ["nft", "delete", "table", *table])


# --- confirm ---------------------------------------------------------------------------------------------------------


def call_off(runner: Runner, sleep: t.Callable[[float], None] = time.sleep) -> None:
    """Stop the timer. If it has gone off already, wait until the old filter is back."""
    stopped = runner.run(["systemctl", "stop", f"{TIMER}.timer"])
    if stopped.rc not in (0, NO_SUCH_UNIT):
        raise ClusterError(f"systemctl: {stopped.message}")
    while runner.run(["systemctl", "is-active", "--quiet", f"{TIMER}.service"]).rc == 0:
        sleep(0.5)


def persist(runner: Runner, plan: Plan, label: Labeller = keep_label) -> None:
    """Have the rules of PLAN loaded at boot, and the other filters not."""
    for family in plan.to_persist:
        _write_rules(runner, family, label)
    for step, units in (("enable", plan.enable), ("disable", plan.disable), ("mask", plan.mask)):
        if units:
            _must_run(runner, ["systemctl", step, *units])


def _write_rules(runner: Runner, family: Family, label: Labeller) -> None:
    """Write the file that boot loads, once iptables-restore has read it."""
    folder = os.path.dirname(family.path)
    with told(family.path):
        if not os.path.isdir(folder):
            make_folder(folder, Access(0o755, 0, 0), label)
        temporary = write_beside(family.path, family.wanted_persistent.encode(), RULES, label)
        try:
            _must_run(runner, [f"{PROGRAMS[family.version]}-restore", "--test", temporary])
        except ClusterError:
            pathlib.Path(temporary).unlink(missing_ok=True)
            raise
        put_in_place(temporary, family.path)


def _must_run(runner: Runner, argv: list[str]) -> str:
    done = runner.run(argv)
    if done.rc != 0:
        raise ClusterError(f"{argv[0]}: {done.message}")
    return done.stdout
