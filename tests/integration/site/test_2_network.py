# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each network lets through, and that corosync's traffic is encrypted."""

from __future__ import annotations

import pathlib
import time

import pytest
from lab import Lab, eventually, kill

PUBLIC, CLUSTER, MANAGEMENT = "192.168.178.18{}", "192.168.181.7{}", "192.168.180.18{}"
PORTS = (22, 80, 111, 1229, 2224, 3121, 5403, 5405, 8080, 9929, 21064)
SCAN = """
import socket, sys
address, ports = sys.argv[1], sys.argv[2:]
for port in ports:
    probe = socket.socket()
    probe.settimeout(0.5)
    if probe.connect_ex((address, int(port))) in (0, 111):
        print(port)
"""


# Rules that let the cluster work, and Ansible not come in.
LOCKOUT = """
- hosts: node1
  gather_facts: false
  tasks:
    - quorate.ha_cluster.iptables_rules:
        networks:
          public: { interface: eth0, subnet: 192.168.178.0/24 }
          cluster: { interface: eth1, subnet: 192.168.181.64/27 }
        accept:
          - { networks: [public], ports: [80, 9/udp], anywhere: true }
          - { networks: [cluster], services: [pcsd, corosync, fence_xvm] }
        lockout_check: "{{ checked }}"
        rollback_timeout: 10
"""

# Another packet filter, in place of the role's. A rule of nftables that no file has is there, too.
OTHERS = {
    "nftables": """
        cat > /etc/nftables.conf <<'EOF'
flush ruleset
table inet mine {
  chain input {
    type filter hook input priority 0; policy drop;
    ct state established,related accept
    iifname { "lo", "eth1", "eth2" } accept
  }
}
EOF
        systemctl enable --now nftables
        nft add rule inet mine input tcp dport 4711 accept
    """,
    "firewalld": """
        firewall-offline-cmd --zone=trusted --add-interface=eth1 --add-interface=eth2
        systemctl enable --now firewalld
    """,
}
# When a run is killed: as soon as the timer is set, and when the new rules are alone in force and not yet confirmed.
MOMENTS = {
    "loading": "systemctl --quiet is-active ha_cluster-iptables-rollback.timer",
    "confirming": "iptables --list-rules INPUT | grep --quiet DROP && ! systemctl --quiet is-active {name}",
}
# Debian starts what it installs: firewalld would cut the node off before it has its zones.
INSTALL_OTHER = """
    printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d
    chmod 0755 /usr/sbin/policy-rc.d
    DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends nftables {name}
    rm /usr/sbin/policy-rc.d
    systemctl disable --now netfilter-persistent
    for program in iptables ip6tables; do
      for chain in INPUT FORWARD; do $program -P $chain ACCEPT; done
      $program --flush
    done
"""


def let_through(lab: Lab, address: str) -> set[int]:
    """The TCP ports of ADDRESS that the hypervisor reaches: those that answer, be it with a refusal."""
    return {
        int(port)
        for port in lab.ssh("hypervisor", f"python3 - {address} {' '.join(map(str, PORTS))}", stdin=SCAN).split()
    }


@pytest.mark.parametrize("number", [1, 2, 3])
def test_each_network_lets_through_what_it_is_for(site: Lab, number: int) -> None:
    assert let_through(site, PUBLIC.format(number)) == {80}
    assert let_through(site, MANAGEMENT.format(number)) == {22}
    assert let_through(site, CLUSTER.format(number)) == {1229, 2224}


def test_the_cluster_address_answers_on_the_service_port_alone(site: Lab) -> None:
    assert let_through(site, "192.168.178.190") == {80}


def test_ipv6_is_closed_too(site: Lab) -> None:
    for node in site.nodes:
        rules = site.ssh(node, "ip6tables --list-rules")
        assert "-P INPUT DROP" in rules
        assert "-P FORWARD DROP" in rules


def test_corosync_encrypts(site: Lab) -> None:
    for node in site.nodes:
        keys = site.ssh(node, "corosync-cmapctl totem.crypto_cipher totem.crypto_hash")
        assert "= aes256" in keys
        assert "= sha256" in keys


