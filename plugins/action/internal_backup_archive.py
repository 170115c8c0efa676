# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of internal_backup_archive: write an archive when what it holds has changed."""

from __future__ import annotations

import os
import pathlib
import stat
import typing as t
from datetime import datetime, timezone

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.quorate.ha_cluster.plugins.module_utils._backup.archive import (
    Backup,
    differences,
    from_node,
    is_encrypted,
    manifest,
    pack,
    unpack,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.private_file import (
    PRIVATE,
    Access,
    put_in_place,
    write_beside,
)
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._vault import Vault

display = Display()


def read_present(path: pathlib.Path, vault: Vault) -> tuple[Backup | None, bool]:
    """The backup in the archive PATH, and whether it is encrypted. Raises ClusterError for anything else."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None, False
    return unpack(content, vault.decrypt), is_encrypted(content)


def write(path: pathlib.Path, content: bytes, keep: int) -> None:
    """Put CONTENT in place by a rename, and keep so many older archives as PATH.1, PATH.2..."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = write_beside(str(path), content, Access(PRIVATE))
    for number in range(keep, 0, -1):
        older = path if number == 1 else path.with_name(f"{path.name}.{number - 1}")
        if older.exists():
            kept = path.with_name(f"{path.name}.{number}")
            kept.unlink(missing_ok=True)
            os.link(older, kept)  # the newest stays in its place until the rename
    put_in_place(temporary, str(path))


class ActionModule(ActionBase):
    """Compare a backup with the archive that is there, and write a new one when they differ."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        _validation, arguments = self.validate_argument_spec(
            {
                "path": {"type": "path", "required": True},
                "found": {"type": "dict", "required": True},
                "keep": {"type": "int", "default": 3},
            }
        )
        path = pathlib.Path(arguments["path"]).absolute()
        vault = Vault.of(self._loader)
        backup = from_node(arguments["found"], datetime.now(timezone.utc).isoformat(timespec="seconds"))
        try:
            present, encrypted = read_present(path, vault)
        except (ClusterError, OSError) as error:
            raise AnsibleActionFail(
                f"Nothing was changed. The archive {path} is there and can't be compared: {error}. Choose another"
                " ha_backup_file, or move it away."
            ) from None
        if present is not None and present.cluster_name != backup.cluster_name:
            raise AnsibleActionFail(
                f"Nothing was changed. The archive {path} holds a backup of cluster {present.cluster_name}, and this is"
                f" {backup.cluster_name}. Choose another ha_backup_file."
            )
        changes = differences(backup, present)
        if present is not None and vault.usable and not encrypted:
            changes.append("encryption")
        if present is not None and stat.S_IMODE(path.stat().st_mode) != PRIVATE:
            changes.append("mode")
        if changes and not self._task.check_mode:
            try:
                write(path, pack(backup, vault.encrypt if vault.usable else None), arguments["keep"])
            except (ClusterError, OSError) as error:
                raise AnsibleActionFail(f"The archive {path} can't be written: {error}.") from None
        if changes and not vault.usable:
            display.warning(
                f"The secrets in {path} are not encrypted, because Ansible has no vault password. Give one with"
                " --vault-id, --vault-password-file or --ask-vault-pass."
            )
        kept = backup if present is None or changes else present
        return {
            **result,
            "changed": bool(changes),
            "path": str(path),
            "changes": changes,
            "encrypted": vault.usable if changes else encrypted,
            "manifest": manifest(kept),
            "diff": {"before": "", "after": "".join(f"{name}\n" for name in changes), "after_header": str(path)},
        }
