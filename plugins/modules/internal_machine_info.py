#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: internal_machine_info
short_description: Read the facts about a machine that a role needs, in one task
version_added: 1.0.0
description:
  - "Internal: a step of the roles that look at files, packages or services. It may change in any release."
  - Returns whether packages are installed, the state of units and files, and the output of commands, in one task.
  - A role that reads everything at once, and then changes only what differs, is many times faster than one with a task
    for each item.
options:
  packages:
    description: Packages to look up with dpkg or rpm.
    type: list
    elements: str
    default: []
  units:
    description: Units of systemd.
    type: list
    elements: str
    default: []
  files:
    description: Paths of files and directories. Symbolic links are followed.
    type: list
    elements: str
    default: []
  texts:
    description: Paths of text files to return the content of. They should be small.
    type: list
    elements: str
    default: []
  commands:
    description:
      - Commands to run, by a name, each a list of the program and its arguments.
      - They must change nothing, because they also run in check mode. No exit code is an error.
    type: dict
    default: {}
extends_documentation_fragment:
  - quorate.ha_cluster._attributes.read_only
  - quorate.ha_cluster._firewalld
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Look at the web server
  quorate.ha_cluster.internal_machine_info:
    packages:
      - lighttpd
    units:
      - lighttpd.service
    files:
      - /etc/lighttpd/lighttpd.conf
    commands:
      version: [lighttpd, -v]
  register: look
"""

RETURN = r"""
packages:
  description: By package, whether it is installed.
  returned: always
  type: dict
  sample: {lighttpd: true}
units:
  description:
    - By unit, whether it exists (C(loaded)), runs (C(active)) and starts at boot (C(enabled)).
    - The time of its start (C(started)), and of its last change of state or reload (C(settled)), in seconds since the
      epoch.
    - Whether systemd must read the unit's file again (C(outdated)).
  returned: always
  type: dict
  sample:
    lighttpd.service: {loaded: true, active: true, enabled: false, started: 1.7e9, settled: 1.7e9, outdated: false}
files:
  description:
    - By path, whether it exists (C(exists)), and its C(type) (V(file), V(directory), V(block),
      V(character) or V(other)), C(owner), C(group), C(mode), C(size), C(mtime) and, of files, C(sha256).
  returned: always
  type: dict
  sample:
    /etc/lighttpd/lighttpd.conf:
      exists: true
      type: file
      owner: root
      group: root
      mode: "0644"
      size: 3
      mtime: 1700000000.0
      sha256: ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
texts:
  description: By path, the content of the file. Empty if the file is missing.
  returned: always
  type: dict
  sample: {/etc/hostname: "node1\n"}
closed:
  description: The commands that would open the ports of O(firewalld) that firewalld blocks.
  returned: always
  type: list
  elements: str
  sample: [firewall-cmd --zone=public --add-port=5403/tcp]
commands:
  description: By name, C(rc), C(stdout) and C(stderr) of the command. The exit code of a missing command is 127.
  returned: always
  type: dict
  sample:
    version: {rc: 0, stdout: "lighttpd/1.4.69 (ssl)\n", stderr: ""}
"""

import dataclasses
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.firewalld import ARGUMENTS as FIREWALLD
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.firewalld import Opening, missing
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host import machine
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import AnsibleRunner

LISTS = ("packages", "units", "files", "texts")
ARGUMENTS: dict[str, t.Any] = {
    **{name: {"type": "list", "elements": "str", "default": []} for name in LISTS},
    "commands": {"type": "dict", "default": {}},
    "firewalld": FIREWALLD,
}


def main() -> t.NoReturn:
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    runner, params = AnsibleRunner(module), module.params
    # The commands come first: that of a clock says what time it was when the module was called.
    answers = {name: runner.run([str(word) for word in argv]) for name, argv in params["commands"].items()}
    module.exit_json(
        changed=False,
        commands={name: dataclasses.asdict(answer) for name, answer in answers.items()},
        packages=machine.installed(runner, params["packages"], debian=machine.uses_dpkg()),
        units=machine.units(runner, params["units"]),
        files={path: machine.file_state(path) for path in params["files"]},
        closed=[" ".join(command) for command in missing(runner, Opening(**params["firewalld"]))],
        texts={path: machine.read_text(path) for path in params["texts"]},
    )


if __name__ == "__main__":
    main()
