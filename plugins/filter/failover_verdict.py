# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say whether every invariant of a failover test held."""

from __future__ import annotations

import typing as t
from collections.abc import Callable

from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover.judging import judge

DOCUMENTATION = r"""
name: failover_verdict
short_description: Say whether every invariant of a failover test held
version_added: 0.1.0
description:
  - Takes everything that was seen of a test, and returns the result in the form that M(quorate.ha_cluster.cluster_report)
    takes, with all invariants that were broken.
positional: _input
options:
  _input:
    description: What was seen, as the role P(quorate.ha_cluster.failover_test#role) collects it.
    type: dict
    required: true
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Judge
  ansible.builtin.debug:
    msg: "{{ (record | quorate.ha_cluster.failover_verdict).violations }}"
"""

RETURN = r"""
_value:
  description: The result, with C(passed), C(violations), C(outages), C(moves), C(fencings) and more.
  type: dict
"""


def failover_verdict(record: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The result of the test that RECORD is about."""
    return judge(record)


class FilterModule:
    """Make the filter known to Ansible."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        return {"failover_verdict": failover_verdict}
