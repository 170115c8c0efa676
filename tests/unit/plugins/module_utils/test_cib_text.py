# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets, rules and YAML."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.difference import to_yaml
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.rule import same_rule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.secrets import (
    is_secret,
    mask_argument,
    secret_values,
    without_secrets,
)


@pytest.mark.parametrize(
    "name", ["password", "passwd", "login_passwd", "passwd_script", "snmp_priv_passwd", "api-key", "secret", "token"]
)
def test_secret_names(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize(
    "name", ["key_file", "pcmk_host_map", "passwd_file", "timeout", "login", "resource-stickiness"]
)
def test_other_names(name: str) -> None:
    assert not is_secret(name)


def test_secrets_of_parameters() -> None:
    declared = {"stonith": [{"id": "f", "options": {"passwd": "one", "ip": "x"}}], "options": {"password": 2}}
    assert list(secret_values(declared)) == ["one", "2"]
    assert without_secrets(declared) == {"stonith": [{"id": "f", "options": {"ip": "x"}}]}
    assert mask_argument("passwd=one") == "passwd=********"
    assert mask_argument("passwd=") == "passwd="


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("#uname eq n1", "#uname  eq 'n1'", True),
        ("(a eq 1 or b eq 2)", "a eq 1 OR b eq 2", True),
        ("(a eq 1) or (b eq 2)", "a eq 1 or b eq 2", True),
        ("a eq 1 or b eq 2 and c eq 3", "a eq 1 or (b eq 2 and c eq 3)", False),  # pcs reads from left to right
        ("a eq 1 or b eq 2 and c eq 3", "(a eq 1 or b eq 2) and c eq 3", True),
        ("a eq 1 and b eq 2", "b eq 2 and a eq 1", True),
        ("a eq 1 and b eq 2", "a eq 1 or b eq 2", False),
        ("a eq string 1", "a eq 1", True),  # compared as text, where nothing is said
        ("a gt string 1", "a gt 1", False),
        ("a eq x", "a eq X", False),
        ("a eq AND or b eq 2", "a eq and or b eq 2", False),
        ("a eq 1 and (b eq 2 and c eq 3)", "a eq 1 and b eq 2 and c eq 3", True),
        ("a eq 'and' or b eq 2", 'a eq "and" or b eq 2', True),
        ("date-spec hours=1 weekdays=2", "date-spec weekdays=2 hours=1", True),
        ("resource ocf:heartbeat:Dummy", "resource ::Dummy", False),
        ("a eq 1", "a eq 2", False),
        (None, "a eq 1", False),
        (None, None, True),
    ],
)
def test_rules(one: str | None, other: str | None, expected: bool) -> None:
    assert same_rule(one, other) is expected


@pytest.mark.parametrize(
    "value",
    [
        {"a": "yes", "b": "60s", "c": "1.5", "d": "", "e": "a: b", "f": True, "g": None, "h": "x\ny", "i": "-INFINITY"},
        {"list": [{"id": "x", "members": ["a", "b"], "operations": [{"name": "m", "options": {"k": "on"}}]}], "e": {}},
        {"a": "0x10", "b": "1e3", "c": "12:30:45", "d": "~", "e": "null", "f": "2026-01-01", "g": "#uname eq n1"},
    ],
)
def test_yaml(value: dict[str, object]) -> None:
    assert yaml.safe_load(to_yaml(value)) == value
