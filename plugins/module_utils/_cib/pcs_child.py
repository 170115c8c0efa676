# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run pcs many times for the price of one start: import it once and fork for every command.

The request comes as JSON on standard input, so that no value is ever seen in a process list:
  {"commands": [{"argv": [...], "variants": [[capability, argv], ...]}, ...]}
The answer goes to standard output, up to the first command that fails:
  {"results": [{"argv": [...], "rc": 0, "stdout": "", "stderr": ""}, ...]}
Where pcs has the capability of a variant, that variant is run.
This file is handed to pcs's own Python as text (`python -c`); it needs nothing but the standard library and pcs.
"""

from __future__ import annotations

import functools
import gc
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from typing import Any

BUNDLES = ("/usr/lib/pcs/pcs_bundled/packages", "/usr/lib64/pcs/pcs_bundled/packages")
IMPORT_FAILED = 69
ACCEPTED = ("<pacemaker-result/>", "", 0)  # what a validation prints that has nothing to complain about


def fork_and_run(main: Callable[[list[str]], Any], argv: list[str]) -> dict[str, Any]:
    """Run main(argv) in a child process and collect what it prints."""
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
                os.dup2(stdout.fileno(), 1)
                os.dup2(stderr.fileno(), 2)
                code = exit_code(main, argv)
                sys.stdout.flush()
                sys.stderr.flush()
            finally:
                os._exit(code)
        _pid, status = os.waitpid(child, 0)
        stdout.seek(0)
        stderr.seek(0)
        return {
            "argv": argv,
            "rc": os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status),
            "stdout": stdout.read().decode(errors="replace"),
            "stderr": stderr.read().decode(errors="replace"),
        }


def exit_code(main: Callable[[list[str]], Any], argv: list[str]) -> int:
    """The exit code that the program main() would have ended with."""
    try:
        code = main(argv)
    except SystemExit as error:
        code = error.code
    except Exception as error:  # a defect of pcs: report it like any other failure
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 1
    if code is None or isinstance(code, int):
        return code or 0
    sys.stderr.write(f"{code}\n")
    return 1


def choose(command: dict[str, Any], capabilities: Callable[[], frozenset[str]]) -> list[str]:
    """The variant of COMMAND that fits the capabilities of this pcs."""
    for capability, argv in command.get("variants", ()):
        if capability in capabilities():
            return list(argv)
    return list(command["argv"])


def asks_for_metadata(argv: Sequence[str]) -> bool:
    """Whether ARGV only makes an agent, or a daemon of Pacemaker, describe itself."""
    return list(argv[1:2]) == ["--show-metadata"] or list(argv[1:]) == ["metadata"]


def asks_for_validation(argv: Sequence[str]) -> bool:
    """Whether ARGV hands an agent all its options, passwords among them, to have them judged."""
    return list(argv[1:2]) == ["--validate"]


def frugal(run: Callable[..., Any], directory: str) -> Callable[..., Any]:
    """The method CommandRunner.run, but the metadata of agents are kept in DIRECTORY for later commands, and no
    agent is asked to judge its options: pcs 0.12 puts them onto a command line, and makes only warnings of the verdict.
    """

    @functools.wraps(run)
    def run_once(self: Any, args: Sequence[str], *others: Any, **options: Any) -> Any:
        if asks_for_validation(args):
            return ACCEPTED
        if not asks_for_metadata(args):
            return run(self, args, *others, **options)
        path = os.path.join(directory, hashlib.sha256("\0".join(args).encode()).hexdigest())
        if os.path.exists(path):
            with open(path, encoding="utf-8") as stream:
                return tuple(json.load(stream))
        answer = run(self, args, *others, **options)
        if answer[-1] == 0:
            with open(path, "w", encoding="utf-8") as stream:
                json.dump(answer, stream)
        return answer

    return run_once


def main() -> int:
    """Answer one request."""
    with tempfile.TemporaryDirectory(prefix="quorate-") as directory:
        return answer(directory)


def answer(directory: str) -> int:
    """Answer one request, with DIRECTORY for what commands share."""
    request = json.load(sys.stdin)
    sys.path[:0] = [path for path in BUNDLES if os.path.isdir(path)]
    try:
        from pcs import app  # type: ignore[import-not-found]
        from pcs.lib.external import CommandRunner  # type: ignore[import-not-found]
    except ImportError as error:
        sys.stderr.write(f"pcs can't be imported: {error}\n")
        return IMPORT_FAILED
    CommandRunner.run = frugal(CommandRunner.run, directory)
    gc.freeze()  # what is loaded by now stays, so the children needn't copy it to count it
    known: list[frozenset[str]] = []

    def capabilities() -> frozenset[str]:
        if not known:
            known.append(frozenset(fork_and_run(app.main, ["--version", "--full"])["stdout"].split()))
        return known[0]

    results: list[dict[str, Any]] = []
    for command in request["commands"]:
        results.append(fork_and_run(app.main, choose(command, capabilities)))
        if results[-1]["rc"] != 0:
            break
    json.dump({"results": results}, sys.stdout)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
