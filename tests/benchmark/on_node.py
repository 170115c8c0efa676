# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures, on a node and without touching its cluster, how long the same work takes in different ways.

Prints a JSON list of {"work", "way", "objects", "seconds", "cpu", "calls"}. Where there would be many like calls, only
`calls` of them were made, and `seconds` is what all of them would take; `cpu` is the processor's part of it. Needs
PYTHONPATH to have ansible and both collections. ONDREJHOME is the path of ondrejhome's module pcs_resource, if it is to
take part.
"""

from __future__ import annotations

import importlib.util
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import Any

ONDREJHOME = os.environ.get("ONDREJHOME", "")
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
# pcs can't wait for a file, which community.general always tells it to do.
WRAPPER = """#!/bin/sh
for argument do
  shift
  case $argument in --wait*) ;; *) set -- "$@" "$argument" ;; esac
done
exec /usr/sbin/pcs -f {} "$@"
"""
# Where there is none, this does what ondrejhome's module wants of it, so that two elements can be compared.
XMLLINT = """#!/bin/sh
exec tr -d ' \\n' < "$4" > "$3"
"""
# What Ansible does on a node, without the transport: one fresh Python that runs the module.
START = """
import json, runpy, sys
from ansible.module_utils.testing import patch_module_args
with patch_module_args(json.load(sys.stdin)):
    runpy.run_path(sys.argv[1], run_name="__main__")
"""


def cib(count: int, first: int = 0) -> str:
    """A CIB with COUNT resources, less those before the FIRST."""
    crm_config = (
        '<cluster_property_set id="p"><nvpair id="p1" name="stonith-enabled" value="false"/></cluster_property_set>'
    )
    sections = f"<crm_config>{crm_config}</crm_config><nodes>{NODE}</nodes>"
    resources = "".join(PRIMITIVE.format(n=n) for n in range(first, count))
    rest = f"<resources>{resources}</resources><constraints/>"
    return f"{HEAD}<configuration>{sections}{rest}</configuration><status>{STATE}</status></cib>"


def declared(count: int) -> list[dict[str, Any]]:
    """The resources of that CIB as pcs_cib takes them."""
    monitor = {"name": "monitor", "interval": "10s", "timeout": "20s"}
    return [
        {"id": f"r{n}", "agent": "ocf:pacemaker:Dummy", "options": {"fake": n}, "operations": [monitor]}
        for n in range(count)
    ]


@dataclass(frozen=True)
class Cost:
    """Seconds on the wall's clock, and of the processor."""

    wall: float = 0.0
    cpu: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.cpu + other.cpu)

    def times(self, factor: float) -> Cost:
        return Cost(self.wall * factor, self.cpu * factor)


def cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(argv: list[str], directory: str, stdin: str = "") -> tuple[Cost, str]:
    """What ARGV costs, and what it prints; a `pcs` in it is that in DIRECTORY. Raises when it fails."""
    used = cpu_of_children()
    started = time.monotonic()
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "PATH": f"{directory}:{os.environ['PATH']}"}
    done = subprocess.run(argv, input=stdin, capture_output=True, text=True, check=False, env=environment)
    cost = Cost(time.monotonic() - started, cpu_of_children() - used)
    if done.returncode != 0:
        raise RuntimeError(f"{argv[:6]} ended with {done.returncode}: {done.stdout[-500:]}{done.stderr[-500:]}")
    return cost, done.stdout


def module(name: str, args: dict[str, Any], directory: str) -> tuple[Cost, dict[str, Any]]:
    """What the module NAME costs, and its result. Raises when it fails."""
    collection, _dot, short = name.rpartition(".")
    found = importlib.util.find_spec(f"ansible_collections.{collection}.plugins.modules.{short}")
    assert found is not None
    assert found.origin is not None
    return program(found.origin, args, directory)


def program(path: str, args: dict[str, Any], directory: str) -> tuple[Cost, dict[str, Any]]:
    """What the module in the file PATH costs, and its result. Raises when it fails."""
    cost, output = run([sys.executable, "-c", START, path], directory, json.dumps(args))
    result: dict[str, Any] = json.loads(output[output.index("{") :])
    return cost, result


