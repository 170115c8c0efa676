# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of internal_cluster_report: bring together what cluster_verify has seen on every host."""

from __future__ import annotations

import dataclasses
import json
import pathlib
import time
import typing as t

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.private_file import Access, replace_file
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.verdict import (
    Verdict,
    document,
    judge,
    sentence,
    summary,
)
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._report.index import entry_of
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._report.page import render
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._report.results import Results, parse

OPTIONS: dict[str, t.Any] = {
    "results": {"type": "dict", "required": True},
    "accepted": {"type": "list", "elements": "dict", "default": []},
    "nodes": {"type": "list", "elements": "str", "default": []},
    "fail": {"type": "bool", "default": True},
    "report": {"type": "path"},
    "tests": {"type": "path"},
}


def outcome(verdict: Verdict, host: str, *, fail: bool) -> dict[str, t.Any]:
    """What the task returns on HOST."""
    result: dict[str, t.Any] = {
        "findings": [finding.as_result() for finding in verdict.opened],
        "accepted": [{**finding.as_result(), "reason": reason} for finding, reason in verdict.accepted],
        "left": list(verdict.left),
    }
    errors = verdict.errors_of(host)
    speaks = host == verdict.primary and host not in verdict.blank
    result["summary"] = summary(verdict) if speaks else []
    if errors and fail:
        result["failed"] = True
        result["msg"] = "\n".join(result.pop("summary") or map(sentence, errors))
    return result


def without_time(text: str) -> t.Any:
    """What a report for machines says, but for what changes from run to run."""
    try:
        said = json.loads(text)
    except ValueError:
        return None
    return {key: value for key, value in said.items() if key not in ("generated", "seconds", "since")}


def since(before: str, findings: t.Sequence[dict[str, t.Any]]) -> dict[str, t.Any]:
    """What is new in FINDINGS, and what is gone, since the report whose JSON is BEFORE; empty where there is none."""
    try:
        said = json.loads(before)
        earlier, when = {identity(item): item for item in said["findings"]}, str(said["generated"])
    except (ValueError, TypeError, KeyError):
        return {}
    now = {identity(item): item for item in findings}
    return {
        "generated": when,
        "new": [item for key, item in now.items() if key not in earlier],
        "gone": [item for key, item in earlier.items() if key not in now],
    }


def identity(finding: t.Mapping[str, t.Any]) -> tuple[str, str, str]:
    """What makes a finding the same one in another run."""
    return str(finding["id"]), str(finding["subject"]), str(finding["host"])


def read_results(path: str | None) -> tuple[Results, t.Any]:
    """The results of tests in the file PATH, for the page and for machines; none without a path."""
    if not path:
        return Results(), None
    try:
        text = pathlib.Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise ClusterError(f"The results of tests in {path} can't be read: {error.strerror}.") from error
    return parse(text, path), json.loads(text)


def previous(report: pathlib.Path) -> str:
    """The report for machines that lies beside REPORT from an earlier run, or nothing."""
    machines = report.with_suffix(".json")
    return machines.read_text(encoding="utf-8") if machines.exists() else ""


def write(report: pathlib.Path, said: dict[str, t.Any], results: Results, before: str, *, pretend: bool) -> bool:
    """Write the report SAID, or PRETEND to. Returns whether it differs from the one BEFORE."""
    machines = report.with_suffix(".json")
    page = render(said, results)
    text = json.dumps(said, indent=2, sort_keys=True) + "\n"
    if not pretend:
        report.parent.mkdir(parents=True, exist_ok=True)
        # Whoever reads one of them sees the old or the new one.
        replace_file(str(machines), text.encode("utf-8"), Access(None))
        replace_file(str(report), page.encode("utf-8"), Access(None))
    return without_time(before) != without_time(text)


class ActionModule(ActionBase):
    """Say what is wrong with the cluster, and fail on the hosts that it is about."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        _validation, arguments = self.validate_argument_spec(OPTIONS)
        host = str((task_vars or {}).get("inventory_hostname", "localhost"))
        try:
            verdict = judge(
                arguments["results"],
                arguments["accepted"],
                arguments["nodes"],
                time.time(),
                # A run that should fail for its findings is no rehearsal of the repair.
                rehearsal=bool(self._task.check_mode) and not arguments["fail"],
            )
        except ClusterError as error:
            raise AnsibleActionFail(str(error)) from error
        result.update(outcome(verdict, host, fail=arguments["fail"]))
        result["changed"] = False
        if arguments["report"] and host == verdict.primary:
            report = pathlib.Path(arguments["report"])
            try:
                results, tests = read_results(arguments["tests"])
                said = {**document(verdict), "tests": tests, "generated": time.strftime("%Y-%m-%d %H:%M:%S %z")}
                before = previous(report)
                said["since"] = since(before, said["findings"])
                result["changed"] = write(report, said, results, before, pretend=bool(self._task.check_mode))
                result["overview"] = dataclasses.asdict(entry_of(said, said["cluster"], str(report)))
            except ClusterError as error:
                raise AnsibleActionFail(str(error)) from error
            except OSError as error:
                raise AnsibleActionFail(f"The report {report} can't be written: {error.strerror}.") from error
        return result
