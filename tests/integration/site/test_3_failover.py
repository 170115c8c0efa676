# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service survives: power cut, fencing, standby. Every outage is measured from outside at 20 Hz and printed."""

from __future__ import annotations

from lab import Lab, eventually

FAIL_COUNTS = "crm_mon --one-shot --failcounts --output-as=xml"


def other_than(lab: Lab, node: str) -> list[str]:
    return [name for name in lab.nodes if name != node]


def test_power_cut_of_the_active_node(site: Lab) -> None:
    active = site.active_node()
    rest = other_than(site, active)
    before, (_status, content) = site.now(rest[0]), site.fetch()
    with site.probed(f"power cut of {active}") as probe:
        site.ssh("hypervisor", f"virsh destroy {active}")
        site.await_healthy(rest)
    fencings = site.fencings(rest[0], since=before)
    assert [(event["target"], event["status"]) for event in fencings] == [(active, "success")], fencings
    assert site.active_node(rest[0]) in rest
    assert site.fetch() == (200, content)
    assert len(probe["outages"]) == 1, probe

    if active not in site.ssh("hypervisor", "virsh list --name").split():
        site.ssh("hypervisor", f"virsh start {active}")
    site.await_healthy()


def test_fencing_on_request(site: Lab) -> None:
    active = site.active_node()
    rest = other_than(site, active)
    before, (_status, content) = site.power_cycles(), site.fetch()
    with site.probed(f"pcs stonith fence {active}") as probe:
        site.ssh(rest[0], f"pcs stonith fence {active}")
        site.await_healthy(rest if not site.reachable(active) else None)
    site.await_healthy(timeout=180)
    assert site.power_cycles() == before + 1
    assert site.fetch() == (200, content)
    assert len(probe["outages"]) == 1, probe


def test_standby_and_unstandby(site: Lab) -> None:
    active = site.active_node()
    before = site.now(active)
    with site.probed(f"standby of {active}") as probe:
        site.ssh(active, f"pcs node standby {active} && crm_resource --wait")
        moved_to = site.await_healthy().where("lighttpd")
    assert moved_to != {active}
    with site.probed(f"unstandby of {active}") as back:
        site.ssh(active, f"pcs node unstandby {active} && crm_resource --wait")
        assert site.await_healthy().where("lighttpd") == moved_to, "the group went back although it sticks"
    assert len(probe["outages"]) == 1, probe
    assert back["failed"] == 0, back
    assert not site.fencings(active, since=before)


def test_killed_service_is_restarted_in_place(site: Lab) -> None:
    active = site.active_node()
    before = site.ssh(active, "systemctl show --property=MainPID lighttpd")
    with site.probed("kill of lighttpd") as probe:
        site.ssh(active, "systemctl kill --signal=KILL lighttpd.service")
        assert eventually(lambda: "fail-count" in site.ssh(active, FAIL_COUNTS)), "the failure was not noticed"
        assert eventually(lambda: site.fetch()[0] == 200), "the service did not come back"
    assert site.ssh(active, "systemctl show --property=MainPID lighttpd") != before
    assert len(probe["outages"]) == 1, probe
    site.ssh(active, "crm_resource --wait; crm_resource --cleanup --resource lighttpd; crm_resource --wait")
    site.await_healthy()
    assert site.active_node() == active


def test_documented_way_to_break_something(site: Lab) -> None:
    def has_power() -> bool:
        return "node1" in site.ssh("hypervisor", "virsh list --name").split()

    before = site.power_cycles()
    assert site.documented("virsh destroy").code == 0
    assert eventually(lambda: site.documented("curl").code == 0), "the service did not come back"
    if not eventually(has_power, timeout=30):
        assert site.documented("virsh start").code == 0
    site.await_healthy(timeout=180)
    assert site.power_cycles() <= before + 1


def test_changed_configuration_is_used_where_the_service_runs(site: Lab) -> None:
    def run(**variables: int) -> int:
        done = site.site("--tags", "lighttpd", **variables)
        assert done.code == 0, done
        return done.changed

    def properties(name: str) -> str:
        return site.ssh(active, f"systemctl show --property={name} lighttpd")

    active = site.active_node()
    started, settled = properties("ActiveEnterTimestampMonotonic"), properties("StateChangeTimestampMonotonic")
    with site.probed("change of lighttpd's configuration") as probe:
        assert run(ha_lighttpd_max_connections=333) == len(site.nodes)
        assert properties("ActiveEnterTimestampMonotonic") == started, "it was restarted, and a reload would have done"
        assert properties("StateChangeTimestampMonotonic") != settled, "it was not reloaded"
        assert run(ha_lighttpd_max_connections=333) == 0
        # What a run leaves that is killed before lighttpd uses what it has written.
        site.ssh(active, "touch /etc/lighttpd/lighttpd.conf")
        assert run(ha_lighttpd_max_connections=333) == 1
        assert run() == len(site.nodes)
    assert probe["failed"] == 0, probe
    assert site.await_healthy().where("lighttpd") == {active}
    assert run() == 0
