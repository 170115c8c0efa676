# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small CIBs of others, each of which was misread or could not be made again once: what is exported of each now, and
what is named as left out. The hermetic tests compare the same files with what the tools of Pacemaker and pcs say."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.export import export
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.exportable import exportable
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.leftover import leftovers
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import parse_cib

INPUTS = pathlib.Path(__file__).resolve().parents[3] / "integration" / "hermetic" / "inputs"
IP = {"id": "ip", "agent": "ocf:heartbeat:IPaddr2"}
DUMMY = {"agent": "ocf:pacemaker:Dummy"}
EXPECTED: dict[str, tuple[dict[str, Any], list[str]]] = {
    "duplicate-nvpair": ({"resources": [{**IP, "options": {"ip": "192.0.2.1"}}]}, []),
    "equal-constraints": (
        {"locations": [{"id": "l1", "resource": "ip", "node": "n1", "score": "5"}]},
        ["rsc_location l2"],
    ),
    "expression-value-source": ({"resources": [{**IP, "options": {"node": "n1"}}]}, ["rsc_location l1"]),
    "group-in-clone": (
        {
            "groups": [{"id": "together", "members": ["first", "second"]}],
            "clones": [{"id": "copies", "resource": "together", "promotable": False}],
        },
        [
            *("rsc_location where", "rsc_location when", "rsc_colocation with"),
            *("rsc_order after", "rsc_order later", "rsc_ticket ticket"),
        ],
    ),
    "guest-node": ({"resources": [{"id": "vm", **DUMMY, "meta": {"remote-node": "guest1"}}]}, []),
    "lifetime": ({"resources": [IP]}, ["rsc_location l1"]),
    "location-role": (
        {
            "locations": [
                {"id": "l1", "resource": "ip", "node": "n1", "score": "100", "options": {"role": "Started"}},
            ]
        },
        [],
    ),
    "no-operations": ({"resources": [{"id": "d", **DUMMY}], "operation_defaults": {"timeout": "90s"}}, []),
    "nvset-score": ({"resources": [{**IP, "options": {"ip": "192.0.2.99"}}]}, []),
    "op-parameter": (
        {"resources": [{**IP, "operations": [{"name": "monitor", "interval": "10s", "timeout": "20s"}]}]},
        ["nvpair oi1 of op o1"],
    ),
    "operation-times": (
        {
            "properties": {
                "stonith-enabled": "false",
                "cluster-recheck-interval": "PT5M",
                "cluster-delay": "60S",
            }
        },
        [
            *("nvpair dead", "op short-monitor of primitive short", "timeout of op short-start of primitive short"),
            *("op stateful-unpromoted of primitive stateful", "op stateful-start-again of primitive stateful"),
        ],
    ),
    "no-quorum-policy-suicide": ({"properties": {"no-quorum-policy": "suicide", "stonith-enabled": "false"}}, []),
    "property-of-another-type": (
        {"properties": {"node-health-base": "10"}},
        ["nvpair limit", "nvpair ipc", "nvpair threshold", "nvpair placement"],
    ),
    "remote-node": ({"resources": [{"id": "r1", "agent": "ocf:pacemaker:remote"}]}, []),
    "rule-quotes": ({"resources": [IP]}, ["rsc_location l1"]),
    "rule-role-started": (
        {
            "locations": [
                {
                    "id": "l1",
                    "resource": "ip",
                    "rule": "#uname eq n1",
                    "score": "INFINITY",
                    "options": {"role": "Started"},
                }
            ]
        },
        [],
    ),
    "rule-without-boolean-op": (
        {
            "locations": [
                {"id": "l1", "resource": "ip", "rule": "#uname eq n1 and pingd gt 0", "score": "INFINITY"},
            ],
            "operation_defaults_sets": [
                {
                    "id": "op-monitor-and",
                    "rule": "resource ocf:heartbeat:IPaddr2 and op monitor interval=10s",
                    "values": {"timeout": "8s"},
                }
            ],
        },
        [],
    ),
    "second-plain-defaults": (
        {
            "resource_defaults": {"resource-stickiness": "1"},
            "resource_defaults_sets": [{"id": "rd2", "score": "10", "values": {"priority": "2"}}],
        },
        [],
    ),
    "withdrawn-options": (
        {
            "resources": [
                {
                    "id": "d",
                    **DUMMY,
                    "meta": {"priority": "1"},
                    "operations": [{"name": "monitor", "interval": "10s"}],
                }
            ],
            "groups": [{"id": "g", "members": ["d"]}],
            "resource_defaults": {"migration-threshold": "3"},
            "operation_defaults": {"timeout": "30s"},
        },
        [
            *("nvpair d-restart of primitive d", "nvpair g-restart of group g", "nvpair plain-restart of rsc_defaults"),
            *("meta_attributes empty of rsc_defaults", "nvpair ops-fail of op_defaults"),
        ],
    ),
}
CONSTRAINTS = ("locations", "colocations", "orders", "tickets")


@pytest.mark.parametrize("name", EXPECTED)
def test_small_cib_is_read_as_pacemaker_reads_it(name: str) -> None:
    text = (INPUTS / f"{name}.xml").read_text(encoding="utf-8")
    model = parse_cib(text)
    wanted, left_out = EXPECTED[name]
    found = export(exportable(model)[0])
    nothing: dict[str, Any] = {kind: [] for kind in CONSTRAINTS}
    for kind, items in {**nothing, **wanted}.items():
        assert found[kind] == items
    assert [phrase.partition(" (")[0] for phrase in leftovers(text, model)] == left_out
