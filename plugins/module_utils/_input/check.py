# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check an inventory before anything changes. Pure.

- inventory.py   reads the variables of role resources by the specifications of the modules that take them
- objects.py     ids, missing options, duplicates
- values.py      durations, scores, booleans, words, rules, agents
- references.py  references from objects to other objects, to nodes, and to the targets of fencing devices
- nodes.py       nodes, networks, links and hosts, compared with each other
- addresses.py   service addresses, compared with networks and nodes
- firewall.py    the packet filter: ports, subnets, rules, interfaces, and Ansible's own connection
- whole.py       the cluster's name and password, options of corosync, URLs
- words.py       the words that Pacemaker knows

The check does not read a running cluster. It refuses names that the inventory does not declare, unless
ha_declared_elsewhere lists them. The nodes check agents and their options later.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.shape import Problem, Reader
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.addresses import address_problems
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.firewall import firewall_problems
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.inventory import VARIABLES, Around, read
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.nodes import topology
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.objects import object_problems
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.references import reference_problems
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.values import (
    fence_virt_problems,
    value_problems,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.whole import whole_problems

CIB = frozenset(VARIABLES)  # the variables of role resources
FORMS = (*VARIABLES, "ha_nodes")  # variables whose form this check tests, not a role's specification


def problems(
    variables: Mapping[str, Any],
    around: Around,
    *,
    unreadable: Collection[str] = (),
    only: Collection[str] | None = None,
) -> list[Problem]:
    """Find all problems of VARIABLES, which match the specifications of the roles; with ONLY, those of the variables
    that it names. UNREADABLE are variables whose value can't be computed."""
    inventory = read(variables, unreadable, around)
    nodes = topology(variables, around)
    found = [
        *nodes.problems,
        *whole_problems(variables, around, nodes),
        *firewall_problems(variables, around),
        *inventory.problems,
        *object_problems(inventory),
        *value_problems(inventory),
        *fence_virt_problems(inventory),
        *reference_problems(inventory, nodes.names),
        *address_problems(inventory, nodes),
    ]
    return in_order(problem for problem in dict.fromkeys(found) if only is None or problem.variable in only)


def in_order(found: Iterable[Problem]) -> list[Problem]:
    """Sort the problems FOUND by variable and object."""
    problems_of: dict[str, list[Problem]] = {}
    for problem in found:
        problems_of.setdefault(problem.variable, []).append(problem)
    return [problem for those in problems_of.values() for problem in sorted(those, key=index_of)]


def index_of(problem: Problem) -> int:
    """Return the index in its list of the object that PROBLEM is about."""
    match = re.match(r"\w+\[(\d+)\]", problem.place)
    return int(match[1]) if match else -1


def form_problems(options: Mapping[str, Mapping[str, Any]], variables: Mapping[str, Any]) -> list[Problem]:
    """Check the form of VARIABLES against OPTIONS, a role's specification of arguments."""
    reader = Reader(strict=True)
    for name, wanted in options.items():
        if name in FORMS or name not in variables:
            continue
        if variables[name] is not None:
            reader.value(wanted, variables[name], name)
        elif wanted.get("type") in ("list", "dict"):
            reader.say(name, "it is empty; give it a value, or remove the line.")
    return reader.problems
