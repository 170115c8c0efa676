# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report without a browser: results of tests, where everything stands, and what is escaped."""

from __future__ import annotations

import copy
import json
import pathlib
import re
import typing as t

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.catalogue import CHECKS
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._report import drawing, page
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._report.results import Results, parse
from report_sample import TESTS, sample


def test_results_are_read_with_everything_in_its_order() -> None:
    results = parse(json.dumps(TESTS), "tests.json")
    power, link, standby = results.tests
    assert results.seed == "4711"
    assert (power.passed, power.expected_moves, power.count("move"), power.count("fencing")) == (True, 1, 1, 1)
    assert power.longest_outage == pytest.approx(9.6)
    assert [event.text for event in power.events] == [
        "power cut",
        "node1 fenced by node3",
        "lighty moved from node1 to node2",
        "node1 is back",
    ]
    assert (link.passed, link.expected_fencings, link.count("fencing")) == (False, 0, 1)
    assert (standby.expected_moves, standby.longest_outage, standby.events[0].text) == (None, 0.0, "lighty moved")


def test_what_was_not_possible_is_shown_once() -> None:
    impossible = [{"test": "kernel-crash", "reason": "It is a <container>."}] * 2
    shown = page.render(sample(), parse(json.dumps({"format": 1, "impossible": impossible}), "tests.json"))
    assert shown.count("<li>kernel-crash: It is a &lt;container&gt;.</li>") == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is not JSON"),
        ("[]", "no results of tests in format 1"),
        ('{"format": 2, "tests": []}', "no results of tests in format 1"),
        ('{"format": 1, "tests": [{"passed": true, "seconds": 1}]}', "name"),
        ('{"format": 1, "tests": [{"name": "x", "passed": "yes", "seconds": 1}]}', "neither true nor false"),
        ('{"format": 1, "tests": [{"name": "x", "passed": true, "seconds": "soon"}]}', "soon"),
        ('{"format": 1, "tests": [{"name": "x", "passed": true, "seconds": 1, "outages": [[1]]}]}', "can't be read"),
        ('{"format": 1, "tests": ["x"]}', "can't be read"),
    ],
)
def test_results_that_can_not_be_read_are_refused(text: str, words: str) -> None:
    with pytest.raises(ClusterError, match=re.escape(words)) as refusal:
        parse(text, "tests.json")
    assert str(refusal.value).startswith("tests.json")


def overlaps(one: drawing.Frame, other: drawing.Frame) -> bool:
    beside = one.x + one.width <= other.x or other.x + other.width <= one.x
    under = one.y + one.height <= other.y or other.y + other.height <= one.y
    return not beside and not under


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 16])
@pytest.mark.parametrize("columns", [1, 4])
def test_boxes_of_nodes_do_not_overlap_and_lie_within_the_picture(count: int, columns: int) -> None:
    picture = copy.deepcopy(sample()["picture"])
    node = picture["nodes"][0]
    picture["nodes"] = [{**node, "name": f"node{number}"} for number in range(1, count + 1)]
    drawn = drawing.draw(picture, columns)
    boxes = [frame for frame in drawn.frames if frame.kind != "group"]
    assert sum(frame.kind.startswith("node") for frame in boxes) == count
    for index, one in enumerate(boxes):
        assert one.x >= 0
        assert one.x + one.width <= drawn.width
        assert one.y >= 0
        assert one.y + one.height <= drawn.height
        assert not any(overlaps(one, other) for other in boxes[index + 1 :])


def test_every_resource_stands_in_the_picture_once_for_each_node_it_runs_on() -> None:
    picture = copy.deepcopy(sample()["picture"])
    picture["resources"][1]["nodes"] = ["node1", "node2"]  # as a clone does
    rows = [row.text for row in drawing.draw(picture, 4).rows]
    assert rows.count("cluster-ip") == 2
    assert rows.count("lighttpd") == rows.count("report") == rows.count("database") == 1


