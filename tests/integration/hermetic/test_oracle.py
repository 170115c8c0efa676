# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""cluster_info reads a CIB as crm_resource, crm_simulate, crm_mon, crm_attribute and pcs do: generated CIBs, those of
Pacemaker's own tests, and small ones that it once misread. See oracle.py."""

from __future__ import annotations

import pytest

from .conftest import Guest
from .generated import EACH, EVERYTHING, FORMS, of_pacemaker, put_generated, put_inputs

pytestmark = pytest.mark.usefixtures("progress")

NUMBER = 150  # generated CIBs in each release
STEP = 1 if EVERYTHING else 10  # every tenth of Pacemaker's


def misreadings(found: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: phrases for name, phrases in found.items() if phrases}


@pytest.fixture(scope="module")
def directory(guest: Guest) -> str:
    """Put the generated CIBs into the release, and return their directory."""
    return put_generated(guest, "/tmp/generated", NUMBER)


def test_generated_cibs_are_valid_and_have_every_form(guest: Guest, directory: str) -> None:
    found = guest.call("oracle.validity", directory=directory, forms=FORMS)
    assert found["files"] == NUMBER
    assert found["invalid"] == {}
    assert found["schemas"] == sorted(guest.schemas)
    assert {form: count for form, count in found["forms"].items() if count < EACH} == {}


def test_cluster_info_reads_generated_cibs_as_the_tools_do(guest: Guest, directory: str) -> None:
    found = guest.call("oracle.survey", directory=directory)
    assert len(found) == NUMBER
    assert misreadings(found) == {}


def test_cluster_info_reads_small_cibs_as_the_tools_do(guest: Guest) -> None:
    found = guest.call("oracle.survey", directory=put_inputs(guest, "/tmp/inputs"))
    assert found
    assert misreadings(found) == {}


def test_cluster_info_reads_cibs_of_pacemaker_as_the_tools_do(guest: Guest) -> None:
    assert misreadings(of_pacemaker(guest, "oracle.survey", STEP)) == {}


def test_upgrade_gives_the_same_cibs_as_pacemaker(guest: Guest) -> None:
    found = guest.call("upgrade.comparison", directory=put_generated(guest, "/tmp/upgraded", 30))
    assert bool(found["upgraded"]) is guest.has_schema_4
    assert found["different"] == []


def test_pacemaker_2_1_8_to_3_0_1_loses_references_in_clones(guest: Guest) -> None:
    """The oracle doesn't ask these releases about them."""
    assert guest.call("oracle.loses_references") is ((2, 1, 8) <= guest.pacemaker <= (3, 0, 1))


SMALL = """<cib validate-with="pacemaker-3.9" crm_feature_set="3.16.1" admin_epoch="0" epoch="1" num_updates="0">
<configuration><crm_config><cluster_property_set id="cib-bootstrap-options">
 <nvpair id="p1" name="stonith-enabled" value="{enabled}"/><nvpair id="p2" name="batch-limit" value="{limit}"/>
</cluster_property_set></crm_config>
<nodes><node id="1" uname="n1"><instance_attributes id="n1-a"><nvpair id="n1-a-1" name="rack" value="{rack}"/>
<nvpair id="n1-a-2" name="standby" value="{standby}"/></instance_attributes></node></nodes>
<resources><primitive id="r" class="ocf" provider="pacemaker" type="Dummy"><instance_attributes id="r-i">
 <nvpair id="r-i-1" name="state" value="{state}"/></instance_attributes><meta_attributes id="r-m">
 <nvpair id="r-m-1" name="priority" value="{priority}"/></meta_attributes><operations>
 <op id="r-o" name="monitor" interval="{interval}"/></operations></primitive>
 <primitive id="bare" class="ocf" provider="pacemaker" type="Dummy"/></resources>
<constraints><rsc_location id="l" rsc="r"><rule id="l-r" boolean-op="{joined}" score="5">
 <expression id="l-1" attribute="rack" operation="defined"/>
 <expression id="l-2" attribute="rack" operation="eq" value="1"/>
 </rule></rsc_location></constraints>
<rsc_defaults><meta_attributes id="d">
 <nvpair id="d-1" name="resource-stickiness" value="{stickiness}"/></meta_attributes>
</rsc_defaults></configuration>
<status><node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member"/></status></cib>"""
RIGHT = {
    "enabled": "false",
    "limit": "3",
    "rack": "1",
    "standby": "off",
    "state": "/run/a",
    "priority": "7",
    "interval": "10s",
    "joined": "and",
    "stickiness": "9",
}
WRONG = {  # the misread value, and the oracle's name for it
    "enabled": ("true", "property stonith-enabled"),
    "limit": ("4", "property batch-limit"),
    "rack": ("2", "attribute rack of the node n1"),
    "standby": ("on", "standby of the node n1"),
    "state": ("/run/b", "options state of r"),
    "interval": ("11s", "operation"),
    "joined": ("or", "rule of l"),
    "stickiness": ("8", "resource default resource-stickiness"),
}


@pytest.mark.parametrize("name", WRONG)
def test_oracle_finds_a_misread_value(guest: Guest, name: str) -> None:
    value, words = WRONG[name]
    guest.write("/tmp/right.xml", SMALL.format_map(RIGHT))
    guest.write("/tmp/wrong.xml", SMALL.format_map({**RIGHT, name: value}))
    assert guest.call("oracle.examine", path="/tmp/right.xml") == []
    found = guest.call("oracle.examine", path="/tmp/right.xml", read="/tmp/wrong.xml")
    assert found
    assert all(phrase.startswith(words) for phrase in found), found
