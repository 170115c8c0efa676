# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a password is the one that a hash was made of."""

from __future__ import annotations

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles import password
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles.password import has_password, matches

# Made by `openssl passwd -6 -salt saltstring "Hello world!"` and with -5, and by chpasswd with more rounds.
SHA512 = "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1"
SHA512_ROUNDS = (
    "$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbH"
    "bbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v."
)
SHA256 = "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5"


@pytest.mark.parametrize("hashed", [SHA512, SHA512_ROUNDS, SHA256])
def test_the_password_matches_and_another_does_not(hashed: str) -> None:
    assert matches(hashed, "Hello world!")
    assert not matches(hashed, "Hello world?")


@pytest.mark.parametrize("hashed", ["", "*", "!", "!" + SHA512, "$y$j9T$abc$def", "$6$", "$6$rounds=x$salt$"])
def test_what_is_no_hash_of_these_kinds_matches_nothing(hashed: str) -> None:
    assert not matches(hashed, "Hello world!")


def test_the_hash_is_the_second_field_of_a_line_of_shadow() -> None:
    assert has_password(f"hacluster:{SHA512}:20000:0:99999:7:::\n", "Hello world!")
    assert not has_password(f"hacluster:!{SHA512}:20000:0:99999:7:::\n", "Hello world!")


def test_there_may_be_no_such_user() -> None:
    assert not has_password("", "Hello world!")


def test_without_passlib_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(password, "SCHEMES", ())
    with pytest.raises(ClusterError, match="needs the Python package passlib on the controller; install it"):
        has_password(f"hacluster:{SHA512}:20000:0:99999:7:::", "Hello world!")