def test_long_text_is_cut_and_told_in_full() -> None:
    row = drawing.Row(0, 0, 100, "a" * 40, "all of it", "resource")
    assert row.shown == "a" * 24 + "…"
    assert row.hint == "all of it"


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["web1.example.com", "web2.example.com"], ["web1", "web2"]),
        (["db.one.example.com", "db.two.example.com"], ["db.one.e…", "db.two.e…"]),
        (["a-server-with-a-long-name"], ["a-server…"]),
        (["node1"], ["node1"]),
    ],
)
def test_names_of_nodes_stay_clear_of_their_state(names: list[str], shown: list[str]) -> None:
    picture = copy.deepcopy(sample()["picture"])
    picture["nodes"] = [{**picture["nodes"][0], "name": name, "state": "standby", "is_dc": True} for name in names]
    assert [frame.shown for frame in drawing.draw(picture, 4).frames if frame.kind.startswith("node")] == shown
    text = page.render({**sample(), "picture": picture}, Results())
    assert [name for name in names if f'<th scope="row">{name}</th>' not in text] == []


@pytest.mark.parametrize(
    ("kind", "is_dc", "words"),
    [("member", True, "online, DC"), ("remote", False, "remote, online"), ("guest", False, "guest, online")],
)
def test_state_of_a_node_in_words(kind: str, is_dc: bool, words: str) -> None:
    assert drawing.about({"name": "n", "state": "online", "kind": kind, "is_dc": is_dc}) == words


def test_arrow_to_a_clone_leads_to_what_is_in_it() -> None:
    picture = copy.deepcopy(sample()["picture"])
    database = next(item for item in picture["resources"] if item["id"] == "database")
    before = drawing.draw(picture, 4).lines
    database["clone"] = "database-clone"
    for item in picture["constraints"]:
        item["ends"] = [f"{end}-clone" if end == "database" else end for end in item["ends"]]
    assert any(line.kind == "order" for line in before)
    assert drawing.draw(picture, 4).lines == before


def test_promoted_instance_and_failed_resource_are_marked() -> None:
    picture = copy.deepcopy(sample()["picture"])
    picture["resources"][0].update(promoted=["node1"], failed=True)
    row = next(row for row in drawing.draw(picture, 4).rows if row.text.startswith("⚡ fencing"))
    assert (row.text, row.kind) == ("⚡ fencing (promoted)", "failed")
    assert "failed" in row.hint


def test_cluster_of_which_nothing_is_known_has_no_picture() -> None:
    document = {**sample(), "picture": {}, "what_if": []}
    text = page.render(document, Results())
    assert "<svg" not in text
    assert 'id="findings"' in text


def test_file_needs_no_other_file_and_links_to_the_documentation_alone() -> None:
    text = page.render(sample(), parse(json.dumps(TESTS), "tests.json"))
    text = text.replace(f'<a href="{page.DOCUMENTATION}/verify.md', '<a href="#')
    assert re.findall(r"https?://[^\s\"'<]+", text) == []
    assert re.findall(r"(?:src|href)=\"(?!#|data:)[^\"]*\"", text) == []
    assert "@import" not in text
    assert "url(" not in text.replace("url(#", "")
    assert text.count("<script") == 1  # that of the filter


def test_picture_in_words() -> None:
    said = page.describe(sample()["picture"])
    assert said.startswith("node1 (online) runs fencing, database. node2 (online, DC) runs cluster-ip,")
    assert said.endswith("Not running: report.")


@pytest.mark.parametrize(
    ("placement", "words"),
    [
        ("predicted", ["Where the cluster would run everything", "would not run", "node1 (unknown) would run fencing"]),
        ("unknown", ["where it would run is not known", "place not known", "node1 (unknown). "]),
    ],
)
def test_what_is_not_seen_is_not_said_to_be_so(placement: str, words: list[str]) -> None:
    document = copy.deepcopy(sample())
    picture = document["picture"]
    picture["placement"] = placement
    document["details"]["failures"] = []
    for node in picture["nodes"]:
        node["state"] = "unknown"
    if placement == "unknown":
        for resource in picture["resources"]:
            resource["nodes"] = []
    text = page.render(document, Results())
    for said in words:
        assert said in text
    assert "not running" not in text.lower()
    assert "Runs on" not in text
    assert {frame.kind for frame in drawing.draw(picture, 4).frames} >= {"node unknown", "idle"}


