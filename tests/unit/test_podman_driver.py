# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scenarios on podman are those of the lab: the second driver brings who makes the machines, and nothing else."""

from __future__ import annotations

import pathlib
import re
import subprocess

import yaml

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
DRIVER = CHECKOUT / "molecule" / "podman"
SCENARIOS = {path.parent.name for path in CHECKOUT.glob("molecule/*/molecule.yml")}


def playbooks() -> dict[str, str]:
    """What the driver lays over the common configuration."""
    config = yaml.safe_load((CHECKOUT / ".config" / "molecule" / "podman.yml").read_text())
    assert set(config) == {"ansible"}
    assert set(config["ansible"]) == {"playbooks"}
    return {
        name: path.replace("${MOLECULE_PROJECT_DIRECTORY}/", "")
        for name, path in config["ansible"]["playbooks"].items()
    }


def test_driver_brings_create_and_destroy_alone() -> None:
    common = yaml.safe_load((CHECKOUT / ".config" / "molecule" / "config.yml").read_text())
    assert set(playbooks()) == set(common["ansible"]["playbooks"]) == {"create", "destroy"}
    assert SCENARIOS
    assert "podman" not in SCENARIOS


def test_its_playbooks_are_valid() -> None:
    run = subprocess.run(
        ["ansible-playbook", "--inventory", "inventories/lab", "--syntax-check", *playbooks().values()],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_no_scenario_knows_which_driver_made_its_machines() -> None:
    files = [path for name in SCENARIOS for path in (CHECKOUT / "molecule" / name).rglob("*") if path.is_file()]
    assert [path.name for path in files if "podman" in path.read_text(errors="replace")] == []


def test_page_says_of_every_scenario_whether_it_works() -> None:
    table = re.findall(r"^\| ([\w, ]+) \| (yes|no|when)\b", (DRIVER / "README.md").read_text(), flags=re.MULTILINE)
    said = {name: word for names, word in table for name in names.split(", ")}
    assert set(said) == SCENARIOS
    script = (CHECKOUT / "tools" / "run-tests").read_text()
    (run,) = re.findall(r"podman\).*\n\s+scenarios=\(([\w ]+)\)", script)
    assert set(run.split()) == {name for name, word in said.items() if word != "no"}
