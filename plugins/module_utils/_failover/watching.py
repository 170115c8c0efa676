# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start and stop the services that watch during a test, and read their records.

The units are files of /etc and enabled, so that a node is watched again from its next boot on. They end by themselves,
and take their units away, at a deadline.
"""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import time
import typing as t

from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover.breaking import FOLDER, STATE
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover.observed import ranges
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import Runner

UNIT_FOLDER = pathlib.Path("/etc/systemd/system")
UNITS = {mode: f"quorate-failover-{mode}.service" for mode in ("sample", "write", "probe")}
PROGRAM = "failover_watch.py"
UNIT_TEXT = """# A failover test watches this node. It ends by itself.
[Unit]
Description=Watch a failover test: {mode}
DefaultDependencies=no
After=local-fs.target
StartLimitIntervalSec=0

[Service]
ExecStart={python} {state}/{program} {mode} {state}/{mode}.json
Restart=on-failure
RestartSec=200ms
RestartForceExitStatus=SIGTERM SIGKILL
SuccessExitStatus=0

[Install]
WantedBy=multi-user.target
"""


def unit_text(mode: str, python: str, state: pathlib.Path = STATE) -> str:
    return UNIT_TEXT.format(mode=mode, python=python, state=state, program=PROGRAM)


def start(
    runner: Runner,
    settings: t.Mapping[str, t.Mapping[str, t.Any]],
    python: str,
    *,
    state: pathlib.Path = STATE,
    units: pathlib.Path = UNIT_FOLDER,
) -> None:
    """Start a watch for each mode of SETTINGS. What an earlier test has seen is forgotten."""
    if not (state / PROGRAM).is_file():
        raise ClusterError(f"{state / PROGRAM} is missing on {os.uname().nodename}.")
    stop(runner, state=state, units=units)
    for mode, values in settings.items():
        lines = state / f"{mode}.jsonl"
        lines.unlink(missing_ok=True)
        values = {**values, "file": str(lines), "units": UNITS}
        (state / f"{mode}.json").write_text(json.dumps(values), encoding="utf-8")
        (units / UNITS[mode]).write_text(unit_text(mode, python, state), encoding="utf-8")
    for argv in (["systemctl", "daemon-reload"], ["systemctl", "enable", "--now", *(UNITS[mode] for mode in settings)]):
        result = runner.run(argv)
        if result.rc != 0:
            raise ClusterError(f"{' '.join(argv)} failed: {result.message}")


def stop(runner: Runner, *, state: pathlib.Path = STATE, units: pathlib.Path = UNIT_FOLDER) -> bool:
    """End the watches. Returns whether there were any; what they have seen stays."""
    there = [unit for unit in UNITS.values() if (units / unit).exists()]
    if there:
        runner.run(["systemctl", "disable", "--now", *there])
        for unit in there:
            (units / unit).unlink(missing_ok=True)
        runner.run(["systemctl", "daemon-reload"])
        runner.run(["systemctl", "reset-failed", *there])
    return bool(there)


def read_lines(path: pathlib.Path) -> list[list[t.Any]]:
    """The lines of JSON in PATH; one that a loss of power has cut short is left out."""
    found = []
    with contextlib.suppress(OSError):
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            with contextlib.suppress(ValueError):
                found.append(json.loads(line.strip("\0")))
    return [line for line in found if isinstance(line, list)]


def seen(mount: t.Mapping[str, str] | None, state: pathlib.Path = STATE) -> dict[str, t.Any]:
    """What the watches of this host have seen, and what can be read of the writes where the file system is mounted."""
    acknowledged: dict[str, list[int]] = {}
    for line in read_lines(state / "write.jsonl"):
        acknowledged.setdefault(str(line[1]), []).append(int(line[2]))
    probes = read_lines(state / "probe.jsonl")
    return {
        "clock": time.time(),
        "samples": read_lines(state / "sample.jsonl"),
        "acknowledged": {name: ranges(numbers) for name, numbers in acknowledged.items()},
        "readable": None if mount is None else readable(mount),
        "pages": [line[1:] for line in probes if line[0] == "page"],
        "macs": [line[1:] for line in probes if line[0] == "mac"],
    }


def readable(mount: t.Mapping[str, str]) -> dict[str, list[list[int]]] | None:
    """The numbers that are in each writer's file; None where the file system is not mounted."""
    if not os.path.ismount(mount["place"]):
        return None
    found: dict[str, list[list[int]]] = {}
    folder = pathlib.Path(mount["place"], FOLDER)
    for path in folder.glob("*-*"):
        numbers = [int(line) for line in path.read_text(encoding="utf-8", errors="replace").split() if line.isdigit()]
        found[path.name] = ranges(numbers)
    return found


def tidy(mount: t.Mapping[str, str] | None, state: pathlib.Path = STATE) -> None:
    """Remove what the watches have written, on this host and on the file system where it is mounted here."""
    for name in [*(f"{mode}.{kind}" for mode in UNITS for kind in ("json", "jsonl"))]:
        (state / name).unlink(missing_ok=True)
    if mount is not None and os.path.ismount(mount["place"]):
        folder = pathlib.Path(mount["place"], FOLDER)
        for path in folder.glob("*"):
            path.unlink()
        with contextlib.suppress(FileNotFoundError):
            folder.rmdir()
