# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What purge removes, and what it leaves."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.desired import merge
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.export import by_name, export
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

AGENT = "ocf:pacemaker:Dummy"
DECLARED: dict[str, Any] = {
    "properties": {"no-quorum-policy": "stop", "x-one": 1, "x-two": 2},
    "resources": [{"id": name, "agent": AGENT} for name in ("web-1", "web-2", "web-3", "db", "other")],
    "stonith": [{"id": name, "agent": "fence_xvm"} for name in ("web-fence", "f2")],
    "groups": [{"id": "g", "members": ["web-3", "other"]}],
    "clones": [{"resource": "db"}],
    "locations": [
        {"resource": "web-1", "node": "n1"},
        {"resource": "web-2", "node": "n1"},
        {"id": "cli-prefer-web-2", "resource": "web-2", "node": "n2"},
    ],
    "stonith_levels": [{"level": level, "node": "n1", "devices": ["f2"]} for level in (1, 2)],
    "tags": [{"id": "t", "members": ["web-1", "other"]}],
    "acl_users": [{"id": "alice"}],
}


@pytest.fixture
def cib() -> Cib:
    return merge(Cib(), DECLARED)


def gone(before: Cib, declared: dict[str, Any]) -> dict[str, list[str]]:
    old, new = export(before), export(merge(before, declared))
    names = {kind: list(by_name(kind, old[kind])) for kind in old}
    left = {kind: list(by_name(kind, new[kind])) for kind in new}
    missing = {kind: [name for name in names[kind] if name not in left[kind]] for kind in old}
    return {kind: names for kind, names in missing.items() if names}


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ({"purge": {}}, {}),
        ({"purge": {"resources": ["web"]}}, {}),
        ({"purge": {"properties": ["x-.*"]}, "properties": {"x-two": 2}}, {"properties": ["x-one"]}),
        (
            {"purge": {"resources": ["web-.*"]}, "resources": [{"id": "web-2"}, {"id": "web-3"}]},
            {"resources": ["web-1"], "locations": ["location-web-1-n1"]},
        ),
        (
            {"purge": {"resources": ["web-.*"]}, "groups": [{"id": "g"}], "tags": [{"id": "t"}]},
            {
                "resources": ["web-1", "web-2"],
                "locations": ["location-web-1-n1", "location-web-2-n1", "cli-prefer-web-2"],
            },
        ),
        (
            {
                "purge": {"resources": [".*"]},
                "clones": [{"id": "db-clone"}],
                "groups": [{"id": "g"}],
                "locations": [{"resource": "web-1", "node": "n1"}],
            },
            {"resources": ["web-2"], "locations": ["location-web-2-n1", "cli-prefer-web-2"]},
        ),
        (
            {
                "purge": {"stonith": [".*"]},
                "stonith_levels": [{"level": 1, "node": "n1"}, {"level": 2, "node": "n1", "devices": ["f2"]}],
            },
            {"stonith": ["web-fence"]},
        ),
        ({"purge": {"clones": [".*"], "groups": ["g"]}}, {"groups": ["g"], "clones": ["db-clone"]}),
        (
            {"purge": {"locations": [".*"]}, "locations": [{"resource": "web-2", "node": "n1"}]},
            {"locations": ["location-web-1-n1"]},
        ),
        ({"purge": {"locations": ["cli-.*"]}}, {"locations": ["cli-prefer-web-2"]}),
        (
            {"purge": {"stonith_levels": [".* [2-9]"], "tags": [".*"], "acl_users": ["a.*"]}},
            {"stonith_levels": ["n1 2"], "tags": ["t"], "acl_users": ["alice"]},
        ),
    ],
)
def test_what_goes(cib: Cib, declared: dict[str, Any], expected: dict[str, list[str]]) -> None:
    assert gone(cib, declared) == expected
    again = merge(cib, declared)
    assert merge(again, declared) == again


def test_no_pattern(cib: Cib) -> None:
    with pytest.raises(ClusterError, match="purge of 'tags' is not a regular expression"):
        merge(cib, {"purge": {"tags": ["("]}})
