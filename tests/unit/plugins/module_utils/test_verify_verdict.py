# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What several hosts come to together, what is accepted, what is said, and what would happen if a node were lost."""

from __future__ import annotations

import pathlib
import typing as t
import xml.etree.ElementTree as ET

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import parse
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify import what_if
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.boot import ENABLED
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.catalogue import CHECKS, SUBJECTS, sort_out
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.compare import compare, odd_ones
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import from_results, unique
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.status import OFFLINE
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.verdict import judge, summary
from verify_results import AT_BOOT, BANNED, HOSTS, NOW, STOPPED, facts, result


def different(**changes: t.Any) -> list[tuple[str, str]]:
    """What is found when node2 has other facts."""
    found = compare({"node1": facts(), "node2": facts(**changes), "node3": facts()}, NOW)
    return [(item.id, item.host) for item in found]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"keys": {"/etc/corosync/authkey": "b"}}, [("key-differs", "node2")]),
        ({"keys": {}}, [("key-differs", "node2")]),
        ({"packages": {"corosync": "3.1.8"}}, [("packages-differ", "node2")]),
        ({"packages": {}}, []),
        ({"corosync": "x"}, [("corosync-differs", "node2")]),
        ({"dc": "node2"}, [("cluster-split", "")]),
        ({"dc": ""}, []),
        ({"cib": {"version": "0.5", "digest": "x"}}, [("cib-differs", "node2")]),
        ({"cib": {"version": "0.6", "digest": "x"}}, []),
        ({"clock": {"asked": 990.0, "here": 1060.0}}, [("clock-differs", "node2")]),
        ({"clock": {"asked": 990.0, "here": 900.0}}, [("clock-differs", "node2")]),
        ({"clock": {"asked": 990.0, "here": 999.0}}, []),
        ({"clock": {}}, []),
    ],
)
def test_hosts_are_compared(changes: dict[str, t.Any], expected: list[tuple[str, str]]) -> None:
    assert different(**changes) == expected


def test_without_a_majority_all_are_odd() -> None:
    assert odd_ones({"node1": "a", "node2": "b"}) == ["node1", "node2"]
    assert odd_ones({"node1": "a", "node2": "a", "node3": "b"}) == ["node3"]
    assert odd_ones({"node1": "a"}) == []


def test_findings_about_one_host_are_its_own_and_others_count_once() -> None:
    verdict = judge(
        {"node1": result(BANNED), "node2": result(BANNED, AT_BOOT), "node3": result(BANNED)}, [], HOSTS, NOW
    )
    assert [(item.id, item.host) for item in verdict.opened] == [("boot-enabled", "node2"), ("ban-left-over", "")]
    assert [verdict.errors_of(host) != [] for host in HOSTS] == [False, True, False]


def test_worst_that_is_said_of_one_thing_counts() -> None:
    away = OFFLINE.found("node3", "node3 is not online.", severity="warning")
    worse = OFFLINE.found("node3", "node3 is not online.")
    verdict = judge({"node1": result(away), "node2": result(worse)}, [], HOSTS, NOW)
    assert [(item.id, item.severity) for item in verdict.opened] == [("node-offline", "error")]
    assert len(verdict.errors_of("node1")) == 1
    assert verdict.errors_of("node2") == []


def test_two_findings_of_one_kind_about_one_host_are_both_kept() -> None:
    verdict = judge({"node1": result(AT_BOOT, ENABLED.found("lighttpd.service", "Twice."))}, [], HOSTS, NOW)
    assert len(verdict.opened) == 2


