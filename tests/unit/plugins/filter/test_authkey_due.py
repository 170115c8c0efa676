# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import hashlib
import typing as t

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.quorate.ha_cluster.plugins.filter.internal_authkey_due import authkey_due

PATH = "/etc/corosync/authkey"
KEY = {"path": PATH, "hosts": ["node1", "node2"], "content": ""}
SECRET = b"\x00\xff\n" * 50
DIGEST = hashlib.sha256(SECRET).hexdigest()


def host(age: int = 10, sha256: str = "aa", successor: bool = False, exists: bool = True) -> dict[str, t.Any]:
    key = {"exists": True, "sha256": sha256, "mtime": 1_000_000.5 - age} if exists else {"exists": False}
    clock = {"rc": 0, "stdout": "1000000.5\n", "stderr": ""}
    return {"files": {PATH: key, f"{PATH}.next": {"exists": successor}}, "commands": {"clock": clock}}


def due(*hosts: dict[str, t.Any], older_than: int = 3600, **key: t.Any) -> bool:
    found = {f"node{number}": look for number, look in enumerate(hosts, 1)}
    return authkey_due([{**KEY, **key}], [PATH], found, older_than) == [PATH]


def test_the_oldest_copy_counts() -> None:
    assert not due(host(10), host(20))
    assert due(host(10), host(3600))
    assert due(host(0), host(0), older_than=0)


def test_a_broken_off_rotation_is_due() -> None:
    assert due(host(10, successor=True), host(10))


def test_a_supplied_key_is_due_where_it_is_not_yet() -> None:
    content = base64.b64encode(SECRET).decode()
    assert not due(host(9999, DIGEST), host(9999, DIGEST), content=content)
    assert due(host(10, DIGEST), host(10, "other"), content=content)


def test_a_key_that_nobody_has_or_asked_for_is_not_due() -> None:
    assert not due(host(exists=False), host(exists=False), older_than=0)
    assert authkey_due([KEY], ["/other"], {"node1": host(), "node2": host()}, 0) == []


def test_content_that_is_no_base64_is_refused_without_being_shown() -> None:
    with pytest.raises(AnsibleFilterError, match="isn't base64") as error:
        due(host(), host(), content="§secret§")
    assert "secret" not in str(error.value)
