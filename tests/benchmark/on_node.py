# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures, on a node and without touching its cluster, how long the same work takes in different ways.

Prints a JSON list of {"work", "way", "objects", "seconds", "calls"}. Where there would be many like calls, only `calls`
of them were made, and `seconds` is what all of them would take. Needs PYTHONPATH to have ansible and both collections.
"""

from __future__ import annotations

import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
from typing import Any

NO_OPS = (10, 100, 1000)
CREATIONS = (10, 100)
SAMPLE = 3
HEAD = '<cib crm_feature_set="3.16.1" validate-with="pacemaker-3.7" epoch="1" num_updates="0" admin_epoch="0">'
NODE = '<node id="1" uname="n1"/>'
STATE = '<node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member"/>'
PRIMITIVE = (
    '<primitive id="r{n}" class="ocf" provider="pacemaker" type="Dummy"><instance_attributes id="r{n}-i">'
    '<nvpair id="r{n}-i-fake" name="fake" value="{n}"/></instance_attributes><operations>'
    '<op id="r{n}-monitor-interval-10s" name="monitor" interval="10s" timeout="20s"/></operations></primitive>'
)
# What Ansible does on a node, without the transport: one fresh Python that runs the module.
START = """
import json, runpy, sys
from ansible.module_utils.testing import patch_module_args
with patch_module_args(json.load(sys.stdin)):
    runpy.run_path(sys.argv[1], run_name="__main__")
"""


def cib(count: int) -> str:
    """A CIB with COUNT resources."""
    crm_config = (
        '<cluster_property_set id="p"><nvpair id="p1" name="stonith-enabled" value="false"/></cluster_property_set>'
    )
    sections = f"<crm_config>{crm_config}</crm_config><nodes>{NODE}</nodes>"
    resources = "".join(PRIMITIVE.format(n=n) for n in range(count))
    rest = f"<resources>{resources}</resources><constraints/>"
    return f"{HEAD}<configuration>{sections}{rest}</configuration><status>{STATE}</status></cib>"


def declared(count: int) -> list[dict[str, Any]]:
    """The resources of that CIB as pcs_cib takes them."""
    monitor = {"name": "monitor", "interval": "10s", "timeout": "20s"}
    return [
        {"id": f"r{n}", "agent": "ocf:pacemaker:Dummy", "options": {"fake": n}, "operations": [monitor]}
        for n in range(count)
    ]


def run(argv: list[str], path: str, stdin: str = "") -> tuple[float, str]:
    """How long ARGV takes with the CIB file PATH in the cluster's place, and what it prints. Raises when it fails."""
    started = time.monotonic()
    done = subprocess.run(
        argv,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "CIB_file": path, "LC_ALL": "C.UTF-8"},
    )
    seconds = time.monotonic() - started
    if done.returncode != 0:
        raise RuntimeError(f"{argv[:6]} ended with {done.returncode}: {done.stdout[-500:]}{done.stderr[-500:]}")
    return seconds, done.stdout


def module(name: str, args: dict[str, Any], path: str) -> tuple[float, dict[str, Any]]:
    """How long the module NAME takes, and its result. Raises when it fails."""
    collection, _, short = name.rpartition(".")
    found = importlib.util.find_spec(f"ansible_collections.{collection}.plugins.modules.{short}")
    assert found is not None
    assert found.origin is not None
    seconds, output = run([sys.executable, "-c", START, found.origin], path, json.dumps(args))
    result: dict[str, Any] = json.loads(output[output.index("{") :])
    return seconds, result


class Ways:
    """The ways to do the work, each in a CIB file of its own."""

    def __init__(self, directory: str) -> None:
        self._path = os.path.join(directory, "cib.xml")
        self.results: list[dict[str, Any]] = []

    def note(self, work: str, way: str, objects: int, seconds: float, calls: int) -> None:
        result = {"work": work, "way": way, "objects": objects, "seconds": seconds, "calls": calls}
        self.results.append(result)
        print(result, file=sys.stderr)

    def write(self, count: int) -> None:
        pathlib.Path(self._path).write_text(cib(count), encoding="utf-8")

    def ours(self, work: str, there: int, objects: int) -> None:
        """The best of three."""
        best = float("inf")
        for _ in range(3):
            self.write(there)
            args = {"cib_file": self._path, "resources": declared(objects)}
            seconds, result = module("quorate.ha_cluster.pcs_cib", args, self._path)
            assert result["changed"] is (there < objects), result
            best = min(best, seconds)
        self.note(work, "pcs_cib", objects, best, 1)

    def one_by_one(self, work: str, way: str, there: int, objects: int) -> None:
        """One call after the other for each object; of many, only a few, from which the rest is calculated."""
        calls = min(SAMPLE, objects)
        self.write(there)
        seconds = 0.0
        for item in declared(objects)[:calls]:
            seconds += self.plain_pcs(work, item) if way == "pcs" else self.community(item)
        self.note(work, way, objects, seconds / calls * objects, calls)

    def plain_pcs(self, work: str, item: dict[str, Any]) -> float:
        if work == "no-op":
            return run(["pcs", "-f", self._path, "resource", "config", item["id"]], self._path)[0]
        options = [f"fake={item['options']['fake']}", "op", "monitor", "interval=10s", "timeout=20s"]
        return run(["pcs", "-f", self._path, "resource", "create", item["id"], item["agent"], *options], self._path)[0]

    def community(self, item: dict[str, Any]) -> float:
        args = {
            "name": item["id"],
            "state": "present",
            "resource_type": {"resource_standard": "ocf", "resource_provider": "pacemaker", "resource_name": "Dummy"},
            "resource_option": [f"fake={item['options']['fake']}"],
            "resource_operation": [
                {"operation_action": "monitor", "operation_option": ["interval=10s", "timeout=20s"]}
            ],
            "wait": 0,
        }
        return module("community.general.pacemaker_resource", args, self._path)[0]


def main() -> None:
    directory = tempfile.mkdtemp(prefix="benchmark-")
    try:
        ways = Ways(directory)
        for objects in NO_OPS:
            ways.ours("no-op", objects, objects)
        for objects in CREATIONS:
            ways.ours("creation", 0, objects)
        for work, sizes in (("no-op", NO_OPS), ("creation", CREATIONS)):
            for objects in sizes:
                for way in ("pcs", "community.general"):
                    try:
                        ways.one_by_one(work, way, objects if work == "no-op" else 0, objects)
                    except (RuntimeError, ValueError) as error:
                        print(f"{work} of {objects} with {way}: {error}", file=sys.stderr)
    finally:
        shutil.rmtree(directory)
    print(json.dumps(ways.results))


if __name__ == "__main__":
    main()
