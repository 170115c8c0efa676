# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role qnetd: what it requires of its input, and what it does on a host."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
import yaml
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles import qnetd
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles.host import Host
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles.qnetd import plan, problems

CHECKOUT = pathlib.Path(__file__).resolve().parents[4]
VALUES = {"ha_qnetd_port": 5403, "ha_pcsd_port": 2224, "ha_qnetd_arguments": [], "ha_nodes": ["node1", "node2"]}
PASSWORD = "Hello world!"
# Made by `openssl passwd -6 -salt saltstring "Hello world!"`.
HASH = "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1"
PATH = "/etc/default/corosync-qnetd"
A_B_C = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # SHA-256 of "abc"
FILE = {"exists": True, "sha256": A_B_C, "mode": "0644", "mtime": 100.0}
NOTHING = {"exists": False}
RUNS = {"loaded": True, "active": True, "enabled": True, "started": 200.0, "settled": 200.0, "outdated": False}
COMMANDS = {
    "user": "hacluster:x:106:112::/var/lib/pacemaker:/usr/sbin/nologin\n",
    "group": "haclient:x:112:\n",
    "shadow": f"hacluster:{HASH}:20000::::::\n",
}


def look(
    *,
    packages: dict[str, bool] | None = None,
    units: dict[str, dict[str, Any]] | None = None,
    files: dict[str, Any] | None = None,
    closed: tuple[str, ...] = (),
    **commands: str,
) -> dict[str, Any]:
    """An arbitrator with all that it should have, which runs since the second 200."""
    return {
        "packages": {"corosync-qnetd": True, "pcs": True, **(packages or {})},
        "units": {"corosync-qnetd.service": RUNS, "pcsd.service": RUNS, **(units or {})},
        "files": {"/etc/corosync/qnetd/nssdb/cert9.db": FILE, PATH: FILE, **(files or {})},
        "texts": {},
        "closed": list(closed),
        "commands": {name: {"rc": 0, "stdout": text} for name, text in {**COMMANDS, **commands}.items()},
    }


def due(found: dict[str, Any], *, password: str = PASSWORD, check_mode: bool = False) -> tuple[str, ...]:
    return plan(
        found,
        files={PATH: {"content": "abc", "mode": "0644"}},
        arguments=[],
        home="/var/lib/pacemaker",
        shell="/usr/sbin/nologin",
        password=password,
        check_mode=check_mode,
    ).due


@pytest.mark.parametrize(
    ("found", "steps"),
    [
        (look(), ()),
        (look(packages={"pcs": False}), ("install",)),
        (look(user=""), ("user",)),
        (look(group=""), ("user",)),
        (look(group="haclient:x:113:\n"), ("user",)),
        (look(user="hacluster:x:106:112::/home/hacluster:/usr/sbin/nologin\n"), ("user",)),
        (look(user="hacluster:x:106:112::/var/lib/pacemaker:/bin/sh\n"), ("user",)),
        (look(shadow=""), ("password",)),
        (look(shadow="hacluster:!:20000::::::\n"), ("password",)),
        (look(files={"/etc/corosync/qnetd/nssdb/cert9.db": NOTHING}), ("certificate",)),
        (look(files={PATH: NOTHING}), ("service",)),
        (look(files={PATH: {**FILE, "sha256": "other"}}), ("service",)),
        (look(files={PATH: {**FILE, "mode": "0600"}}), ("service",)),
        (look(files={PATH: {**FILE, "mtime": 300.0}}), ("service",)),
        (look(closed=("firewall-cmd --zone=public --add-port=5403/tcp",)), ("service",)),
        (look(units={"pcsd.service": {**RUNS, "active": False}}), ("service",)),
        (look(units={"pcsd.service": {**RUNS, "enabled": False}}), ("service",)),
        (look(units={"corosync-qnetd.service": {**RUNS, "active": False}}), ("service",)),
        (look(units={"corosync-qnetd.service": {**RUNS, "enabled": False}}), ("service",)),
        (look(units={"pcsd.service": {**RUNS, "started": 50.0}}), ()),  # it doesn't read the file
    ],
)
def test_steps_with_something_to_do(found: dict[str, Any], steps: tuple[str, ...]) -> None:
    assert due(found) == steps


