# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the roles have for each distribution, and what the documentation says about it."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys
import typing as t

import pytest
import yaml
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify import packages
from recorded import TOOL, records

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
ROLES = CHECKOUT / "roles"
PAGE = (CHECKOUT / "docs" / "distributions.md").read_text()
README = (CHECKOUT / "README.md").read_text()
# The platforms of meta/main.yml, and how README.md calls them.
NAMES = {"Debian": "Debian", "Ubuntu": "Ubuntu", "EL": "RHEL, AlmaLinux and Rocky Linux", "Fedora": "Fedora"}
RELEASES = {"bookworm": "12", "trixie": "13", "noble": "24.04"}
ONLY_DEBIAN = {"lab"}  # which makes Debian's machines


def load(path: pathlib.Path) -> t.Any:
    return yaml.safe_load(path.read_text())


def rows(text: str) -> dict[str, str]:
    """The rows of two columns of the tables in TEXT."""
    return dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", text, flags=re.MULTILINE))


# The kinds of platforms. Each is in one row of README.md, and there is no fourth.
KINDS = ("run here", "held against a record", "reported by users")


def kinds() -> dict[str, str]:
    """The platforms of README.md by kind: those rows of its requirements that name no requirement."""
    requirements = re.findall(r"^\| \| \|\n\|---\|---\|\n((?:\|.*\n)+)", README, flags=re.MULTILINE)[0]
    return {
        name: text for name, text in rows(requirements).items() if name not in ("controller", "collections", "nodes")
    }


def tasks_in(path: pathlib.Path) -> list[dict[str, t.Any]]:
    found = []
    for task in load(path) or []:
        found += [task, *task.get("block", []), *task.get("rescue", [])]
    return found


def platforms(role: str) -> dict[str, list[str]]:
    return {
        item["name"]: item["versions"] for item in load(ROLES / role / "meta" / "main.yml")["galaxy_info"]["platforms"]
    }


ALL = sorted(path.parents[1].name for path in ROLES.glob("*/meta/main.yml"))


@pytest.mark.parametrize("role", ALL)
def test_platforms_of_the_roles_are_those_of_the_overview(role: str) -> None:
    run, written, _reported = (kinds()[name] for name in KINDS)
    for name, versions in platforms(role).items():
        assert NAMES[name] in (run if name == "Debian" else written)
        for version in versions:
            assert version == "all" or RELEASES.get(version, version) in (run if name == "Debian" else written)
    expected = {"Debian"} if role in ONLY_DEBIAN else set(NAMES)
    assert set(platforms(role)) == expected


