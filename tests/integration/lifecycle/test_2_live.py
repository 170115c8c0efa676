# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""corosync's settings and the keys change while the cluster serves, and no request fails."""

from __future__ import annotations

import pytest
from lab import eventually
from life import LifeLab

KEYS = {
    "/etc/corosync/authkey": ("node1", "node2", "node3"),
    "/etc/pacemaker/authkey": ("node1", "node2", "node3"),
    "/etc/cluster/fence_xvm.key": ("node1", "node2", "node3", "hypervisor"),
}
CONFIGURED = "corosync-cmapctl totem.token nodelist.node.0.ring1_addr totem.crypto_cipher 2>/dev/null || true"


def settings(lab: LifeLab, key: str) -> set[str]:
    return {
        lab.ssh(node, f"corosync-cmapctl {key} 2>/dev/null", check=False).rpartition("= ")[2].strip()
        for node in lab.nodes
    }


def connected_links(lab: LifeLab, node: str) -> int:
    """How many links to other nodes NODE has that work."""
    links = lab.ssh(node, "corosync-cfgtool -n")
    return links.count("connected") - links.count("disconnected")


def test_token_changes_live(site: LifeLab) -> None:
    inventory = site.inventory(*site.nodes, ha_totem={"token": 5000})
    with site.undisturbed("token 5000"):
        run = site.site("--inventory", str(inventory), "--tags", "cluster")
        assert run.code == 0, run
    assert settings(site, "totem.token") == {"5000"}
    run = site.site("--inventory", str(inventory), "--tags", "cluster")
    assert (run.code, run.changed) == (0, 0), run


def test_link_is_added_and_removed_live(site: LifeLab) -> None:
    two = site.inventory(*site.nodes, ha_totem={"token": 5000}, ha_links=["cluster", "management"])
    with site.undisturbed("second link"):
        run = site.site("--inventory", str(two), "--tags", "iptables,cluster")
        assert run.code == 0, run
        for node in site.nodes:
            # A new link is connected after several answers, which take as long as the token's timeout.
            assert eventually(lambda node=node: connected_links(site, node) == 4), site.ssh(node, "corosync-cfgtool -n")
    run = site.site("--inventory", str(two), "--tags", "iptables,cluster")
    assert (run.code, run.changed) == (0, 0), run
    one = site.inventory(*site.nodes, ha_totem={"token": 3000})
    with site.undisturbed("one link again"):
        run = site.site("--inventory", str(one), "--tags", "iptables,cluster")
        assert run.code == 0, run
    assert settings(site, "nodelist.node.0.ring1_addr") == {""}
    assert settings(site, "totem.token") == {"3000"}


def test_encryption_changes_live(site: LifeLab) -> None:
    for cipher in ("aes128", "aes256"):
        inventory = site.inventory(
            *site.nodes, ha_totem={"token": 3000}, ha_transport_crypto={"cipher": cipher, "hash": "sha256"}
        )
        with site.undisturbed(f"cipher {cipher}"):
            run = site.site("--inventory", str(inventory), "--tags", "cluster")
            assert run.code == 0, run
        assert settings(site, "totem.crypto_cipher") == {cipher}


@pytest.mark.parametrize(
    ("variables", "word"),
    [({"ha_transport": "udpu", "ha_transport_crypto": {}}, "totem.transport"), ({"ha_cluster_name": "other"}, "other")],
)
def test_what_needs_a_restart_is_refused(site: LifeLab, variables: dict[str, object], word: str) -> None:
    before = {node: site.ssh(node, "sha256sum /etc/corosync/corosync.conf") for node in site.nodes}
    run = site.site("--tags", "cluster", **variables)
    assert run.code != 0, run
    assert run.changed == 0, run
    assert word in run.output, run
    assert {node: site.ssh(node, "sha256sum /etc/corosync/corosync.conf") for node in site.nodes} == before


def test_stopped_cluster_takes_another_name_when_that_is_allowed(site: LifeLab) -> None:
    for name, expected in (("other", "testcluster"), ("testcluster", "other")):
        assert settings(site, "totem.cluster_name") == {expected}
        renamed = {"ha_cluster_name": name, "ha_allow_rename": True}
        site.ssh("node1", "pcs cluster stop --all")
        run = site.site("--tags", "cluster", "--check", **renamed)
        assert run.code == 0, run
        run = site.site("--tags", "cluster", **renamed)
        assert run.code == 0, run
        site.await_healthy()
        assert settings(site, "totem.cluster_name") == {name}
        run = site.site("--tags", "cluster", ha_cluster_name=name)
        assert (run.code, run.changed) == (0, 0), run


def digests(lab: LifeLab) -> dict[str, set[str]]:
    return {path: {lab.ssh(host, f"sha256sum < {path}") for host in hosts} for path, hosts in KEYS.items()}


