# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read and change a CIB: that of the running cluster or one in a file. Reads are snapshots, writes are
compare-and-swap."""

from __future__ import annotations

import contextlib
import os
import pathlib
import random
import re
import tempfile
import time
from dataclasses import dataclass
from typing import Protocol

from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError, ConflictError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.private_file import (
    Access,
    beside,
    put_in_place,
    write_beside,
    write_private,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import NOT_FOUND, Runner

HEAD = re.compile(r"<cib\b[^>]*>")
STORED_CIB = "/var/lib/pacemaker/cib/cib.xml"
OLDER_THAN_LIVE = 103  # CRM_EX_OLD
STATUS_CHANGES = 20  # how often the status may change under a push before it is given up


@dataclass(frozen=True)
class Version:
    """The version of a CIB; num_updates counts changes of the status only."""

    admin_epoch: int
    epoch: int
    num_updates: int

    def same_configuration(self, other: Version) -> bool:
        return (self.admin_epoch, self.epoch) == (other.admin_epoch, other.epoch)


@dataclass(frozen=True)
class Snapshot:
    """A CIB as it was read. `problem` says why it is not that of a running cluster; then it can't be changed."""

    text: str
    problem: str | None = None


EMPTY = "<cib><configuration><crm_config/><nodes/><resources/><constraints/></configuration><status/></cib>"


class Store(Protocol):
    """A place that holds a CIB."""

    is_live: bool

    def read(self) -> Snapshot:
        """The CIB as it is now."""

    def push(self, base: str, new: str) -> None:
        """Replace BASE by NEW. Raises ConflictError when the CIB isn't BASE any more; then nothing was changed."""


class LiveStore:
    """The CIB of the cluster that runs on this host."""

    is_live = True

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def read(self) -> Snapshot:
        result = self._runner.run(["cibadmin", "--query"])
        if result.rc == 0:
            return Snapshot(result.stdout)
        reason = "Pacemaker is not installed" if result.rc == NOT_FOUND else "the cluster is not running"
        with contextlib.suppress(OSError):
            return Snapshot(pathlib.Path(STORED_CIB).read_text(encoding="utf-8"), f"{reason} ({result.message})")
        return Snapshot(EMPTY, f"{reason} ({result.message})" if result.rc != NOT_FOUND else reason)

    def push(self, base: str, new: str, at_least: Version | None = None) -> None:
        """As in Store. The version gets to be AT_LEAST that, so that no older CIB of another node wins."""
        old = read_version(base)
        raised = max((old.admin_epoch, old.epoch + 1), (at_least.admin_epoch, at_least.epoch) if at_least else (0, 0))
        patch = self._patch(base, with_version(new, Version(*raised, 0)))
        for _attempt in range(STATUS_CHANGES):
            result = self._runner.run(["cibadmin", "--patch", "--xml-pipe"], stdin=patch)
            if result.rc == 0:
                return
            if result.rc != OLDER_THAN_LIVE:
                raise ClusterError(f"The cluster refused the change: {result.message}", rc=result.rc)
            live = read_version(self.read().text)
            if not live.same_configuration(old):
                raise ConflictError("Someone else changed the cluster's configuration meanwhile.")
            patch = based_on(patch, live)
        raise ConflictError("The cluster's status changes too quickly to get a change in.")

    def _patch(self, base: str, new: str) -> str:
        """The patch from BASE to NEW with both versions in it: the cluster takes it only while it is at BASE."""
        with tempfile.TemporaryDirectory(prefix="quorate-") as directory:
            paths = [os.path.join(directory, name) for name in ("base.xml", "new.xml")]
            for path, text in zip(paths, (base, new)):
                write_private(path, text)
            result = self._runner.run(["crm_diff", "--original", paths[0], "--new", paths[1]])
        if result.rc != 1:  # 1 says that they differ
            raise ClusterError(f"crm_diff can't compare the two configurations: {result.message}")
        return result.stdout


class FileStore:
    """A CIB in a file, without a cluster."""

    is_live = False

    def __init__(self, runner: Runner, path: str) -> None:
        self._runner = runner
        self._path = pathlib.Path(path)

    def read(self) -> Snapshot:
        try:
            return Snapshot(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            result = self._runner.run(["cibadmin", "--empty"])
        except OSError as error:
            raise ClusterError(f"The CIB file {self._path} can't be read: {error.strerror}.") from error
        if result.rc != 0:
            return Snapshot(EMPTY, "Pacemaker's command line tools are not installed")
        return Snapshot(result.stdout)

    def push(self, base: str, new: str) -> None:
        if self.read().text != base:
            raise ConflictError(f"Someone else changed {self._path} meanwhile.")
        try:
            access, path = Access(), str(self._path)
            if self._path.exists():
                found = self._path.stat()
                access = Access(found.st_mode & 0o777, found.st_uid, found.st_gid)
            # A name of its own, because two processes may write at the same time.
            temporary = write_beside(path, new.encode("utf-8"), access, temporary=f"{beside(path)}.{os.getpid()}")
            put_in_place(temporary, path)
        except OSError as error:
            raise ClusterError(f"The CIB file {self._path} can't be written: {error.strerror}.") from error


def read_version(text: str) -> Version:
    """The version that a CIB's outermost element names."""
    head = HEAD.search(text)
    numbers = dict(re.findall(r'\b(admin_epoch|epoch|num_updates)="(\d+)"', head[0] if head else ""))
    return Version(*(int(numbers.get(name, 0)) for name in ("admin_epoch", "epoch", "num_updates")))


def read_schema(text: str) -> str:
    """The schema that a CIB's outermost element names."""
    head = HEAD.search(text)
    found = re.search(r'\bvalidate-with="([^"]*)"', head[0] if head else "")
    return found[1] if found else "none"


def with_version(text: str, version: Version) -> str:
    """The CIB TEXT with VERSION in its outermost element."""
    return HEAD.sub(lambda match: renumber(match[0], version), text, count=1)


def renumber(element: str, version: Version) -> str:
    for name, value in vars(version).items():
        element = re.sub(rf'(?<![\w-]){name}="\d*"', f'{name}="{value}"', element)
    return element


def based_on(patch: str, version: Version) -> str:
    """PATCH for a CIB whose status has moved on to VERSION."""
    return re.sub(r"<source\b[^>]*>", lambda match: renumber(match[0], version), patch, count=1)


def pause(attempt: int) -> None:
    """Give the other writer room; each waits differently."""
    time.sleep(random.uniform(0.05, 0.25) * min(attempt, 8))
