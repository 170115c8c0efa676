# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The workflow and the templates for GitHub call and ask for what there is."""

from __future__ import annotations

import fnmatch
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
        for name in re.findall(r"^(?:sudo )?make ([a-z-]+)", step.get("run", ""), re.MULTILINE)
    ]
    assert called
    assert set(called) <= targets


def test_jobs_run_parts_of_the_tests_and_all_that_make_test_runs() -> None:
    ci = load(CHECKOUT / ".github" / "workflows" / "ci.yml")["jobs"]["test"]
    parts = {part for entry in ci["strategy"]["matrix"]["parts"] for part in entry.split()}
    assert parts <= known_parts()
    (default,) = re.findall(r"\|\| parts=\(([^)]+)\)", SCRIPT)
    assert set(default.split()) <= parts
    assert re.search(r"^test: .*\n\ttools/run-tests \$\(PARTS\)$", MAKEFILE, re.MULTILINE)


def steps(workflow: str, job: str) -> dict[str, dict[str, t.Any]]:
    """The steps of a job by their names."""
    listed = load(CHECKOUT / ".github" / "workflows" / workflow)["jobs"][job]["steps"]
    named = {step["name"]: step for step in listed}
    assert len(named) == len(listed)
    return named


@pytest.mark.parametrize(
    ("job", "part", "variable"),
    [("containers", "podman-site", "PODMAN_BASE"), ("machines", "vagrant-site", "DISTRIBUTION")],
)
def test_jobs_for_distributions_build_the_site_with_their_entry_of_the_matrix(
    job: str, part: str, variable: str
) -> None:
    assert part in known_parts()
    definition = load(CHECKOUT / ".github" / "workflows" / "distributions.yml")["jobs"][job]
    (key,) = definition["strategy"]["matrix"]
    assert definition["strategy"]["fail-fast"] is False
    build = steps("distributions.yml", job)["Build the site"]
    assert build["run"] == f"sudo --preserve-env={variable} tools/run-tests {part}"
    assert build["env"] == {variable: f"${{{{ matrix.{key} }}}}"}


def test_rows_of_all_jobs_for_distributions_get_into_the_table() -> None:
    (pattern,) = [
        step["with"]["pattern"]
        for step in steps("distributions.yml", "table").values()
        if step.get("uses", "").startswith("actions/download-artifact@")
    ]
    names = []
    for job in ("containers", "machines"):
        kept = steps("distributions.yml", job)["Keep the row"]
        assert "!cancelled()" in kept["if"], "a row is kept of a run that failed, too"
        assert kept["with"]["path"] == "tests/output/distributions"
        names.append(kept["with"]["name"].replace("${{ strategy.job-index }}", "0"))
    assert len(set(names)) == 2
    assert fnmatch.filter(names, pattern) == names
    assert load(CHECKOUT / ".github" / "workflows" / "distributions.yml")["jobs"]["table"]["needs"] == [
        "containers",
        "machines",
    ]


def test_scripts_that_jobs_call_exist() -> None:
    called = {
        path
        for job in jobs()
        for step in job["steps"]
        for path in re.findall(r"\b(?:tools|tests)/[\w./-]*[\w]", step.get("run", ""))
        if not path.startswith("tests/output")
    }
    assert {"tools/run-tests", "tests/integration/elsewhere/results.py"} <= called
    assert [path for path in called if not (CHECKOUT / path).is_file()] == []


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
