# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is foreseen, refused, stopped and waited for while resources run. crm_simulate plays the cluster, on the CIB in
the file that CIB_file names."""

from __future__ import annotations

import re
from typing import Any

import pytest

from .conftest import Guest
from .test_modules import succeed

DUMMY = {"agent": "ocf:pacemaker:Dummy"}
STATES = "".join(
    f'<node_state id="{n}" uname="n{n}" in_ccm="true" crmd="online" join="member" expected="member"/>' for n in (1, 2)
)
# No agent tells a score for its promotion here, so a constraint does.
PROMOTED = {"resource": "s", "rule": "#uname eq n1", "score": 7, "options": {"role": "Promoted"}}
DECLARED = {
    "properties": {"stonith-enabled": False},
    "resources": [
        {"id": "d1", **DUMMY, "options": {"state": "/run/d1"}},
        {"id": "each", **DUMMY},
        {"id": "s", "agent": "ocf:pacemaker:Stateful"},
    ],
    "clones": [{"resource": "each"}, {"resource": "s", "promotable": True}],
    "locations": [{"resource": "d1", "node": "n1", "score": 7}, PROMOTED],
}
# There is no controller here, and nothing is ever under way.
CONTROLLER = """#!/bin/sh
echo '<pacemaker-result><crmadmin><status_info state="S_IDLE"/></crmadmin></pacemaker-result>'
"""
CRMADMIN = "/usr/sbin/crmadmin"
RUNNING: dict[str, str] = {}  # the CIB of a cluster that runs what is declared, by release
ONE_QUERY = [["/usr/sbin/cibadmin", "--query"]]


class Cluster:
    """Two nodes that do what the CIB says, whenever they are told to."""

    def __init__(self, guest: Guest, cib: str) -> None:
        self.guest, self.cib = guest, cib
        empty = str(guest.command("cibadmin", "--empty")["stdout"])
        nodes = '<nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>'
        text = empty.replace("<nodes/>", nodes).replace("<status/>", f"<status>{STATES}</status>")
        guest.write(cib, text.replace("<cib ", '<cib have-quorum="1" dc-uuid="1" ', 1))
        guest.write("/tmp/crmadmin", CONTROLLER)
        guest.command("chmod", "+x", "/tmp/crmadmin")
        mount = f"grep -q {CRMADMIN} /proc/self/mountinfo || mount --bind /tmp/crmadmin {CRMADMIN}"
        assert guest.command("sh", "-c", mount)["rc"] == 0

    def module(self, name: str, **args: Any) -> dict[str, Any]:
        return self.guest.module(name, environment={"CIB_file": self.cib}, **args)

    def act(self, *options: str) -> None:
        """Do all that is pending. OPTIONS of crm_simulate tell what fails."""
        played = f"{self.cib}.played"
        argv = ["crm_simulate", "--simulate", "--xml-file", self.cib, "--save-output", played, *options]
        done = self.guest.command("env", "CIB_shadow_dir=/tmp", *argv)
        assert done["rc"] == 0, done
        self.guest.command("mv", played, self.cib)


@pytest.fixture
def cluster(guest: Guest, cib: str) -> Cluster:
    """A cluster that runs what is DECLARED."""
    cluster = Cluster(guest, cib)
    if guest.release not in RUNNING:
        succeed(cluster.module("pcs_cib", **DECLARED))
        for _time in range(2):  # a promotable clone is started, then promoted
            cluster.act()
        RUNNING[guest.release] = guest.read(cib)
    guest.write(cib, RUNNING[guest.release])
    return cluster


def test_no_change_is_one_query_and_no_pcs(cluster: Cluster) -> None:
    for check in (True, False):
        result = succeed(cluster.module("pcs_cib", check=check, wait=60, **DECLARED))
        assert (result["changed"], result["commands"]) == (False, [])
        assert result["processes"] == ONE_QUERY
    for name, args in (
        ("pcs_resource", DECLARED["resources"][0]),
        ("pcs_property", {"properties": {"stonith-enabled": "no"}}),
        ("pcs_clone", {"resource": "each"}),
    ):
        assert succeed(cluster.module(name, **args))["processes"] == ONE_QUERY


def test_a_change_starts_pcs_once(cluster: Cluster) -> None:
    """Whatever the number of commands: what pcs starts for them aside, it is one process that has imported pcs."""
    priorities = [{"id": name, "meta": {"priority": 5}} for name in ("d1", "each", "s")]
    result = succeed(cluster.module("pcs_cib", resources=priorities))
    assert len(result["commands"]) == 3
    assert len([argv for argv in result["processes"] if "python" in argv[0]]) == 1
    assert [argv for argv in result["processes"] if argv[0].endswith("/pcs")] == []


def test_reading_a_cluster_starts_no_pcs(cluster: Cluster) -> None:
    """So cluster_info works with every pcs, and without one."""
    info = succeed(cluster.module("cluster_info"))
    assert [argv[0] for argv in info["processes"]] == ["/usr/sbin/cibadmin", "/usr/sbin/crm_mon"]
    assert {item["id"]: item["nodes"] for item in info["resources_status"] if item["id"] == "d1"} == {"d1": ["n1"]}


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ({"resources": [{"id": "d1", "options": {"state": "/run/other"}}]}, "restart d1 on n1"),
        ({"resources": [{"id": "d1", "state": "absent"}]}, "stop d1 on n1"),
        ({"resources": [{"id": "d1", "meta": {"target-role": "Stopped"}}]}, "stop d1 on n1"),
        ({"locations": [{"resource": "d1", "node": "n1", "score": "-INFINITY"}]}, "move d1 from n1 to n2"),
        ({"nodes": [{"name": "n1", "standby": True}]}, "move d1 from n1 to n2"),
        ({"clones": [{"resource": "s", "meta": {"target-role": "Unpromoted"}}]}, "demote s"),
    ],
)
def test_disruption_is_refused_when_it_is_not_allowed(cluster: Cluster, declared: dict[str, Any], words: str) -> None:
    before = cluster.guest.read(cluster.cib)
    for check in (True, False):
        result = cluster.module("pcs_cib", check=check, allow_disruption=False, **declared)
        assert "The change would disrupt what is running" in result["msg"]
        assert words in result["msg"]
        assert cluster.guest.read(cluster.cib) == before
    foreseen = succeed(cluster.module("pcs_cib", check=True, **declared))
    assert foreseen["transition"] == result["transition"]


def test_fencing_is_a_disruption(cluster: Cluster) -> None:
    """A resource that doesn't stop is blocked without fencing; with fencing, its node is fenced."""
    succeed(cluster.module("pcs_cib", stonith=[{"id": "f", "agent": "fence_xvm"}]))
    cluster.act()
    cluster.act("--op-inject", "d1_stop_0@n1=1")
    result = cluster.module("pcs_property", allow_disruption=False, properties={"stonith-enabled": True})
    assert "fence n1" in result["msg"], result["msg"]
    fencing = next(action for action in result["transition"] if action["action"] == "fence")
    assert (fencing["node"], fencing["operation"]) == ("n1", "reboot")


