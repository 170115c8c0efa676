#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: internal_machine
short_description: Configure directories, files and services of a machine in one task
version_added: 1.0.0
description:
  - "Internal: a step of the roles that write files or manage services. It may change in any release."
  - Opens ports in firewalld, then creates directories, writes files, and enables, disables, stops, starts, restarts and
    reloads units of systemd, in this order and only if necessary.
  - Replaces several tasks of M(ansible.builtin.file), M(ansible.builtin.copy) and
    M(ansible.builtin.systemd_service). Use those modules for a single change.
  - Compares a file's age with the start of its unit. So the next run finishes an interrupted one, unlike a handler.
  - systemd reads its files again before it starts or restarts a unit that has one of them among
    O(units[].restarted_by).
options:
  directories:
    description: >-
      By path, the state of a directory: O(ignore:owner), O(ignore:group) (both V(root) if they aren't given) and
      O(ignore:mode) (V(0755)). The module creates missing parents.
    type: dict
    default: {}
  files:
    description:
      - By path, the state of a file. The module replaces it by a rename.
      - C(content) is its text, C(owner) and C(group) are V(root) and C(mode) is V(0644) by default.
      - C(validate) is a command that must accept the text before the module writes it, a list of the program and its
        arguments, with V(%s) for the path of the text.
      - The file's directory must exist or be in O(directories).
    type: dict
    default: {}
  units:
    description:
      - Units of systemd. The module starts them at the same time, except those that systemd orders.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The unit's name, such as V(corosync.service).
        type: str
        required: true
      enabled:
        description: Whether it starts at boot. By default not changed.
        type: bool
      state:
        description: Whether it runs. By default not changed.
        type: str
        choices: [started, stopped]
      restarted_by:
        description: Files that it reads at its start. The module restarts the unit if one of them is newer than its
          start.
        type: list
        elements: path
        default: []
      reloaded_by:
        description: Files that it reads when it reloads. The module reloads the unit if one of them is newer.
        type: list
        elements: path
        default: []
extends_documentation_fragment:
  - quorate.ha_cluster._attributes
  - quorate.ha_cluster._firewalld
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
seealso:
  - module: quorate.ha_cluster.internal_machine_info
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Run a proxy that listens where it should
  quorate.ha_cluster.internal_machine:
    directories:
      /var/log/proxy: {owner: proxy, group: proxy, mode: "0750"}
    files:
      /etc/proxy/proxy.conf:
        content: "{{ lookup('ansible.builtin.template', 'proxy.conf.j2') }}"
        validate: [proxy, --test, --config, "%s"]
    units:
      - name: proxy.service
        enabled: true
        state: started
        restarted_by: [/etc/proxy/proxy.conf]
"""

RETURN = r"""
paths:
  description: The directories and files that were, or in check mode would be, created or changed.
  returned: success
  type: list
  elements: str
  sample: [/etc/proxy/proxy.conf]
opened:
  description: The commands for firewalld that were, or in check mode would be, run.
  returned: success
  type: list
  elements: str
  sample: [firewall-cmd --zone=public --add-port=5403/tcp]
units:
  description: By unit, the actions that were, or in check mode would be, taken.
  returned: success
  type: dict
  sample: {proxy.service: [enable, restart]}
"""

import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.firewalld import ARGUMENTS as FIREWALLD
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.firewalld import Opening, open_up
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.machine_change import (
    Unit,
    make_directory,
    steer,
    write_file,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import AnsibleRunner

UNIT: dict[str, t.Any] = {
    "name": {"type": "str", "required": True},
    "enabled": {"type": "bool"},
    "state": {"type": "str", "choices": ["started", "stopped"]},
    "restarted_by": {"type": "list", "elements": "path", "default": []},
    "reloaded_by": {"type": "list", "elements": "path", "default": []},
}
ARGUMENTS: dict[str, t.Any] = {
    "directories": {"type": "dict", "default": {}},
    "files": {"type": "dict", "default": {}},
    "units": {"type": "list", "elements": "dict", "default": [], "options": UNIT},
    "firewalld": FIREWALLD,
}


def main() -> t.NoReturn:
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    params = module.params
    try:
        diffs = [make_directory(module, path, wanted or {}) for path, wanted in params["directories"].items()]
        diffs += [write_file(module, path, wanted) for path, wanted in params["files"].items()]
        paths = [diff["after_header"] for diff in diffs if diff]
        runner = AnsibleRunner(module)
        opened = open_up(runner, Opening(**params["firewalld"]), check_mode=module.check_mode)
        units = [Unit(**unit) for unit in params["units"]]
        done = steer(runner, units, paths, check_mode=module.check_mode)
    except ClusterError as error:
        module.fail_json(msg=str(error))
    module.exit_json(
        changed=bool(paths or opened or any(done.values())),
        opened=opened,
        paths=paths,
        units=done,
        diff=[diff for diff in diffs if diff]
        + [
            {"before_header": "firewalld", "after_header": "firewalld", "before": "", "after": f"{line}\n"}
            for line in opened
        ]
        + [
            {"before_header": name, "after_header": name, "before": "", "after": "".join(f"{verb}\n" for verb in verbs)}
            for name, verbs in done.items()
            if verbs
        ],
    )


if __name__ == "__main__":
    main()
