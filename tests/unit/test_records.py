# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names in the roles and in the Python that runs on nodes, held against records of the distributions.

A record says what a distribution has and where that is known from. This proves that names agree with it, and nothing of
what happens on a real host.
"""

from __future__ import annotations

import ast
import datetime
import functools
import json
import pathlib
import re
import typing as t

import pytest
import recorded
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall import plan as firewall
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify import packages
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles import shared_storage
from recorded import CHECKOUT, ROLES, TOOL, CannotTell, Host, hosts, is_for, records, render, steps, variables, wanted

ALL_ROLES = sorted(path.parents[1].name for path in ROLES.glob("*/meta/main.yml"))
EVERY_CASE = [(role, host) for host in recorded.all_hosts() for role in ALL_ROLES if is_for(role, host)]
CASES = [(role, host) for host in hosts() for role in ALL_ROLES if is_for(role, host)]
on_every_host = pytest.mark.parametrize("host", hosts(), ids=str)
for_every_role = pytest.mark.parametrize(("role", "host"), CASES, ids=[f"{role}-{host}" for role, host in CASES])
PYTHON = sorted((CHECKOUT / "plugins").glob("**/*.py"))
# What the kernel or systemd make at boot.
MADE_AT_BOOT = ("/run", "/proc", "/sys", "/dev", "/tmp")
# Whose name is part of a path, and who exists on a host that the collection was not asked to prepare.
EXAMPLES = ("/home/alice/", "/etc/proxy/", "/etc/lab/", "/var/log/proxy", "/var/www/mirror")


# --- the records -----------------------------------------------------------------------------------------------------


def items(value: t.Any, path: str = "") -> t.Iterator[tuple[str, dict[str, t.Any]]]:
    """The things in a record that are claims: what has a source, and what should have one."""
    for section in ("repositories", "packages"):
        for name, item in value.get(section, {}).items():
            yield f"{section}.{name}", item
    for section in ("facts", "variants", "pacemaker", "pcs", "selinux"):
        if section in value:
            yield section, value[section]
    for group, entries in value.get("selinux", {}).items():
        if isinstance(entries, dict):
            for name, item in entries.items():
                yield f"selinux.{group}.{name}", item
    for name, item in value.get("kernel", {}).items():
        yield f"kernel.{name}", item


@pytest.mark.parametrize("name", sorted(records()))
def test_each_claim_of_a_record_has_a_source_and_a_date(name: str) -> None:
    without = [where for where, item in items(records()[name]) if not item.get("source") or not item.get("date")]
    assert without == []
    for _where, item in items(records()[name]):
        datetime.date.fromisoformat(item["date"])


@pytest.mark.parametrize("name", sorted(records()))
def test_what_is_unknown_says_what_was_tried_and_claims_no_version(name: str) -> None:
    unknown = {where: item for where, item in items(records()[name]) if item.get("unknown")}
    assert [where for where, item in unknown.items() if not item.get("tried") or "version" in item] == []
    nowhere = {where for where, item in items(records()[name]) if item.get("repository") == "unknown"}
    assert [
        where for where in nowhere if not dict(items(records()[name]))[where].keys() & {"repository_tried", "tried"}
    ] == []


def test_every_platform_of_the_roles_has_a_record_and_every_record_a_platform() -> None:
    said = {
        (name, version) for role in ALL_ROLES for name, found in recorded.platforms(role).items() for version in found
    }
    kept = {(entry["name"], entry["version"]) for record in records().values() for entry in record["platforms"]}
    assert said == kept
    assert all(record["platforms"] or record["unsupported"] for record in records().values())


# --- packages --------------------------------------------------------------------------------------------------------


def base(name: str, host: Host) -> str:
    """The package of which NAME is the one for the host's kernel."""
    return name.removesuffix("-" + host.facts["kernel"])


@for_every_role
def test_every_package_that_a_role_installs_is_in_the_record(role: str, host: Host) -> None:
    lacking = [name for name in wanted(role, host).packages if host.package(base(name, host)) is None]
    assert lacking == []


