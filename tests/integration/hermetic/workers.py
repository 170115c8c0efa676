# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside the root file system of a Debian release: examines many CIB files in a few processes at once, and says
how far it is."""

from __future__ import annotations

import json
import os
import pathlib
import tempfile
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from guest import progress

T = TypeVar("T")
WORKERS = 2
EVERY = 10  # seconds between two lines of progress


def files(directory: str, step: int = 1) -> list[pathlib.Path]:
    """The CIB files below DIRECTORY, or every STEP-th of them."""
    return sorted(pathlib.Path(directory).rglob("*.xml"))[::step]


def in_workers(work: Callable[[T], dict[str, Any]], items: Sequence[T], what: str) -> dict[str, Any]:
    """What WORK returns for each of the ITEMS, together. WHAT it does is for the lines of progress."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as directory:
        paths = [pathlib.Path(directory, str(number)) for number in range(min(WORKERS, len(items)))]
        # neighbours in the list cost about the same, so each worker takes every WORKERS-th
        children = [start(work, items[number::WORKERS], path) for number, path in enumerate(paths)]
        states: list[int] = []
        said = begun
        while children:
            ended, state = os.waitpid(children[0], os.WNOHANG)
            if ended:
                children.pop(0)
                states.append(state)
                continue
            time.sleep(0.05)
            if time.monotonic() - said > EVERY:
                said = time.monotonic()
                progress(f"{what}: {len(lines(paths))} of {len(items)} in {said - begun:.0f} seconds")
        results = lines(paths)
    progress(f"{what}: {len(results)} of {len(items)} in {time.monotonic() - begun:.0f} seconds, that is all")
    if any(states) or len(results) != len(items):
        raise RuntimeError(f"{what}: the workers ended with {states} after {len(results)} of {len(items)}")
    return {name: value for line in results for name, value in json.loads(line).items()}


def start(work: Callable[[T], dict[str, Any]], items: Sequence[T], path: pathlib.Path) -> int:
    """Start a process that does WORK for each of the ITEMS and writes each result into a line of the file PATH."""
    path.touch()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with path.open("w", encoding="utf-8") as stream:
                for item in items:
                    print(json.dumps(work(item)), file=stream, flush=True)
            code = 0
        finally:
            os._exit(code)
    return child


def lines(paths: Sequence[pathlib.Path]) -> list[str]:
    return [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
