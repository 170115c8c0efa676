# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a machine's files and units are brought into a state."""

from __future__ import annotations

import os
import pathlib
import typing as t
from collections.abc import Mapping

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.machine import UnitState
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.machine_change import (
    Unit,
    make_directory,
    steer,
    verbs,
    write_file,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import CommandResult

RUNNING = UnitState(loaded=True, active=True, enabled=True, started=100.0, settled=200.0)
IDLE = UnitState(loaded=True, active=False, enabled=False)


def newest(times: Mapping[str, float]) -> t.Callable[[t.Sequence[str]], float]:
    return lambda paths: max((times[path] for path in paths), default=0.0)


@pytest.mark.parametrize(
    ("unit", "found", "expected"),
    [
        (Unit("a", enabled=True, state="started"), IDLE, ["enable", "start"]),
        (Unit("a", enabled=True, state="started"), RUNNING, []),
        (Unit("a", enabled=False, state="stopped"), RUNNING, ["disable", "stop"]),
        (Unit("a", enabled=False, state="stopped"), IDLE, []),
        (Unit("a"), RUNNING, []),
        (Unit("a"), IDLE, []),
        (Unit("a", restarted_by=["old"]), RUNNING, []),
        (Unit("a", restarted_by=["old", "new"]), RUNNING, ["restart"]),
        (Unit("a", restarted_by=["new"]), IDLE, []),
        (Unit("a", state="started", restarted_by=["new"]), IDLE, ["start"]),
        (Unit("a", state="stopped", restarted_by=["new"]), RUNNING, ["stop"]),
        (Unit("a", reloaded_by=["between"]), RUNNING, []),
        (Unit("a", reloaded_by=["new"]), RUNNING, ["reload"]),
        (Unit("a", restarted_by=["between"], reloaded_by=["new"]), RUNNING, ["restart"]),
    ],
)
def test_what_a_unit_takes(unit: Unit, found: UnitState, expected: list[str]) -> None:
    assert verbs(unit, found, newest({"old": 50.0, "between": 150.0, "new": 250.0})) == expected


class Systemd:
    """Answers `systemctl show`, remembers what else it was told, and refuses what starts with REFUSES."""

    def __init__(self, shown: str, refuses: str = "-") -> None:
        self._shown, self._refuses = shown, refuses
        self.told: list[str] = []

    def run(
        self, argv: list[str], stdin: str | None = None, environment: Mapping[str, str] | None = None
    ) -> CommandResult:
        if argv[1] == "show":
            return CommandResult(0, self._shown, "")
        words = " ".join(argv[1:])
        self.told.append(words)
        return CommandResult(1, "", "Job failed.") if words.startswith(self._refuses) else CommandResult(0, "", "")

    def find(self, name: str) -> str | None:
        return name

    def warn(self, message: str) -> None:
        raise AssertionError(message)


STOPPED = "LoadState=loaded\nActiveState=inactive\nUnitFileState=disabled\n"
BOTH = [Unit("a", enabled=True, state="started"), Unit("b", enabled=True, state="started")]


def test_units_are_told_together() -> None:
    systemd = Systemd(f"{STOPPED}\n{STOPPED}")
    assert steer(systemd, BOTH, [], check_mode=False) == {"a": ["enable", "start"], "b": ["enable", "start"]}
    assert systemd.told == ["enable a b", "start a b"]


def test_systemd_reads_files_that_it_has_not_read() -> None:
    systemd = Systemd(f"{STOPPED}NeedDaemonReload=yes\n")
    steer(systemd, BOTH[:1], [], check_mode=False)
    assert systemd.told == ["daemon-reload", "enable a", "start a"]


def test_systemd_reads_drop_ins_that_it_does_not_know_of() -> None:
    unit = [Unit("a", state="started", restarted_by=["/etc/a.conf", "/etc/systemd/system/a.service.d/own.conf"])]
    systemd = Systemd(STOPPED)
    steer(systemd, unit, [], check_mode=False)
    assert systemd.told == ["daemon-reload", "start a"]


def test_check_mode_tells_systemd_nothing() -> None:
    systemd = Systemd(f"{STOPPED}\n{STOPPED}")
    assert steer(systemd, BOTH, [], check_mode=True) == {"a": ["enable", "start"], "b": ["enable", "start"]}
    assert systemd.told == []


def test_check_mode_foresees_what_a_file_that_would_be_written_brings() -> None:
    running = "LoadState=loaded\nActiveState=active\nUnitFileState=enabled\nActiveEnterTimestampMonotonic=1\n"
    unit = [Unit("a", restarted_by=["/nowhere/conf"])]
    assert steer(Systemd(running), unit, [], check_mode=True) == {"a": []}
    assert steer(Systemd(running), unit, ["/nowhere/conf"], check_mode=True) == {"a": ["restart"]}


def test_what_systemd_refuses_is_told() -> None:
    with pytest.raises(ClusterError, match=r"systemctl start a b: Job failed\."):
        steer(Systemd(f"{STOPPED}\n{STOPPED}", refuses="start"), BOTH, [], check_mode=False)


class Module:
    """What is used of AnsibleModule, for a user who may own nothing but what is his."""

    def __init__(self, folder: pathlib.Path, *, check_mode: bool = False) -> None:
        self.tmpdir = str(folder)
        self.check_mode = check_mode
        self.validated: list[str] = []

    def selinux_enabled(self) -> bool:
        return False

    def load_file_common_arguments(self, params: Mapping[str, t.Any], path: str) -> dict[str, t.Any]:
        return {**params, "path": path}

    def set_fs_attributes_if_different(
        self, arguments: Mapping[str, t.Any], changed: bool, diff: dict[str, t.Any]
    ) -> bool:
        path, mode = arguments["path"], int(arguments["mode"], 8)
        if not os.path.exists(path):
            return True
        present = os.stat(path).st_mode & 0o7777
        if present == mode:
            return changed
        diff.update(before={"path": path, "mode": f"{present:04o}"}, after={"path": path, "mode": f"{mode:04o}"})
        if not self.check_mode:
            os.chmod(path, mode)
        return True

    def run_command(self, argv: list[str]) -> tuple[int, str, str]:
        self.validated.append(pathlib.Path(argv[-1]).read_text(encoding="utf-8"))
        return (0, "", "") if argv[0] == "accepts" else (1, "", "syntax error\n")


def test_a_file_is_written_once(tmp_path: pathlib.Path) -> None:
    path, module = tmp_path / "conf", Module(tmp_path)
    wanted = {"content": "text\n", "mode": "0640", "validate": ["accepts", "%s"]}
    diff = write_file(module, str(path), wanted)
    assert diff is not None
    assert (diff["before"], diff["after"], diff["after_header"]) == ("", "text\n", str(path))
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("text\n", 0o640)
    assert write_file(module, str(path), wanted) is None
    assert module.validated == ["text\n"]
    assert list(tmp_path.iterdir()) == [path]


def test_a_mode_alone_is_mended(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "conf"
    path.write_text("text\n")
    path.chmod(0o600)
    diff = write_file(Module(tmp_path), str(path), {"content": "text\n"})
    assert diff == {
        "before_header": str(path),
        "after_header": str(path),
        "before": "mode: 0600\n",
        "after": "mode: 0644\n",
    }
    assert path.stat().st_mode & 0o777 == 0o644


def test_what_is_refused_leaves_the_file_as_it_was(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "conf"
    path.write_text("old\n")
    with pytest.raises(ClusterError, match=r"conf is left as it was, for refuses refuses the new one: syntax error$"):
        write_file(Module(tmp_path), str(path), {"content": "new\n", "validate": ["refuses", "%s"]})
    assert path.read_text() == "old\n"


def test_check_mode_writes_nothing(tmp_path: pathlib.Path) -> None:
    module = Module(tmp_path, check_mode=True)
    path = tmp_path / "folder" / "conf"
    assert make_directory(module, str(path.parent), {}) is not None
    assert write_file(module, str(path), {"content": "text\n"}) is not None
    assert list(tmp_path.iterdir()) == []


def test_directories_are_made_with_those_above(tmp_path: pathlib.Path) -> None:
    path, module = tmp_path / "a" / "b", Module(tmp_path)
    assert make_directory(module, str(path), {"mode": "0750"}) is not None
    assert path.stat().st_mode & 0o777 == 0o750
    assert make_directory(module, str(path), {"mode": "0750"}) is None


def test_a_file_in_the_place_of_a_directory_stays(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a").write_text("")
    with pytest.raises(ClusterError, match="should be a directory, and is something else"):
        make_directory(Module(tmp_path), str(tmp_path / "a"), {})


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"content": "", "owners": "root"}, "conf has owners; it takes content, group, mode, owner, validate"),
        ({}, "no content"),
    ],
)
def test_what_is_misspelt_or_missing_is_told(tmp_path: pathlib.Path, wanted: dict[str, str], words: str) -> None:
    with pytest.raises(ClusterError, match=words):
        write_file(Module(tmp_path), str(tmp_path / "conf"), wanted)
