# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster that somebody built by hand, with apt-get and pcs, is adopted, and site.yml changes nothing there."""

from __future__ import annotations

import concurrent.futures
import os
import pathlib
import stat
import subprocess
import time
import typing as t

import pytest
import yaml
from lab import CHECKOUT, Lab, PlaybookRun, documented

PAGE = "docs/operations.md"
SCRIPT = (pathlib.Path(__file__).parent / "by_hand.sh").read_text()
SECRETS = ("half-{{ 6 * 7 }}-secret", "half-42-secret", "alert-secret")
WHOLE = 'cibadmin --query | sed -E \'s/ (cib-last-written|update-[a-z]+|num_updates)="[^"]*"//g; /<status>/,$d\''
# pcsd writes known-hosts whenever it synchronizes its settings
FILES = "find /etc /var/lib/pcsd /usr/local -type f ! -name known-hosts -printf '%p %T@ %m %u %g\n'"


class Adopted:
    """The lab with the cluster, and the commands of docs/operations.md for it."""

    def __init__(self, lab: Lab, folder: pathlib.Path) -> None:
        self.lab = lab
        self.directory = folder / "adopted"
        self.password = folder / "vault-password"
        self.password.write_text("correct horse\n")
        self.minimal = folder / "minimal"
        (self.minimal / "group_vars").mkdir(parents=True)
        # not the names that the nodes have in the cluster
        hosts = {f"server-{number}": {"ansible_host": f"node{number}"} for number in (1, 2, 3)}
        (self.minimal / "hosts.yml").write_text(yaml.safe_dump({"cluster": {"hosts": hosts}}))
        variables = {"ansible_user": "root", "ansible_ssh_common_args": f"-F {lab.directory}/ssh_config"}
        (self.minimal / "group_vars/cluster.yml").write_text(yaml.safe_dump(variables))

    def type(self, command: str, *more: str, **places: pathlib.Path) -> PlaybookRun:
        """Run COMMAND, of docs/operations.md, with MORE arguments."""
        for said, meant in {
            "inventories/yours": self.minimal,
            "inventories/adopted": places.get("directory", self.directory),
            "~/.vault-password": self.password,
        }.items():
            command = command.replace(said, str(meant))
        process = subprocess.run(
            ["bash", "-c", " ".join([command, *more])],
            cwd=CHECKOUT,
            env=self.lab.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        run = PlaybookRun(process.returncode, process.stdout)
        assert [secret for secret in SECRETS if secret in run.output] == []
        return run

    def adopt(self, *more: str, **places: pathlib.Path) -> PlaybookRun:
        command = documented("playbooks/adopt.yml --vault-password-file ~/.vault-password", PAGE)
        return self.type(command, *more, **places)

    def site(self, *more: str) -> PlaybookRun:
        command = documented(
            "ansible-playbook -i inventories/adopted/hosts.yml site.yml --vault-password-file ~/.vault-password", PAGE
        )
        return self.type(command, *more)

    def state(self) -> dict[str, str]:
        """The whole configuration with its version, and all files that a role could change."""
        return {"cib": self.lab.ssh("node1", WHOLE), **{node: self.lab.ssh(node, FILES) for node in self.lab.nodes}}

    def variables(self, directory: pathlib.Path | None = None) -> str:
        return ((directory or self.directory) / "group_vars/all/cluster.yml").read_text()


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Adopted]:
    """A lab of its own, whose nodes are a cluster that this collection has never seen."""
    lab = Lab(f"{os.environ.get('LAB_NAME', 'life')}-hand", os.environ.get("LAB_RELEASE", "bookworm"))
    with lab.taken_down():
        if not lab.reachable("node1"):  # kept from the session before
            lab.up()
            key = lab.ssh("hypervisor", "bash -s hypervisor", stdin=SCRIPT)
            with concurrent.futures.ThreadPoolExecutor() as pool:
                list(pool.map(lambda node: lab.ssh(node, f"bash -s node {key}", stdin=SCRIPT, timeout=900), lab.nodes))
            print(lab.ssh("node1", "bash -s cluster 2>&1", stdin=SCRIPT, timeout=600))
        yield Adopted(lab, tmp_path_factory.mktemp("adopt"))


