# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""internal_backup_archive on the controller: when it writes, what it refuses, and what it keeps."""

from __future__ import annotations

import base64
import pathlib
import types

import pytest
from ansible.errors import AnsibleActionFail
from ansible.parsing.vault import VaultSecret
from ansible_collections.quorate.ha_cluster.plugins.action import internal_backup_archive as backup_archive
from ansible_collections.quorate.ha_cluster.plugins.action import internal_backup_archive_info as backup_archive_info

KEY = base64.b64encode(bytes(range(256))).decode()
FOUND = {
    "cluster_name": "web",
    "nodes": ["node1"],
    "versions": {"pcs": "0.11.5"},
    "start_on_boot": True,
    "cib": "<cib/>\n",
    "admin_epoch": 0,
    "epoch": 42,
    "files": [{"path": "/etc/corosync/authkey", "owner": "root", "group": "root", "mode": "0400", "content": KEY}],
}
OPEN, FIRST, SECOND = (), (("default", VaultSecret(b"first")),), (("default", VaultSecret(b"second")),)


def run(monkeypatch, plugin, secrets=OPEN, check=False, **arguments):
    monkeypatch.setattr(plugin.ActionBase, "run", lambda self, tmp=None, task_vars=None: {})
    action = plugin.ActionModule.__new__(plugin.ActionModule)
    action._loader = types.SimpleNamespace(_vault=types.SimpleNamespace(secrets=list(secrets)))
    action._task = types.SimpleNamespace(args=arguments, check_mode=check)
    return action.run(task_vars={})


@pytest.fixture
def write(monkeypatch, tmp_path):
    """Write an archive of what was found; further words change that."""

    def call(secrets=OPEN, check=False, keep=3, **change):
        path = str(tmp_path / "backup" / "web.tar")
        return run(monkeypatch, backup_archive, secrets, check, path=path, found={**FOUND, **change}, keep=keep)

    return call


def names(tmp_path: pathlib.Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "backup").glob("*"))


@pytest.mark.parametrize("secrets", [OPEN, FIRST])
def test_archive_is_written_once(write, tmp_path, secrets) -> None:
    assert write(secrets, check=True)["changed"]
    assert not (tmp_path / "backup").exists()
    result = write(secrets)
    assert result["changed"]
    assert result["encrypted"] == bool(secrets)
    path = tmp_path / "backup" / "web.tar"
    before = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    again = write(secrets, epoch=50)
    assert not again["changed"]
    assert again["manifest"]["created"] == result["manifest"]["created"]
    assert path.read_bytes() == before
    assert names(tmp_path) == ["web.tar"]


def test_older_archives_are_kept(write, monkeypatch, tmp_path) -> None:
    for number in range(5):
        assert write(keep=2, cib=f"<cib>{number}</cib>")["changes"]
    assert names(tmp_path) == ["web.tar", "web.tar.1", "web.tar.2"]
    for name, content in {"web.tar": "4", "web.tar.1": "3", "web.tar.2": "2"}.items():
        found = run(monkeypatch, backup_archive_info, path=str(tmp_path / "backup" / name))
        assert found["backup"]["cib"] == f"<cib>{content}</cib>"


def test_archive_is_read_back(write, monkeypatch, tmp_path) -> None:
    write(FIRST)
    found = run(monkeypatch, backup_archive_info, FIRST, path=str(tmp_path / "backup" / "web.tar"))
    assert found["problem"] == ""
    assert {name: found["backup"][name] for name in FOUND} == FOUND


def test_password_that_comes_later_encrypts(write) -> None:
    write()
    result = write(FIRST)
    assert result["changes"] == ["encryption"]
    assert result["encrypted"]


def test_mode_is_put_right(write, tmp_path) -> None:
    write()
    (tmp_path / "backup" / "web.tar").chmod(0o644)
    assert write()["changes"] == ["mode"]
    assert not write()["changed"]


@pytest.mark.parametrize(("secrets", "words"), [(OPEN, "no vault password"), (SECOND, "none of the vault passwords")])
def test_archive_that_cannot_be_opened_stays(write, monkeypatch, tmp_path, secrets, words) -> None:
    write(FIRST)
    path = tmp_path / "backup" / "web.tar"
    before = path.read_bytes()
    with pytest.raises(AnsibleActionFail, match=words):
        write(secrets, cib="<other/>")
    assert path.read_bytes() == before
    assert words in run(monkeypatch, backup_archive_info, secrets, path=str(path))["problem"]


def test_archive_of_another_cluster_stays(write) -> None:
    write()
    with pytest.raises(AnsibleActionFail, match="backup of cluster web, and this is other"):
        write(cluster_name="other")


def test_foreign_file_stays(write, tmp_path) -> None:
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "web.tar").write_text("a letter")
    with pytest.raises(AnsibleActionFail, match="Choose another ha_backup_file"):
        write()
    assert (tmp_path / "backup" / "web.tar").read_text() == "a letter"


def test_missing_archive_is_told(monkeypatch, tmp_path) -> None:
    found = run(monkeypatch, backup_archive_info, path=str(tmp_path / "web.tar"))
    assert "There is no archive" in found["problem"]
