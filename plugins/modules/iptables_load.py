#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iptables_load
short_description: Load iptables rules, and let the old filter return unless a timer is called off
version_added: 1.0.0
description:
  - Sets a timer of the node's own that brings the old rules of table C(filter) back, and then loads the new ones. So
    the old rules return even if Ansible is killed or its connection is lost.
  - Can stop other packet filters, which the timer starts again. They are stopped when the new rules are in force, and
    what stopping them has flushed is loaded again at once.
  - Whoever finds that the node can still be reached stops the timer, by C(systemctl stop) and the name that this
    returns.
  - The module C(community.general.iptables_state) has a rollback of its own, within a job that Ansible ends a second
    before it would act.
requirements:
  - C(iptables) and C(systemd-run) on the node
options:
  ipv4:
    description: The rules for IPv4. They are left alone if this isn't given.
    type: dict
    suboptions: &suboptions
      rules:
        description: Table C(filter) in the format of C(iptables-restore).
        type: str
        required: true
      loaded_rules:
        description: The table that is to return, such as M(quorate.ha_cluster.iptables_plan) has found it.
        type: str
        required: true
  ipv6:
    description: The rules for IPv6.
    type: dict
    suboptions: *suboptions
  replaces:
    description:
      - Units of systemd of other packet filters, which run and have to stop.
      - When the old rules return, these units are started again. Rules of nftables that were loaded by hand return as
        well, where C(nft) can read what it has written.
    type: list
    elements: str
    default: []
  timer:
    description: The name of the timer.
    type: str
    default: ha_cluster-iptables-rollback
  timeout:
    description: Seconds after which the old filter returns.
    type: int
    default: 30
extends_documentation_fragment:
  - quorate.ha_cluster._attributes
attributes:
  check_mode:
    support: full
    details:
      - What would be loaded is told by M(quorate.ha_cluster.iptables_plan).
  diff_mode:
    support: none
seealso:
  - module: quorate.ha_cluster.iptables_plan
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Load the rules in place of those of firewalld
  quorate.ha_cluster.iptables_load:
    ipv4:
      rules: "{{ plan.ipv4.rules }}"
      loaded_rules: "{{ plan.ipv4.loaded_rules }}"
    replaces:
      - firewalld.service
    timeout: 30
  register: load

- name: Connect again
  ansible.builtin.wait_for_connection:
    connect_timeout: 5
    timeout: 30

- name: Call the timer off
  ansible.builtin.command:
    argv: [systemctl, stop, "{{ load.timer }}"]
"""

RETURN = r"""
timer:
  description: The unit that has to stop.
  returned: success
  type: str
  sample: ha_cluster-iptables-rollback.timer
"""

import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.iptables import (
    PROGRAMS,
    restore_argv,
    rollback_argv,
    rollback_commands,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.private_file import write_private
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import AnsibleRunner, Runner

Write = t.Callable[[str, str], None]
PREFIX = "/run/ha_cluster-iptables"
NFTABLES = "nftables.service"
LEFT_BEHIND = {"firewalld.service": ("inet", "firewalld")}  # tables of nftables that a unit may leave when it stops


def keep_ruleset(runner: Runner, units: t.Sequence[str], write: Write) -> str | None:
    """Keep all rules of nftables in a file where stopping UNITS flushes them. None where nft can't read its own words,
    as with some rules of iptables."""
    if NFTABLES not in units or runner.find("nft") is None:
        return None
    path = f"{PREFIX}.ruleset"
    write(path, f"flush ruleset\n{runner.run(['nft', '--stateless', 'list', 'ruleset']).stdout}")
    return path if runner.run(["nft", "--check", "-f", path]).rc == 0 else None


def remove_left_behind(runner: Runner, units: t.Sequence[str]) -> None:
    """Remove the tables that UNITS have left behind: firewalld takes its own away unless it is stopped while it still
    starts, and it reports that it has started before it is ready."""
    for unit in set(units) & set(LEFT_BEHIND):
        table = LEFT_BEHIND[unit]
        if runner.find("nft") and runner.run(["nft", "list", "table", *table]).rc == 0:
            must_run(runner, ["nft", "delete", "table", *table])


def must_run(runner: Runner, argv: list[str]) -> None:
    done = runner.run(argv)
    if done.rc != 0:
        raise ClusterError(f"{argv[0]}: {done.message}")


def load(runner: Runner, params: t.Mapping[str, t.Any], write: Write = write_private) -> None:
    """Load the new rules, once the timer that brings the old filter back is set. Raises ClusterError."""
    versions = [version for version in PROGRAMS if params[version] is not None]
    units = params["replaces"]
    new, old = ({version: f"{PREFIX}.{version}.{name}" for version in versions} for name in ("new", "old"))
    for version in versions:
        write(new[version], params[version]["rules"])
        write(old[version], params[version]["loaded_rules"])
    back = rollback_commands(old, units, keep_ruleset(runner, units, write))
    rules = [restore_argv(version, new[version]) for version in versions]
    # The new rules come before the others go, so that something filters all the time, and again after, because units
    # flush more than their own rules when they stop.
    for argv in (rollback_argv(back, params["timer"], params["timeout"]), *rules):
        must_run(runner, argv)
    if units:
        must_run(runner, ["systemctl", "stop", *units])
        remove_left_behind(runner, units)
        for argv in rules:
            must_run(runner, argv)


def main() -> t.NoReturn:
    family = {
        "type": "dict",
        "options": {"rules": {"type": "str", "required": True}, "loaded_rules": {"type": "str", "required": True}},
    }
    module = AnsibleModule(
        {
            "ipv4": family,
            "ipv6": family,
            "replaces": {"type": "list", "elements": "str", "default": []},
            "timer": {"type": "str", "default": "ha_cluster-iptables-rollback"},
            "timeout": {"type": "int", "default": 30},
        },
        supports_check_mode=True,
    )
    params = module.params
    changed = bool(params["ipv4"] or params["ipv6"] or params["replaces"])
    result = {"changed": changed, "timer": f"{params['timer']}.timer"}
    if changed and not module.check_mode:
        try:
            load(AnsibleRunner(module), params)
        except ClusterError as error:
            module.fail_json(msg=str(error), **result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
