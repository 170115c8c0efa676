# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fencing on machines that have a power switch."""

from __future__ import annotations

import pytest
from machines import Machines


@pytest.mark.step("fencing")
def test_active_node_is_fenced_on_request_and_the_service_goes_on(site: Machines) -> None:
    active = site.active_node()
    (observer, *_rest) = (node for node in site.nodes if node != active)
    before = site.now(observer)
    site.ssh(observer, f"pcs stonith fence {active}")
    fencings = site.fencings(observer, since=before)
    assert [(event["target"], event["status"]) for event in fencings] == [(active, "success")], fencings
    assert site.await_works(timeout=600).active in site.nodes
