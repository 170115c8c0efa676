#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: internal_block_device_info
short_description: Read the content of a block device and its mounts
version_added: 1.0.0
description:
  - "Internal: a step of the role shared_storage. It may change in any release."
  - Reads the signatures of file systems, partition tables, LVM and similar from the device itself, not from a cache,
    and returns whether the device is blank.
  - Needs only C(wipefs) of util-linux, which every Linux has. Changes nothing.
options:
  device:
    description:
      - The block device.
    type: path
    required: true
  mount_point:
    description:
      - The module returns entries in C(/etc/fstab) for this mount point as well as those for O(device).
    type: path
  files:
    description:
      - Paths of further files and directories to return the state of.
    type: list
    elements: path
    default: []
extends_documentation_fragment:
  - quorate.ha_cluster._attributes.read_only
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Read what the shared disk holds
  quorate.ha_cluster.internal_block_device_info:
    device: /dev/vdb
    mount_point: /var/www/mirror
  register: disk

- name: Insist on a blank disk
  ansible.builtin.assert:
    that: disk.blank
    fail_msg: "/dev/vdb of {{ inventory_hostname }} holds {{ disk.description }}"
"""

RETURN = r"""
exists:
  description: Whether the block device exists. If not, the other values are empty.
  returned: always
  type: bool
  sample: true
types:
  description: The types of signatures on the device, as C(wipefs) names them, sorted.
  returned: always
  type: list
  elements: str
  sample: [xfs]
uuid:
  description: The UUID of the file system. Empty if there is none, or more than one signature.
  returned: always
  type: str
  sample: a265ea51-1bca-40be-a176-9bc53cf49045
label:
  description: The label of the file system. Empty if there is none, or more than one signature.
  returned: always
  type: str
  sample: shared
blank:
  description: Whether the device has no signature and the first MiB contains only zeros.
  returned: always
  type: bool
  sample: false
unfinished:
  description: Whether the device has an XFS whose C(mkfs.xfs) was interrupted.
  returned: always
  type: bool
  sample: false
description:
  description: The findings, as a part of a sentence.
  returned: always
  type: str
  sample: signatures of xfs
size:
  description: The size in bytes.
  returned: always
  type: int
  sample: 536870912
serial:
  description: The disk's serial number or World Wide Name. Empty if it has none.
  returned: always
  type: str
  sample: naa.600140581976f5eb1b6a4a56a4a8d4ea
mount_points:
  description: The mount points of the device on this host.
  returned: always
  type: list
  elements: str
  sample: [/var/www/mirror]
fstab:
  description: The entries in C(/etc/fstab) that mount O(device) or mount something at O(mount_point).
  returned: always
  type: list
  elements: str
  sample: []
files:
  description: By path, the state of O(files), as in M(quorate.ha_cluster.internal_machine_info).
  returned: always
  type: dict
  sample: {/usr/sbin/parted: {exists: false}}
"""

import pathlib
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host import block_device
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.machine import file_state
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import AnsibleRunner, Runner


def read_text(path: str) -> str:
    try:
        return pathlib.Path(path).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""


def inspect(device: str, mount_point: str | None, runner: Runner) -> dict[str, t.Any]:
    """What the module returns about DEVICE. Raises ClusterError when it cannot be read."""
    number = block_device.device_number(device)
    contents = block_device.read_contents(device, runner) if number else block_device.Contents()
    names = block_device.aliases(device, contents.signatures)
    single = contents.signatures[0] if len(contents.signatures) == 1 else None
    return {
        "exists": number is not None,
        "types": list(contents.types),
        "uuid": single.uuid if single else "",
        "label": single.label if single else "",
        "blank": contents.blank,
        "unfinished": contents.unfinished,
        "description": contents.description if number else "no block device",
        "size": block_device.read_size(device) if number else 0,
        "serial": block_device.read_serial(*number) if number else "",
        "mount_points": block_device.parse_mount_points(read_text("/proc/self/mountinfo"), *number) if number else [],
        "fstab": block_device.find_fstab_entries(read_text("/etc/fstab"), names=names, mount_point=mount_point),
    }


def main() -> t.NoReturn:
    module = AnsibleModule(
        argument_spec={
            "device": {"type": "path", "required": True},
            "mount_point": {"type": "path"},
            "files": {"type": "list", "elements": "path", "default": []},
        },
        supports_check_mode=True,
    )
    try:
        result = inspect(module.params["device"], module.params["mount_point"], AnsibleRunner(module))
    except ClusterError as error:
        module.fail_json(msg=str(error), **error.details)
    files = {path: file_state(path) for path in module.params["files"]}
    module.exit_json(changed=False, files=files, **result)


if __name__ == "__main__":
    main()