def test_what_disrupts_nothing_is_allowed(cluster: Cluster) -> None:
    declared = {"resources": [{"id": "d1", "meta": {"priority": 5}}, {"id": "d2", **DUMMY}]}
    result = succeed(cluster.module("pcs_cib", allow_disruption=False, **declared))
    assert [(action["action"], action["resource"]) for action in result["transition"]] == [("start", "d2")]


def test_a_resource_is_stopped_before_it_is_removed(cluster: Cluster) -> None:
    """It is not stopped at first, so it stays, and the result tells; as soon as it has stopped it goes."""
    gone = {"id": "d1", "state": "absent"}
    result = cluster.module("pcs_resource", wait=1, **gone)
    assert "Not stopped within 1 s, so not removed either: 'd1' on n1" in result["msg"]
    assert result["changed"] is True
    text = cluster.guest.read(cluster.cib)
    assert re.search(r'<primitive [^>]*id="d1"', text)
    assert 'id="d1-meta_attributes-target-role" name="target-role" value="Stopped"' in text
    cluster.act()
    result = succeed(cluster.module("pcs_resource", **gone))
    assert result["commands"] == [["pcs", "resource", "delete", "d1"]]
    assert not re.search(r'<primitive [^>]*id="d1"', cluster.guest.read(cluster.cib))


