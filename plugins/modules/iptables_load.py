#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iptables_load
short_description: Load iptables rules, and let the old ones return unless a timer is called off
version_added: 1.0.0
description:
  - Sets a timer of the node's own that brings the old rules of table C(filter) back, and then loads the new ones. So
    the old rules return even if Ansible is killed or its connection is lost.
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
  timer:
    description: The name of the timer.
    type: str
    default: ha_cluster-iptables-rollback
  timeout:
    description: Seconds after which the old rules return.
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
- name: Load the rules that differ
  quorate.ha_cluster.iptables_load:
    ipv4:
      rules: "{{ plan.ipv4.rules }}"
      loaded_rules: "{{ plan.ipv4.loaded_rules }}"
    timeout: 30
  register: load

- name: Connect anew
  ansible.builtin.wait_for_connection:
    connect_timeout: 5
    timeout: 30

- name: Call the timer off
  ansible.builtin.command:
    argv: [systemctl, stop, "{{ load.timer }}"]
"""

RETURN = r"""
timer:
  description: The unit that is to be stopped.
  returned: success
  type: str
  sample: ha_cluster-iptables-rollback.timer
"""

import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._iptables import PROGRAMS, restore_argv, rollback_argv
from ansible_collections.quorate.ha_cluster.plugins.module_utils._private_file import write_private
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import AnsibleRunner


def main() -> t.NoReturn:
    family = {
        "type": "dict",
        "options": {"rules": {"type": "str", "required": True}, "loaded_rules": {"type": "str", "required": True}},
    }
    module = AnsibleModule(
        {
            "ipv4": family,
            "ipv6": family,
            "timer": {"type": "str", "default": "ha_cluster-iptables-rollback"},
            "timeout": {"type": "int", "default": 30},
        },
        supports_check_mode=True,
    )
    versions = [version for version in PROGRAMS if module.params[version] is not None]
    result = {"changed": bool(versions), "timer": f"{module.params['timer']}.timer"}
    if module.check_mode or not versions:
        module.exit_json(**result)
    new, old = (
        {version: f"/run/ha_cluster-iptables.{version}.{name}" for version in versions} for name in ("new", "old")
    )
    for version in versions:
        write_private(new[version], module.params[version]["rules"])
        write_private(old[version], module.params[version]["loaded_rules"])
    runner = AnsibleRunner(module)
    for argv in (
        rollback_argv(old, module.params["timer"], module.params["timeout"]),
        *(restore_argv(version, new[version]) for version in versions),
    ):
        done = runner.run(argv)
        if done.rc != 0:
            module.fail_json(msg=f"{argv[0]}: {done.message}", **result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
