# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""cluster_verify on files, with the real crm_verify and crm_simulate of both releases, and on CIBs of others."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import parse_cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.placement import Placement
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.templates import expanded
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import parse
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.corosync_values import refused
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.fence_properties import counts_priorities
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.times import is_readable
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.what_if import places as places_after

from .conftest import Guest
from .test_modules import succeed

FILES = pathlib.Path(__file__).resolve().parents[2] / "unit" / "files"
SCHEDULER = "/usr/share/pacemaker/tests/scheduler/xml"


def verify(guest: Guest, folder: str, *pairs: tuple[str, str]) -> dict[str, Any]:
    """What cluster_verify finds in the files of FOLDER, with the CIB changed by PAIRS."""
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
    assert "cib-invalid" not in ids(result)


def test_paper_as_it_is_printed(guest: Guest) -> None:
    result = verify(guest, "paper")
    assert {"corosync-2", "agent-unknown", "constraint-redundant", "fencing-host-check"} <= set(ids(result))
    assert len(result["what_if"]) == 3
    for row in result["what_if"]:
        for item in row["resources"]:
            assert len(item["after"]) == 1, item
            assert item["after"] != [row["node"]], item


def test_newer_cib_than_the_tools_is_simulated_all_the_same(guest: Guest) -> None:
    result = verify(guest, "paper", ('crm_feature_set="3.0.9"', 'crm_feature_set="3.99.0"'))
    assert len(result["what_if"]) == 3, result["notes"]


def test_what_crm_verify_complains_about_is_found(guest: Guest) -> None:
    broken = '<rsc_order id="o" first="lighttpd" then="missing"/>'
    result = verify(guest, "lab", ("<constraints/>", f"<constraints>{broken}</constraints>"))
    assert {"cib-invalid", "constraint-stranger"} & set(ids(result))


@pytest.fixture(scope="module")
def trixie() -> Iterator[Guest]:
    """The release that has the CIBs of Pacemaker's own tests."""
    guest = Guest("trixie")
    yield guest
    guest.close()


def test_cibs_of_others_are_looked_through_without_a_fault_of_our_own(trixie: Guest) -> None:
    found = trixie.call("lint_corpus.survey", directory=SCHEDULER)
    assert found["files"] > 800
    assert found["broken"] == {}
    assert found["ids"]["fencing-off"] > 0
    assert len(found["ids"]) > 10
    print(f"\n{found['files']} CIBs: {found['ids']}")


@pytest.mark.parametrize("name", ["bug-5059", "clone-interleave-1", "params-4", "remote-connection-shutdown"])
def test_tables_of_others(trixie: Guest, name: str) -> None:
    result = trixie.module("cluster_verify", cib_file=f"{SCHEDULER}/{name}.xml")
    assert not result.get("failed"), result
    assert result["what_if"], result["notes"]


CRMSH = pathlib.Path(__file__).with_name("inputs") / "made-by-crmsh.xml"
COROSYNC_2 = """totem {
    version: 2
    secauth: on
    crypto_hash: sha1
    crypto_cipher: aes256
    cluster_name: hana
    clear_node_high_bit: yes
    token: 5000
    transport: udpu
    interface {
        ringnumber: 0
        bindnetaddr: 192.0.2.0
        mcastport: 5405
        ttl: 1
    }
}
nodelist {
    node {
        ring0_addr: 192.0.2.1
        nodeid: 3232235521
    }
    node {
        ring0_addr: 192.0.2.2
        nodeid: 3232235522
    }
}
quorum {
    provider: corosync_votequorum
    expected_votes: 2
    two_node: 1
}
"""


@pytest.mark.parametrize("renamed", [False, True])
def test_a_cluster_that_crmsh_built_on_corosync_2_has_no_false_finding(guest: Guest, renamed: bool) -> None:
    """Its fencing is known by the property's old name and by the new one."""
    text = CRMSH.read_text()
    text = text.replace('name="stonith-enabled"', 'name="fencing-enabled"') if renamed else text
    guest.write("/tmp/crmsh.xml", text)
    guest.write("/tmp/crmsh.conf", COROSYNC_2)
    alone = guest.module("cluster_verify", cib_file="/tmp/crmsh.xml")
    assert ids(alone) == ["fencing-priority-short"]
    result = guest.module("cluster_verify", cib_file="/tmp/crmsh.xml", corosync_file="/tmp/crmsh.conf")
    assert ids(result) == ["corosync-2", "corosync-link-single", "fencing-priority-short"]
    assert after(result, "sles1", "rsc_HANA_ABC") == ["sles2"]
    information = succeed(guest.module("cluster_info", cib_file="/tmp/crmsh.xml"))
    assert [clone["id"] for clone in information["clones"] if clone["promotable"]] == ["msl_HANA_ABC"]


