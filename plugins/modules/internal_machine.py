#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: internal_machine
short_description: Bring directories, files and services of a machine into a state, in one run
version_added: 1.0.0
description:
  - "Internal: a step of the roles that write files or manage services. It may change in any release."
  - Makes directories, writes files, and then enables, disables, stops, starts, restarts and reloads units of systemd,
    in this order, and only what is not so yet. Opens ports in firewalld before that.
  - One run of this takes the place of a M(ansible.builtin.file), M(ansible.builtin.copy) or
    M(ansible.builtin.systemd_service) for each thing, each of which is a run of its own, a copied file several. Take
    those where there is one thing to do.
  - Whether a unit uses a file is told by the file's age. So what an interrupted run has left undone is done by the next
    one, unlike what a handler was to do.
  - systemd reads its files again before it starts or restarts a unit that has one of them among
    O(units[].restarted_by).
options:
  directories:
    description: >-
      By path, what a directory should be: O(ignore:owner), O(ignore:group) (both V(root) if they aren't given) and
      O(ignore:mode) (V(0755)). Those above it are made where they are missing.
    type: dict
    default: {}
  files:
    description:
      - By path, what a file should be. It is replaced at once, by a rename.
      - C(content) is its text, C(owner) and C(group) are V(root) and C(mode) is V(0644) if they aren't given.
      - C(validate) is a command that has to accept the text before it is put in place, a list of the program and its
        arguments, with V(%s) for the path of the text.
      - The directory that it is in has to be there, or among O(directories).
    type: dict
    default: {}
  units:
    description:
      - Units of systemd. Those that have to start are started at once, as far as systemd doesn't know that one of
        them comes after another.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The unit's name, such as V(corosync.service).
        type: str
        required: true
      enabled:
        description: Whether it starts at boot. Left alone if this isn't given.
        type: bool
      state:
        description: Whether it runs. Left alone if this isn't given.
        type: str
        choices: [started, stopped]
      restarted_by:
        description: Files that it reads when it starts. It is restarted where it runs since before one of them changed.
        type: list
        elements: path
        default: []
      reloaded_by:
        description: Files that it reads when it is reloaded. It is reloaded where that was before one of them changed.
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
  description: The directories and files that were, or in check mode would be, made or changed.
  returned: success
  type: list
  elements: str
  sample: [/etc/proxy/proxy.conf]
opened:
  description: The commands that firewalld was, or in check mode would be, told.
  returned: success
  type: list
  elements: str
  sample: [firewall-cmd --zone=public --add-port=5403/tcp]
units:
  description: By unit, what was done, or in check mode would be.
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
