# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles decide from what modules return and from exit codes, not from text that cluster tools print for people."""

from __future__ import annotations

import pathlib
import re
import typing as t

import pytest
import yaml

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = re.compile(r"pcs$|crm_|crmadmin|cibadmin|stonith_admin|corosync-|attrd_updater")
# corosync-qdevice-tool prints text only, and no other tool says whether the quorum device is connected.
TEXT_ONLY = {"__cluster_device_status"}


def tasks_of(items: t.Any) -> t.Iterator[dict[str, t.Any]]:
    """Each task in ITEMS, those in blocks as well."""
    for item in items or ():
        yield item
        for part in ("block", "rescue", "always"):
            yield from tasks_of(item.get(part))


def answers_of_tools(role: pathlib.Path) -> set[str]:
    """The names under which ROLE keeps what cluster tools have printed."""
    found = set()
    for path in role.glob("tasks/*.yml"):
        for task in tasks_of(yaml.safe_load(path.read_text())):
            argv = (task.get("ansible.builtin.command") or {}).get("argv") or []
            program = str(argv[0] if isinstance(argv, list) and argv else argv).strip("{[ '\"")
            if TOOLS.match(program) and "register" in task:
                found.add(task["register"])
    return found - TEXT_ONLY


@pytest.mark.parametrize("role", sorted((CHECKOUT / "roles").iterdir()), ids=lambda role: role.name)
def test_nothing_is_decided_from_text_that_cluster_tools_print_for_people(role: pathlib.Path) -> None:
    text = "\n".join(path.read_text() for path in role.rglob("*.yml"))
    used = sorted(name for name in answers_of_tools(role) if re.search(rf"\b{name}\.(stdout|stderr)", text))
    assert used == []
