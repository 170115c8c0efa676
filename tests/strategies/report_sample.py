# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report with all that one can have: the lab's cluster, faults, constraints, a node that is away, and tests."""

from __future__ import annotations

import copy
import itertools
import pathlib
import re
import typing as t
import xml.etree.ElementTree as ET

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import parse_cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import parse
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify import boot, cib, corosync, outside, picture
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.details import details
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.verdict import document, judge
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._report.index import Entry, badness

FILES = pathlib.Path(__file__).resolve().parents[1] / "unit" / "files"
CONSTRAINTS = """<constraints>
<rsc_order id="order-db-lighty" first="database" then="lighty"/>
<rsc_colocation id="colocation-report-lighty" rsc="report" with-rsc="lighty" score="-INFINITY"/>
<rsc_location id="location-lighty-node2" rsc="lighty" node="node2" score="50"/>
<rsc_location id="location-database-by-rule" rsc="database"><rule id="rule-db" score="100">
<expression id="rule-db-e" attribute="site" operation="eq" value="north"/></rule></rsc_location>
<rsc_location id="cli-ban-database-on-node3" rsc="database" node="node3" score="-INFINITY"/>
</constraints>"""
MORE = """</group>
<primitive id="database" class="ocf" provider="heartbeat" type="pgsql"/>
<primitive id="report" class="systemd" type="report-with-a-name-that-is-much-too-long-for-its-row"/>"""
RUNNING = """</group>
<resource id="database" resource_agent="ocf:heartbeat:pgsql" role="Started" active="true" managed="false">
<node name="node1"/></resource>
<resource id="report" resource_agent="systemd:report" role="Stopped" active="false" managed="true"/>"""
HISTORY = """<failures><failure op_key="database_monitor_10000" node="node1" exitstatus="not running" exitreason="the
 server is gone" exitcode="7" call="42" status="complete" last-rc-change="2026-11-22 03:14:15 +00:00" queued="0"
 exec="0" interval="10000" task="monitor"/></failures>
<fence_history status="0"><fence_event status="success" action="reboot" target="node3" client="pacemaker-controld.812"
 origin="node1" delegate="node2" completed="2026-11-22 03:15:00 +00:00"/></fence_history></pacemaker-result>"""
FAILED = 'id="cluster-ip" orphan="false" fail-count="2" last-failure="2026-11-22 03:14:15 +00:00"'
PACKAGES = {"corosync": "3.1.7-1", "pacemaker": "2.1.5-4", "pcs": "0.11.5-1"}
TESTS = {
    "format": 1,
    "seed": 4711,
    "tests": [
        {
            "name": "power loss of the active node",
            "tier": "disruptive",
            "passed": True,
            "seconds": 41.5,
            "expected": {"moves": 1, "fencings": 1},
            "outages": [[3.1, 12.7]],
            "moves": [{"at": 11.9, "resource": "lighty", "from": "node1", "to": "node2"}],
            "fencings": [{"at": 8.0, "node": "node1", "by": "node3"}],
            "events": [{"at": 3.0, "text": "power cut"}, {"at": 35.0, "text": "node1 is back"}],
        },
        {
            "name": "one link down",
            "tier": "risky",
            "passed": False,
            "message": "Expected no fencing, saw one: <b>node3</b>.",
            "seconds": 20,
            "expected": {"moves": 0, "fencings": 0},
            "outages": [[4, 4.2]],
            "fencings": [{"at": 9.5, "node": "node3"}],
        },
        {"name": "standby", "passed": True, "seconds": 6.2, "moves": [{"at": 1, "resource": "lighty"}]},
    ],
}

ONE_LINK = "There is only one link between the nodes."


