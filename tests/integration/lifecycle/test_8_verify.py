# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""verify finds nothing in a healthy cluster, each fault that is planted on purpose, and nothing else."""

from __future__ import annotations

import dataclasses
import json
import pathlib
import typing as t

import pytest
from lab import CHECKOUT, CLUSTER_URL, PlaybookRun, eventually
from life import LifeLab

PLAYBOOK = "playbooks/verify.yml"
SECONDS = 5  # that verify may take on a node


@dataclasses.dataclass(frozen=True)
class Seen:
    """A run of verify, and what its report for machines says."""

    run: PlaybookRun
    report: dict[str, t.Any]

    @property
    def findings(self) -> set[tuple[str, str, str]]:
        """Id, subject and host of everything that was found."""
        return {(item["id"], item["subject"], item["host"]) for item in self.report["findings"]}

    @property
    def errors(self) -> set[str]:
        return {item["id"] for item in self.report["findings"] if item["severity"] == "error"}


def verify(site: LifeLab, folder: pathlib.Path, *arguments: str) -> Seen:
    path = folder / "report.html"
    run = site.playbook(PLAYBOOK, "-e", f"ha_report_file={path}", *arguments)
    assert path.with_suffix(".json").exists(), run
    return Seen(run, json.loads(path.with_suffix(".json").read_text()))


def starved(site: LifeLab) -> set[tuple[str, str, str]]:
    """What a busy machine adds: corosync itself has complained, and verify is right to say so."""
    command = "journalctl --identifier=corosync --since=-24h --output=cat | grep --count 'was not scheduled for'"
    return {("corosync-starved", "corosync", node) for node in site.nodes if int(site.ssh(node, command, check=False))}


def test_healthy_cluster_has_no_finding(site: LifeLab, tmp_path: pathlib.Path) -> None:
    before = site.ssh("node1", "cibadmin --query --scope configuration")
    with site.undisturbed("verify"):
        seen = verify(site, tmp_path)
    assert seen.run.code == 0, seen.run
    assert seen.findings == starved(site), seen.run
    assert {item["id"] for item in seen.report["accepted"]} == {"corosync-link-single", "filesystem-unguarded"}
    assert site.ssh("node1", "cibadmin --query --scope configuration") == before


def test_documented_commands_work(site: LifeLab, tmp_path: pathlib.Path) -> None:
    run = site.documented("playbooks/verify.yml", "docs/verify.md")
    assert run.code == 0, run
    run = site.documented("playbooks/report.yml -e ha_report_file=report.html", "docs/verify.md")
    written = CHECKOUT / "report.html"
    try:
        assert run.code == 0, run
        assert "<title>Cluster testcluster: 0 errors" in written.read_text()
        assert json.loads(written.with_suffix(".json").read_text())["cluster"] == "testcluster"
    finally:
        written.unlink(missing_ok=True)
        written.with_suffix(".json").unlink(missing_ok=True)


def test_second_look_changes_nothing(site: LifeLab, tmp_path: pathlib.Path) -> None:
    verify(site, tmp_path)
    seen = verify(site, tmp_path)
    assert (seen.run.code, seen.run.changed) == (0, 0), seen.run


def test_looking_takes_seconds(site: LifeLab, tmp_path: pathlib.Path) -> None:
    """On a machine that others use as well the fastest of five looks tells what it takes."""
    taken = [max(verify(site, tmp_path).report["seconds"].values()) for _round in range(5)]
    print(f"\nverify took {', '.join(f'{seconds:.1f}' for seconds in taken)} s on the slowest node")
    assert min(taken) < SECONDS


def test_table_tells_where_everything_would_run(site: LifeLab, tmp_path: pathlib.Path) -> None:
    active = site.active_node()
    rows = {row["node"]: row for row in verify(site, tmp_path).report["what_if"]}
    assert set(rows) == set(site.nodes)
    for node, row in rows.items():
        assert row["quorate"]
        web = next(item for item in row["resources"] if item["id"] == "lighttpd")
        assert web["before"] == [active]
        assert (web["after"] == [active]) is (node != active)
        assert len(web["after"]) == 1
        assert not web["down"]


@dataclasses.dataclass(frozen=True)
class Fault:
    """A fault: on which node it is planted, how, how it is undone, and the expected findings. PASSIVE stands for a node
    that runs nothing of the group, in the commands as in what is found."""

    plant: str
    undo: str
    found: frozenset[tuple[str, str, str]]
    is_error: bool = True


