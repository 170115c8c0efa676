# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What users can declare, how it is written, and how it is refused, with the real pcs."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Guest
from .test_peer_defects import apply

DUMMY = {"agent": "ocf:pacemaker:Dummy"}


def refused(guest: Guest, cib: str, module: str, **declared: Any) -> str:
    """The message with which a declaration is refused, in check mode as in a run. Nothing is written."""
    before = guest.command("cat", cib)["stdout"]
    messages = []
    for check in (True, False):
        result = guest.module(module, check=check, cib_file=cib, **declared)
        assert result.get("failed"), result
        messages.append(result["msg"])
    assert guest.command("cat", cib)["stdout"] == before
    assert messages[0] == messages[1]
    return str(messages[0])


# --- types of values -------------------------------------------------------------------------------------------------


def test_fencing_actions_are_written_as_on_and_off(guest: Guest, cib: str) -> None:
    """YAML's off is false. A device with pcmk_reboot_action=false can't fence, and nothing tells."""
    options = {"pcmk_reboot_action": False, "pcmk_on_action": True, "ip_family": "auto"}
    apply(guest, cib, "pcs_stonith", id="f", agent="fence_xvm", options=options)
    text = guest.read(cib)
    assert 'name="pcmk_reboot_action" value="off"' in text
    assert 'name="pcmk_on_action" value="on"' in text
    guest.write(cib, text.replace('name="pcmk_reboot_action" value="off"', 'name="pcmk_reboot_action" value="false"'))
    assert apply(guest, cib, "pcs_stonith", id="f", options={"pcmk_reboot_action": False})["changed"]
    assert 'name="pcmk_reboot_action" value="off"' in guest.read(cib)
    apply(guest, cib, "pcs_property", properties={"stonith-action": False})
    assert 'name="stonith-action" value="off"' in guest.read(cib)


def test_booleans_of_an_agent_stay_true_and_false(guest: Guest, cib: str) -> None:
    options = {"ip": "192.0.2.9", "username": "op", "lanplus": True, "method": "cycle", "pcmk_host_list": "n1"}
    apply(guest, cib, "pcs_stonith", id="f", agent="fence_ipmilan", options=options)
    assert 'name="lanplus" value="true"' in guest.read(cib)
    message = refused(guest, cib, "pcs_stonith", id="f", options={"method": True})
    assert "option 'method' of the fencing device 'f' is true for YAML" in message
    resource = {"id": "ip", "agent": "ocf:heartbeat:IPaddr2"}
    apply(guest, cib, "pcs_resource", **resource, options={"ip": "192.0.2.1", "lvs_support": True, "run_arping": True})
    message = refused(guest, cib, "pcs_resource", **resource, options={"nic": True})
    assert "option 'nic' of the resource 'ip' is true for YAML" in message


def test_hosts_of_a_fencing_device_as_a_list_and_as_a_mapping(guest: Guest, cib: str) -> None:
    apply(guest, cib, "pcs_stonith", id="f", agent="fence_xvm", options={"pcmk_host_list": ["n1", "n2"]})
    assert 'name="pcmk_host_list" value="n1 n2"' in guest.read(cib)
    ports = {"n1": 1, "n2": [2, "3"]}
    apply(guest, cib, "pcs_stonith", id="m", agent="fence_xvm", options={"pcmk_host_map": ports})
    assert 'name="pcmk_host_map" value="n1:1;n2:2,3"' in guest.read(cib)
    for options in ({"pcmk_host_map": "n2=2,3 n1=1"}, {"pcmk_host_map": {"n2": "2,3", "n1": "1"}}):
        assert not apply(guest, cib, "pcs_stonith", id="m", options=options)["changed"]
    assert apply(guest, cib, "pcs_stonith", id="m", options={"pcmk_host_map": {"n1": 1}})["changed"]
    apply(guest, cib, "pcs_stonith", id="m", options={"pcmk_host_map": None})


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ({"resources": [{"id": "d", **DUMMY, "options": {"fake": ["a"]}}]}, "option 'fake' of the resource 'd'"),
        ({"resources": [{"id": "d", **DUMMY, "options": ["fake=a"]}]}, "option 'options' of the resource 'd'"),
        ({"stonith": [{"id": "f", "agent": "fence_xvm", "options": {"auth": {"a": 1}}}]}, "'auth' of the fencing"),
        ({"alerts": [{"id": "a", "path": "/x", "description": ["b"]}]}, "option 'description' of the alert 'a'"),
        ({"properties": {"no-quorum-policy": ["stop"]}}, "property 'no-quorum-policy'"),
    ],
)
def test_lists_and_mappings_are_refused(guest: Guest, cib: str, declared: dict[str, Any], words: str) -> None:
    """They were written as Python writes them."""
    assert words in refused(guest, cib, "pcs_cib", **declared)
