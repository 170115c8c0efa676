# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import getpass
import grp
import os
import pathlib

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.key_file import KeyFile, plan, state, write

BINARY = bytes(range(256))


def wanted(path: pathlib.Path, content: bytes | None = None, size: int = 0) -> KeyFile:
    user, group = getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
    return KeyFile(str(path), user, group, 0o400, user, group, 0o755, content, size)


def test_a_binary_key_is_written_once(tmp_path: pathlib.Path) -> None:
    key = wanted(tmp_path / "sub" / "authkey", BINARY)
    assert plan(key).changed
    write(key)
    assert (tmp_path / "sub" / "authkey").read_bytes() == BINARY
    assert state(key.path)["mode"] == "0400"
    assert not plan(key).changed
    assert [path.name for path in (tmp_path / "sub").iterdir()] == ["authkey"]


def test_a_generated_key_stays(tmp_path: pathlib.Path) -> None:
    key = wanted(tmp_path / "authkey", size=256)
    write(key)
    first = (tmp_path / "authkey").read_bytes()
    assert len(first) == 256
    assert not plan(key).changed


def test_the_mode_is_put_right_and_the_key_stays(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "authkey"
    path.write_bytes(BINARY)
    key = wanted(path)
    assert plan(key).changed
    write(key)
    assert path.read_bytes() == BINARY
    assert not plan(key).changed


def test_what_a_crash_left_is_taken_over(tmp_path: pathlib.Path) -> None:
    (tmp_path / ".authkey.new").write_bytes(b"half")
    write(wanted(tmp_path / "authkey", BINARY))
    assert [path.name for path in tmp_path.iterdir()] == ["authkey"]


def test_the_plan_shows_no_key(tmp_path: pathlib.Path) -> None:
    change = plan(wanted(tmp_path / "authkey", b"secret-secret"))
    assert "secret" not in str(change)


def test_no_key_at_all_is_an_error(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ClusterError, match="neither its content nor a size"):
        plan(wanted(tmp_path / "authkey"))