@pytest.mark.parametrize(("role", "host"), EVERY_CASE, ids=[f"{role}-{host}" for role, host in EVERY_CASE])
def test_a_package_in_a_repository_that_is_off_is_made_available_or_the_role_says_where_it_is(
    role: str, host: Host
) -> None:
    for name in wanted(role, host).packages:
        repository = (host.package(base(name, host)) or {})["repository"]
        known = host.record["repositories"].get(repository, {"enabled": True})
        on_rhel = known.get("on_rhel", "").replace("ARCH", host.facts["architecture"])
        named = {on_rhel if host.distribution == "RedHat" else repository}
        said = [text for text in recorded.messages(role, host) if name in text and known.get("name", "?") in text]
        assert known["enabled"] or recorded.enabled_by(role, host) & named or said, f"{name} is in {repository}"


def test_a_role_names_packages_where_the_records_can_be_asked() -> None:
    """Else a new way to name them would be held against nothing."""
    unclear = {text for role, host in CASES for text in wanted(role, host).open}
    assert sorted(unclear) == [
        "{{ __lighttpd_packages }}" if text == "" else text  # none of them
        for text in sorted(
            {"{{ __os_prep_plan.missing }}", "{{ __qnetd_plan.missing }}", "{{ __shared_storage_plan.packages }}"}
        )
    ]
    for role in ("os_prep", "qnetd"):  # missing: those of the packages that were looked for
        assert all(wanted(role, host).packages for other, host in CASES if other == role)


@on_every_host
@pytest.mark.parametrize("layout", ["disk", "partition", "lvm"])
def test_the_programs_of_the_storage_are_in_the_packages_that_it_installs(layout: str, host: Host) -> None:
    for status in ("enabled", "disabled"):
        storage = shared_storage.Storage(
            *("/dev/sda", layout, "group", "volume", "xfs", "shared", "/srv", False),
            {"status": status},
        )
        wrong = {
            program: name
            for program, name in storage.programs.items()
            if program not in (host.package(name) or {}).get("files", ())
        }
        assert wrong == {}, status


def test_every_package_whose_version_verify_compares_is_in_a_record() -> None:
    """booth and sbd among them, which no role installs."""
    assert sorted(set(packages.PACKAGES) - every_package()) == []


@functools.cache
def every_package() -> set[str]:
    return {name for record in records().values() for name in record["packages"]}


def test_every_package_that_python_names_is_in_a_record() -> None:
    """By the name of its variable or the path that it brings. Words without a hyphen may be anything else."""
    named = {name for path in PYTHON for name in TOOL.constants(path.read_text()) if "-" in name and "." not in name}
    assert {"dnf5-plugins", "pacemaker-cli-utils", "policycoreutils-python-utils"} <= named
    assert sorted(named - every_package()) == []


def sentences() -> t.Iterator[tuple[str, str]]:
    """Texts for people that name packages, with their file: documentation, and messages of roles and of Python."""
    for path in [CHECKOUT / "docs/distributions.md", CHECKOUT / "docs/fencing.md", *ROLES.glob("*/README.md")]:
        for line in path.read_text().splitlines():
            yield str(path.relative_to(CHECKOUT)), line
    for role, host in CASES:
        for text in recorded.messages(role, host):
            yield f"roles/{role}", " ".join(text.split())
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "package" in node.value:
                yield str(path.relative_to(CHECKOUT)), " ".join(node.value.split())


# `the package NAME`, also of two: `the packages `A` and `B``, `the package pacemaker-cli-utils of Debian`.
NAMED_IN_TEXT = re.compile(r"\bpackages? (?:\{\{ )?[`']?([a-z0-9]+(?:[-+.][a-z0-9]+)+)(?:[`'] and [`']([a-z0-9+.-]+))?")
OTHERS = {"python3-netaddr", "ansible.utils"}


def test_every_package_that_a_text_for_people_names_is_in_a_record() -> None:
    named = {
        (where, name) for where, text in sentences() for found in NAMED_IN_TEXT.findall(text) for name in found if name
    }
    assert len(named) >= 8
    assert sorted((where, name) for where, name in named if name not in every_package() | OTHERS) == []


