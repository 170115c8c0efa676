# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check that the cluster's programs are installed. compare.py compares their versions. Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import (
    ERROR,
    WARNING,
    Check,
    Finding,
    words,
)

PROGRAMS = ("corosync", "pacemakerd", "cibadmin", "crm_mon", "crm_simulate")
SHELLS = ("pcs", "crm")  # one of them is enough to manage the cluster
# The parts of a cluster, by their names in all distributions. Those that are not there don't count.
PACKAGES = (
    *("corosync", "corosynclib", "corosync-qdevice", "pcs", "crmsh", "sbd", "booth", "booth-core"),
    *("pacemaker", "pacemaker-cli-utils", "pacemaker-cli", "pacemaker-libs", "pacemaker-cluster-libs"),
    *("libknet1", "libknet1t64", "libknet1-plugins-all", "libqb100", "libqb"),
    *("resource-agents", "resource-agents-base", "resource-agents-extra", "resource-agents-cloud"),
    *("fence-agents", "fence-agents-all", "fence-agents-base", "fence-agents-extra"),
    *("fence-agents-common", "fence-virt"),
)
MISSING = Check(
    "programs-missing",
    ERROR,
    "Programs of the cluster are not installed.",
    "Install them by running site.yml; crm_mon and crm_simulate are in the package pacemaker-cli-utils of Debian and"
    " Ubuntu, pacemaker-cli of the RHEL family.",
    local=True,
)
DIFFER = Check(
    "packages-differ",
    WARNING,
    "The nodes have different versions of the cluster's packages.",
    "Update them one node at a time: playbooks/rolling_update.yml.",
    local=True,
)
RESTARTED = Check(
    "needrestart-cluster",
    WARNING,
    "needrestart may restart corosync or Pacemaker by itself after an update, on all nodes in one night.",
    "Run site.yml, whose role os_prep forbids it; or set $nrconf{override_rc} for them in /etc/needrestart/conf.d.",
    local=True,
)
CHECKS = (MISSING, DIFFER, RESTARTED)

# In the configuration of needrestart: a pattern of services that it leaves alone, and the mode in which it only lists.
_LEFT_ALONE = re.compile(r"^[^#]*?(?:\bqr?\((.*)\)\s*\}?\s*=>?\s*0\b|blacklist_rc.*\bqr?\((.*)\)\s*\))", re.MULTILINE)
_LISTS_ONLY = re.compile(r"^[^#]*restart\}\s*=\s*['\"]l['\"]", re.MULTILINE)


def lint(missing: t.Sequence[str], shells: t.Collection[str]) -> list[Finding]:
    """The finding that the programs MISSING are, and pcs where none of the SHELLS is there."""
    missing = [*missing, *([] if shells else SHELLS[:1])]
    return [MISSING.found("packages", f"Not installed: {words(missing)}.")] if missing else []


def lint_needrestart(configuration: str | None) -> list[Finding]:
    """What is wrong, by the text of needrestart's CONFIGURATION; None where it is not installed."""
    if configuration is None or _LISTS_ONLY.search(configuration):
        return []
    patterns = [first or second for first, second in _LEFT_ALONE.findall(configuration)]
    units = ("corosync.service", "pacemaker.service")
    exposed = [unit for unit in units if not any(_matches(pattern, unit) for pattern in patterns)]
    return [RESTARTED.found("needrestart", f"It is installed and may restart {words(exposed)}.")] if exposed else []


def _matches(pattern: str, unit: str) -> bool:
    try:
        return re.search(pattern, unit) is not None
    except re.error:  # Perl's patterns can more
        return False


def parse_dpkg(text: str) -> dict[str, str]:
    """Versions by package, from dpkg-query's `${Package} ${Version} ${db:Status-Status}`."""
    lines = (line.split() for line in text.splitlines())
    return {line[0]: line[1] for line in lines if len(line) == 3 and line[2] == "installed"}


def parse_rpm(text: str) -> dict[str, str]:
    """Versions by package, from rpm's `%{NAME} %{VERSION}-%{RELEASE}`."""
    lines = (line.split() for line in text.splitlines() if "not installed" not in line)
    return {line[0]: line[1] for line in lines if len(line) == 2}
