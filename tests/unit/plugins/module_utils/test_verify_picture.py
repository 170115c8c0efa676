# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The nodes in a cluster's picture: full members, remote nodes and guest nodes."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import parse_cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.picture import draw

CIB = """<cib validate-with="pacemaker-3.9"><configuration><crm_config/><nodes><node id="1" uname="n1"/></nodes>
<resources><primitive id="r1" class="ocf" provider="pacemaker" type="remote"/>
<primitive id="vm" class="ocf" provider="heartbeat" type="VirtualDomain"><meta_attributes id="m">
<nvpair id="m-remote-node" name="remote-node" value="g1"/></meta_attributes></primitive></resources>
<constraints><rsc_ticket id="t" ticket="T" rsc="vm"/></constraints></configuration></cib>"""
STATE = """<pacemaker-result><summary/><nodes>
<node name="g1" id="g1" online="true" type="remote" id_as_resource="vm"/>
<node name="n1" id="1" online="true" is_dc="true" type="member"/>
<node name="r1" id="r1" online="false" type="remote"/></nodes><resources/></pacemaker-result>"""


def test_remote_and_guest_nodes_are_marked_in_a_running_cluster() -> None:
    picture = draw(parse_cib(CIB), None, ET.fromstring(STATE), {})
    assert {node["name"]: (node["kind"], node["state"]) for node in picture["nodes"]} == {
        "g1": ("guest", "online"),
        "n1": ("member", "online"),
        "r1": ("remote", "offline"),
    }


def test_remote_and_guest_nodes_are_in_the_picture_of_a_file() -> None:
    picture = draw(parse_cib(CIB), None, None, {})
    assert [(node["name"], node["kind"]) for node in picture["nodes"]] == [
        ("n1", "member"),
        ("r1", "remote"),
        ("g1", "guest"),
    ]
    assert [item["text"] for item in picture["constraints"]] == ["vm needs ticket T"]
