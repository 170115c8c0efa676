# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside the root file system of a Debian release: pcs, loaded into this process once, for children that run it.

Most of the time that pcs needs goes into starting Pacemaker's tools. What they would do with a valid CIB file is done
here instead: read it, replace it, or its configuration. Their answers about agents and options are kept. All else, and
a CIB that the schema does not allow, is left to the real tools.
"""

from __future__ import annotations

import functools
import gc
import hashlib
import json
import os
import pathlib
import re
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import pcs_child

SCHEMAS = pathlib.Path("/usr/share/pacemaker")
ANSWERS = pathlib.Path("/tmp/answers")  # what tools said that always say the same
DESCRIPTIONS = "DESCRIPTIONS_OF_AGENTS"  # names in the environment the directory with those that stand in for real ones
STAYS_THE_SAME = re.compile(r"--show-metadata|--list-options\b|--help-all|metadata|--empty|--version")
QUERIES = (["--local", "--query"], ["-l", "-Q"])
REPLACEMENTS = (  # of the configuration
    ["--replace", "--verbose", "--xml-pipe", "--scope", "configuration"],
    ["--replace", "-V", "--xml-pipe", "-o", "configuration"],
)
WHOLE = "whole CIB:"  # begins what stands for a difference between two CIBs
Answer = tuple[str, str, int]


def load() -> Callable[[list[str]], Any]:
    """The main function of pcs."""
    sys.path[:0] = [path for path in pcs_child.BUNDLES if os.path.isdir(path) and path not in sys.path]
    from pcs import app, utils  # type: ignore[import-not-found]
    from pcs.lib.external import CommandRunner  # type: ignore[import-not-found]

    if not hasattr(CommandRunner.run, "__wrapped__"):
        CommandRunner.run = method_without_tools(CommandRunner.run)
        utils.run = function_without_tools(utils.run, utils)
        gc.freeze()

    def main(argv: list[str]) -> Any:
        sys.stdout = sys.__stdout__  # that of the child, and not what guest.py makes of it
        return app.main(argv)

    return main


def run(path: str, argv: list[str]) -> dict[str, Any]:
    """How pcs ends with ARGV, for the CIB file PATH."""
    main = load()
    prepare(path)
    return pcs_child.fork_and_run(main, ["-f", path, *argv])


def answer(request: str) -> dict[str, Any]:
    """What pcs_child.py answers to REQUEST."""
    load()

    def main(_argv: list[str]) -> int:
        with tempfile.TemporaryFile("w+") as stdin:
            stdin.write(request)
            stdin.seek(0)
            sys.stdin, sys.stdout = stdin, sys.__stdout__
            return pcs_child.main()

    return pcs_child.fork_and_run(main, [])


# --- instead of the tools --------------------------------------------------------------------------------------------


def method_without_tools(run_it: Callable[..., Any]) -> Callable[..., Any]:
    """The method CommandRunner.run, with as few processes as possible."""

    @functools.wraps(run_it)
    def answer_or_run(
        self: Any, args: Sequence[str], stdin_string: str | None = None, *others: Any, **options: Any
    ) -> Any:
        environment = {**self._env_vars, **(options.get("env_extend") or {})}
        return without_tools(
            args,
            stdin_string,
            environment,
            lambda: run_it(self, args, stdin_string, *others, **options),
        )

    return answer_or_run


def function_without_tools(run_it: Callable[..., Any], utils: Any) -> Callable[..., Any]:
    """The function pcs.utils.run, with as few processes as possible."""

    @functools.wraps(run_it)
    def answer_or_run(
        args: Sequence[str], ignore_stderr: bool = False, string_for_stdin: str | None = None, *others: Any, **more: Any
    ) -> Any:
        def run_tool() -> Answer:
            output, code = run_it(args, ignore_stderr, string_for_stdin, *others, **more)
            return output, "", code

        environment = {"CIB_file": utils.filename} if utils.usefile else {}
        output, _error, code = without_tools(args, string_for_stdin, environment, run_tool)
        return output, code

    return answer_or_run


def without_tools(
    args: Sequence[str], stdin: str | None, environment: Mapping[str, str], run_tool: Callable[[], Answer]
) -> Answer:
    """What a tool of Pacemaker answers to ARGS, by RUN_TOOL where it is needed."""
    tool, *words = os.path.basename(args[0]), *args[1:]
    path = environment.get("CIB_file", "")
    if tool == "crm_rule":  # whether a rule is in force today, which is asked for each
        return "", "", 0
    if words and STAYS_THE_SAME.match(words[0]):
        return described(words) or remembered(args, run_tool)
    if tool == "cibadmin" and path:
        text = pathlib.Path(path).read_text(encoding="utf-8")
        if words in QUERIES and is_valid(text):
            return text, "", 0
        if words in REPLACEMENTS and stdin is not None:
            changed = with_configuration(text, stdin)
            if changed is not None and is_valid(changed):
                return written(path, changed)
        if "--patch" in words and stdin is not None and stdin.startswith(WHOLE):
            return written(path, stdin[len(WHOLE) :])
    if tool == "crm_diff":
        old, new = (pathlib.Path(name).read_text(encoding="utf-8") for name in (args[2], args[4]))
        if is_valid(old) and is_valid(new):
            return (WHOLE + new, "", 1) if canonical(old) != canonical(new) else ("", "", 0)
    return run_tool()


def described(words: Sequence[str]) -> Answer | None:
    """The description of an agent that stands in for a real one."""
    path = description(words[-1])
    return (path.read_text(encoding="utf-8"), "", 0) if words[0] == "--show-metadata" and path.is_file() else None


def description(agent: str) -> pathlib.Path:
    """The file with the description of an AGENT that stands in for the real one, if there is one."""
    return pathlib.Path(os.environ.get(DESCRIPTIONS, os.devnull), agent.replace("/", "%2F"))


def remembered(args: Sequence[str], run_tool: Callable[[], Answer]) -> Answer:
    """What the tool said to ARGS before, or says now."""
    path = ANSWERS / hashlib.sha256("\0".join(args).encode()).hexdigest()
    if not path.exists():
        ANSWERS.mkdir(exist_ok=True)
        new = path.with_name(f"{path.name}.{os.getpid()}")
        new.write_text(json.dumps(run_tool()), encoding="utf-8")
        new.rename(path)
    output, error, code = json.loads(path.read_text(encoding="utf-8"))
    return output, error, code


def written(path: str, text: str) -> Answer:
    pathlib.Path(path).write_text(text, encoding="utf-8")
    return "", "", 0


# --- CIBs ------------------------------------------------------------------------------------------------------------


@functools.cache
def schema(name: str) -> Any:
    """The schema NAME, such as pacemaker-3.9, or None when this Pacemaker hasn't any of this name."""
    from lxml import etree  # type: ignore[import-untyped]

    path = SCHEMAS / f"{name}.rng"
    return etree.RelaxNG(etree.parse(str(path))) if re.fullmatch(r"pacemaker-[\d.]+", name) and path.exists() else None


