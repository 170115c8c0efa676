# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vault passwords that a run of Ansible was given, as two functions on bytes."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible import constants
from ansible.errors import AnsibleError
from ansible.parsing.vault import VaultLib, match_encrypt_secret
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError


@dataclass(frozen=True)
class Vault:
    """Encrypts and decrypts with what --vault-id and its like have given."""

    secrets: tuple[tuple[str, t.Any], ...]

    @classmethod
    def of(cls, loader: t.Any) -> Vault:
        """The vault of Ansible's data LOADER, which holds the passwords; it has no other way to ask for them."""
        return cls(tuple(loader._vault.secrets or ()))

    @property
    def usable(self) -> bool:
        return bool(self.secrets)

    def encrypt(self, content: bytes) -> bytes:
        """CONTENT as a vault file, with the password of DEFAULT_VAULT_ENCRYPT_IDENTITY or else the first one."""
        identity = constants.DEFAULT_VAULT_ENCRYPT_IDENTITY
        try:
            name, secret = match_encrypt_secret(list(self.secrets), encrypt_vault_id=identity)
            encrypted: bytes = VaultLib(list(self.secrets)).encrypt(content, secret=secret, vault_id=name)
        except AnsibleError as error:
            raise ClusterError(f"its secrets can't be encrypted: {error}") from None
        return encrypted

    def decrypt(self, content: bytes) -> bytes:
        """What the vault file CONTENT holds. Raises ClusterError when none of the passwords fits."""
        if not self.usable:
            raise ClusterError("its secrets are encrypted, and Ansible has no vault password. Give it with --vault-id")
        try:
            plain: bytes = VaultLib(list(self.secrets)).decrypt(content)
        except AnsibleError:
            raise ClusterError(
                "its secrets are encrypted, and none of the vault passwords of this run opens them"
            ) from None
        return plain
