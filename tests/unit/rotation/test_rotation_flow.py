# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rotation of role authkey without a cluster: at the end all hosts have one key, the new one or the former."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import typing as t
from dataclasses import dataclass

import pytest
from faked_collection import copy_collection

CHECKOUT = pathlib.Path(__file__).resolve().parents[3]
FAKED = ("internal_cluster_check", "internal_key_file", "corosync_info", "corosync_reload")
NODES = ["node1", "node2"]
FORMER = b"k" * 256
PLAY = """
- hosts: all
  gather_facts: false
  tasks:
    - include_role: { name: quorate.ha_cluster.authkey, tasks_from: rotate }
"""


@dataclass(frozen=True)
class Run:
    code: int
    output: str
    log: list[str]
    folder: pathlib.Path

    def keys(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.iterdir()}


Rotate = t.Callable[..., Run]


@pytest.fixture(scope="module")
def collections(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A copy of the collection in which no module asks a cluster."""
    action = pathlib.Path(__file__).with_name("fake_cluster.py")
    return copy_collection(tmp_path_factory.mktemp("collections"), FAKED, action)


@pytest.fixture
def rotate(collections: pathlib.Path, tmp_path: pathlib.Path) -> Rotate:
    def run(fault: str = "", *arguments: str, **variables: t.Any) -> Run:
        folder = tmp_path / "keys"
        folder.mkdir()
        keys = [{"path": str(folder / name), "hosts": NODES, "takes_over": "reload"} for name in ("first", "second")]
        for key in keys:
            pathlib.Path(str(key["path"])).write_bytes(FORMER)
        here = {"ansible_connection": "local", "ansible_become": False, "ansible_python_interpreter": sys.executable}
        values = {"ha_cluster_name": "web", "ha_nodes": NODES, "ha_rotate_older_than": 0, "ha_rotate_watch": 0}
        hosts = {**dict.fromkeys(NODES), "vmhost": None}
        inventory = {"all": {"hosts": hosts, "vars": {**here, **values, "ha_shared_keys": keys, **variables}}}
        (tmp_path / "hosts.json").write_text(json.dumps(inventory))
        (tmp_path / "play.yml").write_text(PLAY)
        (tmp_path / "ansible.cfg").touch()
        done = subprocess.run(
            ["ansible-playbook", "-i", str(tmp_path / "hosts.json"), *arguments, str(tmp_path / "play.yml")],
            cwd=tmp_path,
            env={
                **os.environ,
                "ANSIBLE_COLLECTIONS_PATH": f"{collections}:{CHECKOUT / '.venv/collections'}",
                "ANSIBLE_CONFIG": str(tmp_path / "ansible.cfg"),
                "ANSIBLE_NOCOLOR": "1",
                "FAKE_FAULT": fault,
                "FAKE_LOG": str(tmp_path / "log"),
                "PATH": f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        log = (tmp_path / "log").read_text().splitlines() if (tmp_path / "log").exists() else []
        return Run(done.returncode, done.stdout + done.stderr, log, folder)

    return run


def test_each_key_is_exchanged_on_all_hosts_and_nothing_is_left(rotate: Rotate) -> None:
    run = rotate()
    assert run.code == 0, run.output
    keys = run.keys()
    assert sorted(keys) == ["first", "second"]
    assert FORMER not in keys.values()
    assert [len(key) for key in keys.values()] == [256, 256]
    # One node has corosync take each key over, once the successor is on all hosts.
    views, writes = ["corosync_info"] * 2, ["internal_key_file"] * 5
    exchange = [*views, *writes, "corosync_reload", *views]
    assert [line.split()[1] for line in run.log] == ["internal_cluster_check", *exchange, *exchange]
    assert {line for line in run.log if "reload" in line} == {"node1 corosync_reload"}


def test_check_mode_tells_which_keys_would_be_rotated(rotate: Rotate) -> None:
    run = rotate("", "--check")
    assert run.code == 0, run.output
    assert f"Would rotate {run.folder / 'first'}, {run.folder / 'second'}" in run.output
    assert run.keys() == {"first": FORMER, "second": FORMER}


def test_young_keys_stay(rotate: Rotate) -> None:
    run = rotate("", ha_rotate_older_than=3600)
    assert (run.code, run.log) == (0, []), run.output
    assert run.keys() == {"first": FORMER, "second": FORMER}


def test_nothing_begins_while_a_host_is_missing(rotate: Rotate) -> None:
    run = rotate("", "--limit", "node1,vmhost")
    assert run.code != 0
    assert "node2 shares a key that this run would rotate, and takes no part in the run." in " ".join(
        run.output.split()
    )
    assert run.log == []


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("full disk", "the successor is not on node2, and was not taken over anywhere"),
        ("lost link", "With the new key node node2 does not see the others as before."),
    ],
)
def test_the_former_key_comes_back_where_a_host_can_not_go_on(rotate: Rotate, fault: str, reason: str) -> None:
    run = rotate(fault)
    said = " ".join(run.output.split())
    assert run.code != 0
    assert f"All hosts have the previous {run.folder / 'first'} again." in said
    assert reason in said
    assert run.keys() == {"first": FORMER, "second": FORMER}
