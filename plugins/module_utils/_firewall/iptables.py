# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The output of iptables-save as data: compare table filter with the wanted one, and keep the rules of others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

PROGRAMS = {"ipv4": "iptables", "ipv6": "ip6tables"}
BUILT_IN = ("INPUT", "FORWARD", "OUTPUT")

_CHAIN = re.compile(r":(?P<name>\S+) (?P<policy>\S+)")
_RULE = re.compile(r"(?:\[\d+:\d+\] )?-A (?P<chain>\S+)(?P<match>.*)")
_TARGET = re.compile(r" -[jg] (\S+)")


@dataclass(frozen=True)
class Rule:
    """A rule the way iptables-save prints it: its chain, and the rest."""

    chain: str
    match: str

    def __str__(self) -> str:
        return f"-A {self.chain}{self.match}"

    @property
    def target(self) -> str:
        found = _TARGET.search(self.match)
        return found.group(1) if found else ""


@dataclass(frozen=True)
class Table:
    """Table filter: chains with their policies ("-" for those that are not built in), and rules in their order."""

    chains: tuple[tuple[str, str], ...] = ()
    rules: tuple[Rule, ...] = ()

    def render(self) -> str:
        """Write the table in the format of iptables-restore, without counters."""
        chains = [f":{name} {policy} [0:0]" for name, policy in self.chains]
        return "\n".join(["*filter", *chains, *map(str, self.rules), "COMMIT", ""])

    def same_as(self, other: Table) -> bool:
        """Tell whether both filter alike. The order of chains, and of rules in different chains, means nothing."""
        return sorted(self.chains) == sorted(other.chains) and self._by_chain() == other._by_chain()

    def _by_chain(self) -> list[Rule]:
        return sorted(self.rules, key=lambda rule: rule.chain)


def parse_filter(text: str) -> Table:
    """Read table filter out of what iptables-save printed. An absent table is one that lets all through."""
    chains: dict[str, str] = dict.fromkeys(BUILT_IN, "ACCEPT")
    rules = []
    table = ""
    for line in text.splitlines():
        if line.startswith("*"):
            table = line[1:]
        elif table == "filter":
            chain, rule = _CHAIN.match(line), _RULE.match(line)
            if chain:
                chains[chain.group("name")] = chain.group("policy")
            elif rule:
                rules.append(Rule(rule.group("chain"), rule.group("match")))
    return Table(tuple(chains.items()), tuple(rules))


def split_foreign(table: Table, patterns: Iterable[str]) -> tuple[Table, Table]:
    """Part TABLE into what is ours and what is others': the chains that match PATTERNS, and the jumps to them."""
    matches = [re.compile(pattern) for pattern in patterns]
    foreign = {
        name for name, _policy in table.chains if name not in BUILT_IN and any(match.match(name) for match in matches)
    }

    def is_foreign(rule: Rule) -> bool:
        return rule.chain in foreign or rule.target in foreign

    return (
        Table(
            tuple(chain for chain in table.chains if chain[0] not in foreign),
            tuple(rule for rule in table.rules if not is_foreign(rule)),
        ),
        Table(
            tuple(chain for chain in table.chains if chain[0] in foreign),
            tuple(rule for rule in table.rules if is_foreign(rule)),
        ),
    )


def merge(own: Table, foreign: Table) -> Table:
    """Put both into one table. Foreign jumps come first, where the programs that own them had put them."""
    jumps = tuple(rule for rule in foreign.rules if rule.chain in BUILT_IN)
    others = tuple(rule for rule in foreign.rules if rule.chain not in BUILT_IN)
    return Table(own.chains + foreign.chains, jumps + own.rules + others)


def replace_filter(text: str, own: Table) -> str:
    """Exchange table filter in TEXT, which is a file for iptables-restore, and keep its other tables."""
    others: list[str] = []
    table = ""
    for line in text.splitlines():
        if line.startswith("*"):
            table = line[1:]
        if table not in ("", "filter") and not line.startswith("#"):
            others.append(re.sub(r"\[\d+:\d+\]", "[0:0]", line))
        if line == "COMMIT":
            table = ""
    return own.render() + "".join(f"{line}\n" for line in others)


@dataclass(frozen=True)
class Family:
    """The rules for one VERSION of IP: in the kernel and in the file PATH that boot loads, each as it is and as wanted.

    MODULE_MISSING: the kernel can't load rules of iptables.
    """

    version: str
    loaded: Table
    wanted: Table
    path: str
    persistent: str
    wanted_persistent: str
    module_missing: bool = False

    @property
    def load(self) -> bool:
        """Whether the rules in the kernel have to change."""
        return not self.wanted.same_as(self.loaded)

    @property
    def persist(self) -> bool:
        """Whether the file has to change."""
        return self.persistent != self.wanted_persistent

    def diff(self) -> list[dict[str, str]]:
        """What changes, as Ansible shows it."""
        sides = (
            (f"{PROGRAMS[self.version]}: loaded", self.loaded.render(), self.wanted.render(), self.load),
            (self.path, self.persistent, self.wanted_persistent, self.persist),
        )
        return [
            {"before_header": header, "after_header": header, "before": before, "after": after}
            for header, before, after, differs in sides
            if differs
        ]


def compare(
    version: str, wanted: str, loaded: str, path: str, persistent: str, foreign_chains: Sequence[str]
) -> Family:
    """Compare what iptables-save prints of the WANTED rules and of those that are LOADED. FOREIGN_CHAINS: regular
    expressions for the names of the chains of other programs, which stay."""
    own = parse_filter(wanted)
    current = parse_filter(loaded)
    _ours, foreign = split_foreign(current, foreign_chains)
    return Family(version, current, merge(own, foreign), path, persistent, replace_filter(persistent, own))


def restore_argv(version: str, path: str, *options: str) -> list[str]:
    """The command that loads table filter for VERSION of IP from the file PATH."""
    return [f"{PROGRAMS[version]}-restore", *options, "--table", "filter", path]
