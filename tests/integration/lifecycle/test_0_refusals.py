# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster in trouble is left as it is by every playbook that would take something away from it or add to it."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from lab import PlaybookRun
from life import REST, SPARE, WORK, LifeLab
from test_3_rolling_update import offer, retract


@dataclasses.dataclass(frozen=True)
class Trouble:
    """How it is made and undone, in commands for nodes; what a refusal says; which playbooks don't mind."""

    make: t.Mapping[str, str]
    undo: t.Mapping[str, str]
    words: str
    minds_not: frozenset[str] = frozenset()


STOP = "systemctl stop pacemaker corosync"
START = "systemctl start corosync pacemaker"
ENDING = frozenset({"destroy"})  # what is to end may be in a bad state
TROUBLES = {
    "fencing off": Trouble(
        {"node1": "pcs property set stonith-enabled=false"},
        {"node1": "pcs property set stonith-enabled=true"},
        "Fencing is off",
        ENDING,
    ),
    "failed resource": Trouble(
        {
            "node1": "crm_resource --fail --resource lighttpd --node"
            " $(crm_resource --resource lighttpd --locate | sed 's/.*: //'); crm_resource --wait"
        },
        {"node1": "crm_resource --cleanup; crm_resource --wait"},
        "There are failures: lighttpd",
        ENDING,
    ),
    "cluster at work": Trouble(
        {"node1": WORK},
        {"node1": REST},
        "still at work",
    ),
    "maintenance mode": Trouble(
        {"node1": "pcs property set maintenance-mode=true"},
        {"node1": "pcs property set maintenance-mode=false"},
        "in maintenance mode",
    ),
    "no quorum": Trouble({"node2": STOP, "node3": STOP}, {"node2": START, "node3": START}, "no quorum"),
}


def operations(lab: LifeLab) -> dict[str, tuple[str, list[str]]]:
    """What an administrator may try: a playbook, and its arguments."""
    four, two = lab.inventory(*lab.machines), lab.inventory("node1", "node2", hosts=["node3"])
    other = lab.inventory("node1", "node2", SPARE, hosts=["node3"])
    return {
        "maintenance": ("maintenance", ["-e", "ha_maintenance_nodes=node1"]),
        "rolling_update": ("rolling_update", []),
        "rotate_authkey": ("rotate_authkey", ["-e", "ha_rotate_older_than=0", "--tags", "authkey"]),
        "add": ("membership", ["--inventory", str(four)]),
        "remove": ("membership", ["--inventory", str(two)]),
        "replace": ("membership", ["--inventory", str(other)]),
        "destroy": ("destroy", ["-e", "ha_destroy_cluster_name=testcluster"]),
    }


def configuration(lab: LifeLab) -> str:
    return lab.ssh("node1", "cibadmin --query --scope configuration")


def refusal(run: PlaybookRun, words: str) -> str:
    """What is wrong with the refusal; empty when nothing is."""
    said = " ".join(run.output.split())
    if run.code == 0 or run.changed or words not in said:
        print(run)
        return f"code {run.code}, {run.changed} changed, {words!r} {'said' if words in said else 'NOT said'}"
    return ""


@pytest.mark.parametrize("name", TROUBLES)
def test_cluster_in_trouble_is_left_alone(site: LifeLab, name: str) -> None:
    trouble = TROUBLES[name]
    offer(site, 0)
    for node, command in trouble.make.items():
        site.ssh(node, command)
    try:
        before = configuration(site)
        wrong = {
            operation: refusal(site.playbook(f"playbooks/{playbook}.yml", *arguments), trouble.words)
            for operation, (playbook, arguments) in operations(site).items()
            if operation not in trouble.minds_not
        }
        assert {operation: text for operation, text in wrong.items() if text} == {}
        assert configuration(site) == before
    finally:
        for node, command in trouble.undo.items():
            site.ssh(node, command)
        retract(site)
        site.await_healthy(timeout=180)
