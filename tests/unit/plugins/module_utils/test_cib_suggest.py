# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which name was meant, according to what pcs and Pacemaker's tools say, and what of pcs's words reaches the user."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.suggest import suggested_agent, suggestion
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.workbench import reason
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import CommandResult

AGENTS = {
    "--list-ocf-providers": "heartbeat\npacemaker\n",
    "ocf:heartbeat": "IPaddr2\nDummy\nFilesystem\n",
    "ocf:pacemaker": "Dummy\nping\n",
    "stonith": "fence_xvm\nfence_ipmilan\n",
    "systemd": "lighttpd\npcsd\n",
}


class Host:
    """A host with the AGENTS."""

    def run(
        self, argv: list[str], stdin: str | None = None, environment: Mapping[str, str] | None = None
    ) -> CommandResult:
        if argv[1] != "--show-metadata":
            return CommandResult(0, AGENTS.get(argv[-1], ""), "")
        family, _colon, name = argv[-1].rpartition(":")
        return CommandResult(0 if name in AGENTS.get(family, "").split() else 105, "", "")

    def find(self, name: str) -> str | None:
        return name

    def warn(self, message: str) -> None:
        raise AssertionError(message)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (
            "invalid quorum device model option 'hots', allowed options are: 'algorithm', 'host'",
            "option 'hots'; 'host'",
        ),
        (
            "invalid resource options: 'ipp', 'nick', allowed options are: 'ip', 'nic'",
            "option 'ipp'; 'ip' option 'nick'; 'nic'",
        ),
        (
            "invalid container option 'imag', allowed options are: 'image'; option 'x' is missing",
            "option 'imag'; 'image'",
        ),
        ("'monitr' is not a valid operation name value, use 'monitor', 'start'", "operation name 'monitr'; 'monitor'"),
        ("invalid cluster property option 'zzz', allowed options are: 'batch-limit'", ""),
        ("something else", ""),
    ],
)
def test_options(message: str, expected: str) -> None:
    said = suggestion(message)
    assert said.replace(" There is no ", " ").replace(" did you mean", "").replace("?", "").strip() == expected


@pytest.mark.parametrize(
    ("agent", "meant"),
    [
        ("ocf:heartbeat:IPadr2", "ocf:heartbeat:IPaddr2"),
        ("ocf:hartbeat:IPaddr2", "ocf:heartbeat:IPaddr2"),
        ("ocf:pacemaker:Dumy", "ocf:pacemaker:Dummy"),
        ("IPadr2", "ocf:heartbeat:IPaddr2"),
        ("stonith:fence_xwm", "fence_xvm"),
        ("systemd:lightttpd", "systemd:lighttpd"),
    ],
)
def test_agents(agent: str, meant: str) -> None:
    said = suggested_agent(Host(), agent)
    assert said == f" There is no agent '{agent.removeprefix('stonith:')}'; did you mean '{meant}'?"


@pytest.mark.parametrize("agent", ["ocf:heartbeat:IPaddr2", "ocf:heartbeat:whatever", ""])
def test_no_agent_is_meant(agent: str) -> None:
    assert suggested_agent(Host(), agent) == ""


@pytest.mark.parametrize(
    ("stderr", "expected"),
    [
        ("Warning: odd\nError: 'x' is wrong, use --force to override\n", "'x' is wrong"),
        ("Error: on-fial is not a valid op option (use --force to override)\n", "on-fial is not a valid op option"),
        (
            "Error: a\nError: b\nError: Errors have occurred, therefore pcs is unable to continue\n",
            "a; b",
        ),
        (
            "Error: Unable to update cib\nCall cib_replace failed (-203): Update does not conform\n<cib secret='x'/>",
            "Unable to update cib: Update does not conform",
        ),
        (
            "Error: Unable to update cib\n   1 <cib secret='x'/>\n   2 \nCall failed: Update does not conform\n\n",
            "Unable to update cib: Update does not conform",
        ),
    ],
)
def test_reason(stderr: str, expected: str) -> None:
    assert reason(CommandResult(1, "", stderr)) == expected


@pytest.mark.parametrize(
    ("stdout", "stderr", "expected"),
    [
        (
            "",
            "   1 <cib>\n   2   <nvpair name='password' value='s3cr3t'/>\n   3 </cib>\n   4 \nCall failed: No\n  way\n",
            "Call failed: No way",
        ),
        ("<cib>\n  <x y='s3cr3t'/>\n</cib>\n", "<cib secret='s3cr3t'/>\n", "it ended with code 78"),
        ("out\n", "\n", "out"),
    ],
)
def test_message_of_a_command_shows_no_cib(stdout: str, stderr: str, expected: str) -> None:
    """Pacemaker 2.1 prints all of a CIB in a file that it refuses to change."""
    assert CommandResult(78, stdout, stderr).message == expected
    assert reason(CommandResult(78, stdout, stderr)) == expected