# --- fence agents ----------------------------------------------------------------------------------------------------


def test_what_is_known_of_fence_agents_is_what_they_say(guest: Guest) -> None:
    found = guest.call("fence_agents.survey")
    assert found["agents"] > 80
    assert found["different"] == {}


BOARD = """<primitive id="bmc" class="stonith" type="fence_ipmilan"><instance_attributes id="bmc-i">
<nvpair id="bmc-1" name="ip" value="192.0.2.1"/>{0}</instance_attributes>
<operations><op id="bmc-o" name="monitor" interval="60s"/></operations></primitive>"""


def test_board_without_a_host_list_is_found_and_hides_nothing(guest: Guest) -> None:
    uncovered = ("node3:653aa17a-d766-455a-b7a0-bdd997ee1d71", "")
    result = verify(guest, "lab", ("<resources>", f"<resources>{BOARD.format('')}"), uncovered)
    assert {"fencing-claims-all", "fencing-uncovered"} <= set(ids(result))
    listed = BOARD.format('<nvpair id="bmc-2" name="pcmk_host_list" value="node3"/>')
    right = verify(guest, "lab", ("<resources>", f"<resources>{listed}"), uncovered)
    assert not {"fencing-claims-all", "fencing-uncovered"} & set(ids(right))


def test_service_address_that_is_a_nodes_own_is_found(guest: Guest) -> None:
    result = verify(guest, "lab", ('value="192.168.178.190"', 'value="192.168.181.71"'))
    assert "service-address-own" in ids(result)


# --- corosync's own check --------------------------------------------------------------------------------------------

CONF = """totem {
    version: 2
    cluster_name: web
    keyfile: /tmp/authkey
    transport: knet
    crypto_cipher: aes256
    crypto_hash: sha256
    #totem
}
nodelist {
    node {
        ring0_addr: 127.0.0.1
        name: node1
        nodeid: 1
        #node
    }
    node {
        ring0_addr: 192.0.2.2
        name: node2
        nodeid: 2
    }
    node {
        ring0_addr: 192.0.2.3
        name: node3
        nodeid: 3
    }
}
quorum {
    provider: corosync_votequorum
    #quorum
}
system {
    #system
}
logging {
    to_syslog: yes
    #logging
}
"""
TOTEM = (
    *("token: 5000", "token: abc", "token: -1", "token: 5000ms", "token_warning: 75", "token_warning: 200"),
    *("ip_version: ipv6-4", "ip_version: ipv5", "crypto_model: openssl", "crypto_model: foo", "netmtu: x"),
    *("knet_compression_model: zlib", "knet_compression_model: gzip", "knet_compression_level: -3", "link_mode: rr"),
    *("knet_compression_level: x", "link_mode: both", "threads: 2", "threads: x", "rrp_mode: passive", "secauth: on"),
    *("heartbeat_failures_allowed: -1", "join: 30", "join: 29", "max_network_delay: 29", "hold: 13", "hold: 14"),
    *("merge: 29", "downcheck: 29", "token_retransmit: 29"),
)
INTERFACES = (
    *("mcastport: 5415", "mcastport: 70000", "mcastport: 0", "ttl: 5", "knet_link_priority: 3"),
    *("knet_link_priority: 300", "knet_transport: sctp", "knet_transport: tcp", "knet_ping_interval: soon"),
)
SETTINGS = {
    **{f"totem {text}": ("#totem", text) for text in TOTEM},
    **{f"interface {text}": ("#totem", f"interface {{\n linknumber: 0\n {text}\n}}") for text in INTERFACES},
    **{
        f"quorum {text}": ("#quorum", text)
        for text in (
            *("wait_for_all: 1", "wait_for_all: yes", "two_node: on", "expected_votes: many", "auto_tie_breaker: 300"),
            *("last_man_standing_window: x", "device {\n model: net\n votes: x\n}", "device {\n master_wins: yes\n}"),
        )
    },
    **{
        f"logging {text}": ("#logging", text)
        for text in (
            *("to_logfile: maybe", "debug: trace", "debug: loud", "timestamp: hires", "timestamp: x", "fileline: x"),
            *("syslog_facility: local3", "syslog_facility: foo", "syslog_priority: info", "syslog_priority: foo"),
            *("to_stderr: 1", "logger_subsys {\n debug: on\n}", "logging_daemon {\n debug: on\n}"),
        )
    },
    **{
        f"system {text}": ("#system", text)
        for text in (
            *("qb_ipc_type: shm", "qb_ipc_type: foo", "sched_rr: yes", "sched_rr: 1", "move_to_root_cgroup: auto"),
            *("move_to_root_cgroup: maybe", "allow_knet_handle_fallback: 1"),
        )
    },
    **{f"node {text}": ("#node", text) for text in ("quorum_votes: 2", "quorum_votes: x", "ring8_addr: 192.0.2.9")},
    "nothing": ("#totem", ""),
    "no version": ("    version: 2\n", ""),
    "version 1": ("version: 2", "version: 1"),
    "nodeid 0": ("nodeid: 3", "nodeid: 0"),
    "nodeid that is a word": ("nodeid: 3", "nodeid: three"),
    "unknown cipher": ("aes256", "aes-256"),
    "unknown hash": ("sha256", "sha3"),
    "weak hash": ("sha256", "md5"),
    "unknown transport": ("transport: knet", "transport: tcp"),
    "two families": ("192.0.2.3", "2001:db8::3"),
    "no first link": ("ring0_addr", "ring1_addr"),
    "unknown setting of uidgid": ("quorum {", "uidgid {\n foo: x\n}\nquorum {"),
    "section of corosync 1": ("quorum {", "service {\n name: pacemaker\n ver: 1\n}\nquorum {"),
}


