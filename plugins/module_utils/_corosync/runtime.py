# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inspect the corosync that runs on this node, and compare it with its file."""

from __future__ import annotations

import pathlib
import re
import time
import typing as t
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import (
    Change,
    Effect,
    Section,
    cmap_settings,
    parse,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import Runner

# Compared because a reload or restart is needed when they differ; the other sections are about logging and plugins.
_COMPARED = ("totem.", "nodelist.", "quorum.")
# Words in the file that corosync keeps in another form, or not at all.
_NOT_IN_MAP = re.compile(r"totem\.interface\.[0-9]+\.linknumber|totem\.version|totem\.config_version")
# Keys of the map that a setting of the file makes and that go away with it.
_FROM_FILE = re.compile(r"nodelist\..+\.(ring[0-9]+_addr|name|nodeid)")
_NODE = re.compile(r"(nodelist\.node\.[0-9]+)\.(.*)")

MEMBER = re.compile(r"runtime\.members\.(?P<id>[0-9]+)\.status")
_LINK = re.compile(r"stats\.knet\.node(?P<node>[0-9]+)\.link(?P<link>[0-9]+)\.connected")
RELOADED = "1"  # CS_OK

_MAP_LINE = re.compile(r"(?P<key>\S+) \((?P<type>\S+)\) = (?P<value>.*)")


def is_active(runner: Runner, unit: str) -> bool:
    """Is the systemd UNIT running?"""
    return runner.run(["systemctl", "is-active", "--quiet", unit]).rc == 0


def read_file(path: str) -> str | None:
    """The text of the file PATH, None when there is none."""
    try:
        return pathlib.Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def read_map(runner: Runner, name: str = "") -> dict[str, str]:
    """The running corosync's map, or the one called NAME; empty when it doesn't run."""
    result = runner.run(["corosync-cmapctl", *(("-m", name) if name else ())])
    return parse_map(result.stdout) if result.rc == 0 else {}


def parse_map(text: str) -> dict[str, str]:
    """Parse what corosync-cmapctl prints."""
    matches = (_MAP_LINE.fullmatch(line) for line in text.splitlines())
    return {match["key"]: match["value"] for match in matches if match}


@dataclass(frozen=True)
class Membership:
    """How a node sees the others: the ids of those that are members, how often corosync has formed a membership since
    it runs, which enabled links are down (node id and number of the link), and whether the last reload worked."""

    members: tuple[str, ...] = ()
    formed: int = 0
    links_down: tuple[str, ...] = ()
    reloaded: bool = False


def membership(running: t.Mapping[str, str], stats: t.Mapping[str, str]) -> Membership:
    """The membership that the RUNNING corosync's map and its STATS tell. Source: cmap_keys(8)."""
    links = {match[0]: match for match in map(_LINK.fullmatch, stats) if match and stats[match[0]] == "0"}
    return Membership(
        members=tuple(match["id"] for match, state in _matching(MEMBER, running) if state == "joined"),
        formed=int(stats.get("stats.srp.operational_entered", 0)),
        links_down=tuple(
            f"node {match['node']} link {match['link']}"
            for match in links.values()
            if stats.get(match[0].replace(".connected", ".enabled")) == "1"
        ),
        reloaded=running.get("config.reload_status") == RELOADED,
    )


def _matching(pattern: re.Pattern[str], settings: t.Mapping[str, str]) -> t.Iterator[tuple[re.Match[str], str]]:
    for key, value in settings.items():
        match = pattern.fullmatch(key)
        if match:
            yield match, value


def by_name(settings: t.Mapping[str, str]) -> dict[str, str]:
    """SETTINGS with the nodes by name instead of by their place, which changes when another node goes."""
    result = {}
    for key, value in settings.items():
        match = _NODE.fullmatch(key)
        name = settings.get(f"{match[1]}.name") if match else None
        result[f"nodelist.{name}.{match[2]}" if match and name else key] = value
    return result


def stale(root: Section, running: t.Mapping[str, str]) -> tuple[Change, ...]:
    """Settings that the running corosync has otherwise than the file; before: running, after: file."""
    wanted = by_name(
        {
            key: value
            for key, value in cmap_settings(root).items()
            if key.startswith(_COMPARED) and not _NOT_IN_MAP.fullmatch(key)
        }
    )
    running = by_name(running)
    keys = set(wanted) | {key for key in running if _FROM_FILE.fullmatch(key)}
    differing = sorted(key for key in keys if running.get(key) != wanted.get(key))
    return tuple(Change(key, running.get(key), wanted.get(key)) for key in differing)


def reload(runner: Runner, path: str, *, timeout: float = 10.0) -> tuple[Change, ...]:
    """Make all nodes read their file again and wait until this one uses it. Returns what still differs."""
    result = runner.run(["corosync-cfgtool", "-R"])
    if result.rc != 0:
        raise ClusterError(f"corosync-cfgtool -R: {result.message}")
    root = parse(read_file(path) or "")
    deadline = time.monotonic() + timeout
    while True:
        left = stale(root, read_map(runner))
        if not any(change.effect is Effect.LIVE for change in left) or time.monotonic() > deadline:
            return left
        time.sleep(0.2)
