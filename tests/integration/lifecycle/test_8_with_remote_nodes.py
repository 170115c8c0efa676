# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The spare machine as a remote node and as a guest node: it joins, is lost, returns and leaves; the service goes on.

The machine is prepared by hand: the collection makes the nodes, not yet the hosts.
"""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from lab import CHECKOUT, Cluster, eventually
from life import SPARE, SPARE_ADDRESSES, SPARE_DOMAIN, LifeLab
from yaml import safe_load

ADDRESS = SPARE_ADDRESSES["cluster"]
SETTINGS = safe_load((CHECKOUT / "inventories/lab/group_vars/all/cluster.yml").read_text())
INSTALL = (
    "systemctl disable --now pcsd pacemaker corosync 2> /dev/null;"
    " printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d"
    " && apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy"
    " --no-install-recommends pacemaker-remote resource-agents && mkdir -p /etc/pacemaker"
    " && cat > /etc/pacemaker/authkey && chgrp haclient /etc/pacemaker/authkey && chmod 0640 /etc/pacemaker/authkey"
)
START = (
    "systemctl enable --now pacemaker_remote;"
    " ! iptables -L > /dev/null 2>&1 || iptables -I INPUT -p tcp --dport 3121 -j ACCEPT"
)
FAR = {"id": "far", "agent": "ocf:pacemaker:Dummy"}
REMOTE = {"id": SPARE, "agent": "ocf:pacemaker:remote", "options": {"server": ADDRESS, "reconnect_interval": "10s"}}
# Stands for a virtual machine: what runs in it is on the spare machine.
GUEST = {
    "id": "machine",
    "agent": "ocf:pacemaker:Dummy",
    "meta": {"remote-node": "guest", "remote-addr": ADDRESS, "remote-connect-timeout": "60s"},
}


def never(node: str) -> list[dict[str, t.Any]]:
    """What the cluster itself runs has nothing to look for on NODE."""
    return [
        {"resource": name, "node": node, "score": "-INFINITY", "options": {"resource-discovery": "never"}}
        for name in ("lighty", "fencing")
    ]


def inventory(site: LifeLab, node: str, *resources: dict[str, t.Any], absent: bool = False) -> pathlib.Path:
    """The site's, with RESOURCES, and `far`, which prefers NODE; or with all of that declared absent."""
    locations = [*never(node), {"resource": "far", "node": node, "score": 200}]
    # `far` goes before its node, whose connection it needs to stop
    declared = (
        [*resources, FAR] if not absent else [{"id": item["id"], "state": "absent"} for item in (FAR, *resources)]
    )
    domains = {**SETTINGS["ha_fence_virt_domains"], SPARE: SPARE_DOMAIN}
    return site.inventory(
        *site.nodes,
        ha_resources=[*SETTINGS["ha_resources"], *declared],
        ha_locations=[] if absent else locations,
        ha_fence_virt_domain_names=[*site.machines, SPARE_DOMAIN],
        ha_fence_virt_options={}
        if absent
        else {"pcmk_host_map": ";".join(f"{name}:{domains[name]}" for name in domains)},
    )


def nodes_of(cluster: Cluster, kind: str) -> set[str]:
    """The nodes of KIND (member, remote) that are online."""
    found = cluster.document.findall("./nodes/node")
    return {node.get("name", "") for node in found if node.get("type") == kind and node.get("online") == "true"}


def runs_on(site: LifeLab, resource: str) -> set[str]:
    return site.cluster("node1").where(resource)


def await_on(site: LifeLab, resource: str, *nodes: str, timeout: float = 120) -> None:
    assert eventually(lambda: runs_on(site, resource) == set(nodes), timeout=timeout), runs_on(site, resource)


@pytest.fixture(scope="module")
def prepared(lab: LifeLab) -> t.Iterator[LifeLab]:
    """The spare machine has pacemaker_remote and the cluster's key."""
    lab.await_healthy()
    key = lab.ssh("node1", "base64 /etc/pacemaker/authkey")
    lab.ssh(SPARE, INSTALL.replace("cat >", "base64 --decode >"), stdin=key, timeout=300)
    lab.ssh(SPARE, START)
    yield lab
    lab.ssh(SPARE, "DEBIAN_FRONTEND=noninteractive apt-get purge -qy pacemaker-remote; rm -rf /etc/pacemaker")


def is_forgotten(site: LifeLab, node: str) -> None:
    """NODE has left no trace in what Pacemaker keeps."""
    assert node not in site.ssh("node1", "cibadmin --query")
    assert node not in {each.get("name") for each in site.cluster("node1").document.findall("./nodes/node")}


def settle(site: LifeLab, wanted: pathlib.Path, what: str) -> None:
    """Check mode says that there is something to do and does nothing; the first run does it, the second one nothing."""
    before = site.ssh("node1", "cibadmin --query --scope configuration")
    run = site.site("--inventory", str(wanted), "--check")
    assert run.code == 0, run
    assert run.changed > 0, run
    assert site.ssh("node1", "cibadmin --query --scope configuration") == before
    with site.undisturbed(what):
        run = site.site("--inventory", str(wanted))
        assert run.code == 0, run
    for arguments in ([], ["--check"]):
        run = site.site("--inventory", str(wanted), *arguments)
        assert (run.code, run.changed) == (0, 0), run


def test_remote_node_joins_fails_over_and_leaves(prepared: LifeLab) -> None:
    site = prepared
    settle(site, inventory(site, SPARE, REMOTE), "a remote node joins")
    assert nodes_of(site.cluster("node1"), "remote") == {SPARE}
    await_on(site, "far", SPARE)

    site.ssh("hypervisor", f"virsh destroy {SPARE}")
    assert eventually(lambda: bool(runs_on(site, "far")) and runs_on(site, "far") <= set(site.nodes), timeout=180)
    assert [event["status"] for event in site.fencings("node1") if event["target"] == SPARE][:1] == ["success"]
    if SPARE not in site.ssh("hypervisor", "virsh list --name").split():
        site.ssh("hypervisor", f"virsh start {SPARE}")
    assert eventually(lambda: site.reachable(SPARE), timeout=120)
    site.ssh(SPARE, START)
    assert eventually(lambda: nodes_of(site.cluster("node1"), "remote") == {SPARE}, timeout=180)
    await_on(site, "far", SPARE)
    site.ssh("node1", f"pcs resource cleanup {SPARE}; crm_resource --wait")

    settle(site, inventory(site, SPARE, REMOTE, absent=True), "a remote node leaves")
    is_forgotten(site, SPARE)


def test_guest_node_joins_fails_over_and_leaves(prepared: LifeLab) -> None:
    site = prepared
    settle(site, inventory(site, "guest", GUEST), "a guest node joins")
    assert nodes_of(site.cluster("node1"), "remote") == {"guest"}
    await_on(site, "far", "guest")

    (host,) = runs_on(site, "machine")
    site.ssh("node1", f"pcs node standby {host}")
    assert eventually(lambda: runs_on(site, "machine") not in ({host}, set()), timeout=120)
    await_on(site, "far", "guest")
    site.ssh("node1", "pcs node unstandby --all; crm_resource --wait")
    assert nodes_of(site.cluster("node1"), "member") == set(site.nodes)
    assert site.fetch()[0] == 200

    settle(site, inventory(site, "guest", GUEST, absent=True), "a guest node leaves")
    is_forgotten(site, "guest")
