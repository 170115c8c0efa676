# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""internal_role_input brings together what the hosts have found."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
from ansible_collections.quorate.ha_cluster.plugins.action.internal_role_input import (
    Host,
    Role,
    Values,
    all_problems,
    root_problems,
    together_problems,
)

LIGHTTPD = {"lighttpd": ["ha_lighttpd_port is 0."]}


def found(**said: Any) -> dict[str, Any]:
    return {"shared": [], "own": [], "asked": {}, "wrong": [], "cluster": None, **said}


def test_what_all_hosts_say_is_said_without_them() -> None:
    assert all_problems({"a": found(own=["x is 1."]), "b": found(own=["x is 1."])}) == ["x is 1."]


def test_what_some_hosts_say_is_said_with_them() -> None:
    hosts = {"a": found(own=["x is 1."]), "b": found(own=["x is 1."]), "c": found(own=["Host c is slow."])}
    assert all_problems(hosts) == ["x is 1. (hosts a, b)", "Host c is slow."]


def test_what_one_says_for_all_is_not_said_again() -> None:
    assert all_problems({"a": found(shared=["x is 1."]), "b": found(own=["x is 1."])}) == ["x is 1."]


def test_clusters_are_told_apart_where_there_are_several() -> None:
    hosts = {"a": found(shared=["x", "y"], cluster="one"), "b": found(shared=["y"], cluster="two"), "c": found()}
    assert all_problems(hosts) == ["x (cluster one)", "y (cluster one, cluster two)"]


def test_role_asks_for_nothing_where_what_it_asks_of_is_wrong() -> None:
    hosts = {"a": found(asked=LIGHTTPD), "b": found(asked=LIGHTTPD)}
    assert all_problems(hosts) == ["ha_lighttpd_port is 0."]
    wrong = found(shared=["ha_lighttpd_index_files: it is 1, but takes a list."], wrong=["ha_lighttpd_index_files"])
    assert all_problems({**hosts, "b": wrong}) == wrong["shared"]
    assert len(all_problems({**hosts, "b": found(shared=["ha_totem: ..."], wrong=["ha_totem"])})) == 2


def test_user_has_to_be_root_or_become_it() -> None:
    (problem,) = root_problems("no", "admin", None)
    assert problem.startswith("ansible_become: it is false, and ansible_user is 'admin', but the roles need root.")
    assert root_problems(None, "admin", None) == []
    assert root_problems(True, "admin", "ssh") == []
    assert root_problems(False, "root", "ssh") == []
    assert root_problems(False, None, "ssh") == []
    assert root_problems(False, "admin", "local") == []


def test_hosts_that_have_to_come_one_by_one_do_not_come_together() -> None:
    assert together_problems(["node1"]) == []
    assert together_problems(["node1", "node2"]) == [
        "This play visits node1, node2 at the same time. Set serial: 1 in the play."
    ]


def test_values_have_their_type_or_can_not_be_read() -> None:
    """A host for which another one speaks gives the role values that no check has seen before."""
    options = {"ha_port": {"type": "int"}, "ha_size": {"type": "int"}, "ha_none": {"type": "int"}, "ha_unset": {}}
    host = Host("n2", {}, values={"ha_port": "80", "ha_size": "many", "ha_none": None})
    values = Values(lambda *_given: None, host, Role(pathlib.Path("web"), options, {}, {}))
    assert (values["ha_port"], values["ha_none"]) == (80, None)
    for name in ("ha_size", "ha_unset"):
        with pytest.raises(KeyError):
            values[name]