def test_rules_survive_a_reboot(site: Lab) -> None:
    node = next(node for node in site.nodes if node != site.active_node())
    before = site.ssh(node, "iptables --list-rules; ip6tables --list-rules")
    site.ssh(node, "systemctl reboot", check=False)
    site.await_healthy(timeout=180)
    assert site.ssh(node, "iptables --list-rules; ip6tables --list-rules") == before


def test_rules_that_lock_ansible_out_are_refused_or_withdrawn_by_the_node(site: Lab, tmp_path: pathlib.Path) -> None:
    def rules() -> str:
        return site.ssh("node1", "iptables --list-rules; cat /etc/iptables/rules.v4")

    play = tmp_path / "lockout.yml"
    play.write_text(LOCKOUT)
    before = rules()
    run = site.playbook(str(play), checked=True)
    assert run.code != 0
    assert "The rules would lock Ansible out: it comes from 192.168.180." in " ".join(run.output.split()), run
    run = site.playbook(str(play), "--check", "--diff", checked=False)
    assert run.code == 0, run
    assert "+-A INPUT -i eth0 -p udp -m udp --dport 9 -j ACCEPT" in run.output, run
    assert rules() == before, "check mode loaded rules"
    run = site.playbook(str(play), checked=False)
    assert run.code != 0, run
    assert "did not let Ansible connect again within rollback_timeout (10 s)" in " ".join(run.output.split()), run
    assert rules() == before, "the old rules did not return"
    assert not is_pending(site, "node1")


def ruleset(lab: Lab, node: str) -> list[str]:
    """The tables of nftables, in whatever order they came to be, and the rules of iptables in the words of that:
    chains that are empty and accept all may be there or not."""
    tables = lab.ssh(node, "nft --stateless list ruleset").split("table ")
    own = [table for table in tables if not table.startswith(("ip filter ", "ip6 filter "))]
    return [*sorted(own), lab.ssh(node, "iptables --list-rules; ip6tables --list-rules")]


def settled_ruleset(lab: Lab, node: str) -> list[str]:
    """The rules once they stay the same for three seconds: firewalld says that it runs before it has loaded its own."""
    seen: list[list[str]] = []

    def is_settled() -> bool:
        seen.append(ruleset(lab, node))
        time.sleep(2.5)
        return len(seen) > 1 and seen[-1] == seen[-2]

    assert eventually(is_settled)
    return seen[-1]


def other_filter(lab: Lab, node: str, name: str) -> str:
    """Whether the unit NAME runs and is enabled."""
    return lab.ssh(node, f"systemctl is-active {name}; systemctl is-enabled {name}", check=False)


def is_pending(lab: Lab, node: str) -> bool:
    """Whether the filter from before is still to return, or about to."""
    timer = "systemctl is-active ha_cluster-iptables-rollback.timer ha_cluster-iptables-rollback.service"
    return lab.ssh(node, timer, check=False) != "inactive\ninactive\n"


@pytest.mark.parametrize("name", list(OTHERS))
def test_the_filter_from_before_returns_unless_the_run_confirms_the_new_one(site: Lab, name: str) -> None:
    node = next(node for node in site.nodes if node != site.active_node())
    site.ssh(node, INSTALL_OTHER.format(name=name) + OTHERS[name])
    try:
        before = settled_ruleset(site, node)
        assert other_filter(site, node, name) == "active\nenabled\n"
        for moment, happens in MOMENTS.items():
            process = site.playbook_process("site.yml", "--tags", "iptables")
            seen = site.ssh(
                node, f"timeout 60 sh -c 'until {happens.format(name=name)}; do :; done'; echo $?", timeout=90
            )
            kill(process)
            assert seen == "0\n", moment
            assert is_pending(site, node), f"{moment}: the run was faster"
            assert eventually(lambda: not is_pending(site, node), timeout=90), moment
            assert other_filter(site, node, name) == "active\nenabled\n", moment
            assert settled_ruleset(site, node) == before, moment
        run = site.site("--tags", "iptables")
        assert run.code == 0, run
        assert other_filter(site, node, name).split()[0] == "inactive"
        assert other_filter(site, node, name).split()[1] in ("disabled", "masked")
        assert "-P INPUT DROP" in site.ssh(node, "iptables --list-rules")
        assert "firewalld" not in site.ssh(node, "nft list tables")
    finally:
        site.ssh(node, f"systemctl unmask {name}; apt-get purge --yes nftables {name}")
        assert site.site("--tags", "iptables").code == 0
