# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run pcs commands on a copy of a CIB, and check the result."""

from __future__ import annotations

import inspect
import itertools
import json
import os
import pathlib
import re
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import pcs_child, status
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.command import PCS, Command
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import parse_cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.remote import remote_and_guest_nodes
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.suggest import (
    UNKNOWN_OPTIONS,
    missing_agent,
    suggested_agent,
    suggestion,
    unknown_node,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.templates import expanded
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.private_file import write_private
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import CommandResult, Runner, without_xml

Action = dict[str, str]
ERROR = re.compile(r"\berror ?: ")
SUMMARY = "did not pass schema validation"
PLAIN = re.compile(r"(?!\S*(?:error|warning|notice)\b|\()\w")  # a line without a severity
ADVICE = re.compile(r",? \(?use --force to override\)?")
# pcs has it since 0.11.3, as it has `pcs stonith meta` and `pcs stonith op`, which have none of their own.
NEEDED_CAPABILITY = "pcmk.resource.config.output-formats"
TOO_OLD = "pcs of this host is older than 0.11.3, the oldest that this collection works with; update it"
REFUSED_BY_PACEMAKER = re.compile(r"Call (?:cib_\w+ )?failed(?: \(-?\d+\))?: (.*)")
CUSTOM = " One that only you know, such as an agent's own, goes into custom_properties."
FINAL = "Errors have occurred, therefore pcs is unable to continue"


@dataclass(frozen=True)
class Outcome:
    """How one pcs command ended, and the arguments it was run with."""

    argv: list[str]
    result: CommandResult


class Workbench:
    """A directory that only root can read, with a CIB before and after a change."""

    def __init__(self, runner: Runner, directory: str, base: str) -> None:
        self._runner = runner
        self._directory = directory
        self.base, self.copy = (os.path.join(directory, name) for name in ("base.xml", "new.xml"))
        for path in (self.base, self.copy):
            write_private(path, base)

    def text(self) -> str:
        """The CIB after the change."""
        return pathlib.Path(self.copy).read_text(encoding="utf-8")

    def apply(self, commands: Sequence[Command]) -> None:
        """Run COMMANDS on the copy. Raises ClusterError with pcs's own reason when one fails."""
        for tool, group in itertools.groupby(commands, key=lambda command: command.tool):
            self._apply(tool, list(group))

    def _apply(self, tool: str, commands: Sequence[Command]) -> None:
        if tool == PCS:
            outcomes = run_pcs(self._runner, commands, self.copy)
        else:
            outcomes = run_tool(self._runner, tool, commands, self.copy)
        for command, outcome in zip(commands, outcomes):
            if outcome.result.rc != 0:
                words = self._reason(outcome.result) if tool == PCS else reason(outcome.result)
                near = (
                    suggestion(words)
                    or suggested_agent(self._runner, command.agent)
                    or missing_agent(self._runner, command.agent)
                    or unknown_node(command.node, node_names(self.text()))
                    or (CUSTOM if command.argv[:1] == ("property",) and UNKNOWN_OPTIONS.search(words) else "")
                )
                raise ClusterError(f"{tool} refuses the {command.subject}: {words}.{near}", command=command.shown())

    def _reason(self, result: CommandResult) -> str:
        """Why pcs failed with RESULT. A pcs that is too old prints only its usage."""
        capabilities = self._runner.run(["pcs", "--version", "--full"]).stdout.split()
        if not capabilities or NEEDED_CAPABILITY in capabilities:
            return reason(result)
        return f"{TOO_OLD}. It says: {reason(result)}" if "Error:" in result.stderr else TOO_OLD

    def verify(self) -> list[str]:
        """Complaints of crm_verify about the new CIB that it does not have about the old one."""
        new = complaints(self._runner, self._configuration(self.copy))
        old = complaints(self._runner, self._configuration(self.base)) if new else []
        return [line for line in new if line not in old]

    def _configuration(self, path: str) -> str:
        """The path of the CIB at PATH without its state: what still runs of a removed clone is no fault in it."""
        alone = f"{path}.configuration"
        write_private(alone, without_status(pathlib.Path(path).read_text(encoding="utf-8")))
        return alone

    def transition(self) -> tuple[list[Action] | None, list[Action]]:
        """What the cluster would do after the change, and what of it would stop something because of the change."""
        planned = status.simulate(self._runner, self.copy, self._directory)
        if not planned:
            return planned, []
        anyway = status.simulate(self._runner, self.base, self._directory) or []
        return planned, [item for item in planned if item["action"] in status.DISRUPTIVE and item not in anyway]


def node_names(text: str) -> list[str]:
    """The nodes that the CIB whose XML is TEXT knows, remote and guest nodes among them."""
    root = ET.fromstring(text)
    names = [node.get("uname", "") for node in root.iterfind("configuration/nodes/node")]
    return list(dict.fromkeys([*names, *remote_and_guest_nodes(parse_cib(expanded(text)))]))


@contextmanager
def workbench(runner: Runner, base: str) -> Iterator[Workbench]:
    """A workbench for the CIB whose XML is BASE; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="quorate-") as directory:
        yield Workbench(runner, directory, base)


def without_status(text: str) -> str:
    """The CIB whose XML is TEXT, without what Pacemaker keeps about the state of nodes and resources."""
    root = ET.fromstring(text)
    for section in root.findall("status"):
        section.clear()
    return ET.tostring(root, encoding="unicode")


def complaints(runner: Runner, path: str) -> list[str]:
    """What crm_verify calls an error in the CIB file PATH. Warnings, such as of a failed resource, are none.

    Pacemaker 3 writes the reasons why the schema does not allow the CIB without that word. The first is the cause.
    """
    result = runner.run(["crm_verify", "--xml-file", path, "--verbose"])
    if result.rc == 0:
        return []
    lines = [line for line in result.stderr.splitlines() if line.strip()]
    said = [line.partition("error")[2].lstrip(" :") for line in lines if ERROR.search(line)]
    if any(line.endswith(SUMMARY) for line in said) and lines and PLAIN.match(lines[0]):
        said.insert(0, lines[0].strip())
    return list(dict.fromkeys(line for line in said if line))


def reason(result: CommandResult) -> str:
    """Why pcs failed: its errors, each with the lines that explain it, without its warnings, without its advice on
    options that a module doesn't have, and without the XML that some end with."""
    errors: list[list[str]] = []
    explains = False
    for line in without_xml(result.stderr):
        if line.startswith("Error:"):
            errors.append([ADVICE.sub("", line.partition("Error:")[2].strip())])
            explains = True
        elif line.startswith(("Warning:", "Deprecation Warning:")):
            explains = False
        elif explains:
            refused = REFUSED_BY_PACEMAKER.match(line)
            errors[-1].append(refused[1] if refused else line)
    said = [": ".join(dict.fromkeys(lines)) for lines in errors if lines != [FINAL]]
    return "; ".join(said) or result.message


def run_tool(runner: Runner, tool: str, commands: Sequence[Command], path: str) -> list[Outcome]:
    """Run COMMANDS of a TOOL of Pacemaker on the CIB file PATH, up to the first that fails."""
    outcomes: list[Outcome] = []
    for command in commands:
        argv = list(command.argv)
        outcomes.append(Outcome(argv, runner.run([tool, *argv], environment={"CIB_file": path})))
        if outcomes[-1].result.rc != 0:
            break
    return outcomes


def run_pcs(runner: Runner, commands: Sequence[Command], path: str) -> list[Outcome]:
    """Run COMMANDS on the CIB file PATH, up to the first that fails."""
    program = runner.find("pcs")
    if program is None:
        raise ClusterError("pcs is not installed on this host; install the package 'pcs'.")
    python = interpreter(program)
    if python:
        result = runner.run([*python, "-c", inspect.getsource(pcs_child)], stdin=json.dumps(request(commands, path)))
        if result.rc == 0:
            return [outcome(item) for item in json.loads(result.stdout)["results"]]
        if result.rc != pcs_child.IMPORT_FAILED:
            raise ClusterError(f"pcs can't be run: {result.message}")
    return run_pcs_plainly(runner, program, commands, path)


def run_pcs_plainly(runner: Runner, program: str, commands: Sequence[Command], path: str) -> list[Outcome]:
    """Start pcs once for each command, where it can't be imported."""
    outcomes: list[Outcome] = []
    known: list[frozenset[str]] = []

    def capabilities() -> frozenset[str]:
        if not known:
            known.append(frozenset(runner.run([program, "--version", "--full"]).stdout.split()))
        return known[0]

    for command, wanted in zip(commands, request(commands, path)["commands"]):
        if command.has_secrets:
            raise ClusterError(
                f"The {command.subject} has a secret, and on this host pcs can only be told it on a command line that"
                " every user can read, because pcs can't be imported as a Python module."
            )
        argv = pcs_child.choose(wanted, capabilities)
        outcomes.append(Outcome(argv, runner.run([program, *argv])))
        if outcomes[-1].result.rc != 0:
            break
    return outcomes


def request(commands: Sequence[Command], path: str) -> dict[str, list[dict[str, Any]]]:
    """COMMANDS as the child process wants them."""
    return {
        "commands": [
            {
                "argv": command.arguments(path, command.argv),
                "variants": [[name, command.arguments(path, argv)] for name, argv in command.variants],
            }
            for command in commands
        ]
    }


def outcome(item: dict[str, object]) -> Outcome:
    argv = item["argv"]
    result = CommandResult(int(str(item["rc"])), str(item["stdout"]), str(item["stderr"]))
    return Outcome([str(part) for part in argv] if isinstance(argv, list) else [], result)


def interpreter(program: str) -> list[str]:
    """The Python that PROGRAM is run by, or nothing when it is no Python program."""
    with open(program, "rb") as stream:
        line = stream.readline(256).decode(errors="replace").strip()
    words = line[2:].split() if line.startswith("#!") else []
    return words if words and "python" in os.path.basename(words[0]) else []
