# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documentation site is made of: its workflow, the terms, and the results of benchmarks on two pages."""

from __future__ import annotations

import pathlib
import re
import typing as t

import yaml

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
DOCS = CHECKOUT / "docs"


def rows(page: str) -> list[list[str]]:
    """The cells of the rows between the marks of bench-site."""
    text = (DOCS / page).read_text().split("<!-- bench-site begins -->")[1].split("<!-- bench-site ends -->")[0]
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def test_seconds_on_the_page_for_users_are_those_of_the_benchmarks() -> None:
    measured = {row[0]: row[1] for row in rows("benchmarks.md")}
    shown = rows("performance.md")
    assert len(shown) >= 5
    for run, seconds, peer in shown:
        ours = run.replace("site.yml, ", "site, ") if run.startswith("site.yml") else f"ours, {run}"
        assert (seconds, peer) == (measured[ours], measured.get(f"peer, {run}", "")), run


def test_the_page_for_users_is_one_page() -> None:
    assert len((DOCS / "performance.md").read_text().split()) < 550


def workflow() -> dict[str, t.Any]:
    loaded: dict[str, t.Any] = yaml.safe_load((CHECKOUT / ".github" / "workflows" / "docs.yml").read_text())
    return loaded


def test_the_workflow_publishes_what_make_docs_builds() -> None:
    build, publish = (workflow()["jobs"][name] for name in ("build", "publish"))
    used = {step["uses"].partition("@")[0]: step for step in [*build["steps"], *publish["steps"]] if "uses" in step}
    folder = used["actions/upload-pages-artifact"]["with"]["path"]
    assert f"html={folder}\n" in (CHECKOUT / "tools" / "build-docs").read_text()
    assert "make docs" in [step.get("run") for step in build["steps"]]
    assert used["actions/deploy-pages"] in publish["steps"]
    assert publish["needs"] == "build"


def test_only_the_job_that_publishes_may_write_and_only_what_it_has_to() -> None:
    jobs = workflow()["jobs"]
    granted = {name: job["permissions"] for name, job in jobs.items() if "permissions" in job}
    assert granted == {"publish": {"pages": "write", "id-token": "write"}}
    assert [step for step in jobs["publish"]["steps"] if "run" in step] == []


def test_every_term_is_explained_in_few_words_and_links_to_a_page() -> None:
    _title, *terms = re.split(r"^## ", (DOCS / "glossary.md").read_text(), flags=re.MULTILINE)
    assert len(terms) > 20
    for term in terms:
        name, _newline, text = term.partition("\n")
        assert 5 < len(text.split()) < 60, name
        assert re.search(r"\]\([^)]+\.md\)", text), name


def test_terms_of_the_style_are_explained() -> None:
    style = (DOCS / "style.md").read_text().partition("## Terms")[2].partition("## Names")[0]
    names = re.findall(r"^\| ([^|]+) \| (?!For|in all)[^|]*\|$", style, re.MULTILINE)
    glossary = (DOCS / "glossary.md").read_text().lower()
    wanted = {word.strip() for name in names for word in name.split(",")} - {"hypervisor", "controller", "---", "Term"}
    assert {"virtual IP", "quorum device", "CIB"} <= wanted
    assert [word for word in sorted(wanted) if word.lower() not in glossary] == []
