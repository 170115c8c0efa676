#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iptables_rules
short_description: Filter incoming packets by network, and restore the old rules if Ansible can't connect
version_added: 1.0.0
description:
  - Declares the ports and services of a host that each network can reach, for IPv4 and IPv6. Drops all other incoming
    packets, except loopback, answers, echo requests and the ICMPv6 messages that IPv6 needs. Forwards nothing. Does
    not filter outgoing packets.
  - First loads the rules into a temporary network namespace. This validates them, and converts them to the output of
    C(iptables-save). Compares them with the rules in the kernel and in the file that is loaded at boot. If nothing
    differs, it changes nothing.
  - Before it loads new rules, the node starts a timer that restores the current packet filter, whether it consists of
    rules of iptables, firewalld, ufw, the nftables service, or none. The module loads the new rules all at once for
    each version of IP, and only then stops the other packet filters. So the host is never without a filter.
  - Ansible then opens a new connection. Only if that works, the module stops the timer, writes the rules to the files
    that are loaded at boot, and disables the other packet filters. If the rules block Ansible, or if it is killed at
    any point, the node restores the old filter after O(rollback_timeout) seconds. The next run waits for that.
  - Changes only table C(filter). Chains of other programs stay, see O(foreign_chains).
requirements:
  - systemd, C(unshare), C(ip) and the programs of iptables on the node
  - a service that loads rules at boot - C(iptables-persistent) in the Debian family, C(iptables-nft-services) or
    C(iptables-services) in the RHEL family
options:
  networks:
    description:
      - The networks by name, each with the key C(interface), and with C(subnet), C(subnet6) or both.
      - If a network has no subnet of a version of IP, it allows nothing by that version.
    type: dict
    required: true
  accept:
    description: The allowed ports and services, in this order.
    type: list
    elements: dict
    default: []
    suboptions:
      networks:
        description: The names of the networks that can reach them.
        type: list
        elements: str
        required: true
      ports:
        description: Ports, such as V(80), V(8010-8020), V(53/udp) or V(5000-5010/tcp). TCP by default.
        type: list
        elements: str
        default: []
      services:
        description: Services of a cluster. The module knows their ports.
        type: list
        elements: str
        choices:
          - pcsd
          - corosync
          - fence_xvm
          - fence_virtd_multicast
          - fence_virtd_tcp
          - pacemaker_remote
          - qnetd
          - booth
          - dlm
        default: []
      sources:
        description: Subnets that can reach them on these networks, in addition to the networks' own subnets.
        type: list
        elements: str
        default: []
      anywhere:
        description: Whether all addresses can reach them on these networks, and not only the subnets.
        type: bool
        default: false
  ports_by_service:
    description: Ports of services that don't use their usual ones, as a mapping of service to list of ports.
    type: dict
    default: {}
  link_options:
    description: Options of corosync's links by network. The service V(corosync) also opens their C(mcastport).
    type: dict
    default: {}
  transport:
    description: Corosync's transport. V(udp) and V(udpu) also need the port below a C(mcastport).
    type: str
    choices: [knet, udp, udpu]
    default: knet
  rules:
    description: Rules for IPv4 before those of O(accept), as lines for C(iptables-restore).
    type: list
    elements: str
    default: []
  rules_ipv6:
    description: Rules for IPv6 before those of O(accept), as lines for C(ip6tables-restore).
    type: list
    elements: str
    default: []
  foreign_chains:
    description:
      - Regular expressions for the names of other programs' chains. These chains and the jumps to them stay.
    type: list
    elements: str
    default: [CNI-, DOCKER, KUBE-, LIBVIRT_, NETAVARK, cali-, f2b-, sshguard]
  replaced_units:
    description:
      - Units of systemd of other packet filters. The module stops and disables them, and also masks firewalld.
      - If the node restores the old filter, it starts them again. It also restores rules of nftables that were loaded
        by hand, if C(nft) can read its own listing.
    type: list
    elements: str
    default: [firewalld.service, nftables.service, ufw.service]
  lockout_check:
    description:
      - Whether to refuse rules that would block Ansible's SSH connection. O(rules) and O(rules_ipv6) do not count.
    type: bool
    default: true
  rollback_timeout:
    description: Seconds after which the node restores the old packet filter if Ansible can't connect again.
    type: int
    default: 30
  state:
    description:
      - V(present) does everything in one task.
      - V(confirmed) is the second half. It stops the timer and makes the loaded rules permanent. With V(present), the
        task does this itself after it has connected again.
    type: str
    choices: [present, confirmed]
    default: present
extends_documentation_fragment:
  - quorate.ha_cluster._attributes
attributes:
  check_mode:
    support: full
    details:
      - If iptables is not installed yet, it predicts that all rules would be loaded.
  diff_mode:
    support: full
seealso:
  - name: Role iptables
    description: Installs the requirements of this module, and declares the networks of a cluster.
    link: https://github.com/quorate/quorate.ha_cluster/blob/main/roles/iptables/README.md
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Let in a web service, SSH for administrators, and the cluster's own traffic
  quorate.ha_cluster.iptables_rules:
    networks:
      public: { interface: eth0, subnet: 192.0.2.0/24, subnet6: "2001:db8:0:1::/64" }
      cluster: { interface: eth1, subnet: 198.51.100.0/24 }
      management: { interface: eth2, subnet: 203.0.113.0/24 }
    accept:
      - { networks: [public], ports: [80, 443, 53/udp], anywhere: true }
      - { networks: [management], ports: [22], sources: [198.18.0.0/24] }
      - { networks: [cluster], services: [pcsd, corosync] }

