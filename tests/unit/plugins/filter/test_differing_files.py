# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files are not as they should be."""

from __future__ import annotations

import pathlib

import pytest
from ansible_collections.quorate.ha_cluster.plugins.filter.internal_differing_files import differing_files
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host import machine


@pytest.mark.parametrize(
    ("wanted", "differs"),
    [
        ({"content": "abc"}, False),
        ({"content": "abc", "mode": "0640"}, False),
        ({"content": "abcd"}, True),
        ({"mode": "0644"}, True),
        ({"type": "directory"}, True),
    ],
)
def test_files_that_differ(tmp_path: pathlib.Path, wanted: dict[str, str], differs: bool) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    path.chmod(0o640)
    states = {str(path): machine.file_state(str(path))}
    assert differing_files(states, {str(path): wanted}) == ([str(path)] if differs else [])


def test_a_file_that_is_missing_differs() -> None:
    assert differing_files({"/a": {"exists": False}}, {"/a": {}, "/b": {}}) == ["/a", "/b"]
