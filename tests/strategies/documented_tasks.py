# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documentation shows in YAML: the tasks that use this collection's modules, and the variables."""

from __future__ import annotations

import json
import pathlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

PREFIX = "quorate.ha_cluster."
CHECKOUT = pathlib.Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Task:
    """A task on a page that uses a module of this collection."""

    name: str
    module: str
    args: dict[str, Any]


def blocks(page: pathlib.Path) -> list[Any]:
    """The YAML that PAGE shows."""
    texts = re.findall(r"^```yaml\n(.*?)^```", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    return [yaml.safe_load(text) for text in texts]


def tasks(page: pathlib.Path) -> list[Task]:
    """The tasks on PAGE, in their order, also those in plays."""
    return [task for block in blocks(page) if isinstance(block, list) for task in find(block)]


def find(entries: list[Any]) -> Iterator[Task]:
    for entry in entries:
        for inner in ("pre_tasks", "tasks", "post_tasks", "handlers", "block", "rescue", "always"):
            yield from find(entry.get(inner) or [])
        for key, args in entry.items():
            if key.startswith(PREFIX):
                yield Task(entry["name"], key[len(PREFIX) :], args or {})


def queries(page: pathlib.Path) -> dict[str, Any]:
    """The queries of `json_query` that the tables on PAGE show, each with its answer."""
    rows = re.findall(r"^\|[^|]+\| `(.+)` \| `(.+)` \|$", page.read_text(), flags=re.MULTILINE)
    return {query.replace(r"\|", "|"): json.loads(answer) for query, answer in rows}


def variables(page: pathlib.Path) -> dict[str, Any]:
    """The variables that PAGE shows in blocks of their own, or as those of an inventory's group."""
    found: dict[str, Any] = {}
    for block in blocks(page):
        if isinstance(block, dict) and "version" not in block:  # as the definition of an execution environment has
            found.update(block["cluster"]["vars"] if "cluster" in block else block)
    return found
