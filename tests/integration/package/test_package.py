# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The built collection, installed into an empty directory, works from there and in a repository that uses it by name.

Needs root and mmdebstrap: the modules run against the real pcs in a Debian release, as in tests/integration/hermetic.
"""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
from collections.abc import Callable, Mapping

import pytest
import yaml
from hermetic.conftest import make_root
from lab import documented

CHECKOUT = pathlib.Path(__file__).resolve().parents[3]
GALAXY = yaml.safe_load((CHECKOUT / "galaxy.yml").read_text())
DEPENDENCIES = CHECKOUT / ".venv" / "collections" / "ansible_collections"
INFRASTRUCTURE = CHECKOUT / "tests" / "infrastructure"
PLAYBOOKS = sorted(path.stem for path in (CHECKOUT / "playbooks").glob("*.yml"))
# Runs a command with a file system of its own above that of a release: what is written vanishes with the command.
OVERLAID = """
set -e
mkdir -p "$2"
mount -t tmpfs tmpfs "$2"
mkdir "$2/upper" "$2/work" "$2/root"
mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/root"
mount -t proc proc "$2/root/proc"
mount -t tmpfs tmpfs "$2/root/run"
shift 2
exec "$@"
"""

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def tarball(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The collection, built from the files that git knows or would take."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout.split("\0")
    present = "\0".join(name for name in names if name and (CHECKOUT / name).exists())
    pack = ["tar", "--create", "--null", "--files-from=-", f"--file={source}.tar"]
    subprocess.run(pack, cwd=CHECKOUT, check=True, input=present, text=True)
    subprocess.run(["tar", "--extract", f"--file={source}.tar", f"--directory={source}"], check=True)
    subprocess.run(["ansible-galaxy", "collection", "build", "--output-path", str(built)], cwd=source, check=True)
    return built / f"{GALAXY['namespace']}-{GALAXY['name']}-{GALAXY['version']}.tar.gz"


@pytest.fixture(scope="session")
def collections(tarball: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A collections path with the installed tarball and what it depends on, and nothing else."""
    path = tmp_path_factory.mktemp("collections")
    command = documented("ansible-galaxy collection install", "docs/own-hosts.md").split()
    here = ["--offline", "--no-deps", "--collections-path", str(path)]
    subprocess.run([*command, *here], cwd=tarball.parent, check=True)
    for name in GALAXY["dependencies"]:
        namespace, _dot, short = name.partition(".")
        place = path / "ansible_collections" / namespace
        place.mkdir(exist_ok=True)
        (place / short).symlink_to(DEPENDENCIES / namespace / short)
    return path


