#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: corosync_info
short_description: Read a node's corosync configuration, and check whether corosync uses it
version_added: 1.0.0
description:
  - Reads C(corosync.conf), checks whether corosync and Pacemaker run, and compares the running corosync's settings with
    the file.
  - Also returns the facts about a node that are needed to set up or change a cluster. Returns no token.
  - Also works on a machine without these programs.
options:
  path:
    description: The configuration file.
    type: path
    default: /etc/corosync/corosync.conf
  cluster:
    description: Whether to query Pacemaker for the state of the cluster, if it runs.
    type: bool
    default: false
  membership:
    description: Whether to also read which other nodes this node's corosync sees.
    type: bool
    default: false
  peers:
    description: Whether to also query the nodes that this node's Pacemaker controller remembers.
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
  description: The text of the file, V(null) if it is missing.
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
  description: The quorum device according to the file, V(null) if it has none.
  returned: always
  type: dict
  sample: {model: net, options: {}, model_options: {algorithm: ffsplit, host: 192.0.2.9}, heuristics: {}}
stock:
  description:
    - Whether the file describes only this machine on its loopback address, like the one that Debian's package ships.
  returned: always
  type: bool
  sample: false
installed:
  description: Whether the programs of pcs, corosync and Pacemaker are installed.
  returned: always
  type: bool
  sample: true
running:
  description: Whether corosync runs.
  returned: always
  type: bool
  sample: true
pacemaker_running:
  description: Whether Pacemaker runs.
  returned: always
  type: bool
  sample: true
units:
  description:
    - For each unit of the cluster, whether it exists (C(loaded)), runs (C(active)) and starts at boot (C(enabled)).
    - The time of its start (C(started)), and of its last change of state or reload (C(settled)), in seconds since the
      epoch.
    - Whether systemd must read the unit's file again (C(outdated)).
  returned: always
  type: dict
  sample:
    pcsd.service: {loaded: true, active: true, enabled: true, started: 1.7e9, settled: 1.7e9, outdated: false}
tokens:
  description:
    - C(known) has the digests of the tokens that this node's C(pcs) sends to other nodes, each with the C(address) and
      C(port). C(accepted) has the digests of the tokens that this node's C(pcsd) accepts.
  returned: always
  type: dict
  sample:
    known:
      node2: {address: 192.0.2.2, port: 2224, sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08}
    accepted: [60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752]
cluster:
  description:
    - Whether the cluster has quorum (C(quorate)) and has settled (C(idle)), the nodes that are C(online), and whether
      the cluster still has properties that the role cluster set for its first start (C(seeded)).
    - All nodes of a cluster return the same, so querying one of them is enough.
  returned: with O(cluster)
  type: dict
  sample: {quorate: true, idle: true, online: [node1, node2, node3], seeded: false}
membership:
  description:
    - The membership in this node's corosync, read from its map. The ids of the C(members), how often it C(formed) a
      membership since its start, the enabled links that are down (C(links_down)), and whether the last reload of its
      file worked (C(reloaded)).
  returned: with O(membership)
  type: dict
  sample: {members: ["1", "2", "3"], formed: 4, links_down: [node 2 link 1], reloaded: true}
peers:
  description:
    - The nodes that this node's Pacemaker controller remembers, each V(member) or V(lost). Empty if Pacemaker does not
      run.
  returned: with O(peers)
  type: dict
  sample: {node1: member, node2: member, node3: lost}
stale:
  description:
    - Settings that differ between the running corosync and the file.
    - C(effect) is V(live) if M(quorate.ha_cluster.corosync_reload) activates the file's value, otherwise V(restart).
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
