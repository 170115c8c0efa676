# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role rolling_update asks each family of distributions in its own way whether a node needs a reboot."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles.rolling_update import (
    Reboot,
    plan_reboot,
    plan_reboot_commands,
)

QUESTION = ("env", "LC_ALL=C.UTF-8", "dnf", "needs-restarting", "--reboothint")


def look(*, file: bool = False, **hint: t.Any) -> dict[str, t.Any]:
    """What internal_machine_info returns. HINT: how dnf ended, where it was asked."""
    return {
        "packages": {},
        "units": {},
        "texts": {},
        "closed": [],
        "files": {"/run/reboot-required": {"exists": file}},
        "commands": {"hint": {"stdout": "", "stderr": "", **hint}} if hint else {},
    }


@pytest.mark.parametrize(
    ("family", "reboot", "commands"),
    [
        ("Debian", "auto", {}),
        ("RedHat", "auto", {"hint": QUESTION}),
        ("RedHat", "always", {"hint": QUESTION}),
        ("RedHat", "never", {}),
    ],
)
def test_dnf_is_asked_where_the_role_reboots(family: str, reboot: str, commands: dict[str, tuple[str, ...]]) -> None:
    assert plan_reboot_commands(family, reboot=reboot) == commands


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (look(), False),
        (look(file=True), True),
        (look(rc=0, stdout="Reboot should not be necessary.\n"), False),
        (look(rc=1, stdout="Core libraries have been updated.\nReboot is required to fully use them.\n"), True),
    ],
)
def test_a_node_tells_whether_it_needs_a_reboot(found: dict[str, t.Any], wanted: bool) -> None:
    assert plan_reboot(found, host="node1", manager="dnf") == Reboot(wanted=wanted, refusal="")


@pytest.mark.parametrize(("manager", "package"), [("dnf", "dnf-plugins-core"), ("dnf5", "dnf5-plugins")])
def test_a_node_without_the_command_is_refused(manager: str, package: str) -> None:
    found = look(rc=1, stderr="No such command: needs-restarting.\n")
    assert plan_reboot(found, host="node1", manager=manager) == Reboot(
        wanted=False,
        refusal=(
            "Host node1 can't tell whether it needs a reboot: `dnf needs-restarting` says \"No such command:"
            f' needs-restarting.". Install the package {package} there, which ha_extra_packages can do, or set'
            " ha_update_reboot: never and reboot it yourself."
        ),
    )
