#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declare the quorum device of a cluster."""

from __future__ import annotations

DOCUMENTATION = r"""
module: pcs_quorum_device
short_description: Declare the quorum device (witness) of a cluster
version_added: 1.0.0
description:
  - Creates, changes or removes the quorum device, a host outside of the cluster. Its vote decides which part goes on if
    the nodes lose their connection.
  - Parses C(corosync.conf) and compares the options. Starts C(pcs) only if an option differs.
  - C(pcs) makes the change on all nodes. They must run C(pcsd) and have the package C(corosync-qdevice), and
    this host must be authenticated to the device's host (M(quorate.ha_cluster.pcs_host_auth)).
  - While the cluster runs, all its nodes must be online, so that no step can cost the cluster its quorum.
options:
  model:
    description: The type of the device.
    type: str
    choices: [net]
    default: net
  model_options:
    description:
      - Options of the model, such as V(host) and V(algorithm). A new device needs both.
      - Null removes an option. Other options stay as they are.
    type: dict
  options:
    description: Options of any model, V(timeout) and V(sync_timeout), in milliseconds. Null removes one.
    type: dict
  heuristics:
    description: Options of the heuristics, such as V(mode) and V(exec_NAME). Null removes one.
    type: dict
  replace:
    description:
      - Whether to remove the device and add it again if C(pcs) can't change it. This is necessary for another V(host),
        and for every option while the cluster runs.
      - The device's vote is missing meanwhile. The cluster keeps quorum, because all nodes must be online.
      - Removes nothing unless the C(pcsd) of the new device's host accepts this node's token.
    type: bool
    default: false
  wait:
    description: Seconds to wait until the device has connected, after it was added to a running cluster.
    type: int
    default: 30
  corosync_conf:
    description: Work on this file instead of the cluster of this host. No cluster is needed then.
    type: path
  state:
    description: Whether the device should exist.
    type: str
    choices: [present, absent]
    default: present
requirements:
  - pcs 0.10 or later
extends_documentation_fragment:
  - quorate.ha_cluster._attributes
attributes:
  check_mode:
    support: full
    details:
      - In check mode, pcs makes the change on a copy of C(corosync.conf), and connects to no other host.
  diff_mode:
    support: full
seealso:
  - module: quorate.ha_cluster.pcs_cluster
  - module: quorate.ha_cluster.pcs_host_auth
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Let a third host decide between two nodes
  quorate.ha_cluster.pcs_quorum_device:
    model_options:
      host: arbiter.example.com
      algorithm: ffsplit

- name: Give it more time to answer, though its vote is missing for a moment
  quorate.ha_cluster.pcs_quorum_device:
    options:
      timeout: 15000
    replace: true

- name: Do without it
  quorate.ha_cluster.pcs_quorum_device:
    state: absent
"""

RETURN = r"""
commands:
  description: The pcs commands that were, or in check mode would be, run.
  returned: success
  type: list
  elements: list
  sample: [[pcs, quorum, device, add, model, net, host=arbiter.example.com, algorithm=ffsplit]]
changes:
  description: The settings in C(corosync.conf) that differ. pcs sets some itself, such as V(quorum.device.votes).
  returned: success
  type: list
  elements: dict
  sample: [{key: quorum.device.net.algorithm, before: null, after: ffsplit}]
notes:
  description: Limits of the result, such as that it was predicted without pcs.
  returned: success
  type: list
  elements: str
  sample: []
"""