def test_accepted_findings_are_set_aside_with_their_reason() -> None:
    opened, known = sort_out([BANNED, AT_BOOT], [{"id": "ban-left-over", "reason": "Meant so."}])
    assert opened == [AT_BOOT]
    assert known == [(BANNED, "Meant so.")]
    opened, known = sort_out([BANNED], [{"id": "ban-left-over", "reason": "Another.", "subject": "cli-ban-x"}])
    assert (opened, known) == ([BANNED], [])


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"id": "ban-leftover", "reason": "x"}, "did you mean ban-left-over"),
        ({"id": "zzz", "reason": "x"}, "never finds"),
        ({"id": "ban-left-over"}, "without a reason"),
        ({"id": "ban-left-over", "reason": "  "}, "without a reason"),
    ],
)
def test_what_can_not_be_accepted(entry: dict[str, str], words: str) -> None:
    with pytest.raises(ClusterError, match=words):
        sort_out([], [entry])


def test_rehearsal_of_the_first_run_has_no_cluster_to_judge() -> None:
    results = {host: result(STOPPED, running=False, picture=False) for host in HOSTS}
    assert judge(results, [], HOSTS, NOW, rehearsal=True).opened == []
    assert [item.host for item in judge(results, [], HOSTS, NOW).opened] == list(HOSTS)


def test_host_that_runs_speaks_for_the_cluster() -> None:
    results = {
        "node1": result(STOPPED, running=False, picture=False),
        "node2": result(),
        "node3": result(picture=False),
    }
    verdict = judge(results, [], HOSTS, NOW)
    assert verdict.primary == "node2"
    assert [len(verdict.errors_of(host)) for host in HOSTS] == [1, 0, 0]


def test_what_is_said_at_the_end() -> None:
    results = {"node1": result(BANNED), "node2": result(AT_BOOT)}
    lines = summary(judge(results, [{"id": "ban-left-over", "reason": "Meant so."}], HOSTS, NOW))
    assert lines[0] == "Online: node1, node2, node3"
    assert lines[1] == "Running: lighttpd on node2"
    assert lines[2].startswith("Not done: this run did not reach node3")
    assert lines[3].startswith("Error: lighttpd.service is enabled. (host node2)")
    assert lines[4] == "Accepted: web has a ban on node1. [ban-left-over] Meant so."


def test_same_finding_on_several_hosts_is_one_line() -> None:
    other = ENABLED.found("lighttpd.service", "Twice.")
    results = {"node1": result(AT_BOOT), "node2": result(AT_BOOT, other), "node3": result(AT_BOOT)}
    verdict = judge(results, [], HOSTS, NOW)
    assert len(verdict.opened) == 4
    lines = [line for line in summary(verdict) if line.startswith("Error: ")]
    assert len(lines) == 2
    assert "lighttpd.service is enabled. (hosts node1, node2, node3) " in lines[0]
    assert "Twice. (host node2) " in lines[1]


def test_ids_are_unique_and_say_what_helps() -> None:
    checks = [check for subject in SUBJECTS.values() for check in subject]
    assert len(checks) == len(CHECKS)
    for check in checks:
        assert check.severity in ("error", "warning")
        assert check.meaning.endswith("."), check.id
        assert check.fix.endswith((".", ")")), check.id


def test_findings_survive_the_way_through_ansible() -> None:
    assert from_results([AT_BOOT.at("node2").as_result()]) == [AT_BOOT.at("node2")]
    assert unique([BANNED, AT_BOOT, BANNED]) == [AT_BOOT, BANNED]


# --- what if ---------------------------------------------------------------------------------------------------------

CIB = """<cib crm_feature_set="3.16.2" have-quorum="1"><configuration><nodes><node id="1" uname="node1"/>
<node id="2" uname="node2" type="member"/><node id="r" uname="remote" type="remote"/></nodes></configuration><status>
<node_state id="1" uname="node1" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="1"/></node_state>
<node_state id="2" uname="node2" in_ccm="true" crmd="online" join="member" expected="member"/></status></cib>"""


