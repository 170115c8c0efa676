# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find out whether a password is the one that a hash was made of."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

try:
    from passlib.hash import sha256_crypt, sha512_crypt
except ImportError:
    SCHEMES: tuple[t.Any, ...] = ()
else:
    SCHEMES = (sha512_crypt, sha256_crypt)

DOCUMENTATION = r"""
name: internal_password_matches
short_description: Find out whether a password is the one that a hash was made of
version_added: 1.0.0
description:
  - "Internal: a step of the role os_prep. It may change in any release."
  - Takes a hash as it stands in C(/etc/shadow), of the kinds SHA-512 and SHA-256. A hash of another kind, or none,
    matches no password.
  - >-
    To make the hash again with the same salt, by P(ansible.builtin.password_hash#filter), and to compare, is no way to
    tell: where ansible-core finds libxcrypt, it makes another salt of the one that it is given.
requirements:
  - The Python package C(passlib) on the controller
positional: password
options:
  _input:
    description: The hash.
    type: str
    required: true
  password:
    description: The password.
    type: str
    required: true
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Insist on the password
  ansible.builtin.assert:
    that: shadow.stdout.split(':')[1] | quorate.ha_cluster.internal_password_matches(vault_password)
  no_log: true
"""

RETURN = r"""
_value:
  description: Whether it is.
  type: bool
"""


def password_matches(hashed: str, password: str) -> bool:
    """Is HASHED, as it stands in /etc/shadow, made of PASSWORD? Raises AnsibleFilterError without passlib."""
    if not SCHEMES:
        raise AnsibleFilterError(
            "The filter internal_password_matches needs the Python package passlib on the controller; install it."
        )
    scheme = next((scheme for scheme in SCHEMES if scheme.identify(hashed)), None)
    try:
        return scheme is not None and bool(scheme.verify(password, hashed))
    except ValueError:  # it only begins like a hash
        return False


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"internal_password_matches": password_matches}
