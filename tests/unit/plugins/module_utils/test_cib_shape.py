# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules name the object whose option they can't take, and say all such options at once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.module import ENGINE, ClusterModule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.shape import nearest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.spec import CIB


def refused(spec: dict[str, Any], args: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> str:
    with patch_module_args(args), pytest.raises(SystemExit):
        ClusterModule(argument_spec={**spec, **ENGINE})
    return str(json.loads(capsys.readouterr().out)["msg"])


def test_every_option_of_another_form_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    args = {
        "resources": [{"id": "ip", "option": {}, "operations": [{"name": "start", "timeout": [1]}]}],
        "groups": [{"id": "g", "members": {"a": 1}}],
        "properties": [{"name": "x"}],
    }
    assert refused(CIB, args, capsys).splitlines() == [
        "properties: it is a list, but takes a mapping. Leave out the dashes.",
        "resources[0] 'ip': unknown key 'option'; did you mean 'options'?",
        "resources[0] 'ip' operations[0] 'start' timeout: it is a list, but takes one value.",
        "groups[0] 'g' members: it is a mapping, but takes a list. Begin each entry with a dash.",
    ]


def test_module_for_one_object_names_its_option(capsys: pytest.CaptureFixture[str]) -> None:
    args = {"id": "ip", "agent": "IPaddr2", "operations": [{"nam": "start"}]}
    assert refused(CIB["resources"]["options"], args, capsys) == (
        "operations[0]: unknown key 'nam'; did you mean 'name'?\noperations[0]: it lacks 'name'; add it."
    )


def test_secret_beside_a_mistake_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    args = {"id": "power", "options": {"password": "tops3cret"}, "operations": [{"name": "tops3cret", "x": 1}]}
    assert "tops3cret" not in refused(CIB["resources"]["options"], args, capsys)


def test_what_ansible_converts_is_taken() -> None:
    args = {"groups": [{"id": "g", "members": "a,b", "meta": "x=1 y=2"}], "resources": [{"id": 1}], "wait": "5"}
    with patch_module_args(args):
        module = ClusterModule(argument_spec={**CIB, **ENGINE})
    assert module.params["groups"][0]["members"] == ["a", "b"]
    assert module.params["wait"] == 5


@pytest.mark.parametrize(
    ("name", "near"), [("optons", "options"), ("META", "meta"), ("colour", ""), ("operation", "operations")]
)
def test_nearest_name(name: str, near: str) -> None:
    assert nearest(name, CIB["resources"]["options"]) == near
