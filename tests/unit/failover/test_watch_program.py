# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program that watches: it sees what a host has, acknowledges only what is on the disk, and hears who answers."""

from __future__ import annotations

import importlib.util
import json
import os
import pathlib
import socket
import struct
import sys
import time
import typing as t

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover import watching

CHECKOUT = pathlib.Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def watch() -> t.Any:
    path = CHECKOUT / "roles/failover_test/files/failover_watch.py"
    spec = importlib.util.spec_from_file_location("internal_failover_watch", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["internal_failover_watch"] = module
    spec.loader.exec_module(module)
    return module


def test_addresses_and_mounts_are_read(watch: t.Any) -> None:
    shown = '[{"addr_info": [{"local": "127.0.0.1"}]}, {"addr_info": [{"local": "2001:db8::9"}, {}]}, {}]'
    assert watch.addresses(shown) == {"127.0.0.1", "2001:db8::9"}
    assert watch.mounted_numbers("36 25 7:3 / /srv rw - xfs /dev/vdb rw\nshort\n") == {"7:3"}


def test_unit_runs_while_a_process_is_in_its_control_group(watch: t.Any, tmp_path: pathlib.Path) -> None:
    for pid, text in {
        "12": "0::/system.slice/lighttpd.service\n",
        "13": "1:name=systemd:/system.slice/old.service\n0::/\n",
        "x": "0::/system.slice/no.service\n",
    }.items():
        (tmp_path / pid).mkdir()
        (tmp_path / pid / "cgroup").write_text(text)
    units = watch.running_units(tmp_path)
    assert {"lighttpd.service", "old.service"} <= units
    assert "no.service" not in units


def test_this_host_has_its_address(watch: t.Any) -> None:
    watched = [
        {"id": "here", "kind": "address", "value": "127.0.0.1"},
        {"id": "there", "kind": "address", "value": "192.0.2.9"},
        {"id": "disk", "kind": "mount", "value": "/dev/no-such-disk"},
        {"id": "unit", "kind": "unit", "value": "no-such.service"},
    ]
    assert watch.active(watched) == ["here"]


def settings(tmp_path: pathlib.Path, **more: t.Any) -> dict[str, t.Any]:
    return {"file": str(tmp_path / "lines"), "deadline": time.time() + 1.0, "interval": 0.05, **more}


def test_samples_are_written_on_change_and_once_a_second(
    watch: t.Any, tmp_path: pathlib.Path, monkeypatch: t.Any
) -> None:
    now = [100.0]
    monkeypatch.setattr(watch.time, "time", lambda: now[0])
    monkeypatch.setattr(watch.time, "sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))
    monkeypatch.setattr(watch, "active", lambda _watched: ["data"] if now[0] < 100.12 else [])
    watch.sample({**settings(tmp_path, watched=[]), "deadline": 102.5})
    monkeypatch.undo()
    lines = watching.read_lines(tmp_path / "lines")
    assert [line[2] for line in lines] == [["data"], [], [], []]
    moment, before, _seen, boot = lines[1]
    assert (round(moment, 2), round(before, 2)) == (100.15, 100.1)  # the look before still had it
    assert boot


@pytest.fixture
def disk(tmp_path: pathlib.Path, watch: t.Any, monkeypatch: t.Any) -> dict[str, str]:
    """A folder that counts as mounted."""
    place = tmp_path / "mounted"
    place.mkdir()
    monkeypatch.setattr(watch, "device_number", lambda _device: os.stat(place).st_dev)
    return {"value": "/dev/vdb", "place": str(place)}


def test_acknowledged_writes_are_readable(
    watch: t.Any, tmp_path: pathlib.Path, disk: dict[str, str], monkeypatch: t.Any
) -> None:
    monkeypatch.setattr(watch, "remove_files", lambda _item: None)  # somebody comes to look
    watch.write(settings(tmp_path, mount=disk, name="node1", write_interval=0.02))
    monkeypatch.setattr(os.path, "ismount", lambda _path: True)
    (tmp_path / "write.jsonl").write_bytes((tmp_path / "lines").read_bytes() + b'[1.0, "node1-')
    seen = watching.seen(disk, tmp_path)
    assert len(seen["acknowledged"]) == 1
    ((name, ranges),) = seen["acknowledged"].items()
    assert name.startswith("node1-")
    assert ranges[0][0] == 1
    assert ranges[0][1] > 5
    assert seen["readable"] == seen["acknowledged"]
    watching.tidy(disk, tmp_path)
    assert list(pathlib.Path(disk["place"]).iterdir()) == []


def test_files_go_when_nobody_comes_to_look(watch: t.Any, tmp_path: pathlib.Path, disk: dict[str, str]) -> None:
    watch.write(settings(tmp_path, mount=disk, name="node1", write_interval=0.02))
    assert watching.read_lines(tmp_path / "lines") != []
    assert list(pathlib.Path(disk["place"]).iterdir()) == []


def test_nothing_is_acknowledged_in_the_empty_folder_below(
    watch: t.Any, tmp_path: pathlib.Path, disk: dict[str, str], monkeypatch: t.Any
) -> None:
    monkeypatch.setattr(watch, "device_number", lambda _device: 12345)
    watch.write(settings(tmp_path, mount=disk, name="node1", write_interval=0.02))
    assert watching.read_lines(tmp_path / "lines") == []
    assert list(pathlib.Path(disk["place"]).iterdir()) == []


def test_write_that_fails_is_not_acknowledged(
    watch: t.Any, tmp_path: pathlib.Path, disk: dict[str, str], monkeypatch: t.Any
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    watch.write(settings(tmp_path, mount=disk, name="node1", write_interval=0.02))
    assert watching.read_lines(tmp_path / "lines") == []


def answer(target: str, *, to: bytes, sender: bytes, operation: int = 2) -> bytes:
    body = struct.pack("!HHBBH", 1, 0x0800, 6, 4, operation) + sender + socket.inet_aton(target)
    return to + sender + struct.pack("!H", 0x0806) + body + to + socket.inet_aton("192.0.2.1")


def test_only_answers_to_the_own_question_count(watch: t.Any) -> None:
    mine, other = bytes.fromhex("020000000001"), bytes.fromhex("0200000000aa")
    assert watch.arp_answer(answer("192.0.2.9", to=mine, sender=other), mine, "192.0.2.9") == "02:00:00:00:00:aa"
    assert watch.arp_answer(answer("192.0.2.8", to=mine, sender=other), mine, "192.0.2.9") == ""
    assert watch.arp_answer(answer("192.0.2.9", to=b"\xff" * 6, sender=other), mine, "192.0.2.9") == ""
    assert watch.arp_answer(answer("192.0.2.9", to=mine, sender=other, operation=1), mine, "192.0.2.9") == ""
    assert watch.arp_answer(b"short", mine, "192.0.2.9") == ""
    assert len(watch.arp_request(mine, "192.0.2.1", "192.0.2.9")) == 42


def test_outage_of_a_page_is_seen(watch: t.Any, tmp_path: pathlib.Path, monkeypatch: t.Any) -> None:
    good = iter([True] * 5 + [False] * 5 + [True] * 1000)
    monkeypatch.setattr(watch, "answers", lambda _url, _timeout: next(good))
    watch.probe({**settings(tmp_path, url="http://192.0.2.9/", address=""), "deadline": time.time() + 4})
    pages = [line[2] for line in watching.read_lines(tmp_path / "lines") if line[0] == "page"]
    assert pages.count(False) == 5
    assert len(pages) > 12


# --- the services ----------------------------------------------------------------------------------------------------


class Runner:
    def __init__(self) -> None:
        self.ran: list[list[str]] = []

    def run(self, argv: list[str], *_more: t.Any) -> t.Any:
        self.ran.append(argv)
        return type("Result", (), {"rc": 0, "stdout": "", "message": ""})()


def test_services_start_again_with_the_node_and_leave_nothing(tmp_path: pathlib.Path) -> None:
    state, units = tmp_path / "state", tmp_path / "units"
    state.mkdir()
    units.mkdir()
    (state / watching.PROGRAM).touch()
    (state / "sample.jsonl").write_text("[1]\n")
    runner = Runner()
    watching.start(t.cast(t.Any, runner), {"sample": {"deadline": 5}}, "/usr/bin/python3", state=state, units=units)
    text = (units / "quorate-failover-sample.service").read_text()
    assert f"ExecStart=/usr/bin/python3 {state}/failover_watch.py sample {state}/sample.json" in text
    assert "WantedBy=multi-user.target" in text
    assert runner.ran[-1] == ["systemctl", "enable", "--now", "quorate-failover-sample.service"]
    assert not (state / "sample.jsonl").exists()
    assert json.loads((state / "sample.json").read_text())["file"] == str(state / "sample.jsonl")
    assert watching.stop(t.cast(t.Any, runner), state=state, units=units)
    assert list(units.iterdir()) == []
    assert not watching.stop(t.cast(t.Any, runner), state=state, units=units)
