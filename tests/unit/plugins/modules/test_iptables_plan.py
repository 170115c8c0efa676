# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""iptables_plan: what it asks the kernel, and what it reports when iptables is missing or refuses."""

from __future__ import annotations

import pytest
from ansible_collections.quorate.ha_cluster.plugins.modules import iptables_plan

RULES = "*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n"
LEGACY = (0, "iptables v1.8.9 (legacy)\n", "")
NFTABLES = (0, "iptables v1.8.11 (nf_tables)\n", "")


class Module:
    """Stands in for AnsibleModule: answers commands by their first words."""

    def __init__(self, answers=None, check_mode=False, programs=True):
        self.answers = answers or {}
        self.check_mode = check_mode
        self.programs = programs
        self.commands = []

    def get_bin_path(self, name):
        return f"/usr/sbin/{name}" if self.programs else None

    def run_command(self, argv, data=None, check_rc=False):
        self.commands.append((argv, data))
        return self.answers[argv[0]]


def test_rules_are_tried_in_a_namespace_and_compared(tmp_path):
    module = Module({"unshare": (0, RULES, ""), "iptables-save": (0, RULES, "")})
    plan = iptables_plan.make_plan(module, "iptables", "as written", tmp_path / "rules.v4", [])
    assert plan.as_result()["load"] is False
    assert plan.as_result()["persist"] is True
    (trial, data), (save, _data) = module.commands
    assert trial[:2] == ["unshare", "--net"]
    assert trial[-1] == "iptables"
    assert data == "as written"
    assert save == ["iptables-save", "-t", "filter"]


def test_refused_rules(tmp_path):
    module = Module({"unshare": (1, "", "line 7 failed\n"), "iptables": LEGACY})
    with pytest.raises(iptables_plan.IptablesError, match="iptables-restore does not accept the rules: line 7 failed"):
        iptables_plan.make_plan(module, "iptables", RULES, tmp_path / "rules.v4", [])


@pytest.mark.parametrize(
    ("version", "modprobe", "missing"), [(NFTABLES, 1, True), (NFTABLES, 0, False), (LEGACY, 1, False)]
)
def test_a_kernel_without_the_module_for_iptables_is_told_from_rules_that_are_wrong(
    tmp_path, version, modprobe, missing
):
    """EL 10 has nft_compat in the package kernel-modules-extra, and iptables-restore says: No such file."""
    refused = (1, "", "line 8: RULE_APPEND failed (No such file or directory): rule in chain INPUT\n")
    module = Module({"unshare": refused, "iptables": version, "/usr/sbin/modprobe": (modprobe, "", "")})
    if missing:
        plan = iptables_plan.make_plan(module, "iptables", RULES, tmp_path / "rules.v4", [])
        assert plan.modules_missing
        assert plan.load
        assert (["/usr/sbin/modprobe", "--dry-run", "--quiet", "nft_compat"], None) in module.commands
    else:
        with pytest.raises(iptables_plan.IptablesError, match="RULE_APPEND failed"):
            iptables_plan.make_plan(module, "iptables", RULES, tmp_path / "rules.v4", [])


def test_nothing_installed_yet(tmp_path):
    plan = iptables_plan.make_plan(Module(programs=False), "iptables", RULES, tmp_path / "rules.v4", [])
    assert plan.load
    assert plan.persist
