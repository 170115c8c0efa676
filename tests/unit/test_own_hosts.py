# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory that docs/own-hosts.md shows, put into files as it says, passes the check that site.yml begins with."""

from __future__ import annotations

import pathlib
import re
import subprocess
import sys

import documented_tasks
import pytest
import yaml

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
PAGE = CHECKOUT / "docs" / "own-hosts.md"
VAULT = {"vault_hacluster_password": "correct-horse-battery-staple", "vault_ipmi_password": "secret"}


def check(folder: pathlib.Path, **more: object) -> subprocess.CompletedProcess[str]:
    """Check the page's inventory with this machine in place of all hosts."""
    (hosts,) = re.findall(r"^```ini\n(.*?)^```", PAGE.read_text(), flags=re.MULTILINE | re.DOTALL)
    here = {"ansible_connection": "local", "ansible_become": False, "ansible_python_interpreter": sys.executable}
    variables = folder / "group_vars" / "all"
    variables.mkdir(parents=True)
    (folder / "hosts").write_text(hosts)
    (variables / "cluster.yml").write_text(yaml.safe_dump({**documented_tasks.variables(PAGE), **more}))
    (variables / "others.yml").write_text(yaml.safe_dump({**VAULT, **here}))
    command = ["ansible-playbook", "-i", str(folder / "hosts"), "playbooks/check_input.yml"]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)


def test_inventory_of_the_page_is_accepted(tmp_path: pathlib.Path) -> None:
    run = check(tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.count("failed=0") == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [("os_prep_extra_package", ["fence-agents"]), ("ha_cluster_name", "my cluster")],
)
def test_mistake_in_it_is_named(name: str, value: object, tmp_path: pathlib.Path) -> None:
    run = check(tmp_path, **{name: value})
    assert run.returncode != 0
    assert name in run.stdout