import os
import pathlib
import tempfile
import time
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.difference import to_yaml
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.suggest import suggestion
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.host_auth import (
    Ask,
    Host,
    State,
    ask_pcsd,
    parse_known_hosts,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import parse, settings
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.quorum_device import (
    Device,
    absent_nodes,
    commands,
    is_connected,
    merge,
    parse_device,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.runtime import (
    is_active,
    read_file,
    read_map,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import AnsibleRunner, Runner

CONFIGURATION = "/etc/corosync/corosync.conf"
KNOWN_HOSTS = "/var/lib/pcsd/known-hosts"
OPTIONS: dict[str, t.Any] = {
    "model": {"type": "str", "choices": ["net"], "default": "net"},
    "model_options": {"type": "dict"},
    "options": {"type": "dict"},
    "heuristics": {"type": "dict"},
    "replace": {"type": "bool", "default": False},
    "wait": {"type": "int", "default": 30},
    "corosync_conf": {"type": "path"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}


def run_pcs(runner: Runner, argvs: list[list[str]], path: str | None) -> None:
    """Run pcs on the file PATH, or on the cluster. Raises ClusterError with its own reason when it refuses."""
    on = [f"--corosync_conf={path}"] if path is not None else []
    for number, argv in enumerate(argvs):
        result = runner.run(["pcs", *on, *argv])
        if result.rc != 0:
            done = " The old one is removed already." if number else ""
            words = f"{result.message}{suggestion(result.message)}{done}"
            raise ClusterError(f"pcs refuses the quorum device: {words}", changed=bool(number))


def check_nodes(runner: Runner, text: str) -> None:
    """Raises ClusterError unless all nodes of the corosync.conf TEXT are members of the running cluster."""
    away = absent_nodes(text, read_map(runner))
    if away:
        raise ClusterError(
            f"{', '.join(away)} is not online. The quorum device only changes while all nodes are, because the cluster"
            " could lose quorum in between. Bring it back first."
        )


def check_host(host: str, ask: Ask = ask_pcsd) -> None:
    """Raises ClusterError unless the pcsd of the device's HOST accepts the token that pcs has for it."""
    token, address, port = parse_known_hosts(read_file(KNOWN_HOSTS) or "").get(host, ("", host, 2224))
    state = ask(Host(host, address, port), token)
    if state is State.UNREACHABLE:
        raise ClusterError(
            f"pcsd doesn't answer on {host} ({address}, port {port}), which is to hold the quorum device."
            " Is it running there, and does the firewall allow its port?"
        )
    if state is State.UNAUTHENTICATED:
        raise ClusterError(
            f"The pcsd of {host}, which is to hold the quorum device, does not accept this node's token."
            f" Authenticate to it first: pcs host auth {host}."
        )


def await_connection(runner: Runner, host: str, port: str, seconds: int) -> None:
    """Raises ClusterError unless this node's client is connected to the device on HOST within SECONDS."""
    deadline = time.monotonic() + seconds
    while not is_connected(runner.run(["corosync-qdevice-tool", "-s"]).stdout):
        if time.monotonic() > deadline:
            raise ClusterError(
                f"The quorum device was added, but after {seconds} s this node is not connected to {host}. Does"
                f" corosync-qnetd run there, and does the firewall allow its port (TCP {port})? See"
                " `journalctl -u corosync-qdevice` here.",
                changed=True,
            )
        time.sleep(0.5)


def on_a_copy(runner: Runner, argvs: list[list[str]], text: str) -> str:
    """What corosync.conf is after the change, without changing it."""
    with tempfile.TemporaryDirectory(prefix="quorate-") as directory:
        copy = os.path.join(directory, "corosync.conf")
        pathlib.Path(copy).write_text(text, encoding="utf-8")
        run_pcs(runner, argvs, copy)
        return read_file(copy) or ""


def change(
    runner: Runner, params: t.Mapping[str, t.Any], argvs: list[list[str]], wanted: Device | None, running: str | None
) -> None:
    """Run ARGVS, once nothing speaks against it. RUNNING is the corosync.conf in use, if the cluster runs."""
    host = wanted.model_options.get("host", "") if wanted is not None else ""
    adds = any("add" in argv for argv in argvs) and params["corosync_conf"] is None
    if running is not None:
        check_nodes(runner, running)
    if adds:
        check_host(host)
    run_pcs(runner, argvs, params["corosync_conf"])
    if adds and running is not None and wanted is not None:
        await_connection(runner, host, wanted.model_options.get("port", "5403"), params["wait"])


def ensure(runner: Runner, params: t.Mapping[str, t.Any], *, check_mode: bool) -> dict[str, t.Any]:
    """Make what PARAMS declare true. Returns the module's result."""
    path = params["corosync_conf"] or CONFIGURATION
    text = read_file(path)
    current = parse_device(text) if text is not None else None
    running = params["corosync_conf"] is None and is_active(runner, "corosync.service")
    wanted = merge(current, params)
    argvs = commands(current, wanted, running=running, replace=params["replace"])
    before, after, notes = text or "", text or "", []
    if argvs and text is None:
        if not check_mode:
            raise ClusterError(f"There is no cluster to give a quorum device: {path} does not exist.")
        notes.append(f"Predicted without pcs, because {path} does not exist yet.")
    elif argvs and runner.find("pcs") is None:
        raise ClusterError("pcs is not installed on this host; install the package 'pcs'.")
    elif argvs:
        after = on_a_copy(runner, argvs, before)
        if not check_mode:
            change(runner, params, argvs, wanted, before if running else None)
            after = read_file(path) or ""
    old, new = (settings(parse(each)) for each in (before, after))
    keys = [key for key in sorted({*old, *new}) if key.startswith("quorum.") and old.get(key) != new.get(key)]
    return {
        "changed": bool(argvs),
        "commands": [["pcs", *argv] for argv in argvs],
        "changes": [{"key": key, "before": old.get(key), "after": new.get(key)} for key in keys],
        "notes": notes,
        "diff": {
            "before": to_yaml({key: old[key] for key in keys if key in old}),
            "after": to_yaml({key: new[key] for key in keys if key in new}),
        },
    }


def main() -> None:
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)
    try:
        result = ensure(AnsibleRunner(module), module.params, check_mode=module.check_mode)
    except ClusterError as error:
        module.fail_json(msg=str(error), **error.details)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