def prepare(path: str) -> None:
    """Load the schema of the CIB file PATH, for all children."""
    from lxml import etree

    schema(etree.parse(path).getroot().get("validate-with", ""))


def is_valid(text: str) -> bool:
    """Whether TEXT is a CIB that the schema it names allows."""
    return why_invalid(text) is None


def why_invalid(text: str) -> str | None:
    """Why TEXT is not valid for the schema that it names, or None when it is."""
    from lxml import etree

    root = etree.fromstring(text.encode())
    rules = schema(root.get("validate-with", ""))
    if rules is None:
        return f"there is no schema {root.get('validate-with')}"
    return None if rules.validate(root) else str(rules.error_log.last_error)


def canonical(text: str) -> bytes:
    from lxml import etree

    canonical_form: bytes = etree.tostring(etree.fromstring(text.encode()), method="c14n")
    return canonical_form


def with_configuration(text: str, fragment: str) -> str | None:
    """The CIB whose XML is TEXT with the configuration out of FRAGMENT, if it has one."""
    from lxml import etree

    root, other = (etree.fromstring(part.encode()) for part in (text, fragment))
    new = other if other.tag == "configuration" else other.find("configuration")
    if new is None:
        return None
    root.replace(root.find("configuration"), new)
    changed: str = etree.tostring(root, encoding="unicode")
    return changed
