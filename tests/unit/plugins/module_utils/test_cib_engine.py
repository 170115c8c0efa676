# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine's dealings with commands: how many it runs, and what it does when another writer was faster."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import engine as engine_module
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import store as store_module
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.engine import Engine, information, make_workbench
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.nodes import Node
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.status import DISRUPTIVE, actions, describe
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.store import (
    FileStore,
    LiveStore,
    Version,
    based_on,
    read_version,
    with_version,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError, ConflictError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import NOT_FOUND, CommandResult

CIB = (
    '<cib crm_feature_set="3.16.1" admin_epoch="0" epoch="{epoch}" num_updates="{updates}"><configuration><crm_config>'
    '<cluster_property_set id="cib-bootstrap-options"><nvpair id="x" name="no-quorum-policy" value="stop"/>'
    "</cluster_property_set></crm_config><nodes/><resources/><constraints/></configuration><status/></cib>"
)
PATCH = (
    '<diff format="2"><version><source admin_epoch="0" epoch="5" num_updates="3"/>'
    '<target admin_epoch="0" epoch="6" num_updates="0"/></version></diff>'
)


class FakeRunner:
    """Answers commands from a table of lists; the last answer of a list is given again and again."""

    def __init__(self, **answers: list[CommandResult]) -> None:
        self.answers = answers
        self.calls: list[list[str]] = []
        self.inputs: list[str | None] = []
        self.warnings: list[str] = []

    def run(
        self, argv: list[str], stdin: str | None = None, environment: Mapping[str, str] | None = None
    ) -> CommandResult:
        self.calls.append(argv)
        self.inputs.append(stdin)
        key = "_".join([argv[0], *(word.strip("-") for word in argv[1:2] if word.startswith("--"))])
        answers = self.answers.get(key, [CommandResult(NOT_FOUND, "", f"{argv[0]}: no such command")])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def find(self, name: str) -> str | None:
        return None

    def warn(self, message: str) -> None:
        self.warnings.append(message)


def done(stdout: str = "", rc: int = 0) -> CommandResult:
    return CommandResult(rc, stdout, "")


def cib(epoch: int = 5, updates: int = 3) -> CommandResult:
    return done(CIB.format(epoch=epoch, updates=updates))


@pytest.fixture(autouse=True)
def no_host(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    monkeypatch.setattr(store_module, "STORED_CIB", str(tmp_path / "none"))
    monkeypatch.setattr(engine_module, "pause", lambda attempt: None)


def ensure(runner: FakeRunner, **options: Any) -> dict[str, Any]:
    declared = options.pop("declared", {"properties": {"no-quorum-policy": "freeze"}})
    return Engine(runner, LiveStore(runner), **options).ensure(declared)


def test_no_change_is_one_query() -> None:
    runner = FakeRunner(cibadmin_query=[cib()])
    result = ensure(runner, declared={"properties": {"no-quorum-policy": "stop"}}, wait=60)
    assert (result["changed"], result["commands"]) == (False, [])
    assert runner.calls == [["cibadmin", "--query"]]


@pytest.mark.parametrize(("rc", "words"), [(NOT_FOUND, "not installed"), (102, "not running")])
def test_check_mode_without_a_cluster_predicts(rc: int, words: str) -> None:
    runner = FakeRunner(cibadmin_query=[done(rc=rc)])
    result = ensure(runner, check_mode=True)
    assert result["changed"]
    assert result["diff"] == {"before": "", "after": "properties:\n  no-quorum-policy: freeze\n"}
    assert words in result["notes"][0]
    assert runner.warnings == result["notes"]


def test_a_stopped_cluster_is_compared_with_its_stored_cib(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    (tmp_path / "cib.xml").write_text(CIB.format(epoch=5, updates=3))
    monkeypatch.setattr(store_module, "STORED_CIB", str(tmp_path / "cib.xml"))
    runner = FakeRunner(cibadmin_query=[done(rc=102)])
    assert not ensure(runner, declared={"properties": {"no-quorum-policy": "stop"}}, check_mode=True)["changed"]


def test_a_change_needs_a_running_cluster() -> None:
    with pytest.raises(ClusterError, match="not running"):
        ensure(FakeRunner(cibadmin_query=[done(rc=102)]))


def test_ondrejhome_push_fails_while_the_status_changes() -> None:
    """'Update was older than existing configuration': where only num_updates moved, the same patch is pushed again."""
    runner = FakeRunner(
        cibadmin_query=[cib(updates=9)], crm_diff_original=[done(PATCH, 1)], cibadmin_patch=[done(rc=103), done()]
    )
    LiveStore(runner).push(CIB.format(epoch=5, updates=3), CIB.format(epoch=5, updates=3))
    pushed = [text for argv, text in zip(runner.calls, runner.inputs) if "--patch" in argv]
    assert pushed == [PATCH, PATCH.replace('num_updates="3"', 'num_updates="9"')]


def test_puppet_pacemaker_pushes_over_another_writer() -> None:
    """The epoch moved: the old patch is never pushed again."""
    runner = FakeRunner(
        cibadmin_query=[cib(epoch=6)], crm_diff_original=[done(PATCH, 1)], cibadmin_patch=[done(rc=103)]
    )
    with pytest.raises(ConflictError):
        LiveStore(runner).push(CIB.format(epoch=5, updates=3), CIB.format(epoch=5, updates=3))
    assert sum("--patch" in argv for argv in runner.calls) == 1


def test_versions() -> None:
    text = CIB.format(epoch=5, updates=3)
    assert read_version(text) == Version(0, 5, 3)
    assert read_version(with_version(text, Version(1, 7, 0))) == Version(1, 7, 0)
    assert 'crm_feature_set="3.16.1"' in with_version(text, Version(1, 7, 0))
    assert 'epoch="6" num_updates="0"' in based_on(PATCH, Version(0, 5, 8))


def test_information_without_a_cluster() -> None:
    facts = information(FakeRunner())
    assert facts["cluster"] == {"running": False, "quorate": False, "dc": None}
    assert (facts["resources"], facts["nodes"]) == ([], [])


def test_actions_of_a_simulation() -> None:
    simulation = """<pacemaker-result><actions><rsc_action action="move" resource="ip" source="n1" dest="n2"/>
      <rsc_action action="noop" resource="x"/><node_action task="Fence (reboot)" node="n3" reason="lost"/></actions>
      </pacemaker-result>"""
    assert actions(simulation) == [
        {"action": "move", "resource": "ip", "source": "n1", "dest": "n2"},
        {"action": "fence", "operation": "reboot", "node": "n3", "reason": "lost"},
    ]


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ({"action": "move", "resource": "ip", "source": "n1", "dest": "n2"}, "move ip from n1 to n2"),
        ({"action": "restart", "resource": "ip", "source": "n1", "reason": "x"}, "restart ip on n1"),
        ({"action": "stop", "resource": "ip", "node": "n1"}, "stop ip on n1"),
        ({"action": "fence", "operation": "reboot", "node": "n3"}, "fence n3"),
    ],
)
def test_actions_in_words(action: dict[str, str], words: str) -> None:
    assert describe(action) == words


@pytest.mark.parametrize("name", ["stop", "move", "migrate", "restart", "recover", "demote", "re-promote", "fence"])
def test_every_action_that_interrupts_a_service_is_a_disruption(name: str) -> None:
    """All that pcmk__rscs_output and node_action_xml of Pacemaker 2.1 and 3.0 call an action that stops something."""
    assert name in DISRUPTIVE


class Bench:
    """A workbench on which everything succeeds, but without a simulation the effect is not known."""

    def __init__(self, *, simulates: bool = True) -> None:
        self.simulates = simulates

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def apply(self, commands: object) -> None:
        pass

    def text(self) -> str:
        return CIB.format(epoch=5, updates=3).replace('"stop"', '"freeze"')

    def verify(self) -> list[str]:
        return []

    def transition(self) -> tuple[list[dict[str, str]] | None, list[dict[str, str]]]:
        return ([], []) if self.simulates else (None, [])


def test_crmsh_takes_the_change_of_another_writer_for_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What he did meanwhile is neither undone nor part of the result."""
    monkeypatch.setattr(engine_module, "make_workbench", lambda runner, text: Bench())
    theirs = done(CIB.format(epoch=6, updates=0).replace('"stop"', '"freeze"'))
    runner = FakeRunner(
        cibadmin_query=[cib(), theirs, theirs], crm_diff_original=[done(PATCH, 1)], cibadmin_patch=[done(rc=103)]
    )
    result = ensure(runner)
    assert (result["changed"], result["commands"]) == (False, [])
    assert result["diff"] == {"before": "", "after": ""}


@pytest.mark.parametrize("check", [True, False])
def test_what_can_not_be_foreseen_is_refused_when_disruption_is_not_allowed(
    monkeypatch: pytest.MonkeyPatch, check: bool
) -> None:
    monkeypatch.setattr(engine_module, "make_workbench", lambda runner, text: Bench(simulates=False))
    monkeypatch.setattr(FakeRunner, "find", lambda self, name: name)
    with pytest.raises(ClusterError, match="can't tell what the cluster would do"):
        ensure(FakeRunner(cibadmin_query=[cib()]), allow_disruption=False, check_mode=check)


def test_check_mode_beside_a_running_cluster_without_pcs_predicts() -> None:
    runner = FakeRunner(cibadmin_query=[cib()])
    result = ensure(runner, check_mode=True)
    assert result["changed"]
    assert result["commands"] == [["pcs", "property", "set", "no-quorum-policy=freeze"]]
    assert result["notes"] == ["Predicted without pcs, because pcs is not installed on this host."]
    with pytest.raises(ClusterError, match="install the package 'pcs'"):
        ensure(runner)


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        (
            {},
            [
                "node 'n1' is in standby",
                "node 'n1' has attributes that are not declared and stay: rack, side.",
                "node 'n2' is in maintenance",
                "cluster is in maintenance mode",
            ],
        ),
        (
            {
                "nodes": [{"name": "n1", "standby": True, "attributes": {"rack": 4}}],
                "properties": {"maintenance-mode": True},
            },
            ["node 'n1' has attributes that are not declared and stay: side.", "node 'n2' is in maintenance"],
        ),
        (
            {
                "nodes": [
                    {"name": "n1", "maintenance": False, "attributes": {"rack": 3, "side": None}},
                    {"name": "n2", "attributes": {"maintenance": "on"}},
                ]
            },
            ["node 'n1' is in standby", "cluster is in maintenance mode"],
        ),
    ],
)
def test_what_an_operator_set_is_told(declared: dict[str, Any], expected: list[str]) -> None:
    nodes = {
        "n1": Node("n1", {"standby": "on", "maintenance": "off", "side": "left", "rack": "3"}),
        "n2": Node("n2", {"standby": "false", "maintenance": "true"}),
    }
    notes = engine_module.operators_state(Cib(properties={"maintenance-mode": "true"}, nodes=nodes), declared)
    assert [note.removeprefix("The ").partition(", which")[0] for note in notes] == expected


def test_ondrejhome_temporary_files_are_open_to_all(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy of the CIB has its passwords; only root can read it, and it is gone afterwards."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with make_workbench(FakeRunner(crm_verify_xml_file=[done()]), CIB.format(epoch=5, updates=3)) as bench:
        bench.verify()
        (directory,) = tmp_path.iterdir()
        assert directory.stat().st_mode & 0o077 == 0
        modes = {path.name: path.stat().st_mode & 0o777 for path in directory.iterdir()}
        assert modes == dict.fromkeys(("base.xml", "new.xml", "new.xml.configuration"), 0o600)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_running_cluster_forgets_a_remote_node_that_is_gone(check_mode: bool) -> None:
    runner = FakeRunner(crm_node_force=[done()])
    forgotten = Engine(runner, LiveStore(runner), check_mode=check_mode)._forget_nodes(["r1"])
    assert forgotten == [["crm_node", "--force", "--remove", "r1"]]
    assert runner.calls == ([] if check_mode else forgotten)


def test_a_remote_node_that_the_cluster_does_not_forget_is_told() -> None:
    runner = FakeRunner(crm_node_force=[CommandResult(1, "", "no connection")])
    with pytest.raises(ClusterError, match=r"'r1' is removed .* no connection. Run `crm_node --force --remove r1`"):
        Engine(runner, LiveStore(runner))._forget_nodes(["r1"])


def test_no_cluster_forgets_a_node_of_a_file(tmp_path: pathlib.Path) -> None:
    runner = FakeRunner()
    assert Engine(runner, FileStore(runner, str(tmp_path / "cib.xml")))._forget_nodes(["r1"]) == []
