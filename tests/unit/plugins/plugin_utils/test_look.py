# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a role found on a host, and how that differs from what should be there."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host import machine
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles.look import Look


@pytest.mark.parametrize(
    ("wanted", "differs"),
    [
        ({"content": "abc"}, False),
        ({"content": "abc", "mode": "0640"}, False),
        ({"content": "abc", "validate": ["/bin/true", "%s"]}, False),
        ({"content": "abcd"}, True),
        ({"mode": "0644"}, True),
        ({"type": "directory"}, True),
    ],
)
def test_files_that_differ(tmp_path: pathlib.Path, wanted: dict[str, Any], differs: bool) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    path.chmod(0o640)
    found = Look(files={str(path): machine.file_state(str(path))})
    assert found.differing({str(path): wanted}) == ([str(path)] if differs else [])


def test_a_file_that_is_missing_differs() -> None:
    assert Look(files={"/a": {"exists": False}}).differing({"/a": {}, "/b": {}}) == ["/a", "/b"]
