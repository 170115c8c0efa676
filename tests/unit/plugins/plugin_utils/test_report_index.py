# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The index of the reports on several clusters: its order, its words and its links."""

from __future__ import annotations

import dataclasses
import pathlib
import re

import pytest
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._report.index import (
    Entry,
    as_document,
    entries,
    entry_of,
    place,
    render_index,
)
from report_sample import sample

UP = {"running": True, "quorate": True}
GOOD = Entry("good", "/r/good-report.html", **UP)
ODD = Entry("odd", "/r/odd-report.html", warnings=1, worst=("There is one link.",), **UP)
BAD = Entry("bad", "/r/bad-report.html", errors=1, worst=("lighttpd.service is enabled.",), **UP)
WORSE = Entry("worse", "/r/worse-report.html", errors=5, worst=("a", "b", "c"), **UP)
SPLIT = Entry("split", "/r/split-report.html", errors=1, running=True)
NONE = Entry("none")
ALL = (GOOD, ODD, BAD, WORSE, SPLIT, NONE)


def listed(*wanted: Entry) -> list[Entry]:
    """What the index makes of the results of clusters of two nodes, whose first ones speak for them."""
    clusters = {f"{entry.cluster}{number}": entry.cluster for entry in wanted for number in (1, 2)}
    results = {
        f"{entry.cluster}1": {"overview": {**dataclasses.asdict(entry), "cluster": ""}, "changed": False}
        for entry in wanted
        if entry.report
    }
    return entries(clusters, {**results, "good2": {"changed": False}})


def test_the_worst_state_comes_first() -> None:
    assert [entry.cluster for entry in listed(*ALL)] == ["none", "split", "worse", "bad", "odd", "good"]


def test_clusters_in_the_same_state_are_in_the_order_of_their_names() -> None:
    twins = [dataclasses.replace(GOOD, cluster=name) for name in ("web", "db", "mail")]
    assert [entry.cluster for entry in listed(*twins)] == ["db", "mail", "web"]


@pytest.mark.parametrize(
    ("entry", "severity"),
    [
        (GOOD, "none"),
        (ODD, "warning"),
        (BAD, "error"),
        (NONE, "error"),
        (dataclasses.replace(GOOD, left=("good2",)), "warning"),
    ],
)
def test_severity(entry: Entry, severity: str) -> None:
    assert entry.severity == severity


def test_an_entry_counts_what_the_report_has() -> None:
    document = {
        **sample(),
        "left": ["node3"],
        "findings": [
            {"severity": "warning", "evidence": "There is one link."},
            {"severity": "error", "evidence": "lighttpd.service is enabled."},
        ],
        "since": {"generated": "yesterday", "new": [{}], "gone": [{}, {}]},
        "picture": {
            "summary": {"running": True, "quorate": False},
            "nodes": [{"state": state} for state in ("online", "standby", "offline", "unclean")],
            "resources": [{"nodes": ["node1"]}, {"nodes": []}, {"nodes": ["node1", "node2"]}],
        },
    }
    entry = entry_of(document, "web", "web-report.html")
    assert (entry.errors, entry.warnings, entry.new, entry.gone, entry.since) == (1, 1, 1, 2, "yesterday")
    assert entry.worst == ("lighttpd.service is enabled.", "There is one link.")
    assert entry.state == "2 of 4 nodes online, without quorum, 2 of 3 resources started"
    assert entry.left == ("node3",)
    stopped = entry_of({**document, "picture": {}}, "web", "web-report.html")
    assert stopped.state == "The cluster does not run."


@pytest.mark.parametrize(
    ("reports", "path"),
    [
        (["web-report.html", "db-report.html"], "reports.html"),
        (["/r/web.html", "/r/db.html", ""], "/r/reports.html"),
        (["/r/web/report.html", "/r/db/report.html"], "/r/reports.html"),
        (["", ""], "reports.html"),
    ],
)
def test_the_index_is_beside_the_reports(reports: list[str], path: str) -> None:
    assert place([Entry(f"cluster{number}", report) for number, report in enumerate(reports)]) == path


def test_the_page_links_to_the_reports_and_shows_text_as_text() -> None:
    odd = dataclasses.replace(ODD, cluster="<b>", report="/r/all reports/odd#1.html", worst=("<script>1</script>",))
    page = render_index(listed(odd, WORSE, NONE), "2026-11-22", pathlib.Path("/r"))
    assert re.findall(r'<h3><a href="([^"]+)">', page) == ["worse-report.html", "all%20reports/odd%231.html"]
    assert "&lt;script&gt;1&lt;/script&gt;" in page
    assert page.count("<script>") == 1
    assert ">2 more</a>" in page
    assert "1 cluster with errors, 1 cluster without a report" in page


@pytest.mark.parametrize(
    ("clusters", "verdict"),
    [
        ((GOOD,), "✓ No findings in any cluster"),
        ((GOOD, ODD), "! 1 cluster with warnings"),
        ((GOOD, ODD, BAD, WORSE), "✗ 2 clusters with errors"),
        ((GOOD, NONE), "✗ 1 cluster without a report"),
    ],
)
def test_the_head_counts_clusters(clusters: tuple[Entry, ...], verdict: str) -> None:
    assert f">{verdict}</p>" in render_index(listed(*clusters), "2026-11-22", pathlib.Path("/r"))


def test_the_index_for_machines_has_all_entries() -> None:
    said = as_document(listed(BAD, NONE), "2026-11-22")
    assert (said["format"], said["generated"]) == (1, "2026-11-22")
    assert [(item["cluster"], item["severity"], item["errors"]) for item in said["clusters"]] == [
        ("none", "error", 0),
        ("bad", "error", 1),
    ]