def test_another_password_is_set() -> None:
    assert due(look(), password="another") == ("password",)


def test_the_packages_to_install_are_those_that_are_missing() -> None:
    found = look(packages={"pcs": False})
    assert plan(found, files={}, arguments=[], home="", shell="", password=PASSWORD, check_mode=False).missing == (
        "pcs",
    )


def test_check_mode_foresees_only_packages_and_user_on_a_blank_host() -> None:
    blank = look(
        packages={"pcs": False, "corosync-qnetd": False},
        units={"corosync-qnetd.service": {}, "pcsd.service": {}},
        files=dict.fromkeys((PATH, "/etc/corosync/qnetd/nssdb/cert9.db"), NOTHING),
        **dict.fromkeys(COMMANDS, ""),
    )
    assert due(blank, check_mode=True) == ("install", "user")
    assert due(blank) == ("install", "user", "password", "certificate", "service")
    installed = {**blank, "packages": {"corosync-qnetd": True, "pcs": True}}
    assert due(installed, check_mode=True) == ("user", "password", "certificate", "service")


def test_the_role_looks_at_all_that_the_plan_asks_for() -> None:
    (task,) = yaml.safe_load((CHECKOUT / "roles/qnetd/tasks/look.yml").read_text())
    asked = task["quorate.ha_cluster.internal_machine_info"]
    assert asked["units"] == [qnetd.QNETD, qnetd.PCSD]
    assert set(asked["commands"]) == set(COMMANDS)
    variables = yaml.safe_load((CHECKOUT / "roles/qnetd/vars/main.yml").read_text())
    assert variables["__qnetd_database"] == qnetd.DATABASE


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"ha_nodes": None},
        {"ha_nodes": {"node1": {"cluster": "192.0.2.1"}}},
        {"ha_qnetd_arguments": ["-l", "192.0.2.9"]},
        {"ha_qnetd_arguments": None},
        {"ha_qnetd_port": 1, "ha_pcsd_port": 65535},
    ],
    ids=str,
)
def test_good_input_has_no_problems(values: dict[str, Any]) -> None:
    assert list(problems({**VALUES, **values}, Host("arbiter"))) == []


def test_the_nodes_need_not_be_known() -> None:
    assert list(problems({name: VALUES[name] for name in VALUES if name != "ha_nodes"}, Host("arbiter"))) == []


PORTS = "ha_qnetd_port is {} and ha_pcsd_port {}. Give two different ports from 1 to 65535."


@pytest.mark.parametrize(
    ("host", "values", "text"),
    [
        (
            "node1",
            {},
            "node1 is in ha_nodes, and a node can't be its own cluster's arbitrator: its vote would go down with it."
            " Remove it from this play's hosts.",
        ),
        ("arbiter", {"ha_qnetd_port": 0}, PORTS.format(0, 2224)),
        ("arbiter", {"ha_pcsd_port": 65536}, PORTS.format(5403, 65536)),
        ("arbiter", {"ha_pcsd_port": 5403}, PORTS.format(5403, 5403)),
        (
            "arbiter",
            {"ha_qnetd_arguments": ["-l", "-a -b", "'x'"]},
            "ha_qnetd_arguments has -a -b 'x', which the file that systemd reads can't hold. Give each argument as an"
            " item of its own, without quotes.",
        ),
        (
            "arbiter",
            {"ha_qnetd_arguments": ["-l\n"]},
            "ha_qnetd_arguments has -l\n, which the file that systemd reads can't hold. Give each argument as an item"
            " of its own, without quotes.",
        ),
    ],
)
def test_each_mistake_is_told(host: str, values: dict[str, Any], text: str) -> None:
    assert list(problems({**VALUES, **values}, Host(host))) == [text]


@pytest.mark.parametrize(
    ("arguments", "address"),
    [
        ([], "127.0.0.1"),
        (["-4"], "127.0.0.1"),
        (["-6"], "::1"),
        (["-l", "192.0.2.9"], "192.0.2.9"),
        (["-m", "3", "-l192.0.2.9"], "192.0.2.9"),
        (["-l", "::"], "::1"),
        (["-l", "0.0.0.0"], "127.0.0.1"),
    ],
)
def test_address_at_which_qnetd_is_awaited(arguments: list[str], address: str) -> None:
    assert qnetd.own_address(arguments) == address