- name: Let in SSH and a range of ports, and keep the chains of Docker only
  quorate.ha_cluster.iptables_rules:
    networks:
      lan: { interface: eth0, subnet: 192.0.2.0/24 }
    accept:
      - { networks: [lan], ports: [22, 8010-8020] }
    rules:
      - -A INPUT -i eth0 -p tcp -m tcp --dport 9100 -s 192.0.2.7 -j ACCEPT
    foreign_chains: [DOCKER]
    rollback_timeout: 60
"""

RETURN = r"""
loaded:
  description: The versions of IP whose rules were loaded, or in check mode would be.
  returned: success
  type: list
  elements: str
  sample: [ipv4, ipv6]
persisted:
  description: The files for the next boot that were written, or in check mode would be.
  returned: success
  type: list
  elements: str
  sample: [/etc/iptables/rules.v4]
replaced:
  description: The units of other packet filters that were stopped or disabled, or in check mode would be.
  returned: success
  type: list
  elements: str
  sample: [firewalld.service]
missing:
  description:
    - Missing requirements - programs, a module of the kernel, units of systemd.
    - If units are missing, the rules are loaded now, but not at boot.
  returned: in check mode, and when the task fails because of them
  type: list
  elements: str
  sample: [netfilter-persistent.service]
"""

import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall import node
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.plan import (
    FOREIGN_CHAINS,
    OTHER_FILTERS,
    Plan,
    what_is_missing,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.rules import declared_filter
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.services import SERVICES
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.private_file import (
    Labeller,
    keep_label,
    module_labeller,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import AnsibleRunner, Runner

NAMES: dict[str, t.Any] = {"type": "list", "elements": "str", "default": []}
ACCESS: dict[str, t.Any] = {
    "networks": {"type": "list", "elements": "str", "required": True},
    "ports": NAMES,
    "services": {**NAMES, "choices": list(SERVICES)},
    "sources": NAMES,
    "anywhere": {"type": "bool", "default": False},
}
ARGUMENTS: dict[str, t.Any] = {
    "networks": {"type": "dict", "required": True},
    "accept": {"type": "list", "elements": "dict", "default": [], "options": ACCESS},
    "ports_by_service": {"type": "dict", "default": {}},
    "link_options": {"type": "dict", "default": {}},
    "transport": {"type": "str", "choices": ["knet", "udp", "udpu"], "default": "knet"},
    "rules": NAMES,
    "rules_ipv6": NAMES,
    "foreign_chains": {"type": "list", "elements": "str", "default": list(FOREIGN_CHAINS)},
    "replaced_units": {"type": "list", "elements": "str", "default": list(OTHER_FILTERS)},
    "lockout_check": {"type": "bool", "default": True},
    "rollback_timeout": {"type": "int", "default": 30},
    "state": {"type": "str", "choices": ["present", "confirmed"], "default": "present"},
}


def bring_about(
    runner: Runner, params: t.Mapping[str, t.Any], *, check_mode: bool, label: Labeller = keep_label
) -> dict[str, t.Any]:
    """Give the node the declared filter, as far as this can go before Ansible has connected again.

    Returns the module's result. `unconfirmed`: the new rules are loaded, and the timer is running. `settling`: nothing
    was done, because the timer of an earlier run is still running. Raises ClusterError.
    """
    wanted = declared_filter(params)
    is_second = params["state"] == "confirmed"
    if is_second and not check_mode:
        node.call_off(runner)
    plan = node.look(runner, wanted, params["foreign_chains"], params["replaced_units"])
    result = as_result(plan)
    if plan.is_settling:
        return {**result, "settling": True, "changed": False}
    if not plan.is_loaded and not plan.missing:
        if is_second and not check_mode:
            raise ClusterError(
                "The new rules did not let Ansible connect again within rollback_timeout"
                f" ({params['rollback_timeout']} s), so the node went back to the packet filter from before. Correct"
                " networks or accept.",
                rolled_back=True,
            )
        node.check_fit(runner, wanted, lockout_check=params["lockout_check"])
    if check_mode:
        return {**result, "missing": [*plan.missing, *plan.missing_units]}
    if plan.missing:
        raise ClusterError(f"{what_is_missing(plan)} Nothing was changed.", missing=list(plan.missing))
    if not plan.is_loaded:
        node.load(runner, plan, params["rollback_timeout"])
        return {**result, "unconfirmed": True}
    if plan.missing_units:
        raise ClusterError(
            f"{what_is_missing(plan)} The rules are in force, but will not be loaded at boot.",
            missing=list(plan.missing_units),
            changed=is_second,
        )
    node.persist(runner, plan, label)
    return result


def as_result(plan: Plan) -> dict[str, t.Any]:
    """What PLAN changes, as the module returns it."""
    return {
        "changed": not (plan.is_loaded and plan.is_persistent and not plan.missing),
        "diff": plan.diff(),
        "loaded": [family.version for family in plan.to_load],
        "persisted": [family.path for family in plan.to_persist],
        "replaced": list(dict.fromkeys([*plan.stop, *plan.disable, *plan.mask])),
    }


def main() -> None:
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    try:
        result = bring_about(
            AnsibleRunner(module), module.params, check_mode=module.check_mode, label=module_labeller(module)
        )
    except ClusterError as error:
        module.fail_json(msg=str(error), **error.details)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
