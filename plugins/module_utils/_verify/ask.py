# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask fence agents harmless questions: different switches at the same time, each switch one after the other."""

from __future__ import annotations

import pathlib
import tempfile
import time
import typing as t
from dataclasses import replace

from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import Runner
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify import fencing
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.fencing import Probe
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import Finding

LIMIT = 120  # seconds that all questions together may take
ATTEMPTS = 3
QUICK = 1.0  # an agent that failed within this time was perhaps only in the way of another program
PAUSE = 0.5
KILLED = 137  # what timeout(1) ends with when the program had to be killed
# One file for each switch lists its questions: device, number, seconds, program. A device that gave no answer is not
# asked again. "$1" is the folder, "$2" the time at which no more is asked.
SCRIPT = """cd "$1" || exit
for line in line-*; do (
  silent=
  while read -r device number seconds program; do
    left=$(($2 - $(date +%s)))
    [ "$device" != "$silent" ] && [ "$left" -gt 0 ] || continue
    [ "$seconds" -le "$left" ] || seconds=$left
    echo "$seconds" > "$number.seconds"
    timeout --kill-after=2 "$seconds" "$program" < "$number.in" > "$number.out" 2> "$number.err"
    code=$?
    echo "$code" > "$number.code"
    case $code in 124|137) silent=$device;; esac
  done < "$line"
) & done
wait"""


def ask(
    runner: Runner,
    probes: t.Sequence[Probe],
    pause: t.Callable[[float], None] = time.sleep,
    limit: int = LIMIT,
) -> tuple[list[Finding], list[str]]:
    """What the agents say to PROBES, and notes on those for which the time was too short. Those that fail at once are
    asked again, for another program of this node may have been in their way.

    The options, with passwords among them, come from files that only root can read: an agent that ends before it has
    read them would break a pipe."""
    until = int(time.time()) + limit
    found: dict[int, list[Finding]] = {}
    notes: list[str] = []
    todo = dict(enumerate(probes))
    for attempt in range(ATTEMPTS):
        if attempt:
            pause(PAUSE)
        with tempfile.TemporaryDirectory(prefix="quorate-") as name:
            folder = pathlib.Path(name)
            _write(runner, folder, todo)
            runner.run(["sh", "-c", SCRIPT, "sh", name, str(until)])
            judged = {number: _judge(folder, number, todo) for number in todo}
            found.update({number: findings for number, findings in judged.items() if findings is not None})
            notes += [
                f"{probe.device} was not tested for {', '.join(probe.targets)}: earlier tests took {limit} s."
                for number, probe in todo.items()
                if number not in found and not _is_silent(folder, probe, todo)
            ]
            todo = {number: probe for number, probe in todo.items() if judged[number] and _was_quick(folder, number)}
        if not todo:
            break
    return [finding for number in sorted(found) for finding in found[number]], notes


def _write(runner: Runner, folder: pathlib.Path, probes: t.Mapping[int, Probe]) -> None:
    """The options of PROBES and, for each switch, the list of its questions."""
    lines: dict[str, list[str]] = {}
    devices: dict[str, int] = {}
    for number, probe in probes.items():
        path = folder / f"{number}.in"
        path.touch(mode=0o600)
        path.write_text(probe.stdin, encoding="utf-8")
        device = devices.setdefault(probe.device, len(devices))
        program = runner.find(probe.agent) or probe.agent
        lines.setdefault(probe.line, []).append(f"{device} {number} {probe.timeout} {program}\n")
    for place, items in enumerate(lines.values()):
        (folder / f"line-{place}").write_text("".join(items), encoding="utf-8")


def _read(folder: pathlib.Path, number: int, what: str) -> str:
    path = folder / f"{number}.{what}"
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def _code(folder: pathlib.Path, number: int) -> int | None:
    text = _read(folder, number, "code").strip()
    code = int(text) if text else None
    return fencing.TIMED_OUT if code == KILLED else code


def _judge(folder: pathlib.Path, number: int, probes: t.Mapping[int, Probe]) -> list[Finding] | None:
    """What the answer to a probe means; None where it was not asked."""
    code = _code(folder, number)
    if code is None:
        return None
    probe = replace(probes[number], timeout=int(_read(folder, number, "seconds") or probes[number].timeout))
    if code == fencing.TIMED_OUT:  # the others of this device have not been asked: it is as silent for them
        silent = [
            other for at, other in probes.items() if other.device == probe.device and _code(folder, at) in (None, code)
        ]
        probe = replace(probe, targets={node: port for other in silent for node, port in other.targets.items()})
    output, errors = _read(folder, number, "out"), _read(folder, number, "err")
    return fencing.judge(probe, code, output, errors.strip() or output)


def _is_silent(folder: pathlib.Path, probe: Probe, probes: t.Mapping[int, Probe]) -> bool:
    """Whether the device of PROBE has given no answer to another question."""
    return any(_code(folder, at) == fencing.TIMED_OUT for at, other in probes.items() if other.device == probe.device)


def _was_quick(folder: pathlib.Path, number: int) -> bool:
    """Whether the agent has failed at once by itself."""
    begun, ended = (folder / f"{number}.{what}" for what in ("seconds", "code"))
    return (
        _code(folder, number) not in (None, fencing.TIMED_OUT)
        and ended.stat().st_mtime - begun.stat().st_mtime <= QUICK
    )