@pytest.fixture
def run(collections: pathlib.Path, tmp_path: pathlib.Path) -> Run:
    """Run a command with the installed collection, in an empty directory unless another is given."""

    def command(
        *argv: str, cwd: pathlib.Path = tmp_path, more: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
        environment = {**kept, "ANSIBLE_COLLECTIONS_PATH": str(collections), "ANSIBLE_NOCOLOR": "1", **(more or {})}
        done = subprocess.run(argv, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    return command


def infrastructure(run: Run, *words: str, **options: str) -> str:
    """What ansible-playbook says in the infrastructure repository."""
    return run("ansible-playbook", *words, cwd=INFRASTRUCTURE, more=options).stdout


def test_every_playbook_has_a_name(run: Run, collections: pathlib.Path) -> None:
    inventory = str(CHECKOUT / "inventories" / "example")
    names = [f"quorate.ha_cluster.{name}" for name in PLAYBOOKS]
    listed = run("ansible-playbook", "-i", inventory, "--list-tasks", *names).stdout
    place = collections / "ansible_collections" / "quorate" / "ha_cluster" / "playbooks"
    assert [name for name in PLAYBOOKS if f"playbook: {place}/{name}.yml" not in listed] == []
    assert "quorate.ha_cluster.cluster : " in listed


def test_every_module_and_role_is_documented_where_it_is_installed(run: Run) -> None:
    modules = {f"quorate.ha_cluster.{path.stem}" for path in (CHECKOUT / "plugins" / "modules").glob("*.py")}
    roles = {f"quorate.ha_cluster.{path.parents[1].name}" for path in (CHECKOUT / "roles").glob("*/tasks/main.yml")}
    known = run("ansible-doc", "--list", "--json", "quorate.ha_cluster").stdout
    assert set(json.loads(known)) == modules
    known = run("ansible-doc", "--list", "--json", "--type", "role", "quorate.ha_cluster").stdout
    assert set(json.loads(known)) == roles


def test_an_infrastructure_repository_is_valid(run: Run) -> None:
    playbooks = sorted(path.name for path in INFRASTRUCTURE.glob("*.yml") if path.name != "requirements.yml")
    assert len(playbooks) == 4
    infrastructure(run, "--syntax-check", *playbooks)
    wanted = yaml.safe_load((INFRASTRUCTURE / "requirements.yml").read_text())["collections"]
    assert [entry["name"] for entry in wanted] == ["quorate.ha_cluster"]


def test_an_infrastructure_repository_builds_on_the_collection(run: Run) -> None:
    listed = infrastructure(run, "--list-tasks", "site.yml")
    assert "company_banner : Greet who logs in" in listed
    assert "quorate.ha_cluster.cluster : " in listed
    listed = infrastructure(run, "--list-tasks", "single_roles.yml")
    assert "quorate.ha_cluster.iptables : " in listed
    assert "quorate.ha_cluster.lighttpd : " not in listed


@pytest.mark.parametrize("release", ["bookworm", "trixie"])
def test_modules_work_in_an_infrastructure_repository(run: Run, tmp_path: pathlib.Path, release: str) -> None:
    layers = tmp_path / "layers"
    inventory = tmp_path / "hosts"
    chroot = f"ansible_connection=community.general.chroot ansible_host={layers}/root"
    inventory.write_text(f"debian {chroot} ansible_python_interpreter=/usr/bin/python3\n")
    extra = "objects_host=debian objects_become=false cib_file=/root/cib.xml"
    play = ["ansible-playbook", "-i", str(inventory), "-e", extra, "objects.yml"]
    # Twice on one file system: the second time nothing is left to do.
    both = ["sh", "-ec", '"$@"; echo again; "$@"', "sh", *play]
    isolated = ["unshare", "--mount", "--pid", "--fork", "sh", "-c", OVERLAID, "sh"]
    places = [str(make_root(release)), str(layers)]
    first, _again, second = run(*isolated, *places, *both, cwd=INFRASTRUCTURE).stdout.partition("again\n")
    assert "changed=4 " in first
    assert "changed=0 " in second


def test_a_clusters_files_are_verified_without_a_node(run: Run, tmp_path: pathlib.Path) -> None:
    paper = CHECKOUT / "tests" / "unit" / "files" / "paper"
    files = f"ha_verify_cib_file={paper}/cib.xml ha_verify_corosync_file={paper}/corosync.conf"
    extra = f"{files} ha_report_file={tmp_path}/report.html ha_verify_fail=false"
    infrastructure(run, "-i", "/dev/null", "-e", extra, "verify.yml")
    assert "crypto" in (tmp_path / "report.html").read_text()


# --- execution environments ------------------------------------------------------------------------------------------

BUILDER = CHECKOUT / ".venv" / "gates" / "bin" / "ansible-builder"
# Its only mistake is an address, which netaddr finds.
INVENTORY = """
cluster:
  hosts:
    node1: {ansible_connection: local, ansible_python_interpreter: /usr/bin/python3}
  vars:
    ha_cluster_name: web
    ha_nodes:
      node1: {cluster: 192.0.2.300}
    ha_networks:
      cluster: {interface: lo, subnet: 192.0.2.0/24}
    ha_roles: [os_prep, cluster]
    ha_hacluster_password: not a secret
"""
OWN = f"# from collection {GALAXY['namespace']}.{GALAXY['name']}"


@pytest.fixture(scope="session")
def wanted(collections: pathlib.Path) -> dict[str, list[str]]:
    """What ansible-builder reads in the installed collection."""
    argv = [str(BUILDER), "introspect", str(collections)]
    said = yaml.safe_load(subprocess.run(argv, check=True, capture_output=True, text=True).stdout)
    return {
        kind: [line.partition("#")[0].strip() for line in lines if line.endswith(OWN)] for kind, lines in said.items()
    }


def test_an_execution_environment_gets_what_the_collection_needs(wanted: dict[str, list[str]]) -> None:
    assert wanted["python"] == ["jmespath", "netaddr", "passlib"]
    assert wanted["system"] == ["openssh-clients [platform:rpm]", "openssh-client [platform:dpkg]"]


def test_playbooks_run_with_what_an_execution_environment_has(
    wanted: dict[str, list[str]], collections: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    core = next(line for line in (CHECKOUT / "requirements.txt").read_text().splitlines() if "ansible-core" in line)
    environment = tmp_path / "environment"
    subprocess.run(["python3", "-m", "venv", str(environment)], check=True)
    pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, core, *wanted["python"]], check=True)
    (tmp_path / "hosts.yml").write_text(INVENTORY)
    play = [str(environment / "bin" / "ansible-playbook"), "-i", "hosts.yml"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    done = subprocess.run(
        [*play, "quorate.ha_cluster.check_input"],
        cwd=tmp_path,
        env={**kept, "ANSIBLE_COLLECTIONS_PATH": str(collections)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert "192.0.2.300" in done.stdout


def test_the_documented_definition_of_an_execution_environment_is_valid(tmp_path: pathlib.Path) -> None:
    page = (CHECKOUT / "docs" / "own-hosts.md").read_text()
    (block,) = re.findall(r"```yaml\n(# execution-environment\.yml\n.*?)```", page, flags=re.DOTALL)
    (tmp_path / "execution-environment.yml").write_text(block)
    subprocess.run([str(BUILDER), "create"], cwd=tmp_path, check=True)
    (image,) = (path for path in (tmp_path / "context").iterdir() if path.is_file())  # Containerfile or Dockerfile
    assert 'EE_BASE_IMAGE="docker.io/library/debian:12"' in image.read_text()
    listed = yaml.safe_load((tmp_path / "context" / "_build" / "requirements.yml").read_text())
    assert listed["collections"] == ["quorate.ha_cluster"]


def test_the_changelog_names_every_public_module_filter_and_role() -> None:
    releases = yaml.safe_load((CHECKOUT / "changelogs" / "changelog.yaml").read_text())["releases"].values()
    kinds = {
        "plugins/modules/*.py": [entry for release in releases for entry in release.get("modules", [])],
        "plugins/filter/*.py": [e for release in releases for e in release.get("plugins", {}).get("filter", [])],
        "roles/*/tasks/main.yml": [e for release in releases for e in release.get("objects", {}).get("role", [])],
    }
    for pattern, entries in kinds.items():
        names = {path.parents[1].name if "tasks" in pattern else path.stem for path in CHECKOUT.glob(pattern)}
        there = {name for name in names if not name.startswith("internal_")}
        assert {entry["name"] for entry in entries} == there, f"{pattern}: run make changelog"


def test_the_changelog_says_what_the_fragments_say() -> None:
    releases = yaml.safe_load((CHECKOUT / "changelogs" / "changelog.yaml").read_text())["releases"].values()
    said = {line for release in releases for lines in release["changes"].values() for line in lines}
    fragments = [yaml.safe_load(path.read_text()) for path in (CHECKOUT / "changelogs" / "fragments").glob("*.yml")]
    there = {line for fragment in fragments for lines in fragment.values() for line in lines}
    assert said == there, "run make changelog"
