# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as one HTML file that needs no network. Everything that comes from a cluster is escaped."""

from __future__ import annotations

import base64
import hashlib
import pathlib
import re
import typing as t
from dataclasses import dataclass

import jinja2
import markupsafe
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.catalogue import SUBJECTS
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._report import drawing
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._report.results import Results

DOCUMENTATION = "https://github.com/quorate/quorate.ha_cluster/tree/main/docs"  # as in galaxy.yml
COLUMNS = 4  # nodes beside each other on a wide screen
# What a node is said to run, by how that is known.
RUNS = {"seen": " runs {}.", "predicted": " would run {}.", "unknown": "."}


def render(document: t.Mapping[str, t.Any], results: Results) -> str:
    """The report on DOCUMENT, which is what the report for machines holds, with RESULTS of tests."""
    picture = document["picture"]
    since = document.get("since") or {}
    pictures = {}
    if picture:
        pictures = {"wide": drawing.draw(picture, COLUMNS), "narrow": drawing.draw(picture, 1)}
    return render_template(
        "report.html.j2",
        **{**document, "since": since},
        pictures=pictures,
        described=describe(picture) if picture else "",
        results=results,
        errors=[item for item in document["findings"] if item["severity"] == "error"],
        warnings=[item for item in document["findings"] if item["severity"] != "error"],
        kinds=grouped(document["findings"], since.get("new", [])),
        settled=grouped(document["accepted"], []),
        counts_by_node=resources_by_node(picture) if picture else {},
        hosts_alike=alike(document["versions"]),
        package_names=sorted({name for packages in document["versions"].values() for name in packages}),
        counts=counted(document["checks"]),
        ticks=ticks,
        about=drawing.about,
    )


def render_template(name: str, **values: t.Any) -> str:
    """The page that the template NAME of this folder makes of VALUES, with the style and the script of all pages."""
    folder = pathlib.Path(__file__).parent
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(str(folder)),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    script = re.sub("(?m)^//.*\n", "", (folder / "filter.js").read_text(encoding="utf-8"))
    style = re.sub(r"(?s)^/\*.*?\*/\n", "", (folder / "style.css").read_text(encoding="utf-8"))
    return environment.get_template(name).render(
        **values,
        style=markupsafe.Markup(style),
        script=markupsafe.Markup(script),
        script_digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


@dataclass(frozen=True)
class Kind:
    """Findings of one kind: what they mean is said once, and what helps where that is the same."""

    id: str
    severity: str
    meaning: str
    items: tuple[t.Mapping[str, t.Any], ...]
    fix: str
    page: str
    new: frozenset[int]
    """The positions of those that an earlier report did not have."""


def grouped(findings: t.Sequence[t.Mapping[str, t.Any]], new: t.Sequence[t.Mapping[str, t.Any]]) -> list[Kind]:
    """FINDINGS by kind, errors first."""
    together: dict[tuple[str, ...], list[t.Mapping[str, t.Any]]] = {}
    for item in findings:
        together.setdefault((item["severity"], item["id"], item["meaning"], item.get("reason", "")), []).append(item)
    kinds = [
        Kind(
            id=name,
            severity=severity,
            meaning=meaning,
            items=tuple(items),
            fix=items[0]["fix"] if len({item["fix"] for item in items}) == 1 else "",
            page=page_of(name),
            new=frozenset(number for number, item in enumerate(items) if item in new),
        )
        for (severity, name, meaning, _reason), items in together.items()
    ]
    return sorted(kinds, key=lambda kind: kind.severity != "error")


def page_of(name: str) -> str:
    """Where the documentation explains the finding NAME."""
    subject = next(subject for subject, checks in SUBJECTS.items() if any(check.id == name for check in checks))
    return f"{DOCUMENTATION}/verify.md#{re.sub('[^a-z0-9 -]', '', subject.lower()).replace(' ', '-')}"


@dataclass(frozen=True)
class Alike:
    """Hosts that have the same versions of packages."""

    hosts: tuple[str, ...]
    packages: t.Mapping[str, str]


def alike(versions: t.Mapping[str, t.Mapping[str, str]]) -> list[Alike]:
    """The hosts of VERSIONS, those that have the same ones together."""
    groups: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for host, packages in versions.items():
        groups.setdefault(tuple(sorted(packages.items())), []).append(host)
    return [Alike(tuple(hosts), dict(packages)) for packages, hosts in groups.items()]


def resources_by_node(picture: t.Mapping[str, t.Any]) -> dict[str, int]:
    """How many resources each node of PICTURE runs."""
    return {
        node["name"]: sum(node["name"] in item["nodes"] for item in picture["resources"]) for node in picture["nodes"]
    }


def counted(checks: t.Sequence[t.Mapping[str, t.Any]]) -> dict[str, int]:
    """How many faults verify looked for, how many of these are not there, and how many it could not look for."""
    seen = [check for check in checks if not check["unseen"]]
    looked, found = (sum(check[key] for check in seen) for key in ("known", "found"))
    return {
        "looked": looked,
        "passed": looked - found,
        "unseen": sum(check["known"] for check in checks if check["unseen"]),
    }


def describe(picture: t.Mapping[str, t.Any]) -> str:
    """The picture in words."""
    said = []
    for node in picture["nodes"]:
        here = [item["id"] for item in picture["resources"] if node["name"] in item["nodes"]]
        name = f"{node['name']} ({drawing.about(node)})"
        said.append(f"{name}{RUNS[picture['placement']]}".format(", ".join(here) or "nothing"))
    idle = [item["id"] for item in picture["resources"] if not item["nodes"]]
    said += [f"{drawing.IDLE[picture['placement']].capitalize()}: {', '.join(idle)}."] if idle else []
    return " ".join(said)


def ticks(seconds: float) -> list[float]:
    """Round times for a scale up to SECONDS, ten at most."""
    for step in (0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600):
        if seconds / step <= 10:
            return [step * number for number in range(int(seconds / step) + 1)]
    return [0.0, seconds]