def test_corosync_refuses_what_verify_says_it_refuses(guest: Guest) -> None:
    guest.write("/tmp/authkey", "x" * 256)
    guest.write("/tmp/corosync-values.conf", "")
    said: dict[str, tuple[bool, bool]] = {}
    for name, (old, new) in SETTINGS.items():
        assert old in CONF
        guest.write("/tmp/corosync-values.conf", CONF.replace(old, new))
        checked = guest.command("corosync", "-t", "-c", "/tmp/corosync-values.conf")
        said[name] = (checked["rc"] != 0, bool(refused(parse(CONF.replace(old, new)))))
    assert {name: both for name, both in said.items() if both[0] is not both[1]} == {}
    assert {True, False} == {one for one, _other in said.values()}


def test_missing_nodelist_is_found_where_corosync_does_not_start(guest: Guest) -> None:
    guest.write("/tmp/authkey", "x" * 256)
    text = CONF[: CONF.index("nodelist")] + CONF[CONF.index("quorum {") :]
    guest.write("/tmp/corosync-values.conf", text)
    assert guest.command("corosync", "-t", "-c", "/tmp/corosync-values.conf")["rc"] != 0
    result = guest.module("cluster_verify", corosync_file="/tmp/corosync-values.conf")
    assert "corosync-nodelist" in ids(result)


# --- what Pacemaker makes of it --------------------------------------------------------------------------------------

SMALL = """<cib crm_feature_set="3.0.14" validate-with="pacemaker-3.0" epoch="1" num_updates="0" admin_epoch="0"
have-quorum="1"><configuration><crm_config><cluster_property_set id="c"><nvpair id="c1" name="stonith-enabled"
value="false"/></cluster_property_set></crm_config><nodes><node id="1" uname="n1"/><node id="2" uname="n2">
<instance_attributes id="n2-i"><nvpair id="n2-1" name="site" value="berlin"/><nvpair id="n2-2" name="rank" value="10"/>
</instance_attributes></node></nodes><resources><primitive id="d" class="ocf" provider="pacemaker" type="Dummy">
<operations><op id="o1" name="start" interval="0" timeout="{timeout}"/>
<op id="o2" name="monitor" interval="{interval}"/></operations>
</primitive></resources><constraints>{constraints}</constraints></configuration><status>
<node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="1"><lrm_resources/>
</lrm></node_state><node_state id="2" uname="n2" in_ccm="true" crmd="online" join="member" expected="member">
<lrm id="2"><lrm_resources/></lrm></node_state></status></cib>"""
TIMES = (
    *("5s", "5", " 5s", "5 sec", "5 seconds", "5min", "5 minutes", "1h", "5 hr", "5hours", "500ms", "5 msec", "5S"),
    *("-5s", "5 parsecs", "5d", "5x", "abc", "1e3", "0x10", "5,5s", "-1", "-PT5S", "P5", "PT1.5S"),
)


