# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A variable of several hosts."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.quorate.ha_cluster.plugins.filter.internal_by_host import FilterModule

by_host = FilterModule().filters()["internal_by_host"]
HOSTVARS = {"node1": {"look": 1}, "node2": {"look": 2}, "node3": {}}


def test_a_variable_by_host() -> None:
    assert by_host(["node2", "node1"], HOSTVARS, "look") == {"node2": 2, "node1": 1}
    assert by_host([], HOSTVARS, "look") == {}


def test_a_host_without_the_variable_is_named_or_left_out() -> None:
    with pytest.raises(AnsibleFilterError, match=r"^node3 has no variable look$"):
        by_host(["node1", "node3"], HOSTVARS, "look")
    assert by_host(["node1", "node3"], HOSTVARS, "look", partial=True) == {"node1": 1}