MAP = "node1:248d2268-2512-4a75-8398-cafbab580529;node2:c1e36261-a86b-42f5-89f7-8bf78d936d0c"
WHOLE_MAP = f"{MAP};node3:653aa17a-d766-455a-b7a0-bdd997ee1d71"
KEEP, BACK = "cp --preserve {0} /root/kept", "cp --preserve /root/kept {0} && rm /root/kept"
COROSYNC_KEY, FENCE_KEY = "/etc/corosync/authkey", "/etc/cluster/fence_xvm.key"
FAULTS = {
    "second mount": Fault(
        "mount /dev/vdb /mnt", "umount /mnt", frozenset({("outside-mount", "cluster-data", "PASSIVE")})
    ),
    "missing entry in the fence map": Fault(
        f"pcs stonith update fencing pcmk_host_map='{MAP}' && crm_resource --wait",
        f"pcs stonith update fencing pcmk_host_map='{WHOLE_MAP}' && crm_resource --wait",
        frozenset({("fencing-uncovered", "node3", "")}),
    ),
    "wrong key of corosync on one node": Fault(
        f"{KEEP.format(COROSYNC_KEY)} && head --bytes=256 /dev/urandom > {COROSYNC_KEY}",
        BACK.format(COROSYNC_KEY),
        frozenset({("key-differs", COROSYNC_KEY, "PASSIVE")}),
    ),
    "key of corosync that all can read": Fault(
        f"chmod 0644 {COROSYNC_KEY}",
        f"chmod 0400 {COROSYNC_KEY}",
        frozenset({("key-readable", COROSYNC_KEY, "PASSIVE")}),
    ),
    "leftover ban": Fault(
        "pcs resource ban lighty PASSIVE",
        "pcs resource clear lighty",
        frozenset({("ban-left-over", "cli-ban-lighty-on-PASSIVE", "")}),
        is_error=False,
    ),
    "enabled unit of lighttpd": Fault(
        "systemctl enable lighttpd",
        "systemctl disable lighttpd",
        frozenset({("boot-enabled", "lighttpd.service", "PASSIVE")}),
    ),
    "drifted token": Fault(
        "sed -i 's/^    transport: knet/&\\n    token: 5000/' /etc/corosync/corosync.conf",
        "sed -i '/^    token: 5000/d' /etc/corosync/corosync.conf",
        frozenset({("corosync-drift", "corosync", "PASSIVE"), ("corosync-differs", "corosync.conf", "PASSIVE")}),
    ),
    "open port": Fault(
        "iptables -I INPUT -p tcp --dport 8080 -j ACCEPT",
        "iptables -D INPUT -p tcp --dport 8080 -j ACCEPT",
        frozenset({("firewall-open", "INPUT", "PASSIVE")}),
        is_error=False,
    ),
    "address on a second node": Fault(
        "ip address add 192.168.178.190/32 dev lo",
        "ip address delete 192.168.178.190/32 dev lo",
        # This node then asks itself for the page.
        frozenset({("outside-address", "cluster-ip", "PASSIVE"), ("service-silent", CLUSTER_URL, "PASSIVE")}),
    ),
    "mount at boot": Fault(
        "echo '/dev/vdb /var/www/mirror xfs defaults 0 0' >> /etc/fstab",
        "sed -i '\\|^/dev/vdb /var/www/mirror|d' /etc/fstab",
        frozenset({("boot-mount", "cluster-data", "PASSIVE")}),
    ),
    "unmanaged resource": Fault(
        "pcs resource unmanage lighttpd",
        "pcs resource manage lighttpd",
        # The cluster would not start it elsewhere either.
        frozenset({("resource-unmanaged", "lighttpd", ""), ("loss-stays-down", "ACTIVE", "")}),
        is_error=False,
    ),
    "node in maintenance": Fault(
        "pcs node maintenance PASSIVE",
        "pcs node unmaintenance PASSIVE",
        frozenset({("node-maintenance", "PASSIVE", "")}),
        is_error=False,
    ),
    "failed action": Fault(
        "crm_resource --fail --resource lighttpd --node ACTIVE && crm_resource --wait",
        "crm_resource --cleanup && crm_resource --wait",
        frozenset({("action-failed", "lighttpd", "")}),
        is_error=False,
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_planted_fault_is_found_and_nothing_else(site: LifeLab, tmp_path: pathlib.Path, name: str) -> None:
    fault = FAULTS[name]
    active = site.active_node()
    # Not the first node, which speaks for the cluster, and not the one that runs the fence device.
    fencing = site.cluster("node1").where("fencing")
    passive = next(node for node in reversed(site.nodes) if node != active and node not in fencing)

    def filled(text: str) -> str:
        return text.replace("PASSIVE", passive).replace("ACTIVE", active)

    site.ssh(passive, filled(fault.plant))
    try:
        seen = verify(site, tmp_path)
    finally:
        site.ssh(passive, filled(fault.undo))
    expected = {(found, filled(subject), filled(host)) for found, subject, host in fault.found}
    assert seen.findings - starved(site) == expected, seen.run
    assert (seen.run.code != 0) is fault.is_error, seen.run
    for finding in seen.report["findings"]:
        assert finding["evidence"], finding
        assert finding["fix"], finding


def test_wrong_fence_key_is_found_from_that_node_alone(site: LifeLab, tmp_path: pathlib.Path) -> None:
    fencing = site.cluster("node1").where("fencing")
    node = next(node for node in reversed(site.nodes) if node not in fencing)
    site.ssh(node, f"{KEEP.format(FENCE_KEY)} && head --bytes=256 /dev/urandom > {FENCE_KEY}")
    try:
        seen = verify(site, tmp_path)
    finally:
        site.ssh(node, BACK.format(FENCE_KEY))
    assert seen.findings - starved(site) == {
        ("key-differs", FENCE_KEY, node),
        ("fencing-unreachable", "fencing", node),
    }, seen.run


def test_full_disk_of_pacemaker_is_found(site: LifeLab, tmp_path: pathlib.Path) -> None:
    active = site.active_node()
    passive = next(node for node in reversed(site.nodes) if node != active)
    folder = "/var/lib/pacemaker"
    site.ssh(
        passive,
        f"mkdir /run/kept && cp --archive {folder}/cib/cib.xml* /run/kept && mount -t tmpfs -o size=256k tmpfs {folder}"
        f" && cd {folder} && mkdir blackbox cib cores pengine && mv /run/kept/* cib && rmdir /run/kept"
        " && chown --recursive hacluster:haclient . && chmod 0750 . blackbox cib cores pengine",
    )
    site.ssh(passive, f"cat /dev/zero > {folder}/filled", check=False)
    try:
        site.ssh(active, "pcs property set batch-limit=7")
        assert eventually(lambda: "Disabling CIB disk writes" in site.ssh(passive, "journalctl --unit pacemaker"))
        seen = verify(site, tmp_path)
    finally:
        site.ssh(passive, f"systemctl stop pacemaker && umount {folder} && systemctl start pacemaker")
        site.await_healthy()
        site.ssh(active, "pcs property set batch-limit=")
    found = {("cib-unsaved", "/var/lib/pacemaker/cib/cib.xml", passive), ("storage-full", folder, passive)}
    assert seen.findings - starved(site) == found, seen.run
    assert seen.errors == {"cib-unsaved", "storage-full"}
    assert seen.run.code != 0, seen.run


def test_starved_corosync_is_found(site: LifeLab, tmp_path: pathlib.Path) -> None:
    site.ssh(
        "node2",
        "logger --tag corosync 'Corosync main process was not scheduled for 3100.0 ms (threshold is 2920.0 ms).'",
    )
    seen = verify(site, tmp_path)
    assert ("corosync-starved", "corosync", "node2") in seen.findings, seen.run
    assert seen.run.code == 0, seen.run


def test_accepted_finding_does_not_fail_the_run(site: LifeLab, tmp_path: pathlib.Path) -> None:
    site.ssh("node2", "systemctl enable lighttpd")
    try:
        accepted = {"ha_verify_accepted": [{"id": "boot-enabled", "reason": "A test.", "subject": "lighttpd.service"}]}
        seen = verify(site, tmp_path, "-e", json.dumps(accepted))
    finally:
        site.ssh("node2", "systemctl disable lighttpd")
    assert seen.run.code == 0, seen.run
    assert [(item["id"], item["reason"]) for item in seen.report["accepted"]] == [("boot-enabled", "A test.")]


@pytest.mark.parametrize(
    ("accepted", "words"),
    [
        ([{"id": "boot-enbled", "reason": "A slip."}], "did you mean boot-enabled?"),
        ([{"id": "boot-enabled"}], "reason"),
        ([{"id": "boot-enabled", "reason": " "}], "without a reason"),
    ],
)
def test_what_can_not_be_accepted_is_refused(site: LifeLab, accepted: list[dict[str, str]], words: str) -> None:
    run = site.playbook(PLAYBOOK, "-e", json.dumps({"ha_verify_accepted": accepted}))
    assert run.code != 0, run
    assert words in " ".join(run.output.split()), run


def test_stopped_node_fails_and_the_others_say_so(site: LifeLab, tmp_path: pathlib.Path) -> None:
    node = next(node for node in reversed(site.nodes) if node != site.active_node())
    site.ssh(node, "systemctl stop pacemaker corosync")
    try:
        seen = verify(site, tmp_path)
        checked = site.playbook(PLAYBOOK, "--check")
        limited = site.playbook(PLAYBOOK, "--limit", f"!{node}")
    finally:
        site.ssh(node, "systemctl start corosync pacemaker")
        site.await_healthy()
    assert {("cluster-not-running", "cluster", node), ("node-offline", node, "")} <= seen.findings, seen.run
    assert seen.run.recap[node]["failed"] == 1, seen.run
    assert checked.recap[node]["failed"] == 1, checked
    assert limited.code == 0, limited  # no one can say that a node that was not reached should be up
    assert f"did not reach {node}" in " ".join(limited.output.split()), limited


def test_nothing_is_left_of_all_that(site: LifeLab, tmp_path: pathlib.Path) -> None:
    seen = verify(site, tmp_path)
    assert (seen.run.code, seen.findings) == (0, starved(site)), seen.run
