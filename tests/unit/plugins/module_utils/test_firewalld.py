# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What firewalld is asked, and told."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.firewalld import (
    Opening,
    covers,
    missing,
    open_up,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import CommandResult


class Host:
    """Answers commands by their text; others fail. Remembers what it was told to add."""

    def __init__(self, answers: dict[str, str], *, refuses: bool = False) -> None:
        self.answers, self.refuses, self.added = answers, refuses, list[str]()

    def run(
        self, argv: list[str], stdin: str | None = None, environment: Mapping[str, str] | None = None
    ) -> CommandResult:
        words = " ".join(argv)
        if "--add-" in words and not self.refuses:
            self.added.append(words)
            return CommandResult(0, "success\n", "")
        answer = self.answers.get(words)
        return CommandResult(0 if answer is not None else 1, answer or "", "INVALID" if answer is None else "")

    def find(self, name: str) -> str | None:
        return f"/usr/bin/{name}" if self.answers else None

    def warn(self, message: str) -> None:
        raise AssertionError(message)


RUNS = {
    "firewall-cmd --state": "running\n",
    "firewall-cmd --get-default-zone": "public\n",
    "firewall-cmd --get-zone-of-interface=virbr1": "libvirt\n",
    "firewall-cmd --zone=libvirt --list-ports": "1200-1300/udp\n",
    "firewall-cmd --zone=libvirt --list-protocols": "igmp\n",
    "firewall-cmd --permanent --zone=libvirt --list-ports": "\n",
    "firewall-cmd --permanent --zone=libvirt --list-protocols": "igmp\n",
    "firewall-cmd --zone=public --list-ports": "22/tcp 5403/udp\n",
    "firewall-cmd --permanent --zone=public --list-ports": "5403/tcp\n",
    "ip -json address show to 192.0.2.1": '[{}, {"ifname": "virbr1", "addr_info": []}]',
    "ip -json address show to 192.0.2.9": "[]",
}


@pytest.mark.parametrize(
    ("opening", "added"),
    [
        (Opening(["qnetd"]), ["firewall-cmd --zone=public --add-port=5403/tcp"]),
        (Opening(["fence_virtd_multicast"], interface="virbr1"), ["--permanent --zone=libvirt --add-port=1229/udp"]),
        (Opening(["fence_virtd_multicast"], address="192.0.2.1"), ["--permanent --zone=libvirt --add-port=1229/udp"]),
        (
            Opening(["qnetd"], {"qnetd": [6403]}, address="192.0.2.9"),
            ["firewall-cmd --zone=public --add-port=6403/tcp", "--permanent --zone=public --add-port=6403/tcp"],
        ),
        (Opening(["qnetd"], interface="eth7"), ["firewall-cmd --zone=public --add-port=5403/tcp"]),
        (Opening(), []),
    ],
)
def test_what_firewalld_keeps_out_is_let_in_now_and_for_good(opening: Opening, added: list[str]) -> None:
    host = Host(RUNS)
    told = open_up(host, opening, check_mode=False)
    assert told == host.added
    assert [line.endswith(words) for line, words in zip(told, added)] == [True] * len(added)
    assert len(told) == len(added)


def test_check_mode_only_tells() -> None:
    host = Host(RUNS)
    assert open_up(host, Opening(["qnetd"]), check_mode=True)
    assert host.added == []


@pytest.mark.parametrize(
    ("opening", "ports", "protocols"),
    [
        (Opening(["fence_virtd_multicast"]), ["1229/udp"], ["igmp"]),
        (Opening(["pcsd", "corosync", "booth"]), ["2224/tcp", "5404-5412/udp", "9929/tcp", "9929/udp"], []),
        (Opening(["fence_virtd_tcp"], {"fence_virtd_tcp": ["2229"]}), ["2229/tcp"], []),
    ],
)
def test_ports_of_services(opening: Opening, ports: list[str], protocols: list[str]) -> None:
    assert (opening.ports, opening.protocols) == (ports, protocols)


@pytest.mark.parametrize("answers", [{}, {"firewall-cmd --get-default-zone": "public"}], ids=["absent", "stopped"])
def test_nothing_is_opened_where_firewalld_does_not_run(answers: dict[str, str]) -> None:
    assert missing(Host(answers), Opening(["qnetd"])) == []


def test_a_refusal_is_told_with_the_command() -> None:
    with pytest.raises(ClusterError, match="firewalld refuses `firewall-cmd --zone=public --add-port=5403/tcp`"):
        open_up(Host(RUNS, refuses=True), Opening(["qnetd"]), check_mode=False)


@pytest.mark.parametrize(
    ("entry", "item", "expected"),
    [
        ("5403/tcp", "5403/tcp", True),
        ("5403/udp", "5403/tcp", False),
        ("5400-5410/tcp", "5403/tcp", True),
        ("5400-5410/udp", "5403/tcp", False),
        ("5404-5410/tcp", "5403/tcp", False),
        ("ipv6-icmp", "igmp", False),
    ],
)
def test_ranges_of_ports(entry: str, item: str, expected: bool) -> None:
    assert covers(entry, item) is expected
