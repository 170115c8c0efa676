# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several writers of one configuration, on different nodes at once, and writers that are killed while they write.

Alone, on a lab of its own:  LAB_NAME=writers pytest -v -s tests/integration/site/test_7_writers.py
On one that runs, which is kept:  LAB_NAME=name KEEP_LAB=1 pytest ... (CHANGES says how many each of the two makes)
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sysconfig
import time
import typing as t
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import pytest
from lab import CHECKOUT, Lab
from writer import MEMBERS, START, declaration, order

CHANGES = int(os.environ.get("CHANGES", "100"))
KILLS = int(os.environ.get("KILLS", "20"))
SEED = int(os.environ.get("SEED", "0")) or random.randrange(1, 10**6)
DIRECTORY = "/run/quorate-writers"
PYTHON = f"PYTHONPATH={DIRECTORY} PYTHONDONTWRITEBYTECODE=1 python3"
WRITERS = {0: "node1", 1: "node2"}
MODULE = f"{DIRECTORY}/ansible_collections/quorate/ha_cluster/plugins/modules/pcs_cib.py"


def ssh(
    lab: Lab, node: str, command: str, stdin: bytes = b"", timeout: float = 3600
) -> subprocess.CompletedProcess[bytes]:
    argv = ["ssh", "-F", str(lab.directory / "ssh_config"), node, command]
    return subprocess.run(argv, input=stdin, capture_output=True, timeout=timeout, check=False)


def succeed(lab: Lab, node: str, command: str, stdin: bytes = b"") -> str:
    done = ssh(lab, node, command, stdin)
    assert done.returncode == 0, f"{command} on {node}: {done.stdout.decode()}{done.stderr.decode()}"
    return done.stdout.decode()


def install(lab: Lab, node: str) -> None:
    """Bring the modules onto NODE, so that they run there without the time that Ansible takes to get there."""
    libraries = sysconfig.get_paths()["purelib"]
    parts = (
        ["-C", libraries, "ansible/__init__.py", "ansible/release.py", "ansible/_vendor", "ansible/module_utils"],
        ["-C", str(CHECKOUT), "--transform", "s,^plugins,ansible_collections/quorate/ha_cluster/plugins,", "plugins"],
        ["-C", str(CHECKOUT / "tests/integration/site"), "writer.py"],
    )
    archive = b"".join(
        subprocess.run(["tar", "-c", *part], stdout=subprocess.PIPE, check=True).stdout for part in parts
    )
    command = f"rm -rf {DIRECTORY} && mkdir {DIRECTORY} && tar --extract --ignore-zeros --directory {DIRECTORY}"
    succeed(lab, node, command, archive)


def change(lab: Lab, node: str, declared: dict[str, t.Any]) -> dict[str, t.Any]:
    """The result of pcs_cib on NODE."""
    output = succeed(lab, node, f"{PYTHON} -c '{START}' {MODULE}", json.dumps(declared).encode())
    result: dict[str, t.Any] = json.loads(output[output.index("{") :])
    return result


def configuration(lab: Lab, node: str) -> ElementTree.Element:
    return ElementTree.fromstring(succeed(lab, node, "cibadmin --query --scope configuration"))


def utilization(lab: Lab, node: str) -> dict[str, dict[str, int]]:
    """The utilization of every member of the group."""
    return {
        primitive.get("id", ""): {
            pair.get("name", ""): int(pair.get("value", "")) for pair in primitive.findall("utilization/nvpair")
        }
        for primitive in configuration(lab, node).findall(".//group[@id='writers']/primitive")
    }


@pytest.fixture
def writers(site: Lab) -> t.Iterator[Lab]:
    """A healthy cluster with a group that no node runs, and the modules on the nodes that write."""
    for node in WRITERS.values():
        install(site, node)
    stopped = {"agent": "ocf:pacemaker:Dummy", "meta": {"target-role": "Stopped"}}
    resources = [{"id": member, **stopped} for member in MEMBERS]
    change(site, "node1", {"resources": resources, "groups": [{"id": "writers", "members": MEMBERS}]})
    yield site
    change(site, "node1", {"resources": [{"id": member, "state": "absent"} for member in MEMBERS]})
    for node in WRITERS.values():
        site.ssh(node, f"rm -rf {DIRECTORY}")


def test_changes_of_two_writers_at_once_all_arrive(writers: Lab) -> None:
    started = time.monotonic()
    with ThreadPoolExecutor() as pool:
        runs = [
            pool.submit(ssh, writers, node, f"{PYTHON} {DIRECTORY}/writer.py {number} {CHANGES}")
            for number, node in WRITERS.items()
        ]
        for run in runs:
            done = run.result()
            assert done.returncode == 0, done.stderr.decode()
    seconds = time.monotonic() - started
    print(f"\n{2 * CHANGES} changes by two writers at once: {seconds:.0f} s, {seconds / CHANGES / 2:.2f} s each")
    found = utilization(writers, "node3")
    for number in WRITERS:
        for index in range(CHANGES):
            name, value = MEMBERS[index % len(MEMBERS)], {f"w{number}c{index}": index}
            assert value.items() <= found[name].items(), f"change {index} of writer {number} is lost"
    last_change, last_writer = divmod(found[MEMBERS[0]]["last"], 2)
    assert last_change == CHANGES - 1
    assert list(found) == order(last_writer, last_change), "the group is not as the last writer declared it"
    assert succeed(writers, "node3", "crm_verify --live-check") is not None


def test_a_writer_killed_at_any_time_leaves_a_valid_configuration(writers: Lab) -> None:
    choose = random.Random(SEED)
    print(f"\nSEED={SEED}")
    complete = 0
    started = time.monotonic()
    change(writers, "node1", declaration(0, 1000))
    usual = time.monotonic() - started
    for index in range(KILLS):
        declared = declaration(0, index)
        moment = choose.uniform(0.3, 1.1) * usual
        command = f"{PYTHON} -c '{START}' {MODULE}"
        killed = ssh(
            writers, "node1", f"timeout --signal=KILL {moment:.2f} env {command}", json.dumps(declared).encode()
        )
        succeed(writers, "node2", "crm_verify --live-check")
        found = utilization(writers, "node2")
        name = MEMBERS[index % len(MEMBERS)]
        whole = found[name].get(f"w0c{index}") == index
        assert (found[MEMBERS[0]].get("last") == index * 2) is whole, "half of a change has arrived"
        assert (list(found) == order(0, index)) or not whole, "half of a change has arrived"
        complete += whole
        print(f"killed after {moment:.2f} s (code {killed.returncode}): {'all' if whole else 'nothing'} has arrived")
        result = change(writers, "node2", declared)
        assert result["changed"] is not whole
    print(f"{KILLS} writers killed, {complete} of their changes were complete")
