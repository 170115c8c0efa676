# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role lighttpd: what it requires of its input, and what it does on a node."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles.host import Host
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles.lighttpd import plan, problems

VALUES = {
    "ha_lighttpd_port": 80,
    "ha_lighttpd_bind_address": "",
    "ha_lighttpd_document_root": "/srv/www",
    "ha_lighttpd_log_directory": "/var/log/lighttpd",
    "ha_lighttpd_mime_types": None,
    "ha_lighttpd_index_files": [],
    "ha_lighttpd_max_connections": 1024,
}
MAIN, LISTEN, LOGS = "/etc/lighttpd/lighttpd.conf", "/etc/lighttpd/listen.conf", "/var/log/lighttpd"
A_B_C = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # SHA-256 of "abc"
FILE = {"exists": True, "sha256": A_B_C, "mode": "0644", "mtime": 100.0}


def look(*, resource: int = 0, files: dict[str, Any] | None = None, **unit: Any) -> dict[str, Any]:
    """A node with all that it should have, whose lighttpd runs since the second 200."""
    state = {"loaded": True, "active": True, "enabled": False, "started": 200.0, "settled": 200.0, "outdated": False}
    found = {"/usr/sbin/lighttpd": FILE, MAIN: FILE, LISTEN: FILE, LOGS: {"exists": True, "mode": "0750"}}
    return {
        "packages": {},
        "units": {"lighttpd.service": {**state, **unit}},
        "files": {**found, **(files or {})},
        "texts": {},
        "closed": [],
        "commands": {"resource": {"rc": resource, "stdout": "", "stderr": ""}},
    }


def due(found: dict[str, Any], *, check_mode: bool = False) -> tuple[str, ...]:
    wanted = {path: {"content": "abc", "mode": "0644"} for path in (MAIN, LISTEN)}
    return plan(
        found,
        configuration=MAIN,
        listen_configuration=LISTEN,
        files=wanted,
        directories={LOGS: {"mode": "0750"}},
        check_mode=check_mode,
    ).due


@pytest.mark.parametrize(
    ("found", "steps"),
    [
        (look(), ()),
        (look(active=False), ()),
        (look(files={MAIN: {**FILE, "sha256": "other"}}), ("configure",)),
        (look(files={LOGS: {"exists": False}}), ("configure",)),
        (look(enabled=True), ("service",)),
        (look(resource=105), ("service",)),
        (look(resource=105, active=False), ()),
    ],
    ids=["as wanted", "stopped", "another file", "no folder", "starts at boot", "runs by itself", "no resource"],
)
def test_steps_with_something_to_do(found: dict[str, Any], steps: tuple[str, ...]) -> None:
    assert due(found) == steps


@pytest.mark.parametrize(
    ("path", "times", "steps"),
    [
        (LISTEN, {}, ("configure",)),
        (LISTEN, {"settled": 400.0}, ("configure",)),  # a reload doesn't read it
        (MAIN, {}, ("configure",)),
        (MAIN, {"settled": 400.0}, ()),
        (MAIN, {"active": False}, ()),
    ],
)
def test_files_newer_than_what_runs_are_used(path: str, times: dict[str, Any], steps: tuple[str, ...]) -> None:
    assert due(look(files={path: {**FILE, "mtime": 300.0}}, **times)) == steps


def test_check_mode_foresees_only_the_installation_on_a_blank_node() -> None:
    nothing = {"exists": False}
    blank = look(active=False, resource=127, files=dict.fromkeys(("/usr/sbin/lighttpd", MAIN, LISTEN, LOGS), nothing))
    assert due(blank, check_mode=True) == ("install",)
    assert due(blank) == ("install", "configure")


def test_good_input_has_no_problems() -> None:
    types = {".html": "text/html"}
    for values in ({}, {"ha_lighttpd_bind_address": "[::]"}, {"ha_lighttpd_mime_types": types}):
        assert list(problems({**VALUES, **values}, Host("node1"))) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ha_lighttpd_port", 0),
        ("ha_lighttpd_port", 65536),
        ("ha_lighttpd_bind_address", "web.example.com"),
        ("ha_lighttpd_bind_address", "::1"),
        ("ha_lighttpd_document_root", "srv"),
        ("ha_lighttpd_document_root", "/srv\n"),
        ("ha_lighttpd_log_directory", '/var/"log"'),
        ("ha_lighttpd_mime_types", {".a": 'text/"'}),
        ("ha_lighttpd_index_files", ['in"dex']),
        ("ha_lighttpd_max_connections", 0),
        ("ha_lighttpd_max_connections", None),
    ],
)
def test_each_mistake_is_named(name: str, value: Any) -> None:
    (text,) = problems({**VALUES, name: value}, Host("node1"))
    assert name in text
