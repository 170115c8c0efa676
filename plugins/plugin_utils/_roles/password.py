# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a user has a password."""

from __future__ import annotations

import typing as t

from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

try:
    from passlib.hash import sha256_crypt, sha512_crypt
except ImportError:
    SCHEMES: tuple[t.Any, ...] = ()
else:
    SCHEMES = (sha512_crypt, sha256_crypt)


def has_password(entry: str, password: str) -> bool:
    """Whether ENTRY, a line as /etc/shadow has it, says that its user has PASSWORD.

    The hash may be of the kinds SHA-512 and SHA-256. One of another kind, or none, is that of no password.

    ansible-core can't make the hash again, to compare it: up to 2.20 that takes passlib as well, and from 2.21 on,
    where there is libxcrypt, it makes another salt of the one that it is given.

    Raises ClusterError without passlib.
    """
    return matches((*entry.split(":"), "")[1], password)


def matches(hashed: str, password: str) -> bool:
    """Whether HASHED is made of PASSWORD."""
    if not SCHEMES:
        raise ClusterError(
            "Comparing the password of hacluster needs the Python package passlib on the controller; install it."
        )
    scheme = next((scheme for scheme in SCHEMES if scheme.identify(hashed)), None)
    try:
        return scheme is not None and bool(scheme.verify(password, hashed))
    except ValueError:  # it only begins like a hash
        return False
