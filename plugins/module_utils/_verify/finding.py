# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fault in a cluster as data: a stable id, its severity, its place, the evidence and the remedy. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

ERROR = "error"
WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. `host` is empty where it concerns the whole cluster."""

    id: str
    severity: str
    subject: str
    evidence: str
    fix: str
    host: str = ""

    def at(self, host: str) -> Finding:
        """The same on HOST."""
        return replace(self, host=host)

    def as_result(self) -> dict[str, str]:
        return dict(vars(self))

    def __str__(self) -> str:
        where = f" (host {self.host})" if self.host else ""
        return f"{self.id}: {self.evidence}{where} {self.fix}"


@dataclass(frozen=True)
class Check:
    """Something that is looked for. `local` says that it is about one host, not the whole cluster."""

    id: str
    severity: str
    meaning: str
    fix: str
    local: bool = False

    def found(self, subject: str, evidence: str, fix: str = "", severity: str = "") -> Finding:
        """The finding that EVIDENCE, a sentence, is."""
        return Finding(self.id, severity or self.severity, subject, evidence, fix or self.fix)


def from_results(results: t.Iterable[t.Mapping[str, t.Any]]) -> list[Finding]:
    """Findings as a module has returned them."""
    names = ("id", "severity", "subject", "evidence", "fix", "host")
    return [Finding(**{name: str(result.get(name, "")) for name in names}) for result in results]


def unique(findings: t.Iterable[Finding]) -> list[Finding]:
    """FINDINGS without repetitions, errors first, each kind in the order of its discovery."""
    return sorted(dict.fromkeys(findings), key=lambda finding: finding.severity != ERROR)


def words(items: t.Iterable[str]) -> str:
    """ITEMS in a sentence."""
    return ", ".join(items)


def capitalized(text: str) -> str:
    """TEXT as the beginning of a sentence, with all else as it is."""
    return text[:1].upper() + text[1:]