def test_pacemaker_reads_the_times_that_verify_calls_readable(guest: Guest) -> None:
    different = {}
    for text in (*TIMES, "PT1M"):
        guest.write("/tmp/times.xml", SMALL.format(timeout=text, interval=text, constraints=""))
        argv = ["crm_simulate", "--simulate", "--xml-file", "/tmp/times.xml", "--save-graph", "/tmp/times-graph.xml"]
        assert guest.command(*argv)["rc"] == 0
        graph = guest.read("/tmp/times-graph.xml")
        start = re.search(r'CRM_meta_name="start"[^>]*CRM_meta_timeout="(\d+)"', graph)
        assert start is not None, graph
        read = (start[1] != "20000", "CRM_meta_interval=" in graph)
        said = (is_readable("timeout", text), is_readable("interval", text))
        different.update({text: (read, said)} if read != said else {})
    assert different == {}


RULES = {
    "name": '<expression id="e" attribute="#uname" operation="eq" value="n2"/>',
    "name in capitals": '<expression id="e" attribute="#uname" operation="eq" value="N2"/>',
    "other name": '<expression id="e" attribute="#uname" operation="ne" value="n2"/>',
    "kind": '<expression id="e" attribute="#kind" operation="eq" value="cluster"/>',
    "attribute": '<expression id="e" attribute="site" operation="eq" value="Berlin"/>',
    "other value": '<expression id="e" attribute="site" operation="ne" value="paris"/>',
    "missing attribute": '<expression id="e" attribute="rack" operation="eq" value="1"/>',
    "missing attribute, other value": '<expression id="e" attribute="rack" operation="ne" value="1"/>',
    "missing attribute, less": '<expression id="e" attribute="rack" operation="lt" value="1"/>',
    "number": '<expression id="e" attribute="rank" operation="gt" value="9" type="number"/>',
    "defined": '<expression id="e" attribute="site" operation="defined"/>',
    "not defined": '<expression id="e" attribute="site" operation="not_defined"/>',
    "both": '<expression id="e" attribute="site" operation="defined"/>'
    '<expression id="e2" attribute="rank" operation="lt" value="9" type="number"/>',
}


@pytest.mark.parametrize("boolean", ["", ' boolean-op="and"', ' boolean-op="or"'])
def test_pacemaker_keeps_a_resource_where_verify_says_that_a_rule_does(guest: Guest, boolean: str) -> None:
    different = {}
    for name, expressions in RULES.items():
        rule = f'<rule id="r" score="-INFINITY"{boolean}>{expressions}</rule>'
        text = SMALL.format(
            timeout="20s", interval="10s", constraints=f'<rsc_location id="l" rsc="d">{rule}</rsc_location>'
        )
        guest.write("/tmp/rules.xml", text)
        said = guest.command("crm_simulate", "--show-scores", "--xml-file", "/tmp/rules.xml")["stdout"]
        scores = dict(re.findall(r"d allocation score on (\w+): (\S+)", said))
        assert set(scores) == {"n1", "n2"}, said
        place = Placement.of(text, parse_cib(text))
        forbidden = {node: place.forbids("d", node) for node in scores}
        kept = {node: score == "-INFINITY" for node, score in scores.items()}
        different.update({name: (kept, forbidden)} if kept != forbidden else {})
    assert different == {}


