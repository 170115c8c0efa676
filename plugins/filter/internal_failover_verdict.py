# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say whether every invariant of a failover test held."""

from __future__ import annotations

import typing as t
from collections.abc import Callable

from ansible_collections.quorate.ha_cluster.plugins.filter.internal_failover_aim import said
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover.judging import judge

DOCUMENTATION = r"""
name: internal_failover_verdict
short_description: Check the invariants of a failover test
version_added: 1.0.0
description:
  - "Internal: a step of the role failover_test. It may change in any release."
  - Returns the result of a test from its records, in the form of M(quorate.ha_cluster.internal_cluster_report), with
    all violated invariants.
positional: _input
options:
  _input:
    description: The records of the test, collected by the role P(quorate.ha_cluster.failover_test#role).
    type: dict
    required: true
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Judge
  ansible.builtin.debug:
    msg: "{{ (record | quorate.ha_cluster.internal_failover_verdict).violations }}"
"""

RETURN = r"""
_value:
  description: The result, with C(passed), C(violations), C(outages), C(moves), C(fencings) and more.
  type: dict
"""


Results = t.Mapping[str, t.Mapping[str, t.Any]]


def failover_verdict(record: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The result of the test that RECORD is about; what modules have returned is in it as they have."""
    probe = record["probe"].get("seen")
    clocks = {host: result for host, result in record["clocks"].items() if "ahead" in result}
    if "ahead" in record["probe_clock"]:
        clocks[record["prober"]] = record["probe_clock"]
    return judge(
        {
            **record,
            **{name: float(record[name]) for name in ("started", "broken", "healed", "ended")},
            "trouble": troubles(record["steps"], probe is None and bool(record["prober"])),
            "before": record["before"]["state"],
            "after": pick(record["after"], "state"),
            "findings_before": record["aim"]["findings"],
            "findings_after": said(record["verifications"]),
            "clocks": clocks,
            "seen": pick(record["seen"], "seen"),
            "probe": probe,
            "lacking": [text for result in record["waits"] for text in result.get("lacking", ())],
        }
    )


def pick(results: Results, key: str) -> dict[str, t.Any]:
    """What each host has returned as KEY, of those that have."""
    return {host: result[key] for host, result in results.items() if key in result}


def troubles(steps: t.Iterable[Results], blind: bool) -> list[str]:
    """What hosts could not do in the STEPS of the test; BLIND when the prober has seen nothing though there is one."""
    found = [
        f"{host}: {reason(result)}"
        for results in steps
        for host, result in results.items()
        if result.get("unreachable") or (result.get("msg") and not result.get("skipped"))
    ]
    return [*found, "The prober's host does not answer."] if blind else found


def reason(result: t.Mapping[str, t.Any]) -> str:
    """Why RESULT is that of something that could not be done; with what a command has said."""
    return " ".join(filter(None, [result.get("msg") or "it does not answer", result.get("stderr")]))


class FilterModule:
    """Make the filter known to Ansible."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        return {"internal_failover_verdict": failover_verdict}
