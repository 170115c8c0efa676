# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input stops the run before anything changes, with a message that names the variable, the host and the way out."""

from __future__ import annotations

import time
import typing as t

import pytest
from lab import Lab, eventually

NODES = {
    f"node{number}": {
        "public": f"192.168.178.18{number}",
        "cluster": f"192.168.181.7{number}",
        "management": f"192.168.180.18{number}",
    }
    for number in (1, 2, 3)
}

CASES: dict[str, tuple[dict[str, t.Any], tuple[str, ...]]] = {
    "two nodes with one address": (
        {"ha_nodes": {**NODES, "node3": NODES["node2"]}},
        ("ha_nodes", "192.168.181.72", "node2", "node3"),
    ),
    "address outside its network": (
        {"ha_nodes": {**NODES, "node3": {**NODES["node3"], "cluster": "192.168.181.182"}}},
        ("ha_nodes", "192.168.181.182", "192.168.181.64/27"),
    ),
    "service address outside the public network": (
        {"ha_cluster_ip": "192.168.179.190"},
        ("ha_cluster_ip", "192.168.179.190", "192.168.178.0/24"),
    ),
    "service address that is a node's": (
        {"ha_cluster_ip": "192.168.178.182"},
        ("ha_cluster_ip", "192.168.178.182"),
    ),
    "unknown fence listener": (
        {"ha_fence_virt_listener": "carrier-pigeon"},
        ("ha_fence_virt_listener", "carrier-pigeon", "multicast"),
    ),
    "disk that does not exist": (
        {"ha_storage_device": "/dev/vdz"},
        ("ha_storage_device", "/dev/vdz"),
    ),
    "short password": (
        {"ha_hacluster_password": "secret"},
        ("ha_hacluster_password", "8"),
    ),
    "misspelt variable of a role": (
        {"ha_storage_devise": "/dev/vdb"},
        ("ha_storage_devise", "ha_storage_device"),
    ),
    "misspelt variable of several roles": (
        {"ha_cluster_nane": "testcluster"},
        ("ha_cluster_nane", "ha_cluster_name"),
    ),
    "resource in two groups": (
        {"ha_groups": [{"id": "one", "members": ["cluster-ip"]}, {"id": "two", "members": ["cluster-ip"]}]},
        ("ha_groups", "cluster-ip"),
    ),
    "node without a power switch": (
        {"ha_fence_virt_domains": {"node1": "248d2268-2512-4a75-8398-cafbab580529"}},
        ("ha_fence_virt_domains", "node2"),
    ),
}


def fingerprint(lab: Lab) -> dict[str, set[str]]:
    """What a run could change: configuration files with their times, the CIB, packages."""
    files = "find /etc /var/lib/pcsd /var/lib/pacemaker/cib -type f -printf '%p %T@ %m\n' 2>/dev/null"
    return {host: set(lab.ssh(host, f"{files}; dpkg --list").splitlines()) for host in [*lab.nodes, "hypervisor"]}


def settled_fingerprint(lab: Lab) -> dict[str, set[str]]:
    """The same at rest: a node that has just come back still writes its copy of the CIB."""
    seen = [fingerprint(lab)]

    def unchanged() -> bool:
        time.sleep(2)
        seen.append(fingerprint(lab))
        return seen[-1] == seen[-2]

    assert eventually(unchanged), "something changes all the time"
    return seen[-1]


def changes(lab: Lab, before: dict[str, set[str]]) -> dict[str, list[str]]:
    """Per host the lines of the fingerprint that are not as they were."""
    now = fingerprint(lab)
    return {host: sorted(now[host] ^ before[host]) for host in before if now[host] != before[host]}


@pytest.mark.parametrize(("variables", "words"), CASES.values(), ids=list(CASES))
def test_bad_input_stops_before_any_change(site: Lab, variables: dict[str, t.Any], words: tuple[str, ...]) -> None:
    before = settled_fingerprint(site)
    run = site.site(**variables)
    assert run.code != 0, run
    assert run.changed == 0, run
    message = run.output[run.output.index("fatal: [") :] if "fatal: [" in run.output else run.output
    assert [word for word in words if word not in message] == [], run
    assert changes(site, before) == {}
    assert str(variables.get("ha_hacluster_password", "-")) not in message or "ha_hacluster_password" not in variables


def test_node_that_cannot_fence_keeps_all_from_changing_the_fence_device(site: Lab) -> None:
    """Not only on that node: another one makes the device."""
    key, device = "/etc/cluster/fence_xvm.key", "cibadmin --query --xpath \"//primitive[@class='stonith']\""
    before = site.ssh("node1", device)
    site.ssh("node3", f"mv {key} /root/")
    try:
        run = site.site("--tags", "fence_virt", ha_fence_virt_meta={"priority": 5})
        after = site.ssh("node1", device)
    finally:
        site.ssh("node3", f"mv /root/fence_xvm.key {key}")
    assert run.code != 0, run
    assert run.changed == 0, run
    message = " ".join(run.output.split())
    assert "Host node3 has no key in /etc/cluster/fence_xvm.key" in message, run
    assert "No fence device is made or changed, because node3 failed the test of fencing" in message, run
    assert after == before


def test_disk_with_foreign_data_is_refused(site: Lab) -> None:
    """The shared disk as it would be if somebody else used it: with a swap area where the file system was."""
    node = site.active_node()
    site.ssh(node, "pcs resource disable lighty --wait=60 && dd if=/dev/vdb of=/root/start.img bs=1M count=1")
    try:
        site.ssh(node, "wipefs --quiet --all /dev/vdb && mkswap /dev/vdb")
        before = site.ssh(node, "sha256sum < /dev/vdb")
        run = site.site()
        assert run.code != 0, run
        assert run.changed == 0, run
        assert [word for word in ("ha_storage_device", "/dev/vdb", node, "swap") if word not in run.output] == []
        assert site.ssh(node, "sha256sum < /dev/vdb") == before
    finally:
        site.ssh(node, "dd if=/root/start.img of=/dev/vdb bs=1M conv=fsync,notrunc && rm /root/start.img")
        site.ssh(node, "pcs resource enable lighty --wait=60")
    site.await_healthy()
