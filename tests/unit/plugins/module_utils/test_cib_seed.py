# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.seed import is_leftover, seed, seeded_ids

EMPTY = (
    '<cib crm_feature_set="3.16.2" validate-with="pacemaker-3.8" epoch="0" num_updates="0" admin_epoch="0">'
    "<configuration><crm_config/><nodes/><resources/><constraints/></configuration><status/></cib>"
)
NAMED = EMPTY.replace(
    "<crm_config/>",
    '<crm_config><cluster_property_set id="cib-bootstrap-options">'
    '<nvpair id="a" name="cluster-name" value="debian"/><nvpair id="b" name="have-watchdog" value="false"/>'
    "</cluster_property_set></crm_config>",
)


def test_the_seed_keeps_the_feature_set_and_is_found_again() -> None:
    cib = seed(EMPTY, {"dc-deadtime": "2s"})
    assert 'crm_feature_set="3.16.2"' in cib
    assert 'epoch="1"' in cib
    assert seeded_ids(cib) == ["quorate-first-start-dc-deadtime"]


def test_a_property_that_somebody_else_has_set_is_not_ours() -> None:
    cib = seed(EMPTY, {"dc-deadtime": "2s"}).replace("quorate-first-start-", "cib-bootstrap-options-")
    assert seeded_ids(cib) == []


def test_a_leftover_is_one_that_nobody_configured() -> None:
    assert is_leftover(NAMED, "web")
    assert not is_leftover(NAMED, "debian")
    assert not is_leftover(EMPTY, "web")
    assert not is_leftover(NAMED.replace("have-watchdog", "stonith-enabled"), "web")
    assert not is_leftover(NAMED.replace("<resources/>", '<resources><primitive id="ip"/></resources>'), "web")
    assert not is_leftover("<cib", "web")
