# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way a change takes into a running cluster: a patch that fits one version only. Pacemaker's tools play the cluster
on the file that CIB_file names."""

from __future__ import annotations

import re

from .conftest import Guest
from .test_modules import succeed

STATUS = '<node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member"/>'


def start(guest: Guest, cib: str) -> dict[str, str]:
    """Make the CIB of a cluster. Returns the environment in which the tools take it for the live one."""
    empty = str(guest.command("cibadmin", "--empty")["stdout"])
    text = empty.replace("<nodes/>", '<nodes><node id="1" uname="n1"/></nodes>')
    guest.write(cib, text.replace("<status/>", f"<status>{STATUS}</status>"))
    return {"CIB_file": cib}


def epoch(guest: Guest, cib: str) -> int:
    found = re.search(r' epoch="(\d+)"', guest.read(cib))
    assert found is not None
    return int(found[1])


def test_change_arrives(guest: Guest, cib: str) -> None:
    environment = start(guest, cib)
    old = epoch(guest, cib)
    declared = {
        "properties": {"stonith-enabled": False},
        "resources": [{"id": name, "agent": "ocf:pacemaker:Dummy"} for name in ("d1", "d2")],
        "groups": [{"id": "g", "members": ["d2", "d1"]}],
    }
    predicted = succeed(guest.module("pcs_cib", check=True, environment=environment, **declared))
    assert epoch(guest, cib) == old
    applied = succeed(guest.module("pcs_cib", environment=environment, **declared))
    assert applied["diff"] == predicted["diff"]
    assert [action["resource"] for action in applied["transition"]] == ["d2", "d1"]
    assert epoch(guest, cib) > old
    assert not succeed(guest.module("pcs_cib", environment=environment, **declared))["changed"]
    assert succeed(guest.module("cluster_info", environment=environment))["groups"] == declared["groups"]


def test_pcs_and_ha_cluster_patch_without_a_version(guest: Guest, cib: str) -> None:
    """So a change of the same value by someone else gets lost. Here the tools refuse our patch with code 103 as soon as
    the configuration or the status has moved on."""
    environment = start(guest, cib)
    succeed(guest.module("pcs_property", environment=environment, properties={"stonith-enabled": False}))
    old = guest.read(cib)
    new = re.sub(r' epoch="(\d+)" num_updates="\d+"', lambda m: f' epoch="{int(m[1]) + 1}" num_updates="0"', old)
    guest.write(f"{cib}.old", old)
    guest.write(
        f"{cib}.new", new.replace('name="stonith-enabled" value="false"', 'name="stonith-enabled" value="true"')
    )
    patch = guest.command("crm_diff", "--original", f"{cib}.old", "--new", f"{cib}.new")
    assert patch["rc"] == 1
    guest.write(f"{cib}.patch", patch["stdout"])
    push = ["env", f"CIB_file={cib}", "cibadmin", "--patch", "--xml-file", f"{cib}.patch"]
    for moved in (r'num_updates="(\d+)"', r' epoch="(\d+)"'):
        later = re.sub(moved, lambda m: m[0].replace(f'"{m[1]}"', f'"{int(m[1]) + 1}"'), old, count=1)
        guest.write(cib, later)
        assert guest.command(*push)["rc"] == 103
        assert guest.read(cib) == later
    guest.write(cib, old)
    assert guest.command(*push)["rc"] == 0


def test_clone_that_still_runs_can_be_removed(guest: Guest, cib: str) -> None:
    """Its instances in the status, orphans in the new CIB, are no fault of the new CIB."""
    declared = {
        "properties": {"stonith-enabled": False},
        "resources": [{"id": "d", "agent": "ocf:pacemaker:Dummy"}],
        "clones": [{"resource": "d"}],
    }
    succeed(guest.module("pcs_cib", cib_file=cib, **declared))
    nodes = "".join(f'<node id="{number}" uname="n{number}"/>' for number in (1, 2, 3))
    states = "".join(
        f'<node_state id="{number}" uname="n{number}" in_ccm="true" crmd="online" join="member" expected="member">'
        f'<lrm id="{number}"><lrm_resources><lrm_resource id="d" class="ocf" provider="pacemaker" type="Dummy">'
        f'<lrm_rsc_op id="d_last_0" operation_key="d_start_0" operation="start" call-id="5" rc-code="0" op-status="0" '
        f'interval="0" transition-key="1:1:0:0" transition-magic="0:0;1:1:0:0"/>'
        "</lrm_resource></lrm_resources></lrm></node_state>"
        for number in (1, 2, 3)
    )
    running = re.sub(
        r"<status\s*/>|<status>.*</status>", f"<status>{states}</status>", guest.read(cib), flags=re.DOTALL
    )
    guest.write(cib, re.sub(r"<nodes\s*/>", f"<nodes>{nodes}</nodes>", running))
    assert "d_start_0" in guest.read(cib)
    gone = {"clones": [{"resource": "d", "state": "absent"}], "resources": [{"id": "d", "state": "absent"}]}
    succeed(guest.module("pcs_cib", cib_file=cib, **gone))
    assert "primitive" not in guest.read(cib)
