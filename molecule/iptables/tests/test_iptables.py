# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is let in: the service on the public network, SSH on the management network, the cluster on its own."""

from __future__ import annotations

import typing as t

import pytest


@pytest.fixture(params=["iptables", "ip6tables"])
def rules(request: pytest.FixtureRequest, host: t.Any) -> list[str]:
    """The rules of INPUT for IPv4, then for IPv6."""
    return host.check_output("%s -S INPUT", request.param).splitlines()


def accepting(rules: list[str], port: int) -> list[str]:
    return [rule for rule in rules if f"--dport {port} " in f"{rule} " and rule.endswith("ACCEPT")]


def test_everything_else_is_dropped(rules: list[str]) -> None:
    assert rules[0] == "-P INPUT DROP"


def test_forwarding_is_dropped(host: t.Any) -> None:
    assert host.check_output("iptables -S FORWARD").splitlines()[0] == "-P FORWARD DROP"


def test_ports_are_open_on_their_networks_only(host: t.Any) -> None:
    rules = host.check_output("iptables -S").splitlines()
    assert all("-i eth0" in rule for rule in accepting(rules, 80))
    assert all("-i eth2" in rule for rule in accepting(rules, 22))
    assert all("-i eth1" in rule for rule in accepting(rules, 2224))
    assert all(accepting(rules, port) for port in (80, 22, 2224))


def test_rules_return_at_boot(host: t.Any) -> None:
    assert host.service("netfilter-persistent").is_enabled
    for program, path in (("iptables", "/etc/iptables/rules.v4"), ("ip6tables", "/etc/iptables/rules.v6")):
        stored = {line for line in host.file(path).content_string.splitlines() if line.startswith("-A INPUT")}
        assert stored == {
            line for line in host.check_output("%s -S", program).splitlines() if line.startswith("-A INPUT")
        }
