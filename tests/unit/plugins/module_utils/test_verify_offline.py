# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files alone: the paper's configuration, as it is printed, gets its faults listed; that of a healthy lab has none."""

from __future__ import annotations

import pathlib
import re

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import parse_cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import NOT_FOUND, CommandResult
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify import picture as verify_picture
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.catalogue import CHECKS
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.look import Options, View, look, promotion

FILES = pathlib.Path(__file__).resolve().parents[2] / "files"
PAGE = pathlib.Path(__file__).resolve().parents[4] / "docs" / "paper.md"
NETWORKS = {
    "public": {"interface": "eth0", "subnet": "192.168.178.0/24"},
    "cluster": {"interface": "eth1", "subnet": "192.168.181.64/27"},
    "management": {"interface": "eth2", "subnet": "192.168.180.0/24"},
}


class Bare:
    """A host without any program of the cluster."""

    def run(self, argv: list[str], stdin: str | None = None, environment: object = None) -> CommandResult:
        return CommandResult(NOT_FOUND, "", f"{argv[0]}: no such command")

    def find(self, name: str) -> str | None:
        return None

    def warn(self, message: str) -> None:
        raise AssertionError(message)


def seen(folder: str, **options: object) -> View:
    files = {
        "cib_file": "cib.xml",
        "corosync_file": "corosync.conf",
        "hosts_file": "hosts",
        "iptables_file": "iptables",
        "fence_virtd_file": "fence_virt.conf",
    }
    given = {name: str(FILES / folder / file) for name, file in files.items() if (FILES / folder / file).exists()}
    return look(Bare(), Options(**{**given, "networks": NETWORKS, **options}), lambda url: 0)


# The faults by their place in the list that was made of them: what finds each, and where.
PAPER = {
    "udpu with encryption": ("corosync-2", "corosync.conf"),
    "addresses outside of the cluster's network": ("address-outside-network", "c7-testcluster-1"),
    "corosync let in on eth2": ("firewall-exposed", "corosync"),
    "pcsd let in on eth2": ("firewall-exposed", "pcsd"),
    "corosync not let in on eth1": ("firewall-closed", "corosync"),
    "ssh let in on eth1": ("firewall-ssh", "ssh"),
    "fence_virt { instead of fence_virtd {": ("fence-virtd-section", "fence_virt.conf"),
    'foreground = "yes"': ("fence-virtd-foreground", "fence_virt.conf"),
    "no key for fence_virtd": ("fence-virtd-key", "fence_virt.conf"),
    "ttyS0 shared with the console": ("fencing-serial-console", "fencing"),
    "agent filesystem without a capital": ("agent-unknown", "cluster-data"),
    "order within the group": ("constraint-redundant", "order-cluster-data-lighttpd-mandatory"),
    "pcmk_host_check=none with a map": ("fencing-host-check", "fencing"),
    "semicolon at the end of the map": ("fencing-map-form", "fencing"),
    "no stickiness": ("stickiness-missing", "resource-stickiness"),
    "no timeouts of the file system": ("timeout-missing", "cluster-data"),
    "no timeouts of lighttpd": ("timeout-missing", "lighttpd"),
    "the monitor of XFS looks at the mount alone": ("filesystem-shallow", "cluster-data"),
    "nothing but fencing guards the disk": ("filesystem-unguarded", "cluster-data"),
    "nodes without a name": ("corosync-2", "corosync.conf"),
    "one link": ("corosync-link-single", "corosync.conf"),
}


@pytest.mark.parametrize("fault", PAPER)
def test_fault_of_the_paper_is_found(fault: str) -> None:
    assert PAPER[fault] in [(finding.id, finding.subject) for finding in seen("paper").findings]


def test_nothing_else_is_found_in_the_paper() -> None:
    more = [
        (finding.id, finding.subject)
        for finding in seen("paper").findings
        if (finding.id, finding.subject) not in PAPER.values()
    ]
    assert more == [
        ("address-outside-network", "c7-testcluster-2"),
        ("address-outside-network", "c7-testcluster-3"),
        ("firewall-exposed", "dlm"),
    ]


def test_page_on_the_paper_names_what_is_found() -> None:
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("|") and line.count(" | ") == 3]
    named = {name for row in rows for name in re.findall(r"`([a-z][a-z0-9-]+)`", row.rpartition(" | ")[2])}
    assert {finding.id for finding in seen("paper").findings} <= named
    assert named <= set(CHECKS)


