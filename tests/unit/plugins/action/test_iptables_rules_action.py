# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""iptables_rules on the controller: new rules are confirmed by a new connection, or the node goes back."""

from __future__ import annotations

import types
import typing as t
from collections.abc import Callable

import pytest
from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure
from ansible_collections.quorate.ha_cluster.plugins.action import iptables_rules

LOADED = {"changed": True, "diff": [{"after": "rules"}], "unconfirmed": True}
UNREACHABLE = AnsibleConnectionFailure("no route")
ROLLED_BACK = {"failed": True, "msg": "the node went back", "rolled_back": True}


class Host:
    """Answers one run of the module after the other, or not, and notes what it was asked."""

    def __init__(self, *answers: dict[str, t.Any] | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.time = 0.0

    def run(self, module_args: dict[str, t.Any], task_vars: t.Any) -> dict[str, t.Any]:
        self.asked.append(module_args.get("state", "present"))
        self.time += 5
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return dict(answer)

    def reset(self) -> None:
        self.asked.append("reset")


@pytest.fixture
def task(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, t.Any]]:
    """Run the action against a host."""

    def run(host: Host, **options: t.Any) -> dict[str, t.Any]:
        monkeypatch.setattr(iptables_rules.ActionBase, "run", lambda *_arguments: {})
        monkeypatch.setattr(iptables_rules.time, "sleep", lambda _seconds: None)
        for name in ("settled", "confirmed"):
            function = getattr(iptables_rules, name)
            defaults = (lambda: host.time, 0.0)
            monkeypatch.setattr(function, "__defaults__", defaults)
        action = object.__new__(iptables_rules.ActionModule)
        action._task = types.SimpleNamespace(args={"networks": {}, **options})
        action._connection = host
        action._execute_module = host.run
        return action.run(None, {})

    return run


@pytest.mark.parametrize(
    "answer", [{"changed": False}, {"changed": True, "missing": []}, {"failed": True, "msg": "refused"}]
)
def test_one_run_where_nothing_was_loaded(task: Callable[..., dict[str, t.Any]], answer: dict[str, t.Any]) -> None:
    host = Host(answer)
    assert task(host) == answer
    assert host.asked == ["present"]


def test_new_rules_are_confirmed_by_a_new_connection(task: Callable[..., dict[str, t.Any]]) -> None:
    host = Host(LOADED, {"changed": False, "diff": []})
    assert task(host) == {"changed": True, "diff": [{"after": "rules"}]}
    assert host.asked == ["present", "reset", "confirmed"]


def test_the_connection_is_tried_again(task: Callable[..., dict[str, t.Any]]) -> None:
    host = Host(LOADED, UNREACHABLE, UNREACHABLE, {"changed": True})
    assert task(host)["changed"] is True
    assert host.asked == ["present", *["reset", "confirmed"] * 3]


def test_a_node_that_went_back_fails_the_task(task: Callable[..., dict[str, t.Any]]) -> None:
    host = Host(LOADED, UNREACHABLE, ROLLED_BACK)
    found = task(host)
    assert (found["failed"], found["msg"], found["diff"]) == (True, "the node went back", [])


def test_a_host_that_never_comes_back_is_unreachable(task: Callable[..., dict[str, t.Any]]) -> None:
    host = Host(LOADED, UNREACHABLE)
    with pytest.raises(AnsibleConnectionFailure):
        task(host, rollback_timeout="20")
    assert host.time == 5 + 20 + iptables_rules.RETURN_TIME


def test_the_timer_of_an_interrupted_run_is_waited_for(task: Callable[..., dict[str, t.Any]]) -> None:
    """It may cut the connection off for a while."""
    host = Host({"settling": True, "changed": False}, UNREACHABLE, {"settling": True}, {"changed": False})
    assert task(host) == {"changed": False}
    assert host.asked == ["present"] * 4


def test_a_timer_that_does_not_end_is_told(task: Callable[..., dict[str, t.Any]]) -> None:
    with pytest.raises(AnsibleActionFail, match="The timer of an earlier run is still running"):
        task(Host({"settling": True}))


def test_a_host_that_is_out_of_reach_from_the_start_is_unreachable(task: Callable[..., dict[str, t.Any]]) -> None:
    host = Host(UNREACHABLE)
    with pytest.raises(AnsibleConnectionFailure):
        task(host)
    assert host.asked == ["present"]


def test_a_timeout_that_is_no_number_is_left_to_the_module(task: Callable[..., dict[str, t.Any]]) -> None:
    assert task(Host({"failed": True, "msg": "rollback_timeout"}), rollback_timeout="soon")["failed"]