def sample() -> dict[str, t.Any]:
    """The document of such a report."""
    text = (FILES / "lab" / "cib.xml").read_text().replace("<constraints/>", CONSTRAINTS).replace("</group>", MORE)
    monitor = (FILES / "lab" / "crm_mon.xml").read_text().replace("</group>", RUNNING)
    monitor = monitor.replace("</pacemaker-result>", HISTORY).replace('id="cluster-ip" orphan="false"', FAILED)
    lines = monitor.splitlines()
    monitor = "\n".join(
        line.replace('online="true"', 'online="false"') if '<node name="node3" id' in line else line for line in lines
    )
    numbers = itertools.count(1)
    root = parse(
        re.sub(
            "(?m)^        name:",
            lambda found: f"        ring1_addr: 192.0.2.{next(numbers)}\n{found[0]}",
            (FILES / "lab" / "corosync.conf").read_text(),
        )
    )
    model = parse_cib(text)
    found = [
        *cib.lint(model),
        boot.ENABLED.found("lighttpd.service", "lighttpd.service is enabled."),
        outside.MOUNT.found("cluster-data", "/dev/vdb of cluster-data is mounted on /mnt."),
        corosync.LINK_SINGLE.found("corosync.conf", "Every node has one address."),
        cib.AGENT.found("<script>alert(1)</script>", "<script>alert(1)</script> has the agent <b>ocf</b>."),
    ]
    after = {"database": ["node2"], "cluster-ip": ["node1"], "cluster-data": ["node1"], "lighttpd": ["node1"]}
    before = {
        "fencing": ["node1"],
        "cluster-ip": ["node2"],
        "cluster-data": ["node2"],
        "lighttpd": ["node2"],
        "database": ["node1"],
    }
    rows = [
        {
            "node": node,
            "quorate": True,
            "resources": [
                {"id": name, "before": places, "after": then, "down": not then}
                for name, places in before.items()
                for then in [(after if node in places else before).get(name, [])]
            ],
        }
        for node in ("node1", "node2", "node3")
    ]
    result = {
        "findings": [item.as_result() for item in found],
        "running": True,
        "facts": {"packages": PACKAGES},
        "picture": picture.draw(model, root, ET.fromstring(monitor), {}),
        "details": details(model, root, ET.fromstring(monitor)),
        "unseen": {"fence_virtd": "it runs on hypervisors"},
        "what_if": rows,
        "notes": ["The cluster is at work (no DC is elected); the results may be outdated."],
        "seconds": 1.4,
    }
    accepted = [{"id": "corosync-link-single", "reason": "The paper has one network for the nodes."}]
    verdict = judge(
        {"node1": result, "node2": {**copy.deepcopy(result), "picture": {}}}, accepted, ["node1", "node2", "node3"], 0
    )
    said = document(verdict)
    gone = {**said["findings"][0], "evidence": "web-ip has no recurring monitor.", "subject": "web-ip"}
    since = {"generated": "2026-11-22 08:00:00 +0000", "new": said["findings"][:1], "gone": [gone]}
    return {**said, "tests": TESTS, "generated": "2026-11-23 08:00:00 +0000", "since": since}


def index_sample() -> list[Entry]:
    """The entries of an index, one of each kind."""
    up: dict[str, t.Any] = {"generated": "2026-11-22 09:00:00 +0000", "running": True, "nodes": 3, "resources": 12}
    up.update(since="2026-11-22 08:00:00 +0000")
    full = {**up, "quorate": True, "online": 3, "started": 12}
    listed = [
        Entry("web", "web-report.html", **full),
        Entry(
            "mail", "mail-report.html", **up, quorate=True, online=3, started=12, warnings=1, worst=[ONE_LINK], gone=2
        ),
        Entry("files"),
        Entry(
            "databases-of-the-second-data-centre",
            "databases-of-the-second-data-centre-report.html",
            **up,
            quorate=True,
            online=2,
            started=9,
            errors=2,
            warnings=3,
            worst=[
                "node3 can't be fenced: no device has it in its list.",
                "Resource database failed on node1.",
                ONE_LINK,
            ],
            left=["node3"],
            new=2,
        ),
    ]
    return sorted(listed, key=badness)
