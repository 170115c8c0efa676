# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""cluster_verify on files, with the real crm_verify and crm_simulate of both releases, and on CIBs of others."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest

from .conftest import Guest

FILES = pathlib.Path(__file__).resolve().parents[2] / "unit" / "files"
SCHEDULER = "/usr/share/pacemaker/tests/scheduler/xml"


def verify(guest: Guest, folder: str, *pairs: tuple[str, str]) -> dict[str, Any]:
    """What cluster_verify says of the files in FOLDER, with the CIB changed by PAIRS."""
    text = (FILES / folder / "cib.xml").read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    guest.number += 1
    paths = {"cib_file": f"/tmp/verify-{guest.number}.xml", "corosync_file": f"/tmp/verify-{guest.number}.conf"}
    guest.write(paths["cib_file"], text)
    guest.write(paths["corosync_file"], (FILES / folder / "corosync.conf").read_text())
    result = guest.module("cluster_verify", **paths)
    assert not result.get("failed"), result
    assert result["changed"] is False
    return result


def ids(result: dict[str, Any]) -> list[str]:
    return [finding["id"] for finding in result["findings"]]


def after(result: dict[str, Any], node: str, resource: str) -> list[str]:
    row = next(row for row in result["what_if"] if row["node"] == node)
    places: list[str] = next(item["after"] for item in row["resources"] if item["id"] == resource)
    return places


def test_running_lab(guest: Guest) -> None:
    result = verify(guest, "lab")
    assert ids(result) == ["corosync-link-single", "filesystem-unguarded"]
    assert result["notes"] == []
    assert [row["node"] for row in result["what_if"]] == ["node1", "node2", "node3"]
    before = {item["id"]: item["before"] for item in result["what_if"][0]["resources"]}
    assert before == {
        "fencing": ["node1"],
        "cluster-ip": ["node2"],
        "cluster-data": ["node2"],
        "lighttpd": ["node2"],
    }
    for node in ("node1", "node3"):
        assert after(result, node, "lighttpd") == ["node2"]
    assert after(result, "node2", "lighttpd") in (["node1"], ["node3"])
    assert after(result, "node2", "lighttpd") == after(result, "node2", "cluster-data")


BAN = '<rsc_location id="{0}" rsc="lighty" node="{0}" score="-INFINITY"/>'


def test_loss_after_which_something_stays_down(guest: Guest) -> None:
    bans = f"<constraints>{BAN.format('node1')}{BAN.format('node3')}</constraints>"
    result = verify(guest, "lab", ("<constraints/>", bans))
    assert "loss-stays-down" in ids(result)
    finding = next(item for item in result["findings"] if item["id"] == "loss-stays-down")
    assert finding["evidence"] == "Without node2 cluster-ip, cluster-data, lighttpd would stay down."
    assert after(result, "node2", "lighttpd") == []
    assert after(result, "node1", "lighttpd") == ["node2"]


def test_cluster_without_a_fence_device(guest: Guest) -> None:
    result = verify(guest, "lab", ('class="stonith"', 'class="ocf" provider="heartbeat"'))
    assert "fencing-no-device" in ids(result)


def test_paper_as_it_is_printed(guest: Guest) -> None:
    result = verify(guest, "paper")
    assert {"corosync-transport-crypto", "agent-unknown", "constraint-redundant", "fencing-host-check"} <= set(
        ids(result)
    )
    assert len(result["what_if"]) == 3
    for row in result["what_if"]:
        for item in row["resources"]:
            assert len(item["after"]) == 1, item
            assert item["after"] != [row["node"]], item


def test_newer_cib_than_the_tools_is_simulated_all_the_same(guest: Guest) -> None:
    result = verify(guest, "paper", ('crm_feature_set="3.0.9"', 'crm_feature_set="3.99.0"'))
    assert len(result["what_if"]) == 3, result["notes"]


def test_what_crm_verify_complains_about_is_found(guest: Guest) -> None:
    broken = '<rsc_order id="o" first="lighttpd" then="nobody"/>'
    result = verify(guest, "lab", ("<constraints/>", f"<constraints>{broken}</constraints>"))
    assert {"cib-invalid", "constraint-stranger"} & set(ids(result))


def test_cibs_of_others_are_looked_through_without_a_fault_of_our_own() -> None:
    guest = Guest("trixie")
    try:
        found = guest.call("lint_corpus.survey", directory=SCHEDULER)
    finally:
        guest.close()
    assert found["files"] > 800
    assert found["broken"] == {}
    assert found["ids"]["fencing-off"] > 0
    assert len(found["ids"]) > 10
    print(f"\n{found['files']} CIBs: {found['ids']}")


@pytest.mark.parametrize("name", ["bug-5059", "clone-interleave-1", "params-4", "remote-connection-shutdown"])
def test_tables_of_others(name: str) -> None:
    guest = Guest("trixie")
    try:
        result = guest.module("cluster_verify", cib_file=f"{SCHEDULER}/{name}.xml")
    finally:
        guest.close()
    assert not result.get("failed"), result
    assert result["what_if"], result["notes"]