def test_a_hint_about_missing_programs_names_a_package_of_each_supported_distribution() -> None:
    words = set(re.findall(r"[a-z][a-z-]+[a-z]", packages.MISSING.fix))
    for host in hosts():
        assert [name for name in words if name.startswith("pacemaker-cli") and host.package(name)], str(host)


@on_every_host
def test_the_agents_of_the_example_cluster_are_in_the_packages_that_os_prep_installs(host: Host) -> None:
    """Where a distribution divides them. resource-agents-base of Ubuntu has no Filesystem."""
    installed = [host.package(name) or {} for name in wanted("os_prep", host).packages]
    divided = {agent for package in installed for agent in package.get("agents", ())}
    example = (CHECKOUT / "inventories/example/group_vars/all/cluster.yml").read_text()
    needed = set(re.findall(r"ocf:heartbeat:(\w+)", example))
    assert needed
    assert not divided or needed <= divided


@on_every_host
def test_the_kernel_modules_of_iptables_are_installed_where_they_are_in_a_package_of_their_own(host: Host) -> None:
    known = host.record.get("kernel", {}).get("modules_of_iptables", {})
    if known.get("package") == "kernel-modules-extra":
        assert firewall.KERNEL_MODULE in known["modules"]
        assert f"kernel-modules-extra-{host.facts['kernel']}" in wanted("iptables", host).packages
    else:
        assert not [name for name in wanted("iptables", host).packages if name.startswith("kernel-")]


# --- units -----------------------------------------------------------------------------------------------------------


def own_units() -> set[str]:
    """The units that the collection makes."""
    files = [path.name for path in ROLES.glob("*/files/**/*") if path.is_file()]
    text = "\n".join(path.read_text() for path in PYTHON)
    prefixes = set(re.findall(r'^TIMER = "([\w-]+)"$', text, flags=re.MULTILINE)) | {"quorate-failover-"}
    return {*files, *(name for name in TOOL.UNIT.findall(text) if name.startswith(tuple(prefixes)))}


@for_every_role
def test_every_unit_that_a_role_names_is_brought_by_a_recorded_package(role: str, host: Host) -> None:
    named = set(TOOL.UNIT.findall(recorded.texts(role, host)))
    assert sorted(named - host.every("units") - own_units() - drop_ins(role, host)) == []


def drop_ins(role: str, host: Host) -> set[str]:
    """The units for which a role has settings, should they be there."""
    return set(re.findall(r"/etc/systemd/system/([\w@-]+\.service)\.d/", recorded.texts(role, host)))


def test_every_unit_with_settings_of_ours_is_one_of_a_supported_distribution() -> None:
    named = {unit for role, host in CASES for unit in drop_ins(role, host)}
    assert named == {"fence_virtd.service", "libvirtd.service", "virtqemud.service"}
    assert sorted(named - everywhere("units")) == []


def everywhere(kind: str) -> set[str]:
    return {item for host in hosts() for item in host.every(kind)}


def test_every_unit_that_python_names_is_brought_by_a_recorded_package() -> None:
    named = {
        unit
        for path in PYTHON
        if "/modules/" not in str(path) or "internal_" in path.name  # examples in documentation
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" not in node.value
        for unit in TOOL.UNIT.findall(node.value)
    }
    assert len(named) >= 8
    assert sorted(named - everywhere("units") - own_units()) == []


@on_every_host
def test_the_time_service_of_the_documentation_has_its_unit_in_the_package_of_that_name(host: Host) -> None:
    assert recorded.time_services() == ("chrony",)
    for service in recorded.time_services():
        unit = render("{{ __os_prep_time_service_unit }}", {**variables("os_prep", host), "ha_time_service": service})
        assert f"{unit}.service" in (host.package(service) or {})["units"]


