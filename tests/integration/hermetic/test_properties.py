# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random declarations, really applied with pcs to a CIB full of what others put there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from cib_strategies import KINDS_OF_VALUES, changes, declarations, touched_by
from cib_xml import fingerprints
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from .conftest import Guest
from .test_modules import exported, succeed

FOREIGN = """<cib crm_feature_set="3.16.1" validate-with="pacemaker-3.7" admin_epoch="0" epoch="3" num_updates="0">
<configuration>
<crm_config>
 <cluster_property_set id="cib-bootstrap-options">
  <nvpair id="p1" name="stonith-enabled" value="false"/><nvpair id="p2" name="maintenance-mode" value="true"/>
 </cluster_property_set>
 <cluster_property_set id="weekend" score="3"><rule id="weekend-rule" score="0" boolean-op="and">
   <date_expression id="weekend-e" operation="date_spec"><date_spec id="weekend-d" weekdays="6-7"/></date_expression>
  </rule><nvpair id="p3" name="cluster-delay" value="30s"/></cluster_property_set>
</crm_config>
<nodes><node id="1" uname="n0"><instance_attributes id="n0-attributes">
 <nvpair id="n0-standby" name="standby" value="on"/></instance_attributes></node>
 <node id="2" uname="n1"/><node id="3" uname="n2"/></nodes>
<resources>
 <template id="mould" class="ocf" provider="pacemaker" type="Dummy"><operations>
  <op id="mould-m" name="monitor" interval="5s"/></operations></template>
 <primitive id="moulded" template="mould"><meta_attributes id="moulded-m">
  <nvpair id="moulded-t" name="target-role" value="Stopped"/></meta_attributes></primitive>
 <primitive id="foreign" class="ocf" provider="pacemaker" type="Dummy" description="not ours">
  <meta_attributes id="foreign-m1"><rule id="foreign-rule" score="0">
    <expression id="foreign-e" attribute="#uname" operation="eq" value="n1"/></rule>
   <nvpair id="foreign-s" name="resource-stickiness" value="5"/></meta_attributes>
  <meta_attributes id="foreign-m2"><nvpair id="foreign-p" name="is-managed" value="false"/></meta_attributes>
  <operations><op id="foreign-op" name="monitor" interval="7s" on-fail="block">
   <meta_attributes id="foreign-op-m"><nvpair id="foreign-op-x" name="x" value="y"/></meta_attributes></op></operations>
 </primitive>
 <group id="foreigners"><primitive id="member" class="ocf" provider="pacemaker" type="Dummy"/>
  <meta_attributes id="foreigners-m"/></group>
</resources>
<constraints>
 <rsc_location id="cli-ban-foreign-on-n2" rsc="foreign" role="Started" node="n2" score="-INFINITY"/>
 <rsc_location id="two-rules" rsc="foreign">
  <rule id="tr1" score="1"><expression id="tr1e" attribute="a" operation="defined"/></rule>
  <rule id="tr2" score-attribute="b"><expression id="tr2e" attribute="b" operation="defined"/></rule></rsc_location>
 <rsc_location id="moulds-place" rsc="moulded" node="n1" score="5"/>
 <rsc_order id="in-sets"><resource_set id="s1" sequential="false"><resource_ref id="foreign"/>
  <resource_ref id="moulded"/></resource_set></rsc_order>
 <rsc_ticket id="ticketed" rsc="foreign" ticket="T" loss-policy="stop"/>
</constraints>
<tags><tag id="tagged"><obj_ref id="foreign"/></tag></tags>
<acls><acl_role id="reader"><acl_permission id="reader-p" kind="read" xpath="/cib"/></acl_role></acls>
<alerts><alert id="told" path="/usr/bin/true"><recipient id="told-r" value="someone"/></alert></alerts>
</configuration><status/></cib>"""


@pytest.mark.parametrize("number", range(2))
def test_second_plan_is_empty_and_what_is_not_declared_stays(guest: Guest, cib: str, number: int) -> None:
    @seed(number)
    @settings(
        max_examples=3,  # the first is empty
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def live(data: st.DataObject) -> None:
        guest.write(cib, foreign(guest))
        declared = data.draw(declarations())
        apply(guest, cib, declared)
        apply(guest, cib, data.draw(changes(declared)))

    live()


def foreign(guest: Guest) -> str:
    """What others put into the CIB. Pacemaker 3 has a schema without several rules in one constraint, which pcs changes
    to by itself with the first rule of a location."""
    if not guest.has_schema_4:
        return FOREIGN
    newer = FOREIGN.replace("pacemaker-3.7", "pacemaker-4.0").replace(' score="0"', "")
    return re.sub('<rsc_location id="two-rules".*?</rsc_location>', "", newer, flags=re.DOTALL)


def apply(guest: Guest, cib: str, declared: dict[str, Any]) -> None:
    """Apply a declaration, and see that it was foreseen, that it is true afterwards, and that it did nothing else."""
    before, old = guest.read(cib), exported(guest, cib)
    predicted = succeed(guest.module("pcs_cib", check=True, cib_file=cib, **declared))
    assert guest.read(cib) == before
    applied = succeed(guest.module("pcs_cib", cib_file=cib, **declared))
    assert (applied["changed"], applied["diff"]) == (predicted["changed"], predicted["diff"])
    again = succeed(guest.module("pcs_cib", check=True, cib_file=cib, **declared))
    assert not again["changed"], again["commands"]
    assert not succeed(guest.module("pcs_cib", check=True, cib_file=cib, **exported(guest, cib)))["changed"]
    touched = touched_by(old, declared)
    touched |= {name for kind in KINDS_OF_VALUES for name in declared.get(kind, ())}
    one, other = (
        {name: form for name, form in fingerprints(text).items() if name.split(" ")[-1] not in touched}
        for text in (before, guest.read(cib))
    )
    assert one == other
