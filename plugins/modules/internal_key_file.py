#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: internal_key_file
short_description: Write shared binary keys
version_added: 1.0.0
description:
  - "Internal: a step of the roles authkey, backup and cluster. It may change in any release."
  - Writes keys in base64, which P(ansible.builtin.copy#module) can't do, or generates them.
  - Replaces a file by a rename, with its owner, mode and SELinux label already set. So a crash leaves the old key, and
    other users can never read the new one.
  - Neither the result nor the diff contains a key. They contain its SHA-256 digest.
options:
  keys:
    description: The keys.
    type: list
    elements: dict
    required: true
    suboptions:
      path:
        description: The file.
        type: path
        required: true
      content:
        description: The key in base64. Without it an existing file keeps its content.
        type: str
      size:
        description: Number of random bytes to generate if there is neither O(keys[].content) nor a file.
        type: int
      copy_of:
        description:
          - A file on the same host to copy if there is neither O(keys[].content) nor a file.
        type: path
      owner:
        description: The owner of the file.
        type: str
        default: root
      group:
        description: The group of the file.
        type: str
        default: root
      mode:
        description: The permissions of the file, as a quoted octal number.
        type: str
        default: "0400"
      directory_owner:
        description: The owner of the directory, if the module creates it.
        type: str
        default: root
      directory_group:
        description: The group of the directory, if the module creates it.
        type: str
        default: root
      directory_mode:
        description: The permissions of the directory, if the module creates it.
        type: str
        default: "0755"
extends_documentation_fragment:
  - quorate.ha_cluster._attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - The keys themselves are left out.
seealso:
  - module: quorate.ha_cluster.internal_machine_info
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Generate corosync's key unless there is one
  quorate.ha_cluster.internal_key_file:
    keys:
      - path: /etc/corosync/authkey
        size: 256

- name: Put a key in place
  quorate.ha_cluster.internal_key_file:
    keys:
      - path: /etc/cluster/fence_xvm.key
        content: "{{ vault_fence_xvm_key }}"
"""

RETURN = r"""
files:
  description: The digest of each key, by path. Empty for a key that was only predicted to be generated.
  returned: success
  type: dict
  sample: {/etc/corosync/authkey: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08}
"""

import base64
import binascii
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.key_file import KeyFile, plan, state, write
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.private_file import module_labeller, told

ARGUMENTS: dict[str, t.Any] = {
    "keys": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "no_log": False,
        "options": {
            "path": {"type": "path", "required": True},
            "content": {"type": "str", "no_log": True},
            "size": {"type": "int"},
            "copy_of": {"type": "path"},
            "owner": {"type": "str", "default": "root"},
            "group": {"type": "str", "default": "root"},
            "mode": {"type": "str", "default": "0400"},
            "directory_owner": {"type": "str", "default": "root"},
            "directory_group": {"type": "str", "default": "root"},
            "directory_mode": {"type": "str", "default": "0755"},
        },
    },
}


def wanted_key(params: t.Mapping[str, t.Any]) -> KeyFile:
    """One entry of the module's keys as a KeyFile."""
    content = None
    try:
        if params["content"]:
            content = base64.b64decode(params["content"], validate=True)
    except (binascii.Error, ValueError):
        raise ClusterError(f"The content given for {params['path']} isn't base64.") from None
    names = ("path", "owner", "group", "directory_owner", "directory_group")
    return KeyFile(
        **{name: params[name] for name in names},
        mode=int(params["mode"], 8),
        directory_mode=int(params["directory_mode"], 8),
        content=content,
        size=params["size"] or 0,
        copy_of=params["copy_of"] or "",
    )


def text(attributes: t.Mapping[str, str]) -> str:
    """Attributes of a file for Ansible's diff."""
    return "".join(f"{name}: {value}\n" for name, value in attributes.items())


def main() -> t.NoReturn:
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    diffs, changed = [], False
    try:
        for params in module.params["keys"]:
            key = wanted_key(params)
            change = plan(key)
            changed = changed or change.changed
            if change.changed and not module.check_mode:
                with told(key.path):
                    write(key, module_labeller(module))
            diffs.append(
                {
                    "before_header": key.path,
                    "after_header": key.path,
                    "before": text(change.before),
                    "after": text(change.after),
                }
            )
    except (ClusterError, OSError) as error:
        module.fail_json(msg=str(error))
    files = {params["path"]: state(params["path"]).get("sha256", "") for params in module.params["keys"]}
    module.exit_json(changed=changed, files=files, diff=diffs)


if __name__ == "__main__":
    main()
