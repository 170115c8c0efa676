# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside the root file system of a Debian release: executes modules, each in a process of its own.

Every line on standard input is a request, {"module": ..., "args": {...}, "check": ..., "environment": {...}},
{"command": [...]}, {"write": path, "text": ...} or {"function": "module.name", "args": {...}}, which calls a
function of a file beside this one; every line on standard output is its answer, or, before that, {"progress": "..."}.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import pathlib
import runpy
import subprocess
import sys
import tempfile
import time
from typing import Any

NOTES = pathlib.Path("/tmp/processes")  # see sitecustomize.py
MODULES = pathlib.Path("/run/collections/ansible_collections/quorate/ha_cluster/plugins/modules")


def run_module(name: str, args: dict[str, Any], check: bool, environment: dict[str, str]) -> dict[str, Any]:
    """What the module NAME returns for ARGS, how long it took, and the commands that it and pcs started."""
    NOTES.touch()
    with tempfile.TemporaryFile() as stdout:
        started = time.monotonic()
        child = os.fork()
        if child == 0:
            try:
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
                os.dup2(stdout.fileno(), 1)
                os.environ.update(environment)
                execute(name, {**args, "_ansible_check_mode": check, "_ansible_diff": True})
            finally:
                sys.stdout.flush()
                os._exit(0)
        os.waitpid(child, 0)
        seconds = time.monotonic() - started
        stdout.seek(0)
        text = stdout.read().decode()
    processes = [json.loads(line) for line in NOTES.read_text().splitlines()]
    NOTES.unlink()
    try:
        return {**json.loads(text[text.index("{") :]), "seconds": seconds, "processes": processes}
    except ValueError:
        return {"failed": True, "msg": f"The module printed no JSON: {text!r}"}


def execute(name: str, args: dict[str, Any]) -> None:
    from ansible.module_utils.testing import patch_module_args

    with patch_module_args(args), contextlib.suppress(SystemExit):
        runpy.run_path(str(MODULES / f"{name}.py"), run_name="__main__")


def answer(request: dict[str, Any]) -> dict[str, Any]:
    if "module" in request:
        return run_module(request["module"], request["args"], request["check"], request["environment"])
    if "command" in request:
        done = subprocess.run(request["command"], capture_output=True, text=True, check=False)
        return {"rc": done.returncode, "stdout": done.stdout, "stderr": done.stderr}
    if "function" in request:
        module, _dot, name = request["function"].rpartition(".")
        with contextlib.redirect_stdout(sys.stderr):
            return {"returned": getattr(importlib.import_module(module), name)(**request["args"])}
    pathlib.Path(request["write"]).write_text(request["text"], encoding="utf-8")
    return {}


def progress(text: str) -> None:
    """Say how far a function is."""
    print(json.dumps({"progress": text}), file=sys.__stdout__, flush=True)


def main() -> None:
    # Once, not in every process that runs a module.
    import ansible.module_utils.basic  # noqa: F401
    import ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.module  # noqa: F401

    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