def beside(lab: LifeLab) -> str:
    """What a rotation may have left beside the keys."""
    look = "find /etc/corosync /etc/pacemaker /etc/cluster /var/lib/pcsd -name '*.next' -o -name '*.previous'"
    return "".join(lab.ssh(host, look, check=False) for host in [*lab.nodes, "hypervisor"])


def certificates(lab: LifeLab) -> list[str]:
    return [lab.ssh(node, "sha256sum < /var/lib/pcsd/pcsd.crt") for node in lab.nodes]


def age(lab: LifeLab) -> None:
    for host in [*lab.nodes, "hypervisor"]:
        lab.ssh(host, f"touch --no-create --date '2 hours ago' {' '.join(KEYS)} /var/lib/pcsd/pcsd.crt")


def test_keys_rotate_live(site: LifeLab) -> None:
    age(site)
    before, certificate = digests(site), certificates(site)
    run = site.operate("rotate_authkey.yml", "--check")
    assert run.code == 0, run
    assert digests(site) == before
    with site.undisturbed("rotation"):
        run = site.operate("rotate_authkey.yml")
        assert run.code == 0, run
    after = digests(site)
    assert all(len(found) == 1 for found in after.values()), after
    assert all(after[path].isdisjoint(before[path]) for path in KEYS)
    assert set(certificates(site)).isdisjoint(certificate)
    assert beside(site) == ""
    # corosync itself has taken the new key: a node that starts with it comes in
    for node in site.nodes:
        assert "crypto" in site.ssh(node, "journalctl --unit corosync --no-pager | grep -i 'crypto' | tail -1")
    spare = next(node for node in site.nodes if node != site.active_node())
    site.ssh(spare, "systemctl restart corosync && systemctl start pacemaker")
    site.await_healthy()
    run = site.operate("rotate_authkey.yml")
    assert (run.code, run.changed) == (0, 0), run


def test_killed_rotation_is_finished_by_the_next(site: LifeLab) -> None:
    before = digests(site)
    site.kill_in(
        "Load the new key in corosync",
        "playbooks/rotate_authkey.yml",
        "-e",
        "rotate_authkey.yml -e ha_rotate_older_than=0",
        "--tags",
        "authkey",
    )
    with site.undisturbed("rotation after a killed one"):
        run = site.operate("rotate_authkey.yml", "--tags", "authkey")
        assert run.code == 0, run
    after = digests(site)
    assert all(len(found) == 1 for found in after.values()), after
    assert after["/etc/corosync/authkey"].isdisjoint(before["/etc/corosync/authkey"])
    assert beside(site) == ""


def test_bad_key_goes_back(site: LifeLab) -> None:
    """corosync refuses a key of 8 bytes; the one from before is back everywhere, and no request failed."""
    before = digests(site)
    with site.undisturbed("a rotation that fails"):
        run = site.playbook("playbooks/rotate_authkey.yml", "-e", "ha_corosync_key=c2hvcnRrZXk=", "--tags", "authkey")
        assert run.code != 0, run
        assert "previous /etc/corosync/authkey again" in run.output, run
    assert digests(site) == before
    assert beside(site) == ""


def test_password_changes_and_the_nodes_stay_authenticated(site: LifeLab) -> None:
    try:
        run = site.operate(
            "rotate_authkey.yml -e ha_rotate_older_than=0",
            "-e",
            "ha_hacluster_password=another-horse-battery",
            "--tags",
            "password",
        )
        assert (run.code, run.changed) == (0, 3), run
        run = site.site("--tags", "cluster", ha_hacluster_password="another-horse-battery")
        assert (run.code, run.changed) == (0, 0), run
        assert "another-horse" not in run.output
    finally:
        run = site.playbook("playbooks/rotate_authkey.yml", "--tags", "password")
        assert run.code == 0, run


def test_nodes_that_lost_their_tokens_get_new_keys_with_the_password(site: LifeLab) -> None:
    """All nodes have lost what pcs shows to the others. The certificate was half renewed, without the password."""
    before = digests(site)
    site.lose_tokens()
    run = site.operate("rotate_authkey.yml -e ha_rotate_older_than=0", "-e", "ha_hacluster_password=")
    assert (run.code != 0, run.changed) == (True, 0), run
    assert "Nothing was changed." in run.output, run
    assert "ha_hacluster_password" in run.output, run
    assert digests(site) == before
    with site.undisturbed("the keys of nodes without tokens are rotated"):
        run = site.operate("rotate_authkey.yml -e ha_rotate_older_than=0")
        assert run.code == 0, run
    after = digests(site)
    assert set(after) == set(before)
    assert all(after[key] != before[key] for key in after)
    assert beside(site) == ""
    assert site.authenticated(site.nodes)
    run = site.site()
    assert (run.code, run.changed) == (0, 0), run
