# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as one HTML file that needs no network. Everything that comes from a cluster is escaped."""

from __future__ import annotations

import pathlib
import typing as t

import jinja2
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._report import drawing
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._report.results import Results

COLUMNS = 4  # nodes beside each other on a wide screen
# What a node is said to run, by how that is known.
RUNS = {"seen": " runs {}.", "predicted": " would run {}.", "unknown": "."}


def render(document: t.Mapping[str, t.Any], results: Results) -> str:
    """The report on DOCUMENT, which is what the report for machines holds, with RESULTS of tests."""
    folder = str(pathlib.Path(__file__).parent)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    picture = document["picture"]
    pictures = {}
    if picture:
        pictures = {"wide": drawing.draw(picture, COLUMNS), "narrow": drawing.draw(picture, 1)}
    return environment.get_template("report.html.j2").render(
        **document,
        pictures=pictures,
        described=describe(picture) if picture else "",
        results=results,
        errors=[item for item in document["findings"] if item["severity"] == "error"],
        warnings=[item for item in document["findings"] if item["severity"] != "error"],
        ticks=ticks,
    )


def describe(picture: t.Mapping[str, t.Any]) -> str:
    """The picture in words."""
    said = []
    for node in picture["nodes"]:
        here = [item["id"] for item in picture["resources"] if node["name"] in item["nodes"]]
        name = f"{node['name']} ({node['state']})"
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
