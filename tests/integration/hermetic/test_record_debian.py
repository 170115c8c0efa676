# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""tools/record-distribution reads the same from today's Debian 12 as the record of Debian 12 holds."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
from typing import Any

import pytest

from .conftest import REPOSITORY

RECORD = REPOSITORY / "tests" / "unit" / "files" / "distributions" / "debian-12.json"
FEW = ("corosync-qnetd", "fence-virtd", "iptables-persistent", "netfilter-persistent", "pacemaker")


@pytest.fixture(scope="module")
def package_lists(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which apt has fresh lists of packages, which the host itself may lack."""
    folder = tmp_path_factory.mktemp("apt")
    folder.chmod(0o755)
    folder.parent.chmod(0o755)  # apt downloads as a user of its own
    (folder / "lists" / "partial").mkdir(parents=True)
    (folder / "cache" / "archives" / "partial").mkdir(parents=True)
    configuration = folder / "apt.conf"
    configuration.write_text(
        f'Dir::State::lists "{folder}/lists"; Dir::Cache "{folder}/cache"; APT::Sandbox::User "root";\n'
    )
    environment = {**os.environ, "APT_CONFIG": str(configuration)}
    subprocess.run(["apt-get", "update", "--quiet=2"], check=True, env=environment)
    return environment


def comparable(item: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key not in ("version", "date")}


def test_a_new_record_of_debian_12_equals_the_kept_one(package_lists: dict[str, str], tmp_path: pathlib.Path) -> None:
    kept = json.loads(RECORD.read_text())
    output = tmp_path / RECORD.name
    shutil.copy(RECORD, output)
    tool = [REPOSITORY / "tools" / "record-distribution", "--only", *FEW, "--output", str(output)]
    done = subprocess.run(tool, capture_output=True, text=True, check=False, env=package_lists)
    assert done.returncode == 0, done.stderr
    made = json.loads(output.read_text())
    assert set(made["packages"]) == set(kept["packages"])
    for name in FEW:
        assert comparable(made["packages"][name]) == comparable(kept["packages"][name])
    assert comparable(made["facts"]) == comparable(kept["facts"])
    assert made["platforms"] == kept["platforms"]
