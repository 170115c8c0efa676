# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where pcs can't be imported, the plain command is started for each change, and comes to the very same CIB."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from .conftest import Guest
from .test_modules import LIVES, succeed

PCS = "/usr/sbin/pcs"
NO_PYTHON_PROGRAM = '#!/bin/sh\nexec /tmp/real/pcs "$@"\n'
NO_SUCH_MODULE = '#!/usr/bin/python3 -S\nimport os, sys\nos.execv("/tmp/real/pcs", ["pcs", *sys.argv[1:]])\n'
DECLARATIONS: list[dict[str, Any]] = [
    {
        "properties": {"no-quorum-policy": "freeze", "stonith-enabled": False},
        "resource_defaults": {"resource-stickiness": 5},
        "resources": [
            {"id": name, "agent": "ocf:pacemaker:Stateful", "meta": {"priority": 2}, "utilization": {"cpu": 1}}
            for name in ("d1", "d2", "d3")
        ],
        "groups": [{"id": "g", "members": ["d2", "d1"]}],
        "clones": [{"resource": "d3", "promotable": True}],
        "locations": [
            {"id": "by-score", "resource": "g", "node": "n1", "score": -5},
            {"id": "by-rule", "resource": "d3", "rule": "#uname eq n1 or defined pingd", "score": 10},
        ],
        "colocations": [{"resource": "g", "with": "d3", "with_role": "Promoted", "score": "-INFINITY"}],
        "orders": [{"first": "d3", "first_action": "promote", "then": "g", "then_action": "start"}],
    },
    {
        "resources": [
            {"id": "d1", "meta": {"priority": None}, "operations": [{"name": "stop", "timeout": "2min"}]},
            {"id": "d3", "state": "absent"},
        ],
        "groups": [{"id": "g", "members": ["d1", "d2"]}],
        "locations": [{"id": "by-score", "score": 7}],
    },
]


@contextmanager
def disguised(guest: Guest, wrapper: str, *, executable: bool = True) -> Iterator[None]:
    """The release with WRAPPER in place of pcs; without any, where that isn't EXECUTABLE."""
    guest.command("mkdir", "-p", "/tmp/real")
    guest.command("cp", PCS, "/tmp/real/pcs")
    guest.write("/tmp/real/wrapper", wrapper)
    guest.command("chmod", "+x" if executable else "-x", "/tmp/real/wrapper")
    assert guest.command("mount", "--bind", "/tmp/real/wrapper", PCS)["rc"] == 0
    try:
        yield
    finally:
        assert guest.command("umount", PCS)["rc"] == 0


def live_through(guest: Guest, cib: str) -> list[tuple[Any, Any, str]]:
    """The result of each declaration: the diff, the commands, and the CIB but for the time of the last change."""
    results = []
    for declared in DECLARATIONS:
        result = succeed(guest.module("pcs_cib", cib_file=cib, **declared))
        assert result["changed"]
        text = re.sub(r' (cib-last-written|epoch|num_updates)="[^"]*"', "", guest.read(cib))
        results.append((result["diff"], result["commands"], text))
        assert not succeed(guest.module("pcs_cib", cib_file=cib, **declared))["changed"]
    return results


@pytest.mark.parametrize("wrapper", [NO_PYTHON_PROGRAM, NO_SUCH_MODULE], ids=["no-python-program", "no-such-module"])
def test_plain_command_comes_to_the_same(guest: Guest, cib: str, wrapper: str) -> None:
    forked = live_through(guest, cib)
    with disguised(guest, wrapper):
        assert live_through(guest, f"{cib}.plain") == forked


def test_plain_command_is_told_no_secret(guest: Guest, cib: str) -> None:
    _needed, steps = LIVES["pcs_stonith"]
    with disguised(guest, NO_PYTHON_PROGRAM):
        result = guest.module("pcs_stonith", cib_file=cib, **steps[0])
    assert "has a secret" in result["msg"]
    assert "s3cr3t" not in str(result)
    assert guest.command("test", "-e", cib)["rc"] == 1


def test_a_refusal_is_told_alike(guest: Guest, cib: str) -> None:
    declared = {"id": "ip", "agent": "ocf:heartbeat:IPaddr2", "options": {"ip": "192.0.2.1", "cidr_netmsk": 24}}
    forked = guest.module("pcs_resource", cib_file=cib, **declared)
    with disguised(guest, NO_SUCH_MODULE):
        plain = guest.module("pcs_resource", cib_file=cib, **declared)
    assert "did you mean 'cidr_netmask'?" in forked["msg"]
    assert plain["msg"] == forked["msg"]
