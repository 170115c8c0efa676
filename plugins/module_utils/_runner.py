# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that runs commands."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

NOT_FOUND = 127
SYSTEM_DIRECTORIES = ("/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/libexec/pacemaker", "/usr/lib/pacemaker")
# A proxy is for the world outside. pcs would send it what is for pcsd on the other nodes. Upper and lower case count.
PROXY_VARIABLES = frozenset(("http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"))

XML = re.compile(r"(\d+\s*)?(<|$)")  # Pacemaker 2.1 numbers the lines, the empty last one, too


def without_xml(text: str) -> list[str]:
    """The lines of TEXT without XML: Pacemaker's tools print the CIB that they refuse, with its secrets."""
    return [line for line in map(str.strip, text.splitlines()) if not XML.match(line)]


@dataclass(frozen=True)
class CommandResult:
    """How a command ended. `rc` is NOT_FOUND when there is no such command."""

    rc: int
    stdout: str
    stderr: str

    @property
    def message(self) -> str:
        """What the command said, on one line, without XML."""
        lines = without_xml(self.stderr) or without_xml(self.stdout) or [f"it ended with code {self.rc}"]
        return " ".join(" ".join(lines).split())


@contextlib.contextmanager
def without_proxies(environment: MutableMapping[str, str]) -> Iterator[None]:
    """Take the proxies out of ENVIRONMENT for as long as this lasts."""
    kept = {name: value for name, value in environment.items() if name.lower() in PROXY_VARIABLES}
    for name in kept:
        del environment[name]
    try:
        yield
    finally:
        environment.update(kept)


class Runner(Protocol):
    """Runs commands. Secrets go through `stdin`, never through `argv`."""

    def run(
        self, argv: list[str], stdin: str | None = None, environment: Mapping[str, str] | None = None
    ) -> CommandResult:
        """Run ARGV and wait for it; no exit code is an error here."""

    def find(self, name: str) -> str | None:
        """The path of the command NAME, or None when this host does not have it."""

    def warn(self, message: str) -> None:
        """Show MESSAGE to the user as a warning."""


class AnsibleRunner:
    """Runs commands on the managed host, none of them with the proxies of its environment."""

    def __init__(self, module: AnsibleModule) -> None:
        self._module = module

    def run(
        self, argv: list[str], stdin: str | None = None, environment: Mapping[str, str] | None = None
    ) -> CommandResult:
        program = self.find(argv[0])
        if program is None:
            return CommandResult(NOT_FOUND, "", f"{argv[0]}: no such command")
        with without_proxies(os.environ):  # run_command can set variables, but not unset them
            rc, stdout, stderr = self._module.run_command(
                [program, *argv[1:]],
                data=stdin,
                binary_data=True,
                environ_update={"LC_ALL": "C", "LANGUAGE": "C", **(environment or {})},
            )
        return CommandResult(rc, stdout, stderr)

    def find(self, name: str) -> str | None:
        if os.path.isabs(name):
            return name if os.access(name, os.X_OK) else None
        path: str | None = self._module.get_bin_path(name, opt_dirs=list(SYSTEM_DIRECTORIES))
        return path

    def warn(self, message: str) -> None:
        self._module.warn(message)
