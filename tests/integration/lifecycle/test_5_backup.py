# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster is backed up, destroyed and restored: the same CIB, the same keys, the service back, the data untouched."""

from __future__ import annotations

import base64
import dataclasses
import fcntl
import os
import pathlib
import pty
import re
import select
import subprocess
import tarfile
import termios
import time
import typing as t

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._backup.archive import pack, unpack
from ansible_collections.quorate.ha_cluster.plugins.module_utils._backup.cib import canonical
from lab import CHECKOUT, PlaybookRun
from life import REST, WORK, LifeLab

BACKUP, RESTORE, DESTROY = (f"playbooks/{name}.yml" for name in ("backup", "restore", "destroy"))
NAME = "ha_destroy_cluster_name=testcluster"
KEYS = ("/etc/corosync/authkey", "/etc/pacemaker/authkey", "/etc/cluster/fence_xvm.key")
OF_A_CLUSTER = (
    f"ls -d {' '.join(KEYS)} /etc/corosync/corosync.conf /var/lib/pcsd/known-hosts /var/lib/pacemaker/cib/cib*"
    " /var/lib/pacemaker/quorate-* 2>/dev/null; systemctl is-active corosync pacemaker | grep --line-regexp active"
)
WITNESS = "/var/www/mirror/witness"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("backup")
    (folder / "password").write_text("a horse of another colour\n")
    (folder / "other-password").write_text("no horse at all\n")
    return folder


@pytest.fixture(scope="module")
def archive(folder: pathlib.Path) -> pathlib.Path:
    return folder / "testcluster.tar"


def vault(archive: pathlib.Path, password: str = "password") -> list[str]:
    return [
        "-e",
        f"ha_backup_file={archive}",
        "--vault-password-file",
        str(archive.parent / password),
    ]


def configuration(lab: LifeLab, node: str = "node1") -> str:
    return canonical(lab.ssh(node, "cibadmin --query"))


def digests(lab: LifeLab) -> dict[str, str]:
    files = " ".join((*KEYS, "/etc/corosync/corosync.conf"))
    return {node: lab.ssh(node, f"sha256sum {files}") for node in lab.nodes}


def state(lab: LifeLab) -> tuple[str, dict[str, str], int]:
    return configuration(lab), digests(lab), lab.power_cycles()


def left(lab: LifeLab) -> dict[str, str]:
    """What the nodes still have of a cluster."""
    found = {node: lab.ssh(node, OF_A_CLUSTER, check=False) for node in lab.nodes}
    return {node: files for node, files in found.items() if files}


def unmarked(lab: LifeLab) -> bool:
    return not any("quorate-" in files for files in left(lab).values())


def outcome(run: PlaybookRun) -> tuple[int, int]:
    return run.code, run.changed


def refused(run: PlaybookRun, *words: str) -> None:
    text = " ".join(run.output.split())
    assert run.code != 0, run
    assert run.changed == 0, run
    assert [word for word in ("Nothing was changed", *words) if word not in text] == [], run


@pytest.fixture
def saved(site: LifeLab, archive: pathlib.Path) -> LifeLab:
    """The healthy cluster, backed up as it is."""
    run = site.playbook(BACKUP, *vault(archive))
    assert run.code == 0, run
    return site


def test_backup_is_written_once_and_tells_no_secret(site: LifeLab, archive: pathlib.Path) -> None:
    run = site.operate("backup.yml", "--check", *vault(archive))
    assert outcome(run) == (0, 1), run
    assert not archive.exists()
    run = site.operate("backup.yml", "-vvv", "--diff", *vault(archive))
    assert outcome(run) == (0, 1), run
    content = archive.read_bytes()
    for key in KEYS:
        secret = base64.b64decode(site.ssh("node1", f"base64 {key}"))
        assert secret not in content
        for line in base64.b64encode(secret).decode(), site.ssh("node1", f"base64 {key}").splitlines()[0]:
            assert line not in run.output
    assert archive.stat().st_mode & 0o777 == 0o600
    run = site.operate("backup.yml", *vault(archive))
    assert outcome(run) == (0, 0), run
    assert archive.read_bytes() == content
    assert [path.name for path in archive.parent.glob("testcluster*")] == [archive.name]


