# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of the pages for a cluster that can't be reached, run on the paper's configuration."""

from __future__ import annotations

import json
import pathlib
import shutil
import subprocess

from browser import Browser
from lab import CHECKOUT, documented

PAPER = CHECKOUT / "tests/unit/files/paper"


def report(folder: pathlib.Path) -> subprocess.CompletedProcess[str]:
    for name in ("cib.xml", "corosync.conf"):
        shutil.copy(PAPER / name, folder)
    command = documented("playbooks/report.yml -e ha_verify_cib_file=", "docs/verify.md").replace("/tmp/", f"{folder}/")
    return subprocess.run(["bash", "-c", command], cwd=CHECKOUT, capture_output=True, text=True, check=False)


def test_papers_configuration_gets_its_faults_listed(tmp_path: pathlib.Path) -> None:
    run = report(tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    said = json.loads((tmp_path / "report.json").read_text())
    found = {item["id"] for item in said["findings"]}
    assert {"corosync-2", "agent-unknown", "fencing-host-check", "constraint-redundant"} <= found
    assert said["cluster"] == "c7-testcluster"
    with Browser(tmp_path / "profile") as browser:
        browser.open(tmp_path / "report.html")
        body = browser.run("document.body.innerText")
    assert "Its name is ocf:heartbeat:Filesystem." in body
    assert "from files, without a running cluster" in body


def test_second_report_that_says_the_same_is_no_change(tmp_path: pathlib.Path) -> None:
    assert "changed=1" in report(tmp_path).stdout
    assert "changed=0" in report(tmp_path).stdout


def test_papers_own_command_finds_all_that_its_page_counts(tmp_path: pathlib.Path) -> None:
    command = documented("files/paper/files.yml", "docs/paper.md").replace("paper.html", f"{tmp_path}/paper.html")
    run = subprocess.run(["bash", "-c", command], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    found = [item["severity"] for item in json.loads((tmp_path / "paper.json").read_text())["findings"]]
    assert (found.count("error"), found.count("warning")) == (6, 17)  # as docs/images/report-paper.png shows
