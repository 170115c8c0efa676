# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands for all modules that touch a host, in a run of the role without any: answers as a cluster of three nodes that
does what is expected of it, but for the fault that FAKE_FAULT names."""

from __future__ import annotations

import json
import os
import pathlib
import time
import typing as t

from ansible.plugins.action import ActionBase
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover.plan import awaited_effect, awaited_recovery

NODES = ("node1", "node2", "node3")
FOLDER = pathlib.Path(os.environ["FAKE_FOLDER"])
FAULT = os.environ.get("FAKE_FAULT", "")
WATCHED = (
    ("cluster-ip", "address", "192.0.2.9", "eth0", "ocf:heartbeat:IPaddr2", "24"),
    ("cluster-data", "mount", "/dev/vdb", "/srv", "ocf:heartbeat:Filesystem", "xfs"),
    ("lighttpd", "unit", "lighttpd.service", "", "systemd:lighttpd", ""),
)
IDS = [item[0] for item in WATCHED]


def state() -> dict[str, t.Any]:
    path = FOLDER / "state.json"
    return json.loads(path.read_text()) if path.exists() else {"active": "node1", "fencings": [], "rebooted": []}


def keep(now: dict[str, t.Any]) -> None:
    new = FOLDER / f"state.{os.getpid()}"
    new.write_text(json.dumps(now))
    new.rename(FOLDER / "state.json")


def info() -> dict[str, t.Any]:
    now = state()
    keys = ("id", "kind", "value", "place", "agent", "detail")
    flags = {"online": True, "standby": False, "maintenance": False, "pending": False, "unclean": False}
    return {
        "running": True,
        "cluster": "web",
        "quorate": FAULT != "no quorum",
        "dc": "node2",
        "idle": True,
        "nodes": dict.fromkeys(NODES, flags),
        "places": {**{name: [now["active"]] for name in IDS}, "fencing": ["node3"]},
        "failures": now.get("failures", []),
        "fencings": now["fencings"],
        "devices": ["fencing"],
        "properties": {},
        "maintenance": False,
        "digest": "same",
        "watched": [{**dict(zip(keys, item)), "whole": "lighty"} for item in WATCHED],
        "links": {node: [f"198.51.100.{number}"] for number, node in enumerate(NODES, start=1)},
        "votes": {"expected": 3, "quorum": 2},
        "container": True,
        "packet_filter": "iptables",
        "disabled": [],
        "left": [],
    }


def broken(arguments: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What the cluster does when it is broken so."""
    now, node = state(), arguments["node"]
    fenced = arguments["action"] in ("fence", "freeze", "cut", "power_off", "fail_resource")
    if fenced:
        when = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime())
        event = {"target": node, "action": "reboot", "status": "success", "completed": when}
        now["fencings"] = [event, *now["fencings"]]
        now["rebooted"] = [] if FAULT == "power switch lies" else [node]
    if (fenced or arguments["action"] == "standby") and node == now["active"]:
        now["before"], now["moved"] = now["active"], time.time()
        now["active"] = next(name for name in NODES if name != node)
    if arguments["action"] in ("kill_unit", "take_address", "unmount", "shut_down"):
        now["failures"] = ["lighttpd monitor on node1"]
    keep(now)
    if FAULT == "nothing breaks":
        return {"failed": True, "msg": "There is no process to kill."}
    return {"done": [arguments["action"]], "clock": time.time()}


def seen(host: str) -> dict[str, t.Any]:
    now, end = state(), time.time()
    moved = now.get("moved", 0.0)
    writer = f"{host}-1"
    samples = []
    # From before the move on, however long ago that is where the machine is busy.
    count = max(60, int((end - moved) / 0.2) + 10) if moved else 60
    for step in range(-count, 0):
        moment = end + step * 0.2
        has = host == (now["active"] if moment > moved else now["before"]) or (FAULT == "second mount" and step > -10)
        boot = "second" if host in now["rebooted"] and step > -30 else "first"
        samples.append([moment, moment - 0.2, list(IDS) if has else [], boot])
    is_active = host == now["active"]
    return {
        "samples": samples,
        "acknowledged": {writer: [[1, 20]]} if is_active else {},
        "readable": {writer: [[1, 19 if FAULT == "write lost" else 20]]} if is_active else None,
        "pages": [[end - 5 + step * 0.05, step not in range(20, 40)] for step in range(100)],
        "macs": [[end - 3, 1, "02:00:00:00:00:01"]],
    }


def answer(name: str, arguments: dict[str, t.Any], host: str) -> dict[str, t.Any]:
    if name == "internal_failover_info":
        return {"state": info()}
    if name == "cluster_verify":
        if FAULT == "verify fails" and (FOLDER / "state.json").exists() and host == "node3":
            return {"failed": True, "msg": "verify can't look."}
        return {"findings": []}
    if name == "internal_failover_clock":
        return {"ahead": 0.0, "uncertainty": 0.01}
    if name == "internal_failover_await":
        awaited = awaited_effect if arguments["until"] == "effect" else awaited_recovery
        return {"lacking": awaited(arguments["aim"], arguments["before"], info()), "seconds": 0.0}
    if name == "internal_failover_break":
        if arguments["state"] == "armed" and FAULT == "another run" and host == "node2":
            return {"failed": True, "msg": "On node2 a failover test is running."}
        if arguments["state"] == "healed" and FAULT == "can't heal at first":
            now = state()
            keep({**now, "healings": now.get("healings", 0) + 1})
            if not now.get("healings"):
                return {"failed": True, "msg": "The link can't be set up."}
        return broken(arguments) if arguments["state"] == "broken" else {"done": []}
    if arguments["state"] == "absent" and FAULT == "can't tidy" and host == "node2":
        return {"failed": True, "msg": "The folder can't be removed."}
    if arguments["state"] == "absent" and host == "node1":  # the last of a test
        keep({"active": state()["active"], "fencings": state()["fencings"], "rebooted": []})
    return {"seen": seen(host)} if arguments["state"] == "stopped" else {}


class ActionModule(ActionBase):
    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: t.Any = None, task_vars: t.Any = None) -> dict[str, t.Any]:
        name = self._task.action.rpartition(".")[2]
        host = str(task_vars["inventory_hostname"])
        if name in ("internal_failover_break", "internal_failover_watch"):
            said = [str(self._task.args.get(key, "")) for key in ("state", "action", "node")]
            with (FOLDER / "log").open("a", encoding="utf-8") as stream:
                stream.write(json.dumps([host, name, *said]) + "\n")
        return {**super().run(tmp, task_vars), "changed": False, **answer(name, dict(self._task.args), host)}