def test_secrets_are_open_to_tar_and_ansible_vault(saved: LifeLab, archive: pathlib.Path) -> None:
    with tarfile.open(archive) as opened:
        cib, plain = (opened.extractfile(name) for name in ("cib.xml", "files/etc/corosync/corosync.conf"))
        assert cib
        assert plain
        (archive.parent / "cib.xml").write_bytes(cib.read())
        assert plain.read().decode() == saved.ssh("node1", "cat /etc/corosync/corosync.conf")
    view = subprocess.run(
        ["ansible-vault", "view", "--vault-password-file", archive.parent / "password", archive.parent / "cib.xml"],
        env={**saved.environment, "PAGER": "cat"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert view.stdout.strip() == configuration(saved).strip()


def test_backup_follows_a_change_and_keeps_the_one_from_before(saved: LifeLab, archive: pathlib.Path) -> None:
    before = archive.read_bytes()
    saved.ssh("node1", "pcs node attribute node2 colour=green")
    try:
        run = saved.playbook(BACKUP, *vault(archive))
        assert outcome(run) == (0, 1), run
        assert "cib.xml" in run.output
        assert archive.with_name(f"{archive.name}.1").read_bytes() == before
    finally:
        saved.ssh("node1", "pcs node attribute node2 colour=")


def test_killed_backup_leaves_a_whole_archive(saved: LifeLab, archive: pathlib.Path) -> None:
    before = archive.read_bytes()
    saved.ssh("node1", "pcs node attribute node2 colour=green")
    try:
        saved.kill_in("Write the archive", BACKUP, *vault(archive))
        killed = archive.read_bytes()
        run = saved.playbook(BACKUP, *vault(archive))
        assert outcome(run) == (0, int(killed == before)), run
    finally:
        saved.ssh("node1", "pcs node attribute node2 colour=")


@pytest.mark.parametrize(("password", "words"), [("", "no vault password"), ("other-password", "none of the vault")])
def test_archive_that_does_not_open_is_neither_replaced_nor_restored(
    saved: LifeLab, archive: pathlib.Path, password: str, words: str
) -> None:
    arguments = vault(archive, password)[: 4 if password else 2]
    before = archive.read_bytes()
    refused(saved.playbook(BACKUP, *arguments), words)
    refused(saved.playbook(RESTORE, *arguments), words)
    assert archive.read_bytes() == before


def test_wrong_names_are_refused(saved: LifeLab, archive: pathlib.Path, folder: pathlib.Path) -> None:
    before = state(saved)
    other = ["-e", "ha_cluster_name=other"]
    refused(saved.playbook(BACKUP, *other, *vault(folder / "other.tar")), "ha_cluster_name", "testcluster")
    assert not (folder / "other.tar").exists()
    refused(saved.playbook(RESTORE, *other, *vault(archive)), "of cluster testcluster", "ha_cluster_name")
    refused(saved.operate("destroy.yml"), "no name was given", "ha_destroy_cluster_name")
    refused(saved.playbook(DESTROY, "-e", "ha_destroy_cluster_name=testclusterr"), "'testclusterr'", "testcluster")
    assert state(saved) == before


def test_backup_of_another_cluster_or_other_nodes_is_not_restored(saved: LifeLab, folder: pathlib.Path) -> None:
    run = saved.playbook(BACKUP, "-e", f"ha_backup_file={folder / 'plain.tar'}")
    assert run.code == 0, run
    assert "not encrypted" in run.output
    assert "NOT encrypted" in run.output
    before, found = state(saved), unpack((folder / "plain.tar").read_bytes(), bytes)
    (folder / "foreign.tar").write_bytes(pack(dataclasses.replace(found, cluster_name="other"), None))
    run = saved.playbook(RESTORE, "-e", f"ha_backup_file={folder / 'foreign.tar'}", "-e", "ha_cluster_name=other")
    refused(run, "runs cluster testcluster", "destroy")
    (folder / "fewer.tar").write_bytes(pack(dataclasses.replace(found, nodes=("node1", "node2")), None))
    run = saved.playbook(RESTORE, "-e", f"ha_backup_file={folder / 'fewer.tar'}")
    refused(run, "of the nodes node1, node2", "ha_nodes")
    run = saved.playbook(RESTORE, "-e", f"ha_backup_file={folder / 'plain.tar'}", "--limit", "node1,node2,hypervisor")
    refused(run, "node3 of ha_nodes", "--limit")
    run = saved.playbook(DESTROY, "-e", NAME, "--limit", "node1,node2")
    refused(run, "node3 of cluster testcluster", "ha_destroy_missing_nodes")
    run = saved.playbook(RESTORE, "-e", f"ha_backup_file={folder / 'none.tar'}")
    refused(run, "There is no archive")
    assert state(saved) == before


def test_cluster_at_work_is_refused(saved: LifeLab, archive: pathlib.Path) -> None:
    before = archive.read_bytes()
    saved.ssh("node1", WORK)
    try:
        refused(saved.playbook(BACKUP, *vault(archive)), "still at work")
        refused(saved.playbook(DESTROY, "-e", NAME), "still at work")
        run = saved.playbook(RESTORE, "-e", "ha_restore_running=true", *vault(archive))
        refused(run, "still at work")
        assert archive.read_bytes() == before
    finally:
        saved.ssh("node1", REST)


def test_no_quorum_is_refused(saved: LifeLab, archive: pathlib.Path) -> None:
    before = archive.read_bytes()
    saved.ssh("node2", "systemctl stop pacemaker corosync")
    saved.ssh("node3", "systemctl stop pacemaker corosync")
    try:
        refused(saved.playbook(BACKUP, *vault(archive)), "no quorum")
        refused(saved.playbook(DESTROY, "-e", NAME), "no quorum")
        assert archive.read_bytes() == before
    finally:
        saved.ssh("node2", "systemctl start corosync pacemaker")
        saved.ssh("node3", "systemctl start corosync pacemaker")
        saved.await_healthy(timeout=180)


def test_what_the_cluster_does_not_manage_is_no_reason_to_lose_it(saved: LifeLab) -> None:
    saved.ssh("node1", "pcs resource unmanage lighttpd && crm_resource --wait")
    try:
        refused(saved.playbook(DESTROY, "-e", NAME), "does not manage lighttpd")
    finally:
        saved.ssh("node1", "pcs resource manage lighttpd && crm_resource --wait")


def test_running_cluster_gets_the_backup_when_told(saved: LifeLab, archive: pathlib.Path) -> None:
    before = state(saved)
    run = saved.playbook(RESTORE, *vault(archive))
    assert outcome(run) == (0, 0), run
    saved.ssh(
        "node1",
        "pcs resource create more ocf:pacemaker:Dummy && pcs constraint location more prefers node2 &&"
        " pcs property set cluster-recheck-interval=7min && pcs resource update lighttpd op monitor interval=9s &&"
        " crm_resource --wait",
    )
    refused(saved.playbook(RESTORE, *vault(archive)), "cib.xml", "ha_restore_running")
    told = ["-e", "ha_restore_running=true", *vault(archive)]
    run = saved.operate("restore.yml -e ha_restore_running=true", "--check", "--diff", *vault(archive))
    assert outcome(run) == (0, 1), run
    assert "-resources: primitive more" in run.output
    assert "more" in configuration(saved)
    run = saved.playbook(RESTORE, *told)
    assert outcome(run) == (0, 1), run
    assert state(saved) == before
    run = saved.playbook(RESTORE, *told)
    assert outcome(run) == (0, 0), run
    saved.await_healthy()


def type_the_name(lab: LifeLab, answer: str) -> PlaybookRun:
    """Run the documented command on a terminal and type ANSWER when it asks."""
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        ["ansible-playbook", "-i", str(CHECKOUT / "inventories/lab"), str(CHECKOUT / DESTROY)],
        cwd=CHECKOUT,
        env=lab.environment,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # Ansible asks on its own terminal only
    )
    os.close(terminal)
    printed, typed, deadline = b"", False, time.monotonic() + 180
    while time.monotonic() < deadline:
        if not select.select([controller], [], [], 5)[0]:
            continue
        try:
            printed += os.read(controller, 65536)
        except OSError:  # the terminal's other end is closed
            break
        if not typed and b"Type the cluster's name" in printed:
            time.sleep(3)  # Ansible throws away what is typed before it listens
            os.write(controller, answer.encode() + b"\r")
            typed = True
    assert typed, printed
    return PlaybookRun(process.wait(timeout=30), re.sub(r"\x1b\[[0-9;?]*\w", "", printed.decode()).replace("\r", ""))


def test_backup_destroy_restore(saved: LifeLab, archive: pathlib.Path) -> None:
    saved.ssh(saved.active_node(), f"date +%s%N > {WITNESS}; sync")
    witness = saved.ssh(saved.active_node(), f"cat {WITNESS}")
    before = state(saved)

    run = saved.playbook(DESTROY, "--check", "-e", NAME)
    assert run.code == 0, run
    assert run.changed > 0, run
    assert state(saved) == before
    refused(type_the_name(saved, "testclustre"), "'testclustre'")
    saved.await_healthy()
    run = type_the_name(saved, "testcluster")
    assert run.code == 0, run
    assert left(saved) == {}
    run = saved.playbook(DESTROY, "-e", NAME)
    assert outcome(run) == (0, 0), run
    run = saved.operate("destroy.yml")
    assert outcome(run) == (0, 0), run
    refused(saved.playbook(BACKUP, *vault(archive)), "runs on none of the nodes")

    run = saved.operate("restore.yml", "--check", *vault(archive))
    assert run.code == 0, run
    assert run.changed > 0, run
    assert left(saved) == {}
    run = saved.operate("restore.yml", "-vvv", "--diff", *vault(archive))
    assert run.code == 0, run
    for key in KEYS:
        for line in saved.ssh("node1", f"base64 {key}").splitlines()[0], saved.ssh("node1", f"base64 -w0 {key}"):
            assert line not in run.output
    saved.await_healthy()
    assert state(saved) == before
    assert saved.ssh(saved.active_node(), f"cat {WITNESS}") == witness
    assert {configuration(saved, node) for node in saved.nodes} == {before[0]}
    assert unmarked(saved)

    run = saved.playbook(RESTORE, *vault(archive))
    assert outcome(run) == (0, 0), run
    run = saved.playbook(BACKUP, *vault(archive))
    assert outcome(run) == (0, 0), run
    run = saved.site()
    assert outcome(run) == (0, 0), run


# where destroy is killed, and where restore is
KILLS = [
    ("Set the property stop-all-resources", "Put the keys and corosync's configuration in place"),
    ("Stop corosync", "Start corosync"),
    ("Remove the configuration with pcs", "Wait until all nodes are online"),
    ("Remove the keys and tokens", "Load the configuration in one transaction"),
    ("Record the end of the destruction", "Wait until the cluster is idle"),
]


@pytest.mark.parametrize(("in_destroy", "in_restore"), KILLS)
def test_killed_runs_are_finished_by_the_next(
    saved: LifeLab, archive: pathlib.Path, in_destroy: str, in_restore: str
) -> None:
    before = state(saved)
    saved.kill_in(in_destroy, DESTROY, "-e", NAME)
    run = saved.playbook(DESTROY, "-e", NAME)
    assert run.code == 0, run
    assert left(saved) == {}
    saved.kill_in(in_restore, RESTORE, *vault(archive))
    run = saved.playbook(RESTORE, *vault(archive))
    assert run.code == 0, run
    saved.await_healthy()
    assert state(saved) == before
    assert unmarked(saved)
    run = saved.playbook(RESTORE, *vault(archive))
    assert outcome(run) == (0, 0), run


def test_stopped_cluster_of_another_time_and_nodes_without_tokens(saved: LifeLab, archive: pathlib.Path) -> None:
    """What the nodes have run last does not come back, and nodes that know each other no more get acquainted again."""
    before = state(saved)
    saved.ssh(
        "node1", "pcs resource create latecomer ocf:pacemaker:Dummy && crm_resource --wait && pcs cluster stop --all"
    )
    stopped = saved.ssh("node1", "date +%s").strip()
    for node in saved.nodes:
        saved.ssh(node, "rm /var/lib/pcsd/pcs_users.conf /var/lib/pcsd/known-hosts /etc/corosync/authkey")
    run = saved.playbook(RESTORE, *vault(archive))
    assert run.code == 0, run
    saved.await_healthy()
    assert state(saved) == before
    journals = [saved.ssh(node, f"journalctl --unit pacemaker --since @{stopped}") for node in saved.nodes]
    assert "latecomer" not in "".join(journals)
    run = saved.site()
    assert outcome(run) == (0, 0), run
    run = saved.playbook(RESTORE, *vault(archive))
    assert outcome(run) == (0, 0), run


def test_key_of_a_running_fence_virtd_is_not_replaced_untold(saved: LifeLab, archive: pathlib.Path) -> None:
    before = state(saved)
    run = saved.playbook(DESTROY, "-e", NAME)
    assert run.code == 0, run
    saved.ssh("hypervisor", "head -c 256 /dev/urandom > /etc/cluster/fence_xvm.key; systemctl restart fence_virtd")
    refused(saved.playbook(RESTORE, *vault(archive)), "host hypervisor", "ha_restore_hypervisors")
    assert left(saved) == {}
    run = saved.playbook(RESTORE, "-e", "ha_restore_hypervisors=true", *vault(archive))
    assert run.code == 0, run
    saved.await_healthy()
    assert state(saved)[:2] == before[:2]
    assert "node1" in saved.ssh("node2", "fence_xvm -o list")
    run = saved.site()
    assert outcome(run) == (0, 0), run


def test_password_changes_by_the_site_and_the_nodes_stay_authenticated(site: LifeLab) -> None:
    """Tokens outlive the password; a node that has lost them gets new ones with the new password."""
    new: dict[str, t.Any] = {"ha_hacluster_password": "another-horse-battery"}
    try:
        with site.undisturbed("another password of hacluster"):
            run = site.site(**new)
            assert outcome(run) == (0, 3), run
        assert "another-horse" not in run.output
        site.ssh("node1", "rm /var/lib/pcsd/known-hosts")
        run = site.site("--tags", "os_prep,cluster", **new)
        assert run.code == 0, run
        assert run.changed >= 1, run
        site.ssh("node1", "pcs status pcsd | grep --count 'node[123]: Online' | grep --line-regexp 3")
        run = site.site(**new)
        assert outcome(run) == (0, 0), run
    finally:
        run = site.site("--tags", "os_prep,cluster")
        assert run.code == 0, run


def test_killed_renewal_of_certificates_is_finished_by_the_next(site: LifeLab) -> None:
    look = "sha256sum < /var/lib/pcsd/pcsd.crt; ls /var/lib/pcsd | grep previous; true"
    before = {node: site.ssh(node, look) for node in site.nodes}
    playbook = ("playbooks/rotate_authkey.yml", "--tags", "certificate")
    site.kill_in("Restart pcsd to create a certificate", *playbook, "-e", "ha_rotate_older_than=0")
    with site.undisturbed("renewal of certificates after a killed one"):
        run = site.playbook(*playbook)
        assert run.code == 0, run
    after = {node: site.ssh(node, look) for node in site.nodes}
    assert all(after[node] != before[node] and "previous" not in after[node] for node in site.nodes), after
    site.ssh("node1", "pcs status pcsd | grep --count 'node[123]: Online' | grep --line-regexp 3")
    run = site.playbook(*playbook)
    assert outcome(run) == (0, 0), run
