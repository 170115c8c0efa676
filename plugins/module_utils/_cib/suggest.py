# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Suggest the intended name for an unknown agent or option."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence

from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import Runner

# pcs says: invalid resource options: 'a', 'b', allowed options are: 'c', 'd'
# or: 'a' is not a valid operation name value, use 'b', 'c'
UNKNOWN_OPTIONS = re.compile(r"options?:? (?P<names>'[^']+'(?:, '[^']+')*), allowed options are: (?P<known>'[^;]*')")
UNKNOWN_VALUE = re.compile(r"(?P<names>'[^']+') is not a valid (?P<what>.+?) value, use (?P<known>'[^;]*')")
NEAR = 0.75  # how much two names have to be alike, from 0 to 1
QUOTED = re.compile(r"'([^']+)'")


def suggestion(message: str) -> str:
    """A sentence for each name that pcs doesn't know, according to its MESSAGE, if one that it knows is like it."""
    return "".join(
        did_you_mean(found.groupdict().get("what", "option"), name, QUOTED.findall(found["known"]))
        for expression in (UNKNOWN_OPTIONS, UNKNOWN_VALUE)
        for found in expression.finditer(message)
        for name in QUOTED.findall(found["names"])
    )


def did_you_mean(what: str, name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f" There is no {what} '{name}'; did you mean '{near[0]}'?" if near else ""


def suggested_agent(runner: Runner, agent: str) -> str:
    """A sentence on AGENT, named as in the model, if this host doesn't have it but one that may be meant.

    The same name of another provider, or one that is very much like it, may be meant; what is only a little like it is
    another agent.
    """
    if not agent or runner.run(["crm_resource", "--show-metadata", agent]).rc == 0:
        return ""
    provider, _colon, name = agent.rpartition(":")
    known = [tuple(each.rpartition(":")[::2]) for each in known_agents(runner, agent.partition(":")[0])]
    names = [known_name for known_provider, known_name in known if is_near(provider, known_provider)]
    near = difflib.get_close_matches(name, names, n=1, cutoff=NEAR)
    meant = sorted((pair for pair in known if pair[1] in near), key=lambda pair: pair[0] != provider)
    if not meant:
        return ""
    said, found = (each.removeprefix("stonith:") for each in (agent, ":".join(meant[0])))
    return f" There is no agent '{said}'; did you mean '{found}'?"


def missing_agent(runner: Runner, agent: str) -> str:
    """What to do about AGENT, if this host doesn't have it."""
    if not agent or runner.run(["crm_resource", "--show-metadata", agent]).rc == 0:
        return ""
    return (
        f" The agent '{agent.removeprefix('stonith:')}' is not installed on this host: install the package that holds"
        " it on every node, with the site by ha_extra_packages."
    )


def is_near(provider: str, known: str) -> bool:
    """Whether the agents of a KNOWN provider may be meant where PROVIDER is named."""
    return not provider or provider == known or bool(difflib.get_close_matches(provider, [known], cutoff=NEAR))


def unknown_node(name: str, known: Sequence[str]) -> str:
    """A sentence on the node NAME, if it is none of those that are KNOWN."""
    if not name or name in known:
        return ""
    meant = did_you_mean("node", name, known)
    return meant or f" There is no node '{name}'" + (f"; there are {', '.join(sorted(known))}." if known else ".")


def known_agents(runner: Runner, standard: str) -> Iterator[str]:
    """The agents of a STANDARD that this host has; those of ocf where an agent was named without its standard."""
    families = [standard]
    if standard not in ("systemd", "service", "lsb", "stonith"):
        families = [
            f"ocf:{provider}" for provider in runner.run(["crm_resource", "--list-ocf-providers"]).stdout.split()
        ]
    for family in families:
        for name in runner.run(["crm_resource", "--list-agents", family]).stdout.split():
            yield f"{family}:{name}"
