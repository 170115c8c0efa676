# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""iptables_load: the timer that brings the old filter back is set before anything is stopped or loaded."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import CommandResult
from ansible_collections.quorate.ha_cluster.plugins.modules.iptables_load import load

FAMILY = {"rules": "new", "loaded_rules": "old"}


class Node:
    """Stands in for the runner: notes the commands, and lets those fail that begin with a word of FAILING."""

    def __init__(self, *failing: str, programs: t.Collection[str] = ("nft",)) -> None:
        self.failing, self.programs = failing, programs
        self.commands: list[str] = []
        self.files: dict[str, str] = {}

    def find(self, name: str) -> str | None:
        return f"/usr/sbin/{name}" if name in self.programs else None

    def run(self, argv: list[str]) -> CommandResult:
        self.commands.append(" ".join(argv))
        return CommandResult(int(" ".join(argv).startswith(self.failing or ("-",))), "table inet f", "refused")

    def load(self, *units: str) -> str:
        """Load rules in place of UNITS. Returns what the timer does."""
        params = {"ipv4": FAMILY, "ipv6": FAMILY, "replaces": list(units), "timer": "back", "timeout": 9}
        load(t.cast(t.Any, self), params, self.files.__setitem__)
        (timer,) = [command for command in self.commands if command.startswith("systemd-run")]
        return timer.partition("/bin/sh -c ")[2]


@pytest.mark.parametrize("unit", ["firewalld.service", "nftables.service", "ufw.service"])
def test_the_timer_is_set_before_another_filter_is_stopped_and_starts_it_again(unit: str) -> None:
    node = Node()
    back = node.load(unit)
    order = [command.split()[0] for command in node.commands if not command.startswith("nft")]
    rules = ["iptables-restore", "ip6tables-restore"]
    assert order == ["systemd-run", *rules, "systemctl", *rules]
    assert f"systemctl stop {unit}" in node.commands
    assert back.startswith(f"systemctl start {unit}\n")
    assert "iptables-restore --wait 10 --table filter /run/ha_cluster-iptables.ipv4.old" in back


def test_rules_of_nftables_that_came_by_hand_return_as_well() -> None:
    node = Node()
    assert node.load("nftables.service").endswith("\nnft -f /run/ha_cluster-iptables.ruleset")
    assert node.files["/run/ha_cluster-iptables.ruleset"] == "flush ruleset\ntable inet f"


@pytest.mark.parametrize("node", [Node("nft --check"), Node(programs=())], ids=["it can't read it", "no nft"])
def test_where_nft_can_not_keep_the_rules_the_unit_loads_its_own(node: Node) -> None:
    back = node.load("nftables.service")
    assert "nft -f" not in back
    assert back.startswith("systemctl start nftables.service\n")


def test_nothing_else_is_stopped_or_kept_where_there_is_no_other_filter() -> None:
    node = Node()
    back = node.load()
    assert not [command for command in node.commands if "systemctl" in command or command.startswith("nft")]
    assert "systemctl" not in back


def test_a_timer_that_can_not_be_set_leaves_all_as_it_was() -> None:
    node = Node("systemd-run")
    with pytest.raises(ClusterError, match="refused"):
        node.load("firewalld.service")
    assert node.commands == [node.commands[-1]]


def test_what_firewalld_leaves_behind_is_removed_before_the_new_rules_come_again() -> None:
    node = Node()
    node.load("firewalld.service")
    stop = node.commands.index("systemctl stop firewalld.service")
    assert node.commands[stop + 1 : stop + 3] == [
        "nft list table inet firewalld",
        "nft delete table inet firewalld",
    ]
    assert node.commands[stop + 3].startswith("iptables-restore")


@pytest.mark.parametrize("node", [Node("nft list table"), Node(programs=())], ids=["it left nothing", "no nft"])
def test_nothing_is_removed_where_firewalld_left_nothing(node: Node) -> None:
    node.load("firewalld.service")
    assert not [command for command in node.commands if "delete" in command]
