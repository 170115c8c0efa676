#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: pcs_cluster
short_description: Manage the configuration of a corosync cluster
version_added: 1.0.0
description:
  - Writes C(corosync.conf) as C(pcs) does, and returns whether the running cluster needs a reload or a restart.
  - Parses the file and compares the settings. Starts C(pcs) only if a setting differs.
  - Keeps the nodes' ids, in whatever order O(nodes) lists the nodes, and all settings that are not declared.
  - Writes the file only on the node where it runs. Copy RV(config) to the other nodes, then start or reload corosync,
    as the role P(quorate.ha_cluster.cluster#role) does.
  - Removes no nodes, and adds nodes only with O(allow_join). It fails if the existing cluster has nodes that are not in
    O(nodes), unless O(allow_others) is true.
options:
  name:
    description: The cluster's name.
    type: str
    required: true
  nodes:
    description: The nodes of the cluster.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The node's name.
        type: str
        required: true
      addresses:
        description: The node's address on each link.
        type: list
        elements: str
        required: true
  transport:
    description: Corosync's transport. Only V(knet) encrypts.
    type: str
    choices: [knet, udp, udpu]
    default: knet
  transport_options:
    description: Further options of the transport, such as C(link_mode). Null removes one.
    type: dict
    default: {}
  links:
    description: Options of the links, such as C(link_priority) and C(ping_timeout), in the order of the addresses.
    type: list
    elements: dict
    default: []
  compression:
    description: Options of the compression, such as C(model). Null removes one.
    type: dict
    default: {}
  crypto:
    description:
      - Options of the encryption.
      - An empty mapping does not change an existing cluster's encryption. For a new cluster, it uses the default of
        C(pcs), which is the same as the default here.
    type: dict
    default: {cipher: aes256, hash: sha256}
  totem:
    description: Options of totem, such as C(token). Null removes one.
    type: dict
    default: {}
  quorum:
    description: Options of the quorum, such as C(wait_for_all). Null removes one.
    type: dict
    default: {}
  path:
    description: The configuration file.
    type: path
    default: /etc/corosync/corosync.conf
  found:
    description:
      - The configurations of the reachable nodes, as a mapping of node name to the result of
        M(quorate.ha_cluster.corosync_info). The module uses its C(content) and C(running).
      - A running node's configuration takes precedence over a stopped one's.
      - Nodes that are not listed count as unreachable. The module then creates no cluster, and leaves a change pending.
      - Without it, the module reads only this node's file, and no node counts as unreachable.
    type: dict
  allow_rename:
    description: Whether to rename an existing cluster. Its nodes must be stopped.
    type: bool
    default: false
  allow_join:
    description:
      - Whether to add nodes that the existing cluster does not have.
      - A running cluster accepts them with M(quorate.ha_cluster.corosync_reload). Start them after that.
    type: bool
    default: false
  allow_others:
    description: Whether the existing cluster may have nodes that are not in O(nodes). They stay as they are.
    type: bool
    default: false
extends_documentation_fragment:
  - quorate.ha_cluster._attributes
attributes:
  check_mode:
    support: full
    details:
      - In check mode, C(pcs) need not be installed.
  diff_mode:
    support: full
seealso:
  - module: quorate.ha_cluster.corosync_info
  - module: quorate.ha_cluster.corosync_reload
  - module: quorate.ha_cluster.pcs_host_auth
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Configure a cluster of two nodes with two links
  quorate.ha_cluster.pcs_cluster:
    name: web
    nodes:
      - name: node1.example.com
        addresses: [192.0.2.1, 198.51.100.1]
      - name: node2.example.com
        addresses: [192.0.2.2, 198.51.100.2]
    links:
      - link_priority: 10
      - link_priority: 5
    totem:
      token: 5000
"""

RETURN = r"""
classification:
  description:
    - V(created) if there was no cluster, V(unchanged) if nothing differs.
    - V(live) if M(quorate.ha_cluster.corosync_reload) activates the change.
    - V(restart) if the cluster must be restarted. The module makes such a change only while the cluster is stopped.
  returned: success
  type: str
  sample: live
changes:
  description: The settings that differ.
  returned: success
  type: list
  elements: dict
  sample: [{key: totem.token, before: null, after: "5000", effect: live}]
pending:
  description: Whether the module did not make the change because nodes are unreachable.
  returned: success
  type: bool
  sample: false
unreachable_nodes:
  description: The unreachable nodes.
  returned: success
  type: list
  elements: str
  sample: [node3]
source:
  description: The node whose configuration counts as the existing cluster's.
  returned: success
  type: str
  sample: node1
config:
  description: The text that C(corosync.conf) should have on all nodes.
  returned: success
  type: str
  sample: "totem {\n    version: 2\n}\n"
"""

import os
import tempfile
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import (
    DEBIAN_LOG_FILE,
    RED_HAT_LOG_FILE,
    Spec,
    apply,
    predict,
    render,
    setup_argv,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.pcs_cluster import (
    ARGUMENTS,
    answer,
    decide,
    found_elsewhere,
    wanted_cluster,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.plan import Classification, Found
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.runtime import is_active, read_file
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.machine import uses_dpkg
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.private_file import (
    Access,
    module_labeller,
    replace_file,
    told,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import AnsibleRunner, Runner

UNRESOLVED = " Enter the names in DNS or in /etc/hosts, or give each node its address."


def found_here(spec: Spec, params: t.Mapping[str, t.Any], runner: Runner) -> list[Found]:
    """What the caller found on the nodes, else what is on this one, taken for all."""
    if params["found"] is not None:
        return found_elsewhere(params)
    content, running = read_file(params["path"]), is_active(runner, "corosync.service")
    return [Found(node.name, content, running) for node in spec.nodes]


def ask_pcs(spec: Spec, runner: Runner, directory: str) -> str:
    """What pcs makes of SPEC. Raises ClusterError with its words when it refuses."""
    with tempfile.TemporaryDirectory(dir=directory) as temporary:
        path = os.path.join(temporary, "corosync.conf")
        result = runner.run(setup_argv(spec, path))
        if result.rc != 0:
            hint = UNRESOLVED if "Unable to resolve addresses" in result.message else ""
            raise ClusterError(f"pcs refuses this configuration: {result.message}{hint}")
        return read_file(path) or ""


def main() -> t.NoReturn:
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    runner = AnsibleRunner(module)
    spec = wanted_cluster(module.params)
    present = read_file(module.params["path"])
    has_pcs = runner.find("pcs") is not None
    try:
        decision = decide(spec, module.params, found_here(spec, module.params, runner))
        made = render(predict(spec, DEBIAN_LOG_FILE if uses_dpkg() else RED_HAT_LOG_FILE))
        if decision.classification is not Classification.UNCHANGED and (has_pcs or not module.check_mode):
            made = ask_pcs(spec, runner, module.tmpdir)
        if decision.base is None:
            config = made
        elif decision.changes and not decision.pending:
            config = render(apply(decision.base, decision.changes, spec))
        else:
            config = (module.params["found"] or {}).get(decision.source, {}).get("content") or present or ""
    except ClusterError as error:
        module.fail_json(msg=str(error))

    result = answer(decision, config, present, module.params["path"])
    try:
        if result["changed"] and not module.check_mode:
            write(module, config)
    except ClusterError as error:
        module.fail_json(msg=str(error))
    module.exit_json(**result)


def write(module: AnsibleModule, config: str) -> None:
    """Put CONFIG in its place, atomically and readable for all, as pcs leaves it."""
    with told(module.params["path"]):
        replace_file(module.params["path"], config.encode("utf-8"), Access(0o644), module_labeller(module))


if __name__ == "__main__":
    main()