TICKETED = """<cib crm_feature_set="3.0.14" validate-with="pacemaker-3.0" epoch="1" num_updates="0" admin_epoch="0"
have-quorum="1"><configuration><crm_config><cluster_property_set id="p"><nvpair id="p1" name="stonith-enabled"
value="false"/></cluster_property_set></crm_config><nodes><node id="1" uname="n1"/></nodes><resources>{resources}
</resources><constraints>{constraints}</constraints></configuration><status>
<node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="1"><lrm_resources/>
</lrm></node_state>{tickets}</status></cib>"""
DUMMY = '<primitive id="{0}" class="ocf" provider="pacemaker" type="Dummy"/>'
RESOURCES = "".join(DUMMY.format(name) for name in "abc") + f'<group id="g">{"".join(map(DUMMY.format, "xyz"))}</group>'
TICKET = '<rsc_ticket id="t" rsc="{0}" ticket="web"/>'
SET = '<resource_set id="{0}">{1}</resource_set>'
REFERENCE = '<resource_ref id="{0}"/>'
TICKETS = {
    "one": TICKET.format("a"),
    "a group": TICKET.format("g"),
    "a set": '<rsc_ticket id="t" ticket="web">' + SET.format("s", REFERENCE.format("b")) + "</rsc_ticket>",
    "a member": TICKET.format("y"),
    "with it": TICKET.format("a") + '<rsc_colocation id="k" rsc="b" with-rsc="a" score="INFINITY"/>',
    "with it if possible": TICKET.format("a") + '<rsc_colocation id="k" rsc="b" with-rsc="a" score="9"/>',
    "after it": TICKET.format("a")
    + '<rsc_order id="o" first="a" then="b"/><rsc_colocation id="k" rsc="c" with-rsc="b" score="INFINITY"/>',
    "perhaps after it": TICKET.format("a") + '<rsc_order id="o" first="a" then="b" kind="Optional"/>',
    "before it": TICKET.format("a") + '<rsc_order id="o" first="b" then="a"/>',
    "with a group": TICKET.format("g") + '<rsc_colocation id="k" rsc="b" with-rsc="g" score="INFINITY"/>',
    "in a sequence": TICKET.format("b")
    + '<rsc_order id="o">'
    + SET.format("s", "".join(REFERENCE.format(name) for name in "abc"))
    + "</rsc_order>",
}


def started(guest: Guest, constraints: str, tickets: str = "") -> tuple[set[str], set[str]]:
    """What Pacemaker starts, and what is said not to wait for a ticket."""
    text = TICKETED.format(resources=RESOURCES, constraints=constraints, tickets=tickets)
    guest.write("/tmp/tickets.xml", text)
    said = guest.command("crm_simulate", "--simulate", "--xml-file", "/tmp/tickets.xml", "--output-as=xml")
    assert said["rc"] == 0, said
    places = places_after(said["stdout"], list("abcxyz"))
    waiting = Placement.of(text, parse_cib(text)).waiting()
    return {name for name, where in places.items() if where}, set("abcxyz") - waiting


@pytest.mark.parametrize("name", TICKETS)
def test_what_waits_for_a_ticket_is_what_pacemaker_leaves_stopped(guest: Guest, name: str) -> None:
    runs, said = started(guest, TICKETS[name])
    assert runs == said
    assert runs != set("abcxyz")


@pytest.mark.parametrize(("granted", "standby"), [("false", "false"), ("true", "false"), ("true", "true")])
def test_ticket_counts_when_it_is_granted_and_not_in_standby(guest: Guest, granted: str, standby: str) -> None:
    tickets = f'<tickets><ticket_state id="web" granted="{granted}" standby="{standby}"/></tickets>'
    runs, said = started(guest, TICKETS["one"], tickets)
    assert runs == said
    assert ("a" in runs) is ((granted, standby) == ("true", "false"))


# --- templates and priorities ----------------------------------------------------------------------------------------

TEMPLATED = """<cib crm_feature_set="3.0.14" validate-with="pacemaker-3.7" epoch="1" num_updates="0" admin_epoch="0">
<configuration><crm_config/><nodes/><resources>
<template id="t" class="ocf" provider="pacemaker" type="Dummy"><instance_attributes id="ti">
<nvpair id="t1" name="state" value="/run/one"/><nvpair id="t2" name="fake" value="template"/></instance_attributes>
<meta_attributes id="tm"><nvpair id="t3" name="priority" value="5"/></meta_attributes>
<operations><op id="to1" name="monitor" interval="60s" timeout="33s"/>
<op id="to2" name="start" interval="0" timeout="50s"/>
<op id="to3" name="monitor" role="Promoted" interval="11s"/></operations></template>
<primitive id="d" template="t"><instance_attributes id="di">
<nvpair id="d1" name="fake" value="own"/></instance_attributes>
<operations><op id="do1" name="monitor" interval="10s" timeout="20s"/></operations></primitive>
<primitive id="e" template="t"/></resources><constraints/></configuration><status/></cib>"""


