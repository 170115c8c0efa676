# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""internal_inventory_files: what is written, encrypted and shown, and what is never overwritten."""

from __future__ import annotations

import pathlib
import stat
import types
import typing as t

import pytest
from ansible.errors import AnsibleActionFail
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.quorate.ha_cluster.plugins.action import internal_inventory_files as inventory_files

PASSWORDS = [("default", VaultSecret(b"correct horse"))]
FILES = [
    {"path": "hosts.yml", "content": "cluster:\n", "secret": False},
    {"path": "group_vars/all/vault.yml", "content": "password: battery\n", "secret": True},
]


def run(
    directory: pathlib.Path,
    files: list[dict[str, t.Any]] | None = None,
    *,
    secrets: list[tuple[str, VaultSecret]] | None = None,
    check_mode: bool = False,
) -> dict[str, t.Any]:
    action = inventory_files.ActionModule.__new__(inventory_files.ActionModule)
    action._loader = types.SimpleNamespace(_vault=VaultLib(secrets or []))
    action._task = types.SimpleNamespace(check_mode=check_mode)
    result: dict[str, t.Any] = action.written({"directory": str(directory), "files": FILES if files is None else files})
    return result


def test_files_are_written_once(tmp_path: pathlib.Path) -> None:
    directory = tmp_path / "new"
    assert run(directory, check_mode=True)["changed"] is True
    assert not directory.exists()
    result = run(directory)
    assert (result["changed"], result["unencrypted"]) == (True, ["group_vars/all/vault.yml"])
    vault = directory / "group_vars/all/vault.yml"
    assert (vault.read_text(), stat.S_IMODE(vault.stat().st_mode)) == ("password: battery\n", 0o600)
    assert "battery" not in str(result)
    assert run(directory)["changed"] is False
    assert sorted(path.name for path in directory.rglob("*") if path.is_file()) == ["hosts.yml", "vault.yml"]


def test_secrets_are_encrypted_where_there_is_a_password(tmp_path: pathlib.Path) -> None:
    result = run(tmp_path, secrets=PASSWORDS)
    assert (result["changed"], result["unencrypted"]) == (True, [])
    vault = tmp_path / "group_vars/all/vault.yml"
    assert vault.read_text().startswith("$ANSIBLE_VAULT;1.1;")
    assert VaultLib(PASSWORDS).decrypt(vault.read_bytes()) == b"password: battery\n"
    assert "ANSIBLE_VAULT" not in (tmp_path / "hosts.yml").read_text()
    assert run(tmp_path, secrets=PASSWORDS)["changed"] is False
    with pytest.raises(AnsibleActionFail, match="can't be decrypted"):
        run(tmp_path)


def test_what_a_killed_run_left_out_is_added(tmp_path: pathlib.Path) -> None:
    run(tmp_path)
    (tmp_path / "hosts.yml").unlink()
    assert run(tmp_path)["written"] == ["hosts.yml"]


def test_nothing_is_overwritten(tmp_path: pathlib.Path) -> None:
    (tmp_path / "group_vars/all").mkdir(parents=True)
    (tmp_path / "group_vars/all/vault.yml").write_text("mine: 1\n")
    with pytest.raises(AnsibleActionFail, match=r"vault\.yml exists already with other contents"):
        run(tmp_path)
    assert not (tmp_path / "hosts.yml").exists()
    assert (tmp_path / "group_vars/all/vault.yml").read_text() == "mine: 1\n"
