# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All findings of verify, by id, and those that an administrator has accepted. Pure."""

from __future__ import annotations

import difflib
import typing as t

from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify import (
    boot,
    cib,
    clock,
    compare,
    corosync,
    fence_virtd,
    fencing,
    firewall,
    journal,
    keys,
    outside,
    packages,
    rules,
    runtime,
    selinux,
    service,
    service_address,
    status,
    storage,
    times,
    what_if,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import Check, Finding

SUBJECTS: t.Mapping[str, tuple[Check, ...]] = {
    "The cluster's state": status.CHECKS,
    "What would happen": what_if.CHECKS,
    "Fencing": fencing.CHECKS,
    "The CIB": (*cib.CHECKS, *rules.CHECKS, *times.CHECKS),
    "Service addresses": service_address.CHECKS,
    "corosync.conf": corosync.CHECKS,
    "The running corosync": runtime.CHECKS,
    "Outside of the cluster": outside.CHECKS,
    "Boot": boot.CHECKS,
    "Keys": keys.CHECKS,
    "Storage": storage.CHECKS,
    "Between nodes": compare.CHECKS,
    "Firewall": firewall.CHECKS,
    "Service": service.CHECKS,
    "Packages": packages.CHECKS,
    "SELinux": selinux.CHECKS,
    "Time": clock.CHECKS,
    "Journal": journal.CHECKS,
    "fence_virtd": fence_virtd.CHECKS,
}
CHECKS: t.Mapping[str, Check] = {check.id: check for checks in SUBJECTS.values() for check in checks}


def sort_out(
    findings: t.Iterable[Finding], accepted: t.Sequence[t.Mapping[str, t.Any]]
) -> tuple[list[Finding], list[tuple[Finding, str]]]:
    """Part FINDINGS into those that are open and those that are ACCEPTED, these with the reason. An entry has an id, a
    reason, and a subject where it is about one only. Raises ClusterError for an id that is none, or no reason."""
    for entry in accepted:
        name = str(entry.get("id", ""))
        if name not in CHECKS:
            near = difflib.get_close_matches(name, CHECKS, n=1)
            hint = f"; did you mean {near[0]}?" if near else "."
            raise ClusterError(f"ha_verify_accepted names '{name}', which verify never finds{hint}")
        if not str(entry.get("reason") or "").strip():
            raise ClusterError(f"ha_verify_accepted accepts {name} without a reason. Give one (reason: ...).")
    opened, known = [], []
    for finding in findings:
        reason = next((str(entry["reason"]) for entry in accepted if _covers(entry, finding)), "")
        if reason:
            known.append((finding, reason))
        else:
            opened.append(finding)
    return opened, known


def _covers(entry: t.Mapping[str, t.Any], finding: Finding) -> bool:
    return entry["id"] == finding.id and entry.get("subject") in (None, "", finding.subject)