@pytest.mark.parametrize("name", ["d", "e"])
def test_template_gives_what_pacemaker_says(guest: Guest, name: str) -> None:
    guest.write("/tmp/templated.xml", TEMPLATED)
    said = guest.command("env", "CIB_file=/tmp/templated.xml", "crm_resource", "--query-xml", "--resource", name)
    assert said["rc"] == 0, said
    inner = said["stdout"][said["stdout"].index("<primitive") : said["stdout"].rindex("</primitive>")]
    whole = f"<cib><configuration><resources>{inner}</primitive></resources></configuration></cib>"
    theirs, ours = parse_cib(whole).primitives[name], parse_cib(expanded(TEMPLATED)).primitives[name]
    assert (ours.agent, dict(ours.options), dict(ours.meta)) == (theirs.agent, dict(theirs.options), dict(theirs.meta))
    assert sorted(map(str, ours.operations)) == sorted(map(str, theirs.operations))
    value = guest.command(
        "env", "CIB_file=/tmp/templated.xml", "crm_resource", "--resource", name, "--get-parameter", "fake"
    )
    assert ours.options["fake"] in value["stdout"]


PRIORITIES = """<cib crm_feature_set="3.0.14" validate-with="pacemaker-3.7" epoch="1" num_updates="0" admin_epoch="0"
have-quorum="1"><configuration><crm_config><cluster_property_set id="cib-bootstrap-options">
<nvpair id="c1" name="priority-fencing-delay" value="20s"/><nvpair id="c2" name="no-quorum-policy" value="ignore"/>
</cluster_property_set></crm_config><nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes><resources>
<primitive id="f" class="stonith" type="fence_xvm"><meta_attributes id="fm">
<nvpair id="f1" name="priority" value="0"/>
</meta_attributes></primitive>{resources}</resources>
<constraints/>{defaults}</configuration><status>
<node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="1">
<lrm_resources>{one}</lrm_resources></lrm></node_state>
<node_state id="2" uname="n2" in_ccm="false" crmd="offline" join="down" expected="member"><lrm id="2"><lrm_resources>
{other}</lrm_resources></lrm></node_state></status></cib>"""
RAN = """<lrm_resource id="d" type="Dummy" class="ocf" provider="pacemaker"><lrm_rsc_op id="d_last_0" operation="start"
operation_key="d_start_0" call-id="1" rc-code="0" op-status="0" interval="0" on_node="n2" crm-debug-origin="x"
crm_feature_set="3.0.14" transition-key="1:1:0:aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"
transition-magic="0:0;1:1:0:aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa" exit-reason="" op-digest="x"/></lrm_resource>"""
PRIORITY = '<meta_attributes id="{0}"><nvpair id="{0}-1" name="priority" value="{1}"/></meta_attributes>'
DUMMY_WITH = '<primitive id="d" class="ocf" provider="pacemaker" type="Dummy">{0}</primitive>'
PRIORITY_CASES = {
    "none": (DUMMY_WITH.format(""), "", ""),
    "zero": (DUMMY_WITH.format(PRIORITY.format("m", "0")), "", ""),
    "own": (DUMMY_WITH.format(PRIORITY.format("m", "5")), "", ""),
    "of the group": (f'<group id="g">{PRIORITY.format("m", "5")}{DUMMY_WITH.format("")}</group>', "", ""),
    "default": (DUMMY_WITH.format(""), f"<rsc_defaults>{PRIORITY.format('r', '5')}</rsc_defaults>", ""),
    "own zero beside a default": (
        DUMMY_WITH.format(PRIORITY.format("m", "0")),
        f"<rsc_defaults>{PRIORITY.format('r', '5')}</rsc_defaults>",
        "",
    ),
    "of a clone on both": (f'<clone id="c">{DUMMY_WITH.format(PRIORITY.format("m", "5"))}</clone>', "", RAN),
}


@pytest.mark.parametrize("name", PRIORITY_CASES)
def test_pacemaker_delays_where_verify_says_that_priorities_count(guest: Guest, name: str) -> None:
    resources, defaults, one = PRIORITY_CASES[name]
    text = PRIORITIES.format(resources=resources, defaults=defaults, one=one, other=RAN)
    guest.write("/tmp/priorities.xml", text)
    paths = {"--xml-file": "/tmp/priorities.xml", "--save-graph": "/tmp/priorities-graph.xml"}
    argv = ["crm_simulate", "--simulate", *(word for pair in paths.items() for word in pair)]
    assert guest.command(*argv)["rc"] == 0
    graph = guest.read("/tmp/priorities-graph.xml")
    delays = re.findall(r'CRM_meta_priority_fencing_delay="(\d+)"', graph)
    assert delays, graph
    assert (delays != ["0"]) is counts_priorities(parse_cib(text))
