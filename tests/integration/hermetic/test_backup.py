# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A configuration is saved and comes back by the real tools of Pacemaker, which play the cluster on a file."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Guest
from .test_modules import succeed
from .test_push import epoch, start

CONFIGURATION: dict[str, Any] = {
    "properties": {"no-quorum-policy": "freeze"},
    "resource_defaults": {"resource-stickiness": 7},
    "resources": [
        *({"id": name, "agent": "ocf:pacemaker:Dummy"} for name in ("d1", "d2", "d3")),
        {"id": "s1", "agent": "ocf:pacemaker:Stateful"},
    ],
    "stonith": [{"id": "fence", "agent": "fence_ipmilan", "options": {"ip": "192.0.2.1", "password": "sesame"}}],
    "groups": [{"id": "g", "members": ["d2", "d1"]}],
    "clones": [{"resource": "s1", "promotable": True}],
    "locations": [{"id": "l", "resource": "d3", "node": "n1", "score": 50}],
    "orders": [{"id": "o", "first": "g", "then": "d3"}],
    "tags": [{"id": "t", "members": ["d3", "g"]}],
    "alerts": [{"id": "a", "path": "/usr/local/bin/alert", "recipients": [{"value": "somebody"}]}],
    "acl_roles": [{"id": "r", "permissions": [{"kind": "read", "xpath": "/cib"}]}],
    "stonith_levels": [{"level": 1, "node": "n1", "devices": ["fence"]}],
}


def saved(guest: Guest, environment: dict[str, str]) -> str:
    return str(succeed(guest.module("internal_backup_info", environment=environment, files=[]))["cib"])


@pytest.mark.parametrize("beginning", ["empty", "other", "more"])
def test_configuration_comes_back_whole(guest: Guest, cib: str, beginning: str) -> None:
    environment = start(guest, cib)
    succeed(guest.module("pcs_cib", environment=environment, **CONFIGURATION))
    wanted, old = saved(guest, environment), epoch(guest, cib)
    assert "sesame" in wanted
    if beginning != "more":
        start(guest, cib)
    if beginning != "empty":
        other = {"resources": [{"id": name, "agent": "ocf:pacemaker:Dummy"} for name in ("e1", "d1", "d3")]}
        order = {"groups": [{"id": "h", "members": ["e1"]}], "properties": {"maintenance-mode": True}}
        succeed(guest.module("pcs_cib", environment=environment, **other, **order))
    status = guest.read(cib).partition("<status>")[2].replace("/></status>", "/> </status>").split()
    before = epoch(guest, cib)
    arguments = {"configuration": wanted, "epoch": 500}

    predicted = succeed(guest.module("internal_cib_restore", check=True, environment=environment, **arguments))
    assert predicted["changed"]
    assert epoch(guest, cib) == before
    restored = succeed(guest.module("internal_cib_restore", environment=environment, **arguments))
    assert restored["diff"] == predicted["diff"]
    assert "sesame" not in str(restored)
    assert saved(guest, environment) == wanted
    assert guest.read(cib).partition("<status>")[2].split() == status
    assert epoch(guest, cib) > 500 > old
    assert guest.command("crm_verify", "--xml-file", cib)["rc"] == 0

    again = succeed(guest.module("internal_cib_restore", environment=environment, **arguments))
    assert not again["changed"]
    assert epoch(guest, cib) < 510


def test_what_is_no_configuration_is_refused(guest: Guest, cib: str) -> None:
    environment = start(guest, cib)
    before = guest.read(cib)
    result = guest.module("internal_cib_restore", environment=environment, configuration="<cib/>")
    assert result["failed"]
    assert "not a CIB" in result["msg"]
    assert guest.read(cib) == before


def test_schema_that_this_pacemaker_lacks_is_refused(guest: Guest, cib: str) -> None:
    environment = start(guest, cib)
    wanted = saved(guest, environment)
    before = guest.read(cib)
    newer = wanted.replace('validate-with="pacemaker-', 'validate-with="pacemaker-9')
    assert newer != wanted
    result = guest.module("internal_cib_restore", environment=environment, configuration=newer)
    assert result["failed"]
    assert guest.read(cib) == before


def test_files_are_found_with_their_owners(guest: Guest, cib: str) -> None:
    environment = start(guest, cib)
    guest.write("/tmp/some-key", "secret")
    guest.command("chmod", "0400", "/tmp/some-key")
    found = succeed(guest.module("internal_backup_info", environment=environment, files=["/tmp/some-*", "/tmp/none"]))
    assert found["files"] == [
        {"path": "/tmp/some-key", "owner": "root", "group": "root", "mode": "0400", "content": "c2VjcmV0"}
    ]
    assert found["versions"]["pcs"].startswith("0.")
    assert found["versions"]["pacemaker"][0] in "23"