def test_fix_names_what_is_meant() -> None:
    fixes = {finding.id: finding.fix for finding in seen("paper").findings}
    assert fixes["agent-unknown"] == "Its name is ocf:heartbeat:Filesystem."
    assert fixes["constraint-redundant"].endswith("pcs constraint delete order-cluster-data-lighttpd-mandatory.")


def test_errors_come_first() -> None:
    severities = [finding.severity for finding in seen("paper").findings]
    assert severities == sorted(severities)
    assert severities[0] == "error"


def test_healthy_lab_has_only_what_it_accepts() -> None:
    assert [finding.id for finding in seen("lab").findings] == ["corosync-link-single", "filesystem-unguarded"]


def test_cib_with_a_template_is_looked_at_like_one_without(tmp_path: pathlib.Path) -> None:
    text = (FILES / "lab" / "cib.xml").read_text()
    start = text.index("<primitive ")
    device = text[start : text.index("</primitive>", start) + len("</primitive>")]
    template = device.replace('id="fencing"', 'id="made-from"').replace("primitive", "template")
    (tmp_path / "cib.xml").write_text(text.replace(device, f'{template}<primitive id="fencing" template="made-from"/>'))
    assert "template=" in (tmp_path / "cib.xml").read_text()
    found = [item.id for item in seen("lab", cib_file=str(tmp_path / "cib.xml")).findings]
    assert found == ["corosync-link-single", "filesystem-unguarded"]


def test_device_in_the_only_network_is_found_where_networks_are_declared(tmp_path: pathlib.Path) -> None:
    text = (FILES / "lab" / "cib.xml").read_text()
    option = '<nvpair id="address" name="ip" value="192.168.181.90"/><nvpair id="fencing-instance_attributes-auth"'
    text = text.replace('<nvpair id="fencing-instance_attributes-auth"', option)
    (tmp_path / "cib.xml").write_text(text)
    path = str(tmp_path / "cib.xml")
    assert "fencing-one-network" in [item.id for item in seen("lab", cib_file=path).findings]
    assert "fencing-one-network" not in [item.id for item in seen("lab", cib_file=path, networks={}).findings]


def test_without_corosync_conf_a_guest_is_no_node_that_wants_fencing(tmp_path: pathlib.Path) -> None:
    text = (FILES / "lab" / "cib.xml").read_text()
    guest = (
        '<primitive id="vm" class="ocf" provider="heartbeat" type="VirtualDomain"><meta_attributes id="vm-m">'
        '<nvpair id="vm-m-1" name="remote-node" value="guest1"/></meta_attributes></primitive></resources>'
    )
    text = text.replace("</resources>", guest).replace("</nodes>", '<node id="guest1" uname="guest1"/></nodes>')
    (tmp_path / "cib.xml").write_text(text)
    found = [item.id for item in look(Bare(), Options(cib_file=str(tmp_path / "cib.xml")), lambda url: 0).findings]
    assert "fencing-uncovered" not in found


def test_without_crm_simulate_the_table_is_missing_and_said_to_be() -> None:
    view = seen("lab")
    assert list(view.what_if) == []
    assert view.notes == ["The effect of a lost node can't be calculated: crm_simulate is not installed on this host."]


def test_without_networks_neither_addresses_nor_interfaces_are_judged() -> None:
    found = {finding.id for finding in seen("paper", networks={}).findings}
    assert found.isdisjoint({"address-outside-network", "firewall-exposed", "firewall-closed", "firewall-ssh"})


@pytest.mark.parametrize("kind", ["cib_file", "corosync_file"])
def test_missing_file_is_named(kind: str, tmp_path: pathlib.Path) -> None:
    with pytest.raises(ClusterError, match="absent can't be read: No such file"):
        look(Bare(), Options(**{kind: str(tmp_path / "absent")}), lambda url: 0)


def test_file_that_is_no_cib_is_a_finding(tmp_path: pathlib.Path) -> None:
    (tmp_path / "cib.xml").write_text("<crm_mon/>")
    view = look(Bare(), Options(cib_file=str(tmp_path / "cib.xml")), lambda url: 0)
    assert [finding.id for finding in view.findings] == ["cib-unreadable"]