def test_every_time_service_that_os_prep_looks_for_is_one_of_a_supported_distribution() -> None:
    names = {
        name
        for host in hosts()
        for step in steps("os_prep", host)
        for value in step.given.values()
        if isinstance(value, list) and step.module.endswith("internal_machine_info")
        for name in value
    }
    assert {"chronyd", "systemd-timesyncd", "pacemaker"} <= names
    assert sorted(name for name in names if f"{name}.service" not in everywhere("units")) == []


@on_every_host
def test_what_loads_the_packet_filter_at_boot_is_in_the_packages_that_role_iptables_installs(host: Host) -> None:
    boot = firewall.DEBIAN if host.facts["os_family"] == "Debian" else firewall.RED_HAT
    installed = [host.package(base(name, host)) or {} for name in wanted("iptables", host).packages]
    assert set(boot.units) <= {unit for package in installed for unit in package.get("units", ())}
    folders = {str(pathlib.PurePath(path).parent) for path in boot.files.values()}
    there = {path for package in installed for path in package.get("files", ())}
    assert folders <= {*there, *(str(pathlib.PurePath(path).parent) for path in there)}


@on_every_host
def test_roles_of_hosts_without_role_iptables_open_their_ports_where_firewalld_runs(host: Host) -> None:
    """Together with the start of the service, so that one is not done without the other."""
    opening = {role for role in ALL_ROLES if any(name.endswith("_opening") for name in variables(role, host))}
    assert opening == {"fence_virt", "qnetd"}
    for role in opening:
        starting = [
            step.arguments
            for step in steps(role, host)
            if step.module.endswith(".internal_machine") and '"started"' in json.dumps(step.arguments.get("units", ""))
        ]
        assert starting
        assert [f"__{role}_opening" in str(arguments.get("firewalld")) for arguments in starting] == [True] * len(
            starting
        )


# --- paths -----------------------------------------------------------------------------------------------------------


def made_by_roles(host: Host) -> set[str]:
    return {folder for role in ALL_ROLES if is_for(role, host) for folder in recorded.made(role, host)}


def has_a_place(path: str, folders: set[str]) -> bool:
    folder = str(pathlib.PurePath(path).parent)
    # Settings for a unit: the plan names the folder, which is made where the file is written.
    above = str(pathlib.PurePath(folder).parent) if folder.endswith(".service.d") else folder
    return bool({folder, above} & folders) or path.startswith((*MADE_AT_BOOT, *EXAMPLES))


@for_every_role
def test_every_path_that_a_role_names_has_a_folder_that_a_recorded_package_or_a_role_makes(
    role: str, host: Host
) -> None:
    folders = host.folders | made_by_roles(host) | key_folders()
    named = set(TOOL.PATH.findall(recorded.texts(role, host)))
    assert sorted(path for path in named if not has_a_place(path, folders)) == []


def test_every_path_that_a_role_looks_at_has_a_folder_on_a_supported_distribution() -> None:
    folders = {folder for host in hosts() for folder in host.folders | made_by_roles(host)} | key_folders()
    named = {path for role, host in CASES for path in TOOL.PATH.findall(recorded.looked_at(role, host))}
    assert "/etc/lvm/devices/system.devices" in named
    assert sorted(path for path in named if not has_a_place(path, folders)) == []


@functools.cache
def key_folders() -> set[str]:
    """The folders of keys, which are made where they are missing."""
    assert "make_folder(" in (CHECKOUT / "plugins/module_utils/_host/key_file.py").read_text()
    shared = json.dumps(variables("authkey", hosts()[0])["ha_shared_keys"])
    return {str(pathlib.PurePath(path).parent) for path in TOOL.PATH.findall(shared)}


def test_every_path_that_python_names_has_a_folder_on_a_supported_distribution() -> None:
    """Of several that are tried one after the other, one."""
    folders = {folder for host in hosts() for folder in host.folders | made_by_roles(host)} | key_folders()
    named = [
        paths for file in PYTHON if "/modules/" not in str(file) for paths in alternatives(ast.parse(file.read_text()))
    ]
    assert len(named) >= 20
    assert [paths for paths in named if not any(has_a_place(path, folders) for path in paths)] == []


