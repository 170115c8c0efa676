# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a machine has, as dpkg, rpm and systemd tell it."""

from __future__ import annotations

import hashlib
import pathlib
from collections.abc import Mapping

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host import machine
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import CommandResult


class Host:
    """Answers every command with the same text, and remembers it."""

    def __init__(self, stdout: str) -> None:
        self.stdout = stdout
        self.argv: list[str] = []

    def run(
        self, argv: list[str], stdin: str | None = None, environment: Mapping[str, str] | None = None
    ) -> CommandResult:
        self.argv = argv
        return CommandResult(0, self.stdout, "")

    def find(self, name: str) -> str | None:
        return name

    def warn(self, message: str) -> None:
        raise AssertionError(message)


def test_packages_of_debian() -> None:
    host = Host("pcs installed\ncorosync not-installed\nxfsprogs config-files\n")
    found = machine.installed(host, ["pcs", "corosync", "xfsprogs", "parted"], debian=True)
    assert found == {"pcs": True, "corosync": False, "xfsprogs": False, "parted": False}
    assert host.argv[0] == "dpkg-query"


def test_packages_of_the_red_hat_family() -> None:
    host = Host("pcs installed\npackage corosync is not installed\n")
    assert machine.installed(host, ["pcs", "corosync"], debian=False) == {"pcs": True, "corosync": False}
    assert host.argv[0] == "rpm"


def test_nothing_is_asked_for_nothing() -> None:
    host = Host("")
    assert machine.installed(host, [], debian=True) == {} == machine.units(host, [])
    assert host.argv == []


def test_units_in_the_order_asked() -> None:
    shown = (
        "LoadState=loaded\nActiveState=active\nUnitFileState=enabled\nActiveEnterTimestampMonotonic=5000000\n"
        "StateChangeTimestampMonotonic=7500000\nNeedDaemonReload=no\n\n"
        "LoadState=not-found\nActiveState=inactive\nUnitFileState=\nActiveEnterTimestampMonotonic=0\n\n"
        "LoadState=loaded\nActiveState=activating\nUnitFileState=disabled\nNeedDaemonReload=yes\n"
    )
    assert machine.parse_units(["pcsd.service", "ufw.service", "corosync.service"], shown, 1000.0) == {
        "pcsd.service": machine.UnitState(loaded=True, active=True, enabled=True, started=1005.0, settled=1007.5),
        "ufw.service": machine.UnitState(),
        "corosync.service": machine.UnitState(loaded=True, outdated=True),
    }


def test_units_where_systemd_does_not_answer() -> None:
    state = {"loaded": False, "active": False, "enabled": False, "started": 0.0, "settled": 0.0, "outdated": False}
    assert machine.units(Host(""), ["a.service"]) == {"a.service": state}


def test_files(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    path.chmod(0o640)
    state = machine.file_state(str(path))
    assert (state["exists"], state["type"], state["mode"], state["size"]) == (True, "file", "0640", 3)
    assert state["sha256"] == hashlib.sha256(b"abc").hexdigest()
    assert machine.file_state(str(tmp_path))["type"] == "directory"
    assert machine.file_state(str(path / "below")) == {"exists": False} == machine.file_state("/no/such/file")


def test_texts(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "text"
    path.write_text("node1\n")
    assert (machine.read_text(str(path)), machine.read_text("/no/such/file")) == ("node1\n", "")


@pytest.mark.parametrize(
    ("files", "debian"),
    [
        ([machine.DPKG_DATABASE], True),
        ([machine.DPKG_DATABASE, "etc/redhat-release"], False),
        ([machine.DPKG_DATABASE, "etc/system-release"], False),
        (["etc/redhat-release"], False),
    ],
)
def test_a_host_of_the_red_hat_family_with_the_package_dpkg_is_asked_by_rpm(
    tmp_path: pathlib.Path, files: list[str], debian: bool
) -> None:
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert machine.uses_dpkg(tmp_path) is debian
