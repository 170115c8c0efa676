#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: pcs_host_auth
short_description: Authenticate this host's pcs to the pcsd of other hosts, or remove their tokens
version_added: 1.0.0
description:
  - Makes sure that this host has a token for each of the hosts, and that the hosts accept it.
  - Tests the tokens with each host's pcsd. Starts C(pcs) only if a token is missing or not accepted.
  - On a cluster node, C(pcs) also copies the tokens to the cluster's other nodes.
  - With O(state=absent), makes sure that this host has no token for the hosts.
options:
  state:
    description: V(present) authenticates this host to the hosts, V(absent) removes its tokens for them.
    type: str
    choices: [present, absent]
    default: present
  nodes:
    description: The hosts to authenticate to.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The host's name in C(pcs).
        type: str
        required: true
      address:
        description:
          - The address of the host's pcsd.
          - By default the address of the token in O(known_hosts), otherwise the node's first address in
            C(corosync.conf), otherwise its name.
        type: str
        aliases: [addr]
      port:
        description: The port of the host's pcsd.
        type: int
        default: 2224
  username:
    description: The user to authenticate as.
    type: str
    default: hacluster
  password:
    description:
      - The user's password. C(pcs) gets it through its standard input.
      - Required only if a host must be authenticated.
    type: str
  known_hosts:
    description: The file in which C(pcs) stores the tokens.
    type: path
    default: /var/lib/pcsd/known-hosts
  allow_unreachable:
    description:
      - Whether to only report unreachable hosts. Otherwise the module fails and authenticates none.
    type: bool
    default: false
  timeout:
    description: Seconds to wait for a host's answer.
    type: int
    default: 5
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
  - module: quorate.ha_cluster.pcs_cluster
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Authenticate the nodes to each other
  quorate.ha_cluster.pcs_host_auth:
    nodes:
      - name: node1.example.com
        address: 192.0.2.1
      - name: node2.example.com
        address: 192.0.2.2
    password: "{{ vault_hacluster_password }}"
  throttle: 1

- name: Forget a node that has left
  quorate.ha_cluster.pcs_host_auth:
    nodes:
      - name: node3.example.com
    state: absent
"""

RETURN = r"""
authenticated:
  description: The hosts that were, or in check mode would be, authenticated.
  returned: always
  type: list
  elements: str
  sample: [node3.example.com]
unreachable_nodes:
  description: The hosts whose pcsd did not answer.
  returned: always
  type: list
  elements: str
  sample: []
"""

import functools
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.host_auth import (
    Host,
    State,
    ask_pcsd,
    auth_argv,
    check,
    deauth_argv,
    parse_known_hosts,
    places,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import CorosyncConfError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.runtime import read_file
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import AnsibleRunner, Runner

COROSYNC_CONF = "/etc/corosync/corosync.conf"
ARGUMENTS: dict[str, t.Any] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "nodes": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "name": {"type": "str", "required": True},
            "address": {"type": "str", "aliases": ["addr"]},
            "port": {"type": "int", "default": 2224},
        },
    },
    "username": {"type": "str", "default": "hacluster"},
    "password": {"type": "str", "no_log": True},
    "known_hosts": {"type": "path", "default": "/var/lib/pcsd/known-hosts", "no_log": False},
    "allow_unreachable": {"type": "bool", "default": False},
    "timeout": {"type": "int", "default": 5},
}


def main() -> t.NoReturn:
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    params = module.params
    if params["state"] == "absent":
        forget(module)
    try:
        hosts = places(params["nodes"], read_file(params["known_hosts"]) or "", read_file(COROSYNC_CONF) or "")
    except CorosyncConfError as error:
        module.fail_json(msg=f"{COROSYNC_CONF}: {error}. Correct the file.")
    ask = functools.partial(ask_pcsd, timeout=params["timeout"])

    def states() -> dict[str, State]:
        return check(hosts, read_file(params["known_hosts"]) or "", ask)

    before = states()
    unreachable = [name for name, state in before.items() if state is State.UNREACHABLE]
    needed = [host for host in hosts if before[host.name] is State.UNAUTHENTICATED]
    try:
        if module.check_mode and not params["allow_unreachable"]:  # pcsd may not be installed yet
            needed = [host for host in hosts if before[host.name] is not State.AUTHENTICATED]
        elif unreachable and not params["allow_unreachable"]:
            raise ClusterError(
                f"pcsd doesn't answer on {', '.join(unreachable)}."
                " Is it running there, is the address right, and does the firewall allow its port"
                f" (TCP {', '.join(sorted({str(host.port) for host in hosts if host.name in unreachable}))})?"
            )
        if needed and not module.check_mode:
            authenticate(AnsibleRunner(module), module.params, needed, states)
    except ClusterError as error:
        module.fail_json(msg=str(error), unreachable_nodes=unreachable)
    module.exit_json(
        changed=bool(needed),
        authenticated=[host.name for host in needed],
        unreachable_nodes=unreachable,
        diff={
            "before": "".join(f"{name}: {state.value}\n" for name, state in before.items()),
            "after": "".join(
                f"{name}: {(State.AUTHENTICATED if name in {host.name for host in needed} else state).value}\n"
                for name, state in before.items()
            ),
        },
    )


def forget(module: AnsibleModule) -> t.NoReturn:
    """Forget the tokens of the hosts. What counts is what pcs's file holds afterwards: what one node forgets, pcs lets
    the others forget as well, so another one may have been faster."""

    def kept() -> list[str]:
        known = parse_known_hosts(read_file(module.params["known_hosts"]) or "")
        return [node["name"] for node in module.params["nodes"] if node["name"] in known]

    before = kept()
    if before and not module.check_mode:
        result = AnsibleRunner(module).run(deauth_argv(before))
        left = kept()
        if left:
            module.fail_json(msg=f"pcs could not forget {', '.join(left)}: {result.message}")
    diff = {"before": "".join(f"{name}\n" for name in before), "after": ""}
    module.exit_json(changed=bool(before), authenticated=[], unreachable_nodes=[], diff=diff)


def authenticate(
    runner: Runner, params: t.Mapping[str, t.Any], needed: list[Host], states: t.Callable[[], dict[str, State]]
) -> None:
    """Let pcs authenticate NEEDED hosts, and see that they accept the tokens afterwards."""
    if not params["password"]:
        names = ", ".join(host.name for host in needed)
        raise ClusterError(f"{names} must be authenticated, and no password is given.")
    result = runner.run(auth_argv(needed, params["username"]), stdin=params["password"] + "\n")
    # pcs also fails when it couldn't hand the tokens to a node that is down; what counts is whether they are accepted.
    after = states()
    refused = [host.name for host in needed if after[host.name] is not State.AUTHENTICATED]
    if refused:
        raise ClusterError(f"{', '.join(refused)} could not be authenticated as {params['username']}: {result.message}")


if __name__ == "__main__":
    main()