def test_a_bundle_is_stopped_before_it_is_removed(cluster: Cluster) -> None:
    bundle = {"id": "b", "type": "podman", "container": {"image": "i", "replicas": 1}}
    succeed(cluster.module("pcs_bundle", **bundle))
    cluster.act()
    result = cluster.module("pcs_bundle", wait=1, id="b", state="absent")
    assert "Not stopped within 1 s, so not removed either: 'b' on n" in result["msg"], result["msg"]
    cluster.act()
    result = succeed(cluster.module("pcs_bundle", id="b", state="absent"))
    assert result["commands"] == [["pcs", "resource", "delete", "b"]]


def test_a_fencing_device_is_stopped_and_forgotten_before_its_agent_changes(cluster: Cluster) -> None:
    """Where the old agent has failed, Pacemaker would otherwise start that again, with the options of the new one."""
    succeed(cluster.module("pcs_stonith", id="f", agent="fence_virt", options={"ipaddr": "192.0.2.1"}))
    cluster.act()
    new = {"id": "f", "agent": "fence_xvm", "options": {"ipport": 1230}}
    foreseen = succeed(cluster.module("pcs_stonith", check=True, **new))
    result = cluster.module("pcs_stonith", wait=1, **new)
    assert "Not stopped within 1 s, so not removed either: 'f' on n" in result["msg"], result["msg"]
    cluster.act()
    result = cluster.module("pcs_stonith", **new)  # there is no controller here that could forget anything
    assert "'f' is stopped and not replaced yet, because crm_resource --refresh fails" in result["msg"], result["msg"]
    assert foreseen["commands"][0] == ["pcs", "stonith", "meta", "f", "target-role=Stopped"]
    text = cluster.guest.read(cluster.cib)
    assert re.search(r'<primitive [^>]*id="f"[^>]*type="fence_virt"', text)
    assert 'name="target-role" value="Stopped"' in text


def test_what_nobody_may_stop_is_not_removed(cluster: Cluster) -> None:
    succeed(cluster.module("pcs_resource", id="d1", meta={"is-managed": False}))
    result = cluster.module("pcs_resource", id="d1", state="absent")
    assert "'d1' runs but is not managed by the cluster" in result["msg"]


@pytest.mark.parametrize(
    ("module", "declared"),
    [
        ("pcs_resource", {"id": "each", "meta": {"priority": 3}}),
        ("pcs_clone", {"resource": "each", "meta": {"priority": 3}}),
    ],
)
def test_waiting_tells_which_instance_failed_where_and_why(
    cluster: Cluster, module: str, declared: dict[str, Any]
) -> None:
    """A clone runs on one of two nodes only. Whoever declares it and waits is told, also when the other one runs."""
    succeed(cluster.module("pcs_resource", id="each", meta={"target-role": "Stopped"}))
    cluster.act()
    succeed(cluster.module("pcs_resource", id="each", meta={"target-role": None}))
    cluster.act("--op-fail", "each_start_0@n2=5")
    cluster.act()
    result = cluster.module(module, wait=5, **declared)
    assert result["changed"] is True
    # What follows is Pacemaker's own word for it, which has changed its capital letter.
    reason = "'each' does not run everywhere: its start failed on n2: not installed"
    assert reason in result["msg"].replace("Not installed", "not installed"), result["msg"]


def test_waiting_for_what_runs(cluster: Cluster) -> None:
    assert succeed(cluster.module("pcs_clone", wait=5, resource="each", meta={"priority": 3}))["changed"]