def test_site_changes_nothing_on_an_adopted_cluster(by_hand: Adopted) -> None:
    before = by_hand.state()
    run = by_hand.adopt("--check", "--diff")
    assert (run.code, run.changed) == (0, 1), run
    assert not by_hand.directory.exists()
    assert "half-" not in run.output
    run = by_hand.adopt("-vvv")
    assert (run.code, run.changed) == (0, 1), run
    # what is not written is named, in the output and in the file
    for words in (
        "target-role=Stopped of four",
        "cli-ban-two-on-node3",
        "standby of node3",
    ):
        assert words in run.output, words
        assert words in " ".join(by_hand.variables().replace("#", "").split()), words
    run = by_hand.adopt()
    assert (run.code, run.changed) == (0, 0), run

    vault = by_hand.directory / "group_vars/all/vault.yml"
    assert vault.read_text().startswith("$ANSIBLE_VAULT;")
    assert stat.S_IMODE(vault.stat().st_mode) == 0o600
    assert [secret for secret in SECRETS if secret in by_hand.variables()] == []
    variables = yaml.load(by_hand.variables(), UnsafeLoader)
    assert variables["ha_roles"] == ["authkey", "cluster", "resources", "verify"]
    assert list(variables["ha_nodes"]) == by_hand.lab.nodes
    assert len([name for name in variables if name.startswith("ha_") and variables[name]]) >= 20, sorted(variables)

    run = by_hand.type(documented("site.yml --vault-password-file ~/.vault-password --check --diff", PAGE))
    assert (run.code, run.changed) == (0, 0), run
    for _time in range(2):
        started = time.monotonic()
        run = by_hand.site()
        print(f"\nsite.yml on the adopted cluster: {time.monotonic() - started:.0f} s")
        assert (run.code, run.changed) == (0, 0), run
        assert "TASK [quorate.ha_cluster.iptables" not in run.output
    assert by_hand.state() == before
    # a run of the resources alone, as ever by tags
    run = by_hand.site("--tags", "resources")
    assert (run.code, run.changed) == (0, 0), run


class UnsafeLoader(yaml.SafeLoader):
    """Reads Ansible's tag for texts that are no templates."""


UnsafeLoader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def test_adopted_cluster_is_changed_by_its_variables(by_hand: Adopted) -> None:
    whole = by_hand.lab.ssh("node1", "cibadmin --query --scope configuration")
    path = by_hand.directory / "group_vars/all/cluster.yml"
    before = path.read_text()
    after = before.replace("token: '5000'", "token: '6000'").replace("fake: plain", "fake: other")
    for text, token in ((after, 6000), (before, 5000)):
        path.write_text(text)
        run = by_hand.site()
        assert run.code == 0, run
        assert run.changed > 0, run
        assert f"token: {token}" in by_hand.lab.ssh("node3", "cat /etc/corosync/corosync.conf")
        run = by_hand.site()
        assert (run.code, run.changed) == (0, 0), run
    assert by_hand.lab.ssh("node1", "cibadmin --query --scope configuration") == whole


def test_files_of_others_are_not_overwritten(by_hand: Adopted, tmp_path: pathlib.Path) -> None:
    directory = tmp_path / "mine"
    (directory / "group_vars/all").mkdir(parents=True)
    (directory / "group_vars/all/cluster.yml").write_text("mine: true\n")
    run = by_hand.adopt(directory=directory)
    assert run.code != 0, run
    assert "exists already with other contents" in run.output
    assert [path.name for path in directory.rglob("*.yml")] == ["cluster.yml"]
    assert by_hand.variables(directory) == "mine: true\n"


def test_passwords_are_protected_without_a_vault_password(by_hand: Adopted, tmp_path: pathlib.Path) -> None:
    directory = tmp_path / "plain"
    command = documented("playbooks/adopt.yml -e ha_adopt_directory=inventories/adopted", PAGE)
    run = by_hand.type(command, directory=directory)
    assert (run.code, run.changed) == (0, 1), run
    assert "group_vars/all/vault.yml holds passwords and is not encrypted" in run.output
    vault = directory / "group_vars/all/vault.yml"
    assert stat.S_IMODE(vault.stat().st_mode) == 0o600
    assert set(yaml.load(vault.read_text(), UnsafeLoader).values()) == {"alert-secret", "half-{{ 6 * 7 }}-secret"}


def test_cluster_that_is_not_whole_is_refused(by_hand: Adopted, tmp_path: pathlib.Path) -> None:
    directory = tmp_path / "refused"
    run = by_hand.adopt("--limit", "'server-1,server-2'", directory=directory)
    assert run.code != 0, run
    assert "node3 is in the cluster, and no host of this run is that node" in run.output
    by_hand.lab.ssh("node3", "pcs cluster stop")
    try:
        run = by_hand.adopt(directory=directory)
        assert run.code != 0, run
        assert "The cluster does not run on server-3" in run.output
        assert not directory.exists()
    finally:
        by_hand.lab.ssh("node3", "pcs cluster start --wait=120", timeout=180)


def test_joining_without_the_password_and_unknown_roles_are_refused(by_hand: Adopted) -> None:
    """What the adopted inventory lacks is named before anything changes."""
    run = by_hand.site("-e", """'{"ha_roles": ["cluster", "resource"]}'""")
    assert (run.code != 0, run.changed) == (True, 0), run
    assert "ha_roles" in run.output
    tokens = by_hand.lab.ssh("node2", "cat /var/lib/pcsd/known-hosts")
    by_hand.lab.ssh("node2", "rm /var/lib/pcsd/known-hosts")
    try:
        run = by_hand.site()
        assert (run.code != 0, run.changed) == (True, 0), run
        assert "ha_hacluster_password" in run.output
        run = by_hand.site("-e", "ha_hacluster_password=made-by-hand")
        assert run.code == 0, run
        run = by_hand.site()
        assert (run.code, run.changed) == (0, 0), run
    finally:
        by_hand.lab.ssh("node2", "cat > /var/lib/pcsd/known-hosts", stdin=tokens)
