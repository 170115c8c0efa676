# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What modules return of a cluster of three nodes, as verify brings it together."""

from __future__ import annotations

import typing as t

from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.boot import ENABLED
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.cib import BAN
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.finding import Finding
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.status import NOT_RUNNING

HOSTS = ("node1", "node2", "node3")
NOW = 1000.0


def facts(**changes: t.Any) -> dict[str, t.Any]:
    return {
        "keys": {"/etc/corosync/authkey": "a"},
        "packages": {"corosync": "3.1.7"},
        "corosync": "c",
        "cib": {"version": "0.5", "digest": "d"},
        "dc": "node1",
        "clock": {"asked": 990.0, "here": 991.0},
        **changes,
    }


def result(*findings: Finding, running: bool = True, picture: bool = True, **changes: t.Any) -> dict[str, t.Any]:
    drawn = {
        "name": "web",
        "placement": "seen",
        "summary": {"running": running, "quorate": True, "dc": "node1", "version": "2.1", "maintenance_mode": False},
        "nodes": [
            {"name": name, "state": "online", "addresses": {}, "kind": "member", "is_dc": name == "node1"}
            for name in HOSTS
        ],
        "resources": [
            {
                "id": "lighttpd",
                "agent": "systemd:lighttpd",
                "group": "",
                "clone": "",
                "fencing": False,
                "nodes": ["node2"],
                "promoted": [],
                "failed": False,
                "managed": True,
            }
        ],
        "constraints": [],
    }
    return {
        "findings": [item.as_result() for item in findings],
        "running": running,
        "facts": facts() if running else {},
        "picture": drawn if picture else {},
        "what_if": [],
        "notes": [],
        "seconds": 1.5,
        **changes,
    }


BANNED = BAN.found("cli-ban-web-on-node1", "web has a ban on node1.")
AT_BOOT = ENABLED.found("lighttpd.service", "lighttpd.service is enabled.")
STOPPED = NOT_RUNNING.found("cluster", "Nothing answers.")