def test_there_are_three_kinds_of_platforms_and_the_page_has_the_same() -> None:
    assert tuple(kinds()) == KINDS
    shown = re.findall(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$", PAGE[: PAGE.index("## ")], flags=re.MULTILINE)[1:]
    assert {kind for _names, kind in shown} == set(KINDS)
    assert [names for names, kind in shown if kind == "run here"] == ["Debian 12 and 13"]
    for names, kind in shown:
        assert names == "none" or all(
            name in kinds()[kind] for name in re.split(", | and |(?<=[a-z]) (?=[0-9])", names)
        )
    assert "none yet" in kinds()["reported by users"]
    assert ("none", "reported by users") in shown


def test_what_is_held_against_a_record_has_one_and_what_is_run_was_recorded_by_the_tool() -> None:
    """So a platform can't be called so without a record, and one that is run has the record of the real thing."""
    for name, record in records().items():
        tested = {each["source"] for each in record["packages"].values()} == {TOOL.RECORDED}
        assert tested == (name in ("debian-12", "debian-13"))
        names = [NAMES[entry["name"]] for entry in record["platforms"]]
        assert all(each in kinds()["run here" if tested else "held against a record"] for each in names)


def test_ubuntu_with_a_pcs_that_is_too_old_is_no_platform() -> None:
    assert [role for role in ALL if "jammy" in platforms(role).get("Ubuntu", [])] == []
    assert not [text for text in kinds().values() if "22.04" in text]
    too_old = records()["ubuntu-22.04"]["packages"]["pcs"]["version"]
    assert f"- Ubuntu 22.04: its pcs is {too_old}, and 0.11.3 is the oldest" in PAGE


def test_ubuntu_gets_the_agent_filesystem() -> None:
    """resource-agents-base has seven agents, and resource-agents-extra the others."""
    wanted = load(ROLES / "os_prep" / "vars" / "Ubuntu.yml")["__os_prep_packages"]
    assert {"resource-agents-base", "resource-agents-extra"} <= set(wanted)


def test_every_installation_by_apt_suspends_needrestart() -> None:
    """It would restart what runs of the cluster: Ubuntu's does so after each installation."""
    installing = [
        (path.relative_to(ROLES), task)
        for path in sorted(ROLES.glob("*/tasks/**/*.yml"))
        for task in tasks_in(path)
        if path.parts[-3] not in ONLY_DEBIAN
        and {"name", "upgrade"} & set(task.get("ansible.builtin.apt", {}))
        and not task.get("check_mode")
    ]
    assert len(installing) >= 7
    assert [str(path) for path, task in installing if task.get("environment") != {"NEEDRESTART_SUSPEND": "1"}] == []


def test_the_rule_of_os_prep_for_needrestart_is_one_that_verify_accepts() -> None:
    (file,) = load(ROLES / "os_prep" / "vars" / "main.yml")["__os_prep_needrestart_files"].values()
    assert packages.lint_needrestart(file["content"]) == []


def test_verify_compares_the_versions_of_all_packages_that_os_prep_installs() -> None:
    for path in (ROLES / "os_prep" / "vars").glob("*.yml"):
        assert set(load(path).get("__os_prep_packages", [])) <= set(packages.PACKAGES), path.name


def test_a_hint_names_the_package_of_each_family() -> None:
    for path in ("Debian", "RedHat"):
        (package,) = [
            name
            for name in load(ROLES / "os_prep" / "vars" / f"{path}.yml")["__os_prep_packages"]
            if name.startswith("pacemaker-cli")
        ]
        assert re.search(rf"\b{package}(?!-)\b", packages.MISSING.fix)


def test_what_a_role_has_for_debian_it_has_for_the_red_hat_family() -> None:
    """internal_role_input refuses other families by that, in one sentence."""
    lacking = [
        str(path.relative_to(ROLES))
        for path in ROLES.glob("*/vars/Debian.yml")
        if not path.with_name("RedHat.yml").exists()
    ]
    assert lacking == []


@pytest.mark.parametrize(("selinux", "label"), [("enabled", "unfilled"), ("disabled", "shared")])
def test_a_new_file_system_gets_its_selinux_type_though_it_gets_no_content(
    tmp_path: pathlib.Path, selinux: str, label: str
) -> None:
    """Filling it is what runs restorecon on it, so where SELinux is on it counts as unfilled."""
    tasks = [
        {"ansible.builtin.set_fact": {"os_family": "RedHat", "selinux": {"status": selinux}, "cacheable": True}},
        {
            "ansible.builtin.include_role": {
                "name": "quorate.ha_cluster.shared_storage",
                "tasks_from": "converge",
                "public": True,
            },
            "vars": {"ha_nodes": ["another"]},
        },
        {"ansible.builtin.debug": {"msg": "its label: {{ __shared_storage_place.label }}"}},
    ]
    variables = {"ha_storage_device": "/dev/sda", "ha_storage_initial_content": []}
    play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "vars": variables, "tasks": tasks}
    (tmp_path / "play.yml").write_text(yaml.safe_dump([play]))
    done = subprocess.run(
        [pathlib.Path(sys.executable).with_name("ansible-playbook"), tmp_path / "play.yml"],
        env={**os.environ, "ANSIBLE_CONFIG": str(CHECKOUT / "ansible.cfg")},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"its label: {label}" in done.stdout, done.stdout


@pytest.mark.parametrize(
    "words",
    [
        "zented_port_t",  # the one port of fence_virtd
        "`ha_fence_virt_listener: vsock` needs a policy module",
        "httpd_setrlimit",
        "http_port_t",
        "refuses `udp` and `udpu`",
        "`ansible_python_interpreter: /usr/bin/python3`",
        "manage_etc_hosts: false",
        "--add-service=high-availability",
        "--add-port=1229/tcp",
        "lvmdevices --adddev",
        "SLES has no pcs",
        "`fence-agents-base` and `fence-agents-extra`",
    ],
)
def test_what_can_not_be_corrected_here_is_documented(words: str) -> None:
    assert words in PAGE
