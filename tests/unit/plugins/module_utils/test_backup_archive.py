# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive of a backup: what goes in comes out, the same backup makes the same bytes, and nothing else is taken."""

from __future__ import annotations

import base64
import dataclasses
import io
import tarfile

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._backup.archive import (
    Backup,
    SavedFile,
    differences,
    for_node,
    from_node,
    is_encrypted,
    manifest,
    member,
    pack,
    unpack,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

KEY = SavedFile("/etc/corosync/authkey", "root", "root", "0400", bytes(range(256)))
CONFIGURATION = SavedFile("/etc/corosync/corosync.conf", "root", "root", "0644", b"totem {}\n")
BACKUP = Backup(
    cluster_name="web",
    nodes=("node1", "node2"),
    versions={"pcs": "0.11.5"},
    start_on_boot=True,
    cib="<cib>passwd</cib>\n",
    files=(KEY, CONFIGURATION),
    admin_epoch=0,
    epoch=42,
    created="2026-11-23T07:00:00+00:00",
)
HEAD = b"$ANSIBLE_VAULT;1.1;AES256\n"


def encrypt(content: bytes) -> bytes:
    return HEAD + base64.b64encode(content)


def decrypt(content: bytes) -> bytes:
    assert content.startswith(HEAD)
    return base64.b64decode(content[len(HEAD) :])


def members(archive: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        found = {}
        for entry in opened:
            stream = opened.extractfile(entry)
            assert stream is not None
            found[entry.name] = stream.read()
        return found


@pytest.mark.parametrize("code", [None, encrypt])
def test_what_goes_in_comes_out(code) -> None:
    found = unpack(pack(BACKUP, code), decrypt)
    assert found == BACKUP
    assert (found.created, found.epoch) == (BACKUP.created, BACKUP.epoch)


def test_same_backup_makes_the_same_bytes() -> None:
    turned = dataclasses.replace(BACKUP, versions=dict(reversed(BACKUP.versions.items())))
    assert pack(turned, None) == pack(BACKUP, None)


def test_secrets_are_encrypted_and_nothing_else() -> None:
    archive = pack(BACKUP, encrypt)
    found = members(archive)
    assert {name for name, content in found.items() if content.startswith(HEAD)} == {
        "cib.xml",
        "files/etc/corosync/authkey",
    }
    assert found["files/etc/corosync/corosync.conf"] == CONFIGURATION.content
    assert KEY.content not in archive
    assert b"passwd" not in archive
    assert is_encrypted(archive)
    assert not is_encrypted(pack(BACKUP, None))


def test_manifest_holds_no_contents() -> None:
    assert "content" not in str(manifest(BACKUP))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"created": "2027-01-01T00:00:00+00:00", "epoch": 43}, []),
        ({"cib": "<cib/>\n"}, ["cib.xml"]),
        ({"nodes": ("node1",)}, ["nodes"]),
        ({"versions": {"pcs": "0.12.0"}, "start_on_boot": False}, ["versions", "start_on_boot"]),
        ({"files": (CONFIGURATION,)}, ["/etc/corosync/authkey"]),
        ({"files": (dataclasses.replace(KEY, mode="0440"), CONFIGURATION)}, ["/etc/corosync/authkey"]),
        ({"files": (dataclasses.replace(KEY, content=b"x"), CONFIGURATION)}, ["/etc/corosync/authkey"]),
    ],
)
def test_differences(change, expected) -> None:
    assert differences(dataclasses.replace(BACKUP, **change), BACKUP) == expected


def test_without_an_archive_everything_differs() -> None:
    assert differences(BACKUP, None) == ["cib.xml", KEY.path, CONFIGURATION.path]


def test_data_for_nodes_is_taken_back() -> None:
    assert from_node(for_node(BACKUP), BACKUP.created) == BACKUP


def changed(archive: bytes, name: str, content: bytes | None) -> bytes:
    """ARCHIVE with another CONTENT of the member NAME, or without it."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as opened:
        for key, value in {**members(archive), name: content}.items():
            if value is not None:
                entry = tarfile.TarInfo(key)
                entry.size = len(value)
                opened.addfile(entry, io.BytesIO(value))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("archive", "words"),
    [
        (b"", "not a tar archive"),
        (b"not an archive" * 100, "not a tar archive"),
        (pack(BACKUP, None)[:3000], "(not a tar archive|lacks)"),
        (changed(pack(BACKUP, None), "manifest.json", None), "lacks 'manifest.json'"),
        (changed(pack(BACKUP, None), "cib.xml", None), "lacks 'cib.xml'"),
        (changed(pack(BACKUP, None), "files/etc/corosync/authkey", None), "lacks 'files/etc/corosync/authkey'"),
        (changed(pack(BACKUP, None), "manifest.json", b"{"), "manifest can't be read"),
        (changed(pack(BACKUP, None), "manifest.json", b'{"format": 2}'), "format 2"),
    ],
)
def test_other_archives_are_refused(archive: bytes, words: str) -> None:
    with pytest.raises(ClusterError, match=words):
        unpack(archive, decrypt)


@pytest.mark.parametrize("path", ["etc/passwd", "/etc/../root/.ssh/authorized_keys", "../x", ""])
def test_paths_that_lead_elsewhere_are_refused(path: str) -> None:
    with pytest.raises(ClusterError, match="absolute"):
        member(path)


def test_what_is_no_result_of_backup_info_is_refused() -> None:
    with pytest.raises(ClusterError, match="backup_info"):
        from_node({"cluster_name": "web"}, "")
