# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive in which a cluster's backup is kept: a tar file with a manifest. Pure, but for reading its bytes.

    manifest.json               what this is, when it was made, owner and mode of the files; never a secret
    cib.xml                     the configuration in the CIB; a secret, because fence devices have passwords
    files/etc/corosync/...      the cluster's files; those that not everybody may read on the nodes are secrets

Each secret is a vault file of its own, so that `tar` and `ansible-vault` are enough to get at it.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import pathlib
import tarfile
import typing as t
from dataclasses import asdict, dataclass, field

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.host_auth import known_tokens
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

FORMAT = 1
MANIFEST = "manifest.json"
CIB = "cib.xml"
KNOWN_HOSTS = "/var/lib/pcsd/known-hosts"
ENCRYPTED = b"$ANSIBLE_VAULT;"
FOR_EVERYBODY = 0o004

Code = t.Callable[[bytes], bytes]


@dataclass(frozen=True)
class SavedFile:
    """A file of the cluster."""

    path: str
    owner: str
    group: str
    mode: str
    content: bytes = field(repr=False, default=b"")

    @property
    def secret(self) -> bool:
        return not int(self.mode, 8) & FOR_EVERYBODY


@dataclass(frozen=True)
class Backup:
    """All that a backup holds. CREATED and the version of the CIB are not compared: they change without a reason."""

    cluster_name: str
    nodes: tuple[str, ...]
    versions: t.Mapping[str, str]
    start_on_boot: bool
    cib: str = field(repr=False)
    files: tuple[SavedFile, ...] = ()
    admin_epoch: int = field(default=0, compare=False)
    epoch: int = field(default=0, compare=False)
    created: str = field(default="", compare=False)


def from_node(found: t.Mapping[str, t.Any], created: str) -> Backup:
    """The backup that is made of what the module internal_backup_info has FOUND on a node."""
    try:
        return Backup(
            cluster_name=str(found["cluster_name"]),
            nodes=tuple(str(node) for node in found["nodes"]),
            versions={str(name): str(version) for name, version in found["versions"].items()},
            start_on_boot=bool(found["start_on_boot"]),
            cib=str(found["cib"]),
            files=tuple(
                SavedFile(*_described(entry), base64.b64decode(entry["content"], validate=True))
                for entry in found["files"]
            ),
            admin_epoch=int(found["admin_epoch"]),
            epoch=int(found["epoch"]),
            created=created,
        )
    except (KeyError, TypeError, ValueError, binascii.Error, AttributeError) as error:
        raise ClusterError(f"This is not what internal_backup_info returns: {type(error).__name__} {error}.") from None


def _described(entry: t.Mapping[str, t.Any]) -> tuple[str, str, str, str]:
    """Path, owner, group and mode of a file."""
    return str(entry["path"]), str(entry["owner"]), str(entry["group"]), str(entry["mode"])


def for_node(backup: Backup) -> dict[str, t.Any]:
    """BACKUP as data, contents in base64, and the digests of the tokens that it holds. Holds secrets."""
    files = [
        {**manifest_entry(saved), "content": base64.b64encode(saved.content).decode("ascii")} for saved in backup.files
    ]
    known_hosts = next((saved.content for saved in backup.files if saved.path == KNOWN_HOSTS), b"")
    tokens = known_tokens(known_hosts.decode("utf-8", "replace"))
    return {**manifest(backup), "files": files, "cib": backup.cib, "tokens": tokens}


def manifest_entry(saved: SavedFile) -> dict[str, str]:
    return {name: value for name, value in asdict(saved).items() if name != "content"}


def manifest(backup: Backup) -> dict[str, t.Any]:
    """What BACKUP is, without its contents."""
    return {
        "format": FORMAT,
        "created": backup.created,
        "cluster_name": backup.cluster_name,
        "nodes": list(backup.nodes),
        "versions": dict(backup.versions),
        "start_on_boot": backup.start_on_boot,
        "admin_epoch": backup.admin_epoch,
        "epoch": backup.epoch,
        "files": [manifest_entry(saved) for saved in backup.files],
    }


def pack(backup: Backup, encrypt: Code | None) -> bytes:
    """The archive of BACKUP: without ENCRYPT the same bytes for the same backup."""
    hide = encrypt or bytes
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        _add(archive, MANIFEST, json.dumps(manifest(backup), indent=2, sort_keys=True).encode() + b"\n")
        _add(archive, CIB, hide(backup.cib.encode()))
        for saved in sorted(backup.files, key=lambda item: item.path):
            _add(archive, member(saved.path), hide(saved.content) if saved.secret else saved.content)
    return stream.getvalue()


def unpack(content: bytes, decrypt: Code) -> Backup:
    """The backup in an archive. Raises ClusterError with the reason when it isn't one."""
    members = _members(content)
    try:
        described = json.loads(members[MANIFEST])
        if described["format"] != FORMAT:
            raise ClusterError(f"it has format {described['format']}, and this collection reads format {FORMAT}")
        files = []
        for entry in described["files"]:
            described_as = _described(entry)
            files.append(SavedFile(*described_as, _open(members[member(described_as[0])], decrypt)))
        return Backup(
            cluster_name=described["cluster_name"],
            nodes=tuple(described["nodes"]),
            versions=described["versions"],
            start_on_boot=described["start_on_boot"],
            cib=_open(members[CIB], decrypt).decode(),
            files=tuple(files),
            admin_epoch=int(described["admin_epoch"]),
            epoch=int(described["epoch"]),
            created=described["created"],
        )
    except KeyError as error:
        raise ClusterError(f"it is no backup of a cluster, or not all of it is there: it lacks {error}") from None
    except (ValueError, TypeError) as error:
        raise ClusterError(f"its manifest can't be read: {error}") from None


def is_encrypted(content: bytes) -> bool:
    """Whether the secrets in the archive CONTENT are encrypted."""
    return _members(content).get(CIB, b"").startswith(ENCRYPTED)


def differences(backup: Backup, other: Backup | None) -> list[str]:
    """The parts of BACKUP that differ from OTHER's, by name."""
    if other is None:
        return [CIB, *(saved.path for saved in backup.files)]
    names = ("cluster_name", "nodes", "versions", "start_on_boot")
    found = [name for name in names if getattr(backup, name) != getattr(other, name)]
    if backup.cib != other.cib:
        found.append(CIB)
    mine, theirs = ({saved.path: saved for saved in item.files} for item in (backup, other))
    return found + sorted(path for path in {**mine, **theirs} if mine.get(path) != theirs.get(path))


def member(path: str) -> str:
    """The name in the archive of the file PATH. Raises ClusterError for one that leads elsewhere."""
    parts = pathlib.PurePosixPath(path).parts
    if parts[:1] != ("/",) or ".." in parts:
        raise ClusterError(f"it holds the file {path}, whose path is not an absolute one")
    return str(pathlib.PurePosixPath("files", *parts[1:]))


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    archive.addfile(entry, io.BytesIO(content))


def _members(content: bytes) -> dict[str, bytes]:
    """What is in the archive, by name; nothing is unpacked to a disk."""
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            return {entry.name: _read(archive, entry) for entry in archive.getmembers() if entry.isfile()}
    except (tarfile.TarError, EOFError, OSError) as error:
        raise ClusterError(f"it is not a tar archive, or is cut off: {error}") from None


def _read(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(entry)
    return b"" if stream is None else stream.read()


def _open(content: bytes, decrypt: Code) -> bytes:
    return decrypt(content) if content.startswith(ENCRYPTED) else content