def alternatives(tree: ast.AST) -> t.Iterator[list[str]]:
    """The paths in a Python source: those of a tuple or a list together, and each other one alone."""
    seen: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Tuple, ast.List)) and all(isinstance(each, ast.Constant) for each in node.elts):
            paths = [path for each in node.elts if isinstance(each, ast.Constant) for path in paths_in(each)]
            seen |= {id(each) for each in node.elts}
            yield from [paths] if paths else []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in seen:
            yield from ([path] for path in paths_in(node))


def paths_in(node: ast.Constant) -> list[str]:
    text = node.value if isinstance(node.value, str) else ""
    return [] if "\n" in text else [path.rstrip(".") for path in TOOL.PATH.findall(text)]


# --- users -----------------------------------------------------------------------------------------------------------


WITH_OWNER = ("copy", "file", "template", "internal_machine")


def accounts(role: str, host: Host) -> set[str]:
    """The users and groups that a role names on HOST."""
    known = variables(role, host)
    variable = re.compile("__[a-z_]+_(user|group)|ha_[a-z]+_(user|owner|group)")
    found = {str(recorded.rendered(value, known)) for name, value in known.items() if variable.fullmatch(name)}
    for step in steps(role, host):
        text = json.dumps(recorded.rendered(step.arguments, known), default=lambda _unknown: "")
        if step.module.endswith(WITH_OWNER):
            found |= set(re.findall(r'"(?:owner|group)": "(\w[\w-]*)"', text))
        found |= set(re.findall(r'"getent", "(?:passwd|group|shadow)", "(\w+)"', text))
    return {name for name in found if re.fullmatch("[a-z_][a-z0-9_-]*", name)}


@for_every_role
def test_every_user_and_group_is_brought_by_a_recorded_package_or_made_by_a_role(role: str, host: Host) -> None:
    known = {"root"} | host.every("users") | host.every("groups")
    for step in steps(role, host):
        if step.module in ("ansible.builtin.user", "ansible.builtin.group"):
            known.add(step.arguments["name"])
    assert sorted(accounts(role, host) - known) == []


@on_every_host
def test_the_user_of_lighttpd_comes_with_its_package_or_with_the_base_of_the_system(host: Host) -> None:
    user = variables("lighttpd", host)["__lighttpd_user"]
    bringing = {name for name in host.record["packages"] if user in (host.package(name) or {}).get("users", ())}
    assert bringing & {"lighttpd", "base-passwd"} or any(
        "lighttpd" in (host.package(name) or {}).get("needed_by", ()) for name in bringing
    )


@on_every_host
def test_qnetd_makes_hacluster_as_the_package_of_pacemaker_would(host: Host) -> None:
    """Else it would change the user on a host that has Pacemaker's libraries."""
    home = render("{{ __qnetd_home }}", variables("qnetd", host))
    homes = [(host.package(name) or {}).get("homes", {}).get("hacluster") for name in host.record["packages"]]
    assert [home] == [found for found in homes if found]


# --- task files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "host"), EVERY_CASE, ids=[f"{role}-{host}" for role, host in EVERY_CASE])
def test_every_file_that_a_role_includes_and_every_variable_that_it_loads_is_there(role: str, host: Host) -> None:
    assert steps(role, host)
    assert variables(role, host)


def test_the_reading_of_tasks_sees_what_differs_between_families() -> None:
    """Guards these tests: they would hold if no task were found."""
    debian, el = (next(host for host in hosts() if host.name == name) for name in ("debian-12", "el-10"))
    modules = {host: {step.module for role in ALL_ROLES for step in steps(role, host)} for host in (debian, el)}
    assert "ansible.builtin.apt" in modules[debian] - modules[el]
    assert "ansible.builtin.dnf" in modules[el] - modules[debian]
    assert recorded.enabled_by("qnetd", el) == {"highavailability"}
    assert "rhel-9-for-x86_64-highavailability-rpms" in recorded.enabled_by("qnetd", Host("el-9", "RedHat"))
    assert recorded.enabled_by("qnetd", debian) == set()
    with pytest.raises(CannotTell):
        render("{{ __os_prep_plan.missing }}", variables("os_prep", debian))
