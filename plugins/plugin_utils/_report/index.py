# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The index of the reports on several clusters: one HTML page, the cluster in the worst state first. Pure."""

from __future__ import annotations

import dataclasses
import os
import pathlib
import typing as t
import urllib.parse
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._report.page import render_template

FORMAT = 1  # of the index for machines, as in _verify/verdict.py
NAME = "reports.html"
SHOWN = 3  # findings of a cluster on the page
ONLINE = ("online", "standby", "maintenance")  # states of nodes that are members


@dataclass(frozen=True)
class Entry:
    """A cluster in the index. `report` is the path of its report, or empty if the run wrote none."""

    cluster: str
    report: str = ""
    generated: str = ""
    errors: int = 0
    warnings: int = 0
    running: bool = False
    quorate: bool = False
    nodes: int = 0
    online: int = 0
    resources: int = 0
    started: int = 0
    left: t.Sequence[str] = ()
    """Nodes that the run did not reach."""
    worst: t.Sequence[str] = ()
    """The evidence of the first findings, errors before warnings."""
    since: str = ""
    """When the report before this one was written, or empty."""
    new: int = 0
    gone: int = 0

    @property
    def severity(self) -> str:
        """`error`, `warning` or `none`; a cluster without a report counts as one with errors."""
        if not self.report or self.errors:
            return "error"
        return "warning" if self.warnings or self.left else "none"

    @property
    def more(self) -> int:
        """How many findings `worst` lacks."""
        return self.errors + self.warnings - len(self.worst)

    @property
    def state(self) -> str:
        """Nodes, quorum and resources in one line."""
        if not self.running:
            return "The cluster does not run."
        quorum = "with quorum" if self.quorate else "without quorum"
        started = f"{self.started} of {self.resources} resources started"
        return f"{self.online} of {self.nodes} nodes online, {quorum}, {started}"

    @property
    def tags(self) -> list[str]:
        """The counts beside the name."""
        if not self.report:
            return ["no report"]
        counts = ((self.errors, "error"), (self.warnings, "warning"))
        return [f"{count} {word}{'' if count == 1 else 's'}" for count, word in counts if count] or ["no findings"]


def entry_of(document: t.Mapping[str, t.Any], cluster: str, report: str) -> Entry:
    """The entry of CLUSTER, whose report for machines is DOCUMENT and lies at the path REPORT."""
    findings = sorted(document["findings"], key=lambda item: item["severity"] != "error")
    errors = sum(item["severity"] == "error" for item in findings)
    picture = document["picture"] or {"nodes": [], "resources": [], "summary": {}}
    since = document.get("since") or {}
    return Entry(
        cluster=cluster,
        report=report,
        generated=document["generated"],
        errors=errors,
        warnings=len(findings) - errors,
        running=bool(picture["summary"].get("running")),
        quorate=bool(picture["summary"].get("quorate")),
        nodes=len(picture["nodes"]),
        online=sum(node["state"] in ONLINE for node in picture["nodes"]),
        resources=len(picture["resources"]),
        started=sum(bool(item["nodes"]) for item in picture["resources"]),
        left=tuple(document["left"]),
        worst=tuple(item["evidence"] for item in findings[:SHOWN]),
        since=since.get("generated", ""),
        new=len(since.get("new", ())),
        gone=len(since.get("gone", ())),
    )


def badness(entry: Entry) -> tuple[t.Any, ...]:
    """The place of ENTRY in the index. A cluster without a report comes first, one without findings last."""
    return (
        bool(entry.report),
        not entry.errors,
        entry.running and entry.quorate,
        -entry.errors,
        -len(entry.left),
        -entry.warnings,
        entry.cluster,
    )


def entries(clusters: t.Mapping[str, str], results: t.Mapping[str, t.Mapping[str, t.Any]]) -> list[Entry]:
    """The entries of all clusters in the order of the index, from the name of the cluster of each host in CLUSTERS and
    the RESULTS of internal_cluster_report, by host."""
    found = {}
    for host, result in results.items():
        if host in clusters and result.get("overview"):
            overview: dict[str, t.Any] = {**result["overview"], "cluster": clusters[host]}
            found[clusters[host]] = Entry(**overview)
    return sorted((found.get(name, Entry(name)) for name in set(clusters.values())), key=badness)


def place(listed: t.Sequence[Entry]) -> str:
    """The path of the index: the file NAME in the directory that holds the reports of the clusters LISTED."""
    folders = [os.path.dirname(entry.report) for entry in listed if entry.report]
    if len(set(folders)) > 1:
        folders = [os.path.commonpath([os.path.abspath(folder) for folder in folders])]
    return os.path.join(folders[0] if folders else "", NAME)


def as_document(listed: t.Sequence[Entry], generated: str) -> dict[str, t.Any]:
    """The index for machines."""
    return {
        "format": FORMAT,
        "generated": generated,
        "clusters": [{**dataclasses.asdict(entry), "severity": entry.severity} for entry in listed],
    }


def render_index(listed: t.Sequence[Entry], generated: str, folder: pathlib.Path) -> str:
    """The page for the entries LISTED, which is written to FOLDER."""
    return render_template(
        "index.html.j2",
        entries=listed,
        links={entry.cluster: _link(entry.report, folder) for entry in listed},
        generated=generated,
        counts={
            "missing": sum(not entry.report for entry in listed),
            "bad": sum(bool(entry.errors) for entry in listed),
            "odd": sum(entry.severity == "warning" for entry in listed),
        },
    )


def _link(report: str, folder: pathlib.Path) -> str:
    return urllib.parse.quote(os.path.relpath(report, folder)) if report else ""
