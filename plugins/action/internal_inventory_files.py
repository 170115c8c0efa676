# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of internal_inventory_files: write new files, secrets encrypted where that can be done."""

from __future__ import annotations

import pathlib
import typing as t

from ansible import constants
from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.parsing.vault import VaultLib, is_encrypted, match_encrypt_secret
from ansible.plugins.action import ActionBase
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.private_file import Access, replace_file

ARGUMENTS: dict[str, t.Any] = {
    "directory": {"type": "path", "required": True},
    "files": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "path": {"type": "str", "required": True},
            "content": {"type": "str", "required": True},
            "secret": {"type": "bool", "default": False},
        },
    },
}


def present(path: pathlib.Path, vault: VaultLib) -> tuple[str | None, bool]:
    """What PATH holds, decrypted, None when there is no such file; and whether it is encrypted."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None, False
    if not is_encrypted(data):
        return data.decode("utf-8", "replace"), False
    try:
        return vault.decrypt(data).decode("utf-8"), True
    except AnsibleError as error:
        raise AnsibleActionFail(
            f"{path} exists already and can't be decrypted: {error}. Give its vault password."
        ) from error


def write(path: pathlib.Path, content: bytes, *, secret: bool) -> None:
    """Put CONTENT into PATH, whole or not at all, and from the start with the permissions it is to have."""
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(str(path), content, Access() if secret else Access(None))


class ActionModule(ActionBase):
    """Compare, then write what is missing."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        _validation, arguments = self.validate_argument_spec(ARGUMENTS)
        return {**result, **self.written(arguments)}

    def written(self, arguments: dict[str, t.Any]) -> dict[str, t.Any]:
        """Write what is missing of the files in ARGUMENTS. Returns the module's result."""
        directory = pathlib.Path(arguments["directory"]).expanduser().absolute()
        vault = self._loader._vault
        files = [(directory / item["path"], item["content"], item["secret"]) for item in arguments["files"]]
        found = {path: present(path, vault) for path, _content, _secret in files}
        foreign = [str(path) for path, content, _secret in files if found[path][0] not in (None, content)]
        if foreign:
            raise AnsibleActionFail(
                f"{', '.join(foreign)} exists already with other contents. Nothing was written. Name another"
                " directory, or move the file away."
            )
        missing = [(path, content, secret) for path, content, secret in files if found[path][0] is None]
        if not self._task.check_mode:
            for path, content, secret in missing:
                write(path, self._stored(content, encrypt=secret), secret=secret)
        encrypts = bool(vault.secrets)
        return {
            "changed": bool(missing),
            "directory": str(directory),
            "written": [str(path.relative_to(directory)) for path, _content, _secret in missing],
            "unencrypted": [
                str(path.relative_to(directory))
                for path, _content, secret in files
                if secret and not (found[path][1] or (found[path][0] is None and encrypts))
            ],
            "diff": [
                {
                    "before": "",
                    "after": "(secret)\n" if secret else content,
                    "before_header": str(path),
                    "after_header": str(path),
                }
                for path, content, secret in missing
            ],
        }

    def _stored(self, content: str, *, encrypt: bool) -> bytes:
        """CONTENT as it is stored: encrypted, where ENCRYPT asks for it and the run has a vault password."""
        secrets = self._loader._vault.secrets
        if not (encrypt and secrets):
            return content.encode("utf-8")
        identity = constants.config.get_config_value("DEFAULT_VAULT_ENCRYPT_IDENTITY")
        vault_id, secret = match_encrypt_secret(secrets, encrypt_vault_id=identity)
        return bytes(
            VaultLib(secrets).encrypt(content, secret=secret, vault_id=None if vault_id == "default" else vault_id)
        )
