# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration that a backup keeps, and its way back into a running cluster's CIB."""

from __future__ import annotations

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._backup.cib import (
    canonical,
    identifiers,
    with_configuration,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

BACKED_UP = """\
<cib crm_feature_set="3.16.2" validate-with="pacemaker-3.9" epoch="42" num_updates="7" admin_epoch="1"
     cib-last-written="Mon Nov 23 07:00:00 2026" update-origin="node1" have-quorum="1" dc-uuid="1">
  <configuration>
    <crm_config>
      <cluster_property_set id="cib-bootstrap-options">
        <nvpair id="cib-bootstrap-options-dc-version" name="dc-version" value="2.1.5"/>
        <nvpair name="stonith-enabled" id="cib-bootstrap-options-stonith-enabled" value="true"/>
        <nvpair id="cib-bootstrap-options-last-lrm-refresh" name="last-lrm-refresh" value="1795417200"/>
      </cluster_property_set>
    </crm_config>
    <nodes><node id="1" uname="node1"/></nodes>
    <resources>
      <primitive id="fencing" class="stonith" type="fence_ipmilan">
        <instance_attributes id="f-a"><nvpair id="f-a-p" name="passwd" value="secret"/></instance_attributes>
      </primitive>
    </resources>
    <constraints/>
  </configuration>
  <status><node_state id="1"/></status>
</cib>
"""
LIVE = """\
<cib crm_feature_set="3.19.0" validate-with="pacemaker-3.10" epoch="5" num_updates="3" admin_epoch="0">
  <configuration>
    <crm_config>
      <cluster_property_set id="cib-bootstrap-options">
        <nvpair id="quorate-first-start-dc-deadtime" name="dc-deadtime" value="2s"/>
        <nvpair id="cib-bootstrap-options-dc-version" name="dc-version" value="3.0.0"/>
      </cluster_property_set>
    </crm_config>
    <nodes/><resources><primitive id="new" class="ocf" provider="pacemaker" type="Dummy"/></resources><constraints/>
  </configuration>
  <status><node_state id="1" uname="node1"/></status>
</cib>
"""


def test_same_configuration_has_the_same_form() -> None:
    other = (
        BACKED_UP.replace('epoch="42"', 'epoch="43"')
        .replace('value="2.1.5"', 'value="3.0.0"')
        .replace('value="1795417200"', 'value="1795417201"')
        .replace('id="1" uname="node1"', 'uname="node1" id="1"')
        .replace("\n    ", "\n")
    )
    assert canonical(other) == canonical(BACKED_UP)
    assert canonical(canonical(BACKED_UP)) == canonical(BACKED_UP)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('value="true"', 'value="false"'),
        ('id="1" uname="node1"', 'id="2" uname="node1"'),
        ("pacemaker-3.9", "pacemaker-3.10"),
        ('value="secret"', 'value="other"'),
    ],
)
def test_other_configuration_has_another_form(before: str, after: str) -> None:
    assert canonical(BACKED_UP.replace(before, after)) != canonical(BACKED_UP)


def test_status_and_version_are_not_kept() -> None:
    text = canonical(BACKED_UP)
    assert [
        word for word in ("status", "epoch", "dc-version", "last-lrm-refresh", "cib-last-written") if word in text
    ] == []


def test_set_of_nothing_but_what_pacemaker_writes_is_not_kept() -> None:
    assert "cluster_property_set" not in canonical(LIVE.replace("dc-deadtime", "have-watchdog"))


def test_configuration_replaces_the_live_one_whole() -> None:
    new = with_configuration(LIVE, canonical(BACKED_UP))
    assert canonical(new) == canonical(BACKED_UP)
    assert 'name="dc-version" value="3.0.0"' in new
    assert '<node_state id="1" uname="node1" />' in new
    assert 'epoch="5"' in new


def test_what_pacemaker_writes_stays_where_the_backup_has_no_set() -> None:
    bare = canonical(LIVE.replace("dc-deadtime", "have-watchdog"))
    assert 'name="dc-version" value="3.0.0"' in with_configuration(LIVE, bare)


def test_identifiers_tell_no_secret() -> None:
    shown = identifiers(canonical(BACKED_UP))
    assert "resources: primitive fencing\n" in shown
    assert "nodes: node 1\n" in shown
    assert "secret" not in shown


@pytest.mark.parametrize("text", ["", "<cib>", "<other/>", "<cib/>"])
def test_what_is_no_cib_is_refused(text: str) -> None:
    with pytest.raises(ClusterError):
        canonical(text)
