#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: corosync_info
short_description: Read a node's corosync configuration and whether corosync uses it
version_added: 1.0.0
description:
  - Reads C(corosync.conf), asks systemd whether corosync and pacemaker run, and compares the running corosync's
    settings with the file.
  - Also returns what has to be known about a node before a cluster is set up or changed. No token is returned.
  - Works on a machine on which none of it is installed.
options:
  path:
    description: The configuration file.
    type: path
    default: /etc/corosync/corosync.conf
  cluster:
    description: Whether to ask Pacemaker for the state of the cluster, where it runs.
    type: bool
    default: false
  membership:
    description: Whether to look as well how corosync of this node sees the others.
    type: bool
    default: false
  peers:
    description: Whether to ask Pacemaker's controller of this node as well which nodes it remembers.
    type: bool
    default: false
extends_documentation_fragment:
  - quorate.ha_cluster._attributes.read_only
seealso:
  - module: quorate.ha_cluster.pcs_cluster
  - module: quorate.ha_cluster.corosync_reload
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Read corosync's configuration
  quorate.ha_cluster.corosync_info:
  register: corosync

- name: Name the nodes whose corosync uses other settings than the file holds
  ansible.builtin.debug:
    msg: "{{ corosync.stale }}"
  when: corosync.stale | length > 0
"""

RETURN = r"""
content:
  description: The text of the file, V(null) when there is none.
  returned: always
  type: str
  sample: "totem {\n    version: 2\n    cluster_name: web\n}\n"
cluster_name:
  description: The cluster's name according to the file.
  returned: always
  type: str
  sample: web
nodes:
  description: The names of the cluster's nodes according to the file.
  returned: always
  type: list
  elements: str
  sample: [node1, node2, node3]
quorum_device:
  description: The quorum device according to the file, V(null) when there is none.
  returned: always
  type: dict
  sample: {model: net, options: {}, model_options: {algorithm: ffsplit, host: 192.0.2.9}, heuristics: {}}
stock:
  description:
    - Whether the file describes no real cluster, only this machine on its loopback address.
    - Debian's package ships such a file.
  returned: always
  type: bool
  sample: false
installed:
  description: Whether the programs of pcs, corosync and pacemaker are there.
  returned: always
  type: bool
  sample: true
running:
  description: Whether corosync runs.
  returned: always
  type: bool
  sample: true
pacemaker_running:
  description: Whether pacemaker runs.
  returned: always
  type: bool
  sample: true
units:
  description:
    - By unit of the cluster, whether there is one (C(loaded)), whether it runs (C(active)) and starts at boot
      (C(enabled)).
    - In seconds since the epoch, since when it runs (C(started)), and when it came to the state that it is in
      (C(settled)), which a reload counts for as well.
    - Whether systemd has yet to read the unit's file again (C(outdated)).
  returned: always
  type: dict
  sample:
    pcsd.service: {loaded: true, active: true, enabled: true, started: 1.7e9, settled: 1.7e9, outdated: false}
tokens:
  description:
    - C(known) are the digests of the tokens that C(pcs) of this node shows to the others, each with the C(address) and
      C(port) where it does. C(accepted) are the digests of those that C(pcsd) of this node accepts.
  returned: always
  type: dict
  sample:
    known:
      node2: {address: 192.0.2.2, port: 2224, sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08}
    accepted: [60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752]
cluster:
  description:
    - Whether there is quorum (C(quorate)) and nothing left to do (C(idle)), which nodes are C(online), and whether the
      cluster still has properties that the role cluster gave it for its first start (C(seeded)).
    - All nodes of a cluster say the same, so one of them is enough to ask.
  returned: with O(cluster)
  type: dict
  sample: {quorate: true, idle: true, online: [node1, node2, node3], seeded: false}
membership:
  description:
    - How corosync of this node sees the others, by its map. The ids of those that are C(members), how often it has
      C(formed) a membership since it runs, which enabled links are down (C(links_down)), and whether the last reload of
      its file worked (C(reloaded)).
  returned: with O(membership)
  type: dict
  sample: {members: ["1", "2", "3"], formed: 4, links_down: [node 2 link 1], reloaded: true}
