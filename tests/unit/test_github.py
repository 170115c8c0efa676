# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The workflow and the templates for GitHub call and ask for what there is."""

from __future__ import annotations

import pathlib
import re
import typing as t

import pytest
import yaml

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
WORKFLOWS = sorted(CHECKOUT.glob(".github/workflows/*.yml"))
FORMS = sorted(path for path in CHECKOUT.glob(".github/ISSUE_TEMPLATE/*.yml") if path.name != "config.yml")
SCRIPT = (CHECKOUT / "tools" / "run-tests").read_text()
MAKEFILE = (CHECKOUT / "Makefile").read_text()


def load(path: pathlib.Path) -> t.Any:
    return yaml.safe_load(path.read_text())


def jobs() -> list[dict[str, t.Any]]:
    """The jobs of all workflows."""
    return [job for path in WORKFLOWS for job in load(path)["jobs"].values()]


def known_parts() -> set[str]:
    """The words that tools/run-tests takes."""
    return set(re.findall(r"^    ([a-z-]+)\)", SCRIPT, re.MULTILINE))


def test_jobs_run_targets_of_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    called = [
        name
        for job in jobs()
        for step in job["steps"]
        for name in re.findall(r"^make ([a-z-]+)", step.get("run", ""), re.MULTILINE)
    ]
    assert called
    assert set(called) <= targets


def test_jobs_run_parts_of_the_tests_and_all_that_make_test_runs() -> None:
    parts = {part for job in jobs() for entry in job["strategy"]["matrix"]["parts"] for part in entry.split()}
    assert parts <= known_parts()
    (default,) = re.findall(r"\|\| parts=\(([^)]+)\)", SCRIPT)
    assert set(default.split()) <= parts
    assert re.search(r"^test: .*\n\ttools/run-tests \$\(PARTS\)$", MAKEFILE, re.MULTILINE)


def test_the_usage_of_run_tests_names_its_parts() -> None:
    comment = "".join(line for line in SCRIPT.splitlines()[:8] if line.startswith("#"))
    assert set(re.findall(r"\[([a-z-]+)\]", comment)) == known_parts()


def test_actions_are_pinned_by_commit() -> None:
    used = [step["uses"] for job in jobs() for step in job["steps"] if "uses" in step]
    assert used
    assert [name for name in used if not re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", name)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_may_only_read(path: pathlib.Path) -> None:
    assert load(path)["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_forms_have_what_github_wants(path: pathlib.Path) -> None:
    form = load(path)
    assert {"name", "description", "body"} <= set(form)
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    ids = [field["id"] for field in fields]
    assert len(set(ids)) == len(ids)
    assert all(field["attributes"]["label"] for field in fields)


def test_the_bug_form_names_a_playbook_that_there_is() -> None:
    text = (CHECKOUT / ".github" / "ISSUE_TEMPLATE" / "bug_report.yml").read_text()
    named = re.findall(r"ansible-playbook .*quorate\.ha_cluster\.(\w+)", text)
    assert named == ["verify"]
    assert (CHECKOUT / "playbooks" / "verify.yml").is_file()
