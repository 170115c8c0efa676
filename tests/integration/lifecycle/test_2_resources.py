# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The resources and the fence device change while the cluster serves."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from lab import GROUP, eventually
from life import LifeLab

CIB = "cibadmin --query --scope configuration"


def with_group(site: LifeLab, name: str) -> pathlib.Path:
    """An inventory in which the group has another NAME and prefers the first node."""
    location: dict[str, t.Any] = {"id": "web-prefers-node1", "resource": name, "node": "node1", "score": 1}
    return site.inventory(*site.nodes, ha_groups=[{"id": name, "members": list(GROUP)}], ha_locations=[location])


def test_group_with_constraints_is_renamed_and_goes_on_serving(site: LifeLab) -> None:
    constrained, renamed = with_group(site, "lighty"), with_group(site, "web")
    assert site.site("--inventory", str(constrained), "--tags", "resources").code == 0
    try:
        with site.undisturbed("a group gets another name"):
            done = site.site("--inventory", str(renamed), "--tags", "resources")
            assert done.code == 0, done
        cib = site.ssh("node1", CIB)
        assert '<group id="web">' in cib
        assert '<group id="lighty">' not in cib
        assert cib.count('<rsc_location id="web-prefers-node1" rsc="web"') == 1
        again = site.site("--inventory", str(renamed), "--tags", "resources")
        assert (again.code, again.changed) == (0, 0), again
    finally:
        back = site.site("--inventory", str(constrained), "--tags", "resources")
        assert back.code == 0, back
        done = site.site("--tags", "resources", ha_purge={"locations": ["web-prefers-node1"]})
        assert done.code == 0, done
    assert '<group id="lighty">' in site.ssh("node1", CIB)


def test_device_whose_reboot_is_off_really_fences(site: LifeLab) -> None:
    """YAML's off is false, and a device with the action `false` can't fence, though every command accepts it."""
    inventory = site.inventory(*site.nodes, ha_fence_virt_options={"pcmk_reboot_action": False})
    done = site.site("--inventory", str(inventory), "--tags", "fence_virt")
    assert done.code == 0, done
    active = site.active_node()
    other = next(node for node in site.nodes if node != active)
    before = site.now(other)
    try:
        assert 'name="pcmk_reboot_action" value="off"' in site.ssh(other, CIB)
        site.ssh(other, f"pcs stonith fence {active}")
        assert active not in site.ssh("hypervisor", "virsh list --name").split()
        fencings = site.fencings(other, since=before)
        assert [(event["target"], event["status"]) for event in fencings] == [(active, "success")], fencings
        assert eventually(lambda: site.fetch()[0] == 200)
    finally:
        site.ssh("hypervisor", f"virsh start {active}", check=False)
        site.await_healthy(timeout=180)
        unset = site.inventory(*site.nodes, ha_fence_virt_options={"pcmk_reboot_action": None})
        back = site.site("--inventory", str(unset), "--tags", "fence_virt")
        assert back.code == 0, back
    assert "pcmk_reboot_action" not in site.ssh(other, CIB)


@pytest.mark.parametrize(("strategy", "token"), [("free", 4000), ("host_pinned", 4100)])
def test_strategy_of_ansible_changes_nothing(
    site: LifeLab, monkeypatch: pytest.MonkeyPatch, strategy: str, token: int
) -> None:
    monkeypatch.setitem(site.environment, "ANSIBLE_STRATEGY", strategy)
    inventory = site.inventory(*site.nodes, ha_totem={"token": token})
    with site.undisturbed(f"strategy {strategy}"):
        for expected in (True, False):
            done = site.site("--inventory", str(inventory))
            assert (done.code, bool(done.changed)) == (0, expected), done