def test_lost_node_is_gone_and_expected() -> None:
    root = ET.fromstring(what_if.without(CIB, "node1", quorate=False))
    lost, other = root.findall("status/node_state")
    assert (lost.get("in_ccm"), lost.get("crmd"), lost.get("join"), lost.get("expected")) == (
        "false",
        "offline",
        "down",
        "member",
    )
    assert other.get("in_ccm") == "true"
    assert root.get("have-quorum") == "0"


def test_cib_without_state_gets_one_of_a_cold_start() -> None:
    bare = CIB[: CIB.index("<status>")] + "</cib>"
    assert not what_if.has_state(bare)
    root = ET.fromstring(what_if.with_all_nodes(bare, "3.16.1"))
    assert [state.get("uname") for state in root.findall("status/node_state")] == ["node1", "node2"]
    assert root.get("crm_feature_set") == "3.16.1"
    assert ET.fromstring(what_if.with_all_nodes(bare, "3.19.0")).get("crm_feature_set") == "3.16.2"


SIMULATION = """<pacemaker-result><cluster_status><resources>
<resource id="a" role="Started" active="true"><node name="node1"/></resource>
</resources></cluster_status><revised_cluster_status><resources>
<resource id="a:0" role="Promoted" active="true"><node name="node2"/></resource>
<resource id="b" role="Stopped" active="false"/>
</resources></revised_cluster_status></pacemaker-result>"""


def test_places_are_those_at_the_end() -> None:
    assert what_if.places(SIMULATION, ["a", "b"]) == {"a": ["node2 (promoted)"], "b": []}


def test_resource_that_stays_down_is_found() -> None:
    loss = what_if.Loss("node1", True, {"a": ["node1"], "b": ["node2"], "c": []}, {"a": [], "b": ["node2"], "c": []})
    (found,) = what_if.lint([loss])
    assert found.evidence == "Without node1 a would stay down."
    assert [item["down"] for item in loss.as_result()["resources"]] == [True, False, False]


@pytest.mark.parametrize(
    ("settings", "votes", "expected"),
    [
        ("", (1, 1, 1), True),
        ("", (1, 1), False),
        ("two_node: 1", (1, 1), True),
        ("auto_tie_breaker: 1", (1, 1), True),
        ("device {\n}", (1, 1), True),
        ("", (3, 1, 1), False),
        ("", (1, 1, 1, 1), True),
    ],
)
def test_quorum_after_a_loss(settings: str, votes: tuple[int, ...], expected: bool) -> None:
    nodes = [f"node {{\n name: node{n}\n quorum_votes: {vote}\n}}" for n, vote in enumerate(votes)]
    root = parse("nodelist {\n" + "\n".join(nodes) + f"\n}}\nquorum {{\n{settings}\n}}\n")
    assert what_if.keeps_quorum(root, [f"node{n}" for n in range(len(votes))]) is expected


def test_votes_that_are_no_number_are_no_reason_to_fail() -> None:
    root = parse(
        "nodelist {\n node {\n name: a\n quorum_votes: x\n }\n node {\n name: b\n }\n node {\n name: c\n }\n}\n"
    )
    assert what_if.keeps_quorum(root, ["a", "b", "c"])


@pytest.mark.parametrize(("nodes", "expected"), [(1, False), (2, True), (3, True)])
def test_two_nodes_have_two_node_where_corosync_conf_is_not_known(nodes: int, expected: bool) -> None:
    assert what_if.keeps_quorum(None, [f"node{n}" for n in range(nodes)]) is expected


def test_documentation_lists_every_finding_as_it_is() -> None:
    page = (pathlib.Path(__file__).resolve().parents[4] / "docs" / "verify.md").read_text()
    tables = page.partition("## All findings\n")[2]
    wanted = [
        line
        for subject, checks in SUBJECTS.items()
        for line in (
            f"### {subject}",
            *(f"| `{item.id}` | {item.severity} | {item.meaning} | {item.fix} |" for item in checks),
        )
    ]
    assert [line for line in tables.splitlines() if line.startswith(("### ", "| `"))] == wanted