@pytest.mark.parametrize(("seconds", "expected"), [(0.4, [0.0]), (6.2, 7), (41.5, 9), (3600, 7), (0, [0.0])])
def test_scale_has_ten_marks_at_most(seconds: float, expected: t.Any) -> None:
    marks = page.ticks(seconds)
    assert marks == expected if isinstance(expected, list) else len(marks) == expected
    assert marks[-1] <= seconds
    assert len(marks) <= 11


# --- findings by kind ------------------------------------------------------------------------------------------------


def finding(name: str, subject: str, severity: str = "warning", fix: str = "Do it.") -> dict[str, str]:
    return {
        "id": name,
        "severity": severity,
        "subject": subject,
        "evidence": f"{subject}.",
        "meaning": f"The meaning of {name}.",
        "fix": fix,
        "host": "",
    }


def test_equal_findings_are_one_kind_and_errors_come_first() -> None:
    found = [
        finding("monitor-missing", "a"),
        finding("cib-invalid", "cib", "error"),
        finding("monitor-missing", "b"),
        finding("boot-enabled", "c", fix="Disable c."),
        finding("boot-enabled", "d", fix="Disable d."),
    ]
    kinds = page.grouped(found, [found[2]])
    assert [(kind.id, [item["subject"] for item in kind.items]) for kind in kinds] == [
        ("cib-invalid", ["cib"]),
        ("monitor-missing", ["a", "b"]),
        ("boot-enabled", ["c", "d"]),
    ]
    assert [kind.fix for kind in kinds] == ["Do it.", "Do it.", ""]  # each has its own
    assert [sorted(kind.new) for kind in kinds] == [[], [1], []]


def test_a_finding_links_to_the_part_of_the_page_that_explains_it() -> None:
    text = (pathlib.Path(__file__).resolve().parents[4] / "docs" / "verify.md").read_text()
    known = {re.sub("[^a-z0-9 -]", "", line.lower()).replace(" ", "-") for line in re.findall(r"^#+ (.*)$", text, re.M)}
    pages = {page.page_of(name) for name in CHECKS}
    assert {link.partition("#")[2] for link in pages} <= known
    galaxy = (pathlib.Path(__file__).resolve().parents[4] / "galaxy.yml").read_text()
    assert f"documentation: {page.DOCUMENTATION}\n" in galaxy


def test_hosts_with_the_same_versions_are_one_column() -> None:
    old, new = {"corosync": "1"}, {"corosync": "2"}
    groups = page.alike({"a": old, "b": new, "c": old})
    assert [(group.hosts, group.packages) for group in groups] == [(("a", "c"), old), (("b",), new)]


def test_checks_are_counted() -> None:
    checks = [
        {"subject": "Boot", "known": 5, "found": 2, "unseen": ""},
        {"subject": "Keys", "known": 3, "found": 0, "unseen": ""},
        {"subject": "Firewall", "known": 4, "found": 0, "unseen": "iptables_file was not given"},
    ]
    assert page.counted(checks) == {"looked": 8, "passed": 6, "unseen": 4}


def test_resources_that_are_kept_apart_have_a_line_of_their_own() -> None:
    lines = drawing.draw(sample()["picture"], 3).lines
    assert [line.kind for line in lines if "not where" in line.hint] == ["apart"]


def test_locations_by_rule_are_listed() -> None:
    drawn = drawing.draw(sample()["picture"], 3)
    (frame,) = [frame for frame in drawn.frames if frame.caption == "placed by rules"]
    rows = [row.text for row in drawn.rows if frame.y < row.y < frame.y + frame.height]
    assert rows == ["database by rule site eq north, score 100"]


def test_a_fence_device_that_is_stopped_is_marked_as_one() -> None:
    picture = sample()["picture"]
    (device,) = [item for item in picture["resources"] if item["fencing"]]
    for nodes in (["node1"], []):
        device["nodes"] = nodes
        marked = [(row.text, row.kind) for row in drawing.draw(picture, 3).rows if row.text.startswith("⚡")]
        assert marked == [(f"⚡ {device['id']}", "fencing" if nodes else "stopped")]
