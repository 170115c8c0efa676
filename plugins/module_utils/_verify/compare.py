# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare nodes with each other: their files, packages, clocks and views of the cluster. Pure."""

from __future__ import annotations

import collections
import typing as t

from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify import clock, keys, packages
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import ERROR, Check, Finding, words

Facts = t.Mapping[str, t.Any]

CONF_DIFFERS = Check(
    "corosync-differs",
    ERROR,
    "corosync.conf is not the same on all nodes.",
    "Run site.yml; or pcs cluster sync from a node that has the right one.",
    local=True,
)
SPLIT = Check(
    "cluster-split",
    ERROR,
    "The nodes don't see the same cluster: they have different controllers (DC).",
    "See `corosync-cfgtool -n` and `journalctl -u corosync` on each; wait for fencing.",
)
CIB_DIFFERS = Check(
    "cib-differs",
    ERROR,
    "The nodes have different contents under one version of the CIB.",
    "Restart Pacemaker on the node that differs; it then takes the CIB of the others.",
    local=True,
)
CHECKS = (CONF_DIFFERS, SPLIT, CIB_DIFFERS)


def compare(facts: t.Mapping[str, Facts], now: float) -> list[Finding]:
    """What differs between the FACTS of the hosts. NOW is the time of the machine that asked them."""
    found = []
    for path in dict.fromkeys(path for fact in facts.values() for path in fact.get("keys", {})):
        # A node without a key that others have is as wrong as one with another key.
        digests = {host: fact.get("keys", {}).get(path, "") for host, fact in facts.items()}
        for host in odd_ones(digests):
            what = "is another one here than" if digests[host] else "is missing here, unlike"
            found.append(keys.DIFFERS.found(path, f"{path} {what} on the other nodes.").at(host))
    conf = {host: str(fact["corosync"]) for host, fact in facts.items() if fact.get("corosync")}
    for host in odd_ones(conf):
        found.append(CONF_DIFFERS.found("corosync.conf", "corosync.conf differs here from the others'.").at(host))
    return found + _packages(facts) + _clocks(facts, now) + _cluster(facts)


def odd_ones(values: t.Mapping[str, str]) -> list[str]:
    """The hosts whose value is not that of most; all of them when no value has a majority."""
    counted = collections.Counter(values.values()).most_common()
    if len(counted) < 2:
        return []
    usual = counted[0][0] if counted[0][1] > len(values) / 2 else None
    return [host for host, value in values.items() if value != usual]


def _packages(facts: t.Mapping[str, Facts]) -> list[Finding]:
    differing: dict[str, list[str]] = {}
    for name in dict.fromkeys(name for fact in facts.values() for name in fact.get("packages", {})):
        versions = {host: fact["packages"][name] for host, fact in facts.items() if name in fact.get("packages", {})}
        for host in odd_ones(versions):
            differing.setdefault(host, []).append(f"{name} {versions[host]}")
    return [
        packages.DIFFER.found("packages", f"Unlike the other nodes this one has {words(items)}.").at(host)
        for host, items in differing.items()
    ]


def _clocks(facts: t.Mapping[str, Facts], now: float) -> list[Finding]:
    """Each clock is known to lie in a range only, as wide as asking took. Clocks whose ranges don't meet differ."""
    ranges = {
        host: (float(fact["clock"]["here"]) - now, float(fact["clock"]["here"]) - float(fact["clock"]["asked"]))
        for host, fact in facts.items()
        if fact.get("clock")
    }
    found = []
    for host, (low, high) in ranges.items():
        apart = {
            other: low - ends[1] if low > ends[1] else high - ends[0]
            for other, ends in ranges.items()
            if low - ends[1] > clock.TOLERANCE or ends[0] - high > clock.TOLERANCE
        }
        if len(apart) * 2 >= len(ranges):
            other, seconds = next(iter(apart.items()))
            found.append(
                clock.DIFFERS.found("clock", f"The clock is {seconds:+.0f} s or more off that of {other}.").at(host)
            )
    return found


def _cluster(facts: t.Mapping[str, Facts]) -> list[Finding]:
    leaders = {host: str(fact["dc"]) for host, fact in facts.items() if fact.get("dc")}
    if len(set(leaders.values())) > 1:
        said = words(f"{host} sees {leader}" for host, leader in leaders.items())
        return [SPLIT.found("cluster", f"{said} as DC.")]
    # Between two readings somebody may have changed something; then the versions differ as well.
    versions: dict[str, dict[str, str]] = {}
    for host, fact in facts.items():
        if fact.get("cib"):
            versions.setdefault(str(fact["cib"]["version"]), {})[host] = str(fact["cib"]["digest"])
    return [
        CIB_DIFFERS.found("cib", f"Under version {version} this node's CIB differs from the others'.").at(host)
        for version, digests in versions.items()
        for host in odd_ones(digests)
    ]
