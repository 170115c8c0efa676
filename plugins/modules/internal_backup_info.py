#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: internal_backup_info
short_description: Read the content of a cluster's backup from a node
version_added: 1.0.0
description:
  - "Internal: a step of the role backup. It may change in any release."
  - Reads the configuration in the CIB, corosync's configuration, and the keys from a node, for
    M(quorate.ha_cluster.internal_backup_archive).
  - The result contains secrets, so use C(no_log).
  - If the cluster does not run on the node, RV(cib) is null.
options:
  files:
    description:
      - The files to back up. C(*) in the last part of a path matches any name.
      - Missing files are left out.
    type: list
    elements: str
    required: true
extends_documentation_fragment:
  - quorate.ha_cluster._attributes.read_only
seealso:
  - module: quorate.ha_cluster.internal_backup_archive
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Read the configuration and keys
  quorate.ha_cluster.internal_backup_info:
    files:
      - /etc/corosync/corosync.conf
      - /etc/corosync/authkey
  register: found
  no_log: true
"""

RETURN = r"""
cluster_name:
  description: The cluster's name according to corosync's configuration.
  returned: always
  type: str
  sample: web
nodes:
  description: The names of the cluster's nodes according to corosync's configuration.
  returned: always
  type: list
  elements: str
  sample: [node1, node2, node3]
versions:
  description: The versions of the programs.
  returned: always
  type: dict
  sample: {corosync: 3.1.7, pacemaker: 2.1.5, pcs: 0.11.5}
start_on_boot:
  description: Whether the node joins the cluster when it boots.
  returned: always
  type: bool
  sample: true
cib:
  description: The configuration in the CIB. Equal configurations give equal texts.
  returned: always
  type: str
  sample: "<cib validate-with=\"pacemaker-3.9\">\n  <configuration>..."
admin_epoch:
  description: The first part of the CIB's version.
  returned: always
  type: int
  sample: 0
epoch:
  description: The second part of the CIB's version.
  returned: always
  type: int
  sample: 42
files:
  description: The files, with their contents in base64.
  returned: always
  type: list
  elements: dict
  sample: [{path: /etc/corosync/corosync.conf, owner: root, group: root, mode: "0644", content: dG90ZW0=}]
"""

import base64
import glob
import pathlib
import re
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._backup.cib import canonical
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.store import LiveStore, read_version
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import (
    Section,
    cluster_name,
    node_sections,
    parse,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.runtime import read_file
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.key_file import state
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import AnsibleRunner, Runner

VERSIONS = {"corosync": ["corosync", "-v"], "pacemaker": ["pacemakerd", "--version"], "pcs": ["pcs", "--version"]}


def versions(runner: Runner) -> dict[str, str]:
    """The version that each program prints; empty where there is no such program."""
    found = {name: re.search(r"\d+(\.\d+)+", runner.run(argv).stdout) for name, argv in VERSIONS.items()}
    return {name: match[0] if match else "" for name, match in found.items()}


def saved(path: str) -> dict[str, str]:
    """The file PATH with its owner, mode and content."""
    attributes = state(path)
    content = base64.b64encode(pathlib.Path(path).read_bytes()).decode("ascii")
    return {"path": path, **{name: attributes[name] for name in ("owner", "group", "mode")}, "content": content}


def look(runner: Runner, patterns: t.Sequence[str]) -> dict[str, t.Any]:
    """All that a backup holds."""
    corosync = read_file("/etc/corosync/corosync.conf")
    root = parse(corosync) if corosync is not None else Section()
    snapshot = LiveStore(runner).read()
    version = read_version(snapshot.text)
    paths = sorted({path for pattern in patterns for path in glob.glob(pattern) if pathlib.Path(path).is_file()})
    enabled = runner.run(["systemctl", "is-enabled", "--quiet", "pacemaker.service"])
    return {
        "cluster_name": cluster_name(root),
        "nodes": list(node_sections(root)),
        "versions": versions(runner),
        "start_on_boot": enabled.rc == 0,
        "cib": None if snapshot.problem else canonical(snapshot.text),
        "admin_epoch": version.admin_epoch,
        "epoch": version.epoch,
        "files": [saved(path) for path in paths],
    }


def main() -> t.NoReturn:
    module = AnsibleModule(
        argument_spec={"files": {"type": "list", "elements": "str", "required": True}}, supports_check_mode=True
    )
    try:
        found = look(AnsibleRunner(module), module.params["files"])
    except (ClusterError, OSError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, **found)


if __name__ == "__main__":
    main()
