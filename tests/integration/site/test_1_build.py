# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cluster is built from blank nodes, and building it again changes nothing."""

from __future__ import annotations

import json
import pathlib
import re

import pytest
from lab import GROUP, Lab, PlaybookRun


@pytest.fixture(scope="session")
def prediction(lab: Lab) -> PlaybookRun:
    """What check mode says on blank nodes."""
    if lab.ssh("node1", "command -v pcs", check=False):
        pytest.fail("The lab has a cluster already. Remove the lab first: make lab-down")
    return lab.site("--check", "--diff")


def test_check_mode_on_blank_nodes_ends_without_error(lab: Lab, prediction: PlaybookRun) -> None:
    assert prediction.code == 0, prediction
    assert not lab.ssh("node1", "command -v pcs", check=False), "check mode installed pcs"


def test_first_run_builds_a_healthy_cluster(lab: Lab, first_run: PlaybookRun) -> None:
    assert first_run.code == 0, first_run
    cluster = lab.await_healthy()
    assert cluster.online == set(lab.nodes)
    assert len({frozenset(cluster.where(member)) for member in GROUP}) == 1


def test_check_mode_foresaw_which_role_would_change_which_host(prediction: PlaybookRun, first_run: PlaybookRun) -> None:
    assert first_run.changes
    assert prediction.changes == first_run.changes


def test_check_mode_foresaw_the_file_system(prediction: PlaybookRun) -> None:
    words = " ".join(prediction.output.split())
    assert "Would make the file system xfs on /dev/vdb and copy the initial content onto it" in words, prediction


def test_second_run_changes_nothing(site: Lab) -> None:
    run = site.documented("ansible-playbook site.yml")
    assert (run.code, run.changed) == (0, 0), run


def test_check_and_diff_on_the_built_cluster_predict_nothing(site: Lab) -> None:
    run = site.documented("site.yml --check --diff")
    assert (run.code, run.changed) == (0, 0), run


def test_installed_collection_works_from_an_empty_folder(site: Lab, tmp_path: pathlib.Path) -> None:
    run = site.documented("inventories/yours quorate.ha_cluster.site", folder=tmp_path)
    assert (run.code, run.changed) == (0, 0), run
    assert list(tmp_path.iterdir()) == []


def test_report_needs_the_names_of_the_nodes_and_ssh_alone(site: Lab, tmp_path: pathlib.Path) -> None:
    """As for a cluster that this collection did not build: no inventory, no variables."""
    ssh = f"-F {site.directory}/ssh_config"
    run = site.documented("-i node1,node2,node3, ", folder=tmp_path, ANSIBLE_SSH_ARGS=ssh, ANSIBLE_INVENTORY="")
    assert run.code == 0, run
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html", "report.json"]
    report = json.loads((tmp_path / "report.json").read_text())
    assert {node["name"]: node["state"] for node in report["picture"]["nodes"]} == dict.fromkeys(site.nodes, "online")
    assert {"lighttpd", "cluster-ip"} <= {item["id"] for item in report["picture"]["resources"] if item["nodes"]}
    assert report["left"] == []


def test_demo_shows_the_cluster(site: Lab) -> None:
    run = site.documented("make demo")
    assert (run.code, run.changed) == (0, 0), run
    assert len(re.findall(r"^\S.*: done in \d+ s$", run.output, re.MULTILINE)) == 2, run
    assert "answered with HTTP 200" in run.output
    assert re.search(r"lighttpd runs on node[123][.]", run.output), run
    assert "answered with HTTP 200: Index of /" in run.output, run


def test_first_start_left_no_lowered_dc_deadtime(site: Lab) -> None:
    assert "dc-deadtime" not in site.ssh("node1", "cibadmin --query --scope crm_config")


def test_systemd_has_read_what_was_written_for_it(site: Lab) -> None:
    ask = "systemctl show '*' --property=Id,NeedDaemonReload | grep --before-context=1 NeedDaemonReload=yes"
    for host in ["hypervisor", *site.nodes]:
        unread = site.ssh(host, ask, check=False)
        assert not unread, f"{host}: {unread}"


def test_restarting_libvirt_restarts_fence_virtd(site: Lab) -> None:
    since = "systemctl show fence_virtd --property=ActiveState,ActiveEnterTimestampMonotonic"
    before = site.ssh("hypervisor", since)
    after = site.ssh("hypervisor", f"systemctl restart libvirtd && sleep 1 && {since}")
    assert "ActiveState=active" in after
    assert after != before


def test_a_power_switch_that_does_not_answer_stops_the_run(site: Lab) -> None:
    halt, resume = (f"systemctl kill --signal={name} fence_virtd" for name in ("SIGSTOP", "SIGCONT"))
    site.ssh("hypervisor", f"systemd-run --on-active=60 {resume} && {halt}")
    try:
        run = site.site("--tags", "fence_virt_test", ha_fence_virt_test_timeout=2)
    finally:
        site.ssh("hypervisor", resume)
    assert (run.code, run.changed) == (2, 0), run
    for node in site.nodes:
        assert f"Host {node} can't fence" in run.output, run
    again = site.site("--tags", "fence_virt_test")
    assert again.code == 0, again


def test_secrets_are_in_no_output_and_no_readable_file(site: Lab, first_run: PlaybookRun) -> None:
    password = "correct-horse-battery-staple"
    assert password not in first_run.output
    for node in site.nodes:
        search = (
            f"grep -rlsF {password} /etc /var/lib/pcsd /var/log /tmp /root/.ansible; journalctl | grep -cF {password}"
        )
        found = site.ssh(node, search, check=False)
        assert found.split() == ["0"], f"{node}: {found}"


@pytest.mark.parametrize(
    ("path", "mode", "on_hypervisor"),
    [
        ("/etc/corosync/authkey", "400", False),
        ("/etc/cluster/fence_xvm.key", "600", True),  # fence_virtd itself sets 0600 at each start
    ],
)
def test_keys_are_the_same_everywhere_and_for_root_alone(site: Lab, path: str, mode: str, on_hypervisor: bool) -> None:
    hosts = [*site.nodes, "hypervisor"] if on_hypervisor else site.nodes
    seen = {site.ssh(host, f"stat --format '%U:%G %a %s' {path}; sha256sum < {path}") for host in hosts}
    assert len(seen) == 1, seen
    assert seen.pop().startswith(f"root:root {mode} 256\n")
