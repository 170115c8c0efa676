# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run of these tests tells about a distribution: one row, kept as JSON, and the table of rows in Markdown.

Usage: python3 results.py FILE...  prints the table of the rows in these files. Needs the standard library only.
"""

from __future__ import annotations

import dataclasses
import json
import pathlib
import sys
import typing as t

PASSED, FAILED, NOT_RUN = "passed", "failed", "not run"
UNKNOWN = "unknown"
# In the order in which the tests go through them. Each is the mark of one test.
STEPS = ("check mode", "first run", "second run", "service", "standby", "verify")
FENCING = "fencing"


@dataclasses.dataclass(frozen=True)
class Row:
    """One run: when, on what, and how each step ended. What is not known stays `unknown`."""

    date: str
    machines: str
    image: str
    distribution: str = UNKNOWN
    python: str = UNKNOWN
    pcs: str = UNKNOWN
    pacemaker: str = UNKNOWN
    corosync: str = UNKNOWN
    ansible_core: str = UNKNOWN
    steps: t.Mapping[str, str] = dataclasses.field(default_factory=dict)


COLUMNS = ("date", "machines", "image", "distribution", "python", "pcs", "pacemaker", "corosync", "ansible_core")
HEADER = [
    f"| {' | '.join([*(name.replace('_', '-') for name in COLUMNS), 'passed', 'not passed'])} |",
    "|---" * (len(COLUMNS) + 2) + "|",
]


def line(row: Row) -> str:
    """ROW in the table."""
    passed = [name for name, result in row.steps.items() if result == PASSED]
    others = [f"{name}: {result}" for name, result in row.steps.items() if result != PASSED]
    cells = [str(getattr(row, name)) for name in COLUMNS] + [", ".join(passed) or "none", ", ".join(others) or "none"]
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def table(rows: t.Iterable[Row]) -> str:
    """All ROWS, those of one distribution together."""
    ordered = sorted(rows, key=lambda row: (row.distribution, row.image, row.machines, row.date))
    return "\n".join([*HEADER, *map(line, ordered)])


def slug(machines: str, image: str) -> str:
    """The name of the file of a row: `podman-docker.io-library-debian-12`."""
    return "".join(letter if letter.isalnum() or letter == "." else "-" for letter in f"{machines}-{image}")


def write(row: Row, folder: pathlib.Path) -> pathlib.Path:
    """Keep ROW in FOLDER, in place of one of the same machines and image."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{slug(row.machines, row.image)}.json"
    path.write_text(json.dumps(dataclasses.asdict(row), indent=1) + "\n")
    return path


def read(path: pathlib.Path) -> Row:
    return Row(**json.loads(path.read_text()))


if __name__ == "__main__":
    print(table(read(pathlib.Path(name)) for name in sys.argv[1:]))