@pytest.mark.parametrize(("text", "name"), [("totem {\n", "corosync-unreadable"), ("totem {\n}\n", "corosync-stock")])
def test_broken_and_stock_corosync_conf(text: str, name: str, tmp_path: pathlib.Path) -> None:
    (tmp_path / "corosync.conf").write_text(text)
    view = look(Bare(), Options(corosync_file=str(tmp_path / "corosync.conf")), lambda url: 0)
    assert [finding.id for finding in view.findings] == [name]


def test_picture_has_what_is_configured() -> None:
    picture = seen("paper").picture
    assert [node["name"] for node in picture["nodes"]] == ["c7-testcluster-1", "c7-testcluster-2", "c7-testcluster-3"]
    assert [(item["id"], item["group"]) for item in picture["resources"]] == [
        ("ClusterIP", "lighty"),
        ("cluster-data", "lighty"),
        ("lighttpd", "lighty"),
        ("fencing", ""),
    ]
    assert [item["text"] for item in picture["constraints"]] == ["start cluster-data, then start lighttpd (Mandatory)"]


SETS = (
    '<resource_set id="{0}1" {1}><resource_ref id="c"/></resource_set>'
    '<resource_set id="{0}2"><resource_ref id="a"/><resource_ref id="b"/></resource_set>'
)
PROMOTED, PROMOTE = 'role="Promoted"', 'action="promote"'
LINKED = """<cib><configuration><resources><clone id="c"><meta_attributes id="m">
<nvpair id="m1" name="promotable" value="true"/></meta_attributes>
<primitive id="disk" class="ocf" provider="linbit" type="drbd"/></clone>
<primitive id="a" class="ocf" provider="pacemaker" type="Dummy"/>
<primitive id="b" class="ocf" provider="pacemaker" type="Dummy"/></resources>
<constraints>{}</constraints></configuration></cib>"""


@pytest.mark.parametrize(
    ("constraint", "text"),
    [
        (
            '<rsc_colocation id="x" rsc="a" with-rsc="c" with-rsc-role="Promoted" score="INFINITY"/>',
            "a where c (Promoted) is, score INFINITY",
        ),
        (
            '<rsc_colocation id="x" rsc="c" rsc-role="Promoted" with-rsc="a" score="-5"/>',
            "c (Promoted) not where a is, score -5",
        ),
        (
            f'<rsc_colocation id="x" score="5">{SETS.format("s", PROMOTED)}</rsc_colocation>',
            "c (Promoted) with a and b, score 5",
        ),
        (f'<rsc_order id="x">{SETS.format("s", PROMOTE)}</rsc_order>', "promote c then a and b"),
        (
            '<rsc_location id="x" rsc="c" node="n1" role="Promoted" score="7"/>',
            "c (Promoted) on n1, score 7",
        ),
        ('<rsc_location id="x" rsc="a" node="n1" role="Started" score="7"/>', "a on n1, score 7"),
    ],
)
def test_constraints_of_the_picture_say_for_which_role_they_are(constraint: str, text: str) -> None:
    """A service where the promoted copy is runs on one node; where any copy is, it runs on many."""
    (shown,) = verify_picture.draw(parse_cib(LINKED.format(constraint)), None, None, {})["constraints"]
    assert shown["text"] == text


CLONE = """<cib><configuration><crm_config/><nodes/><resources><clone id="drbd-clone"><meta_attributes id="m">
<nvpair id="m-promotable" name="promotable" value="{}"/></meta_attributes>
<primitive id="drbd" class="ocf" provider="linbit" type="drbd"/></clone></resources><constraints/></configuration>
<status>{}</status></cib>"""
SCORE = """<node_state id="1" uname="n1"><transient_attributes id="1"><instance_attributes id="s">
<nvpair id="s-drbd" name="master-drbd" value="10000"/></instance_attributes></transient_attributes></node_state>"""


@pytest.mark.parametrize(
    ("promotable", "status", "noted"), [("true", "", True), ("true", SCORE, False), ("false", "", False)]
)
def test_files_without_promotion_scores_do_not_tell_which_copy_is_promoted(
    promotable: str, status: str, noted: bool
) -> None:
    text = CLONE.format(promotable, status)
    notes = promotion(text, parse_cib(text))
    assert [note.startswith("Agents set the promotion scores of drbd-clone") for note in notes] == [True] * noted
