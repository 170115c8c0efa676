# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tasks that the pages of the documentation show work in their order, and a second time change nothing."""

from __future__ import annotations

import json
import re
from typing import Any

import documented_tasks
import pytest

from .conftest import Guest
from .test_modules import succeed

PAGES = ("recipes", "fencing", "migrating")
NODES = '<nodes><node id="1" uname="node1"/><node id="2" uname="web1"/></nodes>'
BEFOREHAND: dict[str, Any] = {
    "properties": {"stonith-enabled": False},
    "resources": [{"id": name, "agent": "ocf:pacemaker:Dummy"} for name in ("web", "database")],
}


def filled_in(args: dict[str, Any]) -> dict[str, Any]:
    """ARGS with something in place of each variable."""
    filled: dict[str, Any] = json.loads(re.sub(r"\{\{.*?\}\}", "something", json.dumps(args)))
    return filled


@pytest.mark.parametrize("page", PAGES)
def test_recipes(guest: Guest, cib: str, page: str) -> None:
    tasks = documented_tasks.tasks(documented_tasks.CHECKOUT / "docs" / f"{page}.md")
    assert tasks
    guest.write(cib, guest.command("cibadmin", "--empty")["stdout"].replace("<nodes/>", NODES))
    if page == "migrating":
        succeed(guest.module("pcs_cib", cib_file=cib, **BEFOREHAND))
    for task in tasks:
        args = {**filled_in(task.args), "cib_file": cib}
        first = succeed(guest.module(task.module, **args))
        assert first["changed"] is True, task.name
        again = succeed(guest.module(task.module, **args))
        assert again["changed"] is False, (task.name, again["diff"])
