# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Combine the results of all hosts: the faults, those that are accepted, and the final summary. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.catalogue import CHECKS, SUBJECTS, sort_out
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.compare import compare
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import (
    ERROR,
    Finding,
    from_results,
    unique,
    words,
)

Result = t.Mapping[str, t.Any]
FORMAT = 1  # of the document; raised when what it has is no longer there or means something else
MAINTENANCE = "The cluster is in maintenance mode: it does not act on failures."


@dataclass(frozen=True)
class Verdict:
    """What is wrong with a cluster. `primary` is the host that speaks for it, `left` are nodes that were not reached,
    `blank` hosts of a rehearsal on which there is no cluster yet."""

    primary: str
    opened: t.Sequence[Finding]
    accepted: t.Sequence[tuple[Finding, str]]
    left: t.Sequence[str]
    blank: t.Sequence[str]
    overview: Result
    seconds: t.Mapping[str, float]
    versions: t.Mapping[str, t.Mapping[str, str]] = field(default_factory=dict)
    """The versions of packages, by host and name."""

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.opened if finding.severity == ERROR]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.opened if finding.severity != ERROR]

    def errors_of(self, host: str) -> list[Finding]:
        """The errors for which HOST has to fail: its own, and as the primary those of the whole cluster."""
        others = ("", self.primary) if host == self.primary else (host,)
        return [finding for finding in self.errors if finding.host in (host, *others)]


def judge(
    results: t.Mapping[str, Result],
    accepted: t.Sequence[Result],
    nodes: t.Collection[str],
    now: float,
    *,
    rehearsal: bool = False,
) -> Verdict:
    """What the RESULTS of cluster_verify, by host, come to in a cluster that is to have NODES. In a REHEARSAL, hosts
    without a running cluster have nothing to answer for. Raises ClusterError when ACCEPTED can't be meant."""
    blank = [host for host, result in results.items() if rehearsal and not result["running"]]
    seen = {host: result for host, result in results.items() if host not in blank}
    found = [finding for host, result in seen.items() for finding in _at(host, from_results(result["findings"]))]
    found += compare({host: result["facts"] for host, result in seen.items() if result["running"]}, now)
    opened, known = sort_out(_merged(found), accepted)
    with_picture = [host for host, result in seen.items() if result["picture"]]
    running = [host for host in with_picture if seen[host]["running"]]
    primary = next(iter([*running, *with_picture, *results]), "")
    left = [node for node in nodes if node not in results]
    seconds = {host: float(result.get("seconds", 0)) for host, result in results.items()}
    versions = {host: (result.get("facts") or {}).get("packages", {}) for host, result in seen.items()}
    return Verdict(primary, opened, known, left, blank, results.get(primary, {}), seconds, versions)


def _at(host: str, findings: t.Iterable[Finding]) -> list[Finding]:
    """FINDINGS with the host where they are about one host only."""
    return [finding.at(host if CHECKS[finding.id].local else "") for finding in findings]


def _merged(findings: t.Iterable[Finding]) -> list[Finding]:
    """FINDINGS without repetitions. What several hosts report about one thing, such as an offline node, counts
    once, as bad as the worst says."""
    merged: dict[tuple[str, str, str], Finding] = {}
    for finding in findings:
        key = (finding.id, finding.subject, finding.host)
        if finding.host or key not in merged:
            key = key if key not in merged or not finding.host else (*key[:2], f"{finding.host} {len(merged)}")
            merged[key] = finding
        elif finding.severity == ERROR:
            merged[key] = replace(merged[key], severity=ERROR)
    return unique(merged.values())


def sentence(finding: Finding, hosts: t.Sequence[str] = ()) -> str:
    """A finding in words, for all of HOSTS."""
    hosts = hosts or [finding.host]
    where = f" (host{'s' if len(hosts) > 1 else ''} {words(hosts)})" if any(hosts) else ""
    return f"{finding.evidence}{where} {CHECKS[finding.id].meaning} {finding.fix} [{finding.id}]"


def sentences(findings: t.Iterable[Finding]) -> list[str]:
    """FINDINGS in words; what is found alike on several hosts is one sentence."""
    hosts: dict[Finding, list[str]] = {}
    for finding in findings:
        hosts.setdefault(replace(finding, host=""), []).append(finding.host)
    return [sentence(finding, where) for finding, where in hosts.items()]


def summary(verdict: Verdict) -> list[str]:
    """The text for the end of a run."""
    picture = verdict.overview.get("picture") or {}
    nodes, resources = picture.get("nodes", []), picture.get("resources", [])
    standby = [node["name"] for node in nodes if node["state"] == "standby"]
    seen = picture.get("placement", "seen") == "seen"
    lines = []
    if verdict.overview.get("running"):
        online = [node["name"] for node in nodes if node["state"] in ("online", "standby", "maintenance")]
        lines.append(f"Online: {words(sorted(online))}")
    lines += [f"Standby: {words(standby)}"] if standby else []
    running = [f"{item['id']} on {' and '.join(item['nodes'])}" for item in resources if item["nodes"]]
    lines += [f"{'Running' if seen else 'Would run'}: {words(running)}"] if running else []
    if (picture.get("summary") or {}).get("maintenance_mode"):
        lines.append(MAINTENANCE)
    if verdict.left and seen:
        lines.append(
            f"Not done: this run did not reach {words(verdict.left)} (left out by --limit, unreachable, or failed"
            " earlier), and changed nothing there. Run it again when they are back."
        )
    lines += [str(note) for note in verdict.overview.get("notes", [])]
    lines += [f"Error: {said}" for said in sentences(verdict.errors)]
    lines += [f"Warning: {said}" for said in sentences(verdict.warnings)]
    lines += [f"Accepted: {finding.evidence} [{finding.id}] {reason}" for finding, reason in verdict.accepted]
    return lines


def checks(verdict: Verdict) -> list[dict[str, t.Any]]:
    """For each subject, the number of checks, the number that failed, and why they were not possible."""
    found = {finding.id for finding in (*verdict.opened, *(finding for finding, _reason in verdict.accepted))}
    unseen = verdict.overview.get("unseen") or {}
    return [
        {
            "subject": subject,
            "known": len(known),
            "found": sum(check.id in found for check in known),
            "unseen": str(unseen.get(subject, "")),
        }
        for subject, known in SUBJECTS.items()
    ]


def document(verdict: Verdict) -> dict[str, t.Any]:
    """All of it for machines."""
    return {
        "format": FORMAT,
        "cluster": (verdict.overview.get("picture") or {}).get("name", ""),
        "findings": [{**finding.as_result(), "meaning": CHECKS[finding.id].meaning} for finding in verdict.opened],
        "accepted": [
            {**finding.as_result(), "meaning": CHECKS[finding.id].meaning, "reason": reason}
            for finding, reason in verdict.accepted
        ],
        "left": list(verdict.left),
        "notes": list(verdict.overview.get("notes", [])),
        "picture": dict(verdict.overview.get("picture") or {}),
        "what_if": list(verdict.overview.get("what_if", [])),
        "details": dict(verdict.overview.get("details") or {}),
        "versions": {host: dict(packages) for host, packages in verdict.versions.items() if packages},
        "checks": checks(verdict),
        "seconds": dict(verdict.seconds),
    }