class Ways:
    """The ways to do the work, on one CIB file. What can't be told of a file finds a `pcs` that works on this one."""

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self._path = os.path.join(directory, "cib.xml")
        wrapper = pathlib.Path(directory, "pcs")
        wrapper.write_text(WRAPPER.format(self._path), encoding="utf-8")
        wrapper.chmod(0o700)
        self._tools = os.path.join(directory, "tools")
        os.mkdir(self._tools)
        if shutil.which("xmllint") is None:
            xmllint = pathlib.Path(self._tools, "xmllint")
            xmllint.write_text(XMLLINT, encoding="utf-8")
            xmllint.chmod(0o700)
        self.results: list[dict[str, Any]] = []

    def note(self, work: str, way: str, objects: int, cost: Cost, calls: int) -> None:
        result = {"work": work, "way": way, "objects": objects, "seconds": cost.wall, "cpu": cost.cpu, "calls": calls}
        self.results.append(result)
        print(result, file=sys.stderr)

    def write(self, count: int, first: int = 0) -> None:
        pathlib.Path(self._path).write_text(cib(count, first), encoding="utf-8")

    def ours(self, work: str, there: int, objects: int) -> None:
        """The best of three."""
        costs = []
        for _round in range(3):
            self.write(there)
            args = {"cib_file": self._path, "resources": declared(objects)}
            cost, result = module("quorate.ha_cluster.pcs_cib", args, "/usr/sbin")
            assert result["changed"] is (there < objects), result
            costs.append(cost)
        self.note(work, "pcs_cib", objects, min(costs, key=lambda cost: cost.wall), 1)

    def one_by_one(self, work: str, way: str, there: int, objects: int) -> None:
        """One call after the other for each object; of many, only a few, from which the rest is calculated."""
        calls = min(SAMPLE, objects)
        items = declared(objects)[:calls]
        self.write(there)
        if way == "ondrejhome" and there:  # it compares with what pcs makes, so that has to be there
            self.write(there, calls)
            for item in items:
                self.ondrejhome(item, changes=True)
        cost = Cost()
        for item in items:
            if way == "ondrejhome":
                cost += self.ondrejhome(item, changes=not there)
            else:
                cost += self.plain_pcs(work, item) if way == "pcs" else self.community(item)
        self.note(work, way, objects, cost.times(objects / calls), calls)

    def plain_pcs(self, work: str, item: dict[str, Any]) -> Cost:
        options = [f"fake={item['options']['fake']}", "op", "monitor", "interval=10s", "timeout=20s"]
        verb = ["config", item["id"]] if work == "no-op" else ["create", item["id"], item["agent"], *options]
        return run(["pcs", "resource", *verb], self._directory)[0]

    def community(self, item: dict[str, Any]) -> Cost:
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
        return module("community.general.pacemaker_resource", args, self._directory)[0]

    def ondrejhome(self, item: dict[str, Any], *, changes: bool) -> Cost:
        options = f"fake={item['options']['fake']} op monitor interval=10s timeout=20s"
        args = {"name": item["id"], "resource_type": item["agent"], "options": options, "cib_file": self._path}
        cost, result = program(ONDREJHOME, args, self._tools)
        assert result["changed"] is changes, result
        return cost


def main() -> None:
    """Measure all; or, of `SIZE...` on the command line, only these sizes."""
    sizes = {int(size) for size in sys.argv[1:]} or {*NO_OPS, *CREATIONS}
    directory = tempfile.mkdtemp(prefix="benchmark-")
    try:
        ways = Ways(directory)
        for objects in sorted(sizes & {*NO_OPS}):
            ways.ours("no-op", objects, objects)
        for objects in sorted(sizes & {*CREATIONS}):
            ways.ours("creation", 0, objects)
        for work, possible in (("no-op", NO_OPS), ("creation", CREATIONS)):
            for objects in sorted(sizes & {*possible}):
                for way in ("pcs", "community.general", *(("ondrejhome",) if ONDREJHOME else ())):
                    try:
                        ways.one_by_one(work, way, objects if work == "no-op" else 0, objects)
                    except (RuntimeError, ValueError, AssertionError) as error:
                        print(f"{work} of {objects} with {way}: {error}", file=sys.stderr)
    finally:
        shutil.rmtree(directory)
    print(json.dumps(ways.results))


if __name__ == "__main__":
    main()
