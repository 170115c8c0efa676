# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tables of the report hold."""

from __future__ import annotations

import typing as t
import xml.etree.ElementTree as ET

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import parse_cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import parse
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.details import (
    details,
    fail_counts,
    fencing_history,
    tickets,
    votes,
)

STATE = ET.fromstring(
    """<pacemaker-result><node_history>
<node name="node1">
<resource_history id="web:0" migration-threshold="3" fail-count="INFINITY" last-failure="2026-11-02"/>
<resource_history id="ip" migration-threshold="3"/></node>
<node name="node2"><resource_history id="web" fail-count="0"/></node></node_history>
<fence_history><fence_event status="failed" action="off" target="node2" client="stonith_admin.7" origin="node1"
 exit-reason="no route" completed="2026-11-03"/></fence_history><tickets>
<ticket id="T" status="granted" standby="false" last-granted="Tue Nov 14 22:13:20 2023"/>
<ticket id="U" status="revoked" standby="true"/></tickets></pacemaker-result>"""
)
CIB = """<cib validate-with="pacemaker-3.9"><configuration><crm_config><cluster_property_set id="cib-bootstrap-options">
<nvpair id="p" name="stonith-enabled" value="true"/></cluster_property_set></crm_config><nodes/><resources>
<primitive id="d" class="ocf" provider="pacemaker" type="Dummy"><operations>
<op id="o1" name="monitor" interval="10s" timeout="20s" role="Promoted"/>
<op id="o2" name="start" interval="0s" on-fail="block"/>
</operations></primitive></resources><constraints/><rsc_defaults><meta_attributes id="m">
<nvpair id="s" name="resource-stickiness" value="100"/></meta_attributes></rsc_defaults></configuration></cib>"""
NODES = "nodelist {{\n{}}}\nquorum {{\n{}\n}}\n"


def test_fail_counts_are_those_that_are_not_zero() -> None:
    assert fail_counts(STATE) == [
        {"resource": "web", "node": "node1", "count": "INFINITY", "limit": "3", "last": "2026-11-02"}
    ]


def test_the_history_of_fencing_names_who_did_it_and_why_it_failed() -> None:
    assert fencing_history(STATE) == [
        {
            "node": "node2",
            "action": "off",
            "status": "failed",
            "by": "",
            "asked_by": "stonith_admin.7",
            "on": "node1",
            "time": "2026-11-03",
            "reason": "no route",
        }
    ]


@pytest.mark.parametrize(
    ("own", "settings", "expected"),
    [
        ((1, 1, 1), "", (3, 2, False, 0)),
        ((1, 1), "two_node: 1", (2, 1, True, 0)),
        ((3, 1, 1), "", (5, 3, False, 0)),
        ((1, 1), "device {\n model: net\n net {\n algorithm: ffsplit\n }\n}", (3, 2, False, 1)),
        ((1, 1, 1, 1), "device {\n model: net\n net {\n algorithm: lms\n }\n}", (7, 4, False, 3)),
        ((1, 1), "two_node: 1\ndevice {\n votes: 1\n}", (3, 2, False, 1)),
    ],
)
def test_votes(own: tuple[int, ...], settings: str, expected: tuple[int, int, bool, int]) -> None:
    nodes = "".join(f"node {{\n name: n{number}\n quorum_votes: {count}\n}}\n" for number, count in enumerate(own))
    found = votes(parse(NODES.format(nodes, settings)))
    assert found["nodes"] == {f"n{number}": count for number, count in enumerate(own)}
    device = found["device"].get("votes", 0)
    assert (found["expected"], found["quorum"], found["two_node"], device) == expected


def test_a_configuration_alone_tells_no_history() -> None:
    found: dict[str, t.Any] = details(parse_cib(CIB), None, None)
    assert found["properties"] == {"stonith-enabled": "true"}
    assert found["resource_defaults"] == {"resource-stickiness": "100"}
    assert found["operations"] == [
        {"resource": "d", "name": "monitor", "options": "interval 10s, timeout 20s, role Promoted"},
        {"resource": "d", "name": "start", "options": "on-fail block"},
    ]
    assert (found["failures"], found["fail_counts"], found["fencing_history"], found["votes"]) == ([], [], [], {})


def test_tickets_have_their_state() -> None:
    assert tickets(STATE) == [
        {"ticket": "T", "state": "granted", "last_granted": "Tue Nov 14 22:13:20 2023"},
        {"ticket": "U", "state": "revoked, standby", "last_granted": ""},
    ]
