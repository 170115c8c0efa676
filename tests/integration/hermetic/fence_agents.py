# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside the root file system of a Debian release: compares what is known of fence agents with what they say."""

from __future__ import annotations

import pathlib
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify import agents


def metadata(path: pathlib.Path) -> str:
    argv = [str(path), "-o", "metadata"]
    return subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False).stdout


def survey() -> dict[str, Any]:
    """How many agents there are, and what the tables and the metadata say differently of each."""
    paths = sorted(path for path in pathlib.Path("/usr/sbin").glob("fence_*") if path.name != "fence_ack_manual")
    different: dict[str, list[str]] = {}
    with ThreadPoolExecutor(3) as pool:
        for path, text in zip(paths, pool.map(metadata, paths)):
            table, said = agents.by_name(path.name), agents.from_metadata(path.name, text)
            names = [name for name in ("lists", "is_board", "is_fabric") if getattr(table, name) != getattr(said, name)]
            names += [name for name, value in table.defaults.items() if said.defaults.get(name) != value]
            if names or not said.parameters:
                different[path.name] = names or ["no metadata"]
    return {"agents": len(paths), "different": different}