peers:
  description:
    - The nodes that Pacemaker's controller of this node remembers, each V(member) or V(lost). None where Pacemaker does
      not run.
  returned: with O(peers)
  type: dict
  sample: {node1: member, node2: member, node3: lost}
stale:
  description:
    - Settings that the running corosync has otherwise than the file.
    - C(effect) is V(live) when M(quorate.ha_cluster.corosync_reload) brings them in, V(restart) otherwise.
  returned: always
  type: list
  elements: dict
  sample: [{key: totem.token, before: "3000", after: "5000", effect: live}]
"""

import dataclasses
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.seed import find_seeded
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.host_auth import accepted_tokens, known_tokens
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.state import (
    IDLE,
    ClusterState,
    peers,
    read_state,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import (
    CorosyncConfError,
    Section,
    cluster_name,
    is_stock,
    node_sections,
    parse,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.quorum_device import parse_device
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.runtime import (
    membership,
    read_file,
    read_map,
    stale,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.machine import units
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import AnsibleRunner, Runner

PROGRAMS = ("pcs", "corosync", "pacemakerd", "cibadmin", "crm_mon")
KNOWN_HOSTS = "/var/lib/pcsd/known-hosts"
USERS = "/var/lib/pcsd/pcs_users.conf"
UNITS = ("pcsd.service", "corosync.service", "corosync-qdevice.service", "pacemaker.service")


def look_at_cluster(runner: Runner, *, running: bool) -> dict[str, t.Any]:
    """The cluster as Pacemaker sees it, if it is RUNNING here."""
    state = read_state(runner) if running else ClusterState()
    return {
        "quorate": state.quorate,
        "idle": state.dc_state == IDLE,
        "online": list(state.online),
        "seeded": bool(state.running and find_seeded(runner)),
    }


def main() -> t.NoReturn:
    module = AnsibleModule(
        argument_spec={
            "path": {"type": "path", "default": "/etc/corosync/corosync.conf"},
            "cluster": {"type": "bool", "default": False},
            "membership": {"type": "bool", "default": False},
            "peers": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    runner = AnsibleRunner(module)
    installed = all(runner.find(program) for program in PROGRAMS)
    content = read_file(module.params["path"])
    states = units(runner, UNITS)
    running = states["corosync.service"]["active"]
    try:
        root = parse(content) if content is not None else Section()
        device = parse_device(content or "")
    except CorosyncConfError as error:
        module.fail_json(msg=f"{module.params['path']}: {error}. Correct or remove the file.")
    settings = read_map(runner) if running else {}
    differing = stale(root, settings) if running else ()
    pacemaker = states["pacemaker.service"]["active"]
    more: dict[str, t.Any] = {}
    try:
        if module.params["membership"]:
            seen = membership(settings, read_map(runner, "stats") if running else {})
            more["membership"] = dataclasses.asdict(seen)
        if module.params["peers"]:
            more["peers"] = peers(runner) if pacemaker else {}
    except ClusterError as error:
        module.fail_json(msg=str(error))
    if module.params["cluster"]:
        more["cluster"] = look_at_cluster(runner, running=pacemaker)
    module.exit_json(
        changed=False,
        content=content,
        cluster_name=cluster_name(root),
        nodes=list(node_sections(root)),
        quorum_device=dataclasses.asdict(device) if device is not None else None,
        stock=content is not None and is_stock(root),
        installed=installed,
        running=running,
        pacemaker_running=pacemaker,
        units=states,
        tokens={
            "known": known_tokens(read_file(KNOWN_HOSTS) or ""),
            "accepted": accepted_tokens(read_file(USERS) or ""),
        },
        stale=[
            {"key": change.key, "before": change.before, "after": change.after, "effect": change.effect.value}
            for change in differing
        ],
        **more,
    )


if __name__ == "__main__":
    main()
