# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration of corosync against the real pcs, without a cluster."""

from __future__ import annotations

from typing import Any

from .conftest import Guest

PATH = "/tmp/cluster.conf"
NODES = [{"name": f"n{n}", "addresses": [f"192.0.2.{n}"]} for n in (1, 2, 3)]
TWO_LINKS = [{**node, "addresses": [*node["addresses"], f"198.51.100.{number}"]} for number, node in enumerate(NODES)]
STEPS: tuple[dict[str, Any], ...] = (
    {"nodes": NODES, "totem": {"token": 5000}, "quorum": {"wait_for_all": True}},
    {"nodes": NODES, "totem": {"token": 7000}},
    {"nodes": NODES, "totem": {"token": None}, "quorum": {"wait_for_all": None}},
    {"nodes": TWO_LINKS, "links": [{"link_priority": 3}, {}]},
    {"nodes": NODES},
    {"nodes": [*NODES, {"name": "n4", "addresses": ["192.0.2.4"]}], "allow_join": True},
)


def module(guest: Guest, *, check: bool = False, **args: Any) -> dict[str, Any]:
    return guest.module("pcs_cluster", check=check, path=PATH, name="web", **args)


def test_life_of_a_configuration(guest: Guest) -> None:
    guest.command("rm", "-f", PATH)
    for step in STEPS:
        before = guest.read(PATH)
        predicted = module(guest, check=True, **step)
        assert predicted.get("changed"), (step, predicted)
        assert guest.read(PATH) == before, "check mode wrote"
        applied = module(guest, **step)
        for key in ("changed", "changes", "classification"):
            assert applied[key] == predicted[key]
        for check in (True, False):
            again = module(guest, check=check, **step)
            assert (again["changed"], again["changes"], again["classification"]) == (False, [], "unchanged"), step
    text = guest.read(PATH)
    assert "token" not in text
    assert text.count("ring0_addr") == 4
    assert text.count("ring1_addr") == 0


def test_what_pcs_refuses_is_told(guest: Guest) -> None:
    guest.command("rm", "-f", PATH)
    refused = module(guest, nodes=NODES, totem={"tokn": 3})
    assert "pcs refuses this configuration" in refused["msg"]
    assert "'tokn'" in refused["msg"]
    assert guest.command("test", "-e", PATH)["rc"] == 1
